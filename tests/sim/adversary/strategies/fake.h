/* SPDX-License-Identifier: GPL-2.0-only */
/* fake.h - a carrier on paper: two cells with one device and one access point each, one server. It
 * grants what it is told to and writes down what a strategy asks for, one line an act:
 *
 *     inject hello as device-1 to access-1: abc
 *     oob-write label of device-2: xyz
 *     reveal ltk of server
 */
#ifndef IMPRINT_TESTS_STRATEGIES_FAKE_H
#define IMPRINT_TESTS_STRATEGIES_FAKE_H

#include "sim/adversary/strategy.h"

enum { SERVER, ACCESS_1, ACCESS_2, DEVICE_1, DEVICE_2, PARTIES };
enum { LINK, BACK, LABEL };
enum { HELLO, KEY, BYE, LABELLED };

struct fake {
    struct imp_adv adv; /* first */
    const struct imp_strategy *strategy;
    struct imp_adversary rights;
    bool may[IMP_LINK_COUNT][IMP_POWER_COUNT], oob_read, oob_write, refuses;
    imp_time due[4]; /* timers, or -1 */
    char log[4096];
    uint8_t dice; /* octet that random() gives */
    int tries;    /* attempts left */
    int adopts;   /* cells that adopt() will say to have changed */
    int found;    /* secrets that crack() will say to have found */
};

/* A strategy with full rights on the network and parameters "name", "value", ..., NULL. Ends the
 * test when check or open refuse. */
void fake_open(struct fake *f, const char *strategy, ...);
/* The sentence with which check or open refuse the parameters; "" when they do not. */
const char *fake_refusal(const char *strategy, int devices, ...);
void fake_close(struct fake *f);

/* A message is under way at time `ms`. */
enum imp_answer fake_seen(struct fake *f, imp_time ms, int from, int to, int message,
                          const char *text);
enum imp_answer fake_oob(struct fake *f, int device, const char *text);
void fake_moment(struct fake *f, enum imp_moment m, int device);
/* An own party (the mirror of `party`) sends. */
void fake_own(struct fake *f, int party, int to, int message, const char *text);
void fake_own_oob(struct fake *f, int device, const char *text);
/* Lets timers fire that fall due up to that time. */
void fake_pass(struct fake *f, imp_time ms);
/* The log so far, which begins anew. */
void fake_expect(struct fake *f, const char *log);

#endif
