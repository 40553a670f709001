/* SPDX-License-Identifier: GPL-2.0-only */
/* swap_label.c - what the user takes up is not what the honest party showed.
 *
 *   with = own     that of the adversary's own party, who stands as man in the middle on the link
 *   with = other   that of the next device: two labels are exchanged */
#include <stdio.h>

#include "kept.h"
#include "mirrors.h"
#include "params.h"

enum { OWN, OTHER };
static const char *const withs[] = {"own", "other", NULL};

struct swap {
    struct imp_mirrors mirrors; /* first */
    int with;
    struct imp_keep shown; /* OTHER: messages taken up so far */
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_at_check(a, m, error, cap) || imp_param_word_check(a, "with", withs, error, cap) ? -1
                                                                                                : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct swap *s = a->state;
    s->with = imp_param_word(a->rights, "with", withs);
    s->mirrors.held = s->with == OTHER;
    if (s->with == OWN || a->devices > 1)
        return 0;
    snprintf(error, cap, "adversary.strategy.with: other needs two devices");
    return -1;
}

static void close_(struct imp_adv *a)
{
    imp_keep_clear(&((struct swap *)a->state)->shown);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct swap *s = a->state;
    return s->with == OTHER ? IMP_PASS : imp_mirrors_all_seen(a, u);
}

/* The label goes to where the other device's was expected, and the other's, once known, here. */
static void exchange(struct imp_adv *a, struct swap *s, const struct imp_unit *u)
{
    for (struct imp_kept *k = s->shown.head; k; k = k->next)
        if (k->unit.channel == u->channel && k->unit.device != u->device) {
            a->ops->oob_write(a, u->channel, u->device, k->unit.bytes, k->unit.n);
            a->ops->oob_write(a, u->channel, k->unit.device, u->bytes, u->n);
        }
    imp_keep(&s->shown, u);
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    struct swap *s = a->state;
    if (s->with == OTHER && u->bytes)
        exchange(a, s, u);
    else
        imp_mirrors_feed_oob(a, IMP_MIRROR_ALL, u);
    return a->ops->may_oob(a, u->channel, IMP_POWER_INJECT) ? IMP_BLOCK : IMP_PASS;
}

static const struct imp_strategy_param params[] = {
    IMP_PARAM_AT, {"with", "own", "own or other: whose message the user is given"}, {0}};

const struct imp_strategy imp_strategy_swap_label = {
    .name = "swap-label",
    .summary = "Exchanges labels or displays: the user takes up another message.",
    .mirrors = true,
    .state_size = sizeof(struct swap),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .oob = oob,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_stream,
    .own_oob = imp_mirrors_show,
    .moment = imp_mirrors_all_moment,
};
