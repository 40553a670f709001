/* SPDX-License-Identifier: GPL-2.0-only */
/* keys.h - link keys from the network key, the frame counter, and what both ends of a link claim.
 */
#ifndef IMPRINT_ZIP_KEYS_H
#define IMPRINT_ZIP_KEYS_H

#include "mle.h"
#include "protocols/managed/pana/security.h"

struct zip_keys {
    bool there;
    uint8_t mac[16]; /* of MAC frames: derived and claimed; ns-3's MAC does not encrypt */
    struct mle_security mle;
};
/* HMAC-SHA256(network key, "ZigBeeIP"): the MAC's key, then that of MLE. `network` is the value of
 * the Network Key AVP: key 16, index 1, counter 1. */
void zip_keys_derive(struct imp_env *env, struct zip_keys *out,
                     const uint8_t network[PANA_NETWORK_KEY]);

/* The next frame counter. It never goes back, also after a power cut: the cell is ahead of it. */
struct zip_counter {
    uint32_t next, reserved; /* reserved: what the cell says */
};
void zip_counter_start(struct zip_counter *c, struct imp_env *env);
uint32_t zip_counter_take(struct zip_counter *c, struct imp_env *env);

/* One link. sid: the challenges of node and router; data: key, index, both extended addresses. */
struct zip_link {
    uint8_t node[MLE_CHALLENGE], router[MLE_CHALLENGE]; /* challenges */
    size_t node_n, router_n;
    uint8_t node_eui64[MLE_EUI64], router_eui64[MLE_EUI64];
};
void zip_claim_identity(struct imp_env *env, const struct imp_addr *self);
void zip_claim_running(struct imp_env *env, const struct zip_keys *k, const struct zip_link *l);
void zip_claim_commit(struct imp_env *env, const struct zip_keys *k, const struct zip_link *l);
/* Layer "mle-key": under the keys that come next, from one end of a link to the other. RUNNING:
 * they are put into use there; COMMIT and SECRET: here, since the other end has. */
void zip_claim_switch(struct imp_env *env, enum imp_claim_kind kind, const struct zip_keys *k,
                      const struct imp_addr *from, const struct imp_addr *to);
/* A message with that frame counter of that sender counted. */
void zip_claim_counter(struct imp_env *env, const uint8_t eui64[MLE_EUI64], uint32_t counter);
void zip_claim_reject(struct imp_env *env, const char *why);

#endif
