/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of pana with encrypted AVPs (RFC 6786), in both directions. */
#include "story.h"

TestSuite(pana_encrypted, .init = imp_crypto_init);

static const char identity[] = "device-1@example.org";

static bool has(const struct memnet_message *m, unsigned code)
{
    struct pana_message parsed;
    size_t n;
    cr_assert_not_null(m);
    cr_assert_eq(pana_parse(&parsed, m->bytes, m->n), 0);
    return pana_find(&parsed, code, 0, &n) != NULL;
}

/* Messages from that one on in which the octets are to be seen. */
static size_t showing(const struct memnet *net, size_t from, const char *octets)
{
    size_t count = 0;
    for (size_t i = from; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        count += memmem(m->bytes, m->n, octets, strlen(octets)) != NULL;
    }
    return count;
}

Test(pana_encrypted, all_that_may_be_is_encrypted_from_the_result_on)
{
    struct memnet *net =
        run_with(SETTINGS("encrypted-avps=all", "session-lifetime=50"), 20 * IMP_S);
    const struct memnet_message *result = memnet_last_message(net, PANA_MSG_PAR_C);
    expect_agreement(net);
    cr_expect_not(has(result, PANA_AVP_EAP));
    cr_expect_not(has(result, PANA_AVP_LIFETIME));
    cr_expect(has(result, PANA_AVP_RESULT));
    cr_expect(has(result, PANA_AVP_KEY_ID));
    cr_expect_eq(result->n, 88u + 8, "as in clear, and the header of Encryption-Encap");
    memnet_run_past(net, 80 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 2, "the lifetime was read");
    memnet_free(net);
}

Test(pana_encrypted, encryption_needs_both_ends)
{
    static const char *const one[] = {"pac.encrypted-avps=all", "paa.encrypted-avps=all"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(one[i]), 20 * IMP_S);
        expect_agreement(net);
        cr_expect(has(memnet_last_message(net, PANA_MSG_PAR_C), PANA_AVP_EAP));
        cr_expect_eq(has(memnet_last_message(net, PANA_MSG_PAR_S), PANA_AVP_ENCR_ALGORITHM), i);
        cr_expect_not(has(memnet_last_message(net, PANA_MSG_PAN_S), PANA_AVP_ENCR_ALGORITHM));
        memnet_free(net);
    }
}

Test(pana_encrypted, the_client_encrypts_too)
{
    struct memnet *net = run_with(SETTINGS("encrypted-avps=all"), 20 * IMP_S);
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 30 * IMP_S);
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PTR);
    cr_expect_not(has(last, PANA_AVP_CAUSE));
    cr_expect(has(last, PANA_AVP_ENCR_ENCAP));
    cr_expect_eq(last->n, 16u + 8 + 12 + 24, "header, Encryption-Encap with a cause, AUTH");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
    memnet_free(net);
}

/* The identity is said in clear once; in the re-authentication phase under the key that there is.
 */
Test(pana_encrypted, re_authentication_shows_no_identity)
{
    static const char *const choices[] = {"encrypted-avps=required", "encrypted-avps=all"};
    for (int all = 0; all < 2; all++) {
        struct memnet *net = run_with(SETTINGS("network-key=true", "session-lifetime=100",
                                               "pac.re-authentication=40", choices[all]),
                                      20 * IMP_S);
        size_t before = memnet_message_count(net);
        cr_expect_gt(showing(net, 0, identity), 0);
        memnet_run_past(net, 90 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
        cr_expect_eq(showing(net, before, identity) == 0, all, "all: %d", all);
        expect_agreement(net);
        memnet_free(net);
    }
}

Test(pana_encrypted, each_encrypted_message_may_be_lost)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(
        &imp_pana, 7,
        SETTINGS("encrypted-avps=all", "session-lifetime=200", "paa.re-authentication=100"));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_run_past(net, 190 * IMP_S);
    cr_expect(lost & (UINT64_C(1) << PANA_MSG_PAN_C));
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
    expect_agreement(net);
    memnet_free(net);
}

/* An agent that hands out the key in clear is not believed. */
static void with_careless_agent(const char *pac, bool taken)
{
    uint8_t key[PANA_NETWORK_KEY];
    struct memnet *net =
        run_with(SETTINGS("network-key=true", "paa.encrypted-avps=none", pac), 20 * IMP_S);
    cr_expect_eq(memnet_completed(net, PANA_PAC), taken);
    cr_expect_eq(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key) > 0, taken);
    cr_expect_eq(memnet_last(net, PANA_PAC, IMP_CLAIM_REJECT, "AVPs and their encryption", NULL) ==
                     NULL,
                 taken);
    memnet_free(net);
}

Test(pana_encrypted, a_network_key_in_clear_is_discarded)
{
    with_careless_agent("eap-method=eap-psk", false);
    with_careless_agent("pac!any-encryption", true);
}

/* ---- sequence numbers that begin again
 * ------------------------------------------------------------------- */
static struct imp_env_ops late; /* whose sequence numbers begin near their end */
static void (*drawn)(struct imp_env *env, const char *purpose, void *out, size_t n);

static void draw_late(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    drawn(env, purpose, out, n);
    if (strstr(purpose, "-sequence"))
        memcpy(out,
               strstr(purpose, "paa") || strstr(purpose, "pana") ? "\xff\xff\xff\xe8"
                                                                 : "\xe8\xff\xff\xff",
               4);
}

static size_t results_after_pings(const char *side, const char *encrypted, int late_role)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(side, encrypted));
    struct imp_env *env = (struct imp_env *)memnet_env(net, late_role);
    late = *env->ops;
    drawn = late.random;
    late.random = draw_late;
    env->ops = &late;
    memnet_start(net);
    memnet_run_past(net, 300 * IMP_S);
    size_t results = memnet_count_messages(net, PANA_MSG_PAN_C);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
    expect_agreement(net);
    memnet_free(net);
    return results;
}

Test(pana_encrypted, another_key_is_made_before_the_numbers_begin_again)
{
    cr_expect_eq(results_after_pings("paa.ping-interval=10", "encrypted-avps=all", PANA_PAA), 2);
    cr_expect_eq(results_after_pings("pac.ping-interval=10", "encrypted-avps=all", PANA_PAC), 2);
    cr_expect_eq(results_after_pings("paa.ping-interval=10", "encrypted-avps=required", PANA_PAA),
                 1, "nothing is encrypted");
}
