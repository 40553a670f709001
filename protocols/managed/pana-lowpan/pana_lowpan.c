/* SPDX-License-Identifier: GPL-2.0-only */
/* pana_lowpan.c - the mechanism "pana-lowpan" as data, and what is there before. */
#include "pana_lowpan.h"

#include <stdio.h>

static const char *const relay_states[] = {"relaying", NULL};

static const struct imp_legal border_router_legal[] = {PANA_PAA_LEGAL_ROWS PANA_PAA_AAA_LEGAL_ROWS(
    LOWPAN_MSG_ACCESS_CHALLENGE, LOWPAN_MSG_ACCESS_ACCEPT, LOWPAN_MSG_ACCESS_REJECT){0, -1}};
IMP_AAA_SERVER_LEGAL(LOWPAN_MSG_ACCESS_REQUEST);

static const struct imp_role roles[] = {
    [LOWPAN_PAC] = {.name = "pac",
                    .kind = IMP_ROLE_DEVICE,
                    .summary = "Joining node: PANA client, EAP peer.",
                    PANA_PAC_CALLS},
    [LOWPAN_RELAY] = {.name = "relay",
                      .kind = IMP_ROLE_ACCESS,
                      .summary = "Node of the network within reach of the new one: PANA relay "
                                 "element, which lets nothing but PANA through.",
                      .context_size = sizeof(struct lowpan_relay),
                      .init = lowpan_relay_init,
                      .event = lowpan_relay_event,
                      .fini = lowpan_relay_fini,
                      .state = lowpan_relay_state_of,
                      .states = relay_states,
                      .legal = lowpan_relay_legal},
    [LOWPAN_BORDER_ROUTER] = {.name = "border-router",
                              .kind = IMP_ROLE_SERVER,
                              .summary =
                                  "6LoWPAN border router: PANA agent, with the EAP server or "
                                  "before it; hands out the keys of the network or of its "
                                  "groups.",
                              PANA_PAA_CALLS(border_router_legal)},
    [LOWPAN_AAA] = IMP_AAA_ROLE_ROW,
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [PANA_CHANNEL] = {.name = "pana",
                      .service = IMP_SERVICE_DATAGRAM,
                      .number = 716,
                      .a = LOWPAN_PAC,
                      .b = LOWPAN_RELAY,
                      .summary = "PANA over UDP between the new node and its neighbour."},
    NOOB_CHANNEL_ROWS(LOWPAN_PAC, LOWPAN_BORDER_ROUTER)[LOWPAN_PRY_CHANNEL] =
        {.name = PANA_RELAY_CHANNEL,
         .service = IMP_SERVICE_DATAGRAM,
         .number = 716,
         .a = LOWPAN_RELAY,
         .b = LOWPAN_BORDER_ROUTER,
         .summary = "The same messages inside PRY between relay and border router."},
    IMP_RADIUS_CHANNEL_ROWS(LOWPAN_BORDER_ROUTER, LOWPAN_AAA),
    NOOB_AAA_CHANNEL_ROWS(LOWPAN_PAC, LOWPAN_AAA){.name = NULL},
};

enum { IMP_AAA_BACKEND = LOWPAN_BACKEND, IMP_AAA_BACKEND_TLS = LOWPAN_BACKEND_TLS };
static const struct imp_message messages[] = {
    PANA_MESSAGE_ROWS NOOB_MESSAGE_ROWS(PANA_OOB_TO_SERVER, PANA_OOB_TO_PEER)[LOWPAN_MSG_PRY] =
        {PANA_RELAY_MESSAGE, IMP_PHASE_BOOTSTRAPPING, LOWPAN_PRY_CHANNEL},
    IMP_AAA_MESSAGE_ROWS NOOB_AAA_MESSAGE_ROWS(LOWPAN_OOB_TO_AAA,
                                               LOWPAN_OOB_FROM_AAA){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

#define PAC_BIT (1u << LOWPAN_PAC)
#define BORDER_ROUTER_BIT (1u << LOWPAN_BORDER_ROUTER)
#define AAA_BIT (1u << LOWPAN_AAA)
#define SERVER_BIT (BORDER_ROUTER_BIT | AAA_BIT) /* where the EAP server may be */

static const struct imp_option options[] = {
    IMP_EAP_CHOICE_OPTION_ROW(PAC_BIT, SERVER_BIT),
    PANA_OPTION_ROWS(PAC_BIT, BORDER_ROUTER_BIT, "both") PANA_REKEY_OPTION_ROW(BORDER_ROUTER_BIT),
    {.name = "groups",
     .summary = "Groups of nodes, each with a key of its own; node N is in group N, counted round. "
                "0: one network key for all.",
     .type = IMP_OPTION_INT,
     .preset = "0",
     .min = 0,
     .max = LOWPAN_GROUPS_MAX,
     .unit = "groups",
     .roles = BORDER_ROUTER_BIT},
    IMP_EAP_CHOICE_OPTION_ROWS(PAC_BIT, SERVER_BIT)
        IMP_AAA_OPTION_ROWS(PAC_BIT, BORDER_ROUTER_BIT, AAA_BIT),
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    PSK_FLAW_ROWS(LOWPAN_PAC, LOWPAN_BORDER_ROUTER) PANA_NO_AUTH_CHECK_ROW(LOWPAN_PAC),
    PANA_ENCRYPTION_FLAW_ROW(LOWPAN_PAC, "border-router.encrypted-avps=none"),
    PANA_REKEY_FLAW_ROW(LOWPAN_BORDER_ROUTER,
                        "@border-router.revoke_device-1@example.org=60,@pac.leave=90"),
    PANA_SESSION_FLAW_ROWS(LOWPAN_PAC, LOWPAN_BORDER_ROUTER, "pac.ping-interval=1",
                           "border-router.ping-interval=1")
        IMP_EAP_CHOICE_FLAW_ROWS(LOWPAN_PAC, LOWPAN_BORDER_ROUTER)
            IMP_AAA_FLAW_ROWS(LOWPAN_BORDER_ROUTER, LOWPAN_AAA, "border-router"),
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "psk-128",
     "16 octets shared by node and border router, unique to the pair; with EAP-TLS certificates of "
     "both, with EAP-NOOB nothing"},
    {"interface", "none",
     "the node needs neither input nor output; with EAP-NOOB a display, tag or reader"},
    {"oob", "none", "Except with EAP-NOOB as method: derivation and confirmation."},
    {"third-party", "none",
     "border router and neighbours are the network's own; with eap-server=radius a AAA server, on "
     "line"},
    {"user-acts", "0", "nothing to do at bootstrapping; with EAP-NOOB one scan or tap"},
    {"link", "UDP over IPv6", "a link-local address before the network is joined"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "client initiation", "RFC 5191 section 4.1"},
    {IMP_PHASE_BOOTSTRAPPING, "security bootstrapping", "draft-sarikaya-core-sbootstrapping-04"},
    {IMP_PHASE_PROVISIONING, "initial configuration", "draft-oflynn-core-bootstrapping-00"},
    {IMP_PHASE_REGISTRATION, "access and termination phases", "RFC 5191 sections 4.2 and 4.4"},
    {0, NULL, NULL},
};

static const struct imp_guess guesses[] = {PANA_PSK_GUESS_ROW(LOWPAN_PAC),
                                           TTLS_GUESS_ROW(LOWPAN_PAC),
                                           IMP_RADIUS_GUESS_ROW(LOWPAN_AAA),
                                           {.name = NULL}};

static const char *const variant[] = {"eap-method", "groups", NULL};

/* Which group a node belongs to is the operator's choice; the border router knows it before. */
static void provide_groups(struct imp_env *const *parties, size_t count, struct imp_env *router)
{
    int64_t groups = imp_eap_opt(router, "groups", 0);
    for (size_t i = 0; groups && i < count; i++) {
        const struct imp_env *env = parties[i];
        char name[IMP_EAP_ID_MAX + 1], cell[IMP_EAP_ID_MAX + sizeof PANA_CELL_GROUP];
        if (env->role != LOWPAN_PAC)
            continue;
        uint8_t group = (uint8_t)(env->device % groups + 1);
        imp_eap_device_name(name, sizeof name, env);
        snprintf(cell, sizeof cell, PANA_CELL_GROUP "%s", name);
        router->ops->cell_put(router, cell, &group, 1);
    }
}

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_aaa_provide(parties, count, LOWPAN_PAC, LOWPAN_BORDER_ROUTER, LOWPAN_AAA);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LOWPAN_BORDER_ROUTER)
            provide_groups(parties, count, parties[i]);
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside EAP; whom EAP-NOOB's user makes the owner is judged in eap-noob"},
    {"g14", "nothing is installed but a key, and that is part of the agreement"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"revoke", LOWPAN_BORDER_ROUTER, true}, {"revoke", LOWPAN_AAA, true}, {.word = NULL}};

const struct imp_mechanism imp_pana_lowpan = {
    .name = "pana-lowpan",
    .title = "PANA through a 6LoWPAN",
    .class = IMP_CLASS_MANAGED,
    .reference = "draft-oflynn-core-bootstrapping, RFC 5191, RFC 6345, RFC 6786",
    .summary = "A new node reaches the 6LoWPAN border router through a neighbour that relays "
               "nothing but PANA. EAP authenticates both; the key of the network, or of the "
               "node's group, comes encrypted in the result, and another one when a member "
               "leaves or is struck off.",
    .own_profile = true,
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
