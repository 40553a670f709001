/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_content.c - certificates and keys as payloads, RFC 9148 section 4.3. */
#include "estc.h"

#include "protocols/codec/cbor.h"
#include "protocols/crypto/crypto.h"

#include <string.h>

int estc_certs_write(uint8_t *out, size_t cap, const struct imp_x509 *crt, unsigned format)
{
    if (format == IMP_COAP_FORMAT_PKCS7_CERTS_ONLY)
        return imp_cms_certs_write(out, cap, &IMP_PIECE(crt->der, crt->n), 1);
    if (crt->n > cap)
        return -1;
    memcpy(out, crt->der, crt->n);
    return (int)crt->n;
}

int estc_certs_read(struct imp_cms_certs *out, const uint8_t *p, size_t n, unsigned format)
{
    if (format == IMP_COAP_FORMAT_PKCS7_CERTS_ONLY)
        return imp_cms_certs_read(out, p, n);
    memset(out, 0, sizeof *out);
    if (format != IMP_COAP_FORMAT_PKIX_CERT || n == 0 || n > sizeof out->crt->der)
        return -1;
    memcpy(out->crt->der, p, n);
    out->crt->n = n;
    out->count = 1;
    return 0;
}

int estc_key_write(struct imp_env *env, uint8_t *out, size_t cap, const struct est_key *key,
                   const struct imp_x509 *crt, unsigned format)
{
    uint8_t pkcs8[IMP_P256_PKCS8_MAX], certs[1024];
    struct imp_cbor_writer w;
    size_t key_n = imp_p256_pkcs8_write(pkcs8, key->secret, key->pub);
    int n = estc_certs_write(certs, sizeof certs, crt, format);
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_int(&w, IMP_COAP_FORMAT_PKCS8);
    imp_cbor_put_bytes(&w, pkcs8, key_n);
    imp_cbor_put_int(&w, format);
    imp_cbor_put_bytes(&w, certs, n < 0 ? 0 : (size_t)n);
    size_t done = imp_cbor_end(&w);
    imp_wipe(pkcs8, sizeof pkcs8);
    return n < 0 || done == 0 ? -1 : (int)done;
}

int estc_key_read(struct imp_env *env, uint8_t secret[32], struct imp_cms_certs *certs,
                  const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    size_t count;
    bool key = false, certified = false;
    imp_cbor_read(&r, env, p, n);
    if (!imp_cbor_get_array(&r, &count) || count != 4)
        return -1;
    for (int part = 0; part < 2; part++) {
        const uint8_t *bytes;
        size_t bytes_n;
        int64_t format;
        if (!imp_cbor_get_range(&r, 0, UINT16_MAX, &format) ||
            !imp_cbor_get_bytes(&r, &bytes, &bytes_n))
            return -1;
        if (format == IMP_COAP_FORMAT_PKCS8)
            key = imp_p256_pkcs8_read(secret, bytes, bytes_n) == 0;
        else
            certified = estc_certs_read(certs, bytes, bytes_n, (unsigned)format) == 0;
    }
    return imp_cbor_done(&r) && key && certified ? 0 : -1;
}
