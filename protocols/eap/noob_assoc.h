/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_assoc.h - what peer and server remember of one another: the ephemeral association of states
 * 1 and 2, and the persistent one of states 3 and 4 (RFC 9140 sections 3.2.3 and 3.4.1). */
#ifndef IMPRINT_NOOB_ASSOC_H
#define IMPRINT_NOOB_ASSOC_H

#include "noob_keys.h"
#include "noob_oob.h"

#define NOOB_SENT_MAX 4 /* Noob values remembered by an OOB sender; the oldest goes first */

struct noob_sent {
    uint8_t noob[NOOB_NOOB];
    imp_time made;
};

struct noob_ephemeral {
    char peer_id[NOOB_PEER_ID_MAX + 1];
    char nai[NOOB_NAI_MAX + 1]; /* that the association will have */
    int verp, suite, dirp;
    struct noob_transcript transcript;
    uint8_t z[NOOB_KEY], np[NOOB_NONCE], ns[NOOB_NONCE];
    struct noob_sent sent[NOOB_SENT_MAX]; /* oldest first */
    size_t sent_n;
    uint8_t received[NOOB_NOOB]; /* valid in state 2 */
    int oob_failures;            /* invalid OOB messages received so far */
    int waits;                   /* server: Waiting Exchanges so far */
};

/* ---- Noob values of an OOB sender ---- */
/* Draws a new Noob, remembers it, and fills in the OOB message in direction `dir`. */
void noob_sent_new(struct imp_env *env, struct noob_ephemeral *e, enum noob_dir dir, imp_time now,
                   struct noob_oob *out);
/* Forgets those older than `timeout`. */
void noob_sent_expire(struct noob_ephemeral *e, imp_time timeout, imp_time now);
/* The Noob whose NoobId is `id`, or NULL. Borrows from e. */
const uint8_t *noob_sent_find(struct imp_env *env, const struct noob_ephemeral *e,
                              const uint8_t id[NOOB_NOOB]);
/* The newest, or NULL. */
const struct noob_sent *noob_sent_newest(const struct noob_ephemeral *e);

/* ---- an OOB receiver ---- */
/* Does the fingerprint in the message match the exchange that e remembers? */
bool noob_hoob_matches(struct imp_env *env, const struct noob_ephemeral *e, enum noob_dir dir,
                       const struct noob_oob *m);

/* ---- persistent association (table 2) ---- */
struct noob_association {
    char peer_id[NOOB_PEER_ID_MAX + 1];
    char nai[NOOB_NAI_MAX + 1];
    int verp, suite;
    int suite_prev; /* 0: none (peer only) */
    uint8_t kz[NOOB_KEY];
    uint8_t kz_prev[NOOB_KEY]; /* valid when suite_prev is not 0 */
};
#define NOOB_CELL_MAX (8 + 2 * NOOB_KEY + NOOB_PEER_ID_MAX + NOOB_NAI_MAX)

/* To and from the octets of a persistent cell. read returns 0, or -1 when they are not such. */
size_t noob_association_write(uint8_t out[NOOB_CELL_MAX], const struct noob_association *a);
int noob_association_read(struct noob_association *out, const uint8_t *bytes, size_t n);

/* Is suite a known to be weaker than suite b? (section 3.4.2: then it must be refused) */
bool noob_suite_weaker(int a, int b);

#endif
