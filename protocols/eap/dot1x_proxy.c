/* SPDX-License-Identifier: GPL-2.0-only */
#include "dot1x_proxy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../crypto/crypto.h"
#include "dot1x_radius.h"

/* ---- one proxy
 * ------------------------------------------------------------------------------------------ */
static const uint8_t *attribute(const struct imp_radius *r, size_t *at, uint8_t *type, size_t *n)
{
    const uint8_t *p = imp_radius_next(r, at, 0, n);
    *type = p ? p[-2] : 0;
    return p;
}

static bool has_message_authenticator(const struct imp_radius *r)
{
    size_t n;
    return imp_radius_find(r, IMP_RADIUS_MESSAGE_AUTHENTICATOR, &n) != NULL;
}

size_t dot1x_proxy_forward(struct imp_env *env, uint8_t out[IMP_RADIUS_PACKET],
                           struct dot1x_leg *onward, const struct imp_radius *request, bool check,
                           const struct dot1x_secret *from, const struct dot1x_secret *to)
{
    struct imp_radius_writer w;
    size_t at = 0, n;
    uint8_t type;
    const uint8_t *p;
    if (check && has_message_authenticator(request) &&
        !imp_radius_message_ok(request, env, from->p, from->n, request->authenticator))
        return 0;
    imp_random(env, "radius-proxy", &onward->id, 1);
    imp_random(env, "radius-proxy", onward->authenticator, sizeof onward->authenticator);
    imp_random(env, "radius-proxy", onward->state, sizeof onward->state);
    imp_radius_begin(&w, out, IMP_RADIUS_PACKET, request->code, onward->id, onward->authenticator);
    w.bare = !has_message_authenticator(request);
    while ((p = attribute(request, &at, &type, &n)) != NULL)
        if (type != IMP_RADIUS_MESSAGE_AUTHENTICATOR)
            imp_radius_put(&w, type, p, n);
    imp_radius_put(&w, IMP_RADIUS_PROXY_STATE, onward->state, sizeof onward->state);
    return imp_radius_end_request(&w, env, to->p, to->n);
}

/* Offset of the last Proxy-State, if it is that of this proxy; 0: it is not. */
static size_t own_state(const struct imp_radius *reply, const struct dot1x_leg *onward)
{
    size_t at = 0, n, last = 0;
    const uint8_t *p, *found = NULL;
    size_t found_n = 0;
    while ((p = imp_radius_next(reply, &at, IMP_RADIUS_PROXY_STATE, &n)) != NULL) {
        last = at;
        found = p;
        found_n = n;
    }
    return found && found_n == sizeof onward->state && memcmp(found, onward->state, found_n) == 0
               ? last
               : 0;
}

/* MS-MPPE keys of a reply, under the other neighbour's secret; each proxy sees them in clear. */
static void put_keys(struct imp_radius_writer *w, struct imp_env *env, const struct dot1x_leg *back,
                     const struct dot1x_leg *onward, const struct imp_radius *reply,
                     const struct dot1x_secret *from, const struct dot1x_secret *to)
{
    static const uint8_t types[] = {IMP_MPPE_RECV_KEY, IMP_MPPE_SEND_KEY};
    uint8_t key[64], salt[2];
    imp_random(env, "mppe-salt", salt, sizeof salt);
    for (size_t i = 0; i < sizeof types; i++, salt[1] ^= 1) {
        int n = imp_radius_mppe(reply, env, types[i], key, sizeof key, from->p, from->n,
                                onward->authenticator);
        if (n > 0)
            imp_radius_put_mppe(w, env, types[i], key, (size_t)n, to->p, to->n, back->authenticator,
                                salt);
    }
    imp_wipe(key, sizeof key);
}

size_t dot1x_proxy_return(struct imp_env *env, uint8_t out[IMP_RADIUS_PACKET],
                          const struct dot1x_leg *back, const struct dot1x_leg *onward,
                          const struct imp_radius *reply, const struct dot1x_secret *from,
                          const struct dot1x_secret *to)
{
    struct imp_radius_writer w;
    size_t at = 0, n, own = own_state(reply, onward);
    uint8_t type;
    const uint8_t *p;
    bool authenticated = has_message_authenticator(reply);
    if (reply->id != onward->id || own == 0 ||
        !imp_radius_response_ok(reply, env, from->p, from->n, onward->authenticator) ||
        (authenticated &&
         !imp_radius_message_ok(reply, env, from->p, from->n, onward->authenticator)))
        return 0;
    imp_radius_begin(&w, out, IMP_RADIUS_PACKET, reply->code, back->id, back->authenticator);
    w.bare = !authenticated;
    while ((p = attribute(reply, &at, &type, &n)) != NULL)
        if (type != IMP_RADIUS_MESSAGE_AUTHENTICATOR && at != own &&
            !(type == IMP_RADIUS_VENDOR && imp_radius_is_mppe(p, n)))
            imp_radius_put(&w, type, p, n);
    put_keys(&w, env, back, onward, reply, from, to);
    return imp_radius_end_response(&w, env, to->p, to->n);
}

/* ---- the chain
 * ------------------------------------------------------------------------------------------ */
void dot1x_chain_cell(char out[32], unsigned k)
{
    if (k == 0)
        snprintf(out, 32, "%s", IMP_RADIUS_SECRET_CELL);
    else
        snprintf(out, 32, "%s-%u", IMP_RADIUS_SECRET_CELL, k);
}

void dot1x_chain_load(struct dot1x_chain *c, struct imp_env *env, unsigned hops)
{
    *c = (struct dot1x_chain){.hops = hops};
    for (unsigned k = 0; k <= hops; k++) {
        char cell[32];
        dot1x_chain_cell(cell, k);
        int n = env->ops->cell_get(env, cell, c->secrets[k].p, sizeof c->secrets[k].p);
        c->secrets[k].n = n < 0 ? 0 : (size_t)n;
    }
}

size_t dot1x_chain_forward(const struct dot1x_chain *c, struct imp_env *env,
                           uint8_t out[IMP_RADIUS_PACKET], struct dot1x_path *path,
                           const struct imp_radius *request)
{
    uint8_t other[IMP_RADIUS_PACKET];
    struct imp_radius r = *request;
    size_t n = 0;
    path->legs[0] = (struct dot1x_leg){.id = request->id};
    memcpy(path->legs[0].authenticator, request->authenticator, 16);
    for (unsigned k = 0; k < c->hops; k++) {
        n = dot1x_proxy_forward(env, other, &path->legs[k + 1], &r, k > 0, &c->secrets[k],
                                &c->secrets[k + 1]);
        memcpy(out, other, n);
        if (n == 0 || imp_radius_parse(&r, out, n) != 0)
            return 0;
    }
    bool right = !has_message_authenticator(&r) ||
                 imp_radius_message_ok(&r, env, c->secrets[c->hops].p, c->secrets[c->hops].n,
                                       r.authenticator);
    return right ? n : 0;
}

size_t dot1x_chain_return(const struct dot1x_chain *c, struct imp_env *env,
                          uint8_t packet[IMP_RADIUS_PACKET], size_t n,
                          const struct dot1x_path *path)
{
    uint8_t other[IMP_RADIUS_PACKET];
    struct imp_radius r;
    for (unsigned k = c->hops; k > 0; k--) {
        if (imp_radius_parse(&r, packet, n) != 0)
            return 0;
        n = dot1x_proxy_return(env, other, &path->legs[k - 1], &path->legs[k], &r, &c->secrets[k],
                               &c->secrets[k - 1]);
        if (n == 0)
            return 0;
        memcpy(packet, other, n);
    }
    return n;
}

/* ---- routes
 * ------------------------------------------------------------------------------------------- */
bool dot1x_route_known(const char *realms, const struct imp_radius *request)
{
    size_t n, length;
    const uint8_t *name = imp_radius_find(request, IMP_RADIUS_USER_NAME, &n);
    if (strcmp(realms, "*") == 0)
        return true;
    const uint8_t *at = name ? memchr(name, '@', n) : NULL;
    if (!at)
        return false;
    size_t realm_n = n - (size_t)(at + 1 - name);
    for (const char *p = realms; *p; p += length + (p[length] == ',')) {
        length = strcspn(p, ",");
        if (length == realm_n && strncasecmp(p, (const char *)at + 1, length) == 0)
            return true;
    }
    return false;
}
