/* SPDX-License-Identifier: GPL-2.0-only */
/* strategies.h - the built-in strategies, one file each, in the order of their names. */
#ifndef IMPRINT_STRATEGIES_H
#define IMPRINT_STRATEGIES_H

#include "sim/adversary/strategy.h"

#define IMP_STRATEGIES(X)                                                                          \
    X(compromised_peer)                                                                            \
    X(corrupt)                                                                                     \
    X(crack)                                                                                       \
    X(delay)                                                                                       \
    X(downgrade)                                                                                   \
    X(drop)                                                                                        \
    X(eavesdrop)                                                                                   \
    X(guess)                                                                                       \
    X(kci)                                                                                         \
    X(lua)                                                                                         \
    X(none)                                                                                        \
    X(own_keys)                                                                                    \
    X(parallel_session)                                                                            \
    X(photograph_label)                                                                            \
    X(previous_owner)                                                                              \
    X(race)                                                                                        \
    X(redirect)                                                                                    \
    X(reflect)                                                                                     \
    X(relay)                                                                                       \
    X(reorder)                                                                                     \
    X(replay)                                                                                      \
    X(reveal)                                                                                      \
    X(rogue_device)                                                                                \
    X(rogue_server)                                                                                \
    X(script)                                                                                      \
    X(substitute_key)                                                                              \
    X(swap_label)                                                                                  \
    X(thief)
#define IMP_STRATEGY_DECLARE(id) extern const struct imp_strategy imp_strategy_##id;
IMP_STRATEGIES(IMP_STRATEGY_DECLARE)

/* The link that the parameter "at" names; checked by imp_at_check. */
#define IMP_PARAM_AT                                                                               \
    {                                                                                              \
        "at", "device", "the link where it stands: device or backend"                              \
    }
enum imp_link imp_at(const struct imp_adv *a);
int imp_at_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap);
enum imp_link imp_channel_link(const struct imp_mechanism *m, int channel);

#endif
