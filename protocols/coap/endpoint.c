/* SPDX-License-Identifier: GPL-2.0-only */
#include "endpoint.h"

#include "../crypto/crypto.h"

#include <string.h>

const struct imp_coap_params imp_coap_params_default = {
    .ack_timeout = 2 * IMP_S,
    .ack_random_percent = 150,
    .max_retransmit = 4,
    .nstart = 1,
    .max_latency = 100 * IMP_S,
};

static const struct imp_coap_params *params(const struct imp_coap_endpoint *e)
{
    return e->config.params ? e->config.params : &imp_coap_params_default;
}

/* Derived times, RFC 7252 section 4.8.2. */
static imp_time transmit_span(const struct imp_coap_params *p, unsigned doublings)
{
    return p->ack_timeout * ((INT64_C(1) << doublings) - 1) * p->ack_random_percent / 100;
}

static imp_time max_transmit_wait(const struct imp_coap_params *p)
{
    return transmit_span(p, p->max_retransmit + 1);
}

static imp_time non_lifetime(const struct imp_coap_params *p)
{
    return transmit_span(p, p->max_retransmit) + p->max_latency;
}

static imp_time exchange_lifetime(const struct imp_coap_params *p)
{
    /* PROCESSING_DELAY is ACK_TIMEOUT. */
    return transmit_span(p, p->max_retransmit) + 2 * p->max_latency + p->ack_timeout;
}

void imp_coap_endpoint_init(struct imp_coap_endpoint *e, struct imp_env *env,
                            const struct imp_coap_config *config)
{
    uint8_t first[2];
    *e = (struct imp_coap_endpoint){.env = env, .config = *config};
    imp_random(env, "coap-mid", first, sizeof first);
    e->mid = (uint16_t)(first[0] << 8 | first[1]);
}

static void emit(struct imp_coap_endpoint *e, int label, const uint8_t *datagram, size_t n)
{
    e->config.send(e->config.arg, label, datagram, n);
}

/* ---- sending ------------------------------------------------------------------------------------
 */

static struct imp_coap_sent *free_sent(struct imp_coap_endpoint *e)
{
    struct imp_coap_sent *found = NULL;
    unsigned outstanding = 0;
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++) {
        if (e->sent[i].used)
            outstanding++;
        else if (!found)
            found = &e->sent[i];
    }
    return outstanding < params(e)->nstart ? found : NULL;
}

/* Uniform between ACK_TIMEOUT and ACK_TIMEOUT * ACK_RANDOM_FACTOR (section 4.2). */
static imp_time first_timeout(struct imp_coap_endpoint *e)
{
    const struct imp_coap_params *p = params(e);
    imp_time spread = p->ack_timeout * (imp_time)(p->ack_random_percent - 100) / 100;
    uint8_t r[3];
    imp_random(e->env, "coap-timeout", r, sizeof r);
    imp_time fraction = (imp_time)r[0] << 16 | (imp_time)r[1] << 8 | r[2];
    /* In microseconds the product stays within 64 bits. */
    return p->ack_timeout + ((spread / IMP_US * fraction) >> 24) * IMP_US;
}

static int transmit(struct imp_coap_endpoint *e, struct imp_coap_message *m, int label, bool answer,
                    imp_time now)
{
    struct imp_coap_sent *s = free_sent(e);
    bool confirmable = m->type == IMP_COAP_CON;
    if (!s && (confirmable || answer))
        return -1;
    m->mid = e->mid;
    uint8_t datagram[IMP_COAP_MTU];
    int n = imp_coap_encode(datagram, sizeof datagram, m);
    if (n < 0)
        return -1;
    e->mid++;
    if (confirmable || answer) {
        *s = (struct imp_coap_sent){.used = true,
                                    .acknowledge = confirmable,
                                    .answer = answer,
                                    .label = label,
                                    .mid = m->mid,
                                    .token_n = m->token_n,
                                    .n = (size_t)n};
        memcpy(s->token, m->token, m->token_n);
        memcpy(s->datagram, datagram, s->n);
        s->timeout = confirmable ? first_timeout(e) : max_transmit_wait(params(e));
        s->next = now + s->timeout;
    }
    emit(e, label, datagram, (size_t)n);
    return 0;
}

int imp_coap_request(struct imp_coap_endpoint *e, enum imp_coap_type type,
                     struct imp_coap_message *request, int label, imp_time now)
{
    if (!free_sent(e))
        return -1;
    request->type = (uint8_t)type;
    request->token_n = (uint8_t)e->config.token_n;
    if (request->token_n)
        imp_random(e->env, "coap-token", request->token, request->token_n);
    return transmit(e, request, label, true, now);
}

int imp_coap_respond(struct imp_coap_endpoint *e, enum imp_coap_type type,
                     struct imp_coap_message *response, int label, imp_time now)
{
    response->type = (uint8_t)type;
    return transmit(e, response, label, false, now);
}

void imp_coap_abandon(struct imp_coap_endpoint *e)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        e->sent[i].used = false;
}

/* ---- time ---------------------------------------------------------------------------------------
 */

imp_time imp_coap_deadline(const struct imp_coap_endpoint *e)
{
    imp_time next = IMP_NEVER;
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (e->sent[i].used && e->sent[i].next < next)
            next = e->sent[i].next;
    return next;
}

static void finish(struct imp_coap_endpoint *e, struct imp_coap_sent *s,
                   enum imp_coap_outcome outcome, const struct imp_coap_message *response,
                   imp_time now)
{
    s->used = false; /* first: the callback may send the next request */
    if (e->config.done)
        e->config.done(e->config.arg, s->label, outcome, response, now);
}

void imp_coap_expire(struct imp_coap_endpoint *e, imp_time now)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++) {
        struct imp_coap_sent *s = &e->sent[i];
        if (!s->used || s->next > now)
            continue;
        if (s->acknowledge && s->retransmitted < params(e)->max_retransmit) {
            s->retransmitted++;
            s->timeout *= 2;
            s->next += s->timeout;
            emit(e, s->label, s->datagram, s->n);
        } else {
            finish(e, s, IMP_COAP_TIMEOUT, NULL, now);
        }
    }
}

/* ---- receiving ----------------------------------------------------------------------------------
 */

static struct imp_coap_seen *find_seen(struct imp_coap_endpoint *e, uint16_t mid, imp_time now)
{
    for (size_t i = 0; i < IMP_COAP_CACHED; i++) {
        struct imp_coap_seen *s = &e->seen[i];
        if (s->used && s->until <= now)
            s->used = false;
        if (s->used && s->mid == mid)
            return s;
    }
    return NULL;
}

/* A free place, or that of the message which would be forgotten first. */
static struct imp_coap_seen *remember(struct imp_coap_endpoint *e, const struct imp_coap_message *m,
                                      imp_time now)
{
    struct imp_coap_seen *s = &e->seen[0];
    for (size_t i = 0; i < IMP_COAP_CACHED && s->used; i++)
        if (!e->seen[i].used || e->seen[i].until < s->until)
            s = &e->seen[i];
    imp_time life =
        m->type == IMP_COAP_CON ? exchange_lifetime(params(e)) : non_lifetime(params(e));
    *s = (struct imp_coap_seen){.used = true, .mid = m->mid, .until = now + life};
    return s;
}

/* Answers a message by an empty Acknowledgement or Reset; `seen` (may be NULL) repeats it. */
static void empty(struct imp_coap_endpoint *e, struct imp_coap_seen *seen, enum imp_coap_type type,
                  uint16_t mid)
{
    const struct imp_coap_message m = {.type = (uint8_t)type, .mid = mid};
    int label = type == IMP_COAP_ACK ? IMP_COAP_LABEL_ACK : IMP_COAP_LABEL_RST;
    uint8_t datagram[4];
    size_t n = (size_t)imp_coap_encode(datagram, sizeof datagram, &m);
    if (seen) {
        memcpy(seen->datagram, datagram, n);
        seen->n = n;
        seen->label = label;
    }
    emit(e, label, datagram, n);
}

/* Sends the response in the Acknowledgement, or as a Non-confirmable message of its own. */
static void answer(struct imp_coap_endpoint *e, struct imp_coap_seen *seen,
                   const struct imp_coap_message *request, struct imp_coap_reply *reply)
{
    struct imp_coap_message *m = &reply->message;
    bool confirmable = request->type == IMP_COAP_CON;
    m->type = confirmable ? IMP_COAP_ACK : IMP_COAP_NON;
    m->mid = confirmable ? request->mid : e->mid++;
    m->token_n = request->token_n;
    memcpy(m->token, request->token, request->token_n);
    int n = imp_coap_encode(seen->datagram, sizeof seen->datagram, m);
    if (n < 0) { /* the server's fault: its answer fits no datagram */
        m->code = IMP_COAP_INTERNAL_SERVER_ERROR;
        m->option_count = 0;
        m->payload_n = 0;
        reply->label = IMP_COAP_LABEL_ERROR;
        n = imp_coap_encode(seen->datagram, sizeof seen->datagram, m);
    }
    seen->n = (size_t)n;
    seen->label = reply->label;
    emit(e, seen->label, seen->datagram, seen->n);
}

static bool not_understood(const struct imp_coap_endpoint *e, const struct imp_coap_message *m)
{
    return imp_coap_bad_option(m) >= 0 ||
           (!e->config.oscore && imp_coap_find(m, IMP_COAP_OSCORE, 0) != NULL);
}

static void request(struct imp_coap_endpoint *e, const struct imp_coap_message *m, imp_time now)
{
    struct imp_coap_reply reply = {.label = IMP_COAP_LABEL_ERROR, .scratch = e->scratch};
    bool confirmable = m->type == IMP_COAP_CON;
    if (not_understood(e, m)) {
        if (!confirmable)
            return; /* section 5.4.1: a Non-confirmable one is rejected, silently */
        reply.message.code = IMP_COAP_BAD_OPTION;
    } else if (!e->config.serve) {
        reply.message.code = IMP_COAP_NOT_IMPLEMENTED;
    } else {
        reply.message.code = IMP_COAP_CHANGED;
        e->config.serve(e->config.arg, m, &reply, now);
    }
    struct imp_coap_seen *seen = remember(e, m, now);
    if (!reply.later)
        answer(e, seen, m, &reply);
    else if (confirmable)
        empty(e, seen, IMP_COAP_ACK, m->mid);
}

static bool same_token(const struct imp_coap_sent *s, const struct imp_coap_message *m)
{
    return s->token_n == m->token_n && memcmp(s->token, m->token, m->token_n) == 0;
}

static void response(struct imp_coap_endpoint *e, const struct imp_coap_message *m, imp_time now)
{
    struct imp_coap_sent *s = NULL;
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (e->sent[i].used && e->sent[i].answer && same_token(&e->sent[i], m))
            s = &e->sent[i];
    struct imp_coap_seen *seen = remember(e, m, now);
    bool good = s && !not_understood(e, m);
    if (m->type == IMP_COAP_CON)
        empty(e, seen, good ? IMP_COAP_ACK : IMP_COAP_RST, m->mid);
    if (good)
        finish(e, s, IMP_COAP_ANSWERED, m, now);
}

/* Acknowledgements and Resets name the message that they answer by its mid. */
static void acknowledgement(struct imp_coap_endpoint *e, const struct imp_coap_message *m,
                            imp_time now)
{
    struct imp_coap_sent *s = NULL;
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (e->sent[i].used && e->sent[i].mid == m->mid)
            s = &e->sent[i];
    if (!s)
        return;
    if (m->type == IMP_COAP_RST) {
        if (m->code == IMP_COAP_EMPTY)
            finish(e, s, IMP_COAP_RESET, NULL, now);
        return;
    }
    if (!s->acknowledge)
        return;
    if (m->code == IMP_COAP_EMPTY) {
        s->acknowledge = false;
        if (s->answer)
            s->next = now + max_transmit_wait(params(e));
        else
            s->used = false; /* our separate response has arrived */
    } else if (imp_coap_is_response(m->code) && s->answer && same_token(s, m) &&
               !not_understood(e, m)) {
        finish(e, s, IMP_COAP_ANSWERED, m, now);
    }
}

void imp_coap_feed(struct imp_coap_endpoint *e, const uint8_t *datagram, size_t n, imp_time now)
{
    struct imp_coap_message m;
    int error = imp_coap_decode(&m, datagram, n);
    if (error == IMP_COAP_EVERSION || n < 4)
        return; /* section 3: silently ignored */
    if (error || (m.code == IMP_COAP_EMPTY && m.type == IMP_COAP_CON)) {
        if (m.type == IMP_COAP_CON)
            empty(e, NULL, IMP_COAP_RST, m.mid); /* format error (4.2), or a ping (4.3) */
        return;
    }
    if (m.type == IMP_COAP_ACK || m.type == IMP_COAP_RST) {
        acknowledgement(e, &m, now);
        return;
    }
    if (m.code == IMP_COAP_EMPTY)
        return; /* an empty Non-confirmable message means nothing (table 1) */
    const struct imp_coap_seen *seen = find_seen(e, m.mid, now);
    if (seen) { /* section 4.5: a duplicate is answered alike and processed once */
        if (m.type == IMP_COAP_CON && seen->n)
            emit(e, seen->label, seen->datagram, seen->n);
        return;
    }
    if (imp_coap_is_request(m.code))
        request(e, &m, now);
    else
        response(e, &m, now);
}
