/* SPDX-License-Identifier: GPL-2.0-only */
/* What a request says of the key under which it wants a private key of the server's making: RFC
 * 7030 section 4.4.1. */
#include "x509_internal.h"

#include "../codec/der.h"

#include <string.h>

#define DECRYPT_KEY "1.2.840.113549.1.9.16.2.37"            /* RFC 4108 section 2.2.5 */
#define ASYMMETRIC_DECRYPT_KEY "1.2.840.113549.1.9.16.2.54" /* RFC 7030 section 4.4.1.2 */
#define SMIME_CAPABILITIES "1.2.840.113549.1.9.15"          /* RFC 2633 section 2.5 */
#define AES128_WRAP "2.16.840.1.101.3.4.1.5"
#define AES128_CBC "2.16.840.1.101.3.4.1.2"
#define ECDH_SHA256 "1.3.132.1.11.1" /* dhSinglePass-stdDH-sha256kdf-scheme */

enum { ATTRIBUTE_MAX = 256 };

/* SMIMECapability, for key agreement with the key wrap as parameter (RFC 5753 section 7.3). */
static void capability(struct imp_der_writer *w, const char *name, const char *wrap)
{
    size_t end = w->at;
    if (wrap)
        capability(w, wrap, NULL);
    imp_der_oid(w, name);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

static int set_capabilities(gnutls_x509_crq_t crq, bool pair)
{
    uint8_t der[ATTRIBUTE_MAX];
    struct imp_der_writer w = {.p = der, .at = sizeof der};
    capability(&w, AES128_CBC, NULL);
    if (pair)
        capability(&w, ECDH_SHA256, AES128_WRAP);
    else
        capability(&w, AES128_WRAP, NULL);
    imp_der_wrap(&w, IMP_DER_SEQUENCE, sizeof der);
    return gnutls_x509_crq_set_attribute_by_oid(crq, SMIME_CAPABILITIES, der + w.at,
                                                sizeof der - w.at);
}

int x509__set_sealing(gnutls_x509_crq_t crq, const struct imp_x509_sealing *s)
{
    uint8_t der[2 + IMP_X509_KEY_ID];
    struct imp_der_writer w = {.p = der, .at = sizeof der};
    imp_der_value(&w, IMP_DER_OCTETS, s->id, s->id_n);
    if (w.bad)
        return GNUTLS_E_SHORT_MEMORY_BUFFER;
    int r = gnutls_x509_crq_set_attribute_by_oid(
        crq, s->pair ? ASYMMETRIC_DECRYPT_KEY : DECRYPT_KEY, der + w.at, sizeof der - w.at);
    return r < 0 ? r : set_capabilities(crq, s->pair);
}

/* ---- reading -----------------------------------------------------------------------------------
 */
/* The first value of an attribute: its octets, 0: there is none, -1: longer than we take. */
static int attribute(uint8_t out[ATTRIBUTE_MAX], gnutls_x509_crq_t crq, const char *type)
{
    size_t n = ATTRIBUTE_MAX;
    int r = gnutls_x509_crq_get_attribute_by_oid(crq, type, 0, out, &n);
    return r >= 0 ? (int)n : r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? 0 : -1;
}

static bool is_capable(struct imp_piece one, const char *name, const char *wrap)
{
    struct imp_piece oid, parameters;
    return imp_der_take(&oid, &one, IMP_DER_OID) && imp_der_is_oid(oid, name) &&
           (!wrap || (imp_der_take(&parameters, &one, IMP_DER_SEQUENCE) &&
                      is_capable(parameters, wrap, NULL)));
}

/* Among them is our key encipherment of that kind. */
static bool capable(gnutls_x509_crq_t crq, bool pair)
{
    uint8_t der[ATTRIBUTE_MAX];
    struct imp_piece all, one;
    int n = attribute(der, crq, SMIME_CAPABILITIES);
    struct imp_piece rest = {der, n > 0 ? (size_t)n : 0};
    if (!imp_der_take(&all, &rest, IMP_DER_SEQUENCE))
        return false;
    while (imp_der_take(&one, &all, IMP_DER_SEQUENCE))
        if (is_capable(one, pair ? ECDH_SHA256 : AES128_WRAP, pair ? AES128_WRAP : NULL))
            return true;
    return false;
}

int x509__get_sealing(struct imp_x509_sealing *out, gnutls_x509_crq_t crq)
{
    uint8_t der[ATTRIBUTE_MAX];
    struct imp_piece id;
    int n = attribute(der, crq, DECRYPT_KEY);
    *out = (struct imp_x509_sealing){0};
    if (n == 0) {
        n = attribute(der, crq, ASYMMETRIC_DECRYPT_KEY);
        out->pair = n > 0;
    }
    if (n == 0)
        return 0;
    struct imp_piece rest = {der, n > 0 ? (size_t)n : 0};
    if (!imp_der_take(&id, &rest, IMP_DER_OCTETS) || rest.n != 0 || id.n == 0 ||
        id.n > sizeof out->id)
        return -1;
    memcpy(out->id, id.p, id.n);
    out->id_n = id.n;
    out->able = capable(crq, out->pair);
    return 0;
}
