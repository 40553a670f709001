/* SPDX-License-Identifier: GPL-2.0-only */
/* party.c - makes the parties of a run: one honest universe and, for a man in the middle, its
 * mirror. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

void *world_copy(const void *p, size_t n)
{
    void *q = malloc(n ? n : 1);
    if (!q)
        abort();
    if (n)
        memcpy(q, p, n);
    return q;
}
static void party_init(struct world *w, struct world_party *p, int role, int device, int cell,
                       bool adversary)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    enum imp_role_kind kind = m->roles[role].kind;
    *p = (struct world_party){
        .world = w, .index = (int)(p - w->parties), .cell = cell, .device = device};
    const char *prefix = adversary ? "adversary/" : "";
    if (kind == IMP_ROLE_DEVICE)
        snprintf(p->name, sizeof p->name, "%sdevice-%d", prefix, device + 1);
    else if (kind == IMP_ROLE_ACCESS && w->cell_count > 1)
        snprintf(p->name, sizeof p->name, "%s%s-%d", prefix, m->roles[role].name, cell + 1);
    else
        snprintf(p->name, sizeof p->name, "%s%s", prefix, m->roles[role].name);
    p->platform = adversary ? NULL : w->spec.platforms[kind];
    p->env = (struct imp_env){.ops = &world_env_ops,
                              .mechanism = m,
                              .role = role,
                              .device = device,
                              .name = p->name,
                              .options = w->spec.options[role],
                              .flaws = adversary ? ~UINT64_C(0) : w->spec.flaws[role],
                              .adversary = adversary,
                              .work_bits = adversary ? w->spec.adversary.work_bits : 0,
                              .ctx = calloc(1, m->roles[role].context_size)};
    if (!p->env.ctx)
        abort();
    for (int c = 0; c < WORLD_MAX_CHANNELS; c++)
        p->bindings[c] = (struct world_binding){.port = -1, .sock = -1};
}

/* Honest parties in a fixed order: servers, access parties by cell, devices. */
static size_t make_universe(struct world *w, size_t at, bool adversary)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    for (int role = 0; m->roles[role].name; role++) {
        if (!imp_role_takes_part(m, role, w->spec.options[role]))
            continue;
        if (m->roles[role].kind == IMP_ROLE_SERVER)
            party_init(w, &w->parties[at++], role, -1, 0, adversary);
        for (size_t c = 0; m->roles[role].kind == IMP_ROLE_ACCESS && c < w->cell_count; c++)
            party_init(w, &w->parties[at++], role, -1, (int)c, adversary);
        if (m->roles[role].kind == IMP_ROLE_DEVICE && !adversary)
            w->first_device = at;
        for (int d = 0; m->roles[role].kind == IMP_ROLE_DEVICE && d < w->spec.devices; d++)
            party_init(w, &w->parties[at++], role, d, d / w->spec.cell, adversary);
    }
    return at;
}

/* The settings that a mechanism declares for the adversary's own parties. */
static void adversary_options(struct world *w, struct world_party *p)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    size_t count = imp_option_count(m);
    struct imp_value *values = calloc(count ? count : 1, sizeof *values);
    char why[160];
    if (!values)
        abort();
    memcpy(values, p->env.options, count * sizeof *values);
    for (const struct imp_setting *s = m->adversary; s && s->name; s++) {
        int o = imp_option_find(m, s->name);
        if (o < 0 || imp_option_parse(&values[o], &m->options[o], s->value, why, sizeof why) != 0)
            abort(); /* the mechanism's own table is wrong */
    }
    p->env.options = values;
}

void world_parties_make(struct world *w)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    size_t honest = 0;
    for (int role = 0; m->roles[role].name; role++)
        honest += !imp_role_takes_part(m, role, w->spec.options[role]) ? 0
                  : m->roles[role].kind == IMP_ROLE_DEVICE             ? (size_t)w->spec.devices
                  : m->roles[role].kind == IMP_ROLE_ACCESS             ? w->cell_count
                                                                       : 1;
    bool mirrors = imp_adversary_mirrors(&w->spec.adversary, m);
    w->honest = honest;
    w->party_count = mirrors ? 2 * honest : honest;
    w->parties = calloc(w->party_count, sizeof *w->parties);
    if (!w->parties)
        abort();
    make_universe(w, 0, false);
    if (mirrors)
        make_universe(w, honest, true);
    for (size_t i = honest; i < w->party_count; i++)
        adversary_options(w, &w->parties[i]);
}

static void provision_universe(struct world *w, size_t from, size_t count)
{
    struct imp_env **envs = calloc(count, sizeof *envs);
    if (!envs)
        abort();
    for (size_t i = 0; i < count; i++) {
        w->parties[from + i].free_of_charge = true;
        envs[i] = &w->parties[from + i].env;
    }
    if (w->spec.mechanism->provision)
        w->spec.mechanism->provision(envs, count);
    for (size_t i = 0; i < count; i++) {
        struct world_party *p = &w->parties[from + i];
        p->free_of_charge = false;
        if (w->spec.session != w->spec.seed)
            p->stream_count = 0; /* a second session draws other numbers for the same purpose */
    }
    free(envs);
}

void world_parties_provision(struct world *w)
{
    provision_universe(w, 0, w->honest);
    if (w->party_count > w->honest)
        provision_universe(w, w->honest, w->honest);
    for (size_t i = 0; i < w->party_count; i++) {
        struct world_party *p = &w->parties[i];
        p->running = true;
        w->spec.mechanism->roles[p->env.role].init(p->env.ctx, &p->env);
        p->running = false;
        p->initialised = true;
        p->cost = 0;
    }
}

static void party_free(struct world *w, struct world_party *p)
{
    const struct imp_role *role = &w->spec.mechanism->roles[p->env.role];
    if (role->fini && p->initialised)
        role->fini(p->env.ctx, &p->env);
    if (p->env.adversary)
        free((void *)p->env.options);
    free(p->env.ctx);
    world_cells_free(&p->cells);
    free(p->streams);
    world_party_drop_events(p);
}

void world_parties_free(struct world *w)
{
    for (size_t i = 0; i < w->party_count; i++)
        party_free(w, &w->parties[i]);
    free(w->parties);
    for (size_t i = 0; i < w->record_count; i++) {
        free((void *)w->records[i].claim.self);
        free((void *)w->records[i].claim.peer);
        free((void *)w->records[i].claim.sid);
        free((void *)w->records[i].claim.data);
    }
    free(w->records);
}

struct world_party *world_mirror(struct world_party *p)
{
    struct world *w = p->world;
    return w->party_count > w->honest ? &w->parties[(size_t)p->index + w->honest] : NULL;
}

struct world_party *world_origin(struct world_party *p)
{
    return &p->world->parties[(size_t)p->index - p->world->honest];
}
