/* SPDX-License-Identifier: GPL-2.0-only */
/* params.h - parameters of strategies that are numbers, words of a list or names of a mechanism.
 * The _check functions return 0, or -1 and a sentence that names the parameter. */
#ifndef IMPRINT_STRATEGY_PARAMS_H
#define IMPRINT_STRATEGY_PARAMS_H

#include "strategies.h"

/* A number from `min` to `max`; `preset` when it is not set. */
double imp_param_number(const struct imp_adversary *a, const char *name, double preset);
int imp_param_number_check(const struct imp_adversary *a, const char *name, double min, double max,
                           char *error, size_t cap);

/* Index among `words` (NULL-terminated) of a parameter, words[0] when it is not set. */
int imp_param_word(const struct imp_adversary *a, const char *name, const char *const *words);
int imp_param_word_check(const struct imp_adversary *a, const char *name, const char *const *words,
                         char *error, size_t cap);

/* The role's index that a parameter names (a role's name or a kind, the first of it), or -1. */
int imp_param_role(const struct imp_adversary *a, const struct imp_mechanism *m, const char *name,
                   const char *preset);
int imp_param_role_check(const struct imp_adversary *a, const struct imp_mechanism *m,
                         const char *name, const char *preset, char *error, size_t cap);

imp_time imp_param_time(const struct imp_adversary *a, const char *name, double preset,
                        imp_time unit);

#endif
