/* SPDX-License-Identifier: GPL-2.0-only */
/* kill_target DIR RUNS: a campaign of short runs for the test that kills it. Prints its rows. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/store.h"
#include "sim/report/show.h"

static json_t *take_a_while(const json_t *plan, const char *pcap_dir)
{
    struct timespec t = {.tv_nsec = 4000000};
    (void)pcap_dir;
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
    return fixture_result(plan);
}

static int fail(const char *error)
{
    fprintf(stderr, "%s\n", error);
    return 1;
}

int main(int argc, char **argv)
{
    static const struct imp_overrides none = {.set_count = 0};
    struct imp_plan plan;
    struct imp_outcome outcome;
    struct imp_store *store;
    char error[5000];
    if (argc != 3)
        return fail("usage: kill_target DIR RUNS");
    const struct imp_campaign c = {
        .dir = argv[1], .command = "kill_target", .jobs = 2, .run = take_a_while};
    json_t *raw = json_pack("[{s:i, s:{s:s, s:i}}]", "line", 1, "keys", "mechanism", "framed",
                            "replications", atoi(argv[2]));
    imp_plan_init(&plan);
    if (imp_plan_add_raw(&plan, raw, "kill.lua", &none, error, sizeof error) < 0 ||
        imp_campaign_run(&outcome, &c, &plan, error, sizeof error) != 0 ||
        imp_store_open_read(&store, argv[1], error, sizeof error) < 0 ||
        imp_show_csv(imp_store_db(store), stdout, error, sizeof error) < 0)
        return fail(error);
    fprintf(stderr, "%zu before, %zu new\n", outcome.present, outcome.made);
    imp_store_close(store);
    imp_plan_free(&plan);
    json_decref(raw);
    return outcome.failed ? 1 : 0;
}
