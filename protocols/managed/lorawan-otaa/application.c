/* SPDX-License-Identifier: GPL-2.0-only */
/* application.c - the application server: unwraps AppSKey, opens the payloads. It relies on the
 * network server for their integrity, as LoRaWAN 1.1 section 6.1.2.4 warns. */
#include <stdio.h>
#include <string.h>

#include "backend.h"

static void data(struct imp_env *env, const uint8_t kek[LW_KEY], const struct lw_xmit *x)
{
    struct lw_session s = {0};
    char cell[LW_EUI_NAME];
    uint8_t sid[LW_SID], clear[LW_PAYLOAD_MAX], before[4];
    if (lw_key_get(env, s.app, x->app, kek, x->wrapped) != 0) {
        lw_claim_reject(env, "wrapped AppSKey");
        return;
    }
    lw_data_crypt(env, clear, x->payload, x->payload_n, s.app, true, x->dev_addr, x->fcnt);
    lw_cell_name(cell, "session-", x->dev_eui);
    int n = env->ops->cell_get(env, cell, before, sizeof before);
    if (n == 4 && memcmp(before, x->dev_addr, 4) == 0)
        return; /* a further payload of a session that it knows */
    env->ops->cell_put(env, cell, x->dev_addr, 4);
    lw_sid(sid, x->dev_eui, x->dev_addr);
    lw_claim_secrets(env, "app", sid, &s);
    lw_claim_session(env, IMP_CLAIM_COMMIT, "app", sid, x->dev_eui, LW_EUI, &s);
    if (n < 0)
        lw_claim_complete(env);
}

void lw_application_init(void *ctx, struct imp_env *env)
{
    static const char name[] = "application-server";
    (void)ctx;
    lw_claim_identity(env, (const uint8_t *)name, sizeof name - 1);
}

void lw_application_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lw_application *s = ctx;
    struct lw_link link;
    struct lw_xmit x;
    char cell[LW_EUI_NAME];
    uint8_t body[LW_BODY_MAX];
    (void)now;
    if (e->kind != IMP_EVENT_RECEIVE || e->n == 0 || e->bytes[0] >= LW_LINKS)
        return;
    snprintf(cell, sizeof cell, "network-%u", e->bytes[0]);
    int n = env->ops->cell_get(env, cell, &link, sizeof link) != (int)sizeof link
                ? -1
                : lw_record_open(env, body, &link, LW_TO_SERVER, &s->heard[e->bytes[0]], e->bytes,
                                 e->n);
    if (n < 0 || lw_xmit_read(&x, body, (size_t)n) != 0)
        lw_claim_reject(env, "XmitDataReq");
    else
        data(env, link.kek, &x);
}

int lw_serving(const void *ctx)
{
    (void)ctx;
    return LW_SERVING;
}
