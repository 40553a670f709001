/* SPDX-License-Identifier: GPL-2.0-only */
/* zigbee_ip.c - the mechanism "zigbee-ip" as data, and what is there before. */
#include "zigbee_ip.h"

#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

static const char *const node_states[] = {"off",     "start", "request", "open", "held",
                                          "closing", "link",  "joined",  NULL};
static const char *const router_states[] = {"idle", "accept", "linked", NULL};

static const struct imp_legal coordinator_legal[] = {
    PANA_PAA_LEGAL_ROWS PANA_PAA_AAA_LEGAL_ROWS(ZIP_MSG_ACCESS_CHALLENGE, ZIP_MSG_ACCESS_ACCEPT,
                                                ZIP_MSG_ACCESS_REJECT){PANA_PAA_OPEN,
                                                                       ZIP_MSG_PNA_PARENT},
    {0, -1}};
IMP_AAA_SERVER_LEGAL(ZIP_MSG_ACCESS_REQUEST);

static const struct imp_role roles[] = {
    [ZIP_NODE] = {.name = "node",
                  .kind = IMP_ROLE_DEVICE,
                  .summary = "Joining node: PANA client, then a neighbour of its parent.",
                  .context_size = sizeof(struct zip_node),
                  .init = zip_node_init,
                  .event = zip_node_event,
                  .fini = zip_node_fini,
                  .state = zip_node_state_of,
                  .states = node_states,
                  .legal = zip_node_legal},
    [ZIP_ROUTER] = {.name = "router",
                    .kind = IMP_ROLE_ACCESS,
                    .summary = "Parent router of the network: PANA relay element, and the far end "
                               "of the node's link.",
                    .context_size = sizeof(struct zip_router),
                    .init = zip_router_init,
                    .event = zip_router_event,
                    .fini = zip_router_fini,
                    .state = zip_router_state_of,
                    .states = router_states,
                    .legal = zip_router_legal},
    [ZIP_COORDINATOR] = {.name = "coordinator",
                         .kind = IMP_ROLE_SERVER,
                         .summary = "Coordinator and border router: PANA agent, with the EAP "
                                    "server or before it; hands out the network key.",
                         .context_size = sizeof(struct zip_coordinator),
                         .init = zip_coordinator_init,
                         .event = zip_coordinator_event,
                         .fini = pana_paa_fini,
                         .state = pana_paa_state_of,
                         .states = pana_paa_states,
                         .legal = coordinator_legal},
    [ZIP_AAA] = IMP_AAA_ROLE_ROW,
    {.name = NULL},
};

static const struct imp_channel channels[] = {
    [ZIP_PANA] = {.name = "pana",
                  .service = IMP_SERVICE_DATAGRAM,
                  .number = 716,
                  .a = ZIP_NODE,
                  .b = ZIP_ROUTER,
                  .summary = "PANA over UDP between the node and its parent."},
    [ZIP_RELAY] = {.name = PANA_RELAY_CHANNEL,
                   .service = IMP_SERVICE_DATAGRAM,
                   .number = 716,
                   .a = ZIP_ROUTER,
                   .b = ZIP_COORDINATOR,
                   .summary = "The same messages inside PRY between parent and coordinator."},
    [ZIP_MLE] = {.name = "mle",
                 .service = IMP_SERVICE_DATAGRAM,
                 .number = MLE_PORT,
                 .a = ZIP_NODE,
                 .b = ZIP_ROUTER,
                 .summary = "Mesh Link Establishment under a key of the network key."},
    IMP_RADIUS_CHANNEL_ROWS(ZIP_COORDINATOR, ZIP_AAA),
    [ZIP_MESH] = {.name = "mle-mesh",
                  .service = IMP_SERVICE_DATAGRAM,
                  .number = MLE_PORT,
                  .a = ZIP_ROUTER,
                  .b = ZIP_COORDINATOR,
                  .summary = "The same between the coordinator and a parent, its neighbour."},
    {.name = NULL},
};

enum { IMP_AAA_BACKEND = ZIP_BACKEND, IMP_AAA_BACKEND_TLS = ZIP_BACKEND_TLS };
static const struct imp_message messages[] = {
    PANA_MESSAGE_ROWS[ZIP_MSG_PRY] = {PANA_RELAY_MESSAGE, IMP_PHASE_BOOTSTRAPPING, ZIP_RELAY},
    [ZIP_MSG_LINK_REQUEST] = {"MLE Link Request", IMP_PHASE_REGISTRATION, ZIP_MLE},
    [ZIP_MSG_LINK_ACCEPT_AND_REQUEST] = {"MLE Link Accept and Request", IMP_PHASE_REGISTRATION,
                                         ZIP_MLE},
    [ZIP_MSG_LINK_ACCEPT] = {"MLE Link Accept", IMP_PHASE_REGISTRATION, ZIP_MLE},
    IMP_AAA_MESSAGE_ROWS[ZIP_MSG_PNR_PARENT] = {PANA_MEMBER_REQUEST, IMP_PHASE_REGISTRATION,
                                                ZIP_RELAY},
    [ZIP_MSG_PNA_PARENT] = {PANA_MEMBER_ANSWER, IMP_PHASE_REGISTRATION, ZIP_RELAY},
    [ZIP_MSG_ADVERTISEMENT] = {"MLE Advertisement", IMP_PHASE_REGISTRATION, ZIP_MLE},
    [ZIP_MSG_MESH_ADVERTISEMENT] = {"MLE Advertisement to a parent", IMP_PHASE_REGISTRATION,
                                    ZIP_MESH},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}};

static const char *const methods[] = {"eap-tls", "eap-ttls", NULL};
static const char *const rejoin_names[] = {"authenticate", "stored-key", NULL};
static const char *const suites[] = {"ccm", "ccm-8", "gcm", "psk-ccm-8", NULL};

#define NODE_BIT (1u << ZIP_NODE)
#define ROUTER_BIT (1u << ZIP_ROUTER)
#define COORDINATOR_BIT (1u << ZIP_COORDINATOR)
#define AAA_BIT (1u << ZIP_AAA)
#define SERVER_BIT (COORDINATOR_BIT | AAA_BIT) /* where the EAP server may be */

static const struct imp_option options[] = {
    {.name = "eap-method",
     .summary = "The EAP method.",
     .type = IMP_OPTION_CHOICE,
     .preset = "eap-tls",
     .choices = methods,
     .roles = NODE_BIT | SERVER_BIT},
    PANA_OPTION_ROWS(NODE_BIT, COORDINATOR_BIT,
                     "sha256"){.name = "realm",
                               .summary = "Realm of the nodes' NAIs, device-N@realm.",
                               .type = IMP_OPTION_STRING,
                               .preset = "example.org",
                               .min = 1,
                               .max = 40,
                               .unit = "octets",
                               .roles = NODE_BIT},
    ETLS_OPTION_ROWS_WITH(NODE_BIT, SERVER_BIT, "1.2"){
        .name = "tls-suite",
        .summary =
            "TLS_ECDHE_ECDSA_WITH_AES_128_CCM with tags of 16 octets, CCM_8 with tags of 8, as "
            "ZigBee IP has it, GCM_SHA256, or TLS_PSK_WITH_AES_128_CCM_8: a key instead of "
            "certificates (TLS 1.2).",
        .type = IMP_OPTION_CHOICE,
        .preset = "ccm-8",
        .choices = suites,
        .roles = NODE_BIT | SERVER_BIT},
    TTLS_OPTION_ROWS(NODE_BIT, SERVER_BIT) IMP_AAA_OPTION_ROWS(NODE_BIT, COORDINATOR_BIT, AAA_BIT),
    PANA_REKEY_OPTION_ROW(COORDINATOR_BIT),
    {.name = "network-key-lifetime",
     .summary =
         "Time after which there is another network key for all; 0: only when a member goes.",
     .type = IMP_OPTION_INT,
     .preset = "0",
     .min = 0,
     .max = 31536000,
     .unit = "s",
     .roles = COORDINATOR_BIT},
    {.name = "key-activation",
     .summary = "From when all members have the next network key to when it is used.",
     .type = IMP_OPTION_INT,
     .preset = "10",
     .min = 0,
     .max = 86400,
     .unit = "s",
     .roles = COORDINATOR_BIT},
    {.name = "allow-join",
     .summary =
         "The parent relays PANA for nodes that have no link to it; false: for its neighbours "
         "alone.",
     .type = IMP_OPTION_BOOL,
     .preset = "true",
     .roles = ROUTER_BIT},
    {.name = "rejoin",
     .summary = "After a power cut the node authenticates again, or makes a link under its stored "
                "network key and authenticates only when the parent does not answer.",
     .type = IMP_OPTION_CHOICE,
     .preset = "authenticate",
     .choices = rejoin_names,
     .roles = NODE_BIT},
    {.name = NULL},
};

static const struct imp_flaw flaws[] = {
    ETLS_FLAW_ROWS(ZIP_NODE, ZIP_COORDINATOR) TTLS_FLAW_ROWS(ZIP_COORDINATOR)
        PANA_NO_AUTH_CHECK_ROW(ZIP_NODE),
    PANA_SESSION_FLAW_ROWS(ZIP_NODE, ZIP_COORDINATOR, "node.ping-interval=1",
                           "coordinator.ping-interval=1"){
        .name = "router-unsecured-mle",
        .summary = "The parent makes a link also with a node that speaks MLE without security.",
        .role = ZIP_ROUTER,
        .broken_by = "dolev-yao",
        .goal = "g3"},
    {.name = "node-unsecured-mle",
     .summary = "The node takes Link Accept and Request also without security, and then without "
                "the response to its challenge; each alone would stop a stranger.",
     .role = ZIP_NODE,
     .broken_by = "race",
     .goal = "g3",
     .with = "tls-version=1.3"}, /* in which the node gets as far as MLE in spite of the race */
    IMP_AAA_FLAW_ROWS(ZIP_COORDINATOR, ZIP_AAA, "coordinator"),
    PANA_REKEY_FLAW_ROW(
        ZIP_COORDINATOR,
        "tls-suite=psk-ccm-8,@coordinator.revoke_device-1@example.org=60,@node.leave=90"),
    {.name = NULL},
};

static const struct imp_requirement requirements[] = {
    {"credential", "certificate", "of the node and of the coordinator, with their private keys"},
    {"credential", "trust-anchor",
     "of the coordinator's authority at the node, of the nodes' at the coordinator"},
    {"credential", "network-key",
     "of the parent, which has joined before, and its session with the coordinator"},
    {"interface", "none", "the node needs neither input nor output"},
    {"oob", "none", "Certificates and anchors are there before."},
    {"third-party", "certificate-authority",
     "of operator and manufacturer; not on line; with eap-server=radius a AAA server, on line"},
    {"user-acts", "0", "nothing to do at bootstrapping"},
    {"link", "UDP over IPv6", "a link-local address before the network is joined"},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "client initiation", "RFC 5191 section 4.1"},
    {IMP_PHASE_BOOTSTRAPPING, "authentication and authorization phase", "RFC 5191 section 4.1"},
    {IMP_PHASE_REGISTRATION, "link establishment", "draft-kelsey-intarea-mesh-link-establishment"},
    {0, NULL, NULL},
};

static const struct imp_guess guesses[] = {
    TTLS_GUESS_ROW(ZIP_NODE), IMP_RADIUS_GUESS_ROW(ZIP_AAA), {.name = NULL}};

static const char *const variant[] = {"tls-version", "device-identity", NULL};

/* One key for the whole network: the coordinator has made it, the parent got it when it joined. */
static void provide_network_key(struct imp_env *const *parties, size_t count)
{
    uint8_t key[PANA_NETWORK_KEY];
    bool made = false;
    for (size_t i = 0; i < count && !made; i++)
        if (parties[i]->role == ZIP_COORDINATOR) {
            imp_random(parties[i], PANA_CELL_NETWORK_KEY, key, 16);
            made = true;
        }
    key[16] = 1; /* index */
    key[17] = 0; /* counter */
    for (size_t i = 0; made && i < count; i++)
        if (parties[i]->role == ZIP_ROUTER || parties[i]->role == ZIP_COORDINATOR)
            parties[i]->ops->cell_put(parties[i], PANA_CELL_NETWORK_KEY, key, sizeof key);
    imp_wipe(key, sizeof key);
}

static struct imp_env *coordinator_of(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == ZIP_COORDINATOR)
            return parties[i];
    return NULL;
}

/* Each parent has a session of its own with the coordinator, since it has joined before. */
static void provide_members(struct imp_env *const *parties, size_t count)
{
    struct imp_env *coordinator = coordinator_of(parties, count);
    struct pana_membership m;
    struct imp_addr mesh;
    unsigned k = 0;
    for (size_t i = 0; coordinator && i < count; i++)
        if (parties[i]->role == ZIP_ROUTER) {
            char cell[ZIP_CELL], neighbour[ZIP_CELL];
            snprintf(cell, sizeof cell, PANA_CELL_MEMBER "/%u", k);
            snprintf(neighbour, sizeof neighbour, ZIP_CELL_NEIGHBOUR "/%u", k++);
            memset(&mesh, 0, sizeof mesh);
            if (parties[i]->ops->self(parties[i], ZIP_MESH, &mesh))
                coordinator->ops->cell_put(coordinator, neighbour, &mesh, sizeof mesh);
            pana_membership_make(&m, parties[i]);
            parties[i]->ops->cell_put(parties[i], PANA_CELL_MEMBER, &m, sizeof m);
            coordinator->ops->cell_put(coordinator, cell, &m, sizeof m);
        }
    imp_wipe(&m, sizeof m);
}

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_aaa_provide(parties, count, ZIP_NODE, ZIP_COORDINATOR, ZIP_AAA);
    provide_network_key(parties, count);
    provide_members(parties, count);
}

static const struct imp_inapplicable inapplicable[] = {
    {"g12", "ownership is outside: whose anchors a node trusts is set before"},
    {"g14", "nothing is installed but the network key, and that is part of the agreement"},
    {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"revoke", ZIP_COORDINATOR, true}, {"revoke", ZIP_AAA, true}, {.word = NULL}};

const struct imp_mechanism imp_zigbee_ip = {
    .name = "zigbee-ip",
    .title = "ZigBee IP",
    .class = IMP_CLASS_MANAGED,
    .reference = "ZigBee IP Specification 13-002r00, RFC 5191, RFC 6345, RFC 6786",
    .summary = "A node without a network key joins through a parent that only relays: PANA with "
               "EAP-TLS between node and coordinator, the network key encrypted in the result. "
               "Keys of the link come of it, and a link to the parent under them shows that both "
               "have it.",
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
