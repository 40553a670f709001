/* SPDX-License-Identifier: GPL-2.0-only */
/* drop.c - messages that never arrive, though their sender's radio was told that they did. */
#include "select.h"

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    (void)error;
    (void)cap;
    imp_select_open(a->state, a);
    return 0;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    return imp_select(a, a->state, u) ? IMP_BLOCK : IMP_PASS;
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_SELECT, {0}};

const struct imp_strategy imp_strategy_drop = {
    .name = "drop",
    .summary = "Keeps chosen messages from their receivers.",
    .state_size = sizeof(struct imp_select),
    .params = params,
    .check = imp_select_check,
    .open = open_,
    .seen = seen,
};
