/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/stats.h"

#include <math.h>

struct imp_power_law imp_power_fit(const double *x, const double *y, size_t n)
{
    double mx = 0, my = 0, sxx = 0, sxy = 0, syy = 0, rest = 0;
    for (size_t i = 0; i < n; i++) {
        mx += log(x[i]) / (double)n;
        my += log(y[i]) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double dx = log(x[i]) - mx, dy = log(y[i]) - my;
        sxx += dx * dx;
        sxy += dx * dy;
        syy += dy * dy;
    }
    if (n < 2 || sxx <= 1e-12)
        return (struct imp_power_law){0};
    struct imp_power_law r = {.n = n, .exponent = sxy / sxx, .r2 = 1};
    r.factor = exp(my - r.exponent * mx);
    for (size_t i = 0; i < n; i++) {
        double e = log(y[i]) - my - r.exponent * (log(x[i]) - mx);
        rest += e * e;
    }
    if (syy > 0)
        r.r2 = 1 - rest / syy;
    if (n > 2)
        r.half = imp_student_975(n - 2) * sqrt(rest / (double)(n - 2) / sxx);
    return r;
}
