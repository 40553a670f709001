/* SPDX-License-Identifier: GPL-2.0-only */
/* reorder.c - holds a message until later ones of the same sender have passed it. */
#include "kept.h"
#include "params.h"
#include "select.h"

struct reorder {
    struct imp_select select;
    unsigned depth, passed; /* how many shall pass, have passed the oldest held */
    imp_time patience;
    struct imp_keep kept;
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_select_check(a, m, error, cap) ||
                   imp_param_number_check(a, "depth", 1, 1000, error, cap) ||
                   imp_param_number_check(a, "patience_ms", 1, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct reorder *s = a->state;
    (void)error;
    (void)cap;
    imp_select_open(&s->select, a);
    s->depth = (unsigned)imp_param_number(a->rights, "depth", 1);
    s->patience = imp_param_time(a->rights, "patience_ms", 5000, IMP_MS);
    return 0;
}

static void close_(struct imp_adv *a)
{
    imp_keep_clear(&((struct reorder *)a->state)->kept);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct reorder *s = a->state;
    const struct imp_kept *held = s->kept.head;
    if (!u->bytes || u->from < 0)
        return IMP_PASS;
    if (held) {
        if (u->from == held->unit.from && u->channel == held->unit.channel &&
            ++s->passed >= s->depth)
            a->ops->timer(a, 0, IMP_MS); /* right behind the one that passes now */
        return IMP_PASS;
    }
    if (!imp_select(a, &s->select, u))
        return IMP_PASS;
    imp_keep(&s->kept, u);
    s->passed = 0;
    a->ops->timer(a, 0, s->patience);
    return IMP_BLOCK;
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct reorder *s = a->state;
    (void)id;
    if (!s->kept.head)
        return;
    imp_resend(a, &s->kept.head->unit);
    imp_keep_drop(&s->kept);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAMS_SELECT,
    {"depth", "1", "how many later messages of the same sender pass it"},
    {"patience_ms", "5000", "milliseconds after which it is sent in any case"},
    {0}};

const struct imp_strategy imp_strategy_reorder = {
    .name = "reorder",
    .summary = "Lets later messages of a sender pass a chosen one.",
    .state_size = sizeof(struct reorder),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .timer = timer,
};
