/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_agent.h - a registrar as the MASA's client (RFC 8995 sections 5.5, 5.8): one request at a
 * time, in the order in which sessions came to need it, over one connection that closes when nobody
 * needs it. Of all registrars, whatever their vouchers look like. */
#ifndef IMPRINT_BRSKI_AGENT_H
#define IMPRINT_BRSKI_AGENT_H

#include "protocols/https/https.h"

enum brski_job { BRSKI_NO_JOB, BRSKI_ASK_VOUCHER, BRSKI_ASK_LOG };

/* What a session wants of the MASA; its request stays the session's. */
struct brski_wish {
    enum brski_job job; /* BRSKI_NO_JOB: nothing */
    unsigned order;
    int channel; /* on whose behalf */
    struct imp_addr at;
    struct imp_piece request;
};

struct brski_agent_form {
    int channel; /* to the MASA */
    unsigned answer_timer, idle_timer;
    struct imp_https_labels labels;
    int ask_voucher, ask_log; /* labels of the requests */
    const char *type;         /* media type of voucher-requests and vouchers */
    /* The i-th session's wish; NULL: that session is none. At the end of the table `end` is set. */
    struct brski_wish *(*wish)(void *registrar, size_t i, bool *end);
    /* What a job comes to: the MASA's answer, or its status (503: none came). */
    void (*done)(struct brski_wish *w, enum brski_job job, int status, const uint8_t *body,
                 size_t n);
};

struct brski_agent {
    struct imp_https *to; /* first: the link below */
    struct imp_env *env;
    const struct brski_agent_form *form;
    void *registrar;
    const struct imp_x509 *anchor; /* the manufacturer's; links */
    enum { BRSKI_AGENT_CLOSED, BRSKI_AGENT_OPENING, BRSKI_AGENT_HANDSHAKE, BRSKI_AGENT_OPEN } state;
    struct brski_wish *asking; /* under way */
    bool moved;                /* it was sent to another path */
    unsigned orders;
    imp_time now;
    struct imp_https link;
};

/* `anchor`: the manufacturer's. All but `env` links. */
void brski_agent_init(struct brski_agent *a, struct imp_env *env,
                      const struct brski_agent_form *form, void *registrar,
                      const struct imp_x509 *anchor);
void brski_agent_ask(struct brski_agent *a, struct brski_wish *w, imp_time now);
/* The session ends: an answer that is under way would be taken for the next one's. */
void brski_agent_forget(struct brski_agent *a, struct brski_wish *w, imp_time now);
void brski_agent_event(struct brski_agent *a, const struct imp_event *e, imp_time now);

#endif
