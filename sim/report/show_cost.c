/* SPDX-License-Identifier: GPL-2.0-only */
/* Cost under attack: runs against their undisturbed twins. */
#include "sim/report/show.h"
#include "sim/report/show_grid.h"

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

static void add_row(struct imp_grid *t, const struct imp_group *g, size_t number)
{
    char text[80];
    imp_grid_add(t, "%zu", number);
    imp_grid_add(t, "%zu", g->paired);
    for (int i = 0; i < SHOWN; i++) {
        imp__mean_text(text, sizeof text, g->deltas[shown[i].delta], g->paired, shown[i].scale);
        imp_grid_add(t, "%s", text);
    }
}

void imp__show_cost(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrrrrr"};
    bool any = false;
    for (size_t i = 0; i < g->count; i++)
        any = any || g->group[i].paired > 0;
    if (!any)
        return;
    imp_grid_add(&t, "#");
    imp_grid_add(&t, "runs");
    for (int i = 0; i < SHOWN; i++)
        imp_grid_add(&t, "%s", shown[i].heading);
    for (size_t i = 0; i < g->count; i++)
        if (g->group[i].paired > 0)
            add_row(&t, &g->group[i], i + 1);
    fputs("\nCost under attack: each run less the same run without its adversary (all runs; one "
          "that did not\ncomplete is measured to its end).\n",
          f);
    imp_grid_print(&t, f);
}
