/* SPDX-License-Identifier: GPL-2.0-only */
/* Comparison of found with expected verdicts, and the files that come of it. */
#include "sim/report/matrix.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/account.h"

static const struct imp_expected must_hold = {.mechanism = "eap-psk",
                                              .variant = "default",
                                              .adversary = "passive",
                                              .goal = IMP_GOAL_SECRECY,
                                              .expected = IMP_VERDICT_HOLDS,
                                              .probability = IMP_EXPECTED_EVERY,
                                              .reason = "a < b & \"c\"",
                                              .source = "RFC, 1",
                                              .line = 7};
static const struct imp_expected must_break = {.mechanism = "eap-psk",
                                               .variant = "!no-peer-auth",
                                               .adversary = "dolev-yao",
                                               .goal = IMP_GOAL_AGREEMENT,
                                               .expected = IMP_VERDICT_BROKEN,
                                               .probability = IMP_EXPECTED_EVERY,
                                               .reason = "r",
                                               .source = "flaw table"};

static struct imp_cell_count found(size_t holds, size_t broken, size_t never, size_t missing)
{
    struct imp_cell_count c = {.missing = missing};
    c.of[IMP_VERDICT_HOLDS] = holds;
    c.of[IMP_VERDICT_BROKEN] = broken;
    c.of[IMP_VERDICT_NEVER_ACTED] = never;
    return c;
}

static bool agrees(const struct imp_expected *row, size_t holds, size_t broken, size_t never,
                   size_t missing)
{
    struct imp_cell_count c = found(holds, broken, never, missing);
    return imp_cell_agrees(row, &c);
}

Test(matrix, every_seed_must_agree)
{
    cr_expect(agrees(&must_hold, 3, 0, 0, 0));
    cr_expect_not(agrees(&must_hold, 2, 1, 0, 0));
    cr_expect_not(agrees(&must_hold, 0, 3, 0, 0));
    cr_expect(agrees(&must_break, 0, 3, 0, 0));
    cr_expect_not(agrees(&must_break, 1, 2, 0, 0));
    cr_expect_not(agrees(&must_break, 3, 0, 0, 0), "an unexpected holds is a difference");
}

Test(matrix, what_was_not_tested_is_never_as_expected)
{
    cr_expect_not(agrees(&must_hold, 0, 0, 3, 0));
    cr_expect_not(agrees(&must_hold, 2, 0, 1, 0));
    cr_expect_not(agrees(&must_break, 0, 2, 1, 0));
    cr_expect_not(agrees(&must_hold, 2, 0, 0, 1));
    cr_expect_not(agrees(&must_hold, 0, 0, 0, 0));
    struct imp_cell_count na = {.missing = 0};
    na.of[IMP_VERDICT_NA] = 3;
    cr_expect_not(imp_cell_agrees(&must_hold, &na));
}

Test(matrix, a_probability_must_lie_in_the_wilson_interval)
{
    struct imp_expected half = must_break;
    half.probability = 0.5; /* of 20: 10 gives [0.30, 0.70], 17 gives [0.64, 0.95] */
    cr_expect(agrees(&half, 10, 10, 0, 0));
    cr_expect(agrees(&half, 7, 13, 0, 0));
    cr_expect_not(agrees(&half, 3, 17, 0, 0));
    cr_expect_not(agrees(&half, 20, 0, 0, 0));
    cr_expect_not(agrees(&half, 10, 10, 1, 0));
}

/* ---- files
 * ------------------------------------------------------------------------------------ */
static struct imp_matrix sample(struct imp_cell cells[3])
{
    static struct imp_expected lonely;
    lonely = must_break;
    lonely.goal = IMP_GOAL_COUNT;
    cells[0] = (struct imp_cell){.row = &must_hold,
                                 .seeds = 3,
                                 .found = found(0, 3, 0, 0),
                                 .key = "00ff",
                                 .why = "K of device-1 is known: read <here>"};
    cells[1] = (struct imp_cell){
        .row = &must_break, .seeds = 3, .found = found(0, 3, 0, 0), .agrees = true};
    cells[2] = (struct imp_cell){.row = &lonely, .unbreakable = "no goal", .why = "no goal"};
    return (struct imp_matrix){
        .cell = cells, .count = 3, .seeds = 3, .agreeing = 1, .differing = 2};
}

static char *text_of(void (*writer)(FILE *, const struct imp_matrix *))
{
    struct imp_cell cells[3];
    struct imp_matrix m = sample(cells);
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    cr_assert_not_null(f);
    writer(f, &m);
    fclose(f);
    return text;
}

static size_t occurrences(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = text; (p = strstr(p, word)) != NULL; p += strlen(word))
        n++;
    return n;
}

/* Tags open and close in order, attributes are quoted, entities are known. */
static void expect_well_formed(const char *xml)
{
    char stack[50][40];
    int depth = 0;
    for (const char *p = xml; *p;) {
        if (*p == '&') {
            size_t n = strcspn(p, "; <");
            cr_assert(p[n] == ';' && n < 6, "bad entity at %.20s", p);
        }
        if (*p++ != '<')
            continue;
        if (*p == '?') {
            p = strchr(p, '>') + 1;
            continue;
        }
        bool closing = *p == '/';
        p += closing;
        size_t n = strcspn(p, " />");
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)n, p);
        bool quoted = false;
        for (p += n; *p && (quoted || *p != '>'); p++) {
            quoted ^= *p == '"';
            cr_assert_neq(*p, '<', "'<' inside a tag");
        }
        cr_assert_eq(*p, '>');
        bool empty = p[-1] == '/';
        p++;
        if (closing) {
            cr_assert_gt(depth, 0);
            cr_assert_str_eq(stack[--depth], name);
        } else if (!empty) {
            cr_assert_lt(depth, 50);
            strcpy(stack[depth++], name);
        }
    }
    cr_assert_eq(depth, 0);
}

Test(matrix, junit_is_well_formed_and_says_why)
{
    char *xml = text_of(imp_matrix_junit);
    expect_well_formed(xml);
    cr_expect_eq(occurrences(xml, "<testcase"), 3);
    cr_expect_eq(occurrences(xml, "<failure"), 2);
    cr_expect_not_null(strstr(xml, "tests=\"3\" failures=\"2\" errors=\"0\""));
    cr_expect_not_null(strstr(xml, "message=\"expected holds, found broken\""));
    cr_expect_not_null(strstr(xml, "read &lt;here&gt;"));
    cr_expect_not_null(strstr(xml, "a &lt; b &amp; &quot;c&quot;"));
    free(xml);
}

Test(matrix, svg_is_well_formed_and_holds_a_symbol_for_each_cell)
{
    char *svg = text_of(imp_matrix_svg);
    expect_well_formed(svg);
    cr_expect_not_null(strstr(svg, "role=\"img\""));
    cr_expect_not_null(strstr(svg, "<desc"));
    cr_expect_eq(occurrences(svg, "stroke-width=\"3\""), 1, "one shown cell differs");
    free(svg);
}

Test(matrix, csv_quotes_what_needs_it)
{
    char *csv = text_of(imp_matrix_csv);
    cr_expect_not_null(strstr(csv, "\"a < b & \"\"c\"\"\",\"RFC, 1\"\n"));
    cr_expect_not_null(strstr(csv, "eap-psk,!no-peer-auth,dolev-yao,g3_agreement,broken,,broken,3,0"
                                   ",3,0,yes"));
    cr_expect_eq(occurrences(csv, "\n"), 4);
    free(csv);
}

Test(matrix, terminal_marks_what_differs)
{
    char *text = text_of(imp_matrix_print);
    cr_expect_not_null(strstr(text, " !.*"), "%s", text);
    cr_expect_not_null(strstr(text, " .! "), "%s", text);
    free(text);
}

/* ---- accounts
 * --------------------------------------------------------------------------------- */
Test(account, the_claim_is_found_in_the_reason)
{
    char party[40], claim[40];
    imp_account_mark(party, sizeof party, claim, sizeof claim,
                     "MSK of device-1 is known: MSK of adversary/server");
    cr_expect_str_eq(party, "device-1");
    cr_expect_str_eq(claim, "MSK");
    imp_account_mark(party, sizeof party, claim, sizeof claim,
                     "server is bound to adversary/device-1 in layer eap");
    cr_expect_str_eq(party, "server");
    cr_expect_str_eq(claim, "commit");
    imp_account_mark(party, sizeof party, claim, sizeof claim, "not every honest party completed");
    cr_expect_str_eq(party, "");
    cr_expect_str_eq(claim, "");
}
