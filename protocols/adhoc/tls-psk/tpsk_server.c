/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_server.c - sessions, and keys that replace labels. */
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tpsk.h"

const struct imp_legal tpsk_server_legal[] = {
    {TPSK_SERVER_IDLE, TPSK_MSG_CLIENT_HELLO},
    {TPSK_SERVER_IDLE, TPSK_MSG_LABEL},
    {TPSK_SERVER_HANDSHAKE, TPSK_MSG_CLIENT_HELLO},
    {TPSK_SERVER_HANDSHAKE, TPSK_MSG_CLIENT_FLIGHT},
    {TPSK_SERVER_HANDSHAKE, TPSK_MSG_ALERT},
    {TPSK_SERVER_HANDSHAKE, TPSK_MSG_LABEL},
    {TPSK_SERVER_OPEN, TPSK_MSG_REGISTER},
    {TPSK_SERVER_OPEN, TPSK_MSG_CLIENT_HELLO},
    {TPSK_SERVER_OPEN, TPSK_MSG_ALERT},
    {TPSK_SERVER_OPEN, TPSK_MSG_LABEL},
    {TPSK_SERVER_REPLACING, TPSK_MSG_CHANGED},
    {TPSK_SERVER_REPLACING, TPSK_MSG_CLIENT_HELLO},
    {TPSK_SERVER_REPLACING, TPSK_MSG_ALERT},
    {TPSK_SERVER_REPLACING, TPSK_MSG_LABEL},
    {TPSK_SERVER_DONE, TPSK_MSG_CLIENT_HELLO},
    {TPSK_SERVER_DONE, TPSK_MSG_ALERT},
    {TPSK_SERVER_DONE, TPSK_MSG_LABEL},
    {-1, -1},
};

/* ---- session
 * ---------------------------------------------------------------------------- */
static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct tpsk_session *s = arg;
    imp_send(s->server->env, TPSK_COAPS, &s->addr, tpsk_message_of(label), datagram, n);
}

/* The key of whoever is not listed. */
static int unlisted(struct tpsk_server *server, uint8_t key[32], const char *identity)
{
    char name[32];
    if (strlen(identity) == TPSK_SERIAL && server->env->adversary) {
        struct tpsk_psk psk = {.n = TPSK_KEY};
        tpsk_list_cell(name, identity); /* what it has found out, else what manuals print */
        if (!tpsk_psk_load(server->env, &psk, name))
            memcpy(psk.octets, tpsk_default, TPSK_KEY);
        memcpy(key, psk.octets, psk.n);
        return (int)psk.n;
    }
    if (imp_flawed(server->env, TPSK_FLAW_ADMITS_DEFAULT)) {
        memcpy(key, tpsk_default, TPSK_KEY);
        return TPSK_KEY;
    }
    tpsk_claim(server->env, IMP_CLAIM_REJECT, "unknown-identity");
    if (imp_opt(server->env, TPSK_OPT_UNKNOWN) == TPSK_UNKNOWN_ALERT)
        return -1;
    imp_random(server->env, "dummy-key", key, TPSK_KEY); /* RFC 4279 section 2 */
    return TPSK_KEY;
}

static int psk(void *arg, uint8_t key[32], const char *identity)
{
    struct tpsk_session *s = arg;
    struct tpsk_entry *e = tpsk_list_find(s->server, identity);
    snprintf(s->asked, sizeof s->asked, "%s", identity);
    s->tried = NULL;
    if (!e || tpsk_list_expired(s->server, e))
        return unlisted(s->server, key, identity);
    if (s->server->now < e->locked) {
        tpsk_claim(s->server->env, IMP_CLAIM_REJECT, "locked");
        return -1;
    }
    s->tried = e;
    memcpy(key, e->key.octets, e->key.n);
    return (int)e->key.n;
}

static void opened(void *arg, imp_time now)
{
    struct tpsk_session *s = arg;
    (void)now;
    s->entry = s->tried;
    memcpy(s->serial, s->asked, sizeof s->serial);
    if (s->entry)
        s->entry->wrong = 0;
    imp_coaps_export(&s->secure, s->sid, sizeof s->sid);
    s->state = TPSK_SERVER_OPEN;
    s->believed = false;
    tpsk_claim_session(s->server->env, IMP_CLAIM_RUNNING, s->serial, s->sid);
}

static void data(void *arg, imp_time now)
{
    struct tpsk_session *s = arg;
    (void)now;
    if (!s->believed)
        tpsk_claim_session(s->server->env, IMP_CLAIM_COMMIT, s->serial, s->sid);
    s->believed = true;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct tpsk_session *s = arg;
    (void)why;
    (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED) {
        tpsk_claim(s->server->env, IMP_CLAIM_REJECT, "handshake-failed");
        if (s->tried)
            tpsk_list_wrong(s->server, s->tried);
        s->tried = NULL;
    }
    if (!imp_coaps_is_open(&s->secure))
        s->state = TPSK_SERVER_IDLE;
}

/* ---- registration
 * ---------------------------------------------------------------------------- */
static void complete(struct tpsk_session *s)
{
    s->state = TPSK_SERVER_DONE;
    if (!s->entry || !s->entry->claimed)
        tpsk_claim(s->server->env, IMP_CLAIM_COMPLETE, NULL);
    if (s->entry)
        s->entry->claimed = true;
}

static void replace(struct tpsk_session *s, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_PUT, .payload = s->fresh, .payload_n = TPSK_KEY};
    imp_random(s->server->env, "operational-psk", s->fresh, TPSK_KEY);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "psk");
    s->state = TPSK_SERVER_REPLACING;
    tpsk_claim_key(s->server->env, s->serial, s->sid, s->fresh);
    imp_coaps_request(&s->secure, &m, TPSK_MSG_NEW_KEY, now);
}

static void refuse(struct tpsk_session *s, struct imp_coap_reply *reply, enum imp_coap_code code)
{
    tpsk_claim(s->server->env, IMP_CLAIM_REJECT, "bad-request");
    reply->message.code = (uint8_t)code;
    reply->label = TPSK_MSG_REFUSAL;
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    static const struct imp_coap_route routes[] = {{IMP_COAP_POST, "register", TPSK_MSG_REGISTER},
                                                   {.path = NULL}};
    struct tpsk_session *s = arg;
    int message = imp_coap_message_of(routes, m);
    (void)now;
    if (message < 0) {
        refuse(s, reply, IMP_COAP_NOT_FOUND);
    } else if (!tpsk_is_legal(tpsk_server_legal, (int)s->state, message)) {
        refuse(s, reply, IMP_COAP_CONFLICT);
    } else if (m->payload_n != TPSK_SERIAL || memcmp(m->payload, s->serial, TPSK_SERIAL) != 0) {
        refuse(s, reply, IMP_COAP_FORBIDDEN);
    } else {
        reply->message.code = IMP_COAP_CREATED;
        reply->label = TPSK_MSG_REGISTERED;
        s->state = TPSK_SERVER_REPLACING; /* after the answer has gone: below */
    }
}

/* After a datagram was served: the answer to the registration has gone before the new key. */
static void registered(struct tpsk_session *s, imp_time now)
{
    if (s->state != TPSK_SERVER_REPLACING || s->secure.coap.sent[0].used ||
        s->secure.coap.sent[1].used)
        return;
    bool replaced = s->entry && s->entry->replaced;
    if (imp_opt(s->server->env, TPSK_OPT_REPLACE) && !replaced)
        replace(s, now);
    else
        complete(s);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct tpsk_session *s = arg;
    (void)label;
    if (s->state != TPSK_SERVER_REPLACING)
        return;
    if (outcome != IMP_COAP_ANSWERED || response->code != IMP_COAP_CHANGED) {
        tpsk_claim(s->server->env, IMP_CLAIM_REJECT, "key-not-replaced");
        imp_coaps_close(&s->secure, now);
        s->state = TPSK_SERVER_IDLE;
        return;
    }
    if (s->entry) {
        memcpy(s->entry->key.octets, s->fresh, TPSK_KEY);
        s->entry->key.n = TPSK_KEY;
        s->entry->replaced = true;
        tpsk_list_store(s->server, s->entry);
    }
    complete(s);
}

/* ---- sessions and events
 * ---------------------------------------------------------------------------- */
static void session_init(struct tpsk_server *server, struct tpsk_session *s,
                         const struct imp_addr *addr)
{
    static const struct imp_coaps_hooks hooks = {.send = secure_send,
                                                 .serve = serve,
                                                 .done = done,
                                                 .psk = psk,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK,
                                         .server = true,
                                         .psk_ecdhe = imp_opt(server->env, TPSK_OPT_EXCHANGE) ==
                                                      TPSK_EXCHANGE_ECDHE,
                                         .cookie = imp_opt(server->env, TPSK_OPT_COOKIE) != 0,
                                         .peer = *addr};
    imp_coaps_free(&s->secure);
    *s = (struct tpsk_session){.used = true, .server = server, .addr = *addr};
    imp_coaps_init(&s->secure, server->env, &dtls, &hooks, s);
}

static struct tpsk_session *session_at(struct tpsk_server *server, const struct imp_addr *addr)
{
    struct tpsk_session *found = NULL;
    for (size_t i = 0; i < server->reached; i++) {
        struct tpsk_session *s = &server->sessions[i];
        if (s->used && imp_addr_equal(&s->addr, addr))
            return s;
        if (!found && (!s->used || s->state == TPSK_SERVER_IDLE))
            found = s;
    }
    if (!found && server->reached < TPSK_SESSIONS)
        found = &server->sessions[server->reached++];
    if (found)
        session_init(server, found, addr);
    return found;
}

static void datagram(struct tpsk_server *server, const struct imp_event *e, imp_time now)
{
    struct tpsk_session *s = session_at(server, &e->from);
    if (!s)
        return;
    server->last = (size_t)(s - server->sessions);
    imp_coaps_feed(&s->secure, e->bytes, e->n, now);
    if (s->state == TPSK_SERVER_IDLE && s->secure.current)
        s->state = TPSK_SERVER_HANDSHAKE;
    tpsk_search(s);
    registered(s, now);
}

static void timeout(struct tpsk_server *server, unsigned id, imp_time now)
{
    server->last = id;
    for (size_t i = id; i < server->reached; i += TPSK_TIMERS)
        if (server->sessions[i].used && imp_coaps_deadline(&server->sessions[i].secure) <= now) {
            server->last = i;
            imp_coaps_expire(&server->sessions[i].secure, now);
        }
}

static void arm(struct tpsk_server *server, size_t id)
{
    imp_time at = IMP_NEVER, other;
    for (size_t i = id; i < server->reached; i += TPSK_TIMERS)
        if (server->sessions[i].used &&
            (other = imp_coaps_deadline(&server->sessions[i].secure)) < at)
            at = other;
    imp_timer(server->env, (unsigned)id, at);
}

/* Of that entry; NULL: all. */
static void close_sessions(struct tpsk_server *server, const struct tpsk_entry *of, imp_time now)
{
    for (size_t i = 0; i < server->reached; i++) {
        struct tpsk_session *s = &server->sessions[i];
        if (!s->used || (of && s->entry != of && s->tried != of))
            continue;
        imp_coaps_close(&s->secure, now);
        s->used = false;
    }
}

/* Strikes all devices off: their secrets must be typed again. */
static void clear(struct tpsk_server *server, imp_time now)
{
    for (size_t i = 0; i < server->count; i++)
        tpsk_list_strike(server, &server->entries[i]);
    server->count = 0;
    close_sessions(server, NULL, now);
}

/* "revoke", or "revoke SERIAL". */
static void control(struct tpsk_server *server, const struct imp_event *e, imp_time now)
{
    static const char verb[] = "revoke";
    size_t n = sizeof verb - 1;
    char serial[TPSK_SERIAL + 1] = "";
    if (e->n < n || memcmp(e->bytes, verb, n) != 0)
        return;
    if (e->n == n)
        clear(server, now);
    if (e->n != n + 1 + TPSK_SERIAL || e->bytes[n] != ' ')
        return;
    memcpy(serial, e->bytes + n + 1, TPSK_SERIAL);
    struct tpsk_entry *entry = tpsk_list_find(server, serial);
    if (!entry)
        return;
    close_sessions(server, entry, now);
    tpsk_list_strike(server, entry);
}

void tpsk_server_init(void *ctx, struct imp_env *env)
{
    struct tpsk_server *server = ctx;
    server->env = env;
}

void tpsk_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tpsk_server *server = ctx;
    server->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                           .layer = "dtls",
                                           .self = (const uint8_t *)tpsk_server_name,
                                           .self_n = strlen(tpsk_server_name)});
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == TPSK_LABEL)
            tpsk_list_typed(server, e);
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
        clear(server, now);
        break;
    default:
        break;
    }
    arm(server, server->last % TPSK_TIMERS);
}

void tpsk_server_fini(void *ctx, struct imp_env *env)
{
    struct tpsk_server *server = ctx;
    (void)env;
    for (size_t i = 0; i < server->reached; i++)
        if (server->sessions[i].used)
            imp_coaps_free(&server->sessions[i].secure);
    imp_wipe(server->entries, sizeof server->entries);
}

int tpsk_server_state_of(const void *ctx)
{
    const struct tpsk_server *server = ctx;
    return (int)server->sessions[server->last].state;
}
