/* SPDX-License-Identifier: GPL-2.0-only */
/* The in-memory carrier with a mechanism that writes down what happens to it. */
#include "memnet.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { DEVICE, SERVER };
enum { LINK, STREAM, LABEL };
enum { HELLO, REQUEST, CODE };
enum { OPT_GREETING, OPT_COUNT };
enum { FLAW_SILENT };

struct toy {
    char log[512]; /* "R@1000 T@..." in microseconds */
    uint8_t drawn[8];
    int64_t count;
};

static void toy_init(void *ctx, struct imp_env *env)
{
    struct toy *t = ctx;
    t->count = imp_opt(env, OPT_COUNT);
}

static void toy_log(struct toy *t, char what, const struct imp_event *e, imp_time now)
{
    size_t n = strlen(t->log);
    snprintf(t->log + n, sizeof t->log - n, "%c@%lld:%.*s ", what, (long long)(now / IMP_US),
             (int)e->n, e->n ? (const char *)e->bytes : "");
}

static void start_device(struct toy *t, struct imp_env *env, imp_time now)
{
    const char *greeting = imp_opt_str(env, OPT_GREETING);
    imp_random(env, "draw", t->drawn, sizeof t->drawn);
    env->ops->cell_put(env, "boots", t->drawn, 1);
    if (!imp_flawed(env, FLAW_SILENT))
        imp_send(env, LINK, NULL, HELLO, greeting, strlen(greeting));
    imp_timer(env, 3, now + 10 * IMP_MS);
    imp_timer(env, 3, now + 5 * IMP_MS); /* replaces */
    imp_timer(env, 4, now + 5 * IMP_MS);
    imp_timer(env, 4, IMP_NEVER); /* cancels */
    env->ops->open(env, STREAM, NULL);
    imp_prompt(env, 0);
    imp_oob(env, LABEL, CODE, "1234", 4);
}

static void toy_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const char names[] = {
        [IMP_EVENT_START] = 'S', [IMP_EVENT_RECEIVE] = 'R', [IMP_EVENT_TIMER] = 'T',
        [IMP_EVENT_USER] = 'U',  [IMP_EVENT_OPENED] = 'O',  [IMP_EVENT_CLOSED] = 'C',
        [IMP_EVENT_RESET] = 'X', [IMP_EVENT_CONTROL] = 'V'};
    struct toy *t = ctx;
    toy_log(t, e->kind == IMP_EVENT_USER && !e->ok ? 'u' : names[e->kind], e, now);
    if (e->kind == IMP_EVENT_START && env->role == DEVICE)
        start_device(t, env, now);
    if (e->kind == IMP_EVENT_OPENED && env->role == DEVICE)
        imp_send(env, STREAM, &e->from, REQUEST, "request", 7);
    if (e->kind == IMP_EVENT_RECEIVE && env->role == SERVER && e->channel == STREAM)
        env->ops->close(env, STREAM, &e->from);
    if (e->kind == IMP_EVENT_RECEIVE && env->role == SERVER && e->channel == LINK)
        imp_send(env, LINK, &e->from, HELLO, "answer", 6);
    bool last = env->role == DEVICE ? e->kind == IMP_EVENT_USER
                                    : e->kind == IMP_EVENT_RECEIVE && e->channel == LABEL;
    if (last)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE, .layer = "toy"});
}

static int toy_state(const void *ctx)
{
    return ((const struct toy *)ctx)->log[0] != '\0';
}

static void toy_provision(struct imp_env *const *parties, size_t count)
{
    uint8_t key[4];
    imp_random(parties[0], "provision", key, sizeof key);
    for (size_t i = 0; i < count; i++)
        parties[i]->ops->cell_put(parties[i], "key", key, sizeof key);
}

static const struct imp_mechanism toy = {
    .name = "toy",
    .roles = (const struct imp_role[]){{.name = "device",
                                        .kind = IMP_ROLE_DEVICE,
                                        .context_size = sizeof(struct toy),
                                        .init = toy_init,
                                        .event = toy_event,
                                        .state = toy_state},
                                       {.name = "server",
                                        .kind = IMP_ROLE_SERVER,
                                        .context_size = sizeof(struct toy),
                                        .init = toy_init,
                                        .event = toy_event,
                                        .state = toy_state},
                                       {0}},
    .channels =
        (const struct imp_channel[]){
            {.name = "link", .service = IMP_SERVICE_FRAME, .number = 0x88b5, .b = SERVER},
            {.name = "stream", .service = IMP_SERVICE_STREAM, .number = 443, .b = SERVER},
            {.name = "label", .service = IMP_SERVICE_OOB, .b = SERVER, .bits = 64},
            {0}},
    .messages = (const struct imp_message[]){{.name = "Hello"},
                                             {.name = "Request", .channel = STREAM},
                                             {.name = "Code", .channel = LABEL},
                                             {0}},
    .acts = (const struct imp_act[]){{.name = "press"}, {0}},
    .options =
        (const struct imp_option[]){
            {.name = "greeting",
             .type = IMP_OPTION_STRING,
             .preset = "hello",
             .min = 1,
             .max = 20,
             .roles = 1},
            {.name = "count", .type = IMP_OPTION_INT, .preset = "7", .max = 9, .roles = 3},
            {0}},
    .flaws = (const struct imp_flaw[]){{.name = "silent", .role = DEVICE}, {0}},
    .provision = toy_provision,
};

static const struct toy *toy_of(const struct memnet *net, int role)
{
    return memnet_env(net, role)->ctx;
}

Test(memnet, events_in_their_order_and_time)
{
    struct memnet *net = memnet_new(&toy, 1, NULL);
    memnet_start(net);
    cr_assert_eq(memnet_run(net, 10 * IMP_S), 1 * IMP_S);
    cr_assert_str_eq(toy_of(net, DEVICE)->log, "S@0: O@2000: R@2000:answer C@4000: T@5000: "
                                               "U@1000000: ");
    cr_assert_str_eq(toy_of(net, SERVER)->log,
                     "S@0: R@1000:hello O@2000: R@3000:request R@1000000:1234 ");
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_message_count(net), 4);
    cr_assert_eq(memnet_message(net, 3)->from, DEVICE);
    cr_assert_arr_eq(memnet_message(net, 3)->bytes, "request", 7);
    cr_assert_eq(memnet_claim_count(net), 2);
    cr_assert_not_null(memnet_last(net, SERVER, IMP_CLAIM_COMPLETE, NULL, "toy"));
    cr_assert_null(memnet_last(net, SERVER, IMP_CLAIM_COMPLETE, NULL, "other"));
    memnet_free(net);
}

Test(memnet, settings)
{
    static const char *const settings[] = {"greeting=a.b!c", "server.count=3", "device!silent",
                                           NULL};
    struct memnet *net = memnet_new(&toy, 1, settings);
    cr_assert_str_eq(imp_opt_str(memnet_env(net, DEVICE), OPT_GREETING), "a.b!c");
    cr_assert_eq(toy_of(net, DEVICE)->count, 7);
    cr_assert_eq(toy_of(net, SERVER)->count, 3);
    cr_assert(imp_flawed(memnet_env(net, DEVICE), FLAW_SILENT));
    cr_assert_not(imp_flawed(memnet_env(net, SERVER), FLAW_SILENT));
    memnet_free(net);
}

Test(memnet, random_streams_are_named)
{
    uint8_t drawn[3][8], key[2][4];
    for (int i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(&toy, i < 2 ? 1 : 2, NULL);
        memnet_start(net);
        memnet_run(net, 10 * IMP_S);
        memcpy(drawn[i], toy_of(net, DEVICE)->drawn, 8);
        cr_assert_eq(memnet_charged(net, DEVICE, IMP_OP_RANDOM), 8, "provisioning is free");
        if (i < 2)
            cr_assert_eq(memnet_cell(net, i, "key", key[i], 4), 4);
        cr_assert_eq(memnet_cell(net, SERVER, "boots", key[i % 2], 0), -1);
        memnet_free(net);
    }
    cr_assert_arr_eq(drawn[0], drawn[1], 8);
    cr_assert_arr_eq(key[0], key[1], 4);
    cr_assert_neq(memcmp(drawn[0], drawn[2], 8), 0);
}

static bool drop_answer(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->channel == LINK && m->from == DEVICE) {
        bytes[0] = 'J';
        *n = 3;
    }
    return m->from != SERVER;
}

Test(memnet, filter_alters_and_drops)
{
    struct memnet *net = memnet_new(&toy, 1, NULL);
    memnet_filter_set(net, drop_answer, NULL);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    cr_assert(strstr(toy_of(net, SERVER)->log, "R@1000:Jel "));
    cr_assert_null(strstr(toy_of(net, DEVICE)->log, "answer"));
    bool dropped = false;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        dropped |= memnet_message(net, i)->from == SERVER && memnet_message(net, i)->dropped;
    cr_assert(dropped);
    memnet_free(net);
}

Test(memnet, user_and_band_can_fail)
{
    struct memnet *net = memnet_new(&toy, 1, NULL);
    memnet_user(net, 2 * IMP_S, false);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    cr_assert(strstr(toy_of(net, DEVICE)->log, "u@2000000"));
    cr_assert_not(memnet_completed(net, SERVER));
    memnet_free(net);
    net = memnet_new(&toy, 1, NULL);
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    cr_assert(memnet_completed(net, DEVICE));
    cr_assert_not(memnet_completed(net, SERVER));
    memnet_free(net);
}

Test(memnet, injection_lifecycle_and_power_cycle)
{
    static const struct imp_addr stranger = {.n = 6, .bytes = {2, 9}};
    struct memnet *net = memnet_new(&toy, 1, NULL);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    size_t count = memnet_message_count(net);
    memnet_inject(net, SERVER, LINK, &stranger, "boo", 3);
    memnet_event(net, SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 2 * IMP_S);
    cr_assert(strstr(toy_of(net, SERVER)->log, "R@1000000:boo V@1000000:revoke "));
    cr_assert_eq(memnet_message_count(net), count + 1);
    cr_assert(memnet_message(net, count)->dropped, "nobody has the stranger's address");
    memnet_event(net, DEVICE, IMP_EVENT_START, NULL);
    cr_assert_eq(memnet_state(net, DEVICE), 0, "its memory is new");
    memnet_run_past(net, 3 * IMP_S);
    cr_assert_eq(strncmp(toy_of(net, DEVICE)->log, "S@", 2), 0);
    memnet_free(net);
}
