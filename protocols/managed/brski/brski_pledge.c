/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge.c - the pledge: through a proxy it has a session that is provisional until a voucher
 * says whose the pledge is. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal brski_pledge_legal[] = {
    {BRSKI_DISCOVERY, BRSKI_MSG_FLOOD},
    {BRSKI_IDLE, BRSKI_MSG_FLOOD},
    {BRSKI_HANDSHAKE, BRSKI_MSG_SERVER_FLIGHT},
    {BRSKI_HANDSHAKE, BRSKI_MSG_FINISHED},
    {BRSKI_HANDSHAKE, BRSKI_MSG_SERVER_ALERT},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_VOUCHER},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_RETRY},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_REDIRECT}, /* while nobody is trusted */
    {BRSKI_AWAIT_STATUS, BRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_STATUS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_ANCHORS, BRSKI_MSG_CACERTS},
    {BRSKI_AWAIT_ANCHORS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_ATTRS, BRSKI_MSG_CSRATTRS},
    {BRSKI_AWAIT_ATTRS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_CERT, BRSKI_MSG_CERTIFICATE},
    {BRSKI_AWAIT_CERT, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_END, BRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_END, BRSKI_MSG_REFUSAL},
    {-1, -1},
};

static const struct imp_https_labels labels = {BRSKI_MSG_CLIENT_HELLO, BRSKI_MSG_CLIENT_FLIGHT,
                                               BRSKI_MSG_CLIENT_FLIGHT, BRSKI_MSG_CLIENT_FLIGHT,
                                               BRSKI_MSG_CLIENT_ALERT};

void brski_leave(struct brski_pledge *d)
{
    d->a->opening = false;
    if (!d->a->connected)
        return;
    struct imp_addr at = d->a->link.at;
    int channel = d->a->link.channel;
    d->a->connected = d->trusting = false;
    imp_https_close(&d->a->link, d->now);
    d->env->ops->close(d->env, channel, &at);
}

/* What was learned of an attempt is forgotten. */
void brski_give_up(struct brski_pledge *d, const char *why)
{
    brski_claim(d->env, IMP_CLAIM_REJECT, why);
    brski_leave(d);
    brski_failed(d);
}

static void flood(struct brski_pledge *d, const struct imp_event *e)
{
    struct brski_flood f;
    if (d->a->state != BRSKI_READY && brski_flood_read(d->env, &f, e->bytes, e->n) == 0)
        brski_heard(d, e->channel == BRSKI_GRASP ? BRSKI_JOIN : BRSKI_JOIN_DIRECT, &f);
}

/* ---- the provisional session -------------------------------------------------------------------
 */
/* Whoever it is: the chain is kept until a voucher says whether it is right (RFC 8995 sections 5.1
 * and 5.6.2). In a session with its certificate of the domain the pledge knows whom it wants. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct brski_pledge *d = ((struct brski_attempt *)arg)->pledge;
    struct imp_x509_info info;
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->a->registrar, info.pub, sizeof d->a->registrar);
    d->a->chain_count = 0;
    for (size_t i = 0; i < count && i < BRSKI_CHAIN; i++) {
        struct imp_x509 *crt = &d->a->chain[d->a->chain_count];
        if (chain[i].n > sizeof crt->der)
            return false;
        memcpy(crt->der, chain[i].p, chain[i].n);
        crt->n = chain[i].n;
        d->a->chain_count++;
    }
    return !d->enrolled || d->env->adversary || brski_of_domain(d, &d->anchor);
}

static void connected(struct brski_pledge *d, int channel, const struct imp_addr *at)
{
    static const enum imp_tls_versions versions[] = {IMP_TLS_1_2, IMP_TLS_1_3};
    const struct imp_x509 *crt = d->enrolled ? &d->crt : &d->idevid_crt;
    const struct imp_piece own[] = {{crt->der, crt->n}, {d->issuing.der, d->issuing.n}};
    const struct imp_dtls_x509 x509 = {.chain = own,
                                       .count = d->enrolled || d->issuing.n == 0 ? 1 : 2,
                                       .secret = d->enrolled ? d->own.secret : d->idevid.secret,
                                       .verify = verify,
                                       .versions = versions[imp_opt(d->env, BRSKI_OPT_TLS)]};
    const struct imp_https_end end = {
        .env = d->env, .channel = channel, .labels = &labels, .x509 = &x509, .arg = d->a};
    if (!brski_select(d, channel, at) || !d->a->opening) {
        d->env->ops->close(d->env, channel, at); /* it came too late */
        return;
    }
    d->a->opening = false;
    d->a->connected = true;
    d->a->moved_here = 0;
    d->a->state = BRSKI_HANDSHAKE;
    if (!imp_https_open(&d->a->link, &end, at, d->now))
        brski_give_up(d, "tls");
}

static int message_of(const struct brski_pledge *d, const struct imp_http *m)
{
    static const int wanted[] = {[BRSKI_AWAIT_VOUCHER] = BRSKI_MSG_VOUCHER,
                                 [BRSKI_AWAIT_STATUS] = BRSKI_MSG_STATUS_TAKEN,
                                 [BRSKI_AWAIT_ANCHORS] = BRSKI_MSG_CACERTS,
                                 [BRSKI_AWAIT_ATTRS] = BRSKI_MSG_CSRATTRS,
                                 [BRSKI_AWAIT_CERT] = BRSKI_MSG_CERTIFICATE,
                                 [BRSKI_AWAIT_END] = BRSKI_MSG_STATUS_TAKEN,
                                 [BRSKI_FORWARDING] = 0};
    if (m->status == 200)
        return wanted[d->a->state];
    if (m->status == 202)
        return BRSKI_MSG_RETRY;
    if (m->status == 307 || m->status == 308) /* which keep the method */
        return BRSKI_MSG_REDIRECT;
    if (d->a->state == BRSKI_AWAIT_ATTRS && (m->status == 204 || m->status == 404))
        return BRSKI_MSG_CSRATTRS; /* none: RFC 7030 section 4.5.2 */
    return BRSKI_MSG_REFUSAL;
}

/* A pledge of the adversary's does without a voucher. */
static bool refused(struct brski_pledge *d)
{
    if (!d->env->adversary || d->a->state != BRSKI_AWAIT_VOUCHER)
        return false;
    est_sid(&d->a->sid, d->a->link.tls);
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->a->sid, d->serial, d->a->registrar);
    brski_read_anchors(d);
    return true;
}

/* Of what it is told of a status the pledge takes no notice (RFC 8995 section 5.7). */
static bool told(struct brski_pledge *d)
{
    if (d->a->state == BRSKI_AWAIT_END)
        brski_ready(d);
    else
        brski_read_anchors(d);
    return true;
}

static bool answer(void *arg, const struct imp_http *m)
{
    struct brski_pledge *d = arg;
    int message = message_of(d, m);
    if (!est_is_legal(brski_pledge_legal, (int)d->a->state, message))
        return false;
    if (d->a->state == BRSKI_AWAIT_STATUS || d->a->state == BRSKI_AWAIT_END)
        return told(d);
    switch (message) {
    case BRSKI_MSG_VOUCHER:
        return brski_voucher_answer(d, m);
    case BRSKI_MSG_RETRY:
        return brski_retry(d, m);
    case BRSKI_MSG_REDIRECT:
        return brski_redirected(d, m);
    case BRSKI_MSG_CACERTS:
        return brski_anchors(d, m);
    case BRSKI_MSG_CSRATTRS:
        return brski_attributes(d, m);
    case BRSKI_MSG_CERTIFICATE:
        return brski_certificate(d, m);
    default:
        return refused(d);
    }
}

/* A failed enrolment is told in the same session (RFC 8995 section 5.9.4). */
static bool answered(void *arg, const struct imp_http *m)
{
    struct brski_pledge *d = arg;
    bool enrolling = d->a->state >= BRSKI_AWAIT_ANCHORS && d->a->state <= BRSKI_AWAIT_CERT;
    bool good = answer(arg, m);
    if (!good && enrolling && d->a->link.tls)
        brski_tell(d, BRSKI_AWAIT_END, BRSKI_MSG_ENROLL_STATUS, BRSKI_PATH "enrollstatus",
                   "enrolment failed");
    return good;
}

/* With its certificate only the enrolment status is left to be sent. */
static void opened(void *arg)
{
    struct brski_pledge *d = arg;
    if (d->enrolled)
        brski_tell(d, BRSKI_AWAIT_END, BRSKI_MSG_ENROLL_STATUS, BRSKI_PATH "enrollstatus", NULL);
    else
        brski_request_voucher(d);
}

static void received(struct brski_pledge *d, const struct imp_event *e)
{
    const struct imp_https_client client = {.arg = d,
                                            .handshaking = d->a->state == BRSKI_HANDSHAKE,
                                            .opened = opened,
                                            .answer = answered};
    if (d->a->state == BRSKI_HANDSHAKE)
        brski_progress(d);
    struct brski_attempt *a = d->a; /* which may give way to another */
    const char *why = imp_https_client_feed(&a->link, &client, e->bytes, e->n, d->now);
    if (!why)
        return;
    d->a = a;
    brski_give_up(d, why);
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct brski_pledge *d)
{
    struct imp_env *env = d->env;
    snprintf(d->serial, sizeof d->serial, "%s", env->name);
    est_key_load(env, "idevid-key", &d->idevid);
    est_cert_load(env, "idevid", &d->idevid_crt);
    est_cert_load(env, "manufacturer", &d->manufacturer);
    est_issuing_load(env, &d->issuing);
    brski_claim_identity(env, d->serial, strlen(d->serial));
    if (est_cert_load(env, "certificate", &d->crt))
        d->a->state = BRSKI_READY;
    else
        brski_connect(d);
}

/* Factory default: what the factory gave stays, all else goes (RFC 8995 section 2.1). */
static void reset(struct brski_pledge *d)
{
    static const char *const gone[] = {"pinned-domain-cert", "anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        d->env->ops->cell_erase(d->env, gone[i]);
    brski_leave_others(d);
    brski_leave(d);
    imp_wipe(&d->own, sizeof d->own);
    d->claimed = d->enrolled = false;
    d->a->by = d->latest = NULL;
    memset(d->offer, 0, sizeof d->offer); /* it listens for a proxy again */
    brski_claim_owner(d->env, NULL);
    start(d);
}

static void expired(struct brski_pledge *d)
{
    if (d->a->state == BRSKI_DEFERRED)
        brski_request_voucher(d);
    else
        brski_give_up(d, "slow");
}

/* Who was told to ask again later does so in a new session. */
static void closed(struct brski_pledge *d)
{
    if (d->a->state != BRSKI_DEFERRED) {
        brski_give_up(d, "closed");
        return;
    }
    brski_leave(d);
    brski_connect(d);
}

void brski_pledge_init(void *ctx, struct imp_env *env)
{
    struct brski_pledge *d = ctx;
    d->env = env;
    d->a = &d->attempt[0];
    d->wake = IMP_NEVER;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        d->attempt[i] =
            (struct brski_attempt){.to = &d->attempt[i].link, .pledge = d, .deadline = IMP_NEVER};
}

void brski_pledge_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct brski_pledge *d = ctx;
    (void)env;
    d->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d);
        break;
    case IMP_EVENT_OPENED:
        connected(d, e->channel, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == BRSKI_GRASP || e->channel == BRSKI_GRASP_DIRECT)
            flood(d, e);
        else if (brski_select(d, e->channel, &e->from) && d->a->connected)
            received(d, e);
        break;
    case IMP_EVENT_CLOSED:
        if (brski_select(d, e->channel, &e->from))
            closed(d);
        break;
    case IMP_EVENT_TIMER:
        brski_expire(d, expired);
        break;
    case IMP_EVENT_RESET:
        reset(d);
        break;
    default:
        break;
    }
}

void brski_pledge_fini(void *ctx, struct imp_env *env)
{
    struct brski_pledge *d = ctx;
    (void)env;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        imp_tls_free(d->attempt[i].link.tls);
    imp_wipe(d, sizeof *d);
}

int brski_pledge_state_of(const void *ctx)
{
    return (int)((const struct brski_pledge *)ctx)->a->state;
}
