/* SPDX-License-Identifier: GPL-2.0-only */
/* COSE_Sign1, RFC 9052 section 4.2, and what is signed, section 4.4. */
#include "cose_internal.h"

#include "../crypto/crypto.h"

enum { TAG = 18, HEADS = 48 /* octets of what stands around the parts of a Sig_structure */ };

/* Sig_structure: the heads are written one after the other, and what they introduce stays where it
 * is. */
struct to_be_signed {
    struct imp_piece piece[6];
    uint8_t heads[HEADS];
};

static void introduce(struct to_be_signed *t, struct imp_cbor_writer *w, size_t *at, size_t i,
                      struct imp_piece part)
{
    imp_cbor_put_bytes_head(w, part.n);
    t->piece[2 * i] = IMP_PIECE(t->heads + *at, w->n - *at);
    t->piece[2 * i + 1] = part;
    *at = w->n;
}

static void lay_out(struct to_be_signed *t, struct imp_piece protected, struct imp_piece external,
                    struct imp_piece content)
{
    struct imp_cbor_writer w;
    size_t at = 0;
    imp_cbor_write(&w, NULL, t->heads, sizeof t->heads);
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_text(&w, "Signature1");
    introduce(t, &w, &at, 0, protected);
    introduce(t, &w, &at, 1, external);
    introduce(t, &w, &at, 2, content);
}

/* A protected header without parameters is signed as no octets, however it came (section 4.4). */
static struct imp_piece signed_header(struct imp_piece octets)
{
    const uint8_t *p = octets.p;
    return octets.n == 1 && p[0] == 0xa0 ? IMP_PIECE("", 0) : octets;
}

static int write_message(struct imp_env *env, uint8_t *out, size_t cap,
                         const struct imp_cose_sign1 *m)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_tag(&w, TAG);
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_bytes(&w, m->protected_octets.p, m->protected_octets.n);
    cose__header_write(&w, &m->unprotected);
    imp_cbor_put_bytes(&w, m->content.p, m->content.n);
    imp_cbor_put_bytes(&w, m->signature, IMP_COSE_SIGNATURE);
    size_t n = imp_cbor_end(&w);
    return n ? (int)n : -1;
}

int imp_cose_rewrite(struct imp_env *env, uint8_t *out, size_t cap,
                     const struct imp_cose_sign1 *message)
{
    return write_message(env, out, cap, message);
}

int imp_cose_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct imp_cose_sign1 *say,
                  struct imp_piece external, const uint8_t secret[32])
{
    uint8_t header[IMP_COSE_PROTECTED], signature[IMP_COSE_SIGNATURE];
    struct imp_cose_sign1 m = *say;
    struct to_be_signed t;
    struct imp_cbor_writer w;
    m.protected.algorithm = IMP_COSE_ES256;
    imp_cbor_write(&w, env, header, sizeof header);
    cose__header_write(&w, &m.protected);
    m.protected_octets = IMP_PIECE(header, imp_cbor_end(&w));
    if (m.protected_octets.n == 0)
        return -1;
    lay_out(&t, m.protected_octets, external, m.content);
    imp_p256_sign(env, "cose", signature, secret, t.piece, 6);
    m.signature = signature;
    return write_message(env, out, cap, &m);
}

static bool read_protected(struct imp_env *env, struct imp_cose_sign1 *out, const uint8_t *p,
                           size_t n)
{
    struct imp_cbor_reader r;
    out->protected_octets = IMP_PIECE(p, n);
    if (n == 0)
        return true; /* no parameters */
    imp_cbor_read(&r, env, p, n);
    return cose__header_read(&r, &out->protected, true) && imp_cbor_done(&r);
}

static bool read_message(struct imp_env *env, struct imp_cbor_reader *r, struct imp_cose_sign1 *out)
{
    const uint8_t *p;
    size_t n, count;
    if (!imp_cbor_get_tag(r, TAG) || !imp_cbor_get_array(r, &count) || count != 4)
        return false;
    if (!imp_cbor_get_bytes(r, &p, &n) || !read_protected(env, out, p, n) ||
        !cose__header_read(r, &out->unprotected, false) || !imp_cbor_get_bytes(r, &p, &n))
        return false;
    out->content = IMP_PIECE(p, n);
    if (!imp_cbor_get_bytes(r, &out->signature, &n) || n != IMP_COSE_SIGNATURE)
        return false;
    return imp_cbor_done(r);
}

int imp_cose_read(struct imp_env *env, struct imp_cose_sign1 *out, const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    *out = (struct imp_cose_sign1){0};
    imp_cbor_read(&r, env, p, n);
    if (read_message(env, &r, out) && cose__headers_agree(&out->protected, &out->unprotected) &&
        out->protected.algorithm + out->unprotected.algorithm == IMP_COSE_ES256)
        return 0;
    *out = (struct imp_cose_sign1){0};
    return -1;
}

int imp_cose_verify(struct imp_env *env, const struct imp_cose_sign1 *message,
                    struct imp_piece external, const uint8_t pub[64])
{
    struct to_be_signed t;
    lay_out(&t, signed_header(message->protected_octets), external, message->content);
    return imp_p256_verify(env, message->signature, pub, t.piece, 6);
}

int imp_cose_signer(struct imp_env *env, const struct imp_cose_sign1 *message,
                    struct imp_piece external, const struct imp_cose_header *from)
{
    struct imp_x509_info info;
    for (size_t i = 0; i < from->count; i++)
        if (imp_x509_read(&info, from->certs[i].p, from->certs[i].n) == 0 &&
            imp_cose_verify(env, message, external, info.pub) == 0)
            return (int)i;
    return -1;
}
