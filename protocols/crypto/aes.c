/* SPDX-License-Identifier: GPL-2.0-only */
/* AES-128 and its modes, on Nettle. Charges count the blocks that pass through the cipher. */
#include "charge.h"
#include "kept.h"

#include <nettle/aes.h>
#include <nettle/ccm.h>
#include <nettle/cmac.h>
#include <nettle/eax.h>
#include <nettle/nist-keywrap.h>

/* The default initial value of RFC 3394, section 2.2.3.1. */
static const uint8_t wrap_iv[8] = {0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6};

static size_t blocks(size_t n)
{
    return (n + 15) / 16;
}

static void charge_blocks(struct imp_env *env, size_t count)
{
    imp__charge(env, IMP_OP_AES, 16 * count);
}

void imp_aes_encrypt(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                     const uint8_t in[16])
{
    struct aes128_ctx c;
    uint8_t *kept = imp__keep(in, 16);
    aes128_set_encrypt_key(&c, key);
    aes128_encrypt(&c, 16, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, 1);
    imp__report("AES", key, 16, kept, out, 16, kept);
}

void imp_aes_decrypt(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                     const uint8_t in[16])
{
    struct aes128_ctx c;
    uint8_t *kept = imp__keep(in, 16);
    aes128_set_decrypt_key(&c, key);
    aes128_decrypt(&c, 16, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, 1);
    imp__report("AES", key, 16, out, kept, 16, kept);
}

void imp_aes_cmac(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                  const struct imp_piece *in, size_t count)
{
    struct cmac_aes128_ctx c;
    cmac_aes128_set_key(&c, key);
    for (size_t i = 0; i < count; i++)
        cmac_aes128_update(&c, in[i].n, in[i].p);
    cmac_aes128_digest(&c, 16, out);
    imp_wipe(&c, sizeof c);
    size_t n = imp__total(in, count);
    charge_blocks(env, 1 + (n ? blocks(n) : 1)); /* subkeys, then the message */
    imp_observe_keyed("AES-CMAC", out, 16, key, 16, in, count);
}

/* EAX: one block for the subkeys, three OMACs each led by a block with its number, and CTR. */
static size_t eax_blocks(size_t nonce_n, size_t header_n, size_t n)
{
    return 1 + (1 + blocks(nonce_n)) + (1 + blocks(header_n)) + (1 + blocks(n)) + blocks(n);
}

void imp_aes_eax_seal(struct imp_env *env, uint8_t *out, uint8_t tag[16], const uint8_t key[16],
                      const uint8_t *nonce, size_t nonce_n, const void *header, size_t header_n,
                      const uint8_t *in, size_t n)
{
    struct eax_aes128_ctx c;
    uint8_t *kept = imp__keep(in, n);
    eax_aes128_set_key(&c, key);
    eax_aes128_set_nonce(&c, nonce_n, nonce);
    eax_aes128_update(&c, header_n, header);
    eax_aes128_encrypt(&c, n, out, in);
    eax_aes128_digest(&c, 16, tag);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, eax_blocks(nonce_n, header_n, n));
    imp__report("AES-EAX", key, 16, kept, out, n, kept);
    imp_observe_keyed("AES-EAX tag", tag, 16, key, 16,
                      (const struct imp_piece[]){{out, n}, {header, header_n}}, 2);
}

int imp_aes_eax_open(struct imp_env *env, uint8_t *out, const uint8_t tag[16],
                     const uint8_t key[16], const uint8_t *nonce, size_t nonce_n,
                     const void *header, size_t header_n, const uint8_t *in, size_t n)
{
    struct eax_aes128_ctx c;
    uint8_t expected[16], *kept = imp__keep(in, n);
    eax_aes128_set_key(&c, key);
    eax_aes128_set_nonce(&c, nonce_n, nonce);
    eax_aes128_update(&c, header_n, header);
    eax_aes128_decrypt(&c, n, out, in);
    eax_aes128_digest(&c, 16, expected);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, eax_blocks(nonce_n, header_n, n));
    bool good = imp_equal(expected, tag, 16);
    if (good)
        imp__report("AES-EAX", key, 16, out, kept, n, kept);
    else
        free(kept);
    if (!good && n)
        imp_wipe(out, n);
    imp_wipe(expected, sizeof expected);
    return good ? 0 : -1;
}

/* CCM: B_0, the associated data led by its length, the message; CTR over the message and the tag.
 * The length takes 2 octets below 2^16 - 2^8, else 6 (RFC 3610, section 2.2). */
static size_t ccm_blocks(size_t aad_n, size_t n)
{
    size_t aad = aad_n ? blocks(aad_n + (aad_n < 0xff00 ? 2 : 6)) : 0;
    return 1 + aad + 2 * blocks(n) + 1;
}

void imp_aes_ccm_seal(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                      const uint8_t *nonce, size_t nonce_n, const void *aad, size_t aad_n,
                      const uint8_t *in, size_t n, size_t tag_n)
{
    struct ccm_aes128_ctx c;
    uint8_t *kept = imp__keep(in, n);
    ccm_aes128_set_key(&c, key);
    ccm_aes128_encrypt_message(&c, nonce_n, nonce, aad_n, aad, tag_n, n + tag_n, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, ccm_blocks(aad_n, n));
    imp__report("AES-CCM", key, 16, kept, out, n, kept);
    imp_observe_keyed("AES-CCM tag", out + n, tag_n, key, 16,
                      (const struct imp_piece[]){{out, n}, {aad, aad_n}}, 2);
}

int imp_aes_ccm_open(struct imp_env *env, uint8_t *out, const uint8_t key[16], const uint8_t *nonce,
                     size_t nonce_n, const void *aad, size_t aad_n, const uint8_t *in, size_t in_n,
                     size_t tag_n)
{
    if (in_n < tag_n)
        return -1;
    struct ccm_aes128_ctx c;
    size_t n = in_n - tag_n;
    uint8_t *kept = imp__keep(in, n);
    ccm_aes128_set_key(&c, key);
    int good = ccm_aes128_decrypt_message(&c, nonce_n, nonce, aad_n, aad, tag_n, n, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, ccm_blocks(aad_n, n));
    if (good)
        imp__report("AES-CCM", key, 16, out, kept, n, kept);
    else
        free(kept);
    if (!good && n)
        imp_wipe(out, n);
    return good ? 0 : -1;
}

void imp_aes_wrap(struct imp_env *env, uint8_t *out, const uint8_t kek[16], const uint8_t *in,
                  size_t n)
{
    struct aes128_ctx c;
    aes128_set_encrypt_key(&c, kek);
    aes128_keywrap(&c, wrap_iv, n + 8, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, 6 * (n / 8));
    imp_observe_both("AES key wrap", kek, 16, in, n, out, n + 8);
}

int imp_aes_unwrap(struct imp_env *env, uint8_t *out, const uint8_t kek[16], const uint8_t *in,
                   size_t in_n)
{
    if (in_n < 24 || in_n % 8 != 0)
        return -1;
    struct aes128_ctx c;
    aes128_set_decrypt_key(&c, kek);
    int good = aes128_keyunwrap(&c, wrap_iv, in_n - 8, out, in);
    imp_wipe(&c, sizeof c);
    charge_blocks(env, 6 * (in_n / 8 - 1));
    if (good)
        imp_observe_both("AES key wrap", kek, 16, out, in_n - 8, in, in_n);
    else
        imp_wipe(out, in_n - 8);
    return good ? 0 : -1;
}
