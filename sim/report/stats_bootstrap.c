/* SPDX-License-Identifier: GPL-2.0-only */
/* Percentile bootstrap of quantiles, of plain values and of censored times. A resample is how often
 * each of the sorted values was drawn, so that nothing is sorted again. */
#include "sim/report/stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* FNV-1a, 64 bits (Fowler, Noll and Vo). */
static uint64_t hash_name(const char *name)
{
    uint64_t h = 0xcbf29ce484222325;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 0x100000001b3;
    return h;
}

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* An end before a censoring of the same time. */
static int by_time(const void *a, const void *b)
{
    const struct imp_duration *x = a, *y = b;
    if (x->t != y->t)
        return x->t > y->t ? 1 : -1;
    return (int)y->ended - (int)x->ended;
}

static struct imp_duration *sorted(const struct imp_duration *d, size_t n)
{
    struct imp_duration *s = calloc(n + 1, sizeof *s);
    if (!s)
        abort();
    for (size_t i = 0; i < n; i++)
        s[i] = d[i];
    qsort(s, n, sizeof *s, by_time);
    return s;
}

size_t imp_kaplan_meier(struct imp_step *out, const struct imp_duration *d, size_t n)
{
    struct imp_duration *s = sorted(d, n);
    size_t steps = 0, at_risk = n;
    double left = 1;
    for (size_t i = 0; i < n; i++, at_risk--) {
        if (!s[i].ended)
            continue;
        left *= (double)(at_risk - 1) / (double)at_risk;
        if (steps == 0 || out[steps - 1].t != s[i].t)
            out[steps++].t = s[i].t;
        out[steps - 1].reached = 1 - left;
    }
    free(s);
    return steps;
}

/* The value of rank k (from 0) where value i stands drawn[i] times. */
static size_t of_rank(const unsigned *drawn, size_t k)
{
    size_t i = 0;
    for (size_t seen = drawn[0]; seen <= k;)
        seen += drawn[++i];
    return i;
}

/* Definition 7 of Hyndman and Fan. */
static double plain_quantile(const struct imp_duration *s, const unsigned *drawn, size_t n,
                             double p)
{
    double at = p * (double)(n - 1);
    size_t k = (size_t)at, i = of_rank(drawn, k);
    size_t j = k + 1 < n ? of_rank(drawn, k + 1) : i;
    return s[i].t + (at - (double)k) * (s[j].t - s[i].t);
}

/* The share p itself is met with the tolerance of R's survival package. */
static double censored_quantile(const struct imp_duration *s, const unsigned *drawn, size_t n,
                                double p)
{
    const double tolerance = 1.5e-8;
    size_t at_risk = n;
    double left = 1, flat = INFINITY; /* where the share became p */
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < drawn[i] && s[i].ended; k++)
            left *= (double)(at_risk - k - 1) / (double)(at_risk - k);
        at_risk -= drawn[i];
        bool last = i + 1 == n || s[i + 1].t != s[i].t || !s[i + 1].ended;
        if (!s[i].ended || !last)
            continue;
        if (1 - left > p + tolerance)
            return flat < INFINITY ? (flat + s[i].t) / 2 : s[i].t;
        if (flat == INFINITY && 1 - left > p - tolerance)
            flat = s[i].t;
    }
    return flat;
}

typedef double quantile_function(const struct imp_duration *, const unsigned *, size_t, double);

struct imp_estimate imp_bootstrap_time(const struct imp_duration *d, size_t n, double p,
                                       const char *name)
{
    enum { LOW = (IMP_RESAMPLES + 1) / 40 - 1, HIGH = (IMP_RESAMPLES + 1) / 40 * 39 - 1 };
    if (n == 0)
        return (struct imp_estimate){0};
    struct imp_duration *s = sorted(d, n);
    unsigned *drawn = calloc(n, sizeof *drawn);
    double *found = calloc(IMP_RESAMPLES, sizeof *found);
    uint64_t state = hash_name(name);
    quantile_function *quantile = plain_quantile;
    if (!drawn || !found)
        abort();
    for (size_t i = 0; i < n; i++) {
        drawn[i] = 1;
        if (!s[i].ended)
            quantile = censored_quantile;
    }
    struct imp_estimate e = {.value = quantile(s, drawn, n, p)};
    for (int b = 0; b < IMP_RESAMPLES; b++) {
        for (size_t i = 0; i < n; i++)
            drawn[i] = 0;
        for (size_t i = 0; i < n; i++) /* the high bits times n: uniform to n / 2^32 */
            drawn[(next(&state) >> 32) * n >> 32]++;
        found[b] = quantile(s, drawn, n, p);
    }
    qsort(found, IMP_RESAMPLES, sizeof *found, by_value);
    e.low = found[LOW];
    e.high = found[HIGH];
    free(found);
    free(drawn);
    free(s);
    return e;
}

struct imp_estimate imp_bootstrap_quantile(const double *x, size_t n, double p, const char *name)
{
    struct imp_duration *d = calloc(n + 1, sizeof *d);
    if (!d)
        abort();
    for (size_t i = 0; i < n; i++)
        d[i] = (struct imp_duration){.t = x[i], .ended = true};
    struct imp_estimate e = imp_bootstrap_time(d, n, p, name);
    free(d);
    return e;
}
