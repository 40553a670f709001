/* SPDX-License-Identifier: GPL-2.0-only */
/* live_env.c - what a party may ask of this carrier. */
#include "live_internal.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static struct live_party *party(struct imp_env *env)
{
    return (struct live_party *)(void *)env;
}

/* In memory parties go by six octets, as on a link; where datagrams are sent by an IPv6 address, as
 * PANA's relay puts it into its messages, and port. */
static struct imp_addr memory_address(const struct live_party *p, int channel)
{
    const struct imp_channel *c = &p->live->m->channels[channel];
    uint8_t role = (uint8_t)(p->env.role + 1);
    if (c->service != IMP_SERVICE_DATAGRAM)
        return (struct imp_addr){.n = 6, .bytes = {2, 0, 0, 0, 0, role}};
    return (struct imp_addr){.n = 18,
                             .bytes = {[0] = 0xfe,
                                       [1] = 0x80,
                                       [15] = role,
                                       [16] = (uint8_t)(c->number >> 8),
                                       [17] = (uint8_t)c->number}};
}

static void send_bytes(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                       const void *bytes, size_t n)
{
    struct live_party *p = party(env), *other = live_other(p, channel);
    const struct imp_live_watch *w = &p->live->watch;
    if (w->sent)
        w->sent(w->arg, env, channel, message, n);
    if (p->live->m->channels[channel].service == IMP_SERVICE_STREAM)
        live_stream_send(p, channel, to, bytes, n);
    else if (other->here)
        live_post(other, &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                             .channel = channel,
                                             .from = memory_address(p, channel),
                                             .bytes = bytes,
                                             .n = n});
    else
        live_datagram_send(p, channel, to, bytes, n);
}

static void open_stream(struct imp_env *env, int channel, const struct imp_addr *to)
{
    live_stream_open(party(env), channel, to);
}

static void close_stream(struct imp_env *env, int channel, const struct imp_addr *to)
{
    live_stream_close(party(env), channel, to);
}

static void timer(struct imp_env *env, unsigned id, imp_time at)
{
    party(env)->timers[id] = at;
}

static void prompt(struct imp_env *env, unsigned act)
{
    live_prompt(party(env), act);
}

static void show(struct imp_env *env, const char *text)
{
    live_say(party(env), "shows: %s", text);
}

static void oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    live_show(party(env), channel, message, bytes, n);
}

static void claimed(struct imp_env *env, const struct imp_claim *c)
{
    struct live_party *p = party(env);
    if (c->kind == IMP_CLAIM_COMPLETE)
        p->completed = true;
    if (p->live->watch.claimed)
        p->live->watch.claimed(p->live->watch.arg, env, c);
}

static int cell_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    return live_cell_get(party(env), name, out, cap);
}

static void cell_put(struct imp_env *env, const char *name, const void *bytes, size_t n)
{
    struct live_party *p = party(env);
    if (p->provisioning && live_cell_get(p, name, NULL, 0) >= 0)
        return; /* what is there stays */
    if (live_cell_put(p, name, bytes, n) != 0)
        live_say(p, "cell %s cannot be kept", name);
}

static void cell_erase(struct imp_env *env, const char *name)
{
    live_cell_erase(party(env), name);
}

static bool address(const struct live_party *p, int channel, bool own, struct imp_addr *out)
{
    const struct live_party *other = live_other(p, channel);
    const struct live_socket *s = &p->live->sockets[channel];
    if (other->here) {
        *out = memory_address(own ? p : other, channel);
        return true;
    }
    if (own ? s->fd < 0 : !s->connects)
        return false;
    *out = live_addr(own ? &s->local : &s->remote);
    return true;
}

static bool self(struct imp_env *env, int channel, struct imp_addr *out)
{
    return address(party(env), channel, true, out);
}

static bool peer(struct imp_env *env, int channel, struct imp_addr *out)
{
    return address(party(env), channel, false, out);
}

static void charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    (void)env; /* the processor is a real one */
    (void)op;
    (void)quantity;
}

/* Provisioning draws what the simulator would, everything else from the kernel. */
static void random_octets(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    struct live_party *p = party(env);
    int i = 0;
    if (!p->provisioning) {
        randombytes_buf(out, n);
        return;
    }
    while (i < LIVE_DRAWS && p->draws[i].purpose && strcmp(p->draws[i].purpose, purpose) != 0)
        i++;
    if (i == LIVE_DRAWS)
        abort();
    if (!p->draws[i].purpose) {
        p->draws[i].purpose = purpose;
        imp_rng_seed(&p->draws[i].rng, p->live->seed, env->name, purpose);
    }
    imp_rng_fill(&p->draws[i].rng, out, n);
}

const struct imp_env_ops live_ops = {
    .send = send_bytes,
    .open = open_stream,
    .close = close_stream,
    .timer = timer,
    .prompt = prompt,
    .show = show,
    .oob = oob,
    .claim = claimed,
    .cell_get = cell_get,
    .cell_put = cell_put,
    .cell_erase = cell_erase,
    .self = self,
    .peer = peer,
    .charge = charge,
    .random = random_octets,
};
