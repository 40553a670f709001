/* SPDX-License-Identifier: GPL-2.0-only */
/* merge.h - joins the folders of parts of a study into one.
 *
 * Rows are copied, whole runs only; a run that is in several parts is taken once, and a result wins
 * over a harness failure. Merging again adds nothing. Two different results for one key are
 * refused, and so is a part that is being written; then nothing is written anywhere. */
#ifndef IMPRINT_MERGE_H
#define IMPRINT_MERGE_H

#include <stddef.h>

struct imp_merged {
    size_t runs;   /* in DIR afterwards */
    size_t added;  /* of them new, or a result in place of a failure */
    size_t failed; /* of them harness failures */
};

/* Joins `parts` into `dir`, which is made when it is missing. `say` (or NULL) is told what a reader
 * should know, such as parts made by different commits. Returns 0, or -1 and a sentence; the return
 * value 1 says that writing broke in the middle: whole parts are there, and the same call goes on.
 */
int imp_merge(struct imp_merged *out, const char *dir, const char *const *parts, size_t count,
              void (*say)(const char *sentence), char *error, size_t cap);

#endif
