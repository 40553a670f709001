/* SPDX-License-Identifier: GPL-2.0-only */
/* application.c - an owner's application server: unwraps AppSKey or asks for it, opens the
 * payloads. It relies on the network server for their integrity, as LoRaWAN 1.1 section 6.1.2.4
 * warns. */
#include <stdio.h>
#include <string.h>

#include "backend.h"

static void data(struct imp_env *env, const uint8_t app[LW_KEY], const struct lw_xmit *x)
{
    struct lw_session s = {0};
    char cell[LW_EUI_NAME];
    uint8_t sid[LW_SID], clear[LW_PAYLOAD_MAX], before[4];
    memcpy(s.app, app, LW_KEY);
    lw_data_crypt(env, clear, x->payload, x->payload_n, s.app, true, x->dev_addr, x->fcnt);
    lw_cell_name(cell, "session-", x->dev_eui);
    int n = env->ops->cell_get(env, cell, before, sizeof before);
    if (n == 4 && memcmp(before, x->dev_addr, 4) == 0)
        return; /* a further payload of a session that it knows */
    env->ops->cell_put(env, cell, x->dev_addr, 4);
    lw_sid(sid, x->dev_eui, x->dev_addr);
    lw_claim_secrets(env, "app", sid, &s);
    lw_claim_session(env, IMP_CLAIM_COMMIT, "app", sid, x->dev_eui, LW_EUI, &s);
    if (n < 0 && env->role == LW_APPLICATION) /* at the next owner's it is a second life */
        lw_claim_complete(env);
}

/* The AppSKey of a session, of which the network server knows only the SessionKeyID: as it was
 * handed out before, or asked for, while the payload waits. */
static void apart(struct lw_application *s, struct imp_env *env, const struct lw_xmit *x)
{
    struct lw_link link;
    struct lw_appskey kept;
    struct lw_appskey_req ask = {.session = lw_session_id_get(x->app)};
    char cell[LW_EUI_NAME];
    uint8_t body[LW_BODY_MAX], record[LW_RECORD_MAX];
    lw_cell_name(cell, "appskey-", x->dev_eui);
    if (env->ops->cell_get(env, cell, &kept, sizeof kept) == (int)sizeof kept &&
        kept.session == ask.session) {
        data(env, kept.app, x);
        return;
    }
    if (env->ops->cell_get(env, LW_CELL_KEYS, &link, sizeof link) != (int)sizeof link)
        return;
    lw_cell_name(cell, "waits-", x->dev_eui);
    env->ops->cell_put(env, cell, x, sizeof *x);
    memcpy(ask.dev_eui, x->dev_eui, LW_EUI);
    size_t n = lw_appskey_req_write(body, &ask);
    n = lw_record_seal(env, record, &link, LW_TO_SERVER, ++s->keys_sent, body, n);
    imp_send(env, LW_KEY_LINK, NULL, LW_MSG_APPSKEY_REQ, record, n);
}

/* AppSKeyAns: for the payload that waits, if that is of the session that it names. */
static void handed_out(struct imp_env *env, const struct lw_link *link, const uint8_t *body,
                       size_t n)
{
    struct lw_appskey_ans a;
    struct lw_appskey kept = {0};
    struct lw_xmit x;
    char cell[LW_EUI_NAME];
    if (lw_appskey_ans_read(&a, body, n) != 0 ||
        lw_key_get(env, kept.app, a.app, link->kek, a.how) != 0) {
        lw_claim_reject(env, "AppSKeyAns");
        return;
    }
    lw_cell_name(cell, "waits-", a.of.dev_eui);
    if (env->ops->cell_get(env, cell, &x, sizeof x) != (int)sizeof x ||
        lw_session_id_get(x.app) != a.of.session)
        return;
    env->ops->cell_erase(env, cell);
    kept.session = a.of.session;
    lw_cell_name(cell, "appskey-", a.of.dev_eui);
    env->ops->cell_put(env, cell, &kept, sizeof kept);
    data(env, kept.app, &x);
}

/* ---- claims
 * -----------------------------------------------------------------------------------------------
 */
static const char *join_link(const struct imp_env *env)
{
    return env->role == LW_NEXT ? LW_CELL_NEXT_KEYS : LW_CELL_KEYS;
}

/* The owner has scanned a QR code in his account here: ClaimReq. Its counter goes with the clock,
 * so that it never comes again. */
static void scanned(struct lw_application *s, struct imp_env *env, const struct imp_event *e,
                    imp_time now)
{
    struct lw_link link;
    uint8_t record[LW_RECORD_MAX];
    bool next = env->role == LW_NEXT;
    uint64_t clock = (uint64_t)(now / IMP_US);
    if (e->n > LW_LABEL_MAX ||
        env->ops->cell_get(env, join_link(env), &link, sizeof link) != (int)sizeof link)
        return;
    s->keys_sent = s->keys_sent < clock ? clock : s->keys_sent + 1;
    size_t n = lw_record_seal(env, record, &link, LW_TO_SERVER, s->keys_sent, e->bytes, e->n);
    imp_send(env, next ? LW_NEXT_KEY_LINK : LW_KEY_LINK, NULL,
             next ? LW_MSG_NEXT_CLAIM_REQ : LW_MSG_CLAIM_REQ, record, n);
}

/* What the join server answers: an owner hears of a device that is not his. */
static void answered(struct lw_application *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_link link;
    struct lw_claim_ans a;
    uint8_t body[LW_BODY_MAX];
    int n = lw_link_open(env, body, &link, join_link(env), LW_FROM_SERVER, &s->keys_heard, e);
    if (n < 0)
        lw_claim_reject(env, "AppSKeyAns");
    else if (lw_claim_ans_read(&a, body, (size_t)n) != 0)
        handed_out(env, &link, body, (size_t)n);
    else if (!a.yours)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ALARM, .name = "claim refused"});
}

static void payload(struct lw_application *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_link link;
    struct lw_xmit x;
    char cell[LW_EUI_NAME];
    uint8_t body[LW_BODY_MAX], app[LW_KEY], number = e->bytes[0];
    if (number >= LW_LINKS)
        return;
    snprintf(cell, sizeof cell, "network-%u", number);
    memset(&x, 0, sizeof x); /* with its padding: it may go into a cell */
    int n = lw_link_open(env, body, &link, cell, LW_TO_SERVER, &s->heard[number], e);
    if (n < 0 || lw_xmit_read(&x, body, (size_t)n) != 0)
        lw_claim_reject(env, "XmitDataReq");
    else if (x.how & LW_KEY_APART)
        apart(s, env, &x);
    else if (lw_key_get(env, app, x.app, link.kek, x.how) != 0)
        lw_claim_reject(env, "wrapped AppSKey");
    else
        data(env, app, &x);
}

void lw_application_init(void *ctx, struct imp_env *env)
{
    const char *name = env->mechanism->roles[env->role].name;
    (void)ctx;
    lw_claim_identity(env, (const uint8_t *)name, strlen(name));
}

void lw_application_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    if (e->kind != IMP_EVENT_RECEIVE || e->n == 0)
        return;
    if (e->channel == LW_LABEL_OWN || e->channel == LW_LABEL_NEXT)
        scanned(ctx, env, e, now);
    else if (e->channel == LW_KEY_LINK || e->channel == LW_NEXT_KEY_LINK)
        answered(ctx, env, e);
    else
        payload(ctx, env, e);
}

int lw_serving(const void *ctx)
{
    (void)ctx;
    return LW_SERVING;
}
