/* SPDX-License-Identifier: GPL-2.0-only */
/* kci.c - key-compromise impersonation: with the victim's own long-term key in hand, plays the
 * others to the victim, as man in the middle. Its own parties use whatever of the revealed key they
 * can. */
#include "keys.h"
#include "mirrors.h"

/* Everybody but the victims, whose roles the rights name: these are played to, not played. */
static unsigned others(const struct imp_adv *a)
{
    unsigned kinds = IMP_MIRROR_DEVICES | IMP_MIRROR_SHARED;
    for (const struct imp_key_right *k = a->rights->keys; k->role; k++)
        for (size_t i = 0; i < a->honest; i++)
            if (imp_key_right_names(a, k, (int)i))
                kinds &= ~(1u << a->parties[i].kind);
    return kinds;
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    if (imp_keys_due(a, m) > 0)
        a->ops->adopt(a);
    imp_mirrors_moment(a, a->state, others(a), m, device);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed(a, others(a), u);
    return imp_mirrors_block(a, u);
}

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_kci = {
    .name = "kci",
    .summary = "Learns the victim's own key and plays the others to the victim with it.",
    .mirrors = true,
    .state_size = sizeof(struct imp_mirrors),
    .params = params,
    .check = imp_at_check,
    .seen = seen,
    .own_send = imp_mirrors_send,
    .takes_stream = imp_mirrors_stream,
    .own_stream = imp_mirrors_connect,
    .moment = moment,
};
