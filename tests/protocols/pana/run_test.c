/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of pana over memnet: order, sizes, algorithms, loss, failures, termination, flaws. */
#include "protocols/eap/eap_packet.h"
#include "story.h"

TestSuite(pana_run, .init = imp_crypto_init);

Test(pana_run, messages_and_sizes_follow_the_specification)
{
    static const struct {
        int message;
        size_t n;
    } expected[] = {{PANA_MSG_PCI, 16},   {PANA_MSG_PAR_S, 40}, {PANA_MSG_PAN_S, 40},
                    {PANA_MSG_PAR, 56},   {PANA_MSG_PAN, 76},   {PANA_MSG_PAR, 64},
                    {PANA_MSG_PAN, 100},  {PANA_MSG_PAR, 84},   {PANA_MSG_PAN, 68},
                    {PANA_MSG_PAR_C, 92}, {PANA_MSG_PAN_C, 56}};
    struct memnet *net = run_with(SETTINGS("algorithms=sha1"), 60 * IMP_S);
    cr_assert_eq(memnet_message_count(net), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        cr_expect_eq(memnet_message(net, i)->message, expected[i].message, "message %zu", i);
        cr_expect_eq(memnet_message(net, i)->n, expected[i].n, "size of %zu", i);
    }
    expect_agreement(net);
    memnet_free(net);
}

static const char *integrity_of(const char *pac, const char *paa, struct memnet **net)
{
    *net = run_with(SETTINGS(pac, paa), 20 * IMP_S);
    const struct imp_claim *c =
        memnet_last(*net, PANA_PAC, IMP_CLAIM_NEGOTIATED, "integrity", NULL);
    return c ? (c->data_n == 15 ? "sha256" : "sha1") : "none";
}

Test(pana_run, the_best_common_algorithms_are_chosen)
{
    static const char *const cases[][3] = {
        {"pac.algorithms=both", "paa.algorithms=both", "sha256"},
        {"pac.algorithms=sha1", "paa.algorithms=both", "sha1"},
        {"pac.algorithms=both", "paa.algorithms=sha1", "sha1"},
        {"pac.algorithms=sha256", "paa.algorithms=sha1", "none"}};
    for (size_t i = 0; i < 4; i++) {
        struct memnet *net;
        cr_expect_str_eq(integrity_of(cases[i][0], cases[i][1], &net), cases[i][2], "%zu", i);
        memnet_free(net);
    }
}

/* Both algorithms were offered; the weaker ones alone arrive. */
static bool strike_best(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == PANA_MSG_PAR_S) {
        memmove(bytes + 16, bytes + 28, 12); /* PRF: the second */
        memmove(bytes + 28, bytes + 52, 12); /* integrity: the second */
        *n = 40;
        bytes[3] = 40;
    }
    return true;
}

Test(pana_run, an_altered_offer_gives_another_key)
{
    struct memnet *net = memnet_new(&imp_pana, 7, NULL);
    memnet_filter_set(net, strike_best, NULL);
    memnet_start(net);
    memnet_run(net, 40 * IMP_S);
    cr_expect_gt(memnet_count_messages(net, PANA_MSG_PAR_C), 0);
    cr_expect_null(memnet_last(net, PANA_PAC, IMP_CLAIM_COMMIT, NULL, "pana"));
    cr_expect_null(memnet_last(net, PANA_PAA, IMP_CLAIM_COMMIT, NULL, "pana"));
    memnet_free(net);
}

Test(pana_run, each_message_may_be_lost_once)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_pana, 7, NULL);
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    expect_agreement(net);
    memnet_free(net);
}

static bool holds(const uint8_t *bytes, size_t n, const uint8_t *key)
{
    return memmem(bytes, n, key, 16) != NULL;
}

Test(pana_run, a_network_key_is_handed_out_encrypted)
{
    struct memnet *net = run_with(SETTINGS("network-key=true"), 20 * IMP_S);
    uint8_t pac[PANA_NETWORK_KEY], paa[PANA_NETWORK_KEY];
    expect_agreement(net);
    cr_assert_eq(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, pac, sizeof pac), 18);
    cr_assert_eq(memnet_cell(net, PANA_PAA, PANA_CELL_NETWORK_KEY, paa, sizeof paa), 18);
    cr_expect_arr_eq(pac, paa, sizeof pac);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_not(holds(memnet_message(net, i)->bytes, memnet_message(net, i)->n, pac));
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PAR_C)->n, 88u + 8 + PANA_ENCAP);
    memnet_free(net);
}

Test(pana_run, who_cannot_open_it_gets_no_network_key)
{
    struct memnet *net = run_with(SETTINGS("paa.network-key=true"), 20 * IMP_S);
    uint8_t key[PANA_NETWORK_KEY];
    expect_agreement(net);
    cr_expect_lt(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PAR_C)->n, 88);
    memnet_free(net);
}

Test(pana_run, a_wrong_key_is_rejected_without_an_association)
{
    static const struct psk_keys other = {.ak = {1}, .kdk = {2}};
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("bad-mac=eap-failure"));
    struct imp_env *paa = (struct imp_env *)memnet_env(net, PANA_PAA);
    struct pana_message m;
    uint32_t code;
    size_t n;
    paa->ops->cell_put(paa, PSK_CELL_PREFIX "device-1@example.org", &other, sizeof other);
    memnet_start(net);
    memnet_run(net, 5 * IMP_S);
    cr_expect_not(memnet_complete(net));
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
    cr_assert_not_null(last);
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    cr_expect(pana_find_u32(&m, PANA_AVP_RESULT, 0, &code) && code == PANA_REJECTED);
    cr_expect_null(pana_find(&m, PANA_AVP_AUTH, 0, &n));
    cr_expect_null(pana_find(&m, PANA_AVP_KEY_ID, 0, &n));
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_HELD);
    memnet_free(net);
}

/* ---- flaws
 * ------------------------------------------------------------------------------------------ */
static bool commits(const char *setting, int role, int spoilt)
{
    struct memnet *net = memnet_new(&imp_pana, 11, SETTINGS(setting));
    memnet_filter_set(net, memnet_spoil_last, &spoilt);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    bool found = memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, "pana") != NULL;
    memnet_free(net);
    return found;
}

Test(pana_run, no_auth_check_takes_a_result_that_does_not_verify)
{
    cr_expect_not(commits("eap-method=eap-psk", PANA_PAC, PANA_MSG_PAR_C));
    cr_expect(commits("pac!no-auth-check", PANA_PAC, PANA_MSG_PAR_C));
}

Test(pana_run, no_peer_auth_takes_an_answer_that_does_not_verify)
{
    cr_expect_not(commits("eap-method=eap-psk", PANA_PAA, PANA_MSG_PAN_C));
    cr_expect(commits("paa!no-peer-auth", PANA_PAA, PANA_MSG_PAN_C));
}
