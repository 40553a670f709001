/* SPDX-License-Identifier: GPL-2.0-only */
/* dtls_internal.h - what the files of this folder share. */
#ifndef IMPRINT_DTLS_INTERNAL_H
#define IMPRINT_DTLS_INTERNAL_H

#include "dtls.h"

#include <gnutls/abstract.h>
#include <gnutls/dtls.h>
#include <gnutls/gnutls.h>

enum {
    RECORD_HEADER = 13, /* type, version, epoch, sequence number, length: RFC 6347, 4.1 */
    HANDSHAKE_HEADER = 12,
    DTLS_MTU = 1152, /* as CoAP's message size: IPv6 minimum MTU less headers */
    DTLS_MTU_MAX = 16384,
    RECORDS_WAITING = 16, /* application records kept for imp_dtls_read */
    COOKIE_KEY = GNUTLS_COOKIE_KEY_SIZE,
};

struct dtls__record { /* a decrypted application record */
    struct dtls__record *next;
    size_t n;
    uint8_t bytes[];
};

struct imp_dtls {
    struct imp_env *env;
    struct imp_dtls_config config;
    uint8_t secret[32]; /* copies of what the config points to */
    uint8_t psk[32];
    char psk_identity[128];
    uint8_t cookie_key[COOKIE_KEY];

    gnutls_session_t session;
    gnutls_certificate_credentials_t certificate;
    gnutls_psk_client_credentials_t psk_client;
    gnutls_psk_server_credentials_t psk_server;

    enum imp_dtls_state state;
    char why[96];
    imp_time now;      /* of the call in progress */
    imp_time deadline; /* of the retransmission */
    imp_time give_up;  /* IMP_NEVER until the handshake begins */
    bool cookie_passed, began, sent, refused, psk_unknown;

    const uint8_t *in; /* what is left of the datagram of the call in progress */
    size_t in_n;
    uint8_t *out; /* records of the flight that are not yet sent */
    size_t out_n, mtu;
    struct dtls__record *first, **last;
    size_t waiting;
    struct dtls__observed *observed; /* NULL: nobody observes, or nothing yet */
};

/* The session whose call into GnuTLS is in progress gives it randomness and time. Calls nest: a
 * callback may use another session. */
struct imp_dtls *dtls__enter(struct imp_dtls *d);
void dtls__leave(struct imp_dtls *before);

gnutls_priority_t dtls__priority(enum imp_dtls_auth auth); /* NULL when the library fails */

int dtls__setup(struct imp_dtls *d); /* 0, or a GnuTLS error */
void dtls__release(struct imp_dtls *d);

/* Charges. */
void dtls__charge_cookie(struct imp_dtls *d);
int dtls__charge_message(gnutls_session_t session, unsigned type, unsigned post, unsigned incoming,
                         const gnutls_datum_t *msg);
void dtls__charge_records(struct imp_dtls *d, const uint8_t *datagram, size_t n);
void dtls__charge_export(struct imp_dtls *d, size_t label_n, size_t n);

/* Reports to the observer; each does nothing when there is none. */
void dtls__observe_draw(struct imp_dtls *d, const void *bytes, size_t n);
void dtls__observe_psk(struct imp_dtls *d, const uint8_t *psk, size_t n);
void dtls__observe_message(struct imp_dtls *d, unsigned type, bool incoming, const uint8_t *p,
                           size_t n);
void dtls__observe_record(struct imp_dtls *d, const uint8_t *record, size_t n, bool incoming);
void dtls__observe_export(struct imp_dtls *d, const uint8_t *out, size_t n);
void dtls__observe_free(struct imp_dtls *d);

/* Walks the records of a datagram: false at its end, or at what is no record. */
struct dtls__view {
    unsigned type, epoch;
    const uint8_t *body;
    size_t n;
};
bool dtls__next(const uint8_t *datagram, size_t n, size_t *at, struct dtls__view *record);

#endif
