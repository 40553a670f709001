/* SPDX-License-Identifier: GPL-2.0-only */
/* recovery.h - after the adversary. */
#ifndef IMPRINT_RECOVERY_H
#define IMPRINT_RECOVERY_H

#include "protocols/contract/party.h"

struct world;

/* The adversary withdraws and the run goes on until service must be back. Once, after
 * world_judging_close. */
void world_recovery_watch(struct world *w);
/* From when on nobody interfered, and how long recovery may take from there. */
imp_time world_recovery_from(const struct world *w);
imp_time world_recovery_bound(const struct world *w);

#endif
