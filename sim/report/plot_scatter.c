/* SPDX-License-Identifier: GPL-2.0-only */
/* Energy against latency: axes, and places for the points' numbers that cover nothing. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/plot_chart.h"
#include "sim/report/stats.h"
#include "sim/report/plot_files.h"

/* The size of a point and of a digit in energy_latency.gp, pixels. */
#define POINT 13.0
#define DIGIT 8.5
#define LINE 14.0
#define PX_CHARACTER 8.2
#define TWO_PI 6.283185307179586

struct place {
    double mean[2], low[2], high[2]; /* latency in s, energy in mJ */
    double at[2];                    /* of the point, pixels */
    double number[2];                /* of its number */
    bool far;                        /* a line leads from the point to the number */
    bool there;
};

struct scatter {
    struct place *place;
    size_t n;
    double area[2];        /* of the drawing, pixels */
    double from[2], to[2]; /* logarithms of the axes' ends */
    bool cut;              /* some whisker would have reached zero */
};

/* Whether the whisker had to be cut. */
static bool measure(struct place *p, int axis, const double *values, size_t n, double scale)
{
    struct imp_summary s = imp_summarise(values, n);
    double low = s.mean - s.half;
    p->mean[axis] = s.mean * scale;
    /* A whisker cannot reach zero on a logarithmic axis: it stops at a twentieth of the mean. */
    p->low[axis] = scale * (low > 0.05 * s.mean ? low : 0.05 * s.mean);
    p->high[axis] = scale * (s.mean + s.half);
    return s.mean > 0 && low < 0.05 * s.mean;
}

/* Many points need a wider drawing; its height goes with the key beside it. */
static void choose_area(struct scatter *s)
{
    s->area[0] = s->n > 24 ? 900 : 590;
    s->area[1] = s->n > 24 ? 640 : 408;
}

static void find_axes(struct scatter *s)
{
    for (int a = 0; a < 2; a++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < s->n; i++) {
            if (!s->place[i].there)
                continue;
            low = fmin(low, log10(s->place[i].low[a]));
            high = fmax(high, log10(s->place[i].high[a]));
        }
        if (low > high)
            low = high = 0;
        double margin = fmax(0.08 * (high - low), 0.15);
        s->from[a] = low - margin;
        s->to[a] = high + margin;
    }
}

static double pixel(const struct scatter *s, int axis, double value)
{
    return (log10(value) - s->from[axis]) / (s->to[axis] - s->from[axis]) * s->area[axis];
}

static double value_at(const struct scatter *s, int axis, double px)
{
    return pow(10, s->from[axis] + px / s->area[axis] * (s->to[axis] - s->from[axis]));
}

static double number_width(size_t i)
{
    return i + 1 < 10 ? DIGIT : i + 1 < 100 ? 2 * DIGIT : 3 * DIGIT;
}

static bool apart(const double a[2], double wa, double ha, const double b[2], double wb, double hb)
{
    return fabs(a[0] - b[0]) > (wa + wb) / 2 || fabs(a[1] - b[1]) > (ha + hb) / 2;
}

/* Whether number i may stand at `at`: inside, and on no point, whisker or earlier number. */
static bool is_free(const struct scatter *s, size_t i, const double at[2])
{
    double w = number_width(i);
    if (at[0] < w || at[0] > s->area[0] - w || at[1] < LINE || at[1] > s->area[1] - LINE)
        return false;
    for (size_t k = 0; k < s->n; k++) {
        const struct place *p = &s->place[k];
        if (!p->there)
            continue;
        double middle_x[2] = {(pixel(s, 0, p->low[0]) + pixel(s, 0, p->high[0])) / 2, p->at[1]};
        double middle_y[2] = {p->at[0], (pixel(s, 1, p->low[1]) + pixel(s, 1, p->high[1])) / 2};
        double wide = fmax(POINT, pixel(s, 0, p->high[0]) - pixel(s, 0, p->low[0]));
        double tall = fmax(POINT, pixel(s, 1, p->high[1]) - pixel(s, 1, p->low[1]));
        if (!apart(at, w, LINE, middle_x, wide, POINT) ||
            !apart(at, w, LINE, middle_y, POINT, tall) ||
            (k < i && !apart(at, w + 3, LINE, p->number, number_width(k), LINE)))
            return false;
    }
    return true;
}

static void place_number(struct scatter *s, size_t i)
{
    enum { ANGLES = 16, RINGS = 28 };
    struct place *p = &s->place[i];
    for (int ring = 0; ring < RINGS; ring++) {
        for (int k = 0; k < ANGLES; k++) {
            double angle = TWO_PI * (k + 2) / ANGLES, r = 17 + 7 * ring;
            double at[2] = {p->at[0] + r * cos(angle), p->at[1] + r * sin(angle)};
            if (!is_free(s, i, at))
                continue;
            memcpy(p->number, at, sizeof at);
            p->far = ring > 0;
            return;
        }
    }
    p->number[0] = p->at[0] + POINT; /* too crowded: beside its point */
    p->number[1] = p->at[1] + POINT;
}

static void fill(struct scatter *s, const struct imp_chart *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct imp_group *g = c->bar[i].group;
        struct place *p = &s->place[i];
        s->cut |= measure(p, 0, g->values[IMP_MEASURE_latency_ms], g->completed, 1e-3);
        s->cut |= measure(p, 1, g->values[IMP_MEASURE_energy_mj], g->completed, 1);
        p->there = p->mean[0] > 0 && p->mean[1] > 0;
    }
    find_axes(s);
    for (size_t i = 0; i < s->n; i++)
        for (int a = 0; a < 2 && s->place[i].there; a++)
            s->place[i].at[a] = pixel(s, a, s->place[i].mean[a]);
    for (size_t i = 0; i < s->n; i++)
        if (s->place[i].there)
            place_number(s, i);
}

/* The line to a number ends before it. */
static void write_line(FILE *f, const struct scatter *s, const struct place *p)
{
    if (!p->far) {
        fputs(" NaN NaN", f);
        return;
    }
    double dx = p->number[0] - p->at[0], dy = p->number[1] - p->at[1];
    double part = 1 - 9 / sqrt(dx * dx + dy * dy);
    fprintf(f, " %.6g %.6g", value_at(s, 0, p->at[0] + part * dx),
            value_at(s, 1, p->at[1] + part * dy));
}

static void write_place(FILE *f, const struct scatter *s, size_t i)
{
    const struct place *p = &s->place[i];
    if (!p->there) {
        fprintf(f, "NaN NaN NaN NaN NaN NaN NaN NaN NaN NaN %zu\n", i + 1);
        return;
    }
    fprintf(f, "%.6g %.6g %.6g %.6g %.6g %.6g", p->mean[0], p->mean[1], p->low[0], p->high[0],
            p->low[1], p->high[1]);
    write_line(f, s, p);
    fprintf(f, " %.6g %.6g %zu\n", value_at(s, 0, p->number[0]), value_at(s, 1, p->number[1]),
            i + 1);
}

static size_t longest_name(const struct imp_chart *c)
{
    size_t longest = 0;
    for (size_t i = 0; i < c->n; i++) {
        char name[400];
        imp_bar_name(name, sizeof name, &c->bar[i]);
        size_t n = strlen(name);
        longest = n > longest ? n : longest;
    }
    return longest;
}

const char *imp_plot_write_scatter(FILE *points, FILE *style, const struct imp_groups *groups)
{
    struct imp_chart c = imp_chart_make(groups, false);
    struct scatter s = {.place = calloc(c.n + 1, sizeof *s.place), .n = c.n};
    if (!s.place)
        abort();
    choose_area(&s);
    fill(&s, &c);
    fputs(IMP_PLOT_LICENCE
          "# latency_s energy_mj, ends of their 95 % intervals, of the line to the number, its "
          "place, it\n",
          points);
    for (size_t i = 0; i < s.n; i++)
        write_place(points, &s, i);
    fprintf(style,
            IMP_PLOT_LICENCE
            "scatter_x0 = %.6g\nscatter_x1 = %.6g\nscatter_y0 = %.6g\nscatter_y1 = %.6g\n"
            "key_px = %d\nkey_lines = %zu\narea_x = %.1f\narea_y = %.1f\ncut = %d\n",
            pow(10, s.from[0]), pow(10, s.to[0]), pow(10, s.from[1]), pow(10, s.to[1]),
            (int)((double)(longest_name(&c) + 4) * PX_CHARACTER) + 40, c.n, s.area[0], s.area[1],
            s.cut);
    size_t there = 0;
    for (size_t i = 0; i < s.n; i++)
        there += s.place[i].there;
    free(s.place);
    free(c.bar);
    return there ? NULL : IMP_PLOT_NONE_COMPLETED;
}
