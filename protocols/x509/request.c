/* SPDX-License-Identifier: GPL-2.0-only */
/* Requests for certificates, RFC 2986. */
#include "x509_internal.h"

#include <string.h>

static int set_names(gnutls_x509_crq_t crq, const struct imp_x509_request *say)
{
    int r = 0;
    if (say->dns)
        r = gnutls_x509_crq_set_subject_alt_name(crq, GNUTLS_SAN_DNSNAME, say->dns,
                                                 (unsigned)strlen(say->dns), GNUTLS_FSAN_APPEND);
    if (r >= 0 && say->uri)
        r = gnutls_x509_crq_set_subject_alt_name(crq, GNUTLS_SAN_URI, say->uri,
                                                 (unsigned)strlen(say->uri), GNUTLS_FSAN_APPEND);
    if (r >= 0 && say->challenge)
        r = gnutls_x509_crq_set_challenge_password(crq, say->challenge);
    if (r >= 0 && say->sealing.id_n)
        r = x509__set_sealing(crq, &say->sealing);
    return r;
}

static int fill(gnutls_x509_crq_t crq, const struct imp_x509_request *say, const uint8_t pub[64])
{
    const char *where;
    gnutls_pubkey_t key;
    int r = gnutls_x509_crq_set_version(crq, 1);
    if (r >= 0)
        r = gnutls_x509_crq_set_dn(crq, say->subject, &where);
    if (r >= 0)
        r = x509__pubkey(&key, pub, IMP_KEY_P256);
    if (r < 0)
        return r;
    r = gnutls_x509_crq_set_pubkey(crq, key);
    gnutls_pubkey_deinit(key);
    return r < 0 ? r : set_names(crq, say);
}

static int sign(struct imp_env *env, gnutls_x509_crq_t crq, const uint8_t secret[32])
{
    struct x509__signer signer = {env, secret};
    gnutls_privkey_t key;
    int r = x509__signer(&key, &signer);
    if (r < 0)
        return r;
    r = gnutls_x509_crq_privkey_sign(crq, key, GNUTLS_DIG_SHA256, 0);
    gnutls_privkey_deinit(key);
    return r;
}

int imp_x509_request(struct imp_env *env, struct imp_x509 *out, const struct imp_x509_request *say,
                     const uint8_t pub[64], const uint8_t secret[32])
{
    gnutls_x509_crq_t crq = NULL;
    struct imp_x509 made = {0};
    size_t n = sizeof made.der;
    int r = gnutls_x509_crq_init(&crq);
    if (r >= 0)
        r = fill(crq, say, pub);
    if (r >= 0)
        r = sign(env, crq, secret);
    if (r >= 0)
        r = gnutls_x509_crq_export(crq, GNUTLS_X509_FMT_DER, made.der, &n);
    if (r >= 0)
        made.n = n;
    if (crq)
        gnutls_x509_crq_deinit(crq);
    x509__charge_made(env, made.n);
    *out = made;
    return r < 0 ? -1 : 0;
}

/* ---- reading -----------------------------------------------------------------------------------
 */
static int get_names(struct imp_x509_asked *out, gnutls_x509_crq_t crq)
{
    for (unsigned i = 0;; i++) {
        char text[IMP_X509_LABEL];
        size_t n = sizeof text;
        unsigned type = 0;
        int r = gnutls_x509_crq_get_subject_alt_name(crq, i, text, &n, &type, NULL);
        if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return 0;
        if (r < 0)
            return -1;
        if ((type == GNUTLS_SAN_DNSNAME && x509__text(out->dns, sizeof out->dns, text, n) != 0) ||
            (type == GNUTLS_SAN_URI && x509__text(out->uri, sizeof out->uri, text, n) != 0))
            return -1;
    }
}

static int get_texts(struct imp_x509_asked *out, gnutls_x509_crq_t crq)
{
    gnutls_datum_t dn = {0};
    size_t n = sizeof out->challenge;
    int r = gnutls_x509_crq_get_dn3(crq, &dn, 0);
    if (r >= 0) {
        r = x509__text(out->subject, sizeof out->subject, dn.data, dn.size);
        gnutls_free(dn.data);
    }
    if (r < 0 || get_names(out, crq) != 0)
        return -1;
    r = gnutls_x509_crq_get_challenge_password(crq, out->challenge, &n);
    if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        out->challenge[0] = 0;
    else if (r < 0)
        return -1;
    x509__unescape(out->challenge);
    return 0;
}

static int get_key(struct imp_x509_asked *out, gnutls_x509_crq_t crq)
{
    gnutls_pubkey_t key;
    if (gnutls_pubkey_init(&key) < 0)
        return -1;
    int r = gnutls_pubkey_import_x509_crq(key, crq, 0);
    if (r >= 0)
        r = x509__point(out->pub, key);
    gnutls_pubkey_deinit(key);
    return r < 0 ? -1 : 0;
}

static int read_request(struct imp_x509_asked *out, const uint8_t *der, size_t n, bool key)
{
    gnutls_x509_crq_t crq;
    struct imp_x509_asked got = {0};
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    bool good = false;
    if (n <= UINT16_MAX && gnutls_x509_crq_init(&crq) >= 0) {
        good = gnutls_x509_crq_import(crq, &in, GNUTLS_X509_FMT_DER) >= 0 &&
               get_texts(&got, crq) == 0 && x509__get_sealing(&got.sealing, crq) == 0 &&
               (!key || (get_key(&got, crq) == 0 && gnutls_x509_crq_verify(crq, 0) >= 0));
        gnutls_x509_crq_deinit(crq);
    }
    *out = good ? got : (struct imp_x509_asked){0};
    return good ? 0 : -1;
}

int imp_x509_read_request(struct imp_env *env, struct imp_x509_asked *out, const uint8_t *der,
                          size_t n)
{
    x509__charge_verify(env, n);
    return read_request(out, der, n, true);
}

int imp_x509_read_keyless_request(struct imp_env *env, struct imp_x509_asked *out,
                                  const uint8_t *der, size_t n)
{
    if (env)
        imp_charge(env, IMP_OP_CODEC, n);
    return read_request(out, der, n, false);
}
