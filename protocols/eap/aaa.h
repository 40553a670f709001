/* SPDX-License-Identifier: GPL-2.0-only */
/* aaa.h - an AAA server behind the authenticator of a lower layer that lets choose its method
 * (choice.h): with option eap-server=radius the authenticator passes EAP through (RFC 3579) to the
 * role of dot1x_server.c and takes the MSK out of its Access-Accept; with the preset the server is
 * part of the authenticator, and there is no party and no node of that role.
 *
 * The MSK comes in MS-MPPE-Recv-Key and MS-MPPE-Send-Key (RFC 2548 section 2.4), the EAP Session-Id
 * in EAP-Key-Name (RFC 7268 section 2.2), the peer's name in User-Name. */
#ifndef IMPRINT_AAA_H
#define IMPRINT_AAA_H

#include "choice.h"
#include "dot1x.h"
#include "eap_server.h"
#include "radius_client.h"
#include "radius_rows.h"

#define IMP_AAA_OPTION "eap-server"
enum { IMP_AAA_LOCAL, IMP_AAA_RADIUS };   /* its values */
extern const char *const imp_aaa_names[]; /* NULL-terminated */

struct imp_aaa_layer { /* what the lower layer gives; `arg` is its own */
    struct imp_radius_conversation *(*conversation)(void *arg, size_t i); /* NULL: no more */
    /* As imp_eap_server_receive() gives it, with what an ACCEPT exports: no EMSK, no Server-Id. */
    void (*result)(void *arg, struct imp_radius_conversation *x, enum imp_eap_server_out out,
                   const uint8_t *packet, size_t n, const struct imp_eap_export *export);
    void (*behalf)(void *arg, const struct imp_radius_conversation *x); /* imp_behalf */
};

struct imp_aaa { /* of an authenticator; zeroed */
    struct imp_radius_client client;
    const struct imp_aaa_layer *layer; /* links; NULL: the EAP server is part of this party */
    void *arg;
    uint8_t failure[4]; /* EAP-Failure in the place of one that did not come */
};

/* Whether the EAP server of this party, or of the party with which it talks, is behind RADIUS. */
bool imp_aaa_chosen(const struct imp_env *env);
/* The name in which a device believes of its authenticator: the EAP server's, or NULL where the
 * server vouches for an authenticator that EAP does not name (RFC 5247 section 5.3.3). */
const char *imp_aaa_agent(const struct imp_env *env, const struct imp_eap_export *x);
/* At START, if chosen. */
void imp_aaa_start(struct imp_aaa *a, struct imp_env *env, const struct imp_aaa_layer *layer,
                   void *arg, imp_time now);
void imp_aaa_free(struct imp_aaa *a);
bool imp_aaa_on(const struct imp_aaa *a);
/* Passes a station's packet on if it is a response to the request with identifier `id`. */
bool imp_aaa_pass(struct imp_aaa *a, struct imp_radius_conversation *x, uint8_t id,
                  const uint8_t *packet, size_t n, imp_time now);
/* When the conversation must be looked at; IMP_NEVER: nothing is outstanding. */
imp_time imp_aaa_deadline(const struct imp_radius_conversation *x);
void imp_aaa_expire(struct imp_aaa *a, struct imp_radius_conversation *x, imp_time now);
/* True: the event was the RADIUS client's. */
bool imp_aaa_event(struct imp_aaa *a, const struct imp_event *e, imp_time now);

/* Secrets of RADIUS, and what the methods need: at the server if there is one, else at the
 * authenticator. */
void imp_aaa_provide(struct imp_env *const *parties, size_t count, int peer, int authenticator,
                     int server);

/* ---- rows of tables ---- */
void imp_aaa_server_init(void *ctx, struct imp_env *env);
#define IMP_AAA_ROLE_ROW                                                                           \
    {                                                                                              \
        .name = "aaa-server", .kind = IMP_ROLE_SERVER,                                             \
        .summary = "RADIUS and EAP server, with eap-server=radius.", .only_with = IMP_AAA_OPTION,  \
        .apart = true,                                                                             \
        .context_size =                                                                            \
            IMP_DOT1X_SERVER_FIXED + IMP_DOT1X_ALIGN(sizeof(union imp_eap_shared_context)) +       \
            IMP_DOT1X_SESSIONS * (IMP_DOT1X_SESSION_FIXED +                                        \
                                  IMP_DOT1X_ALIGN(sizeof(union imp_eap_session_context))),         \
        .init = imp_aaa_server_init, .event = imp_dot1x_server_event,                              \
        .fini = imp_dot1x_server_fini, .state = imp_dot1x_server_state,                            \
        .states = imp_dot1x_server_states, .legal = imp_aaa_server_legal                           \
    }
/* The mechanism defines imp_aaa_server_legal by this, with the index of Access-Request. */
#define IMP_AAA_SERVER_LEGAL(ACCESS_REQUEST)                                                       \
    static const struct imp_legal imp_aaa_server_legal[] = {                                       \
        {IMP_DOT1X_SERVER_IDENTITY, ACCESS_REQUEST},                                               \
        {IMP_DOT1X_SERVER_METHOD, ACCESS_REQUEST},                                                 \
        {IMP_DOT1X_SERVER_ACCEPTED, ACCESS_REQUEST}, /* of other conversations */                  \
        {IMP_DOT1X_SERVER_REJECTED, ACCESS_REQUEST},                                               \
        {0, -1}}
/* Messages: the mechanism has constants IMP_AAA_BACKEND and IMP_AAA_BACKEND_TLS, its channels. */
#define IMP_AAA_MESSAGE_ROW(id, text, phase_, channel_)                                            \
    {.name = text, .phase = IMP_PHASE_##phase_, .channel = IMP_AAA_##channel_},
#define IMP_AAA_MESSAGE_ROWS IMP_RADIUS_MESSAGE_LIST(IMP_AAA_MESSAGE_ROW)
#define IMP_AAA_OPTION_ROWS(PEER_BIT, NAS_BIT, SERVER_BIT)                                         \
    {.name = IMP_AAA_OPTION,                                                                       \
     .summary = "Where the EAP server is: part of the authenticator, or an AAA server behind "     \
                "RADIUS. The device reads whom its user deals with.",                              \
     .type = IMP_OPTION_CHOICE,                                                                    \
     .preset = "local",                                                                            \
     .choices = imp_aaa_names,                                                                     \
     .roles = (PEER_BIT) | (NAS_BIT) | (SERVER_BIT)},                                              \
        IMP_RADIUS_TIMEOUT_ROW(NAS_BIT), IMP_RADIUS_NAS_ROW(NAS_BIT),                              \
        IMP_RADIUS_IGNORE_ROW(SERVER_BIT), IMP_RADIUS_OPTION_ROWS(NAS_BIT, SERVER_BIT)
/* NAS_NAME: the authenticator's role as a string. */
#define IMP_AAA_FLAW_ROWS(NAS, SERVER, NAS_NAME)                                                   \
    IMP_RADIUS_REPLY_FLAW_ROW(NAS, "eap-server=radius"),                                           \
        IMP_RADIUS_REQUEST_FLAW_ROW(SERVER, "eap-server=radius"),                                  \
        IMP_RADIUS_AUTHENTICATOR_FLAW_ROW(NAS, "eap-server=radius," NAS_NAME                       \
                                               ".message-authenticator-required=false"),           \
        IMP_RADIUS_TLS_FLAW_ROW(SERVER, "eap-server=radius,radius-transport=tls")

#endif
