/* SPDX-License-Identifier: GPL-2.0-only */
/* Whatever a run does, the pool gets a result or a reason. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "sim/campaign/pool.h"
#include "sim/lua/sanitized.h"

struct seen {
    size_t order[64], count, results;
    char why[64][600], trace[64][100];
    size_t stop_after;
    struct imp_cost cost; /* of the last */
};

static bool done(void *arg, size_t job, struct imp_pool_result *r)
{
    struct seen *s = arg;
    s->order[s->count++] = job;
    s->cost = r->cost;
    s->results += r->result != NULL;
    snprintf(s->why[job], sizeof s->why[job], "%s", r->result ? "" : r->why);
    snprintf(s->trace[job], sizeof s->trace[job], "%s", r->trace ? r->trace : "");
    return s->count != s->stop_after;
}

/* The plan's member "do" says what to do. */
static json_t *obey(const json_t *plan, const char *pcap_dir)
{
    const char *what = json_string_value(json_object_get(plan, "do"));
    (void)pcap_dir;
    if (strcmp(what, "crash") == 0)
        raise(SIGKILL); /* the sanitizers take SIGSEGV for themselves */
    if (strcmp(what, "abort") == 0) {
        fputs("first words\nmsg=\"my reason\"\nterminate called\n", stderr);
        abort();
    }
    if (strcmp(what, "exit") == 0)
        _exit(7); /* not exit(): a leak check of the child is no part of this test */
    if (strcmp(what, "hang") == 0)
        for (;;)
            pause();
    if (strcmp(what, "nap") == 0)
        for (struct timespec t = {.tv_nsec = 300000000}; nanosleep(&t, &t) < 0;)
            ;
    if (strcmp(what, "null") == 0)
        return NULL;
    if (strcmp(what, "eat") == 0)
        for (;;) {
            volatile char *p = malloc(1 << 20);
            if (!p)
                abort();
            *p = 1; /* address space is what is limited */
        }
    if (strcmp(what, "big") == 0) {
        json_t *list = json_array();
        for (int i = 0; i < 100000; i++)
            json_array_append_new(list, json_integer(i));
        return json_pack("{s:o, s:[s]}", "list", list, "trace", "sent");
    }
    puts("a run may print");
    return json_pack("{s:s, s:[i]}", "status", "ok", "trace", 5);
}

static void run(struct seen *s, const char *const *what, size_t count, unsigned jobs)
{
    struct imp_pool_job list[64] = {{NULL}};
    char lines[64][40];
    const struct imp_pool pool = {.run = obey,
                                  .jobs = jobs,
                                  .memory = (size_t)1 << 30,
                                  .tight = true,
                                  .done = done,
                                  .arg = s};
    for (size_t i = 0; i < count; i++) {
        snprintf(lines[i], sizeof lines[i], "{\"do\":\"%s\"}", what[i]);
        list[i] = (struct imp_pool_job){.key = "k", .line = lines[i], .weight = 1, .wall_s = 20};
        if (strcmp(what[i], "hang") == 0)
            list[i].wall_s = 0.3;
    }
    imp_pool_run(&pool, list, count);
}

Test(campaign_pool, good_runs)
{
    static const char *const what[] = {"work", "big", "work"};
    struct seen s = {.count = 0};
    run(&s, what, 3, 2);
    cr_assert_eq(s.count, 3);
    cr_expect_eq(s.results, 3);
    cr_expect_str_eq(s.trace[0], "[5]");
    cr_expect_str_eq(s.trace[1], "[\"sent\"]");
}

Test(campaign_pool, bad_runs_are_told_apart)
{
    static const char *const what[] = {"crash", "work", "abort", "exit", "hang", "null", "work"};
    struct seen s = {.count = 0};
    run(&s, what, 7, 3);
    cr_assert_eq(s.count, 7);
    cr_expect_eq(s.results, 2);
    cr_expect_not_null(strstr(s.why[0], "signal"), "%s", s.why[0]);
    cr_expect_not_null(strstr(s.why[2], "signal 6"), "%s", s.why[2]);
    cr_expect_not_null(strstr(s.why[2], "my reason"), "%s", s.why[2]);
    cr_expect_null(strstr(s.why[2], "first words"), "%s", s.why[2]);
    cr_expect_not_null(strstr(s.why[3], "status 7"), "%s", s.why[3]);
    cr_expect_not_null(strstr(s.why[4], "more than 0.3 s"), "%s", s.why[4]);
    cr_expect_not_null(strstr(s.why[5], "without a result"), "%s", s.why[5]);
    for (size_t i = 0; i < 7; i++)
        cr_expect_null(strchr(s.why[i], '\n'));
}

#if !IMP_SANITIZED
Test(campaign_pool, memory_is_limited)
{
    static const char *const what[] = {"eat", "work"};
    struct seen s = {.count = 0};
    run(&s, what, 2, 1);
    cr_expect_eq(s.results, 1);
    cr_expect_not_null(strstr(s.why[0], "signal"), "%s", s.why[0]);
    cr_expect_not_null(strstr(s.why[0], " of at most 1024 MiB"), "%s", s.why[0]);
}
#endif

Test(campaign_pool, the_heaviest_starts_first)
{
    struct seen s = {.count = 0};
    const struct imp_pool pool = {.run = obey, .jobs = 1, .done = done, .arg = &s};
    struct imp_pool_job list[4] = {{.weight = 1}, {.weight = 5}, {.weight = 1}, {.weight = 9}};
    for (size_t i = 0; i < 4; i++)
        list[i].line = "{\"do\":\"work\"}";
    cr_assert_eq(imp_pool_run(&pool, list, 4), 4);
    static const size_t expected[] = {3, 1, 0, 2};
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(s.order[i], expected[i]);
}

Test(campaign_pool, the_receiver_may_stop_it)
{
    static const char *const what[] = {"work", "work", "work", "hang"};
    struct seen s = {.stop_after = 2};
    run(&s, what, 4, 1);
    cr_expect_eq(s.count, 2);
}

static volatile int stop;

static void stop_at_once(void *arg, const struct imp_pool_progress *p)
{
    (void)arg;
    stop = p->running > 0 ? 2 : 0;
}

static void let_them_end(void *arg, const struct imp_pool_progress *p)
{
    (void)arg;
    (void)p;
    stop = 1;
}

Test(campaign_pool, a_graceful_stop_lets_runs_in_flight_end)
{
    struct seen s = {.count = 0};
    const struct imp_pool pool = {
        .run = obey, .jobs = 2, .done = done, .progress = let_them_end, .arg = &s, .stop = &stop};
    struct imp_pool_job list[4] = {{.line = "{\"do\":\"nap\"}"},
                                   {.line = "{\"do\":\"nap\"}"},
                                   {.line = "{\"do\":\"work\"}"},
                                   {.line = "{\"do\":\"work\"}"}};
    cr_expect_eq(imp_pool_run(&pool, list, 4), 2);
    cr_expect_eq(s.results, 2);
}

Test(campaign_pool, costs_are_measured)
{
    struct seen s = {.count = 0};
    const struct imp_pool pool = {.run = obey, .jobs = 1, .done = done, .arg = &s};
    struct imp_pool_job list[1] = {{.line = "{\"do\":\"nap\"}"}};
    cr_assert_eq(imp_pool_run(&pool, list, 1), 1);
    cr_expect_geq(s.cost.wall_s, 0.3);
    cr_expect_lt(s.cost.cpu_s, s.cost.wall_s);
    cr_expect_gt(s.cost.memory, 100000);
}

Test(campaign_pool, a_stop_ends_runs_in_flight)
{
    struct seen s = {.count = 0};
    const struct imp_pool pool = {
        .run = obey, .jobs = 2, .done = done, .progress = stop_at_once, .arg = &s, .stop = &stop};
    struct imp_pool_job list[2] = {{.line = "{\"do\":\"hang\"}"}, {.line = "{\"do\":\"hang\"}"}};
    cr_expect_eq(imp_pool_run(&pool, list, 2), 0);
    cr_expect_eq(s.count, 0);
}
