/* SPDX-License-Identifier: GPL-2.0-only */
/* storage.c - the configuration of a client in its cells, and on its smartcard. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

void lwm_cell_name(char out[LWM_CELL_MAX], const char *kind, const char *name)
{
    snprintf(out, LWM_CELL_MAX, "%s-%.*s", kind, LWM_NAME_MAX, name);
}

/* A cell for each instance, of two octets of its number and its TLV */
static void put_cell(struct imp_env *env, const char *kind, size_t i, bool used, uint16_t instance,
                     uint8_t *cell, size_t n)
{
    char name[LWM_CELL_MAX], number[8];
    snprintf(number, sizeof number, "%zu", i);
    lwm_cell_name(name, kind, number);
    cell[0] = (uint8_t)(instance >> 8);
    cell[1] = (uint8_t)instance;
    if (used)
        env->ops->cell_put(env, name, cell, 2 + n);
    else
        env->ops->cell_erase(env, name);
}

static void store(struct imp_env *env, const struct lwm_config *c, const char *const kinds[4])
{
    uint8_t cell[2 + LWM_CONTENT_MAX];
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        put_cell(env, kinds[0], i, c->security[i].used, c->security[i].instance, cell,
                 lwm_security_write(cell + 2, LWM_CONTENT_MAX, &c->security[i]));
    for (size_t i = 0; i < LWM_SERVERS; i++)
        put_cell(env, kinds[1], i, c->server[i].used, c->server[i].instance, cell,
                 lwm_server_write(cell + 2, LWM_CONTENT_MAX, &c->server[i]));
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        put_cell(env, kinds[2], i, c->access[i].used, c->access[i].instance, cell,
                 lwm_access_write(cell + 2, LWM_CONTENT_MAX, &c->access[i]));
    for (size_t i = 0; i < LWM_OSCORES; i++)
        put_cell(env, kinds[3], i, c->oscore[i].used, c->oscore[i].instance, cell,
                 lwm_oscore_write(cell + 2, LWM_CONTENT_MAX, &c->oscore[i]));
    imp_wipe(cell, sizeof cell);
}

static const char *const memory[4] = {"security", "server", "access", "oscore"};
static const char *const smartcard[4] = {"card-security", "card-server", "card-access",
                                         "card-oscore"};

void lwm_smartcard_store(struct imp_env *env, const struct lwm_config *c)
{
    store(env, c, smartcard);
}

void lwm_config_store(struct imp_env *env, const struct lwm_config *c)
{
    store(env, c, memory);
}

static size_t get_cell(struct imp_env *env, const char *kind, size_t i, uint16_t *instance,
                       uint8_t *cell)
{
    char name[LWM_CELL_MAX], number[8];
    snprintf(number, sizeof number, "%zu", i);
    lwm_cell_name(name, kind, number);
    int n = env->ops->cell_get(env, name, cell, 2 + LWM_CONTENT_MAX);
    if (n < 2)
        return 0;
    *instance = (uint16_t)(cell[0] << 8 | cell[1]);
    return (size_t)n - 2;
}

void lwm_config_load(struct imp_env *env, struct lwm_config *c, bool card)
{
    const char *const *kinds = card ? smartcard : memory;
    uint8_t cell[2 + LWM_CONTENT_MAX];
    uint16_t instance = 0;
    size_t n;
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if ((n = get_cell(env, kinds[0], i, &instance, cell)) > 0)
            lwm_security_read(&c->security[i], instance, cell + 2, n);
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if ((n = get_cell(env, kinds[1], i, &instance, cell)) > 0)
            lwm_server_read(&c->server[i], instance, cell + 2, n);
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if ((n = get_cell(env, kinds[2], i, &instance, cell)) > 0)
            lwm_access_read(&c->access[i], instance, cell + 2, n);
    for (size_t i = 0; i < LWM_OSCORES; i++)
        if ((n = get_cell(env, kinds[3], i, &instance, cell)) > 0)
            lwm_oscore_read(&c->oscore[i], instance, cell + 2, n);
    imp_wipe(cell, sizeof cell);
}

static const char *const factory[4] = {"factory-security", "factory-server", "factory-access",
                                       "factory-oscore"};

void lwm_factory_store(struct imp_env *env, const struct lwm_config *made)
{
    const struct lwm_config c = {.security = {made->security[0]}, .oscore = {made->oscore[0]}};
    store(env, &c, factory);
}

void lwm_config_forget(struct imp_env *env)
{
    struct lwm_config c;
    uint8_t cell[2 + LWM_CONTENT_MAX];
    uint16_t instance;
    size_t n;
    lwm_config_load(env, &c, false);
    lwm_config_delete(&c, (struct lwm_path){-1, -1});
    bool given_up = !lwm_config_bootstrap(&c);
    if (given_up && (n = get_cell(env, factory[0], 0, &instance, cell)) > 0)
        lwm_security_read(&c.security[0], instance, cell + 2, n);
    if (given_up && (n = get_cell(env, factory[3], 0, &instance, cell)) > 0)
        lwm_oscore_read(&c.oscore[0], instance, cell + 2, n);
    lwm_config_store(env, &c);
    imp_wipe(cell, sizeof cell);
}
