/* SPDX-License-Identifier: GPL-2.0-only */
/* presets.h - named adversaries: rights as data. A right that is not listed is not given. */
#ifndef IMPRINT_PRESETS_H
#define IMPRINT_PRESETS_H

#include <jansson.h>
#include <stdbool.h>

/* Links on which network rights are given. */
enum imp_link { IMP_LINK_DEVICE, IMP_LINK_BACKEND, IMP_LINK_COUNT };
const char *imp_link_name(enum imp_link l); /* "device", "backend" */

/* When the rights exist (axis T of the model). */
#define IMP_WINDOWS(X)                                                                             \
    X(ALWAYS, "always")                                                                            \
    X(FIRST, "first") /* until the device believes that it is operational */                       \
    X(POST, "post")   /* from the moment when every honest party has completed */
#define IMP_ENUM_WINDOW(id, text) IMP_WINDOW_##id,
enum imp_window { IMP_WINDOWS(IMP_ENUM_WINDOW) IMP_WINDOW_COUNT };
const char *imp_window_name(enum imp_window w);

/* What the adversary does with its rights. */
#define IMP_STRATEGIES(X)                                                                          \
    X(NONE, "none")                                                                                \
    X(EAVESDROP, "eavesdrop") /* reads */                                                          \
    X(OWN_KEYS, "own-keys")   /* man in the middle: two honest state machines back to back */
#define IMP_ENUM_STRATEGY(id, text) IMP_STRATEGY_##id,
enum imp_strategy { IMP_STRATEGIES(IMP_ENUM_STRATEGY) IMP_STRATEGY_COUNT };
const char *imp_strategy_name(enum imp_strategy s);

struct imp_adversary {
    const char *name;
    const char *summary; /* one sentence */
    enum imp_strategy strategy;
    enum imp_link at; /* where the man in the middle stands */
    bool read[IMP_LINK_COUNT], block[IMP_LINK_COUNT], inject[IMP_LINK_COUNT];
    bool oob_read, oob_write;
    enum imp_window window;
};

/* Ends with name NULL; the first is "none". */
extern const struct imp_adversary imp_adversaries[];
const struct imp_adversary *imp_adversary_find(const char *name);

/* As it stands in a plan line (docs/formats.md), and back. from_json checks strictly and returns -1
 * with a sentence; the name may be any text when it differs from the preset's rights. The name of
 * `out` borrows from `j`. */
json_t *imp_adversary_json(const struct imp_adversary *a); /* new reference */
int imp_adversary_from_json(struct imp_adversary *out, const json_t *j, char *error, size_t cap);

#endif
