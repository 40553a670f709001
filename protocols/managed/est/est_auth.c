/* SPDX-License-Identifier: GPL-2.0-only */
/* est_auth.c - the client's password in HTTP, inside of TLS (RFC 7030 section 3.2.3): as it is, by
 * Basic (RFC 7617), or as a key of a hash, by Digest (RFC 7616). */
#include "est.h"

#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REALM "est"

/* ---- the device --------------------------------------------------------------------------------
 */
static bool is_auth(const char *list) /* among the qualities of protection */
{
    for (const char *p = list; (p = strstr(p, "auth")); p += 4)
        if ((p == list || strchr(" ,", p[-1])) && (!p[4] || strchr(" ,", p[4])))
            return true;
    return false;
}

static bool read_digest(struct est_challenge *c, const struct imp_http_field *f)
{
    char algorithm[16] = "MD5", qop[32]; /* the former where none is named: RFC 7616 section 3.3 */
    *c = (struct est_challenge){.scheme = EST_DIGEST};
    imp_http_auth_parameter(algorithm, sizeof algorithm, f, "algorithm");
    imp_http_auth_parameter(c->opaque, sizeof c->opaque, f, "opaque");
    c->md5 = strcasecmp(algorithm, "MD5") == 0;
    return (c->md5 || strcasecmp(algorithm, "SHA-256") == 0) &&
           imp_http_auth_parameter(qop, sizeof qop, f, "qop") && is_auth(qop) &&
           imp_http_auth_parameter(c->realm, sizeof c->realm, f, "realm") &&
           imp_http_auth_parameter(c->nonce, sizeof c->nonce, f, "nonce");
}

bool est_challenge_read(struct est_challenge *best, const struct imp_http *m)
{
    struct est_challenge c;
    *best = (struct est_challenge){.scheme = EST_NO_SCHEME};
    for (size_t i = 0; i < m->field_count; i++) {
        const struct imp_http_field *f = &m->fields[i];
        if (f->name_n != 16 || strncasecmp(f->name, "WWW-Authenticate", 16) != 0)
            continue;
        if (imp_http_auth_is(f, "Basic") && best->scheme == EST_NO_SCHEME)
            best->scheme = EST_BASIC;
        else if (imp_http_auth_is(f, "Digest") && read_digest(&c, f) &&
                 (best->scheme != EST_DIGEST || best->md5))
            *best = c;
    }
    return best->scheme != EST_NO_SCHEME;
}

static bool basic(const char *user, const char *password, char *out, size_t cap)
{
    char pair[EST_NAME + EST_PASSWORD + 2], text[128];
    int n = snprintf(pair, sizeof pair, "%s:%s", user, password);
    bool fits = imp_base64_encode(text, sizeof text, pair, (size_t)n) >= 0;
    if (fits)
        snprintf(out, cap, "Authorization: Basic %s", text);
    imp_wipe(pair, sizeof pair);
    return fits;
}

static bool digest(struct est_device *d, const char *path, const char *password, char *out,
                   size_t cap)
{
    const struct est_challenge *c = &d->challenge;
    uint8_t drawn[16];
    char cnonce[2 * sizeof drawn + 1], response[IMP_HTTP_DIGEST];
    imp_random(d->env, "cnonce", drawn, sizeof drawn);
    imp_hex_encode(cnonce, sizeof cnonce, drawn, sizeof drawn);
    const struct imp_http_digest in = {.md5 = c->md5,
                                       .user = d->has.name,
                                       .realm = c->realm,
                                       .nonce = c->nonce,
                                       .nc = "00000001",
                                       .cnonce = cnonce,
                                       .method = "POST",
                                       .uri = path};
    imp_http_digest(d->env, response, &in, password);
    int n = snprintf(out, cap,
                     "Authorization: Digest username=\"%s\", realm=\"%s\", uri=\"%s\", "
                     "algorithm=%s, nonce=\"%s\", nc=%s, cnonce=\"%s\", qop=auth, response=\"%s\"",
                     in.user, in.realm, path, c->md5 ? "MD5" : "SHA-256", in.nonce, in.nc, cnonce,
                     response);
    if (n > 0 && (size_t)n < cap && c->opaque[0])
        n += snprintf(out + n, cap - (size_t)n, ", opaque=\"%s\"", c->opaque);
    return n > 0 && (size_t)n < cap;
}

bool est_authorization(struct est_device *d, const char *path, char *out, size_t cap)
{
    char password[EST_PASSWORD + 1] = "";
    bool good = d->env->ops->cell_get(d->env, "password", password, EST_PASSWORD) == EST_PASSWORD &&
                !strpbrk(d->has.name, "\"\\:") &&
                (d->challenge.scheme == EST_DIGEST ? digest(d, path, password, out, cap)
                                                   : basic(d->has.name, password, out, cap));
    imp_wipe(password, sizeof password);
    return good;
}

/* ---- the server --------------------------------------------------------------------------------
 */
void est_challenge_write(struct est_session *s, char *out, size_t cap)
{
    uint8_t drawn[16];
    if (imp_opt(s->server->env, EST_OPT_HTTP_AUTH) != EST_HTTP_DIGEST) {
        snprintf(out, cap, "WWW-Authenticate: Basic realm=\"" REALM "\"");
        return;
    }
    imp_random(s->server->env, "http-nonce", drawn, sizeof drawn);
    imp_hex_encode(s->nonce, sizeof s->nonce, drawn, sizeof drawn);
    snprintf(out, cap,
             "WWW-Authenticate: Digest realm=\"" REALM "\", qop=\"auth\", algorithm=SHA-256, "
             "nonce=\"%s\"",
             s->nonce);
}

/* The password of who is called so, with a 0. */
static bool right_password(struct imp_env *env, const char *user, char out[EST_PASSWORD + 1])
{
    char cell[EST_NAME + 16];
    snprintf(cell, sizeof cell, "password-%s", user);
    out[EST_PASSWORD] = 0;
    return env->ops->cell_get(env, cell, out, EST_PASSWORD) == EST_PASSWORD;
}

/* "Basic" and name:password in base64. */
static bool check_basic(struct imp_env *env, char user[EST_NAME], const struct imp_http_field *f)
{
    char pair[EST_NAME + EST_PASSWORD + 2], right[EST_PASSWORD + 1];
    int n = imp_base64_decode(pair, sizeof pair - 1, f->value + 6, f->value_n - 6);
    if (n < 0)
        return false;
    pair[n] = 0;
    char *colon = strchr(pair, ':');
    if (!colon || strlen(colon + 1) != EST_PASSWORD || colon - pair >= EST_NAME)
        return false;
    *colon = 0;
    snprintf(user, EST_NAME, "%s", pair);
    bool good = env->adversary ||
                (right_password(env, user, right) && imp_equal(right, colon + 1, EST_PASSWORD));
    imp_wipe(pair, sizeof pair);
    return good;
}

/* A response that was not there before: for this session's nonce, which serves once. */
static bool check_digest(struct est_session *s, char user[EST_NAME], const struct imp_http *m,
                         const struct imp_http_field *f)
{
    char uri[IMP_HTTP_PATH], nonce[sizeof s->nonce], nc[16], cnonce[96], qop[8], algorithm[16];
    char response[IMP_HTTP_DIGEST], right[IMP_HTTP_DIGEST], password[EST_PASSWORD + 1];
    struct imp_env *env = s->server->env;
    if (!imp_http_auth_parameter(user, EST_NAME, f, "username") ||
        !imp_http_auth_parameter(uri, sizeof uri, f, "uri") || strcmp(uri, m->path) != 0 ||
        !imp_http_auth_parameter(nonce, sizeof nonce, f, "nonce") || !s->nonce[0] ||
        strcmp(nonce, s->nonce) != 0 || !imp_http_auth_parameter(nc, sizeof nc, f, "nc") ||
        !imp_http_auth_parameter(cnonce, sizeof cnonce, f, "cnonce") ||
        !imp_http_auth_parameter(qop, sizeof qop, f, "qop") || strcmp(qop, "auth") != 0 ||
        !imp_http_auth_parameter(algorithm, sizeof algorithm, f, "algorithm") ||
        strcasecmp(algorithm, "SHA-256") != 0 ||
        !imp_http_auth_parameter(response, sizeof response, f, "response"))
        return false;
    s->nonce[0] = 0;
    if (env->adversary)
        return true;
    if (!right_password(env, user, password))
        return false;
    const struct imp_http_digest in = {.user = user,
                                       .realm = REALM,
                                       .nonce = nonce,
                                       .nc = nc,
                                       .cnonce = cnonce,
                                       .method = m->method,
                                       .uri = uri};
    imp_http_digest(env, right, &in, password);
    imp_wipe(password, sizeof password);
    return strlen(response) == sizeof right - 1 && imp_equal(response, right, sizeof right - 1);
}

bool est_password(struct est_session *s, const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Authorization");
    char user[EST_NAME] = "";
    bool digest = imp_opt(s->server->env, EST_OPT_HTTP_AUTH) == EST_HTTP_DIGEST;
    if (!f || !imp_http_auth_is(f, digest ? "Digest" : "Basic") ||
        !(digest ? check_digest(s, user, m, f) : check_basic(s->server->env, user, f)))
        return false;
    snprintf(s->client, sizeof s->client, "%s", user);
    return true;
}
