/* SPDX-License-Identifier: GPL-2.0-only */
/* Private keys as they travel, in the two forms that programs write. */
#include "crypto.h"

#include "../contract/observe.h"

#include <string.h>

/* OneAsymmetricKey { 0, { ecPublicKey, secp256r1 }, ECPrivateKey { 1, scalar, [1] public } }. */
static const uint8_t algorithm[] = {0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a,
                                    0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08,
                                    0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
static const uint8_t version[] = {0x02, 0x01, 0x01, 0x04, 0x20}; /* then the scalar */
static const uint8_t public_head[] = {0xa1, 0x44, 0x03, 0x42, 0x00, 0x04};

/* All but scalar and public key; what it returns is where the scalar stands. */
static size_t frame(uint8_t out[IMP_P256_PKCS8_MAX], bool with_public)
{
    static const uint8_t longer[] = {0x30, 0x81, 0x87}, shorter[] = {0x30, 0x41};
    static const uint8_t inside[] = {0x04, 0x6d, 0x30, 0x6b}, alone[] = {0x04, 0x27, 0x30, 0x25};
    const struct imp_piece pieces[] = {
        {with_public ? longer : shorter, with_public ? sizeof longer : sizeof shorter},
        {algorithm, sizeof algorithm},
        {with_public ? inside : alone, sizeof inside},
        {version, sizeof version},
    };
    size_t at = 0;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        memcpy(out + at, pieces[i].p, pieces[i].n);
        at += pieces[i].n;
    }
    if (with_public)
        memcpy(out + at + 32, public_head, sizeof public_head);
    return at;
}

size_t imp_p256_pkcs8_write(uint8_t out[IMP_P256_PKCS8_MAX], const uint8_t secret[32],
                            const uint8_t *pub)
{
    size_t at = frame(out, pub != NULL), n = pub ? IMP_P256_PKCS8_MAX : IMP_P256_PKCS8;
    memcpy(out + at, secret, 32);
    if (pub)
        memcpy(out + n - 64, pub, 64);
    const struct imp_piece in[] = {{secret, 32}, {pub, 64}};
    imp_observe_join(out, n, in, pub ? 2 : 1);
    return n;
}

int imp_p256_pkcs8_read(uint8_t secret[32], const uint8_t *p, size_t n)
{
    uint8_t like[IMP_P256_PKCS8_MAX], pub[64];
    bool longer = n == IMP_P256_PKCS8_MAX;
    if (!longer && n != IMP_P256_PKCS8)
        return -1;
    size_t at = frame(like, longer);
    if (memcmp(p, like, at) != 0 ||
        (longer && memcmp(p + at + 32, like + at + 32, sizeof public_head) != 0) ||
        imp_p256_public(NULL, pub, p + at) != 0 ||
        (longer && memcmp(p + n - 64, pub, sizeof pub) != 0))
        return -1;
    memcpy(secret, p + at, 32);
    return 0;
}
