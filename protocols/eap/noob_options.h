/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_options.h - what EAP-NOOB reads of the mechanism that it is part of, by name (options.h),
 * and the rows of tables by which a mechanism has it: options, flaws, out-of-band channels and
 * their messages. What a mechanism lacks is as RFC 9140 says. */
#ifndef IMPRINT_NOOB_OPTIONS_H
#define IMPRINT_NOOB_OPTIONS_H

#include "method.h"
#include "noob.h"
#include "options.h"

#define NOOB_TIMER_REFRESH IMP_EAP_METHOD_TIMER /* peer: the next Noob */
#define NOOB_CELL "noob-association"            /* peer: its persistent association */
#define NOOB_SERIAL_CELL "serial-number" /* peer: 12 hexadecimal digits, with serial-number=own */

/* Channels and messages by which the user carries Noob. */
#define NOOB_OOB_TO_SERVER "oob-peer-to-server"
#define NOOB_OOB_TO_PEER "oob-server-to-peer"
#define NOOB_OOB_TO_SERVER_MESSAGE "OOB message, peer to server"
#define NOOB_OOB_TO_PEER_MESSAGE "OOB message, server to peer"

#define NOOB_PEER_INFO                                                                             \
    "{\"Type\":\"wifi\",\"PeerName\":\"Thermometer\",\"Manufacturer\":\"Acme\","                   \
    "\"SerialNumber\":\"DU-9999\"}"
#define NOOB_SERVER_INFO                                                                           \
    "{\"Type\":\"url_wifi\",\"ServerName\":\"Example\","                                           \
    "\"ServerURL\":\"https://aaa.example.com/eapnoob\"}"

/* Cryptosuites of one setting, best first. */
struct noob_suites {
    int suites[2];
    size_t n;
    const char *json; /* as the Cryptosuites member */
};
extern const struct noob_suites noob_suites[]; /* by the value of option suite */
const struct noob_suites *noob_own_suites(const struct imp_env *env);

/* The peer's PeerInfo as JSON text, NUL-terminated, with its own SerialNumber in it if it has one.
 * `out` holds NOOB_INFO_MAX + 1 octets. */
void noob_peer_info(const struct imp_env *env, char *out);

/* Time after which a sender makes a new Noob. */
imp_time noob_interval(const struct imp_env *env);

/* NULL-terminated. */
extern const char *const noob_direction_names[];
extern const char *const noob_suite_names[];
extern const char *const noob_supp_names[];
extern const char *const noob_association_names[];
extern const char *const noob_serial_names[];

/* Rows of a mechanism's tables, in this order, each with its comma. RFC 9140 allows a SleepTime of
 * 0..3600 s and gives no default: 5 s is about the time of one user act, so that a device is rarely
 * asleep for long after its message was delivered. */
#define NOOB_OPTION_ROWS(PEER_BIT, SERVER_BIT)                                                     \
    {.name = "nai",                                                                                \
     .summary = "Network Access Identifier with which an unregistered peer comes.",                \
     .type = IMP_OPTION_STRING,                                                                    \
     .preset = NOOB_DEFAULT_NAI,                                                                   \
     .min = 1,                                                                                     \
     .max = NOOB_NAI_MAX,                                                                          \
     .unit = "octets",                                                                             \
     .roles = PEER_BIT},                                                                           \
        {.name = "direction",                                                                      \
         .summary = "Out-of-band directions that this end supports (Dirs, "                        \
                    "Dirp); the peer selects those that both have.",                               \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "peer-to-server",                                                               \
         .choices = noob_direction_names,                                                          \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "suite",                                                                          \
         .summary = "Cryptosuites of this end, best first: 1 is Curve25519, 2 is "                 \
                    "P-256, both with SHA-256.",                                                   \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "x25519-first",                                                                 \
         .choices = noob_suite_names,                                                              \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "peer-info",                                                                      \
         .summary = "PeerInfo, a JSON object that the server gets to see.",                        \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = NOOB_PEER_INFO,                                                                 \
         .min = 2,                                                                                 \
         .max = NOOB_INFO_MAX,                                                                     \
         .unit = "octets",                                                                         \
         .roles = PEER_BIT},                                                                       \
        {.name = "server-info",                                                                    \
         .summary = "ServerInfo, a JSON object that the peer gets to see; its "                    \
                    "ServerURL heads the peer's out-of-band message.",                             \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = NOOB_SERVER_INFO,                                                               \
         .min = 2,                                                                                 \
         .max = NOOB_INFO_MAX,                                                                     \
         .unit = "octets",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "new-nai",                                                                        \
         .summary = "NAI that the server assigns to peers (NewNAI); empty: none.",                 \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = "",                                                                             \
         .min = 0,                                                                                 \
         .max = NOOB_NAI_MAX,                                                                      \
         .unit = "octets",                                                                         \
         .roles = SERVER_BIT},                                                                     \
        {.name = "sleep-time",                                                                     \
         .summary = "SleepTime that the server sends: least time before a "                        \
                    "waiting peer asks again; -1: send none.",                                     \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "5",                                                                            \
         .min = -1,                                                                                \
         .max = NOOB_SLEEP_MAX,                                                                    \
         .unit = "s",                                                                              \
         .roles = SERVER_BIT},                                                                     \
        {.name = "sleep-time-default",                                                             \
         .summary = "SleepTimeDefault: what a peer waits when the server "                         \
                    "sends no SleepTime.",                                                         \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "60",                                                                           \
         .min = 0,                                                                                 \
         .max = NOOB_SLEEP_MAX,                                                                    \
         .unit = "s",                                                                              \
         .roles = PEER_BIT},                                                                       \
        {.name = "noob-timeout",                                                                   \
         .summary = "NoobTimeout: age at which the sender of an out-of-band "                      \
                    "message forgets it.",                                                         \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "3600",                                                                         \
         .min = 1,                                                                                 \
         .max = 86400,                                                                             \
         .unit = "s",                                                                              \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "noob-interval",                                                                  \
         .summary = "NoobInterval: time after which the sender shows a new "                       \
                    "out-of-band message; 0: half of noob-timeout.",                               \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 86400,                                                                             \
         .unit = "s",                                                                              \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "oob-retries",                                                                    \
         .summary = "OobRetries: invalid out-of-band messages after which the "                    \
                    "receiver starts anew.",                                                       \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "5",                                                                            \
         .min = 1,                                                                                 \
         .max = 100,                                                                               \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "waiting-limit",                                                                  \
         .summary = "Waiting Exchanges that the server grants one peer before it "                 \
                    "answers \"unwanted peer\"; 0: any number.",                                   \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 100000,                                                                            \
         .roles = SERVER_BIT},                                                                     \
        {.name = "keying-mode",                                                                    \
         .summary = "KeyingMode of the Reconnect Exchange while the suite "                        \
                    "stays: 1 without key exchange, 2 with, 3 with a new Kz.",                     \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "2",                                                                            \
         .min = 1,                                                                                 \
         .max = 3,                                                                                 \
         .roles = SERVER_BIT},                                                                     \
        {.name = "reconnect-info",                                                                 \
         .summary = "Send ServerInfo or PeerInfo in the Reconnect Exchange "                       \
                    "too.",                                                                        \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "false",                                                                        \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "error-info",                                                                     \
         .summary = "Add the text ErrorInfo to error notifications.",                              \
         .type = IMP_OPTION_BOOL,                                                                  \
         .preset = "true",                                                                         \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "supp-priv-info",                                                                 \
         .summary = "SuppPrivInfo in the key derivation: with the length octet that "              \
                    "RFC 9140 section 3.5 asks for, or plain as the authors' code.",               \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "length-byte",                                                                  \
         .choices = noob_supp_names,                                                               \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "association",                                                                    \
         .summary = "What this end has stored when the run begins: nothing, or "                   \
                    "the association of an earlier Completion Exchange (fast "                     \
                    "reconnect).",                                                                 \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "none",                                                                         \
         .choices = noob_association_names,                                                        \
         .roles = (PEER_BIT) | (SERVER_BIT)},                                                      \
        {.name = "serial-number",                                                                  \
         .summary = "SerialNumber of PeerInfo: as it stands in peer-info, the same "               \
                    "in all devices, or 12 digits of each device's own.",                          \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "as-given",                                                                     \
         .choices = noob_serial_names,                                                             \
         .roles = PEER_BIT},
enum { NOOB_OPTIONS = 18 };

/* NoobId, Noob in the keys, and Hoob guard the same exchange from several sides, so that leaving
 * out one comparison alone gives an adversary without out-of-band rights nothing. Each row
 * therefore leaves out a comparison together with those that would still stop the attack. WITH:
 * settings that every attack needs, each followed by a comma, or "". */
#define NOOB_FLAW_ROWS(PEER, SERVER, WITH)                                                         \
    {.name = "peer-no-completion-check",                                                           \
     .summary = "The peer compares neither NoobId nor MACs; each "                                 \
                "alone would stop a server that never saw the "                                    \
                "out-of-band message.",                                                            \
     .role = PEER,                                                                                 \
     .broken_by = "dolev-yao",                                                                     \
     .goal = "g3",                                                                                 \
     .with = WITH "direction=peer-to-server"},                                                     \
        {.name = "server-no-completion-check",                                                     \
         .summary = "The server compares neither NoobId nor MACp; each "                           \
                    "alone would stop a peer that never got the "                                  \
                    "out-of-band message.",                                                        \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH "direction=server-to-peer"},                                                 \
        {.name = "peer-no-oob-check",                                                              \
         .summary = "The peer takes any out-of-band message, whatever its PeerId "                 \
                    "and Hoob, and then does not compare MACs.",                                   \
         .role = PEER,                                                                             \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH "direction=server-to-peer"},                                                 \
        {.name = "server-no-oob-check",                                                            \
         .summary = "The server takes any out-of-band message for its latest "                     \
                    "waiting peer, whatever its PeerId and Hoob, and then does "                   \
                    "not compare MACp.",                                                           \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH "direction=peer-to-server"},                                                 \
        {.name = "peer-no-macs2-check",                                                            \
         .summary = "The peer does not compare MACs2 in the Reconnect "                            \
                    "Exchange.",                                                                   \
         .role = PEER,                                                                             \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH "association=stored"},                                                       \
        {.name = "server-no-macp2-check",                                                          \
         .summary = "The server does not compare MACp2 in the Reconnect "                          \
                    "Exchange.",                                                                   \
         .role = SERVER,                                                                           \
         .broken_by = "dolev-yao",                                                                 \
         .goal = "g3",                                                                             \
         .with = WITH "association=stored"},
enum { NOOB_FLAWS = 6 };

#define NOOB_CHANNEL_ROWS(PEER, SERVER) NOOB_CHANNELS("", PEER, SERVER)
/* Where the server is behind the authenticator (aaa.h): channels of their own, since they end at
 * another role. */
#define NOOB_AAA "aaa-"
#define NOOB_AAA_CHANNEL_ROWS(PEER, SERVER) NOOB_CHANNELS(NOOB_AAA, PEER, SERVER)
#define NOOB_CHANNELS(PREFIX, PEER, SERVER)                                                        \
    {.name = PREFIX NOOB_OOB_TO_SERVER,                                                            \
     .service = IMP_SERVICE_OOB,                                                                   \
     .a = PEER,                                                                                    \
     .b = SERVER,                                                                                  \
     .act = IMP_ACT_SCAN_QR,                                                                       \
     .bits = NOOB_OOB_MAX * 8,                                                                     \
     .summary = "The device shows PeerId, Noob and Hoob as a QR code "                             \
                "with a URL; the logged-in user scans it."},                                       \
        {.name = PREFIX NOOB_OOB_TO_PEER,                                                          \
         .service = IMP_SERVICE_OOB,                                                               \
         .a = SERVER,                                                                              \
         .b = PEER,                                                                                \
         .act = IMP_ACT_TAP_NFC,                                                                   \
         .bits = NOOB_OOB_MAX * 8,                                                                 \
         .summary = "The user fetches PeerId, Noob and Hoob from the server "                      \
                    "and taps the device with the telephone."},
/* Channels by their indices. */
#define NOOB_MESSAGE_ROWS(TO_SERVER, TO_PEER) NOOB_MESSAGES("", TO_SERVER, TO_PEER)
#define NOOB_AAA_MESSAGE_ROWS(TO_SERVER, TO_PEER) NOOB_MESSAGES(NOOB_AAA, TO_SERVER, TO_PEER)
#define NOOB_MESSAGES(PREFIX, TO_SERVER, TO_PEER)                                                  \
    {.name = PREFIX NOOB_OOB_TO_SERVER_MESSAGE,                                                    \
     .phase = IMP_PHASE_BOOTSTRAPPING,                                                             \
     .channel = TO_SERVER},                                                                        \
        {.name = PREFIX NOOB_OOB_TO_PEER_MESSAGE,                                                  \
         .phase = IMP_PHASE_BOOTSTRAPPING,                                                         \
         .channel = TO_PEER},

#endif
