/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading, comparing, CSV. */
#include "matrix.h"

#include "stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool imp_cell_agrees(const struct imp_expected *row, const struct imp_cell_count *found)
{
    size_t holds = found->of[IMP_VERDICT_HOLDS], broken = found->of[IMP_VERDICT_BROKEN];
    if (found->missing || found->of[IMP_VERDICT_NA] || found->of[IMP_VERDICT_NEVER_ACTED] ||
        holds + broken == 0)
        return false;
    if (row->probability < 0)
        return (row->expected == IMP_VERDICT_HOLDS ? broken : holds) == 0;
    struct imp_interval w = imp_wilson(broken, holds + broken);
    return w.low <= row->probability && row->probability <= w.high;
}

const char *imp_cell_goal(const struct imp_cell *c)
{
    return c->row->goal < IMP_GOAL_COUNT ? imp_goal_name(c->row->goal) : "(unknown goal)";
}

static size_t judged(const struct imp_cell_count *f)
{
    size_t n = 0;
    for (int v = 0; v < IMP_VERDICT_COUNT; v++)
        n += f->of[v];
    return n;
}

void imp_cell_found(char *out, size_t cap, const struct imp_cell *c)
{
    size_t total = judged(&c->found) + c->found.missing, used = 0;
    snprintf(out, cap, "nothing");
    for (int v = 0; v <= IMP_VERDICT_COUNT && used < cap; v++) {
        bool no_result = v == IMP_VERDICT_COUNT;
        size_t n = no_result ? c->found.missing : c->found.of[v];
        const char *name = no_result ? "no result" : imp_verdict_name((enum imp_verdict_value)v);
        if (n == total && n)
            used += (size_t)snprintf(out, cap, "%s", name);
        else if (n)
            used += (size_t)snprintf(out + used, cap - used, "%s%zu of %zu %s", used ? ", " : "", n,
                                     total, name);
    }
}

char imp_cell_symbol(const struct imp_cell *c)
{
    static const char symbols[] = {[IMP_VERDICT_HOLDS] = '+',
                                   [IMP_VERDICT_BROKEN] = '!',
                                   [IMP_VERDICT_NA] = '-',
                                   [IMP_VERDICT_NEVER_ACTED] = '?'};
    size_t all = judged(&c->found);
    if (c->found.missing || all == 0)
        return 'x';
    for (int v = 0; v < IMP_VERDICT_COUNT; v++)
        if (c->found.of[v] == all)
            return symbols[v];
    return '~';
}

/* ---- reading
 * ----------------------------------------------------------------------------------------- */
#define QUERY                                                                                      \
    "SELECT r.status, r.why, v.verdict, v.why FROM run r LEFT JOIN verdict v"                      \
    " ON v.run_key = r.run_key AND v.goal = ?2 WHERE r.run_key = ?1"

static const char *column(sqlite3_stmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s, i);
    return text ? text : "";
}

/* The reason is that of the first run, unless a later one differs from what was expected first. */
static void note(struct imp_cell *c, const char *key, const char *why, bool telling)
{
    if (*c->key && !telling)
        return;
    snprintf(c->key, sizeof c->key, "%s", key);
    snprintf(c->why, sizeof c->why, "%s", why);
}

static void read_run(struct imp_cell *c, const char *key, sqlite3_stmt *s, bool *told)
{
    bool there = sqlite3_step(s) == SQLITE_ROW;
    const char *verdict = there ? column(s, 2) : "";
    int v = 0;
    while (v < IMP_VERDICT_COUNT && strcmp(imp_verdict_name((enum imp_verdict_value)v), verdict))
        v++;
    bool as_wanted = v == (int)c->row->expected;
    if (v == IMP_VERDICT_COUNT) {
        c->found.missing++;
        note(c, key, there ? column(s, 1) : "the run was not made", !*told);
    } else {
        c->found.of[v]++;
        note(c, key, column(s, 3), !as_wanted && !*told);
    }
    *told = *told || !as_wanted;
    if (v == IMP_VERDICT_BROKEN && !*c->broken_key) {
        snprintf(c->broken_key, sizeof c->broken_key, "%s", key);
        snprintf(c->broken_why, sizeof c->broken_why, "%s", column(s, 3));
    }
}

static void read_cell(struct imp_cell *c, const struct imp_attack_group *g, sqlite3_stmt *s)
{
    bool told = false;
    c->seeds = g->seeds;
    for (size_t i = 0; i < g->seeds; i++) {
        sqlite3_bind_text(s, 1, g->keys[i], -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(s, 2, imp_cell_goal(c), -1, SQLITE_TRANSIENT);
        read_run(c, g->keys[i], s, &told);
        sqlite3_reset(s);
    }
    c->agrees = imp_cell_agrees(c->row, &c->found);
}

int imp_matrix_read(struct imp_matrix *out, const struct imp_attack *attack, sqlite3 *db,
                    char *error, size_t cap)
{
    sqlite3_stmt *s = NULL;
    *out = (struct imp_matrix){.cell = calloc(attack->cell_count + 1, sizeof *out->cell),
                               .count = attack->cell_count,
                               .seeds = attack->seeds};
    if (!out->cell)
        abort();
    if (sqlite3_prepare_v2(db, QUERY, -1, &s, NULL) != SQLITE_OK) {
        snprintf(error, cap, "the store cannot be read: %s", sqlite3_errmsg(db));
        imp_matrix_free(out);
        return -1;
    }
    for (size_t i = 0; i < out->count; i++) {
        const struct imp_attack_cell *from = &attack->cell[i];
        struct imp_cell *c = &out->cell[i];
        *c = (struct imp_cell){.row = from->row, .unbreakable = from->unbreakable};
        if (c->unbreakable)
            snprintf(c->why, sizeof c->why, "%s", c->unbreakable);
        else
            read_cell(c, &attack->group[from->group], s);
        out->agreeing += c->agrees;
        out->differing += !c->agrees;
        out->missing += c->found.missing > 0;
    }
    sqlite3_finalize(s);
    return 0;
}

void imp_matrix_free(struct imp_matrix *m)
{
    free(m->cell);
    *m = (struct imp_matrix){0};
}

/* ---- CSV
 * --------------------------------------------------------------------------------------------- */
static void csv_text(FILE *f, const char *text)
{
    if (!text[strcspn(text, ",\"\n\r")]) {
        fputs(text, f);
        return;
    }
    fputc('"', f);
    for (; *text; text++)
        fprintf(f, *text == '"' ? "\"\"" : "%c", *text);
    fputc('"', f);
}

static void csv_row(FILE *f, const struct imp_cell *c)
{
    const struct imp_expected *r = c->row;
    char found[200], probability[32] = "", numbers[120];
    imp_cell_found(found, sizeof found, c);
    if (r->probability >= 0)
        snprintf(probability, sizeof probability, "%g", r->probability);
    snprintf(numbers, sizeof numbers, "%zu,%zu,%zu,%zu", c->seeds, c->found.of[IMP_VERDICT_HOLDS],
             c->found.of[IMP_VERDICT_BROKEN], c->found.of[IMP_VERDICT_NEVER_ACTED]);
    const char *before[] = {
        r->mechanism, r->variant, r->adversary, imp_cell_goal(c), imp_verdict_name(r->expected),
        probability,  found};
    const char *after[] = {c->agrees ? "yes" : "no", c->key, c->why, r->reason, r->source};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        csv_text(f, before[i]);
        fputc(',', f);
    }
    fputs(numbers, f);
    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        fputc(',', f);
        csv_text(f, after[i]);
    }
    fputc('\n', f);
}

void imp_matrix_csv(FILE *f, const struct imp_matrix *m)
{
    fputs("mechanism,variant,adversary,goal,expected,probability,found,seeds,holds,broken,"
          "never_acted,as_expected,run_key,why,reason,source\n",
          f);
    for (size_t i = 0; i < m->count; i++)
        csv_row(f, &m->cell[i]);
}

/* ---- files
 * ------------------------------------------------------------------------------------------- */
typedef void writer(FILE *f, const struct imp_matrix *m);

/* Whole or not at all: written beside it, then renamed. */
static int write_file(const struct imp_matrix *m, writer *w, const char *dir, const char *name,
                      char *error, size_t cap)
{
    char path[4200], part[4220];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(part, sizeof part, "%s.part", path);
    FILE *f = fopen(part, "we");
    if (f)
        w(f, m);
    bool written = f && !ferror(f);
    if (f && fclose(f) != 0)
        written = false;
    if (written && rename(part, path) == 0)
        return 0;
    snprintf(error, cap, "%s: cannot be written: %s", path, strerror(errno));
    remove(part);
    return -1;
}

int imp_matrix_write(const struct imp_matrix *m, const char *dir, char *error, size_t cap)
{
    static const struct {
        const char *name;
        writer *write;
    } files[] = {{"matrix.csv", imp_matrix_csv},
                 {"matrix.junit.xml", imp_matrix_junit},
                 {"matrix.svg", imp_matrix_svg}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (write_file(m, files[i].write, dir, files[i].name, error, cap) < 0)
            return -1;
    return 0;
}
