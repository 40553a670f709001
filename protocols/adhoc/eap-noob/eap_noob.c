/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-NOOB (RFC 9140) over IEEE 802.1X: the mechanism's declaration. */
#include "eap_noob.h"

#include "protocols/eap/eap_packet.h"

/* ---- the EAP method
 * ------------------------------------------------------------------------------------- */
static int label(const uint8_t *packet, size_t n)
{
    struct noob_message m;
    bool response = packet[0] == IMP_EAP_RESPONSE;

    noob_parse(&m, response, packet + IMP_EAP_HEADER, n - IMP_EAP_HEADER);
    if (m.type == NOOB_TYPES)
        return response ? NOOB_MSG_RESPONSE_UNREADABLE : NOOB_MSG_REQUEST_UNREADABLE;
    return (response ? NOOB_MSG_RESPONSE : NOOB_MSG_REQUEST) + (int)m.type;
}

const struct imp_eap_method noob_method = {NOOB_METHOD_FIELDS, .label = label};

IMP_DOT1X_ROLES(noob, noob_method)

/* ---- legality
 * --------------------------------------------------------------------------------------------- For
 * the EAP layer every message of the method is legal while the method runs; which type may follow
 * which, by association state, is the table in noob_peer.c and table 14 in noob_server.c. */
#define REQUESTS(X)                                                                                \
    X(NOOB_MSG_REQUEST + 0), X(NOOB_MSG_REQUEST + 1), X(NOOB_MSG_REQUEST + 2),                     \
        X(NOOB_MSG_REQUEST + 3), X(NOOB_MSG_REQUEST + 4), X(NOOB_MSG_REQUEST + 5),                 \
        X(NOOB_MSG_REQUEST + 6), X(NOOB_MSG_REQUEST + 7), X(NOOB_MSG_REQUEST + 8),                 \
        X(NOOB_MSG_REQUEST + 9), X(NOOB_MSG_REQUEST_UNREADABLE)
#define RESPONSES(X)                                                                               \
    X(NOOB_MSG_RESPONSE + 0), X(NOOB_MSG_RESPONSE + 1), X(NOOB_MSG_RESPONSE + 2),                  \
        X(NOOB_MSG_RESPONSE + 3), X(NOOB_MSG_RESPONSE + 4), X(NOOB_MSG_RESPONSE + 5),              \
        X(NOOB_MSG_RESPONSE + 6), X(NOOB_MSG_RESPONSE + 7), X(NOOB_MSG_RESPONSE + 8),              \
        X(NOOB_MSG_RESPONSE + 9), X(NOOB_MSG_RESPONSE_UNREADABLE)

static const struct imp_legal peer_legal[] = {
    IMP_DOT1X_PEER_LEGAL_ROWS,
    REQUESTS(IMP_DOT1X_PEER_LEGAL),
    {0, -1},
};

static const struct imp_legal authenticator_legal[] = {
    IMP_DOT1X_AUTHENTICATOR_LEGAL_ROWS,
    RESPONSES(IMP_DOT1X_AUTHENTICATOR_LEGAL),
    {0, -1},
};

static const struct imp_role roles[] = {
    IMP_DOT1X_ROLE_ROWS(noob, sizeof(struct noob_peer), sizeof(struct noob_session),
                        sizeof(struct noob_server), peer_legal, authenticator_legal),
    {.name = NULL},
};

/* ---- channels and messages
 * ---------------------------------------------------------------------------------- */
static const struct imp_channel channels[] = {
    IMP_DOT1X_CHANNEL_ROWS,
    NOOB_CHANNEL_ROWS(IMP_DOT1X_PEER, IMP_DOT1X_SERVER){.name = NULL},
};

#define ROW(direction, number, purpose, phase_)                                                    \
    {                                                                                              \
        .name = "EAP-NOOB type " #number " " direction " (" purpose ")",                           \
        .phase = IMP_PHASE_##phase_, .channel = IMP_DOT1X_ACCESS                                   \
    }
#define TYPE_ROWS(direction)                                                                       \
    ROW(direction, 0, "error notification", BOOTSTRAPPING),                                        \
        ROW(direction, 1, "handshake", DISCOVERY),                                                 \
        ROW(direction, 2, "Initial Exchange, negotiation", BOOTSTRAPPING),                         \
        ROW(direction, 3, "Initial Exchange, keys", BOOTSTRAPPING),                                \
        ROW(direction, 4, "Waiting Exchange", BOOTSTRAPPING),                                      \
        ROW(direction, 5, "Completion Exchange, NoobId", BOOTSTRAPPING),                           \
        ROW(direction, 6, "Completion Exchange, MAC", BOOTSTRAPPING),                              \
        ROW(direction, 7, "Reconnect Exchange, negotiation", BOOTSTRAPPING),                       \
        ROW(direction, 8, "Reconnect Exchange, keys", BOOTSTRAPPING),                              \
        ROW(direction, 9, "Reconnect Exchange, MAC", BOOTSTRAPPING)

static const struct imp_message messages[] = {
    IMP_DOT1X_MESSAGE_ROWS TYPE_ROWS("request"),
    TYPE_ROWS("response"),
    [NOOB_MSG_REQUEST_UNREADABLE] = {.name = "EAP-NOOB request (unreadable)",
                                     .phase = IMP_PHASE_BOOTSTRAPPING,
                                     .channel = IMP_DOT1X_ACCESS},
    [NOOB_MSG_RESPONSE_UNREADABLE] = {.name = "EAP-NOOB response (unreadable)",
                                      .phase = IMP_PHASE_BOOTSTRAPPING,
                                      .channel = IMP_DOT1X_ACCESS},
    NOOB_MESSAGE_ROWS(NOOB_CH_PEER_TO_SERVER, NOOB_CH_SERVER_TO_PEER){.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

/* ---- options
 * ----------------------------------------------------------------------------------------------------
 */
static const struct imp_option options[] = {
    /* held and quiet period: a peer that waits for its user must be heard again soon */
    IMP_DOT1X_OPTION_ROWS("5", "0"),
    NOOB_OPTION_ROWS(IMP_DOT1X_PEER_BIT, IMP_DOT1X_SERVER_BIT){.name = NULL},
};

/* ---- flaws
 * ------------------------------------------------------------------------------------------------------
 */
static const struct imp_flaw flaws[] = {
    IMP_DOT1X_FLAW_ROWS("association=stored,keying-mode=1"),
    NOOB_FLAW_ROWS(IMP_DOT1X_PEER, IMP_DOT1X_SERVER, ""){.name = NULL},
};

/* ---- requirements, terms
 * ---------------------------------------------------------------------------------------- */
static const struct imp_requirement requirements[] = {
    {"credential", "none", "Nothing is stored in the device or about it beforehand."},
    {"interface", "display or NFC tag (peer to server); camera or NFC reader (server to peer)",
     "A one-way channel of some tens of octets, made anew for each bootstrapping."},
    {"oob", "derivation and confirmation",
     "The nonce of the OOB message enters the keys and the MACs."},
    {"third-party", "AAA server with user accounts, on line",
     "The user who delivers the message is logged in at the server and becomes the owner."},
    {"user-acts", "1", "One scan or tap."},
    {"link", "IEEE 802.1X", "The authenticator must route the realm eap-noob.arpa to the server."},
    {NULL, NULL, NULL},
};

static const struct imp_term terms[] = {
    {IMP_PHASE_DISCOVERY, "common handshake", "RFC 9140 section 3.2.1"},
    {IMP_PHASE_BOOTSTRAPPING, "Initial, Waiting and Completion Exchange with the OOB Step",
     "RFC 9140 section 3.2"},
    {IMP_PHASE_PROVISIONING, "persistent association; AAA key transport (phase 1b)",
     "RFC 9140 section 3.4.1, RFC 5247 section 1.3"},
    {IMP_PHASE_REGISTRATION, "Secure Association Protocol (phase 2)", "RFC 5247 section 1.3"},
    {IMP_PHASE_COUNT, NULL, NULL},
};

static const char *const variant[] = {"direction", "suite", NULL};

static void provision(struct imp_env *const *parties, size_t count)
{
    imp_radius_provision(parties, count);
    noob_provision(parties, count, IMP_DOT1X_PEER, IMP_DOT1X_SERVER);
}

static const struct imp_inapplicable inapplicable[] = {{"g14", "no configuration is installed"},
                                                       {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", IMP_DOT1X_PEER, false}, {"reset", IMP_DOT1X_SERVER, true}, {.word = NULL}};

static const struct imp_guess guesses[] = {IMP_RADIUS_GUESS_ROW(IMP_DOT1X_SERVER), {.name = NULL}};

const struct imp_mechanism imp_eap_noob = {
    .name = "eap-noob",
    .title = "EAP-NOOB over IEEE 802.1X",
    .class = IMP_CLASS_AD_HOC,
    .reference = "RFC 9140",
    .summary =
        "A device without any credential makes a Diffie-Hellman exchange with an EAP server whose "
        "network it happens to find. One out-of-band message, carried by the user in either "
        "direction, authenticates the exchange: its secret nonce Noob enters the keys, and its "
        "fingerprint Hoob covers everything that was exchanged. Afterwards the persistent "
        "association allows fast reconnect without the user.",
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
    .owner = "server",
    .provision = provision,
};
