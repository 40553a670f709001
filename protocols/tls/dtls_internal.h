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
    TLS_RECORD_HEADER = 5, /* type, version, length: RFC 5246, 6.2.1 */
    TLS_HANDSHAKE_HEADER = 4,
    TLS_RECORD_MAX = TLS_RECORD_HEADER + 16384 + 2048, /* RFC 5246, 6.2.3 */
    EXPLICIT_NONCE = 8,                                /* RFC 6655, section 3 */
    DTLS_MTU = 1152, /* as CoAP's message size: IPv6 minimum MTU less headers */
    DTLS_MTU_MAX = 16384,
    OWN_CHAIN = 4,        /* certificates */
    OWN_STATUS = 512,     /* octets of an OCSP response */
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
    uint8_t secret[IMP_KEY_SECRET]; /* copies of what the config points to */
    size_t secret_n;
    uint8_t psk[32];
    uint8_t status[OWN_STATUS];
    char psk_identity[128];
    uint8_t cookie_key[COOKIE_KEY];
    /* TLS over a stream (tls.h) rather than DTLS: no datagrams, cookie, retransmission or loss. Its
     * records do not say what a DTLS record says: under keys or not, and the how many-th. Index 1:
     * incoming. */
    bool stream;
    bool alike; /* a stream with the suites and kinds of keys of datagrams */
    bool keyed[2];
    uint64_t number[2];

    gnutls_session_t session;
    uint16_t chosen; /* suite of the ServerHello; 0: none yet */
    gnutls_certificate_credentials_t certificate;
    gnutls_psk_client_credentials_t psk_client;
    gnutls_psk_server_credentials_t psk_server;

    enum imp_dtls_state state;
    char why[96];
    imp_time now;      /* of the call in progress */
    imp_time deadline; /* of the retransmission */
    imp_time give_up;  /* IMP_NEVER until the handshake begins */
    void (*given)(void *arg, const uint8_t *ticket, size_t n); /* of the config's tickets */
    uint8_t ticket_key[IMP_TLS_TICKET_KEY];                    /* server's, where it gives some */
    bool cookie_passed, began, sent, refused, psk_unknown;
    uint8_t refusal; /* alert that the verifier chose; 0: bad_certificate */
    uint8_t alerted; /* fatal alert of the peer's; 0: none, or close_notify */

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

gnutls_priority_t dtls__priority(const struct imp_dtls *d); /* NULL when the library fails */
bool dtls__is_1_3(const struct imp_dtls *d);
size_t dtls__tag(const struct imp_dtls *d); /* octets of the suite's tag */
bool dtls__is_chacha(const struct imp_dtls *d);
bool dtls__is_gcm(const struct imp_dtls *d);
/* Before its content, a record has so many octets of nonce. */
size_t dtls__explicit_nonce(const struct imp_dtls *d);
void dtls__suite_chosen(struct imp_dtls *d, const uint8_t *hello, size_t n); /* a ServerHello's */

/* dtls.c, for both: NULL when memory or the library fails. */
enum dtls__carrier { DTLS__DATAGRAMS, DTLS__STREAM, DTLS__STREAM_ALIKE };
struct imp_dtls *dtls__new(struct imp_env *env, const struct imp_dtls_config *config,
                           enum dtls__carrier carrier, imp_time now);

int dtls__setup(struct imp_dtls *d); /* 0, or a GnuTLS error */
int dtls__setup_tickets(struct imp_dtls *d);
/* A handshake message that is sent: a ticket is told of, where somebody asks. */
void dtls__ticket_sent(struct imp_dtls *d, unsigned type, const uint8_t *p, size_t n);
/* p384_signer.c: takes the key into another, which is returned in its place; 0 or a GnuTLS error,
 * when it stays as it was. */
int tls__p384_signer(gnutls_privkey_t *key);
void dtls__release(struct imp_dtls *d);

/* Charges. */
void dtls__charge_cookie(struct imp_dtls *d);
int dtls__charge_message(gnutls_session_t session, unsigned type, unsigned post, unsigned incoming,
                         const gnutls_datum_t *msg);
struct dtls__view;
void dtls__charge_record(struct imp_dtls *d, const struct dtls__view *record);
void dtls__charge_records(struct imp_dtls *d, const uint8_t *datagram, size_t n);
void dtls__charge_export(struct imp_dtls *d, size_t label_n, size_t n);

/* P_SHA256 of RFC 5246 section 5 over a label and two randoms; nobody is charged. */
void dtls__prf(uint8_t *out, size_t out_n, const uint8_t *secret, size_t secret_n,
               const char *label, const uint8_t *first, const uint8_t *second);

/* Reports to the observer; each does nothing when there is none. */
void dtls__observe_draw(struct imp_dtls *d, const void *bytes, size_t n);
void dtls__observe_psk(struct imp_dtls *d, const uint8_t *psk, size_t n);
void dtls__observe_message(struct imp_dtls *d, unsigned type, bool incoming, const uint8_t *p,
                           size_t n);
void dtls__observe_record(struct imp_dtls *d, const struct dtls__view *record, bool incoming);
/* In TLS 1.2 a ticket has the session's master secret in it. */
void dtls__observe_ticket(struct imp_dtls *d, const uint8_t *ticket, size_t n);
void dtls__observe_export(struct imp_dtls *d, const uint8_t *out, size_t n);
int dtls__observe_secret(gnutls_session_t session, const char *label, const gnutls_datum_t *secret);
void dtls__observe_free(struct imp_dtls *d);

/* Walks the records of a datagram: false at its end, or at what is no record. */
struct dtls__view {
    unsigned type, epoch;
    uint8_t lead[11]; /* of the additional data: epoch and sequence number, type, version */
    const uint8_t *body;
    size_t n;
};
bool dtls__next(const uint8_t *datagram, size_t n, size_t *at, struct dtls__view *record);

/* Octets of the TLS record at the beginning of a stream; 0: more must come; -1: it is none. */
int tls__record_size(const uint8_t *bytes, size_t n);
/* Whole records pass in that direction: counts, charges and reports them. */
void tls__pass(struct imp_dtls *d, const uint8_t *records, size_t n, bool incoming);

#endif
