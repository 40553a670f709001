/* SPDX-License-Identifier: GPL-2.0-only */
/* catalog.h - names that a scenario may use for media and platforms, with their titles.
 *
 * The media are the engine's list; nothing of the engine itself is needed to plan. */
#ifndef IMPRINT_CATALOG_H
#define IMPRINT_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/mechanism.h"

struct imp_medium_entry {
    const char *name, *title;
    bool device_link;     /* may join a device with its access node */
    bool backend;         /* may join access node and server */
    bool frames;          /* carries payloads under an EtherType */
    bool ideal;           /* no radio; for the search of attacks only */
    const char *platform; /* default platform of a device on it */
};

/* Ends with name NULL. */
extern const struct imp_medium_entry imp_media[];
const struct imp_medium_entry *imp_medium_find(const char *name);

/* The first channel on the device's link that the medium cannot carry; NULL: it can carry all. */
const struct imp_channel *imp_medium_obstacle(const struct imp_medium_entry *medium,
                                              const struct imp_mechanism *m);

/* Sentences "unknown X "y"; did you mean...; expected one of ..." for error texts. */
void imp_unknown_mechanism(const char *name, char *out, size_t cap);
void imp_unknown_platform(const char *name, char *out, size_t cap);
void imp_unknown_adversary(const char *name, char *out, size_t cap);

#endif
