/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_proxy.h - RADIUS proxies (RFC 2865 section 2.3), in a chain as a federation has them (RFC
 * 7593): each verifies what comes under the secret that it shares with that neighbour, and sends it
 * on under another identifier, authenticator and secret. Private to the server's role, which runs
 * the chain before its home server; on the network is the way to the first proxy.
 *
 * Sans I/O: a packet goes in at one end and comes out at the other. */
#ifndef IMPRINT_DOT1X_PROXY_H
#define IMPRINT_DOT1X_PROXY_H

#include "radius.h"

enum { DOT1X_HOPS = 4, DOT1X_PROXY_STATE = 4 };

struct dot1x_secret { /* shared by two neighbours */
    uint8_t p[128];
    size_t n;
};

/* A request as it is between two neighbours. */
struct dot1x_leg {
    uint8_t id, authenticator[16];
    uint8_t state[DOT1X_PROXY_STATE]; /* Proxy-State of the proxy that sent it */
};

/* One proxy: writes the request that goes on, with everything that came and its Proxy-State last.
 * `check`: Message-Authenticator must be right under `from`. Octets of it; 0: refused, or too
 * large. */
size_t dot1x_proxy_forward(struct imp_env *env, uint8_t out[IMP_RADIUS_PACKET],
                           struct dot1x_leg *onward, const struct imp_radius *request, bool check,
                           const struct dot1x_secret *from, const struct dot1x_secret *to);
/* Its reply, on the way back: verified under `from` as the answer to `onward`, without the proxy's
 * own Proxy-State, keys encrypted anew under `to` as the answer to `back`. Octets, or 0: refused.
 */
size_t dot1x_proxy_return(struct imp_env *env, uint8_t out[IMP_RADIUS_PACKET],
                          const struct dot1x_leg *back, const struct dot1x_leg *onward,
                          const struct imp_radius *reply, const struct dot1x_secret *from,
                          const struct dot1x_secret *to);

/* ---- the chain
 * ------------------------------------------------------------------------------------------ */
struct dot1x_chain {
    unsigned hops; /* proxies; 0: none */
    struct dot1x_secret
        secrets[DOT1X_HOPS + 1]; /* access point and first proxy, ..., last and home */
};
struct dot1x_path { /* of one request; legs[0] is the access point's */
    struct dot1x_leg legs[DOT1X_HOPS + 1];
};
/* Cell of the k-th secret: IMP_RADIUS_SECRET_CELL for k = 0, then with "-k". */
void dot1x_chain_cell(char out[32], unsigned k);
void dot1x_chain_load(struct dot1x_chain *c, struct imp_env *env, unsigned hops);
/* From the access point's request, which is verified, to the home server. Octets at the latter, or
 * 0.
 */
size_t dot1x_chain_forward(const struct dot1x_chain *c, struct imp_env *env,
                           uint8_t out[IMP_RADIUS_PACKET], struct dot1x_path *path,
                           const struct imp_radius *request);
/* From the home server's reply, in place, to the access point. Octets at the latter, or 0. */
size_t dot1x_chain_return(const struct dot1x_chain *c, struct imp_env *env,
                          uint8_t packet[IMP_RADIUS_PACKET], size_t n,
                          const struct dot1x_path *path);
/* Whether User-Name has a realm of the list "a.example,b.example"; "*": whatever it is. Realms are
 * compared without regard to case (RFC 7542 section 2.4). */
bool dot1x_route_known(const char *realms, const struct imp_radius *request);

#endif
