/* SPDX-License-Identifier: GPL-2.0-only */
/* pana.c - the mechanism "pana" as data, and what both roles share. */
#include "pana.h"

#include "protocols/crypto/crypto.h"

bool pana_has_prf(const struct imp_env *env, uint32_t prf)
{
    int64_t own = imp_opt(env, PANA_OPT_ALGORITHMS);
    return (prf == PANA_PRF_SHA1 && own != PANA_ALG_SHA256) ||
           (prf == PANA_PRF_SHA256 && own != PANA_ALG_SHA1);
}

bool pana_has_integrity(const struct imp_env *env, uint32_t integrity)
{
    int64_t own = imp_opt(env, PANA_OPT_ALGORITHMS);
    return (integrity == PANA_INTEGRITY_SHA1_160 && own != PANA_ALG_SHA256) ||
           (integrity == PANA_INTEGRITY_SHA256_128 && own != PANA_ALG_SHA1);
}

/* RAND * t with RAND in -0.1..0.1. */
static imp_time jitter(struct imp_env *env, imp_time t)
{
    uint8_t r[2];
    imp_random(env, "pana-retry", r, sizeof r);
    imp_time share = (imp_time)(r[0] << 8 | r[1]) - 32768; /* of 327680 */
    return t / 327680 * share;
}

void pana_retry_begin(struct pana_retry *r, struct imp_env *env, imp_time now)
{
    r->count = 0;
    r->timeout = IMP_S + jitter(env, IMP_S);
    r->at = now + r->timeout;
}

void pana_retry_again(struct pana_retry *r, struct imp_env *env, imp_time cap, imp_time now)
{
    r->count++;
    r->timeout = 2 * r->timeout + jitter(env, r->timeout);
    if (r->timeout > cap)
        r->timeout = cap + jitter(env, cap);
    r->at = now + r->timeout;
}

static const char *const pac_states[] = {
    [PANA_PAC_OFF] = "off",   [PANA_PAC_START] = "start", [PANA_PAC_REQUEST] = "request",
    [PANA_PAC_OPEN] = "open", [PANA_PAC_HELD] = "held",   NULL,
};

static const char *const paa_states[] = {
    [PANA_PAA_IDLE] = "idle",       [PANA_PAA_START] = "start",
    [PANA_PAA_ANSWER] = "answer",   [PANA_PAA_RESULT] = "result",
    [PANA_PAA_FAILING] = "failing", [PANA_PAA_OPEN] = "open",
    [PANA_PAA_CLOSING] = "closing", NULL,
};

static const struct imp_role roles[] = {
    [PANA_PAC] = {.name = "pac",
                  .kind = IMP_ROLE_DEVICE,
                  .summary = "PANA client: EAP peer on a device that wants access.",
                  .context_size = sizeof(struct pana_pac),
                  .init = pana_pac_init,
                  .event = pana_pac_event,
                  .fini = pana_pac_fini,
                  .state = pana_pac_state_of,
                  .states = pac_states,
                  .legal = pana_pac_legal},
    [PANA_PAA] = {.name = "paa",
                  .kind = IMP_ROLE_ACCESS,
                  .summary = "PANA authentication agent with its EAP server and the enforcement "
                             "point, on the border router.",
                  .context_size = sizeof(struct pana_paa),
                  .init = pana_paa_init,
                  .event = pana_paa_event,
                  .fini = pana_paa_fini,
                  .state = pana_paa_state_of,
                  .states = paa_states,
                  .legal = pana_paa_legal},
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [PANA_CHANNEL] = {.name = "pana",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 716,
                      .a = PANA_PAC,
                      .b = PANA_PAA,
                      .summary = "PANA over UDP; protected from the result on."},
    NOOB_CHANNEL_ROWS(PANA_PAC, PANA_PAA){.name = NULL},
};

static const struct imp_message messages[] = {
    [PANA_MSG_PCI] = {"PCI", IMP_PHASE_DISCOVERY, PANA_CHANNEL},
    [PANA_MSG_PAR_S] = {"PAR[S]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PAN_S] = {"PAN[S]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PAR] = {"PAR", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PAN] = {"PAN", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PAR_C] = {"PAR[C]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PAN_C] = {"PAN[C]", IMP_PHASE_BOOTSTRAPPING, PANA_CHANNEL},
    [PANA_MSG_PTR] = {"PTR", IMP_PHASE_REGISTRATION, PANA_CHANNEL},
    [PANA_MSG_PTA] = {"PTA", IMP_PHASE_REGISTRATION, PANA_CHANNEL},
    NOOB_MESSAGE_ROWS(PANA_OOB_TO_SERVER, PANA_OOB_TO_PEER){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

static const char *const algorithms[] = {"both", "sha1", "sha256", NULL};

#define PAC_BIT (1u << PANA_PAC)
#define PAA_BIT (1u << PANA_PAA)
#define BOTH (PAC_BIT | PAA_BIT)

static const struct imp_option options[] = {
    [PANA_OPT_METHOD] = IMP_EAP_CHOICE_OPTION_ROW(PAC_BIT, PAA_BIT),
    [PANA_OPT_ALGORITHMS] = {.name = "algorithms",
                             .summary = "PRF and integrity algorithms: those of RFC 5191 with "
                                        "SHA-1, those with SHA-256, or both, these first.",
                             .type = IMP_OPTION_CHOICE,
                             .preset = "both",
                             .choices = algorithms,
                             .roles = BOTH},
    [PANA_OPT_LIFETIME] = {.name = "session-lifetime",
                           .summary = "Session-Lifetime that the PAA grants; 0: no end.",
                           .type = IMP_OPTION_INT,
                           .preset = "28800",
                           .min = 0,
                           .max = 2147483647,
                           .unit = "s",
                           .roles = PAA_BIT},
    [PANA_OPT_NONCE] = {.name = "nonce-size",
                        .summary = "Size of this end's Nonce.",
                        .type = IMP_OPTION_INT,
                        .preset = "16",
                        .min = PANA_NONCE_MIN,
                        .max = 20,
                        .unit = "octets",
                        .roles = BOTH},
    [PANA_OPT_PATIENCE] = {.name = "pac-timeout",
                           .summary = "How long the PaC keeps a conversation in which nothing "
                                      "comes.",
                           .type = IMP_OPTION_INT,
                           .preset = "60",
                           .min = 1,
                           .max = 3600,
                           .unit = "s",
                           .roles = PAC_BIT},
    [PANA_OPT_NETWORK_KEY] = {.name = "network-key",
                              .summary =
                                  "The PAA hands out a network key, encrypted (RFC 6786), and "
                                  "the PaC takes it.",
                              .type = IMP_OPTION_BOOL,
                              .preset = "false",
                              .roles = BOTH},
    IMP_EAP_CHOICE_OPTION_ROWS(PAC_BIT, PAA_BIT){.name = NULL},
};

static const struct imp_flaw flaws[] = {
    PSK_FLAW_ROWS(PANA_PAC, PANA_PAA)[PANA_FLAW_AUTH_AVP] =
        {.name = "no-auth-check",
         .summary = "The PaC takes a successful result whose AUTH is missing or "
                    "wrong, whatever the method says.",
         .role = PANA_PAC,
         .broken_by = "dolev-yao",
         .goal = "g3"},
    IMP_EAP_CHOICE_FLAW_ROWS(PANA_PAC, PANA_PAA){.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128",
     "16 octets shared by PaC and PAA, unique to the pair; with EAP-TLS certificates of both, with "
     "EAP-NOOB nothing"},
    {"interface", "none",
     "the device needs neither input nor output; with EAP-NOOB a display, tag or reader"},
    {"third-party", "none", "the EAP server is part of the PAA; AAA is possible behind it"},
    {"user-acts", "0", "nothing to do at bootstrapping; with EAP-NOOB one scan or tap"},
    {"link", "UDP over IPv6", "a link-local address before access is granted"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "client initiation", "RFC 5191 section 4.1"},
    {IMP_PHASE_BOOTSTRAPPING, "authentication and authorization phase", "RFC 5191 section 4.1"},
    {IMP_PHASE_REGISTRATION, "access and termination phases", "RFC 5191 sections 4.2 and 4.4"},
    {0, NULL, NULL},
};

static const char *const variant[] = {"eap-method", "algorithms", "network-key", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_eap_provide(parties, count, PANA_PAC, PANA_PAA);
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP; whom EAP-NOOB's user makes the owner is judged in eap-noob"},
    {"g14", "nothing is installed but a network key at most, and that is part of the agreement"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {{"revoke", PANA_PAA, true}, {.word = NULL}};

const struct imp_mechanism imp_pana = {
    .name = "pana",
    .title = "PANA",
    .class = IMP_CLASS_MANAGED,
    .reference = "RFC 5191",
    .summary = "EAP travels in attribute-value pairs over UDP between a device and the agent that "
               "opens the network to it. The MSK gives a key that authenticates the result and "
               "all messages after it. The method is EAP-PSK (no forward secrecy and no identity "
               "protection), EAP-TLS or EAP-NOOB.",
    .roles = roles,
    .channels = channels,
    .messages = messages,
    .acts = acts,
    .options = options,
    .flaws = flaws,
    .requirements = requirements,
    .terms = terms,
    .guesses = pana_guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
