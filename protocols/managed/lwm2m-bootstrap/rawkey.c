/* SPDX-License-Identifier: GPL-2.0-only */
#include "rawkey.h"

#include <string.h>

#include "protocols/codec/text.h"
#include "protocols/contract/observe.h"
#include "protocols/crypto/crypto.h"

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
