/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_network.c - network PDUs. */
#include "mesh_network.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { NONCE = 13, HEADER = 6, CLEAR = 1 + HEADER, DST = 2, MIC_ACCESS = 4, MIC_CONTROL = 8 };

static size_t mic_of(bool control)
{
    return control ? MIC_CONTROL : MIC_ACCESS;
}

/* CTL and TTL, SEQ, SRC: what is obfuscated. */
static void header_write(uint8_t out[HEADER], const struct mesh_network_pdu *pdu)
{
    out[0] = (uint8_t)(pdu->control << 7 | (pdu->ttl & 0x7f));
    out[1] = (uint8_t)(pdu->seq >> 16);
    out[2] = (uint8_t)(pdu->seq >> 8);
    out[3] = (uint8_t)pdu->seq;
    out[4] = (uint8_t)(pdu->src >> 8);
    out[5] = (uint8_t)pdu->src;
}

static void put_iv(uint8_t out[4], uint32_t iv_index)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(iv_index >> (24 - 8 * i));
}

/* Network nonce, section 3.9.5.1. */
static void nonce_write(uint8_t nonce[NONCE], const uint8_t header[HEADER], uint32_t iv_index)
{
    memset(nonce, 0, NONCE);
    memcpy(nonce + 1, header, HEADER);
    put_iv(nonce + 9, iv_index);
}

/* Section 3.9.7.3: PECB of the IV index and the first octets of what is encrypted. */
static void obfuscate(struct imp_env *env, uint8_t header[HEADER], const uint8_t privacy[16],
                      uint32_t iv_index, const uint8_t *encrypted)
{
    uint8_t block[16] = {0}, pecb[16];
    put_iv(block + 5, iv_index);
    memcpy(block + 9, encrypted, 7);
    imp_aes_encrypt(env, pecb, privacy, block);
    for (int i = 0; i < HEADER; i++)
        header[i] ^= pecb[i];
}

size_t mesh_network_seal(struct imp_env *env, uint8_t out[MESH_NETWORK_MAX],
                         const struct mesh_network_keys *keys, uint32_t iv_index,
                         const struct mesh_network_pdu *pdu)
{
    uint8_t nonce[NONCE],
        clear[DST + MESH_TRANSPORT_MAX] = {(uint8_t)(pdu->dst >> 8), (uint8_t)pdu->dst};
    size_t mic = mic_of(pdu->control), n = CLEAR + DST + pdu->n + mic;
    if (pdu->n == 0 || pdu->n > MESH_TRANSPORT_MAX || n > MESH_NETWORK_MAX)
        return 0;
    memcpy(clear + DST, pdu->transport, pdu->n);
    out[0] = (uint8_t)((iv_index & 1) << 7 | keys->nid);
    header_write(out + 1, pdu);
    nonce_write(nonce, out + 1, iv_index);
    imp_aes_ccm_seal(env, out + CLEAR, keys->encryption, nonce, NONCE, NULL, 0, clear, DST + pdu->n,
                     mic);
    obfuscate(env, out + 1, keys->privacy, iv_index, out + CLEAR);
    return n;
}

static void header_read(struct mesh_network_pdu *out, const uint8_t h[HEADER])
{
    *out = (struct mesh_network_pdu){.control = h[0] >> 7,
                                     .ttl = h[0] & 0x7f,
                                     .seq = (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3],
                                     .src = (uint16_t)(h[4] << 8 | h[5])};
}

int mesh_network_open(struct imp_env *env, struct mesh_network_pdu *out,
                      const struct mesh_network_keys *keys, uint32_t iv_index, const uint8_t *p,
                      size_t n)
{
    uint8_t header[HEADER], nonce[NONCE], clear[DST + MESH_TRANSPORT_MAX];
    if (n < CLEAR + DST + 1 + MIC_ACCESS || n > MESH_NETWORK_MAX || (p[0] & 0x7f) != keys->nid)
        return -1;
    iv_index -= (p[0] >> 7 ^ iv_index) & 1;
    memcpy(header, p + 1, HEADER);
    obfuscate(env, header, keys->privacy, iv_index, p + CLEAR);
    header_read(out, header);
    size_t mic = mic_of(out->control);
    if (n < CLEAR + DST + 1 + mic)
        return -1;
    nonce_write(nonce, header, iv_index);
    if (imp_aes_ccm_open(env, clear, keys->encryption, nonce, NONCE, NULL, 0, p + CLEAR, n - CLEAR,
                         mic) != 0)
        return -1;
    out->dst = (uint16_t)(clear[0] << 8 | clear[1]);
    out->n = n - CLEAR - DST - mic;
    memcpy(out->transport, clear + DST, out->n);
    return 0;
}
