/* SPDX-License-Identifier: GPL-2.0-only */
/* encapsulation.h - encrypted AVPs (RFC 6786): which AVPs belong inside Encryption-Encap, putting
 * them there, taking them out. */
#ifndef IMPRINT_PANA_ENCAPSULATION_H
#define IMPRINT_PANA_ENCAPSULATION_H

#include "security.h"

enum pana_side { PANA_FROM_PAC, PANA_FROM_PAA }; /* who encrypts: each has a key of its own */

/* Option encrypted-avps: what this end puts inside when encryption is negotiated. */
enum pana_encrypted {
    PANA_ENCRYPT_REQUIRED, /* what must be */
    PANA_ENCRYPT_ALL,      /* what may be, too; encryption is negotiated for it */
    PANA_ENCRYPT_NONE,     /* nothing: an end at fault */
};
extern const char *const pana_encrypted_names[];

/* Policy of section 6.1. */
enum pana_policy { PANA_ENCR_NEVER, PANA_ENCR_MAY, PANA_ENCR_MUST };
enum pana_policy pana_policy_of(const struct pana_avp *a);

/* Whether this end offers, or chooses, AES128-CTR. */
bool pana_wants_encryption(const struct imp_env *env);

/* AES128-CTR, section 4.1: counter block flags 2 | Key-Id 4 | session 4 | sequence 4 | counter 3
 * from 1. Encrypts and decrypts. */
void pana_counter_block(uint8_t block[16], uint32_t key_id, uint32_t session, uint32_t sequence,
                        uint32_t counter);
void pana_crypt(struct imp_env *env, uint8_t *out, const struct pana_sa *sa, enum pana_side from,
                uint32_t sequence, const uint8_t *in, size_t n);
/* Whether the numbers of one end are about to begin again under a key that was made with `first`:
 * then re-authentication makes another key. */
bool pana_nearly_wrapped(uint32_t sequence, uint32_t first);

/* Ends a message with AUTH, after its AVPs have gone to the side of the encryption where they
 * belong. Octets of it, or 0: it does not fit. */
size_t pana_protect(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                    struct pana_writer *w);

/* A message as it was meant: its AVPs with those that were encrypted, without Encryption-Encap. */
struct pana_view {
    struct pana_message m; /* borrows from the message, or from avps */
    uint8_t avps[PANA_MTU];
};
/* False, and the message is to be discarded: more than one Encryption-Encap; one without an
 * association that has encryption (sa NULL: none); AVPs inside that cannot be read; an AVP on the
 * wrong side of the encryption (sections 5 and 6.1); one that came twice and may come once (RFC
 * 5191 section 8). The message's AUTH is checked before. */
bool pana_disclose(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                   const struct pana_message *m, struct pana_view *out);
/* Both: AUTH under that association, and the view. */
bool pana_accept(struct imp_env *env, const struct pana_sa *sa, enum pana_side from,
                 const uint8_t *p, size_t n, struct pana_view *out);

#endif
