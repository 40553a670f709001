/* SPDX-License-Identifier: GPL-2.0-only */
/* est.c - the mechanism "est" as data. */
#include "est.h"

static const char *const states[] = {
    [EST_IDLE] = "idle",
    [EST_HANDSHAKE] = "handshake",
    [EST_ANCHORS] = "ca-certificates",
    [EST_HUMAN] = "human",
    [EST_CONSENT] = "consent",
    [EST_ATTRIBUTES] = "csr-attributes",
    [EST_ENROLLING] = "certificate",
    [EST_REQUEST] = "request",
    [EST_READY] = "ready",
    [EST_ABORTED] = "aborted",
    NULL,
};

static const struct imp_role roles[] = {
    [EST_DEVICE] = {.name = "client",
                    .kind = IMP_ROLE_DEVICE,
                    .summary = "Device with a manufacturer's identity that wants a certificate of "
                               "the operator's.",
                    .context_size = sizeof(struct est_device),
                    .init = est_device_init,
                    .event = est_device_event,
                    .fini = est_device_fini,
                    .state = est_device_state_of,
                    .states = states,
                    .legal = est_device_legal},
    [EST_SERVER] = {.name = "server",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "EST server of the operator, with his certificate authority.",
                    .context_size = sizeof(struct est_server),
                    .init = est_server_init,
                    .event = est_server_event,
                    .fini = est_server_fini,
                    .state = est_server_state_of,
                    .states = states,
                    .legal = est_server_legal},
    [EST_OTHER_SERVER] = {.name = "other-server",
                          .kind = IMP_ROLE_ACCESS,
                          .summary = "Another EST server, to which requests are redirected, with "
                                     "other-server=operator or foreign.",
                          .only_with = "other-server",
                          .optional = true,
                          .context_size = sizeof(struct est_server),
                          .init = est_server_init,
                          .event = est_server_event,
                          .fini = est_server_fini,
                          .state = est_server_state_of,
                          .states = states,
                          .legal = est_server_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [EST_STREAM] = {.name = "est",
                    .service = IMP_SERVICE_STREAM,
                    .number = 443,
                    .a = EST_DEVICE,
                    .b = EST_SERVER,
                    .summary = "HTTP/1.1 over TLS over TCP; in clear until ChangeCipherSpec."},
    [EST_ELSEWHERE] = {.name = "elsewhere",
                       .service = IMP_SERVICE_STREAM,
                       .number = 8443,
                       .a = EST_DEVICE,
                       .b = EST_OTHER_SERVER,
                       .summary = "The same with the other server: the same messages."},
    {.name = NULL},
};

#define ROW(id, text, p) [EST_MSG_##id] = {text, IMP_PHASE_##p, EST_STREAM},
static const struct imp_message messages[] = {EST_MESSAGES(ROW){.name = NULL}};

static const struct imp_act acts[] = {
    [EST_ACT_COMPARE] = {.name = "compare-fingerprint",
                         .kind = IMP_ACT_COMPARE,
                         .role = EST_DEVICE,
                         .summary = "Compare the SHA-256 of the CA certificate that the device "
                                    "shows with the operator's (RFC 7030 section 4.1.1)."},
    [EST_ACT_AGREE] = {.name = "agree-redirection",
                       .kind = IMP_ACT_CONFIRM,
                       .role = EST_DEVICE,
                       .summary = "Agree that a request for a certificate goes to another server "
                                  "(RFC 7030 section 3.2.1)."},
    {.name = NULL}};

static const char *const bootstraps[] = {"human", "fingerprint", "explicit", "tofu", NULL};
static const char *const auths[] = {"idevid", "password", NULL};
static const char *const others[] = {"none", "operator", "foreign", NULL};
static const char *const rolled[] = {"old", "new", NULL};
static const char *const orders[] = {"issued", "leaf-first", "root-first", NULL};
static const char *const answers[] = {"list", "empty", "no-content", "not-found", NULL};
static const char *const redirects[] = {"none", "same-origin", "other-origin", NULL};
static const char *const schemes[] = {"basic", "digest", NULL};
static const char *const makers[] = {"device", "server", NULL};
static const char *const sealings[] = {"none", "symmetric", "asymmetric", NULL};
static const char *const versions[] = {"1.2", "1.3", NULL};

#define DEVICE_ROLE (1u << EST_DEVICE)
#define SERVER_ROLE (1u << EST_SERVER | 1u << EST_OTHER_SERVER)

static const struct imp_option options[] = {
    [EST_OPT_BOOTSTRAP] = {.name = "bootstrap",
                           .summary = "How the device knows the operator's trust anchor: a human "
                                      "compares the fingerprint of what came, the device itself "
                                      "compares it with one that it was given, the operator has "
                                      "installed the anchor before, or whatever comes is kept.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "human",
                           .choices = bootstraps,
                           .roles = DEVICE_ROLE},
    [EST_OPT_CLIENT_AUTH] = {.name = "client-auth",
                             .summary = "The device proves itself with the manufacturer's "
                                        "certificate in TLS, or with a password in HTTP.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "idevid",
                             .choices = auths,
                             .roles = DEVICE_ROLE},
    [EST_OPT_TLS] = {.name = "tls-version",
                     .summary = "Of TLS; the server has both.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "1.2",
                     .choices = versions,
                     .roles = DEVICE_ROLE},
    [EST_OPT_POP] = {.name = "pop-linking",
                     .summary = "The request holds the channel binding of its session (RFC 7030 "
                                "section 3.5): tls-unique, in TLS 1.3 tls-exporter.",
                     .type = IMP_OPTION_BOOL,
                     .preset = "true",
                     .roles = DEVICE_ROLE | SERVER_ROLE},
    [EST_OPT_CSRATTRS] = {.name = "csrattrs",
                          .summary = "The device asks first what a request shall hold.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "true",
                          .roles = DEVICE_ROLE},
    [EST_OPT_BACK_OFF] = {.name = "back-off",
                          .summary = "Wait for a connection, and after one that failed.",
                          .type = IMP_OPTION_INT,
                          .preset = "30",
                          .min = 1,
                          .max = 3600,
                          .unit = "s",
                          .roles = DEVICE_ROLE},
    [EST_OPT_KEY] = {.name = "key-generation",
                     .summary = "Who makes the key of the certificate: the device, or the server, "
                                "which sends it with the certificate (RFC 7030 section 4.4).",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "device",
                     .choices = makers,
                     .roles = DEVICE_ROLE},
    [EST_OPT_APPROVAL] = {.name = "approval",
                          .summary =
                              "Time until the operator agrees to a new device; it is answered "
                              "202 with Retry-After before (RFC 7030 section 4.2.3).",
                          .type = IMP_OPTION_INT,
                          .preset = "0",
                          .min = 0,
                          .max = 86400,
                          .unit = "s",
                          .roles = SERVER_ROLE},
    [EST_OPT_RENEW] = {.name = "renew",
                       .summary = "Time after which the device asks for its next certificate by "
                                  "/simplereenroll; 0: never.",
                       .type = IMP_OPTION_INT,
                       .preset = "0",
                       .min = 0,
                       .max = 31536000,
                       .unit = "s",
                       .roles = DEVICE_ROLE},
    [EST_OPT_SEALING] = {.name = "key-encryption",
                         .summary = "How a key of the server's making is encrypted beside TLS: not "
                                    "at all, for a secret key, or for a key pair that device and "
                                    "server have been given (RFC 7030 sections 4.4.1.1, 4.4.1.2).",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "none",
                         .choices = sealings,
                         .roles = DEVICE_ROLE},
    [EST_OPT_HTTP_AUTH] = {.name = "http-auth",
                           .summary = "How the server asks for a password: as it is, or as the key "
                                      "of a hash (RFC 7617; RFC 7616 with SHA-256).",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "basic",
                           .choices = schemes,
                           .roles = SERVER_ROLE},
    [EST_OPT_REDIRECT] = {.name = "redirect",
                          .summary = "Where the server sends clients for what they ask (RFC 7030 "
                                     "section 3.2.1): nowhere, to another path of its own, or to "
                                     "another server.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "none",
                          .choices = redirects,
                          .roles = 1u << EST_SERVER},
    [EST_OPT_LABEL] = {.name = "label",
                       .summary = "Of the authority, in paths between est and the operation (RFC "
                                  "7030 section 3.2.2): what the device asks, what the server has "
                                  "beside paths without one. Empty: none.",
                       .type = IMP_OPTION_STRING,
                       .preset = "",
                       .min = 0,
                       .max = EST_LABEL,
                       .unit = "octets",
                       .roles = DEVICE_ROLE | SERVER_ROLE},
    [EST_OPT_REQUIRED] = {.name = "csrattrs-required",
                          .summary = "The device must be told what a request shall hold, and asks; "
                                     "the server wants a dNSName and refuses requests without it "
                                     "(RFC 7030 section 4.5.2).",
                          .type = IMP_OPTION_BOOL,
                          .preset = "false",
                          .roles = DEVICE_ROLE | SERVER_ROLE},
    [EST_OPT_ANSWER] = {.name = "csrattrs-answer",
                        .summary = "What the server says to who asks what a request shall hold: a "
                                   "list, an empty one, 204, or 404 (RFC 7030 section 4.5.2).",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "list",
                        .choices = answers,
                        .roles = SERVER_ROLE,
                        .needs = "csrattrs-required=false"},
    [EST_OPT_HEADER] = {.name = "base64-header",
                        .summary = "Bodies come with Content-Transfer-Encoding, as RFC 7030 has "
                                   "it; both ends read them with and without (RFC 8951 section 3).",
                        .type = IMP_OPTION_BOOL,
                        .preset = "true",
                        .roles = DEVICE_ROLE | SERVER_ROLE},
    [EST_OPT_ROLLOVER] = {.name = "ca-rollover",
                          .summary = "Time at which the certificate authority changes its key; "
                                     "/cacerts has NewWithNew, NewWithOld, OldWithNew and "
                                     "OldWithOld then (RFC 7030 section 4.1.3); 0: never.",
                          .type = IMP_OPTION_INT,
                          .preset = "0",
                          .min = 0,
                          .max = 31536000,
                          .unit = "s",
                          .roles = SERVER_ROLE},
    [EST_OPT_ROLLED_CERTIFICATE] = {.name = "rollover-certificate",
                                    .summary = "After it the server's own certificate is still the "
                                               "old key's, with OldWithNew, or the new key's, with "
                                               "NewWithOld.",
                                    .type = IMP_OPTION_CHOICE,
                                    .preset = "old",
                                    .choices = rolled,
                                    .roles = SERVER_ROLE},
    [EST_OPT_REFRESH] = {.name = "cacerts-refresh",
                         .summary = "The device asks for the CA certificates again before it asks "
                                    "for a certificate, and follows NewWithOld to a new root.",
                         .type = IMP_OPTION_BOOL,
                         .preset = "false",
                         .roles = DEVICE_ROLE},
    [EST_OPT_ORDER] = {.name = "certs-only-order",
                       .summary = "Of the certificates in an answer: of /simpleenroll the issued "
                                  "one alone (RFC 7030 section 4.2.3), or as some servers have it, "
                                  "with the root behind or before; of /cacerts the newest root "
                                  "last, with leaf-first, else first.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "issued",
                       .choices = orders,
                       .roles = SERVER_ROLE},
    [EST_OPT_OTHER] = {.name = "other-server",
                       .summary = "Who is at the other web origin: nobody, a server of the same "
                                  "operator's and authority, or one of a foreign authority.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "none",
                       .choices = others,
                       .roles = 1u << EST_OTHER_SERVER},
    [EST_OPT_CONSENT] = {.name = "redirect-consent",
                         .summary = "There is a user whom the device asks before its request goes "
                                    "to another web origin; else it does not go.",
                         .type = IMP_OPTION_BOOL,
                         .preset = "true",
                         .roles = DEVICE_ROLE},
    [EST_OPT_ADMITTED] = {.name = "admitted",
                          .summary = "Names of the devices that the operator expects, apart by "
                                     "commas; 403 answers others who are known to the "
                                     "manufacturer. Empty: all of his are admitted.",
                          .type = IMP_OPTION_STRING,
                          .preset = "",
                          .min = 0,
                          .max = 200,
                          .unit = "octets",
                          .roles = SERVER_ROLE},
    [EST_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(DEVICE_ROLE, "client-auth=idevid"),
    [EST_OPT_SEND] = IMP_SEND_CHAIN_ROW(DEVICE_ROLE),
    [EST_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(SERVER_ROLE, "The server"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    [EST_FLAW_FINGERPRINT] = {.name = "unchecked-fingerprint",
                              .summary = "Whatever CA certificates come first are installed; "
                                         "nobody compares them.",
                              .role = EST_DEVICE,
                              .broken_by = "first-contact",
                              .goal = "g1",
                              .with = "bootstrap=fingerprint"},
    [EST_FLAW_ANY_SERVER] = {.name = "any-server",
                             .summary = "The server's certificate is not verified once there is a "
                                        "trust anchor.",
                             .role = EST_DEVICE,
                             .broken_by = "dolev-yao",
                             .goal = "g1",
                             .with = "bootstrap=explicit"},
    [EST_FLAW_ANY_CLIENT] = {.name = "any-client",
                             .summary = "Certificates of any manufacturer, or of none, are taken "
                                        "for a device's identity.",
                             .role = EST_SERVER,
                             .broken_by = "dolev-yao",
                             .goal = "g5",
                             .with = "bootstrap=explicit"},
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "IDevID (IEEE 802.1AR)", "Given by the manufacturer; or a password."},
    {"interface", "display", "That shows a fingerprint, with bootstrap = human."},
    {"oob", "confirmation", "With bootstrap = human a person compares the fingerprint; else none."},
    {"third-party", "certificate authority", "The operator's; he knows the manufacturer's."},
    {"user-acts", "1", "Compare a fingerprint of 256 bits; with other-server agree to it."},
    {"link", "TCP over IPv6", "To the server's port 443."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_BOOTSTRAPPING, "bootstrap distribution of CA certificates",
     "RFC 7030 section 4.1.1"},
    {IMP_PHASE_PROVISIONING, "enrollment", "RFC 7030 section 4.2"},
    {.word = NULL},
};

static const char *const variant[] = {"bootstrap", "client-auth", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "the version of TLS is set at the device and there is one suite of each"},
    {"g12", "a certificate says who the device is, not whom it obeys"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", EST_DEVICE, false}, {.word = NULL}};

static void provision(struct imp_env *const *parties, size_t count)
{
    est_provision(parties, count);
    est_provision_sealing(parties, count, EST_OPT_SEALING);
    est_provision_rollover(parties, count, EST_OPT_ROLLOVER);
}

const struct imp_mechanism imp_est = {
    .name = "est",
    .title = "Enrollment over Secure Transport",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 7030",
    .summary = "A device fetches the operator's CA certificates over an unauthenticated TLS "
               "session; a human compares their fingerprint. In a second session, authenticated by "
               "that trust anchor and by the manufacturer's certificate of the device, it asks for "
               "a certificate for a key of its own.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
