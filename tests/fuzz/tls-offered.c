/* SPDX-License-Identifier: GPL-2.0-only */
/* Tickets in a ClientHello: the first of them lies within what was read, and what is cut off tells
 * of none. */
#include <stdlib.h>

#include "protocols/tls/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void require(int truth)
{
    if (!truth)
        abort();
}

static void within(const struct imp_piece *piece, const uint8_t *data, size_t n)
{
    const uint8_t *p = piece->p;
    require(piece->n > 0 && p >= data && p + piece->n <= data + n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_piece first, none;
    int offered = imp_tls_offered(&first, data, n);
    require(offered >= -1);
    if (offered > 0)
        within(&first, data, n);
    for (size_t cut = 0; offered >= 0 && cut < n && cut < 5 + ((size_t)data[3] << 8 | data[4]);
         cut++)
        require(imp_tls_offered(&none, data, cut) == -1);
    return 0;
}
