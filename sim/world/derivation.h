/* SPDX-License-Identifier: GPL-2.0-only */
/* derivation.h - the account of a secret that the adversary computed. */
#ifndef IMPRINT_WORLD_DERIVATION_H
#define IMPRINT_WORLD_DERIVATION_H

#include "world.h"

/* Appends to the run's trace one event "derive" for each step that led to the secret of which the
 * verdict on secrecy speaks; nothing when it was read as it is, or secrecy holds. Not in the
 * digest: it follows from what is. */
void world_derivation(const struct world *w, const struct imp_verdict *secrecy, json_t *trace);

#endif
