/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"

#define PX_CHARACTER 7.2

void imp_plot_write_verdicts(FILE *cells, FILE *style, const struct imp_plot_data *d)
{
    static const char *const goals[] = {
#define GOAL_WORD(id, column, word) word,
        IMP_PLOT_GOALS(GOAL_WORD)
#undef GOAL_WORD
    };
    size_t longest = 0;
    fputs(
        "# SPDX-License-Identifier: GPL-2.0-only\n# x y verdict (0 not applicable, 1 holds, 2 the "
        "adversary never acted, 3 broken); worst of the runs\n",
        cells);
    fputs("# SPDX-License-Identifier: GPL-2.0-only\nset ytics ()\n", style);
    for (size_t i = 0; i < d->n; i++) {
        const struct imp_plot_group *g = &d->group[i];
        char label[240];
        int n = snprintf(label, sizeof label, "%.60s, %.60s%s%.60s: %.40s", g->scenario,
                         g->mechanism, *g->variant ? ", " : "", g->variant, g->adversary);
        longest = (size_t)n > longest ? (size_t)n : longest;
        fputs("set ytics add (", style);
        imp_plot_quoted(style, label);
        fprintf(style, " %zu)\n", i);
        for (int k = 0; k < IMP_PLOT_GOAL_COUNT; k++)
            fprintf(cells, "%d %zu %d\n", k, i, (int)g->verdict[k]);
    }
    fprintf(style, "rows = %zu\nlabel_px = %d\nset xtics (", d->n,
            (int)((double)longest * PX_CHARACTER) + 20);
    for (int k = 0; k < IMP_PLOT_GOAL_COUNT; k++)
        fprintf(style, "%s'%s' %d", k ? ", " : "", goals[k], k);
    fputs(")\n", style);
}
