/* SPDX-License-Identifier: GPL-2.0-only */
#include "noob.h"

#include <string.h>

static const struct {
    int code;
    const char *text, *name;
} errors[] = {
#define ROW(id, code, text, name) {code, text, name},
    NOOB_ERRORS(ROW)
#undef ROW
};

const char *noob_error_text(int code)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == code)
            return errors[i].text;
    return "private or unknown error";
}

const char *noob_error_name(int code)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (errors[i].code == code)
            return errors[i].name;
    return "unknown-error";
}

static bool alphanumeric(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* RFC 7542: atext of a username. Octets above 127 are parts of UTF-8 sequences, which the JSON
 * parser has checked where they come from a message. */
static bool username_octet(unsigned char c)
{
    return alphanumeric(c) || c > 127 || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool label_octet(unsigned char c)
{
    return alphanumeric(c) || c > 127 || c == '-';
}

/* Non-empty runs of `octet`, joined by dots. Returns the number of runs, 0 when malformed. */
static size_t dotted(const char *s, size_t n, bool (*octet)(unsigned char))
{
    size_t runs = 0, run = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && octet((unsigned char)s[i])) {
            run++;
            continue;
        }
        if (run == 0 || (i < n && s[i] != '.'))
            return 0;
        runs++;
        run = 0;
    }
    return runs;
}

bool noob_peer_id_valid(const char *id, size_t n)
{
    return n > 0 && n <= NOOB_PEER_ID_MAX && dotted(id, n, username_octet) > 0;
}

bool noob_nai_valid(const char *nai, size_t n)
{
    const char *at = n ? memchr(nai, '@', n) : NULL;
    size_t user = at ? (size_t)(at - nai) : n;

    if (n == 0 || n > NOOB_NAI_MAX)
        return false;
    if (user > 0 && dotted(nai, user, username_octet) == 0)
        return false;
    /* A realm has at least two labels. */
    return !at || dotted(at + 1, n - user - 1, label_octet) >= 2;
}
