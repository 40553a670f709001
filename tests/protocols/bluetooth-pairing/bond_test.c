/* SPDX-License-Identifier: GPL-2.0-only */
/* What lasts of a pairing: keys handed over, reconnection, lost keys, Security Request. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_bond, .init = imp_crypto_init);

#define LEGACY "secure-connections=no"
#define REQUEST (BT_MSG_SMP + SMP_REQUEST)

static struct memnet *paired(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_state(net, BT_INITIATOR), BT_PAIRED);
    cr_assert_eq(memnet_state(net, BT_RESPONDER), BT_PAIRED);
    return net;
}

static void again(struct memnet *net, int role, enum imp_event_kind kind)
{
    memnet_event(net, role, kind, NULL);
    memnet_run_past(net, 100 * IMP_S);
}

static struct imp_claim secret_of(const struct memnet *net, int role)
{
    const struct imp_claim *c = memnet_last(net, role, IMP_CLAIM_SECRET, "LTK", NULL);
    cr_assert(c, "LTK of role %d", role);
    return *c;
}

static void both_have(const struct memnet *net, const char *what)
{
    struct imp_claim a = secret_of(net, BT_INITIATOR), b = secret_of(net, BT_RESPONDER);
    cr_expect_arr_eq(a.data, b.data, 16, "%s", what);
    cr_expect_arr_eq(a.sid, b.sid, 16, "%s", what);
}

static struct bt_bond bond_of(const struct memnet *net, int role)
{
    struct bt_bond b = {0};
    cr_assert_eq(memnet_cell(net, role, BT_CELL_BOND, &b, sizeof b), (int)sizeof b);
    return b;
}

static void restarts(const char *kind)
{
    struct memnet *net = paired(SETTINGS("io=keyboard-display", kind));
    struct imp_claim before = secret_of(net, BT_INITIATOR);
    uint8_t ltk[16], sid[16];
    struct bt_bond b = bond_of(net, BT_RESPONDER);
    memcpy(ltk, before.data, 16);
    memcpy(sid, before.sid, 16);
    again(net, BT_RESPONDER, IMP_EVENT_START);
    both_have(net, kind);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 1, "%s", kind);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_ENC_REQ), 2, "%s", kind);
    cr_expect_arr_eq(secret_of(net, BT_INITIATOR).data, ltk, 16, "%s", kind);
    cr_expect_arr_neq(secret_of(net, BT_INITIATOR).sid, sid, 16, "%s", kind);
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_ENC_REQ);
    cr_expect_arr_eq(m->bytes + 1, b.rand, 8, "%s", kind);
    cr_expect_arr_eq(m->bytes + 9, b.ediv, 2, "%s", kind);
    memnet_free(net);
}

Test(bluetooth_pairing_bond, a_bonded_device_that_comes_back_is_encrypted_without_pairing)
{
    restarts(LEGACY);
    restarts("secure-connections=only");
}

Test(bluetooth_pairing_bond, legacy_pairing_hands_over_an_ltk_that_only_the_stk_opens)
{
    struct memnet *net = paired(SETTINGS(LEGACY));
    struct bt_bond b = bond_of(net, BT_INITIATOR);
    const struct memnet_message *m =
        memnet_last_message(net, BT_MSG_SMP + SMP_ENCRYPTION_INFORMATION);
    both_have(net, "handed over");
    cr_expect_arr_eq(b.ltk, secret_of(net, BT_RESPONDER).data, 16);
    cr_expect_eq(m->n, 17 + BT_MIC);
    cr_expect_eq(memnet_last_message(net, BT_MSG_SMP + SMP_CENTRAL_IDENTIFICATION)->n, 11 + BT_MIC);
    for (int i = 0; i < 16; i++)
        cr_expect_neq(memcmp(m->bytes + i, b.ltk, 4), 0, "in clear");
    memnet_free(net);
    net = paired(SETTINGS("secure-connections=only"));
    cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_ENCRYPTION_INFORMATION), 0);
    memnet_free(net);
}

static bool spoil(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)cap;
    if (m->message == *(const int *)arg)
        bytes[*n / 2] ^= 1;
    return true;
}

/* ---- identities --------------------------------------------------------------------------------
 */
static void expect_identity(const struct memnet *net, int of, bool signs)
{
    int at = of == BT_INITIATOR ? BT_RESPONDER : BT_INITIATOR;
    struct bt_identity id;
    uint8_t irk[16], csrk[16] = {0}, name[BT_NAME];
    cr_assert_eq(memnet_cell(net, at, BT_CELL_IDENTITY, &id, sizeof id), (int)sizeof id);
    cr_assert_eq(memnet_cell(net, of, BT_CELL_IRK, irk, sizeof irk), 16);
    cr_expect_eq(memnet_cell(net, of, BT_CELL_CSRK, csrk, sizeof csrk), signs ? 16 : -1);
    cr_expect_arr_eq(id.irk, irk, 16);
    cr_expect_arr_eq(id.csrk, csrk, 16);
    memcpy(name + 1, id.address, BT_ADDR); /* the type comes last, as it is turned round */
    name[0] = id.address[BT_ADDR];
    cr_expect_arr_eq(name, id.name, BT_NAME);
}

static void expect_known(const struct memnet *net, int of)
{
    const char *word = of == BT_INITIATOR ? "IRK of the initiator" : "IRK of the responder";
    uint8_t irk[16];
    memnet_cell(net, of, BT_CELL_IRK, irk, sizeof irk);
    for (int role = 0; role < 2; role++) {
        const struct imp_claim *c = memnet_last(net, role, IMP_CLAIM_SECRET, word, NULL);
        cr_assert(c, "%s", word);
        cr_expect_arr_eq(c->data, irk, 16);
    }
}

Test(bluetooth_pairing_bond, both_ends_hand_over_who_they_are)
{
    static const char *const kinds[] = {LEGACY, "secure-connections=only"};
    for (int k = 0; k < 2; k++)
        for (int signs = 0; signs < 2; signs++) {
            struct memnet *net = paired(
                SETTINGS("io=keyboard-display", kinds[k],
                         signs ? "distributes=identity-and-signing" : "distributes=identity"));
            size_t keys = 0, octets = 0;
            for (size_t i = 0; i < memnet_message_count(net); i++) {
                const struct memnet_message *m = memnet_message(net, i);
                bool key = m->message >= BT_MSG_SMP + SMP_ENCRYPTION_INFORMATION &&
                           m->message <= BT_MSG_SMP + SMP_SIGNING_INFORMATION;
                keys += key;
                octets += key ? m->n : 0;
            }
            cr_expect_eq(keys, (k ? 0 : 2) + 4 + 2 * (size_t)signs);
            cr_expect_eq(octets, (k ? 0U : 36U) + 66U + 42U * (size_t)signs);
            expect_identity(net, BT_INITIATOR, signs);
            expect_identity(net, BT_RESPONDER, signs);
            expect_known(net, BT_INITIATOR);
            expect_known(net, BT_RESPONDER);
            memnet_free(net);
        }
}

Test(bluetooth_pairing_bond, what_one_end_does_not_want_is_not_handed_over)
{
    for (int role = 0; role < 2; role++) {
        struct memnet *net = paired(SETTINGS("secure-connections=only",
                                             role ? "initiator.distributes=identity-and-signing"
                                                  : "responder.distributes=identity-and-signing"));
        cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_IDENTITY_INFORMATION), 0);
        memnet_free(net);
    }
}

/* Bits of the response that the request has not. */
static bool asks_for_more(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                          size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == BT_MSG_SMP + SMP_RESPONSE)
        bytes[*n - 1] |= SMP_SIGN_KEY;
    return true;
}

Test(bluetooth_pairing_bond, keys_that_nobody_asked_for_are_refused)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS("distributes=identity"));
    memnet_filter_set(net, asks_for_more, NULL);
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    cr_expect(!memnet_completed(net, BT_INITIATOR));
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "keys-not-asked-for", "link"));
    memnet_free(net);
}

Test(bluetooth_pairing_bond, altered_keys_end_the_connection)
{
    int messages[] = {BT_MSG_SMP + SMP_ENCRYPTION_INFORMATION,
                      BT_MSG_SMP + SMP_CENTRAL_IDENTIFICATION};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(LEGACY));
        memnet_filter_set(net, spoil, &messages[i]);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "mic", NULL));
        cr_expect_not(memnet_completed(net, BT_INITIATOR));
        memnet_free(net);
    }
}

/* ---- a key is lost
 * ----------------------------------------------------------------------------------- */
Test(bluetooth_pairing_bond, a_responder_without_its_key_is_refused_or_paired_anew)
{
    struct memnet *net = paired(NULL);
    again(net, BT_RESPONDER, IMP_EVENT_RESET);
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_REJECT);
    cr_assert(m);
    cr_expect_arr_eq(m->bytes, "\x11\x03\x06", 3);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "key-missing", NULL));
    cr_expect_eq(memnet_count_messages(net, REQUEST), 1);
    memnet_free(net);
    static const char *const allowed[] = {"re-pairing=silent", "re-pairing=no-weaker"};
    for (size_t i = 0; i < 2; i++) {
        net = paired(SETTINGS(allowed[i]));
        struct bt_bond old = bond_of(net, BT_INITIATOR);
        again(net, BT_RESPONDER, IMP_EVENT_RESET);
        cr_expect_eq(memnet_count_messages(net, REQUEST), 2, "%s", allowed[i]);
        both_have(net, allowed[i]);
        cr_expect_arr_neq(bond_of(net, BT_INITIATOR).ltk, old.ltk, 16, "%s", allowed[i]);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_bond, an_initiator_without_its_key_is_refused_by_the_responder)
{
    struct memnet *net = paired(NULL);
    memnet_event(net, BT_INITIATOR, IMP_EVENT_RESET, NULL);
    again(net, BT_RESPONDER, IMP_EVENT_START);
    cr_expect_gt(memnet_count_messages(net, REQUEST), 1);
    cr_expect(memnet_last(net, BT_RESPONDER, IMP_CLAIM_REJECT, "existing-bond", NULL));
    cr_expect_neq(memnet_state(net, BT_INITIATOR), BT_PAIRED);
    memnet_free(net);
}

/* The second answer says that there is neither display nor keyboard. */
static bool weaken(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    int *met = arg;
    (void)cap;
    (void)n;
    if (m->message == BT_MSG_SMP + SMP_RESPONSE && ++*met > 1)
        bytes[1] = SMP_NO_INPUT_NO_OUTPUT;
    return true;
}

Test(bluetooth_pairing_bond, a_weaker_pairing_does_not_replace_a_bond)
{
    int met = 0;
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS("re-pairing=no-weaker"));
    memnet_filter_set(net, weaken, &met);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    again(net, BT_RESPONDER, IMP_EVENT_RESET);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "existing-bond", NULL));
    memnet_free(net);
}

Test(bluetooth_pairing_bond, after_the_user_has_removed_the_bond_both_pair)
{
    struct memnet *net = paired(NULL);
    memnet_event(net, BT_INITIATOR, IMP_EVENT_RESET, NULL);
    again(net, BT_RESPONDER, IMP_EVENT_RESET);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 2);
    both_have(net, "new");
    memnet_free(net);
}

/* ---- who begins
 * -------------------------------------------------------------------------------------- */
Test(bluetooth_pairing_bond, the_responder_asks_for_security)
{
    struct memnet *net = paired(SETTINGS("security-request=true"));
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_SMP + SMP_SECURITY_REQUEST);
    cr_assert(m);
    cr_expect_arr_eq(m->bytes, "\x0b\x0d", 2, "bonding, MITM, Secure Connections");
    cr_expect_lt(m->at, memnet_last_message(net, REQUEST)->at);
    again(net, BT_RESPONDER, IMP_EVENT_START);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_SECURITY_REQUEST), 2);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 1, "the bond is enough");
    both_have(net, "asked");
    memnet_free(net);
}

/* As if both had paired before they had Secure Connections. */
static void make_legacy(struct memnet *net, int role)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    struct bt_bond b = bond_of(net, role);
    b.secure = false;
    env->ops->cell_put(env, BT_CELL_BOND, &b, sizeof b);
}

Test(bluetooth_pairing_bond, who_is_asked_for_secure_connections_does_not_come_with_a_legacy_bond)
{
    struct memnet *net = paired(SETTINGS("security-request=true", "re-pairing=no-weaker"));
    make_legacy(net, BT_INITIATOR);
    make_legacy(net, BT_RESPONDER);
    again(net, BT_RESPONDER, IMP_EVENT_START);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 2);
    both_have(net, "better");
    cr_expect(bond_of(net, BT_INITIATOR).secure);
    cr_expect(bond_of(net, BT_RESPONDER).secure);
    again(net, BT_RESPONDER, IMP_EVENT_START);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 2, "that bond is enough");
    memnet_free(net);
}

Test(bluetooth_pairing_bond, where_an_end_has_no_secure_connections_a_legacy_bond_is_enough)
{
    static const char *const without[] = {"initiator.secure-connections=no",
                                          "responder.secure-connections=no"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            paired(SETTINGS("security-request=true", "io=keyboard-display", without[i]));
        again(net, BT_RESPONDER, IMP_EVENT_START);
        cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_SECURITY_REQUEST), 2);
        cr_expect_eq(memnet_count_messages(net, REQUEST), 1, "%s", without[i]);
        both_have(net, without[i]);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_bond, an_initiator_that_is_not_asked_waits)
{
    struct memnet *net =
        memnet_new(&imp_bluetooth_pairing, 7, SETTINGS("initiator.security-request=true"));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_FEATURE_RSP), 1);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 0);
    memnet_free(net);
}

/* ---- a passkey that stays
 * ---------------------------------------------------------------------------- */
Test(bluetooth_pairing_bond, a_fixed_passkey_is_shown_again)
{
    static const char *const kinds[] = {"fixed-passkey=true", "fixed-passkey=false"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            paired(SETTINGS(kinds[i], "re-pairing=silent", "initiator.io=keyboard-only"));
        char first[BT_DIGITS];
        memcpy(first, memnet_last_message(net, BT_MSG_PASSKEY_OF_RESPONDER)->bytes, BT_DIGITS);
        again(net, BT_INITIATOR, IMP_EVENT_RESET);
        again(net, BT_RESPONDER, IMP_EVENT_START);
        cr_assert_eq(memnet_count_messages(net, BT_MSG_PASSKEY_OF_RESPONDER), 2);
        const struct memnet_message *m = memnet_last_message(net, BT_MSG_PASSKEY_OF_RESPONDER);
        cr_expect_eq(memcmp(m->bytes, first, BT_DIGITS) == 0, i == 0, "%s", kinds[i]);
        memnet_free(net);
    }
}
