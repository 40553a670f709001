/* SPDX-License-Identifier: GPL-2.0-only */
/* photograph_label.c - sees what the user carries and uses it: own parties on the link are handed
 * the same out-of-band messages as the honest ones, whose user goes on undisturbed. */
#include "mirrors.h"

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_photograph_label = {
    .name = "photograph-label",
    .summary = "Sees what the user carries and takes part with it on the link.",
    .mirrors = true,
    .state_size = sizeof(struct imp_mirrors),
    .params = params,
    .check = imp_at_check,
    .seen = imp_mirrors_all_seen,
    .oob = imp_mirrors_all_oob,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_stream,
    .moment = imp_mirrors_all_moment,
};
