/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint list. */
#include "cli.h"

#include "sim/adversary/rights.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/manifest.h"
#include "sim/report/survey.h"
#include "sim/world/platform.h"

#include <stdlib.h>

typedef void survey_table(struct imp_table *out, const struct imp_mechanism *const *mechanisms);

struct words {
    survey_table *table; /* NULL: the whole list */
    imp_table_writer *write;
    bool json;
};

enum { TERMINOLOGY = 256 + 230, CLASSIFICATION, CSV, MARKDOWN, LATEX };

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    (void)text;
    switch (key) {
    case TERMINOLOGY:
        w->table = imp_survey_terminology;
        return 0;
    case CLASSIFICATION:
        w->table = imp_survey_classification;
        return 0;
    case 'j':
        w->json = true;
        w->write = imp_table_json;
        return 0;
    case CSV:
        w->write = imp_table_csv;
        return 0;
    case MARKDOWN:
        w->write = imp_table_markdown;
        return 0;
    case LATEX:
        w->write = imp_table_latex;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "unexpected word; see imprint describe NAME");
        return 0;
    case ARGP_KEY_SUCCESS:
        if (!w->table && w->write && !w->json)
            argp_error(state, "--csv, --markdown and --latex need --terminology or "
                              "--classification");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int print_table(const struct words *w)
{
    struct imp_table t;
    w->table(&t, imp_mechanisms);
    if (w->write == imp_table_latex)
        imp_latex_preamble(stdout);
    (w->write ? w->write : imp_table_text)(stdout, &t);
    imp_table_free(&t);
    return CLI_GOOD;
}

/* ---- JSON
 * ------------------------------------------------------------------------------------------ */
static json_t *mechanisms_json(void)
{
    json_t *list = json_array();
    for (size_t i = 0; imp_mechanisms[i]; i++)
        json_array_append_new(list, cli_mechanism_json(imp_mechanisms[i]));
    return list;
}

static json_t *media_json(void)
{
    json_t *list = json_array();
    for (const struct imp_medium_entry *m = imp_media; m->name; m++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:b, s:b, s:b}", "name", m->name, "title",
                                              m->title, "device_link", m->device_link, "backend",
                                              m->backend, "frames", m->frames));
    return list;
}

static json_t *platforms_json(void)
{
    json_t *list = json_array();
    for (size_t i = 0; i < imp_platform_count(); i++) {
        const struct imp_platform *p = imp_platform_at(i);
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:s}", "name", imp_platform_name(p), "title",
                                        imp_platform_title(p), "class", imp_platform_class(p)));
    }
    return list;
}

static json_t *adversaries_json(void)
{
    json_t *list = json_array();
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++) {
        json_t *j = imp_adversary_json(a);
        json_object_set_new(j, "summary", json_string(a->summary));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *scenarios_json(void)
{
    struct cli_scenario *all;
    size_t n = cli_scenarios(&all);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s+, s:s+}", "name", all[i].name, "path",
                                              all[i].path, "", "summary", all[i].summary, ""));
    free(all);
    return list;
}

static int print_json(void)
{
    json_t *j =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "program", imp_program_json(), "mechanisms",
                  mechanisms_json(), "media", media_json(), "platforms", platforms_json(),
                  "adversaries", adversaries_json(), "scenarios", scenarios_json());
    if (!j)
        return cli_fail("a descriptor holds text that is not UTF-8");
    json_dumpf(j, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    puts("");
    json_decref(j);
    return CLI_GOOD;
}

/* ---- text
 * ------------------------------------------------------------------------------------------ */
static void row(const char *name, const char *kind, const char *text)
{
    int used = printf("  %-22s %-14s ", name, kind);
    if (used > 40) /* a name that is longer than its column has a line of its own */
        printf("\n%*s", 40, "");
    cli_wrap(stdout, text, 40, 40);
}

static int print_text(void)
{
    struct cli_scenario *all;
    puts("Mechanisms");
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        char text[500];
        snprintf(text, sizeof text, "%s (%s)", imp_mechanisms[i]->title,
                 imp_mechanisms[i]->reference);
        row(imp_mechanisms[i]->name, imp_class_name(imp_mechanisms[i]->class), text);
    }
    puts("\nMedia");
    for (const struct imp_medium_entry *m = imp_media; m->name; m++)
        row(m->name,
            m->ideal                       ? "search only"
            : m->device_link && m->backend ? "both links"
            : m->device_link               ? "device's link"
                                           : "backend",
            m->title);
    puts("\nPlatforms");
    for (size_t i = 0; i < imp_platform_count(); i++)
        row(imp_platform_name(imp_platform_at(i)), imp_platform_class(imp_platform_at(i)),
            imp_platform_title(imp_platform_at(i)));
    puts("\nAdversaries");
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++)
        row(a->name, a->strategy, a->summary);
    puts("\nScenarios");
    size_t n = cli_scenarios(&all);
    for (size_t i = 0; i < n; i++)
        row(all[i].name, "", all[i].summary);
    free(all);
    puts("\nimprint describe NAME tells everything about one of them.");
    return CLI_GOOD;
}

int cli_list(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"json", 'j', NULL, 0, "One JSON object with everything, or the table", 0},
        {"terminology", TERMINOLOGY, NULL, 0,
         "Instead: what the mechanisms' standards call the phases", 0},
        {"classification", CLASSIFICATION, NULL, 0,
         "Instead: their classes and what a deployment must bring", 0},
        {"csv", CSV, NULL, 0, "That table as CSV", 0},
        {"markdown", MARKDOWN, NULL, 0, "That table as Markdown", 0},
        {"latex", LATEX, NULL, 0, "That table as LaTeX", 0},
        {0}};
    static const struct argp argp = {
        options, parse, NULL, "Lists mechanisms, media, platforms, adversaries and scenarios.",
        NULL,    NULL,  NULL};
    struct words w = {.table = NULL};
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    return cli_finish(w.table ? print_table(&w) : w.json ? print_json() : print_text());
}
