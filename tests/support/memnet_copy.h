/* SPDX-License-Identifier: GPL-2.0-only */
/* memnet_copy.h - from some moment on the device's messages come from elsewhere: who has copied its
 * key is let in there. */
#ifndef IMPRINT_MEMNET_COPY_H
#define IMPRINT_MEMNET_COPY_H

#include "tests/support/memnet.h"

struct memnet_copy {
    struct memnet *net;
    int device, access, channel;
    struct imp_addr at; /* n 0: the device is where it was */
    size_t read;        /* messages that were looked at */
};

/* A filter; `arg`: a struct memnet_copy. */
static inline bool memnet_from_elsewhere(void *arg, const struct memnet_message *m, uint8_t *bytes,
                                         size_t *n, size_t cap)
{
    struct memnet_copy *c = arg;
    (void)cap;
    if (c->at.n == 0 || m->channel != c->channel || m->from != c->device)
        return true;
    memnet_inject(c->net, c->access, m->channel, &c->at, bytes, *n);
    return false;
}

/* What goes to the other place, which memnet does not know, reaches the copy. */
static inline void memnet_carry(struct memnet_copy *c, imp_time t, imp_time until)
{
    c->read = memnet_message_count(c->net);
    for (; t < until; t += 10 * IMP_MS) {
        memnet_run_past(c->net, t);
        for (; c->read < memnet_message_count(c->net); c->read++) {
            const struct memnet_message *m = memnet_message(c->net, c->read);
            if (m->channel == c->channel && m->from == c->access && m->to == -1)
                memnet_inject(c->net, c->device, m->channel, NULL, m->bytes, m->n);
        }
    }
}

#endif
