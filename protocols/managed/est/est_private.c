/* SPDX-License-Identifier: GPL-2.0-only */
/* est_private.c - a private key of the server's making as it travels: in PKCS #8, or as a package
 * of keys (RFC 5958) that its maker signs and that is enveloped for the device (RFC 7030 section
 * 4.4.2). For the latter the device and the server have been given a key before, which has an
 * identifier: a secret one for AES key wrap, or a pair for key agreement. */
#include "est.h"

#include "protocols/codec/der.h"
#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

enum { KEK = 16, CELL = 16 + 2 * IMP_X509_KEY_ID };

/* ---- the keys that were given before -----------------------------------------------------------
 */
/* The server's cell for an identifier. */
static void cell_of(char out[CELL], const uint8_t *id, size_t n)
{
    int at = snprintf(out, CELL, "sealing-");
    for (size_t i = 0; i < n; i++)
        at += snprintf(out + at, CELL - (size_t)at, "%02x", id[i]);
}

/* A pair's is that of RFC 5280 section 4.2.1.2 (1); a secret key is called by the device's name. */
static void identify(struct imp_env *env, struct imp_x509_sealing *out, const uint8_t *pub)
{
    size_t n = strlen(env->name);
    out->pair = pub != NULL;
    if (pub) {
        imp_sha1(NULL, out->id, (const struct imp_piece[]){{"\4", 1}, {pub, EST_PUB}}, 2);
        out->id_n = 20;
    } else {
        out->id_n = n < sizeof out->id ? n : sizeof out->id;
        memcpy(out->id, env->name, out->id_n);
    }
}

/* What the device keeps and what the servers are told. */
static void give(struct imp_env *device, struct imp_env *const *parties, size_t count, bool pair,
                 int except)
{
    struct imp_x509_sealing named;
    struct est_key key = {0};
    char cell[CELL];
    if (pair)
        imp_p256_keypair(device, "sealing", key.pub, key.secret);
    else
        imp_random(device, "sealing", key.secret, KEK);
    identify(device, &named, pair ? key.pub : NULL);
    cell_of(cell, named.id, named.id_n);
    device->ops->cell_put(device, "sealing", key.secret, pair ? sizeof key.secret : KEK);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role != EST_DEVICE && parties[i]->role != except)
            parties[i]->ops->cell_put(parties[i], cell, pair ? key.pub : key.secret,
                                      pair ? sizeof key.pub : KEK);
    imp_wipe(&key, sizeof key);
}

void est_provision_sealing(struct imp_env *const *parties, size_t count, unsigned option,
                           int except)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == EST_DEVICE && imp_opt(parties[i], option) != EST_SEALING_NONE)
            give(parties[i], parties, count, imp_opt(parties[i], option) == EST_SEALING_ASYMMETRIC,
                 except);
}

void est_sealing_ask(struct imp_env *env, struct imp_x509_sealing *out, enum est_sealing how)
{
    struct est_key key;
    *out = (struct imp_x509_sealing){0};
    if (how == EST_SEALING_SYMMETRIC)
        identify(env, out, NULL);
    else if (how == EST_SEALING_ASYMMETRIC && est_key_load(env, "sealing", &key))
        identify(env, out, key.pub);
    imp_wipe(&key, sizeof key);
}

/* ---- the server --------------------------------------------------------------------------------
 */
/* AsymmetricKeyPackage ::= SEQUENCE OF OneAsymmetricKey, RFC 5958 section 2. */
enum { PACKAGE = IMP_P256_PKCS8_MAX + 3 };

static int package(uint8_t out[PACKAGE], const struct est_key *pair)
{
    uint8_t pkcs8[IMP_P256_PKCS8_MAX];
    struct imp_der_writer w = {.p = out, .at = PACKAGE};
    imp_der_value(&w, IMP_DER_SEQUENCE, pkcs8,
                  imp_p256_pkcs8_write(pkcs8, pair->secret, pair->pub));
    imp_wipe(pkcs8, sizeof pkcs8);
    return imp_der_end(&w, PACKAGE);
}

/* SignedData of the package, as the content that is to be enveloped. */
static bool sign(struct imp_env *env, struct imp_piece *content, uint8_t out[EST_PRIVATE_MAX],
                 const struct est_key *pair, const struct est_issuer *signer)
{
    uint8_t keys[PACKAGE];
    int n = package(keys, pair);
    n = n < 0 ? -1
              : imp_cms_sign(env, out, EST_PRIVATE_MAX, IMP_CMS_KEY_PACKAGE, keys, (size_t)n,
                             signer->crt, signer->secret, signer->above, signer->above ? 1 : 0);
    imp_wipe(keys, sizeof keys);
    return n > 0 && imp_cms_content_read(content, IMP_CMS_SIGNED_DATA, out, (size_t)n) == 0;
}

/* For the key of that identifier, which this server was told; otherwise "the request MUST be
 * terminated" (section 4.4.1). */
static const char *seal(struct imp_env *env, struct est_private *out, const struct est_key *pair,
                        const struct imp_x509_sealing *asked, const struct est_issuer *signer)
{
    uint8_t key[EST_PUB], signed_data[EST_PRIVATE_MAX];
    char cell[CELL];
    struct imp_piece content;
    const struct imp_cms_recipient to = {
        {asked->id, asked->id_n}, asked->pair ? NULL : key, asked->pair ? key : NULL};
    cell_of(cell, asked->id, asked->id_n);
    if (env->ops->cell_get(env, cell, key, sizeof key) != (asked->pair ? EST_PUB : KEK))
        return "unknown-decrypt-key";
    int n = sign(env, &content, signed_data, pair, signer)
                ? imp_cms_envelop(env, out->der, sizeof out->der, IMP_CMS_SIGNED_DATA, content.p,
                                  content.n, &to)
                : -1;
    out->n = n > 0 ? (size_t)n : 0;
    imp_wipe(key, sizeof key);
    imp_wipe(signed_data, sizeof signed_data);
    return n > 0 ? NULL : "not-sealed";
}

const char *est_make(struct imp_env *env, struct est_made *out,
                     const struct imp_x509_sealing *asked, const struct est_issuer *signer)
{
    imp_p256_keypair(env, "serverkeygen", out->pair.pub, out->pair.secret);
    out->sent.sealed = asked->id_n > 0;
    if (!out->sent.sealed) {
        out->sent.n = imp_p256_pkcs8_write(out->sent.der, out->pair.secret, out->pair.pub);
        return NULL;
    }
    return asked->able ? seal(env, &out->sent, &out->pair, asked, signer) : "no-common-cipher";
}

/* ---- the device --------------------------------------------------------------------------------
 */
/* By its certificate, and what came along with it. */
static bool is_from_server(struct imp_env *env, const struct imp_cms_signed *in,
                           const struct imp_x509 *anchor)
{
    struct imp_piece chain[1 + IMP_CMS_CERTS] = {IMP_PIECE(in->signer.der, in->signer.n)};
    size_t count = 1;
    for (size_t i = 0; i < in->certs.count; i++) {
        const struct imp_x509 *crt = &in->certs.crt[i];
        if (crt->n != in->signer.n || memcmp(crt->der, in->signer.der, crt->n) != 0)
            chain[count++] = IMP_PIECE(crt->der, crt->n);
    }
    return est_is_server(env, chain, count, anchor);
}

/* What was signed: a package of one key. */
static int read_signed(struct imp_env *env, uint8_t secret[32], struct imp_piece content,
                       const struct imp_x509 *anchor)
{
    uint8_t der[EST_PRIVATE_MAX];
    struct imp_cms_signed in;
    struct imp_piece keys;
    int n = imp_cms_content_write(der, sizeof der, IMP_CMS_SIGNED_DATA, content);
    int got = -1;
    if (n > 0 && imp_cms_verify(env, &in, IMP_CMS_KEY_PACKAGE, der, (size_t)n) == 0 &&
        (!anchor || is_from_server(env, &in, anchor))) {
        struct imp_piece rest = {in.content, in.n};
        if (imp_der_take(&keys, &rest, IMP_DER_SEQUENCE) && rest.n == 0)
            got = imp_p256_pkcs8_read(secret, keys.p, keys.n);
    }
    imp_wipe(der, sizeof der);
    imp_wipe(&in, sizeof in);
    return got;
}

static int open_sealed(struct imp_env *env, uint8_t secret[32], const struct est_private *in,
                       enum est_sealing how, const struct imp_x509 *anchor)
{
    uint8_t key[32], plain[EST_PRIVATE_MAX];
    struct imp_x509_sealing named;
    bool pair = how == EST_SEALING_ASYMMETRIC;
    est_sealing_ask(env, &named, how);
    const struct imp_cms_holder by = {{named.id, named.id_n}, pair ? NULL : key, key};
    int n = env->ops->cell_get(env, "sealing", key, sizeof key) == (pair ? 32 : KEK)
                ? imp_cms_open(env, plain, sizeof plain, IMP_CMS_SIGNED_DATA, in->der, in->n, &by)
                : -1;
    int got = n > 0 ? read_signed(env, secret, IMP_PIECE(plain, (size_t)n), anchor) : -1;
    imp_wipe(key, sizeof key);
    imp_wipe(plain, sizeof plain);
    return got;
}

int est_private_read(struct imp_env *env, uint8_t secret[32], const struct est_private *in,
                     enum est_sealing how, const struct imp_x509 *anchor)
{
    if (in->sealed != (how != EST_SEALING_NONE))
        return -1;
    return in->sealed ? open_sealed(env, secret, in, how, anchor)
                      : imp_p256_pkcs8_read(secret, in->der, in->n);
}
