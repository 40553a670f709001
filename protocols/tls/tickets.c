/* SPDX-License-Identifier: GPL-2.0-only */
/* Sessions that go on where an earlier one ended. */
#include "tls_internal.h"

#include <string.h>

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
    if (!t->key)
        return 0;
    uint8_t copy[IMP_TLS_TICKET_KEY];
    memcpy(copy, t->key, sizeof copy);
    const gnutls_datum_t key = {copy, sizeof copy};
    gnutls_db_set_cache_expiration(d->session, (int)t->lifetime);
    return gnutls_session_ticket_enable_server(d->session, &key);
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

size_t imp_tls_session(struct imp_tls *t, uint8_t *out, size_t cap)
{
    struct imp_dtls *d = t->session;
    gnutls_datum_t data = {0};
    size_t n = 0;
    if (d->state != IMP_DTLS_OPEN || d->config.server ||
        !(gnutls_session_get_flags(d->session) & GNUTLS_SFLAGS_SESSION_TICKET))
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
