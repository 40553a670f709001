/* SPDX-License-Identifier: GPL-2.0-only */
/* places.h - where devices are that were let in: one identity at two places at once is a key that
 * was copied (IEEE 802.1AR). Whoever lets them in remembers it in its sessions. */
#ifndef IMPRINT_EAP_PLACES_H
#define IMPRINT_EAP_PLACES_H

#include "../contract/mechanism.h"

struct imp_place {
    const char *device; /* by which name EAP knows it; empty: not */
    const void *at;     /* address, as the lower layer tells it */
    size_t n;           /* its octets; 0: not told */
    imp_time since;     /* when it was let in there */
};

/* Time for which a device is taken to be there, by clone-window; 0: nobody looks. */
imp_time imp_place_window(const struct imp_env *env);
/* Whether the device that is `here` has been let in elsewhere, no longer ago than that. */
bool imp_place_is_elsewhere(const struct imp_env *env, const struct imp_place *here,
                            const struct imp_place *there);
/* `layer`: static. */
void imp_place_alarm(struct imp_env *env, const char *layer);

/* WHO lets devices in, and PLACE is what it tells their places by. */
#define IMP_CLONE_WINDOW_ROW(BITS, WHO, PLACE)                                                     \
    {                                                                                              \
        .name = "clone-window",                                                                    \
        .summary = "Time for which the " WHO " takes a device to be at the " PLACE " where it "    \
                   "let it in; the same identity at another " PLACE " meanwhile raises an alarm "  \
                   "(a copied key). 0: it does not look.",                                         \
        .type = IMP_OPTION_INT, .preset = "0", .min = 0, .max = 31536000, .unit = "s",             \
        .roles = (BITS)                                                                            \
    }

#endif
