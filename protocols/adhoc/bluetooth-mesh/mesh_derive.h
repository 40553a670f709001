/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_derive.h - derivation functions of Bluetooth Mesh Protocol 1.1 section 3.9.2. `env` is
 * charged and may be NULL. Keys have 16 octets. */
#ifndef IMPRINT_MESH_DERIVE_H
#define IMPRINT_MESH_DERIVE_H

#include <stddef.h>
#include <stdint.h>

#include "protocols/contract/observe.h"
#include "protocols/contract/party.h"

/* What k2 makes of a network key: NID (7 bits), encryption key, privacy key. */
struct mesh_network_keys {
    uint8_t nid, encryption[16], privacy[16];
};

/* s1: a salt of the pieces joined; at most five. */
void mesh_s1(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count);
/* k1 of n[0..n_n) with a salt and p[0..p_n), which everybody knows. */
void mesh_k1(struct imp_env *env, uint8_t out[16], const uint8_t *n, size_t n_n,
             const uint8_t salt[16], const void *p, size_t p_n);
/* k2: p is 00 for flooding, 01 and 8 octets for a friendship; at most 9 octets. */
void mesh_k2(struct imp_env *env, struct mesh_network_keys *out, const uint8_t n[16],
             const uint8_t *p, size_t p_n);
/* k3: the network identifier of a network key. */
void mesh_k3(struct imp_env *env, uint8_t out[8], const uint8_t n[16]);
/* k4: the identifier (AID, 6 bits) of an application key. */
uint8_t mesh_k4(struct imp_env *env, const uint8_t n[16]);

#endif
