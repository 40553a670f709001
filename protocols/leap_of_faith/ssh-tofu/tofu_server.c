/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_server.c - the server: proves its host key, keeps devices' keys, hands out configurations.
 */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

const struct imp_legal tofu_server_legal[] = {
    {TOFU_KEYS, TOFU_MSG_IDENTIFICATION}, {TOFU_KEYS, TOFU_MSG_KEXINIT},
    {TOFU_KEYS, TOFU_MSG_ECDH_INIT},      {TOFU_KEYS, TOFU_MSG_NEWKEYS},
    {TOFU_KEYS, TOFU_MSG_DISCONNECT},     {TOFU_SERVICE, TOFU_MSG_SERVICE_REQUEST},
    {TOFU_SERVICE, TOFU_MSG_DISCONNECT},  {TOFU_AUTH, TOFU_MSG_AUTH_REQUEST},
    {TOFU_AUTH, TOFU_MSG_DISCONNECT},     {TOFU_CHANNEL, TOFU_MSG_CHANNEL_OPEN},
    {TOFU_CHANNEL, TOFU_MSG_DISCONNECT},  {TOFU_COMMAND, TOFU_MSG_CHANNEL_REQUEST},
    {TOFU_COMMAND, TOFU_MSG_DISCONNECT},  {TOFU_CLOSING, TOFU_MSG_CHANNEL_CLOSE},
    {TOFU_CLOSING, TOFU_MSG_DISCONNECT},  {-1, -1},
};

static void send(void *arg, unsigned number, const uint8_t *p, size_t n)
{
    struct tofu_session *s = arg;
    imp_send(s->server->env, TOFU_STREAM, &s->at, tofu_message_of(number), p, n);
}

static bool host_key(void *arg, const uint8_t blob[IMP_SSH_HOST_KEY])
{
    (void)arg;
    (void)blob;
    return false; /* a server meets none */
}

static void opened(void *arg)
{
    ((struct tofu_session *)arg)->state = TOFU_SERVICE;
}

static void put(struct tofu_session *s, const struct imp_ssh_writer *w)
{
    imp_ssh_message(&s->ssh, w->p, w->n);
}

static void reply(struct tofu_session *s, uint8_t number, const char *text)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, number);
    if (text)
        imp_ssh_put_text(&w, text);
    if (number == IMP_SSH_USERAUTH_FAILURE)
        imp_ssh_put_byte(&w, 0);
    put(s, &w);
}

/* The signature proves a key; whose it is, nobody has said: also here the first use is believed. */
static bool authentic(struct tofu_session *s, const uint8_t *payload, size_t n)
{
    uint8_t expected[256], text[256];
    struct imp_ssh_writer w = {.p = expected, .cap = sizeof expected};
    enum { KEY_AT = 1 + 4 + 6 + 4 + 14 + 4 + 9 + 1 + 4 + 11 + 4 + IMP_SSH_HOST_KEY - 32 };
    if (n < KEY_AT + 32)
        return false;
    memcpy(s->device, payload + KEY_AT, 32);
    tofu_auth_request(&w, s->device);
    if (n != w.n + 4 + IMP_SSH_SIGNATURE || memcmp(payload, expected, w.n) != 0)
        return false;
    size_t text_n = tofu_signed(text, s->ssh.session_id, s->device);
    return imp_ed25519_verify(s->server->env, payload + n - 64, s->device, text, text_n) == 0 ||
           s->server->env->adversary;
}

static void authenticate(struct tofu_session *s, const uint8_t *payload, size_t n)
{
    struct imp_env *env = s->server->env;
    if (!authentic(s, payload, n)) {
        tofu_claim(env, IMP_CLAIM_REJECT, "bad-authentication");
        reply(s, IMP_SSH_USERAUTH_FAILURE, "publickey");
        return;
    }
    tofu_claim_session(env, IMP_CLAIM_RUNNING, s->ssh.session_id, s->device, s->server->public,
                       s->device);
    tofu_claim_session(env, IMP_CLAIM_COMMIT, s->ssh.session_id, s->device, s->server->public,
                       s->device);
    s->state = TOFU_CHANNEL;
    reply(s, IMP_SSH_USERAUTH_SUCCESS, NULL);
}

static void confirm(struct tofu_session *s)
{
    uint8_t p[32];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, 91);
    for (int i = 0; i < 2; i++)
        imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, 4096);
    imp_ssh_put_u32(&w, 1024);
    s->state = TOFU_COMMAND;
    put(s, &w);
}

static void provision(struct tofu_session *s)
{
    struct imp_env *env = s->server->env;
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_random(env, "operational-key", s->config, sizeof s->config);
    tofu_claim_config(env, s->ssh.session_id, s->config, s->device);
    imp_ssh_put_byte(&w, 94);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_string(&w, s->config, sizeof s->config);
    s->state = TOFU_CLOSING;
    put(s, &w);
}

static void done(struct tofu_session *s)
{
    struct imp_env *env = s->server->env;
    char cell[16 + 64] = "device-";
    for (int i = 0; i < 32; i++) {
        cell[7 + 2 * i] = "0123456789abcdef"[s->device[i] >> 4];
        cell[8 + 2 * i] = "0123456789abcdef"[s->device[i] & 15];
    }
    if (env->ops->cell_get(env, cell, NULL, 0) < 0)
        tofu_claim(env, IMP_CLAIM_COMPLETE, NULL);
    env->ops->cell_put(env, cell, s->config, sizeof s->config);
    s->state = TOFU_IDLE;
}

static void message(void *arg, const uint8_t *payload, size_t n)
{
    struct tofu_session *s = arg;
    int m = tofu_message_of(payload[0]);
    if (!tofu_is_legal(tofu_server_legal, (int)s->state, m)) {
        tofu_claim(s->server->env, IMP_CLAIM_REJECT, "out-of-order");
        imp_ssh_disconnect(&s->ssh, IMP_SSH_BY_PROTOCOL_ERROR, "out of order");
    } else if (m == TOFU_MSG_SERVICE_REQUEST) {
        s->state = TOFU_AUTH;
        reply(s, IMP_SSH_SERVICE_ACCEPT, "ssh-userauth");
    } else if (m == TOFU_MSG_AUTH_REQUEST) {
        authenticate(s, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_OPEN) {
        confirm(s);
    } else if (m == TOFU_MSG_CHANNEL_REQUEST) {
        provision(s);
    } else if (m == TOFU_MSG_CHANNEL_CLOSE) {
        done(s);
    }
}

static void over(void *arg, enum imp_ssh_reason reason, const char *why, bool by_peer)
{
    struct tofu_session *s = arg;
    (void)reason;
    (void)why;
    tofu_claim(s->server->env, IMP_CLAIM_REJECT, by_peer ? "disconnected" : "key-exchange-failed");
}

static struct tofu_session *find(struct tofu_server *server, const struct imp_addr *at)
{
    for (size_t i = 0; i < TOFU_SESSIONS; i++)
        if (server->sessions[i].used && imp_addr_equal(&server->sessions[i].at, at))
            return &server->sessions[i];
    return NULL;
}

static void connected(struct tofu_server *server, const struct imp_addr *at)
{
    static const struct imp_ssh_hooks hooks = {send, host_key, opened, message, over};
    for (size_t i = 0; i < TOFU_SESSIONS; i++) {
        struct tofu_session *s = &server->sessions[i];
        if (s->used)
            continue;
        *s = (struct tofu_session){.used = true, .server = server, .at = *at, .state = TOFU_KEYS};
        server->last = i;
        imp_ssh_init(&s->ssh, server->env, true, "SSH-2.0-imprint", server->secret, &hooks, s);
        imp_ssh_start(&s->ssh);
        return;
    }
    server->env->ops->close(server->env, TOFU_STREAM, at); /* too many */
}

static void clear(struct tofu_session *s)
{
    imp_ssh_wipe(&s->ssh);
    s->used = false;
    s->state = TOFU_IDLE;
}

static void start(struct tofu_server *server)
{
    tofu_key(server->env, server->secret, server->public);
    tofu_claim_identity(server->env, server->public);
}

void tofu_server_init(void *ctx, struct imp_env *env)
{
    ((struct tofu_server *)ctx)->env = env;
}

void tofu_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tofu_server *server = ctx;
    struct tofu_session *s = find(server, &e->from);
    (void)now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_OPENED:
        connected(server, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        if (!s)
            break;
        server->last = (size_t)(s - server->sessions);
        imp_ssh_feed(&s->ssh, e->bytes, e->n);
        break;
    case IMP_EVENT_CLOSED:
        if (s)
            clear(s);
        break;
    case IMP_EVENT_RESET: /* a new host key: every device raises its alarm */
        env->ops->cell_erase(env, "key");
        start(server);
        break;
    default:
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
    return (int)server->sessions[server->last].state;
}
