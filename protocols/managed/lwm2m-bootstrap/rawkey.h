/* SPDX-License-Identifier: GPL-2.0-only */
/* rawkey.h - P-256 keys in the resources of Security: 3 and 4 hold SubjectPublicKeyInfo (RFC 7250),
 * 5 holds the private key in PKCS #8 (imp_p256_pkcs8_read). */
#ifndef IMPRINT_LWM2M_RAWKEY_H
#define IMPRINT_LWM2M_RAWKEY_H

#include "protocols/contract/party.h"

enum {
    LWM_SCALAR = 32,
    LWM_SPKI = 91,
    LWM_KEY_NAME = 32, /* hexadecimal digits: half of the SHA-256 of a SubjectPublicKeyInfo */
};

/* Charges nothing: known since the key was made. -1: no scalar of the curve. */
int lwm_spki_of(uint8_t spki[LWM_SPKI], const uint8_t scalar[LWM_SCALAR]);
void lwm_key_name(char out[LWM_KEY_NAME + 1], const uint8_t *spki, size_t n);

#endif
