/* SPDX-License-Identifier: GPL-2.0-only */
/* est_attributes.c - CsrAttrs of RFC 7030 section 4.5.2: what a request shall hold, in DER. */
#include "est.h"

#include "protocols/codec/der.h"

#include <string.h>

/* challengePassword, RFC 2985 section 5.4.1; ecdsa-with-SHA256, RFC 5758 section 3.2. */
static const uint8_t challenge_password[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07};
static const uint8_t ecdsa_with_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};

/* An identifier alone, or Attribute ::= SEQUENCE { type, values SET } (RFC 2986 section 4.1). */
static bool attribute(struct est_attribute *out, int tag, struct imp_piece element)
{
    *out = (struct est_attribute){.type = element};
    if (tag == IMP_DER_SEQUENCE &&
        (imp_der_next(&out->type, &element) != IMP_DER_OID ||
         imp_der_next(&out->values, &element) != IMP_DER_SET || element.n != 0))
        return false;
    return (tag == IMP_DER_SEQUENCE || tag == IMP_DER_OID) && out->type.n > 0;
}

int est_attributes_read(struct est_attributes *out, const uint8_t *der, size_t n)
{
    struct imp_piece all, rest = {der, n}, element;
    out->count = 0;
    if (imp_der_next(&all, &rest) != IMP_DER_SEQUENCE || rest.n != 0)
        return -1;
    while (all.n > 0) {
        int tag = imp_der_next(&element, &all);
        if (tag < 0 || out->count == EST_ATTRIBUTE_COUNT ||
            !attribute(&out->list[out->count++], tag, element))
            return -1;
    }
    return 0;
}

int est_attributes_bound(const uint8_t *der, size_t n)
{
    struct est_attributes list;
    if (est_attributes_read(&list, der, n) != 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (list.list[i].type.n == sizeof challenge_password &&
            memcmp(list.list[i].type.p, challenge_password, sizeof challenge_password) == 0)
            return 1;
    return 0;
}

static size_t put(uint8_t *out, const uint8_t *oid, size_t n)
{
    out[0] = IMP_DER_OID;
    out[1] = (uint8_t)n;
    memcpy(out + 2, oid, n);
    return n + 2;
}

size_t est_attributes_write(uint8_t out[EST_ATTRIBUTES_MAX], bool bound)
{
    size_t n = bound ? put(out + 2, challenge_password, sizeof challenge_password) : 0;
    n += put(out + 2 + n, ecdsa_with_sha256, sizeof ecdsa_with_sha256);
    out[0] = IMP_DER_SEQUENCE;
    out[1] = (uint8_t)n;
    return n + 2;
}
