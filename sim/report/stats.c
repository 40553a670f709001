/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z975 1.959963984540054 /* 97.5th percentile of the standard normal distribution */
#define PI 3.141592653589793

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted(const double *x, size_t n)
{
    double *s = malloc(n * sizeof *s);
    if (!s)
        abort();
    memcpy(s, x, n * sizeof *s);
    qsort(s, n, sizeof *s, by_value);
    return s;
}

static double quantile_sorted(const double *s, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? s[i] + (at - (double)i) * (s[i + 1] - s[i]) : s[n - 1];
}

double imp_quantile(const double *x, size_t n, double p)
{
    if (n == 0)
        return 0;
    double *s = sorted(x, n);
    double q = quantile_sorted(s, n, p);
    free(s);
    return q;
}

/* P(T <= t) for t > 0: the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
static double student_cdf(double t, size_t df)
{
    double theta = atan2(t, sqrt((double)df));
    double c2 = cos(theta) * cos(theta);
    double sum = 0;
    double term = df % 2 ? cos(theta) : 1;
    for (size_t k = df % 2 ? 1 : 0; k + 2 <= df; k += 2) {
        sum += term;
        term *= c2 * (double)(k + 1) / (double)(k + 2);
    }
    double a = df % 2 ? 2 / PI * (theta + sin(theta) * sum) : sin(theta) * sum;
    return (1 + a) / 2;
}

double imp_student_975(size_t df)
{
    if (df < 1)
        return 0;
    if (df > 1000) { /* Cornish and Fisher's expansion: exact to 1e-8 from here */
        double z = Z975, d = (double)df;
        return z + (z * z * z + z) / (4 * d) +
               (5 * pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * d * d);
    }
    double low = Z975, high = 13;
    for (int i = 0; i < 60; i++) {
        double mid = (low + high) / 2;
        if (student_cdf(mid, df) < 0.975)
            low = mid;
        else
            high = mid;
    }
    return (low + high) / 2;
}

struct imp_summary imp_summarise(const double *x, size_t n)
{
    struct imp_summary r = {.n = n};
    if (n == 0)
        return r;
    double *s = sorted(x, n); /* summing in order of size: no result depends on the rows' order */
    double sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++)
        sum += s[i];
    r.mean = sum / (double)n;
    for (size_t i = 0; i < n; i++)
        squares += (s[i] - r.mean) * (s[i] - r.mean);
    if (n > 1) {
        r.sd = sqrt(squares / (double)(n - 1));
        r.half = imp_student_975(n - 1) * r.sd / sqrt((double)n);
    }
    r.median = quantile_sorted(s, n, 0.5);
    r.min = s[0];
    r.max = s[n - 1];
    free(s);
    return r;
}

struct imp_interval imp_wilson(size_t k, size_t n)
{
    if (n == 0)
        return (struct imp_interval){0, 1};
    double m = (double)n, p = (double)k / m, z2 = Z975 * Z975;
    double centre = (p + z2 / (2 * m)) / (1 + z2 / m);
    double half = Z975 / (1 + z2 / m) * sqrt(p * (1 - p) / m + z2 / (4 * m * m));
    return (struct imp_interval){.low = k == 0 ? 0 : centre - half,
                                 .high = k == n ? 1 : centre + half};
}

double imp_rule_of_three(size_t n)
{
    return n <= 3 ? 1 : 3 / (double)n;
}
