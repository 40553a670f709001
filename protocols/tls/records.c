/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be said of a datagram, or of a piece of a stream, from outside. */
#include "dtls_internal.h"
#include "tls.h"

#include <string.h>

enum { CHANGE_CIPHER_SPEC = 20, ALERT = 21, HANDSHAKE = 22, APPLICATION_DATA = 23 };

bool dtls__next(const uint8_t *datagram, size_t n, size_t *at, struct dtls__view *record)
{
    if (n - *at < RECORD_HEADER)
        return false;
    const uint8_t *p = datagram + *at;
    size_t length = (size_t)p[11] << 8 | p[12];
    if (p[0] < CHANGE_CIPHER_SPEC || p[0] > APPLICATION_DATA || p[1] != 0xfe ||
        length > n - *at - RECORD_HEADER)
        return false;
    *record = (struct dtls__view){
        .type = p[0], .epoch = (unsigned)p[3] << 8 | p[4], .body = p + RECORD_HEADER, .n = length};
    memcpy(record->lead, p + 3, 8);
    memcpy(record->lead + 8, p, 3);
    *at += RECORD_HEADER + length;
    return true;
}

static enum imp_dtls_kind message_kind(unsigned type)
{
    switch (type) {
    case GNUTLS_HANDSHAKE_CLIENT_HELLO:
        return IMP_DTLS_CLIENT_HELLO;
    case GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST:
        return IMP_DTLS_HELLO_VERIFY_REQUEST;
    case GNUTLS_HANDSHAKE_SERVER_HELLO:
    case GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE:
    case GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST:
    case GNUTLS_HANDSHAKE_SERVER_HELLO_DONE:
        return IMP_DTLS_SERVER_FLIGHT;
    case GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE:
    case GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY:
        return IMP_DTLS_CLIENT_FLIGHT;
    default:
        return IMP_DTLS_OTHER;
    }
}

static enum imp_dtls_kind record_kind(const struct dtls__view *record)
{
    switch (record->type) {
    case APPLICATION_DATA:
        return IMP_DTLS_DATA;
    case ALERT:
        return IMP_DTLS_ALERT;
    case CHANGE_CIPHER_SPEC:
        return IMP_DTLS_FINISHED;
    default: /* handshake: encrypted, or its first message's type */
        if (record->epoch > 0)
            return IMP_DTLS_FINISHED;
        return record->n >= HANDSHAKE_HEADER ? message_kind(record->body[0]) : IMP_DTLS_OTHER;
    }
}

/* The first record that tells decides. Certificate is sent by both sides: a datagram with no other
 * message counts as the server's. */
enum imp_dtls_kind imp_dtls_kind(const uint8_t *datagram, size_t n)
{
    struct dtls__view record;
    size_t at = 0;
    bool certificate = false;
    while (dtls__next(datagram, n, &at, &record)) {
        enum imp_dtls_kind kind = record_kind(&record);
        if (kind != IMP_DTLS_OTHER && !(kind == IMP_DTLS_FINISHED && certificate))
            return kind;
        if (record.type == HANDSHAKE && record.n > 0 &&
            record.body[0] == GNUTLS_HANDSHAKE_CERTIFICATE_PKT)
            certificate = true;
    }
    return certificate ? IMP_DTLS_SERVER_FLIGHT : IMP_DTLS_OTHER;
}

/* ---- TLS
 * ----------------------------------------------------------------------------------------- */

int tls__record_size(const uint8_t *bytes, size_t n)
{
    if ((n > 0 && (bytes[0] < CHANGE_CIPHER_SPEC || bytes[0] > APPLICATION_DATA)) ||
        (n > 1 && bytes[1] != 3))
        return -1;
    if (n < TLS_RECORD_HEADER)
        return 0;
    size_t size = TLS_RECORD_HEADER + ((size_t)bytes[3] << 8 | bytes[4]);
    if (size > TLS_RECORD_MAX)
        return -1;
    return size <= n ? (int)size : 0;
}

static void pass_one(struct imp_dtls *d, const uint8_t *record, size_t n, bool incoming)
{
    bool keyed = dtls__is_1_3(d) ? record[0] == APPLICATION_DATA : d->keyed[incoming];
    struct dtls__view v = {.type = record[0],
                           .epoch = keyed,
                           .body = record + TLS_RECORD_HEADER,
                           .n = n - TLS_RECORD_HEADER};
    for (int i = 0; i < 8; i++)
        v.lead[i] = (uint8_t)(d->number[incoming] >> (56 - 8 * i));
    memcpy(v.lead + 8, record, 3);
    dtls__charge_record(d, &v);
    dtls__observe_record(d, &v, incoming);
    d->number[incoming]++;
    if (v.type == CHANGE_CIPHER_SPEC) { /* what follows is under the keys, and counted anew */
        d->keyed[incoming] = true;
        d->number[incoming] = 0;
    }
}

void tls__pass(struct imp_dtls *d, const uint8_t *records, size_t n, bool incoming)
{
    int size;
    for (size_t at = 0; at < n && (size = tls__record_size(records + at, n - at)) > 0;
         at += (size_t)size)
        pass_one(d, records + at, (size_t)size, incoming);
}

/* The first record decides. An encrypted Finished is no handshake message that could be named: it
 * comes behind ChangeCipherSpec. */
enum imp_dtls_kind imp_tls_kind(const uint8_t *bytes, size_t n)
{
    if (tls__record_size(bytes, n) <= 0)
        return IMP_DTLS_OTHER;
    switch (bytes[0]) {
    case APPLICATION_DATA:
        return IMP_DTLS_DATA;
    case ALERT:
        return IMP_DTLS_ALERT;
    case CHANGE_CIPHER_SPEC:
        return IMP_DTLS_FINISHED;
    default:
        return n > TLS_RECORD_HEADER ? message_kind(bytes[TLS_RECORD_HEADER]) : IMP_DTLS_OTHER;
    }
}
