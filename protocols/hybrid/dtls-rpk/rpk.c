/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk.c - DTLS 1.2 with raw public keys (RFC 7250, the RawPublicKey mode of RFC 7252 section
 * 9.1.3.2) as data. Keys are told apart by names that travel out of band beforehand; the
 * enrolment over the session (POST /enrol, POST /ready) is imprint's own. */
#include "rpk.h"

#include "rpk_device.h"
#include "rpk_server.h"

static const char *const device_states[] = {
    [RPK_UNPINNED] = "unpinned",
    [RPK_HANDSHAKE] = "handshake",
    [RPK_BACK_OFF] = "back-off",
    [RPK_ENROLLING] = "enrolling",
    [RPK_REGISTERING] = "registering",
    [RPK_OPERATIONAL] = "operational",
    NULL,
};

static const char *const server_states[] = {
    [RPK_SERVER_IDLE] = "idle",       [RPK_SERVER_HANDSHAKE] = "handshake",
    [RPK_SERVER_OPEN] = "open",       [RPK_SERVER_ENROLLED] = "enrolled",
    [RPK_SERVER_DONE] = "registered", NULL,
};

static const struct imp_role roles[] = {
    [RPK_DEVICE] = {.name = "device",
                    .kind = IMP_ROLE_DEVICE,
                    .summary = "DTLS and CoAP client with a raw key pair and a label naming it.",
                    .context_size = sizeof(struct rpk_device),
                    .init = rpk_device_init,
                    .event = rpk_device_event,
                    .fini = rpk_device_fini,
                    .state = rpk_device_state_of,
                    .states = device_states,
                    .legal = rpk_device_legal},
    [RPK_SERVER] = {.name = "server",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "Commissioning tool on the local network: lists the keys that it "
                               "admits and hands out the operational configuration.",
                    .context_size = sizeof(struct rpk_server),
                    .init = rpk_server_init,
                    .event = rpk_server_event,
                    .fini = rpk_server_fini,
                    .state = rpk_server_state_of,
                    .states = server_states,
                    .legal = rpk_server_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [RPK_COAPS] = {.name = "coaps",
                   .service = IMP_SERVICE_DATAGRAM,
                   .number = 5684,
                   .a = RPK_DEVICE,
                   .b = RPK_SERVER,
                   .summary = "CoAP over DTLS 1.2; in clear until ChangeCipherSpec."},
    [RPK_LABEL] = {.name = "device-label",
                   .service = IMP_SERVICE_OOB,
                   .a = RPK_DEVICE,
                   .b = RPK_SERVER,
                   .act = IMP_ACT_SCAN_QR,
                   .bits = 8 * IMP_NIH_TEXT_MAX,
                   .summary = "Name of the device's key in its human form (RFC 6920 section 7), "
                              "scanned from the label: public, but nobody may exchange it."},
    [RPK_SERVER_ID] = {.name = "server-identifier",
                       .service = IMP_SERVICE_OOB,
                       .a = RPK_SERVER,
                       .b = RPK_DEVICE,
                       .act = IMP_ACT_TAP_NFC,
                       .bits = 8 * IMP_NIH_TEXT_MAX,
                       .summary = "Name of the server's key, or the whole key, by near-field tap."},
    {.name = NULL},
};

static const struct imp_message messages[] = {
    [RPK_MSG_CLIENT_HELLO] = {"ClientHello", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_VERIFY_REQUEST] = {"HelloVerifyRequest", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_SERVER_FLIGHT] = {"ServerHello..ServerHelloDone", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_CLIENT_FLIGHT] = {"Certificate..Finished", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_FINISHED] = {"ChangeCipherSpec, Finished", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_ALERT] = {"Alert", IMP_PHASE_BOOTSTRAPPING, RPK_COAPS},
    [RPK_MSG_ENROL] = {"POST /enrol", IMP_PHASE_PROVISIONING, RPK_COAPS},
    [RPK_MSG_ENROLLED] = {"2.01 Created", IMP_PHASE_PROVISIONING, RPK_COAPS},
    [RPK_MSG_READY] = {"POST /ready", IMP_PHASE_REGISTRATION, RPK_COAPS},
    [RPK_MSG_REGISTERED] = {"2.04 Changed", IMP_PHASE_REGISTRATION, RPK_COAPS},
    [RPK_MSG_REFUSAL] = {"4.xx", IMP_PHASE_PROVISIONING, RPK_COAPS},
    [RPK_MSG_EMPTY] = {"Empty", IMP_PHASE_PROVISIONING, RPK_COAPS},
    [RPK_MSG_LABEL] = {"device label", IMP_PHASE_DISCOVERY, RPK_LABEL},
    [RPK_MSG_SERVER_ID] = {"server identifier", IMP_PHASE_DISCOVERY, RPK_SERVER_ID},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const pins[] = {"refuse", "first-use", "none", NULL};
static const char *const acls[] = {"list", "any", "delivered", NULL};
static const char *const suites[] = {"sha-256-120", "sha-256-128", NULL};
static const char *const ids[] = {"hash", "spki", NULL};
static const char *const namers[] = {"installer", "configuration", NULL};
static const char *const origins[] = {"factory", "boot", NULL};

#define DEVICE_ROLE (1u << RPK_DEVICE)
#define SERVER_ROLE (1u << RPK_SERVER)
#define BOTH_ROLES (DEVICE_ROLE | SERVER_ROLE)

static const struct imp_option options[] = {
    [RPK_OPT_PIN] = {.name = "pin",
                     .summary = "The device's policy for the server's key: refuse all but the one "
                                "named out of band, keep the first one met, or compare nothing.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "refuse",
                     .choices = pins,
                     .roles = BOTH_ROLES},
    [RPK_OPT_ACL] = {.name = "acl",
                     .summary = "The server's policy for devices' keys: only those whose labels "
                                "were scanned, or any, or those on the list that the vendor has "
                                "delivered with the devices, whose labels need not be scanned.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "list",
                     .choices = acls,
                     .roles = BOTH_ROLES,
                     .needs = "key-origin=factory",
                     .needing = "delivered"},
    [RPK_OPT_SUITE] = {.name = "hash",
                       .summary = "Truncated hash that names a key (RFC 6920 section 9.4).",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "sha-256-120",
                       .choices = suites,
                       .roles = BOTH_ROLES},
    [RPK_OPT_SERVER_ID] = {.name = "server-identifier",
                           .summary = "What the installer gives the device: the name of the "
                                      "server's key, or the whole SubjectPublicKeyInfo.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "hash",
                           .choices = ids,
                           .roles = SERVER_ROLE},
    [RPK_OPT_ORIGIN] = {.name = "key-origin",
                        .summary = "Where the device's key comes from: the factory (survives a "
                                   "reset) or its first boot (the label must be shown).",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "factory",
                        .choices = origins,
                        .roles = DEVICE_ROLE},
    [RPK_OPT_COOKIE] = {.name = "cookie",
                        .summary = "The server asks for a return-routability cookie first "
                                   "(RFC 6347 section 4.2.1).",
                        .type = IMP_OPTION_BOOL,
                        .preset = "true",
                        .roles = SERVER_ROLE},
    [RPK_OPT_BACK_OFF] = {.name = "back-off",
                          .summary = "Wait after a failed handshake; doubles each time.",
                          .type = IMP_OPTION_INT,
                          .preset = "30",
                          .min = 1,
                          .max = 3600,
                          .unit = "s",
                          .roles = DEVICE_ROLE},
    [RPK_OPT_BACK_OFF_MAX] = {.name = "back-off-max",
                              .summary = "Longest wait between two handshakes.",
                              .type = IMP_OPTION_INT,
                              .preset = "3600",
                              .min = 1,
                              .max = 86400,
                              .unit = "s",
                              .roles = DEVICE_ROLE},
    [RPK_OPT_PENDING] = {.name = "pending-expiry",
                         .summary = "How long a scanned label waits for its device.",
                         .type = IMP_OPTION_INT,
                         .preset = "86400",
                         .min = 1,
                         .max = 2147483647,
                         .unit = "s",
                         .roles = SERVER_ROLE},
    [RPK_OPT_REFRESH] = {.name = "refresh",
                         .summary = "Period of the device's renewed registration; a server that "
                                    "does not answer is sought by a new handshake; 0: never.",
                         .type = IMP_OPTION_INT,
                         .preset = "0",
                         .min = 0,
                         .max = 86400,
                         .unit = "s",
                         .roles = DEVICE_ROLE},
    [RPK_OPT_NAME] = {.name = "device-name",
                      .summary = "What the device calls itself when it enrols.",
                      .type = IMP_OPTION_STRING,
                      .preset = "sensor",
                      .min = 1,
                      .max = 32,
                      .unit = "octets",
                      .roles = DEVICE_ROLE},
    [RPK_OPT_NAMED_BY] = {.name = "server-named-by",
                          .summary =
                              "Who gives the device the server's identifier: the installer, "
                              "by a tap after the scan, or its configuration before the first "
                              "power-on, which has those of all servers.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "installer",
                          .choices = namers,
                          .roles = BOTH_ROLES,
                          .needs = "pin=refuse"},
    {.name = NULL},
};

/* The check that the identifier in POST /enrol is that of the session's key is redundant, since the
 * session has authenticated the key already: it finds mistakes, and no adversary needs it gone. */
static const struct imp_flaw flaws[] = {
    [RPK_FLAW_NO_SERVER_CHECK] = {.name = "no-server-key-check",
                                  .summary = "The device takes any key for its server's.",
                                  .role = RPK_DEVICE,
                                  .broken_by = "dolev-yao",
                                  .goal = "g5"},
    [RPK_FLAW_NO_ACL] = {.name = "no-acl-check",
                         .summary = "The server admits keys whose labels were never scanned.",
                         .role = RPK_SERVER,
                         .broken_by = "dolev-yao",
                         .goal = "g5"},
    [RPK_FLAW_PREFIX] = {.name = "compares-prefix-only",
                         .summary = "Of a whole key, the device compares the first 24 octets only; "
                                    "they name the algorithm and are the same for every P-256 key.",
                         .role = RPK_DEVICE,
                         .broken_by = "dolev-yao",
                         .goal = "g5",
                         .with = "server-identifier=spki"},
    [RPK_FLAW_CHANGED_KEY] = {.name = "accepts-changed-key",
                              .summary = "A stored server key is replaced by whatever comes next.",
                              .role = RPK_DEVICE,
                              .broken_by = "late-comer",
                              .goal = "g5",
                              .with = "pin=first-use,refresh=20"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "P-256 key pair", "At both ends; no certificate and no authority."},
    {"credential", "label", "Name of the device's key on its body or its packing."},
    {"interface", "label, NFC",
     "A printed label; an NFC tag or port to receive the server's name."},
    {"oob", "confirmation", "Names of the public keys are carried, and compared in the handshake."},
    {"third-party", "none", "The installer carries both names."},
    {"user-acts", "2", "Scan the device's label; tap the device with the server's name."},
    {"link", "UDP over IPv6", "To the server's CoAPS port."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "out-of-band provisioning", "RFC 7252 section 9.1.3.2.1"},
    {IMP_PHASE_BOOTSTRAPPING, "handshake", "RFC 6347; RFC 7250"},
    {IMP_PHASE_PROVISIONING, "enrolment", "imprint's own profile"},
    {IMP_PHASE_REGISTRATION, "registration", "imprint's own profile"},
    {.word = NULL},
};

/* The adversary's own parties compare nothing and wait for nobody. */
static const struct imp_setting adversary[] = {
    {"pin", "none"},
    {"acl", "any"},
    {"refresh", "0"},
    {NULL, NULL},
};

static const char *const variant[] = {"pin", "acl", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one version and one cipher suite: nothing is negotiated"}, {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", RPK_DEVICE, false},
                                                  {"revoke", RPK_SERVER, true},
                                                  {"reset", RPK_SERVER, true},
                                                  {.word = NULL}};

const struct imp_mechanism imp_dtls_rpk = {
    .name = "dtls-rpk",
    .title = "DTLS with raw public keys, named out of band",
    .class = IMP_CLASS_HYBRID,
    .reference = "RFC 7250, RFC 7252, RFC 6920",
    .summary = "Device and server hold P-256 key pairs without certificates. The installer scans "
               "the name of the device's key from its label into the server's list and gives the "
               "device the name of the server's key. A mutual DTLS 1.2 handshake proves both keys; "
               "then the device enrols by CoAP and receives its operational configuration.",
    .own_profile = false,
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .adversary = adversary,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .owner = "server",
    .provision = rpk_provision,
};
