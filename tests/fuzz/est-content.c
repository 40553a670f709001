/* SPDX-License-Identifier: GPL-2.0-only */
/* What EST and EST over CoAPS read: CSR attributes, links, key and certificate in one payload,
 * certificates in both formats. The first octet says which; what is read lies within its input. */
#include "protocols/managed/est-coaps/estc.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void within(const struct imp_piece *part, const uint8_t *p, size_t n)
{
    const uint8_t *q = part->p;
    if (part->n && (q < p || q + part->n > p + n))
        abort();
}

static void attributes(const uint8_t *p, size_t n)
{
    struct est_attributes list;
    if (est_attributes_read(&list, p, n) != 0)
        return;
    for (size_t i = 0; i < list.count; i++) {
        within(&list.list[i].type, p, n);
        within(&list.list[i].values, p, n);
    }
    if (est_attributes_asked(p, n) < 0)
        abort();
}

/* A root that is found leads back to its resource by a link of ours. */
static void links(const uint8_t *p, size_t n)
{
    char root[ESTC_PATH], again[ESTC_PATH], text[512];
    if (!estc_links_find(root, (const char *)p, n, "sen"))
        return;
    int size = estc_links_write(text, sizeof text, root, "ace.est.sen", 11);
    if (size <= 0 || strchr(root, '>') || !estc_links_find(again, text, (size_t)size, "sen") ||
        strcmp(root, again) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_cms_certs certs;
    struct est_private private;
    uint8_t secret[32], *copy;
    if (n < 2 || !(copy = malloc(n - 1))) /* its ends are watched */
        return 0;
    memcpy(copy, data + 1, n - 1);
    switch (data[0] & 3) {
    case 0:
        attributes(copy, n - 1);
        break;
    case 1:
        links(copy, n - 1);
        break;
    case 2:
        if (estc_key_read(NULL, &private, &certs, copy, n - 1) == 0)
            est_private_read(NULL, secret, &private, EST_SEALING_NONE, NULL);
        break;
    default:
        estc_certs_read(&certs, copy, n - 1,
                        data[0] & 4 ? IMP_COAP_FORMAT_PKIX_CERT : IMP_COAP_FORMAT_PKCS7_CERTS_ONLY);
    }
    free(copy);
    return 0;
}
