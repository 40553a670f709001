/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs over memnet: classes, DSK, Security 0 and its policy, sizes, failure codes, loss. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (600 * IMP_S)
extern const struct imp_mechanism imp_zwave_s2;

TestSuite(zwave_s2_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static void ends_agree(const struct memnet *net, const char *name)
{
    const struct imp_claim *a = memnet_last(net, ZW_NODE, IMP_CLAIM_SECRET, name, NULL);
    const struct imp_claim *b = memnet_last(net, ZW_CONTROLLER, IMP_CLAIM_SECRET, name, NULL);
    cr_assert(a && b, "%s", name);
    cr_expect_arr_eq(a->data, b->data, ZW_KEY, "%s", name);
    cr_expect_arr_eq(a->sid, b->sid, ZW_SID, "%s", name);
}

Test(zwave_s2_run, every_class_with_typed_and_scanned_dsk)
{
    static const struct {
        const char *keys, *grant;
        uint8_t mask;
    } cases[] = {{"keys=unauthenticated", "grant=unauthenticated", 0x01},
                 {"keys=authenticated", "grant=authenticated", 0x02},
                 {"keys=access-control", "grant=access-control", 0x04},
                 {"keys=s2", "grant=s2", 0x07},
                 {"keys=all", "grant=all", 0x87},
                 {"keys=all", "grant=authenticated", 0x02}};
    static const char *const dsk[] = {"dsk=pin", "dsk=qr"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int d = 0; d < 2; d++) {
            struct memnet *net = run_with(SETTINGS(cases[i].keys, cases[i].grant, dsk[d]));
            cr_assert(memnet_complete(net), "%s %s %s", cases[i].keys, cases[i].grant, dsk[d]);
            for (int slot = 0; slot < ZW_CLASSES; slot++)
                if (cases[i].mask & zw_bit(slot))
                    ends_agree(net, zw_key_names[slot]);
                else
                    cr_expect_null(
                        memnet_last(net, ZW_NODE, IMP_CLAIM_SECRET, zw_key_names[slot], NULL));
            bool typed = (cases[i].mask & ZW_MASKING) && d == 0;
            cr_expect_eq(memnet_count_messages(net, ZW_MSG_PIN), typed);
            memnet_free(net);
        }
}

/* Command class, command and parameters; encapsulation 12, SPAN extension 18. */
Test(zwave_s2_run, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t n, count;
    } expected[] = {
        {ZW_MSG_NODE_INFO, 10, 1},        {ZW_MSG_ASSIGN_IDS, 7, 1},
        {ZW_MSG_KEX_GET, 2, 1},           {ZW_MSG_KEX_REPORT, 6, 1},
        {ZW_MSG_KEX_SET, 6, 1},           {ZW_MSG_PUBLIC_KEY, 35, 2},
        {ZW_MSG_NONCE_GET, 3, 4},         {ZW_MSG_NONCE_REPORT, 20, 4},
        {ZW_MSG_ECHO_SET, 36, 1},         {ZW_MSG_ECHO_REPORT, 18, 1},
        {ZW_MSG_KEY_GET, 15, 1},          {ZW_MSG_KEY_REPORT, 31, 1},
        {ZW_MSG_KEY_VERIFY, 32, 1},       {ZW_MSG_SUPPORTED_GET, 32, 1},
        {ZW_MSG_SUPPORTED_REPORT, 17, 1},
    };
    struct memnet *net = run_with(SETTINGS("keys=unauthenticated", "grant=unauthenticated"));
    cr_assert(memnet_complete(net));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %d", expected[i].message);
        cr_expect_eq(m->n, expected[i].n, "message %d: %zu", expected[i].message, m->n);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %d: %zu times", expected[i].message,
                     memnet_count_messages(net, expected[i].message));
    }
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_TRANSFER_END), 2);
    memnet_free(net);
}

Test(zwave_s2_run, a_masked_key_hides_its_first_octets)
{
    struct memnet *net = run_with(SETTINGS("keys=access-control"));
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == ZW_MSG_PUBLIC_KEY && m->from == ZW_NODE)
            cr_expect(m->bytes[3] == 0 && m->bytes[4] == 0);
    }
    cr_assert(memnet_complete(net));
    memnet_free(net);
}

/* ---- failures
 * -----------------------------------------------------------------------------------------------
 */
struct change {
    int message; /* whose octet `at` is replaced */
    int from;
    size_t at;
    uint8_t value;
    int drop, left; /* messages of that kind to lose */
};

static bool changed(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    struct change *c = arg;
    (void)cap;
    if (m->message == c->message && m->from == c->from && c->at < *n)
        bytes[c->at] = c->value;
    return !(m->message == c->drop && c->left-- > 0);
}

static int first_failure(const char *const *settings, struct change c)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, settings);
    int code = -1;
    memnet_filter_set(net, changed, &c);
    memnet_start(net);
    memnet_run(net, LIMIT);
    for (size_t i = 0; i < memnet_message_count(net) && code < 0; i++)
        if (memnet_message(net, i)->message == ZW_MSG_KEX_FAIL)
            code = memnet_message(net, i)->bytes[2];
    cr_expect_not(memnet_completed(net, ZW_NODE), "change of message %d", c.message);
    memnet_free(net);
    return code;
}

Test(zwave_s2_run, each_failure_has_its_code)
{
    static const char *const none[] = {NULL};
    static const char *const more[] = {"grant=s2", "keys=s2", NULL};
    static const char *const less[] = {"keys=unauthenticated", NULL};
    const int nothing = -1;
    cr_expect_eq(first_failure(less, (struct change){nothing, 0, 0, 0, nothing, 0}), ZW_FAIL_KEY);
    cr_expect_eq(first_failure(none, (struct change){ZW_MSG_KEX_REPORT, ZW_NODE, 3, 0, nothing, 0}),
                 ZW_FAIL_SCHEME);
    cr_expect_eq(first_failure(none, (struct change){ZW_MSG_KEX_REPORT, ZW_NODE, 4, 0, nothing, 0}),
                 ZW_FAIL_CURVES);
    cr_expect_eq(
        first_failure(none, (struct change){ZW_MSG_KEX_SET, ZW_CONTROLLER, 5, 1, nothing, 0}),
        ZW_FAIL_KEY, "not requested");
    cr_expect_eq(
        first_failure(more, (struct change){ZW_MSG_KEX_SET, ZW_CONTROLLER, 5, 6, nothing, 0}),
        ZW_FAIL_AUTH, "what was granted is repeated under the temporary key");
    cr_expect_eq(first_failure(more, (struct change){ZW_MSG_KEX_REPORT, ZW_NODE, 5, 2, nothing, 0}),
                 ZW_FAIL_AUTH, "so is what was requested");
    cr_expect_eq(first_failure(none, (struct change){ZW_MSG_PIN, ZW_NODE, 4, '?', nothing, 0}),
                 ZW_FAIL_CANCEL, "no PIN in time");
}

static bool wrong_digit(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)arg;
    (void)n;
    (void)cap;
    if (m->message == ZW_MSG_PIN)
        bytes[4] = bytes[4] == '0' ? '1' : (uint8_t)(bytes[4] - 1);
    return true;
}

Test(zwave_s2_run, a_wrong_pin_fails_and_there_is_no_second_try_within_the_inclusion)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("retry=3600"));
    memnet_filter_set(net, wrong_digit, NULL);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect_not(memnet_completed(net, ZW_NODE));
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_PIN), 1);
    const struct memnet_message *m = memnet_last_message(net, ZW_MSG_KEX_FAIL);
    cr_assert(m);
    cr_expect_eq(m->bytes[2], ZW_FAIL_DECRYPT);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_FAILED);
    memnet_free(net);
}

Test(zwave_s2_run, a_user_who_declines_cancels)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("retry=3600"));
    memnet_user(net, IMP_S, false);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_last_message(net, ZW_MSG_KEX_FAIL));
    cr_expect_eq(memnet_last_message(net, ZW_MSG_KEX_FAIL)->bytes[2], ZW_FAIL_CANCEL);
    memnet_free(net);
}

Test(zwave_s2_run, lost_messages_end_an_inclusion_and_the_next_one_completes)
{
    for (int message = ZW_MSG_NODE_INFO; message <= ZW_MSG_TRANSFER_END; message++) {
        struct change c = {-1, 0, 0, 0, message, 1};
        struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("keys=s2", "grant=s2"));
        if (message == ZW_MSG_KEX_FAIL) {
            memnet_free(net);
            continue;
        }
        memnet_filter_set(net, changed, &c);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "message %d is lost once", message);
        memnet_free(net);
    }
}

/* ---- Security 0
 * -----------------------------------------------------------------------------------------------
 */
Test(zwave_s2_run, s0_only_where_the_policy_lets_it)
{
    static const struct {
        const char *policy;
        bool completes, alarm;
    } cases[] = {{"s0-policy=refuse", false, true},
                 {"s0-policy=warn", true, true},
                 {"s0-policy=accept", true, false}};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS("security=s0", cases[i].policy, "retry=3600"));
        cr_expect_eq(memnet_complete(net), cases[i].completes, "%s", cases[i].policy);
        cr_expect_eq(memnet_count_claims(net, ZW_CONTROLLER, IMP_CLAIM_ALARM, "no-s2") > 0,
                     cases[i].alarm, "%s", cases[i].policy);
        if (cases[i].completes) {
            ends_agree(net, "S0Key");
            cr_expect_eq(memnet_last_message(net, ZW_MSG_S0_KEY_SET)->n, 12 + 18 + 8);
            cr_expect_eq(memnet_count_messages(net, ZW_MSG_S0_NONCE_GET), 2);
        }
        memnet_free(net);
    }
}

Test(zwave_s2_run, s2_is_used_where_both_are_listed)
{
    struct memnet *net = run_with(SETTINGS("security=both", "s0-policy=accept"));
    cr_assert(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_S0_KEY_SET), 0);
    memnet_free(net);
}

Test(zwave_s2_run, an_included_node_takes_no_key_set)
{
    struct memnet *net = run_with(SETTINGS("security=s0", "s0-policy=accept"));
    uint8_t before[sizeof(struct zw_keys)], after[sizeof(struct zw_keys)];
    cr_assert(memnet_complete(net));
    memnet_cell(net, ZW_NODE, ZW_CELL_KEYS, before, sizeof before);
    size_t sent = memnet_message_count(net);
    memnet_inject(net, ZW_NODE, ZW_RADIO, NULL, (uint8_t[]){ZW_CLASS_S0, ZW_S0_SCHEME_GET, 0}, 3);
    memnet_inject(net, ZW_NODE, ZW_RADIO, NULL, (uint8_t[]){ZW_CLASS_S0, ZW_S0_GET}, 2);
    memnet_run_past(net, LIMIT);
    memnet_cell(net, ZW_NODE, ZW_CELL_KEYS, after, sizeof after);
    cr_expect_arr_eq(before, after, sizeof before);
    cr_expect_eq(memnet_message_count(net), sent, "it answers neither");
    memnet_free(net);
}

Test(zwave_s2_run, reset_erases_keys_and_joins_again_with_the_same_dsk)
{
    struct memnet *net = run_with(SETTINGS("keys=access-control"));
    cr_assert(memnet_complete(net));
    memnet_event(net, ZW_NODE, IMP_EVENT_RESET, "");
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_KEY_VERIFY), 2);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_INCLUDED);
    memnet_free(net);
}

/* ---- exclusion
 * -----------------------------------------------------------------------------------------------
 */
static bool has_keys(const struct memnet *net)
{
    uint8_t keys[sizeof(struct zw_keys)];
    return memnet_cell(net, ZW_NODE, ZW_CELL_KEYS, keys, sizeof keys) > 0;
}

#define SETTLED (100 * IMP_S)

static struct memnet *included(void)
{
    struct memnet *net = run_with(NULL);
    memnet_run_past(net, SETTLED);
    return net;
}

Test(zwave_s2_run, a_node_leaves_when_both_ends_are_told_to)
{
    struct memnet *net = included();
    const uint8_t none[7] = {ZW_CLASS_PROTOCOL, ZW_ASSIGN_IDS};
    cr_assert(memnet_complete(net) && has_keys(net));
    memnet_event(net, ZW_CONTROLLER, IMP_EVENT_CONTROL, "exclude");
    memnet_run_past(net, SETTLED + 5 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, ZW_MSG_TRANSFER_PRESENTATION), 3);
    cr_expect_arr_eq(memnet_last_message(net, ZW_MSG_TRANSFER_PRESENTATION)->bytes, "\1\x08\3", 3);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_ASSIGN_IDS), 1, "its button was not pressed");
    memnet_event(net, ZW_NODE, IMP_EVENT_CONTROL, "exclude");
    memnet_run_past(net, SETTLED + 20 * IMP_S);
    cr_assert_eq(memnet_count_messages(net, ZW_MSG_ASSIGN_IDS), 2);
    cr_expect_arr_eq(memnet_last_message(net, ZW_MSG_ASSIGN_IDS)->bytes, none, sizeof none);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_EXCLUDED);
    cr_expect_eq(memnet_state(net, ZW_CONTROLLER), ZW_C_IDLE);
    cr_expect_not(has_keys(net));
    memnet_event(net, ZW_NODE, IMP_EVENT_RESET, "");
    memnet_run_past(net, 2 * LIMIT);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_INCLUDED,
                 "with the label that it has always had");
    memnet_free(net);
}

/* Told by the next Transfer Presentation when its own frame was lost. */
static bool first_info(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    int *lost = arg;
    (void)bytes, (void)n, (void)cap;
    return m->message != ZW_MSG_NODE_INFO || (*lost)++ > 0;
}

Test(zwave_s2_run, who_leaves_answers_transfer_presentations)
{
    struct memnet *net = included();
    int lost = 0;
    memnet_filter_set(net, first_info, &lost);
    memnet_event(net, ZW_CONTROLLER, IMP_EVENT_CONTROL, "exclude");
    memnet_event(net, ZW_NODE, IMP_EVENT_CONTROL, "exclude");
    memnet_run_past(net, SETTLED + 20 * IMP_S);
    cr_expect_geq(lost, 2);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_EXCLUDED);
    memnet_free(net);
}

Test(zwave_s2_run, nobody_is_taken_out_without_the_button)
{
    static const uint8_t out[7] = {ZW_CLASS_PROTOCOL, ZW_ASSIGN_IDS};
    static const uint8_t another[7] = {ZW_CLASS_PROTOCOL, ZW_ASSIGN_IDS, 9, 1, 2, 3, 4};
    static const uint8_t inclusion[3] = {ZW_CLASS_PROTOCOL, ZW_TRANSFER_PRESENTATION, 5};
    struct memnet *net = included();
    memnet_inject(net, ZW_NODE, ZW_RADIO, NULL, out, sizeof out);
    memnet_run_past(net, SETTLED + IMP_S);
    cr_expect(memnet_state(net, ZW_NODE) == ZW_N_INCLUDED && has_keys(net));
    memnet_event(net, ZW_NODE, IMP_EVENT_CONTROL, "exclude");
    memnet_run_past(net, SETTLED + 2 * IMP_S);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_LEAVE);
    size_t said = memnet_count_messages(net, ZW_MSG_NODE_INFO);
    memnet_inject(net, ZW_NODE, ZW_RADIO, NULL, another, sizeof another);
    memnet_inject(net, ZW_NODE, ZW_RADIO, NULL, inclusion, sizeof inclusion);
    memnet_run_past(net, SETTLED + 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_NODE_INFO), said, "that one includes only");
    cr_expect(memnet_state(net, ZW_NODE) == ZW_N_INCLUDED && has_keys(net), "time is over");
    memnet_free(net);
}

/* ---- SmartStart
 * -----------------------------------------------------------------------------------------------
 */
Test(zwave_s2_run, smart_start_needs_nobody)
{
    struct memnet *net = run_with(SETTINGS("inclusion=smart-start", "keys=s2", "grant=s2"));
    cr_assert(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_PIN), 0);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_LABEL), 0);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_NODE_INFO), 0);
    const struct memnet_message *prime = memnet_last_message(net, ZW_MSG_PRIME);
    const struct memnet_message *include = memnet_last_message(net, ZW_MSG_INCLUDE);
    const struct imp_claim *me = memnet_last(net, ZW_NODE, IMP_CLAIM_IDENTITY, NULL, NULL);
    cr_assert(prime && include && me);
    cr_expect(prime->n == 14 && include->n == 14 && prime->bytes[1] == 0x27);
    cr_expect_eq(include->at - prime->at, 4 * IMP_S);
    cr_expect_eq(prime->bytes[2], me->self[8] | 0xc0);
    cr_expect_eq(prime->bytes[5], me->self[11] & 0xfe);
    ends_agree(net, "AccessControlKey");
    memnet_free(net);
}

static bool strange(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    (void)n, (void)cap;
    if (m->message == ZW_MSG_PRIME || m->message == ZW_MSG_INCLUDE)
        bytes[3] ^= *(const uint8_t *)arg;
    return true;
}

/* The schedule: a part of 12 s; 16 s and such a part, doubled as far as 512 s. */
Test(zwave_s2_run, who_is_not_on_the_list_is_left_alone)
{
    uint8_t change = 1;
    imp_time last = -1, most = 0;
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("inclusion=smart-start"));
    memnet_filter_set(net, strange, &change);
    memnet_start(net);
    memnet_run(net, 3600 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_ASSIGN_IDS), 0);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == ZW_MSG_PRIME && last >= 0 && m->at - last > most)
            most = m->at - last;
        if (m->message == ZW_MSG_INCLUDE)
            last = m->at;
    }
    cr_expect_eq(most, 512 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, ZW_MSG_PRIME), 8);
    change = 0;
    memnet_run(net, 7200 * IMP_S);
    cr_expect(memnet_complete(net), "once its DSK is there");
    memnet_free(net);
}

/* What fails is undone: the node is in no network, and comes again. */
Test(zwave_s2_run, a_failed_smart_start_begins_anew)
{
    struct change c = {ZW_MSG_KEX_REPORT, ZW_NODE, 4, 0, -1, 0};
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("inclusion=smart-start"));
    memnet_filter_set(net, changed, &c);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect_not(memnet_completed(net, ZW_NODE));
    cr_expect_not(has_keys(net));
    cr_expect_eq(memnet_last_message(net, ZW_MSG_KEX_FAIL)->bytes[2], ZW_FAIL_CURVES);
    cr_expect_geq(memnet_count_messages(net, ZW_MSG_PRIME), 3);
    memnet_filter_set(net, NULL, NULL);
    memnet_run(net, 4 * LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* A key that is not the list's: a node of the same NWI HomeID. */
static bool another_key(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)arg, (void)n, (void)cap;
    if (m->message == ZW_MSG_PUBLIC_KEY && m->from == ZW_NODE)
        bytes[3 + 4] ^= 1;
    return true;
}

Test(zwave_s2_run, smart_start_compares_the_whole_dsk)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("inclusion=smart-start"));
    memnet_filter_set(net, another_key, NULL);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect_not(memnet_completed(net, ZW_CONTROLLER));
    cr_expect_not_null(memnet_last(net, ZW_CONTROLLER, IMP_CLAIM_REJECT, "not-on-the-list", NULL));
    memnet_free(net);
}

/* Who lists Security 0 alone is asked for Security 2 all the same. */
Test(zwave_s2_run, smart_start_is_by_security_2_or_not_at_all)
{
    struct memnet *net = run_with(
        SETTINGS("inclusion=smart-start", "node.security=s0", "controller.s0-policy=accept"));
    cr_expect_not(memnet_completed(net, ZW_NODE));
    cr_expect_geq(memnet_count_messages(net, ZW_MSG_KEX_GET), 1);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_S0_SCHEME_GET), 0);
    memnet_free(net);
}
