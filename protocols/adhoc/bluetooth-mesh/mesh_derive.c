/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_derive.c - s1, k1, k2, k3, k4. */
#include "mesh_derive.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { P_MAX = 9 };
static const uint8_t zeros[16];

void mesh_s1(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count)
{
    imp_aes_cmac(env, out, zeros, in, count);
}

void mesh_k1(struct imp_env *env, uint8_t out[16], const uint8_t *n, size_t n_n,
             const uint8_t salt[16], const void *p, size_t p_n)
{
    uint8_t t[16];
    imp_observe_text(p, p_n);
    imp_aes_cmac(env, t, salt, &IMP_PIECE(n, n_n), 1);
    imp_aes_cmac(env, out, t, &IMP_PIECE(p, p_n), 1);
    imp_wipe(t, sizeof t);
}

/* T of k2, k3 and k4: the key under a salt that everybody knows. */
static void salted(struct imp_env *env, uint8_t t[16], const uint8_t n[16], const char *word)
{
    uint8_t salt[16];
    imp_observe_text(word, strlen(word));
    mesh_s1(env, salt, &IMP_PIECE(word, strlen(word)), 1);
    imp_aes_cmac(env, t, salt, &IMP_PIECE(n, 16), 1);
}

void mesh_k2(struct imp_env *env, struct mesh_network_keys *out, const uint8_t n[16],
             const uint8_t *p, size_t p_n)
{
    uint8_t t[16], nid[16], rest[P_MAX + 1];
    memcpy(rest, p, p_n);
    salted(env, t, n, "smk2");
    for (uint8_t i = 1; i <= 3; i++) {
        const uint8_t *before = i == 2 ? nid : out->encryption;
        struct imp_piece in[] = {{before, i == 1 ? 0 : 16}, {rest, p_n + 1}};
        rest[p_n] = i;
        imp_observe_text((const char *)rest, p_n + 1);
        imp_aes_cmac(env,
                     i == 1   ? nid
                     : i == 2 ? out->encryption
                              : out->privacy,
                     t, i == 1 ? in + 1 : in, i == 1 ? 1 : 2);
    }
    out->nid = nid[15] & 0x7f;
    imp_wipe(t, sizeof t);
}

void mesh_k3(struct imp_env *env, uint8_t out[8], const uint8_t n[16])
{
    uint8_t t[16], whole[16];
    salted(env, t, n, "smk3");
    imp_observe_text("id64\x01", 5);
    imp_aes_cmac(env, whole, t, &IMP_PIECE("id64\x01", 5), 1);
    memcpy(out, whole + 8, 8);
}

uint8_t mesh_k4(struct imp_env *env, const uint8_t n[16])
{
    uint8_t t[16], whole[16];
    salted(env, t, n, "smk4");
    imp_observe_text("id6\x01", 4);
    imp_aes_cmac(env, whole, t, &IMP_PIECE("id6\x01", 4), 1);
    return whole[15] & 0x3f;
}
