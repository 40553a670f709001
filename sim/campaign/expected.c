/* SPDX-License-Identifier: GPL-2.0-only */
#include "expected.h"

#include "catalog.h"
#include "resolve.h"
#include "sim/adversary/rights.h"
#include "sim/words/nearest.h"
#include "sim/scenario/scenario.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the file, in this order. */
#define COLUMNS(X)                                                                                 \
    X(MECHANISM, "mechanism")                                                                      \
    X(VARIANT, "variant")                                                                          \
    X(ADVERSARY, "adversary")                                                                      \
    X(GOAL, "goal")                                                                                \
    X(EXPECTED, "expected")                                                                        \
    X(PROBABILITY, "probability")                                                                  \
    X(REASON, "reason")                                                                            \
    X(SOURCE, "source")
#define ENUM(id, text) COLUMN_##id,
#define NAME(id, text) text,
enum { COLUMNS(ENUM) COLUMN_COUNT };
static const char *const columns[] = {COLUMNS(NAME)};

#define FILE_LIMIT ((size_t)4 << 20) /* octets */
#define LINE_LIMIT 4000              /* octets of one line */

struct reader {
    struct imp_expectations *out;
    int line;
    char fields[COLUMN_COUNT][LINE_LIMIT];
    char *error;
    size_t cap;
};

static int fail(struct reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(struct reader *r, const char *format, ...)
{
    char what[IMP_ERROR];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    snprintf(r->error, r->cap, "%s:%d: %s", r->out->path, r->line, what);
    return -1;
}

/* ---- one line of comma-separated values (RFC 4180; no line end inside quotes)
 * ------------------- */
/* Copies one field without its quotes and moves *p behind it. */
static int take_field(struct reader *r, const char **p, char *out)
{
    const char *s = *p;
    size_t n = 0;
    bool quoted = *s == '"';
    for (s += quoted; *s; s++) {
        if (quoted && s[0] == '"' && s[1] == '"')
            s++;
        else if (*s == (quoted ? '"' : ','))
            break;
        else if (*s == '"' && !quoted)
            return fail(r, "a quote inside a field without quotes; expected \"...\" around it");
        out[n++] = *s;
    }
    out[n] = '\0';
    if (quoted && *s++ != '"')
        return fail(r, "a quote is not closed on its line");
    if (*s && *s != ',')
        return fail(r, "text behind a closing quote; expected a comma");
    *p = s;
    return 0;
}

static int take_fields(struct reader *r, const char *line)
{
    const char *p = line;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (take_field(r, &p, r->fields[i]) < 0)
            return -1;
        bool last = i == COLUMN_COUNT - 1;
        if (last ? *p != '\0' : *p != ',')
            return fail(r,
                        "%s than %d fields; expected mechanism,variant,adversary,goal,expected,"
                        "probability,reason,source",
                        last ? "more" : "fewer", COLUMN_COUNT);
        p++;
    }
    return 0;
}

/* ---- what the fields mean
 * ------------------------------------------------------------------------- */
int imp_goal_find(const char *name)
{
    for (int g = 0; g < IMP_GOAL_COUNT; g++) {
        const char *goal = imp_goal_name((enum imp_goal)g);
        size_t n = strcspn(goal, "_");
        if (strcmp(goal, name) == 0 || (strlen(name) == n && strncmp(goal, name, n) == 0))
            return g;
    }
    return -1;
}

static int unknown_goal(struct reader *r, const char *name)
{
    char list[300] = "";
    size_t used = 0;
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", g ? ", " : "",
                                 imp_goal_name((enum imp_goal)g));
    return fail(r, "unknown goal \"%.40s\"; expected one of %s", name, list);
}

static int check_probability(struct reader *r, double *out)
{
    const char *text = r->fields[COLUMN_PROBABILITY];
    char *end;
    *out = IMP_EXPECTED_EVERY;
    if (!*text)
        return 0;
    *out = strtod(text, &end);
    if (end == text || *end || !(*out >= 0 && *out <= 1))
        return fail(r, "probability: expected a number from 0 to 1 or nothing, not \"%.40s\"",
                    text);
    if (strcmp(r->fields[COLUMN_EXPECTED], "broken") != 0)
        return fail(r, "probability: it is that of broken; expected \"broken\" beside it");
    return 0;
}

static int check_expected(struct reader *r, enum imp_verdict_value *out)
{
    const char *text = r->fields[COLUMN_EXPECTED];
    bool holds = strcmp(text, "holds") == 0;
    if (!holds && strcmp(text, "broken") != 0)
        return fail(r, "expected: expected holds or broken, not \"%.40s\"", text);
    *out = holds ? IMP_VERDICT_HOLDS : IMP_VERDICT_BROKEN;
    return 0;
}

static int check_words(struct reader *r)
{
    char sentence[IMP_ERROR];
    json_t *keys = json_object();
    int status = imp_variant_keys(keys, r->fields[COLUMN_VARIANT], sentence, sizeof sentence);
    json_decref(keys);
    if (status < 0)
        return fail(r, "variant: %s", sentence);
    if (!imp_mechanism_find(r->fields[COLUMN_MECHANISM])) {
        imp_unknown_mechanism(r->fields[COLUMN_MECHANISM], sentence, sizeof sentence);
        return fail(r, "%s", sentence);
    }
    for (int i = COLUMN_REASON; i <= COLUMN_SOURCE; i++)
        if (!*r->fields[i])
            return fail(r, "%s: expected a text, not nothing", columns[i]);
    return 0;
}

/* ---- cells
 * ---------------------------------------------------------------------------------------- */
/* The set's own copy; equal texts are not merged, they are few. */
static const char *keep(struct imp_expectations *e, const char *text)
{
    json_t *j = json_string(text);
    if (!j)
        j = json_string("(text that is not UTF-8)");
    json_array_append_new(e->texts, j);
    return json_string_value(j);
}

static void append(struct imp_expectations *e, const struct imp_expected *row)
{
    if (e->count == e->room) {
        e->room = e->room ? e->room * 2 : 256;
        struct imp_expected *bigger = realloc(e->row, e->room * sizeof *bigger);
        if (!bigger)
            abort();
        e->row = bigger;
    }
    e->row[e->count++] = *row;
}

static const struct imp_expected *same_cell(const struct imp_expectations *e,
                                            const struct imp_expected *row)
{
    for (size_t i = 0; i < e->count; i++) {
        const struct imp_expected *r = &e->row[i];
        if (r->goal == row->goal && strcmp(r->mechanism, row->mechanism) == 0 &&
            strcmp(r->variant, row->variant) == 0 && strcmp(r->adversary, row->adversary) == 0)
            return r;
    }
    return NULL;
}

/* One cell for each goal of the list. */
static int add_goals(struct reader *r, struct imp_expected row)
{
    char list[LINE_LIMIT], *save = NULL;
    int found = 0;
    snprintf(list, sizeof list, "%s", r->fields[COLUMN_GOAL]);
    for (char *w = strtok_r(list, " ", &save); w; w = strtok_r(NULL, " ", &save), found++) {
        int goal = imp_goal_find(w);
        if (goal < 0)
            return unknown_goal(r, w);
        row.goal = (enum imp_goal)goal;
        const struct imp_expected *same = same_cell(r->out, &row);
        if (same)
            return fail(r, "%s of %s, %s against %s is expected in line %d already",
                        imp_goal_name(row.goal), row.mechanism, row.variant, row.adversary,
                        same->line);
        append(r->out, &row);
    }
    return found ? 0 : fail(r, "goal: expected one or several, apart by blanks");
}

/* The adversary of a scenario file; each file is evaluated once. */
static const json_t *own_adversary(struct reader *r, const char *word)
{
    char sentence[IMP_ERROR];
    for (size_t i = 0; i < r->out->count; i++)
        if (r->out->row[i].own && strcmp(r->out->row[i].adversary, word) == 0)
            return r->out->row[i].own;
    json_t *j = imp_expected_adversary(r->out->path, word, sentence, sizeof sentence);
    if (j)
        json_array_append_new(r->out->texts, j);
    else
        fail(r, "%s", sentence);
    return j;
}

/* Cells for each adversary of the list. */
static int add_adversaries(struct reader *r, struct imp_expected row)
{
    char list[LINE_LIMIT], sentence[IMP_ERROR], *save = NULL;
    int found = 0;
    snprintf(list, sizeof list, "%s", r->fields[COLUMN_ADVERSARY]);
    for (char *w = strtok_r(list, " ", &save); w; w = strtok_r(NULL, " ", &save), found++) {
        row.own = imp_expected_own(w) ? own_adversary(r, w) : NULL;
        if (imp_expected_own(w) && !row.own)
            return -1;
        if (!row.own && !imp_adversary_find(w)) {
            imp_unknown_adversary(w, sentence, sizeof sentence);
            return fail(r, "%s", sentence);
        }
        row.adversary = keep(r->out, w);
        if (add_goals(r, row) < 0)
            return -1;
    }
    return found ? 0 : fail(r, "adversary: expected one or several, apart by blanks");
}

static int take_row(struct reader *r)
{
    struct imp_expected row = {.line = r->line};
    if (check_words(r) < 0 || check_expected(r, &row.expected) < 0 ||
        check_probability(r, &row.probability) < 0)
        return -1;
    row.mechanism = keep(r->out, r->fields[COLUMN_MECHANISM]);
    row.variant = keep(r->out, r->fields[COLUMN_VARIANT]);
    row.reason = keep(r->out, r->fields[COLUMN_REASON]);
    row.source = keep(r->out, r->fields[COLUMN_SOURCE]);
    return add_adversaries(r, row);
}

static int check_header(struct reader *r)
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        if (strcmp(r->fields[i], columns[i]) != 0)
            return fail(r, "column %d: expected \"%s\", not \"%.40s\"", i + 1, columns[i],
                        r->fields[i]);
    return 0;
}

static int take_line(struct reader *r, const char *text, size_t n, bool *header)
{
    char line[LINE_LIMIT];
    if (n && text[n - 1] == '\r')
        n--;
    if (n == 0 || *text == '#')
        return 0;
    if (n >= sizeof line)
        return fail(r, "a line of %zu octets; expected fewer than %d", n, LINE_LIMIT);
    memcpy(line, text, n);
    line[n] = '\0';
    json_t *sound = json_string(line);
    json_decref(sound);
    if (!sound)
        return fail(r, "not UTF-8");
    if (take_fields(r, line) < 0)
        return -1;
    if (*header)
        return take_row(r);
    *header = true;
    return check_header(r);
}

int imp_expected_parse(struct imp_expectations *out, const char *path, const char *text,
                       char *error, size_t cap)
{
    struct reader *r = calloc(1, sizeof *r);
    bool header = false;
    int status = 0;
    if (!r)
        abort();
    *out = (struct imp_expectations){.path = path, .texts = json_array()};
    *r = (struct reader){.out = out, .error = error, .cap = cap};
    for (const char *p = text; *p && status == 0;) {
        size_t n = strcspn(p, "\n");
        r->line++;
        status = take_line(r, p, n, &header);
        p += n + (p[n] == '\n');
    }
    if (status == 0 && out->count == 0)
        status = fail(r, "no expectation in the file");
    free(r);
    if (status < 0)
        imp_expected_free(out);
    return status;
}

int imp_expected_read(struct imp_expectations *out, const char *path, char *error, size_t cap)
{
    size_t n;
    char *text = imp_file_read(path, FILE_LIMIT, &n, error, cap);
    int status = -1;
    if (text && strlen(text) != n)
        snprintf(error, cap, "%s: not a text: it holds a zero octet", path);
    else if (text)
        status = imp_expected_parse(out, path, text, error, cap);
    free(text);
    return status;
}

void imp_expected_free(struct imp_expectations *e)
{
    free(e->row);
    json_decref(e->texts);
    *e = (struct imp_expectations){0};
}

/* ---- flaw tables
 * ---------------------------------------------------------------------------------- */
/* "a=1,b=2" and, when flawed, " !name". */
static void flaw_variant(char *out, size_t cap, const struct imp_flaw *f, bool flawed)
{
    snprintf(out, cap, "%s%s%s", f->with ? f->with : "", flawed ? " !" : "", flawed ? f->name : "");
    for (char *p = out; *p && *p != '!'; p++)
        if (*p == ',')
            *p = ' ';
    memmove(out, out + strspn(out, " "), strlen(out + strspn(out, " ")) + 1);
    if (!*out)
        snprintf(out, cap, "default");
}

void imp_expected_flaws(struct imp_expectations *e, const struct imp_mechanism *m)
{
    for (const struct imp_flaw *f = m->flaws; f && f->name; f++) {
        char variant[600], reason[800];
        int goal = imp_goal_find(f->goal ? f->goal : "");
        struct imp_expected row = {.mechanism = m->name,
                                   .adversary = f->broken_by ? f->broken_by : "(nobody)",
                                   .goal = goal < 0 ? IMP_GOAL_COUNT : (enum imp_goal)goal,
                                   .probability = IMP_EXPECTED_EVERY,
                                   .source = "flaw table"};
        flaw_variant(variant, sizeof variant, f, true);
        row.variant = keep(e, variant);
        row.expected = IMP_VERDICT_BROKEN;
        row.reason = keep(e, f->summary ? f->summary : f->name);
        append(e, &row);
        flaw_variant(variant, sizeof variant, f, false);
        row.variant = keep(e, variant);
        row.expected = IMP_VERDICT_HOLDS;
        snprintf(reason, sizeof reason, "The check that %s leaves out is there.", f->name);
        row.reason = keep(e, reason);
        append(e, &row);
    }
}

const char *imp_expected_unbreakable(const struct imp_expected *row)
{
    if (row->goal == IMP_GOAL_COUNT)
        return "the flaw table names a goal that the judge does not know";
    if (!row->own && !imp_adversary_find(row->adversary))
        return "no adversary of that name is declared: nobody breaks this flaw";
    return NULL;
}
