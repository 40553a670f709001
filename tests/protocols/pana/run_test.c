/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of pana over memnet: order, sizes, algorithms, loss, failures, termination, flaws. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/managed/pana/pana.h"
#include "tests/support/memnet.h"

TestSuite(pana_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings, imp_time limit)
{
    struct memnet *net = memnet_new(&imp_pana, 7, settings);
    memnet_start(net);
    memnet_run(net, limit);
    return net;
}

static bool same(const struct imp_claim *a, const struct imp_claim *b)
{
    return a && b && a->data_n == b->data_n && memcmp(a->data, b->data, a->data_n) == 0 &&
           a->sid_n == b->sid_n && a->sid_n > 0 && memcmp(a->sid, b->sid, a->sid_n) == 0;
}

static void expect_agreement(const struct memnet *net)
{
    cr_assert(memnet_complete(net));
    for (int role = 0; role < 2; role++)
        cr_expect(same(memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, "pana"),
                       memnet_last(net, !role, IMP_CLAIM_RUNNING, NULL, "pana")),
                  "role %d", role);
    cr_expect(same(memnet_last(net, 0, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL),
                   memnet_last(net, 1, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL)));
}

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

static bool lose_each_once(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                           size_t cap)
{
    unsigned *lost = arg, bit = 1u << m->message;
    (void)bytes;
    (void)n;
    (void)cap;
    bool first = !(*lost & bit);
    *lost |= bit;
    return !first;
}

Test(pana_run, each_message_may_be_lost_once)
{
    unsigned lost = 0;
    struct memnet *net = memnet_new(&imp_pana, 7, NULL);
    memnet_filter_set(net, lose_each_once, &lost);
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

Test(pana_run, a_duplicate_is_answered_alike_and_counts_once)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    const struct memnet_message *request = memnet_last_message(net, PANA_MSG_PAR_C);
    size_t answers = memnet_count_messages(net, PANA_MSG_PAN_C),
           commits = memnet_count_claims(net, PANA_PAC, IMP_CLAIM_COMMIT, NULL);
    memnet_inject(net, PANA_PAC, PANA_CHANNEL, NULL, request->bytes, request->n);
    memnet_run_past(net, 21 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), answers + 1);
    cr_expect_eq(memnet_count_claims(net, PANA_PAC, IMP_CLAIM_COMMIT, NULL), commits);
    memnet_free(net);
}

Test(pana_run, revocation_terminates_the_session)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    memnet_event(net, PANA_PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 2 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_HELD);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_neq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN, "the account is closed");
    memnet_free(net);
}

Test(pana_run, a_termination_that_nobody_signed_ends_nothing)
{
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
    struct pana_message m;
    struct pana_writer w;
    uint8_t forged[PANA_MTU];
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    pana_begin(&w, forged, PANA_R, PANA_TERMINATION, m.session, m.sequence + 1);
    pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_ADMINISTRATIVE);
    memnet_inject(net, PANA_PAC, PANA_CHANNEL, NULL, forged, pana_end(&w));
    memnet_run_past(net, 21 * IMP_S);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 0);
    memnet_free(net);
}

Test(pana_run, the_lifetime_ends_in_a_new_authentication)
{
    struct memnet *net = run_with(SETTINGS("session-lifetime=50"), 20 * IMP_S);
    memnet_run_past(net, 80 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 2);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

/* ---- the client leaves
 * ------------------------------------------------------------------------------ */
static bool lose_first(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    int *label = arg;
    (void)bytes, (void)n, (void)cap;
    bool lost = m->message == *label;
    if (lost)
        *label = -1;
    return !lost;
}

Test(pana_run, a_client_that_leaves_says_why_and_both_forget_the_session)
{
    struct memnet *net = run_with(SETTINGS("network-key=true"), 20 * IMP_S);
    uint8_t key[PANA_NETWORK_KEY];
    struct pana_message m;
    uint32_t cause;
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 30 * IMP_S);
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PTR);
    cr_assert_not_null(last);
    cr_expect_eq(last->n, 16u + 12 + 24, "header, Termination-Cause, AUTH");
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    cr_expect(pana_find_u32(&m, PANA_AVP_CAUSE, 0, &cause) && cause == PANA_CAUSE_LOGOUT);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PTA)->n, 16u + 24, "header, AUTH");
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
    cr_expect_lt(memnet_cell(net, PANA_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
    memnet_free(net);
}

Test(pana_run, a_lost_message_of_leaving_is_sent_again)
{
    int labels[] = {PANA_MSG_PTR, PANA_MSG_PTA};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(NULL, 20 * IMP_S);
        memnet_filter_set(net, lose_first, &labels[i]);
        memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
        memnet_run_past(net, 30 * IMP_S);
        cr_expect_eq(labels[i], -1, "nothing was lost");
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF);
        cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_IDLE);
        memnet_free(net);
    }
}

static bool spoil_auth(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap);

Test(pana_run, leaving_needs_auth_and_ends_without_an_answer)
{
    int label = PANA_MSG_PTR;
    struct memnet *net = run_with(NULL, 20 * IMP_S);
    memnet_filter_set(net, spoil_auth, &label);
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 0);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF, "after eleven requests");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1u + PANA_MRC);
    memnet_free(net);
}

/* ---- re-authentication
 * ------------------------------------------------------------------------------ */

/* The session of 100 s is authenticated again 40 s before its end. */
static struct memnet *renewing(const char *side)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("session-lifetime=100", side));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    return net;
}

/* Still the first session, under another key. */
static void expect_renewed(struct memnet *net, const struct pana_message *first,
                           const uint8_t key[16])
{
    struct pana_message m;
    const struct memnet_message *last = memnet_last_message(net, PANA_MSG_PAR_C);
    const struct imp_claim *c = memnet_last(net, PANA_PAC, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL);
    cr_assert_eq(pana_parse(&m, last->bytes, last->n), 0);
    cr_expect_eq(m.session, first->session);
    cr_expect_gt(m.sequence, first->sequence);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    cr_expect_eq(memnet_state(net, PANA_PAA), PANA_PAA_OPEN);
    cr_expect(memcmp(c->data, key, 16) != 0, "the same key");
    expect_agreement(net);
}

Test(pana_run, a_session_is_authenticated_again_before_its_end)
{
    static const char *const sides[] = {"pac.re-authentication=40", "paa.re-authentication=40"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = renewing(sides[i]);
        struct pana_message first;
        uint8_t key[16];
        const struct memnet_message *result = memnet_last_message(net, PANA_MSG_PAR_C);
        cr_assert_eq(pana_parse(&first, result->bytes, result->n), 0);
        memcpy(key, memnet_last(net, PANA_PAC, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL)->data, 16);
        memnet_run_past(net, 90 * IMP_S);
        expect_renewed(net, &first, key);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_A), i == 0);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_A), i == 0);
        memnet_run_past(net, 20 * IMP_S); /* the first lifetime is over */
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1);
        memnet_free(net);
    }
}

/* Octets by section 4.3: AUTH 24 in each, the nonces in the first two, no algorithms. */
Test(pana_run, messages_of_re_authentication_have_auth)
{
    static const struct {
        int message;
        size_t n;
    } expected[] = {{PANA_MSG_PNR_A, 40}, {PANA_MSG_PNA_A, 40}, {PANA_MSG_PAR, 80},
                    {PANA_MSG_PAN, 100},  {PANA_MSG_PAR, 88},   {PANA_MSG_PAN, 124},
                    {PANA_MSG_PAR, 108},  {PANA_MSG_PAN, 92},   {PANA_MSG_PAR_C, 88},
                    {PANA_MSG_PAN_C, 52}};
    struct memnet *net = renewing("pac.re-authentication=40");
    size_t before = memnet_message_count(net);
    memnet_run_past(net, 70 * IMP_S);
    cr_assert_eq(memnet_message_count(net) - before, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        cr_expect_eq(memnet_message(net, before + i)->message, expected[i].message, "%zu", i);
        cr_expect_eq(memnet_message(net, before + i)->n, expected[i].n, "size of %zu", i);
    }
    memnet_free(net);
}

Test(pana_run, each_message_of_re_authentication_may_be_lost)
{
    static const int labels[] = {PANA_MSG_PNR_A, PANA_MSG_PNA_A, PANA_MSG_PAR,
                                 PANA_MSG_PAN,   PANA_MSG_PAR_C, PANA_MSG_PAN_C};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct memnet *net = renewing("pac.re-authentication=40");
        int label = labels[i];
        memnet_filter_set(net, lose_first, &label);
        memnet_run_past(net, 70 * IMP_S);
        cr_expect_eq(label, -1, "nothing was lost");
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1, "%d", labels[i]);
        cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN, "%d", labels[i]);
        expect_agreement(net);
        memnet_free(net);
    }
}

/* Without AUTH under the key that there is, nobody begins and nobody goes on: the session ends with
 * its time, and another one is made. */
Test(pana_run, re_authentication_needs_auth)
{
    static const int labels[] = {PANA_MSG_PNR_A, PANA_MSG_PNA_A, PANA_MSG_PAR, PANA_MSG_PAN};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
        struct memnet *net = renewing("pac.re-authentication=40");
        int label = labels[i];
        memnet_filter_set(net, spoil_auth, &label);
        memnet_run_past(net, 75 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_C), 1, "%d", labels[i]);
        memnet_free(net);
    }
}

/* ---- ping
 * ------------------------------------------------------------------------------------------- */
Test(pana_run, pings_are_answered)
{
    struct memnet *net = run_with(SETTINGS("ping-interval=10"), 20 * IMP_S);
    memnet_run_past(net, 36 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 3);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 3);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PNR_P)->n, 16u + 24, "header, AUTH");
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

Test(pana_run, an_agent_that_has_lost_the_session_is_found_out)
{
    struct memnet *net = run_with(SETTINGS("ping-interval=10"), 20 * IMP_S);
    memnet_event(net, PANA_PAA, IMP_EVENT_START, NULL);
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_not_null(memnet_last(net, PANA_PAC, IMP_CLAIM_ALARM, "agent is silent", NULL));
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_COMPLETE, NULL), 2u);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

static bool spoil_pings(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    const int *which = arg;
    (void)cap;
    if (m->message == *which)
        bytes[*n - 1] ^= 1;
    return true;
}

/* Neither end takes a notification whose AUTH is wrong. */
Test(pana_run, pings_need_auth)
{
    int spoilt[] = {PANA_MSG_PNR_P, PANA_MSG_PNA_P};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS("ping-interval=10"));
        memnet_filter_set(net, spoil_pings, &spoilt[i]);
        memnet_start(net);
        memnet_run_past(net, 400 * IMP_S);
        cr_expect_not_null(memnet_last(net, PANA_PAC, IMP_CLAIM_ALARM, "agent is silent", NULL));
        cr_expect(i == 1 || memnet_count_messages(net, PANA_MSG_PNA_P) == 0);
        memnet_free(net);
    }
}

/* ---- flaws
 * ------------------------------------------------------------------------------------------ */
static bool spoil_auth(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    const int *which = arg;
    (void)cap;
    if (m->message == *which)
        bytes[*n - 1] ^= 1;
    return true;
}

static bool commits(const char *setting, int role, int spoilt)
{
    struct memnet *net = memnet_new(&imp_pana, 11, SETTINGS(setting));
    memnet_filter_set(net, spoil_auth, &spoilt);
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
