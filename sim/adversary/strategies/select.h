/* SPDX-License-Identifier: GPL-2.0-only */
/* select.h - which of the messages seen a strategy is about: by link, label, sender, order, chance.
 */
#ifndef IMPRINT_STRATEGY_SELECT_H
#define IMPRINT_STRATEGY_SELECT_H

#include "strategies.h"

struct imp_select {
    enum imp_link at;
    int message;          /* label, or -1: every one */
    int role;             /* of the sender, or -1: every one */
    uint64_t skip, count; /* the first `skip` are let go; `count` are taken, 0: all */
    double probability;
    uint64_t met, taken;
};

#define IMP_PARAMS_SELECT                                                                          \
    IMP_PARAM_AT, {"message", "*", "label of the messages, * for every one"},                      \
        {"from", "*", "role or kind of their sender, * for every one"},                            \
        {"skip", "0", "how many of them are let go first"},                                        \
        {"count", "0", "how many are taken at most, 0 for all"},                                   \
    {                                                                                              \
        "probability", "1", "with which each of them is taken"                                     \
    }

int imp_select_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                     size_t cap);
void imp_select_open(struct imp_select *s, const struct imp_adv *a);
/* Takes the unit, or not; counts. Draws at random only for probabilities below 1. */
bool imp_select(struct imp_adv *a, struct imp_select *s, const struct imp_unit *u);

#endif
