/* SPDX-License-Identifier: GPL-2.0-only */
/* proxy.h - memory of a forward proxy of CoAP between peers and the controller: a leg for each
 * peer, with an endpoint towards it and one towards the controller. It has no key, and reads of a
 * message only whom it is for. */
#ifndef IMPRINT_CEAP_PROXY_H
#define IMPRINT_CEAP_PROXY_H

#include "protocols/coap/endpoint.h"

enum { CEAP_LEGS = 256 };

struct ceap_proxy;

struct ceap_leg {
    bool used, forwarding; /* a request of the controller's is at the peer */
    struct ceap_proxy *proxy;
    struct imp_addr peer, controller;
    struct imp_coap_endpoint down, up;
    uint8_t token_n, token[IMP_COAP_TOKEN_MAX]; /* of that request */
    imp_time used_at;
};

struct ceap_proxy {
    struct imp_env *env;
    uint16_t mid;   /* of the next message to the controller, whose endpoint the legs share */
    size_t reached; /* legs from here on were never used */
    size_t last;    /* leg of the last event */
    struct ceap_leg legs[CEAP_LEGS];
};

#endif
