/* SPDX-License-Identifier: GPL-2.0-only */
/* lwm2m.c - the mechanism "lwm2m-bootstrap" as data. */
#include "lwm2m.h"

static const char *const device_states[] = {
    [LWM_HOLD_OFF] = "hold-off",
    [LWM_BS_HANDSHAKE] = "bootstrap-handshake",
    [LWM_AWAITING] = "awaiting",
    [LWM_REQUESTING] = "requesting",
    [LWM_CONFIGURING] = "configuring",
    [LWM_SERVER_HANDSHAKE] = "server-handshake",
    [LWM_REGISTERING] = "registering",
    [LWM_REGISTERED] = "registered",
    [LWM_BACK_OFF] = "back-off",
    [LWM_DEREGISTERING] = "deregistering",
    [LWM_AWAY] = "away",
    [LWM_WAITING] = "waiting",
    NULL,
};
static const char *const session_states[] = {
    [LWM_IDLE] = "idle",     [LWM_HANDSHAKE] = "handshake", [LWM_OPEN] = "open",
    [LWM_ASKING] = "asking", [LWM_DONE] = "done",           NULL,
};

static const struct imp_role roles[] = {
    [LWM_CLIENT] = {.name = "client",
                    .kind = IMP_ROLE_DEVICE,
                    .summary = "LwM2M client with the account of a bootstrap server, or of its "
                               "server.",
                    .context_size = sizeof(struct lwm_device),
                    .init = lwm_device_init,
                    .event = lwm_device_event,
                    .fini = lwm_device_fini,
                    .state = lwm_device_state_of,
                    .states = device_states,
                    .legal = lwm_device_legal},
    [LWM_BOOTSTRAP] = {.name = "bootstrap-server",
                       .kind = IMP_ROLE_ACCESS,
                       .summary = "Writes into clients the accounts of their server.",
                       .context_size = sizeof(struct lwm_host),
                       .init = lwm_bootstrap_init,
                       .event = lwm_host_event,
                       .fini = lwm_host_fini,
                       .state = lwm_host_state_of,
                       .states = session_states,
                       .legal = lwm_bootstrap_legal,
                       .optional = true},
    [LWM_MANAGEMENT] = {.name = "server",
                        .kind = IMP_ROLE_ACCESS,
                        .summary = "LwM2M server with which clients register.",
                        .context_size = sizeof(struct lwm_host),
                        .init = lwm_management_init,
                        .event = lwm_host_event,
                        .fini = lwm_host_fini,
                        .state = lwm_host_state_of,
                        .states = session_states,
                        .legal = lwm_management_legal},
    [LWM_SECOND] = {.name = "second-server",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "Another LwM2M server, of another operator, with servers=two.",
                    .only_with = "servers",
                    .context_size = sizeof(struct lwm_host),
                    .init = lwm_second_init,
                    .event = lwm_host_event,
                    .fini = lwm_host_fini,
                    .state = lwm_host_state_of,
                    .states = session_states,
                    .legal = lwm_management_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [LWM_BS_COAPS] = {.name = "bootstrap",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 5684,
                      .a = LWM_CLIENT,
                      .b = LWM_BOOTSTRAP,
                      .summary = "CoAP over DTLS 1.2 with the bootstrap server."},
    [LWM_BS_COAP] = {.name = "bootstrap-nosec",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 5683,
                     .a = LWM_CLIENT,
                     .b = LWM_BOOTSTRAP,
                     .summary = "CoAP in clear with the bootstrap server."},
    [LWM_S_COAPS] = {.name = "server",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 5694,
                     .a = LWM_CLIENT,
                     .b = LWM_MANAGEMENT,
                     .summary = "CoAP over DTLS 1.2 with the server."},
    [LWM_S_COAP] = {.name = "server-nosec",
                    .service = IMP_SERVICE_DATAGRAM,
                    .number = 5693,
                    .a = LWM_CLIENT,
                    .b = LWM_MANAGEMENT,
                    .summary = "CoAP in clear with the server."},
    [LWM_S2_COAPS] = {.name = "second",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 5704,
                      .a = LWM_CLIENT,
                      .b = LWM_SECOND,
                      .summary = "CoAP over DTLS 1.2 with the second server."},
    [LWM_S2_COAP] = {.name = "second-nosec",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 5703,
                     .a = LWM_CLIENT,
                     .b = LWM_SECOND,
                     .summary = "CoAP in clear with the second server."},
    {.name = NULL},
};

#define BOOTSTRAPPING IMP_PHASE_BOOTSTRAPPING, LWM_BS_COAPS
#define PROVISIONING IMP_PHASE_PROVISIONING, LWM_BS_COAPS
#define REGISTRATION IMP_PHASE_REGISTRATION, LWM_S_COAPS
static const struct imp_message messages[] = {
    [LWM_MSG_BS_HELLO] = {"ClientHello", BOOTSTRAPPING},
    [LWM_MSG_BS_VERIFY] = {"HelloVerifyRequest", BOOTSTRAPPING},
    [LWM_MSG_BS_SERVER_FLIGHT] = {"ServerHello..ServerHelloDone", BOOTSTRAPPING},
    [LWM_MSG_BS_CLIENT_FLIGHT] = {"ClientKeyExchange..Finished", BOOTSTRAPPING},
    [LWM_MSG_BS_FINISHED] = {"ChangeCipherSpec, Finished", BOOTSTRAPPING},
    [LWM_MSG_BS_ALERT] = {"Alert", BOOTSTRAPPING},
    [LWM_MSG_S_HELLO] = {"server ClientHello", REGISTRATION},
    [LWM_MSG_S_VERIFY] = {"server HelloVerifyRequest", REGISTRATION},
    [LWM_MSG_S_SERVER_FLIGHT] = {"server ServerHello..ServerHelloDone", REGISTRATION},
    [LWM_MSG_S_CLIENT_FLIGHT] = {"server ClientKeyExchange..Finished", REGISTRATION},
    [LWM_MSG_S_FINISHED] = {"server ChangeCipherSpec, Finished", REGISTRATION},
    [LWM_MSG_S_ALERT] = {"server Alert", REGISTRATION},
    [LWM_MSG_REQUEST] = {"Bootstrap-Request", BOOTSTRAPPING},
    [LWM_MSG_PACK_REQUEST] = {"Bootstrap-Pack-Request", BOOTSTRAPPING},
    [LWM_MSG_PACK] = {"2.05 Bootstrap-Pack", PROVISIONING},
    [LWM_MSG_DISCOVER] = {"Bootstrap-Discover", PROVISIONING},
    [LWM_MSG_READ] = {"Bootstrap-Read", PROVISIONING},
    [LWM_MSG_DELETE] = {"Bootstrap-Delete", PROVISIONING},
    [LWM_MSG_WRITE_SECURITY] = {"Bootstrap-Write Security", PROVISIONING},
    [LWM_MSG_WRITE_SERVER] = {"Bootstrap-Write Server", PROVISIONING},
    [LWM_MSG_WRITE_ACCESS] = {"Bootstrap-Write Access Control", PROVISIONING},
    [LWM_MSG_FINISH] = {"Bootstrap-Finish", PROVISIONING},
    [LWM_MSG_BS_ANSWER] = {"2.xx", PROVISIONING},
    [LWM_MSG_BS_REFUSAL] = {"4.xx", PROVISIONING},
    [LWM_MSG_BS_EMPTY] = {"Empty", PROVISIONING},
    [LWM_MSG_REGISTER] = {"Register", REGISTRATION},
    [LWM_MSG_REGISTERED] = {"2.01 Created", REGISTRATION},
    [LWM_MSG_UPDATE] = {"Update", REGISTRATION},
    [LWM_MSG_TRIGGER] = {"Bootstrap-Request Trigger", REGISTRATION},
    [LWM_MSG_DEREGISTER] = {"De-register", REGISTRATION},
    [LWM_MSG_DISABLE] = {"Disable", REGISTRATION},
    [LWM_MSG_UPDATE_TRIGGER] = {"Registration Update Trigger", REGISTRATION},
    [LWM_MSG_S_READ] = {"Read", REGISTRATION},
    [LWM_MSG_S_WRITE] = {"Write", REGISTRATION},
    [LWM_MSG_FACTORY_RESET] = {"Factory Reset", REGISTRATION},
    [LWM_MSG_S_ANSWER] = {"server 2.xx", REGISTRATION},
    [LWM_MSG_S_REFUSAL] = {"server 4.xx", REGISTRATION},
    [LWM_MSG_S_EMPTY] = {"server Empty", REGISTRATION},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const struct imp_flaw flaws[] = {
    [LWM_FLAW_MODEL_KEY] = {.name = "model-key",
                            .summary = "All devices of a model have one key with the bootstrap "
                                       "server.",
                            .role = LWM_CLIENT,
                            .broken_by = "dolev-yao",
                            .goal = "g1"},
    [LWM_FLAW_ANY_SERVER_KEY] = {.name = "any-server-key",
                                 .summary = "The raw key, or certificate, of a server is not held "
                                            "against the account.",
                                 .role = LWM_CLIENT,
                                 .broken_by = "dolev-yao",
                                 .goal = "g1",
                                 .with = "bootstrap-security=rpk"},
    [LWM_FLAW_UNASKED_WRITES] = {.name = "unasked-writes",
                                 .summary = "Whoever writes is let, though nobody was asked to.",
                                 .role = LWM_CLIENT,
                                 .broken_by = "late-comer",
                                 .goal = "g1",
                                 .with = "bootstrap-security=nosec,bootstrap-server.version=1.0,"
                                         "bootstrap-server.server-initiated-push=true"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128, raw-key or certificate",
     "Unique to the device, known to the bootstrap server."},
    {"interface", "none", "Nothing to press or read."},
    {"oob", "none", "The account is in the device, or on its smart card, before."},
    {"third-party", "bootstrap server", "Of the manufacturer or operator."},
    {"user-acts", "0", "Power on."},
    {"link", "UDP over IPv6", "To both servers."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_BOOTSTRAPPING, "Bootstrap-Request", "LwM2M Core 1.2, 6.1"},
    {IMP_PHASE_PROVISIONING, "Bootstrap-Write", "LwM2M Core 1.2, 6.1.7"},
    {IMP_PHASE_REGISTRATION, "registration", "LwM2M Core 1.2, 6.2"},
    {.word = NULL},
};

static const char *const variant[] = {"mode", "bootstrap-security", NULL};
static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one version and one cipher suite: nothing is negotiated"},
    {"g12", "whoever has the bootstrap server's key commands; the client knows no owner"},
    {.goal = NULL}};
static const struct imp_severance severances[] = {
    {"reset", LWM_CLIENT, false}, {"factory-reset", LWM_MANAGEMENT, false}, {.word = NULL}};

const struct imp_mechanism imp_lwm2m_bootstrap = {
    .name = "lwm2m-bootstrap",
    .title = "OMA LwM2M 1.2 bootstrap",
    .class = IMP_CLASS_MANAGED,
    .reference = "OMA-TS-LightweightM2M_Core-V1_2",
    .summary = "A client with a factory key asks a bootstrap server, which writes into it the "
               "address and the key of the server with which it then registers.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = lwm_options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = lwm_guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = lwm_provision,
};
