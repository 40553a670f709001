/* SPDX-License-Identifier: GPL-2.0-only */
/* The event queue of memnet: a binary heap ordered by (time, sequence). */
#include "memnet_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void memnet__die(const char *format, ...)
{
    va_list ap;
    va_start(ap, format);
    fputs("memnet: ", stderr);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

void *memnet__alloc(size_t n)
{
    void *p = calloc(1, n ? n : 1);
    if (!p)
        memnet__die("out of memory");
    return p;
}

void *memnet__copy(const void *p, size_t n)
{
    void *q = memnet__alloc(n);
    if (n)
        memcpy(q, p, n);
    return q;
}

void *memnet__grow(void *p, size_t count, size_t size)
{
    p = realloc(p, count * size);
    if (!p)
        memnet__die("out of memory");
    return p;
}

void *memnet__append(void *p, size_t count, size_t size)
{
    if (count & (count - 1))
        return p;
    return memnet__grow(p, count ? 2 * count : 1, size);
}

static bool before(const struct memnet_pending *a, const struct memnet_pending *b)
{
    return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

void memnet__push(struct memnet *net, imp_time at, int role, uint64_t generation,
                  const struct imp_event *event)
{
    struct memnet_pending e = {.at = at < net->now ? net->now : at,
                               .seq = net->seq++,
                               .role = role,
                               .generation = generation,
                               .event = *event};
    e.owned = memnet__copy(event->bytes, event->n);
    e.event.bytes = e.owned;
    if (net->heap_n == net->heap_cap) {
        net->heap_cap = net->heap_cap ? 2 * net->heap_cap : 64;
        net->heap = memnet__grow(net->heap, net->heap_cap, sizeof *net->heap);
    }
    size_t i = net->heap_n++;
    for (; i > 0 && before(&e, &net->heap[(i - 1) / 2]); i = (i - 1) / 2)
        net->heap[i] = net->heap[(i - 1) / 2];
    net->heap[i] = e;
}

bool memnet__pop(struct memnet *net, imp_time until, struct memnet_pending *out)
{
    if (net->heap_n == 0 || net->heap[0].at > until)
        return false;
    *out = net->heap[0];
    struct memnet_pending last = net->heap[--net->heap_n];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= net->heap_n)
            break;
        if (child + 1 < net->heap_n && before(&net->heap[child + 1], &net->heap[child]))
            child++;
        if (!before(&net->heap[child], &last))
            break;
        net->heap[i] = net->heap[child];
        i = child;
    }
    if (net->heap_n > 0)
        net->heap[i] = last;
    return true;
}
