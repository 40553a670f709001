/* SPDX-License-Identifier: GPL-2.0-only */
/* script.h - decisions of an adversary as data: what the search explores and a plan line repeats.
 *
 * Whenever the adversary could do something else than to let things happen, it stands at a decision
 * point. Points are numbered from 0 in the order in which they are reached. A script lists the
 * points at which it deviates, "POINT:WORD" with one blank between: "3:drop 12:own-keys-device".
 * Everywhere else it forwards faithfully, or goes on with the macro that it has begun. */
#ifndef IMPRINT_STRATEGY_SCRIPT_H
#define IMPRINT_STRATEGY_SCRIPT_H

#include "strategies.h"

/* Words with a number, such as replay-2, count from 1. */
#define IMP_DEVIATIONS(X)                                                                          \
    X(DROP, "drop", "keeps it back")                                                               \
    X(REPLAY, "replay", "delivers an older one of its kind in its place")                          \
    X(REFLECT, "reflect", "gives it back to its sender")                                           \
    X(REDIRECT, "redirect", "delivers it to another party of the receiver's role")                 \
    X(OWN_DEVICE, "own-keys-device",                                                               \
      "is man in the middle with keys of its own on the device link from here on")                 \
    X(OWN_BACKEND, "own-keys-backend",                                                             \
      "is man in the middle with keys of its own on the backend link from here on")                \
    X(REFLECT_ALL, "reflect-all", "gives everything back to its sender from here on")              \
    X(STOP, "stop", "lets everything pass from here on")                                           \
    X(RESEND, "resend", "sends an older one again")                                                \
    X(COPY, "copy", "hands over that of another device")
#define IMP_ENUM_DEVIATION(id, word, text) IMP_DEVIATE_##id,
enum imp_deviation { IMP_DEVIATIONS(IMP_ENUM_DEVIATION) IMP_DEVIATION_COUNT };

struct imp_option_taken { /* one option at a decision point, beside the faithful one */
    uint8_t deviation;    /* enum imp_deviation */
    uint8_t number;       /* 0: the word has none */
    uint64_t uses; /* name of what it uses: an old message, or a party. Not part of a script */
};

struct imp_decision {
    unsigned point;
    struct imp_option_taken option;
};

#define IMP_SCRIPT_LONGEST 32 /* deviations */
#define IMP_SCRIPT_OPTIONS 64 /* most options at one point; further ones are not offered */

/* Reads a script; returns the number of decisions, or -1 and a sentence. Points must increase. */
int imp_script_parse(struct imp_decision out[IMP_SCRIPT_LONGEST], const char *text, char *error,
                     size_t cap);
/* Writes it; returns the length, as snprintf does. */
size_t imp_script_print(char *out, size_t cap, const struct imp_decision *d, size_t count);
const char *imp_deviation_text(enum imp_deviation d); /* what it does, in words */

struct imp_script_point {
    unsigned number;
    const struct imp_option_taken *options;
    size_t count;
    uint64_t state; /* its name (strategy.h), options and all; 0 up to the script's last point */
    uint64_t place; /* a coarser one, without histories and options; 0 likewise */
};

/* Who watches is told of each point before it is decided. Returns false: the run need not go on.
 * One watcher a process; NULL ends it. */
struct imp_script_watch {
    bool (*point)(void *arg, const struct imp_script_point *p);
    void *arg;
};
void imp_script_watch(const struct imp_script_watch *w); /* links */

#endif
