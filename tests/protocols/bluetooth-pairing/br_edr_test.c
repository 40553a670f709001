/* SPDX-License-Identifier: GPL-2.0-only */
/* Secure Simple Pairing over LMP: every association model, failures, reconnection, key sizes. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#include "alter.h"

TestSuite(bluetooth_pairing_br_edr, .init = imp_crypto_init);

#define BR "transport=br-edr"
#define LMP(id) (BT_MSG_LMP + LMP_##id)
#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct memnet *run_with(const char *const *settings, memnet_filter *filter, void *arg)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    if (filter)
        memnet_filter_set(net, filter, arg);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static void ends_agree(const struct memnet *net, const char *what)
{
    static const char *const secrets[] = {"LTK", "encryption key"};
    cr_assert(memnet_complete(net), "%s", what);
    for (size_t i = 0; i < COUNT(secrets); i++) {
        const struct imp_claim *a =
            memnet_last(net, BT_RESPONDER, IMP_CLAIM_SECRET, secrets[i], NULL);
        const struct imp_claim *b =
            memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, secrets[i], NULL);
        cr_assert(a && b, "%s of %s", secrets[i], what);
        cr_expect_arr_eq(a->data, b->data, 16, "%s of %s", secrets[i], what);
        cr_expect_arr_eq(a->sid, b->sid, 16, "%s", what);
    }
    cr_expect_arr_eq(memnet_last(net, BT_RESPONDER, IMP_CLAIM_COMMIT, NULL, NULL)->data,
                     memnet_last(net, BT_INITIATOR, IMP_CLAIM_COMMIT, NULL, NULL)->data, 32, "%s",
                     what);
}

static bool is_model(const struct memnet *net, const char *name)
{
    const struct imp_claim *c = memnet_last(net, BT_INITIATOR, IMP_CLAIM_NEGOTIATED, "model", NULL);
    return c && c->data_n == strlen(name) && memcmp(c->data, name, c->data_n) == 0;
}

/* Volume 3 part C table 5.7: no other capability than these four. */
static const char *const responder_io[] = {
    "responder.io=display-only", "responder.io=display-yes-no", "responder.io=keyboard-only",
    "responder.io=no-input-no-output"};
static const char *const initiator_io[] = {
    "initiator.io=display-only", "initiator.io=display-yes-no", "initiator.io=keyboard-only",
    "initiator.io=no-input-no-output"};

Test(bluetooth_pairing_br_edr, every_pair_of_capabilities)
{
    for (uint8_t i = 0; i < COUNT(initiator_io); i++)
        for (uint8_t r = 0; r < COUNT(responder_io); r++) {
            struct smp_features a = {.io = i, .auth_req = SMP_MITM | SMP_SC};
            struct smp_features b = {.io = r, .auth_req = SMP_MITM | SMP_SC};
            struct memnet *net =
                run_with(SETTINGS(BR, initiator_io[i], responder_io[r]), NULL, NULL);
            ends_agree(net, initiator_io[i]);
            cr_expect(is_model(net, smp_model_name(smp_model_of(&a, &b))), "%s %s", initiator_io[i],
                      responder_io[r]);
            memnet_free(net);
        }
}

Test(bluetooth_pairing_br_edr, out_of_band)
{
    struct memnet *net =
        run_with(SETTINGS(BR, "responder.oob=true", "initiator.await-oob=true"), NULL, NULL);
    ends_agree(net, "out of band");
    cr_expect(is_model(net, "out-of-band"));
    cr_expect_eq(memnet_count_messages(net, LMP(SIMPLE_PAIRING_CONFIRM)), 0);
    memnet_free(net);
}

/* Octets of whole PDUs, with transaction ID and opcodes. */
Test(bluetooth_pairing_br_edr, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count, n;
    } expected[] = {
        {LMP(HOST_CONNECTION_REQ), 1, 1},
        {LMP(FEATURES_REQ_EXT), 1, 12},
        {LMP(FEATURES_RES_EXT), 1, 12},
        {LMP(SETUP_COMPLETE), 2, 1},
        {LMP(IO_CAPABILITY_REQ), 1, 5},
        {LMP(IO_CAPABILITY_RES), 1, 5},
        {LMP(ENCAPSULATED_HEADER), 2, 4},
        {LMP(ENCAPSULATED_PAYLOAD), 8, 17},
        {LMP(SIMPLE_PAIRING_CONFIRM), 1, 17},
        {LMP(SIMPLE_PAIRING_NUMBER), 2, 17},
        {LMP(DHKEY_CHECK), 2, 17},
        {LMP(AU_RAND), 2, 17},
        {LMP(SRES), 2, 5},
        {LMP(ENCRYPTION_MODE_REQ), 1, 2},
        {LMP(ENCRYPTION_KEY_SIZE_REQ), 1, 2},
        {LMP(START_ENCRYPTION_REQ), 1, 17},
    };
    struct memnet *net = run_with(SETTINGS(BR), NULL, NULL);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %zu", i);
        cr_expect_eq(m->n, expected[i].n, "message %zu", i);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %zu", i);
    }
    /* Set-up 1, headers 2, payloads 8, numbers 2, checks 2, mode, key size, start. */
    cr_expect_eq(memnet_count_messages(net, LMP(ACCEPTED)), 1 + 2 + 8 + 2 + 2 + 3);
    cr_expect_eq(memnet_last_message(net, LMP(ACCEPTED))->n, 2 + BT_MIC,
                 "the first that is sealed");
    memnet_free(net);
}

/* ---- what goes wrong
 * -------------------------------------------------------------------------------- */
Test(bluetooth_pairing_br_edr, what_is_altered_is_noticed)
{
    static const struct {
        struct change change;
        int role;
        const char *why, *io;
    } cases[] = {
        {{LMP(ENCAPSULATED_PAYLOAD), BT_INITIATOR, 16}, BT_RESPONDER, "public-key", BR},
        {{LMP(ENCAPSULATED_PAYLOAD), BT_RESPONDER, 16}, BT_INITIATOR, "public-key", BR},
        {{LMP(SIMPLE_PAIRING_NUMBER), BT_RESPONDER, 9}, BT_INITIATOR, "confirmation", BR},
        {{LMP(SIMPLE_PAIRING_NUMBER), BT_INITIATOR, 9},
         BT_RESPONDER,
         "confirmation",
         "initiator.io=keyboard-only"},
        {{BT_MSG_NUMBER_OF_RESPONDER, BT_RESPONDER, 5}, BT_INITIATOR, "numeric-comparison", BR},
        {{LMP(DHKEY_CHECK), BT_INITIATOR, 9}, BT_RESPONDER, "dhkey-check", BR},
        {{LMP(DHKEY_CHECK), BT_RESPONDER, 9}, BT_INITIATOR, "dhkey-check", BR},
        {{LMP(SRES), BT_INITIATOR, 1}, BT_RESPONDER, "authentication", BR},
        {{LMP(SRES), BT_RESPONDER, 1}, BT_INITIATOR, "authentication", BR},
        {{LMP(FEATURES_RES_EXT), BT_RESPONDER, 5}, BT_INITIATOR, "failed-by-peer", BR},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct change c = cases[i].change;
        struct memnet *net = run_with(SETTINGS(BR, cases[i].io), alter, &c);
        cr_expect(memnet_last(net, cases[i].role, IMP_CLAIM_REJECT, cases[i].why, NULL), "%s, %zu",
                  cases[i].why, i);
        cr_expect_not(memnet_completed(net, cases[i].role), "%s, %zu", cases[i].why, i);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_br_edr, each_end_may_insist_on_secure_connections)
{
    static const struct {
        const char *only, *no, *flaw;
        int role;
    } cases[] = {{"initiator.secure-connections=only", "responder.secure-connections=no",
                  "initiator!no-policy-check", BT_INITIATOR},
                 {"responder.secure-connections=only", "initiator.secure-connections=no",
                  "responder!no-responder-policy-check", BT_RESPONDER}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct memnet *net = run_with(SETTINGS(BR, cases[i].only, cases[i].no), NULL, NULL);
        cr_expect(memnet_last(net, cases[i].role, IMP_CLAIM_REJECT, "secure-connections", NULL));
        cr_expect_eq(memnet_count_messages(net, LMP(IO_CAPABILITY_REQ)), 0);
        memnet_free(net);
        net = run_with(SETTINGS(BR, cases[i].only, cases[i].no, cases[i].flaw), NULL, NULL);
        ends_agree(net, "a policy that is not followed");
        memnet_free(net);
    }
}

Test(bluetooth_pairing_br_edr, truncated_pdus_complete_nothing)
{
    for (int i = 0; i < LMP_COUNT; i++) {
        int message = BT_MSG_LMP + i;
        struct memnet *net = run_with(SETTINGS(BR), memnet_cut_last, &message);
        if (memnet_count_messages(net, message))
            cr_expect_not(memnet_complete(net), "%s", lmp_name((enum lmp_pdu)i));
        memnet_free(net);
    }
}

/* ---- bonds and key sizes
 * ---------------------------------------------------------------------------- */
Test(bluetooth_pairing_br_edr, a_bonded_device_is_authenticated_without_pairing)
{
    struct memnet *net = run_with(SETTINGS(BR), NULL, NULL);
    memnet_event(net, BT_RESPONDER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 150 * IMP_S);
    ends_agree(net, "again");
    cr_expect_eq(memnet_count_messages(net, LMP(IO_CAPABILITY_REQ)), 1);
    cr_expect_eq(memnet_count_messages(net, LMP(AU_RAND)), 4);
    memnet_event(net, BT_RESPONDER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "key-missing", NULL));
    cr_expect_eq(memnet_count_messages(net, LMP(IO_CAPABILITY_REQ)), 1);
    memnet_free(net);
}

static void size_is(const char *setting, unsigned octets)
{
    static const uint8_t zeros[16];
    struct memnet *net = run_with(SETTINGS(BR, setting), NULL, NULL);
    ends_agree(net, setting);
    const uint8_t *key =
        memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, "encryption key", NULL)->data;
    cr_expect_arr_eq(key, zeros, 16 - octets, "%s", setting);
    cr_expect_neq(key[16 - octets] | key[15], 0, "%s", setting);
    memnet_free(net);
}

Test(bluetooth_pairing_br_edr, the_shorter_of_both_keys_is_settled)
{
    size_is("initiator.key-most=8", 8);
    size_is("responder.key-most=7", 7);
    struct memnet *net =
        run_with(SETTINGS(BR, "responder.key-most=7", "initiator.key-least=16"), NULL, NULL);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "key-size", NULL));
    cr_expect_not(memnet_completed(net, BT_INITIATOR));
    memnet_free(net);
}

/* ---- PDUs
 * -------------------------------------------------------------------------------------------- */
Test(bluetooth_pairing_br_edr, only_whole_pdus_of_known_opcodes)
{
    uint8_t parameters[16] = {1, 2, 3}, pdu[LMP_MAX + 1];
    for (int i = 0; i < LMP_COUNT; i++) {
        size_t n = lmp_write(pdu, (enum lmp_pdu)i, parameters);
        cr_expect_leq(n, LMP_MAX, "fits a DM1 packet");
        cr_expect_eq(lmp_read(pdu, n), i, "%s", lmp_name((enum lmp_pdu)i));
        cr_expect_eq(lmp_read(pdu, n + 1), -1);
        cr_expect_eq(lmp_read(pdu, n - 1), -1);
    }
    pdu[0] = 126 << 1;
    cr_expect_eq(lmp_read(pdu, 1), -1);
    cr_expect_eq(lmp_read(pdu, 0), -1);
}
