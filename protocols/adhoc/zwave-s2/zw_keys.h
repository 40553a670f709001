/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_keys.h - what Z-Wave's Security 2 and Security 0 compute: CKDF, SPAN, DSK; S0's keys. */
#ifndef IMPRINT_ZW_KEYS_H
#define IMPRINT_ZW_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocols/contract/party.h"

enum { /* octets */
       ZW_KEY = 16,
       ZW_PUBLIC = 32,
       ZW_PSTRING = 32, /* personalisation string */
       ZW_EI = 16,      /* entropy input of a SPAN */
       ZW_NONCE = 13,   /* of CCM */
       ZW_TAG = 8,
       ZW_DSK = 16,       /* first octets of the public key */
       ZW_MASKED = 2,     /* those that the user types: one group of five digits */
       ZW_PIN = 5,        /* digits of a group */
       ZW_CSA_MASKED = 4, /* with client-side authentication, of the controller's key: two groups */
       ZW_CSA_PIN = 10,
       ZW_S0_NONCE = 8,
       ZW_S0_TAG = 8,
};

/* What a temporary or a network key gives. */
struct zw_derived {
    uint8_t ccm[ZW_KEY], pstring[ZW_PSTRING], mpan[ZW_KEY];
};

/* CKDF-TempExtract and -Expand: both public keys are whole. */
void zw_temp(struct imp_env *env, struct zw_derived *out, const uint8_t z[32],
             const uint8_t controller[ZW_PUBLIC], const uint8_t node[ZW_PUBLIC]);
void zw_network(struct imp_env *env, struct zw_derived *out, const uint8_t key[ZW_KEY]);

/* CTR_DRBG with AES-128, without derivation function (SP 800-90A section 10.2.1). */
struct zw_span {
    bool ready;
    uint8_t key[ZW_KEY], v[16];
};
/* CKDF-MEI of both entropy inputs, then the generator's seed. */
void zw_span_begin(struct imp_env *env, struct zw_span *s, const uint8_t sender[ZW_EI],
                   const uint8_t receiver[ZW_EI], const uint8_t pstring[ZW_PSTRING]);
void zw_span_next(struct imp_env *env, struct zw_span *s, uint8_t nonce[ZW_NONCE]);

/* First group of the DSK as five digits, and back into a masked key. -1: not such digits. */
void zw_pin(char pin[ZW_PIN + 1], const uint8_t public[ZW_MASKED]);
/* NWI HomeID of SmartStart: octets 9 to 12 of the DSK; bits 7 and 6 of the first are 1, bit 0 of
 * the last is 0. */
void zw_nwi_home_id(uint8_t out[4], const uint8_t dsk[ZW_DSK]);
int zw_pin_restore(uint8_t public[ZW_PUBLIC], size_t masked, const uint8_t *pin, size_t n);

/* ---- Security 0 */
struct zw_s0_keys {
    uint8_t auth[ZW_KEY], enc[ZW_KEY];
};
/* The addresses and the length that the MAC covers. */
struct zw_s0_header {
    uint8_t command, src, dst;
};
void zw_s0_keys(struct imp_env *env, struct zw_s0_keys *out, const uint8_t key[ZW_KEY]);
/* out: n octets, then the tag. iv: sender's nonce, receiver's nonce. */
void zw_s0_seal(struct imp_env *env, uint8_t *out, const struct zw_s0_keys *k, const uint8_t iv[16],
                struct zw_s0_header h, const uint8_t *in, size_t n);
/* n without the tag. 0 or -1. */
int zw_s0_open(struct imp_env *env, uint8_t *out, const struct zw_s0_keys *k, const uint8_t iv[16],
               struct zw_s0_header h, const uint8_t *in, size_t n);

#endif
