/* SPDX-License-Identifier: GPL-2.0-only */
/* The PaC's address in pana: the I bit asks for another one, and who speaks with AUTH from another
 * one is followed (RFC 5191 sections 4.1 and 5.6). */
#include "story.h"

TestSuite(pana_address, .init = imp_crypto_init);

static bool asks(const struct memnet_message *m)
{
    struct pana_message parsed;
    return pana_parse(&parsed, m->bytes, m->n) == 0 && parsed.flags & PANA_I;
}

static bool bears_i(int label)
{
    return label == PANA_MSG_PAR_S || label == PANA_MSG_PAR || label == PANA_MSG_PAR_C;
}

Test(pana_address, the_i_bit_is_in_each_request_of_the_first_phase_and_nowhere_else)
{
    struct memnet *net = run_with(
        SETTINGS("ip-reconfiguration=true", "session-lifetime=100", "paa.re-authentication=40"),
        20 * IMP_S);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_eq(asks(memnet_message(net, i)), bears_i(memnet_message(net, i)->message), "%zu",
                     i);
    size_t before = memnet_message_count(net);
    memnet_run_past(net, 90 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 2);
    for (size_t i = before; i < memnet_message_count(net); i++)
        cr_expect(!asks(memnet_message(net, i)), "%zu", i);
    memnet_free(net);
}

Test(pana_address, who_was_asked_is_heard_from_its_new_address)
{
    static const char *const settings[] = {"ip-reconfiguration=false", "ip-reconfiguration=true"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(settings[i]), 20 * IMP_S);
        memnet_run_past(net, 30 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), i);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), i);
        memnet_free(net);
    }
}

/* ---- section 5.6 */
static const struct imp_addr elsewhere = {
    .n = 18, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 9, [16] = 0x02, [17] = 0xcc}};

/* Keeps the PaC's ping from arriving. */
static bool keep_ping(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)arg, (void)bytes, (void)n, (void)cap;
    return m->message != PANA_MSG_PNR_P;
}

/* An open session whose PaC has said a ping that did not arrive. */
static struct memnet *moved(const char *setting)
{
    struct memnet *net = run_with(SETTINGS("pac.ping-interval=5", setting), 20 * IMP_S);
    memnet_filter_set(net, keep_ping, NULL);
    memnet_run_past(net, 6 * IMP_S);
    cr_assert_geq(memnet_count_messages(net, PANA_MSG_PNR_P), 1);
    return net;
}

/* memnet: what goes to an address that nobody has goes to nobody. */
static bool is_elsewhere(const struct memnet *net)
{
    const struct memnet_message *answer = memnet_last_message(net, PANA_MSG_PNA_P);
    return answer && answer->to == -1;
}

Test(pana_address, a_ping_with_auth_from_elsewhere_moves_the_session)
{
    struct memnet *net = moved("nonce-size=16");
    const struct memnet_message *ping = memnet_last_message(net, PANA_MSG_PNR_P);
    cr_expect(!is_elsewhere(net));
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, &elsewhere, ping->bytes, ping->n);
    memnet_run_past(net, 6100 * IMP_MS);
    cr_expect(is_elsewhere(net));
    memnet_free(net);
}

Test(pana_address, without_auth_or_with_an_old_number_it_stays)
{
    struct memnet *net = moved("nonce-size=16");
    struct memnet_message ping = *memnet_last_message(net, PANA_MSG_PNR_P);
    uint8_t forged[PANA_MTU];
    memcpy(forged, ping.bytes, ping.n);
    forged[ping.n - 1] ^= 1;
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, &elsewhere, forged, ping.n);
    memnet_run_past(net, 6050 * IMP_MS);
    cr_expect(!is_elsewhere(net), "no AUTH");
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, ping.bytes, ping.n);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, &elsewhere, ping.bytes, ping.n);
    memnet_run_past(net, 6150 * IMP_MS);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 1);
    cr_expect(!is_elsewhere(net), "heard before");
    memnet_free(net);
}

Test(pana_address, an_agent_that_checks_no_auth_follows_anybody)
{
    struct memnet *net = moved("paa!any-client-message");
    struct memnet_message ping = *memnet_last_message(net, PANA_MSG_PNR_P);
    uint8_t forged[PANA_MTU];
    memcpy(forged, ping.bytes, ping.n);
    forged[ping.n - 1] ^= 1;
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, &elsewhere, forged, ping.n);
    memnet_run_past(net, 6050 * IMP_MS);
    cr_expect(is_elsewhere(net));
    memnet_free(net);
}
