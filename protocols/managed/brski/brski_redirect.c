/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_redirect.c - a registrar sends a pledge elsewhere for its voucher (RFC 8995 section 5.6).
 * The pledge has nobody to ask and a link-local address only: it goes to addresses, not to names,
 * and not more often to another web origin than it is told to. */
#include "brski.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { HTTPS = 443, SAME_ORIGIN = 5 /* redirections that are followed in one session */ };

/* ---- where to
 * ---------------------------------------------------------------------------------- */
/* ":port", or nothing. Returns what is left, or NULL. */
static const char *read_port(unsigned *port, const char *p, const char *end)
{
    *port = HTTPS;
    if (p == end || *p != ':')
        return p;
    for (*port = 0, p++; p < end && *p >= '0' && *p <= '9' && *port <= UINT16_MAX; p++)
        *port = 10 * *port + (unsigned)(*p - '0');
    return *port >= 1 && *port <= UINT16_MAX ? p : NULL;
}

/* "[address]:port", or the name by which the one that redirects is called. */
static const char *read_authority(struct imp_addr *at, const char *p, const char *end,
                                  const char *host)
{
    char ip[INET6_ADDRSTRLEN];
    unsigned port;
    size_t own = strlen(host);
    if ((size_t)(end - p) >= own && strncasecmp(p, host, own) == 0)
        return read_port(&port, p + own, end);
    const char *close = p < end && *p == '[' ? memchr(p, ']', (size_t)(end - p)) : NULL;
    if (!close || (size_t)(close - p) > sizeof ip)
        return NULL;
    snprintf(ip, sizeof ip, "%.*s", (int)(close - p - 1), p + 1);
    if (inet_pton(AF_INET6, ip, at->bytes) != 1)
        return NULL;
    p = read_port(&port, close + 1, end);
    at->n = 18;
    at->bytes[16] = (uint8_t)(port >> 8);
    at->bytes[17] = (uint8_t)port;
    return p;
}

int brski_location_read(struct brski_location *out, const struct imp_http *m, const char *host)
{
    static const char scheme[] = "https://";
    const struct imp_http_field *f = imp_http_field(m, "Location");
    size_t n = f ? f->value_n : 0;
    const char *p = f ? f->value : "", *end = p + n;
    *out = (struct brski_location){.path = "/"};
    if (n >= sizeof scheme - 1 && strncasecmp(p, scheme, sizeof scheme - 1) == 0)
        p = read_authority(&out->at, p + sizeof scheme - 1, end, host);
    else if (n == 0 || *p != '/' || (n > 1 && p[1] == '/'))
        return -1;
    if (!p || (p < end && *p != '/') || (size_t)(end - p) >= sizeof out->path)
        return -1;
    for (const char *c = p; c < end; c++)
        if (*c <= ' ' || *c > '~' || *c == '#')
            return -1;
    if (p < end)
        snprintf(out->path, sizeof out->path, "%.*s", (int)(end - p), p);
    return 0;
}

/* ---- the pledge
 * -------------------------------------------------------------------------------- */
static bool elsewhere(const struct brski_pledge *d, const struct brski_location *to)
{
    return to->at.n && !imp_addr_equal(&to->at, &d->a->target);
}

/* Another origin's registrar is as unknown as the first: nothing of the session lasts, and what was
 * signed for its certificate is of use to no other. */
static bool go(struct brski_pledge *d, const struct brski_location *to)
{
    if (d->a->moved++ >= imp_opt(d->env, BRSKI_OPT_REDIRECTS))
        return false;
    memcpy(d->a->path, to->path, sizeof d->a->path);
    brski_leave(d);
    d->a->target = to->at;
    brski_connect_again(d);
    return true;
}

bool brski_redirected(struct brski_pledge *d, const struct imp_http *m)
{
    struct brski_location to;
    if (imp_opt(d->env, BRSKI_OPT_REDIRECTS) == 0 || brski_location_read(&to, m, BRSKI_HOST) != 0)
        return false;
    if (elsewhere(d, &to))
        return go(d, &to);
    if (d->a->moved_here++ >= SAME_ORIGIN)
        return false;
    memcpy(d->a->path, to.path, sizeof d->a->path);
    brski_request_voucher(d);
    return true;
}

/* ---- servers
 * ------------------------------------------------------------------------------- */
void brski_send_elsewhere(struct imp_https *l, int message, const char *location, imp_time now)
{
    const char *fields[] = {location, NULL};
    uint8_t out[320];
    int n = imp_http_response_write(out, sizeof out, 307, "Temporary Redirect", fields, NULL, 0);
    imp_https_send(l, message, out, n, now);
}

/* The first request of each device goes there, and the next is served: who shares his work does
 * that. A registrar of the adversary's does so for ever. */
bool brski_redirect(struct brski_session *s)
{
    struct imp_env *env = s->registrar->env;
    const char *to = imp_opt_str(env, BRSKI_OPT_REDIRECT);
    char cell[BRSKI_SERIAL + 8], location[BRSKI_LOCATION + 16];
    if (!to || !*to)
        return false;
    brski_cell(cell, sizeof cell, "sent", s->serial);
    if (!env->adversary && env->ops->cell_get(env, cell, NULL, 0) >= 0)
        return false;
    env->ops->cell_put(env, cell, "", 0);
    snprintf(location, sizeof location, "Location: %s", to);
    brski_send_elsewhere(&s->link, BRSKI_MSG_REDIRECT, location, s->registrar->now);
    return true;
}
