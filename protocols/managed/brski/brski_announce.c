/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_announce.c - the objective AN_Proxy is a join proxy's, or that of a registrar which pledges
 * reach without one: they see no difference (RFC 8995 section 4). */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

void brski_announce(struct imp_env *env, int flood, int join)
{
    struct brski_flood f = {.ttl_ms = BRSKI_FLOOD_TTL_MS};
    struct imp_addr self;
    uint8_t out[BRSKI_FLOOD_MAX];
    if (!env->ops->self(env, join, &self) || self.n < 18)
        return;
    memcpy(f.ip, self.bytes, sizeof f.ip);
    f.port = (uint16_t)(self.bytes[16] << 8 | self.bytes[17]);
    imp_random(env, "grasp-session", &f.session, sizeof f.session);
    size_t n = brski_flood_write(env, out, sizeof out, &f);
    imp_send(env, flood, &imp_to_all, BRSKI_MSG_FLOOD, out, n);
}
