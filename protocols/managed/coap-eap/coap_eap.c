/* SPDX-License-Identifier: GPL-2.0-only */
/* coap_eap.c - the mechanism "coap-eap": EAP over CoAP, with OSCORE from its MSK, as data. */
#include "coap_eap.h"

#include <stdio.h>

#include "../../eap/places.h"

void ceap_resource(const struct imp_env *env, char out[CEAP_PATH_MAX], unsigned step)
{
    snprintf(out, CEAP_PATH_MAX, "%s%u", imp_opt_str(env, CEAP_OPT_RESOURCES), step);
}

int ceap_add_format(struct imp_coap_message *m, const struct imp_env *env)
{
    switch (imp_opt(env, CEAP_OPT_FORMAT)) {
    case CEAP_FORMAT_COAP_EAP:
        return imp_coap_add_uint(m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_COAP_EAP);
    case CEAP_FORMAT_OCTETS:
        return imp_coap_add_uint(m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_OCTETS);
    default:
        return 0;
    }
}

bool ceap_has_proxy(const struct imp_env *env)
{
    return imp_opt(env, CEAP_OPT_PROXY) != 0;
}

int ceap_message_of(int label)
{
    switch (label) {
    case IMP_COAP_LABEL_ACK:
    case IMP_COAP_LABEL_RST:
        return CEAP_MSG_EMPTY;
    case IMP_COAP_LABEL_ERROR:
        return CEAP_MSG_ERROR;
    default:
        return label;
    }
}

static const char *const peer_states[] = {
    [CEAP_PEER_OFF] = "off",         [CEAP_PEER_IDENTITY] = "identity",
    [CEAP_PEER_REQUEST] = "request", [CEAP_PEER_OPERATIONAL] = "operational",
    [CEAP_PEER_HELD] = "held",       NULL,
};

static const char *const proxy_states[] = {"idle", "forwarding", NULL};
static const char *const session_states[] = {
    [CEAP_SESSION_IDLE] = "idle",
    [CEAP_SESSION_IDENTITY] = "identity",
    [CEAP_SESSION_RESPONSE] = "response",
    [CEAP_SESSION_CHANGED] = "changed",
    [CEAP_SESSION_FAILING] = "failing",
    [CEAP_SESSION_OPEN] = "open",
    [CEAP_SESSION_DELETED] = "deleted",
    [CEAP_SESSION_AAA] = "aaa",
    NULL,
};

IMP_AAA_SERVER_LEGAL(CEAP_MSG_ACCESS_REQUEST);

static const struct imp_role roles[] = {
    [CEAP_PEER] = {.name = "peer",
                   .kind = IMP_ROLE_DEVICE,
                   .summary = "EAP peer: CoAP server of one resource for each step.",
                   .context_size = sizeof(struct ceap_peer),
                   .init = ceap_peer_init,
                   .event = ceap_peer_event,
                   .fini = ceap_peer_fini,
                   .state = ceap_peer_state_of,
                   .states = peer_states,
                   .legal = ceap_peer_legal},
    [CEAP_CONTROLLER] = {.name = "controller",
                         .kind = IMP_ROLE_ACCESS,
                         .summary = "EAP authenticator, with the EAP server or before it: CoAP "
                                    "client of the peers' resources.",
                         .context_size = sizeof(struct ceap_controller),
                         .init = ceap_controller_init,
                         .event = ceap_controller_event,
                         .fini = ceap_controller_fini,
                         .state = ceap_controller_state_of,
                         .states = session_states,
                         .legal = ceap_controller_legal},
    [CEAP_AAA] = IMP_AAA_ROLE_ROW,
    [CEAP_PROXY] = {.name = "proxy",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "Forward proxy of CoAP between peers and controller, with "
                               "coap-proxy=forward.",
                    .only_with = "coap-proxy",
                    .optional = true,
                    .context_size = sizeof(struct ceap_proxy),
                    .init = ceap_proxy_init,
                    .event = ceap_proxy_event,
                    .state = ceap_proxy_state_of,
                    .states = proxy_states,
                    .legal = ceap_proxy_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [CEAP_COAP] = {.name = "coap",
                   .service = IMP_SERVICE_DATAGRAM,
                   .number = 5683,
                   .a = CEAP_PEER,
                   .b = CEAP_CONTROLLER,
                   .summary = "CoAP over UDP; only the last exchange is under OSCORE.",
                   .without = CEAP_PROXY},
    NOOB_CHANNEL_ROWS(CEAP_PEER, CEAP_CONTROLLER)
        IMP_RADIUS_CHANNEL_ROWS(CEAP_CONTROLLER, CEAP_AAA),
    NOOB_AAA_CHANNEL_ROWS(
        CEAP_PEER, CEAP_AAA)[CEAP_PROXIED] = {.name = "proxied",
                                              .service = IMP_SERVICE_DATAGRAM,
                                              .number = 5683,
                                              .a = CEAP_PEER,
                                              .b = CEAP_PROXY,
                                              .summary = "CoAP over UDP between peer and proxy."},
    [CEAP_UPSTREAM] = {.name = "upstream",
                       .service = IMP_SERVICE_DATAGRAM,
                       .number = 5685,
                       .a = CEAP_PROXY,
                       .b = CEAP_CONTROLLER,
                       .summary = "CoAP over UDP between proxy and controller."},
    {.name = NULL},
};

enum { IMP_AAA_BACKEND = CEAP_BACKEND, IMP_AAA_BACKEND_TLS = CEAP_BACKEND_TLS };
static const struct imp_message messages[] = {
    [CEAP_MSG_TRIGGER] = {"POST /.well-known/coap-eap", IMP_PHASE_DISCOVERY, CEAP_COAP},
    [CEAP_MSG_REQUEST_IDENTITY] = {"POST EAP-Request/Identity", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_RESPONSE_IDENTITY] = {"2.01 EAP-Response/Identity", IMP_PHASE_BOOTSTRAPPING,
                                    CEAP_COAP},
    [CEAP_MSG_REQUEST] = {"POST EAP-Request", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_RESPONSE] = {"2.01 EAP-Response", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_SUCCESS] = {"POST EAP-Success (OSCORE)", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_CHANGED] = {"2.04 Changed (OSCORE)", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_FAILURE] = {"POST EAP-Failure", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_UNAUTHORIZED] = {"4.01 Unauthorized", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_DELETE] = {"DELETE (OSCORE)", IMP_PHASE_REGISTRATION, CEAP_COAP},
    [CEAP_MSG_DELETED] = {"2.02 Deleted (OSCORE)", IMP_PHASE_REGISTRATION, CEAP_COAP},
    [CEAP_MSG_ERROR] = {"4.xx", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_EMPTY] = {"Empty", IMP_PHASE_BOOTSTRAPPING, CEAP_COAP},
    [CEAP_MSG_TRIGGERED] = {"2.04 Changed", IMP_PHASE_DISCOVERY, CEAP_COAP},
    [CEAP_MSG_FORWARD_REQUEST] = {"forwarded request", IMP_PHASE_BOOTSTRAPPING, CEAP_PROXIED},
    [CEAP_MSG_FORWARD_RESPONSE] = {"forwarded response", IMP_PHASE_BOOTSTRAPPING, CEAP_UPSTREAM},
    NOOB_MESSAGE_ROWS(CEAP_OOB_TO_SERVER, CEAP_OOB_TO_PEER)
        IMP_AAA_MESSAGE_ROWS NOOB_AAA_MESSAGE_ROWS(CEAP_OOB_TO_AAA,
                                                   CEAP_OOB_FROM_AAA){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

static const char *const cs_defaults[] = {"8100", "0000", NULL};
static const char *const cs_in_kdf[] = {"sent", "default", NULL};
static const char *const kdfs[] = {"expand", "extract-expand", NULL};
static const char *const label_cases[] = {"upper", "mixed", NULL};
static const char *const proxies[] = {"none", "forward", NULL};
static const char *const initiators[] = {"peer", "controller", NULL};
static const char *const formats[] = {"coap-eap", "octet-stream", "none", NULL};

#define PEER_BIT (1u << CEAP_PEER)
#define CONTROLLER_BIT (1u << CEAP_CONTROLLER)
#define AAA_BIT (1u << CEAP_AAA)
#define PROXY_BIT (1u << CEAP_PROXY)
#define SERVER_BIT (CONTROLLER_BIT | AAA_BIT) /* where the EAP server may be */
#define BOTH (PEER_BIT | CONTROLLER_BIT)

static const struct imp_option options[] = {
    [CEAP_OPT_METHOD] = IMP_EAP_CHOICE_OPTION_ROW(PEER_BIT, SERVER_BIT),
    [CEAP_OPT_LIFETIME] = {.name = "session-lifetime",
                           .summary = "Session-Lifetime that the controller grants; 0: no end.",
                           .type = IMP_OPTION_INT,
                           .preset = "28800",
                           .min = 0,
                           .max = 2147483647,
                           .unit = "s",
                           .roles = CONTROLLER_BIT},
    [CEAP_OPT_SEND_SUITES] = {.name = "send-suites",
                              .summary = "The array of cipher suites is sent; off: the default "
                                         "suite goes without saying.",
                              .type = IMP_OPTION_BOOL,
                              .preset = "true",
                              .roles = BOTH},
    [CEAP_OPT_CS_DEFAULT] = {.name = "cs-default",
                             .summary = "What stands in the key derivation for an array that was "
                                        "not sent; implementations differ.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "8100",
                             .choices = cs_defaults,
                             .roles = BOTH},
    [CEAP_OPT_SUITES] = {.name = "cipher-suites",
                         .summary = "Numbers of the cipher suites, apart by commas, the preferred "
                                    "one first; of the controller's order the peer takes the first "
                                    "that it has. 0 to 3 are here.",
                         .type = IMP_OPTION_STRING,
                         .preset = "0",
                         .min = 1,
                         .max = 40,
                         .roles = BOTH},
    [CEAP_OPT_CS_IN_KDF] = {.name = "cs-in-kdf",
                            .summary =
                                "The arrays of suites in the key derivation: as they were "
                                "sent, or the default whatever was sent, as an open "
                                "implementation has it, which leaves the choice unprotected.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "sent",
                            .choices = cs_in_kdf,
                            .roles = BOTH},
    [CEAP_OPT_KDF] = {.name = "kdf-mode",
                      .summary =
                          "Master Secret and Salt by HKDF-Expand of the MSK, or by HKDF with "
                          "an empty salt; implementations differ.",
                      .type = IMP_OPTION_CHOICE,
                      .preset = "expand",
                      .choices = kdfs,
                      .roles = BOTH},
    [CEAP_OPT_LABELS] = {.name = "label-case",
                         .summary = "Labels of the key derivation: capitals throughout, or only in "
                                    "\"COAP-EAP OSCORE\".",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "upper",
                         .choices = label_cases,
                         .roles = BOTH},
    [CEAP_OPT_RID_I_LABEL] = {.name = "rid-i-label",
                              .summary = "Label of RID-I in CoAP-EAP_Info; 2 in older code, where "
                                         "the direction tells it from RID-C.",
                              .type = IMP_OPTION_INT,
                              .preset = "3",
                              .min = 2,
                              .max = 3,
                              .roles = BOTH},
    [CEAP_OPT_FORMAT] = {.name = "content-format",
                         .summary = "Content-Format of EAP payloads.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "coap-eap",
                         .choices = formats,
                         .roles = BOTH},
    [CEAP_OPT_NO_RESPONSE] = {.name = "no-response",
                              .summary = "The trigger asks for no response (RFC 7967).",
                              .type = IMP_OPTION_BOOL,
                              .preset = "true",
                              .roles = PEER_BIT},
    [CEAP_OPT_TRIGGER] = {.name = "trigger-interval",
                          .summary = "Until who begins repeats it; doubles each time.",
                          .type = IMP_OPTION_INT,
                          .preset = "5",
                          .min = 1,
                          .max = 3600,
                          .unit = "s",
                          .roles = BOTH},
    [CEAP_OPT_TRIGGER_MAX] = {.name = "trigger-max",
                              .summary = "Longest wait between two beginnings; how long a peer "
                                         "waits for a controller that is to begin.",
                              .type = IMP_OPTION_INT,
                              .preset = "60",
                              .min = 1,
                              .max = 3600,
                              .unit = "s",
                              .roles = BOTH},
    [CEAP_OPT_PATIENCE] = {.name = "peer-timeout",
                           .summary = "How long the peer keeps a conversation in which nothing "
                                      "comes; EXCHANGE_LIFETIME of RFC 7252.",
                           .type = IMP_OPTION_INT,
                           .preset = "247",
                           .min = 1,
                           .max = 3600,
                           .unit = "s",
                           .roles = PEER_BIT},
    [CEAP_OPT_INITIATOR] = {.name = "initiator",
                            .summary = "Who begins: the peer by its trigger, or the controller, "
                                       "which knows address and first resource of the peer; a "
                                       "peer for which it does not come sends a trigger.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "peer",
                            .choices = initiators,
                            .roles = BOTH,
                            .needs = "coap-proxy=none"},
    [CEAP_OPT_PROXY] = {.name = "coap-proxy",
                        .summary = "What is between peer and controller: nothing, or a forward "
                                   "proxy of CoAP, through which OSCORE runs from end to end.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "none",
                        .choices = proxies,
                        .roles = BOTH | PROXY_BIT},
    [CEAP_OPT_RESOURCES] = {.name = "resource-prefix",
                            .summary = "Of the paths of a peer's resources, which end in the "
                                       "number of the step; a controller that begins knows it.",
                            .type = IMP_OPTION_STRING,
                            .preset = "a/eap/",
                            .min = 0,
                            .max = CEAP_PREFIX_MAX,
                            .roles = BOTH},
    [CEAP_OPT_SEPARATE] = {.name = "separate-response",
                           .summary = "The peer acknowledges a request by an empty message and "
                                      "sends its response in a Confirmable one (RFC 7252, section "
                                      "5.2.2), as an implementation without piggybacking does.",
                           .type = IMP_OPTION_BOOL,
                           .preset = "false",
                           .roles = PEER_BIT},
    [CEAP_OPT_RENEW] = {.name = "renew-before",
                        .summary = "So long before the end of its session, at most half of it, the "
                                   "peer begins another authentication; the session goes on until "
                                   "that has succeeded, or to its end. 0: it begins at the end.",
                        .type = IMP_OPTION_INT,
                        .preset = "0",
                        .min = 0,
                        .max = 86400,
                        .unit = "s",
                        .roles = PEER_BIT},
    [CEAP_OPT_TOKEN] = {.name = "token-length",
                        .summary = "Octets of the controller's tokens; one exchange at a time "
                                   "needs none.",
                        .type = IMP_OPTION_INT,
                        .preset = "1",
                        .min = 0,
                        .max = 8,
                        .unit = "octets",
                        .roles = CONTROLLER_BIT},
    IMP_EAP_CHOICE_OPTION_ROWS(PEER_BIT, SERVER_BIT)
        IMP_AAA_OPTION_ROWS(PEER_BIT, CONTROLLER_BIT, AAA_BIT),
    IMP_CLONE_WINDOW_ROW(CONTROLLER_BIT, "controller", "IPv6 address"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    PSK_FLAW_ROWS(CEAP_PEER, CEAP_CONTROLLER)[CEAP_FLAW_BARE_SUCCESS] =
        {.name = "bare-success",
         .summary = "The peer believes EAP-Success outside OSCORE, whatever "
                    "the method says.",
         .role = CEAP_PEER,
         .broken_by = "dolev-yao",
         .goal = "g3"},
    IMP_EAP_CHOICE_FLAW_ROWS(CEAP_PEER, CEAP_CONTROLLER)
        IMP_AAA_FLAW_ROWS(CEAP_CONTROLLER, CEAP_AAA, "controller"),
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128",
     "16 octets shared by device and controller, unique to the pair; with EAP-TLS certificates of "
     "both, with EAP-NOOB nothing"},
    {"interface", "none",
     "the device needs neither input nor output; with EAP-NOOB a display, tag or reader"},
    {"oob", "none", "Except with EAP-NOOB as method: derivation and confirmation."},
    {"third-party", "none",
     "the EAP server is part of the controller; with eap-server=radius a AAA server, on line"},
    {"user-acts", "0", "nothing to do at bootstrapping; with EAP-NOOB one scan or tap"},
    {"link", "UDP over IPv6", "to the controller's CoAP port, over one hop or many"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "trigger", "RFC 9820"},
    {IMP_PHASE_BOOTSTRAPPING, "EAP authentication over CoAP", "RFC 9820"},
    {IMP_PHASE_REGISTRATION, "state deletion", "RFC 9820"},
    {0, NULL, NULL},
};

static const char *const variant[] = {"eap-method", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_aaa_provide(parties, count, CEAP_PEER, CEAP_CONTROLLER, CEAP_AAA);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (parties[i]->role == CEAP_CONTROLLER && parties[k]->role == CEAP_PEER)
                ceap_tell(parties[i], parties[k]);
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP; whom EAP-NOOB's user makes the owner is judged in eap-noob"},
    {"g14", "no configuration is installed"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"revoke", CEAP_CONTROLLER, true}, {"revoke", CEAP_AAA, true}, {.word = NULL}};

const struct imp_mechanism imp_coap_eap = {
    .name = "coap-eap",
    .title = "EAP over CoAP",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 9820",
    .summary = "EAP travels in CoAP: the device is the server of a resource for each step, the "
               "controller its client. The MSK gives an OSCORE security context, and EAP-Success "
               "comes inside it, so that both ends confirm the key. The method is EAP-PSK (no "
               "forward secrecy and no identity protection), EAP-TLS or EAP-NOOB.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = ceap_guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
