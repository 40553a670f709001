/* SPDX-License-Identifier: GPL-2.0-only */
/* est_redirect.c - HTTP redirections (RFC 7030 section 3.2.1). The same web origin is followed in
 * its session. To another one a request must not go unless the user says so; there a session of its
 * own begins, with a server that the same trust anchor authenticates and another channel binding.
 */
#include "est.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *est_host(bool elsewhere)
{
    return elsewhere ? EST_HOST_OTHER : EST_HOST;
}

/* 307 and 308 keep the method; the others may be followed by what is a GET already (RFC 9110
 * section 15.4). */
static bool is_redirect(int status)
{
    return status == 301 || status == 302 || status == 307 || status == 308;
}

/* Goes past scheme and authority, if those are the origin's (RFC 6454 section 4). */
static bool take_origin(const char **p, size_t *n, const char *origin)
{
    size_t size = strlen(origin);
    if (*n <= size || strncasecmp(*p, origin, size) != 0 || (*p)[size] != '/')
        return false;
    *p += size;
    *n -= size;
    return true;
}

static bool is_path(const char *p, size_t n)
{
    return n > 0 && *p == '/' && (n == 1 || p[1] != '/');
}

static enum est_origin origin_of(const char **p, size_t *n, bool elsewhere)
{
    if (is_path(*p, *n))
        return EST_ORIGIN_SAME;
    if (take_origin(p, n, "https://" EST_HOST ":443") || take_origin(p, n, "https://" EST_HOST))
        return elsewhere ? EST_ORIGIN_OTHER : EST_ORIGIN_SAME;
    if (take_origin(p, n, EST_ORIGIN_ELSEWHERE))
        return elsewhere ? EST_ORIGIN_SAME : EST_ORIGIN_OTHER;
    return EST_ORIGIN_NONE;
}

enum est_origin est_redirected(char path[IMP_HTTP_PATH], const struct imp_http *m, bool elsewhere)
{
    const struct imp_http_field *f = imp_http_field(m, "Location");
    if (!is_redirect(m->status) || !f)
        return EST_ORIGIN_NONE;
    const char *p = f->value;
    size_t n = f->value_n;
    enum est_origin origin = origin_of(&p, &n, elsewhere);
    if (origin == EST_ORIGIN_NONE || n >= IMP_HTTP_PATH)
        return EST_ORIGIN_NONE;
    for (size_t i = 0; i < n; i++)
        if (p[i] <= ' ' || p[i] > '~' || p[i] == '#')
            return EST_ORIGIN_NONE;
    memcpy(path, p, n);
    path[n] = 0;
    return origin;
}

/* ---- the device --------------------------------------------------------------------------------
 */
bool est_led_away(struct est_device *d, const char *path)
{
    struct imp_addr there;
    if (!imp_opt(d->env, EST_OPT_CONSENT) || !d->env->ops->peer(d->env, EST_ELSEWHERE, &there))
        return false; /* nobody to ask, or no server of that name */
    snprintf(d->path, sizeof d->path, "%s", path);
    d->asked = d->state;
    est_leave(d);
    d->state = EST_CONSENT;
    imp_timer(d->env, 0, IMP_NEVER);
    imp_prompt(d->env, EST_ACT_AGREE);
    return true;
}

void est_agreed(struct est_device *d, bool yes)
{
    if (d->state != EST_CONSENT)
        return;
    if (yes) {
        est_connect_to(d, true);
        return;
    }
    d->path[0] = 0;
    est_claim(d->env, IMP_CLAIM_REJECT, "redirection-refused");
    d->state = EST_ABORTED;
}

void est_arrive(struct est_device *d)
{
    char path[IMP_HTTP_PATH];
    snprintf(path, sizeof path, "%s", d->path);
    d->path[0] = 0;
    d->state = d->asked;
    if (!est_ask_at(d, path))
        est_give_up(d, "no-request");
}

/* ---- the server --------------------------------------------------------------------------------
 */
/* Its part is done when it has sent a client elsewhere. */
static void done(struct est_session *s)
{
    struct imp_env *env = s->server->env;
    char cell[EST_NAME + 16];
    snprintf(cell, sizeof cell, "sent-away-%s", s->client);
    if (env->ops->cell_get(env, cell, NULL, 0) >= 0)
        return;
    env->ops->cell_put(env, cell, "", 1);
    est_claim(env, IMP_CLAIM_COMPLETE, NULL);
}

bool est_redirect(struct est_session *s, const struct imp_http *m)
{
    struct imp_env *env = s->server->env;
    int64_t how = env->role == EST_SERVER ? imp_opt(env, EST_OPT_REDIRECT) : EST_REDIRECT_NONE;
    char location[IMP_HTTP_PATH + 48];
    const char *fields[] = {location, NULL};
    uint8_t out[320];
    if (how == EST_REDIRECT_NONE || strncmp(m->path, EST_PATH, sizeof EST_PATH - 1) != 0)
        return false;
    snprintf(location, sizeof location, "Location: %s%s%s",
             how == EST_REDIRECT_OTHER ? EST_ORIGIN_ELSEWHERE : "",
             how == EST_REDIRECT_OTHER ? EST_PATH : EST_PATH_OTHER, m->path + sizeof EST_PATH - 1);
    imp_https_send(
        &s->link, EST_MSG_REDIRECT, out,
        imp_http_response_write(out, sizeof out, 307, "Temporary Redirect", fields, NULL, 0),
        s->server->now);
    if (how == EST_REDIRECT_OTHER)
        done(s);
    return true;
}
