/* SPDX-License-Identifier: GPL-2.0-only */
/* text.h - octets as text: base64url without padding (RFC 4648, sections 5 and 3.2), lower-case
 * hexadecimal, base64 with padding (section 4), and percent-encoding. Decoders are strict: any
 * other character, padding, white space or stray bits fail; white space in base64 is skipped. */
#ifndef IMPRINT_TEXT_H
#define IMPRINT_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define IMP_BASE64URL_SIZE(n) (((n)*4 + 2) / 3 + 1) /* characters for n octets, NUL included */

/* Writes text and NUL; returns its length, or -1 when cap is too small. */
int imp_base64url_encode(char *out, size_t cap, const void *in, size_t n);
int imp_base64_encode(char *out, size_t cap, const void *in, size_t n);
int imp_hex_encode(char *out, size_t cap, const void *in, size_t n);
/* Reads n characters; returns the number of octets, or -1. Hexadecimal is taken in either case. */
int imp_base64url_decode(void *out, size_t cap, const char *in, size_t n);
int imp_base64_decode(void *out, size_t cap, const char *in, size_t n);
int imp_hex_decode(void *out, size_t cap, const char *in, size_t n);
/* Percent-encoding (RFC 3986 section 2.1): octets stand for themselves that are unreserved
 * (letters, digits and "-._~") or in `others`. Reading fails at a '%' without two hexadecimal
 * digits; other characters are what they are. */
int imp_percent_encode(char *out, size_t cap, const void *in, size_t n, const char *others);
int imp_percent_decode(void *out, size_t cap, const char *in, size_t n);

#endif
