/* SPDX-License-Identifier: GPL-2.0-only */
/* stream_pair.h - a TLS client and server joined by two streams in memory. */
#ifndef IMPRINT_TEST_STREAM_PAIR_H
#define IMPRINT_TEST_STREAM_PAIR_H

#include "protocols/tls/tls.h"
#include "tests/support/test_env.h"

#include <string.h>

enum { CLIENT, SERVER, STREAM_MAX = 65536, STREAM_LOG = 64 };

struct stream_pair;

struct stream_side {
    struct test_env t;
    struct imp_tls *tls;
    struct stream_pair *pair;
    int index;
    uint8_t out[STREAM_MAX]; /* sent and not yet delivered */
    size_t out_n, total;     /* total: octets ever sent */
};

struct stream_pair {
    struct stream_side side[2];
    imp_time now;
    enum imp_dtls_kind kind[STREAM_LOG]; /* of what each call sent, and by whom */
    int from[STREAM_LOG];
    size_t sent;
    uint8_t digest[32]; /* chained over all that was sent */
};

static inline void stream_send(void *arg, const uint8_t *bytes, size_t n)
{
    struct stream_side *s = arg;
    struct stream_pair *p = s->pair;
    uint8_t from = (uint8_t)s->index;
    const struct imp_piece in[] = {{p->digest, 32}, {&from, 1}, {bytes, n}};
    imp_sha256(NULL, p->digest, in, 3);
    if (p->sent < STREAM_LOG) {
        p->kind[p->sent] = imp_tls_kind(bytes, n);
        p->from[p->sent] = s->index;
    }
    p->sent++;
    s->total += n;
    if (n > sizeof s->out - s->out_n)
        return;
    memcpy(s->out + s->out_n, bytes, n);
    s->out_n += n;
}

static inline int stream_lookup(void *arg, uint8_t key[32], const char *identity)
{
    (void)arg;
    if (strcmp(identity, "access-point") != 0)
        return -1;
    memset(key, 7, 16);
    return 16;
}

static inline struct imp_tls_config stream_config(struct stream_pair *p, int side)
{
    static const uint8_t psk[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    return (struct imp_tls_config){.server = side == SERVER,
                                   .psk_identity = "access-point",
                                   .psk = psk,
                                   .psk_n = sizeof psk,
                                   .psk_lookup = stream_lookup,
                                   .send = stream_send,
                                   .arg = &p->side[side]};
}

static inline void stream_init(struct stream_pair *p, uint64_t seed)
{
    memset(p, 0, sizeof *p);
    for (int i = 0; i < 2; i++) {
        test_env_init(&p->side[i].t, seed, i == CLIENT ? "client" : "server");
        p->side[i].pair = p;
        p->side[i].index = i;
    }
}

static inline void stream_open(struct stream_pair *p, const struct imp_tls_config *client,
                               const struct imp_tls_config *server)
{
    p->side[CLIENT].tls = imp_tls_new(&p->side[CLIENT].t.env, client, p->now);
    p->side[SERVER].tls = imp_tls_new(&p->side[SERVER].t.env, server, p->now);
}

/* Delivers all that is under way, and what that brings about, at most `piece` octets at a time. */
static inline void stream_deliver(struct stream_pair *p, size_t piece)
{
    while (p->side[0].out_n || p->side[1].out_n)
        for (int i = 0; i < 2; i++) {
            struct stream_side *s = &p->side[i];
            uint8_t bytes[STREAM_MAX];
            size_t n = s->out_n < piece ? s->out_n : piece;
            memcpy(bytes, s->out, n);
            memmove(s->out, s->out + n, s->out_n - n);
            s->out_n -= n;
            if (n)
                imp_tls_feed(p->side[!i].tls, bytes, n, p->now);
        }
}

static inline void stream_close(struct stream_pair *p)
{
    imp_tls_free(p->side[CLIENT].tls);
    imp_tls_free(p->side[SERVER].tls);
}

#endif
