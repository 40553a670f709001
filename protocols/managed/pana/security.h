/* SPDX-License-Identifier: GPL-2.0-only */
/* security.h - the PANA security association: keys, AUTH, and what both roles claim of it. */
#ifndef IMPRINT_PANA_SECURITY_H
#define IMPRINT_PANA_SECURITY_H

#include "message.h"
#include "protocols/contract/observe.h"
#include "protocols/eap/method.h"

enum { PANA_ENCR_KEY = 16 };
/* The profile that hands out a network key: key 16, index 1, counter 1 in an AVP of the vendor that
 * ZigBee IP uses. */
enum { PANA_NETWORK_KEY = 18, PANA_AVP_NETWORK_KEY = 1, PANA_VENDOR_ZIGBEE = 37244 };
enum { PANA_ENCAP = 32 }; /* that AVP: header 12, value 20 with its padding */
/* The profile of groups: beside it an AVP that says whose key it is, Unsigned32. Ours, of the
 * private enterprise number for documentation (RFC 5612). */
enum { PANA_AVP_GROUP_ID = 1, PANA_VENDOR_OWN = 32473 };
enum { PANA_KEY_MAX = 32, PANA_AUTH_MAX = 20, PANA_INITIAL_MAX = 512 };

/* What enters the key derivation, section 5.3: the first exchange as it was sent, the nonces. */
struct pana_transcript {
    uint8_t par[PANA_INITIAL_MAX], pan[PANA_INITIAL_MAX]; /* I_PAR, I_PAN */
    size_t par_n, pan_n;
    uint8_t pac_nonce[PANA_NONCE_MAX], paa_nonce[PANA_NONCE_MAX];
    size_t pac_nonce_n, paa_nonce_n;
    uint32_t prf, integrity; /* chosen */
    bool encryption;         /* both ends have AES128-CTR */
};

struct pana_sa {
    bool there;
    uint32_t session, key_id, prf, integrity, lifetime;
    uint8_t auth_key[PANA_KEY_MAX];
    size_t auth_key_n;
    bool encryption;
    /* PANA_PAA_ENCR_KEY and PANA_PAC_ENCR_KEY, each of what that end encrypts */
    uint8_t paa_encr_key[PANA_ENCR_KEY], pac_encr_key[PANA_ENCR_KEY];
    bool has_network_key;
    uint8_t group; /* whose key it is; 0: the network's */
    uint8_t network_key[PANA_NETWORK_KEY];
    struct imp_eap_export eap;
};

/* prf+ of IKEv2 (RFC 7296 section 2.13) with HMAC-SHA1 or HMAC-SHA256. */
void pana_prf_plus(struct imp_env *env, uint32_t prf, uint8_t *out, size_t out_n,
                   const uint8_t *key, size_t key_n, const struct imp_piece *seed, size_t count);
void pana_derive(struct imp_env *env, struct pana_sa *out, const struct imp_eap_export *eap,
                 const struct pana_transcript *t, uint32_t session, uint32_t key_id);
/* Octets of the AUTH value of an integrity algorithm; 0: unknown. */
size_t pana_auth_size(uint32_t integrity);
/* Appends AUTH, which must be last, and ends the message: its octets, or 0. */
size_t pana_seal(struct imp_env *env, const struct pana_sa *sa, struct pana_writer *w);
/* Whether the message has a right AUTH as its last AVP and, if it names one, the Key-Id of this
 * association. */
bool pana_verify(struct imp_env *env, const struct pana_sa *sa, const uint8_t *p, size_t n);

/* Layer "pana": sid is the method's Session-Id; data names key, identifiers, algorithms, lifetime.
 */
void pana_claim_running(struct imp_env *env, const struct pana_sa *sa);
void pana_claim_commit(struct imp_env *env, const struct pana_sa *sa, const char *peer);
void pana_claim_sequence(struct imp_env *env, const struct pana_sa *sa, uint32_t sequence);
/* Layer "network key": a key that came after the association was made. sid is Session Identifier,
 * Key-Id, group and index of the key, data its hash. RUNNING; or COMMIT and SECRET. */
void pana_claim_key(struct imp_env *env, const struct pana_sa *sa, enum imp_claim_kind kind,
                    const char *peer);
/* At the end of a session: the key that those who stay use. */
void pana_claim_in_use(struct imp_env *env, const struct pana_sa *sa,
                       const uint8_t key[PANA_NETWORK_KEY]);
/* Layer "pana-session": a message within the association that has AUTH and no EAP. RUNNING: this
 * end says it; COMMIT: it takes it to be the other's. sid is session, sequence number and label. */
void pana_claim_said(struct imp_env *env, enum imp_claim_kind kind, const struct pana_sa *sa,
                     int label, uint32_t sequence);
void pana_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);

#endif
