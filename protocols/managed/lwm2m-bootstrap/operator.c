/* SPDX-License-Identifier: GPL-2.0-only */
/* operator.c - who runs servers: their keys, their authority, and what it gives to clients. */
#include <stdio.h>
#include <string.h>

#include "accounts.h"
#include "protocols/crypto/crypto.h"

static void certify(struct lwm__operator *o, struct imp_x509 *out, const char *name,
                    const struct imp_x509_spec *spec, const struct imp_x509 *issuer,
                    const uint8_t secret[LWM_SCALAR])
{
    struct imp_x509_spec s = *spec;
    char subject[80];
    snprintf(subject, sizeof subject, "CN=%s", name);
    s.subject = subject;
    s.not_after = IMP_NEVER;
    imp_x509_issue(o->env, out, &s, issuer, secret);
}

/* The root, and below it, if it is to be so, who issues. */
static void found(struct lwm__operator *o, const char *host)
{
    uint8_t own[64], root_secret[LWM_SCALAR];
    char name[64];
    imp_p256_keypair(o->env, "authority-key", own, root_secret);
    snprintf(name, sizeof name, "%s authority", host);
    certify(o, &o->root, name,
            &(struct imp_x509_spec){
                .pub = own, .purposes = IMP_X509_CA, .path_length = o->below ? 1 : 0},
            NULL, root_secret);
    o->authority = o->root;
    memcpy(o->authority_secret, root_secret, LWM_SCALAR);
    if (o->below) {
        imp_p256_keypair(o->env, "issuing-key", own, o->authority_secret);
        snprintf(name, sizeof name, "%s issuing authority", host);
        certify(o, &o->authority, name,
                &(struct imp_x509_spec){.pub = own, .purposes = IMP_X509_CA, .path_length = 0},
                &o->root, root_secret);
    }
    imp_wipe(root_secret, sizeof root_secret);
}

void lwm__anchor_put(struct imp_env *server, const struct lwm__operator *o)
{
    server->ops->cell_put(server, "anchor", o->root.der, o->root.n);
    if (o->below)
        server->ops->cell_put(server, "below-anchor", o->authority.der, o->authority.n);
}

static bool fits(const struct lwm__operator *o)
{
    return o->server.n && o->server.n <= LWM_CERT_MAX && o->authority.n <= LWM_CERT_MAX &&
           o->root.n <= LWM_CERT_MAX;
}

void lwm__operate(struct lwm__operator *o, struct imp_env *const *parties, size_t count,
                  const struct lwm__kind *kind)
{
    uint8_t pub[64];
    memset(o, 0, sizeof *o);
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (env->role != kind->role || !lwm_has_key_pair(imp_opt(env, kind->security)))
            continue;
        if (!o->env) {
            o->env = env;
            o->below = imp_opt(env, kind->authority) != 0;
            imp_p256_keypair(env, "raw-key", pub, o->secret);
            imp_p256_spki(o->spki, pub);
            if (lwm_has_certificate(imp_opt(env, kind->security))) {
                found(o, kind->host);
                certify(o, &o->server, kind->host,
                        &(struct imp_x509_spec){
                            .pub = pub, .purposes = IMP_X509_SERVER, .dns = kind->host},
                        &o->authority, o->authority_secret);
            }
        }
        env->ops->cell_put(env, "key", o->secret, LWM_SCALAR);
        if (fits(o)) {
            env->ops->cell_put(env, "certificate", o->server.der, o->server.n);
            lwm__anchor_put(env, o);
            if (o->below)
                env->ops->cell_put(env, "issuer", o->authority.der, o->authority.n);
        }
    }
}

static uint16_t material(uint8_t out[LWM_CERT_MAX], const void *p, size_t n)
{
    if (n > LWM_CERT_MAX)
        n = 0; /* such an account will not be consistent */
    memcpy(out, p, n);
    return (uint16_t)n;
}

void lwm__draw_pair(struct imp_env *device, const char *purpose, struct lwm_key_pair *k,
                    int64_t security, const struct imp_env *teller, const char *endpoint,
                    const struct lwm__operator *o)
{
    struct imp_x509 own = {.n = 0};
    uint8_t pub[64], spki[LWM_SPKI];
    char subject[LWM_ENDPOINT + 4];
    bool pinned = imp_opt(teller, LWM_OPT_USAGE) == LWM_OPT_END_ENTITY;
    memset(k, 0, sizeof *k);
    if (!lwm_has_key_pair(security))
        return;
    if (security != LWM_OPT_RPK)
        k->peer_n = pinned ? material(k->peer, o->server.der, o->server.n)
                           : material(k->peer, o->root.der, o->root.n);
    if (security == LWM_OPT_EST && teller->role == LWM_BOOTSTRAP)
        return; /* the device makes it */
    imp_p256_keypair(device, purpose, pub, k->scalar);
    imp_p256_spki(spki, pub);
    if (security == LWM_OPT_RPK) {
        k->own_n = material(k->own, spki, sizeof spki);
        k->peer_n = material(k->peer, o->spki, sizeof o->spki);
        return;
    }
    snprintf(subject, sizeof subject, "CN=%s", endpoint);
    if (o->authority.n)
        imp_x509_issue(device, &own,
                       &(struct imp_x509_spec){.subject = subject,
                                               .pub = pub,
                                               .purposes = IMP_X509_CLIENT,
                                               .not_after = IMP_NEVER,
                                               .uri = endpoint},
                       &o->authority, o->authority_secret);
    k->own_n = material(k->own, own.der, own.n);
}
