/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs on the media of the air, with three mechanisms that do no more than ask and answer, in
 * place of the generated registry: the contract needs nothing new for them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocols/contract/mechanism.h"
#include "sim/ns3/engine.h"
#include "sim/world/radio.h"
#include "tests/support/runner.h"

enum { ASK, ANSWER, DONE };
enum { ASKER, ANSWERER };
#define AGAIN (10 * IMP_S)

struct asker {
    bool complete;
};

/* Who was answered: repeats of an advertised frame are told by their sender. */
struct answerer {
    struct imp_addr served[400];
    int count;
};

static void nothing(void *ctx, struct imp_env *env)
{
    (void)ctx;
    (void)env;
}

static void complete(struct imp_env *env)
{
    static const struct imp_claim c = {.kind = IMP_CLAIM_COMPLETE};
    imp_claim(env, &c);
}

static bool fresh(struct answerer *a, const struct imp_addr *from)
{
    for (int i = 0; i < a->count; i++)
        if (imp_addr_equal(&a->served[i], from))
            return false;
    a->served[a->count++] = *from;
    return true;
}

/* ---- LoRaWAN and Z-Wave: one channel, a question and its answer ---------------------------------
 */

static void ask(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct asker *a = ctx;
    if (a->complete)
        return;
    if (e->kind == IMP_EVENT_RECEIVE) {
        a->complete = true;
        complete(env);
        return;
    }
    if (e->kind != IMP_EVENT_START && e->kind != IMP_EVENT_TIMER)
        return;
    uint8_t question[23] = {0}; /* on LoRaWAN a join-request by its first octet */
    imp_random(env, "question", question + 1, 8);
    struct imp_uplink way = imp_uplink_next(env, 0);
    question[9] = way.data_rate;
    question[10] = way.channel;
    imp_send(env, 0, NULL, ASK, question, sizeof question);
    imp_timer(env, 0, now + AGAIN);
}

static void answer(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct answerer *a = ctx;
    (void)now;
    if (e->kind != IMP_EVENT_RECEIVE)
        return;
    if (e->bytes[9] != e->uplink.data_rate || e->bytes[10] != e->uplink.channel)
        return;                 /* not as the radio had settled it */
    uint8_t reply[17] = {0x20}; /* a join-accept */
    memcpy(reply + 1, e->bytes + 1, 8);
    imp_send(env, 0, &e->from, ANSWER, reply, sizeof reply);
    if (fresh(a, &e->from))
        complete(env);
}

/* ---- Bluetooth LE: an invitation, then a connection ---------------------------------------------
 */

static void invite(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const uint8_t flags[] = {2, 1, 6};
    (void)ctx;
    (void)now;
    if (e->kind == IMP_EVENT_START) {
        imp_send(env, 0, &imp_to_all, ASK, flags, sizeof flags);
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == 1) {
        imp_send(env, 1, &e->from, DONE, e->bytes, e->n);
        complete(env);
    }
}

static void visit(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const uint8_t hello[23] = {0x02};
    struct answerer *a = ctx;
    (void)now;
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == 0 && fresh(a, &e->from))
        imp_send(env, 1, &e->from, ANSWER, hello, sizeof hello);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == 1)
        complete(env);
}

/* ---- descriptors --------------------------------------------------------------------------------
 */

static int only_state(const void *ctx)
{
    (void)ctx;
    return 0;
}

static const char *const states[] = {"anything", NULL};
static const struct imp_legal legal[] = {{0, ASK}, {0, ANSWER}, {0, DONE}, {0, -1}};

#define ROLES(first, second)                                                                       \
    {                                                                                              \
        {.name = "asker",                                                                          \
         .kind = IMP_ROLE_DEVICE,                                                                  \
         .context_size = sizeof(struct asker),                                                     \
         .init = nothing,                                                                          \
         .event = first,                                                                           \
         .state = only_state,                                                                      \
         .states = states,                                                                         \
         .legal = legal},                                                                          \
            {.name = "answerer",                                                                   \
             .kind = IMP_ROLE_ACCESS,                                                              \
             .context_size = sizeof(struct answerer),                                              \
             .init = nothing,                                                                      \
             .event = second,                                                                      \
             .state = only_state,                                                                  \
             .states = states,                                                                     \
             .legal = legal},                                                                      \
        {                                                                                          \
            .name = NULL                                                                           \
        }                                                                                          \
    }
static const struct imp_role plain_roles[] = ROLES(ask, answer);
static const struct imp_role ble_roles[] = ROLES(invite, visit);

#define FRAMES(id, num)                                                                            \
    {                                                                                              \
        .name = id, .service = IMP_SERVICE_FRAME, .number = num, .a = 0, .b = 1                    \
    }
static const struct imp_channel lora_channels[] = {FRAMES("radio", ENG_PDU_LORAWAN), {0}};
static const struct imp_channel zwave_channels[] = {FRAMES("radio", ENG_PDU_ZWAVE), {0}};
static const struct imp_channel ble_channels[] = {
    FRAMES("advertising", ENG_PDU_BLE_CONNECTABLE), FRAMES("att", ENG_PDU_BLE_L2CAP(4)), {0}};

static const struct imp_message messages[] = {{"Ask", IMP_PHASE_DISCOVERY, 0},
                                              {"Answer", IMP_PHASE_BOOTSTRAPPING, 0},
                                              {"Done", IMP_PHASE_BOOTSTRAPPING, 0},
                                              {0}};
static const struct imp_message ble_messages[] = {{"Ask", IMP_PHASE_DISCOVERY, 0},
                                                  {"Answer", IMP_PHASE_BOOTSTRAPPING, 1},
                                                  {"Done", IMP_PHASE_BOOTSTRAPPING, 1},
                                                  {0}};
static const struct imp_act no_acts[] = {{0}};
static const struct imp_option no_options[] = {{0}};
static const struct imp_flaw no_flaws[] = {{0}};

#define MECHANISM(id, text, r, c, m)                                                               \
    static const struct imp_mechanism id = {.name = text,                                          \
                                            .title = text,                                         \
                                            .class = IMP_CLASS_AD_HOC,                             \
                                            .reference = "none",                                   \
                                            .summary = "For tests.",                               \
                                            .roles = r,                                            \
                                            .channels = c,                                         \
                                            .messages = m,                                         \
                                            .acts = no_acts,                                       \
                                            .options = no_options,                                 \
                                            .flaws = no_flaws}
MECHANISM(echo_ble, "echo-ble", ble_roles, ble_channels, ble_messages);
MECHANISM(echo_lorawan, "echo-lorawan", plain_roles, lora_channels, messages);
MECHANISM(echo_zwave, "echo-z-wave", plain_roles, zwave_channels, messages);
const struct imp_mechanism *const imp_mechanisms[] = {&echo_ble, &echo_lorawan, &echo_zwave, NULL};

/* ---- runs ---------------------------------------------------------------------------------------
 */

static json_t *run(const char *mechanism, const char *more)
{
    json_t *keys = json_loads(more, 0, NULL);
    cr_assert_not_null(keys, "the test's own JSON: %s", more);
    json_object_set_new(keys, "mechanism", json_string(mechanism));
    return runner_run(keys);
}

static void adds_up(const json_t *r)
{
    const json_t *t = json_array_get(json_object_get(r, "radio"), 0);
    double ns = json_number_value(json_object_get(t, "off_ns")) +
                json_number_value(json_object_get(t, "idle_ns")) +
                json_number_value(json_object_get(t, "rx_ns")) +
                json_number_value(json_object_get(t, "tx_ns"));
    cr_expect(runner_completed(r));
    cr_expect(fabs(ns / 1e6 - runner_column(r, "latency_ms")) < 1e-3, "%f and %f ms", ns / 1e6,
              runner_column(r, "latency_ms"));
    cr_expect_gt(runner_column(r, "tx_mj"), 0);
    cr_expect_gt(runner_column(r, "rx_mj"), 0);
}

Test(air, a_join_takes_its_airtimes_and_the_delay)
{
    json_t *r = run("echo-lorawan", "{\"distance_m\":500,\"radio\":{\"spreading\":7}}");
    adds_up(r);
    cr_expect_eq(runner_column(r, "messages_device"), 2);
    cr_expect_eq(runner_column(r, "bytes_air"), 40);
    /* 23 octets up, 5 s, 17 octets down without CRC, and the processors' time. */
    double expected = 61.696 + 5000 + 46.336 + runner_column(r, "cpu_ms");
    cr_expect(fabs(runner_column(r, "latency_ms") - expected) < 1, "%f ms, expected %f",
              runner_column(r, "latency_ms"), expected);
    json_decref(r);
}

Test(air, a_slower_data_rate_takes_longer_and_more_energy)
{
    json_t *fast = run("echo-lorawan", "{\"radio\":{\"spreading\":7}}");
    json_t *slow = run("echo-lorawan", "{\"radio\":{\"spreading\":12}}");
    adds_up(slow);
    cr_expect_gt(runner_column(slow, "tx_mj"), 20 * runner_column(fast, "tx_mj"));
    json_decref(fast);
    json_decref(slow);
}

Test(air, a_gateway_serves_more_than_a_cell_of_wifi)
{
    json_t *r = run("echo-lorawan", "{\"devices\":300,\"cell\":300,\"arrival_ms\":20000,"
                                    "\"limit_s\":20000,\"radio\":{\"channels\":8}}");
    cr_expect(runner_completed(r));
    json_decref(r);
}

Test(air, ble_invites_and_connects)
{
    json_t *r = run("echo-ble", "{}");
    adds_up(r);
    cr_expect_eq(runner_column(r, "messages_device"), 3);
    cr_expect_lt(runner_column(r, "latency_ms"), 500);
    json_decref(r);
    r = run("echo-ble", "{\"devices\":5,\"loss\":0.1}");
    cr_expect(runner_completed(r));
    json_decref(r);
}

Test(air, zwave_asks_and_answers)
{
    json_t *r = run("echo-z-wave", "{}"), *slow = run("echo-z-wave", "{\"radio\":{\"rate\":1}}");
    adds_up(r);
    adds_up(slow);
    /* Ask, its acknowledgement, answer: the last acknowledgement is not awaited. */
    cr_expect_eq(runner_column(r, "bytes_air"), 23 + 12 + 12 + 17 + 12, "%f",
                 runner_column(r, "bytes_air"));
    cr_expect_gt(runner_column(slow, "latency_ms"), 4 * runner_column(r, "latency_ms"));
    json_decref(r);
    json_decref(slow);
}

Test(air, runs_repeat_to_the_octet)
{
    static const char *const names[] = {"echo-ble", "echo-lorawan", "echo-z-wave"};
    for (int i = 0; i < 3; i++) {
        json_t *a = run(names[i], "{\"devices\":7,\"loss\":0.2}");
        json_t *b = run(names[i], "{\"devices\":7,\"loss\":0.2}");
        cr_expect_str_eq(json_string_value(json_object_get(a, "digest")),
                         json_string_value(json_object_get(b, "digest")));
        json_decref(a);
        json_decref(b);
    }
}

static int acts(const json_t *r, const char *which)
{
    return (int)json_integer_value(json_object_get(json_object_get(r, "adversary"), which));
}

/* An answerer answers only what came as it was said beforehand. */
Test(air, parties_learn_data_rate_and_channel_of_an_uplink_before_it_is_sent)
{
    static const char *const radios[] = {"\"spreading\":7", "\"spreading\":12"};
    for (int i = 0; i < 2; i++) {
        char plan[160];
        snprintf(plan, sizeof plan,
                 "{\"devices\":40,\"cell\":40,\"arrival_ms\":30000,\"limit_s\":20000,"
                 "\"radio\":{\"channels\":8,%s}}",
                 radios[i]);
        json_t *r = run("echo-lorawan", plan);
        cr_expect(runner_completed(r), "%s", radios[i]);
        json_decref(r);
    }
}

/* Who reads sees every message; who may do everything is heard under the names of others. */
Test(air, adversaries_read_block_and_inject_there)
{
    static const char *const names[] = {"echo-ble", "echo-lorawan", "echo-z-wave"};
    for (int i = 0; i < 3; i++) {
        json_t *r = run(names[i], "{\"adversary\":\"passive\"}");
        cr_expect_eq(acts(r, "read"), runner_column(r, "messages_device"), "%s: %d", names[i],
                     acts(r, "read"));
        adds_up(r);
        json_decref(r);
        r = run(names[i], "{\"adversary\":\"dolev-yao\",\"limit_s\":100}");
        cr_expect_gt(acts(r, "read"), 1, "%s", names[i]);
        cr_expect_gt(acts(r, "blocked"), 0, "%s", names[i]);
        cr_expect_gt(acts(r, "injected"), 0, "%s", names[i]);
        json_decref(r);
    }
}

/* The engine's defaults and those of a plan are the same. */
Test(air, presets_are_those_of_the_engine)
{
    struct eng_ble b;
    struct eng_lorawan l;
    struct eng_zwave z;
    json_t *r = run("echo-ble", "{}");
    json_decref(r);
    eng_ble_default(&b);
    eng_lorawan_default(&l);
    eng_zwave_default(&z);
    const struct {
        enum eng_kind kind;
        const char *name;
        double value;
    } expected[] = {
        {ENG_BLE, "advertising_ms", (double)b.advertising_interval / 1e6},
        {ENG_BLE, "advertising_events", b.advertising_events},
        {ENG_BLE, "connectable_ms", (double)b.connectable_interval / 1e6},
        {ENG_BLE, "scan_ms", (double)b.scan_interval / 1e6},
        {ENG_BLE, "scan_window_ms", (double)b.scan_window / 1e6},
        {ENG_BLE, "connection_ms", (double)b.connection_interval / 1e6},
        {ENG_BLE, "supervision_ms", (double)b.supervision_timeout / 1e6},
        {ENG_BLE, "pdu", b.pdu},
        {ENG_BLE, "mtu", b.mtu},
        {ENG_BLE, "power_dbm", b.power},
        {ENG_LORAWAN, "region", l.region},
        {ENG_LORAWAN, "spreading", l.spreading},
        {ENG_LORAWAN, "coding", l.coding},
        {ENG_LORAWAN, "channels", l.channels},
        {ENG_LORAWAN, "rx1_delay_s", l.rx1_delay},
        {ENG_LORAWAN, "join_delay_s", l.join_delay},
        {ENG_LORAWAN, "rx1_offset", l.rx1_offset},
        {ENG_LORAWAN, "rx2_spreading", l.rx2_spreading},
        {ENG_LORAWAN, "duty_cycle", l.duty_cycle},
        {ENG_LORAWAN, "power_dbm", l.power},
        {ENG_ZWAVE, "rate", z.rate},
        {ENG_ZWAVE, "power_dbm", z.power},
    };
    size_t n = 0;
    for (const struct imp_radio_setting *s = imp_radio_settings; s->name; s++, n++) {
        cr_assert_lt(n, sizeof expected / sizeof *expected);
        cr_expect_eq(s->kind, expected[n].kind);
        cr_expect_str_eq(s->name, expected[n].name);
        cr_expect_float_eq(s->preset, expected[n].value, 0, "%s", s->name);
    }
    cr_expect_eq(n, sizeof expected / sizeof *expected);
}
