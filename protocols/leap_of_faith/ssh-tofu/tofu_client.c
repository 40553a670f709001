/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_client.c - the client's end: authentication, a session channel, the command "provision",
 * which hands out a device's configuration or takes one in. */
#include "protocols/crypto/crypto.h"
#include "tofu.h"

void tofu_client_opened(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    imp_ssh_put_byte(&w, IMP_SSH_SERVICE_REQUEST);
    imp_ssh_put_text(&w, "ssh-userauth");
    tofu_end_put(e, &w);
}

/* RFC 4252 section 7. */
static void authenticate(struct tofu_end *e)
{
    uint8_t text[256], p[384], signature[64], blob[IMP_SSH_SIGNATURE];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p}, b = {.p = blob, .cap = sizeof blob};
    size_t n = tofu_signed(text, e->ssh.session_id, e->own.public);
    imp_ed25519_sign(e->env, signature, e->own.secret, text, n);
    imp_ssh_put_text(&b, "ssh-ed25519");
    imp_ssh_put_string(&b, signature, sizeof signature);
    tofu_auth_request(&w, e->own.public, true);
    imp_ssh_put_string(&w, blob, b.n);
    tofu_end_session(e, IMP_CLAIM_RUNNING);
    e->state = TOFU_AUTH;
    tofu_end_put(e, &w);
}

/* Who brings something wants to hear first that it is awaited, who stays that all is over. */
static bool wants_reply(const struct imp_env *env)
{
    return env->role == TOFU_SERVER || imp_opt(env, TOFU_OPT_CONNECTION) == TOFU_KEPT;
}

/* RFC 4254 section 6.5. */
static void command(struct tofu_end *e)
{
    uint8_t p[64];
    struct imp_ssh_writer w = {.p = p, .cap = sizeof p};
    tofu_channel_begin(e, &w, TOFU_CHANNEL_REQUEST);
    imp_ssh_put_text(&w, "exec");
    imp_ssh_put_byte(&w, wants_reply(e->env));
    imp_ssh_put_text(&w, "provision");
    e->state = TOFU_COMMAND;
    tofu_end_put(e, &w);
}

static bool confirmed(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    if (!tofu_channel_confirmed(e, payload, n))
        return false;
    command(e);
    return true;
}

static void bring(struct tofu_end *e)
{
    tofu_channel_data(e);
    tofu_channel_mark(e, TOFU_CHANNEL_EOF);
    e->state = TOFU_STATUS;
}

static bool configured(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    if (!tofu_channel_read(e, payload, n))
        return false;
    tofu_channel_mark(e, TOFU_CHANNEL_CLOSE);
    e->state = TOFU_READY;
    e->done(e);
    return true;
}

/* RFC 4254 section 6.10: the command has ended well. */
static bool succeeded(const uint8_t *payload, size_t n)
{
    struct imp_ssh_reader r = {.p = payload + 1, .n = n - 1};
    bool own = tofu_channel_is_own(&r);
    bool status = imp_ssh_string_is(imp_ssh_get_string(&r), "exit-status");
    return imp_ssh_get_byte(&r) == 0 && imp_ssh_get_u32(&r) == 0 && own && status && !r.bad &&
           r.n == 0;
}

static bool ended(struct tofu_end *e, const uint8_t *payload, size_t n)
{
    if (!succeeded(payload, n))
        return false;
    e->state = TOFU_CLOSING;
    e->done(e);
    return true;
}

bool tofu_client_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n)
{
    if (m == TOFU_MSG_SERVICE_ACCEPT) {
        authenticate(e);
    } else if (m == TOFU_MSG_AUTH_SUCCESS) {
        tofu_end_authenticated(e);
        tofu_channel_open(e);
    } else if (m == TOFU_MSG_CHANNEL_CONFIRM) {
        return confirmed(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_DATA) {
        return configured(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_SUCCESS && e->env->role == TOFU_SERVER) {
        bring(e);
    } else if (m == TOFU_MSG_EXIT_STATUS && e->env->role == TOFU_SERVER) {
        return ended(e, payload, n);
    } else if (m == TOFU_MSG_CHANNEL_CLOSE) { /* section 5.3: each end sends one */
        tofu_channel_mark(e, TOFU_CHANNEL_CLOSE);
        e->state = TOFU_READY;
    }
    return m != TOFU_MSG_AUTH_FAILURE && m != TOFU_MSG_CHANNEL_OPEN_FAILURE &&
           m != TOFU_MSG_CHANNEL_FAILURE;
}
