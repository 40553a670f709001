/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar_agent.c - what the registrar's sessions want of the MASA (cBRSKI section 7.1).
 */
#include "cbrski.h"

#include <stddef.h>

static struct brski_wish *wish(void *registrar, size_t i, bool *end)
{
    struct cbrski_registrar *r = registrar;
    *end = i + 1 >= BRSKI_SESSIONS;
    return r->session[i].used ? &r->session[i].wish : NULL;
}

static void done(struct brski_wish *w, enum brski_job job, int status, const uint8_t *body,
                 size_t n)
{
    struct cbrski_session *s =
        (struct cbrski_session *)(void *)((uint8_t *)w - offsetof(struct cbrski_session, wish));
    cbrski_job_done(s, job, status, body, n);
}

const struct brski_agent_form cbrski_agent_form = {
    .channel = CBRSKI_MASA,
    .answer_timer = CBRSKI_TIMER_ANSWER,
    .idle_timer = CBRSKI_TIMER_IDLE,
    .labels = {CBRSKI_MSG_MASA_CLIENT_HELLO, CBRSKI_MSG_MASA_CLIENT_FLIGHT,
               CBRSKI_MSG_MASA_CLIENT_FLIGHT, CBRSKI_MSG_MASA_CLIENT_FLIGHT, CBRSKI_MSG_MASA_ALERT},
    .ask_voucher = CBRSKI_MSG_MASA_REQUEST,
    .ask_log = CBRSKI_MSG_MASA_REQUEST_LOG,
    .type = CBRSKI_TYPE,
    .wish = wish,
    .done = done,
};

void cbrski_ask_masa(struct cbrski_session *s, enum brski_job job)
{
    struct cbrski_registrar *r = s->registrar;
    if (job == BRSKI_ASK_VOUCHER || imp_opt(r->env, CBRSKI_OPT_AUDIT) >= BRSKI_AUDIT_STRICT)
        s->state = BRSKI_AWAIT_MASA;
    s->wish = (struct brski_wish){
        .job = job, .channel = CBRSKI_JPY, .at = s->at, .request = {s->request, s->request_n}};
    brski_agent_ask(&r->agent, &s->wish, r->now);
}
