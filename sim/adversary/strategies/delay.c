/* SPDX-License-Identifier: GPL-2.0-only */
/* delay.c - blocks messages and sends them again, unchanged, some time later. */
#include "kept.h"
#include "params.h"
#include "select.h"

struct delay {
    struct imp_select select;
    imp_time time;
    struct imp_keep kept; /* in the order in which they fall due */
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    return imp_select_check(a, m, error, cap) ||
                   imp_param_number_check(a, "delay_ms", 0, 1e9, error, cap)
               ? -1
               : 0;
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct delay *s = a->state;
    (void)error;
    (void)cap;
    imp_select_open(&s->select, a);
    s->time = imp_param_time(a->rights, "delay_ms", 1000, IMP_MS);
    return 0;
}

static void close_(struct imp_adv *a)
{
    imp_keep_clear(&((struct delay *)a->state)->kept);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct delay *s = a->state;
    if (!u->bytes || u->from < 0 || !imp_select(a, &s->select, u))
        return IMP_PASS;
    if (!s->kept.head)
        a->ops->timer(a, 0, s->time);
    imp_keep(&s->kept, u)->due = a->now + s->time;
    return IMP_BLOCK;
}

static void timer(struct imp_adv *a, unsigned id)
{
    struct delay *s = a->state;
    (void)id;
    while (s->kept.head && s->kept.head->due <= a->now) {
        imp_resend(a, &s->kept.head->unit);
        imp_keep_drop(&s->kept);
    }
    if (s->kept.head)
        a->ops->timer(a, 0, s->kept.head->due - a->now);
}

static const struct imp_strategy_param params[] = {
    IMP_PARAMS_SELECT, {"delay_ms", "1000", "milliseconds by which they are delayed"}, {0}};

const struct imp_strategy imp_strategy_delay = {
    .name = "delay",
    .summary = "Holds chosen messages back and lets them go later.",
    .state_size = sizeof(struct delay),
    .params = params,
    .check = check,
    .open = open_,
    .close = close_,
    .seen = seen,
    .timer = timer,
};
