/* SPDX-License-Identifier: GPL-2.0-only */
/* ecdhe_psk.c - what of TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 is computed beside GnuTLS: for
 * the observer, and for an adversary that tries keys on a handshake of its own. */
#include "observe_internal.h"
#include "psk_evidence.h"

#include "../crypto/crypto.h"

#include <string.h>

size_t dtls__ecdhe_psk(uint8_t out[DTLS__ECDHE_PSK_MAX], const uint8_t z[32], const uint8_t *psk,
                       size_t n)
{
    memset(out, 0, DTLS__ECDHE_PSK_MAX);
    out[1] = 32;
    memcpy(out + 2, z, 32);
    out[35] = (uint8_t)n;
    memcpy(out + 36, psk, n);
    return 36 + n;
}

/* RFC 7905 section 2: the nonce is the IV, with the sequence number added to its end; in DTLS the
 * epoch leads that number (RFC 6347 section 4.1). */
bool dtls__chacha_open(uint8_t *plain, const uint8_t key[32], const uint8_t iv[12],
                       const uint8_t lead[11], const uint8_t *body, size_t n)
{
    uint8_t nonce[12], aad[13];
    size_t tag = imp_aead_tag(IMP_AEAD_CHACHA20_POLY1305);
    if (n < tag)
        return false;
    memcpy(nonce, iv, sizeof nonce);
    for (size_t i = 0; i < 8; i++)
        nonce[4 + i] ^= lead[i];
    memcpy(aad, lead, 11);
    aad[11] = (uint8_t)((n - tag) >> 8);
    aad[12] = (uint8_t)(n - tag);
    return imp_aead_open(NULL, IMP_AEAD_CHACHA20_POLY1305, plain, key, nonce, aad, sizeof aad, body,
                         n) == 0;
}

bool imp_psk_own_evidence(struct imp_psk_own *e, struct imp_dtls *d)
{
    struct dtls__observed *o = dtls__observed(d);
    struct imp_observation before;
    if (!o || !d->config.server || !dtls__is_chacha(d) || !o->first.n)
        return false;
    before = imp_observe_hold();
    bool have = dtls__observed_ecdh(o, e->z);
    imp_observe_resume(before);
    memcpy(e->client_random, o->client_random, 32);
    memcpy(e->server_random, o->server_random, 32);
    memcpy(e->lead, o->first.lead, sizeof e->lead);
    memcpy(e->record, o->first.body, o->first.n);
    e->n = o->first.n;
    return have;
}

bool imp_psk_own_right(const struct imp_psk_own *e, const uint8_t *psk, size_t psk_n)
{
    uint8_t premaster[DTLS__ECDHE_PSK_MAX], master[MASTER], plain[sizeof e->record];
    struct {
        uint8_t key[2][32], iv[2][12];
    } block;
    if (psk_n > 32)
        return false;
    dtls__prf(master, sizeof master, premaster, dtls__ecdhe_psk(premaster, e->z, psk, psk_n),
              "master secret", e->client_random, e->server_random);
    dtls__prf((uint8_t *)&block, sizeof block, master, sizeof master, "key expansion",
              e->server_random, e->client_random);
    return dtls__chacha_open(plain, block.key[0], block.iv[0], e->lead, e->record, e->n);
}
