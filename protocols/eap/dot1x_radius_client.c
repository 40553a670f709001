/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_radius_client.c - what the authenticator says to the RADIUS client (radius_client.h), and
 * what it does with the replies (RFC 3579, 3580): that depends on the RADIUS code only. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_authenticator.h"
#include "dot1x_radius.h"
#include "eap_packet.h"
#include "eapol.h"

static struct auth_call call_of(void *arg, const struct imp_radius_conversation *x)
{
    struct imp_dot1x_authenticator *a = arg;
    size_t i = (size_t)((const uint8_t *)x - (const uint8_t *)&a->stations[0].radius) /
               sizeof(struct station);
    return (struct auth_call){.a = a, .s = &a->stations[i], .env = a->radius.env, .now = a->now};
}

static struct imp_radius_conversation *conversation(void *arg, size_t i)
{
    struct imp_dot1x_authenticator *a = arg;
    return i < a->count ? &a->stations[i].radius : NULL;
}

static void behalf(void *arg, const struct imp_radius_conversation *x)
{
    struct auth_call c = call_of(arg, x);
    imp_behalf(c.env, IMP_DOT1X_ACCESS, &c.s->addr);
}

/* ---- requests
 * ----------------------------------------------------------------------------------------- */

/* "02-00-00-00-00-01", RFC 3580 section 3.20 and 3.21. */
static void put_station(struct imp_radius_writer *w, uint8_t type, const struct imp_addr *a)
{
    char text[3 * IMP_ADDR_MAX + 1];
    for (size_t i = 0; i < a->n; i++)
        snprintf(text + 3 * i, 4, "%02X-", a->bytes[i]);
    imp_radius_put(w, type, text, a->n ? 3u * a->n - 1 : 0);
}

static void describe(void *arg, const struct imp_radius_conversation *x,
                     struct imp_radius_writer *w)
{
    struct auth_call c = call_of(arg, x);
    imp_radius_client_put_nas(&c.a->radius, w);
    put_station(w, IMP_RADIUS_CALLED_STATION, &c.a->self);
    put_station(w, IMP_RADIUS_CALLING_STATION, &c.s->addr);
    imp_radius_put_int(w, IMP_RADIUS_NAS_PORT_TYPE,
                       imp_opt(c.env, IMP_DOT1X_OPT_FOUR_WAY) ? IMP_RADIUS_PORT_WIRELESS
                                                              : IMP_RADIUS_PORT_ETHERNET);
    imp_radius_put_int(w, IMP_RADIUS_FRAMED_MTU,
                       (uint32_t)imp_opt(c.env, IMP_DOT1X_OPT_EAP_MTU) + IMP_EAPOL_HEADER);
}

/* ---- replies
 * ----------------------------------------------------------------------------------------- */

static void fail(const struct auth_call *c)
{
    uint8_t failure[4];
    auth_rejected(c, failure,
                  imp_eap_write_result(failure, sizeof failure, IMP_EAP_FAILURE, c->s->id));
}

static void silent(void *arg, struct imp_radius_conversation *x)
{
    struct auth_call c = call_of(arg, x);
    fail(&c);
}

static void challenged(const struct auth_call *c, const struct imp_radius *r, const uint8_t *eap,
                       size_t n)
{
    struct station *s = c->s;
    if (imp_radius_eap_ignored(r) && n == s->request_n && memcmp(eap, s->request, n) == 0) {
        /* The server discarded the response: wait for another one to the same request, and repeat
         * it only when the timer says so (RFC 3579 section 2.2). */
        s->state = IMP_DOT1X_AUTHENTICATOR_RESPONSE;
        s->deadline = c->now + s->rto;
        return;
    }
    auth_request(c, eap, n, IMP_DOT1X_AUTHENTICATOR_RESPONSE, imp_radius_retransmission_hint(r));
}

static void accepted(const struct auth_call *c, const struct imp_radius *r, const uint8_t *eap,
                     size_t n)
{
    uint8_t key[64] = {0};
    int size =
        imp_radius_client_key(&c->a->radius, &c->s->radius, r, IMP_MPPE_RECV_KEY, key, sizeof key);
    bool usable = size >= (int)sizeof c->s->pmk || imp_radius_client_gullible(c->env);
    memcpy(c->s->pmk, key, sizeof c->s->pmk);
    c->s->session = (imp_time)imp_radius_session_timeout(r) * IMP_S;
    imp_dot1x_radius_commit(c->env, c->s->radius.exchange.authenticator, r->code, eap, n, key,
                            IMP_DOT1X_RADIUS_SERVER);
    imp_wipe(key, sizeof key);
    if (usable || !imp_opt(c->env, IMP_DOT1X_OPT_FOUR_WAY))
        auth_accepted(c, eap, n);
    else
        fail(c);
}

static void replied(void *arg, struct imp_radius_conversation *x, const struct imp_radius *r,
                    const uint8_t *eap, size_t n)
{
    struct auth_call c = call_of(arg, x);
    c.a->heard = (size_t)(c.s - c.a->stations);
    c.s->touched = ++c.a->clock;
    if (r->code == IMP_RADIUS_CHALLENGE && n > 0)
        challenged(&c, r, eap, n);
    else if (r->code == IMP_RADIUS_ACCEPT)
        accepted(&c, r, eap, n);
    else
        auth_rejected(&c, eap, n);
}

const struct imp_radius_authenticator auth_radius = {.conversation = conversation,
                                                     .describe = describe,
                                                     .replied = replied,
                                                     .silent = silent,
                                                     .behalf = behalf};
