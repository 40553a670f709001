/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_end.c - one end of a connection, client's or server's: what is legal, the transport's hooks.
 */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

/* ---- legality ----------------------------------------------------------------------------------
 */
#define BOTH                                                                                       \
    {TOFU_KEYS, TOFU_MSG_IDENTIFICATION}, {TOFU_KEYS, TOFU_MSG_KEXINIT},                           \
        {TOFU_KEYS, TOFU_MSG_NEWKEYS}, {TOFU_KEYS, TOFU_MSG_DISCONNECT},                           \
        {TOFU_SERVICE, TOFU_MSG_DISCONNECT}, {TOFU_AUTH, TOFU_MSG_DISCONNECT},                     \
        {TOFU_CHANNEL, TOFU_MSG_DISCONNECT}, {TOFU_COMMAND, TOFU_MSG_DISCONNECT},                  \
        {TOFU_CHANNEL, TOFU_MSG_CHANNEL_OPEN}, {TOFU_COMMAND, TOFU_MSG_CHANNEL_OPEN},              \
    {                                                                                              \
        TOFU_CLOSING, TOFU_MSG_CHANNEL_OPEN                                                        \
    }
#define CLIENT                                                                                     \
    {TOFU_KEYS, TOFU_MSG_ECDH_REPLY}, {TOFU_SERVICE, TOFU_MSG_SERVICE_ACCEPT},                     \
        {TOFU_AUTH, TOFU_MSG_AUTH_SUCCESS}, {TOFU_AUTH, TOFU_MSG_AUTH_FAILURE},                    \
        {TOFU_CHANNEL, TOFU_MSG_HOST_KEYS}, {TOFU_COMMAND, TOFU_MSG_HOST_KEYS},                    \
        {TOFU_CHANNEL, TOFU_MSG_REQUEST_SUCCESS}, {TOFU_COMMAND, TOFU_MSG_REQUEST_SUCCESS},        \
        {TOFU_CHANNEL, TOFU_MSG_REQUEST_FAILURE}, {TOFU_COMMAND, TOFU_MSG_REQUEST_FAILURE},        \
        {TOFU_CHANNEL, TOFU_MSG_CHANNEL_OPEN_FAILURE}, {TOFU_COMMAND, TOFU_MSG_CHANNEL_FAILURE},   \
        {TOFU_READY, TOFU_MSG_HOST_KEYS}, {TOFU_READY, TOFU_MSG_REQUEST_SUCCESS},                  \
        {TOFU_READY, TOFU_MSG_REQUEST_FAILURE}, {TOFU_READY, TOFU_MSG_DISCONNECT},                 \
    {                                                                                              \
        TOFU_CHANNEL, TOFU_MSG_CHANNEL_CONFIRM                                                     \
    }
#define HOST                                                                                       \
    {TOFU_KEYS, TOFU_MSG_ECDH_INIT}, {TOFU_SERVICE, TOFU_MSG_SERVICE_REQUEST},                     \
        {TOFU_AUTH, TOFU_MSG_AUTH_REQUEST}, {TOFU_COMMAND, TOFU_MSG_CHANNEL_REQUEST},              \
        {TOFU_CLOSING, TOFU_MSG_CHANNEL_CLOSE}, {TOFU_CHANNEL, TOFU_MSG_HOST_KEYS_PROVE},          \
        {TOFU_COMMAND, TOFU_MSG_HOST_KEYS_PROVE},                                                  \
    {                                                                                              \
        TOFU_CLOSING, TOFU_MSG_DISCONNECT                                                          \
    }
/* A command may have ended before the last of its output is sent. */
#define FETCHING                                                                                   \
    {TOFU_COMMAND, TOFU_MSG_CHANNEL_SUCCESS}, {TOFU_COMMAND, TOFU_MSG_EXIT_STATUS},                \
    {                                                                                              \
        TOFU_COMMAND, TOFU_MSG_CHANNEL_DATA                                                        \
    }
#define HANDING_OUT                                                                                \
    {TOFU_IDLE, TOFU_MSG_CHANNEL_OPEN},                                                            \
    {                                                                                              \
        TOFU_CLOSING, TOFU_MSG_CHANNEL_EOF                                                         \
    }
#define BRINGING                                                                                   \
    {TOFU_COMMAND, TOFU_MSG_CHANNEL_SUCCESS}, {TOFU_STATUS, TOFU_MSG_EXIT_STATUS},                 \
        {TOFU_STATUS, TOFU_MSG_CHANNEL_OPEN}, {TOFU_STATUS, TOFU_MSG_DISCONNECT},                  \
        {TOFU_CLOSING, TOFU_MSG_CHANNEL_CLOSE},                                                    \
    {                                                                                              \
        TOFU_CLOSING, TOFU_MSG_DISCONNECT                                                          \
    }
#define TAKING                                                                                     \
    {TOFU_INPUT, TOFU_MSG_CHANNEL_DATA}, {TOFU_INPUT, TOFU_MSG_DISCONNECT},                        \
        {TOFU_INPUT, TOFU_MSG_CHANNEL_OPEN}, {TOFU_END, TOFU_MSG_CHANNEL_OPEN},                    \
        {TOFU_END, TOFU_MSG_CHANNEL_EOF},                                                          \
    {                                                                                              \
        TOFU_END, TOFU_MSG_DISCONNECT                                                              \
    }

static const struct imp_legal fetching_client[] = {BOTH, CLIENT, FETCHING, {-1, -1}};
static const struct imp_legal bringing_client[] = {BOTH, CLIENT, BRINGING, {-1, -1}};
static const struct imp_legal handing_out_host[] = {BOTH, HOST, HANDING_OUT, {-1, -1}};
static const struct imp_legal taking_host[] = {BOTH, HOST, TAKING, {-1, -1}};

/* A role's is that of both its ends: `device-is` says which one it has. */
const struct imp_legal tofu_device_legal[] = {BOTH, CLIENT, FETCHING, HOST, TAKING, {-1, -1}};
const struct imp_legal tofu_server_legal[] = {BOTH, HOST, HANDING_OUT, CLIENT, BRINGING, {-1, -1}};

bool tofu_end_is_legal(const struct tofu_end *e, int message)
{
    bool device = e->env->role == TOFU_DEVICE;
    const struct imp_legal *l = e->client ? (device ? fetching_client : bringing_client)
                                          : (device ? taking_host : handing_out_host);
    for (; l->message >= 0; l++)
        if (l->state == (int)e->state && l->message == message)
            return true;
    return false;
}

/* A channel request is the client's for a command, the server's for its result; a global one the
 * server's for its keys, the client's for their proof. -1: a number that is unknown here. */
static int message_of(unsigned number, bool from_client)
{
    static const struct {
        unsigned number;
        int message;
    } table[] = {{0, TOFU_MSG_IDENTIFICATION},
                 {IMP_SSH_DISCONNECT, TOFU_MSG_DISCONNECT},
                 {IMP_SSH_UNIMPLEMENTED, TOFU_MSG_UNIMPLEMENTED},
                 {IMP_SSH_SERVICE_REQUEST, TOFU_MSG_SERVICE_REQUEST},
                 {IMP_SSH_SERVICE_ACCEPT, TOFU_MSG_SERVICE_ACCEPT},
                 {IMP_SSH_KEXINIT, TOFU_MSG_KEXINIT},
                 {IMP_SSH_NEWKEYS, TOFU_MSG_NEWKEYS},
                 {IMP_SSH_KEX_ECDH_INIT, TOFU_MSG_ECDH_INIT},
                 {IMP_SSH_KEX_ECDH_REPLY, TOFU_MSG_ECDH_REPLY},
                 {IMP_SSH_USERAUTH_REQUEST, TOFU_MSG_AUTH_REQUEST},
                 {IMP_SSH_USERAUTH_FAILURE, TOFU_MSG_AUTH_FAILURE},
                 {IMP_SSH_USERAUTH_SUCCESS, TOFU_MSG_AUTH_SUCCESS},
                 {IMP_SSH_USERAUTH_PK_OK, TOFU_MSG_AUTH_PK_OK},
                 {TOFU_REQUEST_SUCCESS, TOFU_MSG_REQUEST_SUCCESS},
                 {TOFU_REQUEST_FAILURE, TOFU_MSG_REQUEST_FAILURE},
                 {TOFU_CHANNEL_OPEN, TOFU_MSG_CHANNEL_OPEN},
                 {TOFU_CHANNEL_CONFIRM, TOFU_MSG_CHANNEL_CONFIRM},
                 {TOFU_CHANNEL_OPEN_FAILURE, TOFU_MSG_CHANNEL_OPEN_FAILURE},
                 {TOFU_CHANNEL_DATA, TOFU_MSG_CHANNEL_DATA},
                 {TOFU_CHANNEL_EOF, TOFU_MSG_CHANNEL_EOF},
                 {TOFU_CHANNEL_CLOSE, TOFU_MSG_CHANNEL_CLOSE},
                 {TOFU_CHANNEL_SUCCESS, TOFU_MSG_CHANNEL_SUCCESS},
                 {TOFU_CHANNEL_FAILURE, TOFU_MSG_CHANNEL_FAILURE}};
    if (number == TOFU_CHANNEL_REQUEST)
        return from_client ? TOFU_MSG_CHANNEL_REQUEST : TOFU_MSG_EXIT_STATUS;
    if (number == TOFU_GLOBAL_REQUEST)
        return from_client ? TOFU_MSG_HOST_KEYS_PROVE : TOFU_MSG_HOST_KEYS;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].number == number)
            return table[i].message;
    return -1;
}

/* ---- hooks of the transport --------------------------------------------------------------------
 */
static void send(void *arg, unsigned number, const uint8_t *p, size_t n)
{
    const struct tofu_end *e = arg;
    imp_send(e->env, TOFU_STREAM, &e->at, message_of(number, e->client), p, n);
}

/* What a host calls itself stands behind a blank in its identification (RFC 4253 section 4.2). */
static void take_name(struct tofu_end *e)
{
    const char *blank = strchr(e->ssh.peer_version, ' ');
    size_t n = blank ? strlen(blank + 1) : 0;
    e->name[0] = 0;
    for (size_t i = 0; i < n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", blank[1 + i]))
            return;
    if (n > 0 && n < sizeof e->name)
        memcpy(e->name, blank + 1, n + 1);
}

static bool host_key(void *arg, const uint8_t blob[IMP_SSH_HOST_KEY])
{
    struct tofu_end *e = arg;
    memcpy(e->peer, blob + IMP_SSH_HOST_KEY - 32, 32);
    take_name(e);
    enum tofu_verdict v = tofu_host_verdict(e->env, e->name, e->peer);
    e->changed = v == TOFU_CHANGED;
    if (v == TOFU_TO_ASK)
        imp_ssh_ask(&e->ssh);
    return v == TOFU_GOOD || v == TOFU_TO_ASK;
}

void tofu_end_said(struct tofu_end *e, bool same)
{
    if (e->ssh.state != IMP_SSH_ASKING)
        return;
    tofu_host_said(e->env, e->name, e->peer, same);
    imp_ssh_answer(&e->ssh, same);
}

static void opened(void *arg)
{
    struct tofu_end *e = arg;
    e->state = TOFU_SERVICE;
    if (e->client)
        tofu_client_opened(e);
}

static bool taken(struct tofu_end *e, int m, const uint8_t *payload, size_t n)
{
    if (!tofu_end_is_legal(e, m))
        return false;
    if (payload[0] >= TOFU_GLOBAL_REQUEST && payload[0] <= TOFU_REQUEST_FAILURE)
        return tofu_update_message(e, m, payload, n);
    if (m == TOFU_MSG_CHANNEL_OPEN)
        return tofu_channel_wanted(e, payload, n);
    return (e->client ? tofu_client_message : tofu_host_message)(e, m, payload, n);
}

/* Known, and of no use: what a server or its command says to a human, room for more data, what
 * comes of a channel that this end has closed already (RFC 4254 sections 5.2, 5.3), and who wants
 * to come in once more (RFC 4252 section 5.1). */
static bool is_idle_talk(const struct tofu_end *e, unsigned number)
{
    bool late = e->client && e->state == TOFU_READY;
    return (number == IMP_SSH_USERAUTH_BANNER && e->client && e->state == TOFU_AUTH) ||
           (number == TOFU_CHANNEL_WINDOW_ADJUST && e->state >= TOFU_COMMAND) ||
           (number == TOFU_CHANNEL_EXTENDED_DATA && e->client && e->state >= TOFU_COMMAND) ||
           (number == IMP_SSH_USERAUTH_REQUEST && e->authenticated && !e->client) ||
           (late && number >= TOFU_CHANNEL_WINDOW_ADJUST && number <= TOFU_CHANNEL_FAILURE);
}

static void message(void *arg, const uint8_t *payload, size_t n)
{
    struct tofu_end *e = arg;
    int m = message_of(payload[0], !e->client);
    e->over = e->over || (payload[0] == TOFU_CHANNEL_CLOSE && e->state == TOFU_READY);
    if (is_idle_talk(e, payload[0]) || (m >= 0 && taken(e, m, payload, n)))
        return;
    if (m < 0) {
        imp_ssh_unimplemented(&e->ssh);
        return;
    }
    tofu_claim(e->env, IMP_CLAIM_REJECT, e->client ? "refused" : "out-of-order");
    if (m == TOFU_MSG_AUTH_FAILURE)
        imp_ssh_disconnect(&e->ssh, IMP_SSH_BY_AUTHENTICATION, "no more keys");
    else if (e->client)
        imp_ssh_disconnect(&e->ssh, IMP_SSH_BY_APPLICATION, "refused");
    else
        imp_ssh_disconnect(&e->ssh, IMP_SSH_BY_PROTOCOL_ERROR, "out of order");
}

static void over(void *arg, enum imp_ssh_reason reason, const char *why, bool by_peer)
{
    const struct tofu_end *e = arg;
    (void)reason;
    (void)why;
    if (!by_peer)
        tofu_claim(e->env, IMP_CLAIM_REJECT, "key-exchange-failed");
    else if (!e->client && e->state != TOFU_IDLE) /* a farewell */
        tofu_claim(e->env, IMP_CLAIM_REJECT, "disconnected");
}

void tofu_end_begin(struct tofu_end *e, struct imp_env *env, const struct imp_addr *at)
{
    static const struct imp_ssh_hooks hooks = {send, host_key, opened, message, over};
    e->env = env;
    e->at = *at;
    e->client = tofu_is_client(env);
    e->state = TOFU_KEYS;
    e->own = e->keys->own;
    e->offer = (struct tofu_offer){.n = 0};
    e->authenticated = e->asked = e->over = e->changed = false;
    e->failures = 0;
    e->timed = 0;
    e->channel = 0;
    strcpy(e->version, "SSH-2.0-imprint");
    if (!e->client && e->alias)
        snprintf(e->version, sizeof e->version, "SSH-2.0-imprint %s", e->alias);
    imp_ssh_init(&e->ssh, env, !e->client, e->version, e->client ? NULL : e->own.secret, &hooks, e);
    imp_ssh_start(&e->ssh);
}

/* ---- what both have ----------------------------------------------------------------------------
 */
void tofu_end_put(struct tofu_end *e, const struct imp_ssh_writer *w)
{
    imp_ssh_message(&e->ssh, w->p, w->n);
}

const uint8_t *tofu_end_device(const struct tofu_end *e)
{
    return e->env->role == TOFU_DEVICE ? e->own.public : e->peer;
}

void tofu_end_session(struct tofu_end *e, enum imp_claim_kind kind)
{
    bool device = e->env->role == TOFU_DEVICE;
    tofu_claim_session(e->env, kind, e->ssh.session_id, tofu_end_device(e),
                       device ? e->peer : e->own.public, e->peer);
}

void tofu_end_authenticated(struct tofu_end *e)
{
    tofu_end_session(e, IMP_CLAIM_COMMIT);
    e->ssh.rekey_after = (uint64_t)imp_opt(e->env, TOFU_OPT_REKEY);
    e->authenticated = true;
}

imp_time tofu_end_keys_due(struct tofu_end *e, imp_time now)
{
    int64_t interval = imp_opt(e->env, TOFU_OPT_REKEY_TIME);
    if (!interval || !e->authenticated || e->timed == e->ssh.exchanges)
        return IMP_NEVER;
    e->timed = e->ssh.exchanges;
    return now + interval * IMP_S;
}

void tofu_end_config(struct tofu_end *e)
{
    tofu_claim_config(e->env, e->ssh.session_id, e->config, tofu_end_device(e));
}
