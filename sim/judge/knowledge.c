/* SPDX-License-Identifier: GPL-2.0-only */
#include "knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

void *known__grow(void *p, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return p;
    size_t wanted = *cap ? *cap : 64;
    while (wanted < need)
        wanted *= 2;
    void *q = realloc(p, wanted * size);
    if (!q)
        abort(); /* a run without memory is a harness failure */
    *cap = wanted;
    return q;
}

struct imp_known *known__of(struct imp_knowledge *k)
{
    if (!k->known)
        k->known = calloc(1, sizeof *k->known);
    if (!k->known)
        abort();
    return k->known;
}

bool known__says_nothing(const uint8_t *bytes, size_t n)
{
    for (size_t i = 1; i < n && n >= IMP_KNOWN_MIN; i++)
        if (bytes[i] != bytes[0])
            return false;
    return true;
}

int known__find(const struct imp_known *k, const uint8_t *bytes, size_t n, size_t from)
{
    int fact = known_places_contain(&k->places, bytes, n, from);
    return fact < 0 && n > IMP_KNOWN_PART ? known_places_compose(&k->places, bytes, n) : fact;
}

void known__fact(struct imp_knowledge *k, const void *bytes, size_t n, const char *source, int rule)
{
    k->facts = known__grow(k->facts, &k->cap, k->count + 1, sizeof *k->facts);
    struct imp_fact *f = &k->facts[k->count++];
    *f = (struct imp_fact){.bytes = malloc(n), .n = n, .source = strdup(source), .rule = rule};
    if (!f->bytes || !f->source)
        abort();
    memcpy(f->bytes, bytes, n);
    known_places_add(&known__of(k)->places, bytes, n);
}

void imp_knowledge_add(struct imp_knowledge *k, const void *bytes, size_t n, const char *source)
{
    bool nothing = known__says_nothing(bytes, n);
    if (n == 0 || (nothing && imp_knowledge_find(k, bytes, n)))
        return;
    if (nothing || !k->known || known_places_contain(&k->known->places, bytes, n, 0) < 0)
        known__fact(k, bytes, n, source, -1);
}

const struct imp_fact *imp_knowledge_find(const struct imp_knowledge *k, const void *bytes,
                                          size_t n)
{
    if (known__says_nothing(bytes, n)) {
        for (size_t i = 0; i < k->count; i++)
            if (k->facts[i].n == n && memcmp(k->facts[i].bytes, bytes, n) == 0)
                return &k->facts[i];
        return NULL;
    }
    int i = k->known ? known__find(k->known, bytes, n, 0) : -1;
    return i < 0 ? NULL : &k->facts[i];
}

void imp_knowledge_free(struct imp_knowledge *k)
{
    for (size_t i = 0; i < k->count; i++) {
        free(k->facts[i].bytes);
        free(k->facts[i].source);
    }
    free(k->facts);
    if (k->known) {
        known_places_free(&k->known->places);
        known_rules_free(&k->known->rules);
    }
    free(k->known);
    *k = (struct imp_knowledge){0};
}
