/* SPDX-License-Identifier: GPL-2.0-only */
/* What can be said of a datagram from outside. */
#include "dtls_internal.h"

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
