/* SPDX-License-Identifier: GPL-2.0-only */
/* The session of dtls.c, given one whole record of the stream after the other. */
#include "tls.h"

#include "../crypto/crypto.h"
#include "tls_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct imp_tls *over(struct imp_env *env, const struct imp_dtls_config *config,
                            enum dtls__carrier carrier, imp_time now)
{
    struct imp_tls *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->session = dtls__new(env, config, carrier, now);
    if (!t->session) {
        free(t);
        return NULL;
    }
    return t;
}

struct imp_tls *imp_tls_new(struct imp_env *env, const struct imp_tls_config *config, imp_time now)
{
    struct imp_dtls_config c = {.auth = config->x509 ? IMP_DTLS_X509 : IMP_DTLS_PSK,
                                .server = config->server,
                                .mtu = TLS_RECORD_MAX,
                                .give_up = config->give_up,
                                .psk_identity = config->psk_identity,
                                .psk = config->psk,
                                .psk_n = config->psk_n,
                                .psk_lookup = config->psk_lookup,
                                .tickets = config->tickets,
                                .send = config->send,
                                .arg = config->arg};
    if (config->x509)
        c.x509 = *config->x509;
    else
        c.x509.suite = config->short_tag ? IMP_TLS_CCM_8 : IMP_TLS_CCM;
    return over(env, &c, DTLS__STREAM, now);
}

struct imp_tls *imp_tls_alike(struct imp_env *env, const struct imp_dtls_config *config,
                              imp_time now)
{
    struct imp_dtls_config c = *config;
    c.mtu = TLS_RECORD_MAX;
    c.cookie = false;
    c.record_limit = 0;
    return over(env, &c, DTLS__STREAM_ALIKE, now);
}

void imp_tls_start(struct imp_tls *t, imp_time now)
{
    imp_dtls_start(t->session, now);
}

static bool running(const struct imp_tls *t)
{
    enum imp_dtls_state state = imp_dtls_state(t->session);
    return state == IMP_DTLS_HANDSHAKE || state == IMP_DTLS_OPEN;
}

/* RFC 5246, section 7.2.2: unexpected_message, and the session is over. */
static void no_record(struct imp_tls *t, imp_time now)
{
    struct imp_dtls *d = t->session;
    d->now = now;
    struct imp_dtls *before = dtls__enter(d);
    gnutls_alert_send(d->session, GNUTLS_AL_FATAL, GNUTLS_A_UNEXPECTED_MESSAGE);
    dtls__leave(before);
    d->state = IMP_DTLS_FAILED;
    snprintf(d->why, sizeof d->why, "no TLS record");
    size_t n = d->out_n;
    d->out_n = 0;
    if (n)
        d->config.send(d->config.arg, d->out, n);
}

/* Moves octets to the torn record until it is whole or they are used up; returns how many. */
static size_t gather(struct imp_tls *t, const uint8_t *bytes, size_t n)
{
    size_t want = TLS_RECORD_HEADER;
    if (t->torn_n >= TLS_RECORD_HEADER)
        want += (size_t)t->torn[3] << 8 | t->torn[4];
    size_t take = want - t->torn_n < n ? want - t->torn_n : n;
    memcpy(t->torn + t->torn_n, bytes, take);
    t->torn_n += take;
    return take;
}

enum imp_dtls_state imp_tls_feed(struct imp_tls *t, const uint8_t *bytes, size_t n, imp_time now)
{
    while (n > 0 && running(t)) {
        size_t taken = gather(t, bytes, n);
        bytes += taken;
        n -= taken;
        int size = tls__record_size(t->torn, t->torn_n);
        if (size == 0)
            continue;
        t->torn_n = 0;
        if (size < 0)
            no_record(t, now);
        else
            imp_dtls_feed(t->session, t->torn, (size_t)size, now);
    }
    return imp_dtls_state(t->session);
}

enum imp_dtls_state imp_tls_expire(struct imp_tls *t, imp_time now)
{
    return imp_dtls_expire(t->session, now);
}

imp_time imp_tls_deadline(const struct imp_tls *t)
{
    return imp_dtls_deadline(t->session);
}

enum imp_dtls_state imp_tls_state(const struct imp_tls *t)
{
    return imp_dtls_state(t->session);
}

const char *imp_tls_why(const struct imp_tls *t)
{
    return imp_dtls_why(t->session);
}

size_t imp_tls_peek(const struct imp_tls *t, uint8_t *out, size_t cap)
{
    size_t got = 0, at = t->at;
    for (const struct dtls__record *r = t->session->first; r && got < cap; r = r->next) {
        size_t take = r->n - at < cap - got ? r->n - at : cap - got;
        memcpy(out + got, r->bytes + at, take);
        got += take;
        at = 0;
    }
    return got;
}

/* Takes whole records off the queue; of the last one, keeps how much of it was taken. */
size_t imp_tls_read(struct imp_tls *t, uint8_t *out, size_t cap)
{
    size_t got = imp_tls_peek(t, out, cap);
    uint8_t none[1];
    t->at += got;
    while (t->session->first && t->at >= t->session->first->n) {
        t->at -= t->session->first->n;
        imp_dtls_read(t->session, none, 0, t->session->now);
    }
    return got;
}

size_t imp_tls_waiting(const struct imp_tls *t)
{
    size_t n = 0;
    for (const struct dtls__record *r = t->session->first; r; r = r->next)
        n += r->n;
    return n - t->at;
}

int imp_tls_write(struct imp_tls *t, const uint8_t *p, size_t n, imp_time now)
{
    return imp_dtls_write(t->session, p, n, now);
}

bool imp_tls_is_1_3(const struct imp_tls *t)
{
    return dtls__is_1_3(t->session);
}

void imp_tls_refuse(struct imp_tls *t, enum imp_tls_alert why)
{
    t->session->refusal = (uint8_t)why;
}

enum imp_tls_alert imp_tls_alerted(const struct imp_tls *t)
{
    return (enum imp_tls_alert)t->session->alerted;
}

struct imp_piece imp_tls_status(const struct imp_tls *t)
{
    gnutls_datum_t got = {0};
    if (gnutls_ocsp_status_request_get(t->session->session, &got) < 0)
        return (struct imp_piece){0};
    return IMP_PIECE(got.data, got.size);
}

int imp_tls_export(struct imp_tls *t, uint8_t *out, size_t n, const char *label,
                   const void *context, size_t context_n)
{
    struct imp_dtls *d = t->session;
    bool early = d->state == IMP_DTLS_HANDSHAKE && !dtls__is_1_3(d);
    if (d->state != IMP_DTLS_OPEN && !early) {
        imp_wipe(out, n);
        return -1;
    }
    struct imp_dtls *before = dtls__enter(d);
    int r =
        gnutls_prf_rfc5705(d->session, strlen(label), label, context_n, context, n, (char *)out);
    dtls__charge_export(d, strlen(label) + context_n, n);
    if (r >= 0)
        dtls__observe_export(d, out, n);
    dtls__leave(before);
    if (r < 0)
        imp_wipe(out, n);
    return r < 0 ? -1 : 0;
}

size_t imp_tls_binding(struct imp_tls *t, uint8_t out[32])
{
    return imp_dtls_binding(t->session, out);
}

void imp_tls_close(struct imp_tls *t, imp_time now)
{
    imp_dtls_close(t->session, now);
}

void imp_tls_free(struct imp_tls *t)
{
    if (!t)
        return;
    imp_dtls_free(t->session);
    imp_wipe(t, sizeof *t);
    free(t);
}
