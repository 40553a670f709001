/* SPDX-License-Identifier: GPL-2.0-only */
/* claims.c - what the parties of "lwm2m-bootstrap" claim, and the labels of their messages. */
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

static const char *const names[] = {"", "bootstrap-server", "lwm2m-server", "second-server"};

/* ---- claims */
static const char *layer_of(enum lwm_guard guard)
{
    static const char *const layers[] = {
        [LWM_IN_CLEAR] = "coap", [LWM_BY_DTLS] = "dtls", [LWM_BY_OSCORE] = "oscore"};
    return layers[guard];
}

void lwm_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "lwm2m", .name = name});
}

void lwm_claim_identity(struct imp_env *env, const char *self)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "lwm2m",
                                       .self = (const uint8_t *)self,
                                       .self_n = strlen(self)});
}

void lwm_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *endpoint,
                       int server, enum lwm_guard guard, const uint8_t sid[LWM_SID])
{
    const char *self = env->role == LWM_CLIENT ? endpoint : names[server];
    const char *peer = env->role == LWM_CLIENT ? names[server] : endpoint;
    const struct imp_piece in[] = {{layer_of(guard), strlen(layer_of(guard))},
                                   {endpoint, strlen(endpoint)},
                                   {names[server], strlen(names[server])}};
    uint8_t data[32];
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = layer_of(guard),
                                       .self = (const uint8_t *)self,
                                       .self_n = strlen(self),
                                       .peer = (const uint8_t *)peer,
                                       .peer_n = guard ? strlen(peer) : 0,
                                       .sid = sid,
                                       .sid_n = LWM_SID,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT && guard)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = layer_of(guard),
                                           .name = "session",
                                           .data = sid,
                                           .data_n = LWM_SID});
}

/* Hash of what a bootstrap server writes, in the order of the instances. */
static void config_hash(uint8_t out[32], const struct lwm_config *c)
{
    uint8_t content[LWM_CONTENT_MAX], state[64] = {0};
    for (size_t i = 0; i < LWM_SECURITIES + LWM_SERVERS + LWM_ACCESSES; i++) {
        size_t k = i < LWM_SECURITIES ? i : i - LWM_SECURITIES, n = 0;
        if (i < LWM_SECURITIES && c->security[i].used && !c->security[i].bootstrap)
            n = lwm_security_write(content, sizeof content, &c->security[i]);
        else if (i >= LWM_SECURITIES && k < LWM_SERVERS && c->server[k].used)
            n = lwm_server_write(content, sizeof content, &c->server[k]);
        else if (i >= LWM_SECURITIES + LWM_SERVERS && c->access[k - LWM_SERVERS].used)
            n = lwm_access_write(content, sizeof content, &c->access[k - LWM_SERVERS]);
        const struct imp_piece in[] = {{state, 32}, {content, n}};
        if (n)
            imp_sha256(NULL, state, in, 2);
    }
    for (size_t i = 0; i < LWM_OSCORES; i++) {
        const struct imp_piece in[] = {
            {state, 32}, {content, lwm_oscore_write(content, sizeof content, &c->oscore[i])}};
        if (c->oscore[i].used && !lwm_config_is_spared(c, c->oscore[i].instance))
            imp_sha256(NULL, state, in, 2);
    }
    memcpy(out, state, 32);
}

static void claim_secret(struct imp_env *env, const uint8_t *secret, size_t n, const char *name,
                         enum lwm_guard guard, const uint8_t sid[LWM_SID])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = layer_of(guard),
                                       .name = name,
                                       .sid = sid,
                                       .sid_n = LWM_SID,
                                       .data = secret,
                                       .data_n = n});
}

/* The pre-shared key, or the scalar of a key pair. */
static void claim_key(struct imp_env *env, const struct lwm_security *s, const char *name,
                      enum lwm_guard guard, const uint8_t sid[LWM_SID])
{
    uint8_t scalar[LWM_SCALAR];
    bool raw = (s->mode == LWM_MODE_RPK || lwm_is_certificate(s->mode)) &&
               imp_p256_pkcs8_read(scalar, s->key, s->key_n) == 0;
    claim_secret(env, raw ? scalar : s->key, raw ? LWM_SCALAR : s->key_n, name, guard, sid);
    imp_wipe(scalar, sizeof scalar);
}

void lwm_claim_keys(struct imp_env *env, const struct lwm_config *c, enum lwm_guard guard,
                    const uint8_t sid[LWM_SID])
{
    static const char *const keys[LWM_SECURITIES] = {"server-key", "second-server-key",
                                                     "third-server-key"};
    size_t k = 0;
    for (size_t i = 0; i < LWM_SECURITIES; i++) {
        const struct lwm_security *s = &c->security[i];
        const struct lwm_oscore_object *o = lwm_config_oscore_of(c, s);
        if (!s->used || s->bootstrap)
            continue;
        if (o)
            claim_secret(env, o->secret, o->secret_n, keys[k++], guard, sid);
        else if (s->key_n)
            claim_key(env, s, keys[k++], guard, sid);
    }
}

void lwm_claim_config(struct imp_env *env, const struct lwm_config *c, const char *endpoint,
                      enum lwm_guard guard, const uint8_t sid[LWM_SID])
{
    uint8_t hash[32];
    config_hash(hash, c);
    lwm_claim_keys(env, c, guard, sid);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = (const uint8_t *)endpoint,
                                       .self_n = strlen(endpoint),
                                       .peer = (const uint8_t *)endpoint,
                                       .peer_n = env->role == LWM_BOOTSTRAP ? strlen(endpoint) : 0,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

void lwm_sid(struct lwm_link *l, const char *endpoint, const uint8_t *token, uint8_t sid[LWM_SID])
{
    const struct imp_piece in[] = {{endpoint, strlen(endpoint)}, {token, LWM_TOKEN}};
    const struct imp_oscore_binding *b = &l->context.last;
    const struct imp_piece guarded[] = {
        {endpoint, strlen(endpoint)}, IMP_PIECE(b->kid, b->kid_n), IMP_PIECE(b->piv, b->piv_n)};
    if (l->guard == LWM_BY_DTLS)
        lwm_link_export(l, sid, LWM_SID);
    else if (l->guard == LWM_BY_OSCORE)
        imp_sha256(NULL, sid, guarded, 3);
    else
        imp_sha256(NULL, sid, in, 2);
}

/* ---- messages */
#define MESSAGES(P)                                                                                \
    {                                                                                              \
        .dtls = {[IMP_DTLS_CLIENT_HELLO] = LWM_MSG_##P##_HELLO,                                    \
                 [IMP_DTLS_HELLO_VERIFY_REQUEST] = LWM_MSG_##P##_VERIFY,                           \
                 [IMP_DTLS_SERVER_FLIGHT] = LWM_MSG_##P##_SERVER_FLIGHT,                           \
                 [IMP_DTLS_CLIENT_FLIGHT] = LWM_MSG_##P##_CLIENT_FLIGHT,                           \
                 [IMP_DTLS_FINISHED] = LWM_MSG_##P##_FINISHED,                                     \
                 [IMP_DTLS_DATA] = LWM_MSG_##P##_EMPTY,                                            \
                 [IMP_DTLS_ALERT] = LWM_MSG_##P##_ALERT,                                           \
                 [IMP_DTLS_OTHER] = LWM_MSG_##P##_ALERT},                                          \
        .empty = LWM_MSG_##P##_EMPTY, .error = LWM_MSG_##P##_REFUSAL                               \
    }

int lwm_message_of(int label, bool bootstrap)
{
    static const struct imp_coaps_messages bs = MESSAGES(BS), s = MESSAGES(S);
    if (label == IMP_COAP_LABEL_SIGNAL)
        return bootstrap ? LWM_MSG_BS_SIGNAL : LWM_MSG_S_SIGNAL;
    return imp_coaps_message_of(bootstrap ? &bs : &s, label);
}

bool lwm_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}
