/* SPDX-License-Identifier: GPL-2.0-only */
#include "columns.h"

#include <math.h>
#include <stdio.h>

#define ENTRY(id, places) {.name = #id, .decimals = places},
const struct imp_measure_entry imp_measures[IMP_MEASURE_COUNT] = {IMP_MEASURES(ENTRY)};

#define DELTA(id, measure) {.name = #id, .of = IMP_MEASURE_##measure},
const struct imp_delta_entry imp_deltas[IMP_DELTA_COUNT] = {IMP_DELTAS(DELTA)};

void imp_measure_text(char *out, size_t cap, enum imp_measure m, double value)
{
    bool whole = value == floor(value);
    bool count = imp_measures[m].decimals <= 3;
    if (!isfinite(value))
        *out = '\0';
    else
        snprintf(out, cap, "%.*f", whole && count ? 0 : imp_measures[m].decimals, value + 0.0);
}
