/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint doctor: what is missing on this machine and how to get it. */
#include "cli.h"

#include "sim/campaign/program.h"
#include "sim/doctor/doctor.h"
#include "sim/report/gnuplot.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct words {
    bool json;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    (void)text;
    if (key == ARGP_KEY_ARG)
        argp_error(state, "unexpected word");
    if (key != 'j')
        return ARGP_ERR_UNKNOWN;
    w->json = true;
    return 0;
}

/* ---- what is imprint's own
 * -------------------------------------------------------------------------- */
static void check_libraries(struct imp_check *c)
{
    *c = (struct imp_check){.name = "libraries", .use = "everything", .needed = true, .good = true};
    snprintf(c->found, sizeof c->found, "%s", imp_program.libraries);
}

static void check_scenarios(struct imp_check *c)
{
    *c = (struct imp_check){.name = "scenarios",
                            .use = "the survey and the attacks",
                            .remedy = "set IMPRINT_SCENARIOS to their folder",
                            .needed = true};
    char folder[4096];
    c->good = cli_scenario_folder(folder, sizeof folder);
    snprintf(c->found, sizeof c->found, "%.250s", c->good ? folder : "not beside the program");
}

static void check_plots(struct imp_check *c)
{
    *c = (struct imp_check){.name = "figures' sources",
                            .use = "figures",
                            .remedy = "set IMPRINT_PLOTS to the folder of common.gp",
                            .needed = true};
    char folder[4096], error[400];
    c->good = imp_gnuplot_scripts(folder, sizeof folder, error, sizeof error) == 0;
    snprintf(c->found, sizeof c->found, "%.280s", c->good ? folder : error);
}

/* ---- a run
 * ------------------------------------------------------------------------------------------ */
static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st, (void)kind, (void)at;
    return remove(path);
}

/* Runs eap-psk once in a folder of its own. */
static int one_run(const char *folder, struct imp_outcome *o)
{
    char file[4200], out[4200];
    const char *const files[] = {file};
    struct cli_plan_words w = {.files = (const char **)files, .file_count = 1, .seed = 1};
    struct imp_plan plan;
    snprintf(file, sizeof file, "%s/doctor.lua", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    FILE *f = fopen(file, "we");
    if (!f || fputs("return scenario { mechanism = \"eap-psk\" }\n", f) < 0 || fclose(f) != 0)
        return CLI_INPUT;
    w.replications = 1;
    if (cli_plan_load(&plan, &w) != CLI_GOOD)
        return CLI_INPUT;
    struct imp_campaign c = {.dir = out, .command = "imprint doctor", .jobs = 1};
    int status = cli_campaign(o, &c, &plan, CLI_PROGRESS_NONE, true);
    imp_plan_free(&plan);
    return status;
}

static void check_run(struct imp_check *c)
{
    *c = (struct imp_check){.name = "a run",
                            .use = "running",
                            .remedy = "see what was said on standard error",
                            .needed = true};
    const char *place = getenv("TMPDIR");
    char folder[4096];
    struct imp_outcome o = {.made = 0};
    snprintf(folder, sizeof folder, "%s/imprint-doctor-XXXXXX", place && *place ? place : "/tmp");
    if (!mkdtemp(folder)) {
        snprintf(c->found, sizeof c->found, "%.250s: cannot be made", folder);
        return;
    }
    c->good = one_run(folder, &o) == CLI_GOOD && o.made == 1 && o.failed == 0;
    snprintf(c->found, sizeof c->found, "%s",
             c->good            ? "eap-psk, simulated once"
             : *o.first_failure ? o.first_failure
                                : "gave no result");
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---- telling
 * ---------------------------------------------------------------------------------------- */
static void print_check(const struct imp_check *c, bool colour)
{
    const char *word = c->good ? "ok" : "missing";
    const char *paint = c->good ? "\033[32m" : c->needed ? "\033[1;31m" : "\033[33m";
    printf("  %s%-8s%s %-17s ", colour ? paint : "", word, colour ? "\033[0m" : "", c->name);
    cli_wrap(stdout, c->found, 29, 29);
    if (!c->good) {
        printf("%29s", "");
        fputs("for ", stdout);
        fputs(c->use, stdout);
        printf("; %s\n", c->remedy);
    }
}

static void print_text(const struct imp_check *c, size_t n, size_t lacking, size_t lacking_options)
{
    bool colour = cli_colour(stdout);
    for (int needed = 1; needed >= 0; needed--) {
        puts(needed ? "Needed" : "\nUseful");
        for (size_t i = 0; i < n; i++)
            if (c[i].needed == (needed == 1))
                print_check(&c[i], colour);
    }
    if (lacking)
        printf("\n%zu of what is needed %s missing.\n", lacking, lacking == 1 ? "is" : "are");
    else
        printf("\nEverything that is needed for running, showing and plotting is here; %zu of what "
               "is useful %s missing.\n",
               lacking_options, lacking_options == 1 ? "is" : "are");
}

static int print_json(const struct imp_check *c, size_t n, size_t lacking)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:s, s:b, s:b, s:s, s:s?}", "name", c[i].name, "use",
                                        c[i].use, "needed", c[i].needed, "good", c[i].good, "found",
                                        c[i].found, "remedy", c[i].good ? NULL : c[i].remedy));
    json_t *j = json_pack("{s:b, s:o}", "good", lacking == 0, "checks", list);
    if (!j)
        return cli_fail("a path holds text that is not UTF-8");
    json_dumpf(j, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    puts("");
    json_decref(j);
    return CLI_GOOD;
}

int cli_doctor(int argc, char **argv)
{
    static const struct argp_option options[] = {{"json", 'j', NULL, 0, "The same as JSON", 0},
                                                 {0}};
    static const struct argp argp = {
        options,
        parse,
        NULL,
        "Says what is missing on this machine and how to get it, and makes one run to see. Exit "
        "status 0: everything that running, showing and plotting need is here; 3: it is not.",
        NULL,
        NULL,
        NULL};
    static struct imp_check checks[IMP_CHECKS + 4];
    struct words w = {.json = false};
    size_t lacking = 0, lacking_options = 0;
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    check_libraries(&checks[0]);
    check_run(&checks[1]);
    check_scenarios(&checks[2]);
    check_plots(&checks[3]);
    size_t n = 4 + imp_examine(checks + 4, ".");
    for (size_t i = 0; i < n; i++) {
        lacking += checks[i].needed && !checks[i].good;
        lacking_options += !checks[i].needed && !checks[i].good;
    }
    int status = CLI_GOOD;
    if (w.json)
        status = print_json(checks, n, lacking);
    else
        print_text(checks, n, lacking, lacking_options);
    return cli_finish(status ? status : lacking ? CLI_HARNESS : CLI_GOOD);
}
