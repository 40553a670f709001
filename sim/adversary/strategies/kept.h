/* SPDX-License-Identifier: GPL-2.0-only */
/* kept.h - messages that a strategy keeps to send them later, oldest first. */
#ifndef IMPRINT_STRATEGY_KEPT_H
#define IMPRINT_STRATEGY_KEPT_H

#include "strategies.h"

struct imp_kept {
    struct imp_unit unit; /* bytes owned */
    imp_time due;         /* for the strategy's use */
    struct imp_kept *next;
};

struct imp_keep {
    struct imp_kept *head, *tail;
    size_t count;
};

/* Copies the unit (whose bytes must have been read) to the end of the list. */
struct imp_kept *imp_keep(struct imp_keep *k, const struct imp_unit *u);
/* Frees the oldest; all. */
void imp_keep_drop(struct imp_keep *k);
void imp_keep_clear(struct imp_keep *k);

/* Sends a unit as it was: under its sender's name to those to whom it was sent. */
int imp_resend(struct imp_adv *a, const struct imp_unit *u);
/* Sends its octets under another party's name to another party (or its group) in the bootstrapping
 * of `device`, or -1: of that one of the two that is a device. -1 also when these have no address
 * on the channel. */
int imp_send_as(struct imp_adv *a, const struct imp_unit *u, int as, int to, int device);

#endif
