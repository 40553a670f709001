/* SPDX-License-Identifier: GPL-2.0-only */
#include "rights.h"

#include <string.h>

#define NAME(id, text) text,
#define NAMES(function, type, LIST)                                                                \
    const char *function(type value)                                                               \
    {                                                                                              \
        static const char *const names[] = {LIST(NAME)};                                           \
        return names[value];                                                                       \
    }

NAMES(imp_when_name, enum imp_when, IMP_WHENS)
NAMES(imp_power_name, enum imp_power, IMP_POWERS)
NAMES(imp_reveal_name, enum imp_reveal, IMP_REVEALS)
NAMES(imp_weakness_name, enum imp_weakness, IMP_WEAKNESSES)
NAMES(imp_user_error_name, enum imp_user_error, IMP_USER_ERRORS)
NAMES(imp_place_name, enum imp_place, IMP_PLACES)

const char *imp_link_name(enum imp_link l)
{
    static const char *const names[] = {"device", "backend"};
    return names[l];
}

bool imp_window_open(const struct imp_window *w, const struct imp_progress *p)
{
    switch (w->when) {
    case IMP_WHEN_ALWAYS:
        return true;
    case IMP_WHEN_BEFORE:
        return !p->powered;
    case IMP_WHEN_FIRST:
        return !p->device_done;
    case IMP_WHEN_POST:
        return p->all_done;
    case IMP_WHEN_BETWEEN:
        return p->now >= w->from && p->now < w->until;
    case IMP_WHEN_NEVER:
    default:
        return false;
    }
}

bool imp_adversary_present(const struct imp_adversary *a)
{
    return a->strategy && strcmp(a->strategy, "none") != 0;
}

const char *imp_adversary_param(const struct imp_adversary *a, const char *name, const char *preset)
{
    for (const struct imp_param *p = a->params; p->name; p++)
        if (strcmp(p->name, name) == 0)
            return p->value;
    return preset;
}

const struct imp_adversary *imp_adversary_find(const char *name)
{
    for (size_t i = 0; imp_adversaries[i].name; i++)
        if (strcmp(imp_adversaries[i].name, name) == 0)
            return &imp_adversaries[i];
    return NULL;
}
