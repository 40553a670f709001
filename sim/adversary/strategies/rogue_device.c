/* SPDX-License-Identifier: GPL-2.0-only */
/* rogue_device.c - devices of its own that ask to be admitted in the place of the honest ones. */
#include "rogue.h"

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    return imp_rogue_seen(a, IMP_MIRROR_DEVICES, u);
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, IMP_MIRROR_DEVICES, u);
    return IMP_PASS;
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct imp_rogue *s = a->state;
    imp_mirrors_moment(a, &s->mirrors, IMP_MIRROR_DEVICES, m, device);
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_ROGUE, {0}};

const struct imp_strategy imp_strategy_rogue_device = {
    .name = "rogue-device",
    .summary = "Plays devices to the network side, with credentials of its own.",
    .mirrors = true,
    .state_size = sizeof(struct imp_rogue),
    .params = params,
    .check = imp_rogue_check,
    .open = imp_rogue_open,
    .seen = seen,
    .oob = oob,
    .own_send = imp_mirrors_send,
    .moment = moment,
};
