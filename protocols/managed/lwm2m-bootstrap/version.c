/* SPDX-License-Identifier: GPL-2.0-only */
#include "version.h"

#include <stddef.h>
#include <string.h>

static const char *const texts[] = {[LWM_1_2] = "1.2", [LWM_1_1] = "1.1", [LWM_1_0] = "1.0"};

const char *lwm_version_text(enum lwm_version v)
{
    return texts[v];
}

bool lwm_version_read(enum lwm_version *out, const char *text)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(text, texts[i]) == 0) {
            *out = (enum lwm_version)i;
            return true;
        }
    return false;
}
