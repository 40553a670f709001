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

/* The signature proves a key; whose it is, tofu_known.c says. */
static bool authentic(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    uint8_t expected[256], text[256];
    struct imp_ssh_writer w = {.p = expected, .cap = sizeof expected};
    enum { KEY_AT = 1 + 4 + 6 + 4 + 14 + 4 + 9 + 1 + 4 + 11 + 4 + IMP_SSH_HOST_KEY - 32 };
    if (n < KEY_AT + 32)
        return false;
    memcpy(e->peer, payload + KEY_AT, 32);
    tofu_auth_request(&w, e->peer);
    if (n != w.n + 4 + IMP_SSH_SIGNATURE || memcmp(payload, expected, w.n) != 0)
        return false;
    size_t text_n = tofu_signed(text, e->ssh.session_id, e->peer);
    return imp_ed25519_verify(e->env, payload + n - 64, e->peer, text, text_n) == 0 ||
           e->env->adversary;
}

static void authenticate(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    const char *why =
        authentic(e, payload, n) ? tofu_client_verdict(e->env, e->peer) : "bad-authentication";
    if (why) {
        tofu_claim(e->env, IMP_CLAIM_REJECT, why);
        reply(e, IMP_SSH_USERAUTH_FAILURE, "publickey");
        return;
    }
    tofu_end_session(e, IMP_CLAIM_RUNNING);
    tofu_end_session(e, IMP_CLAIM_COMMIT);
    e->state = TOFU_CHANNEL;
    reply(e, IMP_SSH_USERAUTH_SUCCESS, NULL);
    tofu_update_announce(e);
}

static void confirm(struct tofu_end *e)
{
    uint8_t p[32];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, TOFU_CHANNEL_CONFIRM);
    for (int i = 0; i < 2; i++)
        imp_ssh_put_u32(&w, 0);
    imp_ssh_put_u32(&w, 4096);
    imp_ssh_put_u32(&w, 1024);
    e->state = TOFU_COMMAND;
    tofu_end_put(e, &w);
}

/* A server hands a configuration out; a device takes one in. */
static void provision(struct tofu_end *e)
{
    if (e->env->role == TOFU_SERVER) {
        tofu_channel_data(e);
        e->state = TOFU_CLOSING;
    } else {
        tofu_channel_mark(e, TOFU_CHANNEL_SUCCESS);
        e->state = TOFU_INPUT;
    }
}

/* The device has all: it says how the command has ended, and closes (RFC 4254 sections 5.3, 6.10).
 */
static void finish(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, TOFU_CHANNEL_REQUEST);
    imp_ssh_put_u32(&w, 0);
    imp_ssh_put_text(&w, "exit-status");
    imp_ssh_put_byte(&w, 0);
    imp_ssh_put_u32(&w, 0);
    tofu_end_put(e, &w);
    tofu_channel_mark(e, TOFU_CHANNEL_CLOSE);
    e->state = TOFU_CLOSING;
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
        authenticate(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_OPEN) {
        confirm(e);
    } else if (m == TOFU_MSG_CHANNEL_REQUEST) {
        provision(e);
    } else if (m == TOFU_MSG_CHANNEL_DATA) {
        e->state = TOFU_END;
        return tofu_channel_read(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_EOF) {
        finish(e);
    } else if (m == TOFU_MSG_CHANNEL_CLOSE) {
        closed(e);
    }
    return true;
}
