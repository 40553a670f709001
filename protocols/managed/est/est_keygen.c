/* SPDX-License-Identifier: GPL-2.0-only */
/* est_keygen.c - what answers /serverkeygen: the private key and its certificate as two parts of
 * one body. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

#define BOUNDARY "imprint-key-and-certificate"
#define TYPE_KEY "application/pkcs8"
#define TYPE_SEALED "application/pkcs7-mime; smime-type=server-generated-key"
#define TYPE_CERTS "application/pkcs7-mime; smime-type=certs-only"

int est_keygen_write(char *out, size_t cap, const char **type, const struct est_parts *give)
{
    char key[EST_BODY / 2], text[EST_BODY / 2];
    const struct est_private *private = give->key;
    const char *const kind = private->sealed ? TYPE_SEALED : TYPE_KEY;
    int key_n = imp_base64_encode(key, sizeof key, private->der, private->n);
    int text_n = imp_base64_encode(text, sizeof text, give->certs.p, give->certs.n);
    int done = -1;
    if (key_n > 0 && text_n > 0) {
        const struct imp_http_part parts[] = {
            {kind, strlen(kind), key, (size_t)key_n, !give->header},
            {TYPE_CERTS, sizeof TYPE_CERTS - 1, text, (size_t)text_n, !give->header}};
        done = imp_http_multipart_write(out, cap, BOUNDARY, parts, 2);
    }
    *type = "multipart/mixed; boundary=" BOUNDARY;
    imp_wipe(key, sizeof key);
    return done;
}

static bool is(const struct imp_http_part *p, const char *type)
{
    size_t n = strcspn(type, ";");
    return p->type_n >= n && memcmp(p->type, type, n) == 0 && (p->type_n == n || p->type[n] == ';');
}

/* In PKCS #8, or in CMS, which only smime-type tells from certificates. */
static bool is_key(const struct imp_http_part *p)
{
    static const char sealed[] = "server-generated-key";
    return is(p, TYPE_KEY) ||
           (is(p, TYPE_SEALED) && memmem(p->type, p->type_n, sealed, sizeof sealed - 1));
}

static bool read_key(struct est_private *key, const struct imp_http_part *p)
{
    int n = imp_base64_decode(key->der, sizeof key->der, p->body, p->n);
    key->sealed = !is(p, TYPE_KEY);
    key->n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static bool read_certs(struct imp_cms_certs *certs, const struct imp_http_part *p)
{
    uint8_t der[EST_BODY];
    int n = imp_base64_decode(der, sizeof der, p->body, p->n);
    return n > 0 && imp_cms_certs_read(certs, der, (size_t)n) == 0;
}

int est_keygen_read(struct est_private *out, struct imp_cms_certs *certs, const struct imp_http *m)
{
    struct imp_http_part parts[2];
    if (imp_http_multipart_read(parts, 2, m) != 2)
        return -1;
    int key = is_key(&parts[0]) ? 0 : 1;
    return is_key(&parts[key]) && is(&parts[!key], TYPE_CERTS) && read_key(out, &parts[key]) &&
                   read_certs(certs, &parts[!key])
               ? 0
               : -1;
}
