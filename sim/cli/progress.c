/* SPDX-License-Identifier: GPL-2.0-only */
/* How a campaign goes, on standard error. */
#include "cli.h"

#include "sim/campaign/estimate.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static void eta_text(char *out, size_t cap, const struct imp_pool_progress *p)
{
    char left[40];
    *out = '\0';
    if (p->eta_s < 0)
        return;
    imp_duration_text(left, sizeof left, p->eta_s);
    snprintf(out, cap, ", %s left", left);
}

static void print(const struct imp_pool_progress *p, const char *before, const char *after)
{
    char eta[60];
    eta_text(eta, sizeof eta, p);
    fprintf(stderr, "%s%zu of %zu runs done, %zu failed, %zu running%s%s", before, p->done,
            p->total, p->failed, p->running, eta, after);
    fflush(stderr);
}

static bool ended(const struct imp_pool_progress *p)
{
    return p->done + p->failed == p->total;
}

/* Whether a second has passed since the last line, or this is the last. */
static bool due(const struct imp_pool_progress *p)
{
    static double last = -1;
    if (!ended(p) && p->elapsed_s - last < 1)
        return false;
    last = p->elapsed_s;
    return true;
}

static void drawn(void *arg, const struct imp_pool_progress *p)
{
    (void)arg;
    print(p, "\r", "\033[K");
    if (ended(p))
        fputs("\r\033[K", stderr);
    fflush(stderr);
}

static void plain(void *arg, const struct imp_pool_progress *p)
{
    (void)arg;
    if (due(p))
        print(p, "imprint: ", "\n");
}

static json_t *rounded(double s)
{
    return s < 0 ? json_null() : json_real(round(s * 1e3) / 1e3);
}

static void json(void *arg, const struct imp_pool_progress *p)
{
    (void)arg;
    if (!due(p))
        return;
    json_t *line = json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "done", (json_int_t)p->done,
                             "failed", (json_int_t)p->failed, "running", (json_int_t)p->running,
                             "total", (json_int_t)p->total, "elapsed_s", rounded(p->elapsed_s),
                             "eta_s", rounded(p->eta_s));
    char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));
    fprintf(stderr, "%s\n", text ? text : "{}");
    fflush(stderr);
    free(text);
    json_decref(line);
}

cli_progress_function *cli_progress(enum cli_progress how, bool quiet)
{
    switch (how) {
    case CLI_PROGRESS_PLAIN:
        return plain;
    case CLI_PROGRESS_JSON:
        return json;
    case CLI_PROGRESS_AUTO:
        return !quiet && isatty(STDERR_FILENO) ? drawn : NULL;
    default:
        return NULL;
    }
}
