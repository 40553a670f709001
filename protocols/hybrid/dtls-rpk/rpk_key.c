/* SPDX-License-Identifier: GPL-2.0-only */
#include "rpk_key.h"

#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "rpk.h"

/* Charges nothing: both are known since the key was made. */
static void derive(struct rpk_key *key)
{
    uint8_t pub[64];
    imp_p256_public(NULL, pub, key->secret);
    imp_p256_spki(key->spki, pub);
    imp_sha256(NULL, key->hash, &IMP_PIECE(key->spki, RPK_SPKI), 1);
}

void rpk_key_make(struct imp_env *env, struct rpk_key *key)
{
    uint8_t pub[64];
    imp_p256_keypair(env, "raw-key", pub, key->secret);
    env->ops->cell_put(env, "key", key->secret, sizeof key->secret);
    derive(key);
}

bool rpk_key_load(struct imp_env *env, struct rpk_key *key)
{
    if (env->ops->cell_get(env, "key", key->secret, sizeof key->secret) != sizeof key->secret)
        return false;
    derive(key);
    return true;
}

enum imp_nih_suite rpk_suite(const struct imp_env *env)
{
    return imp_opt(env, RPK_OPT_SUITE) == RPK_SUITE_128 ? IMP_NIH_SHA_256_128 : IMP_NIH_SHA_256_120;
}

size_t rpk_id_pack(uint8_t *out, const struct imp_nih *id)
{
    out[0] = (uint8_t)id->suite;
    memcpy(out + 1, id->hash, id->n);
    return id->n + 1;
}

int rpk_id_unpack(struct imp_nih *out, const uint8_t *p, size_t n)
{
    static const size_t lengths[] = {
        [IMP_NIH_SHA_256] = 32, [IMP_NIH_SHA_256_128] = 16, [IMP_NIH_SHA_256_120] = 15};
    if (n < 1 || p[0] < IMP_NIH_SHA_256 || p[0] > IMP_NIH_SHA_256_120 || n - 1 != lengths[p[0]])
        return -1;
    *out = (struct imp_nih){.suite = (enum imp_nih_suite)p[0], .n = n - 1};
    memcpy(out->hash, p + 1, n - 1);
    return 0;
}

/* ---- claims
 * -------------------------------------------------------------------------------------- */
void rpk_claim_identity(struct imp_env *env, const struct rpk_key *key)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "dtls",
                                       .self = key->hash,
                                       .self_n = RPK_HASH});
}

void rpk_claim_session(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[RPK_SID],
                       const uint8_t device[RPK_HASH], const uint8_t server[RPK_HASH],
                       const uint8_t *peer)
{
    uint8_t data[RPK_HASH];
    const struct imp_piece in[] = {{"TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 secp256r1 rpk", 48},
                                   {device, RPK_HASH},
                                   {server, RPK_HASH}};
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "dtls",
                                       .self = env->role == RPK_DEVICE ? device : server,
                                       .self_n = RPK_HASH,
                                       .peer = peer,
                                       .peer_n = peer ? RPK_HASH : 0,
                                       .sid = sid,
                                       .sid_n = RPK_SID,
                                       .data = data,
                                       .data_n = RPK_HASH});
    if (kind != IMP_CLAIM_COMMIT)
        return;
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = "dtls",
                                       .name = "session",
                                       .data = sid,
                                       .data_n = RPK_SID});
}

void rpk_claim_config(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[RPK_SID],
                      const uint8_t *content, size_t n, const uint8_t *peer)
{
    uint8_t data[RPK_HASH];
    imp_sha256(NULL, data, &IMP_PIECE(content, n), 1);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "config",
                                       .peer = peer,
                                       .peer_n = peer ? RPK_HASH : 0,
                                       .sid = sid,
                                       .sid_n = RPK_SID,
                                       .data = data,
                                       .data_n = RPK_HASH});
}

void rpk_claim_secret(struct imp_env *env, const uint8_t sid[RPK_SID], const struct rpk_config *c)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "dtls",
                                       .name = "operational-key",
                                       .sid = sid,
                                       .sid_n = RPK_SID,
                                       .data = c->key,
                                       .data_n = RPK_KEY});
}

void rpk_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "dtls", .name = name});
}

/* ---- before the first power-on
 * --------------------------------------------------------------------- */
void rpk_delivered_cell(char out[RPK_DELIVERED], size_t i)
{
    snprintf(out, RPK_DELIVERED, "delivered-%zu", i);
}

/* What is delivered of that party's key: its name, or the whole of a server's. 0: it has none. */
static size_t identifier(struct imp_env *of, enum imp_nih_suite suite, uint8_t out[RPK_SPKI])
{
    struct rpk_key key;
    struct imp_nih name;
    if (!rpk_key_load(of, &key))
        return 0;
    imp_wipe(key.secret, sizeof key.secret);
    if (of->role == RPK_SERVER && imp_opt(of, RPK_OPT_SERVER_ID) == RPK_ID_SPKI) {
        memcpy(out, key.spki, RPK_SPKI);
        return RPK_SPKI;
    }
    imp_nih_of(NULL, &name, suite, key.spki, RPK_SPKI);
    return rpk_id_pack(out, &name);
}

/* The vendor's list of devices, for a server; the servers of a device's configuration. */
static void deliver(struct imp_env *to, struct imp_env *const *parties, size_t count)
{
    size_t listed = 0;
    for (size_t i = 0; i < count; i++) {
        uint8_t id[RPK_SPKI];
        char cell[RPK_DELIVERED];
        size_t n = parties[i]->role != to->role ? identifier(parties[i], rpk_suite(to), id) : 0;
        if (n == 0)
            continue;
        rpk_delivered_cell(cell, listed++);
        to->ops->cell_put(to, cell, id, n);
    }
}

static bool is_delivered_to(const struct imp_env *env)
{
    if (env->role == RPK_SERVER)
        return imp_opt(env, RPK_OPT_ACL) == RPK_ACL_DELIVERED;
    return imp_opt(env, RPK_OPT_NAMED_BY) == RPK_NAMED_BY_CONFIGURATION;
}

void rpk_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rpk_key key;
        uint8_t random[7];
        struct imp_env *env = parties[i];
        bool boot = env->role == RPK_DEVICE && imp_opt(env, RPK_OPT_ORIGIN) == RPK_ORIGIN_BOOT;
        if (!boot)
            rpk_key_make(env, &key);
        imp_wipe(&key, sizeof key);
        if (env->role != RPK_SERVER)
            continue;
        imp_random(env, "network", random, sizeof random);
        env->ops->cell_put(env, "prefix", random, sizeof random);
    }
    for (size_t i = 0; i < count; i++)
        if (is_delivered_to(parties[i]))
            deliver(parties[i], parties, count);
}
