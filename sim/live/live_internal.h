/* SPDX-License-Identifier: GPL-2.0-only */
/* live_internal.h - between the parts of the carrier over real sockets. */
#ifndef IMPRINT_LIVE_INTERNAL_H
#define IMPRINT_LIVE_INTERNAL_H

#include "live.h"

#include "protocols/crypto/crypto.h"

#include <poll.h>
#include <sys/socket.h>

enum { LIVE_TIMERS = 64, LIVE_PACKET = 65536, LIVE_CELL_NAME = 100, LIVE_DRAWS = 16 };

struct live_cell {
    struct live_cell *next;
    char name[LIVE_CELL_NAME];
    uint8_t *bytes;
    size_t n;
};

struct live_party {
    struct imp_env env; /* first */
    struct imp_live *live;
    bool here, completed, failed;
    char name[48];
    imp_time timers[LIVE_TIMERS];
    struct imp_value *options;
    struct live_cell *cells;
    bool provisioning;
    struct { /* of provisioning */
        const char *purpose;
        struct imp_rng rng;
    } draws[LIVE_DRAWS];
};

/* A channel's socket; the party at it is the one end that runs here. */
struct live_socket {
    int fd; /* -1: none; of a stream: the listener */
    bool listens, connects;
    struct sockaddr_storage local, remote;
    socklen_t local_n, remote_n;
};

struct live_stream {
    struct live_stream *next;
    int fd, channel;
    struct live_party *party;
    struct imp_addr peer; /* with the connection's number */
    bool connecting, over;
    uint8_t *out; /* not yet taken by the kernel */
    size_t out_n;
};

/* An event on its way to a party here. */
struct live_parcel {
    struct live_parcel *next;
    struct live_party *to;
    struct imp_event event;
    uint8_t bytes[];
};

struct live_prompt {
    struct live_prompt *next;
    struct live_party *party;
    unsigned act;
};

struct imp_live {
    const struct imp_mechanism *m;
    struct imp_live_watch watch;
    struct live_party *parties; /* by role */
    size_t roles, channels;
    struct live_socket *sockets; /* by channel */
    struct live_stream *streams;
    uint64_t connections;
    struct live_parcel *head, **tail;
    struct live_prompt *prompts;
    char **texts; /* of string options; owned */
    size_t text_count;
    char folder[4096]; /* empty: cells stay in memory */
    uint64_t seed;     /* while provisioning */
    bool started;
    imp_time start, before; /* of the monotonic clock; what had passed by then */
    char line[4096]; /* of the user, so far */
    size_t line_n;
};

/* live_clock.c */
imp_time live_now(const struct imp_live *l);
int live_clock_start(struct imp_live *l, char *error, size_t cap);

/* live.c */
void live_event(struct live_party *p, const struct imp_event *e);
void live_post(struct live_party *to, const struct imp_event *e); /* octets are copied */
void live_say(const struct live_party *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* live_env.c */
extern const struct imp_env_ops live_ops;

/* live_cells.c */
int live_cell_get(const struct live_party *p, const char *name, void *out, size_t cap);
int live_cell_put(struct live_party *p, const char *name, const void *bytes, size_t n);
void live_cell_erase(struct live_party *p, const char *name);
void live_cells_free(struct live_party *p);

/* live_setup.c: the role at a channel that runs here and the one at its other end */
struct live_party *live_here(const struct imp_live *l, int channel);
struct live_party *live_other(const struct live_party *p, int channel);

/* live_sockets.c */
struct imp_addr live_addr(const struct sockaddr_storage *from);
socklen_t live_sockaddr(struct sockaddr_storage *out, const struct imp_addr *a);
int live_sockets_open(struct imp_live *l, char *error, size_t cap);
void live_datagram_send(struct live_party *p, int channel, const struct imp_addr *to,
                        const void *bytes, size_t n);
void live_datagram_receive(struct imp_live *l, int channel);

/* live_streams.c */
void live_stream_open(struct live_party *p, int channel, const struct imp_addr *to);
void live_stream_accept(struct imp_live *l, int channel);
void live_stream_send(struct live_party *p, int channel, const struct imp_addr *to,
                      const void *bytes, size_t n);
void live_stream_close(struct live_party *p, int channel, const struct imp_addr *to);
short live_stream_wants(const struct live_stream *s); /* events of poll(2) */
void live_stream_ready(struct live_stream *s, short events);
void live_streams_sweep(struct imp_live *l); /* forgets those that are over */

/* live_user.c */
void live_prompt(struct live_party *p, unsigned act);
void live_show(struct live_party *p, int channel, int message, const void *bytes, size_t n);
void live_input(struct imp_live *l, int fd, bool *open);
void live_agree(struct imp_live *l);

#endif
