/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_cose.c - voucher data in COSE_Sign1, cBRSKI section 9.2. */
#include "cbrski_voucher.h"

#include <string.h>

int cbrski_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                const uint8_t secret[32], const struct imp_piece *bag, size_t count)
{
    uint8_t data[CBRSKI_DATA];
    struct imp_cose_sign1 say = {.unprotected = {.count = count}};
    int n = cbrski_leaves_write(env, data, sizeof data, v);
    if (n < 0 || count > IMP_COSE_CERTS)
        return -1;
    for (size_t i = 0; i < count; i++)
        say.unprotected.certs[i] = bag[i];
    say.content = IMP_PIECE(data, (size_t)n);
    return imp_cose_sign(env, out, cap, &say, IMP_PIECE("", 0), secret);
}

int cbrski_open(struct imp_env *env, struct brski_voucher *out, struct imp_cose_sign1 *message,
                const uint8_t *p, size_t n, bool request)
{
    memset(out, 0, sizeof *out);
    if (imp_cose_read(env, message, p, n) != 0)
        return -1;
    return cbrski_leaves_read(env, out, message->content.p, message->content.n, request) == 0 ? 0
                                                                                              : -2;
}
