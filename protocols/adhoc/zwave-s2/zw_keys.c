/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_keys.c - CKDF, SPAN and S0's keys. */
#include "zw_keys.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { S0_MAX = 64 };

/* ---- CKDF
 * -----------------------------------------------------------------------------------------------
 */
/* T1 = CMAC(prk, c x15 | first), Tn = CMAC(prk, Tn-1 | c x15 | n). */
static void expand(struct imp_env *env, uint8_t *out, size_t count, const uint8_t prk[ZW_KEY],
                   uint8_t constant)
{
    uint8_t label[16];
    memset(label, constant, sizeof label);
    for (size_t i = 0; i < count; i++) {
        label[15] = (uint8_t)(i + 1);
        imp_observe_join(label, sizeof label, NULL, 0);
        if (i == 0)
            imp_aes_cmac(env, out, prk, &IMP_PIECE(label, sizeof label), 1);
        else
            imp_aes_cmac(env, out + 16 * i, prk,
                         (struct imp_piece[]){{out + 16 * (i - 1), 16}, {label, sizeof label}}, 2);
    }
}

static void derive(struct imp_env *env, struct zw_derived *out, const uint8_t prk[ZW_KEY],
                   uint8_t constant, bool mpan)
{
    uint8_t t[64];
    expand(env, t, mpan ? 4 : 3, prk, constant);
    memcpy(out->ccm, t, ZW_KEY);
    memcpy(out->pstring, t + 16, ZW_PSTRING);
    if (mpan)
        memcpy(out->mpan, t + 48, ZW_KEY);
    imp_wipe(t, sizeof t);
}

void zw_temp(struct imp_env *env, struct zw_derived *out, const uint8_t z[32],
             const uint8_t controller[ZW_PUBLIC], const uint8_t node[ZW_PUBLIC])
{
    uint8_t constant[16], prk[ZW_KEY];
    memset(constant, 0x33, sizeof constant);
    imp_aes_cmac(env, prk, constant,
                 (struct imp_piece[]){{z, 32}, {controller, ZW_PUBLIC}, {node, ZW_PUBLIC}}, 3);
    derive(env, out, prk, 0x88, false);
    imp_wipe(prk, sizeof prk);
}

void zw_network(struct imp_env *env, struct zw_derived *out, const uint8_t key[ZW_KEY])
{
    derive(env, out, key, 0x55, true);
}

/* ---- SPAN
 * -----------------------------------------------------------------------------------------------
 */
static void encrypt_next(struct imp_env *env, struct zw_span *s, uint8_t out[16])
{
    for (int i = 15; i >= 0 && ++s->v[i] == 0; i--)
        ;
    imp_aes_encrypt(env, out, s->key, s->v);
}

static void update(struct imp_env *env, struct zw_span *s, const uint8_t data[32])
{
    uint8_t t[32];
    encrypt_next(env, s, t);
    encrypt_next(env, s, t + 16);
    for (int i = 0; i < 32; i++)
        t[i] ^= data[i];
    memcpy(s->key, t, ZW_KEY);
    memcpy(s->v, t + 16, 16);
}

/* Nonces count as public for the observer, so only their cost is of interest here. */
void zw_span_begin(struct imp_env *env, struct zw_span *s, const uint8_t sender[ZW_EI],
                   const uint8_t receiver[ZW_EI], const uint8_t pstring[ZW_PSTRING])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t constant[16], label[32], prk[ZW_KEY], seed[32];
    memset(constant, 0x26, sizeof constant);
    imp_aes_cmac(env, prk, constant, (struct imp_piece[]){{sender, ZW_EI}, {receiver, ZW_EI}}, 2);
    memset(label, 0x88, sizeof label);
    label[15] = 0;
    label[31] = 1;
    imp_aes_cmac(env, seed, prk, &IMP_PIECE(label, 32), 1);
    label[31] = 2;
    imp_aes_cmac(env, seed + 16, prk, (struct imp_piece[]){{seed, 16}, {label + 16, 16}}, 2);
    for (int i = 0; i < 32; i++)
        seed[i] ^= pstring[i];
    *s = (struct zw_span){.ready = true};
    update(env, s, seed);
    imp_wipe(seed, sizeof seed);
    imp_observe_resume(before);
}

void zw_span_next(struct imp_env *env, struct zw_span *s, uint8_t nonce[ZW_NONCE])
{
    static const uint8_t nothing[32];
    struct imp_observation before = imp_observe_hold();
    uint8_t block[16];
    encrypt_next(env, s, block);
    update(env, s, nothing);
    memcpy(nonce, block, ZW_NONCE);
    imp_observe_resume(before);
}

/* ---- DSK
 * -----------------------------------------------------------------------------------------------
 */
void zw_pin(char pin[ZW_PIN + 1], const uint8_t public[ZW_MASKED])
{
    unsigned v = (unsigned)public[0] << 8 | public[1];
    for (int i = ZW_PIN - 1; i >= 0; i--, v /= 10)
        pin[i] = (char)('0' + v % 10);
    pin[ZW_PIN] = '\0';
}

void zw_nwi_home_id(uint8_t out[4], const uint8_t dsk[ZW_DSK])
{
    memcpy(out, dsk + 8, 4);
    out[0] |= 0xc0;
    out[3] &= 0xfe;
}

static int group_restore(uint8_t octets[ZW_MASKED], const uint8_t digits[ZW_PIN])
{
    uint32_t v = 0;
    for (size_t i = 0; i < ZW_PIN; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return -1;
        v = 10 * v + (digits[i] - '0');
    }
    if (v > UINT16_MAX)
        return -1;
    octets[0] = (uint8_t)(v >> 8);
    octets[1] = (uint8_t)v;
    return 0;
}

int zw_pin_restore(uint8_t public[ZW_PUBLIC], size_t masked, const uint8_t *pin, size_t n)
{
    uint8_t octets[ZW_CSA_MASKED];
    if (n != ZW_PIN * (masked / ZW_MASKED))
        return -1;
    for (size_t i = 0; i < masked / ZW_MASKED; i++)
        if (group_restore(octets + ZW_MASKED * i, pin + ZW_PIN * i) != 0)
            return -1;
    memcpy(public, octets, masked);
    imp_observe_join(public, ZW_PUBLIC,
                     (struct imp_piece[]){{pin, n}, {public + masked, ZW_PUBLIC - masked}}, 2);
    return 0;
}

/* ---- Security 0
 * -----------------------------------------------------------------------------------------------
 */
void zw_s0_keys(struct imp_env *env, struct zw_s0_keys *out, const uint8_t key[ZW_KEY])
{
    uint8_t constant[16];
    memset(constant, 0x55, sizeof constant);
    imp_aes_encrypt(env, out->auth, key, constant);
    memset(constant, 0xaa, sizeof constant);
    imp_aes_encrypt(env, out->enc, key, constant);
}

static void ofb(struct imp_env *env, uint8_t *out, const uint8_t key[ZW_KEY], const uint8_t iv[16],
                const uint8_t *in, size_t n)
{
    struct imp_observation before = imp_observe_hold();
    uint8_t block[16];
    memcpy(block, iv, sizeof block);
    for (size_t i = 0; i < n; i++) {
        if (i % 16 == 0)
            imp_aes_encrypt(env, block, key, block);
        out[i] = in[i] ^ block[i % 16];
    }
    imp_observe_resume(before);
}

/* First octets of the CBC-MAC of IV | command | src | dst | length | ciphertext, zero padded. */
static void mac(struct imp_env *env, uint8_t tag[ZW_S0_TAG], const struct zw_s0_keys *k,
                const uint8_t iv[16], struct zw_s0_header h, const uint8_t *cipher, size_t n)
{
    uint8_t text[16 + 4 + S0_MAX + 16] = {0}, x[16] = {0};
    memcpy(text, iv, 16);
    text[16] = h.command;
    text[17] = h.src;
    text[18] = h.dst;
    text[19] = (uint8_t)n;
    memcpy(text + 20, cipher, n);
    for (size_t at = 0; at < 20 + n; at += 16) {
        for (int i = 0; i < 16; i++)
            x[i] ^= text[at + (size_t)i];
        imp_aes_encrypt(env, x, k->auth, x);
    }
    memcpy(tag, x, ZW_S0_TAG);
}

void zw_s0_seal(struct imp_env *env, uint8_t *out, const struct zw_s0_keys *k, const uint8_t iv[16],
                struct zw_s0_header h, const uint8_t *in, size_t n)
{
    ofb(env, out, k->enc, iv, in, n);
    imp_observe_both("AES-OFB", k->enc, ZW_KEY, in, n, out, n);
    struct imp_observation before = imp_observe_hold();
    mac(env, out + n, k, iv, h, out, n);
    imp_observe_resume(before);
}

int zw_s0_open(struct imp_env *env, uint8_t *out, const struct zw_s0_keys *k, const uint8_t iv[16],
               struct zw_s0_header h, const uint8_t *in, size_t n)
{
    uint8_t tag[ZW_S0_TAG];
    if (n > S0_MAX)
        return -1;
    struct imp_observation before = imp_observe_hold();
    mac(env, tag, k, iv, h, in, n);
    imp_observe_resume(before);
    if (!imp_equal(tag, in + n, ZW_S0_TAG))
        return -1;
    ofb(env, out, k->enc, iv, in, n);
    imp_observe_both("AES-OFB", k->enc, ZW_KEY, out, n, in, n);
    return 0;
}
