/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary.h - the carrier of the adversary, private to sim/world: it shows the strategy what its
 * rights let it see, does what the strategy asks within the rights, and refuses and counts the
 * rest. */
#ifndef IMPRINT_WORLD_ADVERSARY_H
#define IMPRINT_WORLD_ADVERSARY_H

#include "sim/adversary/strategy.h"
#include "world.h"

#define ADV_TIMERS 64
#define ADV_ANSWERS 1024u

struct adv_emission { /* what the adversary hands over out of band, for one channel and device */
    int channel, device;
    uint8_t *bytes; /* NULL: nothing yet */
    size_t n;
    bool awaited; /* the user has been to the channel and found nothing */
    int meant;    /* the device that the user means, for the party `with` (or NULL) */
    const struct world_party *with;
    struct adv_emission *next;
};

struct adv_answer { /* the strategy's answer about a unit, until its receivers ask */
    uint64_t hash;
    enum imp_answer answer;
};

struct adv_timer {
    eng_timer handle;
    unsigned id;
    struct world_adversary *owner;
};

/* How often a right was used, by what. */
#define ADV_COUNTS(X)                                                                              \
    X(read)                                                                                        \
    X(blocked)                                                                                     \
    X(injected)                                                                                    \
    X(oob)                                                                                         \
    X(revealed)                                                                                    \
    X(touched)                                                                                     \
    X(attempts)                                                                                    \
    X(shielded) /* tried in vain at a device inside a Faraday cage */
#define ADV_COUNT_FIELD(name) size_t name;

struct world_adversary {
    struct imp_adv adv; /* first: the strategy's record */
    struct world *world;
    const struct imp_strategy *strategy;
    struct imp_adv_party *parties;
    bool *corrupt; /* by honest party */
    bool powered, device_done, all_done, caged;
    bool withdrawn; /* the run is over and only its recovery is watched */
    int engaged; /* sequential sessions: the device it interferes with, or -1 */
    struct {
        ADV_COUNTS(ADV_COUNT_FIELD)
    } count;
    size_t refused;
    char refusal[200]; /* the first one, in words */
    char failure[600]; /* the strategy itself is at fault: why */
    size_t units;
    struct adv_answer answers[ADV_ANSWERS];
    struct adv_emission *emissions;
    struct adv_timer timers[ADV_TIMERS];
    struct imp_rng rng;
};

static inline struct world_adversary *adv_of(struct imp_adv *a)
{
    return (struct world_adversary *)a;
}

extern const struct imp_adv_ops world_adv_ops; /* adversary_acts.c */

/* ---- adversary_rights.c */
bool adv_open(const struct world_adversary *v, const struct imp_window *w);
bool adv_may(const struct world_adversary *v, enum imp_link link, enum imp_power power);
bool adv_may_oob(const struct world_adversary *v, int channel, enum imp_power power);
bool adv_may_reveal(const struct world_adversary *v, int party, enum imp_reveal what);
bool adv_may_place(const struct world_adversary *v, enum imp_place place);
bool adv_is_corrupt(const struct world_adversary *v, const struct world_party *p);
/* Is that link shielded now? Counted. */
bool adv_shielded(struct world_adversary *v, enum imp_link link);
/* Counts the refusal and keeps the first sentence. Returns -1. */
int adv_refuse(struct world_adversary *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- adversary_units.c: taps on the media */
void adv_taps(struct world *w);

/* ---- adversary.c */
void adv_trace(struct world *w, const char *kind, const char *from, const char *to,
               const char *message, const char *channel, size_t n, int device);
void adv_moment(struct world_adversary *v, enum imp_moment m, int device);
void adv_fail(struct imp_adv *a, const char *sentence);
void adv_hand_over(struct world_party *to, int channel, const struct imp_addr *from,
                   const uint8_t *bytes, size_t n);

/* ---- adversary_oob.c */
int adv_oob_write(struct imp_adv *a, int channel, int device, const void *bytes, size_t n);
void adv_oob_free(struct world_adversary *v);

/* ---- reveal.c, adopt.c */
void world_reveal(struct world *w, struct world_party *p, enum imp_reveal what);
int world_adopt(struct world *w);

#endif
