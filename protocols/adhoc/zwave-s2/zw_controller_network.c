/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_controller_network.c - a controller takes nodes into its network, by a press of their button
 * or by its provisioning list, chooses their security, and takes them out again. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

enum { INFO = 2, INFO_CLASSES = 5 /* octets before the list of classes */, NWI = 4 };
#define STEP (10 * IMP_S)
#define EXCLUSION (60 * IMP_S)   /* ours: how long exclusion mode lasts */
#define EXCLUDED (5 * IMP_S)     /* ours: and after one is out */
#define PRESENTATION (2 * IMP_S) /* between Transfer Presentations */

static bool lists(const uint8_t *info, size_t n, uint8_t class)
{
    for (size_t i = INFO_CLASSES; i < n; i++)
        if (info[i] == class)
            return true;
    return false;
}

/* What a node says of itself to everybody. */
struct notice {
    int command;        /* of the class Z-Wave Protocol; 0: it is none */
    const uint8_t *nwi; /* of SmartStart */
};

static struct notice notice_of(const struct zw_including *c, const uint8_t *p, size_t n)
{
    struct notice t = {0};
    int how = 0;
    size_t before = imp_opt(c->env, ZW_OPT_EXPLORE) ? zw_explore_read(&how, p, n) : 0;
    if (p[before] != ZW_CLASS_PROTOCOL)
        return t;
    int command = p[before + 1];
    bool announces = command == ZW_PRIME || command == ZW_INCLUDE;
    bool inclusion = before && how == ZW_EXPLORE_AUTO_INCLUSION;
    size_t nwi = announces && !before ? NWI : 0;
    if (n <= before + 2 + nwi + INFO_CLASSES)
        return t;
    if (announces && (inclusion || !imp_opt(c->env, ZW_OPT_EXPLORE)))
        t = (struct notice){command, inclusion ? p + ZW_EXPLORE : p + INFO};
    else if ((command == ZW_NODE_INFO && !before) ||
             (command == ZW_EXCLUDE_REQUEST && before && !inclusion))
        t.command = command;
    return t;
}

/* ---- inclusion, choice of security
 * -----------------------------------------------------------------------------------------------
 */
static void begin_s0(struct zw_including *c, imp_time now)
{
    int64_t policy = imp_opt(c->env, ZW_OPT_S0);
    if (policy != ZW_S0_ACCEPT)
        zw_claim(c->env, IMP_CLAIM_ALARM, "no-s2");
    if (policy == ZW_S0_REFUSE) {
        zw_controller_failed(c, 0, "no-s2");
        return;
    }
    zw_controller_await(c, ZW_C_S0_SCHEME, now + STEP);
    zw_clear(&c->x, c->env, ZW_MSG_S0_SCHEME_GET, (uint8_t[]){ZW_CLASS_S0, ZW_S0_SCHEME_GET, 0}, 3);
}

/* NodeID and HomeID are the medium's. */
static void assign(struct zw_including *c, const struct imp_event *e)
{
    struct imp_addr self = {.n = 0};
    uint8_t ids[7] = {ZW_CLASS_PROTOCOL, ZW_ASSIGN_IDS, zw_node_id(&e->from)};
    zw_controller_idle(c);
    c->undecodable = 0;
    c->masked = false;
    c->x.peer = e->from;
    c->env->ops->self(c->env, ZW_RADIO, &self);
    zw_home_id(ids + 3, &e->from);
    c->x.link.ends = (struct zw_ends){.own = zw_node_id(&self), .peer = ids[2]};
    memcpy(c->x.link.ends.home, ids + 3, 4);
    c->x.link.resync = imp_opt(c->env, ZW_OPT_RESYNC);
    zw_clear(&c->x, c->env, ZW_MSG_ASSIGN_IDS, ids, sizeof ids);
}

static void begin_s2(struct zw_including *c, imp_time now)
{
    zw_controller_await(c, ZW_C_KEX_REPORT, now + STEP);
    zw_clear(&c->x, c->env, ZW_MSG_KEX_GET, (uint8_t[]){ZW_CLASS_S2, ZW_S2_KEX_GET}, 2);
}

static void node_info(struct zw_including *c, const struct imp_event *e, imp_time now)
{
    bool s2 = lists(e->bytes + INFO, e->n - INFO, ZW_CLASS_S2);
    bool s0 = lists(e->bytes + INFO, e->n - INFO, ZW_CLASS_S0);
    if (!s2 && !s0)
        return;
    assign(c, e);
    if (s2)
        begin_s2(c, now);
    else
        begin_s0(c, now);
}

/* ---- SmartStart: nodes of the provisioning list, without a user
 * -----------------------------------------------------------------------------------------------
 */
static const uint8_t *listed(const struct zw_including *c, const uint8_t nwi[NWI])
{
    uint8_t of[NWI];
    for (size_t i = 0; i < c->label_count; i++) {
        zw_nwi_home_id(of, c->labels[i]);
        if (memcmp(of, nwi, NWI) == 0)
            return c->labels[i];
    }
    return NULL;
}

/* A node is included by Security 2 or not at all, whatever it lists. */
static void smart_start(struct zw_including *c, const struct imp_event *e, const struct notice *t,
                        imp_time now)
{
    const uint8_t *label = listed(c, t->nwi);
    if (t->command == ZW_PRIME) {
        c->primed = label ? label : c->primed;
    } else if ((label && label == c->primed) || c->env->adversary) {
        c->primed = NULL;
        assign(c, e);
        begin_s2(c, now);
    }
}

/* ---- exclusion
 * -----------------------------------------------------------------------------------------------
 */
static void present(struct zw_including *c, imp_time now)
{
    static const uint8_t frame[] = {ZW_CLASS_PROTOCOL, ZW_TRANSFER_PRESENTATION,
                                    ZW_UNIQUE_HOME_ID | ZW_NOT_INCLUSION};
    imp_send(c->env, ZW_RADIO, &imp_to_all, ZW_MSG_TRANSFER_PRESENTATION, frame, sizeof frame);
    c->repeat = now + PRESENTATION;
}

void zw_controller_exclude(struct zw_including *c, imp_time now)
{
    if (c->state != ZW_C_IDLE)
        return;
    zw_controller_await(c, ZW_C_EXCLUDE, now + EXCLUSION);
    present(c, now);
}

/* Whoever is in learn mode goes, of whichever network: NodeID 0, and no HomeID. Exclusion mode ends
 * soon after, when whoever left has nothing more to say. */
static void take_out(struct zw_including *c, const struct imp_event *e, imp_time now)
{
    static const uint8_t none[7] = {ZW_CLASS_PROTOCOL, ZW_ASSIGN_IDS};
    imp_send(c->env, ZW_RADIO, &e->from, ZW_MSG_ASSIGN_IDS, none, sizeof none);
    zw_controller_await(c, ZW_C_EXCLUDE, now + EXCLUDED);
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
bool zw_controller_network_frame(struct zw_including *c, const struct imp_event *e, imp_time now)
{
    struct notice t = notice_of(c, e->bytes, e->n);
    bool smart = zw_smart_start(c->env), info = t.command == ZW_NODE_INFO;
    bool leaves = info || t.command == ZW_EXCLUDE_REQUEST;
    if (c->state == ZW_C_IDLE && !smart && info)
        node_info(c, e, now);
    else if (c->state == ZW_C_IDLE && smart && t.nwi)
        smart_start(c, e, &t, now);
    else if (c->state == ZW_C_EXCLUDE && leaves)
        take_out(c, e, now);
    return c->state == ZW_C_IDLE || c->state == ZW_C_EXCLUDE || t.command;
}

bool zw_controller_network_timeout(struct zw_including *c, imp_time now)
{
    if (c->state != ZW_C_EXCLUDE)
        return false;
    if (now >= c->due)
        zw_controller_idle(c);
    else if (now >= c->repeat)
        present(c, now);
    return true;
}
