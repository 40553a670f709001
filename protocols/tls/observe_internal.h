/* SPDX-License-Identifier: GPL-2.0-only */
/* observe_internal.h - what is kept of a session for the observer. */
#ifndef IMPRINT_OBSERVE_INTERNAL_H
#define IMPRINT_OBSERVE_INTERNAL_H

#include "dtls_internal.h"

enum {
    DRAWS = 8, /* 32-octet draws of a handshake but for public nonces: scalar, signature's nonce */
    MASTER = 48,
    KEY = 16,
    SALT = 4, /* fixed part of the nonce, RFC 6655 section 3 */
    POINT = 65,
    HELLOS = 2048, /* ClientHello and ServerHello with their headers */
};

/* The secrets of RFC 8446 section 7.1 that GnuTLS tells; client's and server's. */
struct dtls__secrets_13 {
    bool have;
    uint8_t secret[32];
};

struct dtls__observed {
    uint8_t draws[DRAWS][32];
    size_t count;
    uint8_t own[64], peer[64]; /* ephemeral public keys */
    bool have_own, have_peer;
    uint8_t client_random[32], server_random[32];

    /* TLS 1.2 */
    bool keyed;
    uint8_t psk[32];
    size_t psk_n;
    uint8_t master[MASTER];
    union { /* client's and server's */
        struct {
            uint8_t key[2][KEY], salt[2][SALT];
        } block;
        struct { /* RFC 7905 section 2 */
            uint8_t key[2][32], iv[2][12];
        } chacha;
    };
    struct dtls__first { /* the first record that came under keys */
        uint8_t lead[11], body[64];
        size_t n;
    } first;

    /* TLS 1.3 */
    uint8_t hellos[HELLOS];
    size_t hellos_n;
    bool hello[2]; /* client's, server's: both are whole */
    bool proved;   /* the schedule follows from z */
    uint8_t z[32]; /* the shared secret of the key shares */
    struct dtls__secrets_13 handshake[2], application[2], exporter;
    bool under_application[2]; /* whose records are under application keys by now */
    uint64_t number[2];        /* of their next record under these keys */
};
_Static_assert(sizeof((struct dtls__observed *)0)->block == (size_t)2 * (KEY + SALT),
               "the key block as it stands");
_Static_assert(sizeof((struct dtls__observed *)0)->chacha == (size_t)2 * (32 + 12),
               "the same of ChaCha20-Poly1305");

struct dtls__observed *dtls__observed(struct imp_dtls *d); /* NULL when nobody observes */
void dtls__observed_point(struct dtls__observed *o, bool incoming, const uint8_t *point, size_t n);
/* The shared secret of the two points, where the own scalar is among the draws. */
bool dtls__observed_ecdh(struct dtls__observed *o, uint8_t z[32]);

/* What a record of AES-128 has behind its nonce, by the suite that was chosen; false: it does not
 * open. */
bool dtls__aes_open(const struct imp_dtls *d, uint8_t *plain, const uint8_t key[KEY],
                    const uint8_t nonce[12], struct imp_piece aad, const uint8_t *in, size_t n);

/* The premaster secret of RFC 5489 section 2: that of the points, then the PSK. */
enum { DTLS__ECDHE_PSK_MAX = 2 + 32 + 2 + 32 };
size_t dtls__ecdhe_psk(uint8_t out[DTLS__ECDHE_PSK_MAX], const uint8_t z[32], const uint8_t *psk,
                       size_t n);
/* A record of RFC 7905: content and tag. The key block is of RFC 5246 section 6.3. */
bool dtls__chacha_open(uint8_t *plain, const uint8_t key[32], const uint8_t iv[12],
                       const uint8_t lead[11], const uint8_t *body, size_t n);

/* ---- observe_13.c */
void dtls__observe_hello(struct imp_dtls *d, struct dtls__observed *o, unsigned type, bool incoming,
                         const uint8_t *p, size_t n);
void dtls__observe_record_13(struct imp_dtls *d, struct dtls__observed *o,
                             const struct dtls__view *v, bool incoming);
void dtls__observe_export_13(struct dtls__observed *o, const uint8_t *out, size_t n);

#endif
