/* SPDX-License-Identifier: GPL-2.0-only */
/* Figures as text. */
#include <math.h>

#include "sim/report/show.h"

static int digits_for(double value, bool exact)
{
    double size = fabs(value);
    return exact ? 0 : size < 10 ? 3 : size < 100 ? 2 : 1;
}

void imp__summary_text(char *out, size_t cap, const struct imp_summary *s, double scale)
{
    double mean = s->mean * scale, half = s->half * scale;
    int digits = digits_for(fmax(fabs(mean), half), mean == floor(mean) && half == 0);
    if (s->n == 0)
        snprintf(out, cap, "-");
    else if (s->n == 1)
        snprintf(out, cap, "%.*f", digits, mean);
    else
        snprintf(out, cap, "%.*f \u00b1 %.*f", digits, mean, digits, half);
}

void imp__mean_text(char *out, size_t cap, const double *x, size_t n, double scale)
{
    struct imp_summary s = imp_summarise(x, n);
    imp__summary_text(out, cap, &s, scale);
}

static size_t end_text(char *out, size_t cap, double v, int digits, const char *never)
{
    return isfinite(v) ? (size_t)snprintf(out, cap, "%.*f", digits, v)
                       : (size_t)snprintf(out, cap, "%s", never);
}

void imp__estimate_text(char *out, size_t cap, const struct imp_estimate *e, size_t n, double scale)
{
    double v = e->value * scale, low = e->low * scale, high = e->high * scale;
    double size = isfinite(v) ? v : isfinite(low) ? low : 0;
    int digits = digits_for(size, v == floor(v) && low == floor(low) && high == floor(high));
    if (n == 0) {
        snprintf(out, cap, "-");
        return;
    }
    size_t used = end_text(out, cap, v, digits, "not reached");
    if (n == 1)
        return;
    used += (size_t)snprintf(out + used, cap - used, " [");
    used += end_text(out + used, cap - used, low, digits, "-");
    used += (size_t)snprintf(out + used, cap - used, ", ");
    used += end_text(out + used, cap - used, high, digits, "-");
    snprintf(out + used, cap - used, "]");
}
