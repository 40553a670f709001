/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-NOOB (RFC 9140) over IEEE 802.1X: the mechanism's declaration. */
#include <stdio.h>
#include <string.h>

#include "noob_method.h"
#include "protocols/codec/text.h"
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

const struct imp_eap_method noob_method = {
    .type = NOOB_EAP_TYPE,
    .name = "EAP-NOOB",
    .peer_size = sizeof(struct noob_peer),
    .session_size = sizeof(struct noob_session),
    .shared_size = sizeof(struct noob_server),
    .label = label,
    .peer_start = noob_peer_start,
    .peer_wants = noob_peer_wants,
    .peer_begin = noob_peer_begin,
    .peer_identity = noob_peer_identity,
    .peer_process = noob_peer_process,
    .peer_end = noob_peer_end,
    .peer_event = noob_peer_event,
    .peer_export = noob_peer_export,
    .server_start = noob_server_start,
    .server_begin = noob_server_begin,
    .server_process = noob_server_process,
    .server_end = noob_server_end,
    .server_event = noob_server_event,
    .server_export = noob_server_export,
};

IMP_DOT1X_ROLES(noob, noob_method)

/* ---- legality
 * --------------------------------------------------------------------------------------------- For
 * the EAP layer every message of the method is legal while the method runs; which type may follow
 * which, by association state, is the table in peer.c and table 14 in server.c. */
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
    [NOOB_CH_PEER_TO_SERVER] = {.name = "oob-peer-to-server",
                                .service = IMP_SERVICE_OOB,
                                .a = IMP_DOT1X_PEER,
                                .b = IMP_DOT1X_SERVER,
                                .act = IMP_ACT_SCAN_QR,
                                .bits = NOOB_OOB_MAX * 8,
                                .summary = "The device shows PeerId, Noob and Hoob as a QR code "
                                           "with a URL; the logged-in user scans it."},
    [NOOB_CH_SERVER_TO_PEER] = {.name = "oob-server-to-peer",
                                .service = IMP_SERVICE_OOB,
                                .a = IMP_DOT1X_SERVER,
                                .b = IMP_DOT1X_PEER,
                                .act = IMP_ACT_TAP_NFC,
                                .bits = NOOB_OOB_MAX * 8,
                                .summary = "The user fetches PeerId, Noob and Hoob from the server "
                                           "and taps the device with the telephone."},
    {.name = NULL},
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
    [NOOB_MSG_OOB_PEER_TO_SERVER] = {.name = "OOB message, peer to server",
                                     .phase = IMP_PHASE_BOOTSTRAPPING,
                                     .channel = NOOB_CH_PEER_TO_SERVER},
    [NOOB_MSG_OOB_SERVER_TO_PEER] = {.name = "OOB message, server to peer",
                                     .phase = IMP_PHASE_BOOTSTRAPPING,
                                     .channel = NOOB_CH_SERVER_TO_PEER},
    {.name = NULL},
};

static const struct imp_act acts[] = {{.name = NULL}}; /* only those of the OOB channels */

/* ---- options
 * ----------------------------------------------------------------------------------------------------
 */
const struct noob_suites noob_suites[] = {
    {{NOOB_X25519, NOOB_P256}, 2, "[1,2]"},
    {{NOOB_P256, NOOB_X25519}, 2, "[2,1]"},
    {{NOOB_X25519}, 1, "[1]"},
    {{NOOB_P256}, 1, "[2]"},
};

const struct noob_suites *noob_own_suites(const struct imp_env *env)
{
    return &noob_suites[imp_opt(env, NOOB_OPT_SUITE)];
}

static const char *const suite_names[] = {"x25519-first", "p256-first", "x25519", "p256", NULL};
static const char *const direction_names[] = {"peer-to-server", "server-to-peer", "both", NULL};
static const char *const supp_names[] = {"length-byte", "plain", NULL};
static const char *const association_names[] = {"none", "stored", NULL};
static const char *const serial_names[] = {"as-given", "own", NULL};

#define PEER IMP_DOT1X_PEER_BIT
#define SERVER IMP_DOT1X_SERVER_BIT

static const struct imp_option options[] = {
    /* held and quiet period: a peer that waits for its user must be heard again soon */
    IMP_DOT1X_OPTION_ROWS("5", "0"),
    [NOOB_OPT_NAI] = {.name = "nai",
                      .summary = "Network Access Identifier with which an unregistered peer comes.",
                      .type = IMP_OPTION_STRING,
                      .preset = NOOB_DEFAULT_NAI,
                      .min = 1,
                      .max = NOOB_NAI_MAX,
                      .unit = "octets",
                      .roles = PEER},
    [NOOB_OPT_DIRECTION] = {.name = "direction",
                            .summary = "Out-of-band directions that this end supports (Dirs, "
                                       "Dirp); the peer selects those that both have.",
                            .type = IMP_OPTION_CHOICE,
                            .preset = "peer-to-server",
                            .choices = direction_names,
                            .roles = PEER | SERVER},
    [NOOB_OPT_SUITE] = {.name = "suite",
                        .summary = "Cryptosuites of this end, best first: 1 is Curve25519, 2 is "
                                   "P-256, both with SHA-256.",
                        .type = IMP_OPTION_CHOICE,
                        .preset = "x25519-first",
                        .choices = suite_names,
                        .roles = PEER | SERVER},
    [NOOB_OPT_PEER_INFO] = {.name = "peer-info",
                            .summary = "PeerInfo, a JSON object that the server gets to see.",
                            .type = IMP_OPTION_STRING,
                            .preset = "{\"Type\":\"wifi\",\"PeerName\":\"Thermometer\","
                                      "\"Manufacturer\":\"Acme\",\"SerialNumber\":\"DU-9999\"}",
                            .min = 2,
                            .max = NOOB_INFO_MAX,
                            .unit = "octets",
                            .roles = PEER},
    [NOOB_OPT_SERVER_INFO] = {.name = "server-info",
                              .summary = "ServerInfo, a JSON object that the peer gets to see; its "
                                         "ServerURL heads the peer's out-of-band message.",
                              .type = IMP_OPTION_STRING,
                              .preset = "{\"Type\":\"url_wifi\",\"ServerName\":\"Example\","
                                        "\"ServerURL\":\"https://aaa.example.com/eapnoob\"}",
                              .min = 2,
                              .max = NOOB_INFO_MAX,
                              .unit = "octets",
                              .roles = SERVER},
    [NOOB_OPT_NEW_NAI] = {.name = "new-nai",
                          .summary = "NAI that the server assigns to peers (NewNAI); empty: none.",
                          .type = IMP_OPTION_STRING,
                          .preset = "",
                          .min = 0,
                          .max = NOOB_NAI_MAX,
                          .unit = "octets",
                          .roles = SERVER},
    /* RFC 9140 allows 0..3600 s and gives no default: 5 s is about the time of one user act, so
     * that a device is rarely asleep for long after its message was delivered. */
    [NOOB_OPT_SLEEP_TIME] = {.name = "sleep-time",
                             .summary = "SleepTime that the server sends: least time before a "
                                        "waiting peer asks again; -1: send none.",
                             .type = IMP_OPTION_INT,
                             .preset = "5",
                             .min = -1,
                             .max = NOOB_SLEEP_MAX,
                             .unit = "s",
                             .roles = SERVER},
    [NOOB_OPT_SLEEP_DEFAULT] = {.name = "sleep-time-default",
                                .summary = "SleepTimeDefault: what a peer waits when the server "
                                           "sends no SleepTime.",
                                .type = IMP_OPTION_INT,
                                .preset = "60",
                                .min = 0,
                                .max = NOOB_SLEEP_MAX,
                                .unit = "s",
                                .roles = PEER},
    [NOOB_OPT_NOOB_TIMEOUT] = {.name = "noob-timeout",
                               .summary = "NoobTimeout: age at which the sender of an out-of-band "
                                          "message forgets it.",
                               .type = IMP_OPTION_INT,
                               .preset = "3600",
                               .min = 1,
                               .max = 86400,
                               .unit = "s",
                               .roles = PEER | SERVER},
    [NOOB_OPT_NOOB_INTERVAL] = {.name = "noob-interval",
                                .summary = "NoobInterval: time after which the sender shows a new "
                                           "out-of-band message; 0: half of noob-timeout.",
                                .type = IMP_OPTION_INT,
                                .preset = "0",
                                .min = 0,
                                .max = 86400,
                                .unit = "s",
                                .roles = PEER | SERVER},
    [NOOB_OPT_OOB_RETRIES] = {.name = "oob-retries",
                              .summary = "OobRetries: invalid out-of-band messages after which the "
                                         "receiver starts anew.",
                              .type = IMP_OPTION_INT,
                              .preset = "5",
                              .min = 1,
                              .max = 100,
                              .roles = PEER | SERVER},
    [NOOB_OPT_PATIENCE] = {.name = "waiting-limit",
                           .summary = "Waiting Exchanges that the server grants one peer before it "
                                      "answers \"unwanted peer\"; 0: any number.",
                           .type = IMP_OPTION_INT,
                           .preset = "0",
                           .min = 0,
                           .max = 100000,
                           .roles = SERVER},
    [NOOB_OPT_KEYING_MODE] = {.name = "keying-mode",
                              .summary = "KeyingMode of the Reconnect Exchange while the suite "
                                         "stays: 1 without key exchange, 2 with, 3 with a new Kz.",
                              .type = IMP_OPTION_INT,
                              .preset = "2",
                              .min = 1,
                              .max = 3,
                              .roles = SERVER},
    [NOOB_OPT_RECONNECT_INFO] = {.name = "reconnect-info",
                                 .summary = "Send ServerInfo or PeerInfo in the Reconnect Exchange "
                                            "too.",
                                 .type = IMP_OPTION_BOOL,
                                 .preset = "false",
                                 .roles = PEER | SERVER},
    [NOOB_OPT_ERROR_INFO] = {.name = "error-info",
                             .summary = "Add the text ErrorInfo to error notifications.",
                             .type = IMP_OPTION_BOOL,
                             .preset = "true",
                             .roles = PEER | SERVER},
    [NOOB_OPT_SUPP] = {.name = "supp-priv-info",
                       .summary = "SuppPrivInfo in the key derivation: with the length octet that "
                                  "RFC 9140 section 3.5 asks for, or plain as the authors' code.",
                       .type = IMP_OPTION_CHOICE,
                       .preset = "length-byte",
                       .choices = supp_names,
                       .roles = PEER | SERVER},
    [NOOB_OPT_ASSOCIATION] = {.name = "association",
                              .summary =
                                  "What this end has stored when the run begins: nothing, or "
                                  "the association of an earlier Completion Exchange (fast "
                                  "reconnect).",
                              .type = IMP_OPTION_CHOICE,
                              .preset = "none",
                              .choices = association_names,
                              .roles = PEER | SERVER},
    [NOOB_OPT_SERIAL] = {.name = "serial-number",
                         .summary = "SerialNumber of PeerInfo: as it stands in peer-info, the same "
                                    "in all devices, or 12 digits of each device's own.",
                         .type = IMP_OPTION_CHOICE,
                         .preset = "as-given",
                         .choices = serial_names,
                         .roles = PEER},
    {.name = NULL},
};

/* ---- flaws
 * ------------------------------------------------------------------------------------------------------
 * NoobId, Noob in the keys, and Hoob guard the same exchange from several sides, so that leaving
 * out one comparison alone gives an adversary without out-of-band rights nothing. Each row
 * therefore leaves out a comparison together with those that would still stop the attack. */
static const struct imp_flaw flaws[] = {
    IMP_DOT1X_FLAW_ROWS("association=stored,keying-mode=1"),
    [NOOB_FLAW_PEER_COMPLETION] = {.name = "peer-no-completion-check",
                                   .summary = "The peer compares neither NoobId nor MACs; each "
                                              "alone would stop a server that never saw the "
                                              "out-of-band message.",
                                   .role = IMP_DOT1X_PEER,
                                   .broken_by = "dolev-yao",
                                   .goal = "g3",
                                   .with = "direction=peer-to-server"},
    [NOOB_FLAW_SERVER_COMPLETION] = {.name = "server-no-completion-check",
                                     .summary = "The server compares neither NoobId nor MACp; each "
                                                "alone would stop a peer that never got the "
                                                "out-of-band message.",
                                     .role = IMP_DOT1X_SERVER,
                                     .broken_by = "dolev-yao",
                                     .goal = "g3",
                                     .with = "direction=server-to-peer"},
    [NOOB_FLAW_PEER_OOB] = {.name = "peer-no-oob-check",
                            .summary =
                                "The peer takes any out-of-band message, whatever its PeerId "
                                "and Hoob, and then does not compare MACs.",
                            .role = IMP_DOT1X_PEER,
                            .broken_by = "dolev-yao",
                            .goal = "g3",
                            .with = "direction=server-to-peer"},
    [NOOB_FLAW_SERVER_OOB] = {.name = "server-no-oob-check",
                              .summary =
                                  "The server takes any out-of-band message for its latest "
                                  "waiting peer, whatever its PeerId and Hoob, and then does "
                                  "not compare MACp.",
                              .role = IMP_DOT1X_SERVER,
                              .broken_by = "dolev-yao",
                              .goal = "g3",
                              .with = "direction=peer-to-server"},
    [NOOB_FLAW_PEER_RECONNECT] = {.name = "peer-no-macs2-check",
                                  .summary = "The peer does not compare MACs2 in the Reconnect "
                                             "Exchange.",
                                  .role = IMP_DOT1X_PEER,
                                  .broken_by = "dolev-yao",
                                  .goal = "g3",
                                  .with = "association=stored"},
    [NOOB_FLAW_SERVER_RECONNECT] = {.name = "server-no-macp2-check",
                                    .summary = "The server does not compare MACp2 in the Reconnect "
                                               "Exchange.",
                                    .role = IMP_DOT1X_SERVER,
                                    .broken_by = "dolev-yao",
                                    .goal = "g3",
                                    .with = "association=stored"},
    {.name = NULL},
};

/* ---- requirements, terms
 * ---------------------------------------------------------------------------------------- */
static const struct imp_requirement requirements[] = {
    {"credential", "none", "Nothing is stored in the device or about it beforehand."},
    {"interface", "display or NFC tag (peer to server); camera or NFC reader (server to peer)",
     "A one-way channel of some tens of octets, made anew for each bootstrapping."},
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

/* ---- provisioning
 * --------------------------------------------------------------------------------------------------
 * An association that an earlier run of the protocol left behind. The PeerId is no secret (it goes
 * over the air in every handshake), so an adversary's peer and server know it too, but with a Kz of
 * their own. */
static void association_make(struct noob_association *a, struct imp_env *peer)
{
    uint8_t digest[32], device[4] = {(uint8_t)(peer->device >> 24), (uint8_t)(peer->device >> 16),
                                     (uint8_t)(peer->device >> 8), (uint8_t)peer->device};
    const struct imp_piece in[] = {IMP_PIECE("EAP-NOOB PeerId", 15), IMP_PIECE(device, 4)};

    *a = (struct noob_association){.verp = NOOB_VERSION, .suite = noob_own_suites(peer)->suites[0]};
    imp_sha256(NULL, digest, in, 2);
    imp_base64url_encode(a->peer_id, sizeof a->peer_id, digest, NOOB_NOOB);
    strncpy(a->nai, imp_opt_str(peer, NOOB_OPT_NAI), NOOB_NAI_MAX);
    imp_random(peer, "noob-association", a->kz, NOOB_KEY);
}

static void serial_make(struct imp_env *peer)
{
    uint8_t octets[6];
    char text[2 * sizeof octets + 1];
    imp_random(peer, "noob-serial-number", octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        snprintf(text + 2 * i, 3, "%02X", octets[i]);
    peer->ops->cell_put(peer, NOOB_SERIAL_CELL, text, sizeof text - 1);
}

static void provision(struct imp_env *const *parties, size_t count)
{
    struct imp_env *server = NULL;

    imp_dot1x_provision(parties, count);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == IMP_DOT1X_SERVER)
            server = parties[i];
    for (size_t i = 0; i < count; i++) {
        struct noob_association a;
        if (parties[i]->role != IMP_DOT1X_PEER)
            continue;
        if (imp_opt(parties[i], NOOB_OPT_SERIAL))
            serial_make(parties[i]);
        bool at_peer = imp_opt(parties[i], NOOB_OPT_ASSOCIATION);
        bool at_server = server && imp_opt(server, NOOB_OPT_ASSOCIATION);
        if (at_peer || at_server)
            association_make(&a, parties[i]);
        if (at_peer)
            noob_store(parties[i], NOOB_CELL, &a);
        if (at_server)
            noob_db_provision(server, &a);
    }
}

static const struct imp_inapplicable inapplicable[] = {{"g14", "no configuration is installed"},
                                                       {.goal = NULL}};

static const struct imp_severance severances[] = {
    {"reset", IMP_DOT1X_PEER, false}, {"reset", IMP_DOT1X_SERVER, true}, {.word = NULL}};

static const struct imp_guess guesses[] = {IMP_DOT1X_GUESS_ROW, {.name = NULL}};

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
