/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_transport.c - one end of a conversation between two nodes. */
#include "mesh_transport.h"

#include <string.h>

#include "mesh_bearer.h"
#include "protocols/crypto/crypto.h"

#define REPEAT (500 * IMP_MS) /* of unacknowledged segments; at least 200 ms, section 3.5.3.3 */
#define ACKNOWLEDGE (150 * IMP_MS) /* after a segment of what is incomplete, at least */
enum { TTL = 0 };                  /* one hop: nobody relays */

void mesh_transport_begin(struct mesh_transport *t, const struct mesh_speaker *s, uint32_t seq)
{
    *t = (struct mesh_transport){.open = true,
                                 .known = s->peer != 0,
                                 .s = *s,
                                 .seq = seq,
                                 .again = IMP_NEVER,
                                 .acknowledge = IMP_NEVER};
}

void mesh_transport_keys(struct mesh_speaker *s, struct imp_env *env, const uint8_t sends[16],
                         const uint8_t *hears)
{
    mesh_k2(env, &s->network, sends, &(uint8_t){0}, 1);
    s->two = hears != NULL;
    if (hears)
        mesh_k2(env, &s->also, hears, &(uint8_t){0}, 1);
}

/* ---- sending
 * -----------------------------------------------------------------------------------------------
 */
static void transmit(struct mesh_transport *t, struct imp_env *env, int message, bool control,
                     const uint8_t *transport, size_t n)
{
    uint8_t frame[MESH_AD_MAX];
    struct mesh_network_pdu pdu = {
        .control = control, .ttl = TTL, .seq = t->seq, .src = t->s.own, .dst = t->s.peer, .n = n};
    if (t->seq >= MESH_SEQ_MAX)
        return; /* an IV update would be due, which takes longer than any run */
    t->seq++;
    memcpy(pdu.transport, transport, n);
    n = mesh_network_seal(env, frame + 2, &t->s.network, t->s.iv_index, &pdu);
    frame[0] = (uint8_t)(1 + n);
    frame[1] = MESH_AD_MESSAGE;
    imp_send(env, t->s.channel, &t->s.to, message, frame, 2 + n);
}

/* The segments that are not acknowledged, each under a SEQ of its own. */
static void transmit_segments(struct mesh_transport *t, struct imp_env *env, imp_time now)
{
    uint8_t pdu[MESH_TRANSPORT_MAX], jitter;
    for (uint8_t i = 0; i <= t->last_out; i++) {
        size_t at = i * (size_t)MESH_SEGMENT_MAX, left = t->out_n - at;
        struct mesh_lower l = {.segmented = true,
                               .seq_zero = t->out_auth & 0x1fff,
                               .seg_o = i,
                               .seg_n = t->last_out,
                               .data = t->out + at,
                               .n = left < MESH_SEGMENT_MAX ? left : MESH_SEGMENT_MAX};
        if (t->missing >> i & 1)
            transmit(t, env, t->out_message, false, pdu, mesh_lower_write(pdu, &l));
    }
    env->ops->random(env, "transport", &jitter, 1);
    t->again = now + REPEAT + jitter * IMP_MS;
}

void mesh_transport_send(struct mesh_transport *t, struct imp_env *env, int message,
                         const uint8_t *access, size_t n, imp_time now)
{
    uint8_t upper[MESH_UPPER_MAX], pdu[MESH_TRANSPORT_MAX];
    struct mesh_envelope e = {
        .seq = t->seq, .src = t->s.own, .dst = t->s.peer, .iv_index = t->s.iv_index};
    mesh_access_seal(env, upper, t->s.device_key, &e, access, n);
    n += MESH_ACCESS_MIC;
    t->missing = 0;
    t->again = IMP_NEVER;
    if (n <= MESH_UNSEGMENTED_MAX) {
        struct mesh_lower l = {.data = upper, .n = n};
        transmit(t, env, message, false, pdu, mesh_lower_write(pdu, &l));
        return;
    }
    memcpy(t->out, upper, n);
    t->out_n = (uint8_t)n;
    t->out_auth = t->seq;
    t->out_message = message;
    t->last_out = (uint8_t)((n - 1) / MESH_SEGMENT_MAX);
    t->missing = (2u << t->last_out) - 1;
    transmit_segments(t, env, now);
}

static void acknowledge(struct mesh_transport *t, struct imp_env *env, uint32_t auth,
                        uint32_t block)
{
    uint8_t pdu[MESH_SEGMENT_ACK];
    mesh_ack_write(pdu, auth & 0x1fff, block);
    t->acknowledge = IMP_NEVER;
    transmit(t, env, t->s.ack_message, true, pdu, sizeof pdu);
}

void mesh_transport_timeout(struct mesh_transport *t, struct imp_env *env, imp_time now)
{
    if (now >= t->acknowledge)
        acknowledge(t, env, t->in_auth, t->have);
    if (now >= t->again)
        transmit_segments(t, env, now);
}

imp_time mesh_transport_deadline(const struct mesh_transport *t)
{
    if (!t->open)
        return IMP_NEVER;
    return t->again < t->acknowledge ? t->again : t->acknowledge;
}

/* ---- receiving
 * -----------------------------------------------------------------------------------------------
 */
/* An advertisement is heard several times. */
static bool cached(struct mesh_transport *t, const struct mesh_network_pdu *pdu)
{
    uint64_t entry = (uint64_t)pdu->src << 32 | (pdu->seq + 1);
    for (int i = 0; i < MESH_CACHE; i++)
        if (t->cache[i] == entry)
            return true;
    memmove(t->cache + 1, t->cache, sizeof *t->cache * (MESH_CACHE - 1));
    t->cache[0] = entry;
    return false;
}

/* Section 3.9.8: a message counts when its SEQ is above all that counted before. */
static bool replayed(const struct mesh_transport *t, uint32_t seq)
{
    return t->s.check_replay && t->heard && seq <= t->highest;
}

static void accepted(struct mesh_transport *t, struct imp_env *env, uint32_t seq_auth,
                     uint32_t highest)
{
    const uint8_t octets[3] = {(uint8_t)(seq_auth >> 16), (uint8_t)(seq_auth >> 8),
                               (uint8_t)seq_auth};
    t->highest = t->heard && t->highest > highest ? t->highest : highest;
    t->heard = true;
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = "network",
                                       .name = "SEQ",
                                       .sid = t->s.sid,
                                       .sid_n = sizeof t->s.sid,
                                       .data = octets,
                                       .data_n = sizeof octets});
}

static void acknowledged(struct mesh_transport *t, const struct mesh_network_pdu *pdu)
{
    uint16_t seq_zero;
    uint32_t block;
    if (mesh_ack_read(&seq_zero, &block, pdu->transport, pdu->n) != 0 || replayed(t, pdu->seq) ||
        seq_zero != (t->out_auth & 0x1fff))
        return;
    t->missing &= ~block;
    if (t->missing == 0)
        t->again = IMP_NEVER;
}

static size_t opened(struct mesh_transport *t, struct imp_env *env, uint32_t seq_auth,
                     uint32_t highest, const uint8_t *upper, size_t n)
{
    struct mesh_envelope e = {
        .seq = seq_auth, .src = t->s.peer, .dst = t->s.own, .iv_index = t->s.iv_index};
    if (mesh_access_open(env, t->access, t->s.device_key, &e, upper, n) != 0)
        return 0;
    t->known = true;
    accepted(t, env, seq_auth, highest);
    return n - MESH_ACCESS_MIC;
}

/* Puts a segment where it belongs. False: it belongs nowhere, or not all have come. */
static bool place(struct mesh_transport *t, const struct mesh_lower *l, uint32_t auth, imp_time now)
{
    bool last = l->seg_o == l->seg_n;
    if (l->seg_n >= MESH_SEGMENTS || l->szmic || (!last && l->n != MESH_SEGMENT_MAX))
        return false;
    if (t->have == 0 || t->in_auth != auth) {
        if (t->have != 0 && t->in_auth > auth && t->s.check_replay)
            return false; /* of an older message */
        t->have = 0;
        t->in_auth = auth;
        t->last_in = l->seg_n;
    }
    if (l->seg_n != t->last_in)
        return false;
    memcpy(t->in + l->seg_o * (size_t)MESH_SEGMENT_MAX, l->data, l->n);
    imp_observe_join(
        t->in, (l->seg_o * (size_t)MESH_SEGMENT_MAX) + l->n,
        (struct imp_piece[]){{t->in, l->seg_o * (size_t)MESH_SEGMENT_MAX}, {l->data, l->n}}, 2);
    t->have |= 1u << l->seg_o;
    if (last)
        t->last_size = (uint8_t)l->n;
    if (t->acknowledge == IMP_NEVER)
        t->acknowledge = now + ACKNOWLEDGE;
    return t->have == (2u << t->last_in) - 1;
}

static size_t segment(struct mesh_transport *t, struct imp_env *env, const struct mesh_lower *l,
                      uint32_t seq, imp_time now)
{
    uint32_t auth = mesh_seq_auth(seq, l->seq_zero);
    if (t->s.check_replay && t->done_block && auth == t->done_auth) {
        acknowledge(t, env, auth, t->done_block); /* repeated: the acknowledgement was lost */
        return 0;
    }
    if (replayed(t, auth) || !place(t, l, auth, now))
        return 0;
    t->done_auth = auth;
    t->done_block = t->have;
    t->have = 0;
    acknowledge(t, env, auth, t->done_block);
    return opened(t, env, auth, seq, t->in, t->last_in * (size_t)MESH_SEGMENT_MAX + t->last_size);
}

static bool network_pdu(const struct mesh_speaker *s, struct imp_env *env,
                        struct mesh_network_pdu *out, const uint8_t *p, size_t n)
{
    return mesh_network_open(env, out, &s->network, s->iv_index, p, n) == 0 ||
           (s->two && mesh_network_open(env, out, &s->also, s->iv_index, p, n) == 0);
}

size_t mesh_transport_receive(struct mesh_transport *t, struct imp_env *env, const uint8_t *p,
                              size_t n, imp_time now)
{
    struct mesh_network_pdu pdu;
    struct mesh_lower l;
    if (!t->open || !network_pdu(&t->s, env, &pdu, p, n) || pdu.dst != t->s.own ||
        (t->known && pdu.src != t->s.peer) || cached(t, &pdu))
        return 0;
    if (!t->known && pdu.src != t->s.peer) { /* perhaps the one who has the device key */
        t->s.peer = pdu.src;
        t->have = 0;
    }
    if (pdu.control) {
        acknowledged(t, &pdu);
        return 0;
    }
    if (mesh_lower_read(&l, pdu.transport, pdu.n) != 0 || l.application)
        return 0;
    if (l.segmented)
        return segment(t, env, &l, pdu.seq, now);
    return replayed(t, pdu.seq) ? 0 : opened(t, env, pdu.seq, pdu.seq, l.data, l.n);
}
