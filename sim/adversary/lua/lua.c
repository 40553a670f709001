/* SPDX-License-Identifier: GPL-2.0-only */
/* lua.c - the strategy "lua": calls go to the script, errors end the run with their file and line.
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "sim/adversary/strategies/strategies.h"

/* ---- before the run: the script is read in a child process, since it may not end
 * ------------------------------------------------------------------------------------------------
 */
struct looked_at {
    const struct imp_adversary *rights;
    const struct imp_mechanism *mechanism;
};

static json_t *look(void *arg, const struct imp_sandbox_limits *limits,
                    struct imp_sandbox_error *error)
{
    const struct looked_at *l = arg;
    struct imp_script s;
    int status = imp__script_open(&s, l->mechanism, l->rights, NULL, limits, error);
    json_t *answer = status == 0 ? json_pack("{s:b}", "mirrors", s.mirrors) : NULL;
    imp__script_close(&s);
    return answer;
}

/* Plans hold thousands of lines with the same script: what was found about the latest ones is kept.
 */
#define KEPT 32
#define KEY 32
static struct finding {
    uint8_t key[KEY];
    bool filled, mirrors;
    char error[600]; /* "" when it is sound */
} findings[KEPT];
static size_t next_finding;

static void add_text(crypto_generichash_state *h, const char *text)
{
    crypto_generichash_update(h, (const unsigned char *)text, strlen(text) + 1);
}

static void key_of(uint8_t key[KEY], const struct looked_at *l)
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, KEY);
    add_text(&h, l->mechanism->name);
    for (const struct imp_param *p = l->rights->params; p->name; p++) {
        add_text(&h, p->name);
        add_text(&h, p->value);
    }
    crypto_generichash_final(&h, key, KEY);
}

static const struct finding *find(const struct imp_adversary *a, const struct imp_mechanism *m)
{
    struct looked_at l = {a, m};
    uint8_t key[KEY];
    key_of(key, &l);
    for (size_t i = 0; i < KEPT; i++)
        if (findings[i].filled && memcmp(findings[i].key, key, KEY) == 0)
            return &findings[i];
    struct finding *f = &findings[next_finding++ % KEPT];
    *f = (struct finding){.filled = true};
    memcpy(f->key, key, KEY);
    json_t *answer = imp_confined(look, &l, "strategy", imp_adversary_param(a, "file", "strategy"),
                                  f->error, sizeof f->error);
    f->mirrors = json_is_true(json_object_get(answer, "mirrors"));
    json_decref(answer);
    return f;
}

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    const struct finding *f = find(a, m);
    snprintf(error, cap, "%s", f->error);
    return *f->error ? -1 : 0;
}

static bool wants_mirrors(const struct imp_adversary *a, const struct imp_mechanism *m)
{
    return find(a, m)->mirrors;
}

/* ---- in the run
 * ------------------------------------------------------------------------------------ */
static void sentence(const struct imp_script *s, const struct imp_sandbox_error *e, char *out,
                     size_t cap)
{
    if (e->line > 0)
        snprintf(out, cap, "%s:%d: %s", s->file, e->line, e->text);
    else
        snprintf(out, cap, "%s: %s", s->file, e->text);
}

static int open_script(struct imp_adv *a, char *error, size_t cap)
{
    const struct imp_sandbox_limits limits = {.memory = IMP_SANDBOX_MEMORY,
                                              .instructions = IMP_SANDBOX_INSTRUCTIONS};
    struct imp_script *s = a->state;
    struct imp_sandbox_error why = {0};
    imp__watch_begin(s);
    int status = imp__script_open(s, a->mechanism, a->rights, a, &limits, &why);
    imp__watch_end();
    if (status == 0)
        return 0;
    sentence(s, &why, error, cap);
    return -1;
}

static void close_script(struct imp_adv *a)
{
    imp__script_close(a->state);
}

/* One call of a callback. */
struct call {
    enum imp_callback callback;
    const struct imp_unit *unit;     /* SEEN, OOB */
    const struct imp_letter *letter; /* OWN_SEND, OWN_OOB */
    int party, channel;              /* TAKES_STREAM, OWN_STREAM */
    unsigned timer;
    const char *moment;
    int device; /* MOMENT */
    bool yes;   /* the answer */
};

/* Pushes the arguments; returns how many. */
static int push_arguments(lua_State *L, const struct call *c)
{
    switch (c->callback) {
    case IMP_CALLBACK_SEEN:
    case IMP_CALLBACK_OOB:
        imp__push_unit(L, c->unit);
        return 1;
    case IMP_CALLBACK_OWN_SEND:
    case IMP_CALLBACK_OWN_OOB:
        imp__push_letter(L, c->letter);
        return 1;
    case IMP_CALLBACK_TAKES_STREAM:
    case IMP_CALLBACK_OWN_STREAM:
        imp__push_party(L, c->party);
        lua_pushstring(L, imp__script_of(L)->mechanism->channels[c->channel].name);
        return 2;
    case IMP_CALLBACK_TIMER:
        lua_pushinteger(L, c->timer);
        return 1;
    default:
        lua_pushstring(L, c->moment);
        imp__push_device(L, c->device);
        return 2;
    }
}

static bool blocks(lua_State *L, const char *callback)
{
    const char *answer = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    bool block = strcmp(answer, "block") == 0;
    if (!block && strcmp(answer, "pass") != 0 && !lua_isnil(L, -1)) {
        lua_pushfstring(L, "%s: expected \"block\", \"pass\" or nothing as answer, not %s%s%s",
                        callback, *answer ? "\"" : luaL_typename(L, -1), answer,
                        *answer ? "\"" : "");
        lua_error(L);
    }
    return block;
}

static int protected_call(lua_State *L)
{
    struct call *c = lua_touserdata(L, 1);
    imp__script_push(L, c->callback);
    lua_call(L, push_arguments(L, c), 1);
    if (c->unit)
        c->yes = blocks(L, imp__callback_names[c->callback]);
    else
        c->yes = lua_toboolean(L, -1);
    return 0;
}

static bool call(struct imp_adv *a, struct call *c)
{
    struct imp_script *s = a->state;
    struct imp_sandbox_error why = {0};
    char text[600];
    if (s->failed || !imp__script_has(s, c->callback))
        return false;
    imp__watch_begin(s);
    int status = imp_sandbox_call(&s->box, protected_call, c, &why);
    imp__watch_end();
    if (status == 0)
        return c->yes;
    if (!s->failed) { /* else a call within this one has told it */
        s->failed = true;
        sentence(s, &why, text, sizeof text);
        a->ops->fail(a, text);
    }
    return false;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    return call(a, &(struct call){.callback = IMP_CALLBACK_SEEN, .unit = u}) ? IMP_BLOCK : IMP_PASS;
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    return call(a, &(struct call){.callback = IMP_CALLBACK_OOB, .unit = u}) ? IMP_BLOCK : IMP_PASS;
}

static void own_send(struct imp_adv *a, const struct imp_letter *l)
{
    call(a, &(struct call){.callback = IMP_CALLBACK_OWN_SEND, .letter = l});
}

static void own_oob(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                    size_t n)
{
    struct imp_letter shown = {
        .channel = channel, .message = -1, .as = mirror, .device = device, .bytes = bytes, .n = n};
    call(a, &(struct call){.callback = IMP_CALLBACK_OWN_OOB, .letter = &shown});
}

static bool takes_stream(struct imp_adv *a, int party, int channel)
{
    return call(a, &(struct call){
                       .callback = IMP_CALLBACK_TAKES_STREAM, .party = party, .channel = channel});
}

static bool own_stream(struct imp_adv *a, int mirror, int channel)
{
    return call(a, &(struct call){
                       .callback = IMP_CALLBACK_OWN_STREAM, .party = mirror, .channel = channel});
}

static void timer(struct imp_adv *a, unsigned id)
{
    call(a, &(struct call){.callback = IMP_CALLBACK_TIMER, .timer = id});
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    static const char *const names[] = {[IMP_MOMENT_START] = "start",
                                        [IMP_MOMENT_DEVICE_UP] = "device-up",
                                        [IMP_MOMENT_DEVICE_DONE] = "device-done",
                                        [IMP_MOMENT_ALL_DONE] = "all-done",
                                        [IMP_MOMENT_WINDOW] = "window"};
    call(a, &(struct call){.callback = IMP_CALLBACK_MOMENT, .moment = names[m], .device = device});
}

static const struct imp_strategy_param params[] = {
    {"script", NULL, "its text; a scenario names the file: file = \"own.lua\""},
    {"file", "strategy", "its name in messages"},
    {0}};

const struct imp_strategy imp_strategy_lua = {
    .name = "lua",
    .summary = "Does what a Lua file says (docs/strategies.md), which may take more parameters.",
    .more_params = true,
    .state_size = sizeof(struct imp_script),
    .params = params,
    .wants_mirrors = wants_mirrors,
    .check = check,
    .open = open_script,
    .close = close_script,
    .seen = seen,
    .oob = oob,
    .own_send = own_send,
    .own_oob = own_oob,
    .takes_stream = takes_stream,
    .own_stream = own_stream,
    .timer = timer,
    .moment = moment,
};
