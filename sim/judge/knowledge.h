/* SPDX-License-Identifier: GPL-2.0-only */
/* knowledge.h - what the adversary knows: octet strings that it read or that its parties hold.
 *
 * Closed under projection: whatever stands contiguously inside a known string is known. Values are
 * real octets, so membership is exact and not a symbol's. */
#ifndef IMPRINT_KNOWLEDGE_H
#define IMPRINT_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imp_fact {
    uint8_t *bytes;
    size_t n;
    char *source; /* "read EAPOL frame of device-1", "secret MSK of adversary/server" */
};

struct imp_knowledge {
    struct imp_fact *facts; /* in the order in which they were learnt */
    size_t count, cap;
};

void imp_knowledge_add(struct imp_knowledge *k, const void *bytes, size_t n, const char *source);
/* The first fact that contains the n octets (n >= 1), or NULL. */
const struct imp_fact *imp_knowledge_find(const struct imp_knowledge *k, const void *bytes,
                                          size_t n);
void imp_knowledge_free(struct imp_knowledge *k);

#endif
