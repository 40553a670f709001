/* SPDX-License-Identifier: GPL-2.0-only */
#include "cbor.h"

#include <string.h>

enum { FALSE_ = 20, TRUE_ = 21, NULL_ = 22 };

static bool fail(struct imp_cbor_reader *r)
{
    r->bad = true;
    return false;
}

void imp_cbor_read(struct imp_cbor_reader *r, struct imp_env *env, const void *p, size_t n)
{
    *r = (struct imp_cbor_reader){.p = p, .n = n};
    if (env)
        imp_charge(env, IMP_OP_CODEC, n);
}

enum imp_cbor_type imp_cbor_peek(const struct imp_cbor_reader *r)
{
    return r->bad || r->at == r->n ? IMP_CBOR_NONE : (enum imp_cbor_type)(r->p[r->at] >> 5);
}

/* Reads a head of the wanted major type with its shortest argument (RFC 8949, section 4.2.1). */
static bool head(struct imp_cbor_reader *r, enum imp_cbor_type type, uint64_t *v)
{
    if (imp_cbor_peek(r) != type)
        return fail(r);
    unsigned info = r->p[r->at] & 0x1f;
    if (info < 24) {
        *v = info;
        r->at++;
        return true;
    }
    if (info > 27)
        return fail(r);
    size_t size = (size_t)1 << (info - 24);
    if (r->n - r->at - 1 < size)
        return fail(r);
    *v = 0;
    for (size_t i = 1; i <= size; i++)
        *v = *v << 8 | r->p[r->at + i];
    uint64_t least = size == 1 ? 24 : UINT64_C(1) << 4 * size;
    if (*v < least)
        return fail(r);
    r->at += 1 + size;
    return true;
}

bool imp_cbor_get_int(struct imp_cbor_reader *r, int64_t *v)
{
    uint64_t u;
    bool negative = imp_cbor_peek(r) == IMP_CBOR_NEGATIVE;
    if (!head(r, negative ? IMP_CBOR_NEGATIVE : IMP_CBOR_UINT, &u))
        return false;
    if (u > INT64_MAX)
        return fail(r);
    *v = negative ? -1 - (int64_t)u : (int64_t)u;
    return true;
}

bool imp_cbor_get_range(struct imp_cbor_reader *r, int64_t min, int64_t max, int64_t *v)
{
    if (!imp_cbor_get_int(r, v))
        return false;
    return *v >= min && *v <= max ? true : fail(r);
}

static bool string(struct imp_cbor_reader *r, enum imp_cbor_type type, const uint8_t **p, size_t *n)
{
    uint64_t size;
    if (!head(r, type, &size))
        return false;
    if (size > r->n - r->at)
        return fail(r);
    *p = r->p + r->at;
    *n = (size_t)size;
    r->at += (size_t)size;
    return true;
}

bool imp_cbor_get_bytes(struct imp_cbor_reader *r, const uint8_t **p, size_t *n)
{
    return string(r, IMP_CBOR_BYTES, p, n);
}

/* Length of the well-formed UTF-8 character at p (RFC 3629, section 4), 0 when there is none. */
static size_t character(const uint8_t *p, size_t n)
{
    static const struct {
        uint8_t first, last, low, high; /* first octet; range of the second */
        uint8_t size;
    } forms[] = {
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (p[0] < forms[i].first || p[0] > forms[i].last)
            continue;
        size_t size = forms[i].size;
        if (size > n || (size > 1 && (p[1] < forms[i].low || p[1] > forms[i].high)))
            return 0;
        for (size_t k = 2; k < size; k++)
            if (p[k] >> 6 != 2)
                return 0;
        return size;
    }
    return 0;
}

bool imp_cbor_get_text(struct imp_cbor_reader *r, const char **p, size_t *n)
{
    const uint8_t *s;
    if (!string(r, IMP_CBOR_TEXT, &s, n))
        return false;
    for (size_t at = 0, size; at < *n; at += size)
        if ((size = character(s + at, *n - at)) == 0)
            return fail(r);
    *p = (const char *)s;
    return true;
}

bool imp_cbor_get_exact(struct imp_cbor_reader *r, void *out, size_t n)
{
    const uint8_t *p;
    size_t size;
    if (!imp_cbor_get_bytes(r, &p, &size))
        return false;
    if (size != n)
        return fail(r);
    if (n)
        memcpy(out, p, n);
    return true;
}

/* Each item of an array or map takes at least an octet: larger counts cannot be true. */
static bool container(struct imp_cbor_reader *r, enum imp_cbor_type type, size_t *count)
{
    uint64_t v;
    size_t each = type == IMP_CBOR_MAP ? 2 : 1;
    if (!head(r, type, &v))
        return false;
    if (v > (r->n - r->at) / each)
        return fail(r);
    *count = (size_t)v;
    return true;
}

bool imp_cbor_get_array(struct imp_cbor_reader *r, size_t *count)
{
    return container(r, IMP_CBOR_ARRAY, count);
}

static bool simple(struct imp_cbor_reader *r, unsigned min, unsigned max, unsigned *v)
{
    uint64_t u;
    if (!head(r, IMP_CBOR_SIMPLE, &u))
        return false;
    if (u < min || u > max)
        return fail(r);
    *v = (unsigned)u;
    return true;
}

bool imp_cbor_get_bool(struct imp_cbor_reader *r, bool *v)
{
    unsigned u;
    if (!simple(r, FALSE_, TRUE_, &u))
        return false;
    *v = u == TRUE_;
    return true;
}

bool imp_cbor_get_null(struct imp_cbor_reader *r)
{
    unsigned u;
    return simple(r, NULL_, NULL_, &u);
}

bool imp_cbor_get_tag(struct imp_cbor_reader *r, uint64_t tag)
{
    uint64_t v;
    if (!head(r, IMP_CBOR_TAG, &v))
        return false;
    return v == tag ? true : fail(r);
}

static bool skip(struct imp_cbor_reader *r, unsigned depth)
{
    enum imp_cbor_type type = imp_cbor_peek(r);
    const uint8_t *p;
    const char *text;
    uint64_t v;
    size_t n;
    int64_t i;
    if (depth == 0)
        return fail(r);
    switch (type) {
    case IMP_CBOR_UINT:
    case IMP_CBOR_NEGATIVE:
        return imp_cbor_get_int(r, &i);
    case IMP_CBOR_BYTES:
        return imp_cbor_get_bytes(r, &p, &n);
    case IMP_CBOR_TEXT:
        return imp_cbor_get_text(r, &text, &n);
    case IMP_CBOR_ARRAY:
    case IMP_CBOR_MAP:
        if (!container(r, type, &n))
            return false;
        for (n *= type == IMP_CBOR_MAP ? 2 : 1; n > 0; n--)
            if (!skip(r, depth - 1))
                return false;
        return true;
    case IMP_CBOR_TAG:
        return head(r, IMP_CBOR_TAG, &v) && skip(r, depth - 1);
    case IMP_CBOR_SIMPLE: {
        unsigned u;
        return simple(r, FALSE_, NULL_, &u);
    }
    default:
        return fail(r);
    }
}

bool imp_cbor_skip(struct imp_cbor_reader *r)
{
    return skip(r, IMP_CBOR_DEPTH);
}

bool imp_cbor_done(const struct imp_cbor_reader *r)
{
    return !r->bad && r->at == r->n;
}

bool imp_cbor_get_map(struct imp_cbor_reader *r, struct imp_cbor_map *m)
{
    *m = (struct imp_cbor_map){0};
    return container(r, IMP_CBOR_MAP, &m->left);
}

/* Encodings sort non-negative keys upwards, then negative ones downwards. */
static bool ascends(int64_t a, int64_t b)
{
    if ((a < 0) != (b < 0))
        return b < 0;
    return a < 0 ? b < a : b > a;
}

bool imp_cbor_next(struct imp_cbor_reader *r, struct imp_cbor_map *m, int64_t *key)
{
    if (r->bad || m->left == 0)
        return false;
    if (!imp_cbor_get_int(r, key))
        return false;
    if (m->any && !ascends(m->last, *key))
        return fail(r);
    m->any = true;
    m->last = *key;
    m->left--;
    return true;
}
