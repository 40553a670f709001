/* SPDX-License-Identifier: GPL-2.0-only */
#include "nih.h"

#include <string.h>

#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

static const struct {
    enum imp_nih_suite suite;
    const char *name, *number;
    size_t octets;
} suites[] = {
    {IMP_NIH_SHA_256, "sha-256", "1", 32},
    {IMP_NIH_SHA_256_128, "sha-256-128", "2", 16},
    {IMP_NIH_SHA_256_120, "sha-256-120", "3", 15},
};
enum { SUITES = sizeof suites / sizeof *suites };

static const char hex_digits[] = "0123456789abcdef";

/* Row of the suite, or -1. */
static int row_of(enum imp_nih_suite suite)
{
    for (int i = 0; i < SUITES; i++)
        if (suites[i].suite == suite)
            return i;
    return -1;
}

static bool is_text(const char *p, size_t n, const char *word)
{
    return n == strlen(word) && memcmp(p, word, n) == 0;
}

static int digit_value(char c)
{
    const char *at = c ? strchr(hex_digits, c) : NULL;
    return at ? (int)(at - hex_digits) : -1;
}

void imp_nih_of(struct imp_env *env, struct imp_nih *out, enum imp_nih_suite suite,
                const uint8_t *spki, size_t n)
{
    uint8_t hash[32];
    imp_sha256(env, hash, &IMP_PIECE(spki, n), 1);
    *out = (struct imp_nih){.suite = suite, .n = suites[row_of(suite)].octets};
    memcpy(out->hash, hash, out->n);
}

bool imp_nih_equal(const struct imp_nih *a, const struct imp_nih *b)
{
    return a->suite == b->suite && a->n == b->n && imp_equal(a->hash, b->hash, a->n);
}

/* Luhn mod N with N = 16 (ISO/IEC 7812 for N = 10): from the right, every other digit is doubled,
 * beginning with the last one; a doubled digit counts as the sum of its digits to base 16. */
char imp_nih_check(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned v = (unsigned)digit_value(digits[n - 1 - i]);
        if (i % 2 == 0)
            v *= 2;
        sum += v / 16 + v % 16;
    }
    return hex_digits[(16 - sum % 16) % 16];
}

/* "prefix", the algorithm's name, ";". Returns the octets written. */
static size_t put_head(char *out, const char *prefix, const struct imp_nih *id)
{
    size_t n = strlen(prefix);
    const char *name = suites[row_of(id->suite)].name;
    memcpy(out, prefix, n);
    memcpy(out + n, name, strlen(name));
    n += strlen(name);
    out[n++] = ';';
    return n;
}

size_t imp_nih_text(char *out, const struct imp_nih *id)
{
    char digits[2 * IMP_NIH_MAX];
    size_t n = put_head(out, "nih:", id);
    for (size_t i = 0; i < 2 * id->n; i++) {
        digits[i] = hex_digits[i % 2 ? id->hash[i / 2] & 15 : id->hash[i / 2] >> 4];
        if (i && i % 4 == 0)
            out[n++] = '-';
        out[n++] = digits[i];
    }
    out[n++] = ';';
    out[n++] = imp_nih_check(digits, 2 * id->n);
    out[n] = '\0';
    return n;
}

size_t imp_ni_uri(char *out, const struct imp_nih *id)
{
    size_t n = put_head(out, "ni:///", id);
    return n + (size_t)imp_base64url_encode(out + n, IMP_NIH_TEXT_MAX - n, id->hash, id->n);
}

/* Reads "alg;" after `prefix`: returns the offset behind the semicolon, or 0. */
static size_t parse_head(struct imp_nih *out, const char *text, size_t n, const char *prefix,
                         bool numbers)
{
    size_t start = strlen(prefix);
    if (n < start || memcmp(text, prefix, start) != 0)
        return 0;
    const char *end = memchr(text + start, ';', n - start);
    if (!end)
        return 0;
    size_t alg_n = (size_t)(end - text) - start;
    for (int i = 0; i < SUITES; i++) {
        if (!is_text(text + start, alg_n, suites[i].name) &&
            !(numbers && is_text(text + start, alg_n, suites[i].number)))
            continue;
        *out = (struct imp_nih){.suite = suites[i].suite, .n = suites[i].octets};
        return (size_t)(end - text) + 1;
    }
    return 0;
}

int imp_nih_parse(struct imp_nih *out, const char *text, size_t n, bool check_optional)
{
    struct imp_nih id;
    char digits[2 * IMP_NIH_MAX];
    size_t at = parse_head(&id, text, n, "nih:", true), count = 0;
    if (at == 0)
        return -1;
    for (; at < n && text[at] != ';'; at++) {
        if (text[at] == '-')
            continue;
        if (digit_value(text[at]) < 0 || count == 2 * id.n)
            return -1;
        digits[count++] = text[at];
    }
    if (count != 2 * id.n)
        return -1;
    if (at == n ? !check_optional : at + 2 != n || text[at + 1] != imp_nih_check(digits, count))
        return -1;
    for (size_t i = 0; i < count; i++)
        id.hash[i / 2] = (uint8_t)(id.hash[i / 2] << 4 | digit_value(digits[i]));
    *out = id;
    return 0;
}

int imp_ni_parse(struct imp_nih *out, const char *text, size_t n)
{
    struct imp_nih id;
    size_t at = parse_head(&id, text, n, "ni:///", false);
    if (at == 0 || imp_base64url_decode(id.hash, sizeof id.hash, text + at, n - at) != (int)id.n)
        return -1;
    *out = id;
    return 0;
}
