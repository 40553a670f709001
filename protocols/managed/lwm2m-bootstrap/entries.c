/* SPDX-License-Identifier: GPL-2.0-only */
/* entries.c - what the servers know of clients, in cells: the factory's key in one, what is written
 * in another, so that whoever has the one has not the other. */
#include <string.h>

#include "accounts.h"
#include "protocols/crypto/crypto.h"

const uint8_t lwm__model_key[LWM_PSK] = "lwm2m model key";

enum {
    PAIR = LWM_SCALAR + 4 + 2 * LWM_CERT_MAX,
    WRITTEN = LWM_IDENTITY + LWM_PSK + PAIR,
    CREDENTIAL = LWM_PSK + 1 + LWM_ENDPOINT
};

static void pair_put(uint8_t *p, const struct lwm_key_pair *k)
{
    memcpy(p, k->scalar, LWM_SCALAR);
    p += LWM_SCALAR;
    const uint8_t sizes[] = {(uint8_t)(k->own_n >> 8), (uint8_t)k->own_n, (uint8_t)(k->peer_n >> 8),
                             (uint8_t)k->peer_n};
    memcpy(p, sizes, sizeof sizes);
    p += sizeof sizes;
    memcpy(p, k->own, LWM_CERT_MAX);
    memcpy(p + LWM_CERT_MAX, k->peer, LWM_CERT_MAX);
}

static void pair_get(struct lwm_key_pair *k, const uint8_t *p)
{
    memcpy(k->scalar, p, LWM_SCALAR);
    p += LWM_SCALAR;
    k->own_n = (uint16_t)(p[0] << 8 | p[1]);
    k->peer_n = (uint16_t)(p[2] << 8 | p[3]);
    memcpy(k->own, p + 4, LWM_CERT_MAX);
    memcpy(k->peer, p + 4 + LWM_CERT_MAX, LWM_CERT_MAX);
}

static const char *const accounts[LWM_SERVERS] = {"account", "account-2"};

static void share_put(struct imp_env *env, const char *name, const struct lwm_share *s)
{
    uint8_t cell[WRITTEN];
    memcpy(cell, s->identity, LWM_IDENTITY);
    memcpy(cell + LWM_IDENTITY, s->key, LWM_PSK);
    pair_put(cell + LWM_IDENTITY + LWM_PSK, &s->pair);
    env->ops->cell_put(env, name, cell, sizeof cell);
    imp_wipe(cell, sizeof cell);
}

void lwm__entry_put(struct imp_env *env, const char *endpoint, const struct lwm_entry *e)
{
    char name[LWM_CELL_MAX];
    lwm_cell_name(name, "ep", endpoint);
    env->ops->cell_put(env, name, e->key, LWM_PSK);
    for (size_t i = 0; i < LWM_SERVERS && i < lwm_server_count(env); i++) {
        lwm_cell_name(name, accounts[i], endpoint);
        share_put(env, name, &e->server[i]);
    }
}

static bool share_get(struct imp_env *env, const char *name, struct lwm_share *s)
{
    uint8_t cell[WRITTEN];
    if (env->ops->cell_get(env, name, cell, sizeof cell) != WRITTEN)
        return false;
    memcpy(s->identity, cell, LWM_IDENTITY);
    s->identity[LWM_IDENTITY] = '\0';
    memcpy(s->key, cell + LWM_IDENTITY, LWM_PSK);
    pair_get(&s->pair, cell + LWM_IDENTITY + LWM_PSK);
    imp_wipe(cell, sizeof cell);
    return true;
}

/* An adversary without an entry tries what the maker may have given to all. */
bool lwm_entry_find(struct imp_env *env, const char *endpoint, struct lwm_entry *out)
{
    char name[LWM_CELL_MAX];
    *out = (struct lwm_entry){.key = {0}};
    lwm_cell_name(name, "ep", endpoint);
    bool known = env->ops->cell_get(env, name, out->key, LWM_PSK) == LWM_PSK;
    if (!known)
        memcpy(out->key, lwm__model_key, LWM_PSK);
    for (size_t i = 0; i < LWM_SERVERS && i < lwm_server_count(env); i++) {
        lwm_cell_name(name, accounts[i], endpoint);
        if (share_get(env, name, &out->server[i]))
            continue;
        out->server[i] = (struct lwm_share){.identity = "model"};
        memcpy(out->server[i].key, lwm__model_key, LWM_PSK);
        known = env->adversary;
    }
    return known;
}

void lwm__credential_put(struct imp_env *env, const char *identity, const struct lwm_credential *c)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[CREDENTIAL];
    memcpy(cell, c->key, LWM_PSK);
    cell[LWM_PSK] = c->trigger;
    memcpy(cell + LWM_PSK + 1, c->endpoint, LWM_ENDPOINT);
    lwm_cell_name(name, "id", identity);
    env->ops->cell_put(env, name, cell, sizeof cell);
}

bool lwm_credential_find(struct imp_env *env, const char *identity, struct lwm_credential *out)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[CREDENTIAL];
    *out = (struct lwm_credential){.trigger = false};
    lwm_cell_name(name, "id", identity);
    if (env->ops->cell_get(env, name, cell, sizeof cell) != CREDENTIAL) {
        memcpy(out->key, lwm__model_key, LWM_PSK);
        return env->adversary;
    }
    memcpy(out->key, cell, LWM_PSK);
    out->trigger = cell[LWM_PSK] == 1;
    memcpy(out->endpoint, cell + LWM_PSK + 1, LWM_ENDPOINT);
    out->endpoint[LWM_ENDPOINT] = '\0';
    return true;
}
