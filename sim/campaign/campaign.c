/* SPDX-License-Identifier: GPL-2.0-only */
#include "campaign.h"

#include "estimate.h"
#include "manifest.h"
#include "pcap.h"
#include "rounds.h"
#include "store.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct task {
    size_t run;      /* in the plan */
    bool again;      /* the store has it: for its captures only */
    char digest[65]; /* stored one, when `again` */
    char *pcap_dir;
};

struct state {
    const struct imp_campaign *c;
    const struct imp_plan *plan;
    struct imp_outcome *out;
    struct imp_store *store;
    struct imp_manifest manifest;
    struct imp_rounds *rounds;
    bool *tried; /* by run: had or made in an earlier round */
    struct task *tasks;
    struct imp_pool_job *jobs;
    size_t count;
    bool warm;
    bool broken; /* storing failed */
    char *error;
    size_t cap;
};

static void say(const struct imp_campaign *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void say(const struct imp_campaign *c, const char *format, ...)
{
    char sentence[600];
    va_list args;
    if (!c->say)
        return;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    c->say(sentence);
}

/* In the unit of the measured costs of this store, if it has some; else as the plan says. */
static void weigh(struct state *s)
{
    struct imp_costs costs;
    imp_costs_init(&costs);
    imp_costs_read(&costs, imp_store_db(s->store));
    for (size_t i = 0; i < s->count && costs.runs; i++)
        s->jobs[i].weight = imp_costs_of(&costs, s->plan, s->tasks[i].run, NULL);
    imp_costs_free(&costs);
}

/* Wall time that a run may take: generous, by its expected cost (20 is a small run's weight). */
static double wall_limit(const struct imp_campaign *c, const struct imp_run *run)
{
    return c->wall_s > 0 ? c->wall_s : 120 + run->weight / 20;
}

/* Address space of one run: it may use the machine's memory, not more. */
static size_t memory_limit(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? (size_t)pages * (size_t)page + ((size_t)4 << 30) : 0;
}

/* ---- what is missing
 * ------------------------------------------------------------------------------ */
struct found {
    size_t retried, repeated;
};

/* A wanted run that no earlier round had: a task, unless it is there already. */
static void choose_run(struct state *s, size_t i, struct found *found)
{
    const char *key = s->plan->runs[i].key;
    struct task t = {.run = i};
    enum imp_stored had = imp_store_has(s->store, key, t.digest);
    s->tried[i] = true;
    t.again = had == IMP_STORED_OK;
    s->out->present += t.again;
    if (t.again && (!s->c->pcap || imp_pcap_has(s->c->dir, key)))
        return;
    found->retried += had == IMP_STORED_FAILED;
    found->repeated += t.again;
    s->tasks[s->count++] = t;
}

static void choose(struct state *s)
{
    struct found found = {0};
    size_t present = s->out->present;
    s->count = 0;
    for (size_t i = 0; i < s->plan->count; i++)
        if (!s->tried[i] && imp_rounds_wants(s->rounds, i))
            choose_run(s, i, &found);
    if (present == 0 && s->out->present)
        say(s->c, "%s has %zu of the runs; continuing with those that it lacks", s->c->dir,
            s->out->present);
    if (found.retried)
        say(s->c, "%zu runs that failed before are tried again", found.retried);
    if (found.repeated)
        say(s->c, "%zu stored runs are repeated for their captures", found.repeated);
}

static int make_jobs(struct state *s)
{
    char path[4200];
    if (s->c->pcap && imp_pcap_prepare(s->c->dir, s->error, s->cap) < 0)
        return -1;
    for (size_t i = 0; i < s->count; i++) {
        const struct imp_run *run = &s->plan->runs[s->tasks[i].run];
        if (s->c->pcap) {
            imp_pcap_path(s->c->dir, run->key, path, sizeof path);
            s->tasks[i].pcap_dir = strdup(path);
        }
        s->jobs[i] = (struct imp_pool_job){.key = run->key,
                                           .line = run->line,
                                           .pcap_dir = s->tasks[i].pcap_dir,
                                           .weight = run->weight,
                                           .wall_s = wall_limit(s->c, run)};
    }
    weigh(s);
    return 0;
}

/* ---- one run has ended
 * ---------------------------------------------------------------------------- */
static void failure(struct state *s, const struct imp_run *run, const char *why)
{
    if (!s->out->failed++)
        snprintf(s->out->first_failure, sizeof s->out->first_failure, "run %s: %s", run->key, why);
}

/* Why there is no result to keep, or NULL. */
static const char *fault_of(struct imp_pool_result *r)
{
    const char *status, *why;
    if (!r->result)
        return r->why;
    if (imp_result_check(r->result, r->why, sizeof r->why) < 0)
        return r->why;
    status = json_string_value(json_object_get(r->result, "status"));
    why = json_string_value(json_object_get(r->result, "why"));
    if (strcmp(status, "ok") == 0)
        return NULL;
    return why ? why : "the run failed without a reason";
}

/* A repeated run must give what it gave before. */
static void compare(struct state *s, const struct task *t, const json_t *result)
{
    const char *digest = json_string_value(json_object_get(result, "digest"));
    if (strcmp(digest ? digest : "", t->digest) == 0)
        return;
    s->out->differing++;
    say(s->c,
        "run %s: repeated, it gave another result than the stored one (another version of "
        "imprint?)",
        s->plan->runs[t->run].key);
}

static bool done(void *arg, size_t job, struct imp_pool_result *r)
{
    struct state *s = arg;
    const struct task *t = &s->tasks[job];
    const struct imp_run *run = &s->plan->runs[t->run];
    const char *fault = fault_of(r);
    if (t->pcap_dir && fault)
        imp_pcap_drop(s->c->dir, run->key);
    else if (t->pcap_dir && imp_pcap_keep(s->c->dir, run->key, s->error, s->cap) < 0)
        return !(s->broken = true);
    if (fault)
        failure(s, run, fault);
    else if (!t->again)
        s->out->made++;
    if (t->again) {
        if (!fault)
            compare(s, t, r->result);
        return true; /* the stored row stays */
    }
    json_t *plan = json_loads(run->line, 0, NULL);
    if (imp_store_put(s->store, run->key, plan, fault ? NULL : r->result, fault ? NULL : r->trace,
                      fault, s->error, s->cap) < 0 ||
        imp_store_put_cost(s->store, run->key, &r->cost, s->error, s->cap) < 0)
        s->broken = true;
    json_decref(plan);
    return !s->broken;
}

static void work(struct state *s)
{
    struct imp_pool pool = {.run = s->c->run,
                            .jobs = s->c->jobs,
                            .memory = s->c->memory ? s->c->memory : memory_limit(),
                            .tight = s->c->memory > 0,
                            .done = done,
                            .progress = s->c->progress,
                            .arg = s,
                            .stop = s->c->stop};
    if (s->count && s->c->warm && !s->warm)
        s->c->warm();
    s->warm = s->warm || s->count;
    size_t ended = imp_pool_run(&pool, s->jobs, s->count);
    s->out->stopped = ended < s->count && !s->broken;
    for (size_t i = 0; i < s->count; i++) {
        if (s->tasks[i].pcap_dir) /* of runs that were not done: nothing is left half-written */
            imp_pcap_drop(s->c->dir, s->jobs[i].key);
        free(s->tasks[i].pcap_dir);
    }
}

/* Rounds, until the stopping rules ask for nothing more. */
static int work_all(struct state *s)
{
    do {
        choose(s);
        if (make_jobs(s) < 0)
            return -1;
        work(s);
    } while (!s->broken && !s->out->stopped && s->c->half_width &&
             imp_rounds_next(s->rounds, imp_store_db(s->store), s->c->half_width));
    s->out->spared = imp_rounds_spared(s->rounds);
    return s->broken ? -1 : 0;
}

static int run_all(struct state *s)
{
    if (imp_manifest_begin(&s->manifest, s->plan, s->c->command, s->error, s->cap) < 0 ||
        work_all(s) < 0)
        return 1;
    const char *how = s->out->stopped ? "stopped" : s->out->failed ? "failures" : "complete";
    return imp_manifest_end(&s->manifest, s->out, how, s->error, s->cap) < 0;
}

static void prepare(struct state *s)
{
    size_t n = s->plan->count + 1;
    s->rounds = imp_rounds_new(s->plan);
    s->tried = calloc(n, sizeof *s->tried);
    s->tasks = calloc(n, sizeof *s->tasks);
    s->jobs = calloc(n, sizeof *s->jobs);
    if (!s->tried || !s->tasks || !s->jobs)
        abort();
}

int imp_campaign_run(struct imp_outcome *out, const struct imp_campaign *c,
                     const struct imp_plan *plan, char *error, size_t cap)
{
    struct state s = {.c = c, .plan = plan, .out = out, .error = error, .cap = cap};
    int status = -1;
    *out = (struct imp_outcome){.total = plan->count};
    prepare(&s);
    if (imp_store_open_write(&s.store, c->dir, error, cap) == 0 &&
        imp_manifest_open(&s.manifest, c->dir, error, cap) == 0)
        status = run_all(&s);
    imp_store_close(s.store);
    imp_manifest_close(&s.manifest);
    imp_rounds_free(s.rounds);
    free(s.tried);
    free(s.tasks);
    free(s.jobs);
    return status;
}
