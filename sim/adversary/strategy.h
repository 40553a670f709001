/* SPDX-License-Identifier: GPL-2.0-only */
/* strategy.h - what an adversary does with its rights.
 *
 * A strategy is general over mechanisms: it sees messages with their labels, knows which party
 * plays which role, and may run parties of its own ("mirrors": the same state machines as the
 * honest ones, with credentials that the adversary made itself). It asks for acts through `struct
 * imp_adv`; the carrier grants those that are within the rights, and refuses, counts and reports
 * the others. A strategy keeps all its state in `state` and draws random octets only through
 * `random`. */
#ifndef IMPRINT_STRATEGY_H
#define IMPRINT_STRATEGY_H

#include "protocols/contract/mechanism.h"
#include "rights.h"

/* A party as the adversary sees it. Indices below `honest` are honest; the mirror of party i is
 * party i + honest (only when the strategy declares `mirrors`). */
struct imp_adv_party {
    const char *name;
    int role;
    enum imp_role_kind kind;
    int device; /* 0-based, or -1 */
    int cell;
};

/* A message on a link or out of band. */
struct imp_unit {
    int channel;
    enum imp_link link; /* where it is seen; not for out-of-band messages */
    bool transit;       /* the channel's own link is another: the message is routed through */
    int message;        /* its sender's label, or -1 */
    int from, to;       /* honest parties, or -1: unknown, or a group */
    bool group;
    struct imp_addr source, target; /* as on the wire; n = 0 out of band and for groups */
    int device;                     /* whose bootstrapping it belongs to, or -1 */
    const uint8_t *bytes;           /* borrowed for the call; NULL without the right to read */
    size_t n;
    size_t number; /* 0, 1, ...: how many were seen before it in this run */
};

/* A message that the adversary sends. */
struct imp_letter {
    int channel;
    int message;          /* label under which it stands in the trace, or -1 */
    int as;               /* party under whose name it goes */
    struct imp_addr to;   /* n = 0: everyone on the channel */
    struct imp_addr from; /* of inject: whence it seems to come; n = 0: that party's own address */
    int device;           /* whose bootstrapping it interferes with, or -1: found by the address */
    const uint8_t *bytes;
    size_t n;
};

enum imp_moment {
    IMP_MOMENT_START,       /* shared parties are up, no device is powered */
    IMP_MOMENT_DEVICE_UP,   /* a device's link is up */
    IMP_MOMENT_DEVICE_DONE, /* a device believes that it is operational */
    IMP_MOMENT_ALL_DONE,    /* every honest party has completed */
    IMP_MOMENT_WINDOW,      /* a window given in seconds has opened or closed */
};

struct imp_adv;
/* Each act returns 0, or -1 when it was refused (and counted). */
struct imp_adv_ops {
    /* N */
    int (*inject)(struct imp_adv *a, const struct imp_letter *l);
    /* O: what the user hands over next on that channel for that device (at once if he waits). */
    int (*oob_write)(struct imp_adv *a, int channel, int device, const void *bytes, size_t n);
    /* K: adds to the knowledge; `party` is honest. */
    int (*reveal)(struct imp_adv *a, int party, enum imp_reveal what);
    /* Own parties take over those parts of the honest cells that the adversary knows: what was
     * revealed, read or computed becomes usable in their protocol runs. Returns the number of cells
     * changed. */
    int (*adopt)(struct imp_adv *a);
    /* Corruption: from now on the honest party's sends and receives are the strategy's (unit.from
     * is the party; `seen` may block them whatever the link), and its cells are the adversary's. */
    int (*corrupt)(struct imp_adv *a, int party);
    /* G: touch. RESET, or CONTROL with a word of the mechanism; power off and on again. */
    int (*touch)(struct imp_adv *a, int device, enum imp_event_kind event, const char *word);
    /* G: reads the storage of a device. */
    int (*memory)(struct imp_adv *a, int device);
    /* Q: one on-line guess begins. */
    int (*attempt)(struct imp_adv *a);
    /* C: spends the budget of off-line work on the secrets for which enough has been read. Returns
     * how many have been found in the run; what is found can then be known and adopted. It happens
     * by itself at the end of the run. */
    int (*crack)(struct imp_adv *a);
    /* ---- always granted: its own head and hands */
    /* Candidate number i of an honest party's secret of little entropy (mechanism->guesses), which
     * anybody can list. Returns its octets, 0 when there are not so many. */
    size_t (*candidate)(struct imp_adv *a, const struct imp_guess *g, int party, uint64_t i,
                        uint8_t out[IMP_GUESS_MAX]);
    void (*start)(struct imp_adv *a, int mirror, int device); /* powers an own party on */
    /* Says a word of the mechanism to an own party, as the timeline does to honest ones. */
    void (*control)(struct imp_adv *a, int mirror, const char *word);
    /* Hands a message to an own party as if from `from`; OOB with from->n = 0. */
    void (*feed)(struct imp_adv *a, int mirror, int channel, const struct imp_addr *from,
                 const uint8_t *bytes, size_t n);
    /* Hands what one own party sends to those own parties to whom it is addressed. */
    void (*between)(struct imp_adv *a, const struct imp_letter *l);
    /* The address by which a party is reached on a channel; false when it has none there. */
    bool (*address)(struct imp_adv *a, int party, int channel, struct imp_addr *out);
    void (*timer)(struct imp_adv *a, unsigned id, imp_time delay); /* ids 0..63; < 0 cancels */
    void (*random)(struct imp_adv *a, void *out, size_t n);
    bool (*knows)(struct imp_adv *a, const void *bytes, size_t n);
    void (*learn)(struct imp_adv *a, const void *bytes, size_t n, const char *source);
    /* Do the windows allow it at present (shields apart)? Asking costs nothing, is not counted. */
    bool (*may)(struct imp_adv *a, enum imp_link link, enum imp_power power);
    bool (*may_oob)(struct imp_adv *a, int channel, enum imp_power power); /* READ; INJECT: write */
    /* A sentence for the trace: why the next acts happen. */
    void (*note)(struct imp_adv *a, const char *sentence);
    /* Is that message legal in the state in which the honest party is? (Its role's table.) */
    bool (*expects)(struct imp_adv *a, int party, int message);
    /* Ends the run here: nothing that follows matters. */
    void (*halt)(struct imp_adv *a);
    /* Names of what happened, for strategies with `names_states` only. Fresh values are named by
     * their origin, so that two runs give one name to what is the same but for the values drawn,
     * the times and the number of idle repetitions. `state`: of the parties (its own ones too? with
     * their histories, or only where they are?) and of what is under way; `unit_name`: of a
     * message. */
    uint64_t (*state)(struct imp_adv *a, bool own, bool histories);
    uint64_t (*unit_name)(struct imp_adv *a, int channel, const uint8_t *bytes, size_t n);
    /* The strategy itself is at fault: the run ends as a harness failure with that sentence. */
    void (*fail)(struct imp_adv *a, const char *sentence);
};

struct imp_adv {
    const struct imp_adv_ops *ops;
    const struct imp_mechanism *mechanism;
    const struct imp_adversary *rights;
    const struct imp_adv_party *parties;
    size_t honest, party_count;
    int devices;
    imp_time now; /* at the beginning of the call */
    void *state;  /* state_size octets, zeroed */
};

enum imp_answer { IMP_PASS, IMP_BLOCK };

struct imp_strategy_param {
    const char *name, *preset, *summary; /* preset NULL: must be set */
};

struct imp_strategy {
    const char *name;
    const char *summary; /* one sentence */
    bool mirrors;        /* runs parties of its own */
    bool names_states;   /* asks for names of states */
    bool more_params;    /* takes parameters beyond `params`, and checks them itself */
    size_t state_size;
    const struct imp_strategy_param *params; /* ends with name NULL; or NULL */
    /* Does it run parties of its own with these parameters? NULL: as `mirrors` says. */
    bool (*wants_mirrors)(const struct imp_adversary *a, const struct imp_mechanism *m);
    /* Checks parameters before anything runs; returns 0, or -1 and a sentence. May be NULL. */
    int (*check)(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap);
    int (*open)(struct imp_adv *a, char *error, size_t cap); /* may be NULL; -1: the run fails */
    void (*close)(struct imp_adv *a);                        /* may be NULL */
    /* A unit is under way where the adversary reads or blocks. IMP_BLOCK keeps it from its
     * receivers (refused without the right). */
    enum imp_answer (*seen)(struct imp_adv *a, const struct imp_unit *u);
    /* The user takes a message up. IMP_BLOCK: the adversary hands over something else, or nothing,
     * in its place (refused without the right to write). */
    enum imp_answer (*oob)(struct imp_adv *a, const struct imp_unit *u);
    /* An own party sends (l->as is the mirror), or shows something out of band. */
    void (*own_send)(struct imp_adv *a, const struct imp_letter *l);
    void (*own_oob)(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                    size_t n);
    /* Streams. An honest party connects: does the adversary answer in the addressee's place, with
     * that one's mirror? (Needs the rights to block and inject.) An own party connects: over the
     * network (needs the right to inject), or in the adversary's memory to the mirror of the
     * addressee? */
    bool (*takes_stream)(struct imp_adv *a, int party, int channel);
    bool (*own_stream)(struct imp_adv *a, int mirror, int channel);
    void (*timer)(struct imp_adv *a, unsigned id);
    void (*moment)(struct imp_adv *a, enum imp_moment m, int device); /* device -1: all */
};

/* All built-in strategies, NULL-terminated, ordered by name. */
extern const struct imp_strategy *const imp_strategies[];
const struct imp_strategy *imp_strategy_find(const char *name);
/* Does the adversary run parties of its own? Its rights must have been checked. */
bool imp_adversary_mirrors(const struct imp_adversary *a, const struct imp_mechanism *m);
/* Is there such a strategy, are its parameters known and complete, do the names of channels and
 * roles in the rights exist? Returns 0, or -1 and a sentence. */
int imp_adversary_check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                        size_t cap);

/* ---- shorthands for strategies
 * ------------------------------------------------------------------------ */
static inline bool imp_adv_honest(const struct imp_adv *a, int party)
{
    return party >= 0 && (size_t)party < a->honest;
}
static inline int imp_adv_mirror(const struct imp_adv *a, int party)
{
    return party + (int)a->honest;
}
/* Message by name, or -1. */
int imp_adv_message(const struct imp_mechanism *m, const char *name);
/* Does the right name that honest party, by its role, its kind or "*", and its device? */
bool imp_key_right_names(const struct imp_adv *a, const struct imp_key_right *k, int party);
/* The first honest party of that role (and device, or -1: any), or -1. */
int imp_adv_party_find(const struct imp_adv *a, int role, int device);

#endif
