/* SPDX-License-Identifier: GPL-2.0-only */
#include "keys.h"

#include <string.h>

#include "protocols/contract/observe.h"
#include "protocols/crypto/crypto.h"

static const char LAYER[] = "mle";
#define CELL_COUNTER "mle-frame-counter"
enum { RESERVE = 1024 };

void zip_keys_derive(struct imp_env *env, struct zip_keys *out,
                     const uint8_t network[PANA_NETWORK_KEY])
{
    uint8_t both[32];
    struct imp_observation before = imp_observe_hold();
    imp_hmac_sha256(env, both, network, 16, &IMP_PIECE("ZigBeeIP", 8), 1);
    imp_observe_resume(before);
    imp_observe_rule("HMAC-SHA256", both, sizeof both, &IMP_PIECE(network, 16), 1);
    *out = (struct zip_keys){.there = true, .mle.index = network[16]};
    memcpy(out->mle.key, both, 16); /* the first half is MLE's, as in Thread */
    memcpy(out->mac, both + 16, 16);
    imp_wipe(both, sizeof both);
}

/* ---- the frame counter
 * -------------------------------------------------------------------------------- */
static void reserve(struct zip_counter *c, struct imp_env *env)
{
    uint8_t cell[4];
    c->reserved = c->next + RESERVE;
    for (int i = 0; i < 4; i++)
        cell[i] = (uint8_t)(c->reserved >> 8 * i);
    env->ops->cell_put(env, CELL_COUNTER, cell, sizeof cell);
}

void zip_counter_start(struct zip_counter *c, struct imp_env *env)
{
    uint8_t cell[4];
    c->next = 0;
    if (env->ops->cell_get(env, CELL_COUNTER, cell, sizeof cell) == (int)sizeof cell)
        c->next = (uint32_t)cell[0] | (uint32_t)cell[1] << 8 | (uint32_t)cell[2] << 16 |
                  (uint32_t)cell[3] << 24;
    reserve(c, env);
}

uint32_t zip_counter_take(struct zip_counter *c, struct imp_env *env)
{
    if (c->next == c->reserved)
        reserve(c, env);
    return c->next++;
}

/* ---- claims
 * ----------------------------------------------------------------------------------------- */
static void sid_of(uint8_t out[2 * MLE_CHALLENGE], const struct zip_link *l)
{
    memset(out, 0, 2 * (size_t)MLE_CHALLENGE);
    memcpy(out, l->node, l->node_n);
    memcpy(out + MLE_CHALLENGE, l->router, l->router_n);
}

static void agreed(uint8_t out[32], const struct zip_keys *k, const struct zip_link *l)
{
    const struct imp_piece in[] = {IMP_PIECE(k->mac, sizeof k->mac),
                                   IMP_PIECE(k->mle.key, sizeof k->mle.key),
                                   IMP_PIECE(&k->mle.index, 1), IMP_PIECE(l->node_eui64, MLE_EUI64),
                                   IMP_PIECE(l->router_eui64, MLE_EUI64)};
    imp_sha256(NULL, out, in, 5); /* belief, not protocol: charged to nobody */
}

static void claim(struct imp_env *env, enum imp_claim_kind kind, const struct zip_keys *k,
                  const struct zip_link *l)
{
    uint8_t sid[2 * MLE_CHALLENGE], data[32];
    sid_of(sid, l);
    agreed(data, k, l);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = LAYER,
                                       .sid = sid,
                                       .sid_n = sizeof sid,
                                       .data = data,
                                       .data_n = sizeof data});
}

void zip_claim_running(struct imp_env *env, const struct zip_keys *k, const struct zip_link *l)
{
    claim(env, IMP_CLAIM_RUNNING, k, l);
}

/* A key of the whole network says that the other is a member, not which. */
void zip_claim_commit(struct imp_env *env, const struct zip_keys *k, const struct zip_link *l)
{
    uint8_t sid[2 * MLE_CHALLENGE];
    claim(env, IMP_CLAIM_COMMIT, k, l);
    sid_of(sid, l);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = LAYER,
                                       .name = "MAC key",
                                       .sid = sid,
                                       .sid_n = sizeof sid,
                                       .data = k->mac,
                                       .data_n = sizeof k->mac});
}

void zip_claim_identity(struct imp_env *env, const struct imp_addr *self)
{
    uint8_t eui64[MLE_EUI64];
    mle_eui64(eui64, self);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = LAYER,
                                       .self = eui64,
                                       .self_n = sizeof eui64});
}

void zip_claim_switch(struct imp_env *env, enum imp_claim_kind kind, const struct zip_keys *k,
                      const struct imp_addr *from, const struct imp_addr *to)
{
    uint8_t sid[2 * MLE_EUI64 + 1], data[32];
    const struct imp_piece in[] = {IMP_PIECE(k->mac, sizeof k->mac),
                                   IMP_PIECE(k->mle.key, sizeof k->mle.key)};
    mle_eui64(sid, from);
    mle_eui64(sid + MLE_EUI64, to);
    sid[sizeof sid - 1] = k->mle.index;
    imp_sha256(NULL, data, in, 2); /* belief, not protocol: charged to nobody */
    struct imp_claim c = {.kind = kind,
                          .layer = "mle-key",
                          .sid = sid,
                          .sid_n = sizeof sid,
                          .data = data,
                          .data_n = sizeof data};
    imp_claim(env, &c);
    if (kind == IMP_CLAIM_RUNNING)
        return;
    c.kind = IMP_CLAIM_SECRET;
    c.name = "MAC key";
    c.data = k->mac;
    c.data_n = sizeof k->mac;
    imp_claim(env, &c);
}

void zip_claim_counter(struct imp_env *env, const uint8_t eui64[MLE_EUI64], uint32_t counter)
{
    uint8_t value[MLE_EUI64 + 4];
    memcpy(value, eui64, MLE_EUI64);
    for (int i = 0; i < 4; i++)
        value[MLE_EUI64 + i] = (uint8_t)(counter >> 8 * (3 - i));
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = LAYER,
                                       .name = "frame counter",
                                       .data = value,
                                       .data_n = sizeof value});
}

void zip_claim_reject(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = LAYER, .name = why});
}
