/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/plot_chart.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PANEL_GAP 0.8 /* bars' widths between panels */

static bool honest(const struct imp_plot_group *g)
{
    return strcmp(g->adversary, "none") == 0;
}

static size_t in_scenario(const struct imp_plot_data *d, const char *scenario, bool honest_only)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++)
        n += strcmp(d->group[i].scenario, scenario) == 0 && (!honest_only || honest(&d->group[i]));
    return n;
}

/* Scenarios of one bar first, as one panel; then each scenario of several. */
static int by_panel(const void *x, const void *y)
{
    const struct imp_bar *a = x, *b = y;
    int panel = strcmp(a->panel, b->panel);
    if (panel != 0)
        return panel;
    int class = (a->group->class > b->group->class) - (a->group->class < b->group->class);
    if (class != 0)
        return class;
    int mechanism = strcmp(a->group->mechanism, b->group->mechanism);
    return mechanism != 0 ? mechanism : (a->group > b->group) - (a->group < b->group);
}

static bool alike(const struct imp_bar *a, const struct imp_bar *b, bool variant, bool devices)
{
    return a != b && strcmp(a->panel, b->panel) == 0 &&
           strcmp(a->group->mechanism, b->group->mechanism) == 0 &&
           strcmp(a->group->medium, b->group->medium) == 0 &&
           (!variant || strcmp(a->group->variant, b->group->variant) != 0) &&
           (!devices || a->group->devices != b->group->devices);
}

static bool has_alike(const struct imp_chart *c, const struct imp_bar *b, bool variant,
                      bool devices)
{
    for (size_t i = 0; i < c->n; i++)
        if (alike(&c->bar[i], b, variant, devices))
            return true;
    return false;
}

static void append(struct imp_bar *b, const char *line)
{
    size_t n = strlen(b->label);
    snprintf(b->label + n, sizeof b->label - n, "%s%.60s", n ? "\n" : "", line);
}

/* A variant is "option=value,...": the value says enough unless it is a number or a truth value. */
static const char *shorter(const char *setting)
{
    const char *value = strchr(setting, '=');
    if (!value || value[1] == '\0' || strspn(value + 1, "0123456789.-") == strlen(value + 1) ||
        strcmp(value + 1, "true") == 0 || strcmp(value + 1, "false") == 0)
        return setting;
    return value + 1;
}

/* Mechanism and medium; variant, devices and adversary only where bars differ by them. */
static void name_bar(const struct imp_chart *c, struct imp_bar *b)
{
    char line[80];
    append(b, b->group->mechanism);
    append(b, b->group->medium);
    if (has_alike(c, b, true, false)) {
        char *copy = strdup(b->group->variant), *rest = copy, *part;
        while (copy && (part = strsep(&rest, ",")))
            append(b, shorter(part));
        free(copy);
    }
    if (b->group->devices != 1 || has_alike(c, b, false, true)) {
        snprintf(line, sizeof line, "%d device%s", b->group->devices,
                 b->group->devices == 1 ? "" : "s");
        append(b, line);
    }
    if (!honest(b->group))
        append(b, b->group->adversary);
    if (b->group->completed < b->group->runs) {
        snprintf(line, sizeof line, "%zu of %zu done", b->group->completed, b->group->runs);
        append(b, line);
    }
}

struct imp_chart imp_chart_make(const struct imp_plot_data *d)
{
    bool honest_only = false;
    for (size_t i = 0; i < d->n; i++)
        honest_only |= honest(&d->group[i]);
    struct imp_chart c = {.bar = calloc(d->n + 1, sizeof *c.bar)};
    if (!c.bar)
        abort();
    for (size_t i = 0; i < d->n; i++) {
        const struct imp_plot_group *g = &d->group[i];
        if (honest_only && !honest(g))
            continue;
        bool alone = in_scenario(d, g->scenario, honest_only) == 1;
        c.bar[c.n++] = (struct imp_bar){.group = g, .panel = alone ? "" : g->scenario};
    }
    qsort(c.bar, c.n, sizeof *c.bar, by_panel);
    double x = 0;
    for (size_t i = 0; i < c.n; i++) {
        if (i > 0)
            x += strcmp(c.bar[i].panel, c.bar[i - 1].panel) == 0 ? 1 : 1 + PANEL_GAP;
        c.bar[i].x = x;
        name_bar(&c, &c.bar[i]);
    }
    c.right = x;
    return c;
}

void imp_plot_quoted(FILE *f, const char *text)
{
    putc('\'', f);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', f);
        putc(*text, f);
    }
    putc('\'', f);
}

void imp_plot_escaped(FILE *f, const char *text)
{
    putc('"', f);
    for (; *text; text++) {
        if (*text == '\n')
            fputs("\\n", f);
        else if (*text == '"' || *text == '\\')
            fprintf(f, "\\%c", *text);
        else
            putc(*text, f);
    }
    putc('"', f);
}
