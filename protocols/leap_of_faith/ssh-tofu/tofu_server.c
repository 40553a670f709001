/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_server.c - who configures devices: an SSH server that hands configurations out, or an
 * administrator's client that brings them. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

/* ---- sessions ----------------------------------------------------------------------------------
 */
static void done(struct tofu_end *e)
{
    struct imp_env *env = e->env;
    char cell[16 + 64] = "device-";
    for (int i = 0; i < 32; i++) {
        cell[7 + 2 * i] = "0123456789abcdef"[e->peer[i] >> 4];
        cell[8 + 2 * i] = "0123456789abcdef"[e->peer[i] & 15];
    }
    if (env->ops->cell_get(env, cell, NULL, 0) < 0)
        tofu_claim(env, IMP_CLAIM_COMPLETE, NULL);
    env->ops->cell_put(env, cell, e->config, sizeof e->config);
}

static struct tofu_session *find(struct tofu_server *server, const struct imp_addr *at)
{
    for (size_t i = 0; i < TOFU_SESSIONS; i++)
        if (server->sessions[i].used && imp_addr_equal(&server->sessions[i].end.at, at))
            return &server->sessions[i];
    return NULL;
}

/* A session's timer: who has not authenticated by then is sent away; then that of its keys. */
static void grace(struct tofu_server *server, const struct tofu_session *s, imp_time at)
{
    imp_timer(server->env, (unsigned)(s - server->sessions), at);
}

static void connected(struct tofu_server *server, const struct imp_addr *at, imp_time now)
{
    for (size_t i = 0; i < TOFU_SESSIONS; i++) {
        struct tofu_session *s = &server->sessions[i];
        if (s->used)
            continue;
        memset(s, 0, sizeof *s);
        s->used = true;
        s->end.keys = &server->keys;
        s->end.done = done;
        server->last = i;
        tofu_end_begin(&s->end, server->env, at);
        if (!s->end.client)
            grace(server, s, now + imp_opt(server->env, TOFU_OPT_GRACE) * IMP_S);
        return;
    }
    server->env->ops->close(server->env, TOFU_STREAM, at); /* too many */
}

static void clear(struct tofu_server *server, struct tofu_session *s)
{
    imp_ssh_wipe(&s->end.ssh);
    s->used = false;
    s->waits = 0;
    s->end.state = TOFU_IDLE;
    grace(server, s, IMP_NEVER);
}

static void send_away(struct tofu_server *server, struct tofu_session *s)
{
    server->env->ops->close(server->env, TOFU_STREAM, &s->end.at);
    clear(server, s);
}

static void expired(struct tofu_server *server, struct tofu_session *s)
{
    if (!s->used)
        return;
    if (s->end.timed)
        imp_ssh_rekey(&s->end.ssh);
    if (s->end.authenticated)
        return;
    tofu_claim(server->env, IMP_CLAIM_REJECT, "login-grace-over");
    send_away(server, s);
}

/* ---- the administrator -------------------------------------------------------------------------
 */
/* Looks at one fingerprint after the other. */
static void ask(struct tofu_server *server)
{
    struct tofu_session *next = NULL;
    for (size_t i = 0; i < TOFU_SESSIONS && !server->asked; i++) {
        struct tofu_session *s = &server->sessions[i];
        if (s->waits && (!next || s->waits < next->waits))
            next = s;
    }
    if (!next)
        return;
    server->asked = next;
    server->asked_for = next->waits;
    imp_prompt(server->env, TOFU_ACT_DEVICE_KEY);
}

static void said(struct tofu_server *server, bool same)
{
    struct tofu_session *s = server->asked;
    server->asked = NULL;
    if (s && s->waits == server->asked_for) {
        s->waits = 0;
        tofu_end_said(&s->end, same);
    }
    ask(server);
}

static void receive(struct tofu_server *server, struct tofu_session *s, const struct imp_event *e,
                    imp_time now)
{
    server->last = (size_t)(s - server->sessions);
    imp_ssh_feed(&s->end.ssh, e->bytes, e->n);
    imp_time due = tofu_end_keys_due(&s->end, now);
    if (due != IMP_NEVER)
        grace(server, s, due);
    if (s->end.ssh.state == IMP_SSH_OVER && tofu_host_is_tired(&s->end)) {
        send_away(server, s);
        return;
    }
    if (s->end.ssh.state != IMP_SSH_ASKING || s->waits)
        return;
    s->waits = ++server->turns;
    ask(server);
}

/* ---- the role ----------------------------------------------------------------------------------
 */
enum { KEY_TIMER = TOFU_SESSIONS };

static void start(struct tofu_server *server, imp_time now)
{
    tofu_keys_load(&server->keys, server->env);
    imp_timer(server->env, KEY_TIMER, tofu_keys_due(server->env, now));
}

static void due(struct tofu_server *server, unsigned timer, imp_time now)
{
    if (timer != KEY_TIMER) {
        expired(server, &server->sessions[timer]);
        return;
    }
    tofu_keys_change(&server->keys, server->env);
    imp_timer(server->env, KEY_TIMER, tofu_keys_due(server->env, now));
}

void tofu_server_init(void *ctx, struct imp_env *env)
{
    ((struct tofu_server *)ctx)->env = env;
}

void tofu_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tofu_server *server = ctx;
    struct tofu_session *s = find(server, &e->from);
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server, now);
        break;
    case IMP_EVENT_OPENED:
        connected(server, &e->from, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (s)
            receive(server, s, e, now);
        break;
    case IMP_EVENT_CLOSED:
        if (s)
            clear(server, s);
        break;
    case IMP_EVENT_TIMER:
        due(server, e->id, now);
        break;
    case IMP_EVENT_USER:
        said(server, e->ok);
        break;
    case IMP_EVENT_RESET: /* a new key: whoever knows the old one raises an alarm */
        tofu_keys_erase(env);
        start(server, now);
        break;
    case IMP_EVENT_CONTROL:
        tofu_control(env, e);
        break;
    }
}

void tofu_server_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct tofu_server));
}

int tofu_server_state_of(const void *ctx)
{
    const struct tofu_server *server = ctx;
    return (int)server->sessions[server->last].end.state;
}
