/* SPDX-License-Identifier: GPL-2.0-only */
/* typing.h - slips of a person who copies characters by hand, that he does not notice; those that
 * he notices are of the act of copying. */
#ifndef IMPRINT_TYPING_H
#define IMPRINT_TYPING_H

#include "mechanism.h"

/* Each character may become its neighbour in ASCII. */
void imp_mistype(struct imp_env *env, int64_t permille, uint8_t *text, size_t n);

/* The option that says how often, read by the role at which it is typed. */
#define IMP_TYPING_ERROR_ROW(role_bits)                                                            \
    {                                                                                              \
        .name = "typing-error",                                                                    \
        .summary = "Chance that a character is mistyped unnoticed, beside the errors of the act "  \
                   "of copying that are noticed.",                                                 \
        .type = IMP_OPTION_INT, .preset = "0", .min = 0, .max = 1000, .unit = "per mille",         \
        .roles = (role_bits)                                                                       \
    }

#endif
