/* SPDX-License-Identifier: GPL-2.0-only */
/* Each mechanism's messages.csv: its arithmetic adds up, and a run without loss sends on the
 * device's link exactly these messages in these sizes. */
#include <criterion/criterion.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "tests/support/runner.h"

enum { MESSAGE, OCTETS, ARITHMETIC, PUBLISHED, DIFFERENCE, FIELDS, ROWS = 64 };

struct range {
    long least, most;
};

struct row {
    char line[512], *field[FIELDS];
    struct range octets;
    size_t seen;
};

struct table {
    struct row row[ROWS];
    size_t n;
};

/* RFC 4180 without doubled quotes. */
static void split(struct row *r, const char *file)
{
    char *p = r->line;
    for (int i = 0; i < FIELDS; i++) {
        cr_assert_not_null(p, "%s: five fields: %s", file, r->line);
        bool quoted = *p == '"';
        r->field[i] = p += quoted;
        p = strpbrk(p, quoted ? "\"" : ",\n");
        if (p && quoted)
            *p++ = 0;
        bool more = p && *p == ',';
        if (p)
            *p++ = 0;
        if (!more)
            p = NULL;
    }
}

/* "18", "68..72"; a word with a digit in it is no number. */
static bool number(const char *word, struct range *out)
{
    char *end;
    out->least = out->most = strtol(word, &end, 10);
    if (end == word)
        return false;
    if (strncmp(end, "..", 2) == 0)
        out->most = strtol(end + 2, &end, 10);
    return *end == 0;
}

/* "header 16 + 2 x 12 + signature 70..72" */
static struct range sum(const char *arithmetic)
{
    char text[512], *save, *word;
    struct range total = {0, 0}, n;
    long times = 0, last = 0;
    snprintf(text, sizeof text, "%s", arithmetic);
    for (word = strtok_r(text, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
        if (strcmp(word, "x") == 0) {
            times = last;
            total.least -= last;
            total.most -= last;
        } else if (number(word, &n)) {
            long k = times ? times : 1;
            total.least += k * n.least;
            total.most += k * n.most;
            last = n.least;
            times = 0;
        }
    }
    return total;
}

static void check_row(struct row *r, const char *file)
{
    long published = strtol(r->field[PUBLISHED], NULL, 10);
    cr_assert(number(r->field[OCTETS], &r->octets), "%s: octets of %s", file, r->field[MESSAGE]);
    struct range total = sum(r->field[ARITHMETIC]);
    cr_expect(total.least == r->octets.least && total.most == r->octets.most,
              "%s: %s has %s octets, its arithmetic gives %ld..%ld", file, r->field[MESSAGE],
              r->field[OCTETS], total.least, total.most);
    if (published && (published < r->octets.least || published > r->octets.most))
        cr_expect(*r->field[DIFFERENCE], "%s: %s differs from %ld, and nothing says why", file,
                  r->field[MESSAGE], published);
}

static void load(struct table *t, const char *file)
{
    FILE *f = fopen(file, "r");
    char line[512];
    cr_assert_not_null(f, "%s", file);
    memset(t, 0, sizeof *t);
    for (int i = 0; fgets(line, sizeof line, f); i++) {
        if (i == 1)
            cr_expect_str_eq(line, "message,octets,arithmetic,published,difference\n");
        if (i < 2)
            continue;
        cr_assert_lt(t->n, (size_t)ROWS);
        struct row *r = &t->row[t->n++];
        snprintf(r->line, sizeof r->line, "%s", line);
        split(r, file);
        check_row(r, file);
    }
    fclose(f);
    cr_assert_gt(t->n, 0U, "%s has no row", file);
}

static bool known(struct table *t, const char *name, long octets)
{
    bool found = false;
    for (size_t i = 0; i < t->n; i++) {
        struct row *r = &t->row[i];
        if (strcmp(r->field[MESSAGE], name) != 0 || octets < r->octets.least ||
            octets > r->octets.most)
            continue;
        r->seen++;
        found = true;
    }
    return found;
}

static bool is(const json_t *entry, const char *key, const char *value)
{
    const char *text = json_string_value(json_object_get(entry, key));
    return text && strcmp(text, value) == 0;
}

static void compare(struct table *t, const char *mechanism)
{
    json_t *result = runner_run(json_pack("{s:s}", "mechanism", mechanism));
    const json_t *trace = json_object_get(result, "trace"), *entry;
    size_t i, n = 0;
    long octets = 0;
    cr_assert(runner_completed(result), "%s", mechanism);
    json_array_foreach(trace, i, entry)
    {
        if (!is(entry, "kind", "send") ||
            (!is(entry, "from", "device-1") && !is(entry, "to", "device-1")))
            continue;
        const char *name = json_string_value(json_object_get(entry, "message"));
        long size = (long)json_integer_value(json_object_get(entry, "n"));
        cr_expect(known(t, name, size), "%s: %s of %ld octets is not in messages.csv", mechanism,
                  name, size);
        octets += size;
        n++;
    }
    /* The columns end with bootstrapping: an alert that closes the session comes after it. */
    cr_expect_leq(runner_column(result, "messages_device"), (double)n, "%s", mechanism);
    cr_expect_leq(runner_column(result, "bytes_device"), (double)octets, "%s", mechanism);
    for (i = 0; i < t->n; i++)
        cr_expect(t->row[i].seen > 0, "%s: no message is %s of %s octets", mechanism,
                  t->row[i].field[MESSAGE], t->row[i].field[OCTETS]);
    json_decref(result);
}

Test(messages, of_each_mechanism_are_those_of_its_table, .timeout = 600)
{
    static struct table table;
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        char pattern[256];
        glob_t found;
        snprintf(pattern, sizeof pattern, IMPRINT_SOURCE "/protocols/*/%s/messages.csv",
                 imp_mechanisms[i]->name);
        cr_assert_eq(glob(pattern, 0, NULL, &found), 0, "no %s", pattern);
        load(&table, found.gl_pathv[0]);
        globfree(&found);
        compare(&table, imp_mechanisms[i]->name);
    }
}
