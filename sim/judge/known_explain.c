/* SPDX-License-Identifier: GPL-2.0-only */
/* known_explain.c - the steps that lead to a fact, each once, after those that it needs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

enum { LINE = 280 };

struct account {
    const struct imp_knowledge *k;
    int *step; /* by fact: its number, or 0 */
    int steps;
    char *text;
    size_t n, cap;
};

static void put(struct account *a, const char *text)
{
    size_t n = strlen(text);
    a->text = known__grow(a->text, &a->cap, a->n + n + 1, 1);
    memcpy(a->text + a->n, text, n + 1);
    a->n += n;
}

/* Depth: a fact is derived from earlier facts only, and a run has a few tens of steps. */
static void tell(struct account *a, int fact)
{
    const struct imp_fact *f = &a->k->facts[fact];
    const struct known_rules *r = &a->k->known->rules;
    char line[LINE];
    if (a->step[fact])
        return;
    const struct known_rule *rule = f->rule < 0 ? NULL : &r->rules[f->rule];
    for (uint32_t i = 0; rule && i < rule->count; i++) {
        int needed = r->values[r->inputs[rule->inputs + i]].fact;
        if (needed >= 0)
            tell(a, needed);
    }
    a->step[fact] = ++a->steps;
    snprintf(line, sizeof line, "[%d] %s", a->steps, rule ? rule->name : f->source);
    put(a, line);
    const char *word = " from ";
    for (uint32_t i = 0; rule && i < rule->count; i++) {
        int needed = r->values[r->inputs[rule->inputs + i]].fact;
        if (needed < 0)
            continue;
        snprintf(line, sizeof line, "%s[%d]", word, a->step[needed]);
        put(a, line);
        word = ", ";
    }
    put(a, "\n");
}

void imp_knowledge_explain(const struct imp_knowledge *k, const struct imp_fact *f, char *out,
                           size_t cap)
{
    struct account a = {.k = k, .step = calloc(k->count + 1, sizeof *a.step)};
    if (!a.step)
        abort();
    put(&a, "");
    tell(&a, (int)(f - k->facts));
    const char *from = a.text;
    while (strlen(from) >= cap) { /* without the first steps */
        const char *end = strchr(from, '\n');
        from = end ? end + 1 : from + strlen(from);
    }
    memcpy(out, from, strlen(from) + 1);
    free(a.text);
    free(a.step);
}
