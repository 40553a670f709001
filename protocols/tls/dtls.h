/* SPDX-License-Identifier: GPL-2.0-only */
/* dtls.h - one end of a DTLS 1.2 session (RFC 6347) in memory, over GnuTLS.
 *
 * Sans I/O: datagrams and the time go in; datagrams, a deadline and events come out. Randomness is
 * the party's; retransmission runs on simulated time; the party is charged for the operations of
 * each handshake message and record. Memory: GnuTLS allocates, everything is released by _free. */
#ifndef IMPRINT_DTLS_H
#define IMPRINT_DTLS_H

#include "../contract/observe.h"
#include "../contract/party.h"
#include "../crypto/device_key.h"

struct imp_dtls; /* opaque */

enum imp_dtls_auth {
    IMP_DTLS_RPK,  /* raw public keys, RFC 7250; TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 */
    IMP_DTLS_PSK,  /* TLS_PSK_WITH_AES_128_CCM_8, RFC 6655 */
    IMP_DTLS_X509, /* certificates; TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8, RFC 7925 section 4.4 */
};
enum imp_dtls_suites { /* of datagrams: with those tags */
                       IMP_DTLS_CCM_8,
                       IMP_DTLS_CCM,    /* ..._WITH_AES_128_CCM: 16 octets */
                       IMP_DTLS_EITHER, /* 8 rather than 16; a server takes what is offered */
};

/* Decides on the peer's raw public key: true to accept. Called once, before the session commits. */
typedef bool imp_dtls_verify(void *arg, const uint8_t *spki, size_t n);
/* Looks up the key of a PSK identity: returns its length (<= 32), or -1 for unknown. */
typedef int imp_dtls_psk(void *arg, uint8_t key[32], const char *identity);
/* Decides on the peer's certificates, leaf first; called once if it sends any. protocols/x509 has
 * what decides. */
typedef bool imp_dtls_verify_chain(void *arg, const struct imp_piece *chain, size_t count);

enum imp_tls_versions { IMP_TLS_1_2, IMP_TLS_1_3, IMP_TLS_1_2_AND_1_3 };
enum imp_tls_suite { /* of streams with certificates: AES-128 in these modes */
                     IMP_TLS_CCM,
                     IMP_TLS_CCM_8, /* tags of 8 octets */
                     IMP_TLS_GCM,
};
enum imp_dtls_ask { IMP_DTLS_ASK_NOT, IMP_DTLS_ASK, IMP_DTLS_REQUIRE };
/* Own certificates and what is wanted of the peer's. What it points to is copied. */
struct imp_dtls_x509 {
    const struct imp_piece *chain; /* own, leaf first, DER; a client may have none */
    size_t count;                  /* at most 4 */
    const uint8_t *secret;         /* the leaf's P-256 scalar, 32 octets, or another key ... */
    size_t secret_n;               /* ... of so many (crypto/device_key.h), of kind `sign`; 0: 32 */
    enum imp_key sign;             /* streams: that key's algorithms are offered and taken too */
    imp_dtls_verify_chain *verify; /* NULL refuses whatever comes */
    enum imp_dtls_ask ask;         /* server: for a client's certificate */
    const struct imp_piece *names; /* server: certificates of authorities that the request for it
                                    * names. A client without any of theirs sends none */
    size_t name_count;
    struct imp_piece status;        /* server: OCSP response for who asks, at most 512; n 0: none */
    bool ask_status;                /* client: asks for it (RFC 6066 section 8) */
    enum imp_tls_versions versions; /* streams; datagrams are DTLS 1.2 */
    enum imp_tls_suite suite; /* streams: with a PSK CCM or CCM_8; datagrams have `suites` */
    const char *server_name; /* client: server name indication, RFC 6066, with keys too; or NULL */
};
/* Session tickets of streams (RFC 5077; RFC 8446 section 4.6.1). A server without a key gives none.
 */
enum { IMP_TLS_TICKET_KEY = 64 };
struct imp_tls_tickets {
    const uint8_t *key;     /* server: drawn once, kept from session to session */
    unsigned lifetime;      /* server: seconds, at most 604800 */
    const uint8_t *session; /* client: as imp_tls_session gave it; NULL: none yet */
    size_t session_n;
    /* Server: told of each ticket that it gives, with the session's arg; or NULL. */
    void (*given)(void *arg, const uint8_t *ticket, size_t n);
};
/* Sends one datagram (a flight's records coalesced up to the MTU). */
typedef void imp_dtls_send(void *arg, const uint8_t *datagram, size_t n);

struct imp_dtls_config {
    enum imp_dtls_auth auth;
    bool server;
    enum imp_dtls_suites suites;
    bool cookie;              /* server: HelloVerifyRequest first */
    size_t mtu;               /* octets of a datagram, default 1152 when 0 */
    size_t record_limit;      /* plaintext octets of a record that are taken (RFC 8449), 512..16384;
                                 0: 16384 */
    imp_time retransmit;      /* first retransmission timeout, default 1 s (RFC 6347 4.2.4.1) */
    imp_time give_up;         /* handshake limit, default 60 s */
    const uint8_t *secret;    /* RPK: own P-256 scalar, 32 octets; copied */
    const char *psk_identity; /* PSK client; copied */
    const uint8_t *psk;       /* PSK client key; copied */
    size_t psk_n;
    /* PSK over datagrams: TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 (RFC 7905); ECDHE_PSK with
     * AES-CCM (RFC 8442) is not in GnuTLS. */
    bool psk_ecdhe;
    const char *alpn;          /* streams of imp_tls_alike: protocol, RFC 7301; or NULL */
    imp_dtls_verify *verify;   /* RPK */
    struct imp_dtls_x509 x509; /* X509 */
    imp_dtls_psk *psk_lookup;  /* PSK server */
    const struct imp_tls_tickets
        *tickets; /* streams with X509; NULL: neither given nor taken. Copied */
    imp_dtls_send *send;
    void *arg;            /* first argument of the three; must outlive the session */
    struct imp_addr peer; /* server: what the cookie is bound to */
};

enum imp_dtls_state { IMP_DTLS_HANDSHAKE, IMP_DTLS_OPEN, IMP_DTLS_FAILED, IMP_DTLS_CLOSED };

/* NULL only when memory or the library fails. */
struct imp_dtls *imp_dtls_new(struct imp_env *env, const struct imp_dtls_config *config,
                              imp_time now);
void imp_dtls_start(struct imp_dtls *d, imp_time now); /* client: sends the first flight */
/* Feeds one datagram. Returns the state after it. Application data waits for imp_dtls_read. */
enum imp_dtls_state imp_dtls_feed(struct imp_dtls *d, const uint8_t *datagram, size_t n,
                                  imp_time now);
enum imp_dtls_state imp_dtls_expire(struct imp_dtls *d, imp_time now); /* the deadline came */
imp_time imp_dtls_deadline(const struct imp_dtls *d);                  /* IMP_NEVER: none */
enum imp_dtls_state imp_dtls_state(const struct imp_dtls *d);
const char *imp_dtls_why(const struct imp_dtls *d); /* why it failed: alert or reason */
/* Next whole application record: its length, 0 when none waits. */
size_t imp_dtls_read(struct imp_dtls *d, uint8_t *out, size_t cap, imp_time now);
int imp_dtls_write(struct imp_dtls *d, const uint8_t *p, size_t n, imp_time now); /* 0 or -1 */
void imp_dtls_close(struct imp_dtls *d, imp_time now); /* sends close_notify */
void imp_dtls_free(struct imp_dtls *d);
/* Octets that the peer takes in a record, once OPEN. */
size_t imp_dtls_record_limit(const struct imp_dtls *d);
/* What RFC 7030 section 3.5 binds a request by: tls-unique, in version 1.3 tls-exporter. Octets, 0
 * when there is no session. */
size_t imp_dtls_binding(struct imp_dtls *d, uint8_t out[32]);
/* Exporter (RFC 5705), for claims: equal at both ends of one session. Only when OPEN. */
int imp_dtls_export(struct imp_dtls *d, const char *label, uint8_t *out, size_t n);
/* What to call a datagram in a trace: names of its first record's handshake messages, e.g.
 * "ClientHello", "ServerHello..ServerHelloDone", "Finished", "application data", "alert". The kind
 * is an index usable in a switch. */
enum imp_dtls_kind {
    IMP_DTLS_CLIENT_HELLO,
    IMP_DTLS_HELLO_VERIFY_REQUEST,
    IMP_DTLS_SERVER_FLIGHT,
    IMP_DTLS_CLIENT_FLIGHT,
    IMP_DTLS_FINISHED,
    IMP_DTLS_DATA,
    IMP_DTLS_ALERT,
    IMP_DTLS_OTHER
};
enum imp_dtls_kind imp_dtls_kind(const uint8_t *datagram, size_t n);

#endif
