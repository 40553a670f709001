/* SPDX-License-Identifier: GPL-2.0-only */
/* survey.h - the survey's own tables, made from the mechanisms' descriptors. */
#ifndef IMPRINT_SURVEY_H
#define IMPRINT_SURVEY_H

#include "protocols/contract/mechanism.h"
#include "table.h"

/* What each standard calls the four phases, with its sections. One row a mechanism. */
void imp_survey_terminology(struct imp_table *out, const struct imp_mechanism *const *mechanisms);

/* Class, use of the out-of-band channel, credentials, third parties, interface, user acts and link.
 * One row a mechanism. */
void imp_survey_classification(struct imp_table *out,
                               const struct imp_mechanism *const *mechanisms);

#endif
