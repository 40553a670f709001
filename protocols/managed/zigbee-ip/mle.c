/* SPDX-License-Identifier: GPL-2.0-only */
#include "mle.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { NONCE = MLE_EUI64 + 5, AAD = 16 + 16 + MLE_HEADER - 1, LEVEL = 5 };

static int take(struct mle_message *out, unsigned type, const uint8_t *value, size_t n)
{
    switch (type) {
    case MLE_TLV_CHALLENGE:
        out->challenge = value;
        out->challenge_n = n;
        return n >= MLE_CHALLENGE_MIN && n <= MLE_CHALLENGE ? 0 : -1;
    case MLE_TLV_RESPONSE:
        out->response = value;
        out->response_n = n;
        return n >= MLE_CHALLENGE_MIN && n <= MLE_CHALLENGE ? 0 : -1;
    case MLE_TLV_LINK_COUNTER:
        if (n != 4)
            return -1;
        out->has_counter = true;
        out->link_counter = (uint32_t)value[0] | (uint32_t)value[1] << 8 |
                            (uint32_t)value[2] << 16 | (uint32_t)value[3] << 24;
        return 0;
    default:
        return 0;
    }
}

int mle_parse(struct mle_message *out, const uint8_t *p, size_t n)
{
    if (n < 1)
        return -1;
    *out = (struct mle_message){.command = p[0]};
    for (size_t at = 1; at < n;) {
        if (n - at < 2 || n - at - 2 < p[at + 1] || take(out, p[at], p + at + 2, p[at + 1]) != 0)
            return -1;
        at += 2u + p[at + 1];
    }
    return 0;
}

static size_t put(uint8_t *out, size_t at, unsigned type, const uint8_t *value, size_t n)
{
    out[at] = (uint8_t)type;
    out[at + 1] = (uint8_t)n;
    memcpy(out + at + 2, value, n);
    return at + 2 + n;
}

size_t mle_write(uint8_t out[MLE_MAX], const struct mle_message *m)
{
    static const uint8_t mode = MLE_MODE;
    const uint8_t counter[4] = {(uint8_t)m->link_counter, (uint8_t)(m->link_counter >> 8),
                                (uint8_t)(m->link_counter >> 16), (uint8_t)(m->link_counter >> 24)};
    size_t n = 1;
    out[0] = m->command;
    if (m->command == MLE_LINK_REQUEST || m->command == MLE_LINK_ACCEPT_AND_REQUEST)
        n = put(out, n, MLE_TLV_MODE, &mode, 1);
    if (m->response)
        n = put(out, n, MLE_TLV_RESPONSE, m->response, m->response_n);
    if (m->challenge)
        n = put(out, n, MLE_TLV_CHALLENGE, m->challenge, m->challenge_n);
    if (m->has_counter)
        n = put(out, n, MLE_TLV_LINK_COUNTER, counter, sizeof counter);
    return n;
}

void mle_eui64(uint8_t out[MLE_EUI64], const struct imp_addr *addr)
{
    memcpy(out, addr->bytes + 8, MLE_EUI64);
    out[0] ^= 2;
}

/* IEEE 802.15.4-2006 section 7.6.3.2: extended address, frame counter, security level. */
static void nonce_of(uint8_t out[NONCE], const struct imp_addr *from, uint32_t counter)
{
    mle_eui64(out, from);
    for (int i = 0; i < 4; i++)
        out[MLE_EUI64 + i] = (uint8_t)(counter >> 8 * (3 - i));
    out[NONCE - 1] = LEVEL;
}

/* Addresses of source and destination, and the auxiliary security header as it is sent. */
static void authenticated(uint8_t out[AAD], const struct imp_addr *from, const struct imp_addr *to,
                          const uint8_t *header)
{
    memcpy(out, from->bytes, 16);
    memcpy(out + 16, to->bytes, 16);
    memcpy(out + 32, header + 1, MLE_HEADER - 1);
}

size_t mle_seal(struct imp_env *env, uint8_t out[MLE_MAX], const struct mle_security *s,
                uint32_t counter, const struct imp_addr *from, const struct imp_addr *to,
                const uint8_t *text, size_t n)
{
    uint8_t nonce[NONCE], aad[AAD];
    out[0] = MLE_SECURED;
    out[1] = MLE_CONTROL;
    for (int i = 0; i < 4; i++)
        out[2 + i] = (uint8_t)(counter >> 8 * i);
    out[6] = s->index;
    nonce_of(nonce, from, counter);
    authenticated(aad, from, to, out);
    imp_aes_ccm_seal(env, out + MLE_HEADER, s->key, nonce, sizeof nonce, aad, sizeof aad, text, n,
                     MLE_MIC);
    return MLE_HEADER + n + MLE_MIC;
}

size_t mle_plain(uint8_t out[MLE_MAX], const uint8_t *text, size_t n)
{
    out[0] = MLE_UNSECURED;
    memcpy(out + 1, text, n);
    return 1 + n;
}

enum mle_opened mle_open(struct imp_env *env, uint8_t text[MLE_MAX], size_t *text_n,
                         uint32_t *counter, const struct mle_security *s,
                         const struct imp_addr *from, const struct imp_addr *to, const uint8_t *p,
                         size_t n)
{
    uint8_t nonce[NONCE], aad[AAD];
    if (n > 1 && n <= MLE_MAX && p[0] == MLE_UNSECURED) {
        *text_n = n - 1;
        memcpy(text, p + 1, n - 1);
        return MLE_PLAIN;
    }
    if (n <= MLE_HEADER + MLE_MIC || n > MLE_MAX || p[0] != MLE_SECURED || p[1] != MLE_CONTROL)
        return MLE_MALFORMED;
    *counter = (uint32_t)p[2] | (uint32_t)p[3] << 8 | (uint32_t)p[4] << 16 | (uint32_t)p[5] << 24;
    *text_n = n - MLE_HEADER - MLE_MIC;
    nonce_of(nonce, from, *counter);
    authenticated(aad, from, to, p);
    if (p[6] == s->index &&
        imp_aes_ccm_open(env, text, s->key, nonce, sizeof nonce, aad, sizeof aad, p + MLE_HEADER,
                         n - MLE_HEADER, MLE_MIC) == 0)
        return MLE_VERIFIED;
    return MLE_UNVERIFIED;
}
