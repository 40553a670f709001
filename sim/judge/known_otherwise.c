/* SPDX-License-Identifier: GPL-2.0-only */
/* known_otherwise.c - another way to octets that are known. A string that was found in a fact is
 * not derived again when the set is closed, so the other ways are looked for here: a fact that
 * contains it, or a rule whose output does and whose inputs do not come from what is left aside. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

struct question {
    const struct imp_knowledge *k;
    const void *bytes;
    size_t n;
    bool (*aside)(const struct imp_fact *);
    signed char *tainted; /* by fact: comes from what is left aside 1, does not -1, not asked 0 */
};

static bool contains(const struct question *q, const uint8_t *octets, size_t n)
{
    return memmem(octets, n, q->bytes, q->n) != NULL;
}

/* Facts derive from earlier ones only, so this comes to an end. */
static bool tainted(struct question *q, int fact)
{
    const struct imp_fact *f = &q->k->facts[fact];
    const struct known_rules *r = &q->k->known->rules;
    if (q->tainted[fact])
        return q->tainted[fact] > 0;
    bool yes = f->rule < 0 && q->aside(f) && contains(q, f->bytes, f->n);
    const struct known_rule *rule = f->rule < 0 ? NULL : &r->rules[f->rule];
    for (uint32_t i = 0; rule && !yes && i < rule->count; i++) {
        int needed = r->values[r->inputs[rule->inputs + i]].fact;
        yes = needed >= 0 && tainted(q, needed);
    }
    q->tainted[fact] = yes ? 1 : -1;
    return yes;
}

static bool from_a_fact(struct question *q, char *source, size_t cap)
{
    for (size_t i = 0; i < q->k->count; i++) {
        const struct imp_fact *f = &q->k->facts[i];
        if (!contains(q, f->bytes, f->n) || tainted(q, (int)i) || q->aside(f))
            continue;
        snprintf(source, cap, "%s", f->source);
        return true;
    }
    return false;
}

/* All inputs known, none of them from what is left aside. */
static bool open_way(struct question *q, const struct known_rule *rule, const char **first)
{
    const struct known_rules *r = &q->k->known->rules;
    *first = NULL;
    for (uint32_t i = 0; i < rule->count; i++) {
        const struct known_value *v = &r->values[r->inputs[rule->inputs + i]];
        if (v->fact == -1 || contains(q, r->octets + v->at, v->n) ||
            (v->fact >= 0 && tainted(q, v->fact)))
            return false;
        if (v->fact >= 0 && !*first)
            *first = q->k->facts[v->fact].source;
    }
    return true;
}

static bool from_a_rule(struct question *q, char *source, size_t cap)
{
    const struct known_rules *r = &q->k->known->rules;
    for (size_t i = 0; i < r->rule_count; i++) {
        const struct known_value *out = &r->values[r->rules[i].output];
        const char *first;
        if (!contains(q, r->octets + out->at, out->n) || !open_way(q, &r->rules[i], &first))
            continue;
        snprintf(source, cap, "%s from %s", r->rules[i].name, first ? first : "what all know");
        return true;
    }
    return false;
}

bool imp_knowledge_otherwise(const struct imp_knowledge *k, const void *bytes, size_t n,
                             bool (*aside)(const struct imp_fact *), char *source, size_t cap)
{
    struct question q = {k, bytes, n, aside, calloc(k->count + 1, 1)};
    if (!q.tainted)
        abort();
    bool found = k->known && n && (from_a_fact(&q, source, cap) || from_a_rule(&q, source, cap));
    free(q.tainted);
    return found;
}
