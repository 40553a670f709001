/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/world/platform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RADIOS = 6 };

static const char *const radio_names[RADIOS] = {"lr-wpan", "wifi",    "ethernet",
                                                "ble",     "lorawan", "z-wave"};
static const char *const state_names[ENG_RADIO_COUNT] = {
    [ENG_OFF] = "off", [ENG_IDLE] = "idle", [ENG_RX] = "rx", [ENG_TX] = "tx"};

/* Times are kept in picoseconds: a fast processor needs less than a nanosecond for an octet. */
#define PS_NS 1e3
#define PS_S 1e12

static const struct imp_measure unit_time[] = {
    {"ms", PS_S / 1e3}, {"s", PS_S}, {"us", PS_S / 1e6}, {"ns", PS_NS}, {NULL, 0}};
static const struct imp_measure unit_octet[] = {
    {"ns/octet", PS_NS}, {"us/octet", PS_NS * 1e3}, {NULL, 0}};
static const struct imp_measure unit_current[] = {{"mA", 1}, {"uA", 1e-3}, {"A", 1e3}, {NULL, 0}};
static const struct imp_measure unit_volt[] = {{"V", 1}, {NULL, 0}};
static const struct imp_measure unit_mhz[] = {{"MHz", 1}, {NULL, 0}};
static const struct imp_measure unit_kib[] = {{"KiB", 1}, {"MiB", 1024}, {NULL, 0}};

struct op_cost {
    int64_t setup; /* ps for each charge */
    int64_t each;  /* ps for each octet or operation */
};

struct imp_platform {
    const char *name, *title, *class;
    double volt, clock, ram, flash, cpu;
    bool has_radio[RADIOS];
    double radio[RADIOS][ENG_RADIO_COUNT];
    struct op_cost op[IMP_OP_COUNT];
    struct imp_figures figures;
};

/* A reading pass: figures not asked for are refused at the end, so it marks what was. */
struct reader {
    struct imp_figures *f;
    bool *used;
    char *error;
    size_t cap;
};

static const struct imp_figure *take(struct reader *r, const char *key)
{
    const struct imp_figure *row = imp_figures_find(r->f, key);
    if (row)
        r->used[row - r->f->row] = true;
    return row;
}

static int missing(struct reader *r, const char *key)
{
    snprintf(r->error, r->cap, "%s.csv: the figure '%s' is missing", r->f->name, key);
    return -1;
}

static int take_text(struct reader *r, const char *key, const char **out)
{
    const struct imp_figure *row = take(r, key);
    if (!row)
        return missing(r, key);
    *out = row->value;
    return 0;
}

static int take_number(struct reader *r, const char *key, const struct imp_measure *units,
                       double *out)
{
    const struct imp_figure *row = take(r, key);
    if (!row)
        return missing(r, key);
    return imp_figures_number(out, r->f, row, units, r->error, r->cap);
}

static int take_ops(struct reader *r, struct imp_platform *p)
{
#define OP_ROW(id, text, unit) {"op." text, "op." text ".setup", unit[0] != '\0'},
    static const struct {
        const char *key, *setup;
        bool octets;
    } ops[] = {IMP_OPS(OP_ROW)};
#undef OP_ROW
    for (int i = 0; i < IMP_OP_COUNT; i++) {
        double each, setup = 0;
        if (take_number(r, ops[i].key, ops[i].octets ? unit_octet : unit_time, &each) != 0)
            return -1;
        if (imp_figures_find(r->f, ops[i].setup) &&
            take_number(r, ops[i].setup, unit_time, &setup) != 0)
            return -1;
        if (each > 1e3 * PS_S || setup > 1e3 * PS_S) {
            snprintf(r->error, r->cap, "%s.csv: '%s' is above 1000 s", r->f->name, ops[i].key);
            return -1;
        }
        p->op[i] = (struct op_cost){.setup = llround(setup), .each = llround(each)};
    }
    return 0;
}

/* A radio has all four states or none. */
static int take_radio(struct reader *r, struct imp_platform *p, int radio)
{
    char key[40];
    for (int s = 0; s < ENG_RADIO_COUNT; s++) {
        snprintf(key, sizeof key, "radio.%s.%s", radio_names[radio], state_names[s]);
        p->has_radio[radio] |= imp_figures_find(r->f, key) != NULL;
    }
    for (int s = 0; p->has_radio[radio] && s < ENG_RADIO_COUNT; s++) {
        snprintf(key, sizeof key, "radio.%s.%s", radio_names[radio], state_names[s]);
        if (take_number(r, key, unit_current, &p->radio[radio][s]) != 0)
            return -1;
    }
    return 0;
}

static int check_class(struct reader *r, const char *class)
{
    static const char *const classes[] = {"class-0",       "class-1", "class-2",
                                          "above-class-2", "mains",   NULL};
    for (const char *const *c = classes; *c; c++)
        if (strcmp(class, *c) == 0)
            return 0;
    snprintf(r->error, r->cap,
             "%s.csv: class is class-0, class-1, class-2, above-class-2 or mains, not '%.40s'",
             r->f->name, class);
    return -1;
}

static int check_all_used(struct reader *r)
{
    for (size_t i = 0; i < r->f->n; i++) {
        if (r->used[i])
            continue;
        snprintf(r->error, r->cap, "%s.csv:%u: unknown key '%.60s'", r->f->name, r->f->row[i].line,
                 r->f->row[i].key);
        return -1;
    }
    return 0;
}

static int read_platform(struct reader *r, struct imp_platform *p)
{
    if (take_text(r, "title", &p->title) != 0 || take_text(r, "class", &p->class) != 0 ||
        check_class(r, p->class) != 0 || take_number(r, "voltage", unit_volt, &p->volt) != 0 ||
        take_number(r, "clock", unit_mhz, &p->clock) != 0 ||
        take_number(r, "ram", unit_kib, &p->ram) != 0 ||
        take_number(r, "flash", unit_kib, &p->flash) != 0 ||
        take_number(r, "cpu.active", unit_current, &p->cpu) != 0 || take_ops(r, p) != 0)
        return -1;
    for (int i = 0; i < RADIOS; i++)
        if (take_radio(r, p, i) != 0)
            return -1;
    return check_all_used(r);
}

struct imp_platform *imp_platform_parse(const char *name, const char *text, size_t n, char *error,
                                        size_t cap)
{
    struct imp_platform *p = calloc(1, sizeof *p);
    if (!p) {
        snprintf(error, cap, "%s.csv: out of memory", name);
        return NULL;
    }
    p->name = name;
    if (imp_figures_parse(&p->figures, name, text, n, error, cap) != 0) {
        free(p);
        return NULL;
    }
    struct reader r = {
        .f = &p->figures, .used = calloc(p->figures.n + 1, 1), .error = error, .cap = cap};
    int status = r.used ? read_platform(&r, p) : missing(&r, "memory");
    free(r.used);
    if (status == 0)
        return p;
    imp_platform_free(p);
    return NULL;
}

void imp_platform_free(struct imp_platform *p)
{
    if (!p)
        return;
    imp_figures_free(&p->figures);
    free(p);
}

/* ---- the embedded platforms -------------------------------------------------------------------
 */

enum { PLATFORMS_MAX = 32 };
static struct imp_platform *platforms[PLATFORMS_MAX];
static size_t platform_n;

/* The build sorts the files. A file that the tree ships broken is a bug of ours: the tests load all
 * of them. */
static void load(void)
{
    static const char folder[] = "platforms/";
    if (platform_n > 0)
        return;
    for (const struct imp_data_file *d = imp_data_files; d->name; d++) {
        if (strncmp(d->name, folder, sizeof folder - 1) != 0 || platform_n == PLATFORMS_MAX)
            continue;
        char error[256];
        struct imp_platform *p = imp_platform_parse(d->name + sizeof folder - 1, d->text,
                                                    strlen(d->text), error, sizeof error);
        if (!p) {
            fprintf(stderr, "%s\n", error);
            abort();
        }
        platforms[platform_n++] = p;
    }
}

size_t imp_platform_count(void)
{
    load();
    return platform_n;
}

const struct imp_platform *imp_platform_at(size_t i)
{
    return i < imp_platform_count() ? platforms[i] : NULL;
}

const struct imp_platform *imp_platform_find(const char *name)
{
    for (size_t i = 0; i < imp_platform_count(); i++)
        if (strcmp(platforms[i]->name, name) == 0)
            return platforms[i];
    return NULL;
}

/* ---- figures ----------------------------------------------------------------------------------
 */

const char *imp_platform_name(const struct imp_platform *p)
{
    return p->name;
}

const char *imp_platform_title(const struct imp_platform *p)
{
    return p->title;
}

const char *imp_platform_class(const struct imp_platform *p)
{
    return p->class;
}

double imp_platform_voltage(const struct imp_platform *p)
{
    return p->volt;
}

double imp_platform_clock(const struct imp_platform *p)
{
    return p->clock;
}

double imp_platform_ram(const struct imp_platform *p)
{
    return p->ram;
}

double imp_platform_flash(const struct imp_platform *p)
{
    return p->flash;
}

imp_time imp_platform_cost(const struct imp_platform *p, enum imp_op op, size_t quantity)
{
    const struct op_cost *c = &p->op[op];
    if (quantity == 0)
        return 0;
    if (c->each > 0 && quantity > (size_t)(INT64_MAX / 2 / c->each))
        return IMP_NEVER;
    return (c->setup + c->each * (int64_t)quantity + 999) / 1000;
}

double imp_platform_cpu_current(const struct imp_platform *p)
{
    return p->cpu;
}

static int radio_find(const char *medium)
{
    for (int i = 0; i < RADIOS; i++)
        if (strcmp(radio_names[i], medium) == 0)
            return i;
    return -1;
}

bool imp_platform_radio(const struct imp_platform *p, const char *medium)
{
    int i = radio_find(medium);
    return i >= 0 && p->has_radio[i];
}

double imp_platform_radio_current(const struct imp_platform *p, const char *medium,
                                  enum eng_radio state)
{
    int i = radio_find(medium);
    return i >= 0 && state < ENG_RADIO_COUNT ? p->radio[i][state] : 0;
}

double imp_platform_energy(const struct imp_platform *p, imp_time time, double milliamperes)
{
    return (double)time / 1e9 * milliamperes * p->volt; /* s x mA x V = mJ */
}

size_t imp_platform_figures(const struct imp_platform *p, const struct imp_figure **out)
{
    *out = p->figures.row;
    return p->figures.n;
}
