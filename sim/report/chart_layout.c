/* SPDX-License-Identifier: GPL-2.0-only */
#include "chart_layout.h"

#include <stdlib.h>
#include <string.h>

#define TIME_WIDTH 74
#define MARGIN 10
#define SECOND 1000000000

static bool continuation(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

static int letters(const char *text, int octets)
{
    int n = 0;
    for (int i = 0; i < octets; i++)
        n += !continuation(text[i]);
    return n;
}

int imp_chart_text_width(const char *text)
{
    return letters(text, (int)strlen(text)) * IMP_CHART_FONT * 6 / 10 + 1;
}

/* Octets of the first `columns` letters. */
static int prefix(const char *text, int columns)
{
    int i = 0;
    for (int n = 0; text[i]; i++)
        if (!continuation(text[i]) && n++ == columns)
            break;
    return i;
}

int imp_chart_line(const char **text, int columns)
{
    const char *s = *text + strspn(*text, " ");
    int all = prefix(s, columns), take = all;
    if (s[all])
        while (take > 0 && s[take] != ' ')
            take--;
    if (take == 0)
        take = all;
    *text = s + take;
    return take;
}

static int count_lines(const struct imp_chart_row *r)
{
    char *label = malloc(strlen(r->name) + strlen(r->note) + 1);
    int n = 0;
    if (!label)
        abort();
    strcpy(label, r->name);
    strcat(label, r->note);
    for (const char *rest = label; imp_chart_line(&rest, IMP_CHART_NAME_COLUMNS) > 0;)
        n++;
    free(label);
    return n > 1 ? n : 1;
}

static void place_columns(struct imp_chart_layout *l, const struct imp_chart_rows *r)
{
    int widest = 70;
    for (size_t i = 0; i < r->events.lanes; i++) {
        int w = imp_chart_text_width(r->events.lane[i]) * 11 / 10;
        widest = w > widest ? w : widest;
    }
    int lanes = (int)r->events.lanes;
    l->step = widest + 22;
    if (lanes < 4 && l->step < 360 / (lanes + 1))
        l->step = 360 / (lanes + 1);
    l->first_lane = TIME_WIDTH + widest / 2 + MARGIN;
    l->name_x = imp_chart_x(l, lanes > 0 ? (size_t)lanes - 1 : 0) + widest / 2 + 14;
    l->octets_x = l->name_x + IMP_CHART_NAME_COLUMNS * 6 + 50;
    l->phase_x = l->octets_x + 18;
    l->width = l->phase_x + 92;
}

struct imp_chart_layout imp_chart_layout(const struct imp_chart_rows *r, int top)
{
    struct imp_chart_layout l = {.top = top + IMP_CHART_HEAD,
                                 .place = calloc(r->count + 1, sizeof *l.place)};
    if (!l.place)
        abort();
    place_columns(&l, r);
    int y = l.top;
    for (size_t i = 0; i < r->count; i++) {
        const struct imp_chart_row *row = &r->row[i];
        struct imp_chart_place *p = &l.place[i];
        if (i > 0 && row->kind != IMP_CHART_LEFT_OUT && row->t - r->row[i - 1].t >= SECOND &&
            r->row[i - 1].kind != IMP_CHART_LEFT_OUT)
            p->gap = IMP_CHART_GAP;
        p->lines = count_lines(row);
        p->height = IMP_CHART_ROW + (p->lines - 1) * IMP_CHART_LINE;
        p->y = y + p->gap;
        y = p->y + p->height;
    }
    l.bottom = y + 6;
    return l;
}

void imp_chart_layout_free(struct imp_chart_layout *l)
{
    free(l->place);
    l->place = NULL;
}

int imp_chart_x(const struct imp_chart_layout *l, size_t lane)
{
    return l->first_lane + (int)lane * l->step;
}
