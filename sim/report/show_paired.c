/* SPDX-License-Identifier: GPL-2.0-only */
/* Differences between groups under common random numbers, as tables for people. */
#include <stdlib.h>
#include <string.h>

#include "sim/report/pairs.h"
#include "sim/report/show_grid.h"

static const struct shown {
    enum imp_measure measure;
    const char *heading;
    double scale;
} shown[] = {
    {IMP_MEASURE_messages_device, "messages", 1}, {IMP_MEASURE_bytes_device, "bytes", 1},
    {IMP_MEASURE_bytes_air, "bytes on air", 1},   {IMP_MEASURE_latency_ms, "latency, s", 1e-3},
    {IMP_MEASURE_energy_mj, "energy, mJ", 1},
};
enum { SHOWN = sizeof shown / sizeof *shown };

static const char *mechanism(const struct imp_group *g)
{
    const char *name = json_string_value(json_object_get(g->plan, "mechanism"));
    return name ? name : "";
}

static const struct imp_group *find_base(const struct imp_groups *g, const char *base, char *error,
                                         size_t cap)
{
    char *end;
    unsigned long number = strtoul(base, &end, 10);
    if (*base >= '0' && *base <= '9' && !*end) {
        if (number >= 1 && number <= g->count)
            return &g->group[number - 1];
        snprintf(error, cap, "--paired %s: no such row; expected 1 to %zu", base, g->count);
        return NULL;
    }
    const struct imp_group *found = NULL;
    size_t rows = 0;
    for (size_t i = 0; i < g->count; i++) {
        if (strcmp(mechanism(&g->group[i]), base) != 0)
            continue;
        found = &g->group[i];
        rows++;
    }
    if (rows != 1)
        snprintf(
            error, cap,
            "--paired %.60s: %zu rows have this mechanism; expected a mechanism of one row, or "
            "a row's number (imprint show)",
            base, rows);
    return rows == 1 ? found : NULL;
}

/* Figures of one pair of groups, from the number of pairs on. */
static void add_figures(struct imp_grid *t, const struct imp_pairs *p)
{
    char text[80];
    imp_grid_add(t, "%zu", p->n);
    imp_grid_add(t, "%zu", p->incomplete);
    for (int i = 0; i < SHOWN; i++) {
        imp__mean_text(text, sizeof text, p->difference[shown[i].measure], p->n, shown[i].scale);
        imp_grid_add(t, "%s", text);
    }
}

static void add_heads(struct imp_grid *t)
{
    imp_grid_add(t, "pairs");
    imp_grid_add(t, "not");
    for (int i = 0; i < SHOWN; i++)
        imp_grid_add(t, "%s", shown[i].heading);
}

static void print_differences(const struct imp_groups *g, const struct imp_group *base, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrrrrr"};
    imp_grid_add(&t, "#");
    add_heads(&t);
    for (size_t i = 0; i < g->count; i++) {
        if (&g->group[i] == base)
            continue;
        struct imp_pairs p = imp_pairs_make(&g->group[i], base);
        imp_grid_add(&t, "%zu", i + 1);
        add_figures(&t, &p);
        imp_pairs_free(&p);
    }
    fprintf(
        f,
        "\nRow less row %zu (%s): means of the differences of runs with equal seed and "
        "replication,\n\u00b1 half of their 95 %% interval (Student's t). Not: pairs of which a "
        "run did not complete.\n",
        (size_t)(base - g->group) + 1, mechanism(base));
    imp_grid_print(&t, f);
}

void imp__show_pairs(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrrrrrr"};
    bool any = false;
    for (size_t i = 0; i < g->count; i++)
        any = any || imp_pairs_base(g, i);
    if (!any)
        return;
    imp_grid_add(&t, "#");
    imp_grid_add(&t, "less");
    add_heads(&t);
    for (size_t i = 0; i < g->count; i++) {
        const struct imp_group *base = imp_pairs_base(g, i);
        if (!base)
            continue;
        struct imp_pairs p = imp_pairs_make(&g->group[i], base);
        imp_grid_add(&t, "%zu", i + 1);
        imp_grid_add(&t, "%zu", (size_t)(base - g->group) + 1);
        add_figures(&t, &p);
        imp_pairs_free(&p);
    }
    fputs(
        "\nDifferences to the first row of the scenario: means over runs with equal seed and "
        "replication \u00b1 half\nof their 95 % interval (Student's t). Not: pairs of which a run "
        "did not complete. Others: --paired.\n",
        f);
    imp_grid_print(&t, f);
}

int imp_show_paired(sqlite3 *db, const char *base, FILE *f, char *error, size_t cap)
{
    struct imp_groups g;
    if (imp_groups_read(&g, db, error, cap) < 0)
        return -1;
    const struct imp_group *found = find_base(&g, base, error, cap);
    if (found) {
        imp__show_list(&g, f);
        print_differences(&g, found, f);
    }
    imp_groups_free(&g);
    return found ? 0 : -1;
}
