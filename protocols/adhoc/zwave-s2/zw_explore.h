/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_explore.h - the header of an explore frame, by which a frame finds its way through repeaters:
 * ver_Cmd, option, sessionTxRandomInterval, repeaterCountSessionTTL, list of four repeaters
 * (frameHeaderExplore in ZW_protocol.h of Silicon Labs' stack; MPDU.ts of zwave-js). */
#ifndef IMPRINT_ZW_EXPLORE_H
#define IMPRINT_ZW_EXPLORE_H

#include <stddef.h>
#include <stdint.h>

enum { ZW_EXPLORE = 8, ZW_REPEATERS = 4, ZW_NETWORK_HOME_ID = 4 };
enum { ZW_EXPLORE_NORMAL, ZW_EXPLORE_AUTO_INCLUSION };

/* As it leaves its source: no repeater yet, four may follow. */
void zw_explore_write(uint8_t out[ZW_EXPLORE], int command);
/* Octets before the class of the command that it carries, or 0: no explore frame that carries one.
 * AutoInclusion has a HomeID there. */
size_t zw_explore_read(int *command, const uint8_t *p, size_t n);

#endif
