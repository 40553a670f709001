/* SPDX-License-Identifier: GPL-2.0-only */
#include "run.h"

#include <math.h>
#include <stdlib.h>

#include "history.h"
#include "world.h"

#define KEPT_DEVICES 20 /* their messages are kept for sequence charts */
#define KEPT_ENTRIES 5000

void imp_world_warm(void)
{
    imp_crypto_init();
    eng_warm();
}

static json_t *failure(const char *why)
{
    return json_pack("{s:s, s:s}", "status", "harness-failure", "why", why);
}

static void power_on(void *arg)
{
    struct world_party *p = arg;
    world_meter_start(p->world, p->env.device);
    eng_power(p->world->devices[p->env.device].port, true);
}

/* Exponential with that mean, in whole milliseconds: no last bit of a mathematical library shows.
 */
static imp_time spacing(struct imp_rng *rng, imp_time mean)
{
    double ms = -log(1 - imp_rng_unit(rng)) * (double)mean / (double)IMP_MS;
    return (imp_time)llround(ms) * IMP_MS;
}

/* Devices start one after the other, exponentially spaced; the first at once. */
static void schedule_starts(struct world *w)
{
    struct imp_rng rng;
    imp_time at = 0;
    imp_rng_seed(&rng, w->spec.seed, "world", "arrivals");
    for (int d = 0; d < w->spec.devices; d++) {
        eng_after(at, power_on, w->devices[d].party);
        at += spacing(&rng, w->spec.arrival);
    }
}

static void start_shared(struct world *w)
{
    for (size_t i = 0; i < w->honest; i++)
        if (w->parties[i].env.device < 0)
            world_party_start(&w->parties[i], -1);
}

static void world_free(struct world *w)
{
    world_adversary_free(w);
    world_streams_free(w);
    world_parties_free(w);
    world_history_free(w);
    imp_knowledge_free(&w->knowledge);
    imp_trace_free(w->trace);
    world_spec_free(&w->spec);
    free(w->devices);
    free(w->cells);
    free(w->contents);
}

static void allocate(struct world *w)
{
    w->cell_count = (size_t)((w->spec.devices + w->spec.cell - 1) / w->spec.cell);
    w->cells = calloc(w->cell_count, sizeof *w->cells);
    w->devices = calloc((size_t)w->spec.devices, sizeof *w->devices);
    w->contents = calloc(WORLD_CONTENTS, sizeof *w->contents);
    w->trace = imp_trace_new(KEPT_DEVICES, KEPT_ENTRIES);
    if (!w->cells || !w->devices || !w->contents)
        abort();
}

json_t *imp_world_run(const json_t *plan, const char *pcap_dir)
{
    struct world w = {.backend_medium = -1, .backend_sniffer = -1, .server_port = -1};
    char error[600];
    if (world_spec_parse(&w.spec, plan, error, sizeof error) != 0)
        return failure(error);
    imp_crypto_init();
    allocate(&w);
    eng_open((uint32_t)(w.spec.seed % 2147483647u) + 1, w.spec.seed >> 32);
    world_parties_make(&w);
    json_t *result;
    if (world_build(&w, pcap_dir, error, sizeof error) != 0) {
        result = failure(error);
    } else {
        world_history_open(&w);
        world_parties_provision(&w);
        start_shared(&w);
        if (world_adversary_open(&w, error, sizeof error) == 0) {
            schedule_starts(&w);
            world_timeline_schedule(&w);
            eng_run(w.spec.limit);
            const char *why = world_adversary_failure(&w);
            result = why ? failure(why) : world_result(&w);
        } else {
            result = failure(error);
        }
    }
    eng_close();
    world_free(&w);
    return result;
}
