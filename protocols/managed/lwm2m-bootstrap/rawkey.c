/* SPDX-License-Identifier: GPL-2.0-only */
#include "rawkey.h"

#include <string.h>

#include "protocols/codec/text.h"
#include "protocols/contract/observe.h"
#include "protocols/crypto/crypto.h"

/* OneAsymmetricKey { 0, { ecPublicKey, secp256r1 }, ECPrivateKey { 1, scalar, [1] public } }. */
static const uint8_t head[LWM_PKCS8 - LWM_SCALAR] = {
    0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07, 0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01, 0x04, 0x20};
static const uint8_t public_head[] = {0xa1, 0x44, 0x03, 0x42, 0x00, 0x04};
enum { TAIL = sizeof public_head + 64 };

void lwm_pkcs8_write(uint8_t out[LWM_PKCS8], const uint8_t scalar[LWM_SCALAR])
{
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, scalar, LWM_SCALAR);
    imp_observe_join(out, LWM_PKCS8, &IMP_PIECE(scalar, LWM_SCALAR), 1);
}

/* The longer form has its lengths in two octets where they pass 127. */
static bool longer(const uint8_t *p, size_t n)
{
    static const uint8_t outer[] = {0x30, 0x81, 0x87}, inner[] = {0x04, 0x6d, 0x30, 0x6b};
    return n == LWM_PKCS8 + TAIL + 1 && memcmp(p, outer, 3) == 0 &&
           memcmp(p + 3, head + 2, 24) == 0 && memcmp(p + 27, inner, 4) == 0 &&
           memcmp(p + 31, head + 30, 5) == 0 &&
           memcmp(p + 36 + LWM_SCALAR, public_head, sizeof public_head) == 0;
}

int lwm_pkcs8_read(uint8_t scalar[LWM_SCALAR], const uint8_t *p, size_t n)
{
    uint8_t spki[LWM_SPKI];
    if (n == LWM_PKCS8 && memcmp(p, head, sizeof head) == 0)
        memcpy(scalar, p + sizeof head, LWM_SCALAR);
    else if (longer(p, n))
        memcpy(scalar, p + 36, LWM_SCALAR);
    else
        return -1;
    return lwm_spki_of(spki, scalar);
}

int lwm_spki_of(uint8_t spki[LWM_SPKI], const uint8_t scalar[LWM_SCALAR])
{
    uint8_t pub[64];
    if (imp_p256_public(NULL, pub, scalar) != 0)
        return -1;
    imp_p256_spki(spki, pub);
    return 0;
}

void lwm_key_name(char out[LWM_KEY_NAME + 1], const uint8_t *spki, size_t n)
{
    uint8_t digest[32];
    imp_sha256(NULL, digest, &IMP_PIECE(spki, n), 1);
    imp_hex_encode(out, LWM_KEY_NAME + 1, digest, LWM_KEY_NAME / 2);
}
