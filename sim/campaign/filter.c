/* SPDX-License-Identifier: GPL-2.0-only */
#include "filter.h"

#include "filter_term.h"
#include "sim/words/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TERMS 16 /* in one expression */
#define TOLD 8   /* values that an error lists */

struct expression {
    struct imp__term term[TERMS];
    size_t count;
};

static int parse(struct expression *e, const char *text, char *error, size_t cap)
{
    static const char joint[] = " and ";
    e->count = 0;
    for (const char *p = text; p;) {
        const char *end = strstr(p, joint);
        if (e->count == TERMS) {
            snprintf(error, cap, "more than %d terms", TERMS);
            return -1;
        }
        if (imp__term_parse(&e->term[e->count++], p, end ? (size_t)(end - p) : strlen(p), error,
                            cap) < 0)
            return -1;
        p = end ? end + strlen(joint) : NULL;
    }
    return 0;
}

static bool holds(const struct expression *e, const json_t *line)
{
    for (size_t i = 0; i < e->count; i++)
        if (!imp__term_holds(&e->term[i], line))
            return false;
    return true;
}

/* The line of a group; only the replication differs from run to run. */
static const json_t *group_line(const struct imp_plan *plan, size_t group)
{
    return json_object_get(json_array_get(plan->parameters, group), "plan");
}

/* ---- sentences for what fits nothing
 * -------------------------------------------------------------- */
static bool note_value(void *arg, const json_t *value)
{
    char *text = imp__value_text(value);
    if (text)
        json_object_set_new(arg, text, json_true());
    free(text);
    return false;
}

/* Texts that runs have under a name, as members; empty when none has it. */
static json_t *values_of(const struct imp_plan *plan, const char *name)
{
    json_t *values = json_object();
    bool none;
    for (size_t i = 0; i < json_array_size(plan->parameters); i++)
        imp__values_any(group_line(plan, i), name, note_value, values, &none);
    return values;
}

static void offer_names(struct imp_nearest *best, const char *wanted, const json_t *line)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)line, name, value) imp_nearest_offer(best, wanted, name);
}

static int unknown_name(const struct imp_plan *plan, const char *name, char *error, size_t cap)
{
    struct imp_nearest best = {0};
    char hint[100];
    offer_names(&best, name, group_line(plan, 0));
    imp_nearest_hint(&best, hint, sizeof hint);
    snprintf(error, cap, "no run has a parameter \"%s\"; see imprint plan --explain%s", name, hint);
    return -1;
}

static int no_value(const struct imp__term *t, const json_t *values, char *error, size_t cap)
{
    struct imp_nearest best = {0};
    char hint[100];
    const char *text;
    json_t *unused;
    size_t told = 0;
    offer_names(&best, t->values, values);
    imp_nearest_hint(&best, hint, sizeof hint);
    size_t n = (size_t)snprintf(error, cap, "no run has it; %s is", t->name);
    json_object_foreach((json_t *)values, text, unused)
    {
        if (n >= cap || told == TOLD)
            break;
        n += (size_t)snprintf(error + n, cap - n, "%s \"%.40s\"", told++ ? "," : "", text);
    }
    if (n < cap)
        snprintf(error + n, cap - n, "%s%s", told < json_object_size(values) ? ", ..." : "", hint);
    return -1;
}

/* Why the expression fits nothing: a term alone that does not, or all together. */
static int explain(const struct imp_plan *plan, const struct expression *e, char *error, size_t cap)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct imp__term *t = &e->term[i];
        bool any = false;
        for (size_t g = 0; !any && g < json_array_size(plan->parameters); g++)
            any = imp__term_holds(t, group_line(plan, g));
        if (any || strcmp(t->name, "replication") == 0)
            continue;
        json_t *values = values_of(plan, t->name);
        int status = no_value(t, values, error, cap);
        json_decref(values);
        return status;
    }
    snprintf(error, cap, "fits no run");
    return -1;
}

static int check_names(const struct imp_plan *plan, const struct expression *e, char *error,
                       size_t cap)
{
    for (size_t i = 0; i < e->count; i++) {
        json_t *values = values_of(plan, e->term[i].name);
        size_t known = json_object_size(values);
        json_decref(values);
        if (known == 0)
            return unknown_name(plan, e->term[i].name, error, cap);
    }
    return 0;
}

/* ---- choosing
 * ------------------------------------------------------------------------------------ */
/* Whether the expression asks for more than the groups' lines tell. */
static bool by_replication(const struct expression *e)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->term[i].name, "replication") == 0)
            return true;
    return false;
}

/* Which runs the expression fits; returns how many. */
static size_t mark(bool *fits, const struct imp_plan *plan, const struct expression *e)
{
    size_t groups = json_array_size(plan->parameters), n = 0;
    bool *group = calloc(groups + 1, sizeof *group), each = by_replication(e);
    if (!group)
        abort();
    for (size_t g = 0; !each && g < groups; g++)
        group[g] = holds(e, group_line(plan, g));
    for (size_t i = 0; i < plan->count; i++) {
        json_t *line = each ? json_loads(plan->runs[i].line, 0, NULL) : NULL;
        fits[i] = each ? holds(e, line) : group[plan->runs[i].group];
        n += fits[i];
        json_decref(line);
    }
    free(group);
    return n;
}

static int apply(bool *keep, const struct imp_plan *plan, const char *option, const char *text,
                 char *error, size_t cap)
{
    char why[IMP_ERROR / 2];
    struct expression e;
    bool *fits = calloc(plan->count + 1, sizeof *fits), wanted = strcmp(option, "--only") == 0;
    if (!fits)
        abort();
    int status = parse(&e, text, why, sizeof why);
    if (status == 0)
        status = check_names(plan, &e, why, sizeof why);
    if (status == 0 && mark(fits, plan, &e) == 0)
        status = explain(plan, &e, why, sizeof why);
    for (size_t i = 0; status == 0 && i < plan->count; i++)
        keep[i] = keep[i] && fits[i] == wanted;
    free(fits);
    if (status < 0)
        snprintf(error, cap, "%s %.100s: %s", option, text, why);
    return status;
}

/* Leaves the parameters of groups that still have runs. */
static void keep_groups(struct imp_plan *plan)
{
    size_t groups = json_array_size(plan->parameters), *to = calloc(groups + 1, sizeof *to);
    json_t *left = json_array(), *at;
    const char *key;
    void *next;
    if (!to)
        abort();
    for (size_t i = 0; i < plan->count; i++)
        to[plan->runs[i].group] = 1;
    for (size_t g = 0; g < groups; g++) {
        if (!to[g])
            continue;
        json_array_append(left, json_array_get(plan->parameters, g));
        to[g] = json_array_size(left);
    }
    for (size_t i = 0; i < plan->count; i++)
        plan->runs[i].group = to[plan->runs[i].group] - 1;
    json_object_foreach_safe(plan->groups, next, key, at)
    {
        size_t now = to[json_integer_value(at)];
        if (now)
            json_object_set_new(plan->groups, key, json_integer((json_int_t)now - 1));
        else
            json_object_del(plan->groups, key);
    }
    json_decref(plan->parameters);
    plan->parameters = left;
    free(to);
}

int imp_plan_filter(struct imp_plan *plan, const struct imp_filters *f, char *error, size_t cap)
{
    bool *keep = malloc(plan->count + 1);
    size_t left = 0, before = plan->count;
    int status = 0;
    if (!keep)
        abort();
    memset(keep, true, plan->count);
    for (size_t i = 0; status == 0 && i < f->only_count; i++)
        status = apply(keep, plan, "--only", f->only[i], error, cap);
    for (size_t i = 0; status == 0 && i < f->except_count; i++)
        status = apply(keep, plan, "--except", f->except[i], error, cap);
    for (size_t i = 0; i < plan->count; i++)
        left += keep[i];
    if (status == 0 && left == 0) {
        snprintf(error, cap, "--only and --except leave none of %zu runs", before);
        status = -1;
    }
    if (status == 0 && f->only_count + f->except_count) {
        imp__plan_keep(plan, keep);
        keep_groups(plan);
    }
    free(keep);
    if (status < 0)
        imp_one_line(error);
    return status;
}
