/* SPDX-License-Identifier: GPL-2.0-only */
#include "text.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

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

static bool stands_for_itself(unsigned char c, const char *others)
{
    static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-._~";
    return c != 0 && (strchr(unreserved, c) || strchr(others, c));
}

int imp_percent_encode(char *out, size_t cap, const void *in, size_t n, const char *others)
{
    const unsigned char *p = in;
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        bool plain = stands_for_itself(p[i], others);
        if (cap - at <= (plain ? 1 : 3))
            return -1;
        at += (size_t)snprintf(out + at, cap - at, plain ? "%c" : "%%%02X", p[i]);
    }
    if (at >= cap)
        return -1;
    out[at] = 0;
    return (int)at;
}

int imp_percent_decode(void *out, size_t cap, const char *in, size_t n)
{
    unsigned char *p = out;
    size_t size = 0;
    for (size_t i = 0; i < n; i++, size++) {
        if (size == cap)
            return -1;
        p[size] = (unsigned char)in[i];
        if (in[i] != '%')
            continue;
        if (n - i < 3 || sodium_hex2bin(p + size, 1, in + i + 1, 2, NULL, NULL, NULL) != 0)
            return -1;
        i += 2;
    }
    return (int)size;
}
