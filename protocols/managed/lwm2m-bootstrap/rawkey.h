/* SPDX-License-Identifier: GPL-2.0-only */
/* rawkey.h - P-256 keys in the resources of Security: 3 and 4 hold SubjectPublicKeyInfo (RFC 7250),
 * 5 holds the private key in PKCS#8 (RFC 5958 around RFC 5915), with its public key or without. */
#ifndef IMPRINT_LWM2M_RAWKEY_H
#define IMPRINT_LWM2M_RAWKEY_H

#include "protocols/contract/party.h"

enum {
    LWM_SCALAR = 32,
    LWM_SPKI = 91,
    LWM_PKCS8 = 67,    /* as we write it, without the public key */
    LWM_KEY_NAME = 32, /* hexadecimal digits: half of the SHA-256 of a SubjectPublicKeyInfo */
};

void lwm_pkcs8_write(uint8_t out[LWM_PKCS8], const uint8_t scalar[LWM_SCALAR]);
/* 0, or -1 when it is not such a key. */
int lwm_pkcs8_read(uint8_t scalar[LWM_SCALAR], const uint8_t *p, size_t n);
/* Charges nothing: known since the key was made. -1: no scalar of the curve. */
int lwm_spki_of(uint8_t spki[LWM_SPKI], const uint8_t scalar[LWM_SCALAR]);
void lwm_key_name(char out[LWM_KEY_NAME + 1], const uint8_t *spki, size_t n);

#endif
