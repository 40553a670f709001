/* SPDX-License-Identifier: GPL-2.0-only */
/* race.c - own parties answer as the honest ones do, and nothing is blocked: who is first wins. */
#include "mirrors.h"

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return IMP_PASS;
}

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_race = {
    .name = "race",
    .summary = "Answers with keys of its own before the honest party does, without blocking it.",
    .mirrors = true,
    .state_size = sizeof(struct imp_mirrors),
    .params = params,
    .check = imp_at_check,
    .seen = seen,
    .oob = imp_mirrors_all_oob,
    .own_send = imp_mirrors_send,
    .moment = imp_mirrors_all_moment,
};
