/* SPDX-License-Identifier: GPL-2.0-only */
/* judging.h - the run as the judge sees it. */
#ifndef IMPRINT_JUDGING_H
#define IMPRINT_JUDGING_H

#include "sim/judge/judge.h"

struct world;

/* Closes the run's own part: what is claimed, learnt and completed later is not of it. */
void world_judging_close(struct world *w);
/* The worst verdict of all devices on each goal. */
void world_judge(const struct world *w, struct imp_verdict worst[IMP_GOAL_COUNT]);

#endif
