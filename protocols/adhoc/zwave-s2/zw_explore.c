/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_explore.c - the header of an explore frame. */
#include "zw_explore.h"

#include <string.h>

enum { VERSION = 1, COMMAND = 0x1f, COUNT = 0x0f };
enum { RANDOM_INTERVAL = 250 /* of 2 ms: a repeater waits at random within it */, TTL = 4 };

void zw_explore_write(uint8_t out[ZW_EXPLORE], int command)
{
    memset(out, 0, ZW_EXPLORE);
    out[0] = (uint8_t)(VERSION << 5 | command);
    out[2] = RANDOM_INTERVAL;
    out[3] = TTL << 4;
}

size_t zw_explore_read(int *command, const uint8_t *p, size_t n)
{
    size_t before = ZW_EXPLORE;
    if (n < ZW_EXPLORE || p[0] >> 5 != VERSION || (p[3] & COUNT) > ZW_REPEATERS)
        return 0;
    *command = p[0] & COMMAND;
    if (*command == ZW_EXPLORE_AUTO_INCLUSION)
        before += ZW_NETWORK_HOME_ID;
    else if (*command != ZW_EXPLORE_NORMAL)
        return 0;
    return n >= before + 2 ? before : 0;
}
