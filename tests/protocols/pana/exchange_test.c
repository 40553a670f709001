/* SPDX-License-Identifier: GPL-2.0-only */
/* How EAP travels in pana: from the first exchange or the second on, in answers or in requests of
 * the PaC (RFC 5191 section 4.1). */
#include "story.h"

TestSuite(pana_exchange, .init = imp_crypto_init);

struct expected {
    int message;
    size_t n;
};

static void expect_messages(const struct memnet *net, const struct expected *expected, size_t count)
{
    cr_assert_eq(memnet_message_count(net), count);
    for (size_t i = 0; i < count; i++) {
        cr_expect_eq(memnet_message(net, i)->message, expected[i].message, "message %zu", i);
        cr_expect_eq(memnet_message(net, i)->n, expected[i].n, "octets of message %zu: %zu", i,
                     memnet_message(net, i)->n);
    }
}
#define EXPECT_MESSAGES(NET, EXPECTED)                                                             \
    expect_messages(NET, EXPECTED, sizeof(EXPECTED) / sizeof *(EXPECTED))

/* EAP-Payload of Request/Identity is 8 + 5 + 3 octets, of the response 8 + 25 + 3; a Nonce 24. */
Test(pana_exchange, eap_in_the_first_exchange_saves_one)
{
    static const struct expected expected[] = {
        {PANA_MSG_PCI, 16},      {PANA_MSG_PAR_S, 64 + 16}, {PANA_MSG_PAN_S, 40 + 36},
        {PANA_MSG_PAR, 64 + 24}, {PANA_MSG_PAN, 100 + 24},  {PANA_MSG_PAR, 84},
        {PANA_MSG_PAN, 68},      {PANA_MSG_PAR_C, 88},      {PANA_MSG_PAN_C, 52},
    };
    struct memnet *net = run_with(SETTINGS("eap-in-start=true"), 20 * IMP_S);
    expect_agreement(net);
    EXPECT_MESSAGES(net, expected);
    memnet_free(net);
}

/* Each response comes in a PAR of the PaC, which the agent answers before it goes on. */
Test(pana_exchange, responses_in_requests_of_the_client)
{
    static const struct expected expected[] = {
        {PANA_MSG_PCI, 16},   {PANA_MSG_PAR_S, 64}, {PANA_MSG_PAN_S, 40}, {PANA_MSG_PAR, 56},
        {PANA_MSG_PAN, 40},   {PANA_MSG_PAR, 52},   {PANA_MSG_PAN, 16},   {PANA_MSG_PAR, 64},
        {PANA_MSG_PAN, 16},   {PANA_MSG_PAR, 100},  {PANA_MSG_PAN, 16},   {PANA_MSG_PAR, 84},
        {PANA_MSG_PAN, 16},   {PANA_MSG_PAR, 68},   {PANA_MSG_PAN, 16},   {PANA_MSG_PAR_C, 88},
        {PANA_MSG_PAN_C, 52},
    };
    struct memnet *net = run_with(SETTINGS("piggyback=false"), 20 * IMP_S);
    expect_agreement(net);
    EXPECT_MESSAGES(net, expected);
    memnet_free(net);
}

static const char *const both[] = {"eap-in-start=true", "piggyback=false"};

Test(pana_exchange, the_first_exchange_is_in_the_keys_as_it_was_sent)
{
    static const char *const methods[] = {"eap-method=eap-psk", "eap-method=eap-tls"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(both[0], both[1], methods[i]), 60 * IMP_S);
        expect_agreement(net);
        memnet_free(net);
    }
}

/* Who adds EAP to the first request on its way spoils I_PAR. */
static bool turn_identifier(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                            size_t cap)
{
    (void)arg, (void)cap;
    if (m->message == PANA_MSG_PAR_S)
        bytes[*n - 3 - 1] ^= 1; /* before the padding: EAP's type becomes Notification's */
    return true;
}

Test(pana_exchange, another_first_request_than_was_sent_gives_no_association)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("eap-in-start=true"));
    memnet_filter_set(net, turn_identifier, NULL);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_expect(!memnet_complete(net));
    memnet_free(net);
}

Test(pana_exchange, each_kind_of_message_may_be_lost_once)
{
    static const char *const settings[][2] = {
        {"eap-in-start=true", NULL}, {"piggyback=false", NULL}, {both[0], both[1]}};
    for (size_t i = 0; i < 3; i++) {
        uint64_t lost = 0;
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(settings[i][0], settings[i][1]));
        memnet_filter_set(net, memnet_lose_each_once, &lost);
        memnet_start(net);
        memnet_run(net, 200 * IMP_S);
        expect_agreement(net);
        cr_expect(lost & 1u << PANA_MSG_PAR);
        memnet_free(net);
    }
}

/* A response is considered once: its duplicate gets the same answer and no other request. */
Test(pana_exchange, a_duplicate_of_a_response_is_answered_alike)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("piggyback=false"));
    memnet_start(net);
    for (imp_time t = IMP_MS; memnet_count_messages(net, PANA_MSG_PAR) < 2; t += IMP_MS) {
        cr_assert_lt(t, 5 * IMP_S);
        memnet_run_past(net, t);
    }
    struct memnet_message response = *memnet_last_message(net, PANA_MSG_PAR);
    cr_assert_eq(response.from, PANA_PAC);
    memnet_run(net, 20 * IMP_S);
    size_t requests = memnet_count_messages(net, PANA_MSG_PAR),
           answers = memnet_count_messages(net, PANA_MSG_PAN);
    struct memnet_message last = response;
    for (size_t i = 0; i < memnet_message_count(net); i++) /* the PaC's latest */
        if (memnet_message(net, i)->message == PANA_MSG_PAR &&
            memnet_message(net, i)->from == PANA_PAC)
            last = *memnet_message(net, i);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, last.bytes, last.n);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, response.bytes, response.n);
    memnet_run_past(net, 21 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), requests);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN), answers, "the exchange is over");
    memnet_free(net);
}

/* The agent waits for the response as long as a PaC might repeat it, and then for another PCI. */
/* Of the PaC only its first PCI and its answers arrive. */
static bool lose_responses(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                           size_t cap)
{
    int *initiations = arg;
    (void)bytes, (void)n, (void)cap;
    if (m->message == PANA_MSG_PCI)
        return (*initiations)++ == 0;
    return m->from != PANA_PAC || m->message == PANA_MSG_PAN || m->message == PANA_MSG_PAN_S;
}

Test(pana_exchange, a_client_that_is_gone_is_given_up)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("piggyback=false", "pac-timeout=3600"));
    int initiations = 0;
    memnet_filter_set(net, lose_responses, &initiations);
    memnet_start(net);
    memnet_run_past(net, 205 * IMP_S);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_RESPONSE);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), 1u + 1 + PANA_MRC);
    memnet_run_past(net, 302 * IMP_S);
    cr_expect_neq(memnet_state(net, PANA_PAA), PANA_PAA_RESPONSE);
    memnet_free(net);
}

/* ---- re-authentication: the PaC's requests have AUTH, and its numbers go on */
Test(pana_exchange, re_authentication_with_requests_of_the_client)
{
    static const char *const sides[] = {"pac.re-authentication=40", "paa.re-authentication=40"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(
            SETTINGS("piggyback=false", "session-lifetime=100", "pac.ping-interval=15", sides[i]),
            20 * IMP_S);
        memnet_run_past(net, 95 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 2);
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
        cr_expect_gt(memnet_count_messages(net, PANA_MSG_PNA_P), 3);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P),
                     memnet_count_messages(net, PANA_MSG_PNA_P));
        expect_agreement(net);
        memnet_free(net);
    }
}
