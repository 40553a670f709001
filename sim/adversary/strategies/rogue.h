/* SPDX-License-Identifier: GPL-2.0-only */
/* rogue.h - parties of the adversary that take part beside the honest ones. */
#ifndef IMPRINT_STRATEGY_ROGUE_H
#define IMPRINT_STRATEGY_ROGUE_H

#include "mirrors.h"

struct imp_rogue {
    struct imp_mirrors mirrors;
    unsigned kinds; /* of party that it plays */
    bool block;
};
#define IMP_PARAMS_ROGUE                                                                           \
    IMP_PARAM_AT,                                                                                  \
    {                                                                                              \
        "block", "no", "yes or no: keep the honest ones' messages from arriving"                   \
    }
int imp_rogue_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                    size_t cap);
void imp_rogue_open(struct imp_adv *a, unsigned kinds);
/* Hands its parties what is for them; blocks what honest parties of these kinds send themselves. */
enum imp_answer imp_rogue_seen(struct imp_adv *a, const struct imp_unit *u);
enum imp_answer imp_rogue_oob(struct imp_adv *a, const struct imp_unit *u);
void imp_rogue_moment(struct imp_adv *a, enum imp_moment m, int device);

#endif
