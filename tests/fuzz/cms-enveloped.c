/* SPDX-License-Identifier: GPL-2.0-only */
/* Content that is enveloped for a key-encryption key, or for a key pair: from anybody, to us. */
#include "protocols/cms/cms.h"
#include "protocols/crypto/crypto.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t kek[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    static const uint8_t secret[32] = {[31] = 7};
    const struct imp_cms_holder by[] = {{{"device1", 7}, kek, NULL},
                                        {{"device1", 7}, NULL, secret}};
    static uint8_t out[4096];
    uint8_t *copy = malloc(n ? n : 1); /* its ends are watched */
    if (!copy)
        return 0;
    memcpy(copy, data, n);
    for (size_t i = 0; i < 2; i++) {
        int got = imp_cms_open(NULL, out, sizeof out, IMP_CMS_DATA, copy, n, &by[i]);
        if (got > (int)n)
            abort();
    }
    free(copy);
    return 0;
}
