/* SPDX-License-Identifier: GPL-2.0-only */
/* mirrors.h - own parties at work: they are up as long as the adversary has a power where it
 * stands, are handed what honest parties send to those whom they mirror, and what they send is
 * injected there under the name of the mirrored party. Channels elsewhere join them in the
 * adversary's memory. */
#ifndef IMPRINT_STRATEGY_MIRRORS_H
#define IMPRINT_STRATEGY_MIRRORS_H

#include "strategies.h"

#define IMP_MIRROR_DEVICES (1u << IMP_ROLE_DEVICE)
#define IMP_MIRROR_SHARED (1u << IMP_ROLE_ACCESS | 1u << IMP_ROLE_SERVER)
#define IMP_MIRROR_ALL (IMP_MIRROR_DEVICES | IMP_MIRROR_SHARED)

struct imp_mirrors {
    bool engaged; /* they are up */
    bool held;    /* the strategy does not want them yet */
};

/* Starts the own parties of these kinds of role when there is something to do. */
void imp_mirrors_moment(struct imp_adv *a, struct imp_mirrors *m, unsigned kinds,
                        enum imp_moment moment, int device);
/* Starts all of these kinds that the run has had reason to start so far, again if need be. */
void imp_mirrors_start(struct imp_adv *a, struct imp_mirrors *m, unsigned kinds);
/* Hands a unit seen to the own parties of these kinds to whose honest twins it is addressed; to all
 * of the link when `a` stands where it was seen, else to none. */
void imp_mirrors_feed(struct imp_adv *a, unsigned kinds, const struct imp_unit *u);
/* The same for an out-of-band message. */
void imp_mirrors_feed_oob(struct imp_adv *a, unsigned kinds, const struct imp_unit *u);
/* What an own party sends: injected where the adversary stands, else handed on between them. */
void imp_mirrors_send(struct imp_adv *a, const struct imp_letter *l);
/* What an own party shows is what the user hands over, if that may be written. */
void imp_mirrors_show(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                      size_t n);
/* Blocks where the adversary stands and may. */
enum imp_answer imp_mirrors_block(struct imp_adv *a, const struct imp_unit *u);
/* For strategies that play everybody, whose state begins with struct imp_mirrors: their moments; a unit
 * seen is handed on and blocked; an out-of-band message is handed on, and its user goes on. */
void imp_mirrors_all_moment(struct imp_adv *a, enum imp_moment m, int device);
enum imp_answer imp_mirrors_all_seen(struct imp_adv *a, const struct imp_unit *u);
enum imp_answer imp_mirrors_all_oob(struct imp_adv *a, const struct imp_unit *u);
/* Streams on the link where it stands are its own parties': takes_stream. */
bool imp_mirrors_stream(struct imp_adv *a, int party, int channel);
/* Its own parties connect there, and to honest third parties whose keys it has not: own_stream. */
bool imp_mirrors_connect(struct imp_adv *a, int party, int channel);

#endif
