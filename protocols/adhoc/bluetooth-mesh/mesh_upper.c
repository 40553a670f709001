/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_upper.c - access messages and lower transport PDUs. */
#include "mesh_upper.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { NONCE = 13, APPLICATION_NONCE = 1, DEVICE_NONCE = 2, SEGMENT_HEADER = 4 };

static void nonce_write(uint8_t nonce[NONCE], const struct mesh_envelope *e)
{
    const uint8_t octets[NONCE] = {
        e->application ? APPLICATION_NONCE : DEVICE_NONCE,
        0, /* ASZMIC: a MIC of 4 octets */
        (uint8_t)(e->seq >> 16),
        (uint8_t)(e->seq >> 8),
        (uint8_t)e->seq,
        (uint8_t)(e->src >> 8),
        (uint8_t)e->src,
        (uint8_t)(e->dst >> 8),
        (uint8_t)e->dst,
        (uint8_t)(e->iv_index >> 24),
        (uint8_t)(e->iv_index >> 16),
        (uint8_t)(e->iv_index >> 8),
        (uint8_t)e->iv_index,
    };
    memcpy(nonce, octets, NONCE);
}

void mesh_access_seal(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                      const struct mesh_envelope *e, const uint8_t *access, size_t n)
{
    uint8_t nonce[NONCE];
    nonce_write(nonce, e);
    imp_aes_ccm_seal(env, out, key, nonce, NONCE, NULL, 0, access, n, MESH_ACCESS_MIC);
}

int mesh_access_open(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                     const struct mesh_envelope *e, const uint8_t *p, size_t n)
{
    uint8_t nonce[NONCE];
    if (n <= MESH_ACCESS_MIC)
        return -1;
    nonce_write(nonce, e);
    return imp_aes_ccm_open(env, out, key, nonce, NONCE, NULL, 0, p, n, MESH_ACCESS_MIC);
}

/* ---- lower transport
 * -----------------------------------------------------------------------------------------------
 */
size_t mesh_lower_write(uint8_t out[MESH_TRANSPORT_MAX], const struct mesh_lower *l)
{
    size_t at = 1;
    out[0] = (uint8_t)(l->segmented << 7 | l->application << 6 | (l->aid & 0x3f));
    if (l->segmented) {
        uint32_t field = (uint32_t)l->szmic << 23 | (uint32_t)(l->seq_zero & 0x1fff) << 10 |
                         (uint32_t)(l->seg_o & 0x1f) << 5 | (l->seg_n & 0x1f);
        out[at++] = (uint8_t)(field >> 16);
        out[at++] = (uint8_t)(field >> 8);
        out[at++] = (uint8_t)field;
    }
    memcpy(out + at, l->data, l->n);
    return at + l->n;
}

int mesh_lower_read(struct mesh_lower *out, const uint8_t *p, size_t n)
{
    if (n < 1)
        return -1;
    *out = (struct mesh_lower){
        .segmented = p[0] >> 7, .application = p[0] >> 6 & 1, .aid = p[0] & 0x3f};
    size_t at = out->segmented ? SEGMENT_HEADER : 1;
    if (n <= at)
        return -1;
    if (out->segmented) {
        uint32_t field = (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        out->szmic = field >> 23;
        out->seq_zero = field >> 10 & 0x1fff;
        out->seg_o = field >> 5 & 0x1f;
        out->seg_n = field & 0x1f;
    }
    out->data = p + at;
    out->n = n - at;
    return out->seg_o <= out->seg_n &&
                   out->n <= (out->segmented ? (size_t)MESH_SEGMENT_MAX : MESH_UNSEGMENTED_MAX)
               ? 0
               : -1;
}

void mesh_ack_write(uint8_t out[MESH_SEGMENT_ACK], uint16_t seq_zero, uint32_t block)
{
    out[0] = 0; /* SEG 0, opcode 00 */
    out[1] = (uint8_t)(seq_zero >> 6 & 0x7f);
    out[2] = (uint8_t)(seq_zero << 2);
    for (int i = 0; i < 4; i++)
        out[3 + i] = (uint8_t)(block >> (24 - 8 * i));
}

int mesh_ack_read(uint16_t *seq_zero, uint32_t *block, const uint8_t *p, size_t n)
{
    if (n != MESH_SEGMENT_ACK || p[0] != 0)
        return -1;
    *seq_zero = (uint16_t)((p[1] & 0x7f) << 6 | p[2] >> 2);
    *block = (uint32_t)p[3] << 24 | (uint32_t)p[4] << 16 | (uint32_t)p[5] << 8 | p[6];
    return 0;
}

uint32_t mesh_seq_auth(uint32_t seq, uint16_t seq_zero)
{
    return seq - ((seq - seq_zero) & 0x1fff);
}
