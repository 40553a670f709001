/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_jpy.c - what a stateless join proxy would remember travels with each datagram: an array of
 * its header, which nobody else reads, and the datagram. */
#include "cbrski_voucher.h"

#include "protocols/codec/cbor.h"

size_t cbrski_jpy_write(struct imp_env *env, uint8_t *out, size_t cap, const struct cbrski_jpy *m)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_array(&w, 2);
    imp_cbor_put_bytes(&w, m->header.p, m->header.n);
    imp_cbor_put_bytes(&w, m->content.p, m->content.n);
    return imp_cbor_end(&w);
}

static bool get(struct imp_cbor_reader *r, struct imp_piece *out)
{
    const uint8_t *p;
    size_t n;
    if (!imp_cbor_get_bytes(r, &p, &n))
        return false;
    *out = IMP_PIECE(p, n);
    return true;
}

/* More elements than two are for specifications to come (section 4.5.7 there). */
int cbrski_jpy_read(struct imp_env *env, struct cbrski_jpy *out, const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    size_t count;
    imp_cbor_read(&r, env, p, n);
    bool good = imp_cbor_get_array(&r, &count) && count >= 2 && get(&r, &out->header) &&
                get(&r, &out->content);
    for (; good && count > 2; count--)
        good = imp_cbor_skip(&r);
    return good && imp_cbor_done(&r) && out->header.n <= CBRSKI_JPY_HEADER && out->content.n > 0
               ? 0
               : -1;
}
