/* SPDX-License-Identifier: GPL-2.0-only */
/* reveal.c - reads, and learns what the rights reveal when their time comes: long-term keys after
 * the run (forward secrecy), ephemeral or past values, session keys. */
#include "keys.h"

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    (void)device;
    imp_keys_due(a, m);
}

const struct imp_strategy imp_strategy_reveal = {
    .name = "reveal",
    .summary = "Reads, and learns the keys that its rights reveal when their time comes.",
    .moment = moment,
};
