/* SPDX-License-Identifier: GPL-2.0-only */
/* Lua source to raw scenario data, inside one process. Patterns are left out: they may run for
 * ever, which is the business of the child process around it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const slow[] = {"find", "match", "gsub", "gmatch", "rep"};
    const struct imp_sandbox_limits limits = {.memory = 16 << 20, .instructions = 100000};
    char error[300];
    int line;
    char *text = malloc(n + 1);
    if (!text)
        return 0;
    memcpy(text, data, n);
    text[n] = '\0';
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        if (strstr(text, slow[i])) {
            free(text);
            return 0;
        }
    }
    free(text);
    json_decref(imp_scenario_evaluate((const char *)data, n, &limits, &line, error, sizeof error));
    return 0;
}
