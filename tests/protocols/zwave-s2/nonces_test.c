/* SPDX-License-Identifier: GPL-2.0-only */
/* Nonces that were lost: repeated frames, nonces ahead, and SOS with `resynchronisation`. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "puppet.h"

extern const struct imp_mechanism imp_zwave_s2;

TestSuite(zwave_s2_nonces, .init = imp_crypto_init);

/* ---- two ends of a link
 * -----------------------------------------------------------------------------------------------
 */
static const uint8_t command[] = {ZW_CLASS_S2, ZW_S2_KEY_VERIFY};

static void pair(struct zw_link *a, struct zw_link *b, const struct zw_derived *keys)
{
    static const uint8_t ei[ZW_EI] = {7};
    *a = (struct zw_link){.ends = {1, 2, {0xc0, 0, 0, 7}}};
    *b = (struct zw_link){.ends = {2, 1, {0xc0, 0, 0, 7}}};
    zw_span_begin(NULL, &a->span, ei, ei, keys->pstring);
    memcpy(a->span_key, keys->ccm, ZW_KEY);
    b->span = a->span;
    memcpy(b->span_key, keys->ccm, ZW_KEY);
}

Test(zwave_s2_nonces, up_to_four_lost_frames_are_passed_over)
{
    static const uint8_t key[ZW_KEY] = {3};
    struct zw_derived keys;
    zw_network(NULL, &keys, key);
    for (int missing = 0; missing <= 5; missing++) {
        struct zw_link a, b;
        uint8_t frame[ZW_FRAME_MAX], clear[ZW_FRAME_MAX];
        size_t n = 0;
        pair(&a, &b, &keys);
        for (int i = 0; i <= missing; i++)
            n = zw_seal(NULL, &a, &keys, NULL, command, sizeof command, frame);
        cr_expect_eq(zw_open(NULL, &b, &keys, frame, n, clear), missing < 5 ? 2 : ZW_UNOPENED,
                     "%d are missing", missing);
        cr_expect_eq(b.span.ready, missing < 5);
    }
}

Test(zwave_s2_nonces, a_repeated_frame_costs_no_nonce)
{
    static const uint8_t key[ZW_KEY] = {3};
    struct zw_derived keys;
    struct zw_link a, b;
    uint8_t first[ZW_FRAME_MAX], second[ZW_FRAME_MAX], third[ZW_FRAME_MAX], clear[ZW_FRAME_MAX];
    zw_network(NULL, &keys, key);
    pair(&a, &b, &keys);
    size_t n = zw_seal(NULL, &a, &keys, NULL, command, sizeof command, first);
    zw_seal(NULL, &a, &keys, NULL, command, sizeof command, second);
    zw_seal(NULL, &a, &keys, NULL, command, sizeof command, third);
    cr_expect_eq(zw_open(NULL, &b, &keys, first, n, clear), 2);
    cr_expect_eq(zw_open(NULL, &b, &keys, first, n, clear), ZW_REPEATED);
    cr_expect_eq(zw_open(NULL, &b, &keys, second, n, clear), 2);
    cr_expect_eq(zw_open(NULL, &b, &keys, first, n, clear), ZW_REPEATED, "the one before the last");
    cr_expect_eq(zw_open(NULL, &b, &keys, third, n, clear), 2);
}

/* ---- inclusions
 * -----------------------------------------------------------------------------------------------
 */
/* Spoils the tag of the first message of a kind from a role, but for some of them. */
struct spoil {
    int message, from, skip;
};

static bool spoiled(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    struct spoil *s = arg;
    (void)cap;
    if (m->message == s->message && m->from == s->from && s->skip-- == 0)
        bytes[*n - 1] ^= 1;
    return true;
}

static const struct spoil encapsulated[] = {
    {ZW_MSG_ECHO_REPORT, ZW_CONTROLLER, 0},   {ZW_MSG_KEY_GET, ZW_NODE, 0},
    {ZW_MSG_KEY_REPORT, ZW_CONTROLLER, 0},    {ZW_MSG_KEY_VERIFY, ZW_NODE, 0},
    {ZW_MSG_TRANSFER_END, ZW_CONTROLLER, 0},  {ZW_MSG_KEY_GET, ZW_NODE, 1},
    {ZW_MSG_TRANSFER_END, ZW_CONTROLLER, 1},  {ZW_MSG_TRANSFER_END, ZW_NODE, 0},
    {ZW_MSG_SUPPORTED_GET, ZW_CONTROLLER, 0}, {ZW_MSG_SUPPORTED_REPORT, ZW_NODE, 0},
};

static struct memnet *spoilt(const struct spoil *what, const char *resync)
{
    struct spoil s = *what;
    struct memnet *net =
        memnet_new(&imp_zwave_s2, 7, SETTINGS("keys=s2", "grant=s2", "retry=3600", resync));
    memnet_filter_set(net, spoiled, &s);
    memnet_start(net);
    memnet_run_past(net, 300 * IMP_S);
    memnet_filter_set(net, NULL, NULL);
    return net;
}

/* What follows the last Transfer End is no part of the inclusion. */
Test(zwave_s2_nonces, a_spoiled_frame_ends_an_inclusion_or_is_asked_for_again)
{
    size_t all = sizeof encapsulated / sizeof *encapsulated;
    for (size_t i = 0; i < all; i++) {
        struct memnet *net = spoilt(&encapsulated[i], "resynchronisation=false");
        cr_expect_eq(memnet_complete(net), i >= all - 2, "case %zu", i);
        memnet_free(net);
        net = spoilt(&encapsulated[i], "resynchronisation=true");
        cr_expect(memnet_complete(net), "case %zu, resynchronised", i);
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_KEX_FAIL), 0, "case %zu", i);
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_NODE_INFO), 1, "case %zu", i);
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_SUPPORTED_REPORT), 1 + (i == all - 1),
                     "case %zu", i);
        memnet_free(net);
    }
}

/* Frames of nobody's. */
Test(zwave_s2_nonces, sos_is_said_so_often_and_no_more)
{
    uint8_t noise[4 + ZW_EXTENSION + 2 + ZW_TAG] = {ZW_CLASS_S2, ZW_S2_ENCAPSULATION, 0x80, 0};
    uint8_t begins[sizeof noise] = {ZW_CLASS_S2, ZW_S2_ENCAPSULATION, 0x40, 1, 18, 0x41};
    struct puppet p;
    uint8_t clear[ZW_FRAME_MAX];
    puppet_begin(&p, ZW_CONTROLLER,
                 SETTINGS("keys=unauthenticated", "resynchronisation=true", "retry=3600"));
    puppet_agree(&p, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_ECHO_SET, clear), 2 + ZW_KEX);
    for (int i = 0; i < 3; i++, noise[2] += 3)
        puppet_say(&p, noise, sizeof noise);
    cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_NONCE_REPORT), 1, "an answer is awaited");
    for (int i = 0; i < 6; i++, begins[2] += 3)
        puppet_say(&p, begins, sizeof begins);
    cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_NONCE_REPORT), 3);
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, 1);
    cr_expect_eq(memnet_state(p.net, ZW_NODE), ZW_N_ECHO, "the SPAN is lost");
    p.x.link.span.ready = false;
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, 1);
    cr_expect_eq(memnet_state(p.net, ZW_NODE), ZW_N_KEY, "a new one is not");
    puppet_end(&p);
}

/* The last command is repeated twice; after that its entropy input is for the next one. */
Test(zwave_s2_nonces, sos_without_anything_to_repeat_is_an_invitation)
{
    struct puppet p;
    uint8_t clear[ZW_FRAME_MAX], report[3 + ZW_KEY] = {ZW_CLASS_S2, ZW_S2_KEY_REPORT, 1, 7};
    puppet_begin(&p, ZW_CONTROLLER,
                 SETTINGS("keys=unauthenticated", "resynchronisation=true", "retry=3600"));
    puppet_agree(&p, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_ECHO_SET, clear), 2 + ZW_KEX);
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, 1);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_KEY_GET, clear), 3);
        puppet_sos(&p);
    }
    cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_KEY_GET), 3);
    size_t questions = memnet_count_messages(p.net, ZW_MSG_NONCE_GET);
    p.x.link.span.ready = false;
    puppet_seal(&p, &p.x.temp, report, sizeof report);
    p.x.link.promised = true;
    zw_network(NULL, &p.x.network, report + 3);
    cr_expect_eq(puppet_open(&p, &p.x.network, ZW_MSG_KEY_VERIFY, clear), 2);
    cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_NONCE_GET), questions, "it need not ask");
    puppet_end(&p);
}

Test(zwave_s2_nonces, the_same_question_has_one_answer)
{
    struct puppet p;
    puppet_begin(&p, ZW_CONTROLLER, SETTINGS("keys=unauthenticated", "retry=3600"));
    puppet_agree(&p, ZW_UNAUTHENTICATED);
    for (int i = 0; i < 3; i++)
        PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_NONCE_GET, 0x33);
    size_t answers = memnet_count_messages(p.net, ZW_MSG_NONCE_REPORT);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_NONCE_GET, 0x34);
    cr_expect(answers == 1 && memnet_count_messages(p.net, ZW_MSG_NONCE_REPORT) == 2);
    puppet_end(&p);
}

/* ---- the key of an inclusion without a PIN
 * -----------------------------------------------------------------------------------------------
 */
static const struct memnet_message *node_key(const struct memnet *net)
{
    const struct memnet_message *found = NULL;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->message == ZW_MSG_PUBLIC_KEY &&
            memnet_message(net, i)->from == ZW_NODE)
            found = memnet_message(net, i);
    cr_assert_not_null(found);
    return found;
}

Test(zwave_s2_nonces, the_label_s_key_does_not_go_whole_with_a_key_pair_by_class)
{
    static const struct {
        const char *keys, *pair;
        bool label; /* what goes is the label's key, or all of it but the PIN */
    } cases[] = {{"keys=unauthenticated", "key-pair=lifelong", true},
                 {"keys=unauthenticated", "key-pair=by-class", false},
                 {"keys=s2", "key-pair=by-class", true}};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            memnet_new(&imp_zwave_s2, 7, SETTINGS(cases[i].keys, "grant=s2", cases[i].pair));
        uint8_t secret[32], public[ZW_PUBLIC];
        memnet_start(net);
        memnet_run(net, 300 * IMP_S);
        cr_assert(memnet_complete(net), "case %zu", i);
        cr_assert_eq(memnet_cell(net, ZW_NODE, ZW_CELL_SECRET, secret, sizeof secret), 32);
        imp_x25519_public(NULL, public, secret);
        cr_expect_eq(memcmp(node_key(net)->bytes + 5, public + 2, ZW_PUBLIC - 2) == 0,
                     cases[i].label, "case %zu", i);
        memnet_free(net);
    }
}
