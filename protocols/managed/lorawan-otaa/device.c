/* SPDX-License-Identifier: GPL-2.0-only */
/* device.c - the end device: joins, confirms its keys, reports once, and may rejoin. */
#include <string.h>

#include "lorawan.h"

enum { TIMER_JOIN, TIMER_UPLINK, TIMER_REJOIN };
enum { VERSION_1_1 = 1, PORT_APPLICATION = 1 };
#define CELL_DEV_NONCE "dev-nonce"   /* the last one, as it must never come back */
#define CELL_JOIN_NONCE "join-nonce" /* the greatest that was accepted */
#define CELL_RJCOUNT_1 "rjcount-1"
#define CELL_SCANNED "scanned" /* how often the label was */
#define HOUR (3600 * IMP_S)
/* Second window, an answer of 33 octets at the lowest data rate, and time to compute. */
#define WINDOWS (9 * IMP_S)

static bool is_v11(const struct lw_device *d)
{
    return d->me.version == LW_1_1;
}

static uint32_t counter_get(struct imp_env *env, const char *cell)
{
    uint8_t v[4];
    if (env->ops->cell_get(env, cell, v, sizeof v) != (int)sizeof v)
        return 0;
    return (uint32_t)v[0] | (uint32_t)v[1] << 8 | (uint32_t)v[2] << 16 | (uint32_t)v[3] << 24;
}

static void counter_put(struct imp_env *env, const char *cell, uint32_t x)
{
    uint8_t v[4] = {(uint8_t)x, (uint8_t)(x >> 8), (uint8_t)(x >> 16), (uint8_t)(x >> 24)};
    env->ops->cell_put(env, cell, v, sizeof v);
}

/* A random part of `most`. */
static imp_time jitter(struct imp_env *env, imp_time most)
{
    uint64_t draw;
    if (most <= 0)
        return 0;
    imp_random(env, "jitter", &draw, sizeof draw);
    return (imp_time)(draw % (uint64_t)most);
}

/* What goes unanswered is repeated after a random time whose bound doubles, as far as `most`. */
static imp_time spread(struct imp_env *env, unsigned tries, imp_time most)
{
    imp_time bound = imp_opt(env, LW_OPT_RETRY_JITTER) * IMP_S;
    for (unsigned i = 0; i < tries && bound < most; i++)
        bound *= 2;
    return jitter(env, bound < most ? bound : most);
}

/* ---- joining ------------------------------------------------------------------------------------
 */

/* LoRaWAN 1.0.4 section 7, 1.1 section 7: time on air of requests that go unanswered is limited to
 * 36 s in the first hour, 36 s in the next ten, and 8.7 s in each day after that. */
static unsigned period_of(imp_time since)
{
    return since < HOUR        ? 0
           : since < 11 * HOUR ? 1
                               : 2 + (unsigned)((since - 11 * HOUR) / (24 * HOUR));
}

static imp_time period_end(unsigned p)
{
    return p == 0 ? HOUR : p == 1 ? 11 * HOUR : 11 * HOUR + (imp_time)(p - 1) * 24 * HOUR;
}

/* Requests evenly over a period keep within its limit at this distance. */
static imp_time distance(const struct imp_env *env, unsigned p)
{
    static const int64_t factors[] = {100, 1000, 10000};
    return imp_opt(env, LW_OPT_JOIN_AIRTIME) * IMP_MS * factors[p < 2 ? p : 2];
}

/* Whether another request may go now; if not, comes back when it may. */
static bool budget(struct lw_device *d, struct imp_env *env, imp_time now)
{
    imp_time airtime = imp_opt(env, LW_OPT_JOIN_AIRTIME) * IMP_MS;
    unsigned p = period_of(now - d->first);
    if (p != d->period) {
        d->period = p;
        d->spent = 0;
    }
    if (d->spent + airtime > (p < 2 ? 36 * IMP_S : 8700 * IMP_MS)) {
        imp_timer(env, TIMER_JOIN,
                  d->first + period_end(p) + spread(env, d->requests, distance(env, p + 1)));
        return false;
    }
    d->spent += airtime;
    return true;
}

static bool next_dev_nonce(struct lw_device *d, struct imp_env *env, uint16_t *out)
{
    if (!lw_counts(env, d->me.version)) {
        imp_random(env, "dev-nonce", out, sizeof *out);
        return true;
    }
    uint32_t next = counter_get(env, CELL_DEV_NONCE) + 1;
    if (next > UINT16_MAX)
        return false; /* exhausted: no join until the keys are changed */
    counter_put(env, CELL_DEV_NONCE, next);
    *out = (uint16_t)next;
    return true;
}

static void send_request(struct lw_device *d, struct imp_env *env, int message,
                         const uint8_t key[LW_KEY], imp_time now)
{
    uint8_t frame[LW_REJOIN_MAX];
    size_t n = lw_request_write(env, frame, &d->asked, key);
    memcpy(d->asked.mic, frame + n - LW_MIC, LW_MIC);
    lw_claim_request(env, IMP_CLAIM_RUNNING, &d->asked);
    imp_send(env, LW_RADIO, NULL, message, frame, n);
    imp_timer(env, TIMER_JOIN,
              now + imp_opt(env, LW_OPT_JOIN_AIRTIME) * IMP_MS + WINDOWS +
                  spread(env, d->requests++, distance(env, d->period)));
}

static void join(struct lw_device *d, struct imp_env *env, imp_time now)
{
    uint16_t nonce;
    if (d->first < 0)
        d->first = now;
    d->state = LW_DEVICE_IDLE;
    if (!budget(d, env, now))
        return;
    if (!next_dev_nonce(d, env, &nonce)) {
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ALARM, .name = "DevNonce exhausted"});
        return;
    }
    d->asked = (struct lw_request){.type = LW_TYPE_JOIN, .nonce = nonce};
    memcpy(d->asked.join_eui, d->me.join_eui, LW_EUI);
    memcpy(d->asked.dev_eui, d->me.dev_eui, LW_EUI);
    d->state = LW_DEVICE_JOINING;
    imp_uplink_channels(env, LW_RADIO, NULL, 0); /* joining is for the region's join channels */
    send_request(d, env, LW_MSG_JOIN_REQUEST, d->me.root.nwk, now);
}

/* LoRaWAN 1.1 section 6.2.4. */
static void rejoin(struct lw_device *d, struct imp_env *env, imp_time now)
{
    int64_t how = imp_opt(env, LW_OPT_REJOIN);
    if (how == LW_REJOIN_NONE)
        how = LW_REJOIN_0; /* as the network server has asked */
    uint8_t int_key[LW_KEY], enc_key[LW_KEY];
    if (how == LW_REJOIN_JOIN || !d->session.v11) {
        d->first = -1;
        join(d, env, now);
        return;
    }
    d->asked = (struct lw_request){.type = (uint8_t)(how - LW_REJOIN_0)};
    memcpy(d->asked.dev_eui, d->me.dev_eui, LW_EUI);
    memcpy(d->asked.join_eui, d->me.join_eui, LW_EUI);
    memcpy(d->asked.net_id, d->joined.net_id, 3);
    if (how == LW_REJOIN_1) {
        uint32_t count = counter_get(env, CELL_RJCOUNT_1) + 1;
        if (count > UINT16_MAX)
            return;
        counter_put(env, CELL_RJCOUNT_1, count);
        d->asked.nonce = (uint16_t)count;
        lw_js_keys(env, int_key, enc_key, d->me.root.nwk, d->me.dev_eui);
    } else {
        if (d->rejoins == UINT16_MAX)
            return;
        d->asked.nonce = d->rejoins++;
        memcpy(int_key, d->session.snwk_int, LW_KEY);
    }
    d->state = LW_DEVICE_REJOINING;
    send_request(d, env, LW_MSG_REJOIN_REQUEST, int_key, now);
}

/* ---- uplinks ------------------------------------------------------------------------------------
 */

static void uplink(struct lw_device *d, struct imp_env *env, imp_time now)
{
    static const uint8_t rekey_ind[] = {LW_CID_REKEY, VERSION_1_1};
    struct lw_data f = {.mtype = LW_CONFIRMED_UP};
    bool rekeys = d->state == LW_DEVICE_REKEYING;
    uint8_t frame[LW_DATA_MAX], sid[LW_SID];
    if (d->tries++ >= (unsigned)imp_opt(env, LW_OPT_UPLINK_LIMIT)) {
        d->has_session = false; /* the network has other keys, or none */
        d->first = -1;
        join(d, env, now);
        return;
    }
    memcpy(f.dev_addr, d->joined.dev_addr, 4);
    lw_sid(sid, d->me.dev_eui, f.dev_addr);
    if (rekeys) {
        lw_data_command(&f, imp_opt(env, LW_OPT_MAC_COMMANDS) == LW_MAC_PORT_0, rekey_ind, 2);
    } else {
        f.fport = PORT_APPLICATION;
        memcpy(f.payload, "reading", f.payload_n = 7);
        lw_claim_session(env, IMP_CLAIM_RUNNING, "app", sid, NULL, 0, &d->session);
    }
    lw_claim_session(env, IMP_CLAIM_RUNNING, "network", sid, NULL, 0, &d->session);
    d->confirmed = (uint16_t)d->up;
    f.ack = d->owes;
    struct lw_beside beside = {d->owed, imp_uplink_next(env, LW_RADIO)};
    size_t n = lw_data_write(env, frame, &f, d->up++, &beside, &d->session);
    d->owes = false;
    imp_send(env, LW_RADIO, NULL, rekeys ? LW_MSG_REKEY_IND : LW_MSG_UPLINK, frame, n);
    imp_timer(env, TIMER_UPLINK, now + WINDOWS + spread(env, d->tries - 1, 100 * IMP_S));
}

/* Data goes on the join channels, where the region has such, and on those of the CFList. */
static void tune(struct imp_env *env, const struct lw_accept *a)
{
    uint32_t hertz[LW_CHANNELS];
    enum lw_region region = (enum lw_region)imp_opt(env, LW_OPT_REGION);
    imp_uplink_channels(env, LW_RADIO, hertz, lw_cflist_read(a, region, hertz));
}

/* LoRaWAN 1.0.4 section 6.2.3, 1.1 section 6.2.3: right MIC, and a JoinNonce above the last. */
static void accept(struct lw_device *d, struct imp_env *env, const struct imp_event *e,
                   imp_time now)
{
    bool flawed = imp_flawed(env, LW_FLAW_ACCEPT_MIC), join = d->asked.type == LW_TYPE_JOIN;
    uint8_t plain[LW_JOIN_ACCEPT_MAX], int_key[LW_KEY] = {0}, enc_key[LW_KEY] = {0}, sid[LW_SID];
    struct lw_accept a;
    struct lw_session s;
    if (is_v11(d))
        lw_js_keys(env, int_key, enc_key, d->me.root.nwk, d->me.dev_eui);
    if (lw_accept_read(env, &a, plain, e->bytes, e->n, join ? d->me.root.nwk : enc_key) != 0)
        return;
    bool v11 = a.dl_settings & LW_OPTNEG;
    struct lw_accept_mic mic = {.v11 = v11,
                                .key = v11 ? int_key : d->me.root.nwk,
                                .type = d->asked.type,
                                .join_eui = d->me.join_eui,
                                .nonce = d->asked.nonce};
    bool right = (is_v11(d) || !v11) && (join || v11) && lw_accept_right(env, plain, e->n, &mic);
    bool above = d->me.version < LW_1_0_4 || a.join_nonce > counter_get(env, CELL_JOIN_NONCE);
    if (!flawed && (!right || !above)) {
        lw_claim_reject(env, right ? "JoinNonce" : "MIC of join-accept");
        return;
    }
    lw_session_keys(env, &s, &d->me.root, &a, d->me.join_eui, d->asked.nonce);
    if (d->me.version >= LW_1_0_4)
        counter_put(env, CELL_JOIN_NONCE, a.join_nonce);
    lw_claim_accepted(env, "join", "JoinNonce", d->me.dev_eui, LW_EUI, a.join_nonce);
    lw_claim_join(env, IMP_CLAIM_COMMIT, &d->asked, &a, d->me.join_eui, &s);
    d->session = s;
    d->joined = a;
    d->has_session = true;
    d->up = d->down = 0;
    d->owes = false;
    d->rejoins = 0;
    d->rejoin_0 = 0;
    d->tries = 0;
    lw_sid(sid, d->me.dev_eui, a.dev_addr);
    lw_claim_secrets(env, "network", sid, &s);
    lw_claim_secrets(env, "app", sid, &s);
    imp_timer(env, TIMER_JOIN, IMP_NEVER);
    tune(env, &a);
    d->state = v11 ? LW_DEVICE_REKEYING : LW_DEVICE_REPORTING;
    uplink(d, env, now);
}

static void active(struct lw_device *d, struct imp_env *env, imp_time now)
{
    d->state = LW_DEVICE_ACTIVE;
    d->first = -1;
    d->requests = 0;
    imp_timer(env, TIMER_UPLINK, IMP_NEVER);
    if (!d->complete)
        lw_claim_complete(env);
    d->complete = true;
    if (imp_opt(env, LW_OPT_REJOIN) != LW_REJOIN_NONE)
        imp_timer(env, TIMER_REJOIN, now + imp_opt(env, LW_OPT_REJOIN_PERIOD) * IMP_S);
    else if (d->rejoin_0)
        imp_timer(env, TIMER_REJOIN, now + d->rejoin_0);
}

/* Obeys a downlink's MAC commands. Returns whether RekeyConf is among them. RejoinParamSetupReq
 * (1.1 section 5.13): a rejoin-request of type 0 each 2^(10+MaxTimeN) s; the limit by uplinks is
 * not reached by a device that says nothing else. The answers to it and to DevStatusReq would be in
 * the next uplink. */
static bool obey(struct lw_device *d, const uint8_t *commands, size_t n)
{
    const uint8_t *payload;
    bool confirmed = false;
    uint8_t cid;
    for (size_t at = 0; (cid = lw_command_next(commands, n, &at, &payload)) != 0;) {
        if (cid == LW_CID_REKEY && payload[0] == VERSION_1_1)
            confirmed = true;
        if (cid == LW_CID_REJOIN_SETUP && d->session.v11)
            d->rejoin_0 = IMP_S << (10 + (payload[0] >> 4));
    }
    return confirmed;
}

static void downlink(struct lw_device *d, struct imp_env *env, const struct imp_event *e,
                     imp_time now)
{
    struct lw_data f;
    uint8_t sid[LW_SID], clear[LW_PAYLOAD_MAX] = {0};
    bool waits = d->state == LW_DEVICE_REKEYING || d->state == LW_DEVICE_REPORTING;
    if (!waits || lw_data_read(&f, e->bytes, e->n) != 0 ||
        (f.mtype != LW_UNCONFIRMED_DOWN && f.mtype != LW_CONFIRMED_DOWN) ||
        memcmp(f.dev_addr, d->joined.dev_addr, 4) != 0)
        return;
    uint32_t fcnt = d->down + (uint16_t)(f.fcnt - d->down);
    struct lw_beside beside = {.acked = d->confirmed};
    if (!lw_data_right(env, e->bytes, e->n, fcnt, &beside, &d->session)) {
        lw_claim_reject(env, "MIC of downlink");
        return;
    }
    d->down = fcnt + 1;
    if (f.mtype == LW_CONFIRMED_DOWN) { /* acknowledged with the next uplink (section 4.3.1.2) */
        d->owes = true;
        d->owed = f.fcnt;
    }
    lw_sid(sid, d->me.dev_eui, f.dev_addr);
    lw_claim_accepted(env, "network", "FCntDown", sid, LW_SID, fcnt);
    size_t commands = lw_data_commands(env, clear, &f, fcnt, &d->session);
    if (!f.ack)
        return;
    bool rekeyed = obey(d, clear, commands);
    d->tries = 0;
    if (d->state == LW_DEVICE_REPORTING) {
        lw_claim_session(env, IMP_CLAIM_COMMIT, "network", sid, d->joined.net_id, 3, &d->session);
        active(d, env, now);
    } else if (rekeyed) {
        d->state = LW_DEVICE_REPORTING;
        uplink(d, env, now);
    }
}

/* ---- events -------------------------------------------------------------------------------------
 */

void lw_device_init(void *ctx, struct imp_env *env)
{
    struct lw_device *d = ctx;
    d->first = -1;
    env->ops->cell_get(env, LW_CELL_ENROLMENT, &d->me, sizeof d->me);
    lw_claim_identity(env, d->me.dev_eui, LW_EUI);
}

/* The owner scans the label when he unpacks the device, and the next one after a reset: in the
 * account at the join server, or each in his own at his application server. An adversary shows it
 * to all of his. */
static void show_label(struct imp_env *env, bool again)
{
    struct lw_label l = {.profile = {0}};
    struct lw_printed printed;
    char text[LW_LABEL_MAX + 1];
    uint8_t scans = 0;
    env->ops->cell_get(env, CELL_SCANNED, &scans, 1);
    if (env->ops->cell_get(env, LW_CELL_PRINTED, &printed, sizeof printed) != (int)sizeof printed ||
        (!again && scans && !env->adversary))
        return;
    memcpy(l.join_eui, printed.join_eui, LW_EUI);
    memcpy(l.dev_eui, printed.dev_eui, LW_EUI);
    lw_owner_token_text(l.token, printed.token);
    size_t n = lw_label_write(text, &l);
    bool server = imp_opt(env, LW_OPT_CLAIM) == LW_CLAIM_SERVER;
    if (!server)
        imp_oob(env, LW_LABEL, LW_MSG_LABEL, text, n);
    if (server && (scans % 2 == 0 || env->adversary))
        imp_oob(env, LW_LABEL_OWN, LW_MSG_LABEL_OWN, text, n);
    if (server && (scans % 2 == 1 || env->adversary))
        imp_oob(env, LW_LABEL_NEXT, LW_MSG_LABEL_NEXT, text, n);
    scans++;
    env->ops->cell_put(env, CELL_SCANNED, &scans, 1);
}

static void timer(struct lw_device *d, struct imp_env *env, unsigned id, imp_time now)
{
    bool unanswered = d->state == LW_DEVICE_REKEYING || d->state == LW_DEVICE_REPORTING;
    if (id == TIMER_JOIN && d->state == LW_DEVICE_REJOINING)
        active(d, env, now); /* the session of before goes on */
    else if (id == TIMER_JOIN)
        join(d, env, now);
    else if (id == TIMER_UPLINK && unanswered)
        uplink(d, env, now);
    else if (id == TIMER_REJOIN && d->state == LW_DEVICE_ACTIVE)
        rejoin(d, env, now);
}

void lw_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lw_device *d = ctx;
    bool asks = d->state == LW_DEVICE_JOINING || d->state == LW_DEVICE_REJOINING;
    if (e->kind == IMP_EVENT_START || e->kind == IMP_EVENT_RESET) {
        d->state = LW_DEVICE_IDLE;
        d->first = -1;
        d->has_session = false;
        if (imp_opt(env, LW_OPT_CLAIM) != LW_CLAIM_NONE)
            show_label(env, e->kind == IMP_EVENT_RESET);
        imp_timer(env, TIMER_UPLINK, IMP_NEVER);
        imp_timer(env, TIMER_REJOIN, IMP_NEVER);
        imp_timer(env, TIMER_JOIN, now + jitter(env, imp_opt(env, LW_OPT_START_JITTER) * IMP_S));
    } else if (e->kind == IMP_EVENT_TIMER) {
        timer(d, env, e->id, now);
    } else if (e->kind == IMP_EVENT_RECEIVE && e->n && e->bytes[0] >> 5 == LW_JOIN_ACCEPT) {
        if (asks)
            accept(d, env, e, now);
    } else if (e->kind == IMP_EVENT_RECEIVE) {
        downlink(d, env, e, now);
    }
}

int lw_device_state_of(const void *ctx)
{
    return (int)((const struct lw_device *)ctx)->state;
}
