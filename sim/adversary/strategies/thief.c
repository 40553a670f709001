/* SPDX-License-Identifier: GPL-2.0-only */
/* thief.c - has the device in its hands: reads its storage, presses its reset button, or both, and
 * stands by with own parties that use what was read. */
#include "mirrors.h"
#include "params.h"

#include <stdio.h>

struct thief {
    struct imp_mirrors mirrors;
    int device;
    bool reads, resets;
};

static const char *const acts[] = {"read", "reset", "both", NULL};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_at_check(a, m, error, cap) || imp_param_word_check(a, "act", acts, error, cap) ||
                   imp_param_number_check(a, "device", 1, 1e6, error, cap) ||
                   imp_param_number_check(a, "after_s", 0, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct thief *s = a->state;
    int act = imp_param_word(a->rights, "act", acts);
    s->device = (int)imp_param_number(a->rights, "device", 1) - 1;
    s->reads = act != 1;
    s->resets = act != 0;
    s->mirrors.held = true; /* until the theft */
    if (s->device < a->devices)
        return 0;
    snprintf(error, cap, "adversary.strategy.device: there are only %d", a->devices);
    return -1;
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct thief *s = a->state;
    if (m == IMP_MOMENT_ALL_DONE)
        a->ops->timer(a, 0, imp_param_time(a->rights, "after_s", 10, IMP_S));
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_ALL, m, device);
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct thief *s = a->state;
    (void)id;
    a->ops->note(a, "the thief has the device");
    if (s->reads && a->ops->memory(a, s->device) == 0)
        a->ops->adopt(a);
    s->mirrors.held = false;
    if (a->ops->may(a, imp_at(a), IMP_POWER_INJECT))
        imp_mirrors_start(a, &s->mirrors, IMP_MIRROR_ALL);
    if (s->resets)
        a->ops->touch(a, s->device, IMP_EVENT_RESET, NULL);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct thief *s = a->state;
    if (!s->mirrors.engaged)
        return IMP_PASS;
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return imp_mirrors_block(a, u);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT,
    {"act", "read", "read its storage, reset it, or both"},
    {"device", "1", "number of the stolen device"},
    {"after_s", "10", "seconds after everybody completed at which it is stolen"},
    {0}};

const struct imp_strategy imp_strategy_thief = {
    .name = "thief",
    .summary = "Has the device in its hands: reads its storage, presses its reset button.",
    .mirrors = true,
    .state_size = sizeof(struct thief),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
    .own_send = imp_mirrors_send,
    .timer = timer,
    .moment = moment,
};
