/* SPDX-License-Identifier: GPL-2.0-only */
#include "platform_names.h"

#include "sim/world/platform.h"

#include <string.h>

bool imp_platform_is(const char *name, const char *wanted)
{
    const struct imp_platform *p = imp_platform_find(name);
    return strcmp(name, wanted) == 0 || (p && strcmp(imp_platform_class(p), wanted) == 0);
}

bool imp_platform_names(const char *wanted)
{
    for (size_t i = 0; i < imp_platform_count(); i++)
        if (imp_platform_is(imp_platform_name(imp_platform_at(i)), wanted))
            return true;
    return false;
}
