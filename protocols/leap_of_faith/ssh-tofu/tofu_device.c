/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_device.c - the client: known host, authentication, one command, regular visits. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

const struct imp_legal tofu_device_legal[] = {
    {TOFU_KEYS, TOFU_MSG_IDENTIFICATION},
    {TOFU_KEYS, TOFU_MSG_KEXINIT},
    {TOFU_KEYS, TOFU_MSG_ECDH_REPLY},
    {TOFU_KEYS, TOFU_MSG_NEWKEYS},
    {TOFU_KEYS, TOFU_MSG_DISCONNECT},
    {TOFU_SERVICE, TOFU_MSG_SERVICE_ACCEPT},
    {TOFU_SERVICE, TOFU_MSG_DISCONNECT},
    {TOFU_AUTH, TOFU_MSG_AUTH_SUCCESS},
    {TOFU_AUTH, TOFU_MSG_AUTH_FAILURE},
    {TOFU_AUTH, TOFU_MSG_DISCONNECT},
    {TOFU_CHANNEL, TOFU_MSG_CHANNEL_CONFIRM},
    {TOFU_CHANNEL, TOFU_MSG_DISCONNECT},
    {TOFU_COMMAND, TOFU_MSG_CHANNEL_DATA},
    {TOFU_COMMAND, TOFU_MSG_DISCONNECT},
    {-1, -1},
};

enum { TIMER };

static void later(struct tofu_device *d, int64_t seconds, imp_time now)
{
    imp_timer(d->env, TIMER, seconds ? now + seconds * IMP_S : IMP_NEVER);
}

static void send(void *arg, unsigned number, const uint8_t *p, size_t n)
{
    struct tofu_device *d = arg;
    imp_send(d->env, TOFU_STREAM, &d->at, tofu_message_of(number), p, n);
}

/* known_hosts: absent, equal or another. A key is stored after its proof and never overwritten. */
static bool host_key(void *arg, const uint8_t blob[IMP_SSH_HOST_KEY])
{
    struct tofu_device *d = arg;
    uint8_t known[32];
    memcpy(d->host, blob + IMP_SSH_HOST_KEY - 32, 32);
    bool have = d->env->ops->cell_get(d->env, "known-host", known, 32) == 32;
    if (d->env->adversary || (have && imp_equal(known, d->host, 32)))
        return true;
    if (!have && imp_opt(d->env, TOFU_OPT_POLICY) == TOFU_STRICT) {
        tofu_claim(d->env, IMP_CLAIM_REJECT, "host-key-unknown");
        return false;
    }
    if (have && !imp_flawed(d->env, TOFU_FLAW_CHANGED_KEY)) {
        tofu_claim(d->env, IMP_CLAIM_ALARM, "host-key-changed");
        return false;
    }
    d->env->ops->cell_put(d->env, "known-host", d->host, 32);
    return true;
}

static void put(struct tofu_device *d, const struct imp_ssh_writer *w)
{
    imp_ssh_message(&d->ssh, w->p, w->n);
}

static void opened(void *arg)
{
    struct tofu_device *d = arg;
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, IMP_SSH_SERVICE_REQUEST);
    imp_ssh_put_text(&w, "ssh-userauth");
    d->state = TOFU_SERVICE;
    put(d, &w);
}

/* RFC 4252 section 7. */
static void authenticate(struct tofu_device *d)
{
    uint8_t text[256], p[384], signature[64], blob[IMP_SSH_SIGNATURE];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p}, b = {.p = blob, .cap = sizeof blob};
    size_t n = tofu_signed(text, d->ssh.session_id, d->public);
    imp_ed25519_sign(d->env, signature, d->secret, text, n);
    imp_ssh_put_text(&b, "ssh-ed25519");
    imp_ssh_put_string(&b, signature, sizeof signature);
    tofu_auth_request(&w, d->public);
    imp_ssh_put_string(&w, blob, b.n);
    tofu_claim_session(d->env, IMP_CLAIM_RUNNING, d->ssh.session_id, d->public, d->host, d->host);
    d->state = TOFU_AUTH;
    put(d, &w);
}

/* RFC 4254 sections 5.1 and 6.5. */
static void open_channel(struct tofu_device *d)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    tofu_claim_session(d->env, IMP_CLAIM_COMMIT, d->ssh.session_id, d->public, d->host, d->host);
    imp_ssh_put_byte(&w, 90);
    imp_ssh_put_text(&w, "session");
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, 4096);
    imp_ssh_put_u32(&w, 1024);
    d->state = TOFU_CHANNEL;
    put(d, &w);
}

static void command(struct tofu_device *d)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, 98);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_text(&w, "exec");
    imp_ssh_put_byte(&w, 0);
    imp_ssh_put_text(&w, "provision");
    d->state = TOFU_COMMAND;
    put(d, &w);
}

static bool configured(struct tofu_device *d, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    imp_ssh_get_u32(&r);
    struct imp_ssh_string config = imp_ssh_get_string(&r);
    uint8_t p[8];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    if (r.bad || config.n != TOFU_CONFIG)
        return false;
    d->env->ops->cell_put(d->env, "config", config.p, config.n);
    tofu_claim_config(d->env, d->ssh.session_id, config.p, d->public);
    imp_ssh_put_byte(&w, 97);
    imp_ssh_put_u32(&w, 0);
    put(d, &w);
    d->state = TOFU_READY;
    if (!d->claimed)
        tofu_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
    return true;
}

static void message(void *arg, const uint8_t *payload, size_t n)
{
    struct tofu_device *d = arg;
    int m = tofu_message_of(payload[0]);
    bool ok = tofu_is_legal(tofu_device_legal, (int)d->state, m);
    if (ok && m == TOFU_MSG_SERVICE_ACCEPT)
        authenticate(d);
    else if (ok && m == TOFU_MSG_AUTH_SUCCESS)
        open_channel(d);
    else if (ok && m == TOFU_MSG_CHANNEL_CONFIRM)
        command(d);
    else if (ok && m == TOFU_MSG_CHANNEL_DATA)
        ok = configured(d, payload, n);
    else
        ok = ok && m != TOFU_MSG_AUTH_FAILURE;
    if (!ok) {
        tofu_claim(d->env, IMP_CLAIM_REJECT, "refused");
        imp_ssh_disconnect(&d->ssh, IMP_SSH_BY_APPLICATION, "refused");
    }
}

static void over(void *arg, enum imp_ssh_reason reason, const char *why, bool by_peer)
{
    struct tofu_device *d = arg;
    (void)reason;
    (void)why;
    if (!by_peer)
        tofu_claim(d->env, IMP_CLAIM_REJECT, "key-exchange-failed");
}

static void connect(struct tofu_device *d, imp_time now)
{
    d->state = TOFU_IDLE;
    later(d, imp_opt(d->env, TOFU_OPT_BACK_OFF), now);
    d->env->ops->open(d->env, TOFU_STREAM, NULL);
}

static void connected(struct tofu_device *d, const struct imp_event *e)
{
    static const struct imp_ssh_hooks hooks = {send, host_key, opened, message, over};
    if (d->state != TOFU_IDLE || d->connected)
        return;
    d->at = e->from;
    d->connected = true;
    d->state = TOFU_KEYS;
    imp_ssh_init(&d->ssh, d->env, false, "SSH-2.0-imprint", NULL, &hooks, d);
    imp_ssh_start(&d->ssh);
}

/* The end of a visit, good or bad: when the next one is due. */
static void leave(struct tofu_device *d, imp_time now)
{
    bool ready = d->state == TOFU_READY;
    if (!d->connected)
        return;
    d->connected = false;
    d->env->ops->close(d->env, TOFU_STREAM, &d->at);
    imp_ssh_wipe(&d->ssh);
    if (!ready)
        d->state = TOFU_IDLE;
    later(d, imp_opt(d->env, ready ? TOFU_OPT_REFRESH : TOFU_OPT_BACK_OFF), now);
}

static void start(struct tofu_device *d, imp_time now)
{
    tofu_key(d->env, d->secret, d->public);
    tofu_claim_identity(d->env, d->public);
    connect(d, now);
}

void tofu_device_init(void *ctx, struct imp_env *env)
{
    ((struct tofu_device *)ctx)->env = env;
}

void tofu_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tofu_device *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_OPENED:
        connected(d, e);
        break;
    case IMP_EVENT_RECEIVE:
        if (!d->connected || !imp_addr_equal(&e->from, &d->at))
            break;
        imp_ssh_feed(&d->ssh, e->bytes, e->n);
        if (d->ssh.state == IMP_SSH_OVER || d->state == TOFU_READY)
            leave(d, now);
        break;
    case IMP_EVENT_CLOSED:
        if (d->connected && imp_addr_equal(&e->from, &d->at))
            leave(d, now);
        break;
    case IMP_EVENT_TIMER:
        leave(d, now);
        connect(d, now);
        break;
    case IMP_EVENT_RESET:
        env->ops->cell_erase(env, "known-host");
        env->ops->cell_erase(env, "config");
        leave(d, now);
        d->claimed = false;
        connect(d, now);
        break;
    default:
        break;
    }
}

void tofu_device_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct tofu_device));
}

int tofu_device_state_of(const void *ctx)
{
    return (int)((const struct tofu_device *)ctx)->state;
}
