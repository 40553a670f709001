/* SPDX-License-Identifier: GPL-2.0-only */
/* Drawing. */
#include "chart.h"

#include "chart_events.h"

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
    json_t *lines;
    bool *kept; /* by line: shown whatever is left out */
    size_t kept_room;
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
static void emit(struct drawing *d, char *line, const char *label, bool keep)
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
    if (json_array_size(d->lines) == d->kept_room) {
        d->kept_room = d->kept_room ? d->kept_room * 2 : 256;
        d->kept = realloc(d->kept, d->kept_room * sizeof *d->kept);
        if (!d->kept)
            abort();
    }
    d->kept[json_array_size(d->lines)] = keep;
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

/* ---- events
 * ----------------------------------------------------------------------------------------- */
static void draw_send(struct drawing *d, const struct imp_chart_event *s)
{
    char line[LINE_MAX + 1], label[300];
    const struct imp_chart_event *fate = s->fate == SIZE_MAX ? NULL : &d->e->event[s->fate];
    bool blocked = fate && fate->kind == IMP_ROW_BLOCK, oob = s->kind == IMP_ROW_OOB;
    const char *to = fate ? fate->to : s->to;
    size_t a = imp_chart_lane(d->e, s->from), b = imp_chart_lane(d->e, to);
    size_t adversary = imp_chart_lane(d->e, "adversary");
    blank(d, line);
    put_time(line, s->t);
    if (a != SIZE_MAX && b != SIZE_MAX && a != b)
        arrow(d, line, a, b, blocked ? adversary : SIZE_MAX, oob ? '=' : '-');
    else if (a != SIZE_MAX)
        line[lane_x(d, a)] = 'o';
    if (blocked)
        line[0] = '#';
    snprintf(label, sizeof label, "%s, %lld octets%s%s", s->message, (long long)s->n,
             oob ? ", by the user" : "",
             blocked                          ? ", blocked"
             : fate                           ? ""
             : strcmp(s->to, "everyone") == 0 ? ", to everyone"
                                              : ", does not arrive");
    emit(d, line, label, false);
}

static void draw_inject(struct drawing *d, const struct imp_chart_event *s)
{
    char line[LINE_MAX + 1], label[300];
    const char *to = s->fate == SIZE_MAX ? s->to : d->e->event[s->fate].to;
    const char *mask = strchr(s->from, '/');
    size_t a = imp_chart_lane(d->e, "adversary"), b = imp_chart_lane(d->e, to);
    blank(d, line);
    put_time(line, s->t);
    line[0] = '#';
    if (a != SIZE_MAX && b != SIZE_MAX && a != b)
        arrow(d, line, a, b, SIZE_MAX, '-');
    else if (a != SIZE_MAX)
        line[lane_x(d, a)] = 'o';
    snprintf(label, sizeof label, "%s, %lld octets, injected%s%s%s", s->message, (long long)s->n,
             mask ? " as " : "", mask ? mask + 1 : "", *to ? "" : ", does not arrive");
    emit(d, line, label, false);
}

/* Acts of users, and whatever else stands at one party. */
static void draw_point(struct drawing *d, const struct imp_chart_event *s, const char *label,
                       char mark, bool keep)
{
    char line[LINE_MAX + 1];
    const char *at = *s->from && imp_chart_lane(d->e, s->from) != SIZE_MAX ? s->from : s->to;
    size_t a = imp_chart_lane(d->e, at);
    blank(d, line);
    put_time(line, s->t);
    if (a != SIZE_MAX)
        line[lane_x(d, a)] = '*';
    line[0] = mark;
    emit(d, line, label, keep);
}

static bool shown_claim(const struct imp_chart_event *s)
{
    return s->kind == IMP_ROW_CLAIM && !imp_chart_adversary(s->from) &&
           strcmp(s->message, "identity") != 0 && strcmp(s->message, "running") != 0;
}

/* Claims of one party at one time stand in one line. Returns the number of events taken. */
static size_t draw_claims(struct drawing *d, size_t i)
{
    const struct imp_chart_event *s = &d->e->event[i];
    char label[600];
    const char *layer = NULL;
    size_t used = (size_t)snprintf(label, sizeof label, "%s claims", s->from), k = i;
    bool marked = false;
    for (; k < d->e->count && d->e->event[k].kind == IMP_ROW_CLAIM; k++) {
        const struct imp_chart_event *c = &d->e->event[k];
        if (strcmp(c->from, s->from) != 0 || c->t != s->t)
            break;
        if (!shown_claim(c))
            continue;
        if (used < sizeof label && (!layer || strcmp(layer, c->channel) != 0) && *c->channel)
            used += (size_t)snprintf(label + used, sizeof label - used, "%s %s:", layer ? ";" : "",
                                     c->channel);
        else if (used < sizeof label && layer)
            used += (size_t)snprintf(label + used, sizeof label - used, ",");
        layer = c->channel;
        if (used < sizeof label)
            used += (size_t)snprintf(label + used, sizeof label - used, " %s", c->message);
        marked =
            marked || (d->view->party && d->view->claim && strcmp(c->from, d->view->party) == 0 &&
                       strcmp(c->message, d->view->claim) == 0);
    }
    draw_point(d, s, label, marked ? '!' : ' ', marked);
    return k - i;
}

static size_t draw(struct drawing *d, size_t i)
{
    const struct imp_chart_event *s = &d->e->event[i];
    char label[300];
    switch (s->kind) {
    case IMP_ROW_SEND:
    case IMP_ROW_OOB:
        draw_send(d, s);
        break;
    case IMP_ROW_INJECT:
        draw_inject(d, s);
        break;
    case IMP_ROW_CLAIM:
        return shown_claim(s) ? draw_claims(d, i) : 1;
    case IMP_ROW_RECEIVE:
    case IMP_ROW_BLOCK:
        if (s->fate_of_another)
            break;
        snprintf(label, sizeof label, "%lld octets on %s %s", (long long)s->n, s->channel,
                 s->kind == IMP_ROW_BLOCK ? "blocked before they arrive" : "arrive");
        draw_point(d, s, label, s->kind == IMP_ROW_BLOCK ? '#' : ' ', false);
        break;
    case IMP_ROW_USER:
        snprintf(label, sizeof label, "user: %s", s->message);
        draw_point(d, s, label, ' ', false);
        break;
    case IMP_ROW_OTHER:
    default:
        snprintf(label, sizeof label, "%s %s", s->word, s->message);
        draw_point(d, s, label, ' ', false);
    }
    return 1;
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
    if (!d->kept) {
        d->kept_room = 256;
        d->kept = calloc(d->kept_room, sizeof *d->kept);
    }
    if (!d->kept)
        abort();
    d->kept[0] = true;
}

/* Leaves out the middle; marked lines stay. */
static json_t *shorten(const struct drawing *d)
{
    size_t all = json_array_size(d->lines) - 1, gap = 0;
    json_t *out = json_array();
    char text[100];
    for (size_t i = 0; i <= all; i++) {
        bool shown = i <= d->view->head || i + d->view->tail > all || d->kept[i];
        if (shown && gap) {
            snprintf(text, sizeof text, "       ...     (%zu events left out)", gap);
            json_array_append_new(out, json_string(text));
        }
        gap = shown ? 0 : gap + 1;
        if (shown)
            json_array_append(out, json_array_get(d->lines, i));
    }
    return out;
}

json_t *imp_chart_lines(const json_t *trace, const struct imp_chart_view *view)
{
    struct imp_chart_events e = imp_chart_events(trace, view->device);
    struct drawing d = {.e = &e, .view = view, .lines = json_array()};
    measure(&d);
    heading(&d);
    for (size_t i = 0; i < e.count;)
        i += draw(&d, i);
    size_t drawn = json_array_size(d.lines) - 1;
    bool whole = (view->head == 0 && view->tail == 0) || drawn <= view->head + view->tail;
    json_t *out = whole ? json_incref(d.lines) : shorten(&d);
    json_decref(d.lines);
    free(d.kept);
    imp_chart_events_free(&e);
    return out;
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
