/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_agent.c - see brski_agent.h. */
#include "brski.h"

enum { ANSWER = 20 /* s */, IDLE = 15 /* s */ };

/* "BRSKI-MASA": the registrar knows the manufacturer's authority by its trust anchor. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct brski_agent *a = arg;
    const struct imp_piece anchor = {a->anchor->der, a->anchor->n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_SERVER, .host = BRSKI_MASA_HOST};
    if (a->env->adversary ||
        imp_x509_verify(a->env, chain, count, &policy, a->now) == IMP_X509_GOOD)
        return true;
    brski_claim(a->env, IMP_CLAIM_REJECT, "unknown-masa");
    return false;
}

static struct brski_wish *next_job(struct brski_agent *a)
{
    struct brski_wish *first = NULL;
    bool end = false;
    for (size_t i = 0; !end; i++) {
        struct brski_wish *w = a->form->wish(a->registrar, i, &end);
        if (w && w->job != BRSKI_NO_JOB && (!first || w->order < first->order))
            first = w;
    }
    return first;
}

static bool connected(const struct brski_agent *a)
{
    return a->state == BRSKI_AGENT_HANDSHAKE || a->state == BRSKI_AGENT_OPEN;
}

static void put_down(struct brski_agent *a)
{
    struct imp_addr at = a->link.at;
    bool there = connected(a);
    a->state = BRSKI_AGENT_CLOSED;
    imp_https_close(&a->link, a->now);
    if (there)
        a->env->ops->close(a->env, a->form->channel, &at);
    imp_timer(a->env, a->form->answer_timer, IMP_NEVER);
    imp_timer(a->env, a->form->idle_timer, IMP_NEVER);
}

/* `path` NULL: the usual one. */
static void ask(struct brski_agent *a, struct brski_wish *w, const char *path)
{
    const struct brski_agent_form *f = a->form;
    bool log = w->job == BRSKI_ASK_LOG;
    const struct imp_https_body body = {.type = f->type,
                                        .accept = log ? BRSKI_JSON_TYPE : f->type,
                                        .bytes = w->request.p,
                                        .n = w->request.n};
    a->asking = w;
    imp_behalf(a->env, w->channel, &w->at);
    imp_timer(a->env, f->idle_timer, IMP_NEVER);
    imp_timer(a->env, f->answer_timer, a->now + ANSWER * IMP_S);
    a->moved = path != NULL;
    if (!path)
        path = log ? BRSKI_PATH "requestauditlog" : BRSKI_PATH "requestvoucher";
    imp_https_ask(&a->link, log ? f->ask_log : f->ask_voucher, path, BRSKI_MASA_HOST, &body,
                  a->now);
}

/* Asks for the first job, or for a connection to ask on. */
static void work(struct brski_agent *a)
{
    struct brski_wish *w = next_job(a);
    if (a->asking)
        return;
    if (!w) {
        if (a->state == BRSKI_AGENT_OPEN)
            imp_timer(a->env, a->form->idle_timer, a->now + IDLE * IMP_S);
        return;
    }
    if (a->state == BRSKI_AGENT_OPEN) {
        ask(a, w, NULL);
    } else if (a->state == BRSKI_AGENT_CLOSED) {
        a->state = BRSKI_AGENT_OPENING;
        imp_timer(a->env, a->form->answer_timer, a->now + ANSWER * IMP_S);
        a->env->ops->open(a->env, a->form->channel, NULL);
    }
}

static void done(struct brski_agent *a, struct brski_wish *w, int status, const uint8_t *body,
                 size_t n)
{
    enum brski_job job = w->job;
    w->job = BRSKI_NO_JOB;
    imp_behalf(a->env, w->channel, &w->at);
    a->form->done(w, job, status, body, n);
}

/* The MASA is not to be had: the first in the queue is told so, the next tries again. */
static void failed(struct brski_agent *a)
{
    struct brski_wish *w = a->asking ? a->asking : next_job(a);
    put_down(a);
    a->asking = NULL;
    if (w)
        done(a, w, 503, NULL, 0);
    work(a);
}

void brski_agent_init(struct brski_agent *a, struct imp_env *env,
                      const struct brski_agent_form *form, void *registrar,
                      const struct imp_x509 *anchor)
{
    a->env = env;
    a->form = form;
    a->registrar = registrar;
    a->anchor = anchor;
}

void brski_agent_ask(struct brski_agent *a, struct brski_wish *w, imp_time now)
{
    a->now = now;
    w->order = a->orders++;
    work(a);
}

void brski_agent_forget(struct brski_agent *a, struct brski_wish *w, imp_time now)
{
    w->job = BRSKI_NO_JOB;
    if (a->asking != w)
        return;
    a->now = now;
    a->asking = NULL;
    put_down(a);
    work(a);
}

static void opened(struct brski_agent *a, const struct imp_addr *at)
{
    const struct imp_dtls_x509 x509 = {
        .verify = verify, .versions = IMP_TLS_1_2, .server_name = BRSKI_MASA_HOST};
    const struct imp_https_end end = {.env = a->env,
                                      .channel = a->form->channel,
                                      .labels = &a->form->labels,
                                      .x509 = &x509,
                                      .arg = a};
    if (a->state != BRSKI_AGENT_OPENING) {
        a->env->ops->close(a->env, a->form->channel, at); /* it came too late */
        return;
    }
    a->to = &a->link;
    a->state = BRSKI_AGENT_HANDSHAKE;
    if (!imp_https_open(&a->link, &end, at, a->now))
        failed(a);
}

/* Once, and to the same origin: another one's certificate would have another name. */
static bool redirected(struct brski_agent *a, const struct imp_http *m)
{
    struct brski_location to;
    if ((m->status != 307 && m->status != 308) || !a->asking || a->moved ||
        brski_location_read(&to, m, BRSKI_MASA_HOST) != 0 || to.at.n)
        return false;
    ask(a, a->asking, to.path);
    return true;
}

static void answered(struct brski_agent *a, const struct imp_http *m)
{
    struct brski_wish *w = a->asking;
    if (redirected(a, m))
        return;
    a->asking = NULL;
    imp_timer(a->env, a->form->answer_timer, IMP_NEVER);
    if (w)
        done(a, w, m->status / 100 == 3 ? 503 : m->status, m->body, m->body_n);
}

static void received(struct brski_agent *a, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(&a->link, e->bytes, e->n, a->now);
    enum imp_dtls_state state = imp_tls_state(a->link.tls);
    if (state == IMP_DTLS_FAILED || !room) {
        failed(a);
        return;
    }
    if (a->state == BRSKI_AGENT_HANDSHAKE && state == IMP_DTLS_OPEN)
        a->state = BRSKI_AGENT_OPEN;
    int n = imp_https_message(&a->link, &m, false);
    if (n < 0 || (n > 0 && !a->asking)) {
        failed(a);
        return;
    }
    if (n > 0) {
        answered(a, &m);
        if (a->state == BRSKI_AGENT_OPEN)
            imp_https_taken(&a->link, (size_t)n);
    }
    work(a);
}

void brski_agent_event(struct brski_agent *a, const struct imp_event *e, imp_time now)
{
    bool mine = connected(a) && imp_addr_equal(&e->from, &a->link.at);
    a->now = now;
    if (e->kind == IMP_EVENT_OPENED)
        opened(a, &e->from);
    else if (e->kind == IMP_EVENT_RECEIVE && mine)
        received(a, e);
    else if (e->kind == IMP_EVENT_CLOSED && mine && !a->asking && !next_job(a))
        put_down(a);
    else if (e->kind == IMP_EVENT_CLOSED && (mine || a->state == BRSKI_AGENT_OPENING))
        failed(a);
    else if (e->kind == IMP_EVENT_TIMER && e->id == a->form->idle_timer)
        put_down(a);
    else if (e->kind == IMP_EVENT_TIMER)
        failed(a);
}
