/* SPDX-License-Identifier: GPL-2.0-only */
/* knowledge_internal.h - what the files of the adversary's knowledge share. */
#ifndef IMPRINT_KNOWLEDGE_INTERNAL_H
#define IMPRINT_KNOWLEDGE_INTERNAL_H

#include "knowledge.h"

/* Where each window of IMP_KNOWN_PART octets stands in the facts, which are laid end to end.
 * Windows of equal hash are chained from the first to the last. Places are counted from 1; 0 ends.
 */
struct known_chain {
    uint32_t first, last, length;
};
struct known_places {
    uint8_t *octets;
    uint32_t *after;  /* by place: the next one in its chain */
    uint32_t *starts; /* by fact */
    size_t n, cap, facts, facts_cap;
    struct known_chain *chains; /* by hash */
    unsigned bits;
};

void known_places_add(struct known_places *p, const uint8_t *bytes, size_t n);
/* Number of the first fact that contains them, or -1. n >= IMP_KNOWN_MIN. Strings shorter than a
 * window are looked for from fact `from` on. */
int known_places_contain(const struct known_places *p, const uint8_t *bytes, size_t n, size_t from);
/* Number of the last fact of which a window is needed to compose them, or -1: some octet lies in no
 * known window. */
int known_places_compose(const struct known_places *p, const uint8_t *bytes, size_t n);
void known_places_free(struct known_places *p);

struct known_value { /* an input or output; equal octets have one entry */
    uint32_t at, n;  /* in `octets` */
    int fact;        /* that contains it; -1: not known; -2: says nothing */
    size_t looked;   /* facts among which it has been looked for */
};

struct known_rule {
    const char *name;
    uint32_t inputs, count; /* in `inputs` */
    uint32_t output;        /* value */
};

struct known_rules {
    uint8_t *octets;
    size_t n, cap;
    struct known_value *values;
    size_t value_count, value_cap;
    uint32_t *table; /* values by content: number plus 1, open addressing */
    size_t table_size;
    uint32_t *inputs; /* values */
    size_t input_count, input_cap;
    struct known_rule *rules;
    size_t rule_count, rule_cap;
    uint64_t *seen; /* hashes of the rules that are there, open addressing */
    size_t seen_size;
    uint32_t *waiting; /* rules that have not fired, in order */
    size_t waiting_count, waiting_cap;
    size_t closed_facts, closed_rules; /* when the set was last closed */
};

void known_rules_free(struct known_rules *r);

struct imp_known {
    struct known_places places;
    struct known_rules rules;
};

struct imp_known *known__of(struct imp_knowledge *k); /* made when it is first asked for */
void *known__grow(void *p, size_t *cap, size_t need, size_t size); /* aborts without memory */
bool known__says_nothing(const uint8_t *bytes, size_t n);
/* Contained, else composed: number of a fact, or -1. */
int known__find(const struct imp_known *k, const uint8_t *bytes, size_t n, size_t from);
/* Adds a fact that is not known yet. */
void known__fact(struct imp_knowledge *k, const void *bytes, size_t n, const char *source,
                 int rule);

#endif
