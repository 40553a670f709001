/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_exchange.c - what both ends of an inclusion do alike, and their claims. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

#define LAYER "zwave"

const char *const zw_key_names[ZW_CLASSES] = {"UnauthenticatedKey", "AuthenticatedKey",
                                              "AccessControlKey", "S0Key"};

uint8_t zw_bit(int slot)
{
    static const uint8_t bits[ZW_CLASSES] = {ZW_UNAUTHENTICATED, ZW_AUTHENTICATED, ZW_ACCESS,
                                             ZW_S0};
    return bits[slot];
}

int zw_lowest(uint8_t mask)
{
    int slot = 0;
    while (slot < ZW_CLASSES - 1 && !(mask & zw_bit(slot)))
        slot++;
    return slot;
}

/* S0 is below the classes of S2. */
int zw_highest(uint8_t mask)
{
    for (int slot = 2; slot >= 0; slot--)
        if (mask & zw_bit(slot))
            return slot;
    return 3;
}

uint8_t zw_mask_of(int64_t choice)
{
    static const uint8_t masks[] = {ZW_UNAUTHENTICATED, ZW_AUTHENTICATED, ZW_ACCESS,
                                    ZW_UNAUTHENTICATED | ZW_MASKING, ZW_ALL};
    return masks[choice];
}

/* ---- addresses and frames
 * -----------------------------------------------------------------------------------------------
 */
uint8_t zw_node_id(const struct imp_addr *a)
{
    return a->n ? a->bytes[a->n - 1] : 0;
}

void zw_home_id(uint8_t home[4], const struct imp_addr *a)
{
    memset(home, 0, 4);
    if (a->n >= 5)
        memcpy(home, a->bytes + a->n - 5, 4);
}

struct zw_route zw_route_of(const struct zw_exchange *x)
{
    return (struct zw_route){ZW_RADIO, &x->peer, ZW_MSG_NONCE_GET, ZW_MSG_NONCE_REPORT};
}

void zw_clear(struct zw_exchange *x, struct imp_env *env, int message, const uint8_t *p, size_t n)
{
    imp_send(env, ZW_RADIO, &x->peer, message, p, n);
}

int zw_agree(struct zw_exchange *x, struct imp_env *env)
{
    uint8_t z[32], digest[32];
    bool node = env->role == ZW_NODE;
    const uint8_t *controller = node ? x->peer_public : x->own_public,
                  *joining = node ? x->own_public : x->peer_public;
    if (imp_x25519_shared(env, z, x->own_secret, x->peer_public) != 0)
        return -1;
    zw_temp(env, &x->temp, z, controller, joining);
    struct imp_observation before = imp_observe_hold();
    imp_sha256(NULL, digest, (struct imp_piece[]){{controller, ZW_PUBLIC}, {joining, ZW_PUBLIC}},
               2);
    imp_observe_resume(before);
    memcpy(x->sid, digest, ZW_SID);
    imp_wipe(z, sizeof z);
    return 0;
}

/* ---- Security 0
 * -----------------------------------------------------------------------------------------------
 */
void zw_s0_report(struct zw_exchange *x, struct imp_env *env)
{
    uint8_t frame[2 + ZW_S0_NONCE] = {ZW_CLASS_S0, ZW_S0_REPORT};
    imp_random(env, "s0-nonce", x->s0_own, ZW_S0_NONCE);
    x->s0_fresh = true;
    memcpy(frame + 2, x->s0_own, ZW_S0_NONCE);
    zw_clear(x, env, ZW_MSG_S0_NONCE_REPORT, frame, sizeof frame);
}

/* class, command, sender's nonce 8, ciphertext of (sequencing 1, command), first octet of the
 * receiver's nonce, tag 8. */
void zw_s0_send(struct zw_exchange *x, struct imp_env *env, int message, const uint8_t key[ZW_KEY],
                const uint8_t nonce[ZW_S0_NONCE], const uint8_t *command, size_t n)
{
    struct zw_s0_keys k;
    uint8_t iv[16], text[1 + ZW_COMMAND_MAX] = {0}, sealed[1 + ZW_COMMAND_MAX + ZW_S0_TAG],
                             frame[2 + 8 + 1 + ZW_COMMAND_MAX + 1 + ZW_S0_TAG];
    imp_random(env, "s0-nonce", iv, 8);
    memcpy(iv + 8, nonce, ZW_S0_NONCE);
    memcpy(text + 1, command, n);
    zw_s0_keys(env, &k, key);
    zw_s0_seal(env, sealed, &k, iv,
               (struct zw_s0_header){ZW_S0_ENCAPSULATION, x->link.ends.own, x->link.ends.peer},
               text, 1 + n);
    frame[0] = ZW_CLASS_S0;
    frame[1] = ZW_S0_ENCAPSULATION;
    memcpy(frame + 2, iv, 8);
    memcpy(frame + 10, sealed, 1 + n);
    frame[11 + n] = nonce[0];
    memcpy(frame + 12 + n, sealed + 1 + n, ZW_S0_TAG);
    zw_clear(x, env, message, frame, 12 + n + ZW_S0_TAG);
    imp_wipe(&k, sizeof k);
}

int zw_s0_receive(struct zw_exchange *x, struct imp_env *env, const uint8_t key[ZW_KEY],
                  const uint8_t *p, size_t n, uint8_t command[ZW_FRAME_MAX])
{
    struct zw_s0_keys k;
    uint8_t iv[16], sealed[ZW_FRAME_MAX], text[ZW_FRAME_MAX];
    if (n < 12 + 2 + ZW_S0_TAG || n > ZW_FRAME_MAX || p[1] != ZW_S0_ENCAPSULATION || !x->s0_fresh)
        return -1;
    size_t size = n - 12 - ZW_S0_TAG;
    x->s0_fresh = false;
    if (p[11 + size] != x->s0_own[0])
        return -1;
    memcpy(iv, p + 2, 8);
    memcpy(iv + 8, x->s0_own, ZW_S0_NONCE);
    memcpy(sealed, p + 10, 1 + size);
    memcpy(sealed + 1 + size, p + 12 + size, ZW_S0_TAG);
    zw_s0_keys(env, &k, key);
    if (zw_s0_open(env, text, &k, iv,
                   (struct zw_s0_header){ZW_S0_ENCAPSULATION, x->link.ends.peer, x->link.ends.own},
                   sealed, 1 + size) != 0)
        return -1;
    memcpy(command, text + 1, size);
    imp_wipe(&k, sizeof k);
    return (int)size;
}

/* ---- claims
 * -----------------------------------------------------------------------------------------------
 */
void zw_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = LAYER, .name = name});
}

void zw_claim_identity(struct imp_env *env, const uint8_t public[ZW_PUBLIC])
{
    imp_claim(env,
              &(struct imp_claim){
                  .kind = IMP_CLAIM_IDENTITY, .layer = LAYER, .self = public, .self_n = ZW_PUBLIC});
}

void zw_claim_session(struct imp_env *env, enum imp_claim_kind kind, const struct zw_exchange *x)
{
    struct imp_observation before = imp_observe_hold();
    uint8_t data[32];
    imp_sha256(NULL, data,
               (struct imp_piece[]){{x->requested, ZW_KEX},
                                    {x->granted, ZW_KEX},
                                    {x->temp.ccm, ZW_KEY},
                                    {x->temp.pstring, ZW_PSTRING}},
               4);
    imp_observe_resume(before);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = LAYER,
                                       .peer = x->peer_public,
                                       .peer_n = kind == IMP_CLAIM_COMMIT ? ZW_PUBLIC : 0,
                                       .sid = x->sid,
                                       .sid_n = ZW_SID,
                                       .data = data,
                                       .data_n = sizeof data});
}

void zw_claim_key(struct imp_env *env, const struct zw_exchange *x, const char *name,
                  const uint8_t key[ZW_KEY])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = LAYER,
                                       .name = name,
                                       .sid = x->sid,
                                       .sid_n = ZW_SID,
                                       .data = key,
                                       .data_n = ZW_KEY});
}

void zw_claim_class(struct imp_env *env, const struct zw_exchange *x, uint8_t mask, bool s0)
{
    static const char *const words[ZW_CLASSES] = {"S2 unauthenticated", "S2 authenticated",
                                                  "S2 access control", "S0"};
    const char *word = words[s0 ? 3 : zw_highest(mask)];
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED,
                                       .layer = LAYER,
                                       .name = "class",
                                       .sid = x->sid,
                                       .sid_n = ZW_SID,
                                       .data = (const uint8_t *)word,
                                       .data_n = strlen(word)});
}

void zw_claim_s0(struct imp_env *env, enum imp_claim_kind kind, const struct zw_exchange *x,
                 const uint8_t key[ZW_KEY])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t data[32];
    imp_sha256(NULL, data, (struct imp_piece[]){{x->sid, ZW_SID}, {key, ZW_KEY}}, 2);
    imp_observe_resume(before);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = LAYER,
                                       .sid = x->sid,
                                       .sid_n = ZW_SID,
                                       .data = data,
                                       .data_n = sizeof data});
}
