/* SPDX-License-Identifier: GPL-2.0-only */
/* Power of a device in time, from a profile: pieces of the radio's states and of the processor's
 * work, cut where either changes. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/report/gnuplot.h"
#include "sim/report/plot.h"
#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"

enum { STEM = 40 };

/* A list of pieces [name, from_ns, to_ns] in order of time, read once from its beginning. */
struct reader {
    const json_t *list;
    size_t at;
};

static json_int_t edge(const struct reader *r, int which)
{
    const json_t *piece = json_array_get(r->list, r->at);
    return piece ? json_integer_value(json_array_get(piece, (size_t)which)) : INT64_MAX;
}

static void skip_until(struct reader *r, json_int_t t)
{
    while (r->at < json_array_size(r->list) && edge(r, 2) <= t)
        r->at++;
}

/* Whether a piece lasts at t, and when that changes. */
static bool lasts(struct reader *r, json_int_t t, json_int_t *until)
{
    skip_until(r, t);
    bool now = edge(r, 1) <= t;
    json_int_t change = now ? edge(r, 2) : edge(r, 1);
    *until = change < *until ? change : *until;
    return now;
}

static double level(const json_t *profile, const char *state)
{
    return json_number_value(json_object_get(json_object_get(profile, "mw"), state));
}

/* The number of the state for the script's colours. */
static int number(const char *state)
{
    static const char *const names[] = {"off", "idle", "rx", "tx"};
    for (int i = 0; i < 4; i++)
        if (strcmp(names[i], state) == 0)
            return i;
    return 0;
}

/* from to radio_mW total_mW state energy_at_from energy_at_to, one line a piece; s and mJ. */
static void write_pieces(FILE *f, const json_t *profile)
{
    struct reader radio = {json_object_get(profile, "radio"), 0},
                  cpu = {json_object_get(profile, "cpu"), 0};
    json_int_t start = json_integer_value(json_object_get(profile, "start_ns"));
    json_int_t end = json_integer_value(json_object_get(profile, "end_ns"));
    double energy = 0;
    fputs(IMP_PLOT_LICENCE
          "# from_s to_s radio_mW radio_and_processor_mW state mJ_before mJ_after\n",
          f);
    for (json_int_t t = start, until; t < end; t = until) {
        until = end;
        bool on = lasts(&radio, t, &until), busy = lasts(&cpu, t, &until);
        const char *state =
            on ? json_string_value(json_array_get(json_array_get(radio.list, radio.at), 0)) : "off";
        double mw = level(profile, state), all = mw + (busy ? level(profile, "cpu") : 0);
        double seconds = (double)(until - t) / 1e9;
        fprintf(f, "%.9f %.9f %.9g %.9g %d %.9g %.9g\n", (double)(t - start) / 1e9,
                (double)(until - start) / 1e9, mw, all, number(state), energy,
                energy + all * seconds);
        energy += all * seconds;
    }
}

static void write_style(FILE *f, const json_t *profile, const char *key, double from, double to)
{
    double length = (double)(json_integer_value(json_object_get(profile, "end_ns")) -
                             json_integer_value(json_object_get(profile, "start_ns"))) /
                    1e9;
    char text[200];
    snprintf(text, sizeof text, "%.40s, run %.16s, device %lld: %.40s, %.40s",
             json_string_value(json_object_get(profile, "mechanism")), key,
             (long long)json_integer_value(json_object_get(profile, "device")) + 1,
             json_string_value(json_object_get(profile, "platform")),
             json_string_value(json_object_get(profile, "medium")));
    fputs(IMP_PLOT_LICENCE "subtitle = ", f);
    imp_plot_quoted(f, text);
    fprintf(f, "\ntime_low = %.9g\ntime_high = %.9g\n", from, to > 0 ? fmin(to, length) : length);
}

static int put(const char *path, const char *stem, const char *end, const json_t *profile,
               const char *key, const double window[2], char *error, size_t cap)
{
    char name[PATH_MAX];
    snprintf(name, sizeof name, "%s/%s%s", path, stem, end);
    FILE *f = fopen(name, "w");
    if (f && strcmp(end, ".dat") == 0)
        write_pieces(f, profile);
    else if (f)
        write_style(f, profile, key, window[0], window[1]);
    if (f && fclose(f) == 0)
        return 0;
    snprintf(error, cap, "%.200s: %s", name, strerror(errno));
    return -1;
}

int imp_plot_power(const char *dir, const char *key, const json_t *profile, double from, double to,
                   const struct imp_plot_options *options, char *error, size_t cap)
{
    static const char *const formats[] = {"svg", "png", "pdf"};
    char scripts[PATH_MAX], path[PATH_MAX], stem[STEM];
    const double window[2] = {from, to};
    if (imp_gnuplot_scripts(scripts, sizeof scripts, error, cap) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/plots", dir);
    snprintf(stem, sizeof stem, "power-%.8s", key);
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        snprintf(error, cap, "%.200s: %s", path, strerror(errno));
        return -1;
    }
    if (put(path, stem, ".dat", profile, key, window, error, cap) != 0 ||
        put(path, stem, ".gp", profile, key, window, error, cap) != 0)
        return -1;
    int count = options && options->pdf ? 3 : 2;
    for (int i = 0; i < count; i++)
        if (imp_gnuplot(path, scripts, "power", stem, formats[i], error, cap) != 0)
            return -1;
    return 0;
}
