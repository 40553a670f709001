/* SPDX-License-Identifier: GPL-2.0-only */
#include "chart_mscgen.h"

#include "chart_rows.h"

#include <stdint.h>
#include <string.h>

#define SECOND 1000000000

/* A label of mscgen: a backslash begins an escape. */
static void label(FILE *f, const char *text)
{
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            fputc('\\', f);
        fputc((unsigned char)*p < ' ' ? ' ' : *p, f);
    }
}

static const char *lane(const struct imp_chart_rows *r, size_t i)
{
    return r->events.lane[i == SIZE_MAX ? 0 : i];
}

static void write_lanes(FILE *f, const struct imp_chart_rows *r)
{
    for (size_t i = 0; i < r->events.lanes; i++) {
        fputs(i ? ", \"" : "  \"", f);
        label(f, r->events.lane[i]);
        fprintf(f, "\"%s",
                imp_chart_adversary(r->events.lane[i])
                    ? " [linecolour=\"#c0392b\", textcolour=\"#c0392b\"]"
                    : "");
    }
    fputs(";\n", f);
}

static const char *arc(const struct imp_chart_row *r)
{
    if (r->blocked || r->arrived < 0)
        return "-x";
    return r->kind == IMP_CHART_CARRIED ? ":>" : r->again ? ">>" : "=>";
}

static void write_message(FILE *f, const struct imp_chart_rows *r, const struct imp_chart_row *row)
{
    size_t to =
        row->blocked && row->stop != SIZE_MAX && row->stop != row->from ? row->stop : row->to;
    fprintf(f, "  \"%s\" %s \"%s\" [label=\"%.6f  ", lane(r, row->from), arc(row), lane(r, to),
            (double)row->t / 1e9);
    label(f, row->name);
    fprintf(f, ", %lld octets", (long long)row->octets);
    label(f, row->note);
    fprintf(f, "\"%s];\n",
            row->blocked || row->injected ? ", linecolour=\"#c0392b\", textcolour=\"#c0392b\""
                                          : "");
}

static void write_note(FILE *f, const struct imp_chart_rows *r, const struct imp_chart_row *row)
{
    const char *at = lane(r, row->from);
    fprintf(f, "  \"%s\" %s \"%s\" [label=\"%.6f  ", at,
            row->kind == IMP_CHART_USER ? "abox" : "note", at, (double)row->t / 1e9);
    label(f, row->name);
    if (row->octets >= 0)
        fprintf(f, ", %lld octets", (long long)row->octets);
    label(f, row->note);
    fprintf(f, "\"%s];\n", row->marked ? ", linecolour=\"#c0392b\", textcolour=\"#c0392b\"" : "");
}

static void write_row(FILE *f, const struct imp_chart_rows *r, size_t i, const char **phase)
{
    const struct imp_chart_row *row = &r->row[i];
    if (*row->phase && strcmp(row->phase, *phase) != 0) {
        *phase = row->phase;
        fprintf(f, "  --- [label=\"%s\"];\n", *phase);
    }
    if (row->kind == IMP_CHART_LEFT_OUT) {
        fputs("  ... [label=\"", f);
        label(f, row->name);
        fputs("\"];\n", f);
        return;
    }
    if (i > 0 && r->row[i - 1].kind != IMP_CHART_LEFT_OUT && row->t - r->row[i - 1].t >= SECOND)
        fprintf(f, "  ... [label=\"%.2f s\"];\n", (double)(row->t - r->row[i - 1].t) / 1e9);
    if (row->kind <= IMP_CHART_CARRIED && row->from != SIZE_MAX && row->to != SIZE_MAX &&
        row->from != row->to)
        write_message(f, r, row);
    else
        write_note(f, r, row);
}

void imp_chart_mscgen(FILE *f, const json_t *trace, const struct imp_chart_view *view)
{
    struct imp_chart_rows r = imp_chart_rows(trace, view);
    const char *phase = "";
    fputs("msc {\n  hscale=\"1.6\", wordwraparcs=on;\n", f);
    if (r.events.lanes == 0) { /* mscgen wants at least one */
        fputs("  \"nobody\";\n", f);
        r.count = 0;
    } else {
        write_lanes(f, &r);
    }
    for (size_t i = 0; i < r.count; i++)
        write_row(f, &r, i, &phase);
    fputs("}\n", f);
    imp_chart_rows_free(&r);
}
