/* SPDX-License-Identifier: GPL-2.0-only */
/* bond.h - what mother and duckling share after the imprint, and how it is derived and stored. */
#ifndef IMPRINT_DUCK_BOND_H
#define IMPRINT_DUCK_BOND_H

#include "content.h"

struct duck_bond {
    uint8_t duckling[DUCK_ID]; /* EUI-64 */
    uint8_t mother[DUCK_ID];
    uint8_t key[DUCK_KEY];       /* K */
    uint8_t key_id[DUCK_KEY_ID]; /* first octets of SHA-256(EUI-64 | mother id | K) */
    uint32_t lifetime;           /* seconds, 0: for ever */
    bool configured;
};

enum { DUCK_BOND_SIZE = DUCK_ID + DUCK_ID + DUCK_KEY + DUCK_KEY_ID + 4 + 1 };
enum { DUCK_SID = 16, DUCK_HASH = 32, DUCK_IDENTITY_TEXT = 2 * DUCK_KEY_ID + 1 };

/* Fills key_id from the rest. */
void duck_bond_name(struct imp_env *env, struct duck_bond *b);
/* Variant x25519: K = HKDF-SHA256(Z, salt = EUI-64 | mother id). -1: the peer's key is bad. */
int duck_bond_agree(struct imp_env *env, struct duck_bond *b, const uint8_t secret[DUCK_PUBLIC],
                    const uint8_t peer[DUCK_PUBLIC]);
/* First octets of HMAC-SHA256(K, label | EUI-64 | mother id); label "duck-m" or "duck-d". */
void duck_bond_proof(struct imp_env *env, uint8_t out[DUCK_PROOF], const struct duck_bond *b,
                     const char *label);
/* keyId in hexadecimal: the PSK identity in DTLS. */
void duck_bond_identity(char out[DUCK_IDENTITY_TEXT], const struct duck_bond *b);

void duck_bond_pack(uint8_t out[DUCK_BOND_SIZE], const struct duck_bond *b);
void duck_bond_unpack(struct duck_bond *b, const uint8_t in[DUCK_BOND_SIZE]);

/* Claims about the bond in layer "imprint": both ends compute the same session identifier and
 * data. `peer` is the other end's identity. Not charged: no party computes them in truth. */
void duck_bond_running(struct imp_env *env, const struct duck_bond *b);
void duck_bond_commit(struct imp_env *env, const struct duck_bond *b, const uint8_t peer[DUCK_ID]);
/* The duckling obeys the bond's mother, whose key it has just taken; b NULL: nobody. */
void duck_owner_claim(struct imp_env *env, const uint8_t id[DUCK_ID], const struct duck_bond *b,
                      const uint8_t epoch[4]);
/* Claims about a DTLS session opened with the bond's key; `sid` comes from its exporter. */
void duck_session_claim(struct imp_env *env, enum imp_claim_kind kind, const struct duck_bond *b,
                        const uint8_t sid[DUCK_SID], const uint8_t peer[DUCK_ID]);
/* Claims in layer "config" about a configuration; in clear the session identifier is its hash. */
void duck_config_claim(struct imp_env *env, enum imp_claim_kind kind, const uint8_t *sid,
                       const uint8_t *config, size_t n, const uint8_t peer[DUCK_ID]);
void duck_plain_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);

/* Draws EUI-64, mother id and network parameters (imp_mechanism.provision). */
void duck_provision(struct imp_env *const *parties, size_t count);

#endif
