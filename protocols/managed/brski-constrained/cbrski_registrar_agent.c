/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar_agent.c - the registrar as the MASA's client (cBRSKI section 7.1): one request
 * at a time, in the order in which sessions came to need it, over one connection that closes when
 * nobody needs it. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

enum { ANSWER = 20 /* s */, IDLE = 15 /* s */ };

static const struct imp_https_labels labels = {
    CBRSKI_MSG_MASA_CLIENT_HELLO, CBRSKI_MSG_MASA_CLIENT_FLIGHT, CBRSKI_MSG_MASA_CLIENT_FLIGHT,
    CBRSKI_MSG_MASA_CLIENT_FLIGHT, CBRSKI_MSG_MASA_ALERT};

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct cbrski_registrar *r = ((struct cbrski_agent *)arg)->registrar;
    const struct imp_piece anchor = {r->masa_anchor.der, r->masa_anchor.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_SERVER, .host = BRSKI_MASA_HOST};
    if (r->env->adversary ||
        imp_x509_verify(r->env, chain, count, &policy, r->now) == IMP_X509_GOOD)
        return true;
    brski_claim(r->env, IMP_CLAIM_REJECT, "unknown-masa");
    return false;
}

static struct cbrski_session *next_job(struct cbrski_registrar *r)
{
    struct cbrski_session *first = NULL;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct cbrski_session *s = &r->session[i];
        if (s->used && s->job != BRSKI_NO_JOB && (!first || s->order < first->order))
            first = s;
    }
    return first;
}

static void put_down(struct cbrski_agent *a)
{
    struct imp_env *env = a->registrar->env;
    struct imp_addr at = a->link.at;
    bool there = a->state == CBRSKI_AGENT_OPEN;
    a->state = CBRSKI_AGENT_CLOSED;
    imp_https_close(&a->link, a->registrar->now);
    if (there)
        env->ops->close(env, CBRSKI_MASA, &at);
    imp_timer(env, CBRSKI_TIMER_ANSWER, IMP_NEVER);
    imp_timer(env, CBRSKI_TIMER_IDLE, IMP_NEVER);
}

static void ask(struct cbrski_agent *a, struct cbrski_session *s)
{
    struct cbrski_registrar *r = a->registrar;
    bool log = s->job == BRSKI_ASK_LOG;
    const struct imp_https_body body = {.type = CBRSKI_TYPE,
                                        .accept = log ? BRSKI_JSON_TYPE : CBRSKI_TYPE,
                                        .bytes = s->request,
                                        .n = s->request_n};
    a->asking = s;
    imp_behalf(r->env, CBRSKI_JPY, &s->at);
    imp_timer(r->env, CBRSKI_TIMER_IDLE, IMP_NEVER);
    imp_timer(r->env, CBRSKI_TIMER_ANSWER, r->now + ANSWER * IMP_S);
    imp_https_ask(&a->link, log ? CBRSKI_MSG_MASA_REQUEST_LOG : CBRSKI_MSG_MASA_REQUEST,
                  log ? BRSKI_PATH "requestauditlog" : BRSKI_PATH "requestvoucher", BRSKI_MASA_HOST,
                  &body, r->now);
}

/* Asks for the first job, or for a connection to ask on. */
static void work(struct cbrski_registrar *r)
{
    struct cbrski_agent *a = &r->agent;
    struct cbrski_session *s = next_job(r);
    bool open = a->state == CBRSKI_AGENT_OPEN && imp_tls_state(a->link.tls) == IMP_DTLS_OPEN;
    if (a->asking)
        return;
    if (!s) {
        if (open)
            imp_timer(r->env, CBRSKI_TIMER_IDLE, r->now + IDLE * IMP_S);
        return;
    }
    if (open) {
        ask(a, s);
    } else if (a->state == CBRSKI_AGENT_CLOSED) {
        a->state = CBRSKI_AGENT_OPENING;
        imp_timer(r->env, CBRSKI_TIMER_ANSWER, r->now + ANSWER * IMP_S);
        r->env->ops->open(r->env, CBRSKI_MASA, NULL);
    }
}

static void done(struct cbrski_registrar *r, struct cbrski_session *s, int status,
                 const uint8_t *body, size_t n)
{
    enum brski_job job = s->job;
    s->job = BRSKI_NO_JOB;
    imp_behalf(r->env, CBRSKI_JPY, &s->at);
    cbrski_job_done(s, job, status, body, n);
}

/* The MASA is not to be had: the first in the queue is told so, the next tries again. */
static void failed(struct cbrski_registrar *r)
{
    struct cbrski_session *s = r->agent.asking ? r->agent.asking : next_job(r);
    put_down(&r->agent);
    r->agent.asking = NULL;
    if (s)
        done(r, s, 503, NULL, 0);
    work(r);
}

void cbrski_agent_ask(struct cbrski_session *s, enum brski_job job)
{
    struct cbrski_registrar *r = s->registrar;
    if (job == BRSKI_ASK_VOUCHER || imp_opt(r->env, CBRSKI_OPT_AUDIT) >= BRSKI_AUDIT_STRICT)
        s->state = BRSKI_AWAIT_MASA;
    s->job = job;
    s->order = r->orders++;
    r->agent.registrar = r;
    work(r);
}

/* The session ends. An answer that is under way would be taken for the next one's. */
void cbrski_agent_forget(struct cbrski_session *s)
{
    struct cbrski_agent *a = &s->registrar->agent;
    s->job = BRSKI_NO_JOB;
    if (a->asking != s)
        return;
    a->asking = NULL;
    put_down(a);
    work(s->registrar);
}

static void opened(struct cbrski_registrar *r, const struct imp_addr *at)
{
    struct cbrski_agent *a = &r->agent;
    const struct imp_dtls_x509 x509 = {
        .verify = verify, .versions = IMP_TLS_1_2, .server_name = BRSKI_MASA_HOST};
    const struct imp_https_end end = {
        .env = r->env, .channel = CBRSKI_MASA, .labels = &labels, .x509 = &x509, .arg = a};
    if (a->state != CBRSKI_AGENT_OPENING) {
        r->env->ops->close(r->env, CBRSKI_MASA, at); /* it came too late */
        return;
    }
    a->to = &a->link;
    a->state = CBRSKI_AGENT_OPEN;
    if (!imp_https_open(&a->link, &end, at, r->now))
        failed(r);
}

static void answered(struct cbrski_registrar *r, const struct imp_http *m)
{
    struct cbrski_session *s = r->agent.asking;
    r->agent.asking = NULL;
    imp_timer(r->env, CBRSKI_TIMER_ANSWER, IMP_NEVER);
    done(r, s, m->status, m->body, m->body_n);
}

static void received(struct cbrski_registrar *r, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    struct cbrski_agent *a = &r->agent;
    bool room = imp_https_feed(&a->link, e->bytes, e->n, r->now);
    if (imp_tls_state(a->link.tls) == IMP_DTLS_FAILED || !room) {
        failed(r);
        return;
    }
    int n = imp_https_message(&a->link, &m, false);
    if (n < 0 || (n > 0 && !a->asking)) {
        failed(r);
        return;
    }
    if (n > 0) {
        answered(r, &m);
        if (a->state == CBRSKI_AGENT_OPEN)
            imp_https_taken(&a->link, (size_t)n);
    }
    work(r);
}

void cbrski_agent_event(struct cbrski_registrar *r, const struct imp_event *e)
{
    struct cbrski_agent *a = &r->agent;
    bool mine = a->state == CBRSKI_AGENT_OPEN && imp_addr_equal(&e->from, &a->link.at);
    a->registrar = r;
    if (e->kind == IMP_EVENT_OPENED)
        opened(r, &e->from);
    else if (e->kind == IMP_EVENT_RECEIVE && mine)
        received(r, e);
    else if (e->kind == IMP_EVENT_CLOSED && mine && !a->asking && !next_job(r))
        put_down(a);
    else if (e->kind == IMP_EVENT_CLOSED && (mine || a->state == CBRSKI_AGENT_OPENING))
        failed(r);
    else if (e->kind == IMP_EVENT_TIMER && e->id == CBRSKI_TIMER_IDLE)
        put_down(a);
    else if (e->kind == IMP_EVENT_TIMER)
        failed(r);
}
