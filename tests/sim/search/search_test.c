/* SPDX-License-Identifier: GPL-2.0-only */
/* The search on a toy: a walk over numbers.
 *
 * A walker starts at 0 and takes STEPS steps of 1. At each step the adversary may make him take a
 * step of 2 (replay-1), of 5 (replay-2) or none (drop). Where he is and how many steps are left is
 * the state. Each story forbids a place to end at. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "same.h"

#define STEPS 6

struct walk {
    int forbidden; /* ending there breaks the goal; -1: nowhere */
    int deadly;    /* the process dies there; -1: nowhere */
    int sick;      /* the run fails there; -1: nowhere */
    bool merge;    /* do states have names, or is each place new? */
    bool places;   /* beside states of their own, do points have places? */
};

static const struct imp_option_taken choices[] = {
    {IMP_DEVIATE_DROP, 0, 0}, {IMP_DEVIATE_REPLAY, 1, 1}, {IMP_DEVIATE_REPLAY, 2, 2}};

static int step(const struct imp_decision *script, size_t count, unsigned at)
{
    for (size_t i = 0; i < count; i++)
        if (script[i].point == at)
            return script[i].option.deviation == IMP_DEVIATE_DROP ? 0
                   : script[i].option.number == 1                 ? 2
                                                                  : 5;
    return 1;
}

static uint64_t unique(const struct imp_decision *script, size_t count, unsigned at)
{
    uint64_t h = at + 1;
    for (size_t i = 0; i < count; i++)
        h = h * 1000003 + script[i].point * 16 + (uint64_t)step(script, count, script[i].point) + 1;
    return h;
}

static void walk(void *arg, const struct imp_decision *script, size_t count,
                 struct imp_search_report *r)
{
    const struct walk *w = arg;
    unsigned behind = count ? script[count - 1].point + 1 : 0;
    int place = 0;
    for (unsigned at = 0; at < STEPS; at++) {
        struct imp_script_point p = {.number = at, .options = choices, .count = 3};
        p.state = w->merge ? (uint64_t)place * 100 + at + 1 : unique(script, count, at);
        p.place = w->places ? (uint64_t)place * 100 + at + 1 : 0;
        if (at >= behind && !imp_search_at(r, &p))
            return;
        place += step(script, count, at);
    }
    if (place == w->deadly)
        raise(SIGKILL);
    if (place == w->sick)
        imp_search_failed(r, "sick");
    if (place == w->forbidden)
        imp_search_broken(r, "g3", "there");
}

static struct imp_search_result search_full(struct walk w, unsigned deviations, unsigned full,
                                            unsigned jobs)
{
    struct imp_search_result r;
    struct imp_search s = {
        .run = walk, .arg = &w, .deviations = deviations, .full = full, .jobs = jobs};
    cr_assert_eq(imp_search(&r, &s), 0);
    return r;
}

static struct imp_search_result search(struct walk w, unsigned deviations, uint64_t budget,
                                       unsigned jobs)
{
    struct imp_search_result r;
    struct imp_search s = {
        .run = walk, .arg = &w, .deviations = deviations, .budget = budget, .jobs = jobs};
    cr_assert_eq(imp_search(&r, &s), 0);
    return r;
}

static void expect_script(const struct imp_search_result *r, const char *text)
{
    char script[200];
    imp_script_print(script, sizeof script, r->script, r->count);
    cr_expect_str_eq(script, text);
}

Test(search, nothing_forbidden_nothing_found)
{
    struct imp_search_result r = search((struct walk){-1, -1, -1, true, false}, 2, 0, 1);
    cr_expect_eq(r.end, IMP_SEARCH_NONE);
    cr_expect_eq(r.finished, 2);
    cr_expect_eq(r.branch_min, 3);
    cr_expect_eq(r.branch_max, 3);
    cr_expect_float_eq(r.branch_mean, 3, 1e-12);
}

Test(search, the_undisturbed_run_may_be_the_attack)
{
    struct imp_search_result r = search((struct walk){6, -1, -1, true, false}, 3, 0, 1);
    cr_expect_eq(r.end, IMP_SEARCH_ATTACK);
    cr_expect_eq(r.count, 0);
    cr_expect_eq(r.runs, 1);
    cr_expect_str_eq(r.goal, "g3");
    cr_expect_str_eq(r.why, "there");
}

/* 6 + 4 + 4 = 14, and no way with one deviation: the earliest points, and of their options the
 * first. */
Test(search, fewest_deviations_and_of_these_the_first)
{
    struct imp_search_result r = search((struct walk){14, -1, -1, true, false}, 4, 0, 1);
    cr_expect_eq(r.end, IMP_SEARCH_ATTACK);
    cr_expect_eq(r.count, 2);
    expect_script(&r, "0:replay-2 1:replay-2");
}

Test(search, every_script_is_tried_where_nothing_merges)
{
    struct imp_search_result r = search((struct walk){-1, -1, -1, false, false}, 2, 0, 2);
    cr_expect_eq(r.end, IMP_SEARCH_NONE);
    cr_expect_eq(r.runs, 1 + 6 * 3 + 15 * 9, "choose points, then options: %zu", (size_t)r.runs);
}

Test(search, merging_saves_runs_and_loses_no_place)
{
    for (int place = 0; place <= 30; place++) {
        struct imp_search_result a = search((struct walk){place, -1, -1, true, false}, 3, 0, 2);
        struct imp_search_result b = search((struct walk){place, -1, -1, false, false}, 3, 0, 2);
        cr_expect_eq(a.end, b.end, "%d", place);
        cr_expect_eq(a.count, b.count, "%d", place);
        cr_expect_leq(a.runs, b.runs, "%d", place);
    }
}

/* States that never merge go by their places beyond the scripts with full names: fewer runs, and
 * where places tell all that matters, nothing is lost. */
Test(search, places_save_runs_beyond_full_names)
{
    uint64_t most = search((struct walk){-1, -1, -1, false, false}, 3, 0, 1).runs;
    for (unsigned full = 0; full <= 3; full++) {
        struct imp_search_result r =
            search_full((struct walk){-1, -1, -1, false, true}, 3, full, 2);
        cr_expect_eq(r.end, IMP_SEARCH_NONE);
        cr_expect(full == 3 ? r.runs == most : r.runs < most, "%u: %zu", full, (size_t)r.runs);
    }
    for (int place = 0; place <= 30; place++) {
        struct imp_search_result a =
            search_full((struct walk){place, -1, -1, false, true}, 3, 1, 2);
        struct imp_search_result b = search((struct walk){place, -1, -1, false, false}, 3, 0, 2);
        cr_expect_eq(a.end, b.end, "%d", place);
        cr_expect_eq(a.count, b.count, "%d", place);
    }
}

Test(search, the_same_for_any_number_of_processes)
{
    struct imp_search_result one = search((struct walk){19, -1, 9, true, false}, 4, 0, 1);
    for (unsigned jobs = 2; jobs <= 5; jobs++) {
        struct imp_search_result r = search((struct walk){19, -1, 9, true, false}, 4, 0, jobs);
        cr_expect(same_result(&one, &r), "%u", jobs);
    }
    cr_expect_eq(one.end, IMP_SEARCH_ATTACK);
    cr_expect_gt(one.failed, 0);
}

Test(search, stops_at_its_budget)
{
    for (unsigned jobs = 1; jobs <= 3; jobs++) {
        struct imp_search_result r = search((struct walk){-1, -1, -1, false, false}, 3, 25, jobs);
        cr_expect_eq(r.end, IMP_SEARCH_BUDGET);
        cr_expect_eq(r.runs, 25);
        cr_expect_eq(r.finished, 1, "one deviation takes 19 runs");
    }
}

/* A run that kills its process costs this run alone. */
Test(search, outlives_its_runs)
{
    struct imp_search_result r = search((struct walk){15, 4, -1, false, false}, 3, 0, 2);
    cr_expect_eq(r.end, IMP_SEARCH_ATTACK);
    cr_expect_gt(r.failed, 0);
    cr_expect(strstr(r.first_failure, "died"), "%s", r.first_failure);
    cr_expect(strstr(r.first_failure, "drop"), "%s", r.first_failure);
}

/* ---- scripts as text
 * ------------------------------------------------------------------------------ */
static int parse(const char *text)
{
    struct imp_decision d[IMP_SCRIPT_LONGEST];
    char error[200] = "";
    int n = imp_script_parse(d, text, error, sizeof error);
    cr_expect_eq(n < 0, *error != '\0');
    return n;
}

Test(script, text_and_back)
{
    static const char *const text = "3:drop 12:own-keys-device 40:replay-2 41:copy-255";
    struct imp_decision d[IMP_SCRIPT_LONGEST];
    char error[200], back[200];
    cr_assert_eq(imp_script_parse(d, text, error, sizeof error), 4);
    cr_expect_eq(imp_script_print(back, sizeof back, d, 4), strlen(text));
    cr_expect_str_eq(back, text);
    cr_expect_eq(d[2].point, 40);
    cr_expect_eq(d[2].option.deviation, IMP_DEVIATE_REPLAY);
    cr_expect_eq(d[2].option.number, 2);
    cr_expect_eq(parse(""), 0);
}

Test(script, refuses_what_it_does_not_understand)
{
    static const char *const bad[] = {"drop",
                                      "3",
                                      "3:",
                                      "3:dro",
                                      "3:drops",
                                      "3:drop-1",
                                      "3:replay",
                                      "3:replay-0",
                                      "3:replay-",
                                      "3:replay-256",
                                      "3:drop ",
                                      " 3:drop",
                                      "3:drop  4:drop",
                                      "3:drop 3:drop",
                                      "4:drop 3:drop",
                                      "-1:drop",
                                      "3:drop,4:drop"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_lt(parse(bad[i]), 0, "%s", bad[i]);
}
