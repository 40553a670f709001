/* SPDX-License-Identifier: GPL-2.0-only */
#include "crack.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct attempt { /* at one party's secret */
    const struct imp_guess *guess;
    struct world_party *party;
    void *evidence;
    bool enough, tried, found;
};

struct world_crack {
    struct attempt *attempts;
    size_t count;
    struct imp_rng rng;
};

void world_crack_open(struct world *w)
{
    const struct imp_guess *guesses = w->spec.mechanism->guesses;
    if (w->spec.adversary.work_bits == 0 || !guesses || !imp_adversary_present(&w->spec.adversary))
        return;
    w->crack = calloc(1, sizeof *w->crack);
    if (!w->crack)
        abort();
    imp_rng_seed(&w->crack->rng, w->spec.session, "adversary", "off-line work");
    for (const struct imp_guess *g = guesses; g->name; g++)
        for (size_t i = 0; i < w->honest; i++) {
            struct world_crack *c = w->crack;
            if (w->parties[i].env.role != g->role)
                continue;
            c->attempts = realloc(c->attempts, (c->count + 1) * sizeof *c->attempts);
            void *evidence = calloc(1, g->evidence_size);
            if (!c->attempts || !evidence)
                abort();
            c->attempts[c->count++] =
                (struct attempt){.guess = g, .party = &w->parties[i], .evidence = evidence};
        }
}

void world_crack_free(struct world *w)
{
    for (size_t i = 0; w->crack && i < w->crack->count; i++)
        free(w->crack->attempts[i].evidence);
    if (w->crack)
        free(w->crack->attempts);
    free(w->crack);
    w->crack = NULL;
}

void world_crack_read(struct world *w, int channel, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; w->crack && i < w->crack->count; i++) {
        struct attempt *a = &w->crack->attempts[i];
        if (!a->enough)
            a->enough = a->guess->evidence(a->evidence, &a->party->env, channel, bytes, n);
    }
}

/* What a candidate takes beyond one operation, where that counts. */
static unsigned cost(const struct world *w, const struct attempt *a)
{
    return w->spec.adversary.operations && a->guess->cost ? a->guess->cost(&a->party->env) : 0;
}

/* Candidates in their order until one is right; false: not among the first 2^budget. */
static bool try_all(struct world *w, const struct attempt *a, unsigned bits, unsigned budget)
{
    uint8_t candidate[IMP_GUESS_MAX];
    uint64_t end = UINT64_C(1) << (bits < budget ? bits : budget);
    char source[160];
    for (uint64_t i = 0; i < end; i++) {
        size_t n = a->guess->candidate(&a->party->env, i, candidate);
        if (!a->guess->right(a->evidence, candidate, n))
            continue;
        snprintf(source, sizeof source, "%s of %.40s, found after %llu of 2^%u candidates",
                 a->guess->name, a->party->name, (unsigned long long)i + 1, bits);
        imp_knowledge_add(&w->knowledge, candidate, n, source);
        return true;
    }
    return false;
}

static bool account(struct world *w, const struct attempt *a, unsigned bits, unsigned budget)
{
    const struct world_cell *c = world_cells_get(&a->party->cells, a->guess->cell);
    unsigned slow = cost(w, a), work = w->spec.adversary.work_bits;
    char source[200], each[40] = "";
    if (!c || (budget < bits && imp_rng_unit(&w->crack->rng) >= ldexp(1, (int)budget - (int)bits)))
        return false;
    if (slow)
        snprintf(each, sizeof each, " at 2^%u operations each", slow);
    snprintf(source, sizeof source,
             "%s of %.40s, accounted: %u bits%s within a budget of 2^%u, not computed",
             a->guess->name, a->party->name, bits, each, work);
    imp_knowledge_add(&w->knowledge, c->bytes, c->n, source);
    return true;
}

/* Up to how many bits candidates are really tried. */
static unsigned computed(const struct imp_guess *g)
{
    return g->computed ? g->computed : WORLD_CRACK_COMPUTED;
}

size_t world_crack(struct world *w)
{
    size_t found = 0;
    struct imp_observation before = imp_observe_hold(); /* trying is nobody's protocol run */
    for (size_t i = 0; w->crack && i < w->crack->count; i++) {
        struct attempt *a = &w->crack->attempts[i];
        unsigned bits = a->guess->bits(&a->party->env), slow = cost(w, a);
        unsigned budget = w->spec.adversary.work_bits;
        budget = budget > slow ? budget - slow : 0;
        if (a->enough && !a->tried)
            a->found = bits <= computed(a->guess) ? try_all(w, a, bits, budget)
                                                  : account(w, a, bits, budget);
        a->tried = a->enough;
        found += a->found;
    }
    imp_observe_resume(before);
    return found;
}
