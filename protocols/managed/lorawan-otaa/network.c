/* SPDX-License-Identifier: GPL-2.0-only */
/* network.c - the network server, at the gateway: passes joins on, checks uplinks, acknowledges. */
#include <string.h>

#include "backend.h"

enum { RX_DELAY = 1, MAX_COUNT_N = 15 };
enum { RX2_EU868 = 0, RX2_US915 = 8 }; /* DLSettings: data rate of the second window */
enum { TO_JOIN, TO_APPLICATION, TO_NEXT };
enum { TIMERS = 64 };
static const uint8_t net_id[3] = {0x13, 0, 0}; /* NetID 000013, least octet first */

/* What gateways hear: in EU863-870 besides the join channels; in US902-928 the second sub-band. */
static const uint32_t channels[LW_CFLIST_CHANNELS] = {867100000, 867300000, 867500000, 867700000,
                                                      867900000};
static const uint16_t masks[LW_CFLIST_MASKS] = {0xff00, 0, 0, 0, 0x0002};

static struct lw_member *member(struct lw_network *s, const uint8_t dev_eui[LW_EUI], bool make)
{
    for (size_t i = 0; i < LW_CONTEXTS; i++) {
        struct lw_member *m = &s->members[i];
        if (m->used && memcmp(m->dev_eui, dev_eui, LW_EUI) == 0)
            return m;
        if (!m->used && make) {
            m->used = true;
            memcpy(m->dev_eui, dev_eui, LW_EUI);
            return m;
        }
        if (!m->used)
            return NULL;
    }
    return NULL;
}

static struct lw_member *by_address(struct lw_network *s, const uint8_t dev_addr[4],
                                    struct lw_context **c)
{
    for (size_t i = 0; i < LW_CONTEXTS && s->members[i].used; i++) {
        struct lw_member *m = &s->members[i];
        *c = m->now.valid && memcmp(m->now.dev_addr, dev_addr, 4) == 0     ? &m->now
             : m->next.valid && memcmp(m->next.dev_addr, dev_addr, 4) == 0 ? &m->next
                                                                           : NULL;
        if (*c)
            return m;
    }
    return NULL;
}

static void send_record(struct lw_network *s, struct imp_env *env, int to, int channel, int message,
                        const uint8_t *body, size_t n)
{
    struct lw_link link;
    uint8_t record[LW_RECORD_MAX];
    static const char *const cells[] = {LW_CELL_LINK, LW_CELL_APPLICATION, LW_CELL_NEXT};
    const char *cell = cells[to];
    if (env->ops->cell_get(env, cell, &link, sizeof link) != (int)sizeof link)
        return;
    size_t size = lw_record_seal(env, record, &link, LW_TO_SERVER, ++s->sent[to], body, n);
    imp_send(env, channel, NULL, message, record, size);
}

/* ---- joining ------------------------------------------------------------------------------------
 */

/* Types 0 and 2 are the network's to check: MIC under SNwkSIntKey, RJcount0 (1.1 section 6.2.4). */
static bool rejoin_right(struct imp_env *env, struct lw_member *m, const struct lw_request *r,
                         size_t n)
{
    uint8_t sid[LW_SID];
    bool right = m->now.valid && m->now.keys.v11 && r->nonce >= m->rejoins &&
                 memcmp(r->net_id, net_id, 3) == 0 &&
                 lw_request_right(env, m->held, n, m->now.keys.snwk_int);
    if (!right)
        return false;
    m->rejoins = r->nonce + 1u;
    lw_sid(sid, m->dev_eui, m->now.dev_addr);
    lw_claim_accepted(env, "network", "RJcount0", sid, LW_SID, r->nonce);
    return true;
}

/* The timer of a member; few share one, so that what a timer does is as a rule for one device. */
static unsigned timer_of(const struct lw_network *s, const struct lw_member *m)
{
    return (unsigned)((size_t)(m - s->members) % TIMERS);
}

static void ask(struct lw_network *s, struct imp_env *env, struct lw_member *m)
{
    struct lw_request r;
    bool us = imp_opt(env, LW_OPT_REGION) == LW_US915;
    struct lw_join_req q = {
        .offered = {.dl_settings = us ? RX2_US915 : RX2_EU868, .rx_delay = RX_DELAY}};
    uint8_t body[LW_BODY_MAX];
    size_t n = m->held_n;
    m->held_n = 0;
    lw_request_read(&r, m->held, n);
    if ((r.type == 0 || r.type == 2) && !rejoin_right(env, m, &r, n)) {
        lw_claim_reject(env, "rejoin-request");
        return;
    }
    m->transaction = q.transaction = ++s->transaction;
    m->next.valid = false;
    uint32_t address = ++s->address;
    for (int i = 0; i < 3; i++)
        q.offered.dev_addr[i] = (uint8_t)(address >> 8 * i);
    q.offered.dev_addr[3] = 0x26; /* NwkAddr below the seven bits of the NetID 0x13 */
    memcpy(m->next.dev_addr, q.offered.dev_addr, 4);
    memcpy(q.offered.net_id, net_id, 3);
    q.offered.has_cflist = imp_opt(env, LW_OPT_CFLIST);
    if (q.offered.has_cflist && us)
        lw_cflist_masks(q.offered.cflist, masks);
    else if (q.offered.has_cflist)
        lw_cflist_write(q.offered.cflist, channels);
    q.phy_n = n;
    memcpy(q.phy, m->held, n);
    send_record(s, env, TO_JOIN, LW_JOIN_LINK, LW_MSG_JOIN_REQ, body, lw_join_req_write(body, &q));
}

/* Copies of a request that several gateways heard are one (LoRaWAN Backend Interfaces section 7);
 * the last of a device counts. */
static void request(struct lw_network *s, struct imp_env *env, const struct imp_event *e,
                    imp_time now)
{
    struct lw_request r;
    if (lw_request_read(&r, e->bytes, e->n) != 0)
        return;
    struct lw_member *m = member(s, r.dev_eui, r.type == LW_TYPE_JOIN || r.type == 1);
    if (!m) {
        lw_claim_reject(env, "no context for that device");
        return;
    }
    if (m->held_n == e->n && memcmp(m->held, e->bytes, e->n) == 0)
        return;
    m->radio = e->from;
    m->held_n = e->n;
    memcpy(m->held, e->bytes, e->n);
    m->due = now + imp_opt(env, LW_OPT_DEDUPLICATION) * IMP_MS;
    if (m->due == now)
        ask(s, env, m);
    else
        imp_timer(env, timer_of(s, m), m->due);
}

/* The requests of one timer whose time has come, and when it must come again. */
static void due(struct lw_network *s, struct imp_env *env, unsigned timer, imp_time now)
{
    imp_time next = IMP_NEVER;
    for (size_t i = timer; i < LW_CONTEXTS && s->members[i].used; i += TIMERS) {
        struct lw_member *m = &s->members[i];
        if (m->held_n && m->due <= now)
            ask(s, env, m);
        else if (m->held_n && m->due < next)
            next = m->due;
    }
    imp_timer(env, timer, next);
}

static void answer(struct lw_network *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_link link;
    struct lw_join_ans a;
    uint8_t body[LW_BODY_MAX];
    int n = lw_link_open(env, body, &link, LW_CELL_LINK, LW_FROM_SERVER, &s->heard, e);
    if (n < 0 || lw_join_ans_read(&a, body, (size_t)n) != 0) {
        lw_claim_reject(env, "JoinAns");
        return;
    }
    struct lw_member *m = NULL;
    for (size_t i = 0; i < LW_CONTEXTS && s->members[i].used && !m; i++)
        if (s->members[i].transaction == a.transaction)
            m = &s->members[i];
    if (!m)
        return; /* the device has asked again */
    struct lw_context *c = &m->next;
    c->keys = (struct lw_session){.v11 = a.v11};
    if (lw_key_get(env, c->keys.fnwk_int, a.fnwk_int, link.kek, a.how) != 0 ||
        lw_key_get(env, c->keys.snwk_int, a.snwk_int, link.kek, a.how) != 0 ||
        lw_key_get(env, c->keys.nwk_enc, a.nwk_enc, link.kek, a.how) != 0) {
        lw_claim_reject(env, "wrapped key");
        return;
    }
    memcpy(c->app_key, a.app, sizeof c->app_key);
    c->up = c->down = 0;
    c->confirmed = 0;
    c->valid = true;
    c->how = a.how;
    m->transaction = 0;
    if (imp_opt(env, LW_OPT_OLD_SESSION) == LW_OLD_DROP)
        m->now.valid = false;
    imp_send(env, LW_RADIO, &m->radio, LW_MSG_JOIN_ACCEPT, a.phy, a.phy_n);
}

/* ---- uplinks ------------------------------------------------------------------------------------
 */

static void pass_on(struct lw_network *s, struct imp_env *env, const struct lw_member *m,
                    const struct lw_context *c, const struct lw_data *f, uint32_t fcnt)
{
    struct lw_xmit x = {.fcnt = fcnt, .how = c->how, .payload_n = f->payload_n};
    uint8_t body[LW_BODY_MAX];
    memcpy(x.dev_eui, m->dev_eui, LW_EUI);
    memcpy(x.dev_addr, c->dev_addr, 4);
    memcpy(x.app, c->app_key, sizeof x.app);
    memcpy(x.payload, f->payload, f->payload_n);
    size_t n = lw_xmit_write(body, &x);
    if (c->how & LW_KEY_NEXT)
        send_record(s, env, TO_NEXT, LW_NEXT_LINK, LW_MSG_NEXT_DATA, body, n);
    else
        send_record(s, env, TO_APPLICATION, LW_APPLICATION_LINK, LW_MSG_DATA, body, n);
}

/* Answers RekeyInd by RekeyConf; any other frame of a new session with the question how the device
 * does. Its answer is due in its next uplink (1.0.4 section 5.5), which bootstrapping does not see.
 */
static void acknowledge(struct imp_env *env, struct lw_member *m, struct lw_context *c,
                        uint16_t acked, const uint8_t rekey_ind[2])
{
    uint8_t asks[3] = {LW_CID_DEV_STATUS, LW_CID_REJOIN_SETUP,
                       (uint8_t)(imp_opt(env, LW_OPT_REJOIN_TIME_N) << 4 | MAX_COUNT_N)};
    bool setup = c->keys.v11 && imp_opt(env, LW_OPT_REJOIN_SETUP);
    bool confirmed = imp_opt(env, LW_OPT_CONFIRMED_DOWNLINK);
    struct lw_data f = {.mtype = confirmed ? LW_CONFIRMED_DOWN : LW_UNCONFIRMED_DOWN, .ack = true};
    uint8_t frame[LW_DATA_MAX], sid[LW_SID];
    memcpy(f.dev_addr, c->dev_addr, 4);
    lw_data_command(&f, imp_opt(env, LW_OPT_MAC_COMMANDS) == LW_MAC_PORT_0,
                    rekey_ind ? rekey_ind : asks,
                    rekey_ind ? 2
                    : setup   ? 3
                              : 1);
    lw_sid(sid, m->dev_eui, c->dev_addr);
    lw_claim_session(env, IMP_CLAIM_RUNNING, "network", sid, NULL, 0, &c->keys);
    c->confirmed = (uint16_t)c->down;
    size_t size =
        lw_data_write(env, frame, &f, c->down++, &(struct lw_beside){.acked = acked}, &c->keys);
    imp_send(env, LW_RADIO, &m->radio, rekey_ind ? LW_MSG_REKEY_CONF : LW_MSG_ACK, frame, size);
}

static void uplink(struct lw_network *s, struct imp_env *env, const struct imp_event *e)
{
    struct lw_data f;
    struct lw_context *c;
    uint8_t sid[LW_SID], clear[LW_PAYLOAD_MAX] = {0};
    if (lw_data_read(&f, e->bytes, e->n) != 0 ||
        (f.mtype != LW_UNCONFIRMED_UP && f.mtype != LW_CONFIRMED_UP))
        return;
    struct lw_member *m = by_address(s, f.dev_addr, &c);
    uint32_t fcnt = m ? c->up + (uint16_t)(f.fcnt - c->up) : 0;
    struct lw_beside beside = {m ? c->confirmed : 0, e->uplink}; /* the gateway's rxpk says how */
    if (!m || !lw_data_right(env, e->bytes, e->n, fcnt, &beside, &c->keys)) {
        lw_claim_reject(env, m ? "MIC of uplink" : "unknown DevAddr");
        return;
    }
    m->radio = e->from;
    lw_sid(sid, m->dev_eui, c->dev_addr);
    if (c == &m->next) { /* the first uplink of a session ends the one before */
        m->now = m->next;
        m->next.valid = false;
        m->rejoins = 0;
        c = &m->now;
        lw_claim_secrets(env, "network", sid, &c->keys);
        lw_claim_session(env, IMP_CLAIM_COMMIT, "network", sid, m->dev_eui, LW_EUI, &c->keys);
        if (!m->complete)
            lw_claim_complete(env);
        m->complete = true;
    }
    c->up = fcnt + 1;
    lw_claim_accepted(env, "network", "FCntUp", sid, LW_SID, fcnt);
    if (f.payload_n && f.fport)
        pass_on(s, env, m, c, &f, fcnt);
    lw_data_commands(env, clear, &f, fcnt, &c->keys);
    if (f.mtype == LW_CONFIRMED_UP)
        acknowledge(env, m, c, f.fcnt, clear[0] == LW_CID_REKEY ? clear : NULL);
}

void lw_network_init(void *ctx, struct imp_env *env)
{
    (void)ctx;
    lw_claim_identity(env, net_id, sizeof net_id);
}

void lw_network_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lw_network *s = ctx;
    if (e->kind == IMP_EVENT_TIMER)
        due(s, env, e->id, now);
    if (e->kind != IMP_EVENT_RECEIVE || e->n == 0)
        return;
    if (e->channel == LW_JOIN_LINK)
        answer(s, env, e);
    else if (e->channel == LW_RADIO &&
             (e->bytes[0] >> 5 == LW_JOIN_REQUEST || e->bytes[0] >> 5 == LW_REJOIN_REQUEST))
        request(s, env, e, now);
    else if (e->channel == LW_RADIO)
        uplink(s, env, e);
}
