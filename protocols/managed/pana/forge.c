/* SPDX-License-Identifier: GPL-2.0-only */
/* forge.c - what the adversary's own ends say in sessions of others that they overhear: messages
 * without AUTH, which nobody takes who checks it. */
#include "paa.h"
#include "pac.h"

/* The last answer of an authentication tells the number that the agent's next request will have: a
 * termination in its name. A request of the PaC gets the answer for which it asks. */
void pana_paa_forge(struct pana_paa *p, const struct imp_addr *pac, const struct imp_addr *relay,
                    const uint8_t *bytes, size_t n)
{
    uint8_t out[PANA_MTU];
    struct pana_message m;
    struct pana_writer w;
    if (!p->env->adversary || pana_parse(&m, bytes, n) != 0)
        return;
    if (m.type == PANA_AUTH_EXCHANGE && !(m.flags & PANA_R) && (m.flags & PANA_C)) {
        pana_begin(&w, out, PANA_R, PANA_TERMINATION, m.session, m.sequence + 1);
        pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_ADMINISTRATIVE);
        pana_paa_send(p->env, pac, relay, PANA_MSG_PTR, out, pana_end(&w));
    } else if (m.type == PANA_NOTIFICATION && (m.flags & PANA_R)) {
        bool wish = m.flags & PANA_A;
        pana_begin(&w, out, wish ? PANA_A : PANA_P, PANA_NOTIFICATION, m.session, m.sequence);
        pana_paa_send(p->env, pac, relay, wish ? PANA_MSG_PNA_A : PANA_MSG_PNA_P, out,
                      pana_end(&w));
    }
}

/* A ping of the agent tells the session, in which the PaC may have said nothing yet: then its
 * requests count from anywhere. */
void pana_pac_forge(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    uint8_t out[PANA_MTU];
    struct pana_message m;
    struct pana_writer w;
    if (!p->env->adversary || pana_parse(&m, bytes, n) != 0 || m.type != PANA_NOTIFICATION ||
        !(m.flags & PANA_R))
        return;
    pana_begin(&w, out, PANA_R, PANA_TERMINATION, m.session, m.sequence);
    pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_LOGOUT);
    pana_pac_send(p, PANA_MSG_PTR, out, pana_end(&w));
}
