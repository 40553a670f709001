/* SPDX-License-Identifier: GPL-2.0-only */
/* scale.c - time and memory per device for 10 to 10,000 devices in cells of 50, and the exponent
 * with which the whole grows (1 = proportional), fitted on the logarithms. Prints a Markdown table.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/support/measure.h"
#include "sim/world/run.h"

static void run(void *arg)
{
    json_t *result = imp_world_run(arg, NULL);
    const json_t *row = json_object_get(result, "row");
    if (json_integer_value(json_object_get(row, "completed")) != 1) {
        fprintf(stderr, "bench: not every device completed\n");
        abort();
    }
    json_decref(result);
}

/* Slope of y over x by least squares. */
static double slope(const double *x, const double *y, int n)
{
    double sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (int i = 0; i < n; i++) {
        sx += x[i];
        sy += y[i];
        sxx += x[i] * x[i];
        sxy += x[i] * y[i];
    }
    return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

static void mechanism(const char *name, int largest)
{
    double x[8], t[8], m[8];
    int n = 0;
    for (int devices = 10; devices <= largest; devices *= 10, n++) {
        char keys[160];
        snprintf(keys, sizeof keys,
                 "{\"mechanism\":\"%s\",\"devices\":%d,\"arrival_ms\":10,\"limit_s\":3600}", name,
                 devices);
        json_t *plan = measure_plan(keys);
        struct measure r = measure(run, plan, devices < 1000 ? 3 : 1);
        json_decref(plan);
        printf("| %s | %d | %.2f | %.3f | %.1f |\n", name, devices, r.seconds,
               r.seconds * 1e3 / devices, r.rss / devices);
        fflush(stdout);
        x[n] = log(devices);
        t[n] = log(r.seconds);
        m[n] = log(r.rss > 1 ? r.rss : 1);
    }
    printf("| %s | exponent | %.2f | | %.2f |\n", name, slope(x, t, n), slope(x, m, n));
}

int main(int argc, char **argv)
{
    int largest = argc > 1 ? atoi(argv[1]) : 10000;
    imp_world_warm();
    printf("| mechanism | devices | CPU s | CPU ms/device | KiB/device |\n|--|--:|--:|--:|--:|\n");
    mechanism("eap-psk", largest);
    mechanism("dtls-rpk", largest);
    return 0;
}
