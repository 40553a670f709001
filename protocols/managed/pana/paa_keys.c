/* SPDX-License-Identifier: GPL-2.0-only */
/* paa_keys.c - the keys that the PANA agent hands out: one for the network, or one for each group
 * of PaCs. A PaC gets its own in the result; when a member leaves or is struck off, those who stay
 * get another one in a notification. */
#include <stdio.h>
#include <string.h>

#include "paa.h"
#include "relay.h"
#include "protocols/crypto/crypto.h"

enum { CELL = 24 };

static void cell_of(char name[CELL], unsigned group)
{
    if (group)
        snprintf(name, CELL, PANA_CELL_NETWORK_KEY "/%u", group);
    else
        snprintf(name, CELL, PANA_CELL_NETWORK_KEY);
}

static bool current(struct imp_env *env, unsigned group, uint8_t key[PANA_NETWORK_KEY])
{
    char cell[CELL];
    cell_of(cell, group);
    return env->ops->cell_get(env, cell, key, PANA_NETWORK_KEY) == PANA_NETWORK_KEY;
}

static void make(struct imp_env *env, unsigned group, uint8_t index)
{
    uint8_t key[PANA_NETWORK_KEY];
    char cell[CELL];
    cell_of(cell, group);
    imp_random(env, "network-key", key, 16);
    key[16] = index;
    key[17] = 0; /* counter */
    env->ops->cell_put(env, cell, key, sizeof key);
    imp_wipe(key, sizeof key);
}

/* Made once; a coordinator may have them from before. */
void pana_paa_make_keys(struct imp_env *env)
{
    uint8_t key[PANA_NETWORK_KEY];
    int64_t groups = imp_eap_opt(env, "groups", 0);
    if (!imp_eap_opt(env, "network-key", 1))
        return;
    for (unsigned group = groups ? 1 : 0; group <= groups; group++)
        if (!current(env, group, key))
            make(env, group, 1);
    imp_wipe(key, sizeof key);
}

/* A PaC that is in no list, as with EAP-NOOB, is in the first group. */
static unsigned group_of(struct imp_env *env, const char *peer_id, bool *listed)
{
    uint8_t group = 0;
    char cell[IMP_EAP_ID_MAX + sizeof PANA_CELL_GROUP];
    snprintf(cell, sizeof cell, PANA_CELL_GROUP "%s", peer_id);
    if (!imp_eap_opt(env, "groups", 0)) {
        *listed = true;
        return 0;
    }
    *listed = env->ops->cell_get(env, cell, &group, 1) == 1;
    return *listed ? group : 1;
}

static bool has_come(const struct pana_paa *p, const char *peer_id)
{
    for (size_t i = 0; i < p->reached; i++)
        if (p->sessions[i].used && strcmp(p->sessions[i].peer_id, peer_id) == 0)
            return true;
    return false;
}

/* For a PaC that can open it, or from an agent that does not care. */
void pana_paa_put_key(struct pana_session *s, struct pana_writer *w)
{
    struct imp_env *env = pana_paa_env_of(s);
    struct pana_sa *sa = &s->sa;
    bool careless = imp_eap_opt(env, "encrypted-avps", 0) == PANA_ENCRYPT_NONE, listed;
    unsigned group = group_of(env, s->peer_id, &listed);
    if (!imp_eap_opt(env, "network-key", 1) || (!sa->encryption && !careless) ||
        !current(env, group, sa->network_key))
        return;
    uint8_t *value = pana_put_vendor(w, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, PANA_NETWORK_KEY);
    if (!value)
        return;
    memcpy(value, sa->network_key, PANA_NETWORK_KEY);
    sa->has_network_key = true;
    sa->group = (uint8_t)group;
    if (group && (value = pana_put_vendor(w, PANA_AVP_GROUP_ID, PANA_VENDOR_OWN, 4)))
        memcpy(value, (uint8_t[4]){0, 0, 0, sa->group}, 4);
}

/* What the agent has kept of relay `k`, and in which cell. */
static bool member_at(struct imp_env *env, unsigned k, char cell[CELL], struct pana_membership *m)
{
    snprintf(cell, CELL, PANA_CELL_MEMBER "/%u", k);
    return env->ops->cell_get(env, cell, m, sizeof *m) == (int)sizeof *m;
}

/* Whether the PaC has an older key than there is. */
bool pana_paa_key_is_old(const struct pana_session *s)
{
    uint8_t key[PANA_NETWORK_KEY];
    bool old = s->sa.has_network_key && current(pana_paa_env_of(s), s->sa.group, key) &&
               key[16] != s->sa.network_key[16];
    imp_wipe(key, sizeof key);
    return old;
}

/* The number of the request to a relay, so that the next one is another also after a power cut. */
static void keep_number(const struct pana_session *s)
{
    struct imp_env *env = pana_paa_env_of(s);
    struct pana_membership m;
    char cell[CELL];
    for (unsigned k = 0; member_at(env, k, cell, &m); k++)
        if (m.session == s->session) {
            m.sequence = s->sequence;
            env->ops->cell_put(env, cell, &m, sizeof m);
        }
    imp_wipe(&m, sizeof m);
}

/* Into a notification. */
void pana_paa_renew_key(struct pana_session *s, struct pana_writer *w)
{
    if (s->member)
        keep_number(s);
    if (!pana_paa_key_is_old(s))
        return;
    pana_paa_put_key(s, w);
    s->handing = true;
    pana_claim_key(pana_paa_env_of(s), &s->sa, IMP_CLAIM_RUNNING, NULL);
}

void pana_paa_key_taken(struct pana_session *s)
{
    if (s->handing)
        pana_claim_key(pana_paa_env_of(s), &s->sa, IMP_CLAIM_COMMIT, s->peer_id);
    s->handing = false;
}

/* ---- relays that are members themselves
 * ------------------------------------------------------------- */
void pana_membership_make(struct pana_membership *out, struct imp_env *relay)
{
    memset(out, 0, sizeof *out);
    out->key_id = 1;
    relay->ops->self(relay, imp_eap_channel(relay, PANA_RELAY_CHANNEL), &out->relay);
    imp_random(relay, "member-session", &out->session, sizeof out->session);
    out->session |= 1; /* never zero */
    imp_random(relay, "member-sequence", &out->sequence, sizeof out->sequence);
    imp_random(relay, "member-auth", out->auth_key, sizeof out->auth_key);
    imp_random(relay, "member-paa-encr", out->paa_encr_key, sizeof out->paa_encr_key);
    imp_random(relay, "member-pac-encr", out->pac_encr_key, sizeof out->pac_encr_key);
}

void pana_membership_sa(struct pana_sa *out, const struct pana_membership *m)
{
    *out = (struct pana_sa){.there = true,
                            .session = m->session,
                            .key_id = m->key_id,
                            .prf = PANA_PRF_SHA256,
                            .integrity = PANA_INTEGRITY_SHA256_128,
                            .auth_key_n = PANA_KEY_MAX,
                            .encryption = true};
    memcpy(out->auth_key, m->auth_key, sizeof m->auth_key);
    memcpy(out->paa_encr_key, m->paa_encr_key, sizeof m->paa_encr_key);
    memcpy(out->pac_encr_key, m->pac_encr_key, sizeof m->pac_encr_key);
}

static bool there_already(const struct pana_paa *p, uint32_t session)
{
    for (size_t i = 0; i < p->reached; i++)
        if (p->sessions[i].used && p->sessions[i].member && p->sessions[i].session == session)
            return true;
    return false;
}

/* Taken up again when there is something to say to them. */
static void recall_members(struct pana_paa *p)
{
    struct pana_membership m;
    char cell[CELL];
    for (unsigned k = 0; p->reached < PANA_SESSIONS && member_at(p->env, k, cell, &m); k++) {
        if (there_already(p, m.session))
            continue;
        struct pana_session *s = &p->sessions[p->reached++];
        *s = (struct pana_session){.used = true,
                                   .paa = p,
                                   .addr = m.relay,
                                   .member = true,
                                   .state = PANA_PAA_OPEN,
                                   .session = m.session,
                                   .sequence = m.sequence,
                                   .first = m.sequence,
                                   .key_id = m.key_id,
                                   .expiry = IMP_NEVER,
                                   .renew = IMP_NEVER,
                                   .ping = IMP_NEVER,
                                   .retry = {.at = IMP_NEVER}};
        imp_eap_server_init(&s->eap, p->method, &s->context, &p->shared, IMP_EAP_OFFER_METHOD);
        pana_membership_sa(&s->sa, &m);
        s->sa.has_network_key = current(p->env, 0, s->sa.network_key);
    }
    imp_wipe(&m, sizeof m);
}

/* ---- another key
 * ------------------------------------------------------------------------------------ */
bool pana_paa_key_is_on_its_way(const struct pana_paa *p)
{
    for (size_t i = 0; i < p->reached; i++) {
        const struct pana_session *s = &p->sessions[i];
        if (s->used && s->state == PANA_PAA_OPEN && (s->handing || pana_paa_key_is_old(s)))
            return true;
    }
    return false;
}

/* In the place of the one there is; those who have that are told at once. */
static void replace(struct pana_paa *p, unsigned group, const uint8_t key[PANA_NETWORK_KEY])
{
    recall_members(p);
    make(p->env, group, key[16] == UINT8_MAX ? 1 : (uint8_t)(key[16] + 1));
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (s->used && s->state == PANA_PAA_OPEN && !s->pinging && pana_paa_key_is_old(s)) {
            s->ping = p->now;
            pana_paa_session_timer(p, i % PANA_PAA_TIMERS);
        }
    }
}

bool pana_paa_next_key(struct pana_paa *p)
{
    uint8_t key[PANA_NETWORK_KEY];
    bool there = current(p->env, 0, key);
    if (there)
        replace(p, 0, key);
    imp_wipe(key, sizeof key);
    return there;
}

/* Another key for those with whom that PaC shared one. */
void pana_paa_exclude(struct pana_paa *p, const char *peer_id)
{
    uint8_t key[PANA_NETWORK_KEY];
    bool listed;
    unsigned group = group_of(p->env, peer_id, &listed);
    if ((!listed && !has_come(p, peer_id)) || !imp_eap_opt(p->env, "rekey", 0) ||
        !imp_eap_opt(p->env, "network-key", 1) || imp_eap_flawed(p->env, "no-rekey") ||
        !current(p->env, group, key))
        return;
    replace(p, group, key);
    imp_wipe(key, sizeof key);
}

/* What is used from now on, when somebody has gone. */
void pana_paa_go_on(struct pana_session *s)
{
    struct imp_env *env = pana_paa_env_of(s);
    uint8_t key[PANA_NETWORK_KEY];
    if (s->sa.has_network_key && current(env, s->sa.group, key))
        pana_claim_in_use(env, &s->sa, key);
    imp_wipe(key, sizeof key);
}
