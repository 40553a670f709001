/* SPDX-License-Identifier: GPL-2.0-only */
/* noob.h - constants of EAP-NOOB (RFC 9140) shared by peer and server. Sections are those of the
 * RFC. */
#ifndef IMPRINT_NOOB_H
#define IMPRINT_NOOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NOOB_EAP_TYPE = 56,      /* section 5 */
    NOOB_VERSION = 1,        /* the only protocol version */
    NOOB_MESSAGE_MAX = 1400, /* octets of JSON; ServerInfo, NewNAI and the rest fit with room */
    NOOB_INFO_MAX = 500,     /* ServerInfo, PeerInfo, ErrorInfo, section 3.3.2 */
    NOOB_NAI_MAX = 253,      /* RFC 7542 section 2.3 */
    NOOB_PEER_ID_MAX = 60,   /* we allocate 22; others may be longer (section 3.3.1) */
    NOOB_PEER_ID_LEN = 22,   /* 16 octets in base64url */
    NOOB_NONCE = 32,         /* Ns, Np, Ns2, Np2 */
    NOOB_NONCE_TEXT = 43,
    NOOB_NOOB = 16, /* Noob, Hoob, NoobId */
    NOOB_NOOB_TEXT = 22,
    NOOB_MAC = 32,
    NOOB_KEY = 32,              /* Kz, Kms, Kmp, Z */
    NOOB_JWK_MAX = 256,         /* octets of a JWK as sent; ours have at most 134 */
    NOOB_LIST_MAX = 16,         /* entries of Vers and Cryptosuites that we look at */
    NOOB_SLEEP_MAX = 3600,      /* s, section 3.3.2 */
    NOOB_UNWANTED_SLEEP = 3600, /* s, section 3.6.2 */
    NOOB_OOB_MAX = 400,         /* octets of an OOB message with its URL */
    NOOB_URL_MAX = 200,         /* octets of ServerURL; appendix D recommends at most 60 */
};

#define NOOB_DEFAULT_NAI "noob@eap-noob.arpa"

/* Association states, section 3.1. */
enum noob_state {
    NOOB_UNREGISTERED,
    NOOB_WAITING,
    NOOB_OOB_RECEIVED,
    NOOB_RECONNECTING,
    NOOB_REGISTERED,
    NOOB_STATES
};

/* Message types, section 5.2. */
enum noob_type {
    NOOB_ERROR,
    NOOB_HANDSHAKE,
    NOOB_INITIAL_PARAMETERS,
    NOOB_INITIAL_KEYS,
    NOOB_WAIT,
    NOOB_COMPLETION_NOOBID,
    NOOB_COMPLETION_MAC,
    NOOB_RECONNECT_PARAMETERS,
    NOOB_RECONNECT_KEYS,
    NOOB_RECONNECT_MAC,
    NOOB_TYPES
};

/* Directions, section 3.3.2. */
enum noob_dir { NOOB_PEER_TO_SERVER = 1, NOOB_SERVER_TO_PEER = 2, NOOB_BOTH_DIRS = 3 };

/* Cryptosuites, section 5.1. */
enum noob_suite { NOOB_X25519 = 1, NOOB_P256 = 2 };

/* Error codes, section 5.3: number, purpose, and the name used in alarms. */
#define NOOB_ERRORS(X)                                                                             \
    X(NAI, 1001, "Invalid NAI", "1001-invalid-nai")                                                \
    X(STRUCTURE, 1002, "Invalid message structure", "1002-invalid-structure")                      \
    X(DATA, 1003, "Invalid data", "1003-invalid-data")                                             \
    X(TYPE, 1004, "Unexpected message type", "1004-unexpected-type")                               \
    X(KEY, 1005, "Invalid ECDHE key", "1005-invalid-key")                                          \
    X(UNWANTED, 2001, "Unwanted peer", "2001-unwanted-peer")                                       \
    X(STATE, 2002, "State mismatch, user action required", "2002-state-mismatch")                  \
    X(NOOBID, 2003, "Unrecognized OOB message identifier", "2003-unrecognized-noobid")             \
    X(PEER_ID, 2004, "Unexpected peer identifier", "2004-unexpected-peerid")                       \
    X(VERSION, 3001, "No mutually supported protocol version", "3001-no-version")                  \
    X(SUITE, 3002, "No mutually supported cryptosuite", "3002-no-cryptosuite")                     \
    X(DIRECTION, 3003, "No mutually supported OOB direction", "3003-no-direction")                 \
    X(HMAC, 4001, "HMAC verification failure", "4001-hmac-failure")                                \
    X(APPLICATION, 5001, "Application-specific error", "5001-application-error")                   \
    X(SERVER_INFO, 5002, "Invalid server info", "5002-invalid-serverinfo")                         \
    X(SERVER_URL, 5003, "Invalid server URL", "5003-invalid-serverurl")                            \
    X(PEER_INFO, 5004, "Invalid peer info", "5004-invalid-peerinfo")
#define NOOB_ENUM_ERROR(id, code, text, name) NOOB_E_##id = code,
enum noob_error { NOOB_OK = 0, NOOB_ERRORS(NOOB_ENUM_ERROR) };

/* "Invalid NAI"; for codes that the RFC does not list, "private or unknown error". */
const char *noob_error_text(int code);
/* "1001-invalid-nai", as alarms and rejections name it; "unknown-error". */
const char *noob_error_name(int code);

/* Syntax of RFC 7542 section 2.2: a username, a realm, or both. */
bool noob_nai_valid(const char *nai, size_t n);
/* Syntax of utf8-username, which a PeerId must have (section 3.3.1). */
bool noob_peer_id_valid(const char *id, size_t n);

#endif
