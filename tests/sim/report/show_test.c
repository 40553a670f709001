/* SPDX-License-Identifier: GPL-2.0-only */
/* What `show` says of stores that are written here. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/show.h"
#include "tests/sim/report/rows.h"

static char dir[] = "/tmp/imprint-show-XXXXXX";
static char error[700];
static struct imp_store *store;
static char *text;

static void make(void)
{
    store = rows_open(dir);
}

static void drop(void)
{
    free(text);
    rows_close(store, dir);
}

TestSuite(show, .init = make, .fini = drop);

static int show(int (*function)(sqlite3 *, FILE *, char *, size_t))
{
    size_t n;
    free(text);
    FILE *f = open_memstream(&text, &n);
    int status = function(imp_store_db(store), f, error, sizeof error);
    fclose(f);
    return status;
}

static int paired(const char *base)
{
    size_t n;
    free(text);
    FILE *f = open_memstream(&text, &n);
    int status = imp_show_paired(imp_store_db(store), base, f, error, sizeof error);
    fclose(f);
    return status;
}

static void expect(const char *part)
{
    cr_expect_not_null(strstr(text, part), "%s in\n%s", part, text);
}

static void put(const char *mechanism, int replication, int completed, double messages,
                double latency_ms)
{
    rows_put(store, &(struct row){.scenario = "a",
                                  .mechanism = mechanism,
                                  .class = "hybrid",
                                  .medium = "lr-wpan",
                                  .adversary = "none",
                                  .g1 = "holds",
                                  .replication = replication,
                                  .completed = completed,
                                  .messages = messages,
                                  .latency_ms = latency_ms});
}

/* Three of four; Wilson by hand: centre (0.75 + z2/8)/(1 + z2/4), z2 = 3.8415: 30.1 to 95.4 %. */
Test(show, incomplete_runs_are_counted_and_in_the_interval)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("#  runs  done  not  failed  done, %            rule of three\n"
           "1     4     3    1       0  75.0 [30.1, 95.4]\n");
    expect("10.00 \u00b1 4.97"); /* Student's t over 8, 10, 12 */
    expect("4 runs: 3 completed, 1 ended without completing, 0 harness failures.");
}

Test(show, all_or_none_have_the_rule_of_three)
{
    for (int i = 0; i < 30; i++) {
        put("duckling", i, 1, 8, 1200);
        put("dtls-rpk", i, 0, 8, 60000);
    }
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("does not complete in at most 10 %");
    expect(" completes in at most 10 %");
    expect("not reached"); /* the median of what never completed */
}

/* Latencies 1.1 to 1.5 s and two that were cut off at 60 s: the median of seven is the fourth. */
Test(show, a_median_counts_runs_that_did_not_complete)
{
    for (int i = 0; i < 5; i++)
        put("duckling", i, 1, 8, 1100 + 100 * i);
    put("duckling", 5, 0, 8, 60000);
    put("duckling", 6, 0, 8, 60000);
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("1.400 [1.");
    expect("not reached [1.");
}

Test(show, differences_are_of_runs_of_equal_seed_and_replication)
{
    static const double noise[] = {0, 400, -300, 900, 100};
    for (int i = 0; i < 5; i++) {
        put("dtls-rpk", i, 1, 10, 2000 + noise[i]);
        put("duckling", 4 - i, 1, 13, 2500 + noise[4 - i]); /* in another order */
    }
    put("dtls-rpk", 5, 1, 10, 2000);
    put("duckling", 5, 0, 10, 60000);
    cr_assert_eq(paired("dtls-rpk"), 0, "%s", error);
    expect("Row less row 1 (dtls-rpk)");
    /* 5 pairs, 1 not: 3 messages and exactly 500 ms more, though latencies spread over 1.2 s */
    expect("2      5    1     3 \u00b1 0  0 \u00b1 0         0 \u00b1 0  0.500 \u00b1 0.000");
    /* the table for people has them too, to the first row of the scenario */
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("Differences to the first row of the scenario");
    expect("2     1      5    1     3 \u00b1 0  0 \u00b1 0         0 \u00b1 0  0.500 \u00b1 0.000");
    cr_expect_null(strstr(text, "rows fewer than"), "%s", text);
}

Test(show, few_runs_are_told)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("Of 1 of 1 rows fewer than 5 runs completed");
    cr_expect_null(strstr(text, "Differences"), "%s", text);
}

Test(show, a_base_that_is_not_there_is_one_sentence)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "b", "duckling", "leap-of-faith", "none", "holds");
    cr_expect_eq(paired("3"), -1);
    cr_expect_str_eq(error, "--paired 3: no such row; expected 1 to 2");
    cr_expect_eq(paired("duckling"), -1);
    cr_expect_not_null(strstr(error, "2 rows have this mechanism"), "%s", error);
    cr_expect_eq(paired("2"), 0);
}

Test(show, nothing_is_wider_than_a_hundred_columns)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "dolev-yao", "broken");
    rows_put_some(store, "a-scenario-with-a-long-name", "dtls-rpk", "hybrid", "none", "holds");
    for (int i = 0; i < 4; i++)
        put("eap-noob", i, 1, 1234.5 + i, 123456.7 * (i + 1));
    cr_assert_eq(show(imp_show_table), 0, "%s", error);
    expect("Cost under attack");
    for (char *rest = text, *line; (line = strsep(&rest, "\n"));) {
        size_t n = 0;
        for (const char *p = line; *p; p++)
            n += (*p & 0xc0) != 0x80;
        cr_expect(n <= IMP_SHOW_WIDTH, "%zu: %s", n, line);
        cr_expect(n == 0 || line[strlen(line) - 1] != ' ', "blank at the end: %s", line);
    }
}

Test(show, groups_are_rows_for_programs)
{
    for (int i = 0; i < 5; i++)
        put("duckling", i, 1, 8 + i, 1100 + 100 * i);
    cr_assert_eq(show(imp_show_groups), 0, "%s", error);
    const char *line = strchr(text, '\n') + 1;
    size_t columns = 1, fields = 1;
    for (const char *p = text; p < line; p++)
        columns += *p == ',';
    for (const char *p = line; *p; p++)
        fields += *p == ',';
    cr_expect_eq(columns, fields);
    cr_expect_eq(columns, 15 + 8 * (IMP_MEASURE_COUNT - 1));
    expect("latency_ms_mean,latency_ms_half,latency_ms_median,latency_ms_median_low");
    expect("a,duckling,,hybrid,lr-wpan,nrf52840,1,0,none,,5,5,0,0.565518,1.000000,10,1.96");
    expect(",1300,196.32"); /* mean and t(4) * 158.11 / sqrt 5 */
}
