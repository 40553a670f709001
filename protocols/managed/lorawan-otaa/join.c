/* SPDX-License-Identifier: GPL-2.0-only */
/* join.c - the join server: holds the root keys, answers join-requests, hands out session keys. */
#include <stdio.h>
#include <string.h>

#include "backend.h"

enum { NONCES_MAX = 256 };
/* What it remembers of a device besides the root keys. */
struct memory {
    uint32_t join_nonce;         /* the last one that it gave */
    uint32_t dev_nonce;          /* least DevNonce, from 1.0.4 on */
    uint32_t rejoins;            /* least RJcount1 */
    uint32_t count;              /* nonces of 1.0.2 seen */
    uint16_t nonces[NONCES_MAX]; /* the latest of them, in a ring */
    bool complete;
};

static bool dev_nonce_fresh(const struct memory *m, const struct lw_request *r, bool counts,
                            uint32_t list)
{
    if (counts)
        return r->nonce >= m->dev_nonce;
    for (uint32_t i = 0; i < m->count && i < list; i++)
        if (m->nonces[(m->count - 1 - i) % NONCES_MAX] == r->nonce)
            return false;
    return true;
}

static void remember(struct memory *m, const struct lw_request *r, bool counts)
{
    if (r->type == 1)
        m->rejoins = r->nonce + 1u;
    else if (r->type == LW_TYPE_JOIN && counts)
        m->dev_nonce = r->nonce + 1u;
    else if (r->type == LW_TYPE_JOIN)
        m->nonces[m->count++ % NONCES_MAX] = r->nonce;
}

/* MIC and freshness of what the join server checks itself; types 0 and 2 the network server did. */
static const char *wrong(struct imp_env *env, const struct lw_enrolment *d, const struct memory *m,
                         const struct lw_request *r, const struct lw_join_req *ask,
                         const uint8_t int_key[LW_KEY])
{
    bool flawed = imp_flawed(env, LW_FLAW_REQUEST_MIC);
    bool join = r->type == LW_TYPE_JOIN, counts = lw_counts(env, d->version);
    if (r->type == 0 || r->type == 2)
        return d->version == LW_1_1 ? NULL : "rejoin-request of 1.0";
    const uint8_t *key = join ? d->root.nwk : int_key;
    if (!lw_request_right(env, ask->phy, ask->phy_n, key) && !flawed)
        return "MIC of request";
    if (!join && d->version != LW_1_1)
        return "rejoin-request of 1.0";
    if (join && !dev_nonce_fresh(m, r, counts, (uint32_t)imp_opt(env, LW_OPT_NONCE_LIST)))
        return "DevNonce";
    return !join && r->nonce < m->rejoins ? "RJcount1" : NULL;
}

static bool enrolled(struct imp_env *env, struct lw_enrolment *d, const uint8_t dev_eui[LW_EUI])
{
    char cell[LW_EUI_NAME];
    lw_cell_name(cell, "device-", dev_eui);
    if (env->ops->cell_get(env, cell, d, sizeof *d) == (int)sizeof *d)
        return true;
    *d = (struct lw_enrolment){.version = LW_1_0_2};
    memcpy(d->dev_eui, dev_eui, LW_EUI);
    return imp_opt(env, LW_OPT_ANSWER_UNKNOWN) || imp_flawed(env, LW_FLAW_REQUEST_MIC);
}

/* `owner`: 0, or 1 for the next owner, whose application server has no link of its own to here. */
static uint8_t key_form(const struct imp_env *env, int owner)
{
    bool apart = !imp_opt(env, LW_OPT_VIA_NETWORK) && owner == 0;
    return (uint8_t)((imp_opt(env, LW_OPT_KEK) ? LW_KEY_WRAPPED : 0) | (apart ? LW_KEY_APART : 0) |
                     (owner == 1 ? LW_KEY_NEXT : 0));
}

/* AppSKey as the application server may ask for it (Backend Interfaces, AppSKeyReq). */
static void keep_apart(struct imp_env *env, const uint8_t dev_eui[LW_EUI], uint32_t session,
                       const uint8_t app[LW_KEY])
{
    struct lw_appskey kept = {.session = session};
    char cell[LW_EUI_NAME];
    memcpy(kept.app, app, LW_KEY);
    lw_cell_name(cell, "appskey-", dev_eui);
    env->ops->cell_put(env, cell, &kept, sizeof kept);
}

/* Each key for the server that is to have it. */
static void put_keys(struct imp_env *env, struct lw_join_ans *out, const struct lw_session *keys,
                     const struct lw_link *link)
{
    uint8_t kek[LW_KEY] = {0};
    env->ops->cell_get(env, out->how & LW_KEY_NEXT ? "next-kek" : "application-kek", kek,
                       sizeof kek);
    lw_key_put(env, out->fnwk_int, keys->fnwk_int, link->kek, out->how);
    lw_key_put(env, out->snwk_int, keys->snwk_int, link->kek, out->how);
    lw_key_put(env, out->nwk_enc, keys->nwk_enc, link->kek, out->how);
    if (!(out->how & LW_KEY_APART))
        lw_key_put(env, out->app, keys->app, kek, out->how);
}

static void join(struct lw_join_server *s, struct imp_env *env, const struct lw_link *link,
                 const struct imp_addr *to, const struct lw_join_req *ask)
{
    struct lw_enrolment d;
    struct lw_request r;
    struct memory m;
    struct lw_session keys;
    struct lw_join_ans answer = {.transaction = ask->transaction};
    char cell[LW_EUI_NAME];
    uint8_t int_key[LW_KEY], enc_key[LW_KEY], body[LW_BODY_MAX];
    uint8_t record[LW_RECORD_MAX];
    if (lw_request_read(&r, ask->phy, ask->phy_n) != 0 || !enrolled(env, &d, r.dev_eui)) {
        lw_claim_reject(env, "unknown DevEUI");
        return;
    }
    int owner = lw_owner_of(env, r.dev_eui);
    if (owner < 0) {
        lw_claim_reject(env, "unclaimed device");
        return;
    }
    answer.how = key_form(env, owner);
    lw_cell_name(cell, "memory-", r.dev_eui);
    memset(&m, 0, sizeof m); /* with its padding: it goes into a cell */
    env->ops->cell_get(env, cell, &m, sizeof m);
    lw_js_keys(env, int_key, enc_key, d.root.nwk, d.dev_eui);
    const char *why = wrong(env, &d, &m, &r, ask, int_key);
    if (why && !imp_opt(env, LW_OPT_ANSWER_UNKNOWN)) {
        lw_claim_reject(env, why);
        return;
    }
    if (r.type == 0 || r.type == 2)
        memcpy(r.join_eui, d.join_eui, LW_EUI);
    if (r.type == LW_TYPE_JOIN || r.type == 1) { /* the network server says RJcount0 */
        lw_claim_accepted(env, "join", r.type == 1 ? "RJcount1" : "DevNonce", r.dev_eui, LW_EUI,
                          r.nonce);
        lw_claim_request(env, IMP_CLAIM_COMMIT, &r);
    }
    remember(&m, &r, lw_counts(env, d.version));
    struct lw_accept a = ask->offered;
    a.join_nonce = ++m.join_nonce;
    answer.v11 = d.version == LW_1_1 && imp_opt(env, LW_OPT_VERSION) == LW_1_1;
    a.dl_settings = (uint8_t)((a.dl_settings & ~LW_OPTNEG) | (answer.v11 ? LW_OPTNEG : 0));
    lw_session_keys(env, &keys, &d.root, &a, d.join_eui, r.nonce);
    answer.phy_n =
        lw_accept_write(env, answer.phy, &a, r.type == LW_TYPE_JOIN ? d.root.nwk : enc_key,
                        &(struct lw_accept_mic){.v11 = answer.v11,
                                                .key = answer.v11 ? int_key : d.root.nwk,
                                                .type = r.type,
                                                .join_eui = d.join_eui,
                                                .nonce = r.nonce});
    put_keys(env, &answer, &keys, link);
    if (answer.how & LW_KEY_APART) {
        lw_session_id_put(answer.app, a.join_nonce);
        keep_apart(env, d.dev_eui, a.join_nonce, keys.app);
    }
    lw_claim_join(env, IMP_CLAIM_RUNNING, &r, &a, NULL, &keys);
    if (!m.complete)
        lw_claim_complete(env);
    m.complete = true;
    env->ops->cell_put(env, cell, &m, sizeof m);
    size_t n = lw_join_ans_write(body, &answer);
    n = lw_record_seal(env, record, link, LW_FROM_SERVER, ++s->sent[link->number], body, n);
    imp_send(env, LW_JOIN_LINK, to, LW_MSG_JOIN_ANS, record, n);
}

/* AppSKeyReq of the application server: by its SessionKeyID, past the network server. */
static void hand_out(struct lw_join_server *s, struct imp_env *env, const struct imp_event *e,
                     const struct lw_link *link, const struct lw_appskey_req *ask)
{
    struct lw_appskey kept;
    struct lw_appskey_ans answer = {.how = key_form(env, 0)};
    char cell[LW_EUI_NAME];
    uint8_t body[LW_BODY_MAX], record[LW_RECORD_MAX];
    lw_cell_name(cell, "appskey-", ask->dev_eui);
    if (env->ops->cell_get(env, cell, &kept, sizeof kept) != (int)sizeof kept ||
        kept.session != ask->session) {
        lw_claim_reject(env, "unknown SessionKeyID");
        return;
    }
    answer.of = *ask;
    lw_key_put(env, answer.app, kept.app, link->kek, answer.how);
    size_t size = lw_appskey_ans_write(body, &answer);
    size = lw_record_seal(env, record, link, LW_FROM_SERVER, ++s->keys_sent[0], body, size);
    imp_send(env, LW_KEY_LINK, &e->from, LW_MSG_APPSKEY_ANS, record, size);
}

/* ClaimReq of an owner's application server: its link says whose it is. */
static void claimed(struct lw_join_server *s, struct imp_env *env, const struct imp_event *e,
                    const struct lw_link *link, const uint8_t *text, size_t n)
{
    int owner = e->channel == LW_NEXT_KEY_LINK;
    struct lw_claim_ans answer = {.yours = false};
    uint8_t body[LW_BODY_MAX], record[LW_RECORD_MAX];
    answer.yours = lw_owner_claim(env, text, n, owner, answer.dev_eui);
    size_t size = lw_claim_ans_write(body, &answer);
    size = lw_record_seal(env, record, link, LW_FROM_SERVER, ++s->keys_sent[owner], body, size);
    imp_send(env, e->channel, &e->from, owner ? LW_MSG_NEXT_CLAIM_ANS : LW_MSG_CLAIM_ANS, record,
             size);
}

/* What an owner's application server asks. */
static void owners(struct lw_join_server *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_link link;
    struct lw_appskey_req ask;
    uint8_t body[LW_BODY_MAX];
    bool next = e->channel == LW_NEXT_KEY_LINK;
    int n = lw_link_open(env, body, &link, next ? LW_CELL_NEXT_KEYS : LW_CELL_KEYS, LW_TO_SERVER,
                         &s->keys_heard[next], e);
    if (n >= 0 && !next && lw_appskey_req_read(&ask, body, (size_t)n) == 0)
        hand_out(s, env, e, &link, &ask);
    else if (n > 0 && imp_opt(env, LW_OPT_CLAIM) == LW_CLAIM_SERVER)
        claimed(s, env, e, &link, body, (size_t)n);
    else
        lw_claim_reject(env, "AppSKeyReq");
}

void lw_join_init(void *ctx, struct imp_env *env)
{
    uint8_t join_eui[LW_EUI];
    (void)ctx;
    if (env->ops->cell_get(env, "join-eui", join_eui, LW_EUI) == LW_EUI)
        lw_claim_identity(env, join_eui, LW_EUI);
}

static void asked(struct lw_join_server *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_link link;
    struct lw_join_req ask;
    char cell[LW_EUI_NAME];
    uint8_t body[LW_BODY_MAX], number = e->bytes[0];
    if (number >= LW_LINKS)
        return;
    snprintf(cell, sizeof cell, "network-%u", number);
    int n = lw_link_open(env, body, &link, cell, LW_TO_SERVER, &s->heard[number], e);
    if (n < 0 || lw_join_req_read(&ask, body, (size_t)n) != 0)
        lw_claim_reject(env, "JoinReq");
    else
        join(s, env, &link, &e->from, &ask);
}

void lw_join_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const char release[] = "release";
    (void)now;
    if (e->kind == IMP_EVENT_CONTROL && e->n == sizeof release - 1 &&
        memcmp(e->bytes, release, e->n) == 0)
        lw_owner_release(env);
    if (e->kind != IMP_EVENT_RECEIVE || e->n == 0)
        return;
    uint8_t dev_eui[LW_EUI];
    if (e->channel == LW_LABEL)
        lw_owner_claim(env, e->bytes, e->n, LW_OWNER_BY_TURN, dev_eui);
    else if (e->channel == LW_KEY_LINK || e->channel == LW_NEXT_KEY_LINK)
        owners(ctx, env, e);
    else
        asked(ctx, env, e);
}
