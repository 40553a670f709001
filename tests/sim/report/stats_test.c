/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
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
