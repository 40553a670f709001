/* SPDX-License-Identifier: GPL-2.0-only */
/* stats.h - the statistics of tables and plots. No input is changed; NaN inputs are the caller's
 * bug. */
#ifndef IMPRINT_STATS_H
#define IMPRINT_STATS_H

#include <stddef.h>

struct imp_summary {
    size_t n;
    double mean;
    double sd; /* sample standard deviation (n - 1); 0 when n < 2 */
    double
        half; /* half width of the 95 % confidence interval of the mean (Student); 0 when n < 2 */
    double median, min, max;
};

/* n = 0 gives all zeros. */
struct imp_summary imp_summarise(const double *x, size_t n);

/* Quantile p in [0, 1] by linear interpolation of the order statistics (definition 7 of Hyndman and
 * Fan 1996, R's default). n = 0 gives 0. */
double imp_quantile(const double *x, size_t n, double p);

/* The value that Student's t with df >= 1 degrees of freedom stays below with probability 0.975. */
double imp_student_975(size_t df);

struct imp_interval {
    double low, high;
};

/* 95 % interval of a proportion k / n (Wilson 1927, without continuity correction); n = 0 gives
 * [0, 1]. */
struct imp_interval imp_wilson(size_t k, size_t n);

/* Upper end of the one-sided 95 % interval of a proportion that was seen 0 times in n: 3 / n
 * (Hanley and Lippman-Hand 1983), at most 1. */
double imp_rule_of_three(size_t n);

#endif
