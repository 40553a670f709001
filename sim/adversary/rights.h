/* SPDX-License-Identifier: GPL-2.0-only */
/* rights.h - what an adversary may do, as data: ten orthogonal axes (docs/adversary.md).
 *
 *   N  network        read, block, inject on each link
 *   O  out of band    read, write on each out-of-band channel
 *   K  keys           corruption and reveals of a role's state
 *   T  time           each power of N, O, K and G exists in its window only
 *   Q  tries          number of on-line guesses
 *   C  computation    off-line work, 2^bits operations
 *   S  sessions       one device at a time, or several side by side
 *   X  weaknesses     of primitives and implementations, one rule of derivation each
 *   U  user           errors of the people, each with its probability per act
 *   G  geography      distant places, touch, reading of memory
 *
 * A right that is not listed is not given. */
#ifndef IMPRINT_RIGHTS_H
#define IMPRINT_RIGHTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/party.h"

/* ---- T: when ------------------------------------------------------------------------------------
 */
#define IMP_WHENS(X)                                                                               \
    X(NEVER, "never")                                                                              \
    X(ALWAYS, "always")                                                                            \
    X(BEFORE, "before")   /* until the first device is powered on: the supply chain */             \
    X(FIRST, "first")     /* until a device believes that it is operational: first contact */      \
    X(POST, "post")       /* from the moment when every honest party has completed */              \
    X(BETWEEN, "between") /* from `from` until before `until` */
#define IMP_ENUM_WHEN(id, text) IMP_WHEN_##id,
enum imp_when { IMP_WHENS(IMP_ENUM_WHEN) IMP_WHEN_COUNT };
const char *imp_when_name(enum imp_when w);

struct imp_window {
    enum imp_when when;
    imp_time from, until; /* of BETWEEN */
};
/* Facts of the run on which windows depend. */
struct imp_progress {
    imp_time now;
    bool powered, device_done, all_done; /* has it happened: any device on, any done, all done */
};
bool imp_window_open(const struct imp_window *w, const struct imp_progress *p);

/* ---- N: links
 * ------------------------------------------------------------------------------------ */
enum imp_link { IMP_LINK_DEVICE, IMP_LINK_BACKEND, IMP_LINK_COUNT };
const char *imp_link_name(enum imp_link l); /* "device", "backend" */

#define IMP_POWERS(X)                                                                              \
    X(READ, "read")                                                                                \
    X(BLOCK, "block")                                                                              \
    X(INJECT, "inject")
#define IMP_ENUM_POWER(id, text) IMP_POWER_##id,
enum imp_power { IMP_POWERS(IMP_ENUM_POWER) IMP_POWER_COUNT };
const char *imp_power_name(enum imp_power p);

/* ---- O: out-of-band channels
 * ---------------------------------------------------------------------- */
struct imp_oob_right {
    const char *channel; /* a channel's name, or "*": every one; NULL ends the list */
    struct imp_window read, write;
};

/* ---- K: keys
 * -------------------------------------------------------------------------------------- */
#define IMP_REVEALS(X)                                                                             \
    X(CORRUPT, "corrupt")     /* plays the role with all that it holds and does */                 \
    X(LTK, "ltk")             /* its persistent cells */                                           \
    X(SESSION, "session")     /* the secrets that it claimed */                                    \
    X(EPHEMERAL, "ephemeral") /* what it drew at random in the run */                              \
    X(PAST, "past")           /* values that were in its cells and have been overwritten */
#define IMP_ENUM_REVEAL(id, text) IMP_REVEAL_##id,
enum imp_reveal { IMP_REVEALS(IMP_ENUM_REVEAL) IMP_REVEAL_COUNT };
const char *imp_reveal_name(enum imp_reveal r);

struct imp_key_right {
    const char *role; /* a role's name, a kind ("device", "access", "server") or "*"; NULL ends */
    int device;       /* only that device's party (0-based), or -1: all of the role */
    enum imp_reveal reveal;
    struct imp_window when;
};

/* ---- S, X, U, G
 * ------------------------------------------------------------------------------------ */
#define IMP_WEAKNESSES(X)                                                                          \
    X(WEAK_RNG, "weak-rng")         /* honest random draws can be foretold */                      \
    X(DISCRETE_LOG, "discrete-log") /* the scalar of a known public key is known */                \
    X(MD5, "md5-chosen-prefix")     /* collisions of MD5 with chosen prefixes (CVE-2024-3596) */
#define IMP_ENUM_WEAKNESS(id, text) IMP_WEAKNESS_##id,
enum imp_weakness { IMP_WEAKNESSES(IMP_ENUM_WEAKNESS) IMP_WEAKNESS_COUNT };
const char *imp_weakness_name(enum imp_weakness x);

#define IMP_USER_ERRORS(X)                                                                         \
    X(SKIPS_CHECK, "skips-check")           /* says that values are equal without looking */       \
    X(COPIES_ELSEWHERE, "copies-elsewhere") /* carries the message to another device's owner */    \
    X(WRONG_DEVICE, "wrong-device")         /* acts on another device than the one meant */        \
    X(IGNORES_WARNING, "ignores-warning")
#define IMP_ENUM_USER_ERROR(id, text) IMP_USER_##id,
enum imp_user_error { IMP_USER_ERRORS(IMP_ENUM_USER_ERROR) IMP_USER_ERROR_COUNT };
const char *imp_user_error_name(enum imp_user_error u);

#define IMP_PLACES(X)                                                                              \
    X(DISTANT, "distant") /* stands at two places far apart and carries messages between them */   \
    X(TOUCH, "touch")     /* presses buttons, resets, powers */                                    \
    X(MEMORY, "memory")   /* reads the device's storage */
#define IMP_ENUM_PLACE(id, text) IMP_PLACE_##id,
enum imp_place { IMP_PLACES(IMP_ENUM_PLACE) IMP_PLACE_COUNT };
const char *imp_place_name(enum imp_place p);

/* ---- strategy and the whole
 * ------------------------------------------------------------------------- */
struct imp_param { /* of a strategy; NULL name ends the list */
    const char *name, *value;
};

#define IMP_RIGHTS_LIST 8 /* most entries of each list */
struct imp_adversary {
    const char *name;
    const char *summary;  /* one sentence; NULL when read from a plan */
    const char *scenario; /* presets: an example below scenarios/attacks/ */
    struct imp_window network[IMP_LINK_COUNT][IMP_POWER_COUNT];
    struct imp_oob_right oob[IMP_RIGHTS_LIST + 1];
    struct imp_key_right keys[IMP_RIGHTS_LIST + 1];
    struct imp_window place[IMP_PLACE_COUNT];
    int tries;           /* on-line guesses, or -1: without bound */
    unsigned work_bits;  /* off-line work, base-2 logarithm of candidates, or ... */
    bool operations;     /* ... of operations, of which a slow candidate takes many */
    bool parallel;       /* false: interferes with one device at a time */
    unsigned weaknesses; /* bit i: enum imp_weakness */
    double user[IMP_USER_ERROR_COUNT];
    const char *strategy; /* name in strategy.h; NULL or "none": nobody is there */
    struct imp_param params[IMP_RIGHTS_LIST + 1];
};

/* Is anybody there? */
bool imp_adversary_present(const struct imp_adversary *a);
/* The value of a strategy's parameter, or `preset` when it is not set. */
const char *imp_adversary_param(const struct imp_adversary *a, const char *name,
                                const char *preset);

/* As it stands in a plan line (docs/formats.md), and back. from_json checks strictly and returns -1
 * with a sentence; strings of `out` borrow from `j`. */
json_t *imp_adversary_json(const struct imp_adversary *a); /* new reference; NULL: not printable */
int imp_adversary_from_json(struct imp_adversary *out, const json_t *j, char *error, size_t cap);

/* ---- presets.c: named adversaries. Ends with name NULL; the first is "none".
 * ------------------------- */
extern const struct imp_adversary imp_adversaries[];
const struct imp_adversary *imp_adversary_find(const char *name);

#endif
