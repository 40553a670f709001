/* SPDX-License-Identifier: GPL-2.0-only */
/* Drawing. */
#include "chart.h"

#include "chart_rows.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LANES_AT 15 /* column of the first lane: mark, time, blanks */
#define LANE_MAX 14 /* columns from one lane to the next */
#define LANE_MIN 8
#define LABEL_MIN 40 /* columns that labels should have */
#define LINE_MAX 400

struct drawing {
    const struct imp_chart_events *e;
    const struct imp_chart_view *view;
    size_t step, label_at, label_width;
    const char *phase; /* of the last message that has one; borrows from the trace */
    json_t *lines;
};

static size_t lane_x(const struct drawing *d, size_t lane)
{
    return LANES_AT + lane * d->step;
}

static void measure(struct drawing *d)
{
    size_t width = d->view->width ? d->view->width : IMP_CHART_WIDTH, lanes = d->e->lanes;
    size_t room = width > LANES_AT + LABEL_MIN ? width - LANES_AT - LABEL_MIN : 0;
    d->step = lanes > 1 ? room / (lanes - 1) : LANE_MAX;
    d->step = d->step > LANE_MAX ? LANE_MAX : d->step < LANE_MIN ? LANE_MIN : d->step;
    d->label_at = lane_x(d, lanes ? lanes - 1 : 0) + 3;
    d->label_width = width > d->label_at + 20 ? width - d->label_at : 20;
}

/* A line of blanks with every lane drawn. */
static void blank(const struct drawing *d, char *line)
{
    memset(line, ' ', LINE_MAX);
    line[d->label_at < LINE_MAX ? d->label_at : LINE_MAX - 1] = '\0';
    for (size_t i = 0; i < d->e->lanes; i++)
        if (lane_x(d, i) < LINE_MAX)
            line[lane_x(d, i)] = '|';
}

static void put_time(char *line, json_int_t t)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%12.6f", (double)t / 1e9);
    if (n > 0 && (size_t)n < LANES_AT)
        memcpy(line + 1, text, (size_t)n);
}

/* Labels are broken at blanks; the lanes go on beside them. */
static void emit(struct drawing *d, char *line, const char *label)
{
    char *out = NULL;
    size_t n, used = 0;
    FILE *f = open_memstream(&out, &n);
    if (!f)
        abort();
    while (*label || used == 0) {
        size_t take = strlen(label);
        if (take > d->label_width) {
            take = d->label_width;
            while (take > 1 && label[take] != ' ' && label[take - 1] != ' ')
                take--;
            take = take > 1 ? take : d->label_width;
        }
        size_t shown = take;
        while (shown && label[shown - 1] == ' ')
            shown--;
        fprintf(f, "%s%s%.*s", used ? "\n" : "", line, (int)shown, label);
        label += take;
        label += strspn(label, " ");
        used++;
        blank(d, line);
    }
    fclose(f);
    for (char *p = out + strlen(out); p > out && p[-1] == ' ';)
        *--p = '\0';
    json_array_append_new(d->lines, json_string(out));
    free(out);
}

/* From lane a towards lane b; `stop`: lane where it is kept back, or SIZE_MAX. */
static void arrow(const struct drawing *d, char *line, size_t a, size_t b, size_t stop, char stroke)
{
    bool right = b > a;
    size_t end =
        stop != SIZE_MAX && (right ? stop > a && stop <= b : stop < a && stop >= b) ? stop : b;
    size_t from = lane_x(d, right ? a : end), to = lane_x(d, right ? end : a);
    for (size_t x = from + 1; x < to && x < LINE_MAX; x++)
        line[x] = stroke;
    if (to >= LINE_MAX)
        return;
    if (stop != SIZE_MAX)
        line[right ? to - 1 : from + 1] = 'x';
    else
        line[right ? to - 1 : from + 1] = right ? '>' : '<';
}

/* ---- rows
 * ------------------------------------------------------------------------------------------- */
static void draw(struct drawing *d, const struct imp_chart_row *r)
{
    char line[LINE_MAX + 1];
    bool message = r->kind == IMP_CHART_MESSAGE || r->kind == IMP_CHART_CARRIED;
    bool begins = *r->phase && (!d->phase || strcmp(d->phase, r->phase) != 0);
    char *label = NULL;
    blank(d, line);
    put_time(line, r->t);
    if (message && r->from != SIZE_MAX && r->to != SIZE_MAX && r->from != r->to)
        arrow(d, line, r->from, r->to, r->stop, r->kind == IMP_CHART_CARRIED ? '=' : '-');
    else if (r->from != SIZE_MAX)
        line[lane_x(d, r->from)] = message ? 'o' : '*';
    line[0] = r->marked ? '!' : r->blocked || r->injected ? '#' : ' ';
    int n = r->octets < 0
                ? asprintf(&label, "%s", r->name)
                : asprintf(&label, "%s, %lld octets%s%s%s%s", r->name, (long long)r->octets,
                           r->note, begins ? " [" : "", begins ? r->phase : "", begins ? "]" : "");
    if (n < 0)
        abort();
    d->phase = *r->phase ? r->phase : d->phase;
    emit(d, line, label);
    free(label);
}

static void draw_gap(struct drawing *d, const struct imp_chart_row *r)
{
    char line[100];
    snprintf(line, sizeof line, "       ...     %s", r->name);
    json_array_append_new(d->lines, json_string(line));
}

static void heading(struct drawing *d)
{
    char line[LINE_MAX + 1];
    size_t last = d->e->lanes ? d->e->lanes - 1 : 0;
    memset(line, ' ', sizeof line);
    memcpy(line + 7, "time/s", 6);
    for (size_t i = 0; i < d->e->lanes && lane_x(d, i) + d->step < LINE_MAX; i++) {
        size_t n = strlen(d->e->lane[i]);
        if (i != last && n > d->step - 1)
            n = d->step - 1;
        if (n > LINE_MAX - lane_x(d, i))
            n = LINE_MAX - lane_x(d, i);
        memcpy(line + lane_x(d, i), d->e->lane[i], n);
        line[lane_x(d, i) + n + (i == last ? 0 : 1)] = i == last ? '\0' : ' ';
    }
    line[LINE_MAX] = '\0';
    json_array_append_new(d->lines, json_string(line));
}

json_t *imp_chart_lines(const json_t *trace, const struct imp_chart_view *view)
{
    struct imp_chart_rows rows = imp_chart_rows(trace, view);
    struct drawing d = {.e = &rows.events, .view = view, .lines = json_array()};
    measure(&d);
    heading(&d);
    for (size_t i = 0; i < rows.count; i++)
        rows.row[i].kind == IMP_CHART_LEFT_OUT ? draw_gap(&d, &rows.row[i])
                                               : draw(&d, &rows.row[i]);
    imp_chart_rows_free(&rows);
    return d.lines;
}

char *imp_chart_text(const json_t *trace, const struct imp_chart_view *view)
{
    json_t *lines = imp_chart_lines(trace, view), *line;
    char *text = NULL;
    size_t n, i;
    FILE *f = open_memstream(&text, &n);
    if (!f)
        abort();
    json_array_foreach(lines, i, line) fprintf(f, "%s\n", json_string_value(line));
    fclose(f);
    json_decref(lines);
    return text;
}
