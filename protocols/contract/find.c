/* SPDX-License-Identifier: GPL-2.0-only */
/* Apart from mechanism.c: only this needs the registry of all mechanisms at link time. */
#include "mechanism.h"

#include <string.h>

const struct imp_mechanism *imp_mechanism_find(const char *name)
{
    for (size_t i = 0; imp_mechanisms[i]; i++)
        if (strcmp(imp_mechanisms[i]->name, name) == 0)
            return imp_mechanisms[i];
    return NULL;
}
