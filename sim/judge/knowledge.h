/* SPDX-License-Identifier: GPL-2.0-only */
/* knowledge.h - what the adversary knows: octet strings that it read, holds, or can compute.
 *
 * The set is closed under projection (whatever stands contiguously inside a known string is known),
 * composition (known strings of IMP_KNOWN_PART octets or more, one after the other, are known) and,
 * after imp_knowledge_close, under the rules: when all inputs of a rule are known, so is its
 * output. Values are real octets, so membership is exact and not a symbol's.
 *
 * A string of fewer than IMP_KNOWN_MIN octets, or of one octet repeated, says nothing: it occurs
 * everywhere by chance. Such a string is known as a fact of its own only, is taken for known among
 * the inputs of a rule (who can compute can count), and is never derived. A mechanism whose secret
 * is that short declares it as something to be guessed (struct imp_guess). */
#ifndef IMPRINT_KNOWLEDGE_H
#define IMPRINT_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocols/contract/observe.h"

enum { IMP_KNOWN_MIN = 4, IMP_KNOWN_PART = 8 };

struct imp_fact {
    uint8_t *bytes;
    size_t n;
    char *source; /* "read on the device link ...", "AES-CMAC from cell ... revealed from ..." */
    int rule;     /* by which it was derived, or -1: learnt */
};

struct imp_known; /* places of all octets, and rules; private */

/* All zero is the empty set. */
struct imp_knowledge {
    struct imp_fact *facts; /* in the order in which they were learnt */
    size_t count, cap;
    struct imp_known *known;
};

/* Copies octets and words. What is known already is not added again. */
void imp_knowledge_add(struct imp_knowledge *k, const void *bytes, size_t n, const char *source);
/* Adds a rule (copied; `name` must outlive the set). It fires when the set is closed. */
void imp_knowledge_rule(struct imp_knowledge *k, const char *name, const struct imp_piece *in,
                        size_t count, const void *out, size_t out_n);
/* Fires rules until none is left whose inputs are known. Costs nothing when nothing was added. */
void imp_knowledge_close(struct imp_knowledge *k);
/* The first fact that contains the n octets, else the last one of which a part is needed to compose
 * them, or NULL. Valid until something is added. */
const struct imp_fact *imp_knowledge_find(const struct imp_knowledge *k, const void *bytes,
                                          size_t n);
/* Do the octets follow otherwise than from those facts that contain them and of which `aside` is true?
 * For a closed set. True: `source` tells from what. */
bool imp_knowledge_otherwise(const struct imp_knowledge *k, const void *bytes, size_t n,
                             bool (*aside)(const struct imp_fact *), char *source, size_t cap);
size_t imp_knowledge_rules(const struct imp_knowledge *k); /* how many there are */
/* How the fact was come by: one step a line, "[3] AES-CMAC from [1] and [2]", the fact itself last.
 * Writes at most cap >= 1 octets, NUL included; the first steps are left out when they do not fit.
 */
void imp_knowledge_explain(const struct imp_knowledge *k, const struct imp_fact *f, char *out,
                           size_t cap);
void imp_knowledge_free(struct imp_knowledge *k);

#endif
