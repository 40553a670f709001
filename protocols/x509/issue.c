/* SPDX-License-Identifier: GPL-2.0-only */
/* A certificate is filled field by field in the order of RFC 5280, then signed. */
#include "x509_internal.h"

#include <string.h>

int64_t imp_x509_seconds(imp_time t)
{
    if (t == IMP_NEVER)
        return X509_NEVER;
    return IMP_X509_EPOCH + t / IMP_S;
}

/* Positive, and of the same length for all (RFC 5280, section 4.1.2.2). */
static int set_serial(gnutls_x509_crt_t crt, struct imp_env *env)
{
    uint8_t serial[IMP_X509_SERIAL_DRAWN];
    imp_random(env, "x509-serial", serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
    return gnutls_x509_crt_set_serial(crt, serial, sizeof serial);
}

static int set_subject(gnutls_x509_crt_t crt, const struct imp_x509_spec *s)
{
    const char *where;
    gnutls_pubkey_t key;
    int r = gnutls_x509_crt_set_dn(crt, s->subject, &where);
    if (r < 0)
        return r;
    r = x509__pubkey(&key, s->pub, s->key);
    if (r < 0)
        return r;
    r = gnutls_x509_crt_set_pubkey(crt, key);
    gnutls_pubkey_deinit(key);
    return r;
}

static int set_validity(gnutls_x509_crt_t crt, const struct imp_x509_spec *s)
{
    int r = gnutls_x509_crt_set_activation_time(crt, imp_x509_seconds(s->not_before));
    if (r < 0)
        return r;
    return gnutls_x509_crt_set_expiration_time(crt, imp_x509_seconds(s->not_after));
}

static int set_usage(gnutls_x509_crt_t crt, const struct imp_x509_spec *s)
{
    static const struct {
        unsigned purpose;
        const char *oid;
    } extended[] = {{IMP_X509_SERVER, GNUTLS_KP_TLS_WWW_SERVER},
                    {IMP_X509_CLIENT, GNUTLS_KP_TLS_WWW_CLIENT},
                    {IMP_X509_CMC_RA, X509_OID_CMC_RA}};
    bool ca = s->purposes & IMP_X509_CA;
    unsigned usage = (ca ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN : 0) |
                     (s->purposes & IMP_X509_CRL ? GNUTLS_KEY_CRL_SIGN : 0);
    if (usage == 0 || s->purposes & ~(unsigned)(IMP_X509_CA | IMP_X509_CRL))
        usage |= GNUTLS_KEY_DIGITAL_SIGNATURE |
                 (s->key == IMP_KEY_RSA ? GNUTLS_KEY_KEY_ENCIPHERMENT : 0); /* IEEE 802.1AR */
    int r = gnutls_x509_crt_set_basic_constraints(crt, ca, ca ? s->path_length : -1);
    if (r >= 0)
        r = gnutls_x509_crt_set_key_usage(crt, usage);
    for (size_t i = 0; i < sizeof extended / sizeof *extended && r >= 0; i++)
        if (s->purposes & extended[i].purpose)
            r = gnutls_x509_crt_set_key_purpose_oid(crt, extended[i].oid, 0);
    return r;
}

/* HardwareModuleName ::= SEQUENCE { hwType OBJECT IDENTIFIER, hwSerialNum OCTET STRING } */
static int set_hardware(gnutls_x509_crt_t crt, const char *serial)
{
    static const uint8_t type[] = {0x06, 0x07, 0x2b, 6, 1, 4, 1, 0, 1}; /* 1.3.6.1.4.1.0.1 */
    uint8_t der[4 + sizeof type + IMP_X509_LABEL];
    size_t n = strlen(serial);
    if (n >= IMP_X509_LABEL)
        return GNUTLS_E_SHORT_MEMORY_BUFFER;
    der[0] = 0x30;
    der[1] = (uint8_t)(sizeof type + 2 + n);
    memcpy(der + 2, type, sizeof type);
    der[2 + sizeof type] = X509_OCTET_STRING;
    der[3 + sizeof type] = (uint8_t)n;
    memcpy(der + 4 + sizeof type, serial, n);
    return gnutls_x509_crt_set_subject_alt_othername(
        crt, X509_OID_HARDWARE_MODULE, der, (unsigned)(4 + sizeof type + n), GNUTLS_FSAN_APPEND);
}

static int set_masa(gnutls_x509_crt_t crt, const char *url)
{
    uint8_t der[2 + IMP_X509_LABEL] = {X509_IA5_STRING};
    size_t n = strlen(url);
    if (n >= IMP_X509_LABEL)
        return GNUTLS_E_SHORT_MEMORY_BUFFER;
    der[1] = (uint8_t)n;
    memcpy(der + 2, url, n);
    return gnutls_x509_crt_set_extension_by_oid(crt, X509_OID_MASA_URL, der, 2 + n, 0);
}

static int set_names(gnutls_x509_crt_t crt, const struct imp_x509_spec *s)
{
    int r = 0;
    if (s->dns)
        r = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, s->dns,
                                                 (unsigned)strlen(s->dns), GNUTLS_FSAN_APPEND);
    if (r >= 0 && s->uri)
        r = gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_URI, s->uri,
                                                 (unsigned)strlen(s->uri), GNUTLS_FSAN_APPEND);
    if (r >= 0 && s->hardware)
        r = set_hardware(crt, s->hardware);
    if (r >= 0 && s->masa)
        r = set_masa(crt, s->masa);
    return r;
}

/* Key identifiers are the first 20 octets of the SHA-1 of the key (RFC 5280, section 4.2.1.2). */
static int set_identifiers(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
    uint8_t id[64];
    size_t n = sizeof id;
    int r = gnutls_x509_crt_get_key_id(crt, 0, id, &n);
    if (r >= 0)
        r = gnutls_x509_crt_set_subject_key_id(crt, id, n);
    n = sizeof id;
    if (r >= 0 && gnutls_x509_crt_get_subject_key_id(issuer, id, &n, NULL) >= 0)
        r = gnutls_x509_crt_set_authority_key_id(crt, id, n);
    return r;
}

static int sign(struct imp_env *env, gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer,
                const uint8_t secret[32])
{
    struct x509__signer signer = {env, secret};
    gnutls_privkey_t key;
    int r = x509__signer(&key, &signer);
    if (r < 0)
        return r;
    r = gnutls_x509_crt_privkey_sign(crt, issuer, key, GNUTLS_DIG_SHA256, 0);
    gnutls_privkey_deinit(key);
    return r;
}

static int fill(gnutls_x509_crt_t crt, struct imp_env *env, const struct imp_x509_spec *s,
                gnutls_x509_crt_t issuer)
{
    int r = gnutls_x509_crt_set_version(crt, 3);
    if (r >= 0)
        r = set_serial(crt, env);
    if (r >= 0)
        r = set_validity(crt, s);
    if (r >= 0)
        r = set_subject(crt, s);
    if (r >= 0)
        r = set_usage(crt, s);
    if (r >= 0)
        r = set_names(crt, s);
    return r < 0 ? r : set_identifiers(crt, issuer);
}

static int put(struct imp_x509 *out, gnutls_x509_crt_t crt)
{
    size_t n = sizeof out->der;
    int r = gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_DER, out->der, &n);
    if (r >= 0)
        out->n = n;
    return r;
}

int imp_x509_issue(struct imp_env *env, struct imp_x509 *out, const struct imp_x509_spec *spec,
                   const struct imp_x509 *issuer, const uint8_t secret[32])
{
    gnutls_x509_crt_t crt = NULL, above = NULL;
    struct imp_x509 made = {0};
    int r = gnutls_x509_crt_init(&crt);
    if (r >= 0 && issuer)
        r = gnutls_x509_crt_init(&above);
    if (r >= 0 && issuer) {
        const gnutls_datum_t der = {(uint8_t *)issuer->der, (unsigned)issuer->n};
        r = gnutls_x509_crt_import(above, &der, GNUTLS_X509_FMT_DER);
    }
    if (r >= 0)
        r = fill(crt, env, spec, issuer ? above : crt);
    if (r >= 0)
        r = sign(env, crt, issuer ? above : crt, secret);
    if (r >= 0)
        r = put(&made, crt);
    if (crt)
        gnutls_x509_crt_deinit(crt);
    if (above)
        gnutls_x509_crt_deinit(above);
    x509__charge_made(env, made.n);
    *out = made;
    return r < 0 ? -1 : 0;
}
