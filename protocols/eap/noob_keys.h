/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_keys.h - the cryptography of EAP-NOOB: fingerprint, message authentication codes, key
 * derivation and public keys (RFC 9140 sections 3.3.2, 3.5, 5.1). */
#ifndef IMPRINT_NOOB_KEYS_H
#define IMPRINT_NOOB_KEYS_H

#include "noob.h"
#include "noob_message.h"
#include "../crypto/crypto.h"

/* ---- the input of Hoob, MACs and MACp
 * ------------------------------------------------------------ */
/* Elements 2 to 16 of the JSON array of section 3.3.2, each preceded by a comma, verbatim as sent
 * and received. Element 1 (Dir, 1 or 2) and element 17 (Noob) are added when it is hashed. */
#define NOOB_TRANSCRIPT_MAX 2048
struct noob_transcript {
    uint16_t n;
    bool overflow; /* something did not fit: every later use fails */
    char bytes[NOOB_TRANSCRIPT_MAX];
};
void noob_transcript_add(struct noob_transcript *t, const void *bytes, size_t n);
void noob_transcript_span(struct noob_transcript *t, const struct noob_span *raw);
void noob_transcript_int(struct noob_transcript *t, long value);
void noob_transcript_text(struct noob_transcript *t, const char *text, size_t n); /* in quotes */
void noob_transcript_base64(struct noob_transcript *t, const uint8_t *bytes, size_t n);

/* Hoob: H over the array with `dir` first, 16 octets. */
void noob_hoob(struct imp_env *env, uint8_t hoob[NOOB_NOOB], enum noob_dir dir,
               const struct noob_transcript *t, const uint8_t noob[NOOB_NOOB]);
/* NoobId: H over "NoobId" and Noob in base64url, joined; 16 octets. */
void noob_id(struct imp_env *env, uint8_t id[NOOB_NOOB], const uint8_t noob[NOOB_NOOB]);
/* MACs (`first` = 2) and MACp (`first` = 1). `noob` NULL: the Reconnect Exchange's empty string. */
void noob_mac(struct imp_env *env, uint8_t mac[NOOB_MAC], const uint8_t key[NOOB_KEY], int first,
              const struct noob_transcript *t, const uint8_t *noob);
enum { NOOB_FIRST_P = 1, NOOB_FIRST_S = 2 };

/* ---- key derivation, tables 4 and 5
 * --------------------------------------------------------------- */
struct noob_keys {
    uint8_t msk[64], emsk[64], amsk[64];
    uint8_t method_id[32], kms[32], kmp[32];
    uint8_t kz[32]; /* KeyingMode 0 and 3 only */
};

/* Reading of SuppPrivInfo: section 3.5 asks for a Datalength octet before it; the authors' script
 * and their C code leave it out. */
enum noob_supp { NOOB_SUPP_LENGTH_BYTE, NOOB_SUPP_PLAIN };

/* z: ECDH result, or Kz in mode 1. secret: Noob (16) in mode 0, Kz (32) in modes 2 and 3. */
void noob_derive(struct imp_env *env, struct noob_keys *out, int keying_mode, enum noob_supp supp,
                 const uint8_t z[NOOB_KEY], const uint8_t np[NOOB_NONCE],
                 const uint8_t ns[NOOB_NONCE], const uint8_t *secret);

/* ---- key exchange
 * ---------------------------------------------------------------------------------- */
struct noob_key_pair {
    uint8_t pub[64]; /* 32 octets in suite 1 */
    uint8_t secret[32];
};
void noob_key_pair(struct imp_env *env, struct noob_key_pair *pair, enum noob_suite suite);

/* The JWK of a public key; returns its length (61 octets and the coordinates). */
size_t noob_jwk_write(char out[NOOB_JWK_MAX], enum noob_suite suite, const uint8_t *pub);
/* 0, or -1 when it is not a public key of that suite. */
int noob_jwk_parse(uint8_t pub[64], enum noob_suite suite, const struct noob_span *jwk);
/* Z. 0, or -1 on an invalid key (low order, not on the curve). */
int noob_shared(struct imp_env *env, uint8_t z[NOOB_KEY], enum noob_suite suite,
                const struct noob_key_pair *own, const uint8_t *peer);

#endif
