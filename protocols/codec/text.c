/* SPDX-License-Identifier: GPL-2.0-only */
#include "text.h"

#include <sodium.h>

#include "../contract/observe.h"

enum { VARIANT = sodium_base64_VARIANT_URLSAFE_NO_PADDING };

int imp_base64url_encode(char *out, size_t cap, const void *in, size_t n)
{
    size_t size = IMP_BASE64URL_SIZE(n);
    if (cap < size)
        return -1;
    sodium_bin2base64(out, size, in, n, VARIANT);
    imp_observe_both("base64url", NULL, 0, in, n, out, size - 1);
    return (int)size - 1;
}

int imp_base64url_decode(void *out, size_t cap, const char *in, size_t n)
{
    size_t size;
    if (sodium_base642bin(out, cap, in, n, NULL, &size, NULL, VARIANT) != 0)
        return -1;
    imp_observe_both("base64url", NULL, 0, in, n, out, size);
    return (int)size;
}

int imp_base64_encode(char *out, size_t cap, const void *in, size_t n)
{
    size_t need = sodium_base64_encoded_len(n, sodium_base64_VARIANT_ORIGINAL);
    if (need > cap)
        return -1;
    sodium_bin2base64(out, cap, in, n, sodium_base64_VARIANT_ORIGINAL);
    imp_observe_both("base64", NULL, 0, in, n, out, need - 1);
    return (int)need - 1;
}

int imp_base64_decode(void *out, size_t cap, const char *in, size_t n)
{
    size_t got;
    const char *end;
    if (n == 0)
        return 0;
    if (sodium_base642bin(out, cap, in, n, "\r\n\t ", &got, &end, sodium_base64_VARIANT_ORIGINAL) !=
            0 ||
        end != in + n)
        return -1;
    imp_observe_both("base64", NULL, 0, out, got, in, n);
    return (int)got;
}

int imp_hex_encode(char *out, size_t cap, const void *in, size_t n)
{
    if (cap < 2 * n + 1)
        return -1;
    sodium_bin2hex(out, cap, in, n);
    imp_observe_both("hexadecimal", NULL, 0, in, n, out, 2 * n);
    return (int)(2 * n);
}

int imp_hex_decode(void *out, size_t cap, const char *in, size_t n)
{
    size_t size;
    if (sodium_hex2bin(out, cap, in, n, NULL, &size, NULL) != 0 || 2 * size != n)
        return -1;
    imp_observe_both("hexadecimal", NULL, 0, in, n, out, size);
    return (int)size;
}
