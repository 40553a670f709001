/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint choose: which measured mechanisms fit a deployment. */
#include "cli.h"

#include "sim/adversary/rights.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/store.h"
#include "sim/report/choose.h"
#include "sim/report/platform_names.h"
#include "sim/words/nearest.h"

#include <stdlib.h>
#include <string.h>

enum {
    MEDIUM = 256 + 190,
    BACKEND,
    PLATFORM,
    LOSS,
    DEVICES,
    CREDENTIALS,
    THIRD_PARTIES,
    INTERFACE,
    SURVIVE,
    USER_ACTS,
    ENERGY,
    LATENCY,
    RANK,
    JSON
};
enum { WORDS = 32 };

struct list {
    const char *word[WORDS];
};

struct words {
    const char *dir;
    struct imp_wish wish;
    struct list credentials, third_parties, interface, adversaries;
    bool json;
};

static const struct argp_option options[] = {
    {"medium", MEDIUM, "NAME", 0, "The device's radio or wire, as imprint list names it", 0},
    {"backend", BACKEND, "NAME", 0, "The link behind the access node", 0},
    {"platform", PLATFORM, "NAME", 0, "The device's platform, or a class of platforms", 0},
    {"loss", LOSS, "P", 0, "Measured with at least this loss of frames", 0},
    {"devices", DEVICES, "N", 0, "Measured with at least so many devices at once", 0},
    {"credentials", CREDENTIALS, "WORD,...", 0,
     "What is installed before: words of imprint list --classification; none", 0},
    {"third-parties", THIRD_PARTIES, "WORD,...", 0, "Who is there besides, likewise; none", 0},
    {"interface", INTERFACE, "WORD,...", 0, "What the device has for people, likewise; none", 0},
    {"survive", SURVIVE, "NAME,...", 0, "Adversaries that must break no goal but completion", 0},
    {"user-acts", USER_ACTS, "N", 0, "At most so many acts of the user, in the mean", 0},
    {"energy", ENERGY, "MJ", 0, "At most so many millijoule of the device, in the mean", 0},
    {"latency", LATENCY, "MS", 0, "At most so many milliseconds, in the mean", 0},
    {"rank", RANK, "MEASURE", 0, "Least first of this column of show --csv (energy_mj)", 0},
    {"json", JSON, NULL, 0, "One JSON object", 0},
    {0}};

/* ---- words
 * ------------------------------------------------------------------------------------------ */
static void split(struct argp_state *state, struct imp_wish_words *out, struct list *list,
                  const char *option, char *text)
{
    *out = (struct imp_wish_words){.word = list->word, .asked = true};
    for (char *rest = text, *word; (word = strsep(&rest, ","));) {
        if (!*word)
            argp_error(state, "--%s: an empty word; expected words apart by commas", option);
        if (out->count == WORDS)
            argp_error(state, "--%s: more than %d words", option, WORDS);
        list->word[out->count++] = word;
    }
}

/* Words of requirements. */
static void have(struct argp_state *state, struct imp_wish_words *out, struct list *list,
                 const char *option, const char *requirement, char *text)
{
    split(state, out, list, option, text);
    const char *unknown = imp_wish_unknown(requirement, out);
    if (unknown)
        argp_error(state,
                   "--%s: no mechanism knows \"%s\"; expected words of imprint list "
                   "--classification, or none",
                   option, unknown);
}

static void survive(struct argp_state *state, struct words *w, char *text)
{
    char why[IMP_ERROR];
    split(state, &w->wish.adversaries, &w->adversaries, "survive", text);
    for (size_t i = 0; i < w->wish.adversaries.count; i++)
        if (!imp_adversary_find(w->adversaries.word[i])) {
            imp_unknown_adversary(w->adversaries.word[i], why, sizeof why);
            argp_error(state, "%s", why);
        }
}

static double number(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= 0 && v <= 1e12))
        argp_error(state, "--%s %s: expected a number, 0 or more", option, text);
    return v;
}

static double share(struct argp_state *state, const char *option, const char *text)
{
    double v = number(state, option, text);
    if (v > 1)
        argp_error(state, "--%s %s: expected a share from 0 to 1", option, text);
    return v;
}

static const char *medium(struct argp_state *state, const char *option, const char *text)
{
    struct imp_nearest near = {0};
    char hint[100];
    for (const struct imp_medium_entry *m = imp_media; m->name; m++)
        imp_nearest_offer(&near, text, m->name);
    imp_nearest_hint(&near, hint, sizeof hint);
    if (!imp_medium_find(text))
        argp_error(state, "--%s %s: unknown medium, see imprint list%s", option, text, hint);
    return text;
}

static const char *platform(struct argp_state *state, const char *text)
{
    if (!imp_platform_names(text))
        argp_error(state, "--platform %s: neither a platform nor a class; see imprint list", text);
    return text;
}

static enum imp_measure measure(struct argp_state *state, const char *text)
{
    struct imp_nearest near = {0};
    char hint[100], names[600] = "";
    for (int m = 0; m < IMP_MEASURE_COUNT; m++) {
        if (strcmp(imp_measures[m].name, text) == 0)
            return (enum imp_measure)m;
        imp_nearest_offer(&near, text, imp_measures[m].name);
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", imp_measures[m].name);
    }
    imp_nearest_hint(&near, hint, sizeof hint);
    argp_error(state, "--rank %s: no such measure; expected one of %s%s", text, names, hint);
    return (enum imp_measure)0;
}

/* ---- parser
 * ----------------------------------------------------------------------------------------- */
static error_t parse_numbers(int key, char *text, struct argp_state *state)
{
    struct imp_wish *w = &((struct words *)state->input)->wish;
    switch (key) {
    case LOSS:
        w->loss = share(state, "loss", text);
        return 0;
    case DEVICES:
        w->devices = (long)cli_integer(state, "--devices", text, 1, 1000000);
        return 0;
    case USER_ACTS:
        w->user_acts = number(state, "user-acts", text);
        return 0;
    case ENERGY:
        w->energy_mj = number(state, "energy", text);
        return 0;
    case LATENCY:
        w->latency_ms = number(state, "latency", text);
        return 0;
    case RANK:
        w->rank = measure(state, text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case MEDIUM:
        w->wish.medium = medium(state, "medium", text);
        return 0;
    case BACKEND:
        w->wish.backend = medium(state, "backend", text);
        return 0;
    case PLATFORM:
        w->wish.platform = platform(state, text);
        return 0;
    case CREDENTIALS:
        have(state, &w->wish.credentials, &w->credentials, "credentials", "credential", text);
        return 0;
    case THIRD_PARTIES:
        have(state, &w->wish.third_parties, &w->third_parties, "third-parties", "third-party",
             text);
        return 0;
    case INTERFACE:
        have(state, &w->wish.interface, &w->interface, "interface", "interface", text);
        return 0;
    case SURVIVE:
        survive(state, w, text);
        return 0;
    case JSON:
        w->json = true;
        return 0;
    default:
        return cli_folder(key, text, state, &w->dir) == 0 ? 0 : parse_numbers(key, text, state);
    }
}

static void print(const struct words *w, const struct imp_choice *c)
{
    if (w->json) {
        fputs("{\"fits\":", stdout);
        imp_table_json(stdout, &c->fits);
        fputs(",\"others\":", stdout);
        imp_table_json(stdout, &c->others);
        puts("}");
        return;
    }
    if (c->fits.rows > 0)
        imp_table_text(stdout, &c->fits);
    else
        puts("Nothing in this store fits.");
    if (c->others.rows > 0) {
        puts("");
        imp_table_text(stdout, &c->others);
    }
}

int cli_choose(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR",
        "Names the mechanisms and variants of the campaign in DIR that fit a deployment, ranked by "
        "what was measured, and why each of the others does not. What is not asked for does not "
        "count; what was not measured does not fit.",
        NULL,
        NULL,
        NULL};
    struct words w = {.wish = imp_wish_default};
    struct imp_store *store;
    struct imp_report r;
    struct imp_choice c;
    char error[IMP_ERROR + 4200];
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    if (imp_store_open_read(&store, w.dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    int status = CLI_GOOD;
    if (imp_report_read(&r, imp_store_db(store), w.dir, error, sizeof error) < 0) {
        status = cli_fail("%s", error);
    } else {
        imp_choose(&c, &r, &w.wish);
        print(&w, &c);
        imp_choice_free(&c);
        imp_report_free(&r);
    }
    imp_store_close(store);
    return cli_finish(status);
}
