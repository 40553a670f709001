/* SPDX-License-Identifier: GPL-2.0-only */
/* From events to rows: who, to whom, what it is called and what became of it. */
#include "chart_rows.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct builder {
    struct imp_chart_rows *r;
    const struct imp_chart_view *view;
    size_t room;
};

static char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
static char *text(const char *format, ...)
{
    char *out = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&out, format, args);
    va_end(args);
    if (n < 0)
        abort();
    return out;
}

static struct imp_chart_row *add(struct builder *b, const struct imp_chart_event *e,
                                 enum imp_row_kind kind)
{
    if (b->r->count == b->room) {
        b->room = b->room ? b->room * 2 : 128;
        b->r->row = realloc(b->r->row, b->room * sizeof *b->r->row);
        if (!b->r->row)
            abort();
    }
    struct imp_chart_row *row = &b->r->row[b->r->count++];
    *row = (struct imp_chart_row){.kind = kind,
                                  .t = e->t,
                                  .arrived = -1,
                                  .octets = -1,
                                  .from = SIZE_MAX,
                                  .to = SIZE_MAX,
                                  .stop = SIZE_MAX,
                                  .phase = e->phase};
    return row;
}

/* ---- messages
 * ----------------------------------------------------------------------------------------- */
static void add_send(struct builder *b, const struct imp_chart_event *s)
{
    const struct imp_chart_events *e = &b->r->events;
    const struct imp_chart_event *fate = s->fate == SIZE_MAX ? NULL : &e->event[s->fate];
    bool carried = s->kind == IMP_ROW_OOB, everyone = strcmp(s->to, "everyone") == 0;
    struct imp_chart_row *row = add(b, s, carried ? IMP_CHART_CARRIED : IMP_CHART_MESSAGE);
    row->blocked = fate && fate->kind == IMP_ROW_BLOCK;
    row->from = imp_chart_lane(e, s->from);
    row->to = imp_chart_lane(e, fate ? fate->to : s->to);
    row->stop = row->blocked ? imp_chart_lane(e, "adversary") : SIZE_MAX;
    row->octets = s->n;
    row->again = s->again;
    row->arrived = fate && !row->blocked ? fate->t : -1;
    row->name = text("%s", s->message);
    row->note = text("%s%s%s%s", carried ? ", by the user" : "", s->again ? ", again" : "",
                     row->blocked ? ", blocked" : "",
                     fate       ? ""
                     : everyone ? ", to everyone"
                                : ", does not arrive");
}

static void add_inject(struct builder *b, const struct imp_chart_event *s)
{
    const struct imp_chart_events *e = &b->r->events;
    const struct imp_chart_event *fate = s->fate == SIZE_MAX ? NULL : &e->event[s->fate];
    const char *to = fate ? fate->to : s->to, *mask = strchr(s->from, '/');
    struct imp_chart_row *row = add(b, s, IMP_CHART_MESSAGE);
    row->injected = true;
    row->from = imp_chart_lane(e, "adversary");
    row->to = imp_chart_lane(e, to);
    row->octets = s->n;
    row->arrived = fate ? fate->t : *s->to ? s->t : -1; /* out of band: at once */
    row->name = text("%s", s->message);
    row->note = text(", injected%s%s%s", mask ? " as " : "", mask ? mask + 1 : "",
                     *to ? "" : ", does not arrive");
}

/* ---- what stands at one party
 * ---------------------------------------------------------------------------- */
static struct imp_chart_row *add_point(struct builder *b, const struct imp_chart_event *s,
                                       enum imp_row_kind kind, char *name)
{
    struct imp_chart_row *row = add(b, s, kind);
    row->from = imp_chart_lane(&b->r->events, s->from);
    if (row->from == SIZE_MAX)
        row->from = imp_chart_lane(&b->r->events, s->to);
    row->name = name;
    row->note = text("%s", "");
    return row;
}

static bool shown_claim(const struct imp_chart_event *s)
{
    return s->kind == IMP_ROW_CLAIM && !imp_chart_adversary(s->from) &&
           strcmp(s->message, "identity") != 0 && strcmp(s->message, "running") != 0;
}

static bool named_claim(const struct imp_chart_view *v, const struct imp_chart_event *c)
{
    return v->party && v->claim && strcmp(c->from, v->party) == 0 &&
           strcmp(c->message, v->claim) == 0;
}

/* Claims of one party at one time stand in one row. Returns the number of events taken. */
static size_t add_claims(struct builder *b, size_t first)
{
    const struct imp_chart_events *e = &b->r->events;
    const struct imp_chart_event *s = &e->event[first];
    const char *layer = NULL;
    char *name = NULL;
    size_t n, k = first;
    bool marked = false;
    FILE *f = open_memstream(&name, &n);
    if (!f)
        abort();
    fprintf(f, "%s claims", s->from);
    for (; k < e->count && e->event[k].kind == IMP_ROW_CLAIM; k++) {
        const struct imp_chart_event *c = &e->event[k];
        if (strcmp(c->from, s->from) != 0 || c->t != s->t)
            break;
        if (!shown_claim(c))
            continue;
        if ((!layer || strcmp(layer, c->channel) != 0) && *c->channel)
            fprintf(f, "%s %s:", layer ? ";" : "", c->channel);
        else if (layer)
            fputc(',', f);
        layer = c->channel;
        fprintf(f, " %s", c->message);
        marked = marked || named_claim(b->view, c);
    }
    fclose(f);
    add_point(b, s, IMP_CHART_CLAIM, name)->marked = marked;
    return k - first;
}

/* Arrivals that no message explains, or further copies of one: those of one message that follow
 * each other stand in one row. */
static void add_arrival(struct builder *b, const struct imp_chart_event *s)
{
    struct imp_chart_row *last = b->r->count ? &b->r->row[b->r->count - 1] : NULL;
    if (s->cause == SIZE_MAX || s->kind == IMP_ROW_BLOCK) {
        add_point(b, s, IMP_CHART_OTHER,
                  text("%lld octets on %s %s", (long long)s->n, s->channel,
                       s->kind == IMP_ROW_BLOCK ? "blocked before they arrive" : "arrive"))
            ->blocked = s->kind == IMP_ROW_BLOCK;
        return;
    }
    if (!last || !last->copies || last->copy_of != s->cause) {
        last = add_point(b, s, IMP_CHART_OTHER, text("%s", b->r->events.event[s->cause].message));
        last->octets = s->n;
        last->copy_of = s->cause;
    }
    last->copies++;
    free(last->note);
    last->note = last->copies == 1 ? text(", arrives once more")
                                   : text(", arrives %zu times more", last->copies);
}

/* Returns the number of events taken. */
static size_t add_event(struct builder *b, size_t i)
{
    const struct imp_chart_event *s = &b->r->events.event[i];
    switch (s->kind) {
    case IMP_ROW_SEND:
    case IMP_ROW_OOB:
        add_send(b, s);
        break;
    case IMP_ROW_INJECT:
        add_inject(b, s);
        break;
    case IMP_ROW_CLAIM:
        return shown_claim(s) ? add_claims(b, i) : 1;
    case IMP_ROW_RECEIVE:
    case IMP_ROW_BLOCK:
        if (!s->fate_of_another)
            add_arrival(b, s);
        break;
    case IMP_ROW_USER:
        add_point(b, s, IMP_CHART_USER, text("user: %s", s->message));
        break;
    case IMP_ROW_OTHER:
    default:
        add_point(b, s, IMP_CHART_OTHER, text("%s %s", s->word, s->message));
    }
    return 1;
}

/* ---- leaving out
 * --------------------------------------------------------------------------------------- */
static void row_free(struct imp_chart_row *row)
{
    free(row->name);
    free(row->note);
}

static struct imp_chart_row gap_row(size_t events, json_int_t t)
{
    return (struct imp_chart_row){.kind = IMP_CHART_LEFT_OUT,
                                  .t = t,
                                  .arrived = -1,
                                  .octets = -1,
                                  .from = SIZE_MAX,
                                  .to = SIZE_MAX,
                                  .stop = SIZE_MAX,
                                  .phase = "",
                                  .name = text("(%zu events left out)", events),
                                  .note = text("%s", "")};
}

/* Leaves out the middle, in place; marked rows stay. A gap takes the place of its last row. */
static void shorten(struct imp_chart_rows *r, const struct imp_chart_view *v)
{
    size_t gap = 0, out = 0;
    if ((v->head == 0 && v->tail == 0) || r->count <= v->head + v->tail)
        return;
    for (size_t i = 0; i < r->count; i++) {
        bool shown = i < v->head || i + v->tail >= r->count || r->row[i].marked;
        if (shown && gap)
            r->row[out++] = gap_row(gap, r->row[i].t);
        gap = shown ? 0 : gap + 1;
        if (shown)
            r->row[out++] = r->row[i];
        else
            row_free(&r->row[i]);
    }
    if (gap)
        r->row[out++] = gap_row(gap, 0);
    r->count = out;
}

struct imp_chart_rows imp_chart_rows(const json_t *trace, const struct imp_chart_view *view)
{
    struct imp_chart_rows r = {.events = imp_chart_events(trace, view->device)};
    struct builder b = {.r = &r, .view = view};
    for (size_t i = 0; i < r.events.count;)
        i += add_event(&b, i);
    shorten(&r, view);
    return r;
}

void imp_chart_rows_free(struct imp_chart_rows *r)
{
    for (size_t i = 0; i < r->count; i++)
        row_free(&r->row[i]);
    free(r->row);
    imp_chart_events_free(&r->events);
    *r = (struct imp_chart_rows){0};
}
