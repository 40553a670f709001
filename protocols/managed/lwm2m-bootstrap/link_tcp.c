/* SPDX-License-Identifier: GPL-2.0-only */
/* link_tcp.c - a link over a connection of its stream channel. */
#include "link.h"

/* ---- the connection */
void lwm__tcp_connect(struct lwm_link *l)
{
    lwm__tcp_hang_up(l);
    l->joined = LWM_DIALLING;
    l->coaps.env->ops->open(l->coaps.env, l->channel, NULL);
}

void lwm__tcp_hang_up(struct lwm_link *l)
{
    bool joined = l->joined == LWM_JOINED;
    l->joined = LWM_APART;
    if (joined)
        l->coaps.env->ops->close(l->coaps.env, l->channel, &l->at);
}

/* ---- hooks: the link's, with the guard's in between */
static void stream_send(void *arg, int label, const uint8_t *bytes, size_t n)
{
    struct lwm_link *l = arg;
    l->hooks->send(l->arg, label, bytes, n);
}

static bool stream_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_link *l = arg;
    return l->hooks->verify && l->hooks->verify(l->arg, spki, n);
}

static bool stream_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_link *l = arg;
    return l->hooks->verify_chain && l->hooks->verify_chain(l->arg, chain, count);
}

static int stream_psk(void *arg, uint8_t key[32], const char *identity)
{
    struct lwm_link *l = arg;
    return l->hooks->psk ? l->hooks->psk(l->arg, key, identity) : -1;
}

static void stream_opened(void *arg, imp_time now)
{
    struct lwm_link *l = arg;
    l->hooks->opened(l->arg, now);
}

static void stream_data(void *arg, imp_time now)
{
    struct lwm_link *l = arg;
    l->hooks->data(l->arg, now);
}

static void stream_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_link *l = arg;
    lwm__tcp_hang_up(l);
    l->hooks->over(l->arg, end, why, now);
}

static const struct imp_coaps_hooks hooks = {.send = stream_send,
                                             .serve = lwm__link_serve,
                                             .done = lwm__link_done,
                                             .verify = stream_verify,
                                             .verify_chain = stream_verify_chain,
                                             .psk = stream_psk,
                                             .opened = stream_opened,
                                             .data = stream_data,
                                             .over = stream_over};

/* ---- events */
/* After each call: what has been closed in it, its last words said, ends the connection. */
static void settle(struct lwm_link *l)
{
    if (l->joined == LWM_JOINED && !l->stream.open && !l->stream.session && !l->stream.busy)
        lwm__tcp_hang_up(l);
}

static void join(struct lwm_link *l, const struct imp_addr *at, imp_time now)
{
    const struct imp_coap_connection_config config = {.token_n =
                                                          l->guard == LWM_BY_DTLS ? 1 : LWM_TOKEN,
                                                      .block_wise = l->blocks,
                                                      .oscore = l->guard == LWM_BY_OSCORE};
    l->joined = LWM_JOINED;
    l->at = *at;
    imp_coaps_tcp_init(&l->stream, l->coaps.env, l->guard == LWM_BY_DTLS ? &l->coaps.dtls : NULL,
                       &config, &hooks, l);
    imp_coaps_tcp_connected(&l->stream, now);
    settle(l);
}

static bool is_ours(const struct lwm_link *l, const struct imp_addr *at)
{
    return l->joined == LWM_JOINED && imp_addr_equal(&l->at, at);
}

static void lost(struct lwm_link *l, const struct imp_addr *at, imp_time now)
{
    bool ours = is_ours(l, at), dialling = l->joined == LWM_DIALLING && !imp_addr_equal(&l->at, at);
    if (ours || dialling)
        l->joined = LWM_APART;
    if (ours)
        imp_coaps_tcp_lost(&l->stream, now);
    else if (dialling)
        l->hooks->over(l->arg, IMP_COAPS_HANDSHAKE_FAILED, "no connection", now);
}

void lwm_link_event(struct lwm_link *l, const struct imp_event *e, imp_time now)
{
    if (e->kind == IMP_EVENT_OPENED && (l->joined == LWM_DIALLING || l->coaps.dtls.server)) {
        join(l, &e->from, now);
    } else if (e->kind == IMP_EVENT_OPENED) {
        l->coaps.env->ops->close(l->coaps.env, e->channel, &e->from);
    } else if (e->kind == IMP_EVENT_CLOSED) {
        lost(l, &e->from, now);
    } else if (is_ours(l, &e->from)) {
        imp_coaps_tcp_feed(&l->stream, e->bytes, e->n, now);
        settle(l);
    }
}

/* ---- as link.c has it */
imp_time lwm__tcp_deadline(const struct lwm_link *l)
{
    return l->joined == LWM_JOINED ? imp_coaps_tcp_deadline(&l->stream) : IMP_NEVER;
}

void lwm__tcp_expire(struct lwm_link *l, imp_time now)
{
    if (l->joined != LWM_JOINED)
        return;
    imp_coaps_tcp_expire(&l->stream, now);
    settle(l);
}

int lwm__tcp_request(struct lwm_link *l, struct imp_coap_message *m, int label, imp_time now)
{
    return l->joined == LWM_JOINED ? imp_coaps_tcp_request(&l->stream, m, label, now) : -1;
}

void lwm__tcp_close(struct lwm_link *l, imp_time now)
{
    if (l->joined == LWM_JOINED)
        imp_coaps_tcp_close(&l->stream, now);
    else
        l->joined = LWM_APART; /* who was called is told that nobody is here */
    settle(l);
}
