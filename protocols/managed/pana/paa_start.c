/* SPDX-License-Identifier: GPL-2.0-only */
/* paa_start.c - the first exchange of a PANA agent that keeps nothing of a PCI, which anybody sends
 * from any address (RFC 5191 section 4.1).
 *
 * Session Identifier and sequence number of its request are a function, under a key of its own, of
 * the PaC's address and the time. Who answers with them hears what is sent to that address. */
#include <string.h>

#include "paa.h"
#include "protocols/crypto/crypto.h"

#define PERIOD (30 * IMP_S) /* an offer is good in the one in which it is made, and the next */

struct numbers {
    uint32_t session, sequence;
};

bool pana_paa_is_stateless(const struct pana_paa *p)
{
    return imp_eap_opt(p->env, "stateless-start", 0);
}

static bool is_of(const struct pana_session *s, const struct imp_addr *pac,
                  const struct imp_addr *relay)
{
    return s->used && !s->member && imp_addr_equal(&s->addr, pac) &&
           imp_addr_equal(&s->relay, relay);
}

/* Of the sessions with that PaC, so that the next has another identifier than any of them. */
static uint32_t mark(const struct pana_paa *p, const struct imp_addr *pac,
                     const struct imp_addr *relay)
{
    uint32_t all = 0;
    for (size_t i = 0; i < p->reached; i++)
        if (is_of(&p->sessions[i], pac, relay))
            all ^= p->sessions[i].session;
    return all;
}

static void put32(uint8_t p[4], uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * (3 - i));
}

static uint32_t get32(const uint8_t p[4])
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static struct numbers numbers(struct pana_paa *p, const struct imp_addr *pac,
                              const struct imp_addr *relay, uint32_t period)
{
    uint8_t mac[32], head[10];
    if (!p->keyed)
        imp_random(p->env, "pana-start-key", p->start_key, sizeof p->start_key);
    p->keyed = true;
    put32(head, period);
    put32(head + 4, mark(p, pac, relay));
    head[8] = pac->n;
    head[9] = relay->n;
    const struct imp_piece in[] = {IMP_PIECE(head, sizeof head), IMP_PIECE(pac->bytes, pac->n),
                                   IMP_PIECE(relay->bytes, relay->n)};
    imp_hmac_sha256(p->env, mac, p->start_key, sizeof p->start_key, in, 3);
    return (struct numbers){get32(mac) | 1, get32(mac + 4)}; /* a session is never zero */
}

/* Section 5.5: once an exchange is under way, who holds it need not yield to a PCI. */
static bool is_held(const struct pana_paa *p, const struct imp_addr *pac,
                    const struct imp_addr *relay)
{
    if (imp_eap_opt(p->env, "restart-by-pci", 1))
        return false;
    for (size_t i = 0; i < p->reached; i++) {
        const struct pana_session *s = &p->sessions[i];
        bool begun = s->state == PANA_PAA_ANSWER || s->state == PANA_PAA_RESULT ||
                     s->state == PANA_PAA_AAA || s->state == PANA_PAA_RESPONSE;
        if (is_of(s, pac, relay) && begun && !s->renewing)
            return true;
    }
    return false;
}

void pana_paa_offer(struct pana_paa *p, const struct imp_addr *pac, const struct imp_addr *relay)
{
    uint8_t request[PANA_MTU];
    struct pana_writer w;
    if (is_held(p, pac, relay))
        return;
    struct numbers of = numbers(p, pac, relay, (uint32_t)(p->now / PERIOD));
    pana_paa_write_start(p->env, &w, request, of.session, of.sequence);
    pana_paa_send(p->env, pac, relay, PANA_MSG_PAR_S, request, pana_end(&w));
}

bool pana_paa_is_taken_up(struct pana_paa *p, const struct imp_addr *pac,
                          const struct imp_addr *relay, const struct pana_message *m)
{
    uint32_t period = (uint32_t)(p->now / PERIOD);
    if (m->type != PANA_AUTH_EXCHANGE || (m->flags & PANA_R) || !(m->flags & PANA_S))
        return false;
    for (uint32_t age = 0; age < 2 && age <= period; age++) {
        struct numbers of = numbers(p, pac, relay, period - age);
        if (m->session == of.session && m->sequence == of.sequence)
            return true;
    }
    return false;
}
