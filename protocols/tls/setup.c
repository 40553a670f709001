/* SPDX-License-Identifier: GPL-2.0-only */
/* The session's GnuTLS objects: keys, credentials, callbacks. */
#include "dtls_internal.h"

#include "../crypto/crypto.h"

#include <errno.h>
#include <string.h>

/* ---- the peer's key
 * ------------------------------------------------------------------------------ */

/* Of a peer's chain, no more than so many are looked at: a longer one is refused. */
enum { PEER_CHAIN = 8 };

static bool accept(struct imp_dtls *d, const gnutls_datum_t *given, unsigned count)
{
    struct imp_piece chain[PEER_CHAIN];
    const struct imp_dtls_config *c = &d->config;
    if (c->auth == IMP_DTLS_RPK)
        return count == 1 && c->verify && c->verify(c->arg, given->data, given->size);
    if (count == 0 || count > PEER_CHAIN || !c->x509.verify)
        return false;
    for (unsigned i = 0; i < count; i++)
        chain[i] = IMP_PIECE(given[i].data, given[i].size);
    return c->x509.verify(c->arg, chain, count);
}

static int verify_peer(gnutls_session_t session)
{
    struct imp_dtls *d = gnutls_session_get_ptr(session);
    unsigned count = 0;
    const gnutls_datum_t *given = gnutls_certificate_get_peers(session, &count);
    if (!given && d->config.auth == IMP_DTLS_X509 && d->config.server &&
        d->config.x509.ask != IMP_DTLS_REQUIRE)
        return 0; /* it was asked and has none */
    gnutls_certificate_type_t type = gnutls_certificate_type_get2(session, GNUTLS_CTYPE_PEERS);
    if (type != (d->config.auth == IMP_DTLS_RPK ? GNUTLS_CRT_RAWPK : GNUTLS_CRT_X509) || !given)
        return GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE;
    if (accept(d, given, count))
        return 0;
    d->refused = true;
    return GNUTLS_E_CERTIFICATE_ERROR;
}

static int psk_key(gnutls_session_t session, const char *identity, gnutls_datum_t *key)
{
    struct imp_dtls *d = gnutls_session_get_ptr(session);
    uint8_t found[32];
    int n = d->config.psk_lookup ? d->config.psk_lookup(d->config.arg, found, identity) : -1;
    if (n < 0 || n > (int)sizeof found) {
        d->psk_unknown = true;
        return -1;
    }
    key->data = gnutls_malloc((size_t)n);
    if (!key->data)
        return -1;
    memcpy(key->data, found, (size_t)n);
    key->size = (unsigned)n;
    dtls__observe_psk(d, found, (size_t)n);
    imp_wipe(found, sizeof found);
    return 0;
}

/* ---- datagrams
 * ----------------------------------------------------------------------------------- */

static void flush(struct imp_dtls *d)
{
    if (d->out_n == 0)
        return;
    size_t n = d->out_n;
    d->out_n = 0;
    d->config.send(d->config.arg, d->out, n);
}

/* GnuTLS pushes each record by itself: those of a flight go into as few datagrams as the MTU lets.
 */
static ssize_t push(gnutls_transport_ptr_t arg, const void *record, size_t n)
{
    struct imp_dtls *d = arg;
    if (d->out_n + n > d->mtu)
        flush(d);
    if (n > d->mtu)
        return (ssize_t)n; /* cannot be: GnuTLS fragments to the MTU; lost, as on a link */
    memcpy(d->out + d->out_n, record, n);
    d->out_n += n;
    d->sent = true;
    if (d->stream) {
        tls__pass(d, record, n, false);
        return (ssize_t)n;
    }
    struct dtls__view v;
    size_t at = 0;
    dtls__charge_records(d, record, n);
    if (dtls__next(record, n, &at, &v))
        dtls__observe_record(d, &v, false);
    return (ssize_t)n;
}

/* One record at a time: GnuTLS throws away the rest of a datagram with a record that it does not
 * take, such as those of the old epoch that lead a repeated flight, and keeps a torn record as the
 * beginning of the next datagram. What does not parse as a record ends the datagram. */
static ssize_t pull(gnutls_transport_ptr_t arg, void *out, size_t cap)
{
    struct imp_dtls *d = arg;
    struct dtls__view record;
    size_t at = 0;
    if (!d->in || !dtls__next(d->in, d->in_n, &at, &record) || at > cap) {
        d->in = NULL;
        gnutls_transport_set_errno(d->session, EAGAIN);
        return -1;
    }
    memcpy(out, d->in, at);
    dtls__observe_record(d, &record, true);
    d->in_n -= at;
    d->in = d->in_n > 0 ? d->in + at : NULL;
    return (ssize_t)at;
}

/* The record in hand, in as many pieces as GnuTLS asks for. */
static ssize_t pull_stream(gnutls_transport_ptr_t arg, void *out, size_t cap)
{
    struct imp_dtls *d = arg;
    if (!d->in) {
        gnutls_transport_set_errno(d->session, EAGAIN);
        return -1;
    }
    size_t n = d->in_n < cap ? d->in_n : cap;
    memcpy(out, d->in, n);
    d->in_n -= n;
    d->in = d->in_n > 0 ? d->in + n : NULL;
    return (ssize_t)n;
}

static int pull_ready(gnutls_transport_ptr_t arg, unsigned ms)
{
    const struct imp_dtls *d = arg;
    (void)ms;
    return d->in != NULL;
}

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

static int own_scalar(gnutls_privkey_t *key, uint8_t pub[IMP_P384_PUBLIC], const struct imp_dtls *d)
{
    uint8_t copy[IMP_P384_SECRET];
    unsigned n = (unsigned)d->secret_n;
    bool wide = n == IMP_P384_SECRET;
    /* Uncharged: the party has had its key pair before. */
    if ((wide ? imp_p384_public : imp_p256_public)(NULL, pub, d->secret) != 0)
        return GNUTLS_E_ILLEGAL_PARAMETER;
    memcpy(copy, d->secret, n);
    const gnutls_datum_t x = {pub, n}, y = {pub + n, n}, k = {copy, n};
    int r = gnutls_privkey_import_ecc_raw(
        *key, wide ? GNUTLS_ECC_CURVE_SECP384R1 : GNUTLS_ECC_CURVE_SECP256R1, &x, &y, &k);
    imp_wipe(copy, sizeof copy);
    return r >= 0 && wide ? tls__p384_signer(key) : r;
}

static int own_rsa(gnutls_privkey_t key, const struct imp_dtls *d)
{
    const gnutls_datum_t der = {(uint8_t *)d->secret, (unsigned)d->secret_n};
    return gnutls_privkey_import_x509_raw(key, &der, GNUTLS_X509_FMT_DER, NULL, 0);
}

/* `pub`: of a key on a curve. */
static int own_secret(gnutls_privkey_t *key, uint8_t pub[IMP_P384_PUBLIC], const struct imp_dtls *d)
{
    enum imp_key kind = imp_key_kind(d->secret_n);
    if (kind == IMP_KEY_OTHER)
        return GNUTLS_E_ILLEGAL_PARAMETER;
    int r = gnutls_privkey_init(key);
    if (r < 0)
        return r;
    r = kind == IMP_KEY_RSA ? own_rsa(*key, d) : own_scalar(key, pub, d);
    if (r < 0)
        gnutls_privkey_deinit(*key);
    return r;
}

static int own_raw(gnutls_pcert_st *cert, const uint8_t pub[64])
{
    uint8_t spki[91];
    const gnutls_datum_t der = {spki, sizeof spki};
    imp_p256_spki(spki, pub);
    return gnutls_pcert_import_rawpk_raw(cert, &der, GNUTLS_X509_FMT_DER, 0, 0);
}

/* Fills certs[*count], counting up. */
static int own_chain(gnutls_pcert_st certs[OWN_CHAIN], unsigned *count,
                     const struct imp_dtls_x509 *x)
{
    if (x->count > OWN_CHAIN)
        return GNUTLS_E_INVALID_REQUEST;
    while (*count < x->count) {
        const struct imp_piece *der = &x->chain[*count];
        const gnutls_datum_t in = {(uint8_t *)der->p, (unsigned)der->n};
        int r = gnutls_pcert_import_x509_raw(&certs[*count], &in, GNUTLS_X509_FMT_DER, 0);
        if (r < 0)
            return r;
        ++*count;
    }
    return 0;
}

static int set_own(struct imp_dtls *d)
{
    gnutls_privkey_t key;
    gnutls_pcert_st certs[OWN_CHAIN];
    uint8_t pub[IMP_P384_PUBLIC];
    unsigned count = 0;
    int r = own_secret(&key, pub, d);
    if (r < 0)
        return r;
    if (d->config.auth == IMP_DTLS_RPK) {
        r = own_raw(&certs[0], pub);
        count = r >= 0;
    } else {
        r = own_chain(certs, &count, &d->config.x509);
    }
    if (r >= 0) /* takes all of them */
        r = gnutls_certificate_set_key(d->certificate, NULL, 0, certs, (int)count, key);
    if (r >= 0)
        return r;
    while (count > 0)
        gnutls_pcert_deinit(&certs[--count]);
    gnutls_privkey_deinit(key);
    return r;
}

static gnutls_certificate_request_t ask(const struct imp_dtls *d)
{
    static const gnutls_certificate_request_t words[] = {[IMP_DTLS_ASK_NOT] = GNUTLS_CERT_IGNORE,
                                                         [IMP_DTLS_ASK] = GNUTLS_CERT_REQUEST,
                                                         [IMP_DTLS_REQUIRE] = GNUTLS_CERT_REQUIRE};
    return d->config.auth == IMP_DTLS_RPK ? GNUTLS_CERT_REQUIRE : words[d->config.x509.ask];
}

/* RFC 5246 section 7.4.4; RFC 8446 section 4.2.4. GnuTLS names whom it could trust; whom we trust
 * is the verifier's to say. */
static int name_authorities(struct imp_dtls *d)
{
    const struct imp_dtls_x509 *x = &d->config.x509;
    int r = 0;
    for (size_t i = 0; i < x->name_count && r >= 0; i++) {
        const gnutls_datum_t der = {(uint8_t *)x->names[i].p, (unsigned)x->names[i].n};
        r = gnutls_certificate_set_x509_trust_mem(d->certificate, &der, GNUTLS_X509_FMT_DER);
    }
    return r;
}

/* GnuTLS releases what it is given. It would itself compare the response's dates with its clock. */
static int staple(gnutls_session_t session, void *arg, gnutls_datum_t *out)
{
    const struct imp_dtls *d = gnutls_session_get_ptr(session);
    const struct imp_piece *status = &d->config.x509.status;
    (void)arg;
    if (status->n == 0)
        return GNUTLS_E_NO_CERTIFICATE_STATUS;
    out->data = gnutls_malloc(status->n);
    if (!out->data)
        return GNUTLS_E_MEMORY_ERROR;
    memcpy(out->data, status->p, status->n);
    out->size = (unsigned)status->n;
    return 0;
}

static int setup_status(struct imp_dtls *d)
{
    const struct imp_dtls_x509 *x = &d->config.x509;
    if (x->status.n > sizeof d->status)
        return GNUTLS_E_INVALID_REQUEST;
    if (d->config.server && x->status.n > 0)
        gnutls_certificate_set_ocsp_status_request_function(d->certificate, staple, NULL);
    return !d->config.server && x->ask_status
               ? gnutls_ocsp_status_request_enable_client(d->session, NULL, 0, NULL)
               : 0;
}

static int setup_certificate(struct imp_dtls *d)
{
    int r = gnutls_certificate_allocate_credentials(&d->certificate);
    if (r >= 0 && d->env->adversary) /* shows whose certificate it likes; the other end finds out */
        gnutls_certificate_set_flags(d->certificate, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    if (r >= 0 && (d->config.auth == IMP_DTLS_RPK || d->config.x509.count > 0))
        r = set_own(d);
    if (r >= 0 && d->config.server)
        r = name_authorities(d);
    if (r >= 0)
        r = setup_status(d);
    if (r < 0)
        return r;
    gnutls_certificate_set_verify_function(d->certificate, verify_peer);
    if (d->config.server)
        gnutls_certificate_server_set_request(d->session, ask(d));
    return gnutls_credentials_set(d->session, GNUTLS_CRD_CERTIFICATE, d->certificate);
}

static int setup_psk(struct imp_dtls *d)
{
    int r;
    if (d->config.server) {
        r = gnutls_psk_allocate_server_credentials(&d->psk_server);
        if (r < 0)
            return r;
        gnutls_psk_set_server_credentials_function(d->psk_server, psk_key);
        return gnutls_credentials_set(d->session, GNUTLS_CRD_PSK, d->psk_server);
    }
    const gnutls_datum_t key = {d->psk, (unsigned)d->config.psk_n};
    r = gnutls_psk_allocate_client_credentials(&d->psk_client);
    if (r >= 0)
        r = gnutls_psk_set_client_credentials(d->psk_client, d->psk_identity, &key,
                                              GNUTLS_PSK_KEY_RAW);
    return r < 0 ? r : gnutls_credentials_set(d->session, GNUTLS_CRD_PSK, d->psk_client);
}

static int setup_name(struct imp_dtls *d)
{
    const char *name = d->config.server ? NULL : d->config.x509.server_name;
    return name ? gnutls_server_name_set(d->session, GNUTLS_NAME_DNS, name, strlen(name)) : 0;
}

static int setup_protocol(struct imp_dtls *d)
{
    const char *name = d->alike ? d->config.alpn : NULL;
    const gnutls_datum_t in = {(uint8_t *)name, name ? (unsigned)strlen(name) : 0};
    return name ? gnutls_alpn_set_protocols(d->session, &in, 1, 0) : 0;
}

int dtls__setup(struct imp_dtls *d)
{
    const struct imp_dtls_config *c = &d->config;
    gnutls_priority_t priority = dtls__priority(d);
    if (!priority)
        return GNUTLS_E_INTERNAL_ERROR;
    unsigned flags = (c->server ? GNUTLS_SERVER : GNUTLS_CLIENT) |
                     (d->stream ? 0 : GNUTLS_DATAGRAM) | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
                     GNUTLS_NO_EXTENSIONS | (c->tickets ? 0 : GNUTLS_NO_TICKETS) |
                     (c->auth == IMP_DTLS_RPK ? GNUTLS_ENABLE_RAWPK : 0);
    int r = gnutls_init(&d->session, flags);
    if (r < 0)
        return r;
    gnutls_session_set_ptr(d->session, d);
    gnutls_transport_set_ptr(d->session, d);
    gnutls_transport_set_push_function(d->session, push);
    gnutls_transport_set_pull_function(d->session, d->stream ? pull_stream : pull);
    gnutls_transport_set_pull_timeout_function(d->session, pull_ready);
    if (imp_observed())
        gnutls_session_set_keylog_function(d->session, dtls__observe_secret);
    gnutls_handshake_set_hook_function(d->session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST,
                                       dtls__charge_message);
    if (!d->stream) {
        gnutls_dtls_set_mtu(d->session, (unsigned)d->mtu);
        gnutls_dtls_set_timeouts(d->session, (unsigned)(c->retransmit / IMP_MS),
                                 (unsigned)(c->give_up / IMP_MS));
    }
    r = gnutls_priority_set(d->session, priority);
    if (r >= 0 && c->record_limit)
        r = (int)gnutls_record_set_max_recv_size(d->session, c->record_limit);
    if (r >= 0)
        r = c->auth == IMP_DTLS_PSK ? setup_psk(d) : setup_certificate(d);
    if (r >= 0)
        r = setup_name(d);
    if (r >= 0)
        r = setup_protocol(d);
    if (r >= 0)
        r = dtls__setup_tickets(d);
    d->config.tickets = NULL; /* borrowed */
    return r;
}

void dtls__release(struct imp_dtls *d)
{
    if (d->session)
        gnutls_deinit(d->session);
    if (d->certificate)
        gnutls_certificate_free_credentials(d->certificate);
    dtls__observe_free(d);
    if (d->psk_client)
        gnutls_psk_free_client_credentials(d->psk_client);
    if (d->psk_server)
        gnutls_psk_free_server_credentials(d->psk_server);
}
