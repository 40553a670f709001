/* SPDX-License-Identifier: GPL-2.0-only */
#include "strategy.h"

#include <stdio.h>
#include <string.h>

#include "strategies/strategies.h"

#define ADDRESS(id) &imp_strategy_##id,

const struct imp_strategy *const imp_strategies[] = {IMP_STRATEGIES(ADDRESS) NULL};

const struct imp_strategy *imp_strategy_find(const char *name)
{
    for (size_t i = 0; name && imp_strategies[i]; i++)
        if (strcmp(imp_strategies[i]->name, name) == 0)
            return imp_strategies[i];
    return NULL;
}

bool imp_adversary_mirrors(const struct imp_adversary *a, const struct imp_mechanism *m)
{
    const struct imp_strategy *s = imp_strategy_find(a->strategy);
    return s && (s->wants_mirrors ? s->wants_mirrors(a, m) : s->mirrors);
}

int imp_adv_message(const struct imp_mechanism *m, const char *name)
{
    for (int i = 0; m->messages[i].name; i++)
        if (strcmp(m->messages[i].name, name) == 0)
            return i;
    return -1;
}

bool imp_key_right_names(const struct imp_adv *a, const struct imp_key_right *k, int party)
{
    const struct imp_adv_party *p = &a->parties[party];
    const struct imp_role *role = &a->mechanism->roles[p->role];
    return (k->device < 0 || k->device == p->device) &&
           (strcmp(k->role, "*") == 0 || strcmp(k->role, role->name) == 0 ||
            (!role->third_party && strcmp(k->role, imp_role_kind_name(p->kind)) == 0));
}

int imp_adv_party_find(const struct imp_adv *a, int role, int device)
{
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].role == role && (device < 0 || a->parties[i].device == device))
            return (int)i;
    return -1;
}

/* ---- checks ------------------------------------------------------------------------------------
 */
static int unknown_strategy(const char *name, char *error, size_t cap)
{
    int used =
        snprintf(error, cap, "adversary.strategy: there is no \"%.40s\"; expected one of", name);
    for (size_t i = 0; imp_strategies[i] && used >= 0 && (size_t)used < cap; i++)
        used += snprintf(error + used, cap - (size_t)used, "%s %s", i ? "," : "",
                         imp_strategies[i]->name);
    return -1;
}

static const struct imp_strategy_param *find_param(const struct imp_strategy *s, const char *name)
{
    for (const struct imp_strategy_param *p = s->params; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

static int check_params(const struct imp_adversary *a, const struct imp_strategy *s, char *error,
                        size_t cap)
{
    for (const struct imp_param *p = a->params; p->name; p++)
        if (!s->more_params && !find_param(s, p->name)) {
            snprintf(error, cap, "adversary.strategy: %s has no parameter \"%.40s\"", s->name,
                     p->name);
            return -1;
        }
    for (const struct imp_strategy_param *p = s->params; p && p->name; p++)
        if (!p->preset && !imp_adversary_param(a, p->name, NULL)) {
            snprintf(error, cap, "adversary.strategy: %s needs its parameter %s (%s)", s->name,
                     p->name, p->summary);
            return -1;
        }
    return 0;
}

static bool has_channel(const struct imp_mechanism *m, const char *name)
{
    for (int i = 0; m->channels[i].name; i++)
        if (strcmp(m->channels[i].name, name) == 0)
            return m->channels[i].service == IMP_SERVICE_OOB;
    return strcmp(name, "*") == 0;
}

static bool has_role(const struct imp_mechanism *m, const char *name)
{
    for (int k = 0; k < IMP_ROLE_KIND_COUNT; k++)
        if (strcmp(imp_role_kind_name((enum imp_role_kind)k), name) == 0)
            return true;
    return strcmp(name, "*") == 0 || imp_role_find(m, name) >= 0;
}

static int check_names(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                       size_t cap)
{
    for (const struct imp_oob_right *o = a->oob; o->channel; o++)
        if (!has_channel(m, o->channel)) {
            snprintf(error, cap, "adversary.oob: %s has no out-of-band channel \"%.40s\"", m->name,
                     o->channel);
            return -1;
        }
    for (const struct imp_key_right *k = a->keys; k->role; k++)
        if (!has_role(m, k->role)) {
            snprintf(error, cap, "adversary.keys: %s has no role \"%.40s\"", m->name, k->role);
            return -1;
        }
    return 0;
}

int imp_adversary_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                        size_t cap)
{
    const struct imp_strategy *s = imp_strategy_find(a->strategy);
    if (!s)
        return unknown_strategy(a->strategy ? a->strategy : "(none)", error, cap);
    if (check_params(a, s, error, cap) != 0 || check_names(a, m, error, cap) != 0)
        return -1;
    return s->check ? s->check(a, m, error, cap) : 0;
}
