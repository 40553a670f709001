/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of expectations is read strictly; flaw tables give two cells an entry. */
#include "sim/campaign/expected.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/campaign/attack.h"

#define HEADER "mechanism,variant,adversary,goal,expected,probability,reason,source\n"

static int parse(struct imp_expectations *e, const char *text, char *error, size_t cap)
{
    *error = '\0';
    return imp_expected_parse(e, "x.csv", text, error, cap);
}

Test(expected, lists_of_adversaries_and_goals_make_a_cell_each)
{
    struct imp_expectations e;
    char error[1000];
    cr_assert_eq(
        parse(&e,
              "# a comment\n" HEADER
              "eap-psk,default,passive dolev-yao,g1_secrecy g3,holds,,\"a, \"\"b\"\"\",s\n",
              error, sizeof error),
        0, "%s", error);
    cr_assert_eq(e.count, 4);
    cr_expect_str_eq(e.row[0].adversary, "passive");
    cr_expect_str_eq(e.row[2].adversary, "dolev-yao");
    cr_expect_eq(e.row[1].goal, IMP_GOAL_AGREEMENT);
    cr_expect_eq(e.row[3].expected, IMP_VERDICT_HOLDS);
    cr_expect_eq(e.row[3].line, 3);
    cr_expect_lt(e.row[0].probability, 0);
    cr_expect_str_eq(e.row[0].reason, "a, \"b\"");
    imp_expected_free(&e);
}

struct bad {
    char line[160], says[80];
};

ParameterizedTestParameters(expected, bad_lines_are_named)
{
    static struct bad cases[] = {
        {"eap-psk,default,passive,g1_secrecy,holds,,r", "x.csv:2: fewer than 8 fields"},
        {"eap-psk,default,passive,g1_secrecy,holds,,r,s,t", "x.csv:2: more than 8 fields"},
        {"eap-pks,default,passive,g1_secrecy,holds,,r,s", "did you mean"},
        {"eap-psk,default,pasive,g1_secrecy,holds,,r,s", "did you mean"},
        {"eap-psk,default,passive,g2_secrecy,holds,,r,s", "x.csv:2: unknown goal"},
        {"eap-psk,default,passive,g1_secrecy,maybe,,r,s", "expected holds or broken"},
        {"eap-psk,default,passive,g1_secrecy,broken,1.5,r,s", "a number from 0 to 1"},
        {"eap-psk,default,passive,g1_secrecy,holds,0.5,r,s", "it is that of broken"},
        {"eap-psk,default,passive,g1_secrecy,holds,,,s", "reason: expected a text"},
        {"eap-psk,default,passive,g1_secrecy,holds,,r,", "source: expected a text"},
        {"eap-psk,,passive,g1_secrecy,holds,,r,s", "x.csv:2: variant:"},
        {"eap-psk,!,passive,g1_secrecy,holds,,r,s", "x.csv:2: variant:"},
        {"eap-psk,=1,passive,g1_secrecy,holds,,r,s", "x.csv:2: variant:"},
        {"eap-psk,a=1 a=2,passive,g1_secrecy,holds,,r,s", "a is set twice"},
        {"eap-psk,@moons=2,passive,g1_secrecy,holds,,r,s", "expected @devices"},
        {"eap-psk,@devices=x,passive,g1_secrecy,holds,,r,s", "@devices: expected a whole number"},
        {"eap-psk,@mother.kill=-1,passive,g1_secrecy,holds,,r,s", "expected a whole number"},
        {"eap-psk,default,,g1_secrecy,holds,,r,s", "adversary: expected"},
        {"eap-psk,default,passive,,holds,,r,s", "goal: expected"},
        {"eap-psk,default,passive,g1 g1_secrecy,holds,,r,s", "is expected in line 2 already"},
        {"eap-psk,default,passive,g1_secrecy,holds,,\"r,s", "not closed"},
        {"eap-psk,default,passive,g1_secrecy,holds,,\"r\"x,s", "behind a closing quote"},
        {"eap-psk,default,passive,g1_secrecy,holds,,r\"x,s", "a quote inside"},
    };
    return cr_make_param_array(struct bad, cases, sizeof cases / sizeof *cases);
}

ParameterizedTest(struct bad *b, expected, bad_lines_are_named)
{
    struct imp_expectations e;
    char text[400], error[1000];
    snprintf(text, sizeof text, HEADER "%s\n", b->line);
    cr_assert_eq(parse(&e, text, error, sizeof error), -1, "taken: %s", b->line);
    cr_expect_not_null(strstr(error, b->says), "%s: \"%s\" lacks \"%s\"", b->line, error, b->says);
}

/* A folder with a scenario file in it; the expectations lie beside it. */
static void folder_with(char folder[64], char expectations[100], const char *lua)
{
    char path[100];
    snprintf(folder, 64, "/tmp/imprint-expected-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(expectations, 100, "%s/x.csv", folder);
    snprintf(path, sizeof path, "%s/own.lua", folder);
    FILE *f = fopen(path, "we");
    cr_assert_not_null(f);
    fputs(lua, f);
    fclose(f);
}

static void folder_remove(const char *folder)
{
    char path[100];
    snprintf(path, sizeof path, "%s/own.lua", folder);
    remove(path);
    remove(folder);
}

#define OWN_ROW HEADER "eap-psk,default,own.lua,g1 g3,holds,,r,s\n"

Test(expected, an_adversary_of_ones_own_is_that_of_a_scenario_file)
{
    struct imp_expectations e;
    struct imp_attack a;
    char folder[64], path[100], error[1000] = "";
    struct imp_attack_choice choice = {.seeds = 1};
    folder_with(folder, path,
                "return scenario { mechanism = 'eap-psk', adversary = mitm { preset = 'dolev-yao', "
                "strategy = { name = 'drop', count = 1 } } }");
    cr_assert_eq(imp_expected_parse(&e, path, OWN_ROW, error, sizeof error), 0, "%s", error);
    cr_assert_eq(e.count, 2);
    cr_expect_eq(e.row[0].own, e.row[1].own, "the file is evaluated once");
    cr_expect_null(imp_expected_unbreakable(&e.row[0]));
    cr_assert_eq(imp_attack_plan(&a, &e, &choice, error, sizeof error), 0, "%s", error);
    cr_assert_eq(a.plan.count, 1);
    cr_expect_not_null(strstr(a.plan.runs[0].line, "\"count\":\"1\",\"name\":\"drop\""));
    cr_expect_not_null(strstr(a.plan.runs[0].line, "\"name\":\"own.lua\""));
    imp_attack_free(&a);
    imp_expected_free(&e);
    folder_remove(folder);
}

Test(expected, a_scenario_file_without_an_adversary_of_its_own_is_refused)
{
    static const char *const bad[][2] = {
        {"return scenario { mechanism = 'eap-psk', adversary = 'passive' }",
         "expected one scenario"},
        {"return { scenario { adversary = mitm {} }, scenario {} }", "expected one scenario"},
        {"return scenario {", "own.lua:1"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct imp_expectations e;
        char folder[64], path[100], error[1000] = "";
        folder_with(folder, path, bad[i][0]);
        cr_expect_eq(imp_expected_parse(&e, path, OWN_ROW, error, sizeof error), -1);
        cr_expect_not_null(strstr(error, bad[i][1]), "\"%s\" should speak of %s", error, bad[i][1]);
        cr_expect_not_null(strstr(error, "x.csv:2"), "%s", error);
        folder_remove(folder);
    }
}

Test(expected, words_of_the_scenario_and_the_number_of_seeds)
{
    char error[1000] = "";
    json_t *keys = json_object();
    cr_assert_eq(imp_variant_keys(keys, "a=1 @devices=2 @mother.re_key=120 @seeds=40 !f", error,
                                  sizeof error),
                 0, "%s", error);
    cr_expect_eq(json_integer_value(json_object_get(keys, "devices")), 2);
    cr_expect_null(json_object_get(keys, "seeds"));
    const json_t *event = json_array_get(json_object_get(keys, "timeline"), 0);
    cr_expect_str_eq(json_string_value(json_object_get(event, "event")), "re key");
    cr_expect_eq(json_integer_value(json_object_get(event, "at_s")), 120);
    cr_expect_eq(imp_variant_seeds("a=1 @seeds=40 !f"), 40);
    cr_expect_eq(imp_variant_seeds("a=1"), 0);
    json_decref(keys);
}

Test(expected, a_row_may_ask_for_more_seeds)
{
    struct imp_expectations e;
    struct imp_attack attack;
    char error[1000] = "";
    struct imp_attack_choice one = {.seeds = 1};
    cr_assert_eq(parse(&e,
                       HEADER "eap-psk,@seeds=5,passive,g1 g3,holds,,r,s\n"
                              "eap-psk,default,passive,g1,holds,,r,s\n",
                       error, sizeof error),
                 0, "%s", error);
    cr_assert_eq(imp_attack_plan(&attack, &e, &one, error, sizeof error), 0, "%s", error);
    cr_assert_eq(attack.group_count, 2);
    cr_expect_eq(attack.group[0].seeds, 5);
    cr_expect_eq(attack.group[1].seeds, 1);
    cr_expect_str_neq(attack.group[0].keys[4], attack.group[0].keys[0]);
    imp_attack_free(&attack);
    imp_expected_free(&e);
}

Test(expected, a_file_without_header_or_cells_is_refused)
{
    struct imp_expectations e;
    char error[1000];
    cr_expect_eq(parse(&e, "", error, sizeof error), -1);
    cr_expect_eq(parse(&e, HEADER, error, sizeof error), -1);
    cr_expect_eq(parse(&e, "eap-psk,default,passive,g1_secrecy,holds,,r,s\n", error, sizeof error),
                 -1);
    cr_expect_not_null(strstr(error, "x.csv:1: column 1: expected \"mechanism\""), "%s", error);
}

Test(expected, every_flaw_has_a_cell_with_and_a_cell_without)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        const struct imp_mechanism *m = imp_mechanisms[i];
        struct imp_expectations e = {.path = "x", .texts = json_array()};
        imp_expected_flaws(&e, m);
        cr_assert_eq(e.count, 2 * imp_flaw_count(m));
        for (size_t k = 0; k < e.count; k += 2) {
            cr_expect_eq(e.row[k].expected, IMP_VERDICT_BROKEN);
            cr_expect_eq(e.row[k + 1].expected, IMP_VERDICT_HOLDS);
            cr_expect_not_null(strchr(e.row[k].variant, '!'));
            cr_expect_null(strchr(e.row[k + 1].variant, '!'));
            cr_expect_null(strchr(e.row[k].variant, ','));
            cr_expect_null(imp_expected_unbreakable(&e.row[k]), "%s %s: %s", m->name,
                           e.row[k].variant, imp_expected_unbreakable(&e.row[k]));
        }
        imp_expected_free(&e);
    }
}

Test(expected, a_flaw_that_nobody_breaks_has_no_runs_and_a_reason)
{
    static const struct imp_flaw flaws[] = {
        {.name = "f", .summary = "s", .broken_by = NULL, .goal = "g1"},
        {.name = "g", .summary = "s", .broken_by = "passive", .goal = "g99"},
        {.name = NULL}};
    const struct imp_mechanism m = {.name = "eap-psk", .flaws = flaws};
    struct imp_expectations e = {.path = "x", .texts = json_array()};
    struct imp_attack_choice all = {.seeds = 2};
    struct imp_attack a;
    char error[1000];
    imp_expected_flaws(&e, &m);
    cr_assert_eq(imp_attack_plan(&a, &e, &all, error, sizeof error), 0, "%s", error);
    cr_expect_eq(a.cell_count, 4);
    cr_expect_eq(a.plan.count, 0);
    for (size_t i = 0; i < a.cell_count; i++)
        cr_expect_not_null(a.cell[i].unbreakable);
    imp_attack_free(&a);
    imp_expected_free(&e);
}

Test(expected, cells_of_one_group_share_their_runs)
{
    struct imp_expectations e;
    struct imp_attack a;
    char error[1000];
    const char *only[] = {"eap-psk"};
    struct imp_attack_choice choice = {.mechanisms = only, .mechanism_count = 1, .seeds = 3};
    cr_assert_eq(parse(&e,
                       HEADER "eap-psk,default,none passive,g1_secrecy g3_agreement,holds,,r,s\n"
                              "duckling,default,none,g1_secrecy,holds,,r,s\n",
                       error, sizeof error),
                 0, "%s", error);
    cr_assert_eq(imp_attack_plan(&a, &e, &choice, error, sizeof error), 0, "%s", error);
    cr_expect_eq(a.cell_count, 4);
    cr_expect_eq(a.group_count, 2);
    cr_expect_eq(a.plan.count, 6);
    cr_expect_str_eq(a.group[0].keys[0], a.plan.runs[0].key);
    cr_expect_str_eq(a.group[1].keys[2], a.plan.runs[5].key);
    imp_attack_free(&a);
    imp_expected_free(&e);
}

Test(expected, an_unknown_option_is_placed_in_the_file)
{
    struct imp_expectations e;
    struct imp_attack a;
    char error[1000];
    struct imp_attack_choice all = {.seeds = 1};
    cr_assert_eq(
        parse(&e, HEADER "eap-psk,realmm=x,none,g1_secrecy,holds,,r,s\n", error, sizeof error), 0,
        "%s", error);
    cr_expect_eq(imp_attack_plan(&a, &e, &all, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "x.csv:2: options:"), "%s", error);
    imp_expected_free(&e);
}
