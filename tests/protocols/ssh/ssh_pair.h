/* SPDX-License-Identifier: GPL-2.0-only */
/* ssh_pair.h - an end of an SSH transport whose octets go into a buffer. */
#ifndef IMPRINT_SSH_PAIR_H
#define IMPRINT_SSH_PAIR_H

#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/ssh/ssh.h"
#include "tests/support/test_env.h"

struct ssh_end {
    struct test_env t;
    struct imp_ssh ssh;
    uint8_t out[65536];
    size_t out_n;
    unsigned numbers[64], count; /* packets sent, by message number */
    bool accepts, asks, asked, opened, over, by_peer;
    enum imp_ssh_reason reason;
    uint8_t got[256];
    size_t got_n;
};

static inline void ssh_end_send(void *arg, unsigned number, const uint8_t *p, size_t n)
{
    struct ssh_end *e = arg;
    if (n > sizeof e->out - e->out_n)
        return;
    memcpy(e->out + e->out_n, p, n);
    e->out_n += n;
    if (e->count < 64)
        e->numbers[e->count++] = number;
}

static inline bool ssh_end_host_key(void *arg, const uint8_t blob[IMP_SSH_HOST_KEY])
{
    struct ssh_end *e = arg;
    (void)blob;
    e->asked = true;
    if (e->asks)
        imp_ssh_ask(&e->ssh);
    return e->accepts;
}

static inline void ssh_end_opened(void *arg)
{
    ((struct ssh_end *)arg)->opened = true;
}

static inline void ssh_end_message(void *arg, const uint8_t *p, size_t n)
{
    struct ssh_end *e = arg;
    e->got_n = n < sizeof e->got ? n : sizeof e->got;
    memcpy(e->got, p, e->got_n);
}

static inline void ssh_end_over(void *arg, enum imp_ssh_reason reason, const char *why,
                                bool by_peer)
{
    struct ssh_end *e = arg;
    (void)why;
    e->over = true;
    e->reason = reason;
    e->by_peer = by_peer;
}

static inline void ssh_end_init(struct ssh_end *e, bool server, const char *name)
{
    static const struct imp_ssh_hooks hooks = {ssh_end_send, ssh_end_host_key, ssh_end_opened,
                                               ssh_end_message, ssh_end_over};
    static const uint8_t host[32] = {7};
    memset(e, 0, sizeof *e);
    test_env_init(&e->t, 1, name);
    e->accepts = true;
    imp_ssh_init(&e->ssh, &e->t.env, server, "SSH-2.0-imprint", server ? host : NULL, &hooks, e);
    imp_ssh_start(&e->ssh);
}

#endif
