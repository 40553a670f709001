/* SPDX-License-Identifier: GPL-2.0-only */
/* One line of a plan file. What is taken must be taken again in its canonical form, with the same
 * key. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/campaign/plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_plan plan, again;
    char error[IMP_ERROR];
    imp_plan_init(&plan);
    imp_plan_init(&again);
    if (imp_plan_add_line(&plan, (const char *)data, n, error, sizeof error) == 0) {
        const struct imp_run *run = &plan.runs[0];
        if (imp_plan_add_line(&again, run->line, strlen(run->line), error, sizeof error) != 0 ||
            strcmp(again.runs[0].key, run->key) != 0)
            abort();
    } else if (strchr(error, '\n')) {
        abort();
    }
    imp_plan_free(&plan);
    imp_plan_free(&again);
    return 0;
}
