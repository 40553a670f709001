/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of expectations: refused with a place, or read into cells. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/campaign/expected.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct imp_expectations e;
    char error[1000] = "";
    char *text = malloc(size + 1);
    if (!text)
        abort();
    memcpy(text, data, size);
    text[size] = '\0';
    if (imp_expected_parse(&e, "x", text, error, sizeof error) == 0) {
        if (e.count == 0)
            abort();
        imp_expected_free(&e);
    } else if (strncmp(error, "x:", 2) != 0) {
        abort(); /* every refusal has a place */
    }
    free(text);
    return 0;
}
