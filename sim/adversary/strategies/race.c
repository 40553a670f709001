/* SPDX-License-Identifier: GPL-2.0-only */
/* race.c - own parties answer as the honest ones do, and nothing is blocked: who is first wins. */
#include "mirrors.h"

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    imp_mirrors_moment(a, a->state, IMP_MIRROR_ALL, m, device);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return IMP_PASS;
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, IMP_MIRROR_ALL, u);
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
    .oob = oob,
    .own_send = imp_mirrors_send,
    .moment = moment,
};
