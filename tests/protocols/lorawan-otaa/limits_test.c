/* SPDX-License-Identifier: GPL-2.0-only */
/* What a device refuses to take and to send: counters at their ends, old and foreign join-accepts,
 * and what a network server may ask of it. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/lorawan.h"
#include "tests/support/memnet.h"

/* A cell of the device before it starts: a counter, least octet first. */
static void put_counter(struct memnet *net, const char *cell, uint32_t v)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, LW_DEVICE);
    uint8_t bytes[4] = {(uint8_t)v, (uint8_t)(v >> 8), (uint8_t)(v >> 16), (uint8_t)(v >> 24)};
    env->ops->cell_put(env, cell, bytes, sizeof bytes);
}

Test(lorawan_limits, the_last_dev_nonce_is_used_and_no_other)
{
    struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, NULL);
    put_counter(net, "dev-nonce", UINT16_MAX - 1);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_expect(memnet_complete(net));
    const uint8_t *nonce = memnet_last_message(net, LW_MSG_JOIN_REQUEST)->bytes + 17;
    cr_expect(nonce[0] == 0xff && nonce[1] == 0xff);
    memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 1200 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LW_MSG_JOIN_REQUEST), 1);
    cr_expect_not_null(memnet_last(net, LW_DEVICE, IMP_CLAIM_ALARM, "DevNonce exhausted", NULL));
    memnet_free(net);
}

Test(lorawan_limits, the_last_rjcount_1_is_used_and_no_other)
{
    for (uint32_t used = UINT16_MAX - 1; used <= UINT16_MAX; used++) {
        struct memnet *net =
            memnet_new(&imp_lorawan_otaa, 1, SETTINGS("rejoin=type-1", "rejoin-period=60"));
        put_counter(net, "rjcount-1", used);
        memnet_start(net);
        memnet_run_past(net, 400 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_REJOIN_REQUEST), UINT16_MAX - used);
        cr_expect_eq(memnet_state(net, LW_DEVICE), LW_DEVICE_ACTIVE, "its session goes on");
        memnet_free(net);
    }
}

/* Keeps the first join-accept of one join and puts it in the place of a later one's. */
struct kept {
    uint8_t bytes[LW_JOIN_ACCEPT_MAX];
    size_t n, seen;
};

static bool old_accept(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    struct kept *k = arg;
    (void)cap;
    if (m->message != LW_MSG_JOIN_ACCEPT)
        return true;
    if (k->seen++ == 0)
        memcpy(k->bytes, bytes, k->n = *n);
    else if (k->seen == 2)
        memcpy(bytes, k->bytes, *n = k->n);
    return true;
}

/* In 1.0.4 its MIC is right still, and JoinNonce alone is old; 1.0.3 looks at neither. */
Test(lorawan_limits, a_join_nonce_is_greater_than_the_last)
{
    static const char *const versions[] = {"version=1.0.3", "version=1.0.4"};
    for (size_t i = 0; i < 2; i++) {
        struct kept k = {.seen = 0};
        struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS(versions[i]));
        memnet_filter_set(net, old_accept, &k);
        memnet_start(net);
        memnet_run_past(net, 60 * IMP_S);
        memnet_event(net, LW_DEVICE, IMP_EVENT_RESET, NULL);
        for (int t = 1; t <= 62 && k.seen < 2; t++)
            memnet_run_past(net, t * IMP_S);
        cr_assert_eq(k.seen, 2);
        cr_expect_eq(memnet_last(net, LW_DEVICE, IMP_CLAIM_REJECT, "JoinNonce", NULL) != NULL,
                     i == 1);
        cr_expect_eq(memnet_state(net, LW_DEVICE) == LW_DEVICE_JOINING, i == 1);
        memnet_free(net);
    }
}

/* ---- OptNeg
 * -----------------------------------------------------------------------------------------------
 */
/* A join-accept with right keys, for what the device has asked last; `v11`: what it says. */
static void accept_as(struct memnet *net, int message, bool v11)
{
    struct lw_enrolment e;
    struct lw_request r;
    uint8_t frame[LW_JOIN_ACCEPT_MAX], int_key[LW_KEY], enc_key[LW_KEY];
    const struct memnet_message *m = memnet_last_message(net, message);
    struct lw_accept a = {.join_nonce = 0x010000, .dl_settings = v11 ? LW_OPTNEG : 0};
    cr_assert_not_null(m);
    cr_assert_eq(lw_request_read(&r, m->bytes, m->n), 0);
    cr_assert_eq(memnet_cell(net, LW_DEVICE, LW_CELL_ENROLMENT, &e, sizeof e), (int)sizeof e);
    lw_js_keys(NULL, int_key, enc_key, e.root.nwk, e.dev_eui);
    if (e.version != LW_1_1) /* which has no such key */
        memset(int_key, 0, sizeof int_key);
    struct lw_accept_mic mic = {.v11 = v11,
                                .key = v11 ? int_key : e.root.nwk,
                                .type = r.type,
                                .join_eui = e.join_eui,
                                .nonce = r.nonce};
    size_t n =
        lw_accept_write(NULL, frame, &a, r.type == LW_TYPE_JOIN ? e.root.nwk : enc_key, &mic);
    memnet_inject(net, LW_DEVICE, LW_RADIO, NULL, frame, n);
}

static bool of_join_server(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                           size_t cap)
{
    (void)bytes, (void)n, (void)cap;
    return m->message != LW_MSG_JOIN_ACCEPT || *(const bool *)arg;
}

static size_t sessions(const struct memnet *net)
{
    return memnet_count_claims(net, LW_DEVICE, IMP_CLAIM_SECRET, "AppSKey");
}

/* A device of 1.0 takes none of 1.1; one of 1.1 takes either, but 1.1 alone after a rejoin-request.
 */
Test(lorawan_limits, opt_neg_fits_the_device_and_its_request)
{
    static const struct {
        const char *version;
        bool v11, taken;
    } joins[] = {{"version=1.0.4", false, true},
                 {"version=1.0.4", true, false},
                 {"version=1.1", false, true},
                 {"version=1.1", true, true}};
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        bool passes = false;
        struct memnet *net = memnet_new(&imp_lorawan_otaa, 1, SETTINGS(joins[i].version));
        memnet_filter_set(net, of_join_server, &passes);
        memnet_start(net);
        memnet_run(net, IMP_S);
        accept_as(net, LW_MSG_JOIN_REQUEST, joins[i].v11);
        memnet_run(net, 2 * IMP_S);
        cr_expect_eq(sessions(net), joins[i].taken, "join %zu", i);
        memnet_free(net);
    }
    for (int v11 = 0; v11 < 2; v11++) {
        bool passes = true;
        struct memnet *net =
            memnet_new(&imp_lorawan_otaa, 1, SETTINGS("rejoin=type-1", "rejoin-period=60"));
        memnet_filter_set(net, of_join_server, &passes);
        memnet_start(net);
        memnet_run_past(net, 30 * IMP_S);
        cr_assert_eq(sessions(net), 1);
        passes = false;
        for (int s = 31; s < 120 && !memnet_last_message(net, LW_MSG_REJOIN_REQUEST); s++)
            memnet_run_past(net, s * IMP_S);
        accept_as(net, LW_MSG_REJOIN_REQUEST, v11);
        memnet_run_past(net, 122 * IMP_S);
        cr_expect_eq(sessions(net), 1 + v11, "rejoin-request");
        memnet_free(net);
    }
}

/* ---- RejoinParamSetupReq
 * -----------------------------------------------------------------------------------------------
 */
static imp_time first(const struct memnet *net, int message)
{
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->message == message)
            return memnet_message(net, i)->at;
    return -1;
}

Test(lorawan_limits, the_network_server_sets_the_time_of_rejoins)
{
    static const struct {
        const char *setup, *n, *version;
        int seconds;
    } cases[] = {{"rejoin-setup=true", "rejoin-time-n=0", "version=1.1", 1024},
                 {"rejoin-setup=true", "rejoin-time-n=2", "version=1.1", 4096},
                 {"rejoin-setup=false", "rejoin-time-n=0", "version=1.1", 0},
                 {"rejoin-setup=true", "rejoin-time-n=0", "version=1.0.4", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = memnet_new(&imp_lorawan_otaa, 1,
                                        SETTINGS(cases[i].setup, cases[i].n, cases[i].version));
        memnet_start(net);
        memnet_run_past(net, 10000 * IMP_S);
        imp_time took = first(net, LW_MSG_REJOIN_REQUEST) - first(net, LW_MSG_ACK);
        cr_expect_eq(memnet_count_messages(net, LW_MSG_REJOIN_REQUEST),
                     cases[i].seconds ? 10000 / cases[i].seconds : 0, "case %zu", i);
        cr_expect(!cases[i].seconds ||
                      (took >= cases[i].seconds * IMP_S && took < (cases[i].seconds + 1) * IMP_S),
                  "case %zu", i);
        cr_expect_eq(memnet_last_message(net, LW_MSG_ACK)->n, cases[i].seconds ? 16 : 14);
        if (cases[i].seconds) {
            cr_expect_eq(memnet_last_message(net, LW_MSG_REJOIN_REQUEST)->bytes[1], 0, "type 0");
            cr_expect_gt(sessions(net), 1);
        }
        memnet_free(net);
    }
}

/* brocaar/lorawan, mac_commands_test.go: MaxTimeN 14 and MaxCountN 15 are 239. */
Test(lorawan_limits, max_time_n_is_the_upper_half)
{
    struct memnet *net =
        memnet_new(&imp_lorawan_otaa, 1, SETTINGS("rejoin-setup=true", "rejoin-time-n=14"));
    struct lw_session keys = {.v11 = true};
    struct lw_data d;
    uint8_t clear[LW_PAYLOAD_MAX];
    memnet_start(net);
    memnet_run_past(net, 600 * IMP_S);
    const struct memnet_message *m = memnet_last_message(net, LW_MSG_ACK);
    cr_assert_not_null(m);
    memcpy(keys.nwk_enc, memnet_last(net, LW_DEVICE, IMP_CLAIM_SECRET, "NwkSEncKey", NULL)->data,
           LW_KEY);
    cr_assert_eq(lw_data_read(&d, m->bytes, m->n), 0);
    cr_assert_eq(lw_data_commands(NULL, clear, &d, d.fcnt, &keys), 3);
    cr_expect(clear[0] == 0x06 && clear[1] == 0x0f && clear[2] == 239);
    memnet_free(net);
}

Test(lorawan_limits, commands_end_where_they_are_unknown_or_cut)
{
    static const struct {
        uint8_t bytes[8];
        size_t n, commands;
    } cases[] = {{{6, 0x0b, 1, 0x0f, 0}, 5, 3},
                 {{6, 0x0b, 1, 0x0f}, 4, 2},
                 {{6, 0x0b}, 2, 1},
                 {{6, 0x80, 6}, 3, 1},
                 {{0x80}, 1, 0},
                 {{0}, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *payload;
        size_t at = 0, count = 0;
        while (count < 9 && lw_command_next(cases[i].bytes, cases[i].n, &at, &payload))
            count++;
        cr_expect_eq(count, cases[i].commands, "case %zu", i);
    }
}
