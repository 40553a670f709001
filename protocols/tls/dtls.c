/* SPDX-License-Identifier: GPL-2.0-only */
#include "dtls_internal.h"

#include "../crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No datagram makes GnuTLS report more than a few non-fatal conditions. */
enum { STEPS = 64 };

/* ---- entering and leaving GnuTLS ----------------------------------------------------------------
 */

static struct imp_dtls *begin(struct imp_dtls *d, imp_time now)
{
    d->now = now;
    d->sent = false;
    return dtls__enter(d);
}

/* After a call: sends what is left of the flight and sets the deadline. GnuTLS counts the timeout
 * from the time of sending, in milliseconds; a call that sends nothing leaves the deadline alone.
 */
static enum imp_dtls_state end(struct imp_dtls *d, struct imp_dtls *before)
{
    d->in = NULL;
    if (d->state != IMP_DTLS_HANDSHAKE)
        d->deadline = IMP_NEVER;
    else if (d->sent && d->cookie_passed && !d->stream)
        d->deadline = d->now + gnutls_dtls_get_timeout(d->session) * IMP_MS;
    else if (d->deadline <= d->now)
        d->deadline = IMP_NEVER; /* the flight has been answered in part: nothing to repeat */
    dtls__leave(before);
    if (d->out_n) {
        size_t n = d->out_n;
        d->out_n = 0;
        d->config.send(d->config.arg, d->out, n);
    }
    return d->state;
}

static void fail(struct imp_dtls *d, const char *what, const char *detail)
{
    d->state = IMP_DTLS_FAILED;
    snprintf(d->why, sizeof d->why, "%s%s%s", what, detail ? ": " : "", detail ? detail : "");
}

static void fail_with_alert(struct imp_dtls *d, int error)
{
    if (error == GNUTLS_E_FATAL_ALERT_RECEIVED) {
        d->alerted = (uint8_t)gnutls_alert_get(d->session);
        fail(d, "alert received", gnutls_alert_get_name(gnutls_alert_get(d->session)));
        return;
    }
    int level, alert = gnutls_error_to_alert(error, &level);
    if (d->refused && d->refusal)
        alert = d->refusal;
    if (d->psk_unknown)
        alert = GNUTLS_A_UNKNOWN_PSK_IDENTITY; /* RFC 4279, section 2 */
    gnutls_alert_send(d->session, GNUTLS_AL_FATAL, (gnutls_alert_description_t)alert);
    const char *name = gnutls_alert_get_name((gnutls_alert_description_t)alert);
    if (d->refused)
        fail(d, "peer's key refused, alert sent", name);
    else if (d->psk_unknown)
        fail(d, "unknown PSK identity, alert sent", name);
    else
        fail(d, gnutls_strerror(error), NULL);
}

/* ---- handshake ----------------------------------------------------------------------------------
 */

static void shake(struct imp_dtls *d)
{
    if (!d->began) {
        d->began = true;
        d->give_up = d->now + d->config.give_up;
    }
    for (int i = 0; i < STEPS; i++) {
        int r = gnutls_handshake(d->session);
        if (r == GNUTLS_E_SUCCESS) {
            d->state = IMP_DTLS_OPEN;
            return;
        }
        if (r == GNUTLS_E_TIMEDOUT) {
            fail(d, "handshake timed out", NULL);
            return;
        }
        if (gnutls_error_is_fatal(r)) {
            fail_with_alert(d, r);
            return;
        }
        if ((r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED) && !d->in)
            return;
    }
}

static ssize_t push_cookie(gnutls_transport_ptr_t arg, const void *datagram, size_t n)
{
    struct imp_dtls *d = arg;
    d->config.send(d->config.arg, datagram, n);
    return (ssize_t)n;
}

/* Until a ClientHello brings the cookie back nothing is kept of it (RFC 6347, section 4.2.1). True
 * when the datagram in hand may go to the handshake. */
static bool cookie(struct imp_dtls *d)
{
    gnutls_datum_t key = {d->cookie_key, sizeof d->cookie_key};
    gnutls_dtls_prestate_st prestate = {0};
    struct imp_addr *peer = &d->config.peer;
    if (d->cookie_passed)
        return true;
    if (imp_dtls_kind(d->in, d->in_n) != IMP_DTLS_CLIENT_HELLO)
        return false;
    dtls__charge_cookie(d);
    if (gnutls_dtls_cookie_verify(&key, peer->bytes, peer->n, (void *)d->in, d->in_n, &prestate) >=
        0) {
        gnutls_dtls_prestate_set(d->session, &prestate);
        d->cookie_passed = true;
        return true;
    }
    gnutls_dtls_cookie_send(&key, peer->bytes, peer->n, &prestate, d, push_cookie);
    return false;
}

/* ---- application data
 * ----------------------------------------------------------------------------- */

static void keep(struct imp_dtls *d, const uint8_t *p, size_t n)
{
    bool room = d->stream || d->waiting < RECORDS_WAITING;
    struct dtls__record *r = room ? malloc(sizeof *r + n) : NULL;
    if (!r)
        return; /* lost, as on a link */
    r->next = NULL;
    r->n = n;
    memcpy(r->bytes, p, n);
    *d->last = r;
    d->last = &r->next;
    d->waiting++;
}

/* Reads what the datagram in hand brought; also repeats the last flight when the peer repeats its
 * own, which GnuTLS sees here. */
static void receive(struct imp_dtls *d)
{
    static uint8_t record[DTLS_MTU_MAX]; /* scratch: filled and used within the call */
    for (int i = 0; i < STEPS; i++) {
        ssize_t n = gnutls_record_recv(d->session, record, sizeof record);
        if (n > 0) {
            keep(d, record, (size_t)n);
        } else if (n == 0) {
            d->state = IMP_DTLS_CLOSED;
            snprintf(d->why, sizeof d->why, "closed by the peer");
            return;
        } else if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED) {
            if (!d->in)
                return;
        } else if (gnutls_error_is_fatal((int)n)) {
            fail_with_alert(d, (int)n);
            return;
        }
    }
}

/* ---- public -------------------------------------------------------------------------------------
 */

static void copy_config(struct imp_dtls *d, const struct imp_dtls_config *config)
{
    struct imp_dtls_config *c = &d->config;
    *c = *config;
    if (c->retransmit == 0)
        c->retransmit = IMP_S;
    if (c->give_up == 0)
        c->give_up = 60 * IMP_S;
    d->mtu = c->mtu ? c->mtu : DTLS_MTU;
    d->secret_n = c->x509.secret && c->x509.secret_n ? c->x509.secret_n : 32;
    if (d->secret_n > sizeof d->secret)
        d->secret_n = 0; /* of no kind */
    if (c->secret)
        memcpy(d->secret, c->secret, 32);
    if (c->psk_n > sizeof d->psk)
        c->psk_n = sizeof d->psk;
    if (c->psk)
        memcpy(d->psk, c->psk, c->psk_n);
    if (c->psk_identity)
        snprintf(d->psk_identity, sizeof d->psk_identity, "%s", c->psk_identity);
    if (c->x509.secret)
        memcpy(d->secret, c->x509.secret, d->secret_n);
    if (c->x509.status.n > 0 && c->x509.status.n <= sizeof d->status)
        memcpy(d->status, c->x509.status.p, c->x509.status.n);
    c->x509.status.p = d->status;
    c->secret = c->psk = NULL;
    c->psk_identity = d->psk_identity;
}

/* What the configuration only lent, GnuTLS has taken. */
static void forget_lent(struct imp_dtls_config *c)
{
    c->x509.chain = c->x509.names = NULL;
    c->x509.secret = NULL;
    c->x509.server_name = NULL;
    c->alpn = NULL;
}

struct imp_dtls *dtls__new(struct imp_env *env, const struct imp_dtls_config *config,
                           enum dtls__carrier carrier, imp_time now)
{
    struct imp_dtls *d = calloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->env = env;
    d->stream = carrier != DTLS__DATAGRAMS;
    d->alike = carrier == DTLS__STREAM_ALIKE;
    copy_config(d, config);
    d->last = &d->first;
    d->deadline = d->give_up = IMP_NEVER;
    d->out = malloc(d->mtu);
    d->cookie_passed = !config->server || !config->cookie;
    if (!d->cookie_passed)
        imp_random(env, "dtls-cookie", d->cookie_key, sizeof d->cookie_key);
    struct imp_dtls *before = begin(d, now);
    int r = d->out ? dtls__setup(d) : GNUTLS_E_MEMORY_ERROR;
    dtls__leave(before);
    forget_lent(&d->config);
    if (r < 0) {
        imp_dtls_free(d);
        return NULL;
    }
    return d;
}

struct imp_dtls *imp_dtls_new(struct imp_env *env, const struct imp_dtls_config *config,
                              imp_time now)
{
    return dtls__new(env, config, DTLS__DATAGRAMS, now);
}

void imp_dtls_start(struct imp_dtls *d, imp_time now)
{
    if (d->config.server || d->began)
        return;
    struct imp_dtls *before = begin(d, now);
    shake(d);
    end(d, before);
}

enum imp_dtls_state imp_dtls_feed(struct imp_dtls *d, const uint8_t *datagram, size_t n,
                                  imp_time now)
{
    if (d->state == IMP_DTLS_FAILED || d->state == IMP_DTLS_CLOSED || n == 0)
        return d->state;
    if (!d->config.server && !d->began)
        return d->state; /* nothing has been asked for yet */
    struct imp_dtls *before = begin(d, now);
    d->in = datagram;
    d->in_n = n;
    if (d->state == IMP_DTLS_OPEN || cookie(d))
        d->stream ? tls__pass(d, datagram, n, true) : dtls__charge_records(d, datagram, n);
    if (d->state == IMP_DTLS_HANDSHAKE && d->cookie_passed)
        shake(d);
    if (d->state == IMP_DTLS_OPEN) /* data may follow the last flight in its datagram */
        receive(d);
    return end(d, before);
}

enum imp_dtls_state imp_dtls_expire(struct imp_dtls *d, imp_time now)
{
    if (d->state != IMP_DTLS_HANDSHAKE || !d->began || now < imp_dtls_deadline(d))
        return d->state;
    struct imp_dtls *before = begin(d, now);
    if (now >= d->give_up)
        fail(d, "handshake timed out", NULL);
    else
        shake(d);
    return end(d, before);
}

imp_time imp_dtls_deadline(const struct imp_dtls *d)
{
    if (d->state != IMP_DTLS_HANDSHAKE)
        return IMP_NEVER;
    return d->deadline < d->give_up ? d->deadline : d->give_up;
}

enum imp_dtls_state imp_dtls_state(const struct imp_dtls *d)
{
    return d->state;
}

const char *imp_dtls_why(const struct imp_dtls *d)
{
    return d->why;
}

size_t imp_dtls_read(struct imp_dtls *d, uint8_t *out, size_t cap, imp_time now)
{
    struct dtls__record *r = d->first;
    (void)now;
    if (!r)
        return 0;
    size_t n = r->n < cap ? r->n : cap;
    memcpy(out, r->bytes, n);
    d->first = r->next;
    if (!d->first)
        d->last = &d->first;
    d->waiting--;
    free(r);
    return n;
}

int imp_dtls_write(struct imp_dtls *d, const uint8_t *p, size_t n, imp_time now)
{
    if (d->state != IMP_DTLS_OPEN || n == 0 ||
        n > (d->stream ? DTLS_MTU_MAX : gnutls_dtls_get_data_mtu(d->session)))
        return -1;
    struct imp_dtls *before = begin(d, now);
    ssize_t r = gnutls_record_send(d->session, p, n);
    if (r < 0 && gnutls_error_is_fatal((int)r))
        fail(d, gnutls_strerror((int)r), NULL);
    end(d, before);
    return r == (ssize_t)n ? 0 : -1;
}

void imp_dtls_close(struct imp_dtls *d, imp_time now)
{
    if (d->state != IMP_DTLS_OPEN)
        return;
    struct imp_dtls *before = begin(d, now);
    gnutls_bye(d->session, GNUTLS_SHUT_WR);
    d->state = IMP_DTLS_CLOSED;
    snprintf(d->why, sizeof d->why, "closed");
    end(d, before);
}

void imp_dtls_free(struct imp_dtls *d)
{
    if (!d)
        return;
    struct imp_dtls *before = begin(d, d->now);
    dtls__release(d);
    dtls__leave(before);
    while (d->first) {
        struct dtls__record *r = d->first;
        d->first = r->next;
        free(r);
    }
    free(d->out);
    imp_wipe(d, sizeof *d);
    free(d);
}

int imp_dtls_export(struct imp_dtls *d, const char *label, uint8_t *out, size_t n)
{
    if (d->state != IMP_DTLS_OPEN)
        return -1;
    size_t label_n = strlen(label);
    struct imp_dtls *before = begin(d, d->now);
    int r = gnutls_prf_rfc5705(d->session, label_n, label, 0, NULL, n, (char *)out);
    dtls__charge_export(d, label_n, n);
    if (r >= 0)
        dtls__observe_export(d, out, n);
    dtls__leave(before);
    if (r < 0)
        imp_wipe(out, n);
    return r < 0 ? -1 : 0;
}

size_t imp_dtls_record_limit(const struct imp_dtls *d)
{
    return gnutls_record_get_max_size(d->session);
}

size_t imp_dtls_binding(struct imp_dtls *d, uint8_t out[32])
{
    gnutls_datum_t v = {0};
    if (d->state != IMP_DTLS_OPEN)
        return 0;
    struct imp_dtls *before = dtls__enter(d);
    int r = gnutls_session_channel_binding(
        d->session, dtls__is_1_3(d) ? GNUTLS_CB_TLS_EXPORTER : GNUTLS_CB_TLS_UNIQUE, &v);
    dtls__leave(before);
    if (r < 0 || v.size > 32)
        v.size = 0;
    if (v.size)
        memcpy(out, v.data, v.size);
    gnutls_free(v.data);
    return v.size;
}
