/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_registrar_agent.c - the registrar as the MASA's client: one request at a time, in the order
 * in which sessions came to need it, over one connection that closes when nobody needs it. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

enum { ANSWER = 20 /* s */, IDLE = 15 /* s */ };

static const struct imp_https_labels labels = {
    BRSKI_MSG_MASA_CLIENT_HELLO, BRSKI_MSG_MASA_CLIENT_FLIGHT, BRSKI_MSG_MASA_CLIENT_FLIGHT,
    BRSKI_MSG_MASA_CLIENT_FLIGHT, BRSKI_MSG_MASA_ALERT};

/* "BRSKI-MASA": the registrar knows the manufacturer's authority by its trust anchor. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct brski_registrar *r = ((struct brski_agent *)arg)->registrar;
    const struct imp_piece anchor = {r->masa_anchor.der, r->masa_anchor.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_SERVER, .host = BRSKI_MASA_HOST};
    if (r->env->adversary ||
        imp_x509_verify(r->env, chain, count, &policy, r->now) == IMP_X509_GOOD)
        return true;
    brski_claim(r->env, IMP_CLAIM_REJECT, "unknown-masa");
    return false;
}

static struct brski_session *next_job(struct brski_registrar *r)
{
    struct brski_session *first = NULL;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct brski_session *s = &r->session[i];
        if (s->used && s->job != BRSKI_NO_JOB && (!first || s->order < first->order))
            first = s;
    }
    return first;
}

static void put_down(struct brski_agent *a)
{
    struct imp_env *env = a->registrar->env;
    struct imp_addr at = a->link.at;
    bool there = a->state == BRSKI_AGENT_HANDSHAKE || a->state == BRSKI_AGENT_OPEN;
    a->state = BRSKI_AGENT_CLOSED;
    imp_https_close(&a->link, a->registrar->now);
    if (there)
        env->ops->close(env, BRSKI_MASA, &at);
    imp_timer(env, BRSKI_TIMER_ANSWER, IMP_NEVER);
    imp_timer(env, BRSKI_TIMER_IDLE, IMP_NEVER);
}

/* `path` NULL: the usual one. */
static void ask(struct brski_agent *a, struct brski_session *s, const char *path)
{
    struct brski_registrar *r = a->registrar;
    bool log = s->job == BRSKI_ASK_LOG;
    const struct imp_https_body body = {.type = BRSKI_CMS_TYPE,
                                        .accept = log ? BRSKI_JSON_TYPE : BRSKI_CMS_TYPE,
                                        .bytes = s->request,
                                        .n = s->request_n};
    a->asking = s;
    imp_behalf(r->env, s->link.channel, &s->link.at);
    imp_timer(r->env, BRSKI_TIMER_IDLE, IMP_NEVER);
    imp_timer(r->env, BRSKI_TIMER_ANSWER, r->now + ANSWER * IMP_S);
    a->moved = path != NULL;
    if (!path)
        path = log ? BRSKI_PATH "requestauditlog" : BRSKI_PATH "requestvoucher";
    imp_https_ask(&a->link, log ? BRSKI_MSG_MASA_REQUEST_LOG : BRSKI_MSG_MASA_REQUEST, path,
                  BRSKI_MASA_HOST, &body, r->now);
}

/* Asks for the first job, or for a connection to ask on. */
static void work(struct brski_registrar *r)
{
    struct brski_agent *a = &r->agent;
    struct brski_session *s = next_job(r);
    if (a->asking)
        return;
    if (!s) {
        if (a->state == BRSKI_AGENT_OPEN)
            imp_timer(r->env, BRSKI_TIMER_IDLE, r->now + IDLE * IMP_S);
        return;
    }
    if (a->state == BRSKI_AGENT_OPEN) {
        ask(a, s, NULL);
    } else if (a->state == BRSKI_AGENT_CLOSED) {
        a->state = BRSKI_AGENT_OPENING;
        imp_timer(r->env, BRSKI_TIMER_ANSWER, r->now + ANSWER * IMP_S);
        r->env->ops->open(r->env, BRSKI_MASA, NULL);
    }
}

static void done(struct brski_registrar *r, struct brski_session *s, int status,
                 const uint8_t *body, size_t n)
{
    enum brski_job job = s->job;
    s->job = BRSKI_NO_JOB;
    imp_behalf(r->env, s->link.channel, &s->link.at);
    brski_job_done(s, job, status, body, n);
}

/* The MASA is not to be had: the first in the queue is told so, the next tries again. */
static void failed(struct brski_registrar *r)
{
    struct brski_session *s = r->agent.asking ? r->agent.asking : next_job(r);
    put_down(&r->agent);
    r->agent.asking = NULL;
    if (s)
        done(r, s, 503, NULL, 0);
    work(r);
}

void brski_agent_ask(struct brski_session *s, enum brski_job job)
{
    struct brski_registrar *r = s->registrar;
    s->state = BRSKI_AWAIT_MASA;
    s->job = job;
    s->order = r->orders++;
    work(r);
}

/* The session ends. An answer that is under way would be taken for the next one's. */
void brski_agent_forget(struct brski_session *s)
{
    struct brski_agent *a = &s->registrar->agent;
    s->job = BRSKI_NO_JOB;
    if (a->asking != s)
        return;
    a->asking = NULL;
    put_down(a);
    work(s->registrar);
}

static void opened(struct brski_registrar *r, const struct imp_addr *at)
{
    struct brski_agent *a = &r->agent;
    const struct imp_dtls_x509 x509 = {
        .verify = verify, .versions = IMP_TLS_1_2, .server_name = BRSKI_MASA_HOST};
    const struct imp_https_end end = {
        .env = r->env, .channel = BRSKI_MASA, .labels = &labels, .x509 = &x509, .arg = a};
    if (a->state != BRSKI_AGENT_OPENING) {
        r->env->ops->close(r->env, BRSKI_MASA, at); /* it came too late */
        return;
    }
    a->to = &a->link;
    a->registrar = r;
    a->state = BRSKI_AGENT_HANDSHAKE;
    if (!imp_https_open(&a->link, &end, at, r->now))
        failed(r);
}

/* Once, and to the same origin: another one's certificate would have another name. */
static bool redirected(struct brski_registrar *r, const struct imp_http *m)
{
    struct brski_location to;
    struct brski_agent *a = &r->agent;
    if ((m->status != 307 && m->status != 308) || !a->asking || a->moved ||
        brski_location_read(&to, m, BRSKI_MASA_HOST) != 0 || to.at.n)
        return false;
    ask(a, a->asking, to.path);
    return true;
}

static void answered(struct brski_registrar *r, const struct imp_http *m)
{
    struct brski_session *s = r->agent.asking;
    if (redirected(r, m))
        return;
    r->agent.asking = NULL;
    imp_timer(r->env, BRSKI_TIMER_ANSWER, IMP_NEVER);
    if (s)
        done(r, s, m->status / 100 == 3 ? 503 : m->status, m->body, m->body_n);
}

static void received(struct brski_registrar *r, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    struct brski_agent *a = &r->agent;
    bool room = imp_https_feed(&a->link, e->bytes, e->n, r->now);
    enum imp_dtls_state state = imp_tls_state(a->link.tls);
    if (state == IMP_DTLS_FAILED || !room) {
        failed(r);
        return;
    }
    if (a->state == BRSKI_AGENT_HANDSHAKE && state == IMP_DTLS_OPEN)
        a->state = BRSKI_AGENT_OPEN;
    int n = imp_https_message(&a->link, &m, false);
    if (n < 0 || (n > 0 && !a->asking)) {
        failed(r);
        return;
    }
    if (n > 0) {
        answered(r, &m);
        if (a->state == BRSKI_AGENT_OPEN)
            imp_https_taken(&a->link, (size_t)n);
    }
    work(r);
}

void brski_agent_event(struct brski_registrar *r, const struct imp_event *e)
{
    struct brski_agent *a = &r->agent;
    bool there = a->state == BRSKI_AGENT_HANDSHAKE || a->state == BRSKI_AGENT_OPEN;
    bool mine = there && imp_addr_equal(&e->from, &a->link.at);
    a->registrar = r;
    if (e->kind == IMP_EVENT_OPENED)
        opened(r, &e->from);
    else if (e->kind == IMP_EVENT_RECEIVE && mine)
        received(r, e);
    else if (e->kind == IMP_EVENT_CLOSED && mine && !a->asking && !next_job(r))
        put_down(a);
    else if (e->kind == IMP_EVENT_CLOSED && (mine || a->state == BRSKI_AGENT_OPENING))
        failed(r);
    else if (e->kind == IMP_EVENT_TIMER && e->id == BRSKI_TIMER_IDLE)
        put_down(a);
    else if (e->kind == IMP_EVENT_TIMER)
        failed(r);
}
