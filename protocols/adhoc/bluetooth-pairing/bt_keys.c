/* SPDX-License-Identifier: GPL-2.0-only */
/* bt_keys.c - f4 to h7 and c1, s1 of LE; f1 to h5 of BR/EDR. */
#include "bt_keys.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

#define COUNT(a) (sizeof(a) / sizeof *(a))

static uint32_t last_32_bits(const uint8_t *p, size_t n)
{
    uint32_t v = 0;
    for (size_t i = n - 4; i < n; i++)
        v = v << 8 | p[i];
    return v;
}

/* ---- LE Secure Connections
 * ------------------------------------------------------------------------- */
void bt_f4(struct imp_env *env, uint8_t out[16], const uint8_t u[32], const uint8_t v[32],
           const uint8_t x[16], uint8_t z)
{
    const struct imp_piece in[] = {{u, 32}, {v, 32}, {&z, 1}};
    imp_aes_cmac(env, out, x, in, COUNT(in));
}

void bt_f5(struct imp_env *env, uint8_t mac_key[16], uint8_t ltk[16], const uint8_t w[32],
           const uint8_t n1[16], const uint8_t n2[16], const uint8_t a1[7], const uint8_t a2[7])
{
    static const uint8_t salt[16] = {0x6c, 0x88, 0x83, 0x91, 0xaa, 0xf5, 0xa5, 0x38,
                                     0x60, 0x37, 0x0b, 0xdb, 0x5a, 0x60, 0x83, 0xbe};
    static const uint8_t length[2] = {1, 0}; /* bits of both keys together */
    uint8_t t[16], counter = 0;
    const struct imp_piece in[] = {{&counter, 1}, {"btle", 4}, {n1, 16},   {n2, 16},
                                   {a1, 7},       {a2, 7},     {length, 2}};
    struct imp_observation before = imp_observe_hold();
    imp_aes_cmac(env, t, salt, &IMP_PIECE(w, 32), 1);
    imp_aes_cmac(env, mac_key, t, in, COUNT(in));
    counter = 1;
    imp_aes_cmac(env, ltk, t, in, COUNT(in));
    imp_observe_resume(before);
    const struct imp_piece known[] = {{w, 32}, {n1, 16}, {n2, 16}}; /* names are everybody's */
    imp_observe_rule("f5", mac_key, 16, known, COUNT(known));
    imp_observe_rule("f5", ltk, 16, known, COUNT(known));
    imp_wipe(t, sizeof t);
}

void bt_f6(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t n1[16],
           const uint8_t n2[16], const uint8_t r[16], const uint8_t io_cap[3], const uint8_t a1[7],
           const uint8_t a2[7])
{
    const struct imp_piece in[] = {{n1, 16}, {n2, 16}, {r, 16}, {io_cap, 3}, {a1, 7}, {a2, 7}};
    imp_aes_cmac(env, out, w, in, COUNT(in));
}

uint32_t bt_g2(struct imp_env *env, const uint8_t u[32], const uint8_t v[32], const uint8_t x[16],
               const uint8_t y[16])
{
    const struct imp_piece in[] = {{u, 32}, {v, 32}, {y, 16}};
    uint8_t out[16];
    imp_aes_cmac(env, out, x, in, COUNT(in));
    return last_32_bits(out, sizeof out);
}

void bt_h6(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const char id[4])
{
    imp_aes_cmac(env, out, w, &IMP_PIECE(id, 4), 1);
}

void bt_h7(struct imp_env *env, uint8_t out[16], const uint8_t salt[16], const uint8_t w[16])
{
    imp_aes_cmac(env, out, salt, &IMP_PIECE(w, 16), 1);
}

/* Sections 2.4.2.4 and 2.4.2.5: an intermediate key by either function, then h6. */
static void cross_transport(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                            const char word[4], const char id[4], bool ct2)
{
    uint8_t intermediate[16], salt[16] = {0};
    memcpy(salt + 12, word, 4);
    if (ct2)
        bt_h7(env, intermediate, salt, key);
    else
        bt_h6(env, intermediate, key, word);
    bt_h6(env, out, intermediate, id);
    imp_wipe(intermediate, sizeof intermediate);
}

void bt_link_key_of(struct imp_env *env, uint8_t out[16], const uint8_t ltk[16], bool ct2)
{
    struct imp_observation before = imp_observe_hold(); /* salt and words are everybody's */
    cross_transport(env, out, ltk, "tmp1", "lebr", ct2);
    imp_observe_resume(before);
    imp_observe_rule("link key of an LTK", out, 16, &IMP_PIECE(ltk, 16), 1);
}

void bt_ltk_of(struct imp_env *env, uint8_t out[16], const uint8_t link_key[16], bool ct2)
{
    struct imp_observation before = imp_observe_hold();
    cross_transport(env, out, link_key, "tmp2", "brle", ct2);
    imp_observe_resume(before);
    imp_observe_rule("LTK of a link key", out, 16, &IMP_PIECE(link_key, 16), 1);
}

/* ---- LE legacy pairing
 * ----------------------------------------------------------------------------- */
static void c1_masks(uint8_t p1[16], uint8_t p2[16], const struct bt_c1 *of)
{
    memcpy(p1, of->response, 7);
    memcpy(p1 + 7, of->request, 7);
    p1[14] = of->responder[0];
    p1[15] = of->initiator[0];
    memset(p2, 0, 4);
    memcpy(p2 + 4, of->initiator + 1, BT_ADDR);
    memcpy(p2 + 10, of->responder + 1, BT_ADDR);
}

void bt_c1(struct imp_env *env, uint8_t out[16], const uint8_t tk[16], const uint8_t r[16],
           const struct bt_c1 *of)
{
    uint8_t p1[16], p2[16];
    c1_masks(p1, p2, of);
    for (int i = 0; i < 16; i++)
        p1[i] ^= r[i];
    imp_aes_encrypt(env, out, tk, p1);
    for (int i = 0; i < 16; i++)
        p2[i] ^= out[i];
    imp_aes_encrypt(env, out, tk, p2);
}

void bt_c1_open(struct imp_env *env, uint8_t r[16], const uint8_t tk[16], const uint8_t confirm[16],
                const struct bt_c1 *of)
{
    uint8_t p1[16], p2[16], inner[16];
    c1_masks(p1, p2, of);
    imp_aes_decrypt(env, inner, tk, confirm);
    for (int i = 0; i < 16; i++)
        inner[i] ^= p2[i];
    imp_aes_decrypt(env, r, tk, inner);
    for (int i = 0; i < 16; i++)
        r[i] ^= p1[i];
}

void bt_s1(struct imp_env *env, uint8_t out[16], const uint8_t tk[16], const uint8_t r1[16],
           const uint8_t r2[16])
{
    static const uint8_t zeros[16]; /* the TK of Just Works is no secret */
    const struct imp_piece known[] = {{r1, 16}, {r2, 16}, {tk, 16}};
    struct imp_observation before = imp_observe_hold();
    uint8_t block[16];
    memcpy(block, r1 + 8, 8);
    memcpy(block + 8, r2 + 8, 8);
    imp_aes_encrypt(env, out, tk, block);
    imp_observe_resume(before);
    imp_observe_rule("s1", out, 16, known, memcmp(tk, zeros, 16) == 0 ? 2 : 3);
}

/* ---- BR/EDR
 * ----------------------------------------------------------------------------------------
 */
static void hmac_128(struct imp_env *env, uint8_t out[16], const uint8_t *key, size_t key_n,
                     const struct imp_piece *in, size_t count)
{
    uint8_t full[32];
    imp_hmac_sha256(env, full, key, key_n, in, count);
    memcpy(out, full, 16);
    imp_wipe(full, sizeof full);
}

void bt_br_f1(struct imp_env *env, uint8_t out[16], const uint8_t *u, const uint8_t *v,
              size_t width, const uint8_t x[16], uint8_t z)
{
    const struct imp_piece in[] = {{u, width}, {v, width}, {&z, 1}};
    hmac_128(env, out, x, 16, in, COUNT(in));
}

uint32_t bt_br_g(struct imp_env *env, const uint8_t *u, const uint8_t *v, size_t width,
                 const uint8_t x[16], const uint8_t y[16])
{
    const struct imp_piece in[] = {{u, width}, {v, width}, {x, 16}, {y, 16}};
    uint8_t out[32];
    imp_sha256(env, out, in, COUNT(in));
    return last_32_bits(out, sizeof out);
}

void bt_br_f2(struct imp_env *env, uint8_t out[16], const uint8_t *w, size_t width,
              const uint8_t n1[16], const uint8_t n2[16], const uint8_t a1[6], const uint8_t a2[6])
{
    const struct imp_piece in[] = {{n1, 16}, {n2, 16}, {"btlk", 4}, {a1, 6}, {a2, 6}};
    hmac_128(env, out, w, width, in, COUNT(in));
}

void bt_br_f3(struct imp_env *env, uint8_t out[16], const uint8_t *w, size_t width,
              const uint8_t n1[16], const uint8_t n2[16], const uint8_t r[16],
              const uint8_t io_cap[3], const uint8_t a1[6], const uint8_t a2[6])
{
    const struct imp_piece in[] = {{n1, 16}, {n2, 16}, {r, 16}, {io_cap, 3}, {a1, 6}, {a2, 6}};
    hmac_128(env, out, w, width, in, COUNT(in));
}

void bt_br_h3(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t a1[6],
              const uint8_t a2[6], const uint8_t aco[8])
{
    const struct imp_piece in[] = {{"btak", 4}, {a1, 6}, {a2, 6}, {aco, 8}};
    hmac_128(env, out, w, 16, in, COUNT(in));
}

void bt_br_h4(struct imp_env *env, uint8_t out[16], const uint8_t w[16], const uint8_t a1[6],
              const uint8_t a2[6])
{
    const struct imp_piece in[] = {{"btdk", 4}, {a1, 6}, {a2, 6}};
    hmac_128(env, out, w, 16, in, COUNT(in));
}

void bt_br_h5(struct imp_env *env, uint8_t out[32], const uint8_t w[16], const uint8_t r1[16],
              const uint8_t r2[16])
{
    const struct imp_piece in[] = {{r1, 16}, {r2, 16}};
    imp_hmac_sha256(env, out, w, 16, in, COUNT(in));
}

void bt_shorten(uint8_t key[16], unsigned octets)
{
    uint8_t whole[16];
    if (octets >= 16)
        return;
    memcpy(whole, key, sizeof whole);
    memset(key, 0, 16 - octets);
    imp_observe_rule("shortened", key, 16, &IMP_PIECE(whole, sizeof whole), 1);
    imp_wipe(whole, sizeof whole);
}
