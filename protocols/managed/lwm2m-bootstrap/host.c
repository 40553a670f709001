/* SPDX-License-Identifier: GPL-2.0-only */
/* host.c - what both servers have in common: a session for each client's address. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

void lwm_session_claim(struct lwm_session *s, enum imp_claim_kind kind)
{
    lwm_claim_session(s->host->env, kind, s->endpoint, s->host->service->role, s->guard, s->sid);
}

void lwm_session_complete(struct lwm_session *s)
{
    struct imp_env *env = s->host->env;
    char name[LWM_NAME_MAX + 8];
    uint8_t done;
    s->state = LWM_DONE;
    snprintf(name, sizeof name, "done-%s", s->endpoint);
    if (env->ops->cell_get(env, name, &done, 1) == 1)
        return;
    env->ops->cell_put(env, name, "\1", 1);
    lwm_claim(env, IMP_CLAIM_COMPLETE, NULL);
}

void lwm_refuse(struct lwm_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                const char *why)
{
    lwm_claim(s->host->env, IMP_CLAIM_REJECT, why);
    reply->message.code = (uint8_t)code;
    reply->label = s->host->service->role == LWM_BOOTSTRAP ? LWM_MSG_BS_REFUSAL : LWM_MSG_S_REFUSAL;
}

/* ---- hooks */
static void send(void *arg, int label, const uint8_t *p, size_t n)
{
    struct lwm_session *s = arg;
    imp_send(s->host->env, s->link.channel, &s->addr,
             lwm_message_of(label, s->host->service->role == LWM_BOOTSTRAP), p, n);
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct lwm_session *s = arg;
    s->host->service->serve(arg, m, reply, now);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct lwm_session *s = arg;
    s->host->service->done(arg, label, outcome, response, now);
}

static int psk(void *arg, uint8_t key[32], const char *identity)
{
    struct lwm_session *s = arg;
    snprintf(s->asked, sizeof s->asked, "%s", identity);
    int n = s->host->service->psk(s->host->env, key, identity);
    if (n < 0)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "unknown-identity");
    return n;
}

static bool verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_session *s = arg;
    lwm_key_name(s->asked, spki, n);
    bool known = s->host->service->knows(s->host->env, s->asked);
    if (!known)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "unknown-key");
    return known;
}

/* Issued by our authority to a client that we know. */
static bool verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_session *s = arg;
    struct lwm_host *h = s->host;
    struct imp_x509_info leaf;
    uint8_t spki[LWM_SPKI];
    const struct imp_x509_policy policy = {.anchors = &IMP_PIECE(h->anchor.der, h->anchor.n),
                                           .anchor_count = 1,
                                           .intermediates = &IMP_PIECE(h->below.der, h->below.n),
                                           .intermediate_count = h->below.n ? 1 : 0,
                                           .purpose = IMP_X509_CLIENT};
    bool good = count > 0 && imp_x509_read(&leaf, chain[0].p, chain[0].n) == 0 &&
                (h->env->adversary ||
                 imp_x509_verify(h->env, chain, count, &policy, h->now) == IMP_X509_GOOD);
    if (!good) {
        lwm_claim(h->env, IMP_CLAIM_REJECT, "bad-certificate");
        return false;
    }
    imp_p256_spki(spki, leaf.pub);
    lwm_key_name(s->asked, spki, sizeof spki);
    if (h->service->by_name && !h->service->knows(h->env, s->asked) &&
        h->service->by_name(h->env, leaf.uri)) {
        snprintf(s->asked, sizeof s->asked, "%s", leaf.uri);
        return true;
    }
    return verify(arg, spki, sizeof spki);
}

static bool find_context(void *arg, struct lwm_context *out, const uint8_t *kid, size_t n)
{
    struct lwm_session *s = arg;
    struct lwm_oscore_object o;
    bool found = s->host->service->oscore(s, &o, kid, n) &&
                 lwm_context_make(s->host->env, out, &o, false) == 0;
    imp_wipe(&o, sizeof o);
    return found;
}

/* Whose session this is: that of the identity under which the context was found. */
static void prove(struct lwm_session *s)
{
    memcpy(s->identity, s->asked, sizeof s->identity);
    const char *name = s->host->service->endpoint(s);
    if (name != s->endpoint)
        snprintf(s->endpoint, sizeof s->endpoint, "%s", name);
}

static void proven(void *arg)
{
    struct lwm_session *s = arg;
    prove(s);
    s->location[0] = '\0'; /* another client's, if there was any */
}

static void opened(void *arg, imp_time now)
{
    struct lwm_session *s = arg;
    static const uint8_t none[LWM_TOKEN];
    (void)now;
    s->state = LWM_OPEN;
    s->believed = s->go = false;
    s->push = LWM_ASKED;
    s->location[0] = '\0';
    if (s->guard != LWM_BY_DTLS)
        return; /* nobody is known before the first request */
    prove(s);
    lwm_sid(&s->link, s->endpoint, none, s->sid);
    lwm_session_claim(s, IMP_CLAIM_RUNNING);
    if (s->host->service->opened)
        s->host->service->opened(s);
}

static void data(void *arg, imp_time now)
{
    struct lwm_session *s = arg;
    (void)now;
    if (s->guard == LWM_BY_DTLS && !s->believed)
        lwm_session_claim(s, IMP_CLAIM_COMMIT);
    s->believed = true;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_session *s = arg;
    (void)why;
    (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (!lwm_link_is_open(&s->link))
        s->state = LWM_IDLE;
}

/* ---- sessions */
static bool is_tcp(const struct lwm_host *h)
{
    return imp_opt(h->env, (unsigned)h->service->transport) == LWM_OPT_TCP;
}

static void session_init(struct lwm_host *h, struct lwm_session *s, const struct imp_addr *addr,
                         enum lwm_guard guard)
{
    static const struct imp_coaps_hooks hooks = {.send = send,
                                                 .serve = serve,
                                                 .done = done,
                                                 .psk = psk,
                                                 .verify = verify,
                                                 .verify_chain = verify_chain,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    int64_t security = imp_opt(h->env, (unsigned)h->service->security);
    const struct imp_dtls_config dtls = {.auth = security == LWM_OPT_RPK         ? IMP_DTLS_RPK
                                                 : lwm_has_certificate(security) ? IMP_DTLS_X509
                                                                                 : IMP_DTLS_PSK,
                                         .x509 = {.chain = h->chain,
                                                  .count = h->issuer.n ? 2 : 1,
                                                  .secret = h->scalar,
                                                  .ask = IMP_DTLS_REQUIRE},
                                         .server = true,
                                         .suites = IMP_DTLS_EITHER,
                                         .retransmit = lwm_dtls_timer(h->env),
                                         .give_up = LWM_DTLS_PATIENCE * lwm_dtls_timer(h->env),
                                         .cookie = true,
                                         .secret = h->scalar,
                                         .peer = *addr};
    lwm_link_free(&s->link);
    memset(s, 0, sizeof *s);
    s->used = true;
    s->guard = guard;
    s->host = h;
    s->addr = *addr;
    lwm_link_init(&s->link, h->env, guard, &dtls, &hooks, s);
    s->link.tcp = is_tcp(h);
    s->link.channel = lwm_channel_of(h->service->role, s->link.tcp, guard == LWM_BY_DTLS);
    s->link.blocks = h->service->role == LWM_BOOTSTRAP && imp_opt(h->env, LWM_OPT_PACK);
    s->link.find = find_context;
    s->link.proven = proven;
}

static struct lwm_session *session_at(struct lwm_host *h, const struct imp_addr *addr,
                                      enum lwm_guard guard)
{
    struct lwm_session *found = NULL;
    for (size_t i = 0; i < h->reached; i++) {
        struct lwm_session *s = &h->sessions[i];
        if (s->used && s->guard == guard && imp_addr_equal(&s->addr, addr))
            return s;
        if (!found && (!s->used || s->state == LWM_IDLE))
            found = s;
    }
    if (!found && h->reached < LWM_SESSIONS)
        found = &h->sessions[h->reached++];
    if (found)
        session_init(h, found, addr, guard);
    return found;
}

static void follow(struct lwm_session *s, imp_time now)
{
    if (s->go && lwm_link_is_open(&s->link) && lwm_link_idle(&s->link)) {
        s->go = false;
        s->host->service->follow(s, now);
    }
}

/* What the channel says of a correspondent; false: nobody is served there. In clear nobody is who
 * has a key. */
static bool guard_of(const struct lwm_host *h, int channel, enum lwm_guard *guard)
{
    int64_t security = imp_opt(h->env, (unsigned)h->service->security);
    *guard = channel == lwm_channel_of(h->service->role, is_tcp(h), true) ? LWM_BY_DTLS
             : security == LWM_OPT_OSCORE                                 ? LWM_BY_OSCORE
                                                                          : LWM_IN_CLEAR;
    return lwm_is_stream(channel) == is_tcp(h) &&
           (*guard != LWM_IN_CLEAR || security == LWM_OPT_NOSEC);
}

/* A connection is a correspondent of its own. */
static struct lwm_session *session_of(struct lwm_host *h, const struct imp_event *e)
{
    enum lwm_guard guard;
    bool served = guard_of(h, e->channel, &guard);
    struct lwm_session *s = NULL;
    if (served && (!is_tcp(h) || e->kind == IMP_EVENT_OPENED))
        s = session_at(h, &e->from, guard);
    for (size_t i = 0; i < h->reached && served && !s; i++)
        if (h->sessions[i].used && imp_addr_equal(&h->sessions[i].addr, &e->from))
            s = &h->sessions[i];
    return s;
}

static void arrived(struct lwm_host *h, const struct imp_event *e, imp_time now)
{
    struct lwm_session *s = session_of(h, e);
    if (!s && e->kind == IMP_EVENT_OPENED)
        h->env->ops->close(h->env, e->channel, &e->from);
    if (!s)
        return;
    h->last = (size_t)(s - h->sessions);
    if (s->link.tcp)
        lwm_link_event(&s->link, e, now);
    else
        lwm_link_feed(&s->link, e->bytes, e->n, now);
    if (s->state == LWM_IDLE && lwm_link_has_begun(&s->link))
        s->state = LWM_HANDSHAKE;
    follow(s, now);
}

static void timeout(struct lwm_host *h, unsigned id, imp_time now)
{
    for (size_t i = id; i < h->reached; i += LWM_TIMERS)
        if (h->sessions[i].used && lwm_link_deadline(&h->sessions[i].link) <= now)
            lwm_link_expire(&h->sessions[i].link, now);
}

static void arm(struct lwm_host *h, size_t id)
{
    imp_time at = IMP_NEVER, other;
    for (size_t i = id; i < h->reached; i += LWM_TIMERS)
        if (h->sessions[i].used && (other = lwm_link_deadline(&h->sessions[i].link)) < at)
            at = other;
    imp_timer(h->env, (unsigned)id, at);
}

void lwm_host_init(struct lwm_host *h, struct imp_env *env, const struct lwm_service *service)
{
    h->env = env;
    h->service = service;
}

static size_t load_cell(struct imp_env *env, const char *name, uint8_t *out, size_t cap)
{
    int n = env->ops->cell_get(env, name, out, cap);
    return n > 0 && (size_t)n <= cap ? (size_t)n : 0;
}

static void load_certificate(struct imp_env *env, const char *name, struct lwm_certificate *out)
{
    out->n = load_cell(env, name, out->der, sizeof out->der);
}

static void load(struct lwm_host *h)
{
    load_cell(h->env, "key", h->scalar, sizeof h->scalar);
    load_certificate(h->env, "certificate", &h->certificate);
    load_certificate(h->env, "issuer", &h->issuer);
    load_certificate(h->env, "anchor", &h->anchor);
    load_certificate(h->env, "below-anchor", &h->below);
    h->chain[0] = IMP_PIECE(h->certificate.der, h->certificate.n);
    h->chain[1] = IMP_PIECE(h->issuer.der, h->issuer.n);
}

struct lwm_session *lwm_host_reach(struct lwm_host *h, const struct imp_addr *addr, imp_time now)
{
    struct lwm_session *s = session_at(h, addr, LWM_IN_CLEAR);
    if (s)
        lwm_link_connect(&s->link, now);
    return s;
}

void lwm_host_follow(struct lwm_session *s, imp_time now)
{
    follow(s, now);
    arm(s->host, (size_t)(s - s->host->sessions) % LWM_TIMERS);
}

/* To every client with a session. */
static void command(struct lwm_host *h, const struct imp_event *e, imp_time now)
{
    for (size_t i = 0; i < h->reached; i++) {
        struct lwm_session *s = &h->sessions[i];
        if (!s->used || !lwm_link_is_open(&s->link))
            continue;
        h->last = i;
        imp_behalf(h->env, s->link.channel, &s->addr);
        h->service->command(s, (const char *)e->bytes, e->n, now);
        arm(h, i % LWM_TIMERS);
    }
}

void lwm_host_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lwm_host *h = ctx;
    h->now = now;
    if (e->kind == IMP_EVENT_START) {
        load(h);
        lwm_claim_identity(env, h->service->name);
        if (h->service->start)
            h->service->start(h, now);
    } else if (e->kind == IMP_EVENT_RECEIVE || e->kind == IMP_EVENT_OPENED ||
               e->kind == IMP_EVENT_CLOSED) {
        arrived(h, e, now);
    } else if (e->kind == IMP_EVENT_TIMER) {
        timeout(h, e->id, now);
    } else if (e->kind == IMP_EVENT_CONTROL && h->service->command) {
        command(h, e, now);
        return;
    }
    arm(h, e->kind == IMP_EVENT_TIMER ? e->id : h->last % LWM_TIMERS);
}

void lwm_host_fini(void *ctx, struct imp_env *env)
{
    struct lwm_host *h = ctx;
    (void)env;
    for (size_t i = 0; i < h->reached; i++)
        if (h->sessions[i].used)
            lwm_link_fini(&h->sessions[i].link);
    /* The rest was never used: its pages stay untouched. */
    imp_wipe(h, offsetof(struct lwm_host, sessions) + h->reached * sizeof *h->sessions);
}

int lwm_host_state_of(const void *ctx)
{
    const struct lwm_host *h = ctx;
    return (int)h->sessions[h->last].state;
}
