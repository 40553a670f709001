/* SPDX-License-Identifier: GPL-2.0-only */
/* Challenges and credentials of HTTP (RFC 9110 section 11), and the answer of Digest (RFC 7616). */
#include "http.h"

#include "../codec/text.h"
#include "../crypto/crypto.h"

#include <string.h>
#include <strings.h>

/* ---- parameters --------------------------------------------------------------------------------
 */
static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

/* What is left of a value. */
struct rest {
    const char *p;
    size_t n;
};

static void skip(struct rest *r, const char *characters)
{
    for (; r->n > 0 && *r->p && strchr(characters, *r->p); r->n--)
        r->p++;
}

static struct rest token(struct rest *r)
{
    struct rest t = {r->p, 0};
    for (; r->n > 0 && !is_space(*r->p) && *r->p != '=' && *r->p != ',' && *r->p != '"'; r->n--) {
        r->p++;
        t.n++;
    }
    return t;
}

/* A token, or what stands between quotes without a backslash. */
static bool value(struct rest *out, struct rest *r)
{
    bool quoted = r->n > 0 && *r->p == '"';
    if (!quoted) {
        *out = token(r);
        return out->n > 0;
    }
    const char *end = memchr(r->p + 1, '"', r->n - 1);
    if (!end || memchr(r->p, '\\', (size_t)(end - r->p)))
        return false;
    *out = (struct rest){r->p + 1, (size_t)(end - r->p) - 1};
    r->n -= (size_t)(end + 1 - r->p);
    r->p = end + 1;
    return true;
}

static bool parameter(struct rest *name, struct rest *v, struct rest *r)
{
    skip(r, " \t,");
    *name = token(r);
    skip(r, " \t");
    if (name->n == 0 || r->n == 0 || *r->p != '=')
        return false;
    r->p++;
    r->n--;
    skip(r, " \t");
    return value(v, r);
}

bool imp_http_auth_is(const struct imp_http_field *f, const char *scheme)
{
    size_t n = strlen(scheme);
    return f->value_n >= n && strncasecmp(f->value, scheme, n) == 0 &&
           (f->value_n == n || is_space(f->value[n]));
}

bool imp_http_auth_parameter(char *out, size_t cap, const struct imp_http_field *f,
                             const char *name)
{
    struct rest r = {f->value, f->value_n}, found, v;
    token(&r);
    while (parameter(&found, &v, &r))
        if (found.n == strlen(name) && strncasecmp(found.p, name, found.n) == 0) {
            if (v.n >= cap || memchr(v.p, 0, v.n))
                return false;
            memcpy(out, v.p, v.n);
            out[v.n] = 0;
            return true;
        }
    return false;
}

/* ---- Digest ------------------------------------------------------------------------------------
 */
#define TEXT(s) IMP_PIECE(s, strlen(s))
#define COLON IMP_PIECE(":", 1)

static void hash(struct imp_env *env, char out[IMP_HTTP_DIGEST], bool md5,
                 const struct imp_piece *in, size_t count)
{
    uint8_t digest[32];
    if (md5)
        imp_md5(env, digest, in, count);
    else
        imp_sha256(env, digest, in, count);
    imp_hex_encode(out, IMP_HTTP_DIGEST, digest, md5 ? 16 : 32);
}

/* RFC 7616 sections 3.4.1 to 3.4.3, with qop=auth. */
void imp_http_digest(struct imp_env *env, char out[IMP_HTTP_DIGEST],
                     const struct imp_http_digest *d, const char *password)
{
    char a1[IMP_HTTP_DIGEST], a2[IMP_HTTP_DIGEST];
    hash(env, a1, d->md5,
         (const struct imp_piece[]){TEXT(d->user), COLON, TEXT(d->realm), COLON, TEXT(password)},
         5);
    hash(env, a2, d->md5, (const struct imp_piece[]){TEXT(d->method), COLON, TEXT(d->uri)}, 3);
    hash(env, out, d->md5,
         (const struct imp_piece[]){TEXT(a1), COLON, TEXT(d->nonce), COLON, TEXT(d->nc), COLON,
                                    TEXT(d->cnonce), COLON, TEXT("auth"), COLON, TEXT(a2)},
         11);
    imp_wipe(a1, sizeof a1);
}
