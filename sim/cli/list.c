/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint list. */
#include "cli.h"

#include "sim/adversary/rights.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/manifest.h"
#include "sim/world/platform.h"

#include <stdlib.h>

struct words {
    bool json;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    (void)text;
    if (key == ARGP_KEY_ARG)
        argp_error(state, "unexpected word; see imprint describe NAME");
    if (key != 'j')
        return ARGP_ERR_UNKNOWN;
    w->json = true;
    return 0;
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
        {"json", 'j', NULL, 0, "One JSON object with everything", 0}, {0}};
    static const struct argp argp = {
        options, parse, NULL, "Lists mechanisms, media, platforms, adversaries and scenarios.",
        NULL,    NULL,  NULL};
    struct words w = {.json = false};
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    return cli_finish(w.json ? print_json() : print_text());
}
