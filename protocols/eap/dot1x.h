/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x.h - EAP methods over IEEE 802.1X and RADIUS: the three roles and the rows of the tables
 * that all such mechanisms share.
 *
 * A mechanism puts the shared rows first in each of its tables, so that their indices are the enums
 * below, and its own rows after them; IMP_DOT1X_ROLES makes its three init functions and
 * IMP_DOT1X_ROLE_ROWS its role table. protocols/managed/eap-psk/ is the example to follow. */
#ifndef IMPRINT_DOT1X_H
#define IMPRINT_DOT1X_H

#include <stddef.h>

#include "group_key.h"
#include "method.h"
#include "radius_rows.h"

/* ---- roles and channels
 * --------------------------------------------------------------------------- */
enum { IMP_DOT1X_PEER, IMP_DOT1X_AUTHENTICATOR, IMP_DOT1X_SERVER };
enum { IMP_DOT1X_ACCESS, IMP_DOT1X_BACKEND, IMP_DOT1X_BACKEND_TLS, IMP_DOT1X_CHANNELS };
#define IMP_DOT1X_PEER_BIT (1u << IMP_DOT1X_PEER)
#define IMP_DOT1X_AUTHENTICATOR_BIT (1u << IMP_DOT1X_AUTHENTICATOR)
#define IMP_DOT1X_SERVER_BIT (1u << IMP_DOT1X_SERVER)

#define IMP_DOT1X_CHANNEL_ROWS                                                                     \
    {.name = "access",                                                                             \
     .service = IMP_SERVICE_FRAME,                                                                 \
     .number = 0x888e,                                                                             \
     .a = IMP_DOT1X_PEER,                                                                          \
     .b = IMP_DOT1X_AUTHENTICATOR,                                                                 \
     .summary = "EAPOL between station and access point"},                                         \
        IMP_RADIUS_CHANNEL_ROWS(IMP_DOT1X_AUTHENTICATOR, IMP_DOT1X_SERVER)

/* ---- messages: X(id, name, phase, channel)
 * ---------------------------------------------------------- */
#define IMP_DOT1X_MESSAGE_LIST(X)                                                                  \
    X(START, "EAPOL-Start", DISCOVERY, ACCESS)                                                     \
    X(LOGOFF, "EAPOL-Logoff", DISCOVERY, ACCESS)                                                   \
    X(REQUEST_IDENTITY, "EAP-Request/Identity", DISCOVERY, ACCESS)                                 \
    X(RESPONSE_IDENTITY, "EAP-Response/Identity", DISCOVERY, ACCESS)                               \
    X(REQUEST_NOTIFICATION, "EAP-Request/Notification", BOOTSTRAPPING, ACCESS)                     \
    X(RESPONSE_NOTIFICATION, "EAP-Response/Notification", BOOTSTRAPPING, ACCESS)                   \
    X(REQUEST_OTHER, "EAP-Request/other method", BOOTSTRAPPING, ACCESS)                            \
    X(RESPONSE_NAK, "EAP-Response/Nak", BOOTSTRAPPING, ACCESS)                                     \
    X(RESPONSE_EXPANDED_NAK, "EAP-Response/Expanded-Nak", BOOTSTRAPPING, ACCESS)                   \
    X(SUCCESS, "EAP-Success", BOOTSTRAPPING, ACCESS)                                               \
    X(FAILURE, "EAP-Failure", BOOTSTRAPPING, ACCESS)                                               \
    X(KEY_1, "EAPOL-Key 1/4", BOOTSTRAPPING, ACCESS)                                               \
    X(KEY_2, "EAPOL-Key 2/4", BOOTSTRAPPING, ACCESS)                                               \
    X(KEY_3, "EAPOL-Key 3/4", PROVISIONING, ACCESS)                                                \
    X(KEY_4, "EAPOL-Key 4/4", REGISTRATION, ACCESS)                                                \
    X(GROUP_1, "EAPOL-Key group 1/2", PROVISIONING, ACCESS)                                        \
    X(GROUP_2, "EAPOL-Key group 2/2", PROVISIONING, ACCESS)                                        \
    IMP_RADIUS_MESSAGE_LIST(X)
#define IMP_ENUM_DOT1X_MESSAGE(id, text, phase, channel) IMP_DOT1X_MSG_##id,
enum { IMP_DOT1X_MESSAGE_LIST(IMP_ENUM_DOT1X_MESSAGE) IMP_DOT1X_MESSAGES };
#define IMP_DOT1X_MESSAGE_ROW(id, text, phase_, channel_)                                          \
    {.name = text, .phase = IMP_PHASE_##phase_, .channel = IMP_DOT1X_##channel_},
#define IMP_DOT1X_MESSAGE_ROWS IMP_DOT1X_MESSAGE_LIST(IMP_DOT1X_MESSAGE_ROW)

/* ---- options
 * ------------------------------------------------------------------------------------------ */
enum {
    IMP_DOT1X_OPT_EAPOL_VERSION,
    IMP_DOT1X_OPT_START_PERIOD,
    IMP_DOT1X_OPT_MAX_START,
    IMP_DOT1X_OPT_HELD_PERIOD,
    IMP_DOT1X_OPT_AUTH_PERIOD,
    IMP_DOT1X_OPT_QUIET_PERIOD,
    IMP_DOT1X_OPT_REAUTH_PERIOD,
    IMP_DOT1X_OPT_EAP_RTO,
    IMP_DOT1X_OPT_EAP_RETRIES,
    IMP_DOT1X_OPT_RADIUS_TIMEOUT,
    IMP_DOT1X_OPT_FOUR_WAY,
    IMP_DOT1X_OPT_NAS_IDENTIFIER,
    IMP_DOT1X_OPT_ANONYMOUS,
    IMP_DOT1X_OPT_NAK,
    IMP_DOT1X_OPT_OFFER,
    IMP_DOT1X_OPT_IGNORE_LIMIT,
    IMP_DOT1X_OPT_SUCCESS_VALIDATION,
    IMP_DOT1X_OPT_EAP_MTU,
    IMP_DOT1X_OPT_GROUP_REKEY,
    IMP_DOT1X_OPT_GROUP_LEAVE,
    IMP_DOT1X_OPT_CHALLENGE_TIMEOUT,
    IMP_DOT1X_OPT_ACCEPTED_NAME,
    IMP_DOT1X_OPT_MESSAGE_AUTHENTICATOR,
    IMP_DOT1X_OPT_RADIUS_ENTROPY,
    IMP_DOT1X_OPT_RADIUS_TRANSPORT,
    IMP_DOT1X_OPT_SESSION_TIMEOUT,
    IMP_DOT1X_OPT_PROXY_HOPS,
    IMP_DOT1X_OPT_PROXY_REALMS,
    IMP_DOT1X_OPT_PROXY_DELAY,
    IMP_DOT1X_OPTIONS,
};
enum { IMP_DOT1X_SUCCESS_STRICT, IMP_DOT1X_SUCCESS_LENIENT };
extern const char *const imp_dot1x_success_names[]; /* NULL-terminated */
enum { IMP_DOT1X_NAME_AUTHENTICATED, IMP_DOT1X_NAME_ASKED, IMP_DOT1X_NAME_NONE };
extern const char *const imp_dot1x_name_choices[]; /* NULL-terminated */
#define IMP_DOT1X_EAP_MTU_MIN 60 /* Framed-MTU is 64 at least, RFC 2865 section 5.12 */
#define IMP_DOT1X_SECONDS(name_, preset_, min_, max_, roles_, summary_)                            \
    {                                                                                              \
        .name = name_, .summary = summary_, .type = IMP_OPTION_INT, .preset = preset_,             \
        .min = min_, .max = max_, .unit = "s", .roles = roles_                                     \
    }
/* Presets: IEEE 802.1X-2010 table 8-1 and hostapd's defaults; RFC 3748 section 4.3 for EAP's timer
 * (single link); 3 s for RADIUS is hostapd's. */
#define IMP_DOT1X_OPTION_ROWS(held, quiet)                                                         \
    {.name = "eapol-version",                                                                      \
     .summary = "EAPOL version sent: 1 (802.1X-2001), 2 (2004), 3 (2010); any is received.",       \
     .type = IMP_OPTION_INT,                                                                       \
     .preset = "2",                                                                                \
     .min = 1,                                                                                     \
     .max = 3,                                                                                     \
     .roles = IMP_DOT1X_PEER_BIT | IMP_DOT1X_AUTHENTICATOR_BIT},                                   \
        IMP_DOT1X_SECONDS("start-period", "30", 1, 3600, IMP_DOT1X_PEER_BIT,                       \
                          "Time between EAPOL-Starts while nobody answers."),                      \
        {.name = "max-start",                                                                      \
         .summary = "EAPOL-Starts sent before the peer gives up for held-period.",                 \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "3",                                                                            \
         .min = 1,                                                                                 \
         .max = 100,                                                                               \
         .roles = IMP_DOT1X_PEER_BIT},                                                             \
        IMP_DOT1X_SECONDS("held-period", held, 0, 65535, IMP_DOT1X_PEER_BIT,                       \
                          "Time after a failure in which the peer does not try again."),           \
        IMP_DOT1X_SECONDS("auth-period", "30", 1, 3600, IMP_DOT1X_PEER_BIT,                        \
                          "Time that the peer waits for the authenticator's next message."),       \
        IMP_DOT1X_SECONDS("quiet-period", quiet, 0, 65535, IMP_DOT1X_AUTHENTICATOR_BIT,            \
                          "Time after a failure in which the authenticator ignores the station."), \
        IMP_DOT1X_SECONDS("reauth-period", "0", 0, 86400, IMP_DOT1X_AUTHENTICATOR_BIT,             \
                          "Time after which a station must authenticate again; 0: never."),        \
        {.name = "eap-rto",                                                                        \
         .summary = "First EAP retransmission timeout (RTOinitial, RFC 3748 section 4.3).",        \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "1000",                                                                         \
         .min = 200,                                                                               \
         .max = 20000,                                                                             \
         .unit = "ms",                                                                             \
         .roles = IMP_DOT1X_AUTHENTICATOR_BIT},                                                    \
        {.name = "eap-retries",                                                                    \
         .summary = "EAP retransmissions before the authenticator gives up.",                      \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "5",                                                                            \
         .min = 0,                                                                                 \
         .max = 20,                                                                                \
         .roles = IMP_DOT1X_AUTHENTICATOR_BIT},                                                    \
        IMP_RADIUS_TIMEOUT_ROW(IMP_DOT1X_AUTHENTICATOR_BIT),                                       \
        {.name = "four-way",                                                                       \
         .summary = "Run the 4-way handshake after EAP-Success (wireless); off: the port opens "   \
                    "at once (wired).",                                                            \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = IMP_DOT1X_PEER_BIT | IMP_DOT1X_AUTHENTICATOR_BIT},                               \
        IMP_RADIUS_NAS_ROW(IMP_DOT1X_AUTHENTICATOR_BIT),                                           \
        {.name = "anonymous-outer",                                                                \
         .summary = "Send only \"@realm\" in EAP-Response/Identity.",                              \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = IMP_DOT1X_PEER_BIT},                                                             \
        {.name = "nak",                                                                            \
         .summary = "Answer requests of other EAP methods by a Nak; off: discard them.",           \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = IMP_DOT1X_PEER_BIT},                                                             \
        IMP_RADIUS_OFFER_ROW(IMP_DOT1X_SERVER_BIT), IMP_RADIUS_IGNORE_ROW(IMP_DOT1X_SERVER_BIT),   \
        {.name = "success-validation",                                                             \
         .summary = "strict: the peer believes EAP-Success only when its method allows it (RFC "   \
                    "4137 section 4.2); lenient, the classical mistake: at any time.",             \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "strict",                                                                       \
         .choices = imp_dot1x_success_names,                                                       \
         .roles = IMP_DOT1X_PEER_BIT},                                                             \
        {.name = "eap-mtu",                                                                        \
         .summary =                                                                                \
             "Largest EAP packet for the device's link: Framed-MTU of Access-Requests less "       \
             "EAPOL's 4 octets. The server sends no larger one and rejects instead (RFC "          \
             "3579 section 2.4). RFC 3748 section 3.1 asks for 1020 at least.",                    \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "1020",                                                                         \
         .min = IMP_DOT1X_EAP_MTU_MIN,                                                             \
         .max = IMP_EAP_MTU,                                                                       \
         .unit = "octets",                                                                         \
         .roles = IMP_DOT1X_AUTHENTICATOR_BIT},                                                    \
        IMP_GROUP_REKEY_ROW(IMP_DOT1X_AUTHENTICATOR_BIT, "four-way=true"),                         \
        {.name = "group-rekey-on-leave",                                                           \
         .summary = "A station that has the group key and logs off, is refused or is given up "    \
                    "makes the others get another one (hostapd's wpa_strict_rekey).",              \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = IMP_DOT1X_AUTHENTICATOR_BIT,                                                     \
         .needs = "four-way=true"},                                                                \
        IMP_DOT1X_SECONDS("challenge-timeout", "0", 0, 65535, IMP_DOT1X_SERVER_BIT,                \
                          "Session-Timeout of Access-Challenge: after how long the authenticator " \
                          "repeats that EAP-Request, whatever it would itself, for slow devices "  \
                          "(RFC 3579 section 2.3); 0: none."),                                     \
        {.name = "accepted-name",                                                                  \
         .summary = "User-Name of Access-Accept, which goes in clear through all proxies: the "    \
                    "name that was authenticated, the one before EAP as it was asked with, or "    \
                    "none (RFC 2865 section 5.1).",                                                \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "authenticated",                                                                \
         .choices = imp_dot1x_name_choices,                                                        \
         .roles = IMP_DOT1X_SERVER_BIT},                                                           \
        IMP_RADIUS_OPTION_ROWS(IMP_DOT1X_AUTHENTICATOR_BIT, IMP_DOT1X_SERVER_BIT)

/* ---- flaws
 * --------------------------------------------------------------------------------------------- */
enum {
    IMP_DOT1X_FLAW_KEY_MIC,
    IMP_DOT1X_FLAW_RADIUS_REPLY,
    IMP_DOT1X_FLAW_RADIUS_REQUEST,
    IMP_DOT1X_FLAW_KEYS_EARLY,
    IMP_DOT1X_FLAW_STATION_MIC,
    IMP_DOT1X_FLAW_RESPONSE_AUTHENTICATOR,
    IMP_DOT1X_FLAW_TLS_DEFAULT_KEY,
    IMP_DOT1X_FLAWS,
};
/* `quick`: options under which the method's messages take a device no long computation, so that a
 * racer who only disturbs the handshake lets EAP pass; or NULL. */
#define IMP_DOT1X_FLAW_ROWS(quick)                                                                 \
    {.name = "no-key-mic",                                                                         \
     .summary = "The peer takes EAPOL-Key frames whether or not EAP has succeeded, and does not "  \
                "check their MIC. Both together: without a PMK from EAP an outsider has no use "   \
                "of the MIC alone.",                                                               \
     .role = IMP_DOT1X_PEER,                                                                       \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g1"},                                                                                \
        IMP_RADIUS_REPLY_FLAW_ROW(IMP_DOT1X_AUTHENTICATOR, NULL),                                  \
        IMP_RADIUS_REQUEST_FLAW_ROW(IMP_DOT1X_SERVER, NULL),                                       \
        {.name = "keys-before-success",                                                            \
         .summary = "The peer takes EAPOL-Key frames whether or not EAP has succeeded, and "       \
                    "checks their MIC under a PMK of zeros as long as there is no other.",         \
         .role = IMP_DOT1X_PEER,                                                                   \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g1"},                                                                            \
        {.name = "no-station-mic",                                                                 \
         .summary = "The authenticator does not check the MIC of EAPOL-Key 2/4 and 4/4.",          \
         .role = IMP_DOT1X_AUTHENTICATOR,                                                          \
         .broken_by = "race",                                                                      \
         .goal = "g3",                                                                             \
         .with = quick},                                                                           \
        IMP_RADIUS_AUTHENTICATOR_FLAW_ROW(IMP_DOT1X_AUTHENTICATOR,                                 \
                                          "authenticator.message-authenticator-required=false"),   \
        IMP_RADIUS_TLS_FLAW_ROW(IMP_DOT1X_SERVER, "radius-transport=tls")

/* ---- states: X(id, what is awaited)
 * ---------------------------------------------------------------------- */
#define IMP_DOT1X_PEER_STATES(X)                                                                   \
    X(HELD, "the next try")                                                                        \
    X(REQUEST, "EAP-Request/Identity")                                                             \
    X(METHOD, "EAP-Request of the method")                                                         \
    X(RESULT, "EAP-Success")                                                                       \
    X(KEY_1, "EAPOL-Key 1/4")                                                                      \
    X(KEY_3, "EAPOL-Key 3/4")                                                                      \
    X(OPERATIONAL, "nothing: operational")
#define IMP_DOT1X_AUTHENTICATOR_STATES(X)                                                          \
    X(IDLE, "EAPOL-Start")                                                                         \
    X(IDENTITY, "EAP-Response/Identity")                                                           \
    X(RADIUS, "reply of the server")                                                               \
    X(RESPONSE, "EAP-Response of the method")                                                      \
    X(KEY_2, "EAPOL-Key 2/4")                                                                      \
    X(KEY_4, "EAPOL-Key 4/4")                                                                      \
    X(AUTHORIZED, "nothing: authorized")                                                           \
    X(HELD, "end of the quiet period")
#define IMP_DOT1X_SERVER_STATES(X)                                                                 \
    X(IDENTITY, "Access-Request with EAP-Response/Identity")                                       \
    X(METHOD, "Access-Request with EAP-Response of the method")                                    \
    X(ACCEPTED, "nothing: accepted")                                                               \
    X(REJECTED, "nothing: rejected")
#define IMP_ENUM_PEER_STATE(id, text) IMP_DOT1X_PEER_##id,
#define IMP_ENUM_AUTHENTICATOR_STATE(id, text) IMP_DOT1X_AUTHENTICATOR_##id,
#define IMP_ENUM_SERVER_STATE(id, text) IMP_DOT1X_SERVER_##id,
enum imp_dot1x_peer_state { IMP_DOT1X_PEER_STATES(IMP_ENUM_PEER_STATE) };
enum imp_dot1x_authenticator_state { IMP_DOT1X_AUTHENTICATOR_STATES(IMP_ENUM_AUTHENTICATOR_STATE) };
enum imp_dot1x_server_state { IMP_DOT1X_SERVER_STATES(IMP_ENUM_SERVER_STATE) };
extern const char *const imp_dot1x_peer_states[], *const imp_dot1x_authenticator_states[],
                                                      *const imp_dot1x_server_states[];

/* Legal messages; a mechanism adds its method's requests to REQUEST, METHOD, RESULT and KEY_1 of
 * the peer (the latter two for repeated requests) and its responses to RESPONSE of the
 * authenticator, by IMP_DOT1X_PEER_LEGAL(m) and IMP_DOT1X_AUTHENTICATOR_LEGAL(m), and ends with {0,
 * -1}. */
#define IMP_DOT1X_PEER_LEGAL_ROWS                                                                  \
    {IMP_DOT1X_PEER_HELD, IMP_DOT1X_MSG_REQUEST_IDENTITY},                                         \
        {IMP_DOT1X_PEER_REQUEST, IMP_DOT1X_MSG_REQUEST_IDENTITY},                                  \
        {IMP_DOT1X_PEER_REQUEST, IMP_DOT1X_MSG_REQUEST_NOTIFICATION},                              \
        {IMP_DOT1X_PEER_REQUEST, IMP_DOT1X_MSG_REQUEST_OTHER},                                     \
        {IMP_DOT1X_PEER_METHOD, IMP_DOT1X_MSG_REQUEST_IDENTITY},                                   \
        {IMP_DOT1X_PEER_METHOD, IMP_DOT1X_MSG_REQUEST_NOTIFICATION},                               \
        {IMP_DOT1X_PEER_METHOD, IMP_DOT1X_MSG_REQUEST_OTHER},                                      \
        {IMP_DOT1X_PEER_METHOD, IMP_DOT1X_MSG_SUCCESS},                                            \
        {IMP_DOT1X_PEER_METHOD, IMP_DOT1X_MSG_FAILURE},                                            \
        {IMP_DOT1X_PEER_RESULT, IMP_DOT1X_MSG_SUCCESS},                                            \
        {IMP_DOT1X_PEER_RESULT, IMP_DOT1X_MSG_FAILURE},                                            \
        {IMP_DOT1X_PEER_RESULT, IMP_DOT1X_MSG_KEY_1}, {IMP_DOT1X_PEER_KEY_1, IMP_DOT1X_MSG_KEY_1}, \
        {IMP_DOT1X_PEER_KEY_3, IMP_DOT1X_MSG_KEY_1}, {IMP_DOT1X_PEER_KEY_3, IMP_DOT1X_MSG_KEY_3},  \
        {IMP_DOT1X_PEER_OPERATIONAL, IMP_DOT1X_MSG_KEY_3},                                         \
        {IMP_DOT1X_PEER_OPERATIONAL, IMP_DOT1X_MSG_GROUP_1},                                       \
    {                                                                                              \
        IMP_DOT1X_PEER_OPERATIONAL, IMP_DOT1X_MSG_REQUEST_IDENTITY                                 \
    }
#define IMP_DOT1X_PEER_LEGAL(m)                                                                    \
    {IMP_DOT1X_PEER_REQUEST, m}, {IMP_DOT1X_PEER_METHOD, m},                                       \
    {                                                                                              \
        IMP_DOT1X_PEER_RESULT, m                                                                   \
    }
#define IMP_DOT1X_AUTHENTICATOR_LEGAL_ROWS                                                         \
    {IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_DOT1X_MSG_START},                                           \
        {IMP_DOT1X_AUTHENTICATOR_IDENTITY, IMP_DOT1X_MSG_START},                                   \
        {IMP_DOT1X_AUTHENTICATOR_IDENTITY, IMP_DOT1X_MSG_RESPONSE_IDENTITY},                       \
        {IMP_DOT1X_AUTHENTICATOR_IDENTITY, IMP_DOT1X_MSG_LOGOFF},                                  \
        {IMP_DOT1X_AUTHENTICATOR_RADIUS, IMP_DOT1X_MSG_START},                                     \
        {IMP_DOT1X_AUTHENTICATOR_RADIUS, IMP_DOT1X_MSG_LOGOFF},                                    \
        {IMP_DOT1X_AUTHENTICATOR_RADIUS, IMP_DOT1X_MSG_ACCESS_CHALLENGE},                          \
        {IMP_DOT1X_AUTHENTICATOR_RADIUS, IMP_DOT1X_MSG_ACCESS_ACCEPT},                             \
        {IMP_DOT1X_AUTHENTICATOR_RADIUS, IMP_DOT1X_MSG_ACCESS_REJECT},                             \
        {IMP_DOT1X_AUTHENTICATOR_RESPONSE, IMP_DOT1X_MSG_START},                                   \
        {IMP_DOT1X_AUTHENTICATOR_RESPONSE, IMP_DOT1X_MSG_LOGOFF},                                  \
        {IMP_DOT1X_AUTHENTICATOR_RESPONSE, IMP_DOT1X_MSG_RESPONSE_NOTIFICATION},                   \
        {IMP_DOT1X_AUTHENTICATOR_RESPONSE, IMP_DOT1X_MSG_RESPONSE_NAK},                            \
        {IMP_DOT1X_AUTHENTICATOR_RESPONSE, IMP_DOT1X_MSG_RESPONSE_EXPANDED_NAK},                   \
        {IMP_DOT1X_AUTHENTICATOR_KEY_2, IMP_DOT1X_MSG_START},                                      \
        {IMP_DOT1X_AUTHENTICATOR_KEY_2, IMP_DOT1X_MSG_LOGOFF},                                     \
        {IMP_DOT1X_AUTHENTICATOR_KEY_2, IMP_DOT1X_MSG_KEY_2},                                      \
        {IMP_DOT1X_AUTHENTICATOR_KEY_4, IMP_DOT1X_MSG_START},                                      \
        {IMP_DOT1X_AUTHENTICATOR_KEY_4, IMP_DOT1X_MSG_LOGOFF},                                     \
        {IMP_DOT1X_AUTHENTICATOR_KEY_4, IMP_DOT1X_MSG_KEY_4},                                      \
        {IMP_DOT1X_AUTHENTICATOR_AUTHORIZED, IMP_DOT1X_MSG_START},                                 \
        {IMP_DOT1X_AUTHENTICATOR_AUTHORIZED, IMP_DOT1X_MSG_GROUP_2},                               \
    {                                                                                              \
        IMP_DOT1X_AUTHENTICATOR_AUTHORIZED, IMP_DOT1X_MSG_LOGOFF                                   \
    }
#define IMP_DOT1X_AUTHENTICATOR_LEGAL(m)                                                           \
    {                                                                                              \
        IMP_DOT1X_AUTHENTICATOR_RESPONSE, m                                                        \
    }
extern const struct imp_legal imp_dot1x_server_legal[];
/* Whether the role of `env` may receive `message` in `state`, by its mechanism's table. */
bool imp_dot1x_legal(const struct imp_env *env, int state, int message);
/* Message index of an EAPOL frame or an EAP packet; -1 when malformed. */
int imp_dot1x_label_frame(const struct imp_eap_method *method, const uint8_t *frame, size_t n);
int imp_dot1x_label_eap(const struct imp_eap_method *method, const uint8_t *packet, size_t n);

/* ---- terms, requirements
 * -------------------------------------------------------------------------------- */
#define IMP_DOT1X_TERM_ROWS                                                                        \
    {IMP_PHASE_DISCOVERY, "Discovery (phase 0)", "RFC 5247 section 1.3"},                          \
        {IMP_PHASE_BOOTSTRAPPING, "EAP authentication (phase 1a)", "RFC 5247 section 1.3"},        \
        {IMP_PHASE_PROVISIONING, "AAA key transport (phase 1b)", "RFC 5247 section 1.3"},          \
    {                                                                                              \
        IMP_PHASE_REGISTRATION, "Secure Association Protocol (phase 2)", "RFC 5247 section 1.3"    \
    }

/* ---- contexts and roles
 * ---------------------------------------------------------------------------------- */
#define IMP_DOT1X_STATIONS 256  /* of one authenticator: a cell holds up to 200 */
#define IMP_DOT1X_SESSIONS 1024 /* of one server, live or finished */
/* An adversary's end lets the honest one speak first in EAP: where it can block, nobody else
 * speaks, and where it cannot, it must not spoil the conversation whose 4-way handshake it is
 * after. */
#define IMP_DOT1X_ADVERSARY_WAIT (500 * IMP_MS)
/* Octets of the shared part of each role's context, checked in the sources. */
#define IMP_DOT1X_ALIGN(n) (((n) + 15) / 16 * 16)
#define IMP_DOT1X_PEER_FIXED 2048
#define IMP_DOT1X_AUTHENTICATOR_SIZE (IMP_DOT1X_STATIONS * 4096 + 1024)
#define IMP_DOT1X_SESSION_FIXED 3584
#define IMP_DOT1X_CONNECTIONS 256 /* of one server over TLS; more are closed again */
#define IMP_DOT1X_SERVER_FIXED ((size_t)48 * 1024)

void imp_dot1x_peer_init(void *ctx, struct imp_env *env, const struct imp_eap_method *method);
imp_party_event imp_dot1x_peer_event;
imp_party_fini imp_dot1x_peer_fini;
int imp_dot1x_peer_state(const void *ctx);
void imp_dot1x_authenticator_init(void *ctx, struct imp_env *env,
                                  const struct imp_eap_method *method);
imp_party_event imp_dot1x_authenticator_event;
imp_party_fini imp_dot1x_authenticator_fini;
int imp_dot1x_authenticator_state(const void *ctx); /* of the station heard last */
void imp_dot1x_server_init(void *ctx, struct imp_env *env, const struct imp_eap_method *method);
imp_party_event imp_dot1x_server_event;
imp_party_fini imp_dot1x_server_fini;
int imp_dot1x_server_state(const void *ctx); /* of the session heard last */

/* The method's own contexts inside a role's, for its tests. */
void *imp_dot1x_peer_method(void *ctx);
void *imp_dot1x_server_shared(void *ctx);

#define IMP_DOT1X_ROLES(prefix, method)                                                            \
    static void prefix##_peer_init(void *ctx, struct imp_env *env)                                 \
    {                                                                                              \
        imp_dot1x_peer_init(ctx, env, &(method));                                                  \
    }                                                                                              \
    static void prefix##_authenticator_init(void *ctx, struct imp_env *env)                        \
    {                                                                                              \
        imp_dot1x_authenticator_init(ctx, env, &(method));                                         \
    }                                                                                              \
    static void prefix##_server_init(void *ctx, struct imp_env *env)                               \
    {                                                                                              \
        imp_dot1x_server_init(ctx, env, &(method));                                                \
    }

/* Sizes are those of the method's contexts; the legality tables are the mechanism's own. */
#define IMP_DOT1X_ROLE_ROWS(prefix, peer_n, session_n, shared_n, peer_legal, authenticator_legal)  \
    {.name = "peer",                                                                               \
     .kind = IMP_ROLE_DEVICE,                                                                      \
     .summary = "802.1X supplicant with the EAP peer",                                             \
     .context_size = IMP_DOT1X_PEER_FIXED + (peer_n),                                              \
     .init = prefix##_peer_init,                                                                   \
     .event = imp_dot1x_peer_event,                                                                \
     .fini = imp_dot1x_peer_fini,                                                                  \
     .state = imp_dot1x_peer_state,                                                                \
     .states = imp_dot1x_peer_states,                                                              \
     .legal = peer_legal},                                                                         \
        {.name = "authenticator",                                                                  \
         .kind = IMP_ROLE_ACCESS,                                                                  \
         .summary = "802.1X authenticator and RADIUS client, passing EAP through",                 \
         .context_size = IMP_DOT1X_AUTHENTICATOR_SIZE,                                             \
         .init = prefix##_authenticator_init,                                                      \
         .event = imp_dot1x_authenticator_event,                                                   \
         .fini = imp_dot1x_authenticator_fini,                                                     \
         .state = imp_dot1x_authenticator_state,                                                   \
         .states = imp_dot1x_authenticator_states,                                                 \
         .legal = authenticator_legal},                                                            \
    {                                                                                              \
        .name = "server", .kind = IMP_ROLE_SERVER, .summary = "RADIUS and EAP server",             \
        .context_size =                                                                            \
            IMP_DOT1X_SERVER_FIXED + IMP_DOT1X_ALIGN(shared_n) +                                   \
            IMP_DOT1X_SESSIONS * (IMP_DOT1X_SESSION_FIXED + IMP_DOT1X_ALIGN(session_n)),           \
        .init = prefix##_server_init, .event = imp_dot1x_server_event,                             \
        .fini = imp_dot1x_server_fini, .state = imp_dot1x_server_state,                            \
        .states = imp_dot1x_server_states, .legal = imp_dot1x_server_legal                         \
    }

#endif
