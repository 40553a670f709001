/* SPDX-License-Identifier: GPL-2.0-only */
#include "crypto.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

void imp_crypto_init(void)
{
    if (sodium_init() < 0) {
        fputs("libsodium cannot start\n", stderr);
        abort();
    }
}

bool imp_equal(const void *a, const void *b, size_t n)
{
    return sodium_memcmp(a, b, n) == 0;
}

void imp_wipe(void *p, size_t n)
{
    sodium_memzero(p, n);
}
