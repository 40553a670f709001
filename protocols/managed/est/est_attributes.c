/* SPDX-License-Identifier: GPL-2.0-only */
/* est_attributes.c - CsrAttrs of RFC 7030 section 4.5.2: what a request shall hold, in DER. */
#include "est.h"

#include "protocols/codec/der.h"

#include <string.h>

/* challengePassword, RFC 2985 section 5.4.1; ecdsa-with-SHA256, RFC 5758 section 3.2. */
static const uint8_t challenge_password[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07};
static const uint8_t ecdsa_with_sha256[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02};

/* extensionRequest, RFC 2985 section 5.4.2; subjectAltName, RFC 5280 section 4.2.1.6. */
static const uint8_t extension_request[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x0e};
static const uint8_t subject_alt_name[] = {0x55, 0x1d, 0x11};

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

static bool is(struct imp_piece p, const uint8_t *oid, size_t n)
{
    return p.n == n && memcmp(p.p, oid, n) == 0;
}

/* Identifiers of extensions, as in the example of RFC 8951 section 4. */
static bool wants_name(struct imp_piece values)
{
    struct imp_piece value;
    while (values.n > 0) {
        int tag = imp_der_next(&value, &values);
        if (tag < 0)
            return false;
        if (tag == IMP_DER_OID && is(value, subject_alt_name, sizeof subject_alt_name))
            return true;
    }
    return false;
}

int est_attributes_asked(const uint8_t *der, size_t n)
{
    struct est_attributes list;
    if (est_attributes_read(&list, der, n) != 0)
        return -1;
    int asked = list.count ? EST_ASKED : 0;
    for (size_t i = 0; i < list.count; i++) {
        const struct est_attribute *a = &list.list[i];
        if (is(a->type, challenge_password, sizeof challenge_password))
            asked |= EST_ASKED_BINDING;
        if (is(a->type, extension_request, sizeof extension_request) && wants_name(a->values))
            asked |= EST_ASKED_NAME;
    }
    return asked;
}

int est_attributes_bound(const uint8_t *der, size_t n)
{
    int asked = est_attributes_asked(der, n);
    return asked < 0 ? -1 : (asked & EST_ASKED_BINDING) != 0;
}

static size_t put(uint8_t *out, const uint8_t *oid, size_t n)
{
    out[0] = IMP_DER_OID;
    out[1] = (uint8_t)n;
    memcpy(out + 2, oid, n);
    return n + 2;
}

/* SEQUENCE { extensionRequest, SET { subjectAltName } } */
static size_t put_name(uint8_t *out)
{
    size_t type = put(out + 2, extension_request, sizeof extension_request);
    size_t value = put(out + 4 + type, subject_alt_name, sizeof subject_alt_name);
    out[0] = IMP_DER_SEQUENCE;
    out[1] = (uint8_t)(type + 2 + value);
    out[2 + type] = IMP_DER_SET;
    out[3 + type] = (uint8_t)value;
    return 4 + type + value;
}

size_t est_attributes_write_asked(uint8_t out[EST_ATTRIBUTES_MAX], int asked)
{
    size_t n = 0;
    if (asked & EST_ASKED_BINDING)
        n += put(out + 2 + n, challenge_password, sizeof challenge_password);
    if (asked & EST_ASKED_NAME)
        n += put_name(out + 2 + n);
    if (asked)
        n += put(out + 2 + n, ecdsa_with_sha256, sizeof ecdsa_with_sha256);
    out[0] = IMP_DER_SEQUENCE;
    out[1] = (uint8_t)n;
    return n + 2;
}

size_t est_attributes_write(uint8_t out[EST_ATTRIBUTES_MAX], bool bound)
{
    return est_attributes_write_asked(out, EST_ASKED | (bound ? EST_ASKED_BINDING : 0));
}
