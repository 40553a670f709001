/* SPDX-License-Identifier: GPL-2.0-only */
/* beside.h - the runs with which a run is compared. They live one after the other in one child, so
 * that the run itself begins with a process that had no world yet, and is not hurt by their crash.
 */
#ifndef IMPRINT_BESIDE_H
#define IMPRINT_BESIDE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world_twin;
struct world_sessions;

/* Fills the twin, and the other sessions if they are asked for. Returns 0, or -1 with the reason in
 * `why`: empty when the child ended without one. */
int world_beside_run(struct world_twin *twin, struct world_sessions *others, const json_t *plan,
                     bool sessions, char *why, size_t cap);

/* Octets on their way through JSON; both results are the caller's. */
json_t *world_hexadecimal(const uint8_t *p, size_t n);
uint8_t *world_octets(const json_t *j, size_t *n);

#endif
