/* SPDX-License-Identifier: GPL-2.0-only */
/* The table for people: one line a group, means with their 95 % intervals. */
#include "show.h"

#include "stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 48
#define LONGEST 44 /* columns of text that is cut */

enum column { SCENARIO, MECHANISM, VARIANT, ADVERSARY, RUNS, DONE, FIRST_MEASURE };

/* The measures of the table; scale turns the store's unit into the heading's. */
static const struct shown {
    enum imp_measure measure;
    const char *heading;
    double scale;
} shown[] = {
    {IMP_MEASURE_messages_device, "messages", 1}, {IMP_MEASURE_bytes_device, "bytes", 1},
    {IMP_MEASURE_bytes_air, "bytes on air", 1},   {IMP_MEASURE_latency_ms, "latency, s", 1e-3},
    {IMP_MEASURE_energy_mj, "energy, mJ", 1},
};
enum { SHOWN = sizeof shown / sizeof *shown, VERDICTS = FIRST_MEASURE + SHOWN, COLUMNS };

struct table {
    char (*cell)[COLUMNS][CELL * 4]; /* UTF-8 */
    size_t rows;
    size_t width[COLUMNS];
};

/* Characters, not octets. */
static size_t width(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

static void cut(char *out, size_t cap, const char *s)
{
    size_t n = 0, i = 0;
    for (; s[i] && i + 5 < cap; i++) {
        n += (s[i] & 0xc0) != 0x80;
        if (n > LONGEST)
            break;
        out[i] = s[i];
    }
    snprintf(out + i, cap - i, "%s", s[i] ? "\u2026" : "");
}

void imp__mean_text(char *out, size_t cap, const double *x, size_t n, double scale)
{
    struct imp_summary s = imp_summarise(x, n);
    double mean = s.mean * scale, half = s.half * scale;
    double size = fabs(mean);
    int digits = mean == floor(mean) && half == 0 ? 0 : size < 10 ? 3 : size < 100 ? 2 : 1;
    if (n == 0)
        snprintf(out, cap, "-");
    else if (n == 1)
        snprintf(out, cap, "%.*f", digits, mean);
    else
        snprintf(out, cap, "%.*f \u00b1 %.*f", digits, mean, digits, half);
}

/* One sign a goal, in fours; several verdicts among the runs: the worst, with its share. */
static void verdict_text(char *out, size_t cap, const struct imp_group *g)
{
    static const char signs[] = {[IMP_VERDICT_HOLDS] = '+',
                                 [IMP_VERDICT_BROKEN] = '!',
                                 [IMP_VERDICT_NA] = '-',
                                 [IMP_VERDICT_NEVER_ACTED] = '?'};
    static const enum imp_verdict_value worst_first[] = {
        IMP_VERDICT_NEVER_ACTED, IMP_VERDICT_BROKEN, IMP_VERDICT_HOLDS, IMP_VERDICT_NA};
    size_t used = 0, judged = g->runs - g->failed;
    bool shared = false;
    for (int goal = 0; goal < IMP_GOAL_COUNT && used < cap; goal++) {
        for (size_t i = 0; i < IMP_VERDICT_COUNT; i++) {
            size_t n = g->verdicts[goal][worst_first[i]];
            if (n == 0)
                continue;
            bool apart = goal && (goal % 4 == 0 || shared);
            used += (size_t)snprintf(out + used, cap - used, "%s%c", apart ? " " : "",
                                     signs[worst_first[i]]);
            shared = n < judged;
            if (shared && used < cap)
                used += (size_t)snprintf(out + used, cap - used, "%zu/%zu", n, judged);
            break;
        }
    }
    if (used == 0)
        snprintf(out, cap, "none");
}

static void fill_row(char row[COLUMNS][CELL * 4], const struct imp_group *g)
{
    char variant[1200];
    /* What differs stands first: the rest may be cut. */
    snprintf(variant, sizeof variant, "%s%s%s", g->label, *g->label ? " " : "",
             json_string_value(json_object_get(g->plan, "variant")));
    cut(row[SCENARIO], CELL * 4, json_string_value(json_object_get(g->plan, "scenario")));
    cut(row[MECHANISM], CELL * 4, json_string_value(json_object_get(g->plan, "mechanism")));
    cut(row[VARIANT], CELL * 4, variant);
    cut(row[ADVERSARY], CELL * 4,
        json_string_value(json_object_get(json_object_get(g->plan, "adversary"), "name")));
    snprintf(row[RUNS], CELL * 4, "%zu", g->runs);
    snprintf(row[DONE], CELL * 4, "%zu", g->completed);
    for (int i = 0; i < SHOWN; i++)
        imp__mean_text(row[FIRST_MEASURE + i], CELL * 4, g->values[shown[i].measure], g->completed,
                       shown[i].scale);
    verdict_text(row[VERDICTS], CELL * 4, g);
}

static void headings(char row[COLUMNS][CELL * 4])
{
    static const char *const names[] = {
        [SCENARIO] = "scenario",   [MECHANISM] = "mechanism", [VARIANT] = "variant",
        [ADVERSARY] = "adversary", [RUNS] = "runs",           [DONE] = "done"};
    for (int i = 0; i < FIRST_MEASURE; i++)
        snprintf(row[i], CELL * 4, "%s", names[i]);
    for (int i = 0; i < SHOWN; i++)
        snprintf(row[FIRST_MEASURE + i], CELL * 4, "%s", shown[i].heading);
    snprintf(row[VERDICTS], CELL * 4, "G0-3 4-7 8-11 12-15");
}

static void print_row(const struct table *t, size_t r, FILE *f)
{
    for (int c = 0; c < COLUMNS; c++) {
        size_t pad = t->width[c] - width(t->cell[r][c]);
        bool right = c >= RUNS && c < VERDICTS;
        if (c == COLUMNS - 1)
            pad = 0; /* no blanks at the end of a line */
        fprintf(f, "%s%*s%s%*s", c ? "  " : "", right ? (int)pad : 0, "", t->cell[r][c],
                right ? 0 : (int)pad, "");
    }
    fputc('\n', f);
}

static void print_legend(const struct imp_groups *g, FILE *f)
{
    size_t failed = 0, runs = 0, completed = 0;
    for (size_t i = 0; i < g->count; i++) {
        failed += g->group[i].failed;
        runs += g->group[i].runs;
        completed += g->group[i].completed;
    }
    fprintf(f,
            "\n%zu runs: %zu completed, %zu ended without completing (counted, not averaged), %zu "
            "harness failures.\n",
            runs, completed, runs - completed - failed, failed);
    fputs(
        "Means of the completed runs \u00b1 half of their 95 % interval (Student's t). Messages "
        "and "
        "bytes: protocol\nmessages on the device's own link; bytes on air: everything that its "
        "radio "
        "heard and sent there.\nVerdicts on goals 0 to 15: + holds, ! broken, - not applicable, ? "
        "the adversary never acted; k/n: in k of\nn runs. Goals:",
        f);
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++)
        fprintf(f, "%s%s%s", goal ? goal % 5 == 4 ? ",\n" : ", " : " ",
                imp_goal_name((enum imp_goal)goal), goal + 1 < IMP_GOAL_COUNT ? "" : ".\n");
}

int imp_show_table(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    struct imp_groups g;
    if (imp_groups_read(&g, db, error, cap) < 0)
        return -1;
    struct table t = {.rows = g.count + 1};
    t.cell = calloc(t.rows, sizeof *t.cell);
    if (!t.cell)
        abort();
    headings(t.cell[0]);
    for (size_t i = 0; i < g.count; i++)
        fill_row(t.cell[i + 1], &g.group[i]);
    for (size_t r = 0; r < t.rows; r++)
        for (int c = 0; c < COLUMNS; c++)
            if (width(t.cell[r][c]) > t.width[c])
                t.width[c] = width(t.cell[r][c]);
    for (size_t r = 0; r < t.rows; r++)
        print_row(&t, r, f);
    print_legend(&g, f);
    imp__show_cost(&g, f);
    free(t.cell);
    imp_groups_free(&g);
    return 0;
}
