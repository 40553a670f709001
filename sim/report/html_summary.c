/* SPDX-License-Identifier: GPL-2.0-only */
/* The table that sorts and filters, the survey's tables, and comparisons within scenarios. */
#include "html.h"
#include "stats.h"
#include "survey.h"

#include "sim/adversary/rights.h"

#include <stdlib.h>
#include <string.h>

/* ---- controls: shown by the script, since without it they would do nothing
 * ------------------------- */
static bool met(const struct imp_report *r, const char *adversary)
{
    for (size_t i = 0; i < r->groups.count; i++)
        if (r->group[i].disturbed && strcmp(r->group[i].adversary, adversary) == 0)
            return true;
    return false;
}

static void controls(FILE *f, const struct imp_report *r)
{
    fputs("<form id=\"filter\" hidden>\n"
          "<label>Text <input type=\"search\" id=\"f-text\" autocomplete=\"off\"></label>\n"
          "<label>Class <select id=\"f-class\"><option value=\"\">all</option>",
          f);
    for (int c = 0; c < IMP_CLASS_COUNT; c++)
        imp_html(f, "<option>%s</option>", imp_class_name((enum imp_class)c));
    fputs("</select></label>\n", f);
    if (r->disturbed > 0) {
        fputs("<label>Survives <select id=\"f-survives\"><option value=\"\">any</option>", f);
        for (const struct imp_adversary *a = imp_adversaries; a->name; a++)
            if (met(r, a->name))
                imp_html(f, "<option>%s</option>", a->name);
        fputs("</select></label>\n", f);
    }
    fputs("<button type=\"reset\">Show all</button>\n"
          "<output id=\"f-count\" for=\"f-text f-class\" aria-live=\"polite\"></output>\n</form>\n",
          f);
}

/* ---- the table
 * -------------------------------------------------------------------------------------- */
static void sortable_head(FILE *f, const struct imp_table *t)
{
    imp_html(
        f, "<table id=\"%s\" class=\"sortable\">\n<caption><span>%s.</span></caption>\n<thead><tr>",
        t->id, t->caption);
    for (size_t c = 0; c < t->columns; c++) {
        fputs(t->column[c].number ? "<th scope=\"col\" class=\"n\"" : "<th scope=\"col\"", f);
        imp_html(f,
                 " aria-sort=\"none\"><button type=\"button\">%s<span class=\"mark\" "
                 "aria-hidden=\"true\"></span></button></th>",
                 t->column[c].title);
    }
    fputs("</tr></thead>\n<tbody>\n", f);
}

/* The exact mean, by which a column is sorted. */
static void value_attribute(FILE *f, const struct imp_table *t, size_t c,
                            const struct imp_report_group *g)
{
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        if (strcmp(imp_measures[m].name, t->column[c].key) == 0 && g->group->completed > 0 &&
            m != IMP_MEASURE_completed)
            fprintf(f, " data-v=\"%.9g\"",
                    imp_summarise(g->group->values[m], g->group->completed).mean);
}

static void summary_row(FILE *f, const struct imp_table *t, size_t row,
                        const struct imp_report_group *g)
{
    imp_html(f, "<tr data-class=\"%s\" data-survives=\"%s\">", imp_class_name(g->class),
             imp_table_at(t, row, t->columns - 1));
    fputs("<th scope=\"row\"><a href=\"#m-", f);
    imp_html_id(f, g->mechanism);
    imp_html(f, "\">%s</a></th>", g->mechanism);
    for (size_t c = 1; c < t->columns; c++) {
        fputs(t->column[c].number ? "<td class=\"n\"" : "<td", f);
        if (t->column[c].number)
            value_attribute(f, t, c, g);
        imp_html(f, ">%s</td>", imp_table_at(t, row, c));
    }
    fputs("</tr>\n", f);
}

void imp_html_summary(FILE *f, const struct imp_report *r)
{
    struct imp_table t;
    size_t *of;
    imp_report_summary(&t, &of, r);
    fputs("<section id=\"s-summary\" aria-labelledby=\"h-summary\">\n"
          "<h2 id=\"h-summary\">Summary</h2>\n",
          f);
    if (t.rows > 0) {
        fputs("<p>A row is one variant in one scenario. Messages and octets are those of the "
              "device; energy is its radio's and processor's. <q>Survives</q> names the "
              "adversaries in this store against which every goal but completion held in every "
              "run.</p>\n",
              f);
        controls(f, r);
        imp_html_scroll(f, "Summary table");
        sortable_head(f, &t);
        for (size_t i = 0; i < t.rows; i++)
            summary_row(f, &t, i, &r->group[of[i]]);
        fputs("</tbody></table>\n", f);
        imp_html_scroll_end(f);
    } else {
        fputs("<p>This store holds runs against adversaries only.</p>\n", f);
    }
    fputs("</section>\n", f);
    free(of);
    imp_table_free(&t);
}

/* ---- statistics
 * ------------------------------------------------------------------------------------- */
static void table_if_any(FILE *f, struct imp_table *t)
{
    if (t->rows > 0)
        imp_html_table(f, t, true);
    imp_table_free(t);
}

void imp_html_statistics(FILE *f, const struct imp_report *r)
{
    struct imp_table t;
    fputs("<section id=\"s-statistics\" aria-labelledby=\"h-statistics\">\n"
          "<h2 id=\"h-statistics\">Statistics</h2>\n"
          "<p>What the means of the summary do not tell: how often the mechanisms completed, how "
          "their latencies and energies are spread, and by how much variants differ that met the "
          "same random numbers. The rule of three bounds by 3/n what was never seen in n runs. "
          "Distributions are among the figures (<code>latency_ecdf</code>).</p>\n",
          f);
    imp_report_spread(&t, r);
    table_if_any(f, &t);
    imp_report_differences(&t, r);
    table_if_any(f, &t);
    fputs("</section>\n", f);
}

/* ---- terms and classes
 * ------------------------------------------------------------------------------ */
void imp_html_tables(FILE *f)
{
    struct imp_table t;
    fputs("<section id=\"s-tables\" aria-labelledby=\"h-tables\">\n"
          "<h2 id=\"h-tables\">Terms and classes</h2>\n"
          "<p>Of all mechanisms that this program has, whether they are in this store or "
          "not.</p>\n",
          f);
    imp_survey_classification(&t, imp_mechanisms);
    imp_html_table(f, &t, false);
    imp_table_free(&t);
    imp_survey_terminology(&t, imp_mechanisms);
    imp_html_table(f, &t, false);
    imp_table_free(&t);
    fputs("</section>\n", f);
}

/* ---- comparisons
 * ------------------------------------------------------------------------------------ */
static const enum imp_measure compared[] = {IMP_MEASURE_messages_device, IMP_MEASURE_bytes_device,
                                            IMP_MEASURE_latency_ms, IMP_MEASURE_energy_mj};
enum { COMPARED = sizeof compared / sizeof *compared };

static bool comparable(const struct imp_report_group *g, const char *scenario)
{
    return !g->disturbed && !g->flawed && g->group->completed > 0 &&
           strcmp(g->scenario, scenario) == 0;
}

static double mean(const struct imp_report_group *g, enum imp_measure m)
{
    return imp_summarise(g->group->values[m], g->group->completed).mean;
}

static double least(const struct imp_report *r, const char *scenario, enum imp_measure m)
{
    double low = -1;
    for (size_t i = 0; i < r->groups.count; i++)
        if (comparable(&r->group[i], scenario)) {
            double x = mean(&r->group[i], m);
            low = low < 0 || x < low ? x : low;
        }
    return low;
}

/* Several mechanisms under the conditions of one scenario. */
static bool compares(const struct imp_report *r, const char *scenario)
{
    const char *first = NULL;
    for (size_t i = 0; i < r->groups.count; i++) {
        if (!comparable(&r->group[i], scenario))
            continue;
        if (first && strcmp(first, r->group[i].mechanism) != 0)
            return true;
        first = r->group[i].mechanism;
    }
    return false;
}

static void comparison(FILE *f, const struct imp_report *r, const char *scenario)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false}, {"variant", "Variant", false},
        {"messages", "Messages", true},    {"octets", "Octets", true},
        {"latency", "Latency (ms)", true}, {"energy", "Energy (mJ)", true},
    };
    struct imp_table t;
    char id[300], caption[400];
    snprintf(id, sizeof id, "compare-%.200s", scenario);
    for (char *p = id; *p; p++)
        *p = strchr(" /\"'", *p) ? '-' : *p;
    snprintf(caption, sizeof caption,
             "Scenario %.200s: means, and how many times the least of the column they are",
             scenario);
    imp_table_init(&t, id, caption, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_report_group *g = &r->group[i];
        if (!comparable(g, scenario))
            continue;
        imp_table_add(&t, g->mechanism);
        imp_table_addf(&t, "%s%s%s", g->group->label, *g->group->label ? " " : "", g->variant);
        for (int m = 0; m < COMPARED; m++) {
            char text[80];
            double low = least(r, scenario, compared[m]), x = mean(g, compared[m]);
            imp__mean_text(text, sizeof text, &x, 1, 1);
            double times = low > 0 ? x / low : 0;
            const char *format = times >= 100 ? "%s (%.0f\u00d7)" : "%s (%.3g\u00d7)";
            imp_table_addf(&t, low > 0 ? format : "%s", text, times);
        }
    }
    imp_html_table(f, &t, true);
    imp_table_free(&t);
}

void imp_html_comparisons(FILE *f, const struct imp_report *r)
{
    size_t made = 0;
    fputs("<section id=\"s-comparisons\" aria-labelledby=\"h-comparisons\">\n"
          "<h2 id=\"h-comparisons\">Comparisons</h2>\n",
          f);
    for (size_t i = 0; i < r->groups.count; i++) {
        const char *scenario = r->group[i].scenario;
        size_t k = 0;
        while (strcmp(r->group[k].scenario, scenario) != 0)
            k++;
        if (k < i || !compares(r, scenario))
            continue;
        comparison(f, r, scenario);
        made++;
    }
    if (made == 0)
        fputs("<p>No scenario of this store ran several mechanisms under equal conditions.</p>\n",
              f);
    fputs("</section>\n", f);
}
