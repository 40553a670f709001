/* SPDX-License-Identifier: GPL-2.0-only */
#include "symbols.h"

#include <stdlib.h>
#include <string.h>

#include "symbols_contents.h"

#define FLYING 64
#define LOST (2 * IMP_S) /* what has not landed by then will not */

struct node { /* where a party was: the state and how it came there */
    uint64_t key, token;
    uint64_t name;  /* of the whole path up to here */
    uint64_t sent;  /* labels of what was sent last */
    uint64_t hands; /* sum over the path's events that the adversary had a hand in */
    uint64_t cells;
    int role_state;
};

struct set { /* of hashes */
    uint64_t *hash, *value;
    size_t count, room;
    uint64_t sum; /* of the values: names the set */
};

struct step { /* to a node */
    uint64_t key;
    uint64_t taint; /* of the event */
    int role_state;
};

struct path { /* of one party for one device */
    struct node *node;
    size_t count, room;
    int rest; /* role state before the first event */
    bool begun;
    uint64_t sent;      /* labels of what was sent last */
    struct set cells;   /* by name */
    struct set claims;  /* each once, with the adversary's hand in it */
    struct set plainly; /* the same claims without */
};

struct running { /* the event in hand */
    struct path *path;
    uint64_t token;
    uint64_t taint; /* of what comes of it */
    uint64_t sent;
    unsigned outputs;
    bool message;
};

struct flying {
    uint64_t hash;
    imp_time since;
};

struct world_symbols {
    struct path *path; /* party x (device + 1) */
    size_t path_count;
    struct running *running; /* by party; one runs inside another's sending */
    struct contents contents;
    struct flying flying[FLYING];
    size_t flying_count;
    uint64_t acts; /* sum over those that the user is at */
};

static uint64_t text_hash(const char *s)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; s && *s; s++)
        h = (h ^ (uint8_t)*s) * UINT64_C(1099511628211);
    return h;
}

/* Sets the value of a member, 0 if it leaves. */
static void set_put(struct set *s, uint64_t hash, uint64_t value)
{
    size_t i = 0;
    while (i < s->count && s->hash[i] != hash)
        i++;
    if (i == s->room) {
        s->room = s->room ? 2 * s->room : 16;
        s->hash = need(realloc(s->hash, s->room * sizeof *s->hash));
        s->value = need(realloc(s->value, s->room * sizeof *s->value));
    }
    if (i == s->count) {
        s->hash[s->count] = hash;
        s->value[s->count++] = 0;
    }
    s->sum += value - s->value[i];
    s->value[i] = value;
}

static void set_free(struct set *s)
{
    free(s->hash);
    free(s->value);
}

uint64_t world_symbols_name(const struct world *w, int channel, const uint8_t *bytes, size_t n)
{
    const struct world_symbols *y = w->symbols;
    uint64_t hash = symbols__content_hash(channel, bytes, n), name;
    const struct content *c = y ? symbols__content_find(&y->contents, hash) : NULL;
    if (!c)
        return hash;
    name = c->name;
    mix(&name, symbols__content_is_latest(&y->contents, c));
    return name;
}

/* ---- paths --------------------------------------------------------------------------------------
 */
static struct path *path_of(struct world_party *p, int device)
{
    struct world *w = p->world;
    size_t devices = (size_t)w->spec.devices + 1;
    return &w->symbols->path[(size_t)p->index * devices + (size_t)(device + 1)];
}

static uint64_t path_name(const struct path *p)
{
    return p->count ? p->node[p->count - 1].name : 0;
}

static uint64_t token_hash(uint64_t token)
{
    uint64_t h = 1;
    mix(&h, token);
    return h;
}

static void push(struct path *p, struct step step, uint64_t token)
{
    if (p->count == p->room) {
        p->room = p->room ? 2 * p->room : 16;
        p->node = need(realloc(p->node, p->room * sizeof *p->node));
    }
    uint64_t name = path_name(p);
    uint64_t hands = p->count ? p->node[p->count - 1].hands : 0;
    if (step.taint)
        hands += token_hash(token);
    mix(&name, step.key);
    mix(&name, token);
    p->node[p->count++] =
        (struct node){step.key, token, name, p->sent, hands, p->cells.sum, step.role_state};
}

/* Goes to the node of that key: back to where it stands, or on to a new one. A message that brought
 * the party back anew counts in the place of the one that did before. Who does again what he did at
 * first begins anew. */
static void move(struct path *p, struct step step, uint64_t token, bool message)
{
    if (p->count && p->node[0].role_state == step.role_state && p->node[0].sent == p->sent)
        p->count = 0;
    for (size_t i = p->count; i-- > 0;) {
        if (p->node[i].key != step.key)
            continue;
        uint64_t came_by = message ? token : p->node[i].token;
        p->count = i;
        push(p, step, came_by);
        return;
    }
    push(p, step, token);
}

/* Where the adversary had a hand in a message: 0 nowhere. An old message and an own party's are its
 * work, and so is what they make others send, in relays of any length. */
static uint64_t taint_of(const struct world *w, const struct content *c)
{
    uint64_t h = c ? c->taint : 0;
    if (c && c->sender > w->honest)
        h |= 1;
    if (c && !symbols__content_is_latest(&w->symbols->contents, c))
        h |= 2;
    return h;
}

void world_symbols_begin(struct world_party *p, const struct imp_event *e)
{
    struct world_symbols *y = p->world->symbols;
    if (!y)
        return;
    struct running *r = &y->running[p->index];
    const struct content *c =
        e->kind == IMP_EVENT_RECEIVE
            ? symbols__content_find(&y->contents, symbols__content_hash(e->channel, e->bytes, e->n))
            : NULL;
    struct path *path = path_of(p, p->device);
    const struct imp_role *role = &p->env.mechanism->roles[p->env.role];
    if (!path->begun)
        path->rest = role->state ? role->state(p->env.ctx) : 0;
    path->begun = true;
    *r = (struct running){.path = path,
                          .token = (uint64_t)e->kind,
                          .taint = taint_of(p->world, c),
                          .message = e->kind == IMP_EVENT_RECEIVE};
    mix(&r->token, (uint64_t)e->id << 1 | e->ok);
    mix(&r->token, c ? c->name : 0);
    mix(&r->token, r->taint);
}

void world_symbols_end(struct world_party *p)
{
    struct world_symbols *y = p->world->symbols;
    if (!y)
        return;
    struct running *r = &y->running[p->index];
    struct path *path = r->path;
    const struct imp_role *role = &p->env.mechanism->roles[p->env.role];
    int role_state = role->state ? role->state(p->env.ctx) : 0;
    uint64_t key = (uint64_t)role_state;
    if (r->outputs)
        path->sent = r->sent;
    mix(&key, path->cells.sum);
    mix(&key, path->claims.sum);
    mix(&key, path->sent);
    if (role_state == path->rest)
        path->count = 0; /* what it keeps is in its cells and claims */
    else if (r->outputs || path->count == 0 || path->node[path->count - 1].key != key)
        move(path, (struct step){key, r->taint, role_state}, r->token, r->message && r->outputs);
    r->path = NULL;
}

void world_symbols_restarted(struct world_party *p)
{
    struct world_symbols *y = p->world->symbols;
    for (int d = -1; y && d < p->world->spec.devices; d++) {
        struct path *path = path_of(p, d);
        path->count = 0;
        path->sent = 0;
        if (path->cells.sum)
            push(path, (struct step){path->cells.sum, 0, -1}, path->claims.sum);
    }
}

/* ---- what comes of an event
 * -----------------------------------------------------------------------
 */
static struct running *running(struct world_party *p)
{
    struct world_symbols *y = p->world->symbols;
    return y && y->running[p->index].path ? &y->running[p->index] : NULL;
}

void world_symbols_sent(struct world_party *p, int channel, int message, const uint8_t *bytes,
                        size_t n)
{
    struct running *r = running(p);
    if (!r)
        return;
    struct content c = {.hash = symbols__content_hash(channel, bytes, n),
                        .sender = (uint64_t)p->index + 1,
                        .label = (uint64_t)channel << 32 | (uint64_t)(message + 1),
                        .taint = r->taint};
    c.name = c.label;
    mix(&c.name, c.sender);
    mix(&c.name, (uint64_t)(p->device + 1));
    mix(&c.name, r->taint);
    mix(&r->sent, c.label);
    mix(&r->sent, n); /* one label may stand for several kinds, told apart by their length */
    r->outputs++;
    symbols__content_name(&p->world->symbols->contents, &c);
}

void world_symbols_prompted(struct world_party *p, unsigned act)
{
    struct running *r = running(p);
    if (!r)
        return;
    r->outputs++;
    mix(&r->sent, UINT64_C(0xac7) << 32 | act);
}

static uint64_t claim_name(const struct imp_claim *c, uint64_t taint)
{
    uint64_t h = taint;
    mix(&h, (uint64_t)c->kind);
    mix(&h, text_hash(c->layer));
    mix(&h, text_hash(c->name));
    return h;
}

void world_symbols_claimed(struct world_party *p, const struct imp_claim *c)
{
    struct running *r = running(p);
    bool counts = c->kind == IMP_CLAIM_COMMIT || c->kind == IMP_CLAIM_SECRET ||
                  c->kind == IMP_CLAIM_CONFIG || c->kind == IMP_CLAIM_OWNER ||
                  c->kind == IMP_CLAIM_COMPLETE;
    if (!r || !counts)
        return;
    uint64_t with = claim_name(c, r->taint), plainly = claim_name(c, 0);
    set_put(&r->path->claims, with, with);
    set_put(&r->path->plainly, plainly, plainly);
}

void world_symbols_cell(struct world_party *p, const char *name, size_t n, bool present)
{
    struct running *r = running(p);
    uint64_t h = text_hash(name), value;
    if (!r)
        return;
    value = h ^ r->taint;
    mix(&value, n);
    set_put(&r->path->cells, h, present ? value : 0);
}

/* ---- under way
 * ------------------------------------------------------------------------------------
 */
void world_symbols_act(struct world *w, uint64_t act, int change)
{
    uint64_t h = 1;
    mix(&h, act);
    if (w->symbols)
        w->symbols->acts += change > 0 ? h : -h;
}

void world_symbols_launched(struct world *w, int channel, const uint8_t *bytes, size_t n)
{
    struct world_symbols *y = w->symbols;
    if (!y)
        return;
    if (y->flying_count == FLYING) {
        memmove(y->flying, y->flying + 1, (FLYING - 1) * sizeof *y->flying);
        y->flying_count--;
    }
    y->flying[y->flying_count++] =
        (struct flying){world_symbols_name(w, channel, bytes, n), eng_now()};
}

void world_symbols_landed(struct world *w, int channel, const uint8_t *bytes, size_t n)
{
    struct world_symbols *y = w->symbols;
    uint64_t name = y ? world_symbols_name(w, channel, bytes, n) : 0;
    for (size_t i = 0; y && i < y->flying_count; i++)
        if (y->flying[i].hash == name) {
            memmove(y->flying + i, y->flying + i + 1,
                    (y->flying_count - i - 1) * sizeof *y->flying);
            y->flying_count--;
            return;
        }
}

/* Where a party is, and whether the adversary had a hand in how it came there. */
static uint64_t place_name(const struct path *p)
{
    const struct node none = {.role_state = -2}, *n = p->count ? &p->node[p->count - 1] : &none;
    uint64_t h = (uint64_t)(int64_t)n->role_state;
    mix(&h, n->cells);
    mix(&h, n->sent);
    mix(&h, n->hands);
    return h;
}

uint64_t world_symbols_state(const struct world *w, bool own, bool histories)
{
    const struct world_symbols *y = w->symbols;
    uint64_t h = y ? y->acts : 0;
    size_t count = y ? y->path_count : 0;
    for (size_t i = 0; i < (own ? count : count * w->honest / w->party_count); i++)
        if (y->path[i].begun) {
            mix(&h, i);
            mix(&h, histories ? path_name(&y->path[i]) : place_name(&y->path[i]));
            mix(&h, y->path[i].cells.sum);
            mix(&h, histories ? y->path[i].claims.sum : y->path[i].plainly.sum);
        }
    for (size_t i = 0; y && i < y->flying_count; i++)
        if (eng_now() - y->flying[i].since < LOST)
            mix(&h, y->flying[i].hash);
    return h;
}

/* ---- life
 * -----------------------------------------------------------------------------------------
 */
void world_symbols_open(struct world *w)
{
    if (!w->spec.strategy || !w->spec.strategy->names_states)
        return;
    w->symbols = need(calloc(1, sizeof *w->symbols));
    w->symbols->path_count = w->party_count * ((size_t)w->spec.devices + 1);
    w->symbols->path = need(calloc(w->symbols->path_count, sizeof *w->symbols->path));
    w->symbols->running = need(calloc(w->party_count, sizeof *w->symbols->running));
}

void world_symbols_free(struct world *w)
{
    struct world_symbols *y = w->symbols;
    if (!y)
        return;
    for (size_t i = 0; i < y->path_count; i++) {
        free(y->path[i].node);
        set_free(&y->path[i].cells);
        set_free(&y->path[i].claims);
        set_free(&y->path[i].plainly);
    }
    free(y->path);
    free(y->running);
    symbols__contents_free(&y->contents);
    free(y);
    w->symbols = NULL;
}
