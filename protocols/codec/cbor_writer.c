/* SPDX-License-Identifier: GPL-2.0-only */
#include "cbor.h"

#include <string.h>

static void put(struct imp_cbor_writer *w, const void *p, size_t n)
{
    if (w->bad || n > w->cap - w->n) {
        w->bad = true;
        return;
    }
    if (n)
        memcpy(w->p + w->n, p, n);
    w->n += n;
}

static void head(struct imp_cbor_writer *w, enum imp_cbor_type type, uint64_t v)
{
    uint8_t b[9];
    unsigned size = v < 24 ? 0 : v <= 0xff ? 1 : v <= 0xffff ? 2 : v <= 0xffffffff ? 4 : 8;
    unsigned info = size == 0 ? (unsigned)v : size == 1 ? 24 : size == 2 ? 25 : size == 4 ? 26 : 27;
    b[0] = (uint8_t)((unsigned)type << 5 | info);
    for (unsigned i = 0; i < size; i++)
        b[1 + i] = (uint8_t)(v >> 8 * (size - 1 - i));
    put(w, b, 1 + size);
}

void imp_cbor_write(struct imp_cbor_writer *w, struct imp_env *env, void *p, size_t cap)
{
    *w = (struct imp_cbor_writer){.env = env, .p = p, .cap = cap};
}

void imp_cbor_put_int(struct imp_cbor_writer *w, int64_t v)
{
    if (v < 0)
        head(w, IMP_CBOR_NEGATIVE, (uint64_t)(-1 - v));
    else
        head(w, IMP_CBOR_UINT, (uint64_t)v);
}

void imp_cbor_put_bytes(struct imp_cbor_writer *w, const void *p, size_t n)
{
    head(w, IMP_CBOR_BYTES, n);
    put(w, p, n);
}

void imp_cbor_put_bytes_head(struct imp_cbor_writer *w, size_t n)
{
    head(w, IMP_CBOR_BYTES, n);
}

void imp_cbor_put_text(struct imp_cbor_writer *w, const char *text)
{
    size_t n = strlen(text);
    head(w, IMP_CBOR_TEXT, n);
    put(w, text, n);
}

void imp_cbor_put_array(struct imp_cbor_writer *w, size_t count)
{
    head(w, IMP_CBOR_ARRAY, count);
}

void imp_cbor_put_map(struct imp_cbor_writer *w, size_t pairs)
{
    head(w, IMP_CBOR_MAP, pairs);
}

void imp_cbor_put_bool(struct imp_cbor_writer *w, bool v)
{
    head(w, IMP_CBOR_SIMPLE, v ? 21 : 20);
}

void imp_cbor_put_null(struct imp_cbor_writer *w)
{
    head(w, IMP_CBOR_SIMPLE, 22);
}

void imp_cbor_put_tag(struct imp_cbor_writer *w, uint64_t tag)
{
    head(w, IMP_CBOR_TAG, tag);
}

size_t imp_cbor_end(struct imp_cbor_writer *w)
{
    if (w->bad)
        return 0;
    if (w->env)
        imp_charge(w->env, IMP_OP_CODEC, w->n);
    return w->n;
}
