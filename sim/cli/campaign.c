/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands that run a campaign share: signals, progress, the end of a stopped one. */
#include "cli.h"

#include "sim/report/stats.h"
#include "sim/world/run.h"

#include <signal.h>

static volatile int stop_asked;

/* The first SIGINT lets the runs in flight end; the next gives them up, as SIGTERM does, after
 * which batch systems wait for some seconds only. */
static void on_signal(int number)
{
    stop_asked = number == SIGTERM ? 2 : stop_asked + 1;
}

static void catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    signal(SIGPIPE, SIG_IGN);
}

double cli_half_width(const double *x, size_t n, double *mean)
{
    struct imp_summary s = imp_summarise(x, n);
    *mean = s.mean;
    return s.half;
}

static void say(const char *sentence)
{
    fprintf(stderr, "imprint: %s\n", sentence);
}

int cli_campaign(struct imp_outcome *o, const struct imp_campaign *wish,
                 const struct imp_plan *plan, enum cli_progress how, bool quiet)
{
    char error[IMP_ERROR + 4200];
    struct imp_campaign c = *wish;
    c.run = imp_world_run;
    c.warm = imp_world_warm;
    c.half_width = cli_half_width;
    c.stop = &stop_asked;
    c.say = quiet ? NULL : say;
    c.progress = cli_progress(how, quiet);
    catch_signals();
    if (imp_campaign_run(o, &c, plan, error, sizeof error) != 0)
        return cli_fail("%s", error);
    if (o->stopped) {
        fprintf(stderr,
                "imprint: stopped; %zu of %zu runs are kept in %s, the same command "
                "continues with the others\n",
                o->present + o->made, o->total, c.dir);
        return CLI_STOPPED;
    }
    if (o->failed)
        fprintf(stderr, "imprint: %zu runs failed as runs; first: %s\n", o->failed,
                o->first_failure);
    return CLI_GOOD;
}
