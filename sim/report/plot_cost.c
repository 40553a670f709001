/* SPDX-License-Identifier: GPL-2.0-only */
/* Cost under attack: differences to the undisturbed twins, a row a group. Differences of a few and
 * of thousands stand in one picture, on both sides of zero: the axes are area sinus hyperbolicus of
 * the difference over a unit, linear below the unit and logarithmic above. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"

#define PX_CHARACTER 7.6

static const struct shown {
    enum imp_delta delta;
    double scale, unit;
    const char *heading;
} shown[] = {
    {IMP_DELTA_delta_messages, 1, 1, "messages"},
    {IMP_DELTA_delta_latency_ms, 1e-3, 0.1, "latency, s"},
    {IMP_DELTA_delta_energy_mj, 1, 1, "energy, mJ"},
};
enum { SHOWN = sizeof shown / sizeof *shown };

static double place(const struct shown *s, double v)
{
    return asinh(v / s->unit);
}

static void write_row(FILE *f, const struct imp_group *g, size_t row, double reach[SHOWN])
{
    fprintf(f, "%zu", row);
    for (int i = 0; i < SHOWN; i++) {
        struct imp_summary m = imp_summarise(g->deltas[shown[i].delta], g->paired);
        char text[80];
        double low = (m.mean - m.half) * shown[i].scale, high = (m.mean + m.half) * shown[i].scale;
        imp__summary_text(text, sizeof text, &m, shown[i].scale);
        fprintf(f, " %.6g %.6g %.6g ", place(&shown[i], m.mean * shown[i].scale),
                place(&shown[i], low), place(&shown[i], high));
        imp_plot_escaped(f, text);
        reach[i] = fmax(reach[i], fmax(fabs(low), fabs(high)));
    }
    putc('\n', f);
}

static void write_tick(FILE *f, const struct shown *s, double v)
{
    if (fabs(v) >= 1000)
        fprintf(f, ", '%gk' %.6g", v / 1000, place(s, v));
    else
        fprintf(f, ", '%g' %.6g", v, place(s, v));
}

/* 0 and, on both sides, the greatest power of ten times the unit that the axis holds; on a long
 * axis another one half-way: more would cover one another. */
static void write_ticks(FILE *f, int axis, double reach)
{
    const struct shown *s = &shown[axis];
    double end = fmax(reach, s->unit);
    int top = (int)floor(log10(end * 1.2 / s->unit));
    fprintf(f, "title_%d = '%s'\nend_%d = %.6g\nticks_%d = \"set xtics (0 0", axis + 1, s->heading,
            axis + 1, place(s, end) * 1.1, axis + 1);
    for (int k = top > 2 ? top / 2 : top; k <= top; k += top > 2 ? top - top / 2 : 1)
        for (int sign = -1; sign <= 1; sign += 2)
            write_tick(f, s, sign * s->unit * pow(10, k));
    fputs(")\"\n", f);
}

const char *imp_plot_write_cost(FILE *data, FILE *style, const struct imp_groups *groups)
{
    struct imp_chart c = imp_chart_make(groups, true);
    double reach[SHOWN] = {0};
    size_t rows = 0, longest = 0;
    fputs(IMP_PLOT_LICENCE "# row, then for each measure: place, ends of its interval, text\n",
          data);
    fputs(IMP_PLOT_LICENCE "row_names = \"set ytics (", style);
    for (size_t i = 0; i < c.n; i++) {
        char name[400];
        if (c.bar[i].group->paired == 0)
            continue;
        imp_bar_name(name, sizeof name, &c.bar[i]);
        for (char *p = name; *p; p++)
            *p = *p == '"' || *p == '\\' ? '\'' : *p;
        fputs(rows ? ", " : "", style);
        imp_plot_quoted(style, name);
        fprintf(style, " %zu", rows);
        longest = strlen(name) > longest ? strlen(name) : longest;
        write_row(data, c.bar[i].group, rows++, reach);
    }
    fprintf(style, ")\"\nrows = %zu\nlabel_px = %d\n", rows,
            (int)((double)longest * PX_CHARACTER) + 24);
    for (int i = 0; i < SHOWN; i++)
        write_ticks(style, i, reach[i]);
    free(c.bar);
    return rows ? NULL : "no run has an adversary";
}
