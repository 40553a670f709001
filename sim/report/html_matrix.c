/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict matrix, and the accounts to which its cells link. */
#include "account.h"
#include "chart.h"
#include "html.h"

#include "sim/adversary/rights.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 40 /* lines of an account's chart from its beginning */
#define TAIL 8  /* and from its end */

/* ---- columns: adversaries in the order of the presets, then others
 * ----------------------------------- */
struct grid {
    const char **adversary;
    size_t columns;
};

static void add_column(struct grid *g, const char *name)
{
    for (size_t i = 0; i < g->columns; i++)
        if (strcmp(g->adversary[i], name) == 0)
            return;
    g->adversary[g->columns++] = name;
}

static struct grid grid_of(const struct imp_report *r, bool flawed)
{
    struct grid g = {.adversary = calloc(r->groups.count + 1, sizeof *g.adversary)};
    if (!g.adversary)
        abort();
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++)
        for (size_t i = 0; i < r->groups.count; i++)
            if (r->group[i].disturbed && r->group[i].flawed == flawed &&
                strcmp(a->name, r->group[i].adversary) == 0)
                add_column(&g, r->group[i].adversary);
    for (size_t i = 0; i < r->groups.count; i++)
        if (r->group[i].disturbed && r->group[i].flawed == flawed)
            add_column(&g, r->group[i].adversary);
    return g;
}

/* ---- a cell
 * ----------------------------------------------------------------------------------------- */
/* "g10" of "g10_recovery". */
static void short_goal(char *out, size_t cap, enum imp_goal goal)
{
    const char *name = imp_goal_name(goal);
    snprintf(out, cap, "%.*s", (int)strcspn(name, "_"), name);
}

static void broken_goals(FILE *f, const struct imp_report_group *g)
{
    char name[20];
    bool first = true;
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        size_t broken = g->group->verdicts[goal][IMP_VERDICT_BROKEN];
        if (!broken || (goal == IMP_GOAL_COMPLETION && g->broken))
            continue;
        short_goal(name, sizeof name, (enum imp_goal)goal);
        imp_html(f, first ? "%s" : " %s", name);
        if (broken < g->group->runs - g->group->failed)
            imp_html(f, " (%zu/%zu)", broken, g->group->runs - g->group->failed);
        first = false;
    }
}

static void cell(FILE *f, const struct imp_report *r, size_t i)
{
    const struct imp_report_group *g = &r->group[i];
    if (g->never_acted) {
        fputs("<span class=\"odd\">? never acted</span> ", f);
    } else if (*g->broken_run) {
        imp_html(f, "<a class=\"%s\" href=\"#a-%zu\">%s", g->broken ? "bad" : "odd", i,
                 g->broken ? "\u2717 broken " : "\u2713 holds, but ");
        broken_goals(f, g);
        fputs("</a> ", f);
    } else if (g->held) {
        fputs("<span class=\"good\">\u2713 holds</span> ", f);
    } else {
        fputs("<span class=\"odd\">no result</span> ", f);
    }
}

/* ---- rows: variants
 * --------------------------------------------------------------------------------- */
static bool same_row(const struct imp_report_group *a, const struct imp_report_group *b)
{
    return strcmp(a->mechanism, b->mechanism) == 0 && strcmp(a->variant, b->variant) == 0;
}

static void row(FILE *f, const struct imp_report *r, const struct grid *g, size_t first)
{
    const struct imp_report_group *of = &r->group[first];
    fputs("<tr><th scope=\"row\"><a href=\"#m-", f);
    imp_html_id(f, of->mechanism);
    imp_html(f, "\">%s</a> %s</th>", of->mechanism, of->variant);
    for (size_t c = 0; c < g->columns; c++) {
        bool any = false;
        fputs("<td>", f);
        for (size_t i = first; i < r->groups.count; i++)
            if (r->group[i].disturbed && same_row(&r->group[i], of) &&
                strcmp(r->group[i].adversary, g->adversary[c]) == 0) {
                cell(f, r, i);
                any = true;
            }
        fputs(any ? "</td>" : "<span class=\"none\">not run</span></td>", f);
    }
    fputs("</tr>\n", f);
}

static void matrix(FILE *f, const struct imp_report *r, bool flawed, const char *caption)
{
    struct grid g = grid_of(r, flawed);
    if (g.columns > 0) {
        imp_html_scroll(f, caption);
        imp_html(f,
                 "<table class=\"matrix\">\n<caption><span>%s.</span></caption>\n<thead><tr><th "
                 "scope=\"col\">"
                 "Mechanism and variant</th>",
                 caption);
        for (size_t c = 0; c < g.columns; c++)
            imp_html(f, "<th scope=\"col\">%s</th>", g.adversary[c]);
        fputs("</tr></thead>\n<tbody>\n", f);
        for (size_t i = 0; i < r->groups.count; i++) {
            size_t k = 0;
            if (!r->group[i].disturbed || r->group[i].flawed != flawed)
                continue;
            while (!r->group[k].disturbed || !same_row(&r->group[k], &r->group[i]))
                k++;
            if (k == i)
                row(f, r, &g, i);
        }
        fputs("</tbody></table>\n", f);
        imp_html_scroll_end(f);
    }
    free(g.adversary);
}

void imp_html_matrix(FILE *f, const struct imp_report *r)
{
    fputs("<section id=\"s-matrix\" aria-labelledby=\"h-matrix\">\n"
          "<h2 id=\"h-matrix\">Verdicts</h2>\n",
          f);
    if (r->disturbed == 0) {
        fputs("<p>This store holds undisturbed runs only, so there is nothing to judge against "
              "adversaries. <code>imprint attack --out DIR</code> makes a store that has "
              "them.</p>\n",
              f);
    } else {
        fputs("<p>Each broken cell leads to its account. Completion (g0) counts apart: whoever "
              "may block messages can prevent it. <q>holds, but g0</q>: nothing else broke.</p>\n"
              "<details><summary>What the goals are</summary>\n<dl class=\"goals\">\n",
              f);
        for (int goal = 0; goal < IMP_GOAL_COUNT; goal++)
            imp_html(f, "<dt>%s</dt><dd>%s.</dd>\n", imp_goal_name((enum imp_goal)goal),
                     imp_goal_promise((enum imp_goal)goal));
        fputs("</dl></details>\n<details><summary>Who the adversaries are</summary>\n"
              "<dl class=\"goals\">\n",
              f);
        for (const struct imp_adversary *a = imp_adversaries; a->name; a++)
            imp_html(f, "<dt>%s</dt><dd>%s</dd>\n", a->name, a->summary);
        fputs("</dl></details>\n", f);
        matrix(f, r, false, "Mechanisms as specified against adversaries");
        matrix(f, r, true, "With a check left out (flaws), to show what the check is for");
    }
    fputs("</section>\n", f);
}

/* ---- accounts
 * ---------------------------------------------------------------------------------------- */
struct telling {
    FILE *f;
    char why[400]; /* the first reason that is not completion's */
};

static void tell_reason(void *arg, const char *goal, const char *key, const char *why)
{
    struct telling *t = arg;
    imp_html(t->f, "<li><strong>%s</strong>: %s%s</li>\n", goal, why, *key ? "." : "");
    if (*key && (!*t->why || strncmp(goal, "g0_", 3) != 0))
        snprintf(t->why, sizeof t->why, "%s", why);
}

static void account_chart(FILE *f, const struct imp_report *r, const char *key, const char *why)
{
    char party[100], claim[100];
    json_t *trace = imp_report_trace(r, key);
    if (!trace)
        return;
    imp_account_mark(party, sizeof party, claim, sizeof claim, why);
    struct imp_chart_view view = {.device = -1,
                                  .head = HEAD,
                                  .tail = TAIL,
                                  .party = *party ? party : NULL,
                                  .claim = *claim ? claim : NULL};
    char *text = imp_chart_text(trace, &view);
    imp_html_scroll(f, "Sequence chart of the attack");
    imp_html(f, "<pre>%s</pre>\n", text ? text : "");
    imp_html_scroll_end(f);
    free(text);
    json_decref(trace);
}

void imp_html_account(FILE *f, const struct imp_report *r, size_t i)
{
    const struct imp_report_group *g = &r->group[i];
    struct telling t = {.f = f};
    imp_html(f,
             "<details class=\"account\" id=\"a-%zu\">\n<summary>%s: %s against <strong>%s"
             "</strong></summary>\n<ul>\n",
             i, g->broken ? "Broken" : "Completion prevented", *g->variant ? g->variant : "default",
             g->adversary);
    imp_report_reasons(r, g, tell_reason, &t);
    imp_html(f,
             "</ul>\n<p>Run <code>%s</code>. Marks: <code>#</code> an act of the adversary, "
             "<code>x</code> where it keeps a message back, <code>!</code> the claim that shows "
             "the violation.</p>\n",
             g->broken_run);
    account_chart(f, r, g->broken_run, t.why);
    fputs("</details>\n", f);
}
