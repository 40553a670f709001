/* SPDX-License-Identifier: GPL-2.0-only */
/* A section for each mechanism of the store. */
#include "chart_svg.h"
#include "html.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 60 /* lines of a chart from its beginning */
#define TAIL 10 /* and from its end */

/* ---- what its descriptor says
 * ------------------------------------------------------------------------ */
static void roles(FILE *f, const struct imp_mechanism *m)
{
    static const struct imp_table_column columns[] = {
        {"role", "Role", false}, {"where", "Lives on", false}, {"summary", "What it does", false}};
    struct imp_table t;
    char id[200];
    snprintf(id, sizeof id, "roles-%.100s", m->name);
    imp_table_init(&t, id, "Roles", columns, 3);
    for (const struct imp_role *r = m->roles; r->name; r++) {
        imp_table_add(&t, r->name);
        imp_table_add(&t, imp_role_kind_name(r->kind));
        imp_table_addf(&t, "%s%s", r->summary ? r->summary : "", r->optional ? " (optional)" : "");
    }
    imp_html_table(f, &t, false);
    imp_table_free(&t);
}

static void requirements(FILE *f, const struct imp_mechanism *m)
{
    static const struct imp_table_column columns[] = {
        {"name", "Requirement", false}, {"value", "Value", false}, {"summary", "Meaning", false}};
    struct imp_table t;
    char id[200];
    snprintf(id, sizeof id, "requirements-%.100s", m->name);
    imp_table_init(&t, id, "What a deployment must bring", columns, 3);
    for (const struct imp_requirement *r = m->requirements; r && r->name; r++) {
        imp_table_add(&t, r->name);
        imp_table_add(&t, r->value);
        imp_table_add(&t, r->summary);
    }
    imp_html_table(f, &t, false);
    imp_table_free(&t);
}

static void terms(FILE *f, const struct imp_mechanism *m)
{
    static const struct imp_table_column columns[] = {
        {"phase", "Phase", false}, {"word", "Its own word", false}, {"source", "Where", false}};
    struct imp_table t;
    char id[200];
    snprintf(id, sizeof id, "terms-%.100s", m->name);
    imp_table_init(&t, id, "What its standard calls each phase", columns, 3);
    for (const struct imp_term *w = m->terms; w && w->word; w++) {
        imp_table_add(&t, imp_phase_name(w->phase));
        imp_table_add(&t, w->word);
        imp_table_add(&t, w->source);
    }
    imp_html_table(f, &t, false);
    imp_table_free(&t);
}

/* ---- what its runs say
 * ------------------------------------------------------------------------------- */
static void split(FILE *f, const struct imp_report *r, const char *mechanism)
{
    static const struct imp_table_column columns[] = {
        {"variant", "Variant", false},     {"network", "Network (ms)", true},
        {"cpu", "Computing (ms)", true},   {"user", "User (ms)", true},
        {"tx", "Sending (mJ)", true},      {"rx", "Receiving (mJ)", true},
        {"idle", "Idle radio (mJ)", true}, {"cpu_mj", "Processor (mJ)", true}};
    static const enum imp_measure of[] = {
        IMP_MEASURE_network_ms, IMP_MEASURE_cpu_ms,  IMP_MEASURE_user_ms, IMP_MEASURE_tx_mj,
        IMP_MEASURE_rx_mj,      IMP_MEASURE_idle_mj, IMP_MEASURE_cpu_mj};
    struct imp_table t;
    char id[200], text[80];
    snprintf(id, sizeof id, "split-%.100s", mechanism);
    imp_table_init(&t, id, "Where time and energy go", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_report_group *g = &r->group[i];
        if (g->disturbed || g->flawed || strcmp(g->mechanism, mechanism) != 0)
            continue;
        imp_table_addf(&t, "%.200s: %.300s %.300s", g->scenario, g->group->label, g->variant);
        for (size_t m = 0; m < sizeof of / sizeof *of; m++) {
            imp__mean_text(text, sizeof text, g->group->values[of[m]], g->group->completed, 1);
            imp_table_add(&t, text);
        }
    }
    if (t.rows > 0)
        imp_html_table(f, &t, false);
    imp_table_free(&t);
}

/* An undisturbed run that completed, or what comes nearest. */
static const struct imp_report_group *example(const struct imp_report *r, const char *mechanism)
{
    const struct imp_report_group *best = NULL;
    int rank = 0;
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_report_group *g = &r->group[i];
        if (!*g->run || strcmp(g->mechanism, mechanism) != 0)
            continue;
        int now = 1 + g->completed + 2 * !g->flawed + 4 * !g->disturbed;
        if (now > rank) {
            rank = now;
            best = g;
        }
    }
    return best;
}

static void chart(FILE *f, const struct imp_report *r, const char *mechanism)
{
    const struct imp_report_group *g = example(r, mechanism);
    json_t *trace = g ? imp_report_trace(r, g->run) : NULL;
    if (!trace)
        return;
    struct imp_chart_view view = {.device = -1, .head = HEAD, .tail = TAIL};
    char id[120];
    snprintf(id, sizeof id, "chart-%.100s", mechanism);
    struct imp_chart_page page = {.id = id, .embedded = true};
    fputs("<figure class=\"chart\">\n", f);
    imp_html_scroll(f, "Sequence chart of a run");
    imp_chart_svg(f, trace, &view, &page);
    imp_html_scroll_end(f);
    imp_html(f,
             "<figcaption>A real run: %s over %s, %s; run "
             "<code>%s</code>%s%s.</figcaption>\n</figure>\n",
             g->scenario, g->medium, *g->variant ? g->variant : "default", g->run,
             g->disturbed ? ", against the adversary " : "", g->disturbed ? g->adversary : "");
    json_decref(trace);
}

static void attacks(FILE *f, const struct imp_report *r, const char *mechanism)
{
    size_t disturbed = 0, survived = 0;
    for (size_t i = 0; i < r->groups.count; i++)
        if (r->group[i].disturbed && strcmp(r->group[i].mechanism, mechanism) == 0) {
            disturbed++;
            survived += imp_report_survived(&r->group[i]);
        }
    fputs("<h4>Attacks</h4>\n", f);
    if (disturbed == 0) {
        fputs("<p>No run of this store was against an adversary.</p>\n", f);
        return;
    }
    imp_html(f,
             "<p>%zu variants against adversaries; in %zu of them every goal but completion held. "
             "Accounts of the others:</p>\n",
             disturbed, survived);
    for (size_t i = 0; i < r->groups.count; i++)
        if (r->group[i].disturbed && strcmp(r->group[i].mechanism, mechanism) == 0 &&
            *r->group[i].broken_run)
            imp_html_account(f, r, i);
}

static bool in_store(const struct imp_report *r, const char *mechanism)
{
    for (size_t i = 0; i < r->groups.count; i++)
        if (strcmp(r->group[i].mechanism, mechanism) == 0)
            return true;
    return false;
}

static void section(FILE *f, const struct imp_report *r, const struct imp_mechanism *m)
{
    fputs("<section class=\"mechanism\" aria-labelledby=\"m-", f);
    imp_html_id(f, m->name);
    fputs("\">\n<h3 id=\"m-", f);
    imp_html_id(f, m->name);
    imp_html(f,
             "\" tabindex=\"-1\">%s: %s</h3>\n<p><strong>Class %s.</strong> %s%s</p>\n<p>%s</p>\n",
             m->name, m->title, imp_class_name(m->class), m->reference,
             m->own_profile ? "; the wire format is a profile of this project." : ".", m->summary);
    roles(f, m);
    requirements(f, m);
    terms(f, m);
    chart(f, r, m->name);
    split(f, r, m->name);
    attacks(f, r, m->name);
    fputs("</section>\n", f);
}

void imp_html_mechanisms(FILE *f, const struct imp_report *r)
{
    size_t absent = 0;
    fputs("<section id=\"s-mechanisms\" aria-labelledby=\"h-mechanisms\">\n"
          "<h2 id=\"h-mechanisms\">Mechanisms</h2>\n",
          f);
    for (size_t i = 0; imp_mechanisms[i]; i++)
        if (in_store(r, imp_mechanisms[i]->name))
            section(f, r, imp_mechanisms[i]);
    for (size_t i = 0; imp_mechanisms[i]; i++)
        if (!in_store(r, imp_mechanisms[i]->name))
            imp_html(f, absent++ ? ", %s" : "<p>Not in this store: %s", imp_mechanisms[i]->name);
    fputs(absent ? ".</p>\n</section>\n" : "</section>\n", f);
}
