/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_leaves.c - leaves of the YANG modules ietf-voucher and ietf-voucher-request as CBOR (RFC
 * 9254), their names SIDs of RFC 8366bis (files ietf-voucher@2025-12-18.sid and
 * ietf-voucher-request@2025-12-18.sid). */
#include "cbrski_voucher.h"

#include "protocols/codec/cbor.h"

#include <string.h>

enum { VOUCHER = 2451, REQUEST = 2501 };

enum leaf { /* as one of both modules numbers them, relative to the SID of its container */
            ASSERTION = 1,
            CREATED_ON,
            REVOCATION_CHECKS,
            EXPIRES_ON,
            IDEVID_ISSUER,
            LAST_RENEWAL,
            NONCE,
            PINNED_CERT,
            /* of a voucher */
            PINNED_KEY = 9,
            PINNED_HASH,
            SERIAL,
            /* of a request */
            PRIOR = 9,
            PROXIMITY_CERT,
            PROXIMITY_HASH,
            PROXIMITY_KEY,
            REQUEST_SERIAL,
};

/* ---- idevid-issuer: the authority key identifier extension of the IDevID, in the octet string of
 * its extension */
enum { WRAP = 6 };

static size_t wrap(uint8_t out[IMP_X509_KEY_ID + WRAP], const uint8_t *id, size_t n)
{
    const uint8_t head[WRAP] = {0x04, (uint8_t)(n + 4), 0x30, (uint8_t)(n + 2), 0x80, (uint8_t)n};
    memcpy(out, head, WRAP);
    memcpy(out + WRAP, id, n);
    return n + WRAP;
}

static bool unwrap(struct brski_voucher *v, const uint8_t *p, size_t n)
{
    if (n <= WRAP || n > sizeof v->issuer + WRAP)
        return false;
    size_t id = n - WRAP;
    const uint8_t head[WRAP] = {0x04, (uint8_t)(id + 4), 0x30, (uint8_t)(id + 2),
                                0x80, (uint8_t)id};
    if (memcmp(p, head, WRAP) != 0)
        return false;
    memcpy(v->issuer, p + WRAP, id);
    v->issuer_n = id;
    return true;
}

/* ---- writing -----------------------------------------------------------------------------------
 */
static void put_text(struct imp_cbor_writer *w, int key, const char *text)
{
    if (!*text)
        return;
    imp_cbor_put_int(w, key);
    imp_cbor_put_text(w, text);
}

static void put_bytes(struct imp_cbor_writer *w, int key, const void *p, size_t n)
{
    if (!n)
        return;
    imp_cbor_put_int(w, key);
    imp_cbor_put_bytes(w, p, n);
}

static size_t count(const struct brski_voucher *v)
{
    return (v->assertion != BRSKI_NO_ASSERTION) + (v->created_on[0] != 0) +
           (v->expires_on[0] != 0) + (v->issuer_n > 0) + (v->nonce_n > 0) + (v->pinned.n > 0) +
           (v->prior_n > 0) + (v->proximity.n > 0) + (v->key_n > 0) + 1;
}

static void put_of_kind(struct imp_cbor_writer *w, const struct brski_voucher *v)
{
    bool hashed = v->key_n == 32;
    if (v->request) {
        put_bytes(w, PRIOR, v->prior, v->prior_n);
        put_bytes(w, PROXIMITY_CERT, v->proximity.der, v->proximity.n);
        put_bytes(w, hashed ? PROXIMITY_HASH : PROXIMITY_KEY, v->key, v->key_n);
    } else {
        put_bytes(w, hashed ? PINNED_HASH : PINNED_KEY, v->key, v->key_n);
    }
    put_text(w, v->request ? REQUEST_SERIAL : SERIAL, v->serial);
}

int cbrski_leaves_write(struct imp_env *env, uint8_t *out, size_t cap,
                        const struct brski_voucher *v)
{
    struct imp_cbor_writer w;
    uint8_t issuer[IMP_X509_KEY_ID + WRAP];
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_map(&w, 1);
    imp_cbor_put_int(&w, v->request ? REQUEST : VOUCHER);
    imp_cbor_put_map(&w, count(v));
    if (v->assertion != BRSKI_NO_ASSERTION) {
        imp_cbor_put_int(&w, ASSERTION);
        imp_cbor_put_int(&w, (int)v->assertion - BRSKI_VERIFIED); /* verified(0) */
    }
    put_text(&w, CREATED_ON, v->created_on);
    put_text(&w, EXPIRES_ON, v->expires_on);
    put_bytes(&w, IDEVID_ISSUER, issuer, v->issuer_n ? wrap(issuer, v->issuer, v->issuer_n) : 0);
    put_bytes(&w, NONCE, v->nonce, v->nonce_n);
    put_bytes(&w, PINNED_CERT, v->pinned.der, v->pinned.n);
    put_of_kind(&w, v);
    size_t n = imp_cbor_end(&w);
    return n ? (int)n : -1;
}

/* ---- reading -----------------------------------------------------------------------------------
 */
static bool get_text(struct imp_cbor_reader *r, char *out, size_t cap)
{
    const char *p;
    size_t n;
    if (!imp_cbor_get_text(r, &p, &n) || n == 0 || n >= cap || memchr(p, 0, n))
        return false;
    memcpy(out, p, n);
    out[n] = 0;
    return true;
}

static bool get_date(struct imp_cbor_reader *r, char out[BRSKI_DATE])
{
    int64_t seconds;
    return get_text(r, out, BRSKI_DATE) && brski_date_read(&seconds, out) == 0;
}

static bool get_bytes(struct imp_cbor_reader *r, void *out, size_t *n, size_t min, size_t max)
{
    const uint8_t *p;
    if (!imp_cbor_get_bytes(r, &p, n) || *n < min || *n > max)
        return false;
    memcpy(out, p, *n);
    return true;
}

static bool get_cert(struct imp_cbor_reader *r, struct imp_x509 *out)
{
    return get_bytes(r, out->der, &out->n, 1, sizeof out->der);
}

/* One of the two alone. */
static bool get_key(struct imp_cbor_reader *r, struct brski_voucher *v, size_t n)
{
    return v->key_n == 0 && get_bytes(r, v->key, &v->key_n, n, n);
}

static bool get_issuer(struct imp_cbor_reader *r, struct brski_voucher *v)
{
    const uint8_t *p;
    size_t n;
    return imp_cbor_get_bytes(r, &p, &n) && unwrap(v, p, n);
}

static bool get_assertion(struct imp_cbor_reader *r, struct brski_voucher *v)
{
    int64_t value;
    if (!imp_cbor_get_range(r, 0, BRSKI_PROXIMITY - BRSKI_VERIFIED, &value))
        return false;
    v->assertion = (enum brski_assertion)(value + BRSKI_VERIFIED);
    return true;
}

/* Leaves that only a request has, or only a voucher. In a voucher, what we do not know is passed
 * over (RFC 8995 section 5.6.1), in a request it is an error. */
static bool leaf_of_kind(struct imp_cbor_reader *r, struct brski_voucher *v, int64_t key)
{
    if (!v->request) {
        switch (key) {
        case PINNED_CERT:
            return get_cert(r, &v->pinned);
        case PINNED_KEY:
            return get_key(r, v, BRSKI_SPKI);
        case PINNED_HASH:
            return get_key(r, v, 32);
        case SERIAL:
            return get_text(r, v->serial, sizeof v->serial);
        default:
            return imp_cbor_skip(r);
        }
    }
    switch (key) {
    case PRIOR:
        return get_bytes(r, v->prior, &v->prior_n, 1, sizeof v->prior);
    case PROXIMITY_CERT:
        return get_cert(r, &v->proximity);
    case PROXIMITY_HASH:
        return get_key(r, v, 32);
    case PROXIMITY_KEY:
        return get_key(r, v, BRSKI_SPKI);
    case REQUEST_SERIAL:
        return get_text(r, v->serial, sizeof v->serial);
    default:
        return false;
    }
}

static bool leaf(struct imp_cbor_reader *r, struct brski_voucher *v, int64_t key)
{
    char renewal[BRSKI_DATE];
    bool checks;
    switch (key) {
    case ASSERTION:
        return get_assertion(r, v);
    case CREATED_ON:
        return get_date(r, v->created_on);
    case REVOCATION_CHECKS:
        return imp_cbor_get_bool(r, &checks);
    case EXPIRES_ON:
        return get_date(r, v->expires_on);
    case IDEVID_ISSUER:
        return get_issuer(r, v);
    case LAST_RENEWAL:
        return get_date(r, renewal);
    case NONCE:
        return get_bytes(r, v->nonce, &v->nonce_n, 8, sizeof v->nonce);
    default:
        return leaf_of_kind(r, v, key);
    }
}

static bool container(struct imp_cbor_reader *r, struct brski_voucher *v)
{
    struct imp_cbor_map top, m;
    int64_t key;
    if (!imp_cbor_get_map(r, &top) || top.left != 1 || !imp_cbor_next(r, &top, &key) ||
        key != (v->request ? REQUEST : VOUCHER) || !imp_cbor_get_map(r, &m))
        return false;
    while (imp_cbor_next(r, &m, &key))
        if (!leaf(r, v, key))
            return false;
    return imp_cbor_done(r) && v->serial[0];
}

int cbrski_leaves_read(struct imp_env *env, struct brski_voucher *out, const uint8_t *p, size_t n,
                       bool request)
{
    struct imp_cbor_reader r;
    memset(out, 0, sizeof *out);
    out->request = request;
    imp_cbor_read(&r, env, p, n);
    if (container(&r, out))
        return 0;
    memset(out, 0, sizeof *out);
    return -1;
}
