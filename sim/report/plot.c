/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/plot.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/campaign/store.h"
#include "sim/report/gnuplot.h"
#include "sim/report/plot_files.h"

static const char *const figures[] = {"messages", "bytes",          "latency",
                                      "energy",   "energy_latency", "verdicts"};
enum { FIGURES = sizeof figures / sizeof *figures };

static FILE *create(const char *dir, const char *name, char *error, size_t cap)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        snprintf(error, cap, "%.200s: %s", path, strerror(errno));
    return f;
}

static int finish(FILE *f, const char *dir, int status, char *error, size_t cap)
{
    if (!f)
        return -1;
    int bad = ferror(f);
    if ((fclose(f) != 0 || bad) && status == 0) {
        snprintf(error, cap, "%.200s: %s", dir, strerror(errno));
        return -1;
    }
    return status;
}

/* The data files of a figure and the settings that belong to them. */
static const struct {
    const char *data, *style;
    void (*write)(FILE *data, FILE *style, const struct imp_groups *groups);
} files[] = {
    {"bars.dat", "style.gp", imp_plot_write_bars},
    {"scatter.dat", "scatter.gp", imp_plot_write_scatter},
    {"verdicts.dat", "matrix.gp", imp_plot_write_verdicts},
};

static int write_files(const char *dir, const struct imp_groups *groups, char *error, size_t cap)
{
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *data = create(dir, files[i].data, error, cap);
        FILE *style = data ? create(dir, files[i].style, error, cap) : NULL;
        if (style)
            files[i].write(data, style, groups);
        int status = finish(style, dir, 0, error, cap);
        if (!data || finish(data, dir, status, error, cap) != 0)
            return -1;
    }
    return 0;
}

static int draw(const char *dir, const char *scripts, char *error, size_t cap)
{
    for (int i = 0; i < FIGURES; i++)
        if (imp_gnuplot(dir, scripts, figures[i], "svg", error, cap) != 0 ||
            imp_gnuplot(dir, scripts, figures[i], "png", error, cap) != 0)
            return -1;
    return FIGURES;
}

static int read_groups(struct imp_groups *out, const char *dir, char *error, size_t cap)
{
    struct imp_store *store;
    if (imp_store_open_read(&store, dir, error, cap) != 0)
        return -1;
    int status = imp_groups_read(out, imp_store_db(store), error, cap);
    imp_store_close(store);
    if (status == 0 && out->count == 0) {
        snprintf(error, cap, "%.200s: no run is in the store yet", dir);
        imp_groups_free(out);
        return -1;
    }
    return status;
}

int imp_plot(const char *dir, char *error, size_t cap)
{
    char path[PATH_MAX], scripts[PATH_MAX];
    struct imp_groups groups;
    if (imp_gnuplot_scripts(scripts, sizeof scripts, error, cap) != 0 ||
        read_groups(&groups, dir, error, cap) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/plots", dir);
    int status = -1;
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        snprintf(error, cap, "%.200s: %s", path, strerror(errno));
    else if (write_files(path, &groups, error, cap) == 0)
        status = draw(path, scripts, error, cap);
    imp_groups_free(&groups);
    return status;
}
