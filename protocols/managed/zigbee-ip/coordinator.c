/* SPDX-License-Identifier: GPL-2.0-only */
/* coordinator.c - the coordinator: PANA's agent; when all members have the next network key, it is
 * put into use by the first messages of the mesh under it. */
#include <stdio.h>

#include "protocols/crypto/crypto.h"
#include "zigbee_ip.h"

enum { TIMER_LIFETIME = 62, TIMER_SWITCH = 63 }; /* below them are the agent's */
#define REPEAT_AFTER IMP_S

static int key_of(struct imp_env *env, uint8_t key[PANA_NETWORK_KEY])
{
    return env->ops->cell_get(env, PANA_CELL_NETWORK_KEY, key, PANA_NETWORK_KEY) == PANA_NETWORK_KEY
               ? key[16]
               : 0;
}

static void set_lifetime(struct imp_env *env, imp_time now)
{
    imp_time lifetime = imp_eap_opt(env, "network-key-lifetime", 0) * IMP_S;
    if (lifetime)
        imp_timer(env, TIMER_LIFETIME, now + lifetime);
}

/* ---- the next key is put into use
 * ------------------------------------------------------------------- */
static void advertise(struct zip_coordinator *z, struct imp_env *env,
                      const uint8_t key[PANA_NETWORK_KEY])
{
    struct zip_keys keys;
    struct imp_addr to;
    char cell[ZIP_CELL];
    if (!z->counting)
        zip_counter_start(&z->counter, env);
    z->counting = true;
    zip_keys_derive(env, &keys, key);
    for (unsigned k = 0;; k++) {
        snprintf(cell, sizeof cell, ZIP_CELL_NEIGHBOUR "/%u", k);
        if (env->ops->cell_get(env, cell, &to, sizeof to) != (int)sizeof to)
            break;
        zip_advertise(env, ZIP_MESH, &keys, &z->counter, &to, ZIP_MSG_MESH_ADVERTISEMENT,
                      z->said == 0);
    }
    imp_wipe(&keys, sizeof keys);
}

/* The key of the index `next` is said `ZIP_REPETITIONS` times; one that came meanwhile begins anew.
 */
static void say(struct zip_coordinator *z, struct imp_env *env, imp_time now)
{
    uint8_t key[PANA_NETWORK_KEY];
    int next = key_of(env, key);
    z->at = IMP_NEVER;
    if (next && next != z->active && !pana_paa_key_is_on_its_way(&z->paa)) {
        advertise(z, env, key);
        z->at = now + REPEAT_AFTER;
        if (++z->said == ZIP_REPETITIONS) {
            z->active = (uint8_t)next;
            z->said = 0;
            z->at = IMP_NEVER;
        }
    } else {
        z->said = 0;
    }
    imp_wipe(key, sizeof key);
    imp_timer(env, TIMER_SWITCH, z->at);
}

/* Whether a key waits for its use that everybody has by now, who answers. */
static void watch(struct zip_coordinator *z, struct imp_env *env, imp_time now)
{
    uint8_t key[PANA_NETWORK_KEY];
    int next = key_of(env, key);
    imp_wipe(key, sizeof key);
    if (!z->active)
        z->active = (uint8_t)next;
    if (next == z->active || z->at != IMP_NEVER || pana_paa_key_is_on_its_way(&z->paa))
        return;
    z->at = now + imp_eap_opt(env, "key-activation", 0) * IMP_S;
    imp_timer(env, TIMER_SWITCH, z->at);
}

void zip_coordinator_init(void *ctx, struct imp_env *env)
{
    struct zip_coordinator *z = ctx;
    z->at = IMP_NEVER;
    pana_paa_init(&z->paa, env);
}

void zip_coordinator_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct zip_coordinator *z = ctx;
    bool timer = e->kind == IMP_EVENT_TIMER;
    if (timer && e->id == TIMER_SWITCH) {
        say(z, env, now);
    } else if (timer && e->id == TIMER_LIFETIME) {
        z->paa.now = now;
        pana_paa_next_key(&z->paa);
        set_lifetime(env, now);
    } else if (e->kind != IMP_EVENT_RECEIVE || e->channel != ZIP_MESH) {
        pana_paa_event(&z->paa, env, e, now);
        if (e->kind == IMP_EVENT_START)
            set_lifetime(env, now);
    }
    watch(z, env, now);
}
