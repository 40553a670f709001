/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.c - joining frames of LoRaWAN and the keys that come from them. */
#include "frame.h"

#include <string.h>

static void put16(uint8_t out[2], uint16_t v)
{
    out[0] = (uint8_t)v;
    out[1] = (uint8_t)(v >> 8);
}

static uint16_t get16(const uint8_t in[2])
{
    return (uint16_t)(in[0] | in[1] << 8);
}

static void put24(uint8_t out[3], uint32_t v)
{
    put16(out, (uint16_t)v);
    out[2] = (uint8_t)(v >> 16);
}

static void mic_of(struct imp_env *env, uint8_t mic[LW_MIC], const uint8_t key[LW_KEY],
                   const struct imp_piece *in, size_t count)
{
    uint8_t cmac[16];
    imp_aes_cmac(env, cmac, key, in, count);
    memcpy(mic, cmac, LW_MIC);
    imp_observe_rule("MIC", mic, LW_MIC, &IMP_PIECE(cmac, sizeof cmac), 1);
}

/* ---- requests -----------------------------------------------------------------------------------
 */

size_t lw_request_write(struct imp_env *env, uint8_t out[LW_REJOIN_MAX], const struct lw_request *r,
                        const uint8_t mic_key[LW_KEY])
{
    size_t n = 0;
    bool join = r->type == LW_TYPE_JOIN;
    out[n++] = (uint8_t)((join ? LW_JOIN_REQUEST : LW_REJOIN_REQUEST) << 5);
    if (!join)
        out[n++] = r->type;
    if (r->type == 0 || r->type == 2) {
        memcpy(out + n, r->net_id, sizeof r->net_id);
        n += sizeof r->net_id;
    } else {
        memcpy(out + n, r->join_eui, LW_EUI);
        n += LW_EUI;
    }
    memcpy(out + n, r->dev_eui, LW_EUI);
    n += LW_EUI;
    put16(out + n, r->nonce);
    n += 2;
    mic_of(env, out + n, mic_key, &IMP_PIECE(out, n), 1);
    return n + LW_MIC;
}

int lw_request_read(struct lw_request *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_request){.type = LW_TYPE_JOIN};
    if (n < 2)
        return -1;
    size_t at = 1;
    if (in[0] == LW_REJOIN_REQUEST << 5)
        r->type = in[at++];
    else if (in[0] != LW_JOIN_REQUEST << 5)
        return -1;
    if (r->type != LW_TYPE_JOIN && r->type > 2)
        return -1;
    if (in[0] != LW_JOIN_REQUEST << 5 && r->type == LW_TYPE_JOIN)
        return -1;
    bool network = r->type == 0 || r->type == 2;
    size_t head = network ? sizeof r->net_id : (size_t)LW_EUI;
    if (n != at + head + LW_EUI + 2 + LW_MIC)
        return -1;
    memcpy(network ? r->net_id : r->join_eui, in + at, head);
    at += head;
    memcpy(r->dev_eui, in + at, LW_EUI);
    r->nonce = get16(in + at + LW_EUI);
    memcpy(r->mic, in + at + LW_EUI + 2, LW_MIC);
    return 0;
}

bool lw_request_right(struct imp_env *env, const uint8_t *in, size_t n,
                      const uint8_t mic_key[LW_KEY])
{
    uint8_t mic[LW_MIC];
    mic_of(env, mic, mic_key, &IMP_PIECE(in, n - LW_MIC), 1);
    return imp_equal(mic, in + n - LW_MIC, LW_MIC);
}

/* ---- join-accept --------------------------------------------------------------------------------
 */

static void accept_mic(struct imp_env *env, uint8_t out[LW_MIC], const uint8_t *plain, size_t n,
                       const struct lw_accept_mic *m)
{
    uint8_t nonce[2];
    put16(nonce, m->nonce);
    if (m->v11)
        mic_of(env, out, m->key,
               (struct imp_piece[]){{&m->type, 1}, {m->join_eui, LW_EUI}, {nonce, 2}, {plain, n}},
               4);
    else
        mic_of(env, out, m->key, &IMP_PIECE(plain, n), 1);
}

size_t lw_accept_write(struct imp_env *env, uint8_t out[LW_JOIN_ACCEPT_MAX],
                       const struct lw_accept *a, const uint8_t enc_key[LW_KEY],
                       const struct lw_accept_mic *mic)
{
    uint8_t plain[LW_JOIN_ACCEPT_MAX] = {LW_JOIN_ACCEPT << 5};
    size_t n = 13;
    put24(plain + 1, a->join_nonce);
    memcpy(plain + 4, a->net_id, 3);
    memcpy(plain + 7, a->dev_addr, 4);
    plain[11] = a->dl_settings;
    plain[12] = a->rx_delay;
    if (a->has_cflist) {
        memcpy(plain + n, a->cflist, LW_CFLIST);
        n += LW_CFLIST;
    }
    accept_mic(env, plain + n, plain, n, mic);
    n += LW_MIC;
    out[0] = plain[0];
    for (size_t i = 1; i < n; i += 16)
        imp_aes_decrypt(env, out + i, enc_key, plain + i);
    return n;
}

int lw_accept_read(struct imp_env *env, struct lw_accept *a, uint8_t plain[LW_JOIN_ACCEPT_MAX],
                   const uint8_t *in, size_t n, const uint8_t enc_key[LW_KEY])
{
    *a = (struct lw_accept){0};
    if ((n != 17 && n != LW_JOIN_ACCEPT_MAX) || in[0] != LW_JOIN_ACCEPT << 5)
        return -1;
    plain[0] = in[0];
    for (size_t i = 1; i < n; i += 16)
        imp_aes_encrypt(env, plain + i, enc_key, in + i);
    a->join_nonce = get16(plain + 1) | (uint32_t)plain[3] << 16;
    memcpy(a->net_id, plain + 4, 3);
    memcpy(a->dev_addr, plain + 7, 4);
    a->dl_settings = plain[11];
    a->rx_delay = plain[12];
    a->has_cflist = n == LW_JOIN_ACCEPT_MAX;
    if (a->has_cflist)
        memcpy(a->cflist, plain + 13, LW_CFLIST);
    return 0;
}

bool lw_accept_right(struct imp_env *env, const uint8_t *plain, size_t n,
                     const struct lw_accept_mic *mic)
{
    uint8_t right[LW_MIC];
    accept_mic(env, right, plain, n - LW_MIC, mic);
    return imp_equal(right, plain + n - LW_MIC, LW_MIC);
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

/* AES of a block whose content travels, or is covered by the same root key. */
static void derive(struct imp_env *env, uint8_t out[LW_KEY], const uint8_t key[LW_KEY],
                   const uint8_t block[16])
{
    imp_observe_join(block, 16, NULL, 0);
    imp_aes_encrypt(env, out, key, block);
}

void lw_js_keys(struct imp_env *env, uint8_t int_key[LW_KEY], uint8_t enc_key[LW_KEY],
                const uint8_t nwk_key[LW_KEY], const uint8_t dev_eui[LW_EUI])
{
    uint8_t block[16] = {0x06};
    memcpy(block + 1, dev_eui, LW_EUI);
    derive(env, int_key, nwk_key, block);
    block[0] = 0x05;
    derive(env, enc_key, nwk_key, block);
}

void lw_session_keys(struct imp_env *env, struct lw_session *out, const struct lw_root *root,
                     const struct lw_accept *a, const uint8_t join_eui[LW_EUI], uint16_t nonce)
{
    uint8_t block[16] = {0x01};
    out->v11 = a->dl_settings & LW_OPTNEG;
    put24(block + 1, a->join_nonce);
    if (out->v11) {
        memcpy(block + 4, join_eui, LW_EUI);
        put16(block + 12, nonce);
    } else {
        memcpy(block + 4, a->net_id, 3);
        put16(block + 7, nonce);
    }
    derive(env, out->fnwk_int, root->nwk, block);
    block[0] = 0x02;
    derive(env, out->app, out->v11 ? root->app : root->nwk, block);
    if (out->v11) {
        block[0] = 0x03;
        derive(env, out->snwk_int, root->nwk, block);
        block[0] = 0x04;
        derive(env, out->nwk_enc, root->nwk, block);
    } else {
        memcpy(out->snwk_int, out->fnwk_int, LW_KEY);
        memcpy(out->nwk_enc, out->fnwk_int, LW_KEY);
    }
}
