/* SPDX-License-Identifier: GPL-2.0-only */
/* device_bootstrap.c - the client and its bootstrap server. */
#include <string.h>

#include "device_internal.h"
#include "protocols/crypto/crypto.h"

/* In a session with the bootstrap server that is not over. */
static bool in_session(const struct lwm_device *d)
{
    return !d->registers &&
           (d->state == LWM_BS_HANDSHAKE || d->state == LWM_AWAITING ||
            d->state == LWM_REQUESTING || d->state == LWM_CONFIGURING || d->state == LWM_ENROLLING);
}

static void bs_send(void *arg, int label, const uint8_t *p, size_t n)
{
    struct lwm_device *d = arg;
    imp_send(d->env, d->bs.channel, d->bs.tcp ? &d->bs.at : NULL, lwm_message_of(label, true), p,
             n);
}

void lwm__bs_failed(struct lwm_device *d, const char *why, imp_time now)
{
    lwm_claim(d->env, IMP_CLAIM_REJECT, why);
    lwm_client_abort(&d->client);
    lwm_link_close(&d->bs, now);
    lwm__back_off(d, imp_opt(d->env, LWM_OPT_BACK_OFF) * IMP_S, now);
}

static void ask_pack(struct lwm_device *d, uint32_t num, unsigned szx, imp_time now)
{
    struct imp_coap_message m = {0};
    struct imp_coap_block b = {.num = num, .szx = szx};
    lwm_client_pack_request(&m, d->query, d->endpoint);
    if (num > 0)
        imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    if (num == 0)
        lwm__before_asking(d, &d->bs, LWM_BOOTSTRAP, d->sid);
    lwm_link_request(&d->bs, &m, LWM_MSG_PACK_REQUEST, now);
    if (num == 0)
        lwm__asked(d, &d->bs, LWM_BOOTSTRAP, m.token, d->sid);
}

void lwm__bs_request(struct lwm_device *d, imp_time now)
{
    struct imp_coap_message m = {0};
    d->state = LWM_REQUESTING;
    lwm_client_request(&d->client, &m, d->query, d->endpoint);
    lwm__before_asking(d, &d->bs, LWM_BOOTSTRAP, d->sid);
    lwm_link_request(&d->bs, &m, LWM_MSG_REQUEST, now);
    lwm__asked(d, &d->bs, LWM_BOOTSTRAP, m.token, d->sid);
}

static void bs_opened(void *arg, imp_time now)
{
    struct lwm_device *d = arg;
    d->state = LWM_REQUESTING;
    if (d->awaits)
        lwm__awaiting(d, now);
    else if (imp_opt(d->env, LWM_OPT_PACK) && lwm_has_pack(d->client.version) && !d->no_pack)
        ask_pack(d, 0, 0, now);
    else
        lwm__bs_request(d, now);
}

/* A block of a pack (RFC 7959 section 2.4), as a rule the only one. */
static void take_pack(struct lwm_device *d, const struct imp_coap_message *response, imp_time now)
{
    struct imp_coap_block b = {0};
    int all = imp_block_take(&d->pack, response, IMP_COAP_BLOCK2);
    imp_coap_get_block(response, IMP_COAP_BLOCK2, &b);
    if (all == 0) {
        ask_pack(d, imp_block_next(&d->pack, b.szx), b.szx, now);
        return;
    }
    lwm__answered(d, &d->bs, LWM_BOOTSTRAP, d->sid);
    if (all == 1 && lwm_client_take_pack(&d->client, d->env, d->pack.bytes, d->pack.n) == 0)
        d->configured = true;
    else
        lwm__bs_failed(d, "bad-pack", now);
    imp_wipe(&d->pack, sizeof d->pack);
}

static void pack_done(struct lwm_device *d, const struct imp_coap_message *response, imp_time now)
{
    if (response && response->code == IMP_COAP_CONTENT) {
        take_pack(d, response, now);
    } else if (response && imp_coap_class(response->code) == 4 && d->pack.n == 0) {
        d->no_pack = true;
        lwm__bs_request(d, now);
    } else {
        lwm__bs_failed(d, "bootstrap-refused", now);
    }
}

static void bs_done(void *arg, int label, enum imp_coap_outcome outcome,
                    const struct imp_coap_message *response, imp_time now)
{
    struct lwm_device *d = arg;
    bool here = outcome == IMP_COAP_ANSWERED;
    if (d->state == LWM_ENROLLING && !d->registers && label == LWM_MSG_ENROL)
        lwm__enrolled(d, here ? response : NULL, now);
    if (!in_session(d) || d->state != LWM_REQUESTING)
        return;
    if (label == LWM_MSG_PACK_REQUEST) {
        pack_done(d, here ? response : NULL, now);
        return;
    }
    if (!here || response->code != IMP_COAP_CHANGED) {
        lwm__bs_failed(d, "bootstrap-refused", now);
        return;
    }
    lwm__answered(d, &d->bs, LWM_BOOTSTRAP, d->sid);
    d->state = LWM_CONFIGURING;
    lwm_client_open(&d->client);
    imp_timer(d->env, TIMER_STEP, now + LWM_FINISH_WAIT);
}

static void bs_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                     imp_time now)
{
    struct lwm_device *d = arg;
    lwm__unasked(d, m, now);
    enum lwm_operation operation = lwm_client_serve(&d->client, m, reply);
    bool good = imp_coap_class(reply->message.code) == 2;
    reply->label = good ? LWM_MSG_BS_ANSWER : LWM_MSG_BS_REFUSAL;
    imp_charge(d->env, IMP_OP_CODEC, m->payload_n + reply->message.payload_n);
    if (!good)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "bad-request");
    else if (operation == LWM_FINISH)
        d->configured = true;
}

static void bs_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_device *d = arg;
    (void)why;
    if (in_session(d))
        lwm__bs_failed(d, end == IMP_COAPS_HANDSHAKE_FAILED ? "handshake-failed" : "closed", now);
}

void lwm__account_timer(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    imp_timer(d->env, TIMER_ACCOUNT, s && s->timeout ? now + s->timeout * IMP_S : IMP_NEVER);
}

static void forget_oscore(struct lwm_config *c, const struct lwm_security *s)
{
    for (size_t i = 0; i < LWM_OSCORES && s->has_oscore; i++)
        if (c->oscore[i].instance == s->oscore)
            c->oscore[i] = (struct lwm_oscore_object){.used = false};
}

/* The account of the bootstrap server has served its time (Security, resource 12). */
void lwm__give_up_account(struct lwm_device *d)
{
    struct lwm_config *c = &d->client.config;
    if (in_session(d))
        return; /* in use: a new time begins when it has served */
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && c->security[i].bootstrap) {
            forget_oscore(c, &c->security[i]);
            c->security[i] = (struct lwm_security){.used = false};
        }
    lwm_link_free(&d->bs);
    lwm_config_store(d->env, c);
}

/* After the answer to Bootstrap-Finish has gone. The session stays for its repetition until the
 * server closes it. */
void lwm__configured(struct lwm_device *d, imp_time now)
{
    d->configured = false;
    if (!d->tired)
        d->wait = 0; /* else when a server has it */
    d->tired = false;
    lwm__delays_begin(d);
    lwm_config_store(d->env, &d->client.config);
    lwm__account_timer(d, now);
    lwm_claim_config(d->env, &d->client.config, d->endpoint, d->bs.guard, d->sid);
    if (lwm_enrol_is_due(&d->client.config))
        lwm__enrol(d, now);
    else
        lwm__proceed(d, now);
}

const struct imp_coaps_hooks lwm__bootstrap_hooks = {.send = bs_send,
                                                     .serve = bs_serve,
                                                     .verify = lwm__bs_verify,
                                                     .verify_chain = lwm__bs_verify_chain,
                                                     .done = bs_done,
                                                     .opened = bs_opened,
                                                     .data = lwm__no_data,
                                                     .over = bs_over};
