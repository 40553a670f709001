/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/world/data/figures.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 5 };

static const char header[] = "key,value,unit,source,status";

static bool known_status(const char *s)
{
#define STATUS_TEXT(id, text) text,
    static const char *const statuses[] = {IMP_STATUSES(STATUS_TEXT) NULL};
#undef STATUS_TEXT
    for (const char *const *t = statuses; *t; t++)
        if (strcmp(s, *t) == 0)
            return true;
    return false;
}

static int refuse(const struct imp_figures *f, unsigned line, const char *what, const char *word,
                  char *error, size_t cap)
{
    snprintf(error, cap, "%s.csv:%u: %s%s%.60s%s", f->name, line, what, word ? " '" : "",
             word ? word : "", word ? "'" : "");
    return -1;
}

/* Takes the closing quote or comma off a field in place; returns the start of the next field, NULL
 * after the last, or `bad` when the line is not RFC 4180. */
static char bad[1];

static char *split_field(char *p, char **field)
{
    if (*p != '"') {
        *field = p;
        p += strcspn(p, ",\"");
        if (*p == '"')
            return bad;
        if (*p == '\0')
            return NULL;
        *p = '\0';
        return p + 1;
    }
    char *w = ++p;
    bool closed = false;
    *field = p;
    for (; *p && !closed; p++) {
        if (*p == '"' && p[1] != '"')
            closed = true;
        else
            *w++ = *p == '"' ? *p++ : *p;
    }
    char end = *p;
    *w = '\0';
    if (!closed || (end != ',' && end != '\0'))
        return bad;
    return end == ',' ? p + 1 : NULL;
}

static int parse_row(struct imp_figures *f, char *line, unsigned number, char *error, size_t cap)
{
    char *field[FIELDS];
    char *next = line;
    for (int i = 0; i < FIELDS; i++) {
        if (!next)
            return refuse(f, number, "five fields expected: ", header, error, cap);
        next = split_field(next, &field[i]);
        if (next == bad)
            return refuse(f, number, "a quote stands where it must not", NULL, error, cap);
    }
    if (next)
        return refuse(f, number, "five fields expected: ", header, error, cap);
    struct imp_figure row = {.key = field[0],
                             .value = field[1],
                             .unit = field[2],
                             .source = field[3],
                             .status = field[4],
                             .line = number};
    if (!*row.key || !*row.value || !*row.source)
        return refuse(f, number, "key, value and source must not be empty", NULL, error, cap);
    if (!known_status(row.status))
        return refuse(f, number, "unknown status", row.status, error, cap);
    if (imp_figures_find(f, row.key))
        return refuse(f, number, "this key stands twice:", row.key, error, cap);
    f->row[f->n++] = row;
    return 0;
}

static size_t count_lines(const char *text)
{
    size_t n = 1;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Octets that no line of a data file may hold, besides the line end. */
static bool has_control(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            return true;
    }
    return false;
}

static int parse_lines(struct imp_figures *f, char *error, size_t cap)
{
    unsigned number = 0;
    bool headed = false;
    for (char *line = f->text, *next; line; line = next) {
        number++;
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (*line == '#' || *line == '\0')
            continue;
        if (!headed) {
            if (strcmp(line, header) != 0)
                return refuse(f, number, "the first line must be", header, error, cap);
            headed = true;
        } else if (parse_row(f, line, number, error, cap) != 0) {
            return -1;
        }
    }
    return headed ? 0 : refuse(f, number, "the file is empty", NULL, error, cap);
}

int imp_figures_parse(struct imp_figures *out, const char *name, const char *text, size_t n,
                      char *error, size_t cap)
{
    *out = (struct imp_figures){.name = name};
    if (has_control(text, n))
        return refuse(out, 1, "control characters are not text", NULL, error, cap);
    out->text = malloc(n + 1);
    if (!out->text)
        return refuse(out, 1, "out of memory", NULL, error, cap);
    memcpy(out->text, text, n);
    out->text[n] = '\0';
    out->row = calloc(count_lines(out->text), sizeof *out->row);
    if (!out->row || parse_lines(out, error, cap) != 0) {
        imp_figures_free(out);
        return -1;
    }
    return 0;
}

void imp_figures_free(struct imp_figures *f)
{
    free(f->row);
    free(f->text);
    *f = (struct imp_figures){0};
}

const struct imp_figure *imp_figures_find(const struct imp_figures *f, const char *key)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->row[i].key, key) == 0)
            return &f->row[i];
    return NULL;
}

/* Digits with at most one point: no sign, exponent or hexadecimal, and short enough for a double to
 * hold exactly what is written (15 decimal digits). */
static bool plain_decimal(const char *s)
{
    size_t whole = strspn(s, "0123456789");
    size_t part = s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;
    size_t n = whole + (s[whole] == '.' ? part + 1 : 0);
    return whole > 0 && (s[whole] != '.' || part > 0) && s[n] == '\0' && whole + part <= 15;
}

int imp_figures_number(double *out, const struct imp_figures *f, const struct imp_figure *row,
                       const struct imp_measure *units, char *error, size_t cap)
{
    if (!plain_decimal(row->value))
        return refuse(f, row->line, "a decimal number was expected, not", row->value, error, cap);
    for (const struct imp_measure *u = units; u->name; u++) {
        if (strcmp(u->name, row->unit) != 0)
            continue;
        *out = strtod(row->value, NULL) * u->scale;
        return 0;
    }
    char what[80];
    snprintf(what, sizeof what, "%.40s is in %s, not in", row->key, units->name);
    return refuse(f, row->line, what, row->unit, error, cap);
}
