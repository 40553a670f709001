/* SPDX-License-Identifier: GPL-2.0-only */
/* reflect.c - gives messages back to their sender, under the name of whom they were meant for. */
#include "kept.h"
#include "params.h"
#include "select.h"

struct reflect {
    struct imp_select select;
    bool block;
};

static const char *const answers[] = {"yes", "no", NULL};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_select_check(a, m, error, cap) ||
                   imp_param_word_check(a, "block", answers, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct reflect *s = a->state;
    (void)error;
    (void)cap;
    imp_select_open(&s->select, a);
    s->block = imp_param_word(a->rights, "block", answers) == 0;
    return 0;
}

/* Who answers for a group: the first at the other end of the channel in the sender's cell. */
static int other_end(struct imp_adv *a, const struct imp_unit *u)
{
    struct imp_addr self;
    if (!u->group)
        return u->to;
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].role != a->parties[u->from].role &&
            a->parties[i].cell == a->parties[u->from].cell &&
            a->ops->address(a, (int)i, u->channel, &self))
            return (int)i;
    return -1;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct reflect *s = a->state;
    int as = imp_adv_honest(a, u->from) ? other_end(a, u) : -1;
    if (!u->bytes || as < 0 || !imp_select(a, &s->select, u))
        return IMP_PASS;
    struct imp_letter l = {.channel = u->channel,
                           .message = u->message,
                           .as = as,
                           .to = u->source,
                           .device = u->device,
                           .bytes = u->bytes,
                           .n = u->n};
    a->ops->inject(a, &l);
    return s->block ? IMP_BLOCK : IMP_PASS;
}

static const struct imp_strategy_param params[] = {
    IMP_PARAMS_SELECT, {"block", "yes", "yes or no: does the reflected message not arrive?"}, {0}};

const struct imp_strategy imp_strategy_reflect = {
    .name = "reflect",
    .summary = "Sends a party's own messages back to it: one (count = 1) or all.",
    .state_size = sizeof(struct reflect),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
};
