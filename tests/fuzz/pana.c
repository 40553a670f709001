/* SPDX-License-Identifier: GPL-2.0-only */
/* PANA messages: every AVP that is found lies inside, and nothing verifies under a fixed key. */
#include <stdlib.h>

#include "protocols/managed/pana/security.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct pana_sa sa = {
        .there = true, .integrity = PANA_INTEGRITY_SHA1_160, .auth_key_n = 20};
    struct pana_message m;
    if (pana_parse(&m, data, n) != 0)
        return 0;
    for (unsigned code = 0; code < 16; code++) {
        size_t value_n;
        for (size_t k = 0; k < 4; k++) {
            const uint8_t *p = pana_find(&m, code, k, &value_n);
            if (p && (p < data + PANA_HEADER || p + value_n > data + n))
                abort();
        }
    }
    if (pana_verify(NULL, &sa, data, n))
        abort();
    return 0;
}
