/* SPDX-License-Identifier: GPL-2.0-only */
/* script.c - takes listed decisions and lets everything else pass (script.h).
 *
 * A decision point is a message seen on a link, a message that the user takes up, or a quiet
 * moment: nothing has been seen for a while and something had been since the last such moment.
 * There are as many options as the rights allow and the messages seen so far give. */
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kept.h"
#include "keys.h"

#define QUIET (20 * IMP_MS)
#define TIMER_QUIET 63
#define LABELS 64
#define OLDER 2 /* different messages of a label that are kept */

enum macro { NO_MACRO, OWN_KEYS, REFLECT_ALL };

struct memory { /* of one label: the latest different messages, the latest first */
    struct imp_kept *unit[OLDER];
};

struct shown { /* out of band */
    struct imp_kept *unit;
    struct shown *next;
};

struct script {
    struct imp_decision decision[IMP_SCRIPT_LONGEST];
    size_t count, next;
    unsigned point;
    bool news; /* something was seen since the last quiet moment */
    enum macro macro;
    bool settled;                    /* there was a quiet moment since it began */
    struct imp_adversary own_rights; /* those of the delegate: with its own `at` */
    void *own_state;                 /* of the delegate, or NULL */
    struct memory memory[LABELS];
    struct shown *shown;
    struct {
        int channel, from_device;
    } wanted[IMP_RIGHTS_LIST]; /* by device of the user who waits for another's message */
    size_t wanted_count;
};

static const struct imp_script_watch *watcher;

void imp_script_watch(const struct imp_script_watch *w)
{
    watcher = w;
}

static const struct imp_strategy *const delegate = &imp_strategy_own_keys;

/* While the delegate works, an own party may send and so come back here. */
static struct script *self(struct imp_adv *a)
{
    if (a->rights->strategy != delegate->name)
        return a->state;
    return (struct script *)(void *)((char *)(uintptr_t)a->rights -
                                     offsetof(struct script, own_rights));
}

/* ---- options ------------------------------------------------------------------------------------
 */
struct options {
    struct imp_option_taken list[IMP_SCRIPT_OPTIONS];
    size_t count;
};

static void offer(struct options *o, enum imp_deviation d, unsigned number)
{
    if (o->count < IMP_SCRIPT_OPTIONS && number < 256)
        o->list[o->count++] =
            (struct imp_option_taken){.deviation = (uint8_t)d, .number = (uint8_t)number};
}

static bool may(struct imp_adv *a, enum imp_link link, enum imp_power power)
{
    return a->ops->may(a, link, power);
}

static bool party_is(const struct imp_adv *a, int party)
{
    return imp_adv_honest(a, party);
}

/* Is that message legal for that role in any state? */
static bool legal_for(const struct imp_adv *a, int party, int message)
{
    const struct imp_legal *l = a->mechanism->roles[a->parties[party].role].legal;
    for (; l && l->message >= 0; l++)
        if (l->message == message)
            return true;
    return false;
}

static bool same_bytes(const struct imp_unit *a, const struct imp_unit *b)
{
    return a->n == b->n && memcmp(a->bytes, b->bytes, a->n) == 0;
}

/* The number-th (from 1) kept message of the unit's label that is another one, or NULL. */
static const struct imp_unit *older(const struct script *s, const struct imp_unit *u,
                                    unsigned number)
{
    for (int i = 0; u->message >= 0 && u->message < LABELS && i < OLDER; i++) {
        const struct imp_kept *k = s->memory[u->message].unit[i];
        if (k && !(u->bytes && same_bytes(&k->unit, u)) && --number == 0)
            return &k->unit;
    }
    return NULL;
}

/* The number-th (from 1) honest party beside `party` that plays its role, or -1. */
static int colleague(const struct imp_adv *a, int party, unsigned number)
{
    for (int i = 0; party_is(a, party) && (size_t)i < a->honest; i++)
        if (i != party && a->parties[i].role == a->parties[party].role && --number == 0)
            return i;
    return -1;
}

/* u: the message seen, or NULL. Both halves of a man in the middle go on by themselves. He is
 * offered to stop in the midst of the sessions that he broke into; what begins afterwards, and
 * where in it he might stop, is met by stepping in at a beginning. What a receiver does not wait
 * for may as well be let go later. */
static void offer_macros(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                         struct options *o)
{
    if (s->macro != NO_MACRO) {
        if (!u || (!s->settled && (!party_is(a, u->to) || a->ops->expects(a, u->to, u->message))))
            offer(o, IMP_DEVIATE_STOP, 0);
        return;
    }
    if (s->own_state)
        return; /* its parties have lost the thread */
    if (may(a, IMP_LINK_DEVICE, IMP_POWER_INJECT))
        offer(o, IMP_DEVIATE_OWN_DEVICE, 0);
    if (may(a, IMP_LINK_BACKEND, IMP_POWER_INJECT))
        for (int c = 0; a->mechanism->channels[c].name; c++)
            if (a->mechanism->channels[c].service != IMP_SERVICE_OOB &&
                imp_channel_link(a->mechanism, c) == IMP_LINK_BACKEND) {
                offer(o, IMP_DEVIATE_OWN_BACKEND, 0);
                return;
            }
}

static bool reflectable(const struct imp_adv *a, const struct imp_unit *u)
{
    return u->bytes && party_is(a, u->from) && party_is(a, u->to) &&
           legal_for(a, u->from, u->message);
}

static void offer_changes(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                          struct options *o)
{
    for (unsigned i = 1; older(s, u, i); i++)
        offer(o, IMP_DEVIATE_REPLAY, i);
    if (reflectable(a, u)) {
        offer(o, IMP_DEVIATE_REFLECT, 0);
        offer(o, IMP_DEVIATE_REFLECT_ALL, 0);
    }
    for (unsigned i = 1; u->bytes && u->to >= 0 && colleague(a, u->to, i) >= 0; i++)
        offer(o, IMP_DEVIATE_REDIRECT, i);
}

static void options_for(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                        struct options *o)
{
    bool block = may(a, u->link, IMP_POWER_BLOCK);
    bool inject = may(a, u->link, IMP_POWER_INJECT) && !u->transit && party_is(a, u->from);
    if (block && s->macro == NO_MACRO)
        offer(o, IMP_DEVIATE_DROP, 0);
    if (s->macro == NO_MACRO && inject)
        offer_changes(a, s, u, o);
    offer_macros(a, s, u, o);
}

/* ---- deciding -----------------------------------------------------------------------------------
 */
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
            mix_unit(a, &t->uses, older(s, u, t->number));
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
static const struct imp_option_taken *decide(struct imp_adv *a, struct script *s,
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

/* ---- memory -------------------------------------------------------------------------------------
 */
static void forget(struct imp_kept *k)
{
    if (k)
        free((void *)k->unit.bytes);
    free(k);
}

static struct imp_kept *copy(const struct imp_unit *u)
{
    struct imp_keep list = {NULL, NULL, 0};
    return imp_keep(&list, u);
}

/* The latest comes first; one that is known moves there. */
static void remember(struct script *s, const struct imp_unit *u)
{
    if (!u->bytes || u->message < 0 || u->message >= LABELS)
        return;
    struct memory *m = &s->memory[u->message];
    int at = 0;
    while (at < OLDER - 1 && m->unit[at] && !same_bytes(&m->unit[at]->unit, u))
        at++;
    struct imp_kept *last = m->unit[at];
    if (!last || !same_bytes(&last->unit, u)) {
        forget(last);
        last = copy(u);
    }
    for (; at > 0; at--)
        m->unit[at] = m->unit[at - 1];
    m->unit[0] = last;
}

static void something_happened(struct imp_adv *a, struct script *s)
{
    s->news = true;
    a->ops->timer(a, TIMER_QUIET, QUIET);
}

/* ---- macros -------------------------------------------------------------------------------------
 */
/* The delegate works with its own state and with the same rights, but for where it stands. */
struct borrowed {
    const struct imp_adversary *rights;
    void *state;
};

static struct borrowed lend(struct imp_adv *a, struct script *s)
{
    struct borrowed b = {a->rights, a->state};
    a->rights = &s->own_rights;
    a->state = s->own_state;
    return b;
}

static void give_back(struct imp_adv *a, struct borrowed b)
{
    a->rights = b.rights;
    a->state = b.state;
}

static void begin_own_keys(struct imp_adv *a, struct script *s, const char *at)
{
    s->macro = OWN_KEYS;
    s->settled = false;
    s->own_rights = *a->rights;
    s->own_rights.strategy = delegate->name;
    memset(s->own_rights.params, 0, sizeof s->own_rights.params);
    s->own_rights.params[0] = (struct imp_param){"at", at};
    if (!s->own_state)
        s->own_state = calloc(1, delegate->state_size + 1);
    if (!s->own_state)
        abort();
    struct borrowed b = lend(a, s);
    delegate->moment(a, IMP_MOMENT_WINDOW, -1);
    give_back(a, b);
}

static enum imp_answer own_keys_seen(struct imp_adv *a, struct script *s, const struct imp_unit *u)
{
    struct borrowed b = lend(a, s);
    enum imp_answer answer = delegate->seen(a, u);
    give_back(a, b);
    return answer;
}

static enum imp_answer reflect(struct imp_adv *a, const struct imp_unit *u)
{
    imp_send_as(a, u, u->to, u->from, u->device);
    return IMP_BLOCK;
}

/* What happens to a unit when nothing is decided. */
static enum imp_answer go_on(struct imp_adv *a, struct script *s, const struct imp_unit *u)
{
    if (s->macro == OWN_KEYS)
        return own_keys_seen(a, s, u);
    if (s->macro == REFLECT_ALL && reflectable(a, u) && may(a, u->link, IMP_POWER_INJECT))
        return reflect(a, u);
    return IMP_PASS;
}

static void take_macro(struct imp_adv *a, struct script *s, enum imp_deviation d)
{
    if (d == IMP_DEVIATE_OWN_DEVICE)
        begin_own_keys(a, s, "device");
    else if (d == IMP_DEVIATE_OWN_BACKEND)
        begin_own_keys(a, s, "backend");
    else
        s->settled = false, s->macro = d == IMP_DEVIATE_REFLECT_ALL ? REFLECT_ALL : NO_MACRO;
}

/* ---- units --------------------------------------------------------------------------------------
 */
static enum imp_answer replay(struct imp_adv *a, const struct imp_unit *u,
                              const struct imp_unit *old)
{
    struct imp_unit changed = *u;
    changed.bytes = old->bytes;
    changed.n = old->n;
    imp_resend(a, &changed);
    return IMP_BLOCK;
}

static enum imp_answer deviate(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                               const struct imp_option_taken *o)
{
    bool block = may(a, u->link, IMP_POWER_BLOCK);
    enum imp_answer answer = IMP_BLOCK;
    switch ((enum imp_deviation)o->deviation) {
    case IMP_DEVIATE_DROP:
        return IMP_BLOCK;
    case IMP_DEVIATE_REPLAY:
        replay(a, u, older(s, u, o->number));
        break;
    case IMP_DEVIATE_REFLECT:
        reflect(a, u);
        break;
    case IMP_DEVIATE_REDIRECT:
        imp_send_as(a, u, u->from, colleague(a, u->to, o->number), -1);
        break;
    default:
        take_macro(a, s, (enum imp_deviation)o->deviation);
        return go_on(a, s, u);
    }
    return block ? answer : IMP_PASS;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct script *s = self(a);
    struct options o = {.count = 0};
    options_for(a, s, u, &o);
    const struct imp_option_taken *taken = decide(a, s, u, &o);
    enum imp_answer answer = taken ? deviate(a, s, u, taken) : go_on(a, s, u);
    remember(s, u);
    something_happened(a, s);
    return answer;
}

/* ---- out of band --------------------------------------------------------------------------------
 */
static const struct imp_unit *shown_by(const struct script *s, int channel, int device)
{
    for (const struct shown *x = s->shown; x; x = x->next)
        if (x->unit->unit.channel == channel && x->unit->unit.device == device)
            return &x->unit->unit;
    return NULL;
}

static void keep_shown(struct script *s, const struct imp_unit *u)
{
    struct shown *x = malloc(sizeof *x);
    if (!x)
        abort();
    *x = (struct shown){.unit = copy(u), .next = s->shown};
    s->shown = x;
}

/* Hands over another device's message, now or as soon as it is shown. */
static void hand_over(struct imp_adv *a, struct script *s, const struct imp_unit *u, int from)
{
    const struct imp_unit *other = shown_by(s, u->channel, from);
    if (other) {
        a->ops->oob_write(a, u->channel, u->device, other->bytes, other->n);
    } else if (u->device < IMP_RIGHTS_LIST) {
        s->wanted[u->device].channel = u->channel;
        s->wanted[u->device].from_device = from + 1;
        s->wanted_count++;
    }
}

static void fulfil(struct imp_adv *a, struct script *s, const struct imp_unit *u)
{
    for (int d = 0; d < IMP_RIGHTS_LIST; d++)
        if (s->wanted[d].from_device == u->device + 1 && s->wanted[d].channel == u->channel) {
            s->wanted[d].from_device = 0;
            s->wanted_count--;
            a->ops->oob_write(a, u->channel, d, u->bytes, u->n);
        }
}

static enum imp_answer oob_go_on(struct imp_adv *a, struct script *s, const struct imp_unit *u)
{
    if (s->macro != OWN_KEYS)
        return IMP_PASS;
    struct borrowed b = lend(a, s);
    enum imp_answer answer = delegate->oob(a, u);
    give_back(a, b);
    return answer;
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    struct script *s = self(a);
    struct options o = {.count = 0};
    bool write = a->ops->may_oob(a, u->channel, IMP_POWER_INJECT) ||
                 (party_is(a, u->from) && imp_keys_corrupt(a, u->from));
    if (write) {
        offer(&o, IMP_DEVIATE_DROP, 0);
        for (int d = 0; d < a->devices; d++)
            if (d != u->device)
                offer(&o, IMP_DEVIATE_COPY, (unsigned)d + 1);
    }
    offer_macros(a, s, NULL, &o);
    const struct imp_option_taken *taken = decide(a, s, u, &o);
    something_happened(a, s);
    if (u->bytes) {
        keep_shown(s, u);
        fulfil(a, s, u);
    }
    if (taken && taken->deviation == IMP_DEVIATE_DROP)
        return IMP_BLOCK;
    if (taken && taken->deviation == IMP_DEVIATE_COPY) {
        hand_over(a, s, u, taken->number - 1);
        return IMP_BLOCK;
    }
    if (taken)
        take_macro(a, s, (enum imp_deviation)taken->deviation);
    return oob_go_on(a, s, u);
}

/* ---- quiet moments ------------------------------------------------------------------------------
 */
static bool resendable(struct imp_adv *a, const struct script *s, int label)
{
    const struct imp_kept *k = s->memory[label].unit[0];
    return k && party_is(a, k->unit.from) && !k->unit.transit &&
           (k->unit.group || (party_is(a, k->unit.to) && a->ops->expects(a, k->unit.to, label))) &&
           may(a, k->unit.link, IMP_POWER_INJECT);
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct script *s = self(a);
    struct options o = {.count = 0};
    if (id != TIMER_QUIET || !s->news)
        return;
    s->news = false;
    s->settled = true;
    for (int l = 0; l < LABELS && s->macro == NO_MACRO; l++)
        if (resendable(a, s, l))
            offer(&o, IMP_DEVIATE_RESEND, (unsigned)l + 1);
    offer_macros(a, s, NULL, &o);
    const struct imp_option_taken *taken = decide(a, s, NULL, &o);
    if (!taken)
        return;
    if (taken->deviation == IMP_DEVIATE_RESEND)
        imp_resend(a, &s->memory[taken->number - 1].unit[0]->unit);
    else
        take_macro(a, s, (enum imp_deviation)taken->deviation);
    something_happened(a, s);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct script *s = self(a);
    if (m == IMP_MOMENT_START)
        for (size_t i = 0; i < a->honest; i++)
            if (imp_keys_corrupt(a, (int)i))
                a->ops->corrupt(a, (int)i);
    if (s->macro == OWN_KEYS) {
        struct borrowed b = lend(a, s);
        delegate->moment(a, m, device);
        give_back(a, b);
    }
    if (m != IMP_MOMENT_START)
        something_happened(a, s);
}

/* ---- own parties --------------------------------------------------------------------------------
 */
static void own_send(struct imp_adv *a, const struct imp_letter *l)
{
    struct script *s = self(a);
    if (s->macro != OWN_KEYS)
        return;
    struct borrowed b = lend(a, s);
    delegate->own_send(a, l);
    give_back(a, b);
}

static void own_oob(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                    size_t n)
{
    struct script *s = self(a);
    if (s->macro != OWN_KEYS)
        return;
    struct borrowed b = lend(a, s);
    delegate->own_oob(a, mirror, channel, device, bytes, n);
    give_back(a, b);
}

/* ---- life ---------------------------------------------------------------------------------------
 */
static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    struct imp_decision d[IMP_SCRIPT_LONGEST];
    char why[200];
    (void)m;
    if (imp_script_parse(d, imp_adversary_param(a, "decisions", ""), why, sizeof why) >= 0)
        return 0;
    snprintf(error, cap, "adversary.strategy.%s", why);
    return -1;
}

static bool wants_mirrors(const struct imp_adversary *a, const struct imp_mechanism *m)
{
    (void)m;
    return strstr(imp_adversary_param(a, "decisions", ""), ":own-keys") != NULL;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct script *s = self(a);
    int n =
        imp_script_parse(s->decision, imp_adversary_param(a->rights, "decisions", ""), error, cap);
    s->count = n > 0 ? (size_t)n : 0;
    return n < 0 ? -1 : 0;
}

static void close_(struct imp_adv *a)
{
    struct script *s = self(a);
    for (int l = 0; l < LABELS; l++)
        for (int i = 0; i < OLDER; i++)
            forget(s->memory[l].unit[i]);
    while (s->shown) {
        struct shown *x = s->shown;
        s->shown = x->next;
        forget(x->unit);
        free(x);
    }
    free(s->own_state);
}

static const struct imp_strategy_param params[] = {
    {"decisions", "", "where it deviates: POINT:WORD, one blank between"}, {0}};

const struct imp_strategy imp_strategy_script = {
    .name = "script",
    .summary = "Takes listed decisions, as imprint search found them, and forwards all else.",
    .mirrors = true,
    .names_states = true,
    .state_size = sizeof(struct script),
    .params = params,
    .wants_mirrors = wants_mirrors,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .oob = oob,
    .own_send = own_send,
    .own_oob = own_oob,
    .timer = timer,
    .moment = moment,
};
