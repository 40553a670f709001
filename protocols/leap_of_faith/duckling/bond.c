/* SPDX-License-Identifier: GPL-2.0-only */
#include "bond.h"

#include <string.h>

#include "duckling.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

void duck_bond_name(struct imp_env *env, struct duck_bond *b)
{
    uint8_t hash[DUCK_HASH];
    const struct imp_piece in[] = {
        {b->duckling, DUCK_ID}, {b->mother, DUCK_ID}, {b->key, DUCK_KEY}};
    imp_sha256(env, hash, in, 3);
    memcpy(b->key_id, hash, DUCK_KEY_ID);
}

int duck_bond_agree(struct imp_env *env, struct duck_bond *b, const uint8_t secret[DUCK_PUBLIC],
                    const uint8_t peer[DUCK_PUBLIC])
{
    static const char info[] = "duck-key";
    uint8_t z[32], salt[2 * DUCK_ID];
    if (imp_x25519_shared(env, z, secret, peer) != 0)
        return -1;
    memcpy(salt, b->duckling, DUCK_ID);
    memcpy(salt + DUCK_ID, b->mother, DUCK_ID);
    imp_observe_text(info, sizeof info - 1);
    imp_observe_join(salt, sizeof salt,
                     (const struct imp_piece[]){{b->duckling, DUCK_ID}, {b->mother, DUCK_ID}}, 2);
    imp_hkdf(env, b->key, DUCK_KEY, salt, sizeof salt, z, sizeof z, info, sizeof info - 1);
    imp_wipe(z, sizeof z);
    duck_bond_name(env, b);
    return 0;
}

void duck_bond_proof(struct imp_env *env, uint8_t out[DUCK_PROOF], const struct duck_bond *b,
                     const char *label)
{
    uint8_t mac[32];
    const struct imp_piece in[] = {
        {label, strlen(label)}, {b->duckling, DUCK_ID}, {b->mother, DUCK_ID}};
    imp_observe_text(label, strlen(label));
    imp_hmac_sha256(env, mac, b->key, DUCK_KEY, in, 3);
    memcpy(out, mac, DUCK_PROOF);
}

void duck_bond_identity(char out[DUCK_IDENTITY_TEXT], const struct duck_bond *b)
{
    imp_hex_encode(out, DUCK_IDENTITY_TEXT, b->key_id, DUCK_KEY_ID);
}

void duck_bond_pack(uint8_t out[DUCK_BOND_SIZE], const struct duck_bond *b)
{
    memcpy(out, b->duckling, DUCK_ID);
    memcpy(out + 8, b->mother, DUCK_ID);
    memcpy(out + 16, b->key, DUCK_KEY);
    memcpy(out + 32, b->key_id, DUCK_KEY_ID);
    for (int i = 0; i < 4; i++)
        out[40 + i] = (uint8_t)(b->lifetime >> (24 - 8 * i));
    out[44] = b->configured;
}

void duck_bond_unpack(struct duck_bond *b, const uint8_t in[DUCK_BOND_SIZE])
{
    *b = (struct duck_bond){.configured = in[44]};
    memcpy(b->duckling, in, DUCK_ID);
    memcpy(b->mother, in + 8, DUCK_ID);
    memcpy(b->key, in + 16, DUCK_KEY);
    memcpy(b->key_id, in + 32, DUCK_KEY_ID);
    for (int i = 0; i < 4; i++)
        b->lifetime = b->lifetime << 8 | in[40 + i];
}

/* ---- claims -----------------------------------------------------------------------------------
 */
/* Who is said to speak: role 0 is the duckling. */
static const uint8_t *own_id(const struct imp_env *env, const struct duck_bond *b)
{
    return env->role == DUCK_DUCKLING ? b->duckling : b->mother;
}

static void bond_sid(uint8_t sid[DUCK_HASH], const struct duck_bond *b)
{
    uint8_t packed[DUCK_BOND_SIZE];
    duck_bond_pack(packed, b);
    const struct imp_piece session[] = {{"duck-sid", 8}, {packed, 40}};
    imp_sha256(NULL, sid, session, 2);
    imp_wipe(packed, sizeof packed);
}

static void bond_claim(struct imp_env *env, enum imp_claim_kind kind, const struct duck_bond *b,
                       const uint8_t *peer)
{
    uint8_t packed[DUCK_BOND_SIZE], sid[DUCK_HASH], data[DUCK_HASH];
    struct duck_bond fresh = *b;
    fresh.configured = false;
    duck_bond_pack(packed, &fresh);
    bond_sid(sid, b);
    imp_sha256(NULL, data, &IMP_PIECE(packed, sizeof packed), 1);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "imprint",
                                       .name = kind == IMP_CLAIM_SECRET ? "K" : NULL,
                                       .self = own_id(env, b),
                                       .self_n = DUCK_ID,
                                       .peer = peer,
                                       .peer_n = peer ? DUCK_ID : 0,
                                       .sid = sid,
                                       .sid_n = DUCK_SID,
                                       .data = kind == IMP_CLAIM_SECRET ? b->key : data,
                                       .data_n = kind == IMP_CLAIM_SECRET ? DUCK_KEY : DUCK_HASH});
}

void duck_bond_running(struct imp_env *env, const struct duck_bond *b)
{
    bond_claim(env, IMP_CLAIM_RUNNING, b, NULL);
}

void duck_bond_commit(struct imp_env *env, const struct duck_bond *b, const uint8_t peer[DUCK_ID])
{
    bond_claim(env, IMP_CLAIM_COMMIT, b, peer);
    bond_claim(env, IMP_CLAIM_SECRET, b, peer);
}

void duck_owner_claim(struct imp_env *env, const uint8_t id[DUCK_ID], const struct duck_bond *b,
                      const uint8_t epoch[4])
{
    uint8_t sid[DUCK_HASH];
    struct imp_claim c = {.kind = IMP_CLAIM_OWNER,
                          .layer = "imprint",
                          .self = id,
                          .self_n = DUCK_ID,
                          .data = epoch,
                          .data_n = 4};
    if (b) {
        bond_sid(sid, b);
        c.peer = b->mother;
        c.peer_n = DUCK_ID;
        c.sid = sid;
        c.sid_n = DUCK_SID;
    }
    imp_claim(env, &c);
    c = (struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                           .layer = "imprint",
                           .name = "key",
                           .data = b ? b->key_id : NULL,
                           .data_n = DUCK_KEY_ID};
    if (b)
        imp_claim(env, &c);
}

void duck_session_claim(struct imp_env *env, enum imp_claim_kind kind, const struct duck_bond *b,
                        const uint8_t sid[DUCK_SID], const uint8_t peer[DUCK_ID])
{
    uint8_t data[DUCK_HASH];
    const struct imp_piece in[] = {{"TLS_PSK_WITH_AES_128_CCM_8", 26},
                                   {b->key_id, DUCK_KEY_ID},
                                   {b->duckling, DUCK_ID},
                                   {b->mother, DUCK_ID}};
    imp_sha256(NULL, data, in, 4);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "dtls",
                                       .self = own_id(env, b),
                                       .self_n = DUCK_ID,
                                       .peer = peer,
                                       .peer_n = DUCK_ID,
                                       .sid = sid,
                                       .sid_n = DUCK_SID,
                                       .data = data,
                                       .data_n = DUCK_HASH});
    if (kind == IMP_CLAIM_COMMIT)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = "dtls",
                                           .name = "session",
                                           .data = sid,
                                           .data_n = DUCK_SID});
}

void duck_config_claim(struct imp_env *env, enum imp_claim_kind kind, const uint8_t *sid,
                       const uint8_t *config, size_t n, const uint8_t peer[DUCK_ID])
{
    uint8_t data[DUCK_HASH];
    imp_sha256(NULL, data, &IMP_PIECE(config, n), 1);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "config",
                                       .peer = peer,
                                       .peer_n = DUCK_ID,
                                       .sid = sid ? sid : data,
                                       .sid_n = DUCK_SID,
                                       .data = data,
                                       .data_n = DUCK_HASH});
}

void duck_plain_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "imprint", .name = name});
}

/* ---- before the first power-on
 * ------------------------------------------------------------------- */
static void provision_id(struct imp_env *env, const char *cell)
{
    uint8_t id[DUCK_ID];
    imp_random(env, "eui-64", id, sizeof id);
    id[0] = (uint8_t)((id[0] & 0xfc) | 0x02); /* individual, locally administered */
    env->ops->cell_put(env, cell, id, sizeof id);
}

/* fd00::/8 prefix, its router and resource directory, channel and PAN. */
static void provision_network(struct imp_env *env)
{
    struct duck_content c = {.has = DUCK_HAS(DUCK_F_PREFIX) | DUCK_HAS(DUCK_F_ROUTER) |
                                    DUCK_HAS(DUCK_F_PAN) | DUCK_HAS(DUCK_F_RD)};
    uint8_t bytes[DUCK_CONTENT_MAX], random[9];
    imp_random(env, "network", random, sizeof random);
    c.prefix[0] = 0xfd;
    memcpy(c.prefix + 1, random, 7);
    c.prefix[DUCK_PREFIX - 1] = 64;
    memcpy(c.router, c.prefix, 8);
    memcpy(c.rd, c.prefix, 8);
    c.router[DUCK_ADDRESS - 1] = 1;
    c.rd[DUCK_ADDRESS - 1] = 2;
    c.pan = UINT32_C(26) << 16 | (uint32_t)random[7] << 8 | random[8];
    env->ops->cell_put(env, "network", bytes, duck_content_write(NULL, bytes, &c));
}

void duck_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        provision_id(parties[i], "id");
        if (parties[i]->role == DUCK_MOTHER)
            provision_network(parties[i]);
    }
}
