/* SPDX-License-Identifier: GPL-2.0-only */
/* channels.c - CFList of type 0: what a join-accept says of further channels (LoRaWAN Regional
 * Parameters, EU863-870; 1.0.4 section 6.2.6). */
#include <string.h>

#include "frame.h"

enum { TYPE_AT = LW_CFLIST - 1, TYPE_FREQUENCIES = 0, UNIT = 100 };
enum { LEAST = 863000000, MOST = 870000000 };

void lw_cflist_write(uint8_t out[LW_CFLIST], const uint32_t hertz[LW_CFLIST_CHANNELS])
{
    memset(out, 0, LW_CFLIST);
    for (int i = 0; i < LW_CFLIST_CHANNELS; i++)
        for (int k = 0; k < 3; k++)
            out[3 * i + k] = (uint8_t)(hertz[i] / UNIT >> 8 * k);
}

size_t lw_cflist_read(const struct lw_accept *a, uint32_t hertz[LW_CFLIST_CHANNELS])
{
    if (!a->has_cflist || a->cflist[TYPE_AT] != TYPE_FREQUENCIES)
        return 0;
    for (int i = 0; i < LW_CFLIST_CHANNELS; i++) {
        const uint8_t *f = a->cflist + 3 * i;
        hertz[i] = UNIT * (f[0] | (uint32_t)f[1] << 8 | (uint32_t)f[2] << 16);
        if (hertz[i] < LEAST || hertz[i] > MOST)
            hertz[i] = 0;
    }
    return LW_CFLIST_CHANNELS;
}
