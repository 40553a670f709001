/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_exchange.c - what both ends of a provisioning link do alike, and their claims. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

imp_time mesh_link_silence(const struct imp_env *env)
{
    return imp_opt(env, MESH_OPT_LINK_TIMEOUT) * IMP_S;
}

uint32_t mesh_iv_index(const uint8_t data[MESH_DATA])
{
    const uint8_t *p = data + 19;
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

size_t mesh_pdu_size(int type, enum mesh_algorithm a)
{
    static const uint8_t sizes[MESH_PDU_TYPES] = {[MESH_INVITE] = 1,
                                                  [MESH_CAPABILITIES] = 11,
                                                  [MESH_START] = 5,
                                                  [MESH_PUBLIC_KEY] = MESH_PUBLIC,
                                                  [MESH_PROVISIONING_DATA] = MESH_DATA + MESH_MIC,
                                                  [MESH_FAILED] = 1};
    return type == MESH_CONFIRMATION || type == MESH_RANDOM ? mesh_width(a) : sizes[type];
}

void mesh_pdu_send(struct mesh_exchange *x, struct imp_env *env, enum mesh_pdu type,
                   const void *parameters, size_t n, imp_time now)
{
    uint8_t pdu[MESH_PDU_MAX] = {(uint8_t)type};
    if (n > 0)
        memcpy(pdu + 1, parameters, n);
    if (x->proxy.open)
        mesh_gatt_send(x, env, MESH_MSG_INVITE + (int)type, pdu, 1 + n);
    else
        mesh_link_send(&x->link, env, MESH_MSG_INVITE + (int)type, pdu, 1 + n, now);
}

void mesh_control_send(const struct mesh_link *link, struct imp_env *env, enum mesh_control c,
                       const void *data, size_t n)
{
    uint8_t frame[MESH_AD_MAX];
    struct mesh_generic g = {.kind = MESH_GP_CONTROL, .number = (uint8_t)c, .data = data, .n = n};
    memcpy(g.link, link->id, MESH_LINK_ID);
    imp_send(env, MESH_ADV, &link->to, MESH_MSG_OPEN + (int)c, frame,
             mesh_generic_write(frame, &g));
}

void mesh_close_send(const struct mesh_link *link, struct imp_env *env, enum mesh_close reason)
{
    for (int i = 0; i < 3; i++) /* at least so often, section 5.3.1.4.3 */
        mesh_control_send(link, env, MESH_LINK_CLOSE, &(uint8_t){(uint8_t)reason}, 1);
}

int mesh_agree(struct mesh_exchange *x, struct imp_env *env, const uint8_t peer[MESH_PUBLIC],
               bool provisioner)
{
    memcpy(x->keys.inputs + 17, provisioner ? x->own_public : peer, MESH_PUBLIC);
    memcpy(x->keys.inputs + 81, provisioner ? peer : x->own_public, MESH_PUBLIC);
    return imp_p256_shared(env, x->keys.secret, x->own_secret, peer);
}

void mesh_commit_to_random(struct mesh_exchange *x, struct imp_env *env, imp_time now)
{
    size_t width = mesh_width(x->keys.algorithm);
    mesh_confirmation_key(env, &x->keys);
    imp_random(env, "random", x->random, width);
    mesh_confirm(env, &x->keys, x->random, x->confirmation);
    mesh_pdu_send(x, env, MESH_CONFIRMATION, x->confirmation, width, now);
}

bool mesh_confirmation_right(struct mesh_exchange *x, struct imp_env *env, const uint8_t *random)
{
    uint8_t wanted[MESH_WIDTH_MAX];
    size_t width = mesh_width(x->keys.algorithm);
    memcpy(x->peer_random, random, width);
    mesh_confirm(env, &x->keys, random, wanted);
    return imp_equal(wanted, x->peer_confirmation, width);
}

/* ---- claims
 * -----------------------------------------------------------------------------------------------
 */
void mesh_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "provisioning", .name = name});
}

void mesh_claim_identity(struct imp_env *env, const uint8_t *self, size_t n)
{
    imp_claim(env,
              &(struct imp_claim){
                  .kind = IMP_CLAIM_IDENTITY, .layer = "provisioning", .self = self, .self_n = n});
}

void mesh_claim_session(struct imp_env *env, enum imp_claim_kind kind,
                        const struct mesh_exchange *x)
{
    struct imp_observation before = imp_observe_hold();
    bool device = env->role == MESH_DEVICE, commit = kind == IMP_CLAIM_COMMIT;
    uint8_t data[32];
    imp_sha256(NULL, data,
               (struct imp_piece[]){{x->keys.inputs, MESH_INPUTS},
                                    {x->keys.session, MESH_KEY},
                                    {x->keys.device, MESH_KEY}},
               3);
    imp_observe_resume(before);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "provisioning",
                                       .peer = device ? x->keys.inputs + 17 : x->uuid,
                                       .peer_n = !commit  ? 0
                                                 : device ? (size_t)MESH_PUBLIC
                                                          : (size_t)MESH_UUID,
                                       .sid = x->keys.provisioning_salt,
                                       .sid_n = MESH_KEY,
                                       .data = data,
                                       .data_n = sizeof data});
}

static void secret(struct imp_env *env, const uint8_t sid[MESH_KEY], const char *name,
                   const uint8_t key[MESH_KEY])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "provisioning",
                                       .name = name,
                                       .sid = sid,
                                       .sid_n = MESH_KEY,
                                       .data = key,
                                       .data_n = MESH_KEY});
}

void mesh_claim_secrets(struct imp_env *env, const struct mesh_exchange *x)
{
    secret(env, x->keys.provisioning_salt, "SessionKey", x->keys.session);
    secret(env, x->keys.provisioning_salt, "DevKey", x->keys.device);
}

void mesh_claim_netkey(struct imp_env *env, const struct mesh_exchange *x,
                       const uint8_t netkey[MESH_KEY])
{
    secret(env, x->keys.provisioning_salt, "NetKey", netkey);
}

void mesh_claim_app_key(struct imp_env *env, const uint8_t sid[MESH_KEY],
                        const uint8_t key[MESH_KEY])
{
    secret(env, sid, "AppKey", key);
}

void mesh_claim_config(struct imp_env *env, const uint8_t sid[MESH_KEY], const uint8_t *octets,
                       size_t n)
{
    struct imp_observation before = imp_observe_hold();
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(octets, n), 1);
    imp_observe_resume(before);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "provisioning",
                                       .sid = sid,
                                       .sid_n = MESH_KEY,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

/* A session of its own: half of the provisioning's, and the Network ID of the new key. */
void mesh_claim_refresh(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[MESH_KEY],
                        const uint8_t netkey[MESH_KEY], const uint8_t appkey[MESH_KEY])
{
    struct imp_observation before = imp_observe_hold();
    struct imp_claim c = {.kind = kind, .layer = "key-refresh", .sid_n = MESH_KEY};
    uint8_t session[MESH_KEY], hash[32];
    memcpy(session, sid, 8);
    mesh_k3(NULL, session + 8, netkey);
    imp_sha256(NULL, hash, (struct imp_piece[]){{netkey, MESH_KEY}, {appkey, MESH_KEY}}, 2);
    imp_observe_resume(before);
    c.sid = session;
    c.data = hash;
    c.data_n = sizeof hash;
    imp_claim(env, &c);
    c.kind = IMP_CLAIM_CONFIG;
    imp_claim(env, &c);
    c.kind = IMP_CLAIM_SECRET;
    c.data_n = MESH_KEY;
    c.name = "NetKey";
    c.data = netkey;
    imp_claim(env, &c);
    c.name = "AppKey";
    c.data = appkey;
    imp_claim(env, &c);
}
