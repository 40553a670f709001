/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_key.h - a party's own raw key pair, and what both roles claim about sessions. */
#ifndef IMPRINT_RPK_KEY_H
#define IMPRINT_RPK_KEY_H

#include "enrol.h"
#include "nih.h"

enum { RPK_SPKI = 91, RPK_HASH = 32, RPK_SID = 16 };

struct rpk_key {
    uint8_t secret[32];
    uint8_t spki[RPK_SPKI];
    uint8_t hash[RPK_HASH]; /* SHA-256 of the SPKI: the party's identity in claims */
};

void rpk_key_make(struct imp_env *env, struct rpk_key *key); /* fresh pair, stored in cell "key" */
bool rpk_key_load(struct imp_env *env,
                  struct rpk_key *key);                  /* from its cell; false: there is none */
enum imp_nih_suite rpk_suite(const struct imp_env *env); /* option "hash" */

/* Binary form of a name, RFC 6920 section 6: suite number, then the truncated hash. */
size_t rpk_id_pack(uint8_t *out, const struct imp_nih *id);
int rpk_id_unpack(struct imp_nih *out, const uint8_t *p, size_t n);

void rpk_claim_identity(struct imp_env *env, const struct rpk_key *key);
/* Layer "dtls": data names both keys and the suite; `peer` NULL: not authenticated. */
void rpk_claim_session(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[RPK_SID],
                       const uint8_t device[RPK_HASH], const uint8_t server[RPK_HASH],
                       const uint8_t *peer);
/* Layer "config": data is the configuration's hash; its key is the secret. */
void rpk_claim_config(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[RPK_SID],
                      const uint8_t *content, size_t n, const uint8_t *peer);
void rpk_claim_secret(struct imp_env *env, const uint8_t sid[RPK_SID], const struct rpk_config *c);
void rpk_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);

#endif
