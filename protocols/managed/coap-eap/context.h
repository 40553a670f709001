/* SPDX-License-Identifier: GPL-2.0-only */
/* context.h - from the MSK to an OSCORE security context, and what both roles claim of it. */
#ifndef IMPRINT_CEAP_CONTEXT_H
#define IMPRINT_CEAP_CONTEXT_H

#include "content.h"
#include "protocols/eap/method.h"
#include "protocols/oscore/oscore.h"
#include "suites.h"

enum { CEAP_SECRET = IMP_AEAD_KEY_MAX, CEAP_SALT = 8 }; /* Master Secret, at most, and Salt */
enum { CEAP_LIFETIME = 28800 };                         /* s, when none is said */

/* What the first exchange settled. Arrays of suites are kept as they were sent. */
struct ceap_agreed {
    int64_t suite;
    uint8_t cs_c[CEAP_ARRAY_MAX], cs_i[CEAP_ARRAY_MAX];
    size_t cs_c_n, cs_i_n;
    uint8_t rid_c[CEAP_RID_MAX], rid_i[CEAP_RID_MAX];
    size_t rid_c_n, rid_i_n;
};

struct ceap_security {
    bool there;
    int64_t suite;
    uint8_t secret[CEAP_SECRET], salt[CEAP_SALT];
    size_t secret_n; /* as long as the AEAD's key */
    struct imp_oscore oscore;
    struct imp_eap_export eap;
    uint32_t lifetime;
    uint8_t cs[2 * CEAP_ARRAY_MAX];
    size_t cs_n;
};

/* Options kdf-mode, label-case, cs-in-kdf and cs-default; sender and recipient are those of
 * `controller` or of the peer. 0, or -1: the identifiers do not make a context. */
int ceap_derive(struct imp_env *env, struct ceap_security *out, const struct imp_eap_export *eap,
                const struct ceap_agreed *agreed, bool controller);
/* For vectors and tests: one output of the KDF. */
enum ceap_kdf { CEAP_KDF_EXPAND, CEAP_KDF_EXTRACT_EXPAND };
void ceap_kdf(struct imp_env *env, enum ceap_kdf mode, enum imp_hash hash, uint8_t *out,
              size_t out_n, const uint8_t msk[IMP_EAP_KEY_SIZE], const uint8_t *cs, size_t cs_n,
              const char *label);

/* Layer "oscore": sid is the method's Session-Id; data names keys, identifiers, suites, lifetime.
 */
void ceap_claim_running(struct imp_env *env, const struct ceap_security *s);
void ceap_claim_commit(struct imp_env *env, const struct ceap_security *s, const char *peer);
void ceap_claim_accepted(struct imp_env *env, const struct ceap_security *s,
                         const struct imp_oscore_binding *binding);
void ceap_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);

#endif
