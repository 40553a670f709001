/* SPDX-License-Identifier: GPL-2.0-only */
/* power.h - the power of one device in time, over one run. */
#ifndef IMPRINT_WORLD_POWER_H
#define IMPRINT_WORLD_POWER_H

#include <jansson.h>

/* Runs the plan as imp_world_run does and watches what a device's radio and processor do from its
 * start until it is complete or the run is measured; devices count from 0. Returns the result
 * object (new reference) with one more member, "power": the power profile of docs/formats.md. A run
 * that gave no result, or has no such device, has none: its "status" is "harness-failure" with a
 * reason in "why". */
json_t *imp_world_power(const json_t *plan, int device);

#endif
