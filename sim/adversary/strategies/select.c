/* SPDX-License-Identifier: GPL-2.0-only */
#include "select.h"

#include <stdio.h>
#include <string.h>

#include "params.h"

#define MANY 1e9

static bool every(const struct imp_adversary *a, const char *name)
{
    return strcmp(imp_adversary_param(a, name, "*"), "*") == 0;
}

static int label_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                       size_t cap)
{
    const char *label = imp_adversary_param(a, "message", "*");
    if (every(a, "message") || imp_adv_message(m, label) >= 0)
        return 0;
    snprintf(error, cap, "adversary.strategy.message: %s has no message \"%.60s\"", m->name, label);
    return -1;
}

int imp_select_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                     size_t cap)
{
    if (imp_at_check(a, m, error, cap) != 0 || label_check(a, m, error, cap) != 0)
        return -1;
    if (!every(a, "from") && imp_param_role_check(a, m, "from", "*", error, cap) != 0)
        return -1;
    return imp_param_number_check(a, "skip", 0, MANY, error, cap) ||
                   imp_param_number_check(a, "count", 0, MANY, error, cap) ||
                   imp_param_number_check(a, "probability", 0, 1, error, cap)
               ? -1
               : 0;
}

void imp_select_open(struct imp_select *s, const struct imp_adv *a)
{
    const struct imp_adversary *r = a->rights;
    *s = (struct imp_select){
        .at = imp_at(a),
        .message = imp_adv_message(a->mechanism, imp_adversary_param(r, "message", "*")),
        .role = every(r, "from") ? -1 : imp_param_role(r, a->mechanism, "from", "*"),
        .skip = (uint64_t)imp_param_number(r, "skip", 0),
        .count = (uint64_t)imp_param_number(r, "count", 0),
        .probability = imp_param_number(r, "probability", 1),
    };
}

/* True with probability p: 53 random bits below it. */
static bool chance(struct imp_adv *a, double p)
{
    uint8_t r[8];
    uint64_t x = 0;
    if (p >= 1)
        return true;
    a->ops->random(a, r, sizeof r);
    for (size_t i = 0; i < sizeof r; i++)
        x = x << 8 | r[i];
    return (double)(x >> 11) / 9007199254740992.0 < p;
}

bool imp_select(struct imp_adv *a, struct imp_select *s, const struct imp_unit *u)
{
    if (u->link != s->at || (s->message >= 0 && u->message != s->message))
        return false;
    if (s->role >= 0 && !(imp_adv_honest(a, u->from) && a->parties[u->from].role == s->role))
        return false;
    if (s->met++ < s->skip || (s->count && s->taken >= s->count) || !chance(a, s->probability))
        return false;
    s->taken++;
    return true;
}
