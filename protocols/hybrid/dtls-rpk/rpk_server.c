/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_server.c - sessions of the commissioning server and its household. */
#include "rpk_server.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

const struct imp_legal rpk_server_legal[] = {
    {RPK_SERVER_IDLE, RPK_MSG_CLIENT_HELLO},
    {RPK_SERVER_IDLE, RPK_MSG_LABEL},
    {RPK_SERVER_HANDSHAKE, RPK_MSG_CLIENT_HELLO},
    {RPK_SERVER_HANDSHAKE, RPK_MSG_CLIENT_FLIGHT},
    {RPK_SERVER_HANDSHAKE, RPK_MSG_ALERT},
    {RPK_SERVER_HANDSHAKE, RPK_MSG_LABEL},
    {RPK_SERVER_OPEN, RPK_MSG_CLIENT_HELLO},
    {RPK_SERVER_OPEN, RPK_MSG_CLIENT_FLIGHT},
    {RPK_SERVER_OPEN, RPK_MSG_ENROL},
    {RPK_SERVER_OPEN, RPK_MSG_READY},
    {RPK_SERVER_OPEN, RPK_MSG_ALERT},
    {RPK_SERVER_OPEN, RPK_MSG_LABEL},
    {RPK_SERVER_ENROLLED, RPK_MSG_CLIENT_HELLO},
    {RPK_SERVER_ENROLLED, RPK_MSG_CLIENT_FLIGHT},
    {RPK_SERVER_ENROLLED, RPK_MSG_READY},
    {RPK_SERVER_ENROLLED, RPK_MSG_ALERT},
    {RPK_SERVER_ENROLLED, RPK_MSG_LABEL},
    {RPK_SERVER_DONE, RPK_MSG_CLIENT_HELLO},
    {RPK_SERVER_DONE, RPK_MSG_CLIENT_FLIGHT},
    {RPK_SERVER_DONE, RPK_MSG_READY},
    {RPK_SERVER_DONE, RPK_MSG_ALERT},
    {RPK_SERVER_DONE, RPK_MSG_LABEL},
    {-1, -1},
};

enum { TIMERS = 60 }; /* a session's index modulo this is its timer: it fires on its behalf */

/* ---- session
 * ----------------------------------------------------------------------------------------- */
static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct rpk_session *s = arg;
    imp_send(s->server->env, RPK_COAPS, &s->addr, rpk_message_of(label), datagram, n);
}

static bool verify(void *arg, const uint8_t *spki, size_t n)
{
    struct rpk_session *s = arg;
    struct rpk_server *server = s->server;
    if (n != RPK_SPKI)
        return false;
    memcpy(s->shown, spki, RPK_SPKI);
    if (imp_opt(server->env, RPK_OPT_ACL) == RPK_ACL_ANY ||
        imp_flawed(server->env, RPK_FLAW_NO_ACL) || rpk_acl_find(server, spki))
        return true;
    rpk_claim(server->env, IMP_CLAIM_REJECT, "device-key-unknown");
    return false;
}

static const uint8_t *believed(const struct rpk_session *s)
{
    return imp_opt(s->server->env, RPK_OPT_ACL) == RPK_ACL_ANY ? NULL : s->hash;
}

static void claim(const struct rpk_session *s, enum imp_claim_kind kind)
{
    rpk_claim_session(s->server->env, kind, s->sid, s->hash, s->server->key.hash, believed(s));
}

static void opened(void *arg, imp_time now)
{
    struct rpk_session *s = arg;
    (void)now;
    memcpy(s->spki, s->shown, RPK_SPKI);
    imp_sha256(NULL, s->hash, &IMP_PIECE(s->spki, RPK_SPKI), 1);
    imp_coaps_export(&s->secure, s->sid, sizeof s->sid);
    s->state = RPK_SERVER_OPEN;
    s->believed = false;
    claim(s, IMP_CLAIM_RUNNING);
}

static void data(void *arg, imp_time now)
{
    struct rpk_session *s = arg;
    (void)now;
    if (!s->believed)
        claim(s, IMP_CLAIM_COMMIT);
    s->believed = true;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct rpk_session *s = arg;
    (void)why;
    (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        rpk_claim(s->server->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (!imp_coaps_is_open(&s->secure))
        s->state = RPK_SERVER_IDLE;
}

static void session_init(struct rpk_server *server, struct rpk_session *s,
                         const struct imp_addr *addr)
{
    static const struct imp_coaps_hooks hooks = {.send = secure_send,
                                                 .serve = rpk_serve,
                                                 .verify = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_RPK,
                                         .server = true,
                                         .cookie = imp_opt(server->env, RPK_OPT_COOKIE) != 0,
                                         .secret = server->key.secret,
                                         .peer = *addr};
    imp_coaps_free(&s->secure);
    *s = (struct rpk_session){.used = true, .server = server, .addr = *addr};
    imp_coaps_init(&s->secure, server->env, &dtls, &hooks, s);
}

/* The session of that address; else a free one, or one in which nothing is open. */
static struct rpk_session *session_at(struct rpk_server *server, const struct imp_addr *addr)
{
    struct rpk_session *found = NULL;
    for (size_t i = 0; i < server->reached; i++) {
        struct rpk_session *s = &server->sessions[i];
        if (s->used && imp_addr_equal(&s->addr, addr))
            return s;
        if (!found && (!s->used || s->state == RPK_SERVER_IDLE))
            found = s;
    }
    if (!found && server->reached < RPK_SESSIONS)
        found = &server->sessions[server->reached++];
    if (found)
        session_init(server, found, addr);
    return found;
}

/* Sessions with that key; NULL: all. */
static void close_sessions(struct rpk_server *server, const uint8_t *spki, imp_time now)
{
    for (size_t i = 0; i < server->reached; i++) {
        struct rpk_session *s = &server->sessions[i];
        if (!s->used || (spki && !imp_equal(s->spki, spki, RPK_SPKI)))
            continue;
        imp_coaps_close(&s->secure, now);
        s->used = false;
    }
}

/* ---- events
 * --------------------------------------------------------------------------------------------- */
static void announce(struct rpk_server *server)
{
    struct imp_nih name;
    uint8_t id[1 + IMP_NIH_MAX];
    if (imp_opt(server->env, RPK_OPT_SERVER_ID) == RPK_ID_SPKI) {
        imp_oob(server->env, RPK_SERVER_ID, RPK_MSG_SERVER_ID, server->key.spki, RPK_SPKI);
        return;
    }
    imp_nih_of(NULL, &name, rpk_suite(server->env), server->key.spki, RPK_SPKI);
    imp_oob(server->env, RPK_SERVER_ID, RPK_MSG_SERVER_ID, id, rpk_id_pack(id, &name));
}

static void start(struct rpk_server *server)
{
    if (!rpk_key_load(server->env, &server->key))
        rpk_key_make(server->env, &server->key);
    server->env->ops->cell_get(server->env, "prefix", server->network, sizeof server->network);
    rpk_claim_identity(server->env, &server->key);
    rpk_acl_load(server);
    if (imp_opt(server->env, RPK_OPT_ACL) == RPK_ACL_DELIVERED)
        rpk_acl_deliver(server);
}

/* The installer who has scanned the label taps the same device with the server's name. */
static void label(struct rpk_server *server, const struct imp_event *e)
{
    rpk_acl_scan(server, e);
    bool asked = imp_opt(server->env, RPK_OPT_PIN) == RPK_PIN_REFUSE &&
                 imp_opt(server->env, RPK_OPT_NAMED_BY) == RPK_NAMED_BY_INSTALLER;
    if (asked || server->env->adversary)
        announce(server);
}

static bool word_is(const struct imp_event *e, const char *word)
{
    return e->n == strlen(word) && memcmp(e->bytes, word, e->n) == 0;
}

/* "revoke NUMBER", "revoke LABEL": one device. */
static void revoke(struct rpk_server *server, const struct imp_event *e, size_t skip, imp_time now)
{
    const struct rpk_entry *struck = rpk_acl_strike(server, e->bytes + skip, e->n - skip);
    if (struck && struck->whole)
        close_sessions(server, struck->spki, now);
}

static void control(struct rpk_server *server, const struct imp_event *e, imp_time now)
{
    static const char of_one[] = "revoke ";
    size_t skip = sizeof of_one - 1;
    if (e->n > skip && memcmp(e->bytes, of_one, skip) == 0) {
        revoke(server, e, skip, now);
    } else if (word_is(e, "revoke")) {
        rpk_acl_clear(server);
        close_sessions(server, NULL, now);
    } else if (word_is(e, "new-key")) {
        close_sessions(server, NULL, now);
        rpk_key_make(server->env, &server->key);
        rpk_claim_identity(server->env, &server->key);
    } else if (word_is(e, "announce")) {
        announce(server);
    }
}

static void datagram(struct rpk_server *server, const struct imp_event *e, imp_time now)
{
    struct rpk_session *s = session_at(server, &e->from);
    if (!s)
        return;
    server->last = (size_t)(s - server->sessions);
    imp_coaps_feed(&s->secure, e->bytes, e->n, now);
    if (s->state == RPK_SERVER_IDLE && s->secure.current)
        s->state = RPK_SERVER_HANDSHAKE;
}

static void timeout(struct rpk_server *server, unsigned id, imp_time now)
{
    server->last = id;
    for (size_t i = id; i < server->reached; i += TIMERS)
        if (server->sessions[i].used && imp_coaps_deadline(&server->sessions[i].secure) <= now) {
            server->last = i;
            imp_coaps_expire(&server->sessions[i].secure, now);
        }
}

static void session_timer(struct rpk_server *server, size_t id)
{
    imp_time at = IMP_NEVER, other;
    for (size_t i = id; i < server->reached; i += TIMERS)
        if (server->sessions[i].used &&
            (other = imp_coaps_deadline(&server->sessions[i].secure)) < at)
            at = other;
    imp_timer(server->env, (unsigned)id, at);
}

void rpk_server_init(void *ctx, struct imp_env *env)
{
    struct rpk_server *server = ctx;
    server->env = env;
}

void rpk_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct rpk_server *server = ctx;
    (void)env;
    server->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == RPK_LABEL)
            label(server, e);
        else
            datagram(server, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(server, e->id, now);
        break;
    case IMP_EVENT_CONTROL:
        control(server, e, now);
        break;
    case IMP_EVENT_RESET:
        rpk_acl_clear(server);
        close_sessions(server, NULL, now);
        break;
    default:
        break;
    }
    session_timer(server, server->last % TIMERS);
}

void rpk_server_fini(void *ctx, struct imp_env *env)
{
    struct rpk_server *server = ctx;
    (void)env;
    for (size_t i = 0; i < server->reached; i++)
        if (server->sessions[i].used)
            imp_coaps_free(&server->sessions[i].secure);
    imp_wipe(&server->key, sizeof server->key);
}

int rpk_server_state_of(const void *ctx)
{
    const struct rpk_server *server = ctx;
    return (int)server->sessions[server->last].state;
}
