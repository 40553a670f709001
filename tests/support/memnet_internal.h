/* SPDX-License-Identifier: GPL-2.0-only */
/* memnet_internal.h - what the files of memnet share. */
#ifndef IMPRINT_MEMNET_INTERNAL_H
#define IMPRINT_MEMNET_INTERNAL_H

#include "memnet.h"
#include "protocols/crypto/crypto.h"

enum {
    MEMNET_TIMERS = 64,
    MEMNET_ACTS = 16,
    MEMNET_FILTER_ROOM = 4096, /* octets that a filter may add to a message */
};

struct memnet_cell {
    char *name;
    uint8_t *bytes;
    size_t n;
    struct memnet_cell *next;
};

struct memnet_stream { /* one random stream: (party, purpose) */
    char *purpose;
    struct imp_rng rng;
    struct memnet_stream *next;
};

struct memnet_party {
    struct imp_env env; /* first: the party sees only this */
    struct memnet *net;
    char name[40];
    struct imp_value *options;
    struct memnet_cell *cells;
    struct memnet_stream *streams;
    uint64_t timer[MEMNET_TIMERS]; /* generation of the valid setting; 0 when never set */
    size_t charged[IMP_OP_COUNT];
    struct imp_uplink uplink; /* settled for the next message */
    bool settled;
    uint32_t channels[72]; /* that its radio was told */
    size_t channel_count;
    bool completed;
};

/* A stream connection between two roles of one channel. */
struct memnet_connection {
    int channel;
    int opener, other;
    bool open;
};

struct memnet_pending { /* one entry of the event queue */
    imp_time at;
    uint64_t seq; /* ties in time: in the order in which they were made */
    int role;
    uint64_t generation; /* timers: stale unless equal to the party's; else 0 */
    struct imp_event event;
    uint8_t *owned; /* event.bytes */
};

struct memnet {
    const struct imp_mechanism *m;
    uint64_t seed;
    size_t role_count;
    struct memnet_party *parties;
    imp_time now, delay, act_time;
    bool user_ok, oob_blocked;
    size_t prompts[MEMNET_ACTS]; /* by act */
    bool mute;                   /* who is at no address does not even refuse a connection */
    bool provisioning;           /* nothing is charged */
    memnet_filter *filter;
    void *filter_arg;
    char **texts; /* copies of the settings: string options borrow them */
    size_t text_count;
    uint64_t seq, generation;
    struct memnet_pending *heap;
    size_t heap_n, heap_cap;
    struct memnet_connection *connections;
    size_t connection_count;
    struct memnet_message **messages;
    size_t message_count;
    struct memnet_claim **claims;
    size_t claim_count;
};

extern const struct imp_env_ops memnet__ops;

_Noreturn void memnet__die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *memnet__alloc(size_t n);                          /* zeroed; never NULL */
void *memnet__copy(const void *p, size_t n);            /* never NULL */
void *memnet__grow(void *p, size_t count, size_t size); /* room for count elements */
/* Room for one more than count elements, where p has only ever grown by this: by doubling. */
void *memnet__append(void *p, size_t count, size_t size);

void memnet__push(struct memnet *net, imp_time at, int role, uint64_t generation,
                  const struct imp_event *event); /* copies the event's bytes */
bool memnet__pop(struct memnet *net, imp_time until, struct memnet_pending *out);

void memnet__settings(struct memnet *net, const char *const *settings);

/* Address of a role on a channel: the link address, or IPv6 and port. */
struct imp_addr memnet__address(const struct memnet *net, int role, int channel);
int memnet__other(const struct memnet *net, int role, int channel);
void memnet__drop_connections(struct memnet *net, int role);

#endif
