/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_bearer.c - PB-ADV. */
#include "mesh_bearer.h"

#include <string.h>

#include "protocols/contract/observe.h"

#define REPEAT (500 * IMP_MS)    /* from one sending of a transaction to the next: ours */
#define ACK_GAP (200 * IMP_MS)   /* an advertisement is heard several times: one answer is enough */
#define TRANSACTION (30 * IMP_S) /* section 5.3.2 */

/* ---- frames
 * -----------------------------------------------------------------------------------------------
 */
/* x^8 + x^2 + x + 1, bits reversed, ones before and complemented after. */
uint8_t mesh_fcs(const uint8_t *p, size_t n)
{
    uint8_t crc = 0xff;
    while (n-- > 0) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = (uint8_t)(crc & 1 ? crc >> 1 ^ 0xe0 : crc >> 1);
    }
    return (uint8_t)~crc;
}

static int read_start(struct mesh_generic *g)
{
    if (g->n < 3)
        return -1;
    g->total = (uint16_t)(g->data[0] << 8 | g->data[1]);
    g->fcs = g->data[2];
    g->data += 3;
    g->n -= 3;
    return g->n <= MESH_START_MAX ? 0 : -1;
}

int mesh_generic_read(struct mesh_generic *out, const uint8_t *frame, size_t n)
{
    if (n < 2 + MESH_LINK_ID + 2 || n > MESH_AD_MAX || frame[0] != n - 1 ||
        frame[1] != MESH_AD_PB_ADV)
        return -1;
    *out = (struct mesh_generic){.transaction = frame[6],
                                 .kind = (enum mesh_gpcf)(frame[7] & 3),
                                 .number = frame[7] >> 2,
                                 .data = frame + 8,
                                 .n = n - 8};
    memcpy(out->link, frame + 2, MESH_LINK_ID);
    switch (out->kind) {
    case MESH_GP_START:
        return read_start(out);
    case MESH_GP_ACK:
        return out->n == 0 && out->number == 0 ? 0 : -1;
    case MESH_GP_CONTINUE:
        return out->n > 0 && out->n <= MESH_CONTINUE_MAX && out->number > 0 ? 0 : -1;
    default:
        return out->n == (out->number == MESH_LINK_OPEN    ? (size_t)MESH_UUID
                          : out->number == MESH_LINK_CLOSE ? 1u
                                                           : 0u) &&
                       out->number <= MESH_LINK_CLOSE
                   ? 0
                   : -1;
    }
}

size_t mesh_generic_write(uint8_t frame[MESH_AD_MAX], const struct mesh_generic *g)
{
    size_t at = 8;
    frame[1] = MESH_AD_PB_ADV;
    memcpy(frame + 2, g->link, MESH_LINK_ID);
    frame[6] = g->transaction;
    frame[7] = (uint8_t)(g->number << 2 | g->kind);
    if (g->kind == MESH_GP_START) {
        frame[at++] = (uint8_t)(g->total >> 8);
        frame[at++] = (uint8_t)g->total;
        frame[at++] = g->fcs;
    }
    if (g->n > 0)
        memcpy(frame + at, g->data, g->n);
    at += g->n;
    frame[0] = (uint8_t)(at - 1);
    return at;
}

static unsigned last_segment(size_t n)
{
    return n <= MESH_START_MAX
               ? 0
               : (unsigned)((n - MESH_START_MAX + MESH_CONTINUE_MAX - 1) / MESH_CONTINUE_MAX);
}

static size_t segment_at(unsigned i)
{
    return i ? MESH_START_MAX + (i - 1) * (size_t)MESH_CONTINUE_MAX : 0;
}

size_t mesh_segment(uint8_t frame[MESH_AD_MAX], const uint8_t link[MESH_LINK_ID],
                    uint8_t transaction, const uint8_t *pdu, size_t n, unsigned i)
{
    struct mesh_generic g = {.transaction = transaction,
                             .kind = i ? MESH_GP_CONTINUE : MESH_GP_START};
    size_t at = segment_at(i);
    size_t most = i ? MESH_CONTINUE_MAX : MESH_START_MAX;
    if (i > last_segment(n))
        return 0;
    memcpy(g.link, link, MESH_LINK_ID);
    g.number = (uint8_t)(i ? i : last_segment(n));
    g.total = (uint16_t)n;
    g.fcs = mesh_fcs(pdu, n);
    g.data = pdu + at;
    g.n = n - at < most ? n - at : most;
    return mesh_generic_write(frame, &g);
}

size_t mesh_beacon_write(uint8_t frame[MESH_AD_MAX], const uint8_t uuid[MESH_UUID], uint16_t oob,
                         const uint8_t *hash)
{
    size_t n = 5 + MESH_UUID;
    frame[1] = MESH_AD_BEACON;
    frame[2] = 0; /* unprovisioned device */
    memcpy(frame + 3, uuid, MESH_UUID);
    frame[3 + MESH_UUID] = (uint8_t)(oob >> 8);
    frame[4 + MESH_UUID] = (uint8_t)oob;
    if (hash) {
        memcpy(frame + n, hash, MESH_URI_HASH);
        n += MESH_URI_HASH;
    }
    frame[0] = (uint8_t)(n - 1);
    return n;
}

/* With or without URI hash. */
int mesh_beacon_read(uint8_t uuid[MESH_UUID], uint16_t *oob, const uint8_t *frame, size_t n)
{
    if ((n != 5 + MESH_UUID && n != 5 + MESH_UUID + MESH_URI_HASH) || frame[0] != n - 1 ||
        frame[1] != MESH_AD_BEACON || frame[2] != 0)
        return -1;
    memcpy(uuid, frame + 3, MESH_UUID);
    *oob = (uint16_t)(frame[3 + MESH_UUID] << 8 | frame[4 + MESH_UUID]);
    return 0;
}

/* ---- a link: sending
 * -----------------------------------------------------------------------------------------------
 */
void mesh_link_begin(struct mesh_link *l, bool provisioner, const uint8_t id[MESH_LINK_ID],
                     const struct imp_addr *to, int channel, int ack_message)
{
    memset(l, 0, sizeof *l);
    l->open = true;
    memcpy(l->id, id, MESH_LINK_ID);
    l->base = provisioner ? 0x00 : 0x80;
    l->to = *to;
    l->channel = channel;
    l->ack_message = ack_message;
    l->again = l->give_up = IMP_NEVER;
    l->acked = -ACK_GAP;
}

/* All segments; the next time a little later or earlier, so that two ends do not stay in step. */
static void transmit(struct mesh_link *l, struct imp_env *env, imp_time now)
{
    const struct mesh_outgoing *o = &l->queue[0];
    uint8_t frame[MESH_AD_MAX], jitter;
    size_t n;
    for (unsigned i = 0; (n = mesh_segment(frame, l->id, l->base | l->sent, o->pdu, o->n, i)) > 0;
         i++)
        imp_send(env, l->channel, &l->to, o->message, frame, n);
    env->ops->random(env, "bearer", &jitter, 1);
    l->again = now + REPEAT + jitter * IMP_MS;
}

static void next(struct mesh_link *l, struct imp_env *env, imp_time now)
{
    if (l->queued == 0) {
        l->again = l->give_up = IMP_NEVER;
        return;
    }
    l->give_up = now + TRANSACTION;
    transmit(l, env, now);
}

void mesh_link_send(struct mesh_link *l, struct imp_env *env, int message, const uint8_t *pdu,
                    size_t n, imp_time now)
{
    if (l->queued == MESH_QUEUE || n > MESH_PDU_MAX)
        return;
    struct mesh_outgoing *o = &l->queue[l->queued++];
    memcpy(o->pdu, pdu, n);
    o->n = (uint8_t)n;
    o->message = (uint8_t)message;
    if (l->queued == 1)
        next(l, env, now);
}

bool mesh_link_timeout(struct mesh_link *l, struct imp_env *env, imp_time now)
{
    if (l->queued && now >= l->give_up)
        return false;
    if (l->queued && now >= l->again)
        transmit(l, env, now);
    return true;
}

imp_time mesh_link_deadline(const struct mesh_link *l)
{
    return l->again < l->give_up ? l->again : l->give_up;
}

/* ---- receiving
 * -----------------------------------------------------------------------------------------------
 */
static void acknowledged(struct mesh_link *l, struct imp_env *env, uint8_t transaction,
                         imp_time now)
{
    if (l->queued == 0 || transaction != (l->base | l->sent))
        return;
    memmove(l->queue, l->queue + 1, sizeof *l->queue * --l->queued);
    l->sent = (l->sent + 1) & 0x7f;
    next(l, env, now);
}

static void acknowledge(struct mesh_link *l, struct imp_env *env, imp_time now)
{
    uint8_t frame[MESH_AD_MAX];
    struct mesh_generic g = {.transaction = l->last, .kind = MESH_GP_ACK};
    if (now - l->acked < ACK_GAP)
        return;
    l->acked = now;
    memcpy(g.link, l->id, MESH_LINK_ID);
    imp_send(env, l->channel, &l->to, l->ack_message, frame, mesh_generic_write(frame, &g));
}

/* Puts a segment where it belongs. False: it belongs nowhere. */
static bool place(struct mesh_link *l, const struct mesh_generic *g)
{
    bool start = g->kind == MESH_GP_START;
    unsigned i = start ? 0 : g->number;
    if (start && (g->total == 0 || g->total > MESH_PDU_MAX || g->number != last_segment(g->total)))
        return false;
    if (!l->started || l->number != g->transaction) {
        l->have = 0;
        l->started = false;
    }
    if (!start && !l->started)
        return false; /* without its start nobody knows how long it is: the sender repeats all */
    if (start) {
        l->started = true;
        l->number = g->transaction;
        l->seg_n = g->number;
        l->total = g->total;
        l->fcs = g->fcs;
    }
    size_t at = segment_at(i);
    size_t most = i ? MESH_CONTINUE_MAX : MESH_START_MAX;
    if (i > l->seg_n || at >= l->total || g->n != (l->total - at < most ? l->total - at : most))
        return false;
    memcpy(l->in + at, g->data, g->n);
    l->have |= (uint8_t)(1u << i);
    return true;
}

static void observe_cuts(const struct mesh_link *l)
{
    for (unsigned i = 1; i <= l->seg_n; i++)
        imp_observe_cut(l->in, segment_at(i), l->total - segment_at(i));
}

size_t mesh_link_receive(struct mesh_link *l, struct imp_env *env, const struct mesh_generic *g,
                         imp_time now)
{
    if (g->kind == MESH_GP_CONTROL || memcmp(g->link, l->id, MESH_LINK_ID) != 0)
        return 0;
    if (g->kind == MESH_GP_ACK) {
        acknowledged(l, env, g->transaction, now);
        return 0;
    }
    if ((g->transaction & 0x80) == l->base)
        return 0; /* our own direction */
    if (l->any && g->transaction == l->last) {
        acknowledge(l, env, now); /* repeated: the acknowledgement was lost */
        return 0;
    }
    if (!place(l, g) || l->have != (1u << (l->seg_n + 1)) - 1)
        return 0;
    l->have = 0;
    l->started = false;
    if (mesh_fcs(l->in, l->total) != l->fcs)
        return 0;
    observe_cuts(l);
    l->any = true;
    l->last = g->transaction;
    l->acked = now - ACK_GAP;
    acknowledge(l, env, now);
    return l->total;
}
