/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_claims.c - claims, provisioning, and what both ends write and read alike. */
#include <stdio.h>
#include <string.h>

#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"
#include "tofu.h"

void tofu_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "ssh", .name = name});
}

void tofu_claim_identity(struct imp_env *env, const uint8_t key[32])
{
    imp_claim(env, &(struct imp_claim){
                       .kind = IMP_CLAIM_IDENTITY, .layer = "ssh", .self = key, .self_n = 32});
}

void tofu_claim_session(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[TOFU_SID],
                        const uint8_t device[32], const uint8_t server[32], const uint8_t *peer)
{
    static const char suite[] = "curve25519-sha256 ssh-ed25519 chacha20-poly1305@openssh.com";
    uint8_t data[32];
    const struct imp_piece in[] = {{suite, sizeof suite}, {device, 32}, {server, 32}};
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "ssh",
                                       .self = env->role == TOFU_DEVICE ? device : server,
                                       .self_n = 32,
                                       .peer = peer,
                                       .peer_n = peer ? 32 : 0,
                                       .sid = sid,
                                       .sid_n = TOFU_SID,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = "ssh",
                                           .name = "session",
                                           .data = sid,
                                           .data_n = TOFU_SID});
}

void tofu_claim_config(struct imp_env *env, const uint8_t sid[TOFU_SID],
                       const uint8_t config[TOFU_CONFIG], const uint8_t *device)
{
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(config, TOFU_CONFIG), 1);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "ssh",
                                       .name = "operational-key",
                                       .sid = sid,
                                       .sid_n = TOFU_SID,
                                       .data = config,
                                       .data_n = TOFU_CONFIG});
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = device,
                                       .self_n = 32,
                                       .peer = env->role == TOFU_SERVER ? device : NULL,
                                       .peer_n = env->role == TOFU_SERVER ? 32 : 0,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

/* Another's name as a host, and its public key. */
static void tell(struct imp_env *env, struct imp_env *other)
{
    struct tofu_pair its;
    char name[TOFU_NAME] = "";
    tofu_key(other, &its);
    imp_wipe(its.secret, sizeof its.secret);
    if (other->role == TOFU_DEVICE)
        snprintf(name, sizeof name, "device-%d", other->device + 1);
    if (tofu_is_client(env) && imp_opt(env, TOFU_OPT_KNOWN) == TOFU_KNOWN)
        tofu_host_add(env, name, its.public);
    if (tofu_is_client(env) && imp_opt(env, TOFU_OPT_POLICY) == TOFU_ASK)
        tofu_fingerprint_install(env, its.public);
    if (!tofu_is_client(env) && imp_opt(env, TOFU_OPT_AUTHORIZED) == TOFU_INSTALLED)
        tofu_client_add(env, its.public);
}

bool tofu_key_check(const char *text, char *error, size_t cap)
{
    uint8_t key[32];
    size_t n = strlen(text);
    if (n == 0 || (n == 2 * sizeof key && imp_hex_decode(key, sizeof key, text, n) > 0))
        return true;
    snprintf(error, cap, "expected 64 hexadecimal digits, or none");
    return false;
}

static void key_of_factory(struct imp_env *env)
{
    uint8_t key[32];
    const char *text = imp_opt_str(env, TOFU_OPT_HOST_KEY);
    if (tofu_is_client(env) || !*text)
        return;
    imp_hex_decode(key, sizeof key, text, strlen(text));
    env->ops->cell_put(env, "key", key, sizeof key);
    imp_wipe(key, sizeof key);
}

void tofu_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tofu_pair made;
        key_of_factory(parties[i]);
        tofu_key(parties[i], &made);
        imp_wipe(&made, sizeof made);
    }
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            if (parties[i]->role != parties[j]->role)
                tell(parties[i], parties[j]);
}

void tofu_auth_request(struct imp_ssh_writer *w, const uint8_t key[32], bool is_signed)
{
    uint8_t blob[IMP_SSH_HOST_KEY];
    imp_ssh_host_key_blob(blob, key);
    imp_ssh_put_byte(w, IMP_SSH_USERAUTH_REQUEST);
    imp_ssh_put_text(w, "device");
    imp_ssh_put_text(w, "ssh-connection");
    imp_ssh_put_text(w, "publickey");
    imp_ssh_put_byte(w, is_signed);
    imp_ssh_put_text(w, "ssh-ed25519");
    imp_ssh_put_string(w, blob, sizeof blob);
}

size_t tofu_signed(uint8_t out[256], const uint8_t sid[TOFU_SID], const uint8_t key[32])
{
    struct imp_ssh_writer w = {.p = out, .cap = 256};
    imp_ssh_put_string(&w, sid, TOFU_SID);
    tofu_auth_request(&w, key, true);
    return w.n;
}
