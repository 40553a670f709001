/* SPDX-License-Identifier: GPL-2.0-only */
#include "link.h"

void lwm_link_init(struct lwm_link *l, struct imp_env *env, bool secure,
                   const struct imp_dtls_config *dtls, const struct imp_coaps_hooks *hooks,
                   void *arg)
{
    l->secure = secure;
    l->open = false;
    l->hooks = hooks;
    l->arg = arg;
    imp_coaps_init(&l->coaps, env, dtls, hooks, arg);
}

static void open_plain(struct lwm_link *l, imp_time now)
{
    const struct imp_coap_config config = {.token_n = LWM_TOKEN,
                                           .send = l->hooks->send,
                                           .serve = l->hooks->serve,
                                           .done = l->hooks->done,
                                           .arg = l->arg};
    imp_coap_endpoint_init(&l->coaps.coap, l->coaps.env, &config);
    l->open = true;
    l->hooks->opened(l->arg, now);
}

void lwm_link_connect(struct lwm_link *l, imp_time now)
{
    if (l->secure)
        imp_coaps_connect(&l->coaps, now);
    else
        open_plain(l, now);
}

void lwm_link_feed(struct lwm_link *l, const uint8_t *datagram, size_t n, imp_time now)
{
    if (l->secure) {
        imp_coaps_feed(&l->coaps, datagram, n, now);
        return;
    }
    if (!l->open)
        open_plain(l, now);
    l->hooks->data(l->arg, now);
    imp_coap_feed(&l->coaps.coap, datagram, n, now);
}

imp_time lwm_link_deadline(const struct lwm_link *l)
{
    if (l->secure)
        return imp_coaps_deadline(&l->coaps);
    return l->open ? imp_coap_deadline(&l->coaps.coap) : IMP_NEVER;
}

void lwm_link_expire(struct lwm_link *l, imp_time now)
{
    if (l->secure)
        imp_coaps_expire(&l->coaps, now);
    else if (l->open)
        imp_coap_expire(&l->coaps.coap, now);
}

bool lwm_link_is_open(const struct lwm_link *l)
{
    return l->secure ? imp_coaps_is_open(&l->coaps) : l->open;
}

bool lwm_link_idle(const struct lwm_link *l)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (l->coaps.coap.sent[i].used)
            return false;
    return true;
}

int lwm_link_request(struct lwm_link *l, struct imp_coap_message *request, int label, imp_time now)
{
    if (l->secure)
        return imp_coaps_request(&l->coaps, request, label, now);
    return l->open ? imp_coap_request(&l->coaps.coap, IMP_COAP_CON, request, label, now) : -1;
}

void lwm_link_close(struct lwm_link *l, imp_time now)
{
    l->open = false;
    if (l->secure)
        imp_coaps_close(&l->coaps, now);
}

void lwm_link_free(struct lwm_link *l)
{
    l->open = false;
    imp_coaps_free(&l->coaps);
}
