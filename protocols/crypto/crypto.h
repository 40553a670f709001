/* SPDX-License-Identifier: GPL-2.0-only */
/* crypto.h - the one door to cryptography.
 *
 * Each call does the real computation and charges the calling party (env) for it. `env` may be NULL
 * in tests and tools: then nothing is charged, and calls that need randomness must not be made.
 * Functions that can fail return 0 or -1 and then leave their outputs zeroed. Outputs come first,
 * then inputs, each size after its buffer. Multi-byte integers are big-endian.
 *
 * Each call that succeeds is reported to the observer, if there is one (contract/observe.h). */
#ifndef IMPRINT_CRYPTO_H
#define IMPRINT_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../contract/observe.h"
#include "../contract/party.h"

void imp_crypto_init(void);                             /* once a process, before anything else */
bool imp_equal(const void *a, const void *b, size_t n); /* constant time */
void imp_wipe(void *p, size_t n);

/* ---- deterministic generator (ChaCha20 keyed by BLAKE2b) ---------------------------------------
 */
struct imp_rng {
    uint8_t key[32];
    uint64_t counter;
};
/* Stream named by (seed, entity, purpose): same names, same octets, on every machine. */
void imp_rng_seed(struct imp_rng *rng, uint64_t seed, const char *entity, const char *purpose);
void imp_rng_fill(struct imp_rng *rng, void *out, size_t n);
uint64_t imp_rng_below(struct imp_rng *rng, uint64_t bound); /* uniform 0..bound-1, bound >= 1 */
double imp_rng_unit(struct imp_rng *rng);                    /* uniform [0,1) with 53 bits */
double imp_rng_normal(struct imp_rng *rng);                  /* standard normal */

/* ---- hashes (FIPS 180-4, RFC 1321) and HMAC (RFC 2104) ------------------------------------------
 */
void imp_sha256(struct imp_env *env, uint8_t out[32], const struct imp_piece *in, size_t count);
/* No platform has a figure for SHA-384 and SHA-512: charged as SHA-256 of as many octets. */
void imp_sha384(struct imp_env *env, uint8_t out[48], const struct imp_piece *in, size_t count);
void imp_sha512(struct imp_env *env, uint8_t out[64], const struct imp_piece *in, size_t count);
void imp_sha1(struct imp_env *env, uint8_t out[20], const struct imp_piece *in, size_t count);
void imp_md5(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count);
/* RFC 1320; charged as MD5. */
void imp_md4(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count);
void imp_hmac_sha256(struct imp_env *env, uint8_t out[32], const void *key, size_t key_n,
                     const struct imp_piece *in, size_t count);
void imp_hmac_sha384(struct imp_env *env, uint8_t out[48], const void *key, size_t key_n,
                     const struct imp_piece *in, size_t count);
void imp_hmac_sha1(struct imp_env *env, uint8_t out[20], const void *key, size_t key_n,
                   const struct imp_piece *in, size_t count);
void imp_hmac_md5(struct imp_env *env, uint8_t out[16], const void *key, size_t key_n,
                  const struct imp_piece *in, size_t count);

/* ---- AES-128 ------------------------------------------------------------------------------------
 */
void imp_aes_encrypt(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                     const uint8_t in[16]);
void imp_aes_decrypt(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                     const uint8_t in[16]);
/* DES (FIPS 46-3) with a key of 56 bits, without parity; charged as a block of AES. */
void imp_des_encrypt(struct imp_env *env, uint8_t out[8], const uint8_t key[7],
                     const uint8_t in[8]);
/* AES-CMAC, RFC 4493. */
void imp_aes_cmac(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                  const struct imp_piece *in, size_t count);
/* AES-EAX (Bellare, Rogaway, Wagner), 16-octet tag. In-place is allowed. */
void imp_aes_eax_seal(struct imp_env *env, uint8_t *out, uint8_t tag[16], const uint8_t key[16],
                      const uint8_t *nonce, size_t nonce_n, const void *header, size_t header_n,
                      const uint8_t *in, size_t n);
int imp_aes_eax_open(struct imp_env *env, uint8_t *out, const uint8_t tag[16],
                     const uint8_t key[16], const uint8_t *nonce, size_t nonce_n,
                     const void *header, size_t header_n, const uint8_t *in, size_t n);
/* AES-CCM, RFC 3610 / SP 800-38C; out of seal: n + tag_n octets. open: in_n includes the tag. */
void imp_aes_ccm_seal(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                      const uint8_t *nonce, size_t nonce_n, const void *aad, size_t aad_n,
                      const uint8_t *in, size_t n, size_t tag_n);
int imp_aes_ccm_open(struct imp_env *env, uint8_t *out, const uint8_t key[16], const uint8_t *nonce,
                     size_t nonce_n, const void *aad, size_t aad_n, const uint8_t *in, size_t in_n,
                     size_t tag_n);
/* COSE's AEADs (RFC 9053 section 4) by name; `key` and `nonce` have the sizes that go with it. out
 * of seal: n octets and the tag; in_n includes the tag. In-place is allowed. No platform has a
 * figure for AES-256, GHASH, ChaCha20 or Poly1305: a block of AES-256 is charged as 14/10 of one of
 * AES-128, one of the others as one. */
enum imp_aead {
    IMP_AEAD_AES_CCM_16_64_128,
    IMP_AEAD_A128GCM,
    IMP_AEAD_A256GCM,
    IMP_AEAD_CHACHA20_POLY1305,
};
enum { IMP_AEAD_KEY_MAX = 32, IMP_AEAD_NONCE_MAX = 13, IMP_AEAD_TAG_MAX = 16 };
size_t imp_aead_key(enum imp_aead a);
size_t imp_aead_nonce(enum imp_aead a);
size_t imp_aead_tag(enum imp_aead a);
void imp_aead_seal(struct imp_env *env, enum imp_aead a, uint8_t *out, const uint8_t *key,
                   const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in,
                   size_t n);
int imp_aead_open(struct imp_env *env, enum imp_aead a, uint8_t *out, const uint8_t *key,
                  const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in,
                  size_t in_n);
/* AES key wrap, RFC 3394: n a multiple of 8, >= 16; wrapped is n + 8 octets. */
void imp_aes_wrap(struct imp_env *env, uint8_t *out, const uint8_t kek[16], const uint8_t *in,
                  size_t n);
int imp_aes_unwrap(struct imp_env *env, uint8_t *out, const uint8_t kek[16], const uint8_t *in,
                   size_t in_n);
/* AES-CBC with the padding of RFC 5652 section 6.3, which makes 1 to 16 octets more; how many in
 * all. Back into room for n octets: how many without padding, or -1. Nothing is authenticated, and
 * nothing is done in place. */
size_t imp_aes_cbc_encrypt(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                           const uint8_t iv[16], const uint8_t *in, size_t n);
int imp_aes_cbc_decrypt(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                        const uint8_t iv[16], const uint8_t *in, size_t n);

/* ---- chacha20-poly1305@openssh.com (OpenSSH, PROTOCOL.chacha20poly1305)
 * -------------------------- key: K_2 | K_1; packet: 4 octets of length, n octets, then room for
 * the tag of 16. No platform has a figure for these ciphers: charged as AES of as many octets. */
void imp_ssh_chacha_seal(struct imp_env *env, uint8_t *packet, size_t n, const uint8_t key[64],
                         uint32_t sequence);
/* The length field, before the rest is there. */
uint32_t imp_ssh_chacha_length(struct imp_env *env, const uint8_t packet[4], const uint8_t key[64],
                               uint32_t sequence);
/* In place; 0 or -1. */
int imp_ssh_chacha_open(struct imp_env *env, uint8_t *packet, size_t n, const uint8_t key[64],
                        uint32_t sequence);

/* ---- key derivation
 * ------------------------------------------------------------------------------ */
/* HKDF-SHA256, RFC 5869. */
void imp_hkdf(struct imp_env *env, uint8_t *out, size_t out_n, const void *salt, size_t salt_n,
              const void *ikm, size_t ikm_n, const void *info, size_t info_n);
/* With another hash, and its second step alone for a key that is uniform already (section 3.3). */
enum imp_hash { IMP_HASH_SHA256, IMP_HASH_SHA384 };
void imp_hkdf_with(struct imp_env *env, enum imp_hash hash, uint8_t *out, size_t out_n,
                   const void *salt, size_t salt_n, const void *ikm, size_t ikm_n, const void *info,
                   size_t info_n);
void imp_hkdf_expand(struct imp_env *env, enum imp_hash hash, uint8_t *out, size_t out_n,
                     const void *prk, size_t prk_n, const void *info, size_t info_n);
/* One-step KDF of NIST SP 800-56C with SHA-256: H(counter | z | info...), counter from 1. */
void imp_kdf_onestep(struct imp_env *env, uint8_t *out, size_t out_n, const void *z, size_t z_n,
                     const struct imp_piece *info, size_t count);
/* KDF of ANSI X9.63 with SHA-256 (SEC 1 section 3.6.1): H(z | counter | info), counter from 1. */
void imp_kdf_x963(struct imp_env *env, uint8_t *out, size_t out_n, const void *z, size_t z_n,
                  const void *info, size_t info_n);

/* PBKDF2, RFC 8018 section 5.2, with HMAC-SHA1 or HMAC-SHA256. */
void imp_pbkdf2_sha1(struct imp_env *env, uint8_t *out, size_t out_n, const void *password,
                     size_t password_n, const void *salt, size_t salt_n, unsigned iterations);
void imp_pbkdf2_sha256(struct imp_env *env, uint8_t *out, size_t out_n, const void *password,
                       size_t password_n, const void *salt, size_t salt_n, unsigned iterations);

/* ---- ciphers of Bluetooth alone (Core volume 2 part H) ----------------------------------------
 * SAFER+ with a key of 128 bits and eight rounds; `again`: A'r, which adds the input once more in
 * the third round. Charged as as many blocks of AES; no rule is reported. */
void imp_safer_plus(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                    const uint8_t in[16], bool again);
/* n octets of the key stream of E0 (section 4), the earliest bit lowest. Key: the octets of Kc',
 * the least significant first; address of the central, so too; clock: bits 26 to 1. */
void imp_e0(struct imp_env *env, uint8_t *stream, size_t n, const uint8_t key[16],
            const uint8_t address[6], uint32_t clock);

/* ---- keys of little entropy ---------------------------------------------------------------------
 * A key chosen among 2^bits, as a password chooses: which of them, the drawn octets say. Below 128
 * bits key number i is the first half of SHA-256("imprint key" | i in 16 octets) and i are the low
 * bits of the drawn octets; at 128 bits the key is the drawn octets. */
void imp_weak_key(uint8_t key[16], unsigned bits, const uint8_t drawn[16]);
void imp_weak_key_number(uint8_t key[16], uint64_t i);

/* ---- elliptic curves
 * ------------------------------------------------------------------------------ */
/* X25519, RFC 7748. keypair draws on the party's stream `purpose`. shared fails on the all-zero
 * result (RFC 7748 section 6.1). */
void imp_x25519_keypair(struct imp_env *env, const char *purpose, uint8_t pub[32],
                        uint8_t secret[32]);
void imp_x25519_public(struct imp_env *env, uint8_t pub[32], const uint8_t secret[32]);
int imp_x25519_shared(struct imp_env *env, uint8_t z[32], const uint8_t secret[32],
                      const uint8_t peer[32]);
/* Ed25519, RFC 8032: secret is the 32-octet seed. verify returns 0 or -1. */
void imp_ed25519_keypair(struct imp_env *env, const char *purpose, uint8_t pub[32],
                         uint8_t secret[32]);
void imp_ed25519_public(struct imp_env *env, uint8_t pub[32], const uint8_t secret[32]);
void imp_ed25519_sign(struct imp_env *env, uint8_t sig[64], const uint8_t secret[32],
                      const void *message, size_t n);
int imp_ed25519_verify(struct imp_env *env, const uint8_t sig[64], const uint8_t pub[32],
                       const void *message, size_t n);
/* P-192 (FIPS 186-4), of Bluetooth alone: public keys are x | y, 48 octets. */
void imp_p192_keypair(struct imp_env *env, const char *purpose, uint8_t pub[48],
                      uint8_t secret[24]);
int imp_p192_public(struct imp_env *env, uint8_t pub[48], const uint8_t secret[24]);
int imp_p192_shared(struct imp_env *env, uint8_t z[24], const uint8_t secret[24],
                    const uint8_t peer[48]);
/* P-256 (SP 800-186): public keys are x | y, 64 octets; shared fails unless peer is on the curve.
 */
void imp_p256_keypair(struct imp_env *env, const char *purpose, uint8_t pub[64],
                      uint8_t secret[32]);
int imp_p256_public(struct imp_env *env, uint8_t pub[64], const uint8_t secret[32]);
int imp_p256_shared(struct imp_env *env, uint8_t z[32], const uint8_t secret[32],
                    const uint8_t peer[64]);
/* ECDSA with SHA-256 over the pieces; signature r | s. */
void imp_p256_sign(struct imp_env *env, const char *purpose, uint8_t sig[64],
                   const uint8_t secret[32], const struct imp_piece *in, size_t count);
/* Of a digest that the caller has computed, and been charged for. */
void imp_p256_sign_digest(struct imp_env *env, const char *purpose, uint8_t sig[64],
                          const uint8_t secret[32], const uint8_t digest[32]);
int imp_p256_verify(struct imp_env *env, const uint8_t sig[64], const uint8_t pub[64],
                    const struct imp_piece *in, size_t count);
/* SubjectPublicKeyInfo DER of a P-256 key, always 91 octets (RFC 5480), and back (-1: not such). */
void imp_p256_spki(uint8_t spki[91], const uint8_t pub[64]);
int imp_p256_from_spki(uint8_t pub[64], const uint8_t *spki, size_t n);
/* The private key in PKCS #8 (RFC 5958 around RFC 5915), with its public key or, `pub` NULL,
 * without; how many octets. Back: 0, or -1 when it is not such a key or the public key is
 * another's. */
enum { IMP_P256_PKCS8 = 67, IMP_P256_PKCS8_MAX = 138 };
size_t imp_p256_pkcs8_write(uint8_t out[IMP_P256_PKCS8_MAX], const uint8_t secret[32],
                            const uint8_t *pub);
int imp_p256_pkcs8_read(uint8_t secret[32], const uint8_t *p, size_t n);

#endif
