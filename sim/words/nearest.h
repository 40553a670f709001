/* SPDX-License-Identifier: GPL-2.0-only */
/* nearest.h - the known name that was probably meant. */
#ifndef IMPRINT_NEAREST_H
#define IMPRINT_NEAREST_H

#include <stddef.h>

/* Number of single-character insertions, deletions, substitutions and swaps of neighbours between
 * two texts; each is cut at 63 octets. */
size_t imp_edit_distance(const char *a, const char *b);

/* Keeps the best candidate: start with {0}, offer each name, then read `name` (borrowed; NULL when
 * nothing is near enough to be meant). Ties go to the name offered first. */
struct imp_nearest {
    const char *name;
    size_t distance;
};
void imp_nearest_offer(struct imp_nearest *best, const char *wanted, const char *candidate);

/* Writes "; did you mean NAME?" into out, or nothing. */
void imp_nearest_hint(const struct imp_nearest *best, char *out, size_t cap);

#endif
