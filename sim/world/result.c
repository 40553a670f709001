/* SPDX-License-Identifier: GPL-2.0-only */
/* result.c - what a run gives: rows, verdicts, trace, counters, digest (docs/formats.md). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "derivation.h"
#include "judging.h"
#include "recovery.h"
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
    X(air_message)                                                                                 \
    X(air_network)                                                                                 \
    X(air_link)                                                                                    \
    X(air_repeated)                                                                                \
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

/* Of the octets on the air; the link's are what is left. */
static void layers(const struct eng_count *c, struct row *r)
{
    r->air_message = (double)c->message_octets;
    r->air_network = (double)c->network_octets;
    r->air_repeated = (double)c->repeated_octets;
    r->air_link = (double)(c->tx_octets + c->rx_octets - c->message_octets - c->network_octets -
                           c->repeated_octets);
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
    layers(&d->count, &r);
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

/* Cost under attack: this run less its twin. */
static void add_deltas(json_t *row, const json_t *twin)
{
    static const char *const of[][2] = {
        {"delta_messages", "messages_device"}, {"delta_bytes", "bytes_device"},
        {"delta_frames_air", "frames_air"},    {"delta_bytes_air", "bytes_air"},
        {"delta_latency_ms", "latency_ms"},    {"delta_energy_mj", "energy_mj"},
        {"delta_user_acts", "user_acts"}};
    for (size_t i = 0; twin && i < sizeof of / sizeof *of; i++)
        json_object_set_new(row, of[i][0],
                            value(json_number_value(json_object_get(row, of[i][1])) -
                                  json_number_value(json_object_get(twin, of[i][1]))));
}

/* What stands at the end of the run itself. */
static json_t *measured(const struct world *w)
{
    struct row mean = mean_row(w);
    json_t *row = row_json(&mean), *adversary = world_adversary_json(w);
    add_deltas(row, w->twin.row);
    if (w->twin.text)
        json_object_set(adversary, "twin", json_object_get(w->twin.text, "digest"));
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I}", "status", "ok", "row", row,
                     "devices", devices_json(w), "trace", imp_trace_json(w->trace), "radio",
                     radio_json(w), "ops", ops_json(w), "adversary", adversary, "events",
                     (json_int_t)eng_events());
}

/* Whether more can be learnt by letting the adversary go. */
static bool worth_watching(const struct world *w, const struct imp_verdict *v)
{
    return w->purpose == WORLD_RUN && w->adversary &&
           v[IMP_GOAL_COMPLETION].value == IMP_VERDICT_BROKEN;
}

static json_t *verdict_json(enum imp_goal g, const struct imp_verdict *v)
{
    return json_pack("{s:s, s:s, s:s}", "goal", imp_goal_name(g), "verdict",
                     imp_verdict_name(v->value), "why", v->why);
}

json_t *world_verdicts(struct world *w)
{
    struct imp_verdict verdicts[IMP_GOAL_COUNT];
    json_t *list = json_array();
    world_judging_close(w);
    world_judge(w, verdicts);
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        json_array_append_new(list, verdict_json((enum imp_goal)g, &verdicts[g]));
    return json_pack("{s:s, s:o}", "status", "ok", "verdicts", list);
}

json_t *world_result(struct world *w)
{
    struct imp_verdict verdicts[IMP_GOAL_COUNT];
    char digest[65];
    for (int d = 0; d < w->spec.devices; d++)
        world_meter_end(w, d);
    json_t *result = measured(w), *row = json_object_get(result, "row"), *list = json_array();
    imp_trace_close(w->trace);
    world_judging_close(w);
    world_judge(w, verdicts);
    if (worth_watching(w, verdicts)) {
        world_recovery_watch(w);
        world_judge(w, verdicts);
    }
    for (int g = 0; g < IMP_GOAL_COUNT; g++) {
        const char *goal = imp_goal_name((enum imp_goal)g);
        const char *v = imp_verdict_name(verdicts[g].value);
        json_object_set_new(row, goal, json_string(v));
        json_array_append_new(list, verdict_json((enum imp_goal)g, &verdicts[g]));
    }
    char *text = json_dumps(row, JSON_COMPACT | JSON_SORT_KEYS);
    imp_trace_digest(w->trace, text, digest);
    free(text);
    json_object_set_new(result, "verdicts", list);
    world_derivation(w, &verdicts[IMP_GOAL_SECRECY], json_object_get(result, "trace"));
    json_object_set_new(result, "digest", json_string(digest));
    return result;
}
