/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures of stores that are written here: what is drawn, under which names, and that equal stores
 * give equal bytes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/plot.h"
#include "tests/sim/report/rows.h"

static char dir[] = "/tmp/imprint-plot-XXXXXX";
static char error[700];
static struct imp_store *store;

static void make(void)
{
    setenv("IMPRINT_PLOTS", IMPRINT_SOURCE_DIR "/scripts/plots", 1);
    store = rows_open(dir);
}

static void drop(void)
{
    rows_close(store, dir);
}

TestSuite(plot, .init = make, .fini = drop);

static char *slurp(const char *name)
{
    char path[200];
    snprintf(path, sizeof path, "%s/plots/%s", dir, name);
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    char *text = calloc(1, 1 << 20);
    cr_assert_not_null(text);
    size_t n = fread(text, 1, (1 << 20) - 1, f);
    fclose(f);
    text[n] = '\0';
    return text;
}

static void expect_in(const char *name, const char *part)
{
    char *text = slurp(name);
    cr_assert_not_null(text, "%s", name);
    cr_expect_not_null(strstr(text, part), "%s in %s:\n%s", part, name, text);
    free(text);
}

static void expect_not_in(const char *name, const char *part)
{
    char *text = slurp(name);
    cr_assert_not_null(text, "%s", name);
    cr_expect_null(strstr(text, part), "%s in %s:\n%s", part, name, text);
    free(text);
}

static void draw(void)
{
    int n = imp_plot(dir, error, sizeof error);
    cr_assert_eq(n, 6, "%s", error);
}

/* Mean 10 of 8, 10 and 12; half width t(2) x 2 / sqrt 3 = 4.302653 x 1.154701 = 4.968275. */
Test(plot, a_bar_is_the_mean_of_the_completed_runs_with_its_interval)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    draw();
    expect_in("bars.dat", "\"duckling\\nlr-wpan\\nnrf52840\\n3 of 4 done\" 2 4 3 1 0 10 4.9682");
}

Test(plot, every_figure_is_drawn_in_both_formats)
{
    static const char *const names[] = {"messages", "bytes",          "latency",
                                        "energy",   "energy_latency", "verdicts"};
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "b", "dtls-rpk", "hybrid", "none", "holds");
    draw();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[40];
        snprintf(name, sizeof name, "%s.svg", names[i]);
        expect_in(name, "</svg>");
        snprintf(name, sizeof name, "%s.png", names[i]);
        expect_in(name, "PNG");
    }
    expect_in("messages.svg", "leap-of-faith");
    expect_in("latency.svg", "user");
}

Test(plot, equal_stores_give_equal_bytes)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "a", "dtls-rpk", "hybrid", "none", "holds");
    draw();
    char *first = slurp("energy.svg"), *scatter = slurp("energy_latency.svg");
    draw();
    char *second = slurp("energy.svg"), *again = slurp("energy_latency.svg");
    cr_assert(first && second && scatter && again);
    cr_expect_str_eq(first, second);
    cr_expect_str_eq(scatter, again);
    free(first);
    free(second);
    free(scatter);
    free(again);
}

Test(plot, costs_are_of_runs_without_adversary_and_verdicts_of_all)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "a", "duckling", "leap-of-faith", "dolev-yao", "broken");
    draw();
    expect_not_in("bars.dat", "dolev-yao");
    expect_in("matrix.gp", "against dolev-yao");
    expect_in("verdicts.dat", "1 0 3"); /* secrecy broken in the first row */
    expect_in("verdicts.dat", "1 1 1"); /* and held in the second */
}

Test(plot, a_campaign_of_attacks_alone_is_drawn_too)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "dolev-yao", "broken");
    draw();
    expect_in("bars.dat", "dolev-yao");
}

Test(plot, names_with_quotes_do_not_reach_gnuplot_as_code)
{
    rows_put_some(store, "it's \"so\" ; print 1", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "it's \"so\" ; print 1", "dtls-rpk", "hybrid", "none", "holds");
    draw();
    expect_in("style.gp", "'it''s \"so\" ; print 1: ");
}

Test(plot, runs_that_never_completed_leave_a_gap)
{
    rows_put(store, &(struct row){.scenario = "a",
                                  .mechanism = "duckling",
                                  .class = "leap-of-faith",
                                  .medium = "lr-wpan",
                                  .adversary = "none",
                                  .g1 = "holds"});
    rows_put_some(store, "b", "dtls-rpk", "hybrid", "none", "holds");
    draw();
    expect_in("bars.dat", "0 of 1 done\" 2 1 0 NaN NaN");
}

Test(plot, an_empty_store_is_one_sentence)
{
    cr_expect_eq(imp_plot(dir, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "no run is in the store yet"), "%s", error);
}

Test(plot, no_store_is_one_sentence)
{
    cr_expect_eq(imp_plot("/nonexistent", error, sizeof error), -1);
    cr_expect(*error && !strchr(error, '\n'), "%s", error);
}

Test(plot, missing_scripts_are_one_sentence)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    setenv("IMPRINT_PLOTS", "/nonexistent", 1);
    cr_expect_eq(imp_plot(dir, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "IMPRINT_PLOTS"), "%s", error);
}
