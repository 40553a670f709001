/* SPDX-License-Identifier: GPL-2.0-only */
/* A connection that cannot be opened, in whole runs: CLOSED says which one was asked for. A
 * mechanism that does no more takes the place of the generated registry. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "tests/support/runner.h"

enum { VISITOR, HOST };
enum { NOBODY_LISTENS, NO_WAY_THERE, WAYS };
enum { ENDPOINT = 18 };

struct visitor {
    struct imp_addr asked[WAYS];
    bool closed[WAYS];
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

/* Another port of the host, and an address of no network. */
static void visit(struct visitor *v, struct imp_env *env)
{
    static const uint8_t documentation[4] = {0x20, 0x01, 0x0d, 0xb8};
    env->ops->peer(env, 0, &v->asked[NOBODY_LISTENS]);
    v->asked[NO_WAY_THERE] = v->asked[NOBODY_LISTENS];
    v->asked[NOBODY_LISTENS].bytes[ENDPOINT - 1] ^= 1;
    memset(v->asked[NO_WAY_THERE].bytes, 0xee, 16);
    memcpy(v->asked[NO_WAY_THERE].bytes, documentation, sizeof documentation);
    for (int i = 0; i < WAYS; i++)
        env->ops->open(env, 0, &v->asked[i]);
}

static void visitor_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct visitor *v = ctx;
    (void)now;
    if (e->kind == IMP_EVENT_START)
        visit(v, env);
    if (e->kind != IMP_EVENT_CLOSED)
        return;
    for (int i = 0; i < WAYS; i++)
        v->closed[i] |=
            e->from.n > ENDPOINT && memcmp(e->from.bytes, v->asked[i].bytes, ENDPOINT) == 0;
    if (v->closed[NOBODY_LISTENS] && v->closed[NO_WAY_THERE])
        complete(env);
}

static void host_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    (void)ctx;
    (void)env;
    (void)e;
    (void)now;
}

static int only_state(const void *ctx)
{
    (void)ctx;
    return 0;
}

static const char *const states[] = {"anything", NULL};
static const struct imp_legal legal[] = {{0, -1}};
static const struct imp_role roles[] = {{.name = "visitor",
                                         .kind = IMP_ROLE_DEVICE,
                                         .context_size = sizeof(struct visitor),
                                         .init = nothing,
                                         .event = visitor_event,
                                         .state = only_state,
                                         .states = states,
                                         .legal = legal},
                                        {.name = "host",
                                         .kind = IMP_ROLE_ACCESS,
                                         .context_size = 1,
                                         .init = nothing,
                                         .event = host_event,
                                         .state = only_state,
                                         .states = states,
                                         .legal = legal,
                                         .optional = true},
                                        {.name = NULL}};
static const struct imp_channel channels[] = {
    {.name = "stream", .service = IMP_SERVICE_STREAM, .number = 443, .a = VISITOR, .b = HOST}, {0}};
static const struct imp_message messages[] = {{"Nothing", IMP_PHASE_BOOTSTRAPPING, 0}, {0}};
static const struct imp_act no_acts[] = {{0}};
static const struct imp_option no_options[] = {{0}};
static const struct imp_flaw no_flaws[] = {{0}};
static const struct imp_mechanism refused = {.name = "refused",
                                             .title = "refused",
                                             .class = IMP_CLASS_AD_HOC,
                                             .reference = "none",
                                             .summary = "For tests.",
                                             .roles = roles,
                                             .channels = channels,
                                             .messages = messages,
                                             .acts = no_acts,
                                             .options = no_options,
                                             .flaws = no_flaws};
const struct imp_mechanism *const imp_mechanisms[] = {&refused, NULL};

Test(refused, closed_names_what_was_asked_for)
{
    static const char *const media[] = {"ethernet", "wifi"};
    for (int i = 0; i < 2; i++) {
        json_t *r = runner_run(json_pack("{s:s, s:s, s:i}", "mechanism", "refused", "medium",
                                         media[i], "limit_s", 300)); /* TCP tries for 189 s */
        cr_expect(runner_completed(r), "%s", media[i]);
        json_decref(r);
    }
}
