/* SPDX-License-Identifier: GPL-2.0-only */
/* known_names.c - which host a line of known_hosts is about: patterns and hashed names. */
#include <string.h>

#include "../codec/text.h"
#include "../crypto/crypto.h"
#include "known_hosts.h"

static const char magic[] = "|1|";
enum { MAGIC = sizeof magic - 1, BASE64 = 28 }; /* characters of 20 octets */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* ---- patterns ----------------------------------------------------------------------------------
 */
/* After a star that has to give way the search goes on one character later. */
static bool fits(const char *p, size_t n, const char *host)
{
    size_t i = 0, after = 0;
    const char *resume = NULL;
    while (*host) {
        if (i < n && p[i] == '*') {
            after = ++i;
            resume = host;
        } else if (i < n && (p[i] == '?' || lower(p[i]) == lower(*host))) {
            i++;
            host++;
        } else if (resume) {
            i = after;
            host = ++resume;
        } else {
            return false;
        }
    }
    while (i < n && p[i] == '*')
        i++;
    return i == n;
}

static bool is_listed(struct imp_ssh_string list, const char *host)
{
    bool found = false;
    for (size_t at = 0; at < list.n;) {
        const char *p = (const char *)list.p + at;
        const char *end = memchr(p, ',', list.n - at);
        size_t n = end ? (size_t)(end - p) : list.n - at;
        bool negated = n > 0 && *p == '!';
        if (fits(p + negated, n - negated, host)) {
            if (negated)
                return false;
            found = true;
        }
        at += n + 1;
    }
    return found;
}

/* ---- hashed names ------------------------------------------------------------------------------
 */
static bool is_hashed(const struct imp_known_line *line)
{
    return line->hosts.n > 0 && *line->hosts.p == '|';
}

void imp_known_hash(struct imp_env *env, char out[IMP_KNOWN_HASHED],
                    const uint8_t salt[IMP_KNOWN_SALT], const char *host)
{
    uint8_t hash[20];
    imp_hmac_sha1(env, hash, salt, IMP_KNOWN_SALT, &IMP_PIECE(host, strlen(host)), 1);
    memcpy(out, magic, MAGIC);
    imp_base64_encode(out + MAGIC, BASE64 + 1, salt, IMP_KNOWN_SALT);
    out[MAGIC + BASE64] = '|';
    imp_base64_encode(out + MAGIC + BASE64 + 1, BASE64 + 1, hash, sizeof hash);
}

void imp_known_fingerprint(char out[IMP_KNOWN_PRINT], const uint8_t *key, size_t n)
{
    static const char prefix[] = "SHA256:";
    uint8_t hash[32];
    char base64[45];
    imp_sha256(NULL, hash, &IMP_PIECE(key, n), 1);
    imp_base64_encode(base64, sizeof base64, hash, sizeof hash);
    memcpy(out, prefix, sizeof prefix);
    memcpy(out + sizeof prefix - 1, base64, 43);
    out[IMP_KNOWN_PRINT - 1] = 0;
}

static bool is_hash_of(struct imp_env *env, struct imp_ssh_string hosts, const char *host)
{
    uint8_t salt[IMP_KNOWN_SALT];
    char expected[IMP_KNOWN_HASHED];
    if (hosts.n != IMP_KNOWN_HASHED - 1 || memcmp(hosts.p, magic, MAGIC) != 0 ||
        imp_base64_decode(salt, sizeof salt, (const char *)hosts.p + MAGIC, BASE64) !=
            IMP_KNOWN_SALT)
        return false;
    imp_known_hash(env, expected, salt, host);
    return memcmp(expected, hosts.p, hosts.n) == 0;
}

bool imp_known_is(struct imp_env *env, const struct imp_known_line *line, const char *host)
{
    return is_hashed(line) ? is_hash_of(env, line->hosts, host) : is_listed(line->hosts, host);
}

bool imp_known_is_of_one(const struct imp_known_line *line)
{
    for (size_t i = 0; i < line->hosts.n && !is_hashed(line); i++)
        if (line->hosts.p[i] && strchr(",*?!", line->hosts.p[i]))
            return false;
    return true;
}
