/* SPDX-License-Identifier: GPL-2.0-only */
/* The link key for BR/EDR that follows from pairing over LE, and whether it replaces another. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_cross_transport, .init = imp_crypto_init);

#define JUST_WORKS "responder.io=no-input-no-output"
#define COUNT(a) (sizeof(a) / sizeof *(a))

static struct memnet *paired(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

static const struct imp_claim *secret_of(const struct memnet *net, int role, const char *name)
{
    return memnet_last(net, role, IMP_CLAIM_SECRET, name, NULL);
}

static bool has_link_key(const struct memnet *net, int role, struct bt_bond *out)
{
    return memnet_cell(net, role, BT_CELL_OTHER, out, sizeof *out) == (int)sizeof *out;
}

/* Octet `at` of request and response. */
static void expect_octets(const struct memnet *net, size_t at, uint8_t request, uint8_t response)
{
    cr_expect_eq(memnet_last_message(net, BT_MSG_SMP + SMP_REQUEST)->bytes[at], request);
    cr_expect_eq(memnet_last_message(net, BT_MSG_SMP + SMP_RESPONSE)->bytes[at], response);
}

static void expect_derived(const struct memnet *net, bool ct2)
{
    for (int role = 0; role < 2; role++) {
        const struct imp_claim *ltk = secret_of(net, role, "LTK");
        const struct imp_claim *key = secret_of(net, role, "link key");
        struct bt_bond b;
        uint8_t expected[16];
        cr_assert(ltk && key && has_link_key(net, role, &b));
        bt_link_key_of(NULL, expected, ltk->data, ct2);
        cr_expect_arr_eq(key->data, expected, 16);
        cr_expect_arr_eq(b.ltk, expected, 16);
        cr_expect_arr_eq(key->sid, ltk->sid, 16);
        cr_expect_arr_eq(b.name, memnet_last(net, !role, IMP_CLAIM_IDENTITY, NULL, NULL)->self,
                         BT_NAME);
        cr_expect_eq(b.secure, 1);
        cr_expect_eq(b.model, SMP_NUMERIC_COMPARISON);
    }
}

Test(bluetooth_pairing_cross_transport, both_derive_by_h7_where_both_say_ct2_else_by_h6)
{
    static const struct {
        const char *initiator, *responder;
        uint8_t request, response;
        bool ct2;
    } all[] = {
        {"initiator.cross-transport=h7", "responder.cross-transport=h7", 0x2d, 0x2d, true},
        {"initiator.cross-transport=h7", "responder.cross-transport=h6", 0x2d, 0x0d, false},
        {"initiator.cross-transport=h6", "responder.cross-transport=h7", 0x0d, 0x2d, false},
        {"initiator.cross-transport=h6", "responder.cross-transport=h6", 0x0d, 0x0d, false},
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct memnet *net =
            paired(SETTINGS(all[i].initiator, all[i].responder, "secure-connections=only"));
        expect_octets(net, 3, all[i].request, all[i].response);
        expect_octets(net, 5, 0x08, 0x08);
        expect_octets(net, 6, 0x08, 0x08);
        expect_derived(net, all[i].ct2);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_cross_transport, no_link_key_without_both_ends_and_secure_connections)
{
    static const char *const all[][2] = {
        {"initiator.cross-transport=h7", "secure-connections=only"},
        {"responder.cross-transport=h7", "secure-connections=only"},
        {"cross-transport=h7", "initiator.secure-connections=no"},
        {"cross-transport=h7", "responder.secure-connections=no"},
        {"cross-transport=no", "secure-connections=only"},
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct memnet *net = paired(SETTINGS(all[i][0], all[i][1]));
        for (int role = 0; role < 2; role++) {
            struct bt_bond b;
            cr_expect_not(has_link_key(net, role, &b), "%s %s", all[i][0], all[i][1]);
            cr_expect_null(secret_of(net, role, "link key"));
            cr_expect_null(memnet_last(net, role, IMP_CLAIM_CONFIG, NULL, NULL));
        }
        memnet_free(net);
    }
}

/* Volume 3 part C section 10.3.1.2, note. */
Test(bluetooth_pairing_cross_transport, a_short_ltk_does_not_shorten_the_link_key)
{
    struct memnet *net = paired(SETTINGS("cross-transport=h7", "key-most=7"));
    const struct imp_claim *ltk = secret_of(net, BT_INITIATOR, "LTK");
    uint8_t of_short[16];
    cr_assert_arr_eq(ltk->data, "\0\0\0\0\0\0\0\0\0", 9);
    bt_link_key_of(NULL, of_short, ltk->data, true);
    cr_expect_arr_neq(secret_of(net, BT_INITIATOR, "link key")->data, of_short, 16);
    cr_expect_arr_eq(secret_of(net, BT_INITIATOR, "link key")->data,
                     secret_of(net, BT_RESPONDER, "link key")->data, 16);
    memnet_free(net);
}

Test(bluetooth_pairing_cross_transport, identities_are_handed_over_beside_it)
{
    struct memnet *net = paired(SETTINGS("cross-transport=h7", "distributes=identity"));
    expect_octets(net, 5, 0x0a, 0x0a);
    expect_derived(net, true);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_SMP + SMP_IDENTITY_INFORMATION), 2);
    memnet_free(net);
}

Test(bluetooth_pairing_cross_transport, a_bond_is_used_without_deriving_again)
{
    struct memnet *net = paired(SETTINGS("cross-transport=h7", "re-pairing=silent"));
    struct bt_bond before, after;
    size_t claims = memnet_count_claims(net, BT_INITIATOR, IMP_CLAIM_SECRET, "link key");
    cr_assert(has_link_key(net, BT_INITIATOR, &before));
    memnet_event(net, BT_RESPONDER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_ENC_REQ), 2);
    cr_assert(has_link_key(net, BT_INITIATOR, &after));
    cr_expect_arr_eq(&before, &after, sizeof before);
    cr_expect_eq(memnet_count_claims(net, BT_INITIATOR, IMP_CLAIM_SECRET, "link key"), claims);
    memnet_event(net, BT_INITIATOR, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 110 * IMP_S);
    cr_expect_not(has_link_key(net, BT_INITIATOR, &after));
    memnet_free(net);
}

/* ---- a key that is there already (volume 3 part C section 14.1, CVE-2020-15802)
 * ---------------------------------------------------------------------------------------------- */
/* The responder's claim is one of the initiator's. */
static bool installs_what_is_known(const struct memnet *net)
{
    const struct imp_claim *c = memnet_last(net, BT_RESPONDER, IMP_CLAIM_CONFIG, NULL, NULL);
    bool found = false;
    for (size_t i = 0; c && i < memnet_claim_count(net); i++) {
        const struct memnet_claim *m = memnet_claim(net, i);
        found = found || (m->role == BT_INITIATOR && m->claim.kind == IMP_CLAIM_CONFIG &&
                          memcmp(m->claim.data, c->data, 32) == 0);
    }
    return found;
}

static void expect_replaced(const char *bond, const char *policy, const char *io, bool replaced)
{
    const char *const *settings = SETTINGS("cross-transport=h7", bond, policy, io);
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    struct bt_bond before[2], after;
    for (int role = 0; role < 2; role++)
        cr_assert(has_link_key(net, role, &before[role]));
    cr_assert_arr_eq(before[0].ltk, before[1].ltk, 16);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_assert(memnet_complete(net), "%s %s %s", bond, policy, io);
    for (int role = 0; role < 2; role++) {
        cr_assert(has_link_key(net, role, &after), "%s %s %s", bond, policy, io);
        cr_expect_eq(memcmp(after.ltk, before[role].ltk, 16) != 0, replaced, "%s %s %s", bond,
                     policy, io);
        cr_expect_eq(secret_of(net, role, "link key") != NULL, replaced, "%s %s %s", bond, policy,
                     io);
    }
    cr_expect(installs_what_is_known(net), "%s %s %s", bond, policy, io);
    memnet_free(net);
}

Test(bluetooth_pairing_cross_transport, a_weaker_key_replaces_none_unless_silently)
{
    static const char *const comparison = "io=display-yes-no";
    static const char *const known = "other-bond=authenticated";
    static const char *const unknown = "other-bond=unauthenticated";
    expect_replaced(known, "re-pairing=refuse", JUST_WORKS, false);
    expect_replaced(known, "re-pairing=refuse", comparison, false);
    expect_replaced(unknown, "re-pairing=refuse", comparison, false);
    expect_replaced(known, "re-pairing=no-weaker", JUST_WORKS, false);
    expect_replaced(known, "re-pairing=no-weaker", comparison, true);
    expect_replaced(unknown, "re-pairing=no-weaker", JUST_WORKS, true);
    expect_replaced(known, "re-pairing=silent", JUST_WORKS, true);
}
