/* SPDX-License-Identifier: GPL-2.0-only */
/* Sessions that go on where an earlier one ended. */
#include "tls_internal.h"

#include "../crypto/crypto.h"

#include <string.h>

static int enable(struct imp_dtls *d, const uint8_t *key, unsigned lifetime)
{
    const gnutls_datum_t datum = {d->ticket_key, sizeof d->ticket_key};
    memcpy(d->ticket_key, key, sizeof d->ticket_key);
    gnutls_db_set_cache_expiration(d->session, (int)lifetime);
    return gnutls_session_ticket_enable_server(d->session, &datum);
}

int dtls__setup_tickets(struct imp_dtls *d)
{
    const struct imp_tls_tickets *t = d->config.tickets;
    if (!t)
        return 0;
    if (!d->config.server) {
        int r = gnutls_session_ticket_enable_client(d->session);
        if (r >= 0 && t->session) /* one that is over is left out: a full handshake follows */
            gnutls_session_set_data(d->session, t->session, t->session_n);
        return r;
    }
    d->given = t->given;
    return t->key ? enable(d, t->key, t->lifetime) : 0;
}

bool imp_tls_take_tickets(struct imp_tls *t, const uint8_t key[IMP_TLS_TICKET_KEY],
                          unsigned lifetime)
{
    return enable(t->session, key, lifetime) >= 0;
}

/* NewSessionTicket: RFC 5077 section 3.3; RFC 8446 section 4.6.1. */
void dtls__ticket_sent(struct imp_dtls *d, unsigned type, const uint8_t *p, size_t n)
{
    size_t at = 4; /* lifetime */
    if (type != GNUTLS_HANDSHAKE_NEW_SESSION_TICKET)
        return;
    if (dtls__is_1_3(d))
        at += 4 + (n > 8 ? 1 + (size_t)p[8] : 0); /* age, nonce */
    if (n < at + 2 || n - at - 2 < ((size_t)p[at] << 8 | p[at + 1]))
        return;
    const struct imp_piece ticket = {p + at + 2, (size_t)p[at] << 8 | p[at + 1]};
    dtls__observe_ticket(d, ticket.p, ticket.n);
    if (d->given)
        d->given(d->config.arg, ticket.p, ticket.n);
}

bool imp_tls_resumed(const struct imp_tls *t)
{
    return gnutls_session_is_resumed(t->session->session);
}

size_t imp_tls_peer(const struct imp_tls *t, struct imp_piece *chain, size_t cap)
{
    unsigned count = 0;
    const gnutls_datum_t *given = gnutls_certificate_get_peers(t->session->session, &count);
    size_t n = 0;
    for (; given && n < count && n < cap; n++)
        chain[n] = (struct imp_piece){given[n].data, given[n].size};
    return n;
}

/* In TLS 1.2 a resumed session goes on with the ticket that it began with, and a server that keeps
 * sessions itself names them (RFC 5246 section 7.3). */
static bool resumable(struct imp_dtls *d)
{
    gnutls_datum_t id = {0};
    if (gnutls_session_get_flags(d->session) & GNUTLS_SFLAGS_SESSION_TICKET)
        return true;
    return !dtls__is_1_3(d) && (gnutls_session_is_resumed(d->session) ||
                                (gnutls_session_get_id2(d->session, &id) >= 0 && id.size > 0));
}

size_t imp_tls_session(struct imp_tls *t, uint8_t *out, size_t cap)
{
    struct imp_dtls *d = t->session;
    gnutls_datum_t data = {0};
    size_t n = 0;
    if (d->state != IMP_DTLS_OPEN || d->config.server || !resumable(d))
        return 0;
    struct imp_dtls *before = dtls__enter(d);
    if (gnutls_session_get_data2(d->session, &data) >= 0 && data.size <= cap) {
        memcpy(out, data.data, data.size);
        n = data.size;
    }
    if (data.data)
        memset(data.data, 0, data.size);
    gnutls_free(data.data);
    dtls__leave(before);
    return n;
}
