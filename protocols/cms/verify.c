/* SPDX-License-Identifier: GPL-2.0-only */
#include "cms.h"

#include "../crypto/charge.h"

#include <gnutls/pkcs7.h>
#include <gnutls/x509.h>
#include <string.h>

static bool read_content(struct imp_cms_signed *out, gnutls_pkcs7_t p7, const char *type)
{
    gnutls_datum_t data = {0};
    const char *oid = gnutls_pkcs7_get_embedded_data_oid(p7);
    if (!oid || strcmp(oid, type) != 0 || gnutls_pkcs7_get_embedded_data(p7, 0, &data) < 0)
        return false;
    bool fits = data.size <= sizeof out->content;
    if (fits) {
        memcpy(out->content, data.data, data.size);
        out->n = data.size;
    }
    gnutls_free(data.data);
    return fits;
}

static bool read_certs(struct imp_cms_certs *out, gnutls_pkcs7_t p7)
{
    int count = gnutls_pkcs7_get_crt_count(p7);
    if (count < 1 || count > IMP_CMS_CERTS)
        return false;
    for (int i = 0; i < count; i++) {
        gnutls_datum_t der = {0};
        struct imp_x509 *crt = &out->crt[out->count];
        if (gnutls_pkcs7_get_crt_raw2(p7, i, &der) < 0)
            return false;
        if (der.size <= sizeof crt->der) {
            memcpy(crt->der, der.data, der.size);
            crt->n = der.size;
            out->count++;
        }
        gnutls_free(der.data);
        if (out->count != (size_t)i + 1)
            return false;
    }
    return true;
}

/* The certificate is the signer's if it verifies what that one has signed. A key that is none of
 * ours is not shown to GnuTLS 3.7, which leaks keys that it cannot read; and without both flags it
 * looks at the wall clock. */
enum { ANY_TIME = GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS };

static bool verifies(gnutls_pkcs7_t p7, const struct imp_x509 *x)
{
    struct imp_x509_info info;
    gnutls_x509_crt_t crt;
    const gnutls_datum_t der = {(uint8_t *)x->der, (unsigned)x->n};
    bool good = false;
    if (imp_x509_read(&info, x->der, x->n) != 0 || gnutls_x509_crt_init(&crt) < 0)
        return false;
    if (gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) >= 0)
        good = gnutls_pkcs7_verify_direct(p7, crt, 0, NULL, ANY_TIME) >= 0;
    gnutls_x509_crt_deinit(crt);
    return good;
}

/* The only one, and when he says that he has signed. */
static bool one_signer(gnutls_pkcs7_t p7, int64_t *signed_at)
{
    gnutls_pkcs7_signature_info_st info;
    if (gnutls_pkcs7_get_signature_info(p7, 0, &info) < 0)
        return false;
    *signed_at = info.signing_time == (time_t)-1 ? IMP_CMS_UNDATED : info.signing_time;
    gnutls_pkcs7_signature_info_deinit(&info);
    if (gnutls_pkcs7_get_signature_info(p7, 1, &info) < 0)
        return true;
    gnutls_pkcs7_signature_info_deinit(&info);
    return false;
}

static bool read_all(struct imp_cms_signed *out, gnutls_pkcs7_t p7, const char *type)
{
    if (!one_signer(p7, &out->signed_at) || !read_content(out, p7, type) ||
        !read_certs(&out->certs, p7))
        return false;
    for (size_t i = 0; i < out->certs.count; i++)
        if (verifies(p7, &out->certs.crt[i])) {
            out->signer = out->certs.crt[i];
            return true;
        }
    return false;
}

int imp_cms_verify(struct imp_env *env, struct imp_cms_signed *out, const char *content_type,
                   const uint8_t *der, size_t n)
{
    const gnutls_datum_t in = {(uint8_t *)der, (unsigned)n};
    gnutls_pkcs7_t p7;
    bool good = false;
    memset(out, 0, sizeof *out);
    if (n > UINT16_MAX || gnutls_pkcs7_init(&p7) < 0)
        return -1;
    if (gnutls_pkcs7_import(p7, &in, GNUTLS_X509_FMT_DER) >= 0)
        good = read_all(out, p7, content_type);
    gnutls_pkcs7_deinit(p7);
    imp__charge(env, IMP_OP_CODEC, n);
    imp__charge(env, IMP_OP_SHA256, imp__padded(n));
    imp__charge(env, IMP_OP_P256_VERIFY, 1);
    if (!good)
        memset(out, 0, sizeof *out);
    return good ? 0 : -1;
}
