/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_registrar_agent.c - what the registrar's sessions want of the MASA. */
#include "brski.h"

#include <stddef.h>

static struct brski_wish *wish(void *registrar, size_t i, bool *end)
{
    struct brski_registrar *r = registrar;
    *end = i + 1 >= BRSKI_SESSIONS;
    return r->session[i].used ? &r->session[i].wish : NULL;
}

static void done(struct brski_wish *w, enum brski_job job, int status, const uint8_t *body,
                 size_t n)
{
    struct brski_session *s =
        (struct brski_session *)(void *)((uint8_t *)w - offsetof(struct brski_session, wish));
    brski_job_done(s, job, status, body, n);
}

const struct brski_agent_form brski_agent_form = {
    .channel = BRSKI_MASA,
    .answer_timer = BRSKI_TIMER_ANSWER,
    .idle_timer = BRSKI_TIMER_IDLE,
    .labels = {BRSKI_MSG_MASA_CLIENT_HELLO, BRSKI_MSG_MASA_CLIENT_FLIGHT,
               BRSKI_MSG_MASA_CLIENT_FLIGHT, BRSKI_MSG_MASA_CLIENT_FLIGHT, BRSKI_MSG_MASA_ALERT},
    .ask_voucher = BRSKI_MSG_MASA_REQUEST,
    .ask_log = BRSKI_MSG_MASA_REQUEST_LOG,
    .type = BRSKI_CMS_TYPE,
    .wish = wish,
    .done = done,
};

void brski_ask_masa(struct brski_session *s, enum brski_job job)
{
    struct brski_registrar *r = s->registrar;
    s->state = BRSKI_AWAIT_MASA;
    s->wish = (struct brski_wish){.job = job,
                                  .channel = s->link.channel,
                                  .at = s->link.at,
                                  .request = {s->request, s->request_n}};
    brski_agent_ask(&r->agent, &s->wish, r->now);
}
