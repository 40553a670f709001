/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_keys.c - s2, k5 and what the functions of section 3.9.2 make. */
#include "mesh_keys.h"

#include <string.h>

#include "mesh_derive.h"
#include "protocols/crypto/crypto.h"

static const uint8_t zeros[32];

size_t mesh_width(enum mesh_algorithm a)
{
    return a == MESH_HMAC ? 32 : 16;
}

/* ---- functions of section 3.9.2
 * --------------------------------------------------------------------- */
static void k5(struct imp_env *env, uint8_t out[32], const struct mesh_keys *k, const char *label)
{
    uint8_t t[32];
    imp_observe_text(label, strlen(label));
    imp_hmac_sha256(env, t, k->salt, 32, (struct imp_piece[]){{k->secret, 32}, {k->auth, 32}}, 2);
    imp_hmac_sha256(env, out, t, sizeof t, &IMP_PIECE(label, strlen(label)), 1);
    imp_wipe(t, sizeof t);
}

/* ---- AuthValue, section 5.4.2.4
 * --------------------------------------------------------------------- */
void mesh_auth_octets(struct mesh_keys *k, const uint8_t *p, size_t n)
{
    size_t width = mesh_width(k->algorithm);
    memset(k->auth, 0, sizeof k->auth);
    memcpy(k->auth, p, n < width ? n : width);
    if (n > 0)
        imp_observe_join(k->auth, width, &IMP_PIECE(p, n < width ? n : width), 1);
}

static void put_number(struct mesh_keys *k, uint32_t value)
{
    size_t width = mesh_width(k->algorithm);
    memset(k->auth, 0, sizeof k->auth);
    for (size_t i = 0; i < 4; i++)
        k->auth[width - 1 - i] = (uint8_t)(value >> 8 * i);
}

void mesh_auth_number(struct mesh_keys *k, uint32_t value, const char *digits, size_t n)
{
    put_number(k, value);
    imp_observe_join(k->auth, mesh_width(k->algorithm), &IMP_PIECE(digits, n), 1);
}

/* ---- confirmation and session
 * --------------------------------------------------------------------- */
void mesh_confirmation_key(struct imp_env *env, struct mesh_keys *k)
{
    const struct imp_piece in[] = {{k->inputs, 1},
                                   {k->inputs + 1, 11},
                                   {k->inputs + 12, 5},
                                   {k->inputs + 17, 64},
                                   {k->inputs + 81, 64}};
    if (k->algorithm == MESH_HMAC) {
        imp_hmac_sha256(env, k->salt, zeros, 32, in, 5);
        k5(env, k->confirmation, k, "prck256");
    } else {
        mesh_s1(env, k->salt, in, 5);
        mesh_k1(env, k->confirmation, k->secret, 32, k->salt, "prck", 4);
    }
}

void mesh_confirm(struct imp_env *env, const struct mesh_keys *k, const uint8_t *random,
                  uint8_t *out)
{
    if (k->algorithm == MESH_HMAC)
        imp_hmac_sha256(env, out, k->confirmation, 32, &IMP_PIECE(random, 32), 1);
    else
        imp_aes_cmac(env, out, k->confirmation, (struct imp_piece[]){{random, 16}, {k->auth, 16}},
                     2);
}

void mesh_session(struct imp_env *env, struct mesh_keys *k, const uint8_t *provisioner,
                  const uint8_t *device)
{
    size_t width = mesh_width(k->algorithm);
    uint8_t nonce[16];
    mesh_s1(env, k->provisioning_salt,
            (struct imp_piece[]){{k->salt, width}, {provisioner, width}, {device, width}}, 3);
    mesh_k1(env, k->session, k->secret, 32, k->provisioning_salt, "prsk", 4);
    mesh_k1(env, nonce, k->secret, 32, k->provisioning_salt, "prsn", 4);
    memcpy(k->nonce, nonce + 3, MESH_NONCE);
    mesh_k1(env, k->device, k->secret, 32, k->provisioning_salt, "prdk", 4);
}

/* ---- an attacker's: nobody's processor, nobody's observation
 * --------------------------------------------------------------------- */
/* CMAC of two whole blocks is E(E(R) ^ A ^ K1), RFC 4493 section 2.4. */
void mesh_forge_random(const struct mesh_keys *k, const uint8_t confirmation[16],
                       const uint8_t auth[16], uint8_t random[16])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t l[16], subkey[16], block[16];
    imp_aes_encrypt(NULL, l, k->confirmation, zeros);
    for (int i = 0; i < 16; i++)
        subkey[i] = (uint8_t)(l[i] << 1 | (i < 15 ? l[i + 1] >> 7 : 0));
    if (l[0] & 0x80)
        subkey[15] ^= 0x87;
    imp_aes_decrypt(NULL, block, k->confirmation, confirmation);
    for (int i = 0; i < 16; i++)
        block[i] ^= auth[i] ^ subkey[i];
    imp_aes_decrypt(NULL, random, k->confirmation, block);
    imp_observe_resume(before);
}

int64_t mesh_search_number(struct mesh_keys *k, unsigned digits, const uint8_t *confirmation,
                           const uint8_t *random)
{
    struct imp_observation before = imp_observe_hold();
    int64_t found = -1, limit = 1;
    uint8_t c[MESH_WIDTH_MAX];
    while (digits-- > 0)
        limit *= 10;
    for (int64_t v = 0; v < limit && found < 0; v++) {
        put_number(k, (uint32_t)v);
        mesh_confirm(NULL, k, random, c);
        if (memcmp(c, confirmation, mesh_width(k->algorithm)) == 0)
            found = v;
    }
    imp_observe_resume(before);
    return found;
}
