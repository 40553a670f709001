/* SPDX-License-Identifier: GPL-2.0-only */
/* platform_names.h - platforms by their name or class, without their figures. */
#ifndef IMPRINT_PLATFORM_NAMES_H
#define IMPRINT_PLATFORM_NAMES_H

#include <stdbool.h>

/* Is there a platform or a class of platforms of that name? */
bool imp_platform_names(const char *wanted);

/* Is the platform `name` called so, or of that class? */
bool imp_platform_is(const char *name, const char *wanted);

#endif
