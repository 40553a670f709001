/* SPDX-License-Identifier: GPL-2.0-only */
#include "knowledge.h"

#include <stdlib.h>
#include <string.h>

static void *xrealloc(void *p, size_t n)
{
    void *q = realloc(p, n);
    if (!q)
        abort(); /* a run without memory is a harness failure */
    return q;
}

void imp_knowledge_add(struct imp_knowledge *k, const void *bytes, size_t n, const char *source)
{
    if (n == 0)
        return;
    if (k->count == k->cap) {
        k->cap = k->cap ? 2 * k->cap : 64;
        k->facts = xrealloc(k->facts, k->cap * sizeof *k->facts);
    }
    struct imp_fact *f = &k->facts[k->count++];
    f->bytes = xrealloc(NULL, n);
    memcpy(f->bytes, bytes, n);
    f->n = n;
    f->source = strdup(source);
}

const struct imp_fact *imp_knowledge_find(const struct imp_knowledge *k, const void *bytes,
                                          size_t n)
{
    for (size_t i = 0; i < k->count; i++)
        if (memmem(k->facts[i].bytes, k->facts[i].n, bytes, n))
            return &k->facts[i];
    return NULL;
}

void imp_knowledge_free(struct imp_knowledge *k)
{
    for (size_t i = 0; i < k->count; i++) {
        free(k->facts[i].bytes);
        free(k->facts[i].source);
    }
    free(k->facts);
    *k = (struct imp_knowledge){0};
}
