/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "sim/world/data/figures.h"

#define HEAD "key,value,unit,source,status\n"

static char error[256];

static int parse(struct imp_figures *f, const char *text)
{
    error[0] = '\0';
    return imp_figures_parse(f, "t", text, strlen(text), error, sizeof error);
}

Test(figures, a_file_is_read_with_comments_quotes_and_empty_lines)
{
    struct imp_figures f;
    cr_assert_eq(parse(&f, "# about\n" HEAD "\na,1,s,plain,verified\n"
                           "b,2,,\"said \"\"so\"\", twice\",recalled\n"),
                 0, "%s", error);
    cr_assert_eq(f.n, 2);
    const struct imp_figure *b = imp_figures_find(&f, "b");
    cr_assert_str_eq(b->source, "said \"so\", twice");
    cr_assert_str_eq(b->unit, "");
    cr_assert_str_eq(b->status, "recalled");
    cr_assert_eq(b->line, 5);
    cr_assert_null(imp_figures_find(&f, "c"));
    imp_figures_free(&f);
}

Test(figures, what_is_out_of_form_is_refused_with_its_line)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"", "empty"},
        {"# only a comment\n", "empty"},
        {"key;value\n", "t.csv:1: the first line must be"},
        {HEAD "a,1,s,x\n", "t.csv:2: five fields"},
        {HEAD "a,1,s,x,verified,more\n", "t.csv:2: five fields"},
        {HEAD "a,1,s,x,certain\n", "unknown status 'certain'"},
        {HEAD "a,1,s,,verified\n", "must not be empty"},
        {HEAD ",1,s,x,verified\n", "must not be empty"},
        {HEAD "a,1,s,x,verified\na,2,s,x,verified\n", "t.csv:3: this key stands twice: 'a'"},
        {HEAD "a,1,s,\"open,verified\n", "quote"},
        {HEAD "a,1,s,\"open\"\"\n", "quote"},
        {HEAD "a,1,s,\"x\"y,verified\n", "quote"},
        {HEAD "a,1,s,x\"y\",verified\n", "quote"},
        {HEAD "a,1,s,x,verified\r\n", "control"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_figures f;
        cr_expect_eq(parse(&f, cases[i].text), -1, "case %zu", i);
        cr_expect_not_null(strstr(error, cases[i].says), "case %zu: %s", i, error);
        cr_expect_null(strchr(error, '\n'));
    }
}

Test(figures, octets_that_are_not_text_are_refused)
{
    struct imp_figures f;
    static const char text[] = HEAD "a,1,s,x\0y,verified\n";
    cr_assert_eq(imp_figures_parse(&f, "t", text, sizeof text - 1, error, sizeof error), -1);
}

Test(figures, numbers_are_plain_decimals_in_a_known_unit)
{
    static const struct imp_measure units[] = {{"s", 1}, {"ms", 1e-3}, {NULL, 0}};
    static const struct {
        const char *value, *unit;
        double expect; /* < 0: refused */
    } cases[] = {
        {"2", "s", 2},      {"2.5", "ms", 2.5e-3}, {"0", "s", 0},    {"-1", "s", -1},
        {"1e3", "s", -1},   {"0x10", "s", -1},     {".5", "s", -1},  {"5.", "s", -1},
        {"nan", "s", -1},   {"inf", "s", -1},      {"1 ", "s", -1},  {"1", "h", -1},
        {"1.2.3", "s", -1}, {"1", "", -1},         {"1,5", "s", -1}, {"1234567890123456", "s", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_figures f = {.name = "t"};
        struct imp_figure row = {
            .key = "k", .value = cases[i].value, .unit = cases[i].unit, .line = 7};
        double x = -1;
        int status = imp_figures_number(&x, &f, &row, units, error, sizeof error);
        cr_expect_eq(status, cases[i].expect < 0 ? -1 : 0, "'%s' %s", cases[i].value,
                     cases[i].unit);
        if (status == 0)
            cr_expect_float_eq(x, cases[i].expect, 1e-12);
        else
            cr_expect_not_null(strstr(error, "t.csv:7:"), "%s", error);
    }
}
