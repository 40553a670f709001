/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_mscgen.h - the trace of a run as input of mscgen (version 0.20), to be drawn or edited with
 * that program. */
#ifndef IMPRINT_CHART_MSCGEN_H
#define IMPRINT_CHART_MSCGEN_H

#include "chart.h"

#include <stdio.h>

/* Writes to `f`, whose error indicator tells of failures. */
void imp_chart_mscgen(FILE *f, const json_t *trace, const struct imp_chart_view *view);

#endif
