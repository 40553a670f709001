/* SPDX-License-Identifier: GPL-2.0-only */
#include "stop_rule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool imp_stop_rule_read(struct imp_stop_rule *out, const json_t *line)
{
    const json_t *stop = json_object_get(line, "stop");
    const char *measure = json_string_value(json_object_get(stop, "measure"));
    *out =
        (struct imp_stop_rule){.within = json_number_value(json_object_get(stop, "within")),
                               .min = (size_t)json_integer_value(json_object_get(stop, "min")),
                               .every = (size_t)json_integer_value(json_object_get(stop, "every"))};
    snprintf(out->measure, sizeof out->measure, "%s", measure ? measure : "");
    return measure != NULL;
}

size_t imp_stop_rule_next(const struct imp_stop_rule *r, size_t n, size_t all)
{
    size_t next = n == 0 ? r->min : n + r->every;
    return next < all ? next : all;
}

bool imp_stop_rule_holds(const struct imp_stop_rule *r, const double *x, size_t n,
                         imp_half_width_function *half_width)
{
    double mean, *measured = malloc((n + 1) * sizeof *measured);
    size_t count = 0;
    if (!measured)
        abort();
    for (size_t i = 0; i < n; i++)
        if (!isnan(x[i]))
            measured[count++] = x[i];
    double half = count >= 2 ? half_width(measured, count, &mean) : INFINITY;
    free(measured);
    return count >= 2 && half <= r->within * fabs(mean);
}
