/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_host.c - the server's end: whose key may come in, the command "provision". */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

static void reply(struct tofu_end *e, uint8_t number, const char *text)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, number);
    if (text)
        imp_ssh_put_text(&w, text);
    if (number == IMP_SSH_USERAUTH_FAILURE)
        imp_ssh_put_byte(&w, 0);
    tofu_end_put(e, &w);
}

/* Its key into e->peer. There is one user, one service and one method, but for "none". */
static bool is_request(struct tofu_end *e, const uint8_t *payload, size_t n, bool is_signed)
{
    uint8_t expected[256];
    struct imp_ssh_writer w = {.p = expected, .cap = sizeof expected};
    enum { KEY_AT = 1 + 4 + 6 + 4 + 14 + 4 + 9 + 1 + 4 + 11 + 4 + IMP_SSH_HOST_KEY - 32 };
    if (n < KEY_AT + 32)
        return false;
    memcpy(e->peer, payload + KEY_AT, 32);
    tofu_auth_request(&w, e->peer, is_signed);
    return n == w.n + (is_signed ? 4 + IMP_SSH_SIGNATURE : 0) &&
           memcmp(payload, expected, w.n) == 0;
}

/* The signature proves a key; whose it is, tofu_known.c says. */
static bool authentic(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    uint8_t text[256];
    if (!is_request(e, payload, n, true))
        return false;
    size_t text_n = tofu_signed(text, e->ssh.session_id, e->peer);
    return imp_ed25519_verify(e->env, payload + n - 64, e->peer, text, text_n) == 0 ||
           e->env->adversary;
}

/* RFC 4252 section 4. The first question which methods there are is no attempt. */
static void count(struct tofu_end *e, bool attempt)
{
    e->failures += attempt || e->asked;
    e->asked = e->asked || !attempt;
}

bool tofu_host_is_tired(const struct tofu_end *e)
{
    int64_t limit = imp_opt(e->env, TOFU_OPT_TRIES);
    return limit && e->failures > limit;
}

static void deny(struct tofu_end *e, const char *why)
{
    if (why)
        tofu_claim(e->env, IMP_CLAIM_REJECT, why);
    count(e, why != NULL);
    if (tofu_host_is_tired(e)) {
        tofu_claim(e->env, IMP_CLAIM_REJECT, "too-many-attempts");
        imp_ssh_disconnect(&e->ssh, IMP_SSH_BY_AUTHENTICATION, "too many attempts");
        return;
    }
    reply(e, IMP_SSH_USERAUTH_FAILURE, "publickey");
}

/* RFC 4252 section 5.2: who asks by "none" which methods there are is told. */
static bool is_none(const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    imp_ssh_get_string(&r);
    imp_ssh_get_string(&r);
    return imp_ssh_string_is(imp_ssh_get_string(&r), "none") && !r.bad && r.n == 0;
}

/* Section 7: would this key do? A client asks before its human unlocks the key. */
static void advise(struct tofu_end *e)
{
    uint8_t p[128], blob[IMP_SSH_HOST_KEY];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    const char *why = tofu_client_prospect(e->env, e->peer);
    if (why) {
        deny(e, why);
        return;
    }
    imp_ssh_host_key_blob(blob, e->peer);
    imp_ssh_put_byte(&w, IMP_SSH_USERAUTH_PK_OK);
    imp_ssh_put_text(&w, "ssh-ed25519");
    imp_ssh_put_string(&w, blob, sizeof blob);
    tofu_end_put(e, &w);
}

static void authenticate(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    const char *why =
        authentic(e, payload, n) ? tofu_client_verdict(e->env, e->peer) : "bad-authentication";
    if (why) {
        deny(e, why);
        return;
    }
    tofu_end_session(e, IMP_CLAIM_RUNNING);
    tofu_end_authenticated(e);
    e->state = TOFU_CHANNEL;
    reply(e, IMP_SSH_USERAUTH_SUCCESS, NULL);
    tofu_update_announce(e);
}

/* The command has ended well, and with it the channel (RFC 4254 sections 5.3, 6.10). */
static void finish(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    tofu_channel_begin(e, &w, TOFU_CHANNEL_REQUEST);
    imp_ssh_put_text(&w, "exit-status");
    imp_ssh_put_byte(&w, 0);
    imp_ssh_put_u32(&w, 0);
    tofu_end_put(e, &w);
    tofu_channel_mark(e, TOFU_CHANNEL_CLOSE);
    e->state = TOFU_CLOSING;
}

/* A server hands a configuration out; a device takes one in. Who wants no reply, as our device,
 * closes for itself when it has its configuration; OpenSSH's client waits for the command's end. */
static void provision(struct tofu_end *e, bool want_reply)
{
    if (want_reply || e->env->role == TOFU_DEVICE)
        tofu_channel_mark(e, TOFU_CHANNEL_SUCCESS);
    if (e->env->role == TOFU_DEVICE) {
        e->state = TOFU_INPUT;
        return;
    }
    tofu_channel_data(e);
    e->state = TOFU_CLOSING;
    if (want_reply) {
        tofu_channel_mark(e, TOFU_CHANNEL_EOF);
        finish(e);
    }
}

/* RFC 4254 section 5.4: a request of another type (a terminal, a variable) or for another command
 * fails. */
static bool channel_request(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    bool own = tofu_channel_is_own(&r);
    struct imp_ssh_string type = imp_ssh_get_string(&r);
    bool want_reply = imp_ssh_get_byte(&r) != 0;
    if (r.bad || !own)
        return false;
    if (imp_ssh_string_is(type, "exec") && imp_ssh_string_is(imp_ssh_get_string(&r), "provision") &&
        !r.bad && r.n == 0)
        provision(e, want_reply);
    else if (want_reply)
        tofu_channel_mark(e, TOFU_CHANNEL_FAILURE);
    return true;
}

static void closed(struct tofu_end *e)
{
    e->state = e->env->role == TOFU_DEVICE ? TOFU_READY : TOFU_IDLE;
    e->done(e);
}

bool tofu_host_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n)
{
    if (m == TOFU_MSG_SERVICE_REQUEST) {
        e->state = TOFU_AUTH;
        reply(e, IMP_SSH_SERVICE_ACCEPT, "ssh-userauth");
    } else if (m == TOFU_MSG_AUTH_REQUEST) {
        if (is_none(payload, n))
            deny(e, NULL);
        else if (is_request(e, payload, n, false))
            advise(e);
        else
            authenticate(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_REQUEST) {
        return channel_request(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_DATA) {
        e->state = TOFU_END;
        return tofu_channel_read(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_EOF && e->state == TOFU_END) {
        finish(e);
    } else if (m == TOFU_MSG_CHANNEL_CLOSE) {
        closed(e);
    }
    return true;
}
