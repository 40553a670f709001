/* SPDX-License-Identifier: GPL-2.0-only */
/* Cost under attack: runs against their undisturbed twins. */
#include "show.h"

#include <string.h>

enum { NAME = 40, VALUE = 24 };

static const struct shown {
    enum imp_delta delta;
    const char *heading;
    double scale;
} shown[] = {
    {IMP_DELTA_delta_messages, "messages", 1},
    {IMP_DELTA_delta_bytes, "bytes", 1},
    {IMP_DELTA_delta_bytes_air, "bytes on air", 1},
    {IMP_DELTA_delta_latency_ms, "latency, s", 1e-3},
    {IMP_DELTA_delta_energy_mj, "energy, mJ", 1},
    {IMP_DELTA_delta_user_acts, "acts", 1},
};
enum { SHOWN = sizeof shown / sizeof *shown };

/* Right-aligned by characters, not octets. */
static void cell(FILE *f, const char *text, int width)
{
    int n = 0;
    for (const char *p = text; *p; p++)
        n += (*p & 0xc0) != 0x80;
    fprintf(f, "%*s%s", n < width ? width - n : 1, "", text);
}

static const char *member(const json_t *plan, const char *name)
{
    const char *text = json_string_value(json_object_get(plan, name));
    return text ? text : "";
}

static void row(const struct imp_group *g, FILE *f)
{
    char text[80];
    snprintf(text, sizeof text, "%.18s, %.18s", member(g->plan, "scenario"),
             member(json_object_get(g->plan, "adversary"), "name"));
    fprintf(f, "%-*s%5zu", NAME, text, g->paired);
    for (int i = 0; i < SHOWN; i++) {
        imp__mean_text(text, sizeof text, g->deltas[shown[i].delta], g->paired, shown[i].scale);
        cell(f, text, VALUE);
    }
    fputc('\n', f);
}

void imp__show_cost(const struct imp_groups *g, FILE *f)
{
    bool any = false;
    for (size_t i = 0; i < g->count; i++)
        any = any || g->group[i].paired > 0;
    if (!any)
        return;
    fprintf(f,
            "\nCost under attack: each run less the same run without its adversary (all runs; one "
            "that did not complete\nis measured to its end).\n%-*s%5s",
            NAME, "", "runs");
    for (int i = 0; i < SHOWN; i++)
        cell(f, shown[i].heading, VALUE);
    fputc('\n', f);
    for (size_t i = 0; i < g->count; i++)
        if (g->group[i].paired)
            row(&g->group[i], f);
}
