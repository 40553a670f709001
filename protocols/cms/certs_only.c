/* SPDX-License-Identifier: GPL-2.0-only */
#include "cms.h"

#include <gnutls/pkcs7.h>
#include <string.h>

int imp_cms_certs_write(uint8_t *out, size_t cap, const struct imp_piece *certs, size_t count)
{
    gnutls_pkcs7_t p7;
    int r = gnutls_pkcs7_init(&p7);
    if (r < 0)
        return -1;
    for (size_t i = 0; i < count && r >= 0; i++) {
        const gnutls_datum_t der = {(uint8_t *)certs[i].p, (unsigned)certs[i].n};
        r = gnutls_pkcs7_set_crt_raw(p7, &der);
    }
    if (r >= 0)
        r = gnutls_pkcs7_export(p7, GNUTLS_X509_FMT_DER, out, &cap);
    gnutls_pkcs7_deinit(p7);
    return r < 0 ? -1 : (int)cap;
}

static bool take(struct imp_x509 *out, gnutls_pkcs7_t p7, int i)
{
    gnutls_datum_t der = {0};
    if (gnutls_pkcs7_get_crt_raw2(p7, i, &der) < 0)
        return false;
    bool fits = der.size <= sizeof out->der;
    if (fits) {
        memcpy(out->der, der.data, der.size);
        out->n = der.size;
    }
    gnutls_free(der.data);
    return fits;
}

static bool take_all(struct imp_cms_certs *out, gnutls_pkcs7_t p7)
{
    gnutls_pkcs7_signature_info_st signer;
    int count = gnutls_pkcs7_get_crt_count(p7);
    bool good = count >= 0 && count <= IMP_CMS_CERTS;
    if (gnutls_pkcs7_get_signature_info(p7, 0, &signer) >= 0) {
        gnutls_pkcs7_signature_info_deinit(&signer);
        good = false;
    }
    for (int i = 0; i < count && good; i++)
        good = take(&out->crt[out->count++], p7, i);
    return good;
}

int imp_cms_certs_read(struct imp_cms_certs *out, const uint8_t *der, size_t n)
{
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    gnutls_pkcs7_t p7;
    bool good = false;
    memset(out, 0, sizeof *out);
    if (n > UINT16_MAX || gnutls_pkcs7_init(&p7) < 0)
        return -1;
    if (gnutls_pkcs7_import(p7, &in, GNUTLS_X509_FMT_DER) >= 0)
        good = take_all(out, p7);
    gnutls_pkcs7_deinit(p7);
    if (!good)
        memset(out, 0, sizeof *out);
    return good ? 0 : -1;
}
