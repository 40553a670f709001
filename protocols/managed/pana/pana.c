/* SPDX-License-Identifier: GPL-2.0-only */
/* pana.c - the mechanism "pana" as data. */
#include "pana.h"

#include "../../eap/places.h"

static const struct imp_legal paa_legal[] = {PANA_PAA_LEGAL_ROWS PANA_PAA_AAA_LEGAL_ROWS(
    PANA_MSG_ACCESS_CHALLENGE, PANA_MSG_ACCESS_ACCEPT, PANA_MSG_ACCESS_REJECT){0, -1}};
IMP_AAA_SERVER_LEGAL(PANA_MSG_ACCESS_REQUEST);

static const struct imp_role roles[] = {
    [PANA_PAC] = {.name = "pac",
                  .kind = IMP_ROLE_DEVICE,
                  .summary = "PANA client: EAP peer on a device that wants access.",
                  PANA_PAC_CALLS},
    [PANA_PAA] = {.name = "paa",
                  .kind = IMP_ROLE_ACCESS,
                  .summary = "PANA authentication agent, with the EAP server or before it, and the "
                             "enforcement point, on the border router.",
                  PANA_PAA_CALLS(paa_legal)},
    [PANA_AAA] = IMP_AAA_ROLE_ROW,
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [PANA_CHANNEL] = {.name = "pana",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 716,
                      .a = PANA_PAC,
                      .b = PANA_PAA,
                      .summary = "PANA over UDP; protected from the result on."},
    NOOB_CHANNEL_ROWS(PANA_PAC, PANA_PAA) IMP_RADIUS_CHANNEL_ROWS(PANA_PAA, PANA_AAA),
    NOOB_AAA_CHANNEL_ROWS(PANA_PAC, PANA_AAA){.name = NULL},
};

enum { IMP_AAA_BACKEND = PANA_BACKEND, IMP_AAA_BACKEND_TLS = PANA_BACKEND_TLS };
static const struct imp_message messages[] = {
    PANA_MESSAGE_ROWS NOOB_MESSAGE_ROWS(PANA_OOB_TO_SERVER, PANA_OOB_TO_PEER)
        IMP_AAA_MESSAGE_ROWS NOOB_AAA_MESSAGE_ROWS(PANA_OOB_TO_AAA,
                                                   PANA_OOB_FROM_AAA){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

#define PAC_BIT (1u << PANA_PAC)
#define PAA_BIT (1u << PANA_PAA)
#define AAA_BIT (1u << PANA_AAA)
#define SERVER_BIT (PAA_BIT | AAA_BIT) /* where the EAP server may be */
#define BOTH (PAC_BIT | PAA_BIT)

static const struct imp_option options[] = {
    [PANA_OPT_METHOD] = IMP_EAP_CHOICE_OPTION_ROW(PAC_BIT, SERVER_BIT),
    PANA_OPTION_ROWS(PAC_BIT, PAA_BIT, "both")[PANA_OPT_NETWORK_KEY] =
        {.name = "network-key",
         .summary = "The PAA hands out a network key, encrypted (RFC 6786), and "
                    "the PaC takes it.",
         .type = IMP_OPTION_BOOL,
         .preset = "false",
         .roles = BOTH},
    [PANA_OPT_REKEY] = PANA_REKEY_OPTION_ROW(PAA_BIT),
    IMP_EAP_CHOICE_OPTION_ROWS(PAC_BIT, SERVER_BIT) IMP_AAA_OPTION_ROWS(PAC_BIT, PAA_BIT, AAA_BIT),
    IMP_CLONE_WINDOW_ROW(PAA_BIT, "agent", "IPv6 address"),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    PSK_FLAW_ROWS(PANA_PAC, PANA_PAA)[PANA_FLAW_AUTH_AVP] = PANA_NO_AUTH_CHECK_ROW(PANA_PAC),
    [PANA_FLAW_ENCRYPTION] =
        PANA_ENCRYPTION_FLAW_ROW(PANA_PAC, "network-key=true,paa.encrypted-avps=none"),
    [PANA_FLAW_REKEY] = PANA_REKEY_FLAW_ROW(
        PANA_PAA, "network-key=true,@paa.revoke_device-1@example.org=60,@pac.leave=90"),
    PANA_SESSION_FLAW_ROWS(PANA_PAC, PANA_PAA, "pac.ping-interval=1", "paa.ping-interval=1")
        IMP_EAP_CHOICE_FLAW_ROWS(PANA_PAC, PANA_PAA) IMP_AAA_FLAW_ROWS(PANA_PAA, PANA_AAA, "paa"),
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128",
     "16 octets shared by PaC and PAA, unique to the pair; with EAP-TLS certificates of both, with "
     "EAP-NOOB nothing"},
    {"interface", "none",
     "the device needs neither input nor output; with EAP-NOOB a display, tag or reader"},
    {"oob", "none", "Except with EAP-NOOB as method: derivation and confirmation."},
    {"third-party", "none",
     "the EAP server is part of the PAA; with eap-server=radius a AAA server, on line"},
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

static const struct imp_guess guesses[] = {PANA_PSK_GUESS_ROW(PANA_PAC),
                                           TTLS_GUESS_ROW(PANA_PAC),
                                           IMP_RADIUS_GUESS_ROW(PANA_AAA),
                                           {.name = NULL}};

static const char *const variant[] = {"eap-method", "algorithms", "network-key", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_aaa_provide(parties, count, PANA_PAC, PANA_PAA, PANA_AAA);
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP; whom EAP-NOOB's user makes the owner is judged in eap-noob"},
    {"g14", "nothing is installed but a network key at most, and that is part of the agreement"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"revoke", PANA_PAA, true}, {"revoke", PANA_AAA, true}, {.word = NULL}};

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
    .guesses = guesses,
    .variant = variant,
    .inapplicable = inapplicable,
    .severances = severances,
    .provision = provision,
};
