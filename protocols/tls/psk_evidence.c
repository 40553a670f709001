/* SPDX-License-Identifier: GPL-2.0-only */
#include "psk_evidence.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "dtls_internal.h"

enum { HELLO_RANDOM = HANDSHAKE_HEADER + 2, RECORD_HANDSHAKE = 22 };
enum { KEY = 16, SALT = 4, EXPLICIT = 8, FINISHED = 24, MASTER = 48, PSK_MAX = 32 };

static void hello(uint8_t random[32], bool *have, const struct dtls__view *v)
{
    if (v->n < HELLO_RANDOM + 32)
        return;
    memcpy(random, v->body + HELLO_RANDOM, 32);
    *have = true;
}

/* Of a ServerHello: with ECDHE_PSK the key alone opens nothing. */
static bool is_plain_psk(const struct dtls__view *v)
{
    enum { SESSION = HELLO_RANDOM + 32, PSK_CCM = 0xc0a4, PSK_CCM_8 = 0xc0a8 };
    size_t at = v->n > SESSION ? SESSION + 1 + (size_t)v->body[SESSION] : v->n;
    unsigned suite = at + 2 <= v->n ? (unsigned)v->body[at] << 8 | v->body[at + 1] : 0;
    return suite == PSK_CCM || suite == PSK_CCM_8;
}

static void identity(struct imp_psk_evidence *e, const struct dtls__view *v)
{
    const uint8_t *p = v->body + HANDSHAKE_HEADER;
    if (v->n < HANDSHAKE_HEADER + 2)
        return;
    size_t n = (size_t)p[0] << 8 | p[1];
    if (n > v->n - HANDSHAKE_HEADER - 2 || n > IMP_PSK_IDENTITY_MAX)
        return;
    memcpy(e->identity, p + 2, n);
    e->identity[n] = 0;
}

bool imp_psk_evidence(struct imp_psk_evidence *e, const uint8_t *datagram, size_t n)
{
    struct dtls__view v;
    size_t at = 0, start = 0;
    for (; dtls__next(datagram, n, &at, &v); start = at) {
        if (v.type != RECORD_HANDSHAKE)
            continue;
        if (v.epoch == 0 && v.n > 0 && v.body[0] == GNUTLS_HANDSHAKE_CLIENT_HELLO)
            hello(e->client_random, &e->have_client, &v);
        else if (v.epoch == 0 && v.n > 0 && v.body[0] == GNUTLS_HANDSHAKE_SERVER_HELLO &&
                 is_plain_psk(&v))
            hello(e->server_random, &e->have_server, &v);
        else if (v.epoch == 0 && v.n > 0 && v.body[0] == GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE)
            identity(e, &v);
        else if (v.epoch == 1 && e->have_client && e->have_server && e->identity[0] &&
                 at - start <= sizeof e->record) { /* the client's comes first */
            memcpy(e->record, datagram + start, at - start);
            e->n = at - start;
            return true;
        }
    }
    return false;
}

bool imp_psk_evidence_right(const struct imp_psk_evidence *e, const uint8_t *psk, size_t psk_n)
{
    uint8_t premaster[2 * (2 + PSK_MAX)] = {0}, master[MASTER], block[2 * (KEY + SALT)];
    uint8_t nonce[SALT + EXPLICIT], aad[13], plain[IMP_PSK_RECORD_MAX];
    struct dtls__view v;
    size_t at = 0;
    if (psk_n > PSK_MAX || !dtls__next(e->record, e->n, &at, &v) || v.n <= EXPLICIT + FINISHED)
        return false;
    size_t tag = v.n - EXPLICIT - FINISHED; /* 8, or 16 where the suite is ..._CCM */
    if (tag != 8 && tag != 16)
        return false;
    premaster[1] = premaster[3 + psk_n] = (uint8_t)psk_n; /* RFC 4279 section 2 */
    memcpy(premaster + 4 + psk_n, psk, psk_n);
    dtls__prf(master, sizeof master, premaster, 4 + 2 * psk_n, "master secret", e->client_random,
              e->server_random);
    dtls__prf(block, sizeof block, master, sizeof master, "key expansion", e->server_random,
              e->client_random);
    memcpy(nonce, block + (size_t)2 * KEY, SALT);
    memcpy(nonce + SALT, v.body, EXPLICIT);
    memcpy(aad, e->record + 3, 8); /* epoch and sequence number, type, version, length */
    memcpy(aad + 8, e->record, 3);
    aad[11] = 0;
    aad[12] = FINISHED;
    return imp_aes_ccm_open(NULL, plain, block, nonce, sizeof nonce, aad, sizeof aad,
                            v.body + EXPLICIT, v.n - EXPLICIT, tag) == 0;
}
