/* SPDX-License-Identifier: GPL-2.0-only */
/* peer_internal.h - shared by the peer's two files. */
#ifndef IMPRINT_CEAP_PEER_INTERNAL_H
#define IMPRINT_CEAP_PEER_INTERNAL_H

#include "coap_eap.h"

enum { CEAP__TIMER_STEP, CEAP__TIMER_COAP, CEAP__TIMER_END };

static inline bool ceap__peer_renews(const struct ceap_peer *p)
{
    return imp_opt(p->env, CEAP_OPT_RENEW) > 0;
}

/* ---- peer.c */
void ceap__peer_refuse(struct ceap_peer *p, struct imp_coap_reply *reply, unsigned code,
                       const char *why);
void ceap__peer_hold(struct ceap_peer *p); /* until the next attempt */
void ceap__peer_forget(struct ceap_peer *p);

/* ---- peer_session.c: under OSCORE */
void ceap__peer_protected(struct ceap_peer *p, const struct imp_coap_message *m,
                          struct imp_coap_reply *reply);
void ceap__peer_operational(struct ceap_peer *p);

#endif
