/* SPDX-License-Identifier: GPL-2.0-only */
/* pair.h - a DTLS client and server joined in memory, with virtual time. */
#ifndef IMPRINT_TEST_PAIR_H
#define IMPRINT_TEST_PAIR_H

#include "protocols/tls/dtls.h"
#include "tests/support/test_env.h"

#include <string.h>

enum { CLIENT, SERVER, PAIR_QUEUE = 64, PAIR_LOG = 64 };

struct pair;

struct pair_side {
    struct test_env t;
    struct imp_dtls *dtls;
    struct pair *pair;
    int index;
    uint8_t secret[32], spki[91];
    unsigned asked;          /* times that the peer's key was put to it */
    const uint8_t *expected; /* the SPKI that it accepts */
};

struct pair {
    struct pair_side side[2];
    imp_time now;
    struct {
        int to;
        size_t n;
        uint8_t bytes[2048];
    } queue[PAIR_QUEUE];
    size_t head, tail;
    struct {
        int from;
        imp_time at;
        size_t n;
        enum imp_dtls_kind kind;
    } log[PAIR_LOG];
    size_t sent;        /* datagrams, lost ones included */
    uint64_t lose;      /* bit i: the i-th datagram is lost */
    uint8_t digest[32]; /* chained over all datagrams */
};

static inline void pair_send(void *arg, const uint8_t *datagram, size_t n)
{
    struct pair_side *s = arg;
    struct pair *p = s->pair;
    uint8_t from = (uint8_t)s->index;
    const struct imp_piece in[] = {{p->digest, 32}, {&from, 1}, {datagram, n}};
    imp_sha256(NULL, p->digest, in, 3);
    if (p->sent < PAIR_LOG) {
        p->log[p->sent].from = s->index;
        p->log[p->sent].at = p->now;
        p->log[p->sent].n = n;
        p->log[p->sent].kind = imp_dtls_kind(datagram, n);
    }
    bool lost = p->sent < 64 && (p->lose >> p->sent & 1);
    p->sent++;
    if (lost || p->tail - p->head == PAIR_QUEUE || n > sizeof p->queue[0].bytes)
        return;
    size_t i = p->tail++ % PAIR_QUEUE;
    p->queue[i].to = !s->index;
    p->queue[i].n = n;
    memcpy(p->queue[i].bytes, datagram, n);
}

static inline bool pair_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct pair_side *s = arg;
    s->asked++;
    return n == 91 && memcmp(spki, s->expected, 91) == 0;
}

static inline int pair_lookup(void *arg, uint8_t key[32], const char *identity)
{
    (void)arg;
    if (strcmp(identity, "device") != 0)
        return -1;
    memset(key, 7, 16);
    return 16;
}

/* The sides as yet without sessions: tests may change `config` before pair_open. */
static inline void pair_init(struct pair *p, uint64_t seed)
{
    *p = (struct pair){0};
    for (int i = 0; i < 2; i++) {
        struct pair_side *s = &p->side[i];
        uint8_t pub[64];
        test_env_init(&s->t, seed, i == CLIENT ? "client" : "server");
        s->pair = p;
        s->index = i;
        imp_p256_keypair(&s->t.env, "key", pub, s->secret);
        imp_p256_spki(s->spki, pub);
        s->t.charged[IMP_OP_P256_KEYGEN] = 0;
        s->t.charged[IMP_OP_RANDOM] = 0;
    }
    p->side[CLIENT].expected = p->side[SERVER].spki;
    p->side[SERVER].expected = p->side[CLIENT].spki;
}

static inline struct imp_dtls_config pair_config(struct pair *p, int side, enum imp_dtls_auth auth)
{
    static const uint8_t psk[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    return (struct imp_dtls_config){.auth = auth,
                                    .server = side == SERVER,
                                    .cookie = side == SERVER,
                                    .secret = p->side[side].secret,
                                    .psk_identity = "device",
                                    .psk = psk,
                                    .psk_n = sizeof psk,
                                    .verify = pair_verify,
                                    .psk_lookup = pair_lookup,
                                    .send = pair_send,
                                    .arg = &p->side[side],
                                    .peer = {.n = 2, .bytes = {1, 2}}};
}

static inline void pair_open(struct pair *p, const struct imp_dtls_config *client,
                             const struct imp_dtls_config *server)
{
    p->side[CLIENT].dtls = imp_dtls_new(&p->side[CLIENT].t.env, client, p->now);
    p->side[SERVER].dtls = imp_dtls_new(&p->side[SERVER].t.env, server, p->now);
}

/* Delivers everything that is under way, in order and at once. */
static inline void pair_deliver(struct pair *p)
{
    while (p->head != p->tail) {
        size_t i = p->head++ % PAIR_QUEUE;
        imp_dtls_feed(p->side[p->queue[i].to].dtls, p->queue[i].bytes, p->queue[i].n, p->now);
    }
}

/* Runs the handshake: datagrams first, then the next deadline, until `until`. */
static inline void pair_run(struct pair *p, imp_time until)
{
    imp_dtls_start(p->side[CLIENT].dtls, p->now);
    for (;;) {
        pair_deliver(p);
        imp_time a = imp_dtls_deadline(p->side[0].dtls), b = imp_dtls_deadline(p->side[1].dtls);
        imp_time next = a < b ? a : b;
        if (next == IMP_NEVER || next > until)
            return;
        p->now = next;
        for (int i = 0; i < 2; i++)
            if (imp_dtls_deadline(p->side[i].dtls) <= p->now)
                imp_dtls_expire(p->side[i].dtls, p->now);
    }
}

static inline void pair_close(struct pair *p)
{
    imp_dtls_free(p->side[CLIENT].dtls);
    imp_dtls_free(p->side[SERVER].dtls);
}

#endif
