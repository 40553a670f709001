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

static FILE *create(const char *dir, const char *name, char *error, size_t cap)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    if (!f)
        snprintf(error, cap, "%.200s: %s", path, strerror(errno));
    return f;
}

static void remove_file(const char *dir, const char *name)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    remove(path);
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

/* The data files of figures and the settings that belong to them. */
static const struct {
    const char *data, *style;
    imp_plot_writer *write;
} files[] = {
    {"bars.dat", "style.gp", imp_plot_write_bars}, /* every figure loads style.gp */
    {"scatter.dat", "scatter.gp", imp_plot_write_scatter},
    {"verdicts.dat", "matrix.gp", imp_plot_write_verdicts},
    {"ecdf.dat", "ecdf.gp", imp_plot_write_ecdf},
    {"cost.dat", "rows.gp", imp_plot_write_cost},
    {"effect_loss.dat", "loss.gp", imp_plot_write_loss},
    {"effect_hops.dat", "hops.gp", imp_plot_write_hops},
    {"effect_devices.dat", "devices.gp", imp_plot_write_devices},
};
enum { FILES = sizeof files / sizeof *files };

static const struct {
    const char *name, *data;
} figures[] = {
    {"messages", "bars.dat"},
    {"bytes", "bars.dat"},
    {"latency", "bars.dat"},
    {"latency_ecdf", "ecdf.dat"},
    {"energy", "bars.dat"},
    {"energy_latency", "scatter.dat"},
    {"effect_loss", "effect_loss.dat"},
    {"effect_hops", "effect_hops.dat"},
    {"effect_devices", "effect_devices.dat"},
    {"user", "bars.dat"},
    {"verdicts", "verdicts.dat"},
    {"cost", "cost.dat"},
};
enum { FIGURES = sizeof figures / sizeof *figures };
_Static_assert((int)FIGURES <= (int)IMP_FIGURES_MAX, "IMP_FIGURES_MAX");

const char *imp_plot_name(size_t i)
{
    return i < FIGURES ? figures[i].name : NULL;
}

/* why[i]: what lacks for file i, or NULL. */
static int write_files(const char *why[FILES], const char *dir, const struct imp_groups *groups,
                       char *error, size_t cap)
{
    for (size_t i = 0; i < FILES; i++) {
        FILE *data = create(dir, files[i].data, error, cap);
        FILE *style = data ? create(dir, files[i].style, error, cap) : NULL;
        if (style)
            why[i] = files[i].write(data, style, groups);
        int status = finish(style, dir, 0, error, cap);
        if (!data || finish(data, dir, status, error, cap) != 0)
            return -1;
        if (why[i])
            remove_file(dir, files[i].data);
    }
    return 0;
}

static const char *const formats[] = {"svg", "png", "pdf"};

/* In two formats, and in the third when asked for; an older file in that is removed else. */
static int draw(const char *dir, const char *name, bool pdf, char *error, size_t cap)
{
    char scripts[PATH_MAX];
    if (imp_gnuplot_scripts(scripts, sizeof scripts, error, cap) != 0)
        return -1;
    for (int i = 0; i < (pdf ? 3 : 2); i++)
        if (imp_gnuplot(dir, scripts, name, NULL, formats[i], error, cap) != 0)
            return -1;
    return 0;
}

static void remove_figure(const char *dir, const char *name, int from)
{
    for (int i = from; i < 3; i++) {
        char file[60];
        snprintf(file, sizeof file, "%s.%s", name, formats[i]);
        remove_file(dir, file);
    }
}

static int draw_all(struct imp_figures *out, const char *const why[FILES], const char *dir,
                    const struct imp_plot_options *o, char *error, size_t cap)
{
    int drawn = 0;
    *out = (struct imp_figures){0};
    for (int i = 0; i < FIGURES; i++) {
        if (o->only && strcmp(o->only, figures[i].name) != 0)
            continue;
        struct imp_figure *figure = &out->figure[out->count++];
        figure->name = figures[i].name;
        for (size_t k = 0; k < FILES; k++)
            if (why[k] && strcmp(files[k].data, figures[i].data) == 0)
                snprintf(figure->why_not, sizeof figure->why_not, "%s", why[k]);
        remove_figure(dir, figures[i].name, *figure->why_not ? 0 : 2);
        if (*figure->why_not)
            continue;
        if (draw(dir, figures[i].name, o->pdf, error, cap) != 0)
            return -1;
        drawn++;
    }
    return drawn;
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

static int make_folder(const char *path, char *error, size_t cap)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return 0;
    snprintf(error, cap, "%.200s: %s", path, strerror(errno));
    return -1;
}

int imp_plot_figures(struct imp_figures *out, const char *dir,
                     const struct imp_plot_options *options, char *error, size_t cap)
{
    char path[PATH_MAX], scripts[PATH_MAX];
    static const struct imp_plot_options all = {.only = NULL};
    const char *why[FILES] = {NULL};
    struct imp_groups groups;
    if (imp_gnuplot_scripts(scripts, sizeof scripts, error, cap) != 0 ||
        read_groups(&groups, dir, error, cap) != 0)
        return -1;
    snprintf(path, sizeof path, "%s/plots", dir);
    int status = make_folder(path, error, cap);
    if (status == 0)
        status = write_files(why, path, &groups, error, cap);
    if (status == 0)
        status = draw_all(out, why, path, options ? options : &all, error, cap);
    imp_groups_free(&groups);
    return status;
}

int imp_plot(const char *dir, char *error, size_t cap)
{
    struct imp_figures figures_drawn;
    return imp_plot_figures(&figures_drawn, dir, NULL, error, cap);
}
