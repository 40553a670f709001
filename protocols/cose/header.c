/* SPDX-License-Identifier: GPL-2.0-only */
/* Header parameters: RFC 9052 section 3.1, RFC 9360 section 2. */
#include "cose_internal.h"

enum { ALG = 1, CRIT = 2, CONTENT_TYPE = 3, KID = 4, X5BAG = 32, X5CHAIN = 33 };

/* COSE_X509: one certificate alone, more of them in an array (RFC 9360 section 2). */
static void put_certs(struct imp_cbor_writer *w, const struct imp_cose_header *h)
{
    imp_cbor_put_int(w, h->chain ? X5CHAIN : X5BAG);
    if (h->count > 1)
        imp_cbor_put_array(w, h->count);
    for (size_t i = 0; i < h->count; i++)
        imp_cbor_put_bytes(w, h->certs[i].p, h->certs[i].n);
}

void cose__header_write(struct imp_cbor_writer *w, const struct imp_cose_header *h)
{
    imp_cbor_put_map(w, (h->algorithm != 0) + (h->kid.p != NULL) + (h->count > 0));
    if (h->algorithm) {
        imp_cbor_put_int(w, ALG);
        imp_cbor_put_int(w, h->algorithm);
    }
    if (h->kid.p) {
        imp_cbor_put_int(w, KID);
        imp_cbor_put_bytes(w, h->kid.p, h->kid.n);
    }
    if (h->count)
        put_certs(w, h);
}

static bool get_certs(struct imp_cbor_reader *r, struct imp_cose_header *out, bool chain)
{
    const uint8_t *p;
    size_t n, count = 1;
    bool array = imp_cbor_peek(r) == IMP_CBOR_ARRAY;
    if (out->count || (array && !imp_cbor_get_array(r, &count)))
        return false;
    if (count > IMP_COSE_CERTS || count < (array ? 2 : 1))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!imp_cbor_get_bytes(r, &p, &n))
            return false;
        out->certs[i] = IMP_PIECE(p, n);
    }
    out->count = count;
    out->chain = chain;
    return true;
}

static bool understood(int64_t label)
{
    static const int64_t labels[] = {ALG, CRIT, CONTENT_TYPE, KID, X5BAG, X5CHAIN};
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        if (labels[i] == label)
            return true;
    return false;
}

/* At least one label, each of them understood. */
static bool get_critical(struct imp_cbor_reader *r)
{
    size_t count;
    int64_t label;
    if (!imp_cbor_get_array(r, &count) || count == 0)
        return false;
    for (; count > 0; count--)
        if (!imp_cbor_get_int(r, &label) || !understood(label))
            return false;
    return true;
}

static bool get_parameter(struct imp_cbor_reader *r, int64_t label, struct imp_cose_header *out)
{
    const uint8_t *p;
    size_t n;
    int64_t v;
    switch (label) {
    case ALG:
        if (!imp_cbor_get_range(r, INT16_MIN, INT16_MAX, &v) || v == 0)
            return false;
        out->algorithm = (int)v;
        return true;
    case CRIT:
        return get_critical(r);
    case KID:
        if (!imp_cbor_get_bytes(r, &p, &n))
            return false;
        out->kid = IMP_PIECE(p, n);
        return true;
    case X5BAG:
    case X5CHAIN:
        return get_certs(r, out, label == X5CHAIN);
    default:
        return imp_cbor_skip(r);
    }
}

bool cose__header_read(struct imp_cbor_reader *r, struct imp_cose_header *out, bool protected)
{
    struct imp_cbor_map m;
    int64_t label;
    *out = (struct imp_cose_header){0};
    if (!imp_cbor_get_map(r, &m))
        return false;
    while (imp_cbor_next(r, &m, &label))
        if ((label == CRIT && !protected) || !get_parameter(r, label, out))
            return false;
    return !r->bad;
}

bool cose__headers_agree(const struct imp_cose_header *a, const struct imp_cose_header *b)
{
    bool certs = a->count && b->count && a->chain == b->chain;
    return !(a->algorithm && b->algorithm) && !(a->kid.p && b->kid.p) && !certs;
}
