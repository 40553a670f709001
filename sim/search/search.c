/* SPDX-License-Identifier: GPL-2.0-only */
#include "search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "states.h"
#include "workers.h"

const char *imp_search_end_name(enum imp_search_end e)
{
#define NAME(id, text) text,
    static const char *const names[] = {IMP_SEARCH_ENDS(NAME)};
#undef NAME
    return names[e];
}

struct item { /* a script: that of an item of the level below, and one decision more */
    size_t parent;
    struct imp_decision last;
};

struct level {
    struct item *item;
    size_t count, room;
};

struct answer { /* of an item whose turn has not come */
    struct imp_search_report report;
    bool there;
};

struct state {
    const struct imp_search *search;
    struct imp_search_result *out;
    struct level level[IMP_SCRIPT_LONGEST + 2];
    unsigned depth;
    struct imp_states known;
    struct answer *answer; /* by item of the present level */
    size_t given, taken;   /* items handed out; items whose report has been taken, in order */
    size_t *again;         /* items to hand out once more */
    size_t again_count;
    uint64_t branches;
    bool over;
};

static void *need(void *p)
{
    if (!p)
        abort();
    return p;
}

static void push(struct level *l, struct item item)
{
    if (l->count == l->room) {
        l->room = l->room ? 2 * l->room : 256;
        l->item = need(realloc(l->item, l->room * sizeof *l->item));
    }
    l->item[l->count++] = item;
}

static void script_of(const struct state *s, size_t item,
                      struct imp_decision out[IMP_SCRIPT_LONGEST])
{
    for (unsigned d = s->depth; d > 0; d--) {
        const struct item *i = &s->level[d].item[item];
        out[d - 1] = i->last;
        item = i->parent;
    }
}

/* ---- taking reports, in order
 * ---------------------------------------------------------------------
 */
static void count_branches(struct state *s, size_t n)
{
    struct imp_search_result *o = s->out;
    if (o->states == 0 || n < o->branch_min)
        o->branch_min = n;
    if (n > o->branch_max)
        o->branch_max = n;
    s->branches += n;
    o->states++;
}

/* What can be done from the new states of a run. */
static void expand(struct state *s, size_t item, const struct imp_search_report *r)
{
    bool full = s->depth < s->search->full;
    for (size_t i = 0; i < r->count; i++) {
        const struct imp_script_point *p = &r->point[i];
        bool new_state = imp_states_add(&s->known, p->state, s->depth);
        bool new_place = !p->place ? new_state : imp_states_add(&s->known, p->place, s->depth);
        if (full ? new_state : new_place)
            count_branches(s, p->count);
        for (size_t o = 0; o < p->count; o++) {
            bool new_option =
                !p->place ? new_state : imp_states_add(&s->known, imp__option_name(p, o), s->depth);
            if ((full ? new_state : new_option) && s->depth < s->search->deviations)
                push(&s->level[s->depth + 1],
                     (struct item){item, {.point = p->number, .option = p->options[o]}});
        }
    }
}

static void found(struct state *s, size_t item, const struct imp_search_report *r)
{
    s->out->end = IMP_SEARCH_ATTACK;
    s->out->count = s->depth;
    script_of(s, item, s->out->script);
    snprintf(s->out->goal, sizeof s->out->goal, "%s", r->goal);
    snprintf(s->out->why, sizeof s->out->why, "%s", r->why);
    s->over = true;
}

static void keep_failure(struct state *s, size_t item, const struct imp_search_report *r)
{
    struct imp_decision script[IMP_SCRIPT_LONGEST];
    char text[64 * IMP_SCRIPT_LONGEST];
    script_of(s, item, script);
    imp_script_print(text, sizeof text, script, s->depth);
    snprintf(s->out->first_failure, sizeof s->out->first_failure, "%.180s (script \"%.90s\")",
             r->why, text);
}

static void take(struct state *s, size_t item, const struct imp_search_report *r)
{
    struct imp_search_result *o = s->out;
    o->runs++;
    if (r->failed) {
        if (o->failed++ == 0)
            keep_failure(s, item, r);
        return;
    }
    o->merged += r->merged;
    if (r->broken)
        found(s, item, r);
    else
        expand(s, item, r);
}

static void take_all(struct state *s)
{
    while (!s->over && s->taken < s->level[s->depth].count && s->answer[s->taken].there) {
        if (s->search->budget && s->out->runs == s->search->budget) {
            s->out->end = IMP_SEARCH_BUDGET;
            s->over = true;
            return;
        }
        take(s, s->taken, &s->answer[s->taken].report);
        imp__report_free(&s->answer[s->taken].report);
        s->taken++;
    }
}

/* ---- one level
 * ------------------------------------------------------------------------------------
 */
static void once_more(void *arg, size_t item)
{
    struct state *s = arg;
    s->again[s->again_count++] = item;
}

/* Not too far ahead of the first one that is missing. */
static bool next_item(struct state *s, size_t *item)
{
    const struct imp_search *p = s->search;
    if (s->again_count) {
        *item = s->again[--s->again_count];
        return true;
    }
    uint64_t left = p->budget ? p->budget - s->out->runs : UINT64_MAX;
    if (s->given == s->level[s->depth].count || s->given - s->taken >= left ||
        s->given - s->taken > 4096)
        return false;
    *item = s->given++;
    return true;
}

static void hand_out(struct state *s, struct imp_workers *w)
{
    struct imp_worker *k;
    size_t item;
    struct imp_decision script[IMP_SCRIPT_LONGEST];
    while ((k = imp__workers_idle(w)) && next_item(s, &item)) {
        script_of(s, item, script);
        imp__worker_give(k, item, script, s->depth);
    }
}

static bool budget_left(struct state *s)
{
    if (!s->search->budget || s->out->runs < s->search->budget)
        return true;
    s->out->end = IMP_SEARCH_BUDGET;
    s->over = true;
    return false;
}

static void tell(const struct state *s)
{
    if (s->search->progress)
        s->search->progress(s->search->arg, s->depth, s->out->runs,
                            s->level[s->depth].count - s->taken);
}

static void run_level(struct state *s, struct imp_workers *w)
{
    size_t count = s->level[s->depth].count;
    while (!s->over && s->taken < count && budget_left(s)) {
        struct imp_search_report r;
        if (s->search->stop && *s->search->stop) {
            s->out->end = IMP_SEARCH_STOPPED;
            s->over = true;
            return;
        }
        hand_out(s, w);
        size_t item = imp__workers_wait(w, &r, 200, once_more, s);
        tell(s);
        if (item == SIZE_MAX)
            continue;
        s->answer[item] = (struct answer){r, true};
        take_all(s);
    }
}

static int level(struct state *s)
{
    struct imp_workers w;
    size_t count = s->level[s->depth].count;
    s->answer = need(calloc(count, sizeof *s->answer));
    s->again = need(calloc(count, sizeof *s->again));
    s->given = s->taken = s->again_count = 0;
    int status = imp__workers_open(&w, s->search, &s->known);
    if (status == 0)
        run_level(s, &w);
    imp__workers_close(&w);
    for (size_t i = s->taken; i < count; i++)
        if (s->answer[i].there)
            imp__report_free(&s->answer[i].report);
    free(s->answer);
    free(s->again);
    return status;
}

int imp_search(struct imp_search_result *out, const struct imp_search *search)
{
    struct state s = {.search = search, .out = out};
    int status = 0;
    *out = (struct imp_search_result){.end = IMP_SEARCH_NONE};
    push(&s.level[0], (struct item){0, {0}});
    for (; s.depth <= search->deviations && s.level[s.depth].count && !s.over && status == 0;
         s.depth++) {
        status = level(&s);
        out->finished = s.over ? out->finished : s.depth;
    }
    if (out->end == IMP_SEARCH_NONE)
        out->finished = search->deviations;
    out->branch_mean = out->states ? (double)s.branches / (double)out->states : 0;
    for (size_t i = 0; i < sizeof s.level / sizeof *s.level; i++)
        free(s.level[i].item);
    imp_states_free(&s.known);
    return status;
}
