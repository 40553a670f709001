/* SPDX-License-Identifier: GPL-2.0-only */
/* radius_rows.h - what a mechanism with RADIUS behind its authenticator has in its tables. NAS is
 * the role of the authenticator, SERVER that of the server; _BIT the role's bit. RADIUS's ends find
 * their rows by name. */
#ifndef IMPRINT_RADIUS_ROWS_H
#define IMPRINT_RADIUS_ROWS_H

#include "../contract/mechanism.h"
#include "dot1x_radius.h"
#include "radius.h"

extern const char *const imp_eap_offer_names[];       /* NULL-terminated */
extern const char *const imp_dot1x_transport_names[]; /* NULL-terminated */

#define IMP_RADIUS_CHANNEL_ROWS(NAS, SERVER)                                                       \
    {.name = "backend",                                                                            \
     .service = IMP_SERVICE_DATAGRAM,                                                              \
     .number = 1812,                                                                               \
     .a = NAS,                                                                                     \
     .b = SERVER,                                                                                  \
     .summary = "RADIUS between access point and server"},                                         \
    {                                                                                              \
        .name = "backend-tls", .service = IMP_SERVICE_STREAM, .number = 2083, .a = NAS,            \
        .b = SERVER, .summary = "RADIUS over TLS in its place, with radius-transport=tls"          \
    }
/* X(id, name, phase, channel) */
#define IMP_RADIUS_MESSAGE_LIST(X)                                                                 \
    X(ACCESS_REQUEST, "Access-Request", BOOTSTRAPPING, BACKEND)                                    \
    X(ACCESS_CHALLENGE, "Access-Challenge", BOOTSTRAPPING, BACKEND)                                \
    X(ACCESS_ACCEPT, "Access-Accept", PROVISIONING, BACKEND)                                       \
    X(ACCESS_REJECT, "Access-Reject", BOOTSTRAPPING, BACKEND)                                      \
    X(TLS_CLIENT_HELLO, "TLS ClientHello", BOOTSTRAPPING, BACKEND_TLS)                             \
    X(TLS_SERVER_HELLO, "TLS ServerHello..ServerHelloDone", BOOTSTRAPPING, BACKEND_TLS)            \
    X(TLS_CLIENT_KEY, "TLS ClientKeyExchange..Finished", BOOTSTRAPPING, BACKEND_TLS)               \
    X(TLS_FINISHED, "TLS ChangeCipherSpec, Finished", BOOTSTRAPPING, BACKEND_TLS)                  \
    X(TLS_ALERT, "TLS Alert", BOOTSTRAPPING, BACKEND_TLS)

/* ---- options */
#define IMP_RADIUS_TIMEOUT_ROW(NAS_BIT)                                                            \
    {                                                                                              \
        .name = "radius-timeout",                                                                  \
        .summary = "First RADIUS retransmission timeout; doubles up to 120 s.",                    \
        .type = IMP_OPTION_INT, .preset = "3", .min = 1, .max = 120, .unit = "s",                  \
        .roles = (NAS_BIT)                                                                         \
    }
#define IMP_RADIUS_NAS_ROW(NAS_BIT)                                                                \
    {                                                                                              \
        .name = "nas-identifier",                                                                  \
        .summary = "Name of the access point towards the server (NAS-Identifier).",                \
        .type = IMP_OPTION_STRING, .preset = "ap.example.org", .min = 1, .max = 64,                \
        .roles = (NAS_BIT)                                                                         \
    }
#define IMP_RADIUS_OFFER_ROW(SERVER_BIT)                                                           \
    {                                                                                              \
        .name = "first-offer", .summary = "What the server requests before its own method.",       \
        .type = IMP_OPTION_CHOICE, .preset = "method", .choices = imp_eap_offer_names,             \
        .roles = (SERVER_BIT)                                                                      \
    }
#define IMP_RADIUS_IGNORE_ROW(SERVER_BIT)                                                          \
    {                                                                                              \
        .name = "ignore-limit",                                                                    \
        .summary = "EAP responses that the server silently discards (Error-Cause 202) in one "     \
                   "conversation before it rejects (RFC 3579 section 2.2 recommends 5).",          \
        .type = IMP_OPTION_INT, .preset = "5", .min = 0, .max = 100, .roles = (SERVER_BIT)         \
    }
#define IMP_RADIUS_OPTION_ROWS(NAS_BIT, SERVER_BIT)                                                \
    {.name = "message-authenticator-required",                                                     \
     .summary = "RADIUS packets without Message-Authenticator are discarded, and requests "        \
                "carry it (compulsory with EAP, RFC 3579 section 3.2); off: either may lack "      \
                "it. Replies carry it when the request did.",                                      \
     .type = IMP_OPTION_BOOL,                                                                      \
     .preset = "true",                                                                             \
     .roles = (NAS_BIT) | (SERVER_BIT)},                                                           \
        {.name = "radius-secret-entropy",                                                          \
         .summary = "Entropy of the RADIUS shared secret; below 128 it is one of a list, as with " \
                    "a password. Eight printable characters have 48 bits at most.",                \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "128",                                                                          \
         .min = 0,                                                                                 \
         .max = 128,                                                                               \
         .unit = "bits",                                                                           \
         .roles = (SERVER_BIT)},                                                                   \
        {.name = "radius-transport",                                                               \
         .summary =                                                                                \
             "udp: RFC 2865, under a shared secret; tls: RFC 6614, TLS 1.2 with a key of "         \
             "16 octets for each access point, inside it the fixed secret \"radsec\". Ends "       \
             "that differ do not meet.",                                                           \
         .type = IMP_OPTION_CHOICE,                                                                \
         .preset = "udp",                                                                          \
         .choices = imp_dot1x_transport_names,                                                     \
         .roles = (NAS_BIT) | (SERVER_BIT)},                                                       \
        {.name = "session-timeout",                                                                \
         .summary = "Session-Timeout of Access-Accept: how long what the authenticator opens "     \
                    "lasts, whatever it would say itself (RFC 3580 section 3.17); 0: none.",       \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 2147483647,                                                                        \
         .unit = "s",                                                                              \
         .roles = (SERVER_BIT)},                                                                   \
        {.name = "proxy-hops",                                                                     \
         .summary = "RADIUS proxies between access point and home server, each with a secret of "  \
                    "its own towards either neighbour (RFC 7593); over UDP only.",                 \
         .type = IMP_OPTION_INT,                                                                   \
         .preset = "0",                                                                            \
         .min = 0,                                                                                 \
         .max = 4,                                                                                 \
         .roles = (SERVER_BIT)},                                                                   \
        {.name = "proxy-realms",                                                                   \
         .summary = "Realms that the proxies have a route for, apart by commas, or *; User-Names " \
                    "of others are rejected.",                                                     \
         .type = IMP_OPTION_STRING,                                                                \
         .preset = "*",                                                                            \
         .min = 1,                                                                                 \
         .max = 200,                                                                               \
         .unit = "octets",                                                                         \
         .roles = (SERVER_BIT)},                                                                   \
    {                                                                                              \
        .name = "proxy-delay", .summary = "Time from one proxy to the next, one way.",             \
        .type = IMP_OPTION_INT, .preset = "10", .min = 0, .max = 1000, .unit = "ms",               \
        .roles = (SERVER_BIT)                                                                      \
    }

/* ---- flaws; WITH: what each attack needs, or NULL */
#define IMP_RADIUS_REPLY_FLAW_ROW(NAS, WITH)                                                       \
    {                                                                                              \
        .name = "no-radius-reply-check",                                                           \
        .summary = "The authenticator checks neither Response Authenticator nor "                  \
                   "Message-Authenticator of RADIUS replies; each alone would stop a forger.",     \
        .role = NAS, .broken_by = "dolev-yao-backend", .goal = "g3", .with = WITH                  \
    }
#define IMP_RADIUS_REQUEST_FLAW_ROW(SERVER, WITH)                                                  \
    {                                                                                              \
        .name = "no-radius-request-check",                                                         \
        .summary = "The server does not check the Message-Authenticator of Access-Requests.",      \
        .role = SERVER, .broken_by = "dolev-yao-backend", .goal = "g3", .with = WITH               \
    }
/* WITH says that the authenticator requires no Message-Authenticator. */
#define IMP_RADIUS_AUTHENTICATOR_FLAW_ROW(NAS, WITH)                                               \
    {                                                                                              \
        .name = "no-response-authenticator-check",                                                 \
        .summary = "The authenticator does not check the Response Authenticator of RADIUS "        \
                   "replies, where no Message-Authenticator is required.",                         \
        .role = NAS, .broken_by = "dolev-yao-backend", .goal = "g3", .with = WITH                  \
    }
/* WITH says radius-transport=tls. */
#define IMP_RADIUS_TLS_FLAW_ROW(SERVER, WITH)                                                      \
    {                                                                                              \
        .name = "tls-default-key",                                                                 \
        .summary = "The server takes, besides the keys of its access points, the identity "        \
                   "\"default\" with a key of zeros: anybody is an access point.",                 \
        .role = SERVER, .broken_by = "dolev-yao-backend", .goal = "g3", .with = WITH               \
    }

/* The RADIUS shared secret as something to be guessed: every Access-Request with a
 * Message-Authenticator, or an answer with its request, tells a right candidate from a wrong one.
 */
unsigned imp_dot1x_secret_bits(const struct imp_env *env);
size_t imp_dot1x_secret_candidate(const struct imp_env *env, uint64_t i,
                                  uint8_t out[IMP_GUESS_MAX]);
bool imp_dot1x_secret_evidence(void *evidence, struct imp_env *env, int channel,
                               const uint8_t *bytes, size_t n);
bool imp_dot1x_secret_right(const void *evidence, const uint8_t *candidate, size_t n);
struct imp_dot1x_secret_evidence {
    uint8_t packet[IMP_RADIUS_PACKET];
    size_t n;      /* 0: nothing yet */
    bool response; /* the packet answers the request whose authenticator follows */
    uint8_t request[16];
    int request_id; /* plus 1; 0: none seen */
};
#define IMP_RADIUS_GUESS_ROW(SERVER)                                                               \
    {                                                                                              \
        .name = "RADIUS secret",                                                                   \
        .summary = "Shared by access point and server; off line against an authenticator of any "  \
                   "RADIUS packet (MD5), and then MS-MPPE gives the MSK.",                         \
        .role = SERVER, .cell = IMP_RADIUS_SECRET_CELL, .bits = imp_dot1x_secret_bits,             \
        .candidate = imp_dot1x_secret_candidate,                                                   \
        .evidence_size = sizeof(struct imp_dot1x_secret_evidence),                                 \
        .evidence = imp_dot1x_secret_evidence, .right = imp_dot1x_secret_right                     \
    }

#endif
