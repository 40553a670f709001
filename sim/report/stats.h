/* SPDX-License-Identifier: GPL-2.0-only */
/* stats.h - the statistics of tables and plots. No input is changed; NaN inputs are the caller's
 * bug. */
#ifndef IMPRINT_STATS_H
#define IMPRINT_STATS_H

#include <stdbool.h>
#include <stddef.h>

struct imp_summary {
    size_t n;
    double mean;
    double sd; /* sample standard deviation (n - 1); 0 when n < 2 */
    double
        half; /* half width of the 95 % confidence interval of the mean (Student); 0 when n < 2 */
    double median, min, max;
};

/* Of fewer runs than this, intervals and medians say little: tables and figures note it. */
#define IMP_FEW 5

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

/* ---- percentile bootstrap ----------------------------------------------------------------------
 * Efron and Tibshirani (1993), section 13.3, over IMP_RESAMPLES resamples: the interval ends at the
 * values of rank 0.025 (B + 1) and 0.975 (B + 1). The resamples are drawn by a generator that
 * starts from `name`, the data's own name: equal data of equal name give equal intervals, in any
 * order. */
#define IMP_RESAMPLES 1999

struct imp_estimate {
    double value, low, high; /* INFINITY: not reached */
};

/* Quantile p of definition 7 with its 95 % interval. n = 0 gives zeros. */
struct imp_estimate imp_bootstrap_quantile(const double *x, size_t n, double p, const char *name);

/* ---- times to an event that was not always seen -------------------------------------------------
 * Right-censored: the run ended at t and had not completed. */
struct imp_duration {
    double t;
    bool ended; /* false: censored at t */
};

struct imp_step {
    double t;       /* of events */
    double reached; /* share of all that had ended by then: one less Kaplan and Meier's estimate */
};

/* The steps in order of time, at most n of them; without censoring they are the empirical
 * distribution. Ends come before censorings of the same time. Returns their number. */
size_t imp_kaplan_meier(struct imp_step *out, const struct imp_duration *d, size_t n);

/* Quantile p with its bootstrap interval. With nothing censored: imp_bootstrap_quantile. Else the
 * first time by which a share p had ended, by Kaplan and Meier, the middle of the step where the
 * share is p exactly, and INFINITY when it was not reached. n = 0 gives zeros. */
struct imp_estimate imp_bootstrap_time(const struct imp_duration *d, size_t n, double p,
                                       const char *name);

/* ---- powers -------------------------------------------------------------------------------------
 * y = factor * x ^ exponent by least squares on the logarithms. */
struct imp_power_law {
    size_t n;
    double factor, exponent;
    double half; /* of the exponent's 95 % interval (Student, n - 2 degrees); 0 when n < 3 */
    double r2;   /* share of the variance of log y that the line explains */
};

/* All x and y above 0. n = 0 is returned when fewer than two points differ in x. */
struct imp_power_law imp_power_fit(const double *x, const double *y, size_t n);

#endif
