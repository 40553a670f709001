/* SPDX-License-Identifier: GPL-2.0-only */
/* est_redirect.c - HTTP redirections (RFC 7030 section 3.2.1). The same web origin is followed in
 * its session; to another one a device must not go with a certificate request unless a user says
 * so, and ours has none to ask. */
#include "est.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* 307 and 308 keep the method; the others may be followed by what is a GET already (RFC 9110
 * section 15.4). */
static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 307 || status == 308;
}

/* Behind scheme and authority, if those are the server's (RFC 6454 section 4). */
static bool same_origin(const char **p, size_t *n)
{
    static const char *const origins[] = {"https://" EST_HOST ":443", "https://" EST_HOST};
    for (size_t i = 0; i < sizeof origins / sizeof *origins; i++) {
        size_t size = strlen(origins[i]);
        if (*n > size && strncasecmp(*p, origins[i], size) == 0 && (*p)[size] == '/') {
            *p += size;
            *n -= size;
            return true;
        }
    }
    return *n > 0 && **p == '/' && (*n == 1 || (*p)[1] != '/');
}

bool est_redirected(char path[IMP_HTTP_PATH], const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Location");
    if (!is_redirect(m->status) || !f)
        return false;
    const char *p = f->value;
    size_t n = f->value_n;
    if (!same_origin(&p, &n) || n >= IMP_HTTP_PATH)
        return false;
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] > '~' || p[i] == '#')
            return false;
    memcpy(path, p, n);
    path[n] = 0;
    return true;
}

bool est_redirect(struct est_session *s, const struct imp_http *m)
{
    int64_t how = imp_opt(s->server->env, EST_OPT_REDIRECT);
    char location[IMP_HTTP_PATH + 48];
    const char *fields[] = {location, NULL};
    uint8_t out[320];
    if (how == EST_REDIRECT_NONE || strncmp(m->path, EST_PATH, sizeof EST_PATH - 1) != 0)
        return false;
    snprintf(location, sizeof location, "Location: %s" EST_PATH_OTHER "%s",
             how == EST_REDIRECT_OTHER ? "https://elsewhere.example" : "",
             m->path + sizeof EST_PATH - 1);
    imp_https_send(
        &s->link, EST_MSG_REDIRECT, out,
        imp_http_response_write(out, sizeof out, 307, "Temporary Redirect", fields, NULL, 0),
        s->server->now);
    return true;
}
