/* SPDX-License-Identifier: GPL-2.0-only */
/* tls_psk.c - the mechanism "tls-psk" as data: a person types the device's secret at the server.
 * POST /register and PUT /psk over the session are imprint's own. */
#include "protocols/contract/typing.h"
#include "tpsk.h"

static const char *const device_states[] = {
    [TPSK_HANDSHAKE] = "handshake",     [TPSK_BACK_OFF] = "back-off",
    [TPSK_REGISTERING] = "registering", [TPSK_REPLACING] = "replacing",
    [TPSK_OPERATIONAL] = "operational", NULL,
};

static const char *const server_states[] = {
    [TPSK_SERVER_IDLE] = "idle", [TPSK_SERVER_HANDSHAKE] = "handshake",
    [TPSK_SERVER_OPEN] = "open", [TPSK_SERVER_REPLACING] = "replacing",
    [TPSK_SERVER_DONE] = "done", NULL,
};

static const struct imp_role roles[] = {
    [TPSK_DEVICE] = {.name = "device",
                     .kind = IMP_ROLE_DEVICE,
                     .summary = "DTLS and CoAP client with a serial number and a secret on its "
                                "label or display.",
                     .context_size = sizeof(struct tpsk_device),
                     .init = tpsk_device_init,
                     .event = tpsk_device_event,
                     .fini = tpsk_device_fini,
                     .state = tpsk_device_state_of,
                     .states = device_states,
                     .legal = tpsk_device_legal},
    [TPSK_SERVER] = {.name = "server",
                     .kind = IMP_ROLE_ACCESS,
                     .summary = "Server on the local network, at which secrets are typed.",
                     .context_size = sizeof(struct tpsk_server),
                     .init = tpsk_server_init,
                     .event = tpsk_server_event,
                     .fini = tpsk_server_fini,
                     .state = tpsk_server_state_of,
                     .states = server_states,
                     .legal = tpsk_server_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [TPSK_COAPS] = {.name = "coaps",
                    .service = IMP_SERVICE_DATAGRAM,
                    .number = 5684,
                    .a = TPSK_DEVICE,
                    .b = TPSK_SERVER,
                    .summary = "CoAP over DTLS 1.2; in clear until ChangeCipherSpec."},
    [TPSK_LABEL] = {.name = "label",
                    .service = IMP_SERVICE_OOB,
                    .a = TPSK_DEVICE,
                    .b = TPSK_SERVER,
                    .act = IMP_ACT_COPY_DIGITS,
                    .bits = 8 * TPSK_LABEL_MAX,
                    .summary =
                        "Serial number and secret, typed at the server: must stay secret and "
                        "unchanged."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [TPSK_MSG_CLIENT_HELLO] = {"ClientHello", IMP_PHASE_BOOTSTRAPPING, TPSK_COAPS},
    [TPSK_MSG_VERIFY_REQUEST] = {"HelloVerifyRequest", IMP_PHASE_BOOTSTRAPPING, TPSK_COAPS},
    [TPSK_MSG_SERVER_FLIGHT] = {"ServerHello, ServerHelloDone", IMP_PHASE_BOOTSTRAPPING,
                                TPSK_COAPS},
    [TPSK_MSG_CLIENT_FLIGHT] = {"ClientKeyExchange..Finished", IMP_PHASE_BOOTSTRAPPING, TPSK_COAPS},
    [TPSK_MSG_FINISHED] = {"ChangeCipherSpec, Finished", IMP_PHASE_BOOTSTRAPPING, TPSK_COAPS},
    [TPSK_MSG_ALERT] = {"Alert", IMP_PHASE_BOOTSTRAPPING, TPSK_COAPS},
    [TPSK_MSG_REGISTER] = {"POST /register", IMP_PHASE_REGISTRATION, TPSK_COAPS},
    [TPSK_MSG_REGISTERED] = {"2.01 Created", IMP_PHASE_REGISTRATION, TPSK_COAPS},
    [TPSK_MSG_NEW_KEY] = {"PUT /psk", IMP_PHASE_PROVISIONING, TPSK_COAPS},
    [TPSK_MSG_CHANGED] = {"2.04 Changed", IMP_PHASE_PROVISIONING, TPSK_COAPS},
    [TPSK_MSG_REFUSAL] = {"4.xx", IMP_PHASE_PROVISIONING, TPSK_COAPS},
    [TPSK_MSG_EMPTY] = {"Empty", IMP_PHASE_PROVISIONING, TPSK_COAPS},
    [TPSK_MSG_LABEL] = {"label", IMP_PHASE_DISCOVERY, TPSK_LABEL},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const secrets[] = {"label", "pin", "default", NULL};
static const char *const forms[] = {"hexadecimal", "base32", NULL};
static const char *const exchanges[] = {"psk", "ecdhe-psk", NULL};
static const char *const unknowns[] = {"alert", "dummy", NULL};

#define DEVICE_ROLE (1u << TPSK_DEVICE)
#define SERVER_ROLE (1u << TPSK_SERVER)
#define BOTH_ROLES (DEVICE_ROLE | SERVER_ROLE)

static const struct imp_option options[] = {
    [TPSK_OPT_SECRET] = {.name = "secret",
                         .summary = "What the device shows: 128 bits printed by the factory, a PIN "
                                    "on its display, or the password that all devices of the maker "
                                    "have.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "label",
                         .choices = secrets,
                         .roles = DEVICE_ROLE},
    [TPSK_OPT_DIGITS] = {.name = "pin-digits",
                         .summary = "Length of a PIN.",
                         .type = IMP_OPTION_INT,
                         .preset = "6",
                         .min = 3,
                         .max = 8,
                         .unit = "digits",
                         .roles = DEVICE_ROLE},
    [TPSK_OPT_LIFETIME] = {.name = "pin-lifetime",
                           .summary = "How long a PIN is good; then the device shows another one.",
                           .type = IMP_OPTION_INT,
                           .preset = "300",
                           .min = 10,
                           .max = 86400,
                           .unit = "s",
                           .roles = BOTH_ROLES},
    [TPSK_OPT_REPLACE] = {.name = "replace-psk",
                          .summary =
                              "The server replaces the secret that was typed by a fresh key.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "true",
                          .roles = BOTH_ROLES},
    [TPSK_OPT_UNKNOWN] = {.name = "unknown-identity",
                          .summary = "An unknown identity gets an alert, or a key that nobody has, "
                                     "so that it cannot be told from a wrong key (RFC 4279 section "
                                     "2).",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "alert",
                          .choices = unknowns,
                          .roles = SERVER_ROLE},
    [TPSK_OPT_TRIES] = {.name = "tries",
                        .summary = "Wrong keys in a row after which an identity is locked.",
                        .type = IMP_OPTION_INT,
                        .preset = "5",
                        .min = 1,
                        .max = 1000000,
                        .roles = SERVER_ROLE},
    [TPSK_OPT_LOCK] = {.name = "lock",
                       .summary = "First time that an identity is locked; doubles each time.",
                       .type = IMP_OPTION_INT,
                       .preset = "60",
                       .min = 0,
                       .max = 3600,
                       .unit = "s",
                       .roles = SERVER_ROLE},
    [TPSK_OPT_COOKIE] = {.name = "cookie",
                         .summary = "The server asks for a return-routability cookie first "
                                    "(RFC 6347 section 4.2.1).",
                         .type = IMP_OPTION_BOOL,
                         .preset = "true",
                         .roles = SERVER_ROLE},
    [TPSK_OPT_BACK_OFF] = {.name = "back-off",
                           .summary = "Wait after a failed handshake.",
                           .type = IMP_OPTION_INT,
                           .preset = "10",
                           .min = 1,
                           .max = 3600,
                           .unit = "s",
                           .roles = DEVICE_ROLE},
    [TPSK_OPT_EXCHANGE] = {.name = "key-exchange",
                           .summary = "TLS_PSK_WITH_AES_128_CCM_8, or "
                                      "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256, whose records "
                                      "stay closed to who learns the key later.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "psk",
                           .choices = exchanges,
                           .roles = BOTH_ROLES},
    [TPSK_OPT_FORM] = {.name = "label-form",
                       .summary =
                           "What the label prints: 128 bits as 32 hexadecimal digits, or 100 "
                           "bits as 20 characters of base32, in ASCII the pre-shared key "
                           "(RFC 4279 section 5.4).",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "hexadecimal",
                       .choices = forms,
                       .roles = DEVICE_ROLE,
                       .needs = "secret=label"},
    [TPSK_OPT_STRETCHING] = {.name = "pin-stretching",
                             .summary = "The pre-shared key is computed from a PIN by PBKDF2; else "
                                        "its digits are the key.",
                             .type = IMP_OPTION_BOOL,
                             .preset = "true",
                             .roles = BOTH_ROLES,
                             .needs = "secret=pin"},
    [TPSK_OPT_TYPING] = IMP_TYPING_ERROR_ROW(SERVER_ROLE),
    [TPSK_OPT_AGAIN] = {.name = "type-again-after",
                        .summary = "Failed handshakes after which the person types the secret once "
                                   "more; 0: never.",
                        .type = IMP_OPTION_INT,
                        .preset = "0",
                        .min = 0,
                        .max = 1000,
                        .roles = DEVICE_ROLE},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [TPSK_FLAW_DEFAULT_SECRET] = {.name = "default-secret",
                                  .summary = "All devices of the maker have one secret, which the "
                                             "manual prints.",
                                  .role = TPSK_DEVICE,
                                  .broken_by = "dolev-yao",
                                  .goal = "g1"},
    [TPSK_FLAW_ADMITS_DEFAULT] = {.name = "admits-default",
                                  .summary = "The server takes the maker's default secret for "
                                             "devices whose own was never typed.",
                                  .role = TPSK_SERVER,
                                  .broken_by = "dolev-yao",
                                  .goal = "g5"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128", "On the label, unique to the device; or a PIN made on the spot."},
    {"interface", "label or display", "A printed label; a display for a PIN."},
    {"oob", "derivation", "What the user types is the pre-shared key."},
    {"third-party", "none", "The user and the server only."},
    {"user-acts", "1", "Type serial number and secret at the server."},
    {"link", "UDP over IPv6", "To the server's CoAPS port."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_BOOTSTRAPPING, "handshake", "RFC 6347; RFC 4279; RFC 5489"},
    {IMP_PHASE_PROVISIONING, "replacing the key", "imprint's own profile"},
    {IMP_PHASE_REGISTRATION, "registration", "imprint's own profile"},
    {.word = NULL},
};

/* The adversary has read the manual. */
static const struct imp_setting adversary[] = {
    {"secret", "default"},
    {NULL, NULL},
};

static const char *const variant[] = {"secret", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one version and one cipher suite: nothing is negotiated"},
    {"g12", "whoever has typed the secret commands; the device knows no owner"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", TPSK_DEVICE, false},
                                                  {"revoke", TPSK_SERVER, true},
                                                  {"reset", TPSK_SERVER, true},
                                                  {.word = NULL}};

const struct imp_mechanism imp_tls_psk = {
    .name = "tls-psk",
    .title = "Device secret typed as DTLS pre-shared key",
    .class = IMP_CLASS_AD_HOC,
    .reference = "RFC 4279, RFC 6655, RFC 7252",
    .summary = "A person types the serial number and the secret of a device at the server: 128 "
               "printed bits, or a short PIN. Both are proven in a DTLS handshake with that "
               "pre-shared key; the server then replaces it. No forward secrecy; a recorded "
               "handshake of a PIN gives the PIN.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = tpsk_guesses,
    .adversary = adversary,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = tpsk_provision,
};
