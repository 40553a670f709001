/* SPDX-License-Identifier: GPL-2.0-only */
#include "aaa.h"

#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "options.h"

enum { TIMER = 63 }; /* of the client; the methods, of which none is at this party, count from 32 */

const char *const imp_aaa_names[] = {"local", "radius", NULL};

bool imp_aaa_chosen(const struct imp_env *env)
{
    return imp_eap_opt(env, IMP_AAA_OPTION, IMP_AAA_LOCAL) == IMP_AAA_RADIUS;
}

const char *imp_aaa_agent(const struct imp_env *env, const struct imp_eap_export *x)
{
    return x->server_id[0] && !imp_aaa_chosen(env) ? x->server_id : NULL;
}

bool imp_aaa_on(const struct imp_aaa *a)
{
    return a->layer != NULL;
}

/* ---- requests ---- */
static struct imp_radius_conversation *conversation(void *arg, size_t i)
{
    const struct imp_aaa *a = arg;
    return a->layer->conversation(a->arg, i);
}

static void describe(void *arg, const struct imp_radius_conversation *x,
                     struct imp_radius_writer *w)
{
    const struct imp_aaa *a = arg;
    const uint8_t nul = 0;
    (void)x;
    imp_radius_client_put_nas(&a->client, w);
    imp_radius_put_int(w, IMP_RADIUS_NAS_PORT_TYPE, IMP_RADIUS_PORT_VIRTUAL);
    imp_radius_put(w, IMP_RADIUS_EAP_KEY_NAME, &nul, 1); /* it is asked for */
}

bool imp_aaa_pass(struct imp_aaa *a, struct imp_radius_conversation *x, uint8_t id,
                  const uint8_t *packet, size_t n, imp_time now)
{
    struct imp_eap_packet e;
    if (imp_eap_parse(&e, packet, n) != 0 || e.code != IMP_EAP_RESPONSE || e.id != id ||
        e.n > IMP_EAP_MTU)
        return false;
    if (e.type == IMP_EAP_TYPE_IDENTITY) {
        if (e.data_n > IMP_EAP_ID_MAX)
            return false;
        memcpy(x->identity, e.data, e.data_n);
        x->identity[e.data_n] = 0;
    }
    imp_radius_client_send(&a->client, x, packet, e.n, now);
    return x->exchange.outstanding;
}

/* ---- replies ---- */
static void behalf(void *arg, const struct imp_radius_conversation *x)
{
    const struct imp_aaa *a = arg;
    a->layer->behalf(a->arg, x);
}

static void refuse(struct imp_aaa *a, struct imp_radius_conversation *x, uint8_t id)
{
    size_t n = imp_eap_write_result(a->failure, sizeof a->failure, IMP_EAP_FAILURE, id);
    a->layer->result(a->arg, x, IMP_EAP_SERVER_REJECT, a->failure, n, NULL);
}

static void silent(void *arg, struct imp_radius_conversation *x)
{
    refuse(arg, x, x->response_id);
}

/* What an Access-Accept exports; false: not all that was asked for is there, so that it counts as
 * an Access-Reject (RFC 7268 section 2.2). */
static bool export_of(const struct imp_aaa *a, const struct imp_radius_conversation *x,
                      const struct imp_radius *r, struct imp_eap_export *out)
{
    enum { HALF = IMP_EAP_KEY_SIZE / 2 };
    size_t n, name_n;
    const uint8_t *key_name = imp_radius_find(r, IMP_RADIUS_EAP_KEY_NAME, &n);
    const uint8_t *name = imp_radius_find(r, IMP_RADIUS_USER_NAME, &name_n);
    *out = (struct imp_eap_export){.has_key = true};
    if (!key_name || n > sizeof out->session_id ||
        imp_radius_client_key(&a->client, x, r, IMP_MPPE_RECV_KEY, out->msk, HALF) != HALF ||
        imp_radius_client_key(&a->client, x, r, IMP_MPPE_SEND_KEY, out->msk + HALF, HALF) != HALF)
        return false;
    memcpy(out->session_id, key_name, n);
    out->session_id_n = n;
    out->lifetime = imp_radius_session_timeout(r);
    snprintf(out->peer_id, sizeof out->peer_id, "%.*s", name ? (int)name_n : IMP_EAP_ID_MAX,
             name ? (const char *)name : x->identity);
    return true;
}

static void accepted(struct imp_aaa *a, struct imp_radius_conversation *x,
                     const struct imp_radius *r, const uint8_t *packet, size_t n)
{
    struct imp_eap_export export;
    uint8_t success[4];
    bool usable = export_of(a, x, r, &export);
    imp_dot1x_radius_commit(a->client.env, x->exchange.authenticator, r->code, packet, n,
                            export.msk, IMP_DOT1X_RADIUS_SERVER);
    if (n == 0) {
        n = imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, x->response_id);
        packet = success;
    }
    if (usable)
        a->layer->result(a->arg, x, IMP_EAP_SERVER_ACCEPT, packet, n, &export);
    else
        refuse(a, x, x->response_id);
    imp_wipe(&export, sizeof export);
}

/* Access is decided by the RADIUS code alone (RFC 3579 section 2.6.3). */
static void replied(void *arg, struct imp_radius_conversation *x, const struct imp_radius *r,
                    const uint8_t *packet, size_t n)
{
    struct imp_aaa *a = arg;
    if (r->code == IMP_RADIUS_CHALLENGE && imp_radius_eap_ignored(r))
        a->layer->result(a->arg, x, IMP_EAP_SERVER_NOTHING, NULL, 0, NULL);
    else if (r->code == IMP_RADIUS_CHALLENGE && n > 0)
        a->layer->result(a->arg, x, IMP_EAP_SERVER_SEND, packet, n, NULL);
    else if (r->code == IMP_RADIUS_ACCEPT)
        accepted(a, x, r, packet, n);
    else if (n)
        a->layer->result(a->arg, x, IMP_EAP_SERVER_REJECT, packet, n, NULL);
    else
        refuse(a, x, x->response_id);
}

static const struct imp_radius_authenticator to_server = {.conversation = conversation,
                                                          .describe = describe,
                                                          .replied = replied,
                                                          .silent = silent,
                                                          .behalf = behalf};

/* ---- the authenticator's side ---- */
void imp_aaa_start(struct imp_aaa *a, struct imp_env *env, const struct imp_aaa_layer *layer,
                   void *arg, imp_time now)
{
    const char *name = imp_eap_opt_str(env, "nas-identifier", "");
    a->layer = layer;
    a->arg = arg;
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "radius",
                                       .self = (const uint8_t *)name,
                                       .self_n = strlen(name)});
    imp_radius_client_start(&a->client, env, &to_server, a, TIMER, now);
}

void imp_aaa_free(struct imp_aaa *a)
{
    imp_radius_client_free(&a->client);
}

imp_time imp_aaa_deadline(const struct imp_radius_conversation *x)
{
    return x->exchange.outstanding ? x->exchange.deadline : IMP_NEVER;
}

void imp_aaa_expire(struct imp_aaa *a, struct imp_radius_conversation *x, imp_time now)
{
    if (imp_aaa_deadline(x) <= now)
        imp_radius_client_timeout(&a->client, x, now);
}

bool imp_aaa_event(struct imp_aaa *a, const struct imp_event *e, imp_time now)
{
    return imp_aaa_on(a) && imp_radius_client_event(&a->client, e, now);
}

/* ---- the server's side ---- */
void imp_aaa_server_init(void *ctx, struct imp_env *env)
{
    imp_dot1x_server_init(ctx, env, imp_eap_chosen(env));
}

void imp_aaa_provide(struct imp_env *const *parties, size_t count, int peer, int authenticator,
                     int server)
{
    bool there = false;
    for (size_t i = 0; i < count; i++)
        there = there || parties[i]->role == server;
    imp_radius_provision(parties, count);
    imp_eap_provide(parties, count, peer, there ? server : authenticator);
}
