/* SPDX-License-Identifier: GPL-2.0-only */
/* rogue_server.c - the network side: access points, mothers, servers of its own. */
#include "rogue.h"

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    (void)error;
    (void)cap;
    imp_rogue_open(a, IMP_MIRROR_SHARED);
    return 0;
}

static const struct imp_strategy_param params[] = {IMP_PARAMS_ROGUE, {0}};

const struct imp_strategy imp_strategy_rogue_server = {
    .name = "rogue-server",
    .summary = "Plays the network side to devices, with credentials of its own.",
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
