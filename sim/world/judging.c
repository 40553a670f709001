/* SPDX-License-Identifier: GPL-2.0-only */
/* judging.c - each device's claims are judged for themselves; the worst verdict counts. */
#include "judging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crack.h"
#include "recovery.h"
#include "world.h"

static void *zeroed(size_t count, size_t size)
{
    void *p = calloc(count + 1, size);
    if (!p)
        abort();
    return p;
}

/* ---- what leaks after the run (G6)
 * --------------------------------------------------------------- */
static bool reads(const struct world *w)
{
    for (int l = 0; w->adversary && l < IMP_LINK_COUNT; l++)
        if (w->spec.adversary.network[l][IMP_POWER_READ].when != IMP_WHEN_NEVER)
            return true;
    return false;
}

struct secrets { /* honest ones of the run, by their first octets */
    const struct imp_claim **c;
    size_t n;
};

static int by_head(const void *a, const void *b)
{
    const struct imp_claim *const *x = a, *const *y = b;
    return memcmp((*x)->data, (*y)->data, IMP_KNOWN_MIN);
}

static struct secrets secrets_of(const struct world *w)
{
    struct secrets s = {.c = zeroed(w->judged_records, sizeof *s.c)};
    for (size_t i = 0; i < w->judged_records; i++) {
        const struct imp_claim *c = &w->records[i].claim;
        if (c->kind == IMP_CLAIM_SECRET && world_honest(&w->parties[w->records[i].party]) &&
            c->data_n >= IMP_KNOWN_MIN)
            s.c[s.n++] = c;
    }
    qsort(s.c, s.n, sizeof *s.c, by_head);
    return s;
}

/* Length of the longest secret that begins at p, or 0. */
static size_t secret_at(const struct secrets *s, const uint8_t *p, size_t n)
{
    const struct imp_claim key = {.data = p}, *k = &key;
    size_t from = 0, to = s->n, longest = 0;
    if (n < IMP_KNOWN_MIN)
        return 0;
    while (from < to) {
        size_t mid = (from + to) / 2;
        if (by_head(&s->c[mid], &k) < 0)
            from = mid + 1;
        else
            to = mid;
    }
    for (; from < s->n && by_head(&s->c[from], &k) == 0; from++)
        if (s->c[from]->data_n <= n && s->c[from]->data_n > longest &&
            memcmp(s->c[from]->data, p, s->c[from]->data_n) == 0)
            longest = s->c[from]->data_n;
    return longest;
}

/* The cell's octets without the secrets among them. */
static void leak_rest(struct world *w, const struct secrets *s, const struct world_cell *c,
                      const char *source)
{
    size_t from = 0;
    for (size_t i = 0; i < c->n;) {
        size_t cut = secret_at(s, c->bytes + i, c->n - i);
        if (cut) {
            imp_knowledge_add(&w->knowledge, c->bytes + from, i - from, source);
            from = i + cut;
        }
        i += cut ? cut : 1;
    }
    imp_knowledge_add(&w->knowledge, c->bytes + from, c->n - from, source);
}

/* All honest cells; without the secrets in them unless `s` is NULL. */
static void leak(struct world *w, const struct secrets *s)
{
    for (size_t i = 0; i < w->honest; i++) {
        const struct world_cells *cells = &w->parties[i].cells;
        for (size_t b = 0; b < cells->size; b++)
            for (const struct world_cell *c = cells->buckets[b]; c; c = c->next) {
                char source[120];
                snprintf(source, sizeof source, "cell %.40s kept by %s", c->name,
                         w->parties[i].name);
                if (s)
                    leak_rest(w, s, c, source);
                else
                    imp_knowledge_add(&w->knowledge, c->bytes, c->n, source);
            }
    }
    imp_knowledge_close(&w->knowledge);
}

void world_judging_close(struct world *w)
{
    w->measured_at = eng_now();
    w->judged_records = w->record_count;
    for (int d = 0; d < w->spec.devices; d++)
        w->devices[d].in_time = w->devices[d].end != IMP_NEVER;
    if (w->purpose == WORLD_RUN)
        world_crack(w);
    imp_knowledge_close(&w->knowledge);
    w->learnt = w->knowledge.count;
    if (w->purpose == WORLD_RUN && reads(w)) {
        struct secrets s = secrets_of(w);
        leak(w, &s);
        leak(w, NULL);
        free(s.c);
        w->recorded = true;
    }
}

/* ---- the ledger
 * ----------------------------------------------------------------------------------- */
struct judging {
    const struct world *w;
    struct imp_principal *parties;
    struct imp_record *sorted; /* by device, then in the order in which they were said */
    size_t count, shared;      /* `shared` of them concern no device */
    struct imp_fact *storage;  /* of the device in hand */
    size_t storage_count;
    struct imp_transfer *transfers;
    size_t transfer_count;
    struct imp_intent *intents;
    size_t intent_count;
    struct imp_owner owner;
    struct imp_worlds worlds;
    struct imp_view again[TWIN_SESSIONS], other[TWIN_SESSIONS];
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
    *j =
        (struct judging){.w = w,
                         .parties = zeroed(w->party_count, sizeof *j->parties),
                         .sorted = zeroed(w->record_count, sizeof *j->sorted),
                         .count = w->record_count,
                         .transfers = zeroed(w->ledger.severance_count, sizeof *j->transfers),
                         .intents = zeroed(w->ledger.intent_count + w->honest, sizeof *j->intents)};
    for (size_t i = 0; i < w->party_count; i++) {
        const struct world_party *p = &w->parties[i];
        bool corrupt = world_adversary_corrupts(w, p);
        j->parties[i] = (struct imp_principal){.name = p->name,
                                               .honest = world_honest(p) && !corrupt,
                                               .device = p->env.device,
                                               .corrupt = corrupt,
                                               .revealed = p->revealed && !corrupt};
    }
    if (w->record_count)
        memcpy(j->sorted, w->records, w->record_count * sizeof *j->sorted);
    qsort(j->sorted, j->count, sizeof *j->sorted, by_device);
    while (j->shared < j->count && j->sorted[j->shared].device < 0)
        j->shared++;
}

static void judging_free(struct judging *j)
{
    free(j->parties);
    free(j->sorted);
    free(j->transfers);
    free(j->intents);
}

static bool calls_itself(const struct world *w, const struct world_party *p, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < w->record_count; i++) {
        const struct imp_record *r = &w->records[i];
        if (r->party == p->index && r->claim.kind == IMP_CLAIM_IDENTITY && r->claim.self_n == n &&
            memcmp(r->claim.self, name, n) == 0)
            return true;
    }
    return false;
}

static bool severed(const struct world *w, const struct world_severance *s, int device)
{
    const struct world_party *p = &w->parties[s->party], *d = w->devices[device].party;
    if (p->env.device >= 0)
        return p->env.device == device;
    if (w->spec.mechanism->roles[p->env.role].kind == IMP_ROLE_ACCESS && p->cell != d->cell)
        return false;
    return !s->named || calls_itself(w, d, s->named);
}

static void device_storage(struct judging *j, const struct world_party *p)
{
    free(j->storage);
    j->storage = zeroed(p->cells.count, sizeof *j->storage);
    j->storage_count = 0;
    for (size_t b = 0; b < p->cells.size; b++)
        for (const struct world_cell *c = p->cells.buckets[b]; c; c = c->next)
            j->storage[j->storage_count++] = (struct imp_fact){.bytes = c->bytes, .n = c->n};
}

static void device_transfers(struct judging *j, int device)
{
    const struct world *w = j->w;
    j->transfer_count = 0;
    for (size_t i = 0; i < w->ledger.severance_count; i++) {
        const struct world_severance *s = &w->ledger.severances[i];
        if (!severed(w, s, device) || s->at > w->measured_at)
            continue;
        if (j->transfer_count == 0)
            device_storage(j, w->devices[device].party);
        j->transfers[j->transfer_count++] =
            (struct imp_transfer){.device = device,
                                  .at = s->at,
                                  .word = s->what->word,
                                  .revoked = s->what->revokes,
                                  .by = s->party,
                                  .storage = j->storage,
                                  .storage_count = j->storage_count};
    }
}

/* The device's own acts, and one act of each party to show that it waits for users. */
static void device_intents(struct judging *j, int device)
{
    const struct world *w = j->w;
    bool *known = zeroed(w->honest, sizeof *known);
    j->intent_count = 0;
    for (size_t i = 0; i < w->ledger.intent_count; i++) {
        const struct imp_intent *t = &w->ledger.intents[i];
        if (t->device == device || !known[t->party])
            j->intents[j->intent_count++] = *t;
        known[t->party] = true;
    }
    free(known);
}

static size_t device_owner(struct judging *j, int device)
{
    const struct world *w = j->w;
    const char *role = w->spec.mechanism->owner;
    int r = role ? imp_role_find(w->spec.mechanism, role) : -1;
    for (size_t i = 0; r >= 0 && i < w->honest; i++) {
        const struct world_party *p = &w->parties[i];
        if (p->env.role != r || (w->spec.mechanism->roles[r].kind == IMP_ROLE_ACCESS &&
                                 p->cell != w->devices[device].cell))
            continue;
        j->owner = (struct imp_owner){device, p->index, 0, IMP_NEVER};
        return 1;
    }
    return 0;
}

static void device_worlds(struct judging *j)
{
    const struct world *w = j->w;
    for (size_t i = 0; i < w->sessions.count; i++) {
        j->again[i] = (struct imp_view){w->sessions.again[i].unit, w->sessions.again[i].count};
        j->other[i] = (struct imp_view){w->sessions.other[i].unit, w->sessions.other[i].count};
    }
    j->worlds = (struct imp_worlds){.here = {w->ledger.view.unit, w->ledger.view.count},
                                    .again = j->again,
                                    .other = j->other,
                                    .count = w->sessions.count};
}

/* ---- recovery (G10)
 * ------------------------------------------------------------------------------- */
static unsigned acts_from(const struct world_device *d, imp_time from)
{
    unsigned n = 0;
    for (unsigned i = 0; i < d->act_count && i < WORLD_ACTS; i++)
        n += d->act_at[i] >= from;
    return n;
}

static struct imp_recovery device_recovery(const struct world *w, int device)
{
    const struct world_device *d = &w->devices[device];
    struct imp_recovery x = {.from = world_recovery_from(w), .bound = world_recovery_bound(w)};
    const json_t *twin = json_array_get(w->twin.devices, (size_t)device);
    x.observed = w->adversary && (w->watched || x.from < w->measured_at);
    x.completed = d->end != IMP_NEVER;
    x.at = d->end != IMP_NEVER && d->end > x.from ? d->end : x.from;
    x.acts = acts_from(d, x.from);
    unsigned before = d->act_count - x.acts;
    unsigned due = (unsigned)json_number_value(json_object_get(twin, "user_acts"));
    x.acts_owed = due > before ? due - before : 0;
    return x;
}

/* ---- a device's case
 * ------------------------------------------------------------------------------- */
static int severity(enum imp_verdict_value v)
{
    static const int order[] = {[IMP_VERDICT_NA] = 0,
                                [IMP_VERDICT_HOLDS] = 1,
                                [IMP_VERDICT_BROKEN] = 2,
                                [IMP_VERDICT_NEVER_ACTED] = 3};
    return order[v];
}

static int by_order(const void *a, const void *b)
{
    const struct imp_record *x = a, *y = b;
    return x->order < y->order ? -1 : x->order > y->order;
}

/* Records of no device and of that one, in the order in which they were said; the count of those
 * that belong to the run itself goes to *own. The caller frees them. */
static struct imp_record *device_records(const struct judging *j, size_t from, size_t to,
                                         size_t *count, size_t *own)
{
    *count = j->shared + to - from;
    struct imp_record *r = zeroed(*count, sizeof *r);
    if (j->shared)
        memcpy(r, j->sorted, j->shared * sizeof *r);
    if (to > from)
        memcpy(r + j->shared, j->sorted + from, (to - from) * sizeof *r);
    qsort(r, *count, sizeof *r, by_order);
    *own = *count;
    while (*own > 0 && r[*own - 1].order >= j->w->judged_records)
        --*own;
    return r;
}

static void judge_device(struct judging *j, int device, struct imp_verdict worst[IMP_GOAL_COUNT],
                         size_t *at)
{
    const struct world *w = j->w;
    struct imp_verdict v[IMP_GOAL_COUNT];
    size_t from = *at, count, own;
    while (*at < j->count && j->sorted[*at].device == device)
        ++*at;
    struct imp_record *records = device_records(j, from, *at, &count, &own);
    device_transfers(j, device);
    device_intents(j, device);
    device_worlds(j);
    struct imp_case c = {.mechanism = w->spec.mechanism,
                         .parties = j->parties,
                         .party_count = w->party_count,
                         .records = records,
                         .record_count = own,
                         .knowledge = &w->knowledge,
                         .completed = w->devices[device].in_time,
                         .adversary = w->adversary != NULL,
                         .adversary_acts = world_adversary_acts(w),
                         .owners = &j->owner,
                         .owner_count = device_owner(j, device),
                         .transfers = j->transfers,
                         .transfer_count = j->transfer_count,
                         .intents = j->intents,
                         .intent_count = j->intent_count,
                         .learnt = w->learnt,
                         .recorded = w->recorded,
                         .twin = w->twin.records,
                         .twin_count = w->twin.record_count,
                         .recovery = device_recovery(w, device),
                         .recovery_records = records,
                         .recovery_count = count,
                         .worlds = device == 0 && w->sessions.count ? &j->worlds : NULL};
    imp_judge(v, &c);
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        if (device == 0 || severity(v[g].value) > severity(worst[g].value))
            worst[g] = v[g];
    free(records);
}

void world_judge(const struct world *w, struct imp_verdict worst[IMP_GOAL_COUNT])
{
    struct judging j;
    judging_make(w, &j);
    size_t at = j.shared;
    for (int d = 0; d < w->spec.devices; d++)
        judge_device(&j, d, worst, &at);
    free(j.storage);
    judging_free(&j);
}
