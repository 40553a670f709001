/* SPDX-License-Identifier: GPL-2.0-only */
/* est.c - the mechanism "est" as data. */
#include "est.h"
#include "est_rows.h"

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

static const char *const bootstraps[] = {"human", "fingerprint", "explicit",
                                         "tofu",  "implicit",    NULL};
static const char *const auths[] = {"idevid", "password", "none", NULL};
static const char *const others[] = {"none", "operator", "foreign", NULL};
static const char *const orders[] = {"issued", "leaf-first", "root-first", NULL};
static const char *const redirects[] = {"none", "same-origin", "other-origin", NULL};
static const char *const schemes[] = {"basic", "digest", NULL};
static const char *const versions[] = {"1.2", "1.3", NULL};

#define SERVER_ROLE (1u << EST_SERVER | 1u << EST_OTHER_SERVER)
#define BOTH_ROLES (EST_DEVICE_ROLE | SERVER_ROLE)

static const struct imp_option options[] = {
    [EST_OPT_BOOTSTRAP] = {.name = "bootstrap",
                           .summary = "How the device knows the operator's trust anchor: a human "
                                      "compares the fingerprint of what came, the device itself "
                                      "compares it with one that it was given, the operator has "
                                      "installed the anchor before, whatever comes is kept, or a "
                                      "server that a public authority has certified for the name "
                                      "where it is looked for gives it.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "human",
                           .choices = bootstraps,
                           .roles = BOTH_ROLES},
    [EST_OPT_CLIENT_AUTH] = {.name = "client-auth",
                             .summary = "The device proves itself with the manufacturer's "
                                        "certificate in TLS, with a password in HTTP, or not at "
                                        "all.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "idevid",
                             .choices = auths,
                             .roles = EST_DEVICE_ROLE},
    [EST_OPT_TLS] = {.name = "tls-version",
                     .summary = "Of TLS; the server has both.",
                     .type = IMP_OPTION_CHOICE,
                     .preset = "1.2",
                     .choices = versions,
                     .roles = EST_DEVICE_ROLE},
    [EST_OPT_POP] = {.name = "pop-linking",
                     .summary = "The request holds the channel binding of its session (RFC 7030 "
                                "section 3.5): tls-unique, in TLS 1.3 tls-exporter.",
                     .type = IMP_OPTION_BOOL,
                     .preset = "true",
                     .roles = BOTH_ROLES},
    [EST_OPT_CSRATTRS] = EST_CSRATTRS_ROW("true"),
    [EST_OPT_BACK_OFF] =
        EST_BACK_OFF_ROW("Wait for a connection, and after one that failed.", "30"),
    [EST_OPT_KEY] = EST_KEY_ROW("RFC 7030 section 4.4"),
    [EST_OPT_APPROVAL] =
        EST_APPROVAL_ROW(SERVER_ROLE, "202 with Retry-After before (RFC 7030 section 4.2.3)"),
    [EST_OPT_RENEW] = EST_RENEW_ROW("/simplereenroll"),
    [EST_OPT_SEALING] = EST_SEALING_ROW("TLS", "RFC 7030 sections 4.4.1.1, 4.4.1.2"),
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
    [EST_OPT_LABEL] = EST_LABEL_ROW(BOTH_ROLES, "est and the operation (RFC 7030 section 3.2.2)"),
    [EST_OPT_REQUIRED] = EST_REQUIRED_ROW(BOTH_ROLES),
    [EST_OPT_ANSWER] = EST_ANSWER_ROW(SERVER_ROLE, "204, or 404", "no-content", "not-found"),
    [EST_OPT_HEADER] = {.name = "base64-header",
                        .summary = "Bodies come with Content-Transfer-Encoding, as RFC 7030 has "
                                   "it; both ends read them with and without (RFC 8951 section 3).",
                        .type = IMP_OPTION_BOOL,
                        .preset = "true",
                        .roles = BOTH_ROLES},
    [EST_OPT_ROLLOVER] = EST_ROLLOVER_ROW(SERVER_ROLE, "/cacerts"),
    [EST_OPT_ROLLED_CERTIFICATE] = EST_ROLLED_ROW(SERVER_ROLE),
    [EST_OPT_REFRESH] =
        EST_REFRESH_ROW("The device asks for the CA certificates again before it asks for a "
                        "certificate, and follows NewWithOld to a new root."),
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
                         .roles = EST_DEVICE_ROLE},
    [EST_OPT_ADMITTED] = EST_ADMITTED_ROW(SERVER_ROLE, "403"),
    [EST_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(EST_DEVICE_ROLE, "client-auth=idevid"),
    [EST_OPT_SEND] = IMP_SEND_CHAIN_ROW(EST_DEVICE_ROLE),
    [EST_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(SERVER_ROLE, "The server"),
    [EST_OPT_ANONYMOUS] = {.name = "anonymous",
                           .summary = "Who has not proved who he is gets a certificate in the name "
                                      "that his request says; else he is answered 401 (RFC 7030 "
                                      "section 3.7 leaves it to the operator).",
                           EST_BOOL("false"),
                           .roles = SERVER_ROLE},
    [EST_OPT_RENEW_PART] = EST_RENEW_PART_ROW,
    [EST_OPT_LIFETIME] = EST_LIFETIME_ROW(SERVER_ROLE),
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
    [EST_FLAW_ANY_NAME] = {.name = "any-name",
                           .summary = "Whatever name a public authority has certified, it is the "
                                      "server that was looked for.",
                           .role = EST_DEVICE,
                           .broken_by = "dolev-yao",
                           .goal = "g1",
                           .with = "bootstrap=implicit"},
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

static const struct imp_severance severances[] = {
    {"reset", EST_DEVICE, false}, {"revoke", EST_SERVER, true}, {.word = NULL}};

static void provision(struct imp_env *const *parties, size_t count)
{
    est_provision(parties, count);
    est_provision_sealing(parties, count, EST_OPT_SEALING, 0);
    est_provision_rollover(parties, count, EST_OPT_ROLLOVER);
    est_provision_public(parties, count);
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
