/* SPDX-License-Identifier: GPL-2.0-only */
/* factory.c - the factory, and the contract between the two servers. */
#include <stdio.h>
#include <string.h>

#include "accounts.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"
#include "push.h"

static void drawn_hex(struct imp_env *env, const char *purpose, char *out, size_t digits)
{
    uint8_t drawn[LWM_PSK];
    imp_random(env, purpose, drawn, digits / 2);
    imp_hex_encode(out, digits + 1, drawn, digits / 2);
}

struct factory {
    char endpoint[LWM_ENDPOINT + 1];
    struct lwm_key_pair pair; /* with the bootstrap server */
    struct lwm_entry entry;   /* of the bootstrap server */
    struct lwm_entry own;     /* towards the servers, as the factory made it */
};

struct operators {
    struct lwm__operator bs, server[LWM_SERVERS];
};

/* What device and server number i shall share; of the factory, or of the bootstrap server. */
static void draw_share(struct imp_env *device, struct lwm_share *s, size_t i, bool first,
                       const struct imp_env *teller, const char *endpoint,
                       const struct lwm__operator *server)
{
    static const struct {
        const char *identity, *key, *pair;
    } purposes[][LWM_SERVERS] = {
        {{"identity", "server-key", "server-raw-key"},
         {"second-identity", "second-server-key", "second-server-raw-key"}},
        {{"factory-identity", "factory-server-key", "factory-server-raw-key"},
         {"factory-second-identity", "factory-second-key", "factory-second-raw-key"}}};
    drawn_hex(device, purposes[first][i].identity, s->identity, LWM_IDENTITY);
    imp_random(device, purposes[first][i].key, s->key, LWM_PSK);
    lwm__draw_pair(device, purposes[first][i].pair, &s->pair, imp_opt(teller, LWM_OPT_S_SECURITY),
                   teller, endpoint, server);
}

static void draw_shares(struct imp_env *device, struct lwm_entry *e, bool first,
                        const struct imp_env *teller, const char *endpoint,
                        const struct operators *o)
{
    for (size_t i = 0; i < lwm_server_count(teller); i++)
        draw_share(device, &e->server[i], i, first, teller, endpoint, &o->server[i]);
}

/* Who writes the account of the server: the factory in three modes, else the bootstrap server. */
static const struct imp_env *writer(struct imp_env *const *parties, size_t count,
                                    const struct imp_env *device)
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    for (size_t i = 0; i < count && mode != LWM_FACTORY && mode != LWM_SMARTCARD; i++)
        if (parties[i]->role == LWM_BOOTSTRAP)
            return parties[i];
    return device;
}

static void draw(struct imp_env *device, struct factory *f, const struct imp_env *teller,
                 const struct operators *o)
{
    uint8_t drawn[LWM_PSK];
    memset(f, 0, sizeof *f);
    snprintf(f->endpoint, sizeof f->endpoint, LWM_ENDPOINT_PREFIX);
    drawn_hex(device, "serial", f->endpoint + strlen(f->endpoint), 12);
    imp_random(device, "factory-key", drawn, LWM_PSK);
    imp_weak_key(f->entry.key, (unsigned)imp_opt(device, LWM_OPT_ENTROPY), drawn);
    if (imp_flawed(device, LWM_FLAW_MODEL_KEY) || device->adversary)
        memcpy(f->entry.key, lwm__model_key, LWM_PSK);
    lwm__draw_pair(device, "factory-raw-key", &f->pair, imp_opt(device, LWM_OPT_BS_SECURITY),
                   device, f->endpoint, &o->bs);
    draw_shares(device, &f->entry, false, teller, f->endpoint, o);
    f->own = f->entry;
    if (imp_opt(device, LWM_OPT_MODE) == LWM_SERVER_INITIATED)
        draw_shares(device, &f->own, true, device, f->endpoint, o);
}

static void oscore_credential(struct imp_env *server, const struct lwm_share *s,
                              const struct lwm_credential *c)
{
    char kid[2 * LWM_KID + 1], cell[LWM_CELL_MAX];
    snprintf(kid, sizeof kid, "%.*s", 2 * LWM_KID, s->identity);
    lwm__credential_put(server, kid, c);
    lwm_cell_name(cell, "salt", kid);
    server->ops->cell_put(server, cell, s->identity, LWM_IDENTITY);
}

/* By which name the server finds that account's key. */
static void credential(struct imp_env *server, const struct factory *f, const struct lwm_share *s,
                       bool trigger)
{
    struct lwm_credential c = {.trigger = trigger};
    char name[LWM_KEY_NAME + 1];
    uint8_t spki[LWM_SPKI];
    memcpy(c.endpoint, f->endpoint, sizeof c.endpoint);
    memcpy(c.key, s->key, LWM_PSK);
    lwm__credential_put(server, s->identity, &c);
    if (imp_opt(server, LWM_OPT_S_SECURITY) == LWM_OPT_OSCORE)
        oscore_credential(server, s, &c);
    if (lwm_spki_of(spki, s->pair.scalar) != 0)
        return;
    memset(c.key, 0, LWM_PSK);
    lwm_key_name(name, spki, LWM_SPKI);
    lwm__credential_put(server, name, &c);
}

static void tell_bootstrap(struct imp_env *server, struct imp_env *device, const struct factory *f)
{
    char name[LWM_KEY_NAME + 1], cell[LWM_CELL_MAX];
    uint8_t spki[LWM_SPKI];
    lwm__entry_put(server, f->endpoint, &f->entry);
    lwm_push_tell(server, device, f->endpoint);
    if (lwm_spki_of(spki, f->pair.scalar) != 0)
        return;
    lwm_key_name(name, spki, LWM_SPKI);
    lwm_cell_name(cell, "rk", name);
    server->ops->cell_put(server, cell, f->endpoint, LWM_ENDPOINT);
}

static void tell_server(struct imp_env *server, const struct factory *f, bool trigger)
{
    size_t i = server->role == LWM_SECOND;
    struct lwm_credential by_name = {.trigger = false};
    memcpy(by_name.endpoint, f->endpoint, sizeof by_name.endpoint);
    if (imp_opt(server, LWM_OPT_S_SECURITY) == LWM_OPT_EST)
        lwm__credential_put(server, f->endpoint, &by_name);
    credential(server, f, &f->entry.server[i], false);
    if (trigger)
        credential(server, f, &f->own.server[i], i == 0); /* the first one sends it away */
}

static void make(struct imp_env *const *parties, size_t count, struct imp_env *device,
                 const struct operators *o)
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    struct factory f;
    struct lwm_config config = {0};
    draw(device, &f, writer(parties, count, device), o);
    lwm_account(device, &config, &f.own);
    if (mode == LWM_SMARTCARD)
        lwm_smartcard_store(device, &config);
    if (mode == LWM_SMARTCARD || mode == LWM_CLIENT_INITIATED)
        memset(&config, 0, sizeof config);
    lwm__bootstrap_account(device, &config, f.endpoint, f.entry.key, &f.pair);
    lwm_config_store(device, &config);
    if (config.security[0].timeout)
        lwm_factory_store(device, &config);
    device->ops->cell_put(device, "endpoint", f.endpoint, LWM_ENDPOINT);
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role == LWM_BOOTSTRAP)
            tell_bootstrap(parties[i], device, &f);
        else if (parties[i]->role == LWM_MANAGEMENT || parties[i]->role == LWM_SECOND)
            tell_server(parties[i], &f, mode == LWM_SERVER_INITIATED);
    }
    imp_wipe(&f, sizeof f);
    imp_wipe(&config, sizeof config);
}

/* EST gives one certificate for all servers: their operators take those of one authority, whose key
 * the bootstrap server has. */
static void share_authority(struct imp_env *const *parties, size_t count,
                            const struct lwm__operator *o)
{
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (env->role == LWM_CLIENT || imp_opt(env, LWM_OPT_S_SECURITY) != LWM_OPT_EST)
            continue;
        if (env->role == LWM_BOOTSTRAP)
            lwm_enrol_authority_put(env, &o->authority, o->authority_secret);
        else
            lwm__anchor_put(env, o);
    }
}

void lwm_provision(struct imp_env *const *parties, size_t count)
{
    static const struct lwm__kind bootstrap = {LWM_BOOTSTRAP, LWM_OPT_BS_SECURITY,
                                               LWM_OPT_BS_AUTHORITY, "bootstrap"},
                                  servers[LWM_SERVERS] = {{LWM_MANAGEMENT, LWM_OPT_S_SECURITY,
                                                           LWM_OPT_S_AUTHORITY, "server"},
                                                          {LWM_SECOND, LWM_OPT_S_SECURITY,
                                                           LWM_OPT_S_AUTHORITY, "second"}};
    struct operators o;
    lwm__operate(&o.bs, parties, count, &bootstrap);
    for (size_t i = 0; i < LWM_SERVERS; i++)
        lwm__operate(&o.server[i], parties, count, &servers[i]);
    share_authority(parties, count, &o.server[0]);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LWM_CLIENT)
            make(parties, count, parties[i], &o);
    imp_wipe(&o, sizeof o);
}
