/* SPDX-License-Identifier: GPL-2.0-only */
#include "psk_evidence.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "dtls_internal.h"

enum { RECORD_CHANGE_CIPHER_SPEC = 20, RECORD_HANDSHAKE = 22 };
enum { KEY = 16, SALT = 4, EXPLICIT = 8, FINISHED = 24, FINISHED_TLS = 16, MASTER = 48 };
enum { PSK_MAX = 32, LEAD_NUMBER = 8 };

/* The content of a handshake message behind its header, which is shorter in TLS. */
struct content {
    const uint8_t *p;
    size_t n;
};

static struct content content(const struct dtls__view *v, size_t header)
{
    size_t skip = v->n < header ? v->n : header;
    return (struct content){v->body + skip, v->n - skip};
}

static void hello(uint8_t random[32], bool *have, struct content c)
{
    if (c.n < 2 + 32)
        return;
    memcpy(random, c.p + 2, 32);
    *have = true;
}

/* Of a ServerHello: with ECDHE_PSK the key alone opens nothing. */
static bool is_plain_psk(struct content c)
{
    enum { SESSION = 2 + 32, PSK_CCM = 0xc0a4, PSK_CCM_8 = 0xc0a8 };
    size_t at = c.n > SESSION ? SESSION + 1 + (size_t)c.p[SESSION] : c.n;
    unsigned suite = at + 2 <= c.n ? (unsigned)c.p[at] << 8 | c.p[at + 1] : 0;
    return suite == PSK_CCM || suite == PSK_CCM_8;
}

static void identity(struct imp_psk_evidence *e, struct content c)
{
    size_t n = c.n < 2 ? 0 : (size_t)c.p[0] << 8 | c.p[1];
    if (c.n < 2 || n > c.n - 2 || n > IMP_PSK_IDENTITY_MAX)
        return;
    memcpy(e->identity, c.p + 2, n);
    e->identity[n] = 0;
}

/* One record; true: it completes the evidence. Of Finished the client's comes first. */
static bool take(struct imp_psk_evidence *e, const struct dtls__view *v, size_t header)
{
    struct content c = content(v, header);
    unsigned message = v->epoch == 0 && v->n > 0 ? v->body[0] : 0;
    if (v->type != RECORD_HANDSHAKE)
        return false;
    if (message == GNUTLS_HANDSHAKE_CLIENT_HELLO)
        hello(e->client_random, &e->have_client, c);
    else if (message == GNUTLS_HANDSHAKE_SERVER_HELLO && is_plain_psk(c))
        hello(e->server_random, &e->have_server, c);
    else if (message == GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE)
        identity(e, c);
    if (v->epoch != 1 || !e->have_client || !e->have_server || !e->identity[0] ||
        v->n > sizeof e->record)
        return false;
    memcpy(e->lead, v->lead, sizeof e->lead);
    memcpy(e->record, v->body, v->n);
    e->n = v->n;
    return true;
}

bool imp_psk_evidence(struct imp_psk_evidence *e, const uint8_t *datagram, size_t n)
{
    struct dtls__view v;
    size_t at = 0;
    while (dtls__next(datagram, n, &at, &v))
        if (take(e, &v, HANDSHAKE_HEADER))
            return true;
    return false;
}

/* A record does not say under which keys it is, nor the how many-th: behind ChangeCipherSpec it is
 * the first. */
bool imp_psk_evidence_stream(struct imp_psk_evidence *e, const uint8_t *bytes, size_t n)
{
    bool keyed = false;
    for (int size; (size = tls__record_size(bytes, n)) > 0; bytes += size, n -= (size_t)size) {
        struct dtls__view v = {.type = bytes[0],
                               .epoch = keyed,
                               .body = bytes + TLS_RECORD_HEADER,
                               .n = (size_t)size - TLS_RECORD_HEADER};
        memcpy(v.lead + LEAD_NUMBER, bytes, sizeof v.lead - LEAD_NUMBER);
        if (take(e, &v, TLS_HANDSHAKE_HEADER))
            return true;
        keyed |= bytes[0] == RECORD_CHANGE_CIPHER_SPEC;
    }
    return false;
}

bool imp_psk_evidence_right(const struct imp_psk_evidence *e, const uint8_t *psk, size_t psk_n)
{
    uint8_t premaster[2 * (2 + PSK_MAX)] = {0}, master[MASTER], block[2 * (KEY + SALT)];
    uint8_t nonce[SALT + EXPLICIT], aad[13], plain[IMP_PSK_RECORD_MAX];
    bool datagram = e->lead[LEAD_NUMBER + 1] == 0xfe; /* its version; in TLS 03 */
    size_t finished = datagram ? FINISHED : FINISHED_TLS;
    if (psk_n > PSK_MAX || e->n <= EXPLICIT + finished)
        return false;
    size_t tag = e->n - EXPLICIT - finished; /* 8, or 16 where the suite is ..._CCM */
    if (tag != 8 && tag != 16)
        return false;
    premaster[1] = premaster[3 + psk_n] = (uint8_t)psk_n; /* RFC 4279 section 2 */
    memcpy(premaster + 4 + psk_n, psk, psk_n);
    dtls__prf(master, sizeof master, premaster, 4 + 2 * psk_n, "master secret", e->client_random,
              e->server_random);
    dtls__prf(block, sizeof block, master, sizeof master, "key expansion", e->server_random,
              e->client_random);
    memcpy(nonce, block + (size_t)2 * KEY, SALT);
    memcpy(nonce + SALT, e->record, EXPLICIT);
    memcpy(aad, e->lead, sizeof e->lead);
    aad[11] = 0;
    aad[12] = (uint8_t)finished;
    return imp_aes_ccm_open(NULL, plain, block, nonce, sizeof nonce, aad, sizeof aad,
                            e->record + EXPLICIT, e->n - EXPLICIT, tag) == 0;
}
