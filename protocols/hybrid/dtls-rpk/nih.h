/* SPDX-License-Identifier: GPL-2.0-only */
/* nih.h - truncated SHA-256 names of public keys, RFC 6920: what stands on a label.
 *
 * Human form "nih:sha-256-120;5326-9057-...;f" (section 7, with its Luhn mod 16 check character)
 * and URI form "ni:///sha-256-120;base64url" (section 3). */
#ifndef IMPRINT_NIH_H
#define IMPRINT_NIH_H

#include "protocols/contract/party.h"

/* Hash suites of RFC 6920 section 9.4 that are long enough for RFC 7252 section 9.1.3.2. */
enum imp_nih_suite {
    IMP_NIH_SHA_256 = 1,
    IMP_NIH_SHA_256_128 = 2,
    IMP_NIH_SHA_256_120 = 3,
};

#define IMP_NIH_MAX 32       /* octets of the longest name */
#define IMP_NIH_TEXT_MAX 112 /* octets of the longest text, its NUL included */

struct imp_nih {
    enum imp_nih_suite suite;
    size_t n; /* octets of the truncated hash: 32, 16, 15 */
    uint8_t hash[IMP_NIH_MAX];
};

/* Name of a SubjectPublicKeyInfo (DER). Charges the hash. */
void imp_nih_of(struct imp_env *env, struct imp_nih *out, enum imp_nih_suite suite,
                const uint8_t *spki, size_t n);
/* Constant-time equality of suite and hash. */
bool imp_nih_equal(const struct imp_nih *a, const struct imp_nih *b);
/* Octets written, the NUL not counted; `out` has IMP_NIH_TEXT_MAX octets. */
size_t imp_nih_text(char *out, const struct imp_nih *id);
size_t imp_ni_uri(char *out, const struct imp_nih *id);
/* Parses the human form: algorithm by name or suite number, separators anywhere, check character
 * required unless `check_optional`. Returns 0, or -1 on anything else (upper case included). */
int imp_nih_parse(struct imp_nih *out, const char *text, size_t n, bool check_optional);
/* Parses "ni:///alg;base64url" without query. Returns 0 or -1. */
int imp_ni_parse(struct imp_nih *out, const char *text, size_t n);
/* Luhn mod 16 check character over `n` lower-case hexadecimal digits. */
char imp_nih_check(const char *digits, size_t n);

#endif
