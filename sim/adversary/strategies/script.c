/* SPDX-License-Identifier: GPL-2.0-only */
/* script.c - takes listed decisions and lets everything else pass (script.h).
 *
 * A decision point is a message seen on a link, a message that the user takes up, or a quiet
 * moment: nothing has been seen for a while and something had been since the last such moment.
 * There are as many options as the rights allow and the messages seen so far give. */
#include "script_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keys.h"

#define QUIET (20 * IMP_MS)
#define TIMER_QUIET 63

static const struct imp_strategy *const delegate = &imp_strategy_own_keys;

/* While the delegate works, an own party may send and so come back here. */
static struct script *self(struct imp_adv *a)
{
    if (a->rights->strategy != delegate->name)
        return a->state;
    return (struct script *)(void *)((char *)(uintptr_t)a->rights -
                                     offsetof(struct script, own_rights));
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
    if (s->macro == REFLECT_ALL && script__reflectable(a, u) &&
        a->ops->may(a, u->link, IMP_POWER_INJECT))
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
    bool block = a->ops->may(a, u->link, IMP_POWER_BLOCK);
    enum imp_answer answer = IMP_BLOCK;
    switch ((enum imp_deviation)o->deviation) {
    case IMP_DEVIATE_DROP:
        return IMP_BLOCK;
    case IMP_DEVIATE_REPLAY:
        replay(a, u, script__older(s, u, o->number));
        break;
    case IMP_DEVIATE_REFLECT:
        reflect(a, u);
        break;
    case IMP_DEVIATE_REDIRECT:
        imp_send_as(a, u, u->from, script__colleague(a, u->to, o->number), -1);
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
    script__options_for(a, s, u, &o);
    const struct imp_option_taken *taken = script__decide(a, s, u, &o);
    enum imp_answer answer = taken ? deviate(a, s, u, taken) : go_on(a, s, u);
    script__remember(s, u);
    something_happened(a, s);
    return answer;
}

/* ---- out of band --------------------------------------------------------------------------------
 */
/* Hands over another device's message, now or as soon as it is shown. */
static void hand_over(struct imp_adv *a, struct script *s, const struct imp_unit *u, int from)
{
    const struct imp_unit *other = script__shown_by(s, u->channel, from);
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
                 (imp_adv_honest(a, u->from) && imp_keys_corrupt(a, u->from));
    if (write) {
        script__offer(&o, IMP_DEVIATE_DROP, 0);
        for (int d = 0; d < a->devices; d++)
            if (d != u->device)
                script__offer(&o, IMP_DEVIATE_COPY, (unsigned)d + 1);
    }
    script__offer_macros(a, s, NULL, &o);
    const struct imp_option_taken *taken = script__decide(a, s, u, &o);
    something_happened(a, s);
    if (u->bytes) {
        script__keep_shown(s, u);
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
static void timer(struct imp_adv *a, unsigned id)
{
    struct script *s = self(a);
    struct options o = {.count = 0};
    if (id != TIMER_QUIET || !s->news)
        return;
    s->news = false;
    s->settled = true;
    for (int l = 0; l < LABELS && s->macro == NO_MACRO; l++)
        if (script__resendable(a, s, l))
            script__offer(&o, IMP_DEVIATE_RESEND, (unsigned)l + 1);
    script__offer_macros(a, s, NULL, &o);
    const struct imp_option_taken *taken = script__decide(a, s, NULL, &o);
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

/* ---- streams ------------------------------------------------------------------------------------
 */
/* An honest party connects: the last moment to step into that connection. */
static bool takes_stream(struct imp_adv *a, int party, int channel)
{
    struct script *s = self(a);
    struct options o = {.count = 0};
    struct imp_unit opening = {.channel = channel,
                               .link = imp_channel_link(a->mechanism, channel),
                               .message = -1,
                               .from = party,
                               .to = -1};
    script__offer_macros(a, s, &opening, &o);
    const struct imp_option_taken *taken = script__decide(a, s, &opening, &o);
    if (taken)
        take_macro(a, s, (enum imp_deviation)taken->deviation);
    something_happened(a, s);
    if (s->macro != OWN_KEYS)
        return false;
    struct borrowed b = lend(a, s);
    bool takes = delegate->takes_stream(a, party, channel);
    give_back(a, b);
    return takes;
}

static bool own_stream(struct imp_adv *a, int mirror, int channel)
{
    struct script *s = self(a);
    if (s->macro != OWN_KEYS)
        return false;
    struct borrowed b = lend(a, s);
    bool over_network = delegate->own_stream(a, mirror, channel);
    give_back(a, b);
    return over_network;
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
    script__forget_all(s);
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
    .takes_stream = takes_stream,
    .own_stream = own_stream,
    .own_oob = own_oob,
    .timer = timer,
    .moment = moment,
};
