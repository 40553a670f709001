/* SPDX-License-Identifier: GPL-2.0-only */
/* How many runs a plan has, and how long they will take by what was measured. */
#include "cli.h"

#include "sim/campaign/estimate.h"
#include "sim/campaign/store.h"

int cli_costs_read(struct imp_costs *costs, const char *dir)
{
    struct imp_store *store;
    char error[IMP_ERROR + 4200];
    if (imp_store_open_read(&store, dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    imp_costs_read(costs, imp_store_db(store));
    imp_store_close(store);
    return CLI_GOOD;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void print_counts(FILE *f, const struct imp_plan *plan)
{
    size_t combinations = json_array_size(plan->parameters);
    size_t mechanisms = imp_plan_distinct(plan, "mechanism");
    fprintf(f, "imprint: %zu run%s, %zu combination%s of %zu mechanism%s", plan->count,
            plural(plan->count), combinations, plural(combinations), mechanisms,
            plural(mechanisms));
    if (plan->part.shards > 1)
        fprintf(f, ", part %u of %u of %zu runs", plan->part.shard, plan->part.shards,
                plan->part.runs);
}

void cli_estimate(FILE *f, const struct imp_plan *plan, const struct imp_costs *costs,
                  const char *source, unsigned cores)
{
    struct imp_forecast e;
    char cpu[40], wall[40];
    print_counts(f, plan);
    if (costs->runs == 0) {
        fprintf(f, "; nothing measured yet%s\n",
                *source ? "" : " (--costs DIR or --calibrate tell the time)");
        return;
    }
    imp_forecast(&e, costs, plan, cores);
    imp_duration_text(cpu, sizeof cpu, e.cpu_s);
    imp_duration_text(wall, sizeof wall, e.wall_s);
    fprintf(f, "; about %s of processor time, %s on %u core%s\n", cpu, wall, cores, plural(cores));
    fprintf(
        f,
        "imprint: by %zu runs measured %s: %zu runs of their combinations, %zu by the weight of "
        "their mechanism, %zu by that of all; the largest had %.0f MiB\n",
        costs->runs, source, e.measured, e.runs - e.measured - e.unmeasured, e.unmeasured,
        (double)costs->memory / 1048576);
}
