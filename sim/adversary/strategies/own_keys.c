/* SPDX-License-Identifier: GPL-2.0-only */
/* own_keys.c - the man in the middle with keys of its own.
 *
 * A mirror of every honest party, with credentials that the adversary made itself. On the link
 * where it stands, what an honest party sends reaches the mirror of the addressee and is blocked
 * from the addressee; what a mirror sends is injected under the name of the party that it mirrors.
 * Channels elsewhere join the mirrors directly, in the adversary's memory, but for those to third
 * parties, which anybody may ask. */
#include "keys.h"
#include "mirrors.h"

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, IMP_MIRROR_ALL, u);
    return a->ops->may_oob(a, u->channel, IMP_POWER_INJECT) ? IMP_BLOCK : IMP_PASS;
}

/* Keys that it was given take the place of its own. */
static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    if (imp_keys_due(a, m) > 0)
        a->ops->adopt(a);
    imp_mirrors_all_moment(a, m, device);
}

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_own_keys = {
    .name = "own-keys",
    .summary = "Man in the middle with keys of its own: the honest state machines back to back.",
    .mirrors = true,
    .state_size = sizeof(struct imp_mirrors),
    .params = params,
    .check = imp_at_check,
    .seen = imp_mirrors_all_seen,
    .oob = oob,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_connect,
    .own_oob = imp_mirrors_show,
    .moment = moment,
};
