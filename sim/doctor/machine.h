/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - each sets good and found of a check. Within sim/doctor. */
#ifndef IMPRINT_DOCTOR_MACHINE_H
#define IMPRINT_DOCTOR_MACHINE_H

#include "doctor.h"

void imp_check_cores(struct imp_check *c);
void imp_check_clock(struct imp_check *c);
void imp_check_folder(struct imp_check *c, const char *folder);

#endif
