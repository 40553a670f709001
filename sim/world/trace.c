/* SPDX-License-Identifier: GPL-2.0-only */
#include "trace.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

struct imp_trace {
    crypto_generichash_state hash;
    json_t *kept;
    int keep;
    size_t limit;
    bool closed;
};

struct imp_trace *imp_trace_new(int keep, size_t limit)
{
    struct imp_trace *t = aligned_alloc(64, (sizeof *t + 63) / 64 * 64);
    if (!t)
        abort();
    memset(t, 0, sizeof *t);
    crypto_generichash_init(&t->hash, NULL, 0, 32);
    t->kept = json_array();
    t->keep = keep;
    t->limit = limit;
    return t;
}

static void hash_u64(struct imp_trace *t, uint64_t v)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)(v >> 8 * i);
    crypto_generichash_update(&t->hash, b, sizeof b);
}

static void hash_text(struct imp_trace *t, const char *s)
{
    crypto_generichash_update(&t->hash, (const unsigned char *)s, strlen(s) + 1);
}

void imp_trace_close(struct imp_trace *t)
{
    t->closed = true;
}

void imp_trace_add(struct imp_trace *t, const struct imp_trace_entry *e, const void *bytes)
{
    if (t->closed)
        return;
    hash_u64(t, (uint64_t)e->t);
    hash_text(t, e->kind);
    hash_text(t, e->from);
    hash_text(t, e->to);
    hash_text(t, e->message);
    hash_text(t, e->channel);
    hash_u64(t, e->n);
    if (bytes)
        crypto_generichash_update(&t->hash, bytes, e->n);
    if (e->device >= t->keep || json_array_size(t->kept) >= t->limit)
        return;
    json_array_append_new(t->kept,
                          json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:i}", "t",
                                    (json_int_t)e->t, "kind", e->kind, "from", e->from, "to", e->to,
                                    "message", e->message, "phase", e->phase, "channel", e->channel,
                                    "n", (json_int_t)e->n, "device", e->device));
}

struct position {
    json_int_t t;
    size_t index;
};

static int by_time(const void *a, const void *b)
{
    const struct position *x = a, *y = b;
    if (x->t != y->t)
        return x->t < y->t ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Claims are noted when they are made and count from when the processor is done: sort by time. */
json_t *imp_trace_json(const struct imp_trace *t)
{
    size_t n = json_array_size(t->kept);
    struct position *order = malloc((n + 1) * sizeof *order);
    json_t *sorted = json_array();
    if (!order)
        abort();
    for (size_t i = 0; i < n; i++)
        order[i] = (struct position){
            json_integer_value(json_object_get(json_array_get(t->kept, i), "t")), i};
    qsort(order, n, sizeof *order, by_time);
    for (size_t i = 0; i < n; i++)
        json_array_append(sorted, json_array_get(t->kept, order[i].index));
    free(order);
    return sorted;
}

void imp_trace_digest(const struct imp_trace *t, const char *extra, char out[65])
{
    uint8_t digest[32];
    crypto_generichash_state copy = t->hash;
    crypto_generichash_update(&copy, (const unsigned char *)extra, strlen(extra));
    crypto_generichash_final(&copy, digest, sizeof digest);
    sodium_bin2hex(out, 65, digest, sizeof digest);
}

void imp_trace_free(struct imp_trace *t)
{
    if (!t)
        return;
    json_decref(t->kept);
    free(t);
}
