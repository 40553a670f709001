/* SPDX-License-Identifier: GPL-2.0-only */
#include "run.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "beside.h"
#include "crack.h"
#include "history.h"
#include "symbols.h"
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
    int starting = w->spec.devices - world_is_session(w);
    for (int d = 0; d < starting; d++) {
        eng_after(at, power_on, w->devices[d == 0 ? world_subject(w) : d].party);
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
    world_symbols_free(w);
    world_streams_free(w);
    world_parties_free(w);
    world_history_free(w);
    world_crack_free(w);
    world_twin_free(&w->twin);
    world_sessions_free(&w->sessions);
    world_ledger_free(w);
    imp_knowledge_free(&w->knowledge);
    imp_trace_free(w->trace);
    world_spec_free(&w->spec);
    for (int d = 0; w->devices && d < w->spec.devices; d++)
        free(w->devices[d].shown);
    free(w->devices);
    free(w->cells);
    free(w->contents);
}

void world_fail(struct world *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!*w->failure)
        vsnprintf(w->failure, sizeof w->failure, format, args);
    va_end(args);
    eng_stop();
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

/* From the building of the world to its result. */
static json_t *live(struct world *w, const char *pcap_dir)
{
    char error[600];
    eng_open((uint32_t)(w->spec.session % 2147483647u) + 1, w->spec.session >> 32);
    world_parties_make(w);
    world_symbols_open(w);
    if (world_build(w, pcap_dir, error, sizeof error) != 0)
        return failure(error);
    world_history_open(w);
    world_crack_open(w);
    world_parties_provision(w);
    start_shared(w);
    if (world_adversary_open(w, error, sizeof error) != 0)
        return failure(error);
    schedule_starts(w);
    world_timeline_schedule(w);
    eng_run(w->spec.limit);
    const char *why = *w->failure ? w->failure : world_adversary_failure(w);
    if (why)
        return failure(why);
    return w->purpose == WORLD_JUDGED ? world_verdicts(w) : world_result(w);
}

/* Another session: everything but what is provisioned is drawn from another seed. */
static uint64_t session_seed(uint64_t seed, unsigned session)
{
    struct imp_rng rng;
    uint64_t other = seed;
    imp_rng_seed(&rng, seed, "world", "other sessions");
    for (unsigned i = 0; i < session; i++)
        imp_rng_fill(&rng, &other, sizeof other);
    return other;
}

static int open_world(struct world *w, const json_t *plan, enum world_purpose purpose,
                      unsigned session, char *error, size_t cap)
{
    *w = (struct world){.purpose = purpose,
                        .backend_medium = -1,
                        .backend_sniffer = -1,
                        .server_port = -1,
                        .apart_port = -1};
    if (world_spec_parse(&w->spec, plan, error, cap) != 0)
        return -1;
    imp_crypto_init();
    w->spec.session = session_seed(w->spec.seed, session);
    allocate(w);
    if (purpose == WORLD_JUDGED)
        imp_trace_close(w->trace);
    return 0;
}

static json_t *close_world(struct world *w, json_t *result)
{
    eng_close();
    world_free(w);
    return result;
}

json_t *world_run_apart(const json_t *plan, enum world_purpose purpose, unsigned session,
                        json_t *(*tell)(struct world *w, json_t *result))
{
    struct world w;
    char error[600];
    if (open_world(&w, plan, purpose, session, error, sizeof error) != 0)
        return failure(error);
    json_t *result = live(&w, NULL);
    if (!json_object_get(result, "row"))
        return close_world(&w, result);
    json_t *answer = tell(&w, result);
    return close_world(&w, answer);
}

/* ---- runs beside the run, while this process has no world yet -----------------------------------
 */
static bool has_goal(const struct imp_mechanism *m, const char *goal)
{
    for (const struct imp_inapplicable *i = m->inapplicable; i && i->goal; i++)
        if (strcmp(i->goal, goal) == 0)
            return false;
    return true;
}

static bool reads(const struct imp_adversary *a)
{
    for (int l = 0; l < IMP_LINK_COUNT; l++)
        if (a->network[l][IMP_POWER_READ].when != IMP_WHEN_NEVER)
            return true;
    return false;
}

/* Returns 0, or -1 with what went wrong; *silent when a child has said no reason: it crashed. */
static int run_beside(struct world *w, const json_t *plan, char *error, size_t cap, bool *silent)
{
    const struct imp_adversary *a = &w->spec.adversary;
    if (w->purpose != WORLD_RUN || !imp_adversary_present(a))
        return 0;
    bool sessions = reads(a) && has_goal(w->spec.mechanism, "g11");
    int status = world_beside_run(&w->twin, &w->sessions, plan, sessions, error, cap);
    *silent = status != 0 && !*error;
    if (*silent)
        snprintf(error, cap, "the runs with which it is compared ended without a result");
    return status;
}

static json_t *run(const json_t *plan, const char *pcap_dir, enum world_purpose purpose,
                   json_t *power)
{
    struct world w;
    char error[600];
    if (open_world(&w, plan, purpose, 0, error, sizeof error) != 0)
        return failure(error);
    w.power = power;
    bool silent = false;
    int status = run_beside(&w, plan, error, sizeof error, &silent);
    /* A crash beside the run leaves no reason; the run itself will say it with its last words. */
    json_t *result = status == 0 || silent ? live(&w, pcap_dir) : failure(error);
    if (status != 0 && json_object_get(result, "row")) {
        json_decref(result);
        result = failure(error);
    }
    return close_world(&w, result);
}

json_t *imp_world_run(const json_t *plan, const char *pcap_dir)
{
    return run(plan, pcap_dir, WORLD_RUN, NULL);
}

json_t *world_run_watched(const json_t *plan, json_t *power)
{
    return run(plan, NULL, WORLD_RUN, power);
}

json_t *imp_world_run_bare(const json_t *plan)
{
    return run(plan, NULL, WORLD_BARE, NULL);
}

json_t *imp_world_judge(const json_t *plan)
{
    return run(plan, NULL, WORLD_JUDGED, NULL);
}
