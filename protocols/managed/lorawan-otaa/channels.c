/* SPDX-License-Identifier: GPL-2.0-only */
/* channels.c - CFList: what a join-accept says of channels (LoRaWAN Regional Parameters; 1.0.4
 * section 6.2.6): frequencies of further ones in EU863-870, masks of all in US902-928. */
#include <string.h>

#include "frame.h"

enum { TYPE_AT = LW_CFLIST - 1, TYPE_FREQUENCIES = 0, TYPE_MASKS = 1, UNIT = 100 };
enum { NARROW = 64 /* channels of 125 kHz in US902-928; those of 500 kHz follow */ };
enum { LEAST = 863000000, MOST = 870000000 };

void lw_cflist_write(uint8_t out[LW_CFLIST], const uint32_t hertz[LW_CFLIST_CHANNELS])
{
    memset(out, 0, LW_CFLIST);
    for (int i = 0; i < LW_CFLIST_CHANNELS; i++)
        for (int k = 0; k < 3; k++)
            out[3 * i + k] = (uint8_t)(hertz[i] / UNIT >> 8 * k);
}

void lw_cflist_masks(uint8_t out[LW_CFLIST], const uint16_t masks[LW_CFLIST_MASKS])
{
    memset(out, 0, LW_CFLIST);
    for (int i = 0; i < LW_CFLIST_MASKS; i++) {
        out[2 * i] = (uint8_t)masks[i];
        out[2 * i + 1] = (uint8_t)(masks[i] >> 8);
    }
    out[TYPE_AT] = TYPE_MASKS;
}

static size_t frequencies(const uint8_t list[LW_CFLIST], uint32_t hertz[LW_CHANNELS])
{
    for (int i = 0; i < LW_CFLIST_CHANNELS; i++) {
        const uint8_t *f = list + 3 * i;
        hertz[i] = UNIT * (f[0] | (uint32_t)f[1] << 8 | (uint32_t)f[2] << 16);
        if (hertz[i] < LEAST || hertz[i] > MOST)
            hertz[i] = 0;
    }
    return LW_CFLIST_CHANNELS;
}

static size_t masked(const uint8_t list[LW_CFLIST], uint32_t hertz[LW_CHANNELS])
{
    for (uint32_t n = 0; n < LW_CHANNELS; n++) {
        bool on = list[n / 8] >> n % 8 & 1;
        uint32_t at = n < NARROW ? 902300000 + 200000 * n : 903000000 + 1600000 * (n - NARROW);
        hertz[n] = on ? at : 0;
    }
    return LW_CHANNELS;
}

size_t lw_cflist_read(const struct lw_accept *a, enum lw_region region, uint32_t hertz[LW_CHANNELS])
{
    bool masks = region == LW_US915;
    if (!a->has_cflist || a->cflist[TYPE_AT] != (masks ? TYPE_MASKS : TYPE_FREQUENCIES))
        return 0;
    return masks ? masked(a->cflist, hertz) : frequencies(a->cflist, hertz);
}
