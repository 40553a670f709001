/* SPDX-License-Identifier: GPL-2.0-only */
/* script_internal.h - what the files of the script strategy share. */
#ifndef IMPRINT_SCRIPT_INTERNAL_H
#define IMPRINT_SCRIPT_INTERNAL_H

#include "kept.h"
#include "script.h"

#define LABELS 64
#define OLDER 2 /* different messages of a label that are kept */

enum macro { NO_MACRO, OWN_KEYS, REFLECT_ALL };

struct memory { /* of one label: the latest different messages, the latest first */
    struct imp_kept *unit[OLDER];
};

struct shown { /* out of band */
    struct imp_kept *unit;
    struct shown *next;
};

struct script {
    struct imp_decision decision[IMP_SCRIPT_LONGEST];
    size_t count, next;
    unsigned point;
    bool news; /* something was seen since the last quiet moment */
    enum macro macro;
    bool settled;                    /* there was a quiet moment since it began */
    struct imp_adversary own_rights; /* those of the delegate: with its own `at` */
    void *own_state;                 /* of the delegate, or NULL */
    struct memory memory[LABELS];
    struct shown *shown;
    struct {
        int channel, from_device;
    } wanted[IMP_RIGHTS_LIST]; /* by device of the user who waits for another's message */
    size_t wanted_count;
};

/* ---- script_memory.c */
bool script__same(const struct imp_unit *a, const struct imp_unit *b);
/* The latest of a label comes first; one that is known moves there. */
void script__remember(struct script *s, const struct imp_unit *u);
/* The number-th (from 1) kept message of the unit's label that is another one, or NULL. */
const struct imp_unit *script__older(const struct script *s, const struct imp_unit *u,
                                     unsigned number);
void script__keep_shown(struct script *s, const struct imp_unit *u);
const struct imp_unit *script__shown_by(const struct script *s, int channel, int device);
void script__forget_all(struct script *s);

/* ---- script_options.c */
struct options {
    struct imp_option_taken list[IMP_SCRIPT_OPTIONS];
    size_t count;
};
void script__offer(struct options *o, enum imp_deviation d, unsigned number);
/* `u`: the message seen, or NULL. */
void script__offer_macros(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                          struct options *o);
void script__options_for(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                         struct options *o);
/* Could its sender take it back? */
bool script__reflectable(const struct imp_adv *a, const struct imp_unit *u);
/* The number-th (from 1) honest party beside `party` that plays its role, or -1. */
int script__colleague(const struct imp_adv *a, int party, unsigned number);
/* May the latest message of that label be sent again, and is somebody waiting for it? */
bool script__resendable(struct imp_adv *a, const struct script *s, int label);

/* ---- script_decide.c: what is decided at this point; NULL: nothing else than what happens anyhow.
 */
const struct imp_option_taken *script__decide(struct imp_adv *a, struct script *s,
                                              const struct imp_unit *u, struct options *o);

#endif
