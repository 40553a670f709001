/* SPDX-License-Identifier: GPL-2.0-only */
/* script_decide.c - decision points: named and told to who watches, then decided. */
#include <stdio.h>
#include <string.h>

#include "script_internal.h"

static const struct imp_script_watch *watcher;

void imp_script_watch(const struct imp_script_watch *w)
{
    watcher = w;
}

static const char *name_of(const struct imp_adv *a, const struct imp_unit *u)
{
    return u && u->message >= 0 ? a->mechanism->messages[u->message].name : "";
}

static void tell(struct imp_adv *a, const struct imp_decision *d, const struct imp_unit *u)
{
    char text[200], script[60];
    imp_script_print(script, sizeof script, d, 1);
    snprintf(text, sizeof text, "decision %s%s%s: %s", script, *name_of(a, u) ? " at " : "",
             name_of(a, u), imp_deviation_text((enum imp_deviation)d->option.deviation));
    a->ops->note(a, text);
}

static bool among(const struct options *o, struct imp_option_taken t)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->list[i].deviation == t.deviation && o->list[i].number == t.number)
            return true;
    return false;
}

static void mix(uint64_t *h, uint64_t v)
{
    *h = (*h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    *h ^= *h >> 29;
}

static void mix_unit(struct imp_adv *a, uint64_t *h, const struct imp_unit *u)
{
    mix(h, u->bytes ? a->ops->unit_name(a, u->channel, u->bytes, u->n) : u->n);
    mix(h, (uint64_t)(u->from + 1) << 32 | (uint64_t)(u->to + 1) << 8 | (uint64_t)u->link);
}

/* The parties, the adversary and the question, but not the answers. */
static uint64_t place_name(struct imp_adv *a, const struct script *s, const struct imp_unit *u,
                           bool histories)
{
    uint64_t h = a->ops->state(a, s->macro == OWN_KEYS, histories);
    bool backend = s->own_rights.params[0].value && *s->own_rights.params[0].value == 'b';
    mix(&h,
        (uint64_t)s->macro << 8 | (s->macro == OWN_KEYS && backend) << 1 | (s->own_state != NULL));
    mix(&h, s->macro != NO_MACRO && s->settled);
    if (u)
        mix_unit(a, &h, u);
    for (int d = 0; d < IMP_RIGHTS_LIST; d++)
        mix(&h, (uint64_t)s->wanted[d].channel << 32 | (uint64_t)s->wanted[d].from_device);
    for (const struct shown *x = s->shown; x; x = x->next)
        mix_unit(a, &h, &x->unit->unit);
    return h;
}

/* All that decides what can happen from here: the place and the answers. What it remembers counts
 * as far as it gives an answer. */
static uint64_t state_name(uint64_t place, const struct options *o)
{
    for (size_t i = 0; i < o->count; i++) {
        mix(&place, (uint64_t)o->list[i].deviation << 8 | o->list[i].number);
        mix(&place, o->list[i].uses);
    }
    return place ? place : 1;
}

static void name_uses(struct imp_adv *a, const struct script *s, const struct imp_unit *u,
                      struct options *o)
{
    for (size_t i = 0; i < o->count; i++) {
        struct imp_option_taken *t = &o->list[i];
        if (t->deviation == IMP_DEVIATE_REPLAY)
            mix_unit(a, &t->uses, script__older(s, u, t->number));
        else if (t->deviation == IMP_DEVIATE_RESEND)
            mix_unit(a, &t->uses, &s->memory[t->number - 1].unit[0]->unit);
        else
            t->uses = t->number;
    }
}

/* Who watches is told; names are wanted behind the script's last decision only. */
static void announce(struct imp_adv *a, const struct script *s, unsigned point,
                     const struct imp_unit *u, struct options *o)
{
    if (!watcher)
        return;
    struct imp_script_point p = {.number = point, .options = o->list, .count = o->count};
    if (s->next == s->count) {
        name_uses(a, s, u, o);
        p.state = state_name(place_name(a, s, u, true), o);
        p.place = place_name(a, s, u, false) | 1;
    }
    if (!watcher->point(watcher->arg, &p))
        a->ops->halt(a);
}

/* What is decided at this point; NULL: nothing else than what happens anyhow. */
const struct imp_option_taken *script__decide(struct imp_adv *a, struct script *s,
                                              const struct imp_unit *u, struct options *o)
{
    if (o->count == 0)
        return NULL;
    unsigned point = s->point++;
    announce(a, s, point, u, o);
    const struct imp_decision *d = &s->decision[s->next];
    if (s->next == s->count || d->point != point)
        return NULL;
    s->next++;
    if (!among(o, d->option)) {
        char text[160], script[60];
        imp_script_print(script, sizeof script, d, 1);
        snprintf(text, sizeof text, "script: decision %s is not among the options there", script);
        a->ops->fail(a, text);
        return NULL;
    }
    tell(a, d, u);
    return &d->option;
}
