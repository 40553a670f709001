/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - a campaign as one page, and its tables as Markdown and LaTeX. */
#ifndef IMPRINT_REPORT_H
#define IMPRINT_REPORT_H

#include "plot.h"
#include "show.h"
#include "table.h"

#include "protocols/contract/mechanism.h"
#include "sim/campaign/canonical.h"

/* Runs that differ in seed and replication only, with what a reader asks of them. */
struct imp_report_group {
    const struct imp_group *group; /* borrowed, as are the texts of its plan */
    const char *scenario, *mechanism, *variant, *adversary, *medium, *platform;
    enum imp_class class;
    bool disturbed;               /* there is an adversary */
    bool flawed;                  /* checks are left out */
    char run[IMP_RUN_KEY];        /* the first that completed, else the first; "" when all failed */
    bool completed;               /* that run did */
    char broken_run[IMP_RUN_KEY]; /* the first with a goal broken, other than completion if any */
    size_t broken, held;          /* goals other than completion: broken in a run, held in all */
    bool never_acted;             /* of some run */
};

struct imp_report {
    const char *dir;
    sqlite3 *db; /* borrowed */
    struct imp_groups groups;
    struct imp_report_group *group; /* as many as groups.count */
    json_t *manifest;               /* an object, empty without a manifest */
    size_t runs, failed, disturbed; /* runs; disturbed: against an adversary */
    size_t mechanisms, attacks;     /* different mechanisms; groups against an adversary */
};

/* `db` must outlive it; `dir` is linked. Returns 0, or -1 and a sentence. */
int imp_report_read(struct imp_report *out, sqlite3 *db, const char *dir, char *error, size_t cap);
void imp_report_free(struct imp_report *r);

/* Whether a goal was broken in a run of the group. */
bool imp_report_goal_broken(const struct imp_report_group *g, enum imp_goal goal);

/* Whether no goal but completion was broken in any run, and the adversary acted in all. */
bool imp_report_survived(const struct imp_report_group *g);

/* The groups against adversaries of the same mechanism and variant as group `i`, none flawed: calls
 * `visit` for each. */
typedef void imp_report_visit(void *arg, const struct imp_report_group *g);
void imp_report_attacks(const struct imp_report *r, size_t i, imp_report_visit *visit, void *arg);

/* The trace of a stored run; NULL when there is none. New reference. */
json_t *imp_report_trace(const struct imp_report *r, const char *key);

/* Calls `visit` for each goal broken in a run of the group, with the reason in broken_run; key ""
 * when another run broke it. Returns their number. */
typedef void imp_report_reason(void *arg, const char *goal, const char *key, const char *why);
size_t imp_report_reasons(const struct imp_report *r, const struct imp_report_group *g,
                          imp_report_reason *visit, void *arg);

/* ---- tables; free them
 * --------------------------------------------------------------------------------- */
/* One row for each group without an adversary. rows[i] of `of` is the group of row i; free it. */
void imp_report_summary(struct imp_table *out, size_t **of, const struct imp_report *r);
/* One row for each group without an adversary: shares and quantiles with their intervals. */
void imp_report_spread(struct imp_table *out, const struct imp_report *r);
/* One row for each group without an adversary but the first of its scenario, which it is compared
 * with (pairs.h). */
void imp_report_differences(struct imp_table *out, const struct imp_report *r);
/* One row for each group with an adversary. */
void imp_report_verdicts(struct imp_table *out, const struct imp_report *r);

/* ---- documents
 * ----------------------------------------------------------------------------------------- */
/* The page; the figures must stand in DIR/plots (imp_plot_figures). Each is written whole or not at
 * all. Returns 0, or -1 and a sentence with the path. */
int imp_report_html(const struct imp_report *r, const struct imp_figures *figures, const char *path,
                    char *error, size_t cap);
int imp_report_markdown(const struct imp_report *r, const char *path, char *error, size_t cap);
int imp_report_latex(const struct imp_report *r, const char *path, char *error, size_t cap);

#endif
