/* SPDX-License-Identifier: GPL-2.0-only */
/* est_rollover.c - the authority changes its key: each of both keys certifies the other, so that
 * whoever trusts one of them gets to the other (RFC 7030 section 4.1.3; RFC 4210 section 4.4). The
 * operator has made the new key and these certificates beforehand. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

#define CELL_KEY "next-ca-key"
#define CELL_ROOT "next-ca-certificate" /* NewWithNew */
#define CELL_OLD_WITH_NEW "old-with-new"
#define CELL_NEW_WITH_OLD "new-with-old"
#define CELL_SERVER "next-certificate" /* the server's, below the new key */

enum { TERM = 20 * 365 * 24 * 3600 /* s: of a root */ };

/* ---- before the run ----------------------------------------------------------------------------
 */
struct change { /* of an authority's key */
    imp_time at;
    struct est_key old_key, new_key;
    struct imp_x509 old_root, new_root, old_with_new, new_with_old;
};

/* For one key under the name of the authority; `issuer` NULL: by itself. */
static void certify(struct imp_env *env, struct imp_x509 *crt, const uint8_t pub[EST_PUB],
                    imp_time from, imp_time until, const struct est_issuer *by)
{
    const struct imp_x509_spec spec = {.subject = "CN=" EST_AUTHORITY,
                                       .pub = pub,
                                       .purposes = IMP_X509_CA,
                                       .path_length = 0,
                                       .not_before = from,
                                       .not_after = until};
    imp_x509_issue(env, crt, &spec, by->crt, by->secret);
}

/* RFC 4210 section 4.4.1: which is valid from when to when. */
static void change(struct imp_env *env, struct change *c)
{
    const struct est_issuer old = {&c->old_root, c->old_key.secret};
    const struct est_issuer new = {&c->new_root, c->new_key.secret};
    const struct est_issuer itself = {NULL, c->new_key.secret};
    imp_p256_keypair(env, "operator-next", c->new_key.pub, c->new_key.secret);
    certify(env, &c->new_root, c->new_key.pub, c->at, c->at + IMP_S * TERM, &itself);
    certify(env, &c->new_with_old, c->new_key.pub, c->at, IMP_S * TERM, &old);
    certify(env, &c->old_with_new, c->old_key.pub, 0, IMP_S * TERM, &new);
}

static void put(struct imp_env *env, const char *cell, const struct imp_x509 *crt)
{
    env->ops->cell_put(env, cell, crt->der, crt->n);
}

static void hand_out(struct imp_env *env, const struct change *c)
{
    struct est_key own;
    struct imp_x509 crt;
    const struct est_issuer new = {&c->new_root, c->new_key.secret};
    env->ops->cell_put(env, CELL_KEY, c->new_key.secret, sizeof c->new_key.secret);
    put(env, CELL_ROOT, &c->new_root);
    put(env, CELL_OLD_WITH_NEW, &c->old_with_new);
    put(env, CELL_NEW_WITH_OLD, &c->new_with_old);
    if (est_key_load(env, "key", &own) && est_issue_server(env, &crt, own.pub, &new))
        put(env, CELL_SERVER, &crt);
    imp_wipe(&own, sizeof own);
}

void est_provision_rollover(struct imp_env *const *parties, size_t count, unsigned option)
{
    struct change c = {0};
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        int64_t after = env->role != EST_DEVICE ? imp_opt(env, option) : 0;
        struct imp_x509 root;
        if (after == 0 || !est_cert_load(env, "ca-certificate", &root))
            continue;
        if (c.at == 0) { /* all servers of the operator work for one authority */
            c.at = after * IMP_S;
            c.old_root = root;
            est_key_load(env, "ca-key", &c.old_key);
            change(env, &c);
        }
        if (root.n == c.old_root.n && memcmp(root.der, c.old_root.der, root.n) == 0)
            hand_out(env, &c);
    }
    imp_wipe(&c, sizeof c);
}

/* ---- the server --------------------------------------------------------------------------------
 */
void est_rollover_load(struct imp_env *env, struct est_rollover *r)
{
    r->done = est_cert_load(env, "old-ca-certificate", &r->old) &&
              est_cert_load(env, CELL_OLD_WITH_NEW, &r->old_with_new) &&
              est_cert_load(env, CELL_NEW_WITH_OLD, &r->new_with_old);
}

bool est_roll(struct imp_env *env, struct est_rollover *r, bool certificate)
{
    struct est_key key;
    struct imp_x509 root, own;
    est_cert_load(env, "ca-certificate", &r->old);
    if (!est_key_load(env, CELL_KEY, &key) || !est_cert_load(env, CELL_ROOT, &root))
        return false;
    put(env, "old-ca-certificate", &r->old);
    put(env, "ca-certificate", &root);
    env->ops->cell_put(env, "ca-key", key.secret, sizeof key.secret);
    if (certificate && est_cert_load(env, CELL_SERVER, &own))
        put(env, "certificate", &own);
    imp_wipe(&key, sizeof key);
    est_rollover_load(env, r);
    return r->done;
}

size_t est_chain(struct imp_piece out[2], const struct est_rollover *r, const struct imp_x509 *crt,
                 bool certificate)
{
    const struct imp_x509 *link = certificate ? &r->new_with_old : &r->old_with_new;
    out[0] = IMP_PIECE(crt->der, crt->n);
    if (r->done)
        out[1] = IMP_PIECE(link->der, link->n);
    return r->done ? 2 : 1;
}

size_t est_cacerts(struct imp_piece out[IMP_CMS_CERTS], const struct est_rollover *r,
                   const struct imp_x509 *root, bool root_last)
{
    const struct imp_x509 *all[IMP_CMS_CERTS] = {root, &r->new_with_old, &r->old_with_new, &r->old};
    size_t count = r->done ? IMP_CMS_CERTS : 1;
    for (size_t i = 0; i < count; i++) {
        const struct imp_x509 *crt = all[root_last ? count - 1 - i : i];
        out[i] = IMP_PIECE(crt->der, crt->n);
    }
    return count;
}

/* ---- the device --------------------------------------------------------------------------------
 */
/* NewWithOld: the key of the new root under the one that is trusted. */
static bool leads(struct imp_env *env, const struct imp_x509 *link, const struct imp_x509 *anchor,
                  const struct imp_x509 *root)
{
    struct imp_x509_info by, to;
    return imp_x509_read(&by, link->der, link->n) == 0 &&
           imp_x509_read(&to, root->der, root->n) == 0 && (by.purposes & IMP_X509_CA) &&
           strcmp(by.subject, to.subject) == 0 && imp_equal(by.pub, to.pub, EST_PUB) &&
           est_is_below(env, link, anchor) && est_is_below(env, root, link);
}

const struct imp_x509 *est_next_root(struct imp_env *env, const struct imp_cms_certs *certs,
                                     const struct imp_x509 *anchor)
{
    const struct imp_x509 *root = est_authority_in(certs);
    if (root && root->n == anchor->n && memcmp(root->der, anchor->der, anchor->n) == 0)
        return root;
    for (size_t i = 0; i < certs->count && root; i++)
        if (&certs->crt[i] != root && leads(env, &certs->crt[i], anchor, root))
            return root;
    return NULL;
}

const struct imp_x509 *est_root_of(struct imp_env *env, const struct imp_cms_certs *certs,
                                   const uint8_t fingerprint[32])
{
    uint8_t shown[32];
    for (size_t i = 0; i < certs->count; i++) {
        if (!est_is_root(&certs->crt[i], NULL))
            continue;
        imp_x509_fingerprint(env, shown, certs->crt[i].der, certs->crt[i].n);
        if (imp_equal(shown, fingerprint, sizeof shown))
            return &certs->crt[i];
    }
    return NULL;
}
