/* SPDX-License-Identifier: GPL-2.0-only */
/* What a certificate says, into a plain struct. */
#include "x509_internal.h"

#include "../crypto/crypto.h"

#include <string.h>

static int get_dn(char *out, size_t cap, const gnutls_datum_t *dn)
{
    int r = x509__text(out, cap, dn->data, dn->size);
    gnutls_free(dn->data);
    return r;
}

static int get_dns(struct imp_x509_info *out, gnutls_x509_crt_t crt)
{
    gnutls_datum_t dn = {0};
    if (gnutls_x509_crt_get_dn3(crt, &dn, 0) < 0 ||
        get_dn(out->subject, sizeof out->subject, &dn) != 0)
        return -1;
    dn = (gnutls_datum_t){0};
    return gnutls_x509_crt_get_issuer_dn3(crt, &dn, 0) < 0 ||
                   get_dn(out->issuer, sizeof out->issuer, &dn) != 0
               ? -1
               : 0;
}

/* Absent is fine: the text stays empty. */
static int get_attribute(char out[IMP_X509_LABEL], gnutls_x509_crt_t crt, const char *oid)
{
    size_t n = IMP_X509_LABEL;
    int r = gnutls_x509_crt_get_dn_by_oid(crt, oid, 0, 0, out, &n);
    if (r >= 0) {
        x509__unescape(out);
        return 0;
    }
    out[0] = 0;
    return r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? 0 : -1;
}

/* The OCTET STRING at the end of a HardwareModuleName. */
static int get_hardware(struct imp_x509_info *out, const uint8_t *der, size_t n)
{
    if (n < 4 || der[0] != 0x30 || der[1] != n - 2 || der[2] != 0x06)
        return -1;
    size_t at = 4 + (size_t)der[3];
    if (at + 2 > n || der[at] != X509_OCTET_STRING || der[at + 1] != n - at - 2)
        return -1;
    return x509__text(out->hardware, sizeof out->hardware, der + at + 2, n - at - 2);
}

static int get_name(struct imp_x509_info *out, int type, const uint8_t *text, size_t n,
                    gnutls_x509_crt_t crt, unsigned i)
{
    char oid[40];
    size_t oid_n = sizeof oid;
    if (type == GNUTLS_SAN_DNSNAME)
        return x509__text(out->dns, sizeof out->dns, text, n);
    if (type == GNUTLS_SAN_URI)
        return x509__text(out->uri, sizeof out->uri, text, n);
    if (type == GNUTLS_SAN_OTHERNAME &&
        gnutls_x509_crt_get_subject_alt_othername_oid(crt, i, oid, &oid_n) >= 0 &&
        strcmp(oid, X509_OID_HARDWARE_MODULE) == 0)
        return get_hardware(out, text, n);
    return 0; /* of no interest here */
}

static int get_names(struct imp_x509_info *out, gnutls_x509_crt_t crt)
{
    for (unsigned i = 0;; i++) {
        uint8_t text[256];
        size_t n = sizeof text;
        int type = gnutls_x509_crt_get_subject_alt_name(crt, i, text, &n, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return 0;
        if (type < 0 || get_name(out, type, text, n, crt, i) != 0)
            return -1;
    }
}

static int get_purposes(struct imp_x509_info *out, gnutls_x509_crt_t crt)
{
    unsigned ca = 0;
    if (gnutls_x509_crt_get_basic_constraints(crt, NULL, &ca, NULL) >= 0 && ca)
        out->purposes |= IMP_X509_CA;
    for (unsigned i = 0;; i++) {
        char oid[64];
        size_t n = sizeof oid;
        int r = gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &n, NULL);
        if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return 0;
        if (r < 0)
            return -1;
        if (strcmp(oid, GNUTLS_KP_TLS_WWW_SERVER) == 0)
            out->purposes |= IMP_X509_SERVER;
        else if (strcmp(oid, GNUTLS_KP_TLS_WWW_CLIENT) == 0)
            out->purposes |= IMP_X509_CLIENT;
        else if (strcmp(oid, X509_OID_CMC_RA) == 0)
            out->purposes |= IMP_X509_CMC_RA;
    }
}

static int get_masa(struct imp_x509_info *out, gnutls_x509_crt_t crt)
{
    uint8_t der[2 + IMP_X509_LABEL];
    size_t n = sizeof der;
    int r = gnutls_x509_crt_get_extension_by_oid(crt, X509_OID_MASA_URL, 0, der, &n, NULL);
    if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return 0;
    if (r < 0 || n < 2 || der[0] != X509_IA5_STRING || der[1] != n - 2)
        return -1;
    return x509__text(out->masa, sizeof out->masa, der + 2, n - 2);
}

static int get_key(struct imp_x509_info *out, gnutls_x509_crt_t crt, bool words)
{
    gnutls_pubkey_t key;
    if (gnutls_pubkey_init(&key) < 0)
        return -1;
    int r = gnutls_pubkey_import_x509(key, crt, 0);
    out->key = r >= 0 ? x509__kind(key) : IMP_KEY_OTHER;
    if (out->key == IMP_KEY_P256)
        r = x509__point(out->pub, key);
    else if (!words || out->key == IMP_KEY_OTHER)
        r = -1;
    gnutls_pubkey_deinit(key);
    return r < 0 ? -1 : 0;
}

/* Absent or longer than we look at: the length stays 0. */
static void get_key_ids(struct imp_x509_info *out, gnutls_x509_crt_t crt)
{
    size_t n = sizeof out->subject_key;
    if (gnutls_x509_crt_get_subject_key_id(crt, out->subject_key, &n, NULL) >= 0)
        out->subject_key_n = n;
    n = sizeof out->authority_key;
    if (gnutls_x509_crt_get_authority_key_id(crt, out->authority_key, &n, NULL) >= 0)
        out->authority_key_n = n;
}

int64_t x509__expiry(gnutls_x509_crt_t crt)
{
    int64_t t = gnutls_x509_crt_get_expiration_time(crt);
    return t == (int64_t)GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION ? X509_NEVER : t;
}

static int get_all(struct imp_x509_info *out, gnutls_x509_crt_t crt, bool words)
{
    out->serial_n = sizeof out->serial;
    if (gnutls_x509_crt_get_serial(crt, out->serial, &out->serial_n) < 0 ||
        get_dns(out, crt) != 0 || get_attribute(out->common_name, crt, "2.5.4.3") != 0 ||
        get_attribute(out->serial_number, crt, "2.5.4.5") != 0 || get_names(out, crt) != 0 ||
        get_purposes(out, crt) != 0 || get_masa(out, crt) != 0 || get_key(out, crt, words) != 0)
        return -1;
    get_key_ids(out, crt);
    out->not_before = gnutls_x509_crt_get_activation_time(crt);
    out->not_after = x509__expiry(crt);
    out->self_issued = gnutls_x509_crt_check_issuer(crt, crt);
    return 0;
}

static int import(gnutls_x509_crt_t *crt, const uint8_t *der, size_t n)
{
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    if (n > UINT16_MAX || gnutls_x509_crt_init(crt) < 0)
        return -1;
    if (gnutls_x509_crt_import(*crt, &in, GNUTLS_X509_FMT_DER) >= 0)
        return 0;
    gnutls_x509_crt_deinit(*crt);
    return -1;
}

static int read_into(struct imp_x509_info *out, const uint8_t *der, size_t n, bool words)
{
    gnutls_x509_crt_t crt;
    struct imp_x509_info got = {0};
    memset(out, 0, sizeof *out);
    if (import(&crt, der, n) != 0)
        return -1;
    int r = get_all(&got, crt, words);
    gnutls_x509_crt_deinit(crt);
    if (r == 0)
        *out = got;
    return r;
}

int imp_x509_read(struct imp_x509_info *out, const uint8_t *der, size_t n)
{
    return read_into(out, der, n, false);
}

int imp_x509_read_words(struct imp_x509_info *out, const uint8_t *der, size_t n)
{
    return read_into(out, der, n, true);
}

int imp_x509_pin(struct imp_env *env, uint8_t out[32], const uint8_t *der, size_t n)
{
    struct imp_x509_info info;
    uint8_t spki[91];
    memset(out, 0, 32);
    if (imp_x509_read(&info, der, n) != 0)
        return -1;
    imp_p256_spki(spki, info.pub);
    imp_sha256(env, out, &IMP_PIECE(spki, sizeof spki), 1);
    return 0;
}

void imp_x509_fingerprint(struct imp_env *env, uint8_t out[32], const uint8_t *der, size_t n)
{
    imp_sha256(env, out, &IMP_PIECE(der, n), 1);
}
