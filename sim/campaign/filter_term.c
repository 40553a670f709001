/* SPDX-License-Identifier: GPL-2.0-only */
#include "filter_term.h"

#include "canonical.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading
 * ------------------------------------------------------------------------------------- */
static const struct {
    const char *text;
    enum imp__filter_op op;
} operators[] = {{"!=", IMP__UNEQUAL}, {"<=", IMP__AT_MOST}, {">=", IMP__AT_LEAST},
                 {"=", IMP__EQUAL},    {"<", IMP__BELOW},    {">", IMP__ABOVE}};

static bool is_number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && *end == '\0';
}

int imp__term_parse(struct imp__term *out, const char *text, size_t n, char *error, size_t cap)
{
    double unused;
    size_t at = 0, k = 0, count = sizeof operators / sizeof *operators;
    while (at < n && !strchr("!=<>", text[at]))
        at++;
    while (k < count && strncmp(text + at, operators[k].text, strlen(operators[k].text)) != 0)
        k++;
    size_t from = at + (k < count ? strlen(operators[k].text) : 0);
    if (at == 0 || at >= n || k == count || from > n || at >= sizeof out->name ||
        n - from >= sizeof out->values) {
        snprintf(error, cap, "expected NAME=VALUE, or !=, <, <=, >, >=, joined by \" and \"");
        return -1;
    }
    snprintf(out->name, sizeof out->name, "%.*s", (int)at, text);
    snprintf(out->values, sizeof out->values, "%.*s", (int)(n - from), text + from);
    out->op = operators[k].op;
    if (out->op >= IMP__BELOW && !is_number(out->values, &unused)) {
        snprintf(error, cap, "%s%s: expected a number, not \"%.60s\"", out->name, operators[k].text,
                 out->values);
        return -1;
    }
    return 0;
}

/* ---- the values of a line
 * ------------------------------------------------------------------------ */
/* A list's entries; of a thing with a name, the name. */
static bool each_value(const json_t *value, imp__value_function *f, void *arg)
{
    const json_t *name = json_object_get(value, "name"), *entry;
    size_t i;
    if (json_is_string(name))
        return f(arg, name);
    if (!json_is_array(value))
        return f(arg, value);
    json_array_foreach(value, i, entry)
    {
        if (f(arg, entry))
            return true;
    }
    return json_array_size(value) == 0 && f(arg, NULL);
}

/* "options.NAME": of any role. */
static bool any_role(const json_t *options, const char *name, imp__value_function *f, void *arg,
                     bool *none)
{
    const char *role;
    json_t *table;
    json_object_foreach((json_t *)options, role, table)
    {
        const json_t *value = json_object_get(table, name);
        *none = *none && !value;
        if (value && each_value(value, f, arg))
            return true;
    }
    return false;
}

bool imp__values_any(const json_t *line, const char *name, imp__value_function *f, void *arg,
                     bool *none)
{
    const char *rest = name, *dot;
    char part[120];
    *none = true;
    while ((dot = strchr(rest, '.')) != NULL) {
        snprintf(part, sizeof part, "%.*s", (int)(dot - rest), rest);
        const json_t *inner = json_object_get(line, part);
        rest = dot + 1;
        if (strcmp(part, "options") == 0 && !strchr(rest, '.'))
            return any_role(inner, rest, f, arg, none);
        line = inner;
    }
    const json_t *value = json_object_get(line, rest);
    *none = !value;
    return value && each_value(value, f, arg);
}

char *imp__value_text(const json_t *value)
{
    if (!value)
        return strdup("");
    return json_is_string(value) ? strdup(json_string_value(value)) : imp_canonical(value);
}

/* ---- comparing
 * ----------------------------------------------------------------------------------- */
static bool fits_one(const char *pattern, const json_t *value)
{
    double d;
    if (json_is_number(value) && is_number(pattern, &d))
        return d == json_number_value(value);
    char *text = imp__value_text(value);
    bool fits = text && fnmatch(pattern, text, 0) == 0;
    free(text);
    return fits;
}

/* Whether one of the values apart by commas fits. */
static bool fits_any(void *arg, const json_t *value)
{
    const char *p = ((const struct imp__term *)arg)->values;
    char one[sizeof((struct imp__term *)NULL)->values];
    for (size_t n = 0;; p++) {
        if (*p == ',' || *p == '\0') {
            one[n] = '\0';
            n = 0;
            if (fits_one(one, value))
                return true;
            if (*p == '\0')
                return false;
            continue;
        }
        if (*p == '\\' && p[1])
            one[n++] = *p++;
        one[n++] = *p;
    }
}

static bool compares(void *arg, const json_t *value)
{
    const struct imp__term *t = arg;
    double x = json_number_value(value), y = strtod(t->values, NULL);
    if (!json_is_number(value))
        return false;
    return t->op == IMP__BELOW     ? x < y
           : t->op == IMP__AT_MOST ? x <= y
           : t->op == IMP__ABOVE   ? x > y
                                   : x >= y;
}

bool imp__term_holds(const struct imp__term *t, const json_t *line)
{
    bool none;
    if (t->op >= IMP__BELOW)
        return imp__values_any(line, t->name, compares, (void *)t, &none);
    bool fits = imp__values_any(line, t->name, fits_any, (void *)t, &none);
    return t->op == IMP__EQUAL ? fits : !fits;
}
