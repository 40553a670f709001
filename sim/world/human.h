/* SPDX-License-Identifier: GPL-2.0-only */
/* human.h - what a user's acts take, and how they fail. Numbers with source and status from
 * sim/world/data/human.csv. */
#ifndef IMPRINT_HUMAN_H
#define IMPRINT_HUMAN_H

#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/mechanism.h"
#include "sim/world/data/figures.h"

/* Names of the profiles, NULL-terminated: "typical", "expert", "slow". Elsewhere below a profile is
 * one of these names; any other is the caller's bug. */
extern const char *const imp_human_profiles[];
bool imp_human_profile_known(const char *name);

/* Time of one act: log-normal between the file's 5th and 95th percentile, times the profile's
 * factor, in whole milliseconds (so that no last bit of a mathematical library shows). u1 and u2
 * are independent and uniform in [0, 1): the caller's random stream decides. */
imp_time imp_human_time(const char *profile, enum imp_act_kind act, double u1, double u2);
/* Median of the same, for tables and the chooser. */
imp_time imp_human_median(const char *profile, enum imp_act_kind act);

/* Probability that the act fails without harm and must be done again. */
double imp_human_retry(const char *profile, enum imp_act_kind act);
/* Probability that it ends wrongly and unnoticed: a mismatch accepted, a wrong value taken over. */
double imp_human_error(const char *profile, enum imp_act_kind act);

size_t imp_human_figures(const struct imp_figure **out);

/* Strict check of a data file of this form (the embedded one is checked by the tests). Returns 0,
 * or -1 and a sentence. */
int imp_human_check(const char *text, size_t n, char *error, size_t cap);

#endif
