/* SPDX-License-Identifier: GPL-2.0-only */
/* Drawing in SVG. */
#include "chart_svg.h"

#include "chart_layout.h"
#include "chart_marks.h"
#include "protocols/contract/mechanism.h"
#include "xml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FAMILY "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
#define TITLE_HEIGHT 30
#define LEGEND_LINE 17
#define LOST_REACH 6 / 10 /* of the way that a lost message is drawn */

struct svg {
    FILE *f;
    const struct imp_chart_rows *r;
    const struct imp_chart_page *page;
    const char *id;
    struct imp_chart_layout l;
    bool used[IMP_MARK_COUNT];
};

/* ---- what a row shows
 * ---------------------------------------------------------------------------------- */
static bool is_message(const struct imp_chart_row *r)
{
    return r->kind == IMP_CHART_MESSAGE || r->kind == IMP_CHART_CARRIED;
}

static enum imp_mark mark_of(const struct imp_chart_row *r)
{
    if (r->marked)
        return IMP_MARK_VIOLATION;
    if (r->blocked)
        return IMP_MARK_BLOCKED;
    if (r->injected)
        return IMP_MARK_INJECTED;
    switch (r->kind) {
    case IMP_CHART_CARRIED:
        return IMP_MARK_CARRIED;
    case IMP_CHART_CLAIM:
        return IMP_MARK_CLAIM;
    case IMP_CHART_USER:
        return IMP_MARK_USER;
    case IMP_CHART_MESSAGE:
        return r->arrived < 0 ? IMP_MARK_LOST : r->again ? IMP_MARK_AGAIN : IMP_MARK_MESSAGE;
    case IMP_CHART_OTHER:
    case IMP_CHART_LEFT_OUT:
    default:
        return r->copies ? IMP_MARK_COPY : IMP_MARK_OTHER;
    }
}

static int middle(const struct svg *s, size_t i)
{
    return s->l.place[i].y + IMP_CHART_ROW / 2;
}

/* ---- the frame
 * ---------------------------------------------------------------------------------------- */
static size_t count_messages(const struct svg *s, bool adversary)
{
    size_t n = 0;
    for (size_t i = 0; i < s->r->count; i++) {
        const struct imp_chart_row *r = &s->r->row[i];
        n += is_message(r) && (!adversary || r->blocked || r->injected);
    }
    return n;
}

static void describe(const struct svg *s)
{
    const struct imp_chart_events *e = &s->r->events;
    size_t n = s->r->count;
    fprintf(s->f, "<title id=\"%s-title\">", s->id);
    imp_xml_text(s->f, s->page->title ? s->page->title : "Sequence chart");
    fprintf(s->f, "</title>\n<desc id=\"%s-desc\">%zu messages between", s->id,
            count_messages(s, false));
    for (size_t i = 0; i < e->lanes; i++) {
        fputs(i == 0 ? " " : i + 1 == e->lanes ? " and " : ", ", s->f);
        imp_xml_text(s->f, e->lane[i]);
    }
    if (n)
        fprintf(s->f, ", from %.6f to %.6f seconds", (double)s->r->row[0].t / 1e9,
                (double)s->r->row[n - 1].t / 1e9);
    fprintf(s->f, "; %zu of them touched by an adversary. Each row reads: time, message, octets.",
            count_messages(s, true));
    fputs("</desc>\n", s->f);
}

static int legend_height(const struct svg *s)
{
    int n = 0;
    for (size_t m = 0; m < IMP_MARK_COUNT; m++)
        n += s->used[m];
    return (n + 1) / 2 * LEGEND_LINE + 18;
}

static void begin(const struct svg *s)
{
    int height = s->l.bottom + legend_height(s);
    if (!s->page->embedded)
        fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", s->f);
    fprintf(s->f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d "
            "%d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\" font-family=\"" FAMILY
            "\" font-size=\"%d\" fill=\"currentColor\"%s>\n",
            s->l.width, height, s->l.width, height, s->id, s->id, IMP_CHART_FONT,
            s->page->embedded ? "" : " color=\"#1c1c1c\"");
    describe(s);
    if (s->page->embedded)
        return;
    fprintf(s->f, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n", s->l.width, height);
    if (!s->page->title)
        return;
    fputs("<text x=\"14\" y=\"22\" font-size=\"14\" font-weight=\"bold\">", s->f);
    imp_xml_text(s->f, s->page->title);
    fputs("</text>\n", s->f);
}

static void draw_heads(const struct svg *s)
{
    int y = s->l.top - 14;
    fprintf(s->f,
            "<g fill-opacity=\"0.65\"><text x=\"66\" y=\"%d\" text-anchor=\"end\">time / s</text>"
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">octets</text></g>\n",
            y, s->l.octets_x, y);
    fputs("<g font-weight=\"bold\" text-anchor=\"middle\">", s->f);
    for (size_t i = 0; i < s->r->events.lanes; i++) {
        bool adversary = imp_chart_adversary(s->r->events.lane[i]);
        fprintf(s->f, "<text x=\"%d\" y=\"%d\"%s>", imp_chart_x(&s->l, i), y,
                adversary ? " fill=\"#c0392b\" font-style=\"italic\"" : "");
        imp_xml_text(s->f, s->r->events.lane[i]);
        fputs("</text>", s->f);
    }
    fputs("</g>\n", s->f);
}

/* Dotted where time is left out. */
static void draw_lanes(const struct svg *s)
{
    for (int dotted = 0; dotted < 2; dotted++) {
        fprintf(s->f, "<path stroke=\"currentColor\" stroke-opacity=\"0.35\"%s d=\"",
                dotted ? " stroke-dasharray=\"1 3\"" : "");
        for (size_t lane = 0; lane < s->r->events.lanes; lane++) {
            int x = imp_chart_x(&s->l, lane), y = s->l.top - 8;
            for (size_t i = 0; i < s->r->count; i++) {
                const struct imp_chart_place *p = &s->l.place[i];
                bool hole = p->gap || s->r->row[i].kind == IMP_CHART_LEFT_OUT;
                int from = p->y - p->gap, to = p->gap ? p->y : p->y + p->height;
                if (!hole)
                    continue;
                if (dotted)
                    fprintf(s->f, "M%d %dV%d", x, from, to);
                else if (from > y)
                    fprintf(s->f, "M%d %dV%d", x, y, from);
                y = to;
            }
            if (!dotted)
                fprintf(s->f, "M%d %dV%d", x, y, s->l.bottom);
        }
        fputs("\"/>\n", s->f);
    }
}

/* ---- phases
 * ------------------------------------------------------------------------------------------- */
static int shade(const char *phase)
{
    for (int i = 0; i < IMP_PHASE_COUNT; i++)
        if (strcmp(phase, imp_phase_name((enum imp_phase)i)) == 0)
            return 3 + i * 5 % 13; /* hundredths; neighbours in the list differ */
    return 2;
}

static void draw_band(const struct svg *s, size_t first, size_t after)
{
    const char *phase = s->r->row[first].phase;
    int y = s->l.place[first].y, end = s->l.place[after - 1].y + s->l.place[after - 1].height;
    fprintf(s->f,
            "<rect x=\"74\" y=\"%d\" width=\"%d\" height=\"%d\" fill-opacity=\"0.%02d\"/>"
            "<text x=\"%d\" y=\"%d\" fill-opacity=\"0.65\">",
            y, s->l.width - 74, end - y, shade(phase), s->l.phase_x, y + 13);
    imp_xml_text(s->f, phase);
    fputs("</text>\n", s->f);
}

/* What has no phase belongs to the one before it. */
static void draw_bands(const struct svg *s)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < s->r->count; i++) {
        const struct imp_chart_row *r = &s->r->row[i];
        bool other =
            *r->phase && (first == SIZE_MAX || strcmp(r->phase, s->r->row[first].phase) != 0);
        if (!other)
            continue;
        if (first != SIZE_MAX)
            draw_band(s, first, i);
        first = i;
    }
    if (first != SIZE_MAX)
        draw_band(s, first, s->r->count);
}

/* ---- rows
 * --------------------------------------------------------------------------------------------- */
/* Where the arrow of a message ends; of one to nobody in particular, beside its sender. */
static int arrow_end(const struct svg *s, const struct imp_chart_row *r, int x1)
{
    if (r->to == SIZE_MAX || r->to == r->from)
        return r->from + 1 < s->r->events.lanes || r->from == 0 ? x1 + s->l.step / 2
                                                                : x1 - s->l.step / 2;
    int x2 = imp_chart_x(&s->l, r->to);
    if (r->stop != SIZE_MAX) {
        int stop = imp_chart_x(&s->l, r->stop);
        if ((stop - x1) * (x2 - stop) > 0)
            return stop;
    }
    return r->blocked || r->arrived < 0 ? x1 + (x2 - x1) * LOST_REACH : x2;
}

static void draw_sign(const struct svg *s, size_t i)
{
    const struct imp_chart_row *r = &s->r->row[i];
    enum imp_mark m = mark_of(r);
    int y = middle(s, i);
    if (r->from == SIZE_MAX)
        return;
    int x1 = imp_chart_x(&s->l, r->from);
    if (!is_message(r)) {
        imp_mark_point(s->f, m, x1, y);
        return;
    }
    int x2 = arrow_end(s, r, x1);
    imp_mark_arrow(s->f, m, x1, x2, y);
    if (r->arrived < 0 && m != IMP_MARK_LOST && m != IMP_MARK_BLOCKED)
        imp_mark_point(s->f, IMP_MARK_LOST, x2 + (x2 > x1 ? 8 : -8), y);
}

/* From the last sign to the label, so that the eye keeps the row. */
static void draw_leader(const struct svg *s, size_t i)
{
    const struct imp_chart_row *r = &s->r->row[i];
    size_t last = r->from;
    if (is_message(r) && r->to != SIZE_MAX && (last == SIZE_MAX || r->to > last))
        last = r->to;
    int x = last == SIZE_MAX ? s->l.first_lane : imp_chart_x(&s->l, last) + 9;
    if (x < s->l.name_x - 8)
        fprintf(s->f, "M%d %dH%d", x, middle(s, i), s->l.name_x - 6);
}

static void draw_leaders(const struct svg *s)
{
    fputs("<path stroke=\"currentColor\" stroke-opacity=\"0.16\" d=\"M0 0", s->f);
    for (size_t i = 0; i < s->r->count; i++)
        draw_leader(s, i);
    fputs("\"/>\n", s->f);
}

/* Shown when the pointer rests on the row. */
static void draw_hint(const struct svg *s, const struct imp_chart_row *r)
{
    fprintf(s->f, "<title>%.6f s: ", (double)r->t / 1e9);
    imp_xml_text(s->f, r->name);
    imp_xml_text(s->f, r->note);
    if (r->arrived >= 0)
        fprintf(s->f, "; arrives at %.6f s", (double)r->arrived / 1e9);
    fputs("</title>", s->f);
}

static void draw_label(const struct svg *s, const struct imp_chart_row *r, int y)
{
    char *label;
    if (asprintf(&label, "%s%s", r->name, r->note) < 0)
        abort();
    bool quiet = r->kind == IMP_CHART_CLAIM && !r->marked;
    fprintf(s->f, "<text%s%s>", quiet ? " fill-opacity=\"0.65\"" : "",
            r->marked ? " font-weight=\"bold\"" : "");
    const char *rest = label;
    for (int n; (n = imp_chart_line(&rest, IMP_CHART_NAME_COLUMNS)) > 0; y += IMP_CHART_LINE) {
        char *end = label + (rest - label), kept = *end;
        *end = '\0';
        fprintf(s->f, "<tspan x=\"%d\" y=\"%d\">", s->l.name_x, y);
        imp_xml_text(s->f, end - n);
        fputs("</tspan>", s->f);
        *end = kept;
    }
    fputs("</text>", s->f);
    free(label);
}

static void draw_gap(const struct svg *s, size_t i)
{
    const struct imp_chart_place *p = &s->l.place[i];
    fprintf(s->f,
            "<text x=\"66\" y=\"%d\" text-anchor=\"end\" font-style=\"italic\" "
            "fill-opacity=\"0.65\">+ %.2f s</text>",
            p->y - 4, (double)(s->r->row[i].t - s->r->row[i - 1].t) / 1e9);
}

static void draw_row(struct svg *s, size_t i)
{
    const struct imp_chart_row *r = &s->r->row[i];
    int y = s->l.place[i].y + 13;
    if (s->l.place[i].gap)
        draw_gap(s, i);
    fputs("<g>", s->f);
    if (r->kind == IMP_CHART_LEFT_OUT) {
        draw_label(s, r, y);
    } else {
        draw_hint(s, r);
        fprintf(s->f, "<text x=\"66\" y=\"%d\" text-anchor=\"end\">%.4f</text>", y,
                (double)r->t / 1e9);
        draw_sign(s, i);
        draw_label(s, r, y);
    }
    if (r->octets >= 0)
        fprintf(s->f, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%lld</text>", s->l.octets_x, y,
                (long long)r->octets);
    fputs("</g>\n", s->f);
}

/* ---- what the signs mean
 * ------------------------------------------------------------------------------- */
static void draw_legend(const struct svg *s)
{
    int at = 0;
    fprintf(s->f,
            "<path d=\"M14 %dH%d\" stroke=\"currentColor\" stroke-opacity=\"0.35\"/>\n<g "
            "font-size=\"10\">\n",
            s->l.bottom, s->l.width - 14);
    for (size_t k = 0; k < IMP_MARK_COUNT; k++) {
        enum imp_mark m = (enum imp_mark)k;
        if (!s->used[m])
            continue;
        int x = 24 + at % 2 * (s->l.width / 2), y = s->l.bottom + 18 + at / 2 * LEGEND_LINE;
        bool point = m == IMP_MARK_USER || m == IMP_MARK_CLAIM || m == IMP_MARK_VIOLATION ||
                     m == IMP_MARK_COPY || m == IMP_MARK_OTHER;
        if (point)
            imp_mark_point(s->f, m, x + 20, y - 3);
        else
            imp_mark_arrow(s->f, m, x, x + 40, y - 3);
        fprintf(s->f, "<text x=\"%d\" y=\"%d\">%s</text>\n", x + 52, y, imp_mark_meaning(m));
        at++;
    }
    fputs("</g>\n", s->f);
}

void imp_chart_svg(FILE *f, const json_t *trace, const struct imp_chart_view *view,
                   const struct imp_chart_page *page)
{
    struct imp_chart_rows rows = imp_chart_rows(trace, view);
    struct svg s = {.f = f, .r = &rows, .page = page, .id = page->id ? page->id : "chart"};
    s.l = imp_chart_layout(&rows, page->embedded || !page->title ? 4 : TITLE_HEIGHT);
    for (size_t i = 0; i < rows.count; i++)
        s.used[mark_of(&rows.row[i])] =
            s.used[mark_of(&rows.row[i])] || rows.row[i].kind != IMP_CHART_LEFT_OUT;
    begin(&s);
    draw_bands(&s);
    draw_leaders(&s);
    draw_lanes(&s);
    draw_heads(&s);
    for (size_t i = 0; i < rows.count; i++)
        draw_row(&s, i);
    draw_legend(&s);
    fputs("</svg>\n", f);
    imp_chart_layout_free(&s.l);
    imp_chart_rows_free(&rows);
}
