/* SPDX-License-Identifier: GPL-2.0-only */
/* Secure Simple Pairing with P-192, legacy authentication and E0: what is used over BR/EDR where
 * not both ends have Secure Connections. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#include "alter.h"

TestSuite(bluetooth_pairing_br_legacy, .init = imp_crypto_init);

#define BR "transport=br-edr"
#define ONE "responder.secure-connections=no" /* it takes one end */
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

static const struct imp_claim *says(const struct memnet *net, int role, const char *name)
{
    const struct imp_claim *c = memnet_last(net, role, IMP_CLAIM_NEGOTIATED, name, NULL);
    cr_assert(c, "%s of %d", name, role);
    return c;
}

static void is(const struct memnet *net, const char *name, const char *value)
{
    for (int role = 0; role < 2; role++) {
        const struct imp_claim *c = says(net, role, name);
        cr_expect_eq(c->data_n, strlen(value), "%s", value);
        cr_expect_arr_eq(c->data, value, c->data_n, "%s", value);
    }
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
    is(net, "curve", "P-192");
}

Test(bluetooth_pairing_br_legacy, every_association_model)
{
    static const struct {
        const char *initiator, *responder, *model;
    } cases[] = {
        {"initiator.io=no-input-no-output", "responder.io=display-yes-no", "just-works"},
        {"initiator.io=display-yes-no", "responder.io=display-yes-no", "numeric-comparison"},
        {"initiator.io=display-only", "responder.io=keyboard-only", "passkey-initiator-displays"},
        {"initiator.io=keyboard-only", "responder.io=display-only", "passkey-responder-displays"},
        {"initiator.io=keyboard-only", "responder.io=keyboard-only", "passkey-both-enter"},
        {"initiator.await-oob=true", "responder.oob=true", "out-of-band"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct memnet *net =
            run_with(SETTINGS(BR, ONE, cases[i].initiator, cases[i].responder), NULL, NULL);
        ends_agree(net, cases[i].model);
        is(net, "model", cases[i].model);
        memnet_free(net);
    }
}

/* Keys of 48 octets in three pieces; challenges answered one after the other; no MIC. */
Test(bluetooth_pairing_br_legacy, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count, n;
    } expected[] = {
        {LMP(ENCAPSULATED_HEADER), 2, 4},
        {LMP(ENCAPSULATED_PAYLOAD), 6, 17},
        {LMP(AU_RAND), 2, 17},
        {LMP(SRES), 2, 5},
        {LMP(ENCRYPTION_MODE_REQ), 1, 2},
        {LMP(START_ENCRYPTION_REQ), 1, 17},
    };
    struct memnet *net = run_with(SETTINGS(BR, "secure-connections=no"), NULL, NULL);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %zu", i);
        cr_expect_eq(m->n, expected[i].n, "message %zu", i);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %zu", i);
    }
    cr_expect_eq(memnet_last_message(net, LMP(ACCEPTED))->n, 2, "sealed");
    memnet_free(net);
}

Test(bluetooth_pairing_br_legacy, what_is_altered_is_noticed)
{
    static const struct {
        struct change change;
        int role;
        const char *why;
    } cases[] = {
        {{LMP(ENCAPSULATED_PAYLOAD), BT_INITIATOR, 16}, BT_RESPONDER, "public-key"},
        {{LMP(ENCAPSULATED_PAYLOAD), BT_RESPONDER, 16}, BT_INITIATOR, "public-key"},
        {{LMP(SIMPLE_PAIRING_NUMBER), BT_RESPONDER, 9}, BT_INITIATOR, "confirmation"},
        {{LMP(DHKEY_CHECK), BT_INITIATOR, 9}, BT_RESPONDER, "dhkey-check"},
        {{LMP(SRES), BT_RESPONDER, 1}, BT_INITIATOR, "authentication"},
        {{LMP(SRES), BT_INITIATOR, 1}, BT_RESPONDER, "authentication"},
        {{LMP(START_ENCRYPTION_REQ), BT_INITIATOR, 3}, BT_INITIATOR, "encryption"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct change c = cases[i].change;
        struct memnet *net = run_with(SETTINGS(BR, ONE), alter, &c);
        cr_expect(memnet_last(net, cases[i].role, IMP_CLAIM_REJECT, cases[i].why, NULL), "%s, %zu",
                  cases[i].why, i);
        cr_expect_not(memnet_completed(net, cases[i].role), "%s, %zu", cases[i].why, i);
        memnet_free(net);
    }
}

/* Nothing authenticates the pages: who clears the bit in both has both ends pair with P-192. */
static bool strip(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)arg;
    (void)n;
    (void)cap;
    if (m->message == LMP(FEATURES_REQ_EXT) || m->message == LMP(FEATURES_RES_EXT))
        bytes[5] &= 0xfe;
    return true;
}

Test(bluetooth_pairing_br_legacy, features_can_be_taken_away_where_nobody_insists)
{
    struct memnet *net = run_with(SETTINGS(BR), strip, NULL);
    ends_agree(net, "taken away");
    memnet_free(net);
    net = run_with(SETTINGS(BR, "responder.secure-connections=only"), strip, NULL);
    cr_expect(memnet_last(net, BT_RESPONDER, IMP_CLAIM_REJECT, "secure-connections", NULL));
    cr_expect_not(memnet_completed(net, BT_RESPONDER));
    memnet_free(net);
}

Test(bluetooth_pairing_br_legacy, a_bond_without_secure_connections_is_used_so)
{
    struct memnet *net = run_with(SETTINGS(BR, ONE), NULL, NULL);
    memnet_event(net, BT_RESPONDER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 150 * IMP_S);
    ends_agree(net, "again");
    cr_expect_eq(memnet_count_messages(net, LMP(IO_CAPABILITY_REQ)), 1);
    cr_expect_eq(memnet_count_messages(net, LMP(AU_RAND)), 4);
    memnet_event(net, BT_RESPONDER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "key-missing", NULL));
    memnet_free(net);
}

/* A shortened key is a multiple of a polynomial: of so many octets of entropy, in sixteen. */
Test(bluetooth_pairing_br_legacy, a_short_key_has_as_few_octets_of_entropy)
{
    struct memnet *net =
        run_with(SETTINGS(BR, ONE, "key-least=1", "responder.key-most=1"), NULL, NULL);
    ends_agree(net, "one octet");
    const uint8_t *key =
        memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, "encryption key", NULL)->data;
    unsigned found = 0;
    for (unsigned v = 0; v < 256; v++) {
        uint8_t entropy[16] = {(uint8_t)v}, candidate[16];
        bt_br_key_of(candidate, entropy, 1);
        found += memcmp(candidate, key, sizeof candidate) == 0;
    }
    cr_expect_eq(found, 1);
    memnet_free(net);
}
