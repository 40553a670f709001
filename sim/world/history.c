/* SPDX-License-Identifier: GPL-2.0-only */
#include "history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    const struct world_party *party;
    char *name; /* a cell's name, a stream's purpose */
    uint8_t *bytes;
    size_t n;
};

struct list {
    struct entry *entries;
    size_t count, cap;
};

struct world_history {
    struct list draws, past;
};

static void list_add(struct list *l, const struct world_party *p, const char *name,
                     const void *bytes, size_t n)
{
    if (l->count == l->cap) {
        l->cap = l->cap ? 2 * l->cap : 64;
        l->entries = realloc(l->entries, l->cap * sizeof *l->entries);
        if (!l->entries)
            abort();
    }
    l->entries[l->count++] = (struct entry){.party = p,
                                            .name = world_copy(name, strlen(name) + 1),
                                            .bytes = world_copy(bytes, n),
                                            .n = n};
}

static void list_free(struct list *l)
{
    for (size_t i = 0; i < l->count; i++) {
        imp_wipe(l->entries[i].bytes, l->entries[i].n);
        free(l->entries[i].bytes);
        free(l->entries[i].name);
    }
    free(l->entries);
}

static bool weak(const struct world *w, enum imp_weakness x)
{
    return w->spec.adversary.weaknesses >> x & 1;
}

static void operation(void *arg, const struct imp_operation *op)
{
    struct world *w = arg;
    imp_knowledge_rule(&w->knowledge, op->name, op->in, op->count, op->out.p, op->out.n);
    if (op->one_way && weak(w, IMP_WEAKNESS_DISCRETE_LOG))
        imp_knowledge_rule(&w->knowledge, "discrete logarithm", &op->out, 1, op->in[0].p,
                           op->in[0].n);
}

void world_history_open(struct world *w)
{
    bool present = imp_adversary_present(&w->spec.adversary);
    imp_observe(present ? operation : NULL, w);
    if (!present)
        return;
    w->history = calloc(1, sizeof *w->history);
    if (!w->history)
        abort();
}

void world_history_free(struct world *w)
{
    imp_observe(NULL, NULL);
    if (!w->history)
        return;
    list_free(&w->history->draws);
    list_free(&w->history->past);
    free(w->history);
    w->history = NULL;
}

static void learn(struct world *w, const char *what, const struct entry *e)
{
    char source[160];
    snprintf(source, sizeof source, "%s %.60s of %s", what, e->name, e->party->name);
    if (e->n)
        imp_knowledge_add(&w->knowledge, e->bytes, e->n, source);
}

void world_history_draw(struct world_party *p, const char *purpose, const void *bytes, size_t n)
{
    struct world *w = p->world;
    bool before = p->free_of_charge; /* by whoever provisions */
    if (!w->history || (before && world_honest(p)))
        return;
    list_add(&w->history->draws, p, purpose, bytes, n);
    const struct entry *e = &w->history->draws.entries[w->history->draws.count - 1];
    if (!world_honest(p))
        learn(w, "own draw", e);
    else if (world_adversary_corrupts(w, p))
        learn(w, "draw", e);
    else if (weak(w, IMP_WEAKNESS_WEAK_RNG))
        learn(w, "foretold draw", e);
}

void world_history_cell(struct world_party *p, const char *name, const void *bytes, size_t n)
{
    struct world *w = p->world;
    const struct world_cell *c = w->history ? world_cells_get(&p->cells, name) : NULL;
    bool same = c && bytes && c->n == n && memcmp(c->bytes, bytes, n) == 0;
    if (c && c->n && !same)
        list_add(&w->history->past, p, name, c->bytes, c->n);
}

static void reveal(struct world *w, const struct world_party *p, const char *what,
                   const struct list *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->entries[i].party == p)
            learn(w, what, &l->entries[i]);
}

void world_history_reveal_draws(struct world *w, const struct world_party *p)
{
    if (w->history)
        reveal(w, p, "revealed draw", &w->history->draws);
}

void world_history_reveal_past(struct world *w, const struct world_party *p)
{
    if (w->history)
        reveal(w, p, "past cell", &w->history->past);
}
