/* SPDX-License-Identifier: GPL-2.0-only */
/* spec.c - a plan line becomes the specification of a run. The campaign has validated the line;
 * what is checked here is what would break the run. */
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct reader {
    const json_t *plan;
    char *error;
    size_t cap;
    bool failed;
};

static void fail(struct reader *r, const char *format, ...)
{
    if (r->failed)
        return;
    r->failed = true;
    va_list args;
    va_start(args, format);
    vsnprintf(r->error, r->cap, format, args);
    va_end(args);
}

static const char *text(struct reader *r, const char *key)
{
    const char *s = json_string_value(json_object_get(r->plan, key));
    if (!s)
        fail(r, "plan: %s: expected a text", key);
    return s ? s : "";
}

static double number(struct reader *r, const char *key, double min, double max)
{
    const json_t *j = json_object_get(r->plan, key);
    double v = json_number_value(j);
    if (!json_is_number(j) || !(v >= min && v <= max)) {
        fail(r, "plan: %s: expected a number from %g to %g", key, min, max);
        return min;
    }
    return v;
}

static enum eng_kind medium(struct reader *r, const char *key)
{
    const char *name = text(r, key);
    for (int k = 0; k < ENG_KIND_COUNT; k++)
        if (strcmp(eng_kind_name((enum eng_kind)k), name) == 0)
            return (enum eng_kind)k;
    fail(r, "plan: %s: no medium \"%s\"", key, name);
    return ENG_ETHERNET;
}

static const struct imp_platform *platform(struct reader *r, const char *key)
{
    const struct imp_platform *p = imp_platform_find(text(r, key));
    if (!p)
        fail(r, "plan: %s: no platform \"%s\"", key, text(r, key));
    return p;
}

/* Root seed and replication index, hashed: the seed of every stream of ours. */
static uint64_t root_seed(uint64_t seed, uint64_t replication)
{
    uint8_t in[16], out[8];
    for (int i = 0; i < 8; i++) {
        in[i] = (uint8_t)(seed >> 8 * i);
        in[8 + i] = (uint8_t)(replication >> 8 * i);
    }
    crypto_generichash(out, sizeof out, in, sizeof in, NULL, 0);
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v = v << 8 | out[i];
    return v;
}

/* All options of one role: the plan's where it has them, else the presets. */
static void role_options(struct reader *r, struct world_spec *s, int role)
{
    const struct imp_mechanism *m = s->mechanism;
    const json_t *given = json_object_get(json_object_get(r->plan, "options"), m->roles[role].name);
    size_t count = imp_option_count(m);
    char why[240];
    s->options[role] = calloc(count ? count : 1, sizeof *s->options[role]);
    for (size_t i = 0; i < count; i++) {
        const char *t = json_string_value(json_object_get(given, m->options[i].name));
        if (imp_option_parse(&s->options[role][i], &m->options[i], t ? t : m->options[i].preset,
                             why, sizeof why) != 0)
            fail(r, "plan: options.%s.%s: %s", m->roles[role].name, m->options[i].name, why);
    }
}

static void flaws(struct reader *r, struct world_spec *s)
{
    const json_t *list = json_object_get(r->plan, "flaws"), *item;
    size_t i;
    json_array_foreach(list, i, item)
    {
        const char *name = json_string_value(item);
        int f = name ? imp_flaw_find(s->mechanism, name) : -1;
        if (f < 0)
            fail(r, "plan: flaws: %s has no check \"%s\"", s->mechanism->name, name ? name : "?");
        else
            s->flaws[s->mechanism->flaws[f].role] |= UINT64_C(1) << f;
    }
}

static void user(struct reader *r, struct world_spec *s)
{
    const json_t *u = json_object_get(r->plan, "user");
    const char *profile = json_string_value(json_object_get(u, "profile"));
    s->user_profile = profile ? profile : "typical";
    if (!imp_human_profile_known(s->user_profile))
        fail(r, "plan: user.profile: there is no \"%s\"", profile);
    s->user_error = json_number_value(json_object_get(u, "error"));
}

int world_spec_parse(struct world_spec *out, const json_t *plan, char *error, size_t cap)
{
    struct reader r = {.plan = plan, .error = error, .cap = cap};
    struct world_spec s = {.mechanism = imp_mechanism_find(text(&r, "mechanism"))};
    if (!s.mechanism) {
        fail(&r, "plan: mechanism: there is no \"%s\"", text(&r, "mechanism"));
        return -1;
    }
    s.medium = medium(&r, "medium");
    s.backend = medium(&r, "backend");
    s.backend_delay = (imp_time)(number(&r, "backend_delay_ms", 0, 1e6) * (double)IMP_MS);
    s.platforms[IMP_ROLE_DEVICE] = platform(&r, "platform");
    s.platforms[IMP_ROLE_ACCESS] = platform(&r, "access_platform");
    s.platforms[IMP_ROLE_SERVER] = platform(&r, "server_platform");
    s.devices = (int)number(&r, "devices", 1, 100000);
    s.cell = (int)number(&r, "cell", 1, 10000);
    s.arrival = (imp_time)(number(&r, "arrival_ms", 0, 1e9) * (double)IMP_MS);
    s.distance = number(&r, "distance_m", 0.1, 20000);
    s.hops = json_object_get(plan, "hops") ? (int)number(&r, "hops", 1, WORLD_MAX_HOPS) : 1;
    s.loss = number(&r, "loss", 0, 0.95);
    s.limit = (imp_time)(number(&r, "limit_s", 0.001, 1e7) * (double)IMP_S);
    s.seed = root_seed((uint64_t)number(&r, "seed", 1, 9007199254740992.0),
                       (uint64_t)number(&r, "replication", 0, 4294967296.0));
    user(&r, &s);
    if (!r.failed && world_radio_parse(&s, json_object_get(plan, "radio"), error, cap) != 0)
        r.failed = true;
    if (!r.failed &&
        imp_adversary_from_json(&s.adversary, json_object_get(plan, "adversary"), error, cap) != 0)
        r.failed = true;
    if (!r.failed && imp_adversary_check(&s.adversary, s.mechanism, error, cap) != 0)
        r.failed = true;
    s.strategy = imp_strategy_find(s.adversary.strategy);
    size_t channels = 0;
    while (s.mechanism->channels[channels].name)
        channels++;
    if (channels > WORLD_MAX_CHANNELS)
        fail(&r, "plan: mechanism: \"%s\" has %zu channels; at most %d", s.mechanism->name,
             channels, WORLD_MAX_CHANNELS);
    for (int i = 0; s.mechanism->roles[i].name; i++)
        role_options(&r, &s, i);
    flaws(&r, &s);
    if (!r.failed && world_timeline_parse(&s, json_object_get(plan, "timeline"), error, cap) != 0)
        r.failed = true;
    *out = s;
    if (r.failed)
        world_spec_free(out);
    return r.failed ? -1 : 0;
}

void world_spec_free(struct world_spec *spec)
{
    for (int i = 0; i < WORLD_MAX_ROLES; i++) {
        free(spec->options[i]);
        spec->options[i] = NULL;
    }
}
