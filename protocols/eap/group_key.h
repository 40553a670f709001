/* SPDX-License-Identifier: GPL-2.0-only */
/* group_key.h - the group key of an access point and its renewal by the group key handshake (IEEE
 * 802.11-2016 section 12.7.7), for whoever has the authenticator's end of fourway.h. */
#ifndef IMPRINT_GROUP_KEY_H
#define IMPRINT_GROUP_KEY_H

#include "fourway.h"

struct imp_group_key {
    uint8_t gtk[IMP_GTK_SIZE];
    unsigned id;  /* key identifier: 1 and 2 by turns */
    imp_time due; /* when all get another one; IMP_NEVER */
};

/* Identifier 1; `period` 0: it is never renewed by itself. The key is to be drawn. */
void imp_group_key_begin(struct imp_group_key *g, imp_time period, imp_time now);
void imp_group_key_draw(struct imp_group_key *g, struct imp_env *env);
/* Another key with the other identifier. */
void imp_group_key_renew(struct imp_group_key *g, struct imp_env *env, imp_time period,
                         imp_time now);
/* IMP_FOURWAY_SEND: that station has keys, but not this one, and its frame has it. */
enum imp_fourway_out imp_group_key_give(const struct imp_group_key *g, struct imp_fourway *f,
                                        struct imp_env *env, imp_time now);

/* NEEDS: the option without which there is none, or NULL. */
#define IMP_GROUP_REKEY_ROW(BIT, NEEDS)                                                            \
    {                                                                                              \
        .name = "group-rekey",                                                                     \
        .summary = "Period after which all stations get another group key (hostapd's "             \
                   "wpa_group_rekey); 0: never.",                                                  \
        .type = IMP_OPTION_INT, .preset = "0", .min = 0, .max = 86400, .unit = "s", .roles = BIT,  \
        .needs = NEEDS                                                                             \
    }

#endif
