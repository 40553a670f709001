/* SPDX-License-Identifier: GPL-2.0-only */
/* redirect.c - messages for one honest party go to another one of the same role. */
#include "kept.h"
#include "select.h"

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    (void)error;
    (void)cap;
    imp_select_open(a->state, a);
    return 0;
}

/* The next party of the same role, or -1 when there is one only. */
static int next_of_role(const struct imp_adv *a, int party)
{
    for (size_t i = 1; i < a->honest; i++) {
        size_t p = ((size_t)party + i) % a->honest;
        if (a->parties[p].role == a->parties[party].role)
            return (int)p;
    }
    return -1;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    int other = imp_adv_honest(a, u->to) ? next_of_role(a, u->to) : -1;
    if (!u->bytes || other < 0 || !imp_adv_honest(a, u->from) || !imp_select(a, a->state, u))
        return IMP_PASS;
    imp_send_as(a, u, u->from, other, -1);
    return IMP_BLOCK;
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_SELECT, {0}};

const struct imp_strategy imp_strategy_redirect = {
    .name = "redirect",
    .summary = "Delivers chosen messages to another honest party than the one they are for.",
    .state_size = sizeof(struct imp_select),
    .params = params,
    .check = imp_select_check,
    .open = open_,
    .seen = seen,
};
