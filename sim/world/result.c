/* SPDX-License-Identifier: GPL-2.0-only */
/* result.c - what a run gives: rows, verdicts, trace, counters, digest (docs/formats.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

/* The columns of one device, in the units of their names. */
#define COLUMNS(X)                                                                                 \
    X(completed)                                                                                   \
    X(messages_device)                                                                             \
    X(messages_total)                                                                              \
    X(bytes_device)                                                                                \
    X(bytes_total)                                                                                 \
    X(frames_air)                                                                                  \
    X(bytes_air)                                                                                   \
    X(latency_ms)                                                                                  \
    X(network_ms)                                                                                  \
    X(cpu_ms)                                                                                      \
    X(user_ms)                                                                                     \
    X(energy_mj)                                                                                   \
    X(tx_mj)                                                                                       \
    X(rx_mj)                                                                                       \
    X(idle_mj)                                                                                     \
    X(cpu_mj)                                                                                      \
    X(user_acts)
#define FIELD(name) double name;
#define ENUM(name) COLUMN_##name,
enum { COLUMNS(ENUM) COLUMN_COUNT };
struct row {
    COLUMNS(FIELD)
};

static double ms(imp_time t)
{
    return (double)t / (double)IMP_MS;
}

static void energy(const struct world *w, const struct world_device *d, struct row *r)
{
    const struct imp_platform *p = w->spec.platforms[IMP_ROLE_DEVICE];
    const char *medium = eng_kind_name(w->spec.medium);
    double state[ENG_RADIO_COUNT];
    for (int s = 0; s < ENG_RADIO_COUNT; s++)
        state[s] = imp_platform_energy(p, d->radio[s],
                                       imp_platform_radio_current(p, medium, (enum eng_radio)s));
    r->tx_mj = state[ENG_TX];
    r->rx_mj = state[ENG_RX];
    r->idle_mj = state[ENG_IDLE] + state[ENG_OFF];
    r->cpu_mj = imp_platform_energy(p, d->own_cpu, imp_platform_cpu_current(p));
    r->energy_mj = r->tx_mj + r->rx_mj + r->idle_mj + r->cpu_mj;
}

static struct row device_row(const struct world *w, const struct world_device *d)
{
    struct row r = {
        .completed = d->end != IMP_NEVER,
        .messages_device = (double)d->messages_device,
        .messages_total = (double)d->messages_total,
        .bytes_device = (double)d->bytes_device,
        .bytes_total = (double)d->bytes_total,
        .frames_air = (double)(d->count.tx_frames + d->count.rx_frames),
        .bytes_air = (double)(d->count.tx_octets + d->count.rx_octets),
        .network_ms = ms(d->network),
        .cpu_ms = ms(d->cpu),
        .user_ms = ms(d->user),
        .latency_ms = ms(d->network + d->cpu + d->user),
        .user_acts = d->user_acts,
    };
    energy(w, d, &r);
    return r;
}

/* The run's row: whether all completed, else the mean over the devices. */
static struct row mean_row(const struct world *w)
{
    struct row sum = {0};
    double *s = (double *)&sum;
    for (int i = 0; i < w->spec.devices; i++) {
        struct row r = device_row(w, &w->devices[i]);
        for (int c = 0; c < COLUMN_COUNT; c++)
            s[c] += ((double *)&r)[c];
    }
    for (int c = 0; c < COLUMN_COUNT; c++)
        s[c] /= w->spec.devices;
    sum.completed = w->done == w->spec.devices;
    return sum;
}

/* Whole numbers stay whole; times and energies are rounded to a millionth of their unit. */
static json_t *value(double v)
{
    return v == floor(v) && fabs(v) < 1e15 ? json_integer((json_int_t)v)
                                           : json_real(round(v * 1e6) / 1e6);
}

static json_t *row_json(const struct row *r)
{
    json_t *j = json_object();
#define SET(name) json_object_set_new(j, #name, value(r->name));
    COLUMNS(SET)
#undef SET
    return j;
}

static json_t *devices_json(const struct world *w)
{
    json_t *list = json_array();
    for (int i = 0; i < w->spec.devices; i++) {
        struct row r = device_row(w, &w->devices[i]);
        json_t *j = row_json(&r);
        json_object_set_new(j, "device", json_integer(i));
        json_array_append_new(list, j);
    }
    return list;
}

static json_t *radio_json(const struct world *w)
{
    json_t *list = json_array();
    for (int i = 0; i < w->spec.devices; i++) {
        const eng_time *t = w->devices[i].radio;
        json_array_append_new(
            list, json_pack("{s:i, s:I, s:I, s:I, s:I}", "device", i, "off_ns",
                            (json_int_t)t[ENG_OFF], "idle_ns", (json_int_t)t[ENG_IDLE], "rx_ns",
                            (json_int_t)t[ENG_RX], "tx_ns", (json_int_t)t[ENG_TX]));
    }
    return list;
}

/* Operations charged, by role, summed over the honest parties. */
static json_t *ops_json(const struct world *w)
{
    json_t *all = json_object();
    for (size_t i = 0; i < w->honest; i++) {
        const struct world_party *p = &w->parties[i];
        const char *role = w->spec.mechanism->roles[p->env.role].name;
        json_t *j = json_object_get(all, role);
        if (!j) {
            j = json_object();
            json_object_set_new(all, role, j);
        }
        for (int op = 0; op < IMP_OP_COUNT; op++) {
            const char *name = imp_op_name((enum imp_op)op);
            json_int_t had = json_integer_value(json_object_get(j, name));
            if (p->ops[op])
                json_object_set_new(j, name, json_integer(had + (json_int_t)p->ops[op]));
        }
    }
    return all;
}

/* ---- judging: each device's claims for themselves, the worst verdict counts
 * ------------------------ */
struct judging {
    struct imp_principal *parties;
    struct imp_record *sorted; /* by device, then in the order in which they were said */
    size_t count;
};

static int by_device(const void *a, const void *b)
{
    const struct imp_record *x = a, *y = b;
    if (x->device != y->device)
        return x->device < y->device ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void judging_make(const struct world *w, struct judging *j)
{
    j->parties = calloc(w->party_count, sizeof *j->parties);
    j->sorted = malloc((w->record_count + 1) * sizeof *j->sorted);
    if (!j->parties || !j->sorted)
        abort();
    for (size_t i = 0; i < w->party_count; i++)
        j->parties[i] = (struct imp_principal){
            w->parties[i].name,
            world_honest(&w->parties[i]) && !world_adversary_corrupts(w, &w->parties[i]),
            w->parties[i].env.device};
    memcpy(j->sorted, w->records, w->record_count * sizeof *j->sorted);
    j->count = w->record_count;
    qsort(j->sorted, j->count, sizeof *j->sorted, by_device);
}

/* Severity decides which device's verdict stands for the run. */
static int severity(enum imp_verdict_value v)
{
    static const int order[] = {[IMP_VERDICT_NA] = 0,
                                [IMP_VERDICT_HOLDS] = 1,
                                [IMP_VERDICT_BROKEN] = 2,
                                [IMP_VERDICT_NEVER_ACTED] = 3};
    return order[v];
}

static void judge_device(const struct world *w, const struct judging *j, int device,
                         struct imp_verdict worst[IMP_GOAL_COUNT], size_t *at)
{
    struct imp_verdict v[IMP_GOAL_COUNT];
    size_t shared = 0, from = *at;
    while (shared < j->count && j->sorted[shared].device < 0)
        shared++;
    while (*at < j->count && j->sorted[*at].device == device)
        ++*at;
    size_t own = *at - from;
    struct imp_record *records = malloc((shared + own + 1) * sizeof *records);
    if (!records)
        abort();
    memcpy(records, j->sorted, shared * sizeof *records);
    memcpy(records + shared, j->sorted + from, own * sizeof *records);
    struct imp_case c = {.parties = j->parties,
                         .party_count = w->party_count,
                         .records = records,
                         .record_count = shared + own,
                         .knowledge = &w->knowledge,
                         .completed = w->devices[device].end != IMP_NEVER,
                         .adversary = w->adversary != NULL,
                         .adversary_acts = world_adversary_acts(w)};
    imp_judge(v, &c);
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        if (device == 0 || severity(v[g].value) > severity(worst[g].value))
            worst[g] = v[g];
    free(records);
}

static void judge_all(const struct world *w, struct imp_verdict worst[IMP_GOAL_COUNT])
{
    struct judging j;
    size_t at = 0;
    judging_make(w, &j);
    while (at < j.count && j.sorted[at].device < 0)
        at++;
    for (int d = 0; d < w->spec.devices; d++)
        judge_device(w, &j, d, worst, &at);
    free(j.parties);
    free(j.sorted);
}

json_t *world_result(struct world *w)
{
    struct imp_verdict verdicts[IMP_GOAL_COUNT];
    char digest[65];
    for (int d = 0; d < w->spec.devices; d++)
        world_meter_end(w, d);
    imp_knowledge_close(&w->knowledge);
    judge_all(w, verdicts);
    struct row mean = mean_row(w);
    json_t *row = row_json(&mean), *list = json_array();
    for (int g = 0; g < IMP_GOAL_COUNT; g++) {
        const char *goal = imp_goal_name((enum imp_goal)g);
        const char *v = imp_verdict_name(verdicts[g].value);
        json_object_set_new(row, goal, json_string(v));
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:s}", "goal", goal, "verdict", v, "why", verdicts[g].why));
    }
    char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);
    imp_trace_digest(w->trace, text, digest);
    free(text);
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s}", "status", "ok", "row",
                     row, "devices", devices_json(w), "verdicts", list, "trace",
                     imp_trace_json(w->trace), "radio", radio_json(w), "ops", ops_json(w),
                     "adversary", world_adversary_json(w), "events", (json_int_t)eng_events(), "digest",
                     digest);
}
