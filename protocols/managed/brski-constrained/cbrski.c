/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski.c - the mechanism "brski-constrained" as data. */
#include "cbrski.h"
#include "protocols/managed/brski/brski_rows.h"

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
        .name = nm, .kind = kd, .summary = sm, .init = cbrski_##fn##_init,                         \
        .event = cbrski_##fn##_event, .fini = cbrski_##fn##_fini, .state = cbrski_##fn##_state_of, \
        .states = states, .legal = cbrski_##fn##_legal,                                            \
        .context_size = sizeof(struct cbrski_##fn), __VA_ARGS__                                    \
    }
static const struct imp_role roles[] = {
    [BRSKI_PLEDGE] = ROLE("pledge", IMP_ROLE_DEVICE, pledge,
                          "Constrained device that knows its manufacturer and looks for its owner.",
                          .optional = false),
    [BRSKI_PROXY] = ROLE("join-proxy", IMP_ROLE_ACCESS, proxy,
                         "Neighbour that wraps datagrams for the registrar and remembers nothing.",
                         .optional = true),
    [BRSKI_REGISTRAR] =
        ROLE("registrar", IMP_ROLE_ACCESS, registrar,
             "The owner's registrar, with his certificate authority.", .optional = false),
    [BRSKI_AUTHORITY] = {.name = "masa",
                         .kind = IMP_ROLE_SERVER,
                         .summary = "The manufacturer's authority that signs vouchers and keeps a "
                                    "log.",
                         .context_size = sizeof(struct brski_masa),
                         .init = cbrski_masa_init,
                         .event = brski_masa_event,
                         .fini = brski_masa_fini,
                         .state = brski_masa_state_of,
                         .states = states,
                         .legal = cbrski_masa_legal,
                         .optional = true,
                         .third_party = true},
    {.name = NULL},
};

/* Ports of join proxy and registrar are those of the drafts' examples: none is assigned. */
static const struct imp_channel channels[] = {
    [CBRSKI_SEARCH] = {.name = "search",
                       .service = IMP_SERVICE_DATAGRAM,
                       .number = 5683,
                       .group = "ff02::fd",
                       .a = BRSKI_PLEDGE,
                       .b = BRSKI_PROXY,
                       .summary = "CoAP in clear: where the join proxy's join-port is."},
    [CBRSKI_JOIN] = {.name = "join",
                     .service = IMP_SERVICE_DATAGRAM,
                     .number = 8485,
                     .a = BRSKI_PLEDGE,
                     .b = BRSKI_PROXY,
                     .summary = "CoAP over DTLS 1.2 with the registrar, to the join proxy."},
    [CBRSKI_JPY] = {.name = "jpy",
                    .service = IMP_SERVICE_DATAGRAM,
                    .number = 7634,
                    .a = BRSKI_PROXY,
                    .b = BRSKI_REGISTRAR,
                    .summary = "The same datagrams with the join proxy's header, in CBOR."},
    [CBRSKI_MASA] = {.name = "masa",
                     .service = IMP_SERVICE_STREAM,
                     .number = 443,
                     .a = BRSKI_REGISTRAR,
                     .b = BRSKI_AUTHORITY,
                     .summary = "HTTP/1.1 over TLS between registrar and MASA."},
    {.name = NULL},
};

#define ROW(id, text, p, c) [CBRSKI_MSG_##id] = {text, IMP_PHASE_##p, CBRSKI_##c},
static const struct imp_message messages[] = {CBRSKI_MESSAGES(ROW){.name = NULL}};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const nonces[] = {"required", "any", NULL};
static const char *const vouchers[] = {"nonceful", "nonceless", "stored", NULL};
static const char *const audits[] = {"skip", "alarm", "strict", "nonced", NULL};
static const char *const policies[] = {"verified", "logged", NULL};
static const char *const pins[] = {"ca", "registrar", "key", NULL};
static const char *const proximities[] = {"certificate", "key", "key-hash", NULL};
static const char *const blocks[] = {"64", "128", "256", "512", NULL};

#define PLEDGE_ROLE (1u << BRSKI_PLEDGE)
#define REGISTRAR_ROLE (1u << BRSKI_REGISTRAR)
#define MASA_ROLE (1u << BRSKI_AUTHORITY)

static const struct imp_option options[] = {
    [CBRSKI_OPT_NONCE] = {.name = "nonce",
                          .summary = "Whether the pledge takes a voucher without a nonce, which "
                                     "may be an old one.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "required",
                          .choices = nonces,
                          .roles = PLEDGE_ROLE},
    [CBRSKI_OPT_CLOCK] = {.name = "clock",
                          .summary = "The pledge has a clock that it trusts: it dates its request "
                                     "and refuses vouchers that have expired.",
                          .type = IMP_OPTION_BOOL,
                          .preset = "false",
                          .roles = PLEDGE_ROLE},
    [CBRSKI_OPT_BACK_OFF] = {.name = "back-off",
                             .summary = "First wait after an attempt that failed; it doubles, up "
                                        "to an hour.",
                             .type = IMP_OPTION_INT,
                             .preset = "5",
                             .min = 1,
                             .max = 3600,
                             .unit = "s",
                             .roles = PLEDGE_ROLE},
    [CBRSKI_OPT_VOUCHER] = {.name = "voucher",
                            .summary = "The registrar asks the MASA with the pledge's request and "
                                       "nonce, without them, or has asked before the device came.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "nonceful",
                            .choices = vouchers,
                            .roles = REGISTRAR_ROLE},
    [CBRSKI_OPT_AUDIT] = {.name = "audit",
                          .summary = "What the registrar does about other domains in the MASA's "
                                     "log: does not ask for it, raises an alarm, or refuses the "
                                     "device as well; nonced: refuses it for vouchers without a "
                                     "nonce alone, and raises an alarm for others.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "alarm",
                          .choices = audits,
                          .roles = REGISTRAR_ROLE},
    [CBRSKI_OPT_APPROVAL] = {.name = "approval",
                             .summary = "How long after a device's first request the operator "
                                        "agrees; until then the answer is 5.03 with Max-Age.",
                             .type = IMP_OPTION_INT,
                             .preset = "0",
                             .min = 0,
                             .max = 86400,
                             .unit = "s",
                             .roles = REGISTRAR_ROLE},
    [CBRSKI_OPT_POLICY] = {.name = "masa-policy",
                           .summary = "To whom the MASA gives vouchers: to the owner of whom the "
                                      "sale told it, or to everybody that the pledge has met, and "
                                      "its log tells of it (audit-only).",
                           .type = IMP_OPTION_CHOICE,
                           .preset = "verified",
                           .choices = policies,
                           .roles = MASA_ROLE},
    [CBRSKI_OPT_PIN] = {.name = "pin",
                        .summary = "What the voucher pins: the domain's CA certificate, the "
                                   "registrar's own, or the registrar's public key.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "ca",
                        .choices = pins,
                        .roles = MASA_ROLE},
    [CBRSKI_OPT_LIFETIME] = {.name = "voucher-lifetime",
                             .summary = "Of vouchers without a nonce.",
                             .type = IMP_OPTION_INT,
                             .preset = "1209600",
                             .min = 1,
                             .max = 315360000,
                             .unit = "s",
                             .roles = MASA_ROLE},
    [CBRSKI_OPT_PROXIMITY] = {.name = "proximity",
                              .summary = "By what the pledge's request names the registrar that it "
                                         "sees: its certificate, its public key, or the key's "
                                         "SHA-256.",
                              .type = IMP_OPTION_CHOICE,
                              .preset = "certificate",
                              .choices = proximities,
                              .roles = PLEDGE_ROLE},
    [CBRSKI_OPT_BLOCK] = {.name = "block-size",
                          .summary = "Octets of a block (RFC 7959); what fits is not cut.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "256",
                          .choices = blocks,
                          .roles = PLEDGE_ROLE | REGISTRAR_ROLE},
    [CBRSKI_OPT_COOKIE] = {.name = "cookie",
                           .summary = "The registrar asks for a return-routability cookie first "
                                      "(RFC 6347 section 4.2.1).",
                           .type = IMP_OPTION_BOOL,
                           .preset = "true",
                           .roles = REGISTRAR_ROLE},
    [CBRSKI_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(PLEDGE_ROLE, NULL),
    [CBRSKI_OPT_SEND] = IMP_SEND_CHAIN_ROW(PLEDGE_ROLE),
    [CBRSKI_OPT_INTERMEDIATES] = IMP_VENDOR_INTERMEDIATES_ROW(REGISTRAR_ROLE, "The registrar"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    BRSKI_FLAW_ROWS{.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "IDevID (IEEE 802.1AR)", "With a serial number and the MASA's URL."},
    {"credential", "manufacturer's key for vouchers", "Put into the device at making."},
    {"interface", "none", "The device is switched on, that is all."},
    {"oob", "none", "Vouchers and manufacturers' certificates take its place."},
    {"third-party", "MASA",
     "The manufacturer's authority, reachable from the registrar; with stored vouchers it may be "
     "away."},
    {"third-party", "certificate authority", "The operator's."},
    {"user-acts", "0", "Nobody acts at the device."},
    {"link", "UDP over IPv6", "Link-local, to a join proxy."},
    {.name = NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "discovery", "cBRSKI section 10.1"},
    {IMP_PHASE_BOOTSTRAPPING, "imprint", "RFC 8995 section 1.2"},
    {IMP_PHASE_PROVISIONING, "enrollment", "cBRSKI section 6.7"},
    {IMP_PHASE_REGISTRATION, "enrollment status telemetry", "cBRSKI section 6.5.1"},
    {.word = NULL},
};

static const char *const variant[] = {"nonce", "voucher", "masa-policy", NULL};

static const struct imp_inapplicable inapplicable[] = {
    {"g9", "one version and one cipher suite: nothing is negotiated"}, {.goal = NULL}};

static const struct imp_severance severances[] = {{"reset", BRSKI_PLEDGE, false}, {.word = NULL}};

const struct imp_mechanism imp_brski_constrained = {
    .name = "brski-constrained",
    .title = "Constrained BRSKI",
    .class = IMP_CLASS_MANAGED,
    .reference = "draft-ietf-anima-constrained-voucher",
    .summary = "A constrained device opens a DTLS session with a registrar, through a join proxy "
               "without state, and trusts nobody yet. Its request for a voucher goes through the "
               "registrar to the manufacturer's authority, which signs whose the device is; "
               "requests and vouchers are CBOR in COSE. The device verifies the voucher and enrols "
               "by EST over CoAPS.",
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
    .provision = cbrski_provision,
};
