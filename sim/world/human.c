/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/world/human.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define Z95 1.6448536269514722 /* 95th percentile of the standard normal distribution */
#define TWO_PI 6.283185307179586

enum { PROFILES = 3 };
const char *const imp_human_profiles[] = {"typical", "expert", "slow", NULL};

static const struct imp_measure unit_second[] = {{"s", 1}, {"ms", 1e-3}, {NULL, 0}};
static const struct imp_measure unit_probability[] = {{"probability", 1}, {"%", 1e-2}, {NULL, 0}};
static const struct imp_measure unit_factor[] = {{"factor", 1}, {NULL, 0}};

struct act {
    double median, sigma; /* s; sigma of the logarithm */
    double retry, error;
};

struct human {
    struct act act[IMP_ACT_KIND_COUNT];
    double time[PROFILES], slip[PROFILES];
    struct imp_figures figures;
};

static int take(const struct imp_figures *f, const char *owner, const char *name, const char *what,
                const struct imp_measure *units, double *out, char *error, size_t cap)
{
    char key[60];
    snprintf(key, sizeof key, "%s.%s.%s", owner, name, what);
    const struct imp_figure *row = imp_figures_find(f, key);
    if (!row) {
        snprintf(error, cap, "%s.csv: the figure '%s' is missing", f->name, key);
        return -1;
    }
    return imp_figures_number(out, f, row, units, error, cap);
}

static int read_act(struct human *h, enum imp_act_kind kind, const char *name, char *error,
                    size_t cap)
{
    const struct imp_figures *f = &h->figures;
    struct act *a = &h->act[kind];
    double low, high;
    if (take(f, "act", name, "low", unit_second, &low, error, cap) != 0 ||
        take(f, "act", name, "high", unit_second, &high, error, cap) != 0 ||
        take(f, "act", name, "retry", unit_probability, &a->retry, error, cap) != 0 ||
        take(f, "act", name, "error", unit_probability, &a->error, error, cap) != 0)
        return -1;
    if (!(low > 0 && low <= high && high <= 86400 && a->retry < 1 && a->error <= 1)) {
        snprintf(error, cap,
                 "%s.csv: act '%s' needs 0 < low <= high <= 86400 s, retry < 1, error <= 1",
                 f->name, name);
        return -1;
    }
    a->median = sqrt(low * high);
    a->sigma = log(high / low) / (2 * Z95);
    return 0;
}

static int read_human(struct human *h, char *error, size_t cap)
{
#define ACT_NAME(id, text) text,
    static const char *const acts[] = {IMP_ACT_KINDS(ACT_NAME)};
#undef ACT_NAME
    const struct imp_figures *f = &h->figures;
    for (int i = 0; i < IMP_ACT_KIND_COUNT; i++)
        if (read_act(h, (enum imp_act_kind)i, acts[i], error, cap) != 0)
            return -1;
    for (int i = 0; i < PROFILES; i++) {
        if (take(f, "profile", imp_human_profiles[i], "time", unit_factor, &h->time[i], error,
                 cap) ||
            take(f, "profile", imp_human_profiles[i], "error", unit_factor, &h->slip[i], error,
                 cap))
            return -1;
    }
    size_t expected = 4 * IMP_ACT_KIND_COUNT + 2 * PROFILES;
    if (f->n != expected) {
        snprintf(error, cap, "%s.csv: %zu figures expected, %zu found", f->name, expected, f->n);
        return -1;
    }
    return 0;
}

static int parse(struct human *h, const char *text, size_t n, char *error, size_t cap)
{
    *h = (struct human){0};
    if (imp_figures_parse(&h->figures, "human", text, n, error, cap) != 0)
        return -1;
    if (read_human(h, error, cap) == 0)
        return 0;
    imp_figures_free(&h->figures);
    return -1;
}

int imp_human_check(const char *text, size_t n, char *error, size_t cap)
{
    struct human h;
    if (parse(&h, text, n, error, cap) != 0)
        return -1;
    imp_figures_free(&h.figures);
    return 0;
}

static const struct human *human(void)
{
    static struct human h;
    static bool loaded;
    for (const struct imp_data_file *d = imp_data_files; !loaded && d->name; d++) {
        char error[256];
        if (strcmp(d->name, "human") != 0)
            continue;
        if (parse(&h, d->text, strlen(d->text), error, sizeof error) != 0) {
            fprintf(stderr, "%s\n", error);
            abort();
        }
        loaded = true;
    }
    return &h;
}

static int profile_index(const char *name)
{
    for (int i = 0; i < PROFILES; i++)
        if (strcmp(imp_human_profiles[i], name) == 0)
            return i;
    return -1;
}

bool imp_human_profile_known(const char *name)
{
    return profile_index(name) >= 0;
}

static int index_of(const char *profile)
{
    int i = profile_index(profile);
    assert(i >= 0 && "the plan checks the profile's name");
    return i < 0 ? 0 : i;
}

static imp_time milliseconds(double seconds)
{
    return (imp_time)llround(seconds * 1e3) * IMP_MS;
}

imp_time imp_human_time(const char *profile, enum imp_act_kind act, double u1, double u2)
{
    const struct human *h = human();
    const struct act *a = &h->act[act];
    double z = sqrt(-2 * log(1 - u1)) * cos(TWO_PI * u2); /* Box and Muller */
    return milliseconds(a->median * exp(a->sigma * z) * h->time[index_of(profile)]);
}

imp_time imp_human_median(const char *profile, enum imp_act_kind act)
{
    const struct human *h = human();
    return milliseconds(h->act[act].median * h->time[index_of(profile)]);
}

static double probability(double p)
{
    return p > 1 ? 1 : p;
}

double imp_human_retry(const char *profile, enum imp_act_kind act)
{
    const struct human *h = human();
    return probability(h->act[act].retry * h->slip[index_of(profile)]);
}

double imp_human_error(const char *profile, enum imp_act_kind act)
{
    const struct human *h = human();
    return probability(h->act[act].error * h->slip[index_of(profile)]);
}

size_t imp_human_figures(const struct imp_figure **out)
{
    const struct human *h = human();
    *out = h->figures.row;
    return h->figures.n;
}
