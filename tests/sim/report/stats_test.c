/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <jansson.h>
#include <math.h>

#include "sim/report/stats.h"

#define N(a) (sizeof(a) / sizeof *(a))

/* NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t,
 * upper 0.025. */
Test(stats, student_agrees_with_the_published_table)
{
    static const struct {
        size_t df;
        double t;
    } table[] = {{1, 12.706}, {2, 4.303},  {3, 3.182},  {4, 2.776},  {5, 2.571},
                 {9, 2.262},  {10, 2.228}, {29, 2.045}, {30, 2.042}, {100, 1.984}};
    for (size_t i = 0; i < N(table); i++)
        cr_expect_float_eq(imp_student_975(table[i].df), table[i].t, 5.1e-4, "df %zu", table[i].df);
    cr_expect_float_eq(imp_student_975(100000000), 1.959964, 1e-6);
}

Test(stats, student_is_continuous_where_the_method_changes)
{
    double before = imp_student_975(1000), after = imp_student_975(1001);
    cr_expect(before > after && before - after < 1e-5, "%.9f %.9f", before, after);
}

/* NIST Statistical Reference Datasets, univariate, NumAcc1: mean 10000002, standard deviation 1; it
 * breaks one-pass formulas. */
Test(stats, certified_values_of_numacc1)
{
    static const double x[] = {10000001, 10000003, 10000002};
    struct imp_summary s = imp_summarise(x, N(x));
    cr_expect_eq(s.n, 3);
    cr_expect_float_eq(s.mean, 10000002, 0);
    cr_expect_float_eq(s.sd, 1, 0);
    cr_expect_float_eq(s.half, imp_student_975(2) / sqrt(3), 1e-12);
}

/* Student (1908), Biometrika 6: additional hours of sleep, second soporific (R's `sleep`):
 * mean 2.33, sd 2.002249, 95 % interval 0.8976775 to 3.7623225 as printed by t.test of R. */
Test(stats, student_s_own_data)
{
    static const double x[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
    struct imp_summary s = imp_summarise(x, N(x));
    cr_expect_float_eq(s.mean, 2.33, 1e-12);
    cr_expect_float_eq(s.sd, 2.002249, 1e-6);
    cr_expect_float_eq(s.mean - s.half, 0.8976775, 1e-6);
    cr_expect_float_eq(s.mean + s.half, 3.7623225, 1e-6);
    cr_expect_float_eq(s.median, 1.75, 1e-12);
    cr_expect_float_eq(s.min, -0.1, 0);
    cr_expect_float_eq(s.max, 5.5, 0);
}

Test(stats, one_value_has_no_spread_and_none_has_nothing)
{
    static const double x[] = {7};
    struct imp_summary s = imp_summarise(x, 1);
    cr_expect_eq(s.n, 1);
    cr_expect_float_eq(s.mean, 7, 0);
    cr_expect_float_eq(s.median, 7, 0);
    cr_expect_float_eq(s.half, 0, 0);
    s = imp_summarise(NULL, 0);
    cr_expect_eq(s.n, 0);
    cr_expect_float_eq(s.mean, 0, 0);
}

Test(stats, the_order_of_the_rows_does_not_matter)
{
    static const double a[] = {1e16, 1, -1e16, 3.5}, b[] = {3.5, -1e16, 1, 1e16};
    cr_expect_float_eq(imp_summarise(a, 4).mean, imp_summarise(b, 4).mean, 0);
    cr_expect_float_eq(imp_summarise(a, 4).sd, imp_summarise(b, 4).sd, 0);
}

/* Hyndman and Fan's definition 7 by hand: position p (n - 1). */
Test(stats, quantiles_interpolate)
{
    static const double x[] = {40, 10, 30, 20};
    cr_expect_float_eq(imp_quantile(x, 4, 0), 10, 0);
    cr_expect_float_eq(imp_quantile(x, 4, 0.25), 17.5, 1e-12);
    cr_expect_float_eq(imp_quantile(x, 4, 0.5), 25, 1e-12);
    cr_expect_float_eq(imp_quantile(x, 4, 0.9), 37, 1e-12);
    cr_expect_float_eq(imp_quantile(x, 4, 1), 40, 0);
    cr_expect_float_eq(imp_quantile(x, 0, 0.5), 0, 0);
}

/* Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3 (score). */
Test(stats, wilson_agrees_with_newcombe)
{
    static const struct {
        size_t k, n;
        double low, high;
    } table[] = {{81, 263, 0.2553, 0.3662},
                 {15, 148, 0.0624, 0.1605},
                 {0, 20, 0.0000, 0.1611},
                 {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < N(table); i++) {
        struct imp_interval w = imp_wilson(table[i].k, table[i].n);
        cr_expect_float_eq(w.low, table[i].low, 5.1e-5, "%zu/%zu", table[i].k, table[i].n);
        cr_expect_float_eq(w.high, table[i].high, 5.1e-5, "%zu/%zu", table[i].k, table[i].n);
    }
    cr_expect_float_eq(imp_wilson(20, 20).low, 1 - 0.1611, 5.1e-5);
    cr_expect_float_eq(imp_wilson(20, 20).high, 1, 0);
    cr_expect_float_eq(imp_wilson(0, 0).high, 1, 0);
}

Test(stats, nothing_seen_still_has_a_bound)
{
    cr_expect_float_eq(imp_rule_of_three(30), 0.1, 1e-12);
    cr_expect_float_eq(imp_rule_of_three(0), 1, 0);
    cr_expect_float_eq(imp_rule_of_three(2), 1, 0);
}

/* ---- against R: tests/vectors/statistics.json, made by statistics.R beside it -------------------
 */
enum { MOST = 64 };
static json_t *file;

static void load(void)
{
    json_error_t why;
    file = json_load_file(IMPRINT_SOURCE_DIR "/tests/vectors/statistics.json", 0, &why);
    cr_assert_not_null(file, "%s", why.text);
}

static void unload(void)
{
    json_decref(file);
}

/* null is INFINITY: a quantile that is not reached. */
static size_t numbers(double out[MOST], const json_t *list)
{
    size_t n = json_array_size(list);
    cr_assert(n > 0 && n <= MOST);
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_array_get(list, i);
        out[i] = json_is_number(v) ? json_number_value(v) : INFINITY;
    }
    return n;
}

static size_t member(double out[MOST], const char *a, const char *b)
{
    const json_t *v = json_object_get(file, a);
    return numbers(out, b ? json_object_get(v, b) : v);
}

TestSuite(r, .init = load, .fini = unload);

Test(r, mean_and_interval)
{
    double x[MOST], want[MOST];
    size_t n = member(x, "sample", NULL);
    struct imp_summary s = imp_summarise(x, n);
    member(want, "mean", NULL);
    cr_expect_float_eq(s.mean, want[0], 1e-8);
    cr_expect_float_eq(s.sd, want[1], 1e-8);
    cr_expect_float_eq(s.mean - s.half, want[2], 1e-6);
    cr_expect_float_eq(s.mean + s.half, want[3], 1e-6);
}

Test(r, quantiles_of_definition_7)
{
    double x[MOST], p[MOST], want[MOST];
    size_t n = member(x, "sample", NULL), m = member(p, "probabilities", NULL);
    cr_assert_eq(member(want, "quantiles", NULL), m);
    for (size_t i = 0; i < m; i++) {
        cr_expect_float_eq(imp_quantile(x, n, p[i]), want[i], 1e-9, "%g", p[i]);
        cr_expect_float_eq(imp_bootstrap_quantile(x, n, p[i], "").value, want[i], 1e-9);
    }
}

/* Of an odd number of values the interval is known exactly: no generator can be right by chance. */
Test(r, bootstrap_of_the_median_is_the_exact_one)
{
    static const char *const names[] = {"a", "b", "latency_ms", "energy_mj"};
    double x[MOST], exact[MOST], boot[MOST];
    size_t n = member(x, "sample", NULL);
    member(exact, "median_exact", NULL);
    member(boot, "median_percentile", NULL);
    for (size_t i = 0; i < N(names); i++) {
        struct imp_estimate e = imp_bootstrap_quantile(x, n, 0.5, names[i]);
        cr_expect_float_eq(e.low, exact[0], 1e-9, "%s: %g", names[i], e.low);
        cr_expect_float_eq(e.high, exact[1], 1e-9, "%s: %g", names[i], e.high);
        cr_expect_float_eq(e.low, boot[0], 1e-9);
        cr_expect_float_eq(e.high, boot[1], 1e-9);
    }
}

Test(r, bootstrap_of_a_quartile_agrees_with_boot)
{
    double x[MOST], want[MOST];
    size_t n = member(x, "sample", NULL);
    member(want, "quartile_percentile", NULL);
    struct imp_estimate e = imp_bootstrap_quantile(x, n, 0.25, "quartile");
    cr_expect_float_eq(e.low, want[0], 1e-9, "%g", e.low);
    cr_expect_float_eq(e.high, want[1], 1e-9, "%g", e.high);
}

Test(r, empirical_distribution)
{
    double x[MOST], at[MOST], want[MOST];
    struct imp_duration d[MOST];
    struct imp_step steps[MOST];
    size_t n = member(x, "sample", NULL), m = member(at, "ecdf_at", NULL);
    member(want, "ecdf", NULL);
    for (size_t i = 0; i < n; i++)
        d[i] = (struct imp_duration){x[i], true};
    size_t k = imp_kaplan_meier(steps, d, n);
    for (size_t i = 0; i < m; i++) {
        double reached = 0;
        for (size_t s = 0; s < k && steps[s].t <= at[i]; s++)
            reached = steps[s].reached;
        cr_expect_float_eq(reached, want[i], 1e-10, "%g", at[i]);
    }
}

static size_t leukaemia(struct imp_duration d[MOST])
{
    double t[MOST], ended[MOST];
    size_t n = member(t, "survival", "time");
    member(ended, "survival", "ended");
    for (size_t i = 0; i < n; i++) /* the last one first: the order must not matter */
        d[n - 1 - i] = (struct imp_duration){t[i], ended[i] == 1};
    return n;
}

Test(r, kaplan_and_meier)
{
    double t[MOST], reached[MOST], p[MOST], want[MOST];
    struct imp_duration d[MOST];
    struct imp_step steps[MOST];
    size_t n = leukaemia(d), k = imp_kaplan_meier(steps, d, n);
    cr_assert_eq(k, member(t, "survival", "step"));
    member(reached, "survival", "reached");
    for (size_t i = 0; i < k; i++) {
        cr_expect_float_eq(steps[i].t, t[i], 0);
        cr_expect_float_eq(steps[i].reached, reached[i], 1e-10);
    }
    size_t m = member(p, "survival", "p");
    member(want, "survival", "quantile");
    for (size_t i = 0; i < m; i++) {
        struct imp_estimate e = imp_bootstrap_time(d, n, p[i], "weeks");
        cr_expect(e.value == want[i], "%g: %g, not %g", p[i], e.value, want[i]);
        cr_expect(e.low <= e.value && e.value <= e.high);
    }
}

Test(r, wilson)
{
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(file, "wilson"), i, row)
    {
        double v[MOST];
        numbers(v, row);
        struct imp_interval w = imp_wilson((size_t)v[0], (size_t)v[1]);
        cr_expect_float_eq(w.low, v[2], 1e-9, "%g of %g", v[0], v[1]);
        cr_expect_float_eq(w.high, v[3], 1e-9, "%g of %g", v[0], v[1]);
    }
    cr_expect_eq(i, 7);
}

Test(r, paired_differences)
{
    double a[MOST], b[MOST], want[MOST];
    size_t n = member(a, "paired", "a");
    member(b, "paired", "b");
    member(want, "paired", "result");
    for (size_t i = 0; i < n; i++)
        a[i] -= b[i];
    struct imp_summary s = imp_summarise(a, n);
    cr_expect_float_eq(s.mean, want[0], 1e-10);
    cr_expect_float_eq(s.mean - s.half, want[1], 1e-8);
    cr_expect_float_eq(s.mean + s.half, want[2], 1e-8);
}

Test(r, powers)
{
    double x[MOST], y[MOST], want[MOST], v[MOST];
    size_t n = member(x, "power", "x");
    member(y, "power", "y");
    struct imp_power_law f = imp_power_fit(x, y, n);
    member(want, "power", "exponent");
    cr_expect_float_eq(f.exponent, want[0], 1e-9);
    cr_expect_float_eq(f.exponent - f.half, want[1], 1e-8);
    cr_expect_float_eq(f.exponent + f.half, want[2], 1e-8);
    member(v, "power", "log_factor");
    cr_expect_float_eq(log(f.factor), v[0], 1e-9);
    member(v, "power", "r2");
    cr_expect_float_eq(f.r2, v[0], 1e-10);
}

/* ---- what intervals must not do ----------------------------------------------------------------
 */
Test(bootstrap, is_a_function_of_the_data_and_its_name)
{
    static const double x[] = {3, 1, 4, 1.5, 9, 2.6, 5.3, 5.8},
                        y[] = {9, 5.8, 5.3, 4, 2.6, 3, 1.5, 1};
    struct imp_estimate a = imp_bootstrap_quantile(x, 8, 0.5, "x");
    struct imp_estimate b = imp_bootstrap_quantile(y, 8, 0.5, "x");
    cr_expect(a.low == b.low && a.high == b.high && a.value == b.value);
    cr_expect(a.low >= 1 && a.low < a.value && a.value < a.high && a.high <= 9);
}

Test(bootstrap, equal_values_have_no_spread)
{
    static const double x[] = {7, 7, 7, 7};
    struct imp_estimate e = imp_bootstrap_quantile(x, 4, 0.9, "x");
    cr_expect(e.low == 7 && e.value == 7 && e.high == 7);
    e = imp_bootstrap_quantile(x, 1, 0.5, "x");
    cr_expect(e.low == 7 && e.value == 7 && e.high == 7);
    e = imp_bootstrap_quantile(NULL, 0, 0.5, "x");
    cr_expect(e.low == 0 && e.value == 0 && e.high == 0);
}

Test(censored, a_median_is_not_reached_when_over_half_never_ended)
{
    static const struct imp_duration d[] = {
        {3, true}, {9, false}, {4, true}, {9, false}, {9, false}};
    struct imp_estimate e = imp_bootstrap_time(d, N(d), 0.5, "x");
    cr_expect(isinf(e.value) && isinf(e.high) && e.low >= 3, "%g", e.low);
    cr_expect_float_eq(imp_bootstrap_time(d, N(d), 0.25, "x").value, 4, 0);
}

/* Two of four by 4, the third at 6: by convention the middle. */
Test(censored, on_a_step_the_middle_counts)
{
    static const struct imp_duration d[] = {{3, true}, {4, true}, {6, true}, {9, false}};
    cr_expect_float_eq(imp_bootstrap_time(d, N(d), 0.5, "x").value, 5, 0);
}

Test(power, needs_two_places_and_three_for_an_interval)
{
    static const double x[] = {2, 2, 4}, y[] = {8, 8, 64};
    cr_expect_eq(imp_power_fit(x, y, 2).n, 0);
    struct imp_power_law f = imp_power_fit(x + 1, y + 1, 2);
    cr_expect_float_eq(f.exponent, 3, 1e-12);
    cr_expect_float_eq(f.factor, 1, 1e-12);
    cr_expect_float_eq(f.half, 0, 0);
}
