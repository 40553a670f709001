/* SPDX-License-Identifier: GPL-2.0-only */
/* suites.h - cipher suites, IANA "CoAP-EAP Cipher Suites": which are here, offered and chosen. */
#ifndef IMPRINT_CEAP_SUITES_H
#define IMPRINT_CEAP_SUITES_H

#include "content.h"
#include "protocols/crypto/crypto.h"

enum { CEAP_SUITE = 0 }; /* AES-CCM-16-64-128, SHA-256: what goes without saying */

struct ceap_suite {
    enum imp_aead aead;
    enum imp_hash hash;
};

/* NULL: not here. Suite 4 is not: SHAKE256 is no hash for HMAC (FIPS 202 section 7), and no library
 * at hand has another HKDF with it. */
const struct ceap_suite *ceap_suite(int64_t number);
/* Option cipher-suites, the preferred one first; how many. Numbers that are not here may be among
 * them: who offers one of these will not see it through. */
size_t ceap_suites_of(const struct imp_env *env, int64_t suites[CEAP_SUITES_MAX]);
/* The peer: the first of the offer that is its own as well. 0 or -1. */
int ceap_suite_choose(const struct imp_env *env, const struct ceap_info *offer, int64_t *suite);
/* The controller: what the peer has chosen, if it was offered. 0 or -1. */
int ceap_suite_chosen(const struct imp_env *env, const struct ceap_info *answer, int64_t *suite);

#endif
