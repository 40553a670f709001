/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius.h"

#include <string.h>

#include "../crypto/crypto.h"

enum { MICROSOFT = 311, BLOCK = 16, MPPE_MAX = 240 };

static const uint8_t zero[16];

/* HMAC-MD5 over the packet with `authenticator` in its place and the attribute's value, which
 * stands at offset `at`, taken as zero. */
static void message_authenticator(struct imp_env *env, uint8_t out[16], const uint8_t *p, size_t n,
                                  size_t at, const void *secret, size_t secret_n,
                                  const uint8_t authenticator[16])
{
    struct imp_piece in[] = {IMP_PIECE(p, 4), IMP_PIECE(authenticator, 16),
                             IMP_PIECE(p + IMP_RADIUS_HEADER, at - IMP_RADIUS_HEADER),
                             IMP_PIECE(zero, 16), IMP_PIECE(p + at + 16, n - at - 16)};
    imp_hmac_md5(env, out, secret, secret_n, in, 5);
}

static void response_authenticator(struct imp_env *env, uint8_t out[16], const uint8_t *p, size_t n,
                                   const void *secret, size_t secret_n,
                                   const uint8_t request_authenticator[16])
{
    struct imp_piece in[] = {IMP_PIECE(p, 4), IMP_PIECE(request_authenticator, 16),
                             IMP_PIECE(p + IMP_RADIUS_HEADER, n - IMP_RADIUS_HEADER),
                             IMP_PIECE(secret, secret_n)};
    imp_md5(env, out, in, 4);
}

size_t imp_radius_end_request(struct imp_radius_writer *w, struct imp_env *env, const void *secret,
                              size_t secret_n)
{
    if (!w->bare)
        imp_radius_put(w, IMP_RADIUS_MESSAGE_AUTHENTICATOR, zero, sizeof zero);
    if (w->overflow)
        return 0;
    w->p[2] = (uint8_t)(w->n >> 8);
    w->p[3] = (uint8_t)w->n;
    if (w->bare)
        return w->n;
    uint8_t mac[16];
    message_authenticator(env, mac, w->p, w->n, w->n - 16, secret, secret_n, w->p + 4);
    memcpy(w->p + w->n - 16, mac, sizeof mac);
    return w->n;
}

size_t imp_radius_end_response(struct imp_radius_writer *w, struct imp_env *env, const void *secret,
                               size_t secret_n)
{
    uint8_t request_authenticator[16], out[16];
    memcpy(request_authenticator, w->p + 4, 16);
    size_t n = imp_radius_end_request(w, env, secret, secret_n);
    if (n == 0)
        return 0;
    response_authenticator(env, out, w->p, n, secret, secret_n, request_authenticator);
    memcpy(w->p + 4, out, sizeof out);
    return n;
}

bool imp_radius_message_ok(const struct imp_radius *r, struct imp_env *env, const void *secret,
                           size_t secret_n, const uint8_t authenticator[16])
{
    uint8_t mac[16];
    size_t n;
    const uint8_t *value = imp_radius_find(r, IMP_RADIUS_MESSAGE_AUTHENTICATOR, &n);
    if (!value || n != sizeof mac)
        return false;
    message_authenticator(env, mac, r->packet, r->n, (size_t)(value - r->packet), secret, secret_n,
                          authenticator);
    return imp_equal(mac, value, sizeof mac);
}

bool imp_radius_response_ok(const struct imp_radius *r, struct imp_env *env, const void *secret,
                            size_t secret_n, const uint8_t request_authenticator[16])
{
    uint8_t want[16];
    response_authenticator(env, want, r->packet, r->n, secret, secret_n, request_authenticator);
    return imp_equal(want, r->authenticator, sizeof want);
}

/* ---- MS-MPPE keys -------------------------------------------------------------------------------
 */

size_t imp_mppe_size(size_t n)
{
    return (n + 1 + BLOCK - 1) / BLOCK * BLOCK;
}

/* XORs block after block with b(1) = MD5(S | RA | salt), b(i) = MD5(S | c(i-1)). `cipher` points at
 * the ciphertext, before or after the call in place of `text`. */
static void mppe_crypt(struct imp_env *env, uint8_t *out, const uint8_t *in, size_t n, bool encrypt,
                       const void *secret, size_t secret_n, const uint8_t request_authenticator[16],
                       const uint8_t salt[2])
{
    uint8_t b[BLOCK], c[BLOCK];
    struct imp_observation before = imp_observe_hold();
    for (size_t i = 0; i < n; i += BLOCK) {
        struct imp_piece first[] = {IMP_PIECE(secret, secret_n),
                                    IMP_PIECE(request_authenticator, 16), IMP_PIECE(salt, 2)};
        struct imp_piece later[] = {IMP_PIECE(secret, secret_n), IMP_PIECE(c, BLOCK)};
        imp_md5(env, b, i == 0 ? first : later, i == 0 ? 3 : 2);
        if (!encrypt)
            memcpy(c, in + i, BLOCK);
        for (size_t k = 0; k < BLOCK; k++)
            out[i + k] = in[i + k] ^ b[k];
        if (encrypt)
            memcpy(c, out + i, BLOCK);
    }
    imp_observe_resume(before);
    imp_wipe(b, sizeof b);
}

/* The mask is XORed: who knows the secret goes both ways. */
static void observe_mppe(const uint8_t *key, size_t n, const uint8_t *cipher, size_t cipher_n,
                         const void *secret, size_t secret_n,
                         const uint8_t request_authenticator[16])
{
    const struct imp_piece open[] = {{request_authenticator, 16}, {cipher, cipher_n}};
    const struct imp_piece seal[] = {{request_authenticator, 16}, {key, n}};
    imp_observe_keyed("MS-MPPE", key, n, secret, secret_n, open, 2);
    imp_observe_keyed("MS-MPPE", cipher, cipher_n, secret, secret_n, seal, 2);
}

void imp_mppe_encrypt(struct imp_env *env, uint8_t *out, const uint8_t *key, size_t n,
                      const void *secret, size_t secret_n, const uint8_t request_authenticator[16],
                      const uint8_t salt[2])
{
    size_t size = imp_mppe_size(n);
    memset(out, 0, size);
    out[0] = (uint8_t)n;
    memcpy(out + 1, key, n);
    mppe_crypt(env, out, out, size, true, secret, secret_n, request_authenticator, salt);
    observe_mppe(key, n, out, size, secret, secret_n, request_authenticator);
}

int imp_mppe_decrypt(struct imp_env *env, uint8_t *key, size_t cap, const uint8_t *in, size_t n,
                     const void *secret, size_t secret_n, const uint8_t request_authenticator[16],
                     const uint8_t salt[2])
{
    uint8_t text[MPPE_MAX];
    int status = -1;
    if (n == 0 || n % BLOCK != 0 || n > sizeof text)
        return -1;
    mppe_crypt(env, text, in, n, false, secret, secret_n, request_authenticator, salt);
    if (text[0] < n && text[0] <= cap) {
        memcpy(key, text + 1, text[0]);
        observe_mppe(key, text[0], in, n, secret, secret_n, request_authenticator);
        status = text[0];
    }
    imp_wipe(text, sizeof text);
    return status;
}

void imp_radius_put_mppe(struct imp_radius_writer *w, struct imp_env *env, uint8_t vendor_type,
                         const uint8_t *key, size_t n, const void *secret, size_t secret_n,
                         const uint8_t request_authenticator[16], const uint8_t salt[2])
{
    uint8_t value[8 + MPPE_MAX] = {0, 0, MICROSOFT >> 8, MICROSOFT & 0xff, vendor_type};
    size_t size = imp_mppe_size(n);
    if (8 + size > IMP_RADIUS_VALUE_MAX || size > MPPE_MAX) {
        w->overflow = true;
        return;
    }
    value[5] = (uint8_t)(4 + size); /* Vendor-Length: type, length, salt, string */
    value[6] = salt[0] | 0x80;
    value[7] = salt[1];
    imp_mppe_encrypt(env, value + 8, key, n, secret, secret_n, request_authenticator, value + 6);
    imp_radius_put(w, IMP_RADIUS_VENDOR, value, 8 + size);
}

static const uint8_t microsoft[4] = {0, 0, MICROSOFT >> 8, MICROSOFT & 0xff};

bool imp_radius_is_mppe(const uint8_t *value, size_t n)
{
    return n > 4 && memcmp(value, microsoft, sizeof microsoft) == 0 &&
           (value[4] == IMP_MPPE_SEND_KEY || value[4] == IMP_MPPE_RECV_KEY);
}

int imp_radius_mppe(const struct imp_radius *r, struct imp_env *env, uint8_t vendor_type,
                    uint8_t *key, size_t cap, const void *secret, size_t secret_n,
                    const uint8_t request_authenticator[16])
{
    size_t at = 0, n;
    const uint8_t *v;
    while ((v = imp_radius_next(r, &at, IMP_RADIUS_VENDOR, &n)) != NULL) {
        if (n < 8 || memcmp(v, microsoft, 4) != 0)
            continue;
        for (size_t i = 4; i + 4 <= n && v[i + 1] >= 4 && v[i + 1] <= n - i; i += v[i + 1])
            if (v[i] == vendor_type)
                return imp_mppe_decrypt(env, key, cap, v + i + 4, (size_t)v[i + 1] - 4, secret,
                                        secret_n, request_authenticator, v + i + 2);
    }
    return -1;
}
