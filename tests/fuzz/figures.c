/* SPDX-License-Identifier: GPL-2.0-only */
/* Data files of figures: the platform reader and the user reader over any octets. */
#include <stddef.h>
#include <stdint.h>

#include "sim/world/human.h"
#include "sim/world/platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char error[256];
    imp_platform_free(imp_platform_parse("fuzz", (const char *)data, n, error, sizeof error));
    imp_human_check((const char *)data, n, error, sizeof error);
    return 0;
}
