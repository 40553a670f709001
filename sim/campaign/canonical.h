/* SPDX-License-Identifier: GPL-2.0-only */
/* canonical.h - one text for one JSON value, and the key of a run.
 *
 * Members sorted by octets, no spaces, whole numbers without a fraction, other numbers in the
 * shortest form that reads back equal. */
#ifndef IMPRINT_CANONICAL_H
#define IMPRINT_CANONICAL_H

#include <jansson.h>

#define IMP_RUN_KEY 33 /* 32 hexadecimal digits and the end */

/* malloc'ed text, or NULL when there is no memory. */
char *imp_canonical(const json_t *j);

/* A number as JSON keeps it here: an integer when it is whole. New reference. */
json_t *imp_canonical_number(double d);

/* BLAKE2b-256 in hexadecimal, cut to its first `digits` (at most 64). */
void imp_hash_hex(char *out, size_t digits, const void *p, size_t n);

/* A plan line without what does not change its run: `expect` and `stop`. New reference. */
json_t *imp_run_bare(const json_t *plan);

/* The first 32 hexadecimal digits of BLAKE2b-256 of the plan line without `expect` and `stop`. */
void imp_run_key(char out[IMP_RUN_KEY], const json_t *plan);

/* Turns control characters into blanks: an error is one line, whatever was quoted in it. */
void imp_one_line(char *text);

#endif
