/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/plot_chart.h"

#include <stdlib.h>
#include <string.h>

#define PANEL_GAP 0.8 /* bars' widths between panels */

static const char *word(const json_t *plan, const char *key)
{
    const char *s = json_string_value(json_object_get(plan, key));
    return s ? s : "";
}

static enum imp_class class_of(const char *name)
{
    for (int c = 0; c < IMP_CLASS_COUNT; c++)
        if (strcmp(imp_class_name((enum imp_class)c), name) == 0)
            return (enum imp_class)c;
    return IMP_CLASS_MANAGED;
}

static struct imp_bar bar_of(const struct imp_group *group)
{
    const json_t *plan = group->plan;
    return (struct imp_bar){
        .group = group,
        .scenario = word(plan, "scenario"),
        .mechanism = word(plan, "mechanism"),
        .variant = word(plan, "variant"),
        .adversary = word(json_object_get(plan, "adversary"), "name"),
        .class = class_of(word(plan, "class")),
        .panel = "",
    };
}

static bool honest(const struct imp_bar *b)
{
    return strcmp(b->adversary, "none") == 0;
}

/* Scenarios of one bar first, as one panel; then each scenario of several. */
static int by_panel(const void *x, const void *y)
{
    const struct imp_bar *a = x, *b = y;
    int order[] = {strcmp(a->panel, b->panel), (a->class > b->class) - (a->class < b->class),
                   strcmp(a->mechanism, b->mechanism)};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i] != 0)
            return order[i];
    return (a->group > b->group) - (a->group < b->group); /* one array: the order of the table */
}

/* Whether `setting` ("option=value") is one of the space- or comma-separated parts of `variant`. */
static bool has_setting(const char *variant, const char *setting)
{
    size_t n = strlen(setting);
    for (const char *p = variant; (p = strstr(p, setting)); p += n)
        if ((p == variant || strchr(", ", p[-1])) && strchr(", ", p[n]))
            return true;
    return false;
}

/* Whether another bar of the panel and mechanism has another value of that option. */
static bool tells_apart(const struct imp_chart *c, const struct imp_bar *b, const char *setting)
{
    for (size_t i = 0; i < c->n; i++)
        if (strcmp(c->bar[i].panel, b->panel) == 0 &&
            strcmp(c->bar[i].mechanism, b->mechanism) == 0 &&
            !has_setting(c->bar[i].variant, setting))
            return true;
    return false;
}

static void append(struct imp_bar *b, const char *line)
{
    size_t n = strlen(b->label);
    snprintf(b->label + n, sizeof b->label - n, "%s%.60s", n ? "\n" : "", line);
}

/* Of "option=value" the value, where it says enough by itself. */
static const char *shorter(const char *setting)
{
    static const char *const vague[] = {"true", "false", "yes",  "no",   "none",    "any",
                                        "all",  "both",  "list", "auto", "default", NULL};
    const char *value = strchr(setting, '=');
    if (!value || strspn(value + 1, "0123456789.-") == strlen(value + 1))
        return setting;
    for (const char *const *v = vague; *v; v++)
        if (strcmp(value + 1, *v) == 0)
            return setting;
    return value + 1;
}

static bool has_line(const struct imp_bar *b, const char *line)
{
    size_t n = strlen(line);
    for (const char *p = b->label; (p = strstr(p, line)); p += n)
        if ((p == b->label || p[-1] == '\n') && (p[n] == '\n' || p[n] == '\0'))
            return true;
    return false;
}

/* The value alone, unless another option has that value. */
static void append_setting(struct imp_bar *b, const char *setting)
{
    const char *line = shorter(setting);
    append(b, has_line(b, line) ? setting : line);
}

static void append_variant(const struct imp_chart *c, struct imp_bar *b)
{
    char *copy = strdup(b->variant), *rest = copy, *part;
    while (copy && (part = strsep(&rest, ", ")))
        if (*part && tells_apart(c, b, part))
            append_setting(b, part);
    free(copy);
}

/* The parameters by which groups of the scenario differ, without those that have a line anyway. */
static void append_parameters(struct imp_bar *b)
{
    char *copy = strdup(b->group->label), *rest = copy, *part;
    while (copy && (part = strsep(&rest, " ")))
        if (*part && strncmp(part, "medium=", 7) != 0 && strncmp(part, "platform=", 9) != 0)
            append_setting(b, part);
    free(copy);
}

/* Mechanism, medium, platform; the rest only where bars differ by it. */
static void name_bar(const struct imp_chart *c, struct imp_bar *b)
{
    char line[80];
    append(b, b->mechanism);
    append(b, word(b->group->plan, "medium"));
    append(b, word(b->group->plan, "platform"));
    append_variant(c, b);
    append_parameters(b);
    if (!honest(b)) {
        snprintf(line, sizeof line, "against %.60s", b->adversary);
        append(b, line);
    }
    if (b->group->completed < b->group->runs) {
        snprintf(line, sizeof line, "%zu of %zu done", b->group->completed, b->group->runs);
        append(b, line);
    }
}

static void choose_bars(struct imp_chart *c, const struct imp_groups *groups, bool all)
{
    bool any_honest = false;
    for (size_t i = 0; i < groups->count; i++) {
        c->bar[c->n] = bar_of(&groups->group[i]);
        any_honest |= honest(&c->bar[c->n++]);
    }
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++)
        if (all || !any_honest || honest(&c->bar[i]))
            c->bar[kept++] = c->bar[i];
    c->n = kept;
}

static void set_panels(struct imp_chart *c)
{
    for (size_t i = 0; i < c->n; i++) {
        size_t n = 0;
        for (size_t k = 0; k < c->n; k++)
            n += strcmp(c->bar[k].scenario, c->bar[i].scenario) == 0;
        c->bar[i].panel = n == 1 || n == c->n ? "" : c->bar[i].scenario;
    }
}

struct imp_chart imp_chart_make(const struct imp_groups *groups, bool all)
{
    struct imp_chart c = {.bar = calloc(groups->count + 1, sizeof *c.bar)};
    if (!c.bar)
        abort();
    choose_bars(&c, groups, all);
    set_panels(&c);
    qsort(c.bar, c.n, sizeof *c.bar, by_panel);
    for (size_t i = 0; i < c.n; i++) {
        if (i > 0)
            c.right += strcmp(c.bar[i].panel, c.bar[i - 1].panel) == 0 ? 1 : 1 + PANEL_GAP;
        c.bar[i].x = c.right;
        name_bar(&c, &c.bar[i]);
    }
    return c;
}

/* Settings beyond LINE characters are left out: the figure is of use beside the table, which has
 * all. */
void imp_bar_name(char *out, size_t cap, const struct imp_bar *b)
{
    enum { LINE = 80 };
    bool own = !*b->panel || strcmp(b->panel, b->mechanism) == 0;
    size_t n = own ? 0 : (size_t)snprintf(out, cap, "%.60s: ", b->panel);
    for (const char *p = b->label; *p && n + 8 < cap; p++) {
        if (*p == '\n' && n > LINE) {
            n += (size_t)snprintf(out + n, cap - n, ", \u2026");
            break;
        }
        if (*p == '\n')
            out[n++] = ',';
        out[n++] = *p == '\n' ? ' ' : *p;
    }
    out[n] = '\0';
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
