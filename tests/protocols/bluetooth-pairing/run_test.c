/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs over memnet: every association model, policies of both ends, what goes wrong. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#include "alter.h"

#define LIMIT (120 * IMP_S)
#define COUNT(a) (sizeof(a) / sizeof *(a))

TestSuite(bluetooth_pairing_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings, memnet_filter *filter, void *arg)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    if (filter)
        memnet_filter_set(net, filter, arg);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static const char *model_of(const struct memnet *net, int role)
{
    static char text[40];
    const struct imp_claim *c = memnet_last(net, role, IMP_CLAIM_NEGOTIATED, "model", NULL);
    snprintf(text, sizeof text, "%.*s", c ? (int)c->data_n : 4, c ? (const char *)c->data : "none");
    return text;
}

static void ends_agree(const struct memnet *net, const char *name, const char *what)
{
    const struct imp_claim *a = memnet_last(net, BT_RESPONDER, IMP_CLAIM_SECRET, name, NULL);
    const struct imp_claim *b = memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, name, NULL);
    cr_assert(memnet_complete(net), "%s", what);
    cr_assert(a && b, "%s of %s", name, what);
    cr_expect_arr_eq(a->data, b->data, 16, "%s", what);
    cr_expect_arr_eq(a->sid, b->sid, 16, "%s", what);
    a = memnet_last(net, BT_RESPONDER, IMP_CLAIM_COMMIT, NULL, NULL);
    b = memnet_last(net, BT_INITIATOR, IMP_CLAIM_COMMIT, NULL, NULL);
    cr_expect_arr_eq(a->data, b->data, a->data_n, "%s", what);
}

static const char *const responder_io[] = {
    "responder.io=display-only", "responder.io=display-yes-no", "responder.io=keyboard-only",
    "responder.io=no-input-no-output", "responder.io=keyboard-display"};
static const char *const initiator_io[] = {
    "initiator.io=display-only", "initiator.io=display-yes-no", "initiator.io=keyboard-only",
    "initiator.io=no-input-no-output", "initiator.io=keyboard-display"};

/* Confirmations: two a round of passkey entry, two of legacy pairing, else the responder's. */
static size_t confirmations(enum smp_model m, bool sc)
{
    bool passkey = m == SMP_PASSKEY_INITIATOR_SHOWS || m == SMP_PASSKEY_RESPONDER_SHOWS ||
                   m == SMP_PASSKEY_BOTH_TYPE;
    if (m == SMP_OUT_OF_BAND && sc)
        return 0;
    return !sc ? 2 : passkey ? 2 * BT_ROUNDS : 1;
}

Test(bluetooth_pairing_run, every_pair_of_capabilities_in_both_kinds_of_pairing)
{
    for (uint8_t sc = 0; sc < 2; sc++)
        for (uint8_t i = 0; i < SMP_IO_COUNT; i++)
            for (uint8_t r = 0; r < SMP_IO_COUNT; r++) {
                uint8_t auth_req = (uint8_t)(SMP_MITM | (sc ? SMP_SC : 0));
                struct smp_features a = {.io = i, .auth_req = auth_req};
                struct smp_features b = {.io = r, .auth_req = auth_req};
                enum smp_model m = smp_model_of(&a, &b);
                struct memnet *net =
                    run_with(SETTINGS(initiator_io[i], responder_io[r],
                                      sc ? "secure-connections=only" : "secure-connections=no"),
                             NULL, NULL);
                ends_agree(net, sc ? "LTK" : "STK", initiator_io[i]);
                cr_expect_str_eq(model_of(net, BT_INITIATOR), smp_model_name(m));
                cr_expect_str_eq(model_of(net, BT_RESPONDER), smp_model_name(m));
                cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_CONFIRM),
                             confirmations(m, sc), "%s, %s", initiator_io[i], responder_io[r]);
                memnet_free(net);
            }
}

Test(bluetooth_pairing_run, out_of_band_in_either_direction_or_both)
{
    static const char *const who[] = {"initiator.oob=true", "responder.oob=true", "oob=true"};
    static const char *const waits[] = {"responder.await-oob=true", "initiator.await-oob=true",
                                        "await-oob=true"};
    for (size_t i = 0; i < COUNT(who); i++) {
        struct memnet *net =
            run_with(SETTINGS(who[i], waits[i], "secure-connections=only"), NULL, NULL);
        ends_agree(net, "LTK", who[i]);
        cr_expect_str_eq(model_of(net, BT_RESPONDER), "out-of-band", "%s", who[i]);
        cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_CONFIRM), 0);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_run, just_works_names_nobody)
{
    struct memnet *net = run_with(SETTINGS("mitm=no"), NULL, NULL);
    ends_agree(net, "LTK", "just works");
    cr_expect_eq(memnet_last(net, BT_INITIATOR, IMP_CLAIM_COMMIT, NULL, NULL)->peer_n, 0);
    memnet_free(net);
    net = run_with(NULL, NULL, NULL);
    cr_expect_eq(memnet_last(net, BT_INITIATOR, IMP_CLAIM_COMMIT, NULL, NULL)->peer_n, BT_NAME);
    memnet_free(net);
}

/* Octets without the four of L2CAP. */
Test(bluetooth_pairing_run, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count, n;
    } expected[] = {
        {BT_MSG_SMP + SMP_REQUEST, 1, 7},
        {BT_MSG_SMP + SMP_RESPONSE, 1, 7},
        {BT_MSG_SMP + SMP_PUBLIC_KEY, 2, 65},
        {BT_MSG_SMP + SMP_CONFIRM, 40, 17},
        {BT_MSG_SMP + SMP_RANDOM, 40, 17},
        {BT_MSG_SMP + SMP_DHKEY_CHECK, 2, 17},
        {BT_MSG_ENC_REQ, 1, 23},
        {BT_MSG_ENC_RSP, 1, 13},
        {BT_MSG_START_ENC_REQ, 1, 1},
        {BT_MSG_START_ENC_RSP, 2, 5},
        {BT_MSG_PASSKEY_OF_RESPONDER, 1, 6},
    };
    struct memnet *net =
        run_with(SETTINGS("initiator.io=keyboard-only", "responder.io=display-only"), NULL, NULL);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %d", expected[i].message);
        cr_expect_eq(m->n, expected[i].n, "message %d", expected[i].message);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %d", expected[i].message);
    }
    memnet_free(net);
}

/* ---- policy
 * ----------------------------------------------------------------------------------------- */
static void refused(const char *const *settings, int role, const char *why)
{
    struct memnet *net = run_with(settings, NULL, NULL);
    cr_expect_not(memnet_completed(net, BT_INITIATOR), "%s", why);
    cr_expect_not(memnet_completed(net, BT_RESPONDER), "%s", why);
    cr_expect(memnet_last(net, role, IMP_CLAIM_REJECT, why, NULL), "%s", why);
    cr_expect(memnet_last(net, 1 - role, IMP_CLAIM_REJECT, "failed-by-peer", NULL), "%s", why);
    memnet_free(net);
}

Test(bluetooth_pairing_run, each_end_insists_for_itself)
{
    refused(SETTINGS("initiator.mitm=insist", "responder.io=no-input-no-output"), BT_INITIATOR,
            "authentication-requirements");
    refused(SETTINGS("responder.mitm=insist", "initiator.io=no-input-no-output"), BT_RESPONDER,
            "authentication-requirements");
    refused(SETTINGS("responder.secure-connections=only", "initiator.secure-connections=no"),
            BT_RESPONDER, "authentication-requirements");
    refused(SETTINGS("initiator.key-least=16", "responder.key-most=7"), BT_INITIATOR, "key-size");
}

Test(bluetooth_pairing_run, a_short_key_is_settled_where_both_allow_it)
{
    static const uint8_t zeros[9] = {0};
    struct memnet *net = run_with(SETTINGS("responder.key-most=7"), NULL, NULL);
    ends_agree(net, "LTK", "seven octets");
    cr_expect_arr_eq(memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, "LTK", NULL)->data, zeros, 9);
    memnet_free(net);
}

/* ---- what goes wrong
 * -------------------------------------------------------------------------------- */
static void broken_by(struct change c, const char *const *settings, int role, const char *why)
{
    struct memnet *net = run_with(settings, alter, &c);
    cr_expect_not(memnet_completed(net, BT_INITIATOR), "%s", why);
    cr_expect_not(memnet_completed(net, BT_RESPONDER), "%s", why);
    cr_expect(memnet_last(net, role, IMP_CLAIM_REJECT, why, NULL), "%s by %d", why, role);
    memnet_free(net);
}

#define LAST SIZE_MAX
Test(bluetooth_pairing_run, what_is_altered_is_noticed)
{
    const char *const *passkey = SETTINGS("initiator.io=keyboard-only");
    const char *const *legacy = SETTINGS("initiator.io=keyboard-only", "secure-connections=no");
    broken_by((struct change){BT_MSG_NUMBER_OF_RESPONDER, BT_RESPONDER, 5}, NULL, BT_INITIATOR,
              "numeric-comparison");
    broken_by((struct change){BT_MSG_NUMBER_OF_INITIATOR, BT_INITIATOR, 5}, NULL, BT_RESPONDER,
              "numeric-comparison");
    broken_by((struct change){BT_MSG_PASSKEY_OF_RESPONDER, BT_RESPONDER, 5}, passkey, BT_RESPONDER,
              "confirmation");
    broken_by((struct change){BT_MSG_PASSKEY_OF_RESPONDER, BT_RESPONDER, 5}, legacy, BT_RESPONDER,
              "confirmation");
    broken_by((struct change){BT_MSG_SMP + SMP_RANDOM, BT_RESPONDER, 5}, legacy, BT_INITIATOR,
              "confirmation");
    broken_by((struct change){BT_MSG_SMP + SMP_RANDOM, BT_RESPONDER, 5}, NULL, BT_INITIATOR,
              "confirmation");
    broken_by((struct change){BT_MSG_SMP + SMP_DHKEY_CHECK, BT_INITIATOR, 5}, NULL, BT_RESPONDER,
              "dhkey-check");
    broken_by((struct change){BT_MSG_SMP + SMP_DHKEY_CHECK, BT_RESPONDER, 5}, NULL, BT_INITIATOR,
              "dhkey-check");
    broken_by((struct change){BT_MSG_SMP + SMP_REQUEST, BT_INITIATOR, 3}, NULL, BT_RESPONDER,
              "dhkey-check");
}

/* The responder's check confirms what it has heard of the request; the initiator's does not. */
Test(bluetooth_pairing_run, dhkey_checks_are_left_out_by_option_alone)
{
    struct change request = {BT_MSG_SMP + SMP_REQUEST, BT_INITIATOR, 3};
    struct memnet *net = run_with(SETTINGS("initiator.checks-dhkey=false"), alter, &request);
    cr_expect(memnet_last(net, BT_RESPONDER, IMP_CLAIM_REJECT, "dhkey-check", NULL));
    memnet_free(net);
    net = run_with(SETTINGS("responder.checks-dhkey=false"), alter, &request);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

static bool foreign_key(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)n;
    (void)cap;
    if (m->message == BT_MSG_OOB_OF_RESPONDER)
        bytes[BT_NAME] ^= *(uint8_t *)arg; /* the commitment */
    return true;
}

Test(bluetooth_pairing_run, a_key_that_does_not_fit_the_oob_data_is_refused)
{
    const char *const *oob = SETTINGS("responder.oob=true", "initiator.await-oob=true");
    uint8_t one = 1;
    struct memnet *net = run_with(oob, foreign_key, &one);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "oob-confirmation", NULL));
    cr_expect_not(memnet_completed(net, BT_INITIATOR));
    memnet_free(net);
}

Test(bluetooth_pairing_run, a_display_that_does_not_name_the_method_changes_no_honest_run)
{
    static const char *const io[] = {"io=display-yes-no", "initiator.io=keyboard-only"};
    for (size_t i = 0; i < COUNT(io); i++) {
        struct memnet *net = run_with(SETTINGS(io[i], "names-method=false"), NULL, NULL);
        ends_agree(net, "LTK", io[i]);
        memnet_free(net);
    }
}

/* CVE-2018-5383: an altered y-coordinate is no point of the curve, and no confirmation covers it.
 */
Test(bluetooth_pairing_run, a_point_off_the_curve_is_refused_by_either_end)
{
    broken_by((struct change){BT_MSG_SMP + SMP_PUBLIC_KEY, BT_INITIATOR, LAST}, NULL, BT_RESPONDER,
              "public-key");
    broken_by((struct change){BT_MSG_SMP + SMP_PUBLIC_KEY, BT_RESPONDER, LAST}, NULL, BT_INITIATOR,
              "public-key");
}

/* CVE-2020-26558: whoever knows nothing of the passkey gives the initiator back what it sends. */
struct reflection {
    uint8_t kept[16][SMP_MAX];
};

static bool reflect(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    struct reflection *r = arg;
    int code = m->message - BT_MSG_SMP;
    (void)cap;
    bool echoed = code == SMP_PUBLIC_KEY || code == SMP_CONFIRM || code == SMP_RANDOM;
    if (!echoed)
        return true;
    if (m->from == BT_INITIATOR)
        memcpy(r->kept[code], bytes, *n);
    else
        memcpy(bytes, r->kept[code], *n);
    return true;
}

Test(bluetooth_pairing_run, a_reflected_public_key_is_refused)
{
    const char *const *io = SETTINGS("initiator.io=keyboard-only", "responder.io=display-only");
    struct reflection r = {0};
    struct memnet *net = run_with(io, reflect, &r);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "reflected-key", NULL));
    memnet_free(net);
    /* Without the check it gives away all twenty bits; only the DHKey check stops it. */
    net = run_with(SETTINGS("initiator.io=keyboard-only", "responder.io=display-only",
                            "initiator!accept-reflected-key"),
                   reflect, &r);
    cr_expect_not(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "reflected-key", NULL));
    cr_expect_not(memnet_completed(net, BT_INITIATOR));
    memnet_free(net);
}

Test(bluetooth_pairing_run, truncated_pdus_end_the_attempt)
{
    static const uint8_t codes[] = {SMP_REQUEST, SMP_RESPONSE, SMP_PUBLIC_KEY,
                                    SMP_CONFIRM, SMP_RANDOM,   SMP_DHKEY_CHECK};
    for (size_t i = 0; i < COUNT(codes); i++) {
        int message = BT_MSG_SMP + codes[i];
        struct memnet *net = run_with(NULL, memnet_cut_last, &message);
        cr_expect_not(memnet_complete(net), "code %d", codes[i]);
        cr_expect_gt(memnet_count_claims(net, BT_INITIATOR, IMP_CLAIM_REJECT, NULL) +
                         memnet_count_claims(net, BT_RESPONDER, IMP_CLAIM_REJECT, NULL),
                     0, "code %d", codes[i]);
        memnet_free(net);
    }
}

/* The first attempt fails, a later one goes through with new keys. */
static bool once(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    int *left = arg;
    (void)cap;
    if (m->message == BT_MSG_SMP + SMP_DHKEY_CHECK && (*left)-- > 0)
        bytes[*n - 1] ^= 1;
    return true;
}

Test(bluetooth_pairing_run, another_attempt_after_a_pause)
{
    int left = 1;
    struct memnet *net = run_with(NULL, once, &left);
    ends_agree(net, "LTK", "second attempt");
    cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_REQUEST), 2);
    memnet_free(net);
}

/* Who knows TK makes any confirmation his own. */
Test(bluetooth_pairing_run, c1_can_be_undone)
{
    struct bt_c1 of = {{1, 2, 3, 4, 5, 6, 7}, {8, 9}, {1, 10, 11}, {1, 12, 13}};
    uint8_t tk[16] = {[15] = 42}, confirm[16], blind[16] = "sent before", random[16];
    bt_c1_open(NULL, random, tk, blind, &of);
    bt_c1(NULL, confirm, tk, random, &of);
    cr_expect_arr_eq(confirm, blind, sizeof blind);
    tk[15] = 43;
    bt_c1(NULL, confirm, tk, random, &of);
    cr_expect_arr_neq(confirm, blind, sizeof blind);
}

/* ---- off line
 * ---------------------------------------------------------------------------------------- */
static int64_t passkey_found(const char *kind)
{
    const struct imp_guess *g = bt_guesses;
    struct memnet *net = run_with(SETTINGS("initiator.io=keyboard-only", kind), NULL, NULL);
    struct imp_env *env = (struct imp_env *)memnet_env(net, BT_RESPONDER);
    void *kept = calloc(1, g->evidence_size);
    bool enough = false;
    int64_t found = -1;
    cr_assert(memnet_complete(net));
    for (size_t i = 0; i < memnet_message_count(net) && !enough; i++) {
        const struct memnet_message *m = memnet_message(net, i);
        enough = g->evidence(kept, env, m->channel, m->bytes, m->n);
    }
    for (uint64_t i = 0; enough && i < 1000000 && found < 0; i++) {
        uint8_t tk[IMP_GUESS_MAX];
        size_t n = g->candidate(env, i, tk);
        found = g->right(kept, tk, n) ? (int64_t)i : -1;
    }
    if (found >= 0) {
        const struct memnet_message *m = memnet_last_message(net, BT_MSG_PASSKEY_OF_RESPONDER);
        char digits[8];
        snprintf(digits, sizeof digits, "%06lld", (long long)found);
        cr_expect_arr_eq(m->bytes, digits, BT_DIGITS);
    }
    free(kept);
    memnet_free(net);
    return found;
}

Test(bluetooth_pairing_run, the_passkey_of_legacy_pairing_is_found_in_what_was_recorded)
{
    cr_expect_geq(passkey_found("secure-connections=no"), 0);
    cr_expect_eq(passkey_found("secure-connections=only"), -1);
}
