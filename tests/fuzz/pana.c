/* SPDX-License-Identifier: GPL-2.0-only */
/* PANA messages: every AVP that is found lies inside, and nothing verifies under a fixed key; what
 * a relay opens, it wraps into the same. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/pana/relay.h"
#include "protocols/managed/pana/security.h"

static void relay(const uint8_t *data, size_t n)
{
    struct imp_addr pac, again;
    const uint8_t *inner, *same;
    size_t inner_n, same_n;
    uint8_t pry[PANA_MTU];
    if (pana_relay_open(&pac, &inner, &inner_n, data, n) != 0)
        return;
    size_t pry_n = pana_relay_wrap(pry, &pac, inner, inner_n);
    if (pry_n == 0)
        return;
    if (pana_relay_open(&again, &same, &same_n, pry, pry_n) != 0 || !imp_addr_equal(&pac, &again) ||
        same_n != inner_n || memcmp(same, inner, inner_n) != 0)
        abort();
}

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
    relay(data, n);
    if (pana_verify(NULL, &sa, data, n))
        abort();
    return 0;
}
