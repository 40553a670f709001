/* SPDX-License-Identifier: GPL-2.0-only */
/* brski.c - the mechanism "brski" as data. */
#include "brski.h"
#include "brski_rows.h"

static const char *const states[] = {
    [BRSKI_DISCOVERY] = "proxy",
    [BRSKI_IDLE] = "idle",
    [BRSKI_HANDSHAKE] = "handshake",
    [BRSKI_AWAIT_VOUCHER] = "voucher",
    [BRSKI_DEFERRED] = "deferred",
    [BRSKI_AWAIT_STATUS] = "voucher-status",
    [BRSKI_AWAIT_ANCHORS] = "ca-certificates",
    [BRSKI_AWAIT_ATTRS] = "csr-attributes",
    [BRSKI_AWAIT_CERT] = "certificate",
    [BRSKI_AWAIT_END] = "enrolment-status",
    [BRSKI_READY] = "ready",
    [BRSKI_REQUEST] = "request",
    [BRSKI_AWAIT_MASA] = "masa",
    [BRSKI_FORWARDING] = "forwarding",
    NULL,
};

#define ROLE(nm, kd, fn, sm, ...)                                                                  \
    {                                                                                              \
        .name = nm, .kind = kd, .summary = sm, .init = brski_##fn##_init,                          \
        .event = brski_##fn##_event, .fini = brski_##fn##_fini, .state = brski_##fn##_state_of,    \
        .states = states, .legal = brski_##fn##_legal, .context_size = sizeof(struct brski_##fn),  \
        __VA_ARGS__                                                                                \
    }
static const struct imp_role roles[] = {
    [BRSKI_PLEDGE] =
        ROLE("pledge", IMP_ROLE_DEVICE, pledge,
             "Device that knows its manufacturer and looks for its owner.", .optional = false),
    [BRSKI_PROXY] = ROLE("join-proxy", IMP_ROLE_ACCESS, proxy,
                         "Neighbour that announces itself and forwards octets to the registrar.",
                         .optional = true, .only_with = "proxy"),
    [BRSKI_REGISTRAR] =
        ROLE("registrar", IMP_ROLE_ACCESS, registrar,
             "The owner's registrar, with his certificate authority.", .optional = false),
    [BRSKI_AUTHORITY] = ROLE("masa", IMP_ROLE_SERVER, masa,
                             "The manufacturer's authority that signs vouchers and keeps a log.",
                             .optional = true, .third_party = true),
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [BRSKI_GRASP] = {.name = "grasp",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 7017,
                     .group = "ff02::13",
                     .a = BRSKI_PLEDGE,
                     .b = BRSKI_PROXY,
                     .summary = "M_FLOOD of GRASP (RFC 8990): where the join proxy listens."},
    [BRSKI_JOIN] = {.name = "join",
                    .service = IMP_SERVICE_STREAM,
                    .number = 4443,
                    .a = BRSKI_PLEDGE,
                    .b = BRSKI_PROXY,
                    .summary = "TLS with the registrar over link-local TCP with the join proxy."},
    [BRSKI_ACP] = {.name = "acp",
                   .service = IMP_SERVICE_STREAM,
                   .number = 8443,
                   .a = BRSKI_PROXY,
                   .b = BRSKI_REGISTRAR,
                   .summary = "The same octets between join proxy and registrar."},
    [BRSKI_MASA] = {.name = "masa",
                    .service = IMP_SERVICE_STREAM,
                    .number = 443,
                    .a = BRSKI_REGISTRAR,
                    .b = BRSKI_AUTHORITY,
                    .summary = "HTTP/1.1 over TLS between registrar and MASA."},
    [BRSKI_GRASP_DIRECT] = {.name = "grasp-direct",
                            .service = IMP_SERVICE_DATAGRAM,
                            .number = 7017,
                            .group = "ff02::13",
                            .a = BRSKI_PLEDGE,
                            .b = BRSKI_REGISTRAR,
                            .without = BRSKI_PROXY,
                            .summary = "The same M_FLOOD of a registrar on the pledge's link "
                                       "(RFC 8995 section 4)."},
    [BRSKI_JOIN_DIRECT] = {.name = "join-direct",
                           .service = IMP_SERVICE_STREAM,
                           .number = 8443,
                           .a = BRSKI_PLEDGE,
                           .b = BRSKI_REGISTRAR,
                           .without = BRSKI_PROXY,
                           .summary = "TLS with that registrar over link-local TCP."},
    {.name = NULL},
};

#define ROW(id, text, p, c) [BRSKI_MSG_##id] = {text, IMP_PHASE_##p, BRSKI_##c},
static const struct imp_message messages[] = {BRSKI_MESSAGES(ROW){.name = NULL}};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const nonces[] = {"required", "any", NULL};
static const char *const versions[] = {"1.2", "1.3", NULL};
static const char *const vouchers[] = {"nonceful", "nonceless", "stored", NULL};
static const char *const audits[] = {"skip", "alarm", "strict", "nonced", NULL};
static const char *const histories[] = {"none", "nonced", "nonceless", NULL};
static const char *const policies[] = {"verified", "logged", NULL};
static const char *const sessions[] = {"same", "new", NULL};
static const char *const proxies[] = {"none", "circuit", NULL};
static const char *const pins[] = {"ca", "registrar", NULL};

#define PLEDGE_ROLE (1u << BRSKI_PLEDGE)
#define PROXY_ROLE (1u << BRSKI_PROXY)
#define REGISTRAR_ROLE (1u << BRSKI_REGISTRAR)
#define MASA_ROLE (1u << BRSKI_AUTHORITY)

static const struct imp_option options[] = {
    [BRSKI_OPT_NONCE] = {.name = "nonce",
                         .summary = "Whether the pledge takes a voucher without a nonce, which "
                                    "may be an old one.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "required",
                         .choices = nonces,
                         .roles = PLEDGE_ROLE},
    [BRSKI_OPT_CLOCK] = {.name = "clock",
                         .summary = "The pledge has a clock that it trusts: it dates its request "
                                    "and refuses vouchers that have expired.",
                         .type = IMP_OPTION_BOOL,
                         .preset = "false",
                         .roles = PLEDGE_ROLE},
    [BRSKI_OPT_TLS] = {.name = "tls-version",
                       .summary = "Of TLS between pledge and registrar; the registrar has both.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "1.2",
                       .choices = versions,
                       .roles = PLEDGE_ROLE},
    [BRSKI_OPT_BACK_OFF] = {.name = "back-off",
                            .summary = "First wait after an attempt that failed; it doubles, up to "
                                       "an hour.",
                            .type = IMP_OPTION_INT,
                            .preset = "5",
                            .min = 1,
                            .max = 3600,
                            .unit = "s",
                            .roles = PLEDGE_ROLE},
    [BRSKI_OPT_FLOOD] = {.name = "flood-period",
                         .summary = "Between two announcements of the join proxy, or of a "
                                    "registrar without one.",
                         .type = IMP_OPTION_INT,
                         .preset = "30",
                         .min = 1,
                         .max = 180,
                         .unit = "s",
                         .roles = PROXY_ROLE | REGISTRAR_ROLE},
    [BRSKI_OPT_VOUCHER] = {.name = "voucher",
                           .summary = "The registrar asks the MASA with the pledge's request and "
                                      "nonce, without them, or has asked before the device came.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "nonceful",
                           .choices = vouchers,
                           .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_AUDIT] = {.name = "audit",
                         .summary = "What the registrar does about other domains in the MASA's "
                                    "log: does not ask for it, raises an alarm, or refuses the "
                                    "device as well; nonced: refuses it for vouchers without a "
                                    "nonce alone, and raises an alarm for others.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "alarm",
                         .choices = audits,
                         .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_APPROVAL] = {.name = "approval",
                            .summary = "How long after a device's first request the operator "
                                       "agrees; until then the answer is 202 with Retry-After.",
                            .type = IMP_OPTION_INT,
                            .preset = "0",
                            .min = 0,
                            .max = 86400,
                            .unit = "s",
                            .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_POLICY] = {.name = "masa-policy",
                          .summary = "To whom the MASA gives vouchers: to the owner of whom the "
                                     "sale told it, or to everybody that the pledge has met, and "
                                     "its log tells of it (audit-only).",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "verified",
                          .choices = policies,
                          .roles = MASA_ROLE},
    [BRSKI_OPT_PIN] = {.name = "pin",
                       .summary = "What the voucher pins: the domain's CA certificate, or the "
                                  "registrar's own.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "ca",
                       .choices = pins,
                       .roles = MASA_ROLE},
    [BRSKI_OPT_LIFETIME] = {.name = "voucher-lifetime",
                            .summary = "Of vouchers without a nonce.",
                            .type = IMP_OPTION_INT,
                            .preset = "1209600",
                            .min = 1,
                            .max = 315360000,
                            .unit = "s",
                            .roles = MASA_ROLE},
    [BRSKI_OPT_STATUS] = {.name = "status-session",
                          .summary = "In which session the pledge tells of its enrolment: that in "
                                     "which it has enrolled, or a new one with its new certificate "
                                     "(RFC 8995 section 5.9.4).",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "same",
                          .choices = sessions,
                          .roles = PLEDGE_ROLE},
    [BRSKI_OPT_PROXY] = {.name = "proxy",
                         .summary = "What stands between pledge and registrar: a circuit proxy, or "
                                    "nothing, where the registrar is on the link and announces "
                                    "itself (RFC 8995 section 4).",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "circuit",
                         .choices = proxies,
                         .roles = PROXY_ROLE | REGISTRAR_ROLE},
    [BRSKI_OPT_RETRY_MAX] = {.name = "retry-after-max",
                             .summary = "Of what a registrar says in Retry-After the pledge waits "
                                        "so much; more than 60 s is against RFC 8995 section 5.6.",
                             .type = IMP_OPTION_INT,
                             .preset = "60",
                             .min = 1,
                             .max = 86400,
                             .unit = "s",
                             .roles = PLEDGE_ROLE},
    [BRSKI_OPT_RETRY_STATE] = {.name = "retry-state",
                               .summary = "How long the pledge repeats a request that is answered "
                                          "202 (RFC 8995 section 5.6: up to 4 days).",
                               .type = IMP_OPTION_INT,
                               .preset = "345600",
                               .min = 1,
                               .max = 2592000,
                               .unit = "s",
                               .roles = PLEDGE_ROLE},
    [BRSKI_OPT_RETRY] = {.name = "retry-after",
                         .summary = "What the registrar says in Retry-After while the operator has "
                                    "not agreed.",
                         .type = IMP_OPTION_INT,
                         .preset = "10",
                         .min = 0,
                         .max = 86400,
                         .unit = "s",
                         .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_CSRATTRS] = {.name = "csrattrs",
                            .summary = "The pledge asks what its request shall hold, as it must "
                                       "(RFC 8995 section 5.9.2).",
                            .type = IMP_OPTION_BOOL,
                            .preset = "true",
                            .roles = PLEDGE_ROLE},
    [BRSKI_OPT_REQUIRED] = {.name = "csrattrs-required",
                            .summary = "The registrar refuses the certificate request of a pledge "
                                       "that has not asked in the same session what it shall hold.",
                            .type = IMP_OPTION_BOOL,
                            .preset = "false",
                            .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_REDIRECTS] = {.name = "redirects",
                             .summary = "How many redirections to another web origin the pledge "
                                        "follows in an attempt; RFC 8995 section 5.6: at most one. "
                                        "With 0 it follows none at all.",
                             .type = IMP_OPTION_INT,
                             .preset = "0",
                             .min = 0,
                             .max = 1,
                             .roles = PLEDGE_ROLE},
    [BRSKI_OPT_REDIRECT] = {.name = "redirect",
                            .summary = "Where the registrar sends each device with its first "
                                       "request: a path, or https://[address]:port/path. Empty: "
                                       "nowhere.",
                            .type = IMP_OPTION_STRING,
                            .preset = "",
                            .min = 0,
                            .max = BRSKI_LOCATION - 1,
                            .unit = "octets",
                            .roles = REGISTRAR_ROLE},
    [BRSKI_OPT_HISTORY] = {.name = "history",
                           .summary = "What the MASA's log has of each device before: nothing, or "
                                      "vouchers for two other domains, with a nonce each, or one "
                                      "of them without, which may serve again.",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "none",
                           .choices = histories,
                           .roles = MASA_ROLE},
    [BRSKI_OPT_MAKE_WAY] = {.name = "make-way",
                            .summary = "With all connections taken, the one that nothing has come "
                                       "on for longest gives way to a new one, if it is so long; "
                                       "0: the new one is refused.",
                            .type = IMP_OPTION_INT,
                            .preset = "0",
                            .min = 0,
                            .max = 3600,
                            .unit = "s",
                            .roles = PROXY_ROLE | REGISTRAR_ROLE},
    [BRSKI_OPT_MASA_REDIRECT] = {.name = "masa-redirect",
                                 .summary = "The MASA sends registrars to another path of its own "
                                            "for vouchers (307); they follow it once.",
                                 .type = IMP_OPTION_BOOL,
                                 .preset = "false",
                                 .roles = MASA_ROLE},
    [BRSKI_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(PLEDGE_ROLE, NULL),
    [BRSKI_OPT_SEND] = IMP_SEND_CHAIN_ROW(PLEDGE_ROLE),
    [BRSKI_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(REGISTRAR_ROLE, "The registrar"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    BRSKI_FLAW_ROWS{.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "IDevID (IEEE 802.1AR)", "With a serial number and the MASA's URL."},
    {"credential", "manufacturer's trust anchor", "For vouchers; put into the device at making."},
    {"interface", "none", "The device is switched on, that is all."},
    {"oob", "none", "Vouchers and manufacturers' certificates take its place."},
    {"third-party", "MASA",
     "The manufacturer's authority, reachable from the registrar; with "
     "stored vouchers it may be away."},
    {"third-party", "certificate authority", "The operator's."},
    {"user-acts", "0", "Nobody acts at the device."},
    {"link", "TCP over IPv6", "Link-local, to a join proxy or to the registrar itself."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "discovery", "RFC 8995 section 4.1"},
    {IMP_PHASE_BOOTSTRAPPING, "imprint", "RFC 8995 section 1.2"},
    {IMP_PHASE_PROVISIONING, "enrollment", "RFC 8995 section 5.9"},
    {IMP_PHASE_REGISTRATION, "enrollment status telemetry", "RFC 8995 section 5.9.4"},
    {.word = NULL},
};

static const char *const variant[] = {"nonce", "voucher", "masa-policy", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "the version of TLS is set at the device and there is one suite of each"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", BRSKI_PLEDGE, false}, {.word = NULL}};

const struct imp_mechanism imp_brski = {
    .name = "brski",
    .title = "Bootstrapping Remote Secure Key Infrastructure",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 8995",
    .summary = "A device meets a registrar through a join proxy and trusts nobody yet. Its request "
               "for a voucher goes through the registrar to the manufacturer's authority, which "
               "signs whose the device is, and notes it in a log. The device verifies the voucher, "
               "finds the registrar's certificate below the pinned one, and enrols by EST.",
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
    .owner = "registrar",
    .provision = brski_provision,
};
