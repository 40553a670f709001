/* SPDX-License-Identifier: GPL-2.0-only */
/* choose.h - which measured variants fit a deployment, and why the others do not. */
#ifndef IMPRINT_CHOOSE_H
#define IMPRINT_CHOOSE_H

#include "report.h"

/* Words in a list, or all that is asked: not. They are linked. */
struct imp_wish_words {
    const char *const *word;
    size_t count;
    bool asked; /* false: nothing is asked for */
};

struct imp_wish {
    const char *medium, *backend; /* NULL: any */
    const char *platform;         /* a name or a class; NULL: any */
    double loss;                  /* measured with at least so much; below 0: any */
    long devices;                 /* measured with at least so many; 0: any */
    /* What the deployment has. A requirement is met by one of the words in its value, or when the
     * value offers "none". */
    struct imp_wish_words credentials, third_parties, interface;
    struct imp_wish_words adversaries;       /* to be survived */
    double user_acts, energy_mj, latency_ms; /* at most; below 0: any */
    enum imp_measure rank;                   /* least first */
};
extern const struct imp_wish imp_wish_default;

/* Which words the requirements of that name know: NULL, or the first of `words` that occurs in no
 * mechanism's. `name` is "credential", "third-party" or "interface". */
const char *imp_wish_unknown(const char *name, const struct imp_wish_words *words);

struct imp_choice {
    struct imp_table fits;   /* ranked, with the figures of the summary */
    struct imp_table others; /* mechanism, variant, scenario, why */
};
void imp_choose(struct imp_choice *out, const struct imp_report *r, const struct imp_wish *wish);
void imp_choice_free(struct imp_choice *c);

#endif
