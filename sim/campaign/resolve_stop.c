/* SPDX-License-Identifier: GPL-2.0-only */
/* The stopping rule of a scenario: { measure = "latency_ms", within = 0.05, min = 30, every = 10 }.
 */
#include "resolve.h"

#include "canonical.h"
#include "columns.h"
#include "sim/words/nearest.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define MIN 30 /* replications before the first decision */
#define EVERY 10

static int check_measure(struct imp__resolver *r, const json_t *value)
{
    struct imp_nearest best = {0};
    char hint[100] = "";
    const char *name = json_string_value(value);
    for (int m = 0; name && m < IMP_MEASURE_COUNT; m++) {
        if (strcmp(imp_measures[m].name, name) == 0)
            return 0;
        imp_nearest_offer(&best, name, imp_measures[m].name);
    }
    imp_nearest_hint(&best, hint, sizeof hint);
    return imp__resolve_fail(r, "stop.measure: expected a measure such as \"latency_ms\"%s", hint);
}

static int check_entries(struct imp__resolver *r, const json_t *stop)
{
    static const char *const entries[] = {"measure", "within", "min", "every"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)stop, name, value)
    {
        size_t i = 0;
        while (i < 4 && strcmp(entries[i], name) != 0)
            i++;
        if (i == 4)
            return imp__resolve_fail(
                r, "stop: unknown entry \"%.60s\"; expected measure, within, min, every", name);
    }
    return check_measure(r, json_object_get(stop, "measure"));
}

/* A whole number from `least` on into *out; the preset when it is not there. */
static int whole(struct imp__resolver *r, const json_t *stop, const char *name, json_int_t preset,
                 json_int_t least, json_int_t *out)
{
    const json_t *value = json_object_get(stop, name);
    *out = value ? json_integer_value(value) : preset;
    if ((!value || json_is_integer(value)) && *out >= least && *out <= 1000000)
        return 0;
    return imp__resolve_fail(r, "stop.%s: expected an integer from %d to 1000000", name,
                             (int)least);
}

int imp__resolve_stop(struct imp__resolver *r, json_int_t replications)
{
    const json_t *stop = json_object_get(r->keys, "stop");
    json_int_t min, every;
    if (!stop)
        return 0;
    if (!json_is_object(stop))
        return imp__resolve_fail(
            r, "stop: expected a table such as { measure = \"latency_ms\", within = 0.05 }");
    const json_t *within = json_object_get(stop, "within");
    double w = json_number_value(within);
    if (check_entries(r, stop) < 0 || whole(r, stop, "min", MIN, 2, &min) < 0 ||
        whole(r, stop, "every", EVERY, 1, &every) < 0)
        return -1;
    if (!json_is_number(within) || !isfinite(w) || w <= 0 || w > 1)
        return imp__resolve_fail(r, "stop.within: expected a number above 0, at most 1");
    if (replications && replications < min)
        return imp__resolve_fail(r, "stop.min: is %d, but there are %d replications; expected more",
                                 (int)min, (int)replications);
    imp__resolve_source(r, "stop", true, "default");
    return json_object_set_new(r->plan, "stop",
                               json_pack("{s:O, s:o, s:I, s:I}", "measure",
                                         json_object_get(stop, "measure"), "within",
                                         imp_canonical_number(w), "min", min, "every", every));
}
