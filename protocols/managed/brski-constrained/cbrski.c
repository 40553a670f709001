/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski.c - the mechanism "brski-constrained" as data. */
#include "cbrski.h"
#include "protocols/managed/brski/brski_rows.h"
#include "protocols/managed/est/est_rows.h"

static const char *const states[] = {
    BRSKI_STATE_ROWS,
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

static const char *const proximities[] = {"certificate", "key", "key-hash", NULL};
static const char *const blocks[] = {"16", "32", "64", "128", "256", "512", NULL};

static const struct imp_option options[] = {
    [CBRSKI_OPT_NONCE] = BRSKI_NONCE_ROW,
    [CBRSKI_OPT_CLOCK] = BRSKI_CLOCK_ROW,
    [CBRSKI_OPT_BACK_OFF] = BRSKI_BACK_OFF_ROW,
    [CBRSKI_OPT_VOUCHER] = BRSKI_VOUCHER_ROW,
    [CBRSKI_OPT_AUDIT] = BRSKI_AUDIT_ROW,
    [CBRSKI_OPT_APPROVAL] = BRSKI_APPROVAL_ROW("5.03 with Max-Age"),
    [CBRSKI_OPT_POLICY] = BRSKI_POLICY_ROW,
    [CBRSKI_OPT_PIN] = BRSKI_PIN_ROW("What the voucher pins: the domain's CA certificate, the "
                                     "registrar's own, or the registrar's public key.",
                                     "ca", "registrar", "key"),
    [CBRSKI_OPT_LIFETIME] = BRSKI_LIFETIME_ROW,
    [CBRSKI_OPT_PROXIMITY] = {.name = "proximity",
                              .summary = "By what the pledge's request names the registrar that it "
                                         "sees: its certificate, its public key, or the key's "
                                         "SHA-256.",
                              .type = IMP_OPTION_CHOICE,
                              .preset = "certificate",
                              .choices = proximities,
                              .roles = BRSKI_PLEDGE_ROLE},
    [CBRSKI_OPT_BLOCK] = {.name = "block-size",
                          .summary = "Octets of a block (RFC 7959); what fits is not cut.",
                          .type = IMP_OPTION_CHOICE,
                          .preset = "256",
                          .choices = blocks,
                          .roles = BRSKI_PLEDGE_ROLE | BRSKI_REGISTRAR_ROLE},
    [CBRSKI_OPT_COOKIE] = {.name = "cookie",
                           .summary = "The registrar asks for a return-routability cookie first "
                                      "(RFC 6347 section 4.2.1).",
                           .type = IMP_OPTION_BOOL,
                           .preset = "true",
                           .roles = BRSKI_REGISTRAR_ROLE},
    [CBRSKI_OPT_CHAIN] = IMP_VENDOR_CHAIN_ROW(BRSKI_PLEDGE_ROLE, NULL),
    [CBRSKI_OPT_SEND] = IMP_SEND_CHAIN_ROW(BRSKI_PLEDGE_ROLE),
    [CBRSKI_OPT_INTERMEDIATES] =
        IMP_VENDOR_INTERMEDIATES_ROW(BRSKI_REGISTRAR_ROLE, "The registrar"),
    [CBRSKI_OPT_RETRY_MAX] = BRSKI_RETRY_MAX_ROW("Max-Age"),
    [CBRSKI_OPT_RETRY_STATE] = BRSKI_RETRY_STATE_ROW("5.03"),
    [CBRSKI_OPT_RETRY] = BRSKI_RETRY_ROW("Max-Age", 1),
    [CBRSKI_OPT_HISTORY] = BRSKI_HISTORY_ROW,
    [CBRSKI_OPT_TIMER] = EST_DTLS_TIMER_ROW(BRSKI_PLEDGE_ROLE | BRSKI_REGISTRAR_ROLE),
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
