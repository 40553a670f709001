/* SPDX-License-Identifier: GPL-2.0-only */
#include "posix_carrier.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "protocols/crypto/crypto.h"

enum { ROLES = 4, CHANNELS = 8, TIMERS = 64, CELLS = 64, STREAMS = 32, OPTIONS = 64 };
enum { ENDPOINT = 18, PACKET = 4096 };

struct frame { /* on its way in memory */
    struct frame *next;
    struct imp_event event;
    int role;
    uint8_t bytes[];
};

struct claim {
    struct claim *next;
    int role;
    enum imp_claim_kind kind;
    char layer[16], name[24];
    uint8_t data[64];
};

struct party {
    struct imp_env env; /* first */
    struct posix_carrier *c;
    bool present, completed;
    imp_time timers[TIMERS];
    int sockets[CHANNELS];
    uint16_t local[CHANNELS], remote[CHANNELS];
    struct {
        char name[80];
        uint8_t bytes[256];
        size_t n;
        bool used;
    } cells[CELLS];
    struct {
        const char *purpose;
        struct imp_rng rng;
    } streams[STREAMS];
};

struct posix_carrier {
    const struct imp_mechanism *m;
    uint64_t seed;
    imp_time start;
    struct imp_value options[OPTIONS];
    struct party parties[ROLES];
    struct frame *head, **tail;
    struct claim *claims;
};

static struct party *party(struct imp_env *env)
{
    return (struct party *)(void *)env;
}

static imp_time clock_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (imp_time)t.tv_sec * IMP_S + t.tv_nsec;
}

static struct imp_addr endpoint(uint32_t ip, uint16_t port) /* host order */
{
    struct imp_addr a = {.n = ENDPOINT, .bytes = {[10] = 0xff, [11] = 0xff}};
    for (int i = 0; i < 4; i++)
        a.bytes[12 + i] = (uint8_t)(ip >> (24 - 8 * i));
    a.bytes[16] = (uint8_t)(port >> 8);
    a.bytes[17] = (uint8_t)port;
    return a;
}

static struct imp_addr link_address(int role)
{
    return (struct imp_addr){.n = 6, .bytes = {2, 0, 0, 0, 0, (uint8_t)(role + 1)}};
}

static int other(const struct posix_carrier *c, int role, int channel)
{
    return c->m->channels[channel].a == role ? c->m->channels[channel].b
                                             : c->m->channels[channel].a;
}

/* ---- what a party may ask for
 * -------------------------------------------------------------------- */

static void send_memory(struct party *p, int channel, const void *bytes, size_t n)
{
    struct posix_carrier *c = p->c;
    struct frame *f = calloc(1, sizeof *f + n);
    memcpy(f->bytes, bytes, n);
    f->role = other(c, p->env.role, channel);
    f->event = (struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                  .channel = channel,
                                  .from = link_address(p->env.role),
                                  .bytes = f->bytes,
                                  .n = n};
    *c->tail = f;
    c->tail = &f->next;
}

static void ops_send(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                     const void *bytes, size_t n)
{
    struct party *p = party(env);
    struct imp_addr a = endpoint(INADDR_LOOPBACK, p->remote[channel]);
    (void)message;
    if (p->sockets[channel] < 0) {
        send_memory(p, channel, bytes, n);
        return;
    }
    if (to)
        a = *to;
    struct sockaddr_in sin = {.sin_family = AF_INET};
    memcpy(&sin.sin_addr, a.bytes + 12, 4);
    memcpy(&sin.sin_port, a.bytes + 16, 2);
    if (sendto(p->sockets[channel], bytes, n, 0, (struct sockaddr *)&sin, sizeof sin) < 0)
        perror("sendto"); /* loss is the network's business */
}

static void ops_stream(struct imp_env *env, int channel, const struct imp_addr *to)
{
    (void)env;
    (void)channel;
    (void)to;
    abort(); /* UDP only */
}

static void ops_timer(struct imp_env *env, unsigned id, imp_time at)
{
    party(env)->timers[id] = at;
}

static void ops_prompt(struct imp_env *env, unsigned act)
{
    (void)env;
    (void)act;
    abort(); /* no user here */
}

static void ops_oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    (void)env;
    (void)channel;
    (void)message;
    (void)bytes;
    (void)n;
    abort();
}

static void ops_claim(struct imp_env *env, const struct imp_claim *claim)
{
    struct party *p = party(env);
    struct claim *k = calloc(1, sizeof *k);
    k->next = p->c->claims;
    k->role = env->role;
    k->kind = claim->kind;
    snprintf(k->layer, sizeof k->layer, "%s", claim->layer ? claim->layer : "");
    snprintf(k->name, sizeof k->name, "%s", claim->name ? claim->name : "");
    if (claim->data)
        memcpy(k->data, claim->data, claim->data_n < 64 ? claim->data_n : 64);
    p->c->claims = k;
    if (claim->kind == IMP_CLAIM_COMPLETE)
        p->completed = true;
    if (claim->kind == IMP_CLAIM_REJECT || claim->kind == IMP_CLAIM_ALARM)
        printf("%s: %s (%s)\n", env->name, k->name, k->layer);
}

static int cell(const struct party *p, const char *name, bool want)
{
    for (int i = 0; i < CELLS; i++)
        if (p->cells[i].used && strcmp(p->cells[i].name, name) == 0)
            return i;
    for (int i = 0; want && i < CELLS; i++)
        if (!p->cells[i].used)
            return i;
    return -1;
}

static int ops_cell_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    const struct party *p = party(env);
    int i = cell(p, name, false);
    if (i < 0)
        return -1;
    memcpy(out, p->cells[i].bytes, p->cells[i].n < cap ? p->cells[i].n : cap);
    return (int)p->cells[i].n;
}

static void ops_cell_put(struct imp_env *env, const char *name, const void *bytes, size_t n)
{
    struct party *p = party(env);
    int i = cell(p, name, true);
    if (i < 0 || n > sizeof p->cells[i].bytes)
        abort();
    snprintf(p->cells[i].name, sizeof p->cells[i].name, "%s", name);
    memcpy(p->cells[i].bytes, bytes, n);
    p->cells[i].n = n;
    p->cells[i].used = true;
}

static void ops_cell_erase(struct imp_env *env, const char *name)
{
    struct party *p = party(env);
    int i = cell(p, name, false);
    if (i >= 0)
        p->cells[i].used = false;
}

static bool ops_self(struct imp_env *env, int channel, struct imp_addr *out)
{
    const struct party *p = party(env);
    *out = p->sockets[channel] >= 0 ? endpoint(INADDR_LOOPBACK, p->local[channel])
                                    : link_address(env->role);
    return true;
}

static bool ops_peer(struct imp_env *env, int channel, struct imp_addr *out)
{
    const struct party *p = party(env);
    *out = p->sockets[channel] >= 0 ? endpoint(INADDR_LOOPBACK, p->remote[channel])
                                    : link_address(other(p->c, env->role, channel));
    return true;
}

static void ops_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    (void)env; /* the processor is a real one */
    (void)op;
    (void)quantity;
}

static void ops_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    struct party *p = party(env);
    int i = 0;
    while (i < STREAMS && p->streams[i].purpose && strcmp(p->streams[i].purpose, purpose) != 0)
        i++;
    if (i == STREAMS)
        abort();
    if (!p->streams[i].purpose) {
        p->streams[i].purpose = purpose;
        imp_rng_seed(&p->streams[i].rng, p->c->seed, env->name, purpose);
    }
    imp_rng_fill(&p->streams[i].rng, out, n);
}

static const struct imp_env_ops ops = {
    .send = ops_send,
    .open = ops_stream,
    .close = ops_stream,
    .timer = ops_timer,
    .prompt = ops_prompt,
    .oob = ops_oob,
    .claim = ops_claim,
    .cell_get = ops_cell_get,
    .cell_put = ops_cell_put,
    .cell_erase = ops_cell_erase,
    .self = ops_self,
    .peer = ops_peer,
    .charge = ops_charge,
    .random = ops_random,
};

/* ---- the carrier
 * ------------------------------------------------------------------------------------ */

void posix_carrier_set(struct posix_carrier *c, const char *setting)
{
    const char *equals = strchr(setting, '=');
    char error[160];
    for (int i = 0; equals && c->m->options[i].name; i++) {
        const struct imp_option *o = &c->m->options[i];
        if (strlen(o->name) == (size_t)(equals - setting) &&
            strncmp(o->name, setting, (size_t)(equals - setting)) == 0 &&
            imp_option_parse(&c->options[i], o, equals + 1, error, sizeof error) == 0)
            return;
    }
    fprintf(stderr, "posix_carrier: %s\n", setting);
    abort();
}

struct posix_carrier *posix_carrier_new(const struct imp_mechanism *m, uint64_t seed)
{
    struct posix_carrier *c = calloc(1, sizeof *c);
    char error[160];
    c->m = m;
    c->seed = seed;
    c->start = clock_now();
    c->tail = &c->head;
    for (int i = 0; m->options[i].name; i++)
        if (imp_option_parse(&c->options[i], &m->options[i], m->options[i].preset, error,
                             sizeof error) != 0)
            abort();
    return c;
}

void posix_carrier_free(struct posix_carrier *c)
{
    for (int r = 0; r < ROLES; r++) {
        struct party *p = &c->parties[r];
        for (int i = 0; p->present && i < CHANNELS; i++)
            if (p->sockets[i] >= 0)
                close(p->sockets[i]);
        free(p->env.ctx);
    }
    for (struct frame *f = c->head, *next; f; f = next) {
        next = f->next;
        free(f);
    }
    for (struct claim *k = c->claims, *next; k; k = next) {
        next = k->next;
        free(k);
    }
    free(c);
}

struct imp_env *posix_carrier_party(struct posix_carrier *c, int role)
{
    struct party *p = &c->parties[role];
    const struct imp_role *r = &c->m->roles[role];
    p->env = (struct imp_env){.ops = &ops,
                              .mechanism = c->m,
                              .role = role,
                              .device = r->kind == IMP_ROLE_DEVICE ? 0 : -1,
                              .name = r->name,
                              .options = c->options,
                              .ctx = calloc(1, r->context_size)};
    p->c = c;
    p->present = true;
    for (int i = 0; i < TIMERS; i++)
        p->timers[i] = IMP_NEVER;
    for (int i = 0; i < CHANNELS; i++)
        p->sockets[i] = -1;
    return &p->env;
}

int posix_carrier_udp(struct posix_carrier *c, int role, int channel, uint16_t local_port,
                      uint16_t remote_port)
{
    struct party *p = &c->parties[role];
    struct sockaddr_in sin = {.sin_family = AF_INET,
                              .sin_port = htons(local_port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof sin;
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    if (s < 0 || bind(s, (struct sockaddr *)&sin, sizeof sin) != 0 ||
        getsockname(s, (struct sockaddr *)&sin, &n) != 0)
        return -1;
    p->sockets[channel] = s;
    p->local[channel] = ntohs(sin.sin_port);
    p->remote[channel] = remote_port;
    return 0;
}

static void event(struct posix_carrier *c, struct party *p, const struct imp_event *e)
{
    c->m->roles[p->env.role].event(p->env.ctx, &p->env, e, clock_now() - c->start);
}

void posix_carrier_start(struct posix_carrier *c)
{
    struct imp_event e = {.kind = IMP_EVENT_START, .ok = true};
    for (int r = 0; r < ROLES; r++)
        if (c->parties[r].present)
            c->m->roles[r].init(c->parties[r].env.ctx, &c->parties[r].env);
    for (int r = ROLES - 1; r >= 0; r--)
        if (c->parties[r].present)
            event(c, &c->parties[r], &e);
}

static void deliver_memory(struct posix_carrier *c)
{
    while (c->head) {
        struct frame *f = c->head;
        c->head = f->next;
        if (!c->head)
            c->tail = &c->head;
        if (c->parties[f->role].present)
            event(c, &c->parties[f->role], &f->event);
        free(f);
    }
}

static void receive(struct posix_carrier *c, struct party *p, int channel)
{
    uint8_t packet[PACKET];
    struct sockaddr_in sin;
    socklen_t sin_n = sizeof sin;
    ssize_t n = recvfrom(p->sockets[channel], packet, sizeof packet, MSG_DONTWAIT,
                         (struct sockaddr *)&sin, &sin_n);
    if (n < 0)
        return;
    struct imp_event e = {.kind = IMP_EVENT_RECEIVE,
                          .channel = channel,
                          .from = endpoint(ntohl(sin.sin_addr.s_addr), ntohs(sin.sin_port)),
                          .bytes = packet,
                          .n = (size_t)n};
    event(c, p, &e);
}

/* Fires due timers; returns the earliest one to come. */
static imp_time fire_timers(struct posix_carrier *c)
{
    imp_time now = clock_now() - c->start, next = IMP_NEVER;
    for (int r = 0; r < ROLES; r++)
        for (unsigned i = 0; c->parties[r].present && i < TIMERS; i++) {
            imp_time *t = &c->parties[r].timers[i];
            if (*t <= now) {
                struct imp_event e = {.kind = IMP_EVENT_TIMER, .id = i};
                *t = IMP_NEVER;
                event(c, &c->parties[r], &e);
            }
            if (*t < next)
                next = *t;
        }
    return next;
}

static void wait_sockets(struct posix_carrier *c, imp_time until)
{
    struct pollfd fds[ROLES * CHANNELS];
    struct party *owners[ROLES * CHANNELS];
    int channels[ROLES * CHANNELS], n = 0;
    for (int r = 0; r < ROLES; r++)
        for (int i = 0; c->parties[r].present && i < CHANNELS; i++)
            if (c->parties[r].sockets[i] >= 0) {
                fds[n] = (struct pollfd){.fd = c->parties[r].sockets[i], .events = POLLIN};
                owners[n] = &c->parties[r];
                channels[n++] = i;
            }
    imp_time left = until - (clock_now() - c->start);
    int ms = left <= 0 ? 0 : left > 100 * IMP_MS ? 100 : (int)(left / IMP_MS) + 1;
    if (poll(fds, (nfds_t)n, ms) <= 0)
        return;
    for (int i = 0; i < n; i++)
        if (fds[i].revents & POLLIN)
            receive(c, owners[i], channels[i]);
}

static bool all_completed(const struct posix_carrier *c)
{
    for (int r = 0; r < ROLES; r++)
        if (c->parties[r].present && !c->parties[r].completed)
            return false;
    return true;
}

bool posix_carrier_run(struct posix_carrier *c, imp_time limit, imp_time linger)
{
    imp_time end = clock_now() - c->start + limit;
    bool done = false;
    while (clock_now() - c->start < end) {
        deliver_memory(c);
        imp_time next = fire_timers(c);
        deliver_memory(c);
        if (!done && all_completed(c)) {
            done = true;
            end = clock_now() - c->start + linger;
        }
        wait_sockets(c, next < end ? next : end);
    }
    return all_completed(c);
}

size_t posix_carrier_claims(const struct posix_carrier *c, int role, enum imp_claim_kind kind,
                            const char *layer, const char *name, uint8_t data[64])
{
    size_t n = 0;
    for (const struct claim *k = c->claims; k; k = k->next) {
        if (k->role != role || k->kind != kind || (layer && strcmp(k->layer, layer) != 0) ||
            (name && strcmp(k->name, name) != 0))
            continue;
        if (n++ == 0 && data)
            memcpy(data, k->data, sizeof k->data);
    }
    return n;
}
