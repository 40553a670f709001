/* SPDX-License-Identifier: GPL-2.0-only */
/* An agent that keeps nothing of a PCI: a session begins with the answer to its first request (RFC
 * 5191 section 4.1). */
#include "story.h"

TestSuite(pana_stateless, .init = imp_crypto_init);

#define STATELESS "stateless-start=true"

static struct imp_addr stranger(unsigned i)
{
    struct imp_addr a = {.n = 18, .bytes = {0xfe, 0x80, [16] = 0x02, [17] = 0xcc}};
    a.bytes[14] = (uint8_t)(i >> 8);
    a.bytes[15] = (uint8_t)i;
    return a;
}

static void inject(struct memnet *net, const struct imp_addr *from, unsigned flags, unsigned type,
                   uint32_t session, uint32_t sequence)
{
    uint8_t bytes[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, bytes, flags, type, session, sequence);
    if (flags & PANA_S) {
        pana_put_u32(&w, PANA_AVP_PRF, PANA_PRF_SHA256);
        pana_put_u32(&w, PANA_AVP_INTEGRITY, PANA_INTEGRITY_SHA256_128);
    }
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, from, bytes, pana_end(&w));
}

static struct pana_message last_request(const struct memnet *net)
{
    struct pana_message m;
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_S);
    cr_assert_not_null(last);
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    return m;
}

/* The agent alone: the client's messages are lost. */
static bool keep_from_agent(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                            size_t cap)
{
    (void)arg, (void)bytes, (void)n, (void)cap;
    return m->from != PANA_PAC;
}

static struct memnet *agent_alone(const char *setting)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(setting));
    memnet_filter_set(net, keep_from_agent, NULL);
    memnet_start(net);
    return net;
}

Test(pana_stateless, the_exchange_is_the_same)
{
    static const char *const settings[] = {"algorithms=both",         "algorithms=sha1",
                                           "network-key=true",        "piggyback=false",
                                           "ip-reconfiguration=true", "restart-by-pci=false"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
        struct memnet *plain = run_with(SETTINGS(settings[i]), 20 * IMP_S),
                      *net = run_with(SETTINGS(STATELESS, settings[i]), 20 * IMP_S);
        expect_agreement(net);
        cr_assert_eq(memnet_message_count(net), memnet_message_count(plain), "%s", settings[i]);
        for (size_t k = 0; k < memnet_message_count(net); k++)
            cr_expect_eq(memnet_message(net, k)->n, memnet_message(plain, k)->n);
        memnet_free(plain);
        memnet_free(net);
    }
}

/* Ten PCIs of addresses that nobody has: the agent repeats nothing, and no session is taken. */
static void flood(const char *setting, size_t requests, size_t sessions)
{
    struct memnet *net = agent_alone(setting);
    memnet_run_past(net, 10 * IMP_MS);
    for (unsigned i = 0; i < 10; i++) {
        struct imp_addr from = stranger(i);
        inject(net, &from, 0, PANA_PCI, 0, 0);
    }
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), requests, "%s: %zu", setting,
                 memnet_count_messages(net, PANA_MSG_PAR_S));
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_REJECT, "no answer"), sessions);
    memnet_free(net);
}

Test(pana_stateless, nothing_is_kept_of_a_pci)
{
    flood(STATELESS, 10, 0);
    flood("stateless-start=false", 110, 10);
}

/* What a stranger says must have the numbers that were sent to its address. */
Test(pana_stateless, only_who_heard_the_offer_begins_a_session)
{
    struct memnet *net = agent_alone(STATELESS);
    struct imp_addr here = stranger(1), there = stranger(2);
    inject(net, &here, 0, PANA_PCI, 0, 0);
    memnet_run_past(net, 10 * IMP_MS);
    struct pana_message m = last_request(net);
    inject(net, &there, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence + 1);
    inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session ^ 2, m.sequence);
    inject(net, &here, PANA_R | PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    inject(net, &here, 0, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    memnet_run_past(net, 900 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), 0);
    inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    memnet_run_past(net, 950 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), 1);
    inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    memnet_run_past(net, 990 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), 1, "a duplicate begins nothing");
    memnet_free(net);
}

/* Offers are good for 30 to 60 s. */
static void answered_after(imp_time wait, bool begins)
{
    struct memnet *net = agent_alone(STATELESS);
    struct imp_addr here = stranger(1);
    memnet_run_past(net, 35 * IMP_S);
    inject(net, &here, 0, PANA_PCI, 0, 0);
    memnet_run_past(net, 36 * IMP_S);
    struct pana_message m = last_request(net);
    memnet_run_past(net, 35 * IMP_S + wait);
    inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence);
    memnet_run_past(net, 35 * IMP_S + wait + 500 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR), begins);
    memnet_free(net);
}

Test(pana_stateless, an_offer_is_not_good_for_ever)
{
    answered_after(30 * IMP_S, true);
    answered_after(60 * IMP_S, false);
}

/* An algorithm that was not offered takes no place: more strangers are heard than there are. */
Test(pana_stateless, who_chooses_what_was_not_offered_takes_no_place)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(STATELESS, "paa.algorithms=sha1"));
    memnet_filter_set(net, keep_from_agent, NULL);
    memnet_start(net);
    for (unsigned i = 0; i < PANA_SESSIONS + 10; i++) {
        struct imp_addr here = stranger(i);
        inject(net, &here, 0, PANA_PCI, 0, 0);
        memnet_run_past(net, (10 * i + 4) * IMP_MS);
        struct pana_message m = last_request(net);
        inject(net, &here, PANA_S, PANA_AUTH_EXCHANGE, m.session, m.sequence); /* SHA-256 */
        memnet_run_past(net, (10 * i + 8) * IMP_MS);
    }
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_REJECT, "algorithm not offered"),
                 PANA_SESSIONS + 10);
    memnet_free(net);
}

/* Nobody repeats the agent's first request but the client's PCI; it goes on until the second. */
Test(pana_stateless, each_message_of_the_start_may_be_lost)
{
    static const int kinds[] = {PANA_MSG_PCI, PANA_MSG_PAR_S, PANA_MSG_PAN_S};
    for (size_t i = 0; i < 3; i++) {
        int lost = kinds[i];
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(STATELESS));
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        expect_agreement(net);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 2, "%zu", i);
        memnet_free(net);
    }
}

/* A client that leaves it at one PCI waits for its timeout when PAN[S] is lost. */
Test(pana_stateless, a_client_that_does_not_repeat_its_pci_waits)
{
    int lost = PANA_MSG_PAN_S;
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("paa." STATELESS));
    memnet_filter_set(net, memnet_lose_first, &lost);
    memnet_start(net);
    memnet_run(net, 59 * IMP_S);
    cr_expect(!memnet_complete(net));
    memnet_run(net, 70 * IMP_S);
    expect_agreement(net);
    memnet_free(net);
}

Test(pana_stateless, an_agent_that_keeps_state_takes_the_repeated_pci_too)
{
    for (int kind = PANA_MSG_PCI; kind <= PANA_MSG_PAR; kind++) {
        int lost = kind;
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("pac." STATELESS));
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        expect_agreement(net);
        memnet_free(net);
    }
}

/* The client after a power cut: another session, and what was open ends when that has succeeded. */
Test(pana_stateless, another_session_has_other_numbers)
{
    struct memnet *net = run_with(SETTINGS(STATELESS), 20 * IMP_S);
    uint32_t session = last_request(net).session;
    memnet_run_past(net, 10 * IMP_S);
    memnet_event(net, PANA_PAC, IMP_EVENT_START, NULL);
    memnet_run_past(net, 12 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
    cr_expect_neq(last_request(net).session, session);
    expect_agreement(net);
    memnet_free(net);
}

/* ... and within the exchange, unless a PCI is discarded there. */
Test(pana_stateless, who_begins_anew_within_the_exchange_is_heard)
{
    static const char *const settings[] = {"restart-by-pci=true", "restart-by-pci=false"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(STATELESS, settings[i]));
        memnet_start(net);
        for (imp_time t = IMP_MS; memnet_state(net, PANA_PAA) != PANA_PAA_ANSWER; t += IMP_MS) {
            cr_assert_lt(t, 5 * IMP_S);
            memnet_run_past(net, t);
        }
        memnet_event(net, PANA_PAC, IMP_EVENT_START, NULL);
        memnet_run(net, 20 * IMP_S);
        cr_expect_eq(memnet_complete(net), i == 0, "%s", settings[i]);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), i == 0 ? 2 : 1);
        memnet_free(net);
    }
}

Test(pana_stateless, a_failure_is_followed_by_another_try)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(STATELESS, "grant-access=false"));
    memnet_start(net);
    memnet_run_past(net, 25 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 3, "%zu",
                 memnet_count_messages(net, PANA_MSG_PAN_C));
    memnet_free(net);
}
