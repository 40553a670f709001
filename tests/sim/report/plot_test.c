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

static struct imp_figures figures;

/* One figure, or only the data files of all. */
static void draw(const char *only)
{
    const struct imp_plot_options o = {.only = only};
    int n = imp_plot_figures(&figures, dir, &o, error, sizeof error);
    cr_assert(n >= 0, "%s", error);
}

#define DATA_ONLY "-"

/* "" when it was drawn. */
static const char *why_not(const char *name)
{
    for (size_t i = 0; i < figures.count; i++)
        if (strcmp(figures.figure[i].name, name) == 0)
            return figures.figure[i].why_not;
    return "no such figure";
}

/* Values stand alone where they say enough: not yes and no, nor one that two options have. */
Test(plot, bars_are_named_by_the_settings_that_differ)
{
    static const char *const variants[] = {
        "mode=fast bootstrap=psk", "mode=slow bootstrap=psk", "mode=slow bootstrap=psk server=psk",
        "mode=slow bootstrap=psk oob=no", "mode=slow bootstrap=rpk"};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        rows_put(store, &(struct row){.scenario = "a",
                                      .mechanism = "duckling",
                                      .class = "leap-of-faith",
                                      .medium = "lr-wpan",
                                      .adversary = "none",
                                      .g1 = "holds",
                                      .variant = variants[i],
                                      .replication = (int)i,
                                      .completed = 1,
                                      .messages = 8});
    draw(DATA_ONLY);
    expect_in("bars.dat", "nrf52840\\nfast\\npsk\"");
    expect_in("bars.dat", "nrf52840\\nslow\\npsk\\nserver=psk\"");
    expect_in("bars.dat", "nrf52840\\nslow\\npsk\\noob=no\"");
    expect_in("style.gp", "which say little of fewer than 5");
}

/* 8, 10 and 12 s have an interval of 10 +- 4.97; 1, 2 and 30 s one that reaches below zero. */
Test(plot, a_figure_says_when_an_interval_was_cut)
{
    struct row r = {.scenario = "a",
                    .mechanism = "duckling",
                    .class = "leap-of-faith",
                    .medium = "lr-wpan",
                    .adversary = "none",
                    .g1 = "holds",
                    .completed = 1,
                    .messages = 8};
    for (r.replication = 0; r.replication < 3; r.replication++) {
        r.latency_ms = 8000 + 2000 * r.replication;
        rows_put(store, &r);
    }
    draw(DATA_ONLY);
    expect_in("scatter.gp", "cut = 0");
    r.scenario = "b";
    for (r.replication = 0; r.replication < 3; r.replication++) {
        r.latency_ms = (const double[]){1000, 2000, 30000}[r.replication];
        rows_put(store, &r);
    }
    draw(DATA_ONLY);
    expect_in("scatter.gp", "cut = 1");
}

/* Mean 10 of 8, 10 and 12; half width t(2) x 2 / sqrt 3 = 4.302653 x 1.154701 = 4.968275. */
Test(plot, a_bar_is_the_mean_of_the_completed_runs_with_its_interval)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    draw(DATA_ONLY);
    expect_in("bars.dat", "\"duckling\\nlr-wpan\\nnrf52840\\n3 of 4 done\" 2 4 3 1 0 10 4.9682");
}

Test(plot, every_figure_is_drawn_in_both_formats)
{
    static const char *const names[] = {
        "messages",    "bytes",          "latency", "latency_ecdf", "energy", "energy_latency",
        "effect_loss", "effect_devices", "user",    "verdicts",     "cost"};
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "b", "dtls-rpk", "hybrid", "dolev-yao", "holds");
    for (int i = 0; i < 3; i++) {
        struct row r = {.scenario = "c",
                        .mechanism = "dtls-rpk",
                        .class = "hybrid",
                        .medium = "lr-wpan",
                        .adversary = "none",
                        .g1 = "holds",
                        .completed = 1,
                        .messages = 10,
                        .loss = 0.1 * i,
                        .latency_ms = 1500 << i};
        rows_put(store, &r);
        r.loss = 0;
        r.scenario = "d";
        r.devices = 1 << i;
        rows_put(store, &r);
    }
    draw(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[40];
        cr_expect_str_eq(why_not(names[i]), "", "%s: %s", names[i], why_not(names[i]));
        snprintf(name, sizeof name, "%s.svg", names[i]);
        expect_in(name, "</svg>");
        snprintf(name, sizeof name, "%s.png", names[i]);
        expect_in(name, "PNG");
    }
    expect_in("messages.svg", "leap-of-faith");
    expect_in("latency.svg", "user");
    expect_in("cost.svg", "against dolev-yao");
    /* latency doubles with the devices: the exponent is 1 */
    expect_in("devices.gp", "fit0_text[1] = 'exponent 1.00 \u00b1 0.00'");
    expect_in("effect_devices.svg", "exponent 1.00");
}

Test(plot, a_figure_that_the_store_cannot_make_is_named_and_an_old_one_removed)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "a", "duckling", "leap-of-faith", "dolev-yao", "holds");
    draw("effect_loss");
    cr_expect_str_eq(why_not("effect_loss"), "no scenario was run with several values of loss");
    draw("effect_hops");
    cr_expect_str_eq(why_not("effect_hops"), "no scenario was run with several values of hops");
    draw("cost");
    cr_expect_str_eq(why_not("cost"), "");
    cr_expect_eq(sqlite3_exec(imp_store_db(store), "DELETE FROM run WHERE adversary <> 'none'",
                              NULL, NULL, NULL),
                 SQLITE_OK);
    draw("cost");
    cr_expect_str_eq(why_not("cost"), "no run has an adversary");
    cr_expect_null(slurp("cost.svg"));
    cr_expect_null(slurp("cost.dat"));
}

/* Completed at 1.5 s thrice, and one that was given up after 60 s: 0.75 is where the curve ends. */
Test(plot, a_distribution_ends_below_one_when_a_run_did_not_complete)
{
    for (int i = 0; i < 4; i++)
        rows_put(store, &(struct row){.scenario = "a",
                                      .mechanism = "duckling",
                                      .class = "leap-of-faith",
                                      .medium = "lr-wpan",
                                      .adversary = "none",
                                      .g1 = "holds",
                                      .replication = i,
                                      .completed = i < 3,
                                      .messages = 8,
                                      .latency_ms = i < 3 ? 1500 : 60000});
    draw(DATA_ONLY);
    expect_in("ecdf.dat", "\n1.5 0\n1.5 0.75\n60 0.75\n");
}

/* 300 ms each, 2 messages: places on the axes are arsinh of 2 / 1 and of 0.3 / 0.1. */
Test(plot, cost_is_of_the_differences)
{
    for (int i = 0; i < 3; i++)
        rows_put(store, &(struct row){.scenario = "a",
                                      .mechanism = "duckling",
                                      .class = "leap-of-faith",
                                      .medium = "lr-wpan",
                                      .adversary = "dolev-yao",
                                      .g1 = "holds",
                                      .replication = i,
                                      .completed = 1,
                                      .messages = 8,
                                      .delta_latency_ms = 300});
    draw(DATA_ONLY);
    expect_in("cost.dat", "0 1.44364 1.44364 1.44364 \"2 ");
    expect_in("cost.dat", "\" 1.81845 1.81845 1.81845 \"0.300 ");
    expect_in("rows.gp", "ticks_2 = \"set xtics (0 0, '-0.1' -0.881374, '0.1' 0.881374)\"");
}

Test(plot, a_third_format_on_request)
{
    const struct imp_plot_options pdf = {.pdf = true, .only = "messages"};
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    cr_assert(imp_plot_figures(&figures, dir, &pdf, error, sizeof error) > 0, "%s", error);
    expect_in("messages.pdf", "%PDF-");
    draw("messages");
    cr_expect_null(slurp("messages.pdf"), "of an older store");
}

Test(plot, equal_stores_give_equal_bytes)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "a", "dtls-rpk", "hybrid", "none", "holds");
    draw("energy");
    draw("energy_latency");
    char *first = slurp("energy.svg"), *scatter = slurp("energy_latency.svg");
    draw("energy");
    draw("energy_latency");
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
    draw(DATA_ONLY);
    expect_not_in("bars.dat", "dolev-yao");
    expect_in("matrix.gp", "against dolev-yao");
    expect_in("verdicts.dat", "1 0 3"); /* secrecy broken in the first row */
    expect_in("verdicts.dat", "1 1 1"); /* and held in the second */
}

Test(plot, a_campaign_of_attacks_alone_is_drawn_too)
{
    rows_put_some(store, "a", "duckling", "leap-of-faith", "dolev-yao", "broken");
    draw(DATA_ONLY);
    expect_in("bars.dat", "dolev-yao");
}

Test(plot, names_with_quotes_do_not_reach_gnuplot_as_code)
{
    rows_put_some(store, "it's \"so\" ; print 1", "duckling", "leap-of-faith", "none", "holds");
    rows_put_some(store, "it's \"so\" ; print 1", "dtls-rpk", "hybrid", "none", "holds");
    rows_put_some(store, "b", "dtls-rpk", "hybrid", "none", "holds");
    draw(DATA_ONLY);
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
    draw(DATA_ONLY);
    expect_in("bars.dat", "0 of 1 done\" 2 1 0 NaN NaN");
}

/* 10 mW for 1 s, 100 for 0.5 s, 10 for 0.5 s; the processor 5 mW from 1.25 to 1.75 s: 67.5 mJ. */
Test(plot, power_is_radio_and_processor)
{
    json_t *profile = json_pack(
        "{s:i,s:s,s:s,s:s,s:I,s:I,s:{s:f,s:f,s:f,s:f,s:f},s:[[s,I,I],[s,I,I],[s,I,I]],s:[[s,I,I]]}",
        "device", 0, "mechanism", "pana", "platform", "nrf52840", "medium", "lr-wpan", "start_ns",
        (json_int_t)1000000000, "end_ns", (json_int_t)3000000000, "mw", "off", 0.0, "idle", 10.0,
        "rx", 20.0, "tx", 100.0, "cpu", 5.0, "radio", "idle", (json_int_t)1000000000,
        (json_int_t)2000000000, "tx", (json_int_t)2000000000, (json_int_t)2500000000, "idle",
        (json_int_t)2500000000, (json_int_t)3000000000, "cpu", "cpu", (json_int_t)2250000000,
        (json_int_t)2750000000);
    cr_assert_not_null(profile);
    cr_assert_eq(imp_plot_power(dir, "0123456789abcdef", profile, 0, 0, NULL, error, sizeof error),
                 0, "%s", error);
    expect_in("power-01234567.dat", "\n0.000000000 1.000000000 10 10 1 0 10\n"
                                    "1.000000000 1.250000000 100 100 3 10 35\n"
                                    "1.250000000 1.500000000 100 105 3 35 61.25\n"
                                    "1.500000000 1.750000000 10 15 1 61.25 65\n"
                                    "1.750000000 2.000000000 10 10 1 65 67.5\n");
    expect_in("power-01234567.svg", "pana, run 0123456789abcdef, device 1: nrf52840, lr-wpan");
    expect_in("power-01234567.png", "PNG");
    json_decref(profile);
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
