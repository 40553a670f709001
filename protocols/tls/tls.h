/* SPDX-License-Identifier: GPL-2.0-only */
/* tls.h - one end of a TLS 1.2 or 1.3 session (RFC 5246, RFC 8446) over a stream, in memory, over
 * GnuTLS.
 *
 * Sans I/O, as dtls.h, with which it shares states, randomness, charges and reports: octets of the
 * stream and the time go in, cut as they may be; octets, a deadline and events come out. With a PSK
 * the suite is TLS_PSK_WITH_AES_128_CCM (RFC 6655), without forward secrecy. With certificates it
 * is TLS_ECDHE_ECDSA_WITH_AES_128_CCM (RFC 7251) or, in TLS 1.3, TLS_AES_128_CCM_SHA256, on P-256;
 * or the same with CCM_8 or GCM (RFC 5289).
 * Tickets on demand, no renegotiation, no extended master secret. */
#ifndef IMPRINT_TLS_H
#define IMPRINT_TLS_H

#include "dtls.h"

struct imp_tls; /* opaque */

struct imp_tls_config {
    bool server;
    imp_time give_up;         /* handshake limit, default 60 s */
    const char *psk_identity; /* client; copied */
    const uint8_t *psk;       /* client, at most 32 octets; copied */
    size_t psk_n;
    imp_dtls_psk *psk_lookup;              /* server */
    bool short_tag;                        /* with a PSK: TLS_PSK_WITH_AES_128_CCM_8 */
    const struct imp_dtls_x509 *x509;      /* certificates instead of a PSK; copied */
    const struct imp_tls_tickets *tickets; /* with certificates; NULL: none; copied */
    imp_dtls_send *send;                   /* octets of the stream: whole records */
    void *arg; /* first argument of the callbacks; must outlive the session */
};

/* NULL only when memory or the library fails. */
struct imp_tls *imp_tls_new(struct imp_env *env, const struct imp_tls_config *config, imp_time now);
/* The same over a stream as that DTLS session over datagrams: its kinds of keys, raw ones too, and
 * its suites, of TLS 1.2. */
struct imp_tls *imp_tls_alike(struct imp_env *env, const struct imp_dtls_config *config,
                              imp_time now);
void imp_tls_start(struct imp_tls *t, imp_time now); /* client: sends ClientHello */
/* Feeds octets of the stream. Returns the state after them; what follows a failure or the peer's
 * close_notify is ignored. Octets that are no TLS record end the session. */
enum imp_dtls_state imp_tls_feed(struct imp_tls *t, const uint8_t *bytes, size_t n, imp_time now);
enum imp_dtls_state imp_tls_expire(struct imp_tls *t, imp_time now); /* the deadline came */
imp_time imp_tls_deadline(const struct imp_tls *t);                  /* IMP_NEVER: none */
enum imp_dtls_state imp_tls_state(const struct imp_tls *t);
const char *imp_tls_why(const struct imp_tls *t); /* why it failed: alert or reason */
/* Octets of application data that wait, and the first of them: peek leaves them there. Both return
 * how many they gave, at most cap. What came before the end of a session is still there after it.
 */
size_t imp_tls_peek(const struct imp_tls *t, uint8_t *out, size_t cap);
size_t imp_tls_read(struct imp_tls *t, uint8_t *out, size_t cap);
size_t imp_tls_waiting(const struct imp_tls *t);
/* One record of at most 16384 octets: 0, or -1 when the session is not open. */
int imp_tls_write(struct imp_tls *t, const uint8_t *p, size_t n, imp_time now);
void imp_tls_close(struct imp_tls *t, imp_time now); /* sends close_notify */
void imp_tls_free(struct imp_tls *t);                /* NULL does nothing */
/* Exporter (RFC 5705; RFC 8446 section 7.5): 0 or -1. `context` NULL: none. Only
 * when open; in TLS 1.2 also from the client's key exchange on, for who must say before its
 * Finished what both will share. */
int imp_tls_export(struct imp_tls *t, uint8_t *out, size_t n, const char *label,
                   const void *context, size_t context_n);
/* What binds a message to this session: tls-unique (RFC 5929; 12 octets) in TLS 1.2, tls-exporter
 * (RFC 9266; 32 octets) in TLS 1.3. Returns how many octets, 0 when the session is not open. */
size_t imp_tls_binding(struct imp_tls *t, uint8_t out[32]);
bool imp_tls_is_1_3(const struct imp_tls *t);
/* For the verifier that is about to refuse the peer's chain: the alert that says why (RFC 8446
 * section 6.2). */
enum imp_tls_alert {
    IMP_TLS_NO_ALERT = 0,
    IMP_TLS_UNSUPPORTED_CERTIFICATE = 43,
    IMP_TLS_CERTIFICATE_REVOKED = 44,
    IMP_TLS_CERTIFICATE_EXPIRED = 45,
    IMP_TLS_CERTIFICATE_UNKNOWN = 46, /* of another reason */
    IMP_TLS_UNKNOWN_CA = 48,
    IMP_TLS_ACCESS_DENIED = 49, /* a good certificate of one who may not come in */
    IMP_TLS_BAD_STATUS = 113,   /* bad_certificate_status_response, RFC 6066 section 8 */
};
void imp_tls_refuse(struct imp_tls *t, enum imp_tls_alert why);
/* The fatal alert with which the peer ended the session, or 0. */
enum imp_tls_alert imp_tls_alerted(const struct imp_tls *t);
/* For the client's verifier, as long as it runs: the response that the server stapled; n 0: none.
 */
struct imp_piece imp_tls_status(const struct imp_tls *t);
/* ---- resumption (tickets.c). A resumed session has not asked the verifier: whoever resumes
 * decides about the peer's certificates, which the session remembers, by himself. */
bool imp_tls_resumed(const struct imp_tls *t);
/* Tickets that a stream's first ClientHello offers, which is whole in one record: how many, and the
 * first of them; -1: there is no such ClientHello. */
int imp_tls_offered(struct imp_piece *first, const uint8_t *stream, size_t n);
/* Server made with tickets but without their key, before anything is fed: it takes tickets under
 * this one, and gives some. */
bool imp_tls_take_tickets(struct imp_tls *t, const uint8_t key[IMP_TLS_TICKET_KEY],
                          unsigned lifetime);
/* The peer's chain, leaf first, into the session; how many, at most cap. */
size_t imp_tls_peer(const struct imp_tls *t, struct imp_piece *chain, size_t cap);
/* Client: what resumes this session, of which the server has given a ticket or, in TLS 1.2, an
 * identifier: octets, or 0 (none, or they do not fit). Secret, as the session's keys. */
size_t imp_tls_session(struct imp_tls *t, uint8_t *out, size_t cap);
/* What to call what one call sent, as imp_dtls_kind. */
enum imp_dtls_kind imp_tls_kind(const uint8_t *bytes, size_t n);

#endif
