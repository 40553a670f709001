/* SPDX-License-Identifier: GPL-2.0-only */
#include "connection.h"

#include <string.h>

#include "../crypto/crypto.h"

enum { BASE_SIZE = 1152 }; /* Max-Message-Size before a CSM says another (section 5.3.1) */
/* MAX_TRANSMIT_WAIT of RFC 7252, section 4.8.2, whose reason is another: RFC 8323 names no time. */
#define PATIENCE (93 * IMP_S)

/* ---- sending */
static int emit(struct imp_coap_connection *c, const struct imp_coap_message *m, int label)
{
    uint8_t out[IMP_COAP_FRAME_MAX];
    int n = imp_coap_frame_write(out, sizeof out, m);
    if (n < 0 || (uint32_t)n > c->max_size)
        return -1;
    c->config.send(c->config.arg, label, out, (size_t)n);
    return 0;
}

static void signal(struct imp_coap_connection *c, struct imp_coap_message *m)
{
    emit(c, m, IMP_COAP_LABEL_SIGNAL);
}

void imp_coap_connection_open(struct imp_coap_connection *c, struct imp_env *env,
                              const struct imp_coap_connection_config *config)
{
    struct imp_coap_message csm = {.code = IMP_COAP_CSM};
    *c = (struct imp_coap_connection){.env = env, .config = *config, .max_size = BASE_SIZE};
    if (config->block_wise)
        imp_coap_add(&csm, IMP_COAP_CSM_BLOCK_WISE_TRANSFER, "", 0);
    signal(c, &csm);
}

static struct imp_coap_asked *place(struct imp_coap_connection *c)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (!c->asked[i].used)
            return &c->asked[i];
    return NULL;
}

bool imp_coap_connection_idle(const struct imp_coap_connection *c)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (c->asked[i].used)
            return false;
    return true;
}

int imp_coap_connection_request(struct imp_coap_connection *c, struct imp_coap_message *request,
                                int label, imp_time now)
{
    struct imp_coap_asked *a = place(c);
    if (!a || c->over)
        return -1;
    request->token_n = (uint8_t)c->config.token_n;
    imp_random(c->env, "coap-token", request->token, request->token_n);
    *a = (struct imp_coap_asked){.used = true, .label = label, .next = now + PATIENCE};
    memcpy(a->token, request->token, request->token_n);
    a->used = emit(c, request, label) == 0;
    return a->used ? 0 : -1;
}

int imp_coap_connection_respond(struct imp_coap_connection *c, struct imp_coap_message *response,
                                int label)
{
    return c->over ? -1 : emit(c, response, label);
}

void imp_coap_connection_ping(struct imp_coap_connection *c)
{
    struct imp_coap_message m = {.code = IMP_COAP_PING, .token_n = 1};
    imp_random(c->env, "coap-token", m.token, m.token_n);
    if (!c->over)
        signal(c, &m);
}

void imp_coap_connection_release(struct imp_coap_connection *c)
{
    if (!c->over)
        signal(c, &(struct imp_coap_message){.code = IMP_COAP_RELEASE});
    c->over = true;
}

/* ---- ends */
static void end(struct imp_coap_connection *c, enum imp_coap_ending ending, imp_time now)
{
    c->over = true;
    c->config.ended(c->config.arg, ending, now);
}

/* Section 5.6: with why as a diagnostic payload. `option`: of a CSM, or -1. */
static void abort_for(struct imp_coap_connection *c, const char *why, int option, imp_time now)
{
    struct imp_coap_message m = {
        .code = IMP_COAP_ABORT, .payload = (const uint8_t *)why, .payload_n = strlen(why)};
    if (option >= 0)
        imp_coap_add_uint(&m, IMP_COAP_ABORT_BAD_CSM_OPTION, (uint32_t)option);
    signal(c, &m);
    end(c, IMP_COAP_UNREADABLE, now);
}

/* ---- signals */
/* The first critical option of a signal: none is known (section 5.2); or -1. */
static int critical(const struct imp_coap_message *m)
{
    for (size_t i = 0; i < m->option_count; i++)
        if (m->options[i].number % 2 == 1)
            return m->options[i].number;
    return -1;
}

static void capabilities(struct imp_coap_connection *c, const struct imp_coap_message *m,
                         imp_time now)
{
    const struct imp_coap_option *size = imp_coap_find(m, IMP_COAP_CSM_MAX_MESSAGE_SIZE, 0);
    if (size && !imp_coap_get_uint(m, IMP_COAP_CSM_MAX_MESSAGE_SIZE, &c->max_size)) {
        abort_for(c, "Max-Message-Size of more than 4 octets", size->number, now);
        return;
    }
    c->settled = true;
    c->block_wise |= imp_coap_find(m, IMP_COAP_CSM_BLOCK_WISE_TRANSFER, 0) != NULL;
}

/* All that came before has been served: so its custody can be told (section 5.4.1). */
static void pong(struct imp_coap_connection *c, const struct imp_coap_message *ping)
{
    struct imp_coap_message m = {.code = IMP_COAP_PONG, .token_n = ping->token_n};
    memcpy(m.token, ping->token, ping->token_n);
    if (imp_coap_find(ping, IMP_COAP_PING_CUSTODY, 0))
        imp_coap_add(&m, IMP_COAP_PING_CUSTODY, "", 0);
    signal(c, &m);
}

static void signaled(struct imp_coap_connection *c, const struct imp_coap_message *m, imp_time now)
{
    int bad = critical(m);
    if (m->code == IMP_COAP_ABORT)
        end(c, IMP_COAP_ABORTED, now);
    else if (bad >= 0)
        abort_for(c, "unknown critical option", m->code == IMP_COAP_CSM ? bad : -1, now);
    else if (m->code == IMP_COAP_CSM)
        capabilities(c, m, now);
    else if (m->code == IMP_COAP_PING)
        pong(c, m);
    else if (m->code == IMP_COAP_RELEASE)
        end(c, IMP_COAP_RELEASED, now);
    else if (m->code != IMP_COAP_PONG)
        abort_for(c, "unknown signal", -1, now);
}

/* ---- requests and responses */
static bool not_understood(const struct imp_coap_connection *c, const struct imp_coap_message *m)
{
    return imp_coap_bad_option(m) >= 0 ||
           (!c->config.oscore && imp_coap_find(m, IMP_COAP_OSCORE, 0) != NULL);
}

static void serve(struct imp_coap_connection *c, const struct imp_coap_message *m, imp_time now)
{
    struct imp_coap_reply reply = {.label = IMP_COAP_LABEL_ERROR, .scratch = c->scratch};
    reply.message.code = IMP_COAP_CHANGED;
    if (not_understood(c, m))
        reply.message.code = IMP_COAP_BAD_OPTION;
    else if (!c->config.serve)
        reply.message.code = IMP_COAP_NOT_IMPLEMENTED;
    else
        c->config.serve(c->config.arg, m, &reply, now);
    if (reply.later || c->over)
        return;
    reply.message.token_n = m->token_n;
    memcpy(reply.message.token, m->token, m->token_n);
    if (emit(c, &reply.message, reply.label) == 0)
        return;
    struct imp_coap_message error = {.code = IMP_COAP_INTERNAL_SERVER_ERROR, .token_n = m->token_n};
    memcpy(error.token, m->token, m->token_n);
    emit(c, &error, IMP_COAP_LABEL_ERROR);
}

static void finish(struct imp_coap_connection *c, struct imp_coap_asked *a,
                   enum imp_coap_outcome outcome, const struct imp_coap_message *response,
                   imp_time now)
{
    a->used = false; /* first: the callback may send the next request */
    if (c->config.done)
        c->config.done(c->config.arg, a->label, outcome, response, now);
}

/* One that nobody asked for, or is not understood, is ignored. */
static void answered(struct imp_coap_connection *c, const struct imp_coap_message *m, imp_time now)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++) {
        struct imp_coap_asked *a = &c->asked[i];
        if (a->used && m->token_n == c->config.token_n &&
            memcmp(a->token, m->token, m->token_n) == 0 && !not_understood(c, m)) {
            finish(c, a, IMP_COAP_ANSWERED, m, now);
            return;
        }
    }
}

static void message(struct imp_coap_connection *c, const struct imp_coap_message *m, imp_time now)
{
    if (!c->settled && m->code != IMP_COAP_CSM && m->code != IMP_COAP_ABORT)
        abort_for(c, "the first message is not a CSM", -1, now); /* section 3.3 */
    else if (imp_coap_class(m->code) == IMP_COAP_SIGNALING)
        signaled(c, m, now);
    else if (imp_coap_is_request(m->code))
        serve(c, m, now);
    else if (imp_coap_is_response(m->code))
        answered(c, m, now);
}

/* ---- octets and time */
static void drain(struct imp_coap_connection *c, imp_time now)
{
    struct imp_coap_message m;
    int used = 1;
    while (!c->over && (used = imp_coap_frame_read(&m, c->in, c->in_n, sizeof c->in)) > 0) {
        message(c, &m, now);
        c->in_n -= (size_t)used;
        memmove(c->in, c->in + used, c->in_n);
    }
    if (!c->over && used < 0)
        abort_for(c, imp_coap_error_text(used), -1, now);
}

void imp_coap_connection_feed(struct imp_coap_connection *c, const uint8_t *bytes, size_t n,
                              imp_time now)
{
    while (n > 0 && !c->over) {
        size_t room = sizeof c->in - c->in_n, take = n < room ? n : room;
        memcpy(c->in + c->in_n, bytes, take);
        c->in_n += take;
        bytes += take;
        n -= take;
        drain(c, now); /* what is left is less than a message, and a message fits */
    }
}

imp_time imp_coap_connection_deadline(const struct imp_coap_connection *c)
{
    imp_time at = IMP_NEVER;
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING && !c->over; i++)
        if (c->asked[i].used && c->asked[i].next < at)
            at = c->asked[i].next;
    return at;
}

void imp_coap_connection_expire(struct imp_coap_connection *c, imp_time now)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING && !c->over; i++) {
        struct imp_coap_asked *a = &c->asked[i];
        if (!a->used || a->next > now)
            continue;
        if (a->pinged) {
            finish(c, a, IMP_COAP_TIMEOUT, NULL, now);
            continue;
        }
        a->pinged = true;
        a->next = now + PATIENCE;
        imp_coap_connection_ping(c);
    }
}
