/* SPDX-License-Identifier: GPL-2.0-only */
/* photograph_label.c - sees what the user carries and uses it: own parties on the link are handed
 * the same out-of-band messages as the honest ones, whose user goes on undisturbed. */
#include "mirrors.h"

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    imp_mirrors_moment(a, a->state, IMP_MIRROR_ALL, m, device);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return imp_mirrors_block(a, u);
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, IMP_MIRROR_ALL, u);
    return IMP_PASS;
}

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_photograph_label = {
    .name = "photograph-label",
    .summary = "Sees what the user carries and takes part with it on the link.",
    .mirrors = true,
    .state_size = sizeof(struct imp_mirrors),
    .params = params,
    .check = imp_at_check,
    .seen = seen,
    .oob = oob,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_stream,
    .moment = moment,
};
