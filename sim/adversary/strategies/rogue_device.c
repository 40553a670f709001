/* SPDX-License-Identifier: GPL-2.0-only */
/* rogue_device.c - devices of its own that ask to be admitted in the place of the honest ones. */
#include "rogue.h"

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    (void)error;
    (void)cap;
    imp_rogue_open(a, IMP_MIRROR_DEVICES);
    return 0;
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_ROGUE, {0}};

const struct imp_strategy imp_strategy_rogue_device = {
    .name = "rogue-device",
    .summary = "Plays devices to the network side, with credentials of its own.",
    .mirrors = true,
    .state_size = sizeof(struct imp_rogue),
    .params = params,
    .check = imp_rogue_check,
    .open = open_,
    .seen = imp_rogue_seen,
    .oob = imp_rogue_oob,
    .own_send = imp_mirrors_send,
    .moment = imp_rogue_moment,
};
