/* SPDX-License-Identifier: GPL-2.0-only */
/* estc.c - the mechanism "est-coaps" as data. */
#include "estc.h"
#include "protocols/managed/est/est_rows.h"

static const char *const states[] = {
    [ESTC_BACK_OFF] = "back-off",
    [ESTC_HANDSHAKE] = "handshake",
    [ESTC_DISCOVERY] = "resources",
    [ESTC_ANCHORS] = "ca-certificates",
    [ESTC_ATTRIBUTES] = "csr-attributes",
    [ESTC_ENROLLING] = "certificate",
    [ESTC_WAITING] = "deferred",
    [ESTC_REQUEST] = "request",
    [ESTC_READY] = "ready",
    [ESTC_RELAYING] = "est-server",
    NULL,
};

static const struct imp_role roles[] = {
    [EST_DEVICE] = {.name = "client",
                    .kind = IMP_ROLE_DEVICE,
                    .summary = "Constrained device with a manufacturer's identity and the "
                               "operator's trust anchor.",
                    .context_size = sizeof(struct estc_device),
                    .init = estc_device_init,
                    .event = estc_device_event,
                    .fini = estc_device_fini,
                    .state = estc_device_state_of,
                    .states = states,
                    .legal = estc_device_legal},
    [EST_SERVER] = {.name = "server",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "EST-coaps server of the operator, with his certificate authority.",
                    .context_size = sizeof(struct estc_server),
                    .init = estc_server_init,
                    .event = estc_server_event,
                    .fini = estc_server_fini,
                    .state = estc_server_state_of,
                    .states = states,
                    .legal = estc_server_legal},
    [ESTC_EST] = {.name = "est-server",
                  .kind = IMP_ROLE_SERVER,
                  .summary = "EST server of the operator with his certificate authority, behind "
                             "the registrar that the server is with registrar=https.",
                  .only_with = "registrar",
                  .optional = true,
                  .context_size = sizeof(struct estc_est),
                  .init = estc_est_init,
                  .event = estc_est_event,
                  .fini = estc_est_fini,
                  .state = estc_est_state_of,
                  .states = states,
                  .legal = estc_est_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [ESTC_COAPS] = {.name = "coaps",
                    .service = IMP_SERVICE_DATAGRAM,
                    .number = 5684,
                    .a = EST_DEVICE,
                    .b = EST_SERVER,
                    .summary = "CoAP over DTLS 1.2; in clear until ChangeCipherSpec."},
    [ESTC_HTTPS] = {.name = "https",
                    .service = IMP_SERVICE_STREAM,
                    .number = 443,
                    .a = EST_SERVER,
                    .b = ESTC_EST,
                    .summary = "EST over TLS 1.2 between a registrar and the EST server."},
    {.name = NULL},
};

#define ROW(id, text, p) [ESTC_MSG_##id] = {text, IMP_PHASE_##p, ESTC_COAPS},
#define HTTPS_ROW(id, text, p) [ESTC_MSG_##id] = {text, IMP_PHASE_##p, ESTC_HTTPS},
static const struct imp_message messages[] = {ESTC_MESSAGES(ROW)
                                                  ESTC_HTTPS_MESSAGES(HTTPS_ROW){.name = NULL}};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const blocks[] = {"16", "32", "64", "128", "256", "512", "1024", NULL};
static const char *const formats[] = {"pkcs7", "pkix-cert", NULL};
static const char *const registrars[] = {"none", "https", NULL};
static const char *const roots[] = {"well-known", "est", NULL};

#define SERVER_ROLE (1u << EST_SERVER)
#define BOTH_ROLES (EST_DEVICE_ROLE | SERVER_ROLE)
/* Of a server that is both, or of the EST server behind a registrar. */
#define EST_ROLES (SERVER_ROLE | 1u << ESTC_EST)
#define ALL_ROLES (EST_DEVICE_ROLE | EST_ROLES)

static const struct imp_option options[] = {
    [ESTC_OPT_BLOCK] = {.name = "block-size",
                        .summary = "Octets of a block (RFC 7959); what fits is not cut.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "256",
                        .choices = blocks,
                        .roles = BOTH_ROLES},
    [ESTC_OPT_ATT] = EST_CSRATTRS_ROW("false"),
    [ESTC_OPT_COOKIE] = {.name = "cookie",
                         .summary = "The server asks for a return-routability cookie first "
                                    "(RFC 6347 section 4.2.1).",
                         .type = IMP_OPTION_BOOL,
                         .preset = "true",
                         .roles = SERVER_ROLE},
    [ESTC_OPT_BACK_OFF] = EST_BACK_OFF_ROW("Wait after a failure.", "10"),
    [ESTC_OPT_DISCOVERY] = {.name = "discovery",
                            .summary = "The device asks first where the resources are (RFC 9148 "
                                       "section 4.1); else it goes by /.well-known/est.",
                            .type = IMP_OPTION_BOOL,
                            .preset = "false",
                            .roles = EST_DEVICE_ROLE},
    [ESTC_OPT_FORMAT] = {.name = "certificate-format",
                         .summary = "What the device wants certificates in: PKCS #7 (281), or one "
                                    "alone (287).",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "pkcs7",
                         .choices = formats,
                         .roles = EST_DEVICE_ROLE},
    [ESTC_OPT_KEY] = EST_KEY_ROW("RFC 9148 section 4.8"),
    [ESTC_OPT_POP] = {.name = "pop-linking",
                      .summary = "The request holds tls-unique of its session (RFC 9148 section "
                                 "3); the server asks for it and refuses others.",
                      .type = IMP_OPTION_BOOL,
                      .preset = "false",
                      .roles = ALL_ROLES},
    [ESTC_OPT_RENEW] = EST_RENEW_ROW("/sren"),
    [ESTC_OPT_APPROVAL] =
        EST_APPROVAL_ROW(EST_ROLES, "5.03 with Max-Age before, or by an empty ACK if it is a "
                                    "matter of seconds (RFC 9148 section 4.7)"),
    [ESTC_OPT_ROOT] = {.name = "root",
                       .summary = "Below which links lead to the resources; /.well-known/est is "
                                  "there in any case.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "well-known",
                       .choices = roots,
                       .roles = SERVER_ROLE},
    [ESTC_OPT_SEALING] = EST_SEALING_ROW("DTLS", "RFC 9148 section 4.8"),
    [ESTC_OPT_LABEL] = EST_LABEL_ROW(ALL_ROLES, "root and resource (RFC 9148 section 4.1)"),
    [ESTC_OPT_REQUIRED] = EST_REQUIRED_ROW(ALL_ROLES),
    [ESTC_OPT_ANSWER] = EST_ANSWER_ROW(EST_ROLES, "or 4.04", "not-found"),
    [ESTC_OPT_ROLLOVER] = EST_ROLLOVER_ROW(SERVER_ROLE, "/crts"),
    [ESTC_OPT_ROLLED_CERTIFICATE] = EST_ROLLED_ROW(SERVER_ROLE),
    [ESTC_OPT_REFRESH] =
        EST_REFRESH_ROW("Before it renews, the device asks for the CA certificates again, and "
                        "follows NewWithOld to a new root."),
    [ESTC_OPT_SEPARATE] = {.name = "separate-response",
                           .summary = "Wait up to which a request is acknowledged by an empty ACK "
                                      "and answered later, and not by 5.03 (RFC 9148 section 4.7); "
                                      "0: never.",
                           .type = IMP_OPTION_INT,
                           .preset = "10",
                           .min = 0,
                           .max = 60,
                           .unit = "s",
                           .roles = SERVER_ROLE},
    [ESTC_OPT_RECORD] = {.name = "record-size-limit",
                         .summary = "Plaintext octets of a DTLS record that this end takes (RFC "
                                    "8449); the other end's blocks become smaller if they must.",
                         .type = IMP_OPTION_INT,
                         .preset = "16384",
                         .min = 512,
                         .max = 16384,
                         .unit = "octets",
                         .roles = BOTH_ROLES},
    [ESTC_OPT_ADMITTED] = EST_ADMITTED_ROW(SERVER_ROLE, "4.03"),
    [ESTC_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(EST_DEVICE_ROLE, NULL),
    [ESTC_OPT_SEND] = IMP_SEND_CHAIN_ROW(EST_DEVICE_ROLE),
    [ESTC_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(SERVER_ROLE, "The server"),
    [ESTC_OPT_RENEW_PART] = EST_RENEW_PART_ROW,
    [ESTC_OPT_LIFETIME] = EST_LIFETIME_ROW(EST_ROLES),
    [ESTC_OPT_TIMER] = EST_DTLS_TIMER_ROW(BOTH_ROLES),
    [ESTC_OPT_REGISTRAR] = {.name = "registrar",
                            .summary = "The server has the certificate authority itself (none), or "
                                       "is an HTTPS-CoAPS Registrar (RFC 9148 section 5), which "
                                       "asks an EST server over TLS.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "none",
                            .choices = registrars,
                            .roles = EST_ROLES,
                            .needs = "ca-rollover=0"},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [ESTC_FLAW_ANY_SERVER] = {.name = "any-server",
                              .summary = "The server's certificate is not verified.",
                              .role = EST_DEVICE,
                              .broken_by = "dolev-yao",
                              .goal = "g1"},
    [ESTC_FLAW_ANY_CLIENT] = {.name = "any-client",
                              .summary = "Certificates of any manufacturer, or of none, are taken "
                                         "for a device's identity.",
                              .role = EST_SERVER,
                              .broken_by = "dolev-yao",
                              .goal = "g5"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "IDevID (IEEE 802.1AR)", "Given by the manufacturer."},
    {"credential", "implicit trust anchor", "In the device before; RFC 9148 section 4."},
    {"interface", "none", "Nobody has to do anything."},
    {"oob", "none", "The anchor is in the device before."},
    {"third-party", "certificate authority", "The operator's; he knows the manufacturer's."},
    {"user-acts", "0", "None."},
    {"link", "UDP over IPv6", "To the server's CoAPS port."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "discovery", "RFC 9148 section 4.1"},
    {IMP_PHASE_BOOTSTRAPPING, "DTLS handshake", "RFC 9148 section 3"},
    {IMP_PHASE_PROVISIONING, "enrollment", "RFC 9148 section 4.1"},
    {.word = NULL},
};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one version and one cipher suite: nothing is negotiated"},
    {"g12", "a certificate says who the device is, not whom it obeys"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", EST_DEVICE, false}, {"revoke", EST_SERVER, true}, {.word = NULL}};

const struct imp_mechanism imp_est_coaps = {
    .name = "est-coaps",
    .title = "EST over CoAPS",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 9148",
    .summary = "A constrained device with a manufacturer's certificate and a trust anchor opens a "
               "DTLS session that authenticates both ends, gets the operator's CA certificates and "
               "asks for a certificate for a key of its own, block by block.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = estc_provision,
};

int estc_message_of(int label)
{
    static const struct imp_coaps_messages table = {
        .dtls[IMP_DTLS_CLIENT_HELLO] = ESTC_MSG_CLIENT_HELLO,
        .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = ESTC_MSG_VERIFY_REQUEST,
        .dtls[IMP_DTLS_SERVER_FLIGHT] = ESTC_MSG_SERVER_FLIGHT,
        .dtls[IMP_DTLS_CLIENT_FLIGHT] = ESTC_MSG_CLIENT_FLIGHT,
        .dtls[IMP_DTLS_FINISHED] = ESTC_MSG_FINISHED,
        .dtls[IMP_DTLS_DATA] = ESTC_MSG_EMPTY,
        .dtls[IMP_DTLS_ALERT] = ESTC_MSG_ALERT,
        .dtls[IMP_DTLS_OTHER] = ESTC_MSG_ALERT,
        .empty = ESTC_MSG_EMPTY,
        .error = ESTC_MSG_REFUSAL,
    };
    return imp_coaps_message_of(&table, label);
}

unsigned estc_szx(const struct imp_env *env, const struct imp_coaps *secure)
{
    unsigned szx = (unsigned)imp_opt(env, ESTC_OPT_BLOCK); /* 16 << 0 is 16 */
    size_t room = imp_coaps_record_limit(secure);
    while (szx > 0 && imp_block_size(szx) + ESTC_HEAD > room)
        szx--;
    return szx;
}

void estc_sid(struct est_sid *out, struct imp_coaps *secure)
{
    uint8_t key[EST_SID + 32];
    out->suite = "DTLS 1.2";
    imp_coaps_export(secure, key, sizeof key);
    for (size_t i = 0; i < EST_SID; i++) {
        out->sid[i] = key[i];
        out->secret[i] = key[EST_SID + i];
    }
}
