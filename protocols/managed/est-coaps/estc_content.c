/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_content.c - certificates and keys as payloads, RFC 9148 section 4.3. */
#include "estc.h"

#include "protocols/codec/cbor.h"
#include "protocols/crypto/crypto.h"

#include <string.h>

int estc_set_write(uint8_t *out, size_t cap, const struct imp_piece *certs, size_t count,
                   unsigned format)
{
    if (format == IMP_COAP_FORMAT_PKCS7_CERTS_ONLY)
        return imp_cms_certs_write(out, cap, certs, count);
    if (certs[0].n > cap)
        return -1;
    memcpy(out, certs[0].p, certs[0].n);
    return (int)certs[0].n;
}

int estc_certs_write(uint8_t *out, size_t cap, const struct imp_x509 *crt, unsigned format)
{
    return estc_set_write(out, cap, &IMP_PIECE(crt->der, crt->n), 1, format);
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

int estc_key_write(struct imp_env *env, uint8_t *out, size_t cap, const struct est_private *key,
                   const struct imp_x509 *crt, unsigned format)
{
    uint8_t certs[1024];
    struct imp_cbor_writer w;
    int n = estc_certs_write(certs, sizeof certs, crt, format);
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_int(&w, key->sealed ? IMP_COAP_FORMAT_PKCS7_SERVER_KEY : IMP_COAP_FORMAT_PKCS8);
    imp_cbor_put_bytes(&w, key->der, key->n);
    imp_cbor_put_int(&w, format);
    imp_cbor_put_bytes(&w, certs, n < 0 ? 0 : (size_t)n);
    size_t done = imp_cbor_end(&w);
    return n < 0 || done == 0 ? -1 : (int)done;
}

static bool read_key(struct est_private *key, const uint8_t *p, size_t n, bool sealed)
{
    if (n == 0 || n > sizeof key->der)
        return false;
    memcpy(key->der, p, n);
    key->n = n;
    key->sealed = sealed;
    return true;
}

int estc_key_read(struct imp_env *env, struct est_private *out, struct imp_cms_certs *certs,
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
        bool sealed = format == IMP_COAP_FORMAT_PKCS7_SERVER_KEY;
        if (sealed || format == IMP_COAP_FORMAT_PKCS8)
            key = read_key(out, bytes, bytes_n, sealed);
        else
            certified = estc_certs_read(certs, bytes, bytes_n, (unsigned)format) == 0;
    }
    return imp_cbor_done(&r) && key && certified ? 0 : -1;
}
