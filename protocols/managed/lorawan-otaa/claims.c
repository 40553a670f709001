/* SPDX-License-Identifier: GPL-2.0-only */
/* claims.c - what the parties of a join believe, in four layers: "request" (device to join server),
 * "join" (join server to device), "network" and "app" (session keys). */
#include <stdio.h>
#include <string.h>

#include "lorawan.h"

void lw_cell_name(char out[LW_EUI_NAME], const char *prefix, const uint8_t dev_eui[LW_EUI])
{
    int n = snprintf(out, LW_EUI_NAME, "%s", prefix);
    for (int i = LW_EUI - 1; i >= 0; i--)
        n += snprintf(out + n, LW_EUI_NAME - (size_t)n, "%02x", dev_eui[i]);
}

void lw_sid(uint8_t out[LW_SID], const uint8_t dev_eui[LW_EUI], const uint8_t dev_addr[4])
{
    memcpy(out, dev_eui, LW_EUI);
    memcpy(out + LW_EUI, dev_addr, 4);
}

size_t lw_join_sid(uint8_t out[LW_SID_MAX], const struct lw_request *r, const uint32_t *join_nonce)
{
    size_t n = LW_EUI;
    memcpy(out, r->dev_eui, LW_EUI);
    out[n++] = r->type;
    out[n++] = (uint8_t)r->nonce;
    out[n++] = (uint8_t)(r->nonce >> 8);
    for (int i = 0; join_nonce && i < 3; i++)
        out[n++] = (uint8_t)(*join_nonce >> 8 * i);
    return n;
}

/* A digest for comparisons of the judge; no party computes it. */
static void digest(uint8_t out[32], const struct imp_piece *in, size_t count)
{
    struct imp_observation hold = imp_observe_hold();
    imp_sha256(NULL, out, in, count);
    imp_observe_resume(hold);
}

void lw_claim_identity(struct imp_env *env, const uint8_t *self, size_t n)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY, .self = self, .self_n = n});
}

void lw_claim_request(struct imp_env *env, enum imp_claim_kind kind, const struct lw_request *r)
{
    uint8_t sid[LW_SID_MAX], data[32];
    size_t n = lw_join_sid(sid, r, NULL);
    bool commit = kind == IMP_CLAIM_COMMIT;
    digest(data, (struct imp_piece[]){{r->join_eui, LW_EUI}, {r->mic, LW_MIC}}, 2);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "request",
                                       .peer = r->dev_eui,
                                       .peer_n = commit ? LW_EUI : 0,
                                       .sid = sid,
                                       .sid_n = n,
                                       .data = data,
                                       .data_n = sizeof data});
}

void lw_claim_join(struct imp_env *env, enum imp_claim_kind kind, const struct lw_request *r,
                   const struct lw_accept *a, const uint8_t join_eui[LW_EUI],
                   const struct lw_session *s)
{
    uint8_t sid[LW_SID_MAX], data[32];
    /* Which request is answered is part of what must agree, not of the session's name: in 1.0 the
     * accept does not say it. */
    struct lw_request unnamed = *r;
    unnamed.nonce = 0;
    size_t n = lw_join_sid(sid, &unnamed, &a->join_nonce);
    uint8_t setting[] = {a->dl_settings, a->rx_delay, a->has_cflist};
    digest(data,
           (struct imp_piece[]){{a->dev_addr, 4},
                                {a->net_id, 3},
                                {setting, sizeof setting},
                                {a->cflist, a->has_cflist ? LW_CFLIST : 0},
                                {s->fnwk_int, LW_KEY},
                                {s->snwk_int, LW_KEY},
                                {s->nwk_enc, LW_KEY},
                                {s->app, LW_KEY}},
           8);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "join",
                                       .peer = join_eui,
                                       .peer_n = join_eui ? LW_EUI : 0,
                                       .sid = sid,
                                       .sid_n = n,
                                       .data = data,
                                       .data_n = sizeof data});
}

void lw_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *layer,
                      const uint8_t sid[LW_SID], const void *peer, size_t peer_n,
                      const struct lw_session *s)
{
    uint8_t data[32];
    if (layer[0] == 'a')
        digest(data, &IMP_PIECE(s->app, LW_KEY), 1);
    else
        digest(data,
               (struct imp_piece[]){
                   {s->fnwk_int, LW_KEY}, {s->snwk_int, LW_KEY}, {s->nwk_enc, LW_KEY}},
               3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = layer,
                                       .peer = peer,
                                       .peer_n = peer_n,
                                       .sid = sid,
                                       .sid_n = LW_SID,
                                       .data = data,
                                       .data_n = sizeof data});
}

static void secret(struct imp_env *env, const char *layer, const uint8_t sid[LW_SID],
                   const char *name, const uint8_t key[LW_KEY])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = layer,
                                       .name = name,
                                       .sid = sid,
                                       .sid_n = LW_SID,
                                       .data = key,
                                       .data_n = LW_KEY});
}

void lw_claim_secrets(struct imp_env *env, const char *layer, const uint8_t sid[LW_SID],
                      const struct lw_session *s)
{
    if (layer[0] == 'a') {
        secret(env, layer, sid, "AppSKey", s->app);
        return;
    }
    secret(env, layer, sid, s->v11 ? "FNwkSIntKey" : "NwkSKey", s->fnwk_int);
    if (s->v11) {
        secret(env, layer, sid, "SNwkSIntKey", s->snwk_int);
        secret(env, layer, sid, "NwkSEncKey", s->nwk_enc);
    }
}

void lw_claim_accepted(struct imp_env *env, const char *layer, const char *name, const void *sid,
                       size_t sid_n, uint32_t value)
{
    uint8_t data[4] = {(uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
                       (uint8_t)(value >> 24)};
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = layer,
                                       .name = name,
                                       .sid = sid,
                                       .sid_n = sid_n,
                                       .data = data,
                                       .data_n = sizeof data});
}

void lw_claim_reject(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .name = why});
}

void lw_claim_complete(struct imp_env *env)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}
