/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows (mechanism and variant), columns (adversaries), and the table for a terminal. */
#include "matrix.h"

#include "sim/adversary/rights.h"

#include <stdlib.h>
#include <string.h>

static size_t row_index(struct imp_grid *g, const struct imp_cell *c)
{
    for (size_t i = 0; i < g->rows; i++)
        if (strcmp(g->first[i]->row->mechanism, c->row->mechanism) == 0 &&
            strcmp(g->first[i]->row->variant, c->row->variant) == 0)
            return i;
    g->first[g->rows] = c;
    return g->rows++;
}

static size_t column_index(struct imp_grid *g, const char *adversary)
{
    for (size_t i = 0; i < g->columns; i++)
        if (strcmp(g->adversary[i], adversary) == 0)
            return i;
    g->adversary[g->columns] = adversary;
    return g->columns++;
}

static bool has_adversary(const struct imp_matrix *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->cell[i].row->adversary, name) == 0)
            return true;
    return false;
}

static bool has_goal(const struct imp_matrix *m, enum imp_goal goal)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->cell[i].row->goal == goal)
            return true;
    return false;
}

/* Variants of one mechanism stand together, in the order of their first cells. */
static void order_rows(struct imp_grid *g, const struct imp_matrix *m)
{
    for (size_t i = 0; i < m->count; i++) {
        const char *mechanism = m->cell[i].row->mechanism;
        bool seen = false;
        for (size_t r = 0; r < g->rows; r++)
            seen = seen || strcmp(g->first[r]->row->mechanism, mechanism) == 0;
        for (size_t k = i; !seen && k < m->count; k++)
            if (strcmp(m->cell[k].row->mechanism, mechanism) == 0)
                row_index(g, &m->cell[k]);
    }
}

struct imp_grid imp_grid_make(const struct imp_matrix *m)
{
    struct imp_grid g = {.row_of = calloc(m->count + 1, sizeof *g.row_of),
                         .column_of = calloc(m->count + 1, sizeof *g.column_of),
                         .first = calloc(m->count + 1, sizeof *g.first),
                         .adversary = calloc(m->count + 1, sizeof *g.adversary)};
    if (!g.row_of || !g.column_of || !g.first || !g.adversary)
        abort();
    for (size_t i = 0; imp_adversaries[i].name; i++)
        if (has_adversary(m, imp_adversaries[i].name))
            column_index(&g, imp_adversaries[i].name);
    order_rows(&g, m);
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++)
        if (has_goal(m, (enum imp_goal)goal))
            g.goal[g.goals++] = (enum imp_goal)goal;
    for (size_t i = 0; i < m->count; i++) {
        g.row_of[i] = row_index(&g, &m->cell[i]);
        g.column_of[i] = column_index(&g, m->cell[i].row->adversary);
    }
    return g;
}

void imp_grid_free(struct imp_grid *g)
{
    free(g->row_of);
    free(g->column_of);
    free(g->first);
    free(g->adversary);
    *g = (struct imp_grid){0};
}

const struct imp_cell *imp_grid_at(const struct imp_grid *g, const struct imp_matrix *m, size_t row,
                                   size_t column, enum imp_goal goal)
{
    const struct imp_cell *found = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const struct imp_cell *c = &m->cell[i];
        if (g->row_of[i] == row && g->column_of[i] == column && c->row->goal == goal &&
            (!found || (found->agrees && !c->agrees)))
            found = c;
    }
    return found;
}

/* ---- for a terminal
 * ---------------------------------------------------------------------------------- */
#define LABEL_MAX 60

static size_t label_width(const struct imp_grid *g)
{
    size_t width = 12;
    for (size_t i = 0; i < g->rows; i++) {
        size_t n = strlen(g->first[i]->row->variant) + 2;
        if (n > width)
            width = n;
    }
    return width < LABEL_MAX ? width : LABEL_MAX;
}

/* Columns are lettered: names of adversaries are long. */
static void print_heading(FILE *f, const struct imp_grid *g, int width)
{
    fprintf(f, "%*s", width, "");
    for (size_t k = 0; k < g->columns; k++)
        fprintf(f, "  %-*c", g->goals, (char)('a' + k % 26));
    fputc('\n', f);
}

static void print_place(FILE *f, const struct imp_grid *g, const struct imp_matrix *m, size_t row,
                        size_t column)
{
    bool differs = false;
    fputc(' ', f);
    for (int i = 0; i < g->goals; i++) {
        const struct imp_cell *c = imp_grid_at(g, m, row, column, g->goal[i]);
        fputc(c ? imp_cell_symbol(c) : '.', f);
        differs = differs || (c && !c->agrees);
    }
    fputc(differs ? '*' : ' ', f);
}

static void print_row(FILE *f, const struct imp_grid *g, const struct imp_matrix *m, size_t row,
                      int width)
{
    const char *variant = g->first[row]->row->variant;
    bool cut = strlen(variant) + 2 > (size_t)width;
    fprintf(f, "  %.*s%s", width - (cut ? 5 : 2), variant, cut ? "..." : "");
    if (!cut)
        fprintf(f, "%*s", width - 2 - (int)strlen(variant), "");
    for (size_t k = 0; k < g->columns; k++)
        print_place(f, g, m, row, k);
    fputc('\n', f);
}

static void print_legend(FILE *f, const struct imp_grid *g)
{
    fputs("\nadversaries:", f);
    for (size_t k = 0; k < g->columns; k++)
        fprintf(f, " %c %s%s", (char)('a' + k % 26), g->adversary[k],
                k + 1 < g->columns ? "," : "");
    fputs("\ngoals in this order:", f);
    for (int i = 0; i < g->goals; i++)
        fprintf(f, " %s%s", imp_goal_name(g->goal[i]), i + 1 < g->goals ? "," : "");
    fputs("\n+ holds, ! broken, ~ seeds differ, ? the adversary never acted, - not applicable, "
          "x no result,\n. no expectation; * behind a cell: not as expected\n",
          f);
}

void imp_matrix_print(FILE *f, const struct imp_matrix *m)
{
    struct imp_grid g = imp_grid_make(m);
    int width = (int)label_width(&g);
    const char *mechanism = "";
    print_heading(f, &g, width);
    for (size_t i = 0; i < g.rows; i++) {
        const char *own = g.first[i]->row->mechanism;
        if (strcmp(own, mechanism) != 0)
            fprintf(f, "%s\n", own);
        mechanism = own;
        print_row(f, &g, m, i, width);
    }
    print_legend(f, &g);
    imp_grid_free(&g);
}

void imp_matrix_differences(FILE *f, const struct imp_matrix *m, const char *path)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct imp_cell *c = &m->cell[i];
        char found[200], place[4200] = "flaw table";
        if (c->agrees)
            continue;
        imp_cell_found(found, sizeof found, c);
        if (c->row->line)
            snprintf(place, sizeof place, "%s:%d", path, c->row->line);
        fprintf(f,
                "%s: %s, %s, against %s: %s: expected %s, found %s: %s\n"
                "    expected because: %s (%s)%s%s\n",
                place, c->row->mechanism, c->row->variant, c->row->adversary, imp_cell_goal(c),
                imp_verdict_name(c->row->expected), found, c->why, c->row->reason, c->row->source,
                *c->key ? "; run " : "", c->key);
    }
}
