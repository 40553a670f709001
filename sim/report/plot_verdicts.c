/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"

#define PX_CHARACTER 7.6

/* What verdicts.gp colours: one verdict of many runs, the worst of them. */
enum cell { CELL_NA, CELL_HOLDS, CELL_NEVER_ACTED, CELL_BROKEN };

static enum cell worst(const struct imp_group *g, int goal)
{
    const size_t *n = g->verdicts[goal];
    if (n[IMP_VERDICT_BROKEN] > 0)
        return CELL_BROKEN;
    if (n[IMP_VERDICT_NEVER_ACTED] > 0)
        return CELL_NEVER_ACTED;
    return n[IMP_VERDICT_HOLDS] > 0 ? CELL_HOLDS : CELL_NA;
}

/* The word of a goal's column: "g1_secrecy" is secrecy. */
static const char *goal_word(int goal)
{
    const char *name = imp_goal_name((enum imp_goal)goal);
    const char *word = strchr(name, '_');
    if (goal == IMP_GOAL_FORWARD_SECRECY)
        return "forward secrecy"; /* an underscore lowers what follows */
    return word ? word + 1 : name;
}

/* The goals on which any row has a verdict; returns their number. */
static int goals_shown(const struct imp_chart *c, int out[IMP_GOAL_COUNT])
{
    int n = 0;
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        bool any = false;
        for (size_t i = 0; i < c->n; i++)
            any = any || worst(c->bar[i].group, goal) != CELL_NA;
        if (any)
            out[n++] = goal;
    }
    return n;
}

static size_t write_row_name(FILE *f, const struct imp_bar *b, size_t row)
{
    char name[400];
    imp_bar_name(name, sizeof name, b);
    size_t n = strlen(name);
    if (strcmp(b->adversary, "none") == 0)
        n += (size_t)snprintf(name + n, sizeof name - n, ", no adversary");
    fputs("set ytics add (", f);
    imp_plot_quoted(f, name);
    fprintf(f, " %zu)\n", row);
    return n;
}

const char *imp_plot_write_verdicts(FILE *cells, FILE *style, const struct imp_groups *groups)
{
    struct imp_chart c = imp_chart_make(groups, true);
    size_t longest = 0;
    int goals[IMP_GOAL_COUNT], count = goals_shown(&c, goals);
    fputs(IMP_PLOT_LICENCE
          "# x y verdict (0 not applicable, 1 holds, 2 the adversary never acted, 3 broken); "
          "worst of the runs\n",
          cells);
    fputs(IMP_PLOT_LICENCE "set ytics ()\n", style);
    for (size_t i = 0; i < c.n; i++) {
        size_t n = write_row_name(style, &c.bar[i], i);
        longest = n > longest ? n : longest;
        for (int k = 0; k < count; k++)
            fprintf(cells, "%d %zu %d\n", k, i, (int)worst(c.bar[i].group, goals[k]));
    }
    fprintf(style, "rows = %zu\ngoals = %d\nlabel_px = %d\nset xtics (", c.n, count,
            (int)((double)longest * PX_CHARACTER) + 20);
    for (int k = 0; k < count; k++)
        fprintf(style, "%s'%s' %d", k ? ", " : "", goal_word(goals[k]), k);
    fputs(")\n", style);
    free(c.bar);
    return count ? NULL : "no run was judged";
}
