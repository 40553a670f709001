/* SPDX-License-Identifier: GPL-2.0-only */
#include "dot1x_tls.h"

#include <stdio.h>
#include <string.h>

#include "../contract/observe.h"
#include "../crypto/crypto.h"
#include "dot1x_radius.h"
#include "options.h"

enum { IDENTITY_MAX = 96 };

/* The key of flaw tls-default-key, which every manual tells. */
#define DEFAULT_IDENTITY "default"
static const uint8_t default_key[IMP_DOT1X_TLS_KEY_SIZE];

bool dot1x_tls_chosen(const struct imp_env *env)
{
    return imp_eap_opt(env, "radius-transport", IMP_DOT1X_UDP) == IMP_DOT1X_TLS;
}

size_t dot1x_tls_secret(uint8_t *out, size_t cap)
{
    size_t n = sizeof IMP_DOT1X_TLS_SECRET - 1;
    if (n > cap)
        return 0;
    memcpy(out, IMP_DOT1X_TLS_SECRET, n);
    imp_observe_rule("shared secret of RFC 6614", out, n, NULL, 0);
    return n;
}

/* ---- keys
 * ---------------------------------------------------------------------------------------- */

static void cell_of(char out[IDENTITY_MAX + sizeof IMP_DOT1X_TLS_KEY_CELL], const char *identity)
{
    snprintf(out, IDENTITY_MAX + sizeof IMP_DOT1X_TLS_KEY_CELL, "%s:%s", IMP_DOT1X_TLS_KEY_CELL,
             identity);
}

static void provision_one(struct imp_env *const *parties, size_t count, struct imp_env *nas,
                          unsigned number)
{
    char identity[IDENTITY_MAX], cell[IDENTITY_MAX + sizeof IMP_DOT1X_TLS_KEY_CELL];
    uint8_t key[IMP_DOT1X_TLS_KEY_SIZE];
    snprintf(identity, sizeof identity, "%s/%u", imp_eap_opt_str(nas, "nas-identifier", ""),
             number);
    imp_random(nas, IMP_DOT1X_TLS_KEY_CELL, key, sizeof key);
    cell_of(cell, identity);
    nas->ops->cell_put(nas, IMP_DOT1X_TLS_IDENTITY_CELL, identity, strlen(identity));
    nas->ops->cell_put(nas, IMP_DOT1X_TLS_KEY_CELL, key, sizeof key);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == imp_radius_server_role(parties[i]))
            parties[i]->ops->cell_put(parties[i], cell, key, sizeof key);
    imp_wipe(key, sizeof key);
}

void dot1x_tls_provision(struct imp_env *const *parties, size_t count)
{
    unsigned number = 0;
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == imp_radius_nas_role(parties[i]))
            provision_one(parties, count, parties[i], ++number);
}

static int look_up(void *arg, uint8_t key[32], const char *identity)
{
    const struct dot1x_tls *c = arg;
    char cell[IDENTITY_MAX + sizeof IMP_DOT1X_TLS_KEY_CELL];
    if (imp_eap_flawed(c->env, "tls-default-key") && strcmp(identity, DEFAULT_IDENTITY) == 0) {
        memcpy(key, default_key, sizeof default_key);
        return sizeof default_key;
    }
    if (strlen(identity) >= IDENTITY_MAX)
        return -1;
    cell_of(cell, identity);
    return c->env->ops->cell_get(c->env, cell, key, 32);
}

/* ---- the connection
 * ------------------------------------------------------------------------------- */

static int label(const struct dot1x_tls *c, const uint8_t *bytes, size_t n)
{
    switch (imp_tls_kind(bytes, n)) {
    case IMP_DTLS_CLIENT_HELLO:
        return imp_eap_message(c->env, "TLS ClientHello");
    case IMP_DTLS_SERVER_FLIGHT:
        return imp_eap_message(c->env, "TLS ServerHello..ServerHelloDone");
    case IMP_DTLS_CLIENT_FLIGHT:
        return imp_eap_message(c->env, "TLS ClientKeyExchange..Finished");
    case IMP_DTLS_FINISHED:
        return imp_eap_message(c->env, "TLS ChangeCipherSpec, Finished");
    case IMP_DTLS_DATA:
        return c->message;
    default:
        return imp_eap_message(c->env, "TLS Alert");
    }
}

static void send_out(void *arg, const uint8_t *bytes, size_t n)
{
    const struct dot1x_tls *c = arg;
    imp_send(c->env, c->channel, &c->addr, label(c, bytes, n), bytes, n);
}

/* An adversary's access point tries what is in the manual: a key of its own gets it nowhere. */
static void own_key(struct imp_env *env, char identity[IDENTITY_MAX],
                    uint8_t key[IMP_DOT1X_TLS_KEY_SIZE])
{
    int n = env->ops->cell_get(env, IMP_DOT1X_TLS_IDENTITY_CELL, identity, IDENTITY_MAX - 1);
    env->ops->cell_get(env, IMP_DOT1X_TLS_KEY_CELL, key, IMP_DOT1X_TLS_KEY_SIZE);
    if (n < 0 || n >= IDENTITY_MAX || env->adversary) {
        n = snprintf(identity, IDENTITY_MAX, "%s", DEFAULT_IDENTITY);
        memcpy(key, default_key, sizeof default_key);
    }
    identity[n] = 0;
}

void dot1x_tls_opened(struct dot1x_tls *c, struct imp_env *env, const struct imp_addr *addr,
                      imp_time now)
{
    char identity[IDENTITY_MAX] = "";
    uint8_t key[IMP_DOT1X_TLS_KEY_SIZE] = {0};
    bool server = env->role == imp_radius_server_role(env);
    *c = (struct dot1x_tls){
        .env = env, .addr = *addr, .channel = imp_eap_channel(env, IMP_RADIUS_TLS_CHANNEL)};
    if (!server)
        own_key(env, identity, key);
    c->session = imp_tls_new(env,
                             &(struct imp_tls_config){.server = server,
                                                      .psk_identity = identity,
                                                      .psk = key,
                                                      .psk_n = sizeof key,
                                                      .psk_lookup = look_up,
                                                      .send = send_out,
                                                      .arg = c},
                             now);
    imp_wipe(key, sizeof key);
    if (c->session && !server)
        imp_tls_start(c->session, now);
}

bool dot1x_tls_feed(struct dot1x_tls *c, const uint8_t *bytes, size_t n, imp_time now)
{
    if (!c->session)
        return false;
    enum imp_dtls_state before = imp_tls_state(c->session);
    enum imp_dtls_state after = imp_tls_feed(c->session, bytes, n, now);
    if (after == IMP_DTLS_FAILED && before != IMP_DTLS_FAILED)
        imp_claim(c->env,
                  &(struct imp_claim){.kind = IMP_CLAIM_REJECT,
                                      .layer = "radius",
                                      .name = before == IMP_DTLS_OPEN ? "TLS session failed"
                                                                      : "TLS handshake failed"});
    return after == IMP_DTLS_HANDSHAKE || after == IMP_DTLS_OPEN;
}

bool dot1x_tls_is_open(const struct dot1x_tls *c)
{
    return c->session && imp_tls_state(c->session) == IMP_DTLS_OPEN;
}

int dot1x_tls_packet(struct dot1x_tls *c, uint8_t out[IMP_RADIUS_MAX])
{
    uint8_t head[4];
    if (!c->session || imp_tls_peek(c->session, head, sizeof head) < sizeof head)
        return 0;
    size_t n = (size_t)head[2] << 8 | head[3];
    if (n < IMP_RADIUS_HEADER || n > IMP_RADIUS_MAX)
        return -1;
    return imp_tls_waiting(c->session) < n ? 0 : (int)imp_tls_read(c->session, out, n);
}

void dot1x_tls_send(struct dot1x_tls *c, int message, const uint8_t *packet, size_t n, imp_time now)
{
    c->message = message;
    if (dot1x_tls_is_open(c))
        imp_tls_write(c->session, packet, n, now);
}

imp_time dot1x_tls_deadline(const struct dot1x_tls *c)
{
    return c->session ? imp_tls_deadline(c->session) : IMP_NEVER;
}

void dot1x_tls_free(struct dot1x_tls *c)
{
    imp_tls_free(c->session);
    *c = (struct dot1x_tls){0};
}

void dot1x_tls_drop(struct dot1x_tls *c, bool gone, imp_time now)
{
    if (!gone && c->session)
        imp_tls_close(c->session, now);
    if (!gone && c->addr.n)
        c->env->ops->close(c->env, c->channel, &c->addr);
    dot1x_tls_free(c);
}
