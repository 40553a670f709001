/* SPDX-License-Identifier: GPL-2.0-only */
#include "params.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NaN when the text is no number. */
static double number(const char *text)
{
    char *end;
    double v = strtod(text, &end);
    return *text && *end == '\0' ? v : NAN;
}

double imp_param_number(const struct imp_adversary *a, const char *name, double preset)
{
    const char *text = imp_adversary_param(a, name, NULL);
    return text ? number(text) : preset;
}

int imp_param_number_check(const struct imp_adversary *a, const char *name, double min, double max,
                           char *error, size_t cap)
{
    const char *text = imp_adversary_param(a, name, NULL);
    double v = text ? number(text) : min;
    if (v >= min && v <= max)
        return 0;
    snprintf(error, cap,
             "adversary.strategy.%s: expected a number from %.12g to %.12g, not \"%.40s\"", name,
             min, max, text);
    return -1;
}

imp_time imp_param_time(const struct imp_adversary *a, const char *name, double preset,
                        imp_time unit)
{
    return (imp_time)llround(imp_param_number(a, name, preset) * (double)unit);
}

static int word_index(const char *text, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

int imp_param_word(const struct imp_adversary *a, const char *name, const char *const *words)
{
    return word_index(imp_adversary_param(a, name, words[0]), words);
}

int imp_param_word_check(const struct imp_adversary *a, const char *name, const char *const *words,
                         char *error, size_t cap)
{
    if (imp_param_word(a, name, words) >= 0)
        return 0;
    size_t used = (size_t)snprintf(error, cap, "adversary.strategy.%s: expected ", name);
    for (int i = 0; words[i] && used < cap; i++)
        used += (size_t)snprintf(error + used, cap - used, "%s%s",
                                 i == 0         ? ""
                                 : words[i + 1] ? ", "
                                                : " or ",
                                 words[i]);
    if (used < cap)
        snprintf(error + used, cap - used, ", not \"%.40s\"",
                 imp_adversary_param(a, name, words[0]));
    return -1;
}

int imp_param_role(const struct imp_adversary *a, const struct imp_mechanism *m, const char *name,
                   const char *preset)
{
    const char *text = imp_adversary_param(a, name, preset);
    int named = imp_role_find(m, text);
    for (int i = 0; named < 0 && m->roles[i].name; i++)
        if (strcmp(imp_role_kind_name(m->roles[i].kind), text) == 0)
            return i;
    return named;
}

int imp_param_role_check(const struct imp_adversary *a, const struct imp_mechanism *m,
                         const char *name, const char *preset, char *error, size_t cap)
{
    if (imp_param_role(a, m, name, preset) >= 0)
        return 0;
    snprintf(
        error, cap,
        "adversary.strategy.%s: expected a role of %s or device, access, server; not \"%.40s\"",
        name, m->name, imp_adversary_param(a, name, preset));
    return -1;
}
