/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_registrar.c - connections of pledges, each with one request under way. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal brski_registrar_legal[] = {
    {BRSKI_HANDSHAKE, BRSKI_MSG_CLIENT_HELLO},
    {BRSKI_HANDSHAKE, BRSKI_MSG_CLIENT_FLIGHT},
    {BRSKI_HANDSHAKE, BRSKI_MSG_CLIENT_ALERT},
    {BRSKI_REQUEST, BRSKI_MSG_REQUEST_VOUCHER},
    {BRSKI_REQUEST, BRSKI_MSG_VOUCHER_STATUS},
    {BRSKI_REQUEST, BRSKI_MSG_GET_CACERTS},
    {BRSKI_REQUEST, BRSKI_MSG_GET_CSRATTRS},
    {BRSKI_REQUEST, BRSKI_MSG_ENROLL},
    {BRSKI_REQUEST, BRSKI_MSG_ENROLL_STATUS},
    {BRSKI_AWAIT_MASA, BRSKI_MSG_MASA_VOUCHER},
    {BRSKI_AWAIT_MASA, BRSKI_MSG_MASA_LOG},
    {BRSKI_AWAIT_MASA, BRSKI_MSG_MASA_REFUSAL},
    {BRSKI_AWAIT_MASA, BRSKI_MSG_MASA_SERVER_FLIGHT},
    {BRSKI_AWAIT_MASA, BRSKI_MSG_MASA_FINISHED},
    {-1, -1},
};

static const struct imp_https_labels labels = {BRSKI_MSG_SERVER_FLIGHT, BRSKI_MSG_SERVER_FLIGHT,
                                               BRSKI_MSG_FINISHED, BRSKI_MSG_FINISHED,
                                               BRSKI_MSG_SERVER_ALERT};

enum { SLOW = 120 /* s without a request */ };

void brski_refuse(struct brski_session *s, int status, const char *why)
{
    const struct imp_https_body body = {.type = "text/plain", .bytes = why, .n = strlen(why)};
    brski_claim(s->registrar->env, IMP_CLAIM_REJECT, why);
    s->state = BRSKI_REQUEST;
    imp_https_answer(&s->link, BRSKI_MSG_REFUSAL, status, -1, &body, s->registrar->now);
}

void brski_taken(struct brski_session *s)
{
    imp_https_answer(&s->link, BRSKI_MSG_STATUS_TAKEN, 200, -1, NULL, s->registrar->now);
}

/* ---- who the pledge is -------------------------------------------------------------------------
 */
static bool below(struct brski_registrar *r, const struct imp_x509 *anchor,
                  const struct imp_piece *chain, size_t count)
{
    const struct est_trusted by = {anchor, anchor == &r->manufacturer ? &r->issuing : NULL};
    return est_is_client(r->env, chain, count, &by, r->now);
}

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct brski_session *s = arg;
    struct brski_registrar *r = s->registrar;
    struct imp_x509_info info;
    bool any = r->env->adversary || imp_flawed(r->env, BRSKI_FLAW_ANY_PLEDGE);
    bool good =
        imp_x509_read(&info, chain[0].p, chain[0].n) == 0 && chain[0].n <= sizeof s->idevid.der;
    bool known = good && below(r, &r->manufacturer, chain, count);
    s->enrolled = good && !known && below(r, &r->ca_crt, chain, count);
    const char *serial = s->enrolled ? info.common_name : info.serial_number;
    if (!good || !serial[0] || (!any && !known && !s->enrolled)) {
        brski_claim(r->env, IMP_CLAIM_REJECT, "unknown-pledge");
        return false;
    }
    memcpy(s->idevid.der, chain[0].p, chain[0].n);
    s->idevid.n = chain[0].n;
    snprintf(s->serial, sizeof s->serial, "%s", serial);
    return true;
}

/* ---- requests ----------------------------------------------------------------------------------
 */
static int message_of(const struct imp_http *m)
{
    static const struct {
        const char *method, *path;
        int message;
    } table[] = {{"POST", BRSKI_PATH "requestvoucher", BRSKI_MSG_REQUEST_VOUCHER},
                 {"POST", BRSKI_PATH_OTHER "requestvoucher", BRSKI_MSG_REQUEST_VOUCHER},
                 {"POST", BRSKI_PATH "voucher_status", BRSKI_MSG_VOUCHER_STATUS},
                 {"POST", BRSKI_PATH "enrollstatus", BRSKI_MSG_ENROLL_STATUS},
                 {"GET", BRSKI_EST_PATH "cacerts", BRSKI_MSG_GET_CACERTS},
                 {"GET", BRSKI_EST_PATH "csrattrs", BRSKI_MSG_GET_CSRATTRS},
                 {"POST", BRSKI_EST_PATH "simpleenroll", BRSKI_MSG_ENROLL},
                 {"POST", BRSKI_EST_PATH "simplereenroll", BRSKI_MSG_ENROLL}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(m->method, table[i].method) == 0 && strcmp(m->path, table[i].path) == 0)
            return table[i].message;
    return -1;
}

bool brski_accepts(const struct imp_http *m, const char *type)
{
    const struct imp_http_field *f = imp_http_field(m, "Accept");
    return !f || memmem(f->value, f->value_n, type, strlen(type)) ||
           memmem(f->value, f->value_n, "*/*", 3);
}

bool brski_read_status(struct brski_session *s, struct brski_status *out, const struct imp_http *m)
{
    if (!imp_http_is(m, "Content-Type", BRSKI_JSON_TYPE) ||
        brski_status_read(out, m->body, m->body_n) != 0) {
        brski_refuse(s, 400, "malformed-status");
        return false;
    }
    if (out->newer) /* RFC 8995 section 5.7 */
        brski_claim(s->registrar->env, IMP_CLAIM_ALARM, "status-of-unknown-version");
    return true;
}

static bool is_est(int message)
{
    return message == BRSKI_MSG_GET_CACERTS || message == BRSKI_MSG_GET_CSRATTRS ||
           message == BRSKI_MSG_ENROLL;
}

static void serve(struct brski_session *s, const struct imp_http *m)
{
    int message = message_of(m);
    bool refused = brski_is_noted(s->registrar->env, BRSKI_REFUSED, s->serial);
    bool declined = brski_is_noted(s->registrar->env, BRSKI_DECLINED, s->serial);
    if (is_est(message) && (refused || declined)) {
        brski_refuse(s, 403, refused ? "audit" : "declined");
        return;
    }
    switch (message) {
    case BRSKI_MSG_REQUEST_VOUCHER:
        brski_voucher_requested(s, m);
        break;
    case BRSKI_MSG_VOUCHER_STATUS:
        brski_voucher_told(s, m);
        break;
    case BRSKI_MSG_GET_CACERTS:
        brski_give_anchors(s);
        break;
    case BRSKI_MSG_GET_CSRATTRS:
        brski_give_attributes(s);
        break;
    case BRSKI_MSG_ENROLL:
        brski_enrol(s, m);
        break;
    case BRSKI_MSG_ENROLL_STATUS:
        brski_enrolled(s, m);
        break;
    default:
        brski_refuse(s, 404, "no-such-operation");
    }
}

/* ---- connections -------------------------------------------------------------------------------
 */
static void clear(struct brski_session *s)
{
    brski_agent_forget(&s->registrar->agent, &s->wish, s->registrar->now);
    imp_https_close(&s->link, s->registrar->now);
    s->used = false;
    s->state = BRSKI_IDLE;
}

static void drop(struct brski_session *s, const char *why)
{
    struct imp_env *env = s->registrar->env;
    struct imp_addr at = s->link.at;
    int channel = s->link.channel;
    brski_claim(env, IMP_CLAIM_REJECT, why);
    clear(s);
    env->ops->close(env, channel, &at);
}

static void progress(struct brski_session *s)
{
    struct brski_registrar *r = s->registrar;
    imp_timer(r->env, (unsigned)(s - r->session), r->now + SLOW * IMP_S);
}

void brski_go_on(struct brski_session *s)
{
    static struct imp_http m; /* filled and used within the call */
    while (s->used && !s->serving && s->state == BRSKI_REQUEST) {
        int n = imp_https_message(&s->link, &m, true);
        if (n < 0)
            drop(s, "bad-request");
        if (n <= 0)
            return;
        progress(s);
        s->serving = true;
        serve(s, &m);
        s->serving = false;
        imp_https_taken(&s->link, (size_t)n);
        if (s->closing)
            drop(s, "closed");
    }
}

static void received(struct brski_session *s, const struct imp_event *e)
{
    bool room = imp_https_feed(&s->link, e->bytes, e->n, s->registrar->now);
    enum imp_dtls_state state = imp_tls_state(s->link.tls);
    if (state == IMP_DTLS_FAILED || !room) {
        drop(s, room ? "handshake-failed" : "bad-request");
        return;
    }
    if (s->state == BRSKI_HANDSHAKE && state == IMP_DTLS_OPEN)
        s->state = BRSKI_REQUEST;
    brski_go_on(s);
}

static struct brski_session *find(struct brski_registrar *r, const struct imp_event *e)
{
    for (size_t i = 0; i < BRSKI_SESSIONS; i++)
        if (r->session[i].used && r->session[i].link.channel == e->channel &&
            imp_addr_equal(&r->session[i].link.at, &e->from))
            return &r->session[i];
    return NULL;
}

static void begin(struct brski_session *s, struct brski_registrar *r, const struct imp_event *e)
{
    const struct imp_piece chain[] = {{r->crt.der, r->crt.n}, {r->ca_crt.der, r->ca_crt.n}};
    const struct imp_dtls_x509 x509 = {.chain = chain,
                                       .count = 2,
                                       .secret = r->key.secret,
                                       .verify = verify,
                                       .ask = IMP_DTLS_REQUIRE,
                                       .versions = IMP_TLS_1_2_AND_1_3};
    const struct imp_https_end end = {.env = r->env,
                                      .channel = e->channel,
                                      .server = true,
                                      .labels = &labels,
                                      .x509 = &x509,
                                      .arg = s};
    memset(s, 0, sizeof *s);
    s->to = &s->link;
    s->used = true;
    s->registrar = r;
    s->heard = r->now;
    s->state = BRSKI_HANDSHAKE;
    if (!imp_https_open(&s->link, &end, &e->from, r->now))
        drop(s, "tls");
    else
        progress(s);
}

/* A free place, or that of the pledge which has said nothing for long enough, though it was its
 * turn; NULL: there is none. */
static struct brski_session *room(struct brski_registrar *r)
{
    struct brski_session *oldest = NULL;
    int64_t wait = imp_opt(r->env, BRSKI_OPT_MAKE_WAY);
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct brski_session *s = &r->session[i];
        if (!s->used)
            return s;
        if (s->wish.job == BRSKI_NO_JOB && (!oldest || s->heard < oldest->heard))
            oldest = s;
    }
    if (wait == 0 || !oldest || r->now - oldest->heard < wait * IMP_S)
        return NULL;
    drop(oldest, "makes-way");
    return oldest;
}

static void connected(struct brski_registrar *r, const struct imp_event *e)
{
    struct brski_session *s = room(r);
    if (!s) {
        r->env->ops->close(r->env, e->channel, &e->from); /* too many */
        return;
    }
    r->last = (size_t)(s - r->session);
    begin(s, r, e);
}

/* Where no proxy does it (RFC 8995 section 4). */
static void announce(struct brski_registrar *r)
{
    if (imp_opt(r->env, BRSKI_OPT_PROXY) != BRSKI_PROXY_NONE)
        return;
    imp_timer(r->env, BRSKI_TIMER_FLOOD, r->now + imp_opt(r->env, BRSKI_OPT_FLOOD) * IMP_S);
    brski_announce(r->env, BRSKI_GRASP_DIRECT, BRSKI_JOIN_DIRECT);
}

static void start(struct brski_registrar *r)
{
    struct imp_env *env = r->env;
    est_key_load(env, "key", &r->key);
    est_key_load(env, "ca-key", &r->ca);
    est_cert_load(env, "certificate", &r->crt);
    est_cert_load(env, "ca-certificate", &r->ca_crt);
    est_cert_load(env, "manufacturer", &r->manufacturer);
    est_cert_load(env, EST_CELL_ISSUING, &r->issuing);
    est_cert_load(env, "masa-anchor", &r->masa_anchor);
    brski_agent_init(&r->agent, env, &brski_agent_form, r, &r->masa_anchor);
    brski_claim_identity(env, r->key.pub, BRSKI_PUB);
    announce(r);
}

static void pledge_event(struct brski_registrar *r, const struct imp_event *e)
{
    struct brski_session *s = find(r, e);
    if (e->kind == IMP_EVENT_OPENED)
        connected(r, e);
    else if (s && e->kind == IMP_EVENT_CLOSED)
        clear(s);
    else if (s) {
        r->last = (size_t)(s - r->session);
        s->heard = r->now;
        received(s, e);
    }
}

void brski_registrar_init(void *ctx, struct imp_env *env)
{
    ((struct brski_registrar *)ctx)->env = env;
}

void brski_registrar_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct brski_registrar *r = ctx;
    (void)env;
    r->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(r);
        break;
    case IMP_EVENT_OPENED:
    case IMP_EVENT_RECEIVE:
    case IMP_EVENT_CLOSED:
        if (e->channel == BRSKI_MASA)
            brski_agent_event(&r->agent, e, r->now);
        else
            pledge_event(r, e);
        break;
    case IMP_EVENT_TIMER:
        if (e->id == BRSKI_TIMER_FLOOD)
            announce(r);
        else if (e->id >= BRSKI_SESSIONS)
            brski_agent_event(&r->agent, e, r->now);
        else if (r->session[e->id].used)
            drop(&r->session[e->id], "slow");
        break;
    case IMP_EVENT_CONTROL:
        brski_decline(r->env, e);
        break;
    default:
        break;
    }
}

void brski_registrar_fini(void *ctx, struct imp_env *env)
{
    struct brski_registrar *r = ctx;
    (void)env;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++)
        imp_tls_free(r->session[i].link.tls);
    imp_tls_free(r->agent.link.tls);
    imp_wipe(r, sizeof *r);
}

int brski_registrar_state_of(const void *ctx)
{
    const struct brski_registrar *r = ctx;
    return (int)r->session[r->last].state;
}
