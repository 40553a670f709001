/* SPDX-License-Identifier: GPL-2.0-only */
/* A COSE_Sign1 from anybody: whatever is read is written again as the same octets, if it says
 * nothing that we pass over. */
#include "protocols/cose/cose.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t pub[64] = {1};
    static uint8_t again[8192];
    struct imp_cose_sign1 m;
    if (imp_cose_read(NULL, &m, data, n) != 0)
        return 0;
    if (imp_cose_verify(NULL, &m, IMP_PIECE("", 0), pub) == 0)
        abort(); /* no such point */
    imp_cose_signer(NULL, &m, IMP_PIECE("", 0), &m.unprotected);
    int size = imp_cose_rewrite(NULL, again, sizeof again, &m);
    if (size > (int)n || (n <= sizeof again && size < 0))
        abort();
    if (size > 0 && imp_cose_read(NULL, &m, again, (size_t)size) != 0)
        abort();
    return 0;
}
