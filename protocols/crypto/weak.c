/* SPDX-License-Identifier: GPL-2.0-only */
#include "crypto.h"

#include <assert.h>
#include <string.h>

static void numbered(uint8_t key[16], const uint8_t number[16])
{
    static const char label[] = "imprint key";
    const struct imp_piece in[] = {{label, sizeof label - 1}, {number, 16}};
    uint8_t digest[32];
    imp_sha256(NULL, digest, in, 2);
    memcpy(key, digest, 16);
    imp_wipe(digest, sizeof digest);
}

void imp_weak_key(uint8_t key[16], unsigned bits, const uint8_t drawn[16])
{
    uint8_t number[16];
    assert(bits <= 128);
    if (bits == 128) {
        memcpy(key, drawn, 16);
        return;
    }
    for (unsigned i = 0; i < 16; i++) { /* octet i holds bits 8 (15 - i) and up */
        unsigned low = 8 * (15 - i), kept = bits > low ? bits - low : 0;
        number[i] = kept >= 8 ? drawn[i] : (uint8_t)(drawn[i] & ((1u << kept) - 1));
    }
    numbered(key, number);
    imp_wipe(number, sizeof number);
}

void imp_weak_key_number(uint8_t key[16], uint64_t i)
{
    uint8_t number[16] = {0};
    for (int k = 0; k < 8; k++)
        number[15 - k] = (uint8_t)(i >> 8 * k);
    numbered(key, number);
}
