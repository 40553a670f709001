/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu.h - SSH with trust on first use (RFC 4251 section 4.1): the device is the client and keeps
 * the first host key that it meets; the server keeps the device's key in the same way. */
#ifndef IMPRINT_TOFU_H
#define IMPRINT_TOFU_H

#include "protocols/contract/mechanism.h"
#include "protocols/ssh/ssh.h"

enum { TOFU_DEVICE, TOFU_SERVER };
enum { TOFU_STREAM };

#define TOFU_MESSAGES(X)                                                                           \
    X(IDENTIFICATION, "identification", DISCOVERY)                                                 \
    X(KEXINIT, "KEXINIT", BOOTSTRAPPING)                                                           \
    X(ECDH_INIT, "KEX_ECDH_INIT", BOOTSTRAPPING)                                                   \
    X(ECDH_REPLY, "KEX_ECDH_REPLY", BOOTSTRAPPING)                                                 \
    X(NEWKEYS, "NEWKEYS", BOOTSTRAPPING)                                                           \
    X(SERVICE_REQUEST, "SERVICE_REQUEST", BOOTSTRAPPING)                                           \
    X(SERVICE_ACCEPT, "SERVICE_ACCEPT", BOOTSTRAPPING)                                             \
    X(AUTH_REQUEST, "USERAUTH_REQUEST", BOOTSTRAPPING)                                             \
    X(AUTH_SUCCESS, "USERAUTH_SUCCESS", BOOTSTRAPPING)                                             \
    X(AUTH_FAILURE, "USERAUTH_FAILURE", BOOTSTRAPPING)                                             \
    X(CHANNEL_OPEN, "CHANNEL_OPEN", PROVISIONING)                                                  \
    X(CHANNEL_CONFIRM, "CHANNEL_OPEN_CONFIRMATION", PROVISIONING)                                  \
    X(CHANNEL_REQUEST, "CHANNEL_REQUEST exec", PROVISIONING)                                       \
    X(CHANNEL_DATA, "CHANNEL_DATA", PROVISIONING)                                                  \
    X(CHANNEL_CLOSE, "CHANNEL_CLOSE", REGISTRATION)                                                \
    X(DISCONNECT, "DISCONNECT", BOOTSTRAPPING)
#define TOFU_ENUM_MESSAGE(id, text, phase) TOFU_MSG_##id,
enum tofu_message { TOFU_MESSAGES(TOFU_ENUM_MESSAGE) TOFU_MSG_COUNT };

enum tofu_option { TOFU_OPT_POLICY, TOFU_OPT_REFRESH, TOFU_OPT_BACK_OFF };
enum { TOFU_ACCEPT_NEW, TOFU_STRICT };
enum tofu_flaw { TOFU_FLAW_CHANGED_KEY };

/* Of both roles, named by what is awaited. */
enum tofu_state {
    TOFU_IDLE,    /* the next connection */
    TOFU_KEYS,    /* the end of the key exchange */
    TOFU_SERVICE, /* SERVICE_ACCEPT; SERVICE_REQUEST */
    TOFU_AUTH,    /* USERAUTH_SUCCESS; USERAUTH_REQUEST */
    TOFU_CHANNEL, /* CHANNEL_OPEN_CONFIRMATION; CHANNEL_OPEN */
    TOFU_COMMAND, /* CHANNEL_DATA; CHANNEL_REQUEST */
    TOFU_CLOSING, /* server: CHANNEL_CLOSE */
    TOFU_READY,   /* device: nothing */
};

enum { TOFU_CONFIG = 16, TOFU_SID = 32 };

bool tofu_is_legal(const struct imp_legal *table, int state, int message);
int tofu_message_of(unsigned number);
void tofu_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void tofu_claim_identity(struct imp_env *env, const uint8_t key[32]);
/* RUNNING or COMMIT of a session between those two keys. `peer` NULL: not authenticated yet. */
void tofu_claim_session(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[TOFU_SID],
                        const uint8_t device[32], const uint8_t server[32], const uint8_t *peer);
void tofu_claim_config(struct imp_env *env, const uint8_t sid[TOFU_SID],
                       const uint8_t config[TOFU_CONFIG], const uint8_t *device);
/* Own key pair, made at the factory: in the cell "key". */
void tofu_key(struct imp_env *env, uint8_t secret[32], uint8_t public[32]);
void tofu_provision(struct imp_env *const *parties, size_t count);
/* What a client signs (RFC 4252 section 7). Returns its size. */
size_t tofu_signed(uint8_t out[256], const uint8_t sid[TOFU_SID], const uint8_t key[32]);
/* The request without its signature, as it stands on the wire. */
void tofu_auth_request(struct imp_ssh_writer *w, const uint8_t key[32]);

extern const struct imp_legal tofu_device_legal[], tofu_server_legal[];
imp_party_init tofu_device_init, tofu_server_init;
imp_party_event tofu_device_event, tofu_server_event;
imp_party_fini tofu_device_fini, tofu_server_fini;
int tofu_device_state_of(const void *ctx);
int tofu_server_state_of(const void *ctx);

struct tofu_device {
    struct imp_env *env;
    enum tofu_state state;
    uint8_t secret[32], public[32], host[32]; /* own key pair; the server's key in this session */
    bool connected, claimed;
    struct imp_addr at;
    struct imp_ssh ssh;
};

enum { TOFU_SESSIONS = 64 };
struct tofu_server;
struct tofu_session {
    bool used;
    struct tofu_server *server;
    struct imp_addr at;
    enum tofu_state state;
    uint8_t device[32], config[TOFU_CONFIG];
    struct imp_ssh ssh;
};
struct tofu_server {
    struct imp_env *env;
    uint8_t secret[32], public[32];
    size_t last;
    struct tofu_session sessions[TOFU_SESSIONS];
};

#endif
