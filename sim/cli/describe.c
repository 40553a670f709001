/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint describe NAME: whatever has that name. */
#include "cli.h"

#include "sim/adversary/rights.h"
#include "sim/campaign/catalog.h"
#include "sim/words/nearest.h"
#include "sim/world/platform.h"
#include "sim/world/radio.h"

#include <stdlib.h>
#include <string.h>

static error_t parse(int key, char *text, struct argp_state *state)
{
    const char **name = state->input;
    if (key == ARGP_KEY_NO_ARGS || (key == ARGP_KEY_ARG && *name))
        argp_error(state, "expected one NAME; see imprint list");
    if (key != ARGP_KEY_ARG)
        return key == ARGP_KEY_NO_ARGS ? 0 : ARGP_ERR_UNKNOWN;
    *name = text;
    return 0;
}

static void describe_radio(enum eng_kind kind)
{
    const struct imp_radio_setting *s = imp_radio_first(kind);
    if (s)
        printf("\n  %-20s %-8s %-14s %s\n", "radio setting", "default", "range", "meaning");
    for (; s && s->name && s->kind == kind; s++) {
        char range[30];
        snprintf(range, sizeof range, "%d..%d %s", s->min, s->max, s->unit ? s->unit : "");
        printf("  %-20s %-8d %-14s ", s->name, s->preset, range);
        cli_wrap(stdout, s->summary, 47, 47);
    }
}

static bool describe_medium(const char *name)
{
    const struct imp_medium_entry *m = imp_medium_find(name);
    if (!m)
        return false;
    printf("%s: medium, %s\n  device's link: %s; backend: %s; IPv6: %s; frames under an EtherType: "
           "%s\n",
           m->name, m->title, m->device_link ? "yes" : "no", m->backend ? "yes" : "no",
           eng_carries((enum eng_kind)(m - imp_media), 0x86dd) ? "yes" : "no",
           m->frames ? "yes" : "no");
    if (m->platform)
        printf("  default platform of its devices: %s\n", m->platform);
    describe_radio((enum eng_kind)(m - imp_media));
    return true;
}

static bool describe_platform(const char *name)
{
    const struct imp_platform *p = imp_platform_find(name);
    const struct imp_figure *rows;
    if (!p)
        return false;
    printf("%s: platform of RFC 7228 class %s\n", name, imp_platform_class(p));
    cli_wrap(stdout, imp_platform_title(p), 0, 0);
    printf("\n  %-26s %-16s %-10s %s\n", "figure", "value", "status", "source");
    size_t n = imp_platform_figures(p, &rows);
    for (size_t i = 0; i < n; i++) {
        char value[100];
        snprintf(value, sizeof value, "%s %s", rows[i].value, rows[i].unit);
        printf("  %-26s %-16s %-10s ", rows[i].key, value, rows[i].status);
        cli_wrap(stdout, rows[i].source, 57, 57);
    }
    return true;
}

/* The comment at its head and where it is. */
static void describe_file(const struct cli_scenario *s)
{
    char line[400];
    FILE *f = fopen(s->path, "re");
    printf("%s: scenario, %s\n\n", s->name, s->path);
    while (f && fgets(line, sizeof line, f) && strncmp(line, "--", 2) == 0)
        if (!strstr(line, "SPDX-"))
            printf("  %s", line + 2 + (line[2] == ' '));
    if (f)
        fclose(f);
    printf("\nimprint plan %s --explain tells all of its parameters.\n", s->path);
}

static bool describe_scenario(const char *name)
{
    struct cli_scenario *all;
    size_t n = cli_scenarios(&all), found = 0;
    for (size_t i = 0; i < n; i++) {
        const char *slash = strchr(all[i].name, '/');
        bool same = strcmp(all[i].name, name) == 0 || (slash && strcmp(slash + 1, name) == 0);
        if (same && found++)
            puts("");
        if (same)
            describe_file(&all[i]);
    }
    free(all);
    return found > 0;
}

static int unknown(const char *name)
{
    struct imp_nearest best = {0};
    struct cli_scenario *all;
    char hint[100];
    for (size_t i = 0; imp_mechanisms[i]; i++)
        imp_nearest_offer(&best, name, imp_mechanisms[i]->name);
    for (const struct imp_medium_entry *m = imp_media; m->name; m++)
        imp_nearest_offer(&best, name, m->name);
    for (size_t i = 0; i < imp_platform_count(); i++)
        imp_nearest_offer(&best, name, imp_platform_name(imp_platform_at(i)));
    for (const struct imp_adversary *a = imp_adversaries; a->name; a++)
        imp_nearest_offer(&best, name, a->name);
    size_t n = cli_scenarios(&all);
    for (size_t i = 0; i < n; i++)
        imp_nearest_offer(&best, name, all[i].name);
    imp_nearest_hint(&best, hint, sizeof hint);
    free(all);
    return cli_fail("nothing is called \"%s\"%s; see imprint list", name, hint);
}

int cli_describe(int argc, char **argv)
{
    static const struct argp argp = {
        NULL,   parse,
        "NAME", "Tells everything about a mechanism, medium, platform, adversary or scenario.",
        NULL,   NULL,
        NULL};
    const char *name = NULL;
    if (cli_parse(&argp, argc, argv, &name) != 0)
        return CLI_INPUT;
    const struct imp_mechanism *m = imp_mechanism_find(name);
    if (m)
        cli_describe_mechanism(m);
    bool found = m != NULL;
    found = describe_medium(name) || found;
    found = describe_platform(name) || found;
    found = cli_describe_adversary(name) || found;
    if (!found)
        found = describe_scenario(name);
    return cli_finish(found ? CLI_GOOD : unknown(name));
}
