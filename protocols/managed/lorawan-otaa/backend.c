/* SPDX-License-Identifier: GPL-2.0-only */
#include "backend.h"

#include <string.h>

/* ---- bodies: fixed fields, then the part whose size is what is left
 */

static uint8_t *put(uint8_t *at, const void *p, size_t n)
{
    memcpy(at, p, n);
    return at + n;
}

static const uint8_t *get(const uint8_t *at, void *p, size_t n)
{
    memcpy(p, at, n);
    return at + n;
}

static uint8_t *put32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(v >> (24 - 8 * i));
    return at;
}

static const uint8_t *get32(const uint8_t *at, uint32_t *v)
{
    *v = 0;
    for (int i = 0; i < 4; i++)
        *v = *v << 8 | *at++;
    return at;
}

enum { JOIN_REQ_HEAD = 4 + 3 + 4 + 3 + LW_CFLIST, JOIN_ANS_HEAD = 5 + 4 * 24, XMIT_HEAD = 41 };
enum { APPSKEY_REQ = LW_EUI + 4, APPSKEY_ANS = APPSKEY_REQ + 1 + 24, CLAIM_ANS = LW_EUI + 1 };
enum { FORMS = LW_KEY_WRAPPED | LW_KEY_APART | LW_KEY_NEXT };

size_t lw_join_req_write(uint8_t out[LW_BODY_MAX], const struct lw_join_req *r)
{
    uint8_t *at = put32(out, r->transaction);
    at = put(at, r->offered.net_id, 3);
    at = put(at, r->offered.dev_addr, 4);
    *at++ = r->offered.dl_settings;
    *at++ = r->offered.rx_delay;
    *at++ = r->offered.has_cflist;
    at = put(at, r->offered.cflist, LW_CFLIST);
    at = put(at, r->phy, r->phy_n);
    return (size_t)(at - out);
}

int lw_join_req_read(struct lw_join_req *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_join_req){0};
    if (n <= JOIN_REQ_HEAD || n > JOIN_REQ_HEAD + LW_REJOIN_MAX || in[13] > 1)
        return -1;
    const uint8_t *at = get32(in, &r->transaction);
    at = get(at, r->offered.net_id, 3);
    at = get(at, r->offered.dev_addr, 4);
    r->offered.dl_settings = *at++;
    r->offered.rx_delay = *at++;
    r->offered.has_cflist = *at++;
    at = get(at, r->offered.cflist, LW_CFLIST);
    r->phy_n = n - JOIN_REQ_HEAD;
    get(at, r->phy, r->phy_n);
    return 0;
}

size_t lw_join_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_join_ans *r)
{
    uint8_t *at = put32(out, r->transaction);
    *at++ = (uint8_t)(r->v11 | r->how << 1);
    at = put(at, r->fnwk_int, 24);
    at = put(at, r->snwk_int, 24);
    at = put(at, r->nwk_enc, 24);
    at = put(at, r->app, 24);
    at = put(at, r->phy, r->phy_n);
    return (size_t)(at - out);
}

int lw_join_ans_read(struct lw_join_ans *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_join_ans){0};
    if (n <= JOIN_ANS_HEAD || n > JOIN_ANS_HEAD + LW_JOIN_ACCEPT_MAX || in[4] >> 1 > FORMS)
        return -1;
    const uint8_t *at = get32(in, &r->transaction);
    r->v11 = *at & 1;
    r->how = *at++ >> 1;
    at = get(at, r->fnwk_int, 24);
    at = get(at, r->snwk_int, 24);
    at = get(at, r->nwk_enc, 24);
    at = get(at, r->app, 24);
    r->phy_n = n - JOIN_ANS_HEAD;
    get(at, r->phy, r->phy_n);
    return 0;
}

size_t lw_xmit_write(uint8_t out[LW_BODY_MAX], const struct lw_xmit *r)
{
    uint8_t *at = put(out, r->dev_eui, LW_EUI);
    at = put(at, r->dev_addr, 4);
    at = put32(at, r->fcnt);
    *at++ = r->how;
    at = put(at, r->app, 24);
    at = put(at, r->payload, r->payload_n);
    return (size_t)(at - out);
}

int lw_xmit_read(struct lw_xmit *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_xmit){0};
    if (n <= XMIT_HEAD || n > XMIT_HEAD + LW_PAYLOAD_MAX || in[16] > FORMS)
        return -1;
    const uint8_t *at = get(in, r->dev_eui, LW_EUI);
    at = get(at, r->dev_addr, 4);
    at = get32(at, &r->fcnt);
    r->how = *at++;
    at = get(at, r->app, 24);
    r->payload_n = n - XMIT_HEAD;
    get(at, r->payload, r->payload_n);
    return 0;
}

size_t lw_appskey_req_write(uint8_t out[LW_BODY_MAX], const struct lw_appskey_req *r)
{
    return (size_t)(put32(put(out, r->dev_eui, LW_EUI), r->session) - out);
}

int lw_appskey_req_read(struct lw_appskey_req *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_appskey_req){0};
    if (n != APPSKEY_REQ)
        return -1;
    get32(get(in, r->dev_eui, LW_EUI), &r->session);
    return 0;
}

size_t lw_appskey_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_appskey_ans *r)
{
    uint8_t *at = out + lw_appskey_req_write(out, &r->of);
    *at++ = r->how;
    return (size_t)(put(at, r->app, sizeof r->app) - out);
}

int lw_appskey_ans_read(struct lw_appskey_ans *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_appskey_ans){0};
    if (n != APPSKEY_ANS || lw_appskey_req_read(&r->of, in, APPSKEY_REQ) != 0 ||
        in[APPSKEY_REQ] > FORMS)
        return -1;
    r->how = in[APPSKEY_REQ];
    get(in + APPSKEY_REQ + 1, r->app, sizeof r->app);
    return 0;
}

size_t lw_claim_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_claim_ans *r)
{
    uint8_t *at = put(out, r->dev_eui, LW_EUI);
    *at++ = r->yours;
    return (size_t)(at - out);
}

int lw_claim_ans_read(struct lw_claim_ans *r, const uint8_t *in, size_t n)
{
    *r = (struct lw_claim_ans){0};
    if (n != CLAIM_ANS || in[LW_EUI] > 1)
        return -1;
    get(in, r->dev_eui, LW_EUI);
    r->yours = in[LW_EUI];
    return 0;
}

/* ---- records ------------------------------------------------------------------------------------
 */

size_t lw_record_seal(struct imp_env *env, uint8_t out[LW_RECORD_MAX], const struct lw_link *link,
                      enum lw_direction d, uint64_t counter, const uint8_t *body, size_t n)
{
    uint8_t nonce[13] = {0};
    out[0] = link->number;
    out[1] = (uint8_t)d;
    for (int i = 0; i < 6; i++)
        out[2 + i] = (uint8_t)(counter >> (40 - 8 * i));
    memcpy(nonce, out, LW_RECORD_HEAD);
    imp_aes_ccm_seal(env, out + LW_RECORD_HEAD, link->key, nonce, sizeof nonce, out, LW_RECORD_HEAD,
                     body, n, LW_RECORD_TAG);
    return LW_RECORD_HEAD + n + LW_RECORD_TAG;
}

int lw_record_open(struct imp_env *env, uint8_t body[LW_BODY_MAX], const struct lw_link *link,
                   enum lw_direction d, uint64_t *heard, const uint8_t *in, size_t n)
{
    uint8_t nonce[13] = {0};
    uint64_t counter = 0;
    if (n < LW_RECORD_HEAD + LW_RECORD_TAG || n > LW_RECORD_MAX || in[0] != link->number ||
        in[1] != (uint8_t)d)
        return -1;
    for (int i = 0; i < 6; i++)
        counter = counter << 8 | in[2 + i];
    memcpy(nonce, in, LW_RECORD_HEAD);
    if (counter <= *heard ||
        imp_aes_ccm_open(env, body, link->key, nonce, sizeof nonce, in, LW_RECORD_HEAD,
                         in + LW_RECORD_HEAD, n - LW_RECORD_HEAD, LW_RECORD_TAG) != 0)
        return -1;
    *heard = counter;
    return (int)(n - LW_RECORD_HEAD - LW_RECORD_TAG);
}

int lw_link_open(struct imp_env *env, uint8_t body[LW_BODY_MAX], struct lw_link *link,
                 const char *cell, enum lw_direction d, uint64_t *heard, const struct imp_event *e)
{
    if (env->ops->cell_get(env, cell, link, sizeof *link) != (int)sizeof *link)
        return -1;
    return lw_record_open(env, body, link, d, heard, e->bytes, e->n);
}

void lw_key_put(struct imp_env *env, uint8_t out[24], const uint8_t key[LW_KEY],
                const uint8_t kek[LW_KEY], uint8_t how)
{
    memset(out, 0, 24);
    if (how & LW_KEY_WRAPPED)
        imp_aes_wrap(env, out, kek, key, LW_KEY);
    else
        memcpy(out, key, LW_KEY);
}

int lw_key_get(struct imp_env *env, uint8_t key[LW_KEY], const uint8_t in[24],
               const uint8_t kek[LW_KEY], uint8_t how)
{
    if (how & LW_KEY_WRAPPED)
        return imp_aes_unwrap(env, key, kek, in, 24);
    memcpy(key, in, LW_KEY);
    return 0;
}

void lw_session_id_put(uint8_t out[24], uint32_t session)
{
    memset(out, 0, 24);
    put32(out, session);
}

uint32_t lw_session_id_get(const uint8_t in[24])
{
    uint32_t session;
    get32(in, &session);
    return session;
}
