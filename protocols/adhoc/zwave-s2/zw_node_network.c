/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_node_network.c - a node enters a network and leaves it: frames of the class Z-Wave Protocol,
 * in clear (their layouts: ZW_transport_commandclass.h, ZW_explore.h of Silicon Labs' stack;
 * zwave-js, ZWaveProtocolCC.ts). */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

#define TB1 (30 * IMP_S)
#define INFO_INTERVAL (5 * IMP_S) /* ours: the user presses the button again */
#define LEAVE_LIMIT (30 * IMP_S)  /* ours: how long the button lets a node leave */
#define PRIME_TO_INCLUDE (4 * IMP_S)
#define EXPLORE_INTERVAL (4 * IMP_S) /* EXPLORE_FRAME_TIMEOUT of the same stack */
enum { GRANULARITY = 120, ROUNDS = 6, NWI = 4 };

/* Schedule of SmartStart: a random part of 12 s; then 16 s and such a part, doubled each time; then
 * 512 s (SDS13944, as ZW_network_management.c quotes it). */
static imp_time schedule(struct zw_joining *j)
{
    uint8_t draw;
    imp_random(j->env, "smart-start", &draw, 1);
    imp_time part = (draw % GRANULARITY) * 100 * IMP_MS;
    unsigned round = j->round;
    if (j->round < ROUNDS)
        j->round++;
    if (round == 0)
        return part > 0 ? part : 100 * IMP_MS;
    return round < ROUNDS ? (16 * IMP_S + part) << (round - 1) : 512 * IMP_S;
}

imp_time zw_node_pause(struct zw_joining *j)
{
    return zw_smart_start(j->env) ? schedule(j) : imp_opt(j->env, ZW_OPT_RETRY) * IMP_S;
}

/* From the capabilities on; end nodes do not say their basic device class. */
static size_t describe(const struct zw_joining *j, uint8_t *out)
{
    /* listening, routing, 40 kbit/s, protocol version 4; optional functions, beams, routing end
     * node, specific device class; 100 kbit/s; generic class entry control, keypad door lock */
    static const uint8_t info[] = {0xd3, 0x9c, 0x01, 0x40, 0x03, 0x5e};
    int64_t security = imp_opt(j->env, ZW_OPT_SECURITY);
    size_t n = sizeof info;
    memcpy(out, info, sizeof info);
    if (security != ZW_SECURITY_S0)
        out[n++] = ZW_CLASS_S2;
    if (security != ZW_SECURITY_S2)
        out[n++] = ZW_CLASS_S0;
    return n;
}

static void node_info(struct zw_joining *j, const struct imp_addr *to, imp_time repeat)
{
    uint8_t frame[2 + 8] = {ZW_CLASS_PROTOCOL, ZW_NODE_INFO};
    size_t n = 2 + describe(j, frame + 2);
    imp_send(j->env, ZW_RADIO, to, ZW_MSG_NODE_INFO, frame, n);
    j->repeat = repeat;
}

/* The NWI HomeID, which is the HomeID of such a frame, stands in the place of the HomeID that
 * repeaters of a network put there; without explore frames behind class and command. */
static size_t announcement(const struct zw_joining *j, uint8_t *frame)
{
    uint8_t command = j->includes ? ZW_INCLUDE : ZW_PRIME;
    bool explores = imp_opt(j->env, ZW_OPT_EXPLORE);
    size_t n = explores ? ZW_EXPLORE + NWI : 0;
    if (explores) {
        zw_explore_write(frame, ZW_EXPLORE_AUTO_INCLUSION);
        zw_nwi_home_id(frame + ZW_EXPLORE, j->x.own_public);
    }
    frame[n++] = ZW_CLASS_PROTOCOL;
    frame[n++] = command;
    if (!explores) {
        zw_nwi_home_id(frame + n, j->x.own_public);
        n += NWI;
    }
    return n + describe(j, frame + n);
}

/* SmartStart: the prime tells the controller that a node is there whose DSK it may have; the
 * request after it asks for inclusion. */
static void announce(struct zw_joining *j, imp_time now)
{
    uint8_t frame[ZW_EXPLORE + NWI + 2 + 8];
    size_t n = announcement(j, frame);
    imp_send(j->env, ZW_RADIO, &imp_to_all, j->includes ? ZW_MSG_INCLUDE : ZW_MSG_PRIME, frame, n);
    j->repeat = now + (j->includes ? schedule(j) : PRIME_TO_INCLUDE);
    j->includes = !j->includes;
}

static void say(struct zw_joining *j, imp_time now)
{
    if (zw_smart_start(j->env))
        announce(j, now);
    else
        node_info(j, &imp_to_all, now + INFO_INTERVAL);
}

void zw_node_learn(struct zw_joining *j, imp_time now)
{
    memset(&j->x, 0, sizeof j->x);
    memset(&j->keys, 0, sizeof j->keys);
    j->env->ops->cell_get(j->env, ZW_CELL_SECRET, j->x.own_secret, 32);
    imp_x25519_public(NULL, j->x.own_public, j->x.own_secret);
    j->attempts++;
    j->includes = false;
    zw_node_await(j, ZW_N_LEARN, IMP_NEVER);
    say(j, now);
}

static void assigned(struct zw_joining *j, const struct imp_event *e, imp_time now)
{
    j->x.peer = e->from;
    j->x.link.ends.own = e->bytes[2];
    j->x.link.ends.peer = zw_node_id(&e->from);
    memcpy(j->x.link.ends.home, e->bytes + 3, 4);
    j->x.link.resync = imp_opt(j->env, ZW_OPT_RESYNC);
    zw_node_await(j, ZW_N_KEX_GET, now + TB1);
}

/* ---- leaving
 * -----------------------------------------------------------------------------------------------
 */
void zw_node_leave(struct zw_joining *j, imp_time now)
{
    if (j->state != ZW_N_INCLUDED)
        return;
    zw_node_await(j, ZW_N_LEAVE, now + LEAVE_LIMIT);
    node_info(j, &imp_to_all, imp_opt(j->env, ZW_OPT_EXPLORE) ? now + EXPLORE_INTERVAL : IMP_NEVER);
}

/* Network-wide exclusion: the request goes through repeaters to a controller out of reach. */
static void request_exclusion(struct zw_joining *j, imp_time now)
{
    uint8_t frame[ZW_EXPLORE + 2 + 8];
    zw_explore_write(frame, ZW_EXPLORE_NORMAL);
    frame[ZW_EXPLORE] = ZW_CLASS_PROTOCOL;
    frame[ZW_EXPLORE + 1] = ZW_EXCLUDE_REQUEST;
    size_t n = ZW_EXPLORE + 2 + describe(j, frame + ZW_EXPLORE + 2);
    imp_send(j->env, ZW_RADIO, &imp_to_all, ZW_MSG_EXCLUDE_REQUEST, frame, n);
    j->repeat = now + EXPLORE_INTERVAL;
}

/* NodeID 0: the node is reset to what it was in the factory, but for its counters. */
static void left(struct zw_joining *j)
{
    j->env->ops->cell_erase(j->env, ZW_CELL_KEYS);
    imp_wipe(&j->x, sizeof j->x);
    imp_wipe(&j->keys, sizeof j->keys);
    zw_node_await(j, ZW_N_EXCLUDED, IMP_NEVER);
}

static void leaving(struct zw_joining *j, const struct imp_event *e)
{
    const uint8_t *p = e->bytes;
    bool presents = p[1] == ZW_TRANSFER_PRESENTATION && e->n == 3 && (p[2] & ZW_UNIQUE_HOME_ID);
    if (p[0] != ZW_CLASS_PROTOCOL)
        return;
    if (presents && !(p[2] & ZW_NOT_EXCLUSION))
        node_info(j, &e->from, j->repeat);
    else if (p[1] == ZW_ASSIGN_IDS && e->n == 7 && p[2] == 0)
        left(j);
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
bool zw_node_network_frame(struct zw_joining *j, const struct imp_event *e, imp_time now)
{
    const uint8_t *p = e->bytes;
    if (j->state == ZW_N_LEAVE)
        leaving(j, e);
    else if (j->state == ZW_N_LEARN && p[0] == ZW_CLASS_PROTOCOL && p[1] == ZW_ASSIGN_IDS &&
             e->n == 7 && p[2] != 0)
        assigned(j, e, now);
    else
        return j->state == ZW_N_LEARN || j->state == ZW_N_EXCLUDED;
    return true;
}

bool zw_node_network_timeout(struct zw_joining *j, imp_time now)
{
    if (j->state == ZW_N_LEARN && now >= j->repeat)
        say(j, now);
    else if (j->state == ZW_N_FAILED && now >= j->due)
        zw_node_learn(j, now);
    else if (j->state == ZW_N_LEAVE && now >= j->due)
        zw_node_await(j, ZW_N_INCLUDED, IMP_NEVER);
    else if (j->state == ZW_N_LEAVE && now >= j->repeat)
        request_exclusion(j, now);
    else
        return j->state == ZW_N_LEARN;
    return true;
}
