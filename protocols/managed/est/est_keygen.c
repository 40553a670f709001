/* SPDX-License-Identifier: GPL-2.0-only */
/* est_keygen.c - what answers /serverkeygen: the private key and its certificate as two parts of
 * one body. The key has no encryption of its own beside TLS's. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

#define BOUNDARY "imprint-key-and-certificate"
#define TYPE_KEY "application/pkcs8"
#define TYPE_CERTS "application/pkcs7-mime; smime-type=certs-only"

int est_keygen_write(char *out, size_t cap, const char **type, const struct est_key *pair,
                     const uint8_t *certs, size_t n)
{
    uint8_t der[IMP_P256_PKCS8_MAX];
    char key[192], text[EST_BODY / 2];
    int key_n =
        imp_base64_encode(key, sizeof key, der, imp_p256_pkcs8_write(der, pair->secret, pair->pub));
    int text_n = imp_base64_encode(text, sizeof text, certs, n);
    int done = -1;
    if (key_n > 0 && text_n > 0) {
        const struct imp_http_part parts[] = {
            {TYPE_KEY, sizeof TYPE_KEY - 1, key, (size_t)key_n},
            {TYPE_CERTS, sizeof TYPE_CERTS - 1, text, (size_t)text_n}};
        done = imp_http_multipart_write(out, cap, BOUNDARY, parts, 2);
    }
    *type = "multipart/mixed; boundary=" BOUNDARY;
    imp_wipe(der, sizeof der);
    imp_wipe(key, sizeof key);
    return done;
}

static bool is(const struct imp_http_part *p, const char *type)
{
    size_t n = strcspn(type, ";");
    return p->type_n >= n && memcmp(p->type, type, n) == 0 && (p->type_n == n || p->type[n] == ';');
}

static bool read_key(uint8_t secret[32], const struct imp_http_part *p)
{
    uint8_t der[256];
    int n = imp_base64_decode(der, sizeof der, p->body, p->n);
    bool good = n > 0 && imp_p256_pkcs8_read(secret, der, (size_t)n) == 0;
    imp_wipe(der, sizeof der);
    return good;
}

static bool read_certs(struct imp_cms_certs *certs, const struct imp_http_part *p)
{
    uint8_t der[EST_BODY];
    int n = imp_base64_decode(der, sizeof der, p->body, p->n);
    return n > 0 && imp_cms_certs_read(certs, der, (size_t)n) == 0;
}

int est_keygen_read(uint8_t secret[32], struct imp_cms_certs *certs, const struct imp_http *m)
{
    struct imp_http_part parts[2];
    if (imp_http_multipart_read(parts, 2, m) != 2)
        return -1;
    int key = is(&parts[0], TYPE_KEY) ? 0 : 1;
    return is(&parts[key], TYPE_KEY) && is(&parts[!key], TYPE_CERTS) &&
                   read_key(secret, &parts[key]) && read_certs(certs, &parts[!key])
               ? 0
               : -1;
}
