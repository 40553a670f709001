/* SPDX-License-Identifier: GPL-2.0-only */
/* The CBOR reader: whatever it takes is deterministic encoding, so that writing it again gives the
 * same octets. */
#include "protocols/codec/cbor.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void copy_item(struct imp_cbor_reader *r, struct imp_cbor_writer *w, unsigned depth);

static void copy_map(struct imp_cbor_reader *r, struct imp_cbor_writer *w, unsigned depth)
{
    struct imp_cbor_map m;
    int64_t key;
    if (!imp_cbor_get_map(r, &m))
        return;
    imp_cbor_put_map(w, m.left);
    while (imp_cbor_next(r, &m, &key)) {
        imp_cbor_put_int(w, key);
        copy_item(r, w, depth - 1);
    }
}

static void copy_array(struct imp_cbor_reader *r, struct imp_cbor_writer *w, unsigned depth)
{
    size_t count;
    if (!imp_cbor_get_array(r, &count))
        return;
    imp_cbor_put_array(w, count);
    for (; count > 0 && !r->bad; count--)
        copy_item(r, w, depth - 1);
}

static void copy_text(struct imp_cbor_reader *r, struct imp_cbor_writer *w)
{
    const char *text;
    char copy[256];
    size_t n;
    if (!imp_cbor_get_text(r, &text, &n))
        return;
    if (n >= sizeof copy || memchr(text, 0, n)) {
        r->bad = true; /* the writer takes C strings */
        return;
    }
    memcpy(copy, text, n);
    copy[n] = '\0';
    imp_cbor_put_text(w, copy);
}

static void copy_simple(struct imp_cbor_reader *r, struct imp_cbor_writer *w)
{
    bool v;
    if (r->p[r->at] == 0xf6 && imp_cbor_get_null(r))
        imp_cbor_put_null(w);
    else if (imp_cbor_get_bool(r, &v))
        imp_cbor_put_bool(w, v);
}

static void copy_item(struct imp_cbor_reader *r, struct imp_cbor_writer *w, unsigned depth)
{
    const uint8_t *p;
    size_t n;
    int64_t v;
    if (depth == 0) {
        r->bad = true;
        return;
    }
    switch (imp_cbor_peek(r)) {
    case IMP_CBOR_UINT:
    case IMP_CBOR_NEGATIVE:
        if (imp_cbor_get_int(r, &v))
            imp_cbor_put_int(w, v);
        break;
    case IMP_CBOR_BYTES:
        if (imp_cbor_get_bytes(r, &p, &n))
            imp_cbor_put_bytes(w, p, n);
        break;
    case IMP_CBOR_TEXT:
        copy_text(r, w);
        break;
    case IMP_CBOR_ARRAY:
        copy_array(r, w, depth);
        break;
    case IMP_CBOR_MAP:
        copy_map(r, w, depth);
        break;
    case IMP_CBOR_SIMPLE:
        copy_simple(r, w);
        break;
    default:
        r->bad = true;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct imp_cbor_reader r, whole;
    struct imp_cbor_writer w;
    uint8_t out[4096];
    imp_cbor_read(&whole, NULL, data, n);
    imp_cbor_skip(&whole);
    imp_cbor_read(&r, NULL, data, n);
    imp_cbor_write(&w, NULL, out, sizeof out);
    copy_item(&r, &w, IMP_CBOR_DEPTH);
    if (imp_cbor_done(&r) && !w.bad) {
        if (imp_cbor_end(&w) != n || memcmp(out, data, n) != 0 || !imp_cbor_done(&whole))
            abort();
    }
    return 0;
}
