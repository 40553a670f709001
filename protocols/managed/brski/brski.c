/* SPDX-License-Identifier: GPL-2.0-only */
/* brski.c - the mechanism "brski" as data. */
#include "brski.h"
#include "brski_rows.h"

static const char *const states[] = {
    BRSKI_STATE_ROWS,
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

static const char *const versions[] = {"1.2", "1.3", NULL};
static const char *const sessions[] = {"same", "new", NULL};
static const char *const proxies[] = {"none", "circuit", NULL};

static const struct imp_option options[] = {
    [BRSKI_OPT_NONCE] = BRSKI_NONCE_ROW,
    [BRSKI_OPT_CLOCK] = BRSKI_CLOCK_ROW,
    [BRSKI_OPT_TLS] = {.name = "tls-version",
                       .summary = "Of TLS between pledge and registrar; the registrar has both.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "1.2",
                       .choices = versions,
                       .roles = BRSKI_PLEDGE_ROLE},
    [BRSKI_OPT_BACK_OFF] = BRSKI_BACK_OFF_ROW,
    [BRSKI_OPT_FLOOD] = {.name = "flood-period",
                         .summary = "Between two announcements of the join proxy, or of a "
                                    "registrar without one.",
                         .type = IMP_OPTION_INT,
                         .preset = "30",
                         .min = 1,
                         .max = 180,
                         .unit = "s",
                         .roles = BRSKI_PROXY_ROLE | BRSKI_REGISTRAR_ROLE},
    [BRSKI_OPT_VOUCHER] = BRSKI_VOUCHER_ROW,
    [BRSKI_OPT_AUDIT] = BRSKI_AUDIT_ROW,
    [BRSKI_OPT_APPROVAL] = BRSKI_APPROVAL_ROW("202 with Retry-After"),
    [BRSKI_OPT_POLICY] = BRSKI_POLICY_ROW,
    [BRSKI_OPT_PIN] =
        BRSKI_PIN_ROW("What the voucher pins: the domain's CA certificate, or the registrar's own.",
                      "ca", "registrar"),
    [BRSKI_OPT_LIFETIME] = BRSKI_LIFETIME_ROW,
    [BRSKI_OPT_STATUS] = {.name = "status-session",
                          .summary = "In which session the pledge tells of its enrolment: that in "
                                     "which it has enrolled, or a new one with its new certificate "
                                     "(RFC 8995 section 5.9.4).",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "same",
                          .choices = sessions,
                          .roles = BRSKI_PLEDGE_ROLE},
    [BRSKI_OPT_PROXY] = {.name = "proxy",
                         .summary = "What stands between pledge and registrar: a circuit proxy, or "
                                    "nothing, where the registrar is on the link and announces "
                                    "itself (RFC 8995 section 4).",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "circuit",
                         .choices = proxies,
                         .roles = BRSKI_PROXY_ROLE | BRSKI_REGISTRAR_ROLE},
    [BRSKI_OPT_RETRY_MAX] = BRSKI_RETRY_MAX_ROW("Retry-After"),
    [BRSKI_OPT_RETRY_STATE] = BRSKI_RETRY_STATE_ROW("202"),
    [BRSKI_OPT_RETRY] = BRSKI_RETRY_ROW("Retry-After", 0),
    [BRSKI_OPT_CSRATTRS] = {.name = "csrattrs",
                            .summary = "The pledge asks what its request shall hold, as it must "
                                       "(RFC 8995 section 5.9.2).",
                            .type = IMP_OPTION_BOOL,
                            .preset = "true",
                            .roles = BRSKI_PLEDGE_ROLE},
    [BRSKI_OPT_REQUIRED] = {.name = "csrattrs-required",
                            .summary = "The registrar refuses the certificate request of a pledge "
                                       "that has not asked in the same session what it shall hold.",
                            .type = IMP_OPTION_BOOL,
                            .preset = "false",
                            .roles = BRSKI_REGISTRAR_ROLE},
    [BRSKI_OPT_REDIRECTS] = {.name = "redirects",
                             .summary = "How many redirections to another web origin the pledge "
                                        "follows in an attempt; RFC 8995 section 5.6: at most one. "
                                        "With 0 it follows none at all.",
                             .type = IMP_OPTION_INT,
                             .preset = "0",
                             .min = 0,
                             .max = 1,
                             .roles = BRSKI_PLEDGE_ROLE},
    [BRSKI_OPT_REDIRECT] = {.name = "redirect",
                            .summary = "Where the registrar sends each device with its first "
                                       "request: a path, or https://[address]:port/path. Empty: "
                                       "nowhere.",
                            .type = IMP_OPTION_STRING,
                            .preset = "",
                            .min = 0,
                            .max = BRSKI_LOCATION - 1,
                            .unit = "octets",
                            .roles = BRSKI_REGISTRAR_ROLE},
    [BRSKI_OPT_HISTORY] = BRSKI_HISTORY_ROW,
    [BRSKI_OPT_MAKE_WAY] = {.name = "make-way",
                            .summary = "With all connections taken, the one that nothing has come "
                                       "on for longest gives way to a new one, if it is so long; "
                                       "0: the new one is refused.",
                            .type = IMP_OPTION_INT,
                            .preset = "0",
                            .min = 0,
                            .max = 3600,
                            .unit = "s",
                            .roles = BRSKI_PROXY_ROLE | BRSKI_REGISTRAR_ROLE},
    [BRSKI_OPT_MASA_REDIRECT] = {.name = "masa-redirect",
                                 .summary = "The MASA sends registrars to another path of its own "
                                            "for vouchers (307); they follow it once.",
                                 .type = IMP_OPTION_BOOL,
                                 .preset = "false",
                                 .roles = BRSKI_MASA_ROLE},
    [BRSKI_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(BRSKI_PLEDGE_ROLE, NULL),
    [BRSKI_OPT_SEND] = IMP_SEND_CHAIN_ROW(BRSKI_PLEDGE_ROLE),
    [BRSKI_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(BRSKI_REGISTRAR_ROLE, "The registrar"),
    [BRSKI_OPT_PARALLEL] = {.name = "parallel",
                            .summary = "How many attempts through different proxies the pledge "
                                       "makes at once, each begun 3 s after the one before (RFC "
                                       "8995 section 4.1: should); with 1 one after the other.",
                            .type = IMP_OPTION_INT,
                            .preset = "1",
                            .min = 1,
                            .max = BRSKI_ATTEMPTS,
                            .roles = BRSKI_PLEDGE_ROLE},
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
