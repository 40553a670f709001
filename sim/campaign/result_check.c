/* SPDX-License-Identifier: GPL-2.0-only */
/* A run's result as the store takes it. */
#include "columns.h"
#include "store.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,
static const char *const goals[] = {IMP_GOALS(NAME) NULL};
static const char *const verdicts[] = {IMP_VERDICTS(NAME) NULL};

struct check {
    char *error;
    size_t cap;
};

__attribute__((format(printf, 2, 3))) static bool bad(struct check *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->error, c->cap, format, args);
    va_end(args);
    return false;
}

static bool among(const char *name, const char *const *list)
{
    for (size_t i = 0; name && list[i]; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

/* A measure is a number >= 0; `completed` may be a boolean; null means not measured. */
static bool measure(struct check *c, const json_t *row, const char *name, bool required)
{
    const json_t *j = json_object_get(row, name);
    if (!j && required)
        return bad(c, "the run's row lacks \"%s\"", name);
    if (!j || json_is_null(j) || json_is_boolean(j))
        return true;
    if (!json_is_number(j) || !isfinite(json_number_value(j)) || json_number_value(j) < 0)
        return bad(c, "\"%s\": expected a number of at least 0", name);
    return true;
}

static bool check_row(struct check *c, const json_t *row)
{
    if (!json_is_object(row))
        return bad(c, "the run's result lacks its row");
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        if (!measure(c, row, imp_measures[m].name, true))
            return false;
    for (int d = 0; d < IMP_DELTA_COUNT; d++) {
        const json_t *j = json_object_get(row, imp_deltas[d].name);
        if (j && !json_is_null(j) && !(json_is_number(j) && isfinite(json_number_value(j))))
            return bad(c, "\"%s\": expected a number", imp_deltas[d].name);
    }
    for (size_t g = 0; goals[g]; g++)
        if (!among(json_string_value(json_object_get(row, goals[g])), verdicts))
            return bad(c, "\"%s\": expected a verdict", goals[g]);
    return true;
}

static bool check_devices(struct check *c, const json_t *devices)
{
    const json_t *row;
    size_t i;
    if (!json_is_array(devices))
        return bad(c, "the run's result lacks its devices");
    json_array_foreach(devices, i, row)
    {
        if (!json_is_integer(json_object_get(row, "device")))
            return bad(c, "a device's row lacks its number");
        for (int m = 0; m < IMP_MEASURE_COUNT; m++)
            if (!measure(c, row, imp_measures[m].name, false))
                return false;
    }
    return true;
}

static bool check_verdicts(struct check *c, const json_t *list)
{
    const json_t *row;
    size_t i;
    json_array_foreach(list, i, row)
    {
        if (!among(json_string_value(json_object_get(row, "goal")), goals) ||
            !among(json_string_value(json_object_get(row, "verdict")), verdicts))
            return bad(c, "entry %zu of verdicts: expected goal and verdict", i);
    }
    return json_is_array(list) ? true : bad(c, "the run's result lacks its verdicts");
}

int imp_result_check(const json_t *result, char *error, size_t cap)
{
    struct check c = {.error = error, .cap = cap};
    const char *status = json_string_value(json_object_get(result, "status"));
    if (status && strcmp(status, "harness-failure") == 0)
        return 0;
    if (!status || strcmp(status, "ok") != 0)
        return bad(&c, "the run's result has no status"), -1;
    return check_row(&c, json_object_get(result, "row")) &&
                   check_devices(&c, json_object_get(result, "devices")) &&
                   check_verdicts(&c, json_object_get(result, "verdicts"))
               ? 0
               : -1;
}
