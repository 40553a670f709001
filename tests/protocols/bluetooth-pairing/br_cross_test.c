/* SPDX-License-Identifier: GPL-2.0-only */
/* The LTK for LE that follows from pairing over BR/EDR, asked for by SMP on L2CAP channel 7. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_br_cross, .init = imp_crypto_init);

#define BR "transport=br-edr"
#define H7 "cross-transport=h7"
#define COUNT(a) (sizeof(a) / sizeof *(a))
enum { REQUEST = BT_MSG_BR_SMP, RESPONSE, FAILED, IRK, ADDRESS, CSRK };

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

static bool has_ltk(const struct memnet *net, int role, struct bt_bond *out)
{
    return memnet_cell(net, role, BT_CELL_OTHER, out, sizeof *out) == (int)sizeof *out;
}

/* Who has the key of the connection and the random value that begins its encryption. */
static struct bt_party insider(const struct memnet *net, int role)
{
    struct bt_party p = {.env = (struct imp_env *)memnet_env(net, role)};
    const struct memnet_message *start =
        memnet_last_message(net, BT_MSG_LMP + LMP_START_ENCRYPTION_REQ);
    memcpy(p.session, secret_of(net, role, "encryption key")->data, sizeof p.session);
    memcpy(p.iv, start->bytes + 1, sizeof p.iv);
    return p;
}

/* The first PDU from the other end, as that end wrote it. */
static void expect_octets(const struct memnet *net, int message, const uint8_t wanted[7])
{
    const struct memnet_message *m = memnet_last_message(net, message);
    uint8_t pdu[SMP_SEALED_MAX];
    cr_assert(m);
    cr_assert_eq(m->n, 7 + BT_MIC);
    struct bt_party p = insider(net, !m->from);
    size_t n = m->n;
    cr_assert(bt_open_sealed(&p, pdu, &n, m->bytes));
    cr_expect_arr_eq(pdu, wanted, 7);
}

static void expect_derived(const struct memnet *net, bool ct2)
{
    for (int role = 0; role < 2; role++) {
        const struct imp_claim *link_key = secret_of(net, role, "LTK");
        const struct imp_claim *ltk = secret_of(net, role, "LTK for LE");
        struct bt_bond b;
        uint8_t expected[16];
        cr_assert(link_key && ltk && has_ltk(net, role, &b));
        bt_ltk_of(NULL, expected, link_key->data, ct2);
        cr_expect_arr_eq(ltk->data, expected, 16);
        cr_expect_arr_eq(b.ltk, expected, 16);
        cr_expect_arr_eq(ltk->sid, link_key->sid, 16);
        cr_expect_arr_eq(b.name, memnet_last(net, !role, IMP_CLAIM_IDENTITY, NULL, NULL)->self,
                         BT_NAME);
        cr_expect_eq(b.secure, 1);
        cr_expect_eq(b.model, SMP_NUMERIC_COMPARISON);
    }
}

Test(bluetooth_pairing_br_cross, both_derive_by_h7_where_both_say_ct2_else_by_h6)
{
    static const struct {
        const char *initiator, *responder;
        uint8_t request, response; /* AuthReq */
    } all[] = {
        {"initiator.cross-transport=h7", "responder.cross-transport=h7", SMP_CT2, SMP_CT2},
        {"initiator.cross-transport=h7", "responder.cross-transport=h6", SMP_CT2, 0},
        {"initiator.cross-transport=h6", "responder.cross-transport=h7", 0, SMP_CT2},
        {"initiator.cross-transport=h6", "responder.cross-transport=h6", 0, 0},
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct memnet *net = paired(SETTINGS(BR, all[i].initiator, all[i].responder));
        expect_octets(net, REQUEST,
                      (uint8_t[]){SMP_REQUEST, 0, 0, all[i].request, 16, SMP_ENC_KEY, SMP_ENC_KEY});
        expect_octets(
            net, RESPONSE,
            (uint8_t[]){SMP_RESPONSE, 0, 0, all[i].response, 16, SMP_ENC_KEY, SMP_ENC_KEY});
        expect_derived(net, all[i].request && all[i].response);
        memnet_free(net);
    }
}

/* ---- fixed channels
 * --------------------------------------------------------------------------------- */
Test(bluetooth_pairing_br_cross, each_end_asks_which_fixed_channels_the_other_has)
{
    static const uint8_t request[] = {0x0a, 1, 2, 0, 3, 0};
    static const uint8_t response[] = {0x0b, 1, 12, 0, 3, 0, 0, 0, 0x82, 0, 0, 0, 0, 0, 0, 0};
    struct memnet *net = paired(SETTINGS(BR, H7));
    cr_expect_eq(memnet_count_messages(net, BT_MSG_INFORMATION_REQ), 2);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_INFORMATION_RSP), 2);
    const struct memnet_message *m = memnet_last_message(net, BT_MSG_INFORMATION_REQ);
    cr_assert_eq(m->n, sizeof request);
    cr_expect_arr_eq(m->bytes, request, sizeof request);
    m = memnet_last_message(net, BT_MSG_INFORMATION_RSP);
    cr_assert_eq(m->n, sizeof response);
    cr_expect_arr_eq(m->bytes, response, sizeof response);
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, nothing_without_both_ends_and_p_256)
{
    static const struct {
        const char *settings[2];
        size_t asked;
    } all[] = {
        {{"initiator.cross-transport=h7", "secure-connections=only"}, 1},
        {{"responder.cross-transport=h7", "secure-connections=only"}, 0},
        {{H7, "initiator.secure-connections=no"}, 0},
        {{H7, "responder.secure-connections=no"}, 0},
        {{H7, "key-most=6"}, 2}, /* LE has no keys of less than seven octets */
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct memnet *net =
            paired(SETTINGS(BR, all[i].settings[0], all[i].settings[1], "key-least=1"));
        cr_expect_eq(memnet_count_messages(net, BT_MSG_INFORMATION_REQ), all[i].asked, "%zu", i);
        cr_expect_eq(memnet_count_messages(net, REQUEST), 0, "%zu", i);
        for (int role = 0; role < 2; role++) {
            struct bt_bond b;
            cr_expect_not(has_ltk(net, role, &b), "%zu", i);
            cr_expect_null(secret_of(net, role, "LTK for LE"), "%zu", i);
        }
        memnet_free(net);
    }
}

/* ---- keys
 * ------------------------------------------------------------------------------------------- */
Test(bluetooth_pairing_br_cross, identities_are_handed_over_the_responders_first)
{
    static const int order[] = {IRK, ADDRESS, CSRK, IRK, ADDRESS, CSRK};
    struct memnet *net = paired(SETTINGS(BR, H7, "distributes=identity-and-signing"));
    size_t seen = 0;
    expect_octets(net, RESPONSE, (uint8_t[]){SMP_RESPONSE, 0, 0, SMP_CT2, 16, 7, 7});
    expect_derived(net, true);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message < IRK || m->channel != BT_BR_SMP)
            continue;
        cr_assert_lt(seen, COUNT(order));
        cr_expect_eq(m->from, seen < 3 ? BT_RESPONDER : BT_INITIATOR);
        cr_expect_eq(m->message, order[seen++]);
    }
    cr_expect_eq(seen, COUNT(order));
    for (int role = 0; role < 2; role++) {
        struct bt_identity of;
        cr_assert_eq(memnet_cell(net, role, BT_CELL_IDENTITY, &of, sizeof of), (int)sizeof of);
        const char *irk = role == BT_INITIATOR ? "IRK of the responder" : "IRK of the initiator";
        cr_expect_arr_eq(of.irk, secret_of(net, !role, irk)->data, 16);
    }
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, the_ltk_is_as_short_as_the_key_of_the_connection)
{
    static const uint8_t zeros[8];
    struct memnet *net = paired(SETTINGS(BR, H7, "key-most=8"));
    const uint8_t *ltk = secret_of(net, BT_INITIATOR, "LTK for LE")->data;
    cr_expect_arr_eq(ltk, zeros, 8);
    cr_expect_arr_neq(ltk + 8, zeros, 8);
    cr_expect_arr_eq(ltk, secret_of(net, BT_RESPONDER, "LTK for LE")->data, 16);
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, a_bond_is_used_without_deriving_again)
{
    struct memnet *net = paired(SETTINGS(BR, H7, "re-pairing=silent"));
    memnet_event(net, BT_RESPONDER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_LMP + LMP_START_ENCRYPTION_REQ), 2);
    cr_expect_eq(memnet_count_messages(net, REQUEST), 1);
    memnet_free(net);
}

static void expect_replaced(const char *bond, const char *policy, const char *other, bool replaced)
{
    struct memnet *net =
        memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(BR, H7, bond, policy, other));
    struct bt_bond before, after;
    cr_assert(has_ltk(net, BT_RESPONDER, &before));
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_assert(memnet_complete(net), "%s %s %s", bond, policy, other);
    for (int role = 0; role < 2; role++) {
        cr_assert(has_ltk(net, role, &after));
        cr_expect_eq(memcmp(after.ltk, before.ltk, 16) != 0, replaced, "%s %s %s", bond, policy,
                     other);
    }
    memnet_free(net);
}

/* Volume 3 part C section 14.1, CVE-2020-15802. */
Test(bluetooth_pairing_br_cross, a_weaker_key_replaces_none_unless_silently)
{
    static const char *const known = "other-bond=authenticated";
    static const char *const unknown = "other-bond=unauthenticated";
    static const char *const just_works = "responder.io=no-input-no-output";
    static const char *const comparison = "io=display-yes-no";
    expect_replaced(unknown, "re-pairing=refuse", comparison, false);
    expect_replaced(known, "re-pairing=no-weaker", just_works, false);
    expect_replaced(known, "re-pairing=no-weaker", comparison, true);
    expect_replaced(unknown, "re-pairing=no-weaker", just_works, true);
    expect_replaced(unknown, "re-pairing=no-weaker", "key-most=15", false); /* shorter */
    expect_replaced(known, "re-pairing=silent", just_works, true);
}

/* ---- failures
 * --------------------------------------------------------------------------------------- */
static bool lose_request(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != REQUEST;
}

/* Paired; the responder waits for a request that was lost. */
static struct memnet *waiting(const char *setting)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(BR, H7, setting));
    memnet_filter_set(net, lose_request, NULL);
    memnet_start(net);
    memnet_run_past(net, 10 * IMP_S);
    cr_assert_eq(memnet_state(net, BT_RESPONDER), BT_CROSS);
    return net;
}

/* A PDU as the initiator would seal its first one. */
static void inject_sealed(struct memnet *net, const uint8_t *pdu, size_t n)
{
    uint8_t frame[4 + SMP_SEALED_MAX] = {(uint8_t)n, 0, 7}, out[sizeof frame + BT_MIC];
    struct bt_party p = insider(net, BT_INITIATOR);
    memcpy(frame + 4, pdu, n);
    bt_seal(&p, out, (struct bt_packet){true, 0, 2}, frame, 4 + n);
    memnet_inject(net, BT_RESPONDER, BT_BR_SMP, NULL, out + 4, n + BT_MIC);
}

static void expect_failed(const struct memnet *net, enum smp_reason reason)
{
    const struct memnet_message *m = memnet_last_message(net, FAILED);
    uint8_t pdu[SMP_SEALED_MAX];
    cr_assert(m);
    struct bt_party p = insider(net, BT_INITIATOR);
    size_t n = m->n;
    cr_assert_eq(n, 2 + BT_MIC);
    p.sealed_got = 0;
    cr_assert(bt_open_sealed(&p, pdu, &n, m->bytes));
    cr_expect_eq(pdu[0], SMP_FAILED);
    cr_expect_eq(pdu[1], reason);
}

Test(bluetooth_pairing_br_cross, what_is_no_proper_request_is_refused)
{
    static const struct {
        uint8_t pdu[8];
        size_t n;
        enum smp_reason reason;
    } all[] = {
        {{SMP_REQUEST, 0, 0, 0, 15, 1, 1}, 7, SMP_KEY_SIZE},
        {{SMP_REQUEST, 0, 0, 0, 16, 1, 1, 0}, 8, SMP_PARAMETERS},
        {{SMP_RESPONSE, 0, 0, 0, 16, 1, 1}, 7, SMP_UNSPECIFIED},
    };
    for (size_t i = 0; i < COUNT(all); i++) {
        struct memnet *net = waiting(NULL);
        inject_sealed(net, all[i].pdu, all[i].n);
        memnet_run_past(net, 11 * IMP_S);
        expect_failed(net, all[i].reason);
        cr_expect_eq(memnet_state(net, BT_RESPONDER), BT_PAIRED);
        cr_expect_null(secret_of(net, BT_RESPONDER, "LTK for LE"));
        memnet_free(net);
    }
}

/* What has reserved fields of any value is a request as well. */
Test(bluetooth_pairing_br_cross, reserved_fields_do_not_matter)
{
    struct memnet *net = waiting(NULL);
    inject_sealed(net, (const uint8_t[]){SMP_REQUEST, 9, 1, 0x2d, 16, 1, 1}, 7);
    memnet_run_past(net, 11 * IMP_S);
    cr_expect(secret_of(net, BT_RESPONDER, "LTK for LE"));
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, who_does_not_derive_says_so)
{
    static const uint8_t request[] = {SMP_REQUEST, 0, 0, 0, 16, 1, 1};
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(BR));
    memnet_start(net);
    memnet_run_past(net, IMP_S / 2);
    memnet_inject(net, BT_RESPONDER, BT_BR_SMP, NULL, request, sizeof request);
    memnet_run_past(net, 60 * IMP_S);
    const struct memnet_message *m = memnet_last_message(net, FAILED);
    cr_assert(m, "without encryption in clear");
    cr_assert_eq(m->n, 2);
    cr_expect_eq(m->bytes[1], SMP_CROSS_TRANSPORT);
    cr_assert(memnet_complete(net));
    inject_sealed(net, request, sizeof request);
    memnet_run_past(net, 61 * IMP_S);
    expect_failed(net, SMP_CROSS_TRANSPORT);
    cr_expect_null(secret_of(net, BT_RESPONDER, "LTK for LE"));
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, without_an_answer_the_link_key_stays_alone)
{
    struct memnet *net = waiting(NULL);
    struct bt_bond b;
    memnet_run_past(net, 60 * IMP_S);
    cr_expect(memnet_complete(net));
    for (int role = 0; role < 2; role++) {
        cr_expect(memnet_last(net, role, IMP_CLAIM_REJECT, "cross-transport-timeout", NULL));
        cr_expect_not(has_ltk(net, role, &b));
        cr_expect_eq(memnet_cell(net, role, BT_CELL_BOND, &b, sizeof b), (int)sizeof b);
    }
    memnet_free(net);
}

Test(bluetooth_pairing_br_cross, what_is_altered_ends_the_attempt)
{
    int message = RESPONSE;
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(BR, H7));
    memnet_filter_set(net, memnet_spoil_last, &message);
    memnet_start(net);
    memnet_run_past(net, 10 * IMP_S);
    cr_expect(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "mic", NULL));
    cr_expect_null(secret_of(net, BT_INITIATOR, "LTK for LE"));
    memnet_free(net);
}
