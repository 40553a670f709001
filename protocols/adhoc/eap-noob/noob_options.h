/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_options.h - indices of the tables in the mechanism's descriptor (eap_noob.c). The rows that
 * all mechanisms over IEEE 802.1X share come first. */
#ifndef IMPRINT_NOOB_OPTIONS_H
#define IMPRINT_NOOB_OPTIONS_H

#include "noob.h"
#include "protocols/eap/dot1x.h"

enum {
    NOOB_OPT_NAI = IMP_DOT1X_OPTIONS,
    NOOB_OPT_DIRECTION, /* value + 1 is Dirs or Dirp */
    NOOB_OPT_SUITE,     /* index into noob_suites */
    NOOB_OPT_PEER_INFO,
    NOOB_OPT_SERVER_INFO,
    NOOB_OPT_NEW_NAI,
    NOOB_OPT_SLEEP_TIME,
    NOOB_OPT_SLEEP_DEFAULT,
    NOOB_OPT_NOOB_TIMEOUT,
    NOOB_OPT_NOOB_INTERVAL,
    NOOB_OPT_OOB_RETRIES,
    NOOB_OPT_PATIENCE,
    NOOB_OPT_KEYING_MODE,
    NOOB_OPT_RECONNECT_INFO,
    NOOB_OPT_ERROR_INFO,
    NOOB_OPT_SUPP,
    NOOB_OPT_ASSOCIATION,
    NOOB_OPT_SERIAL, /* 0 as in peer-info, 1 own */
};

enum { NOOB_CH_PEER_TO_SERVER = IMP_DOT1X_CHANNELS, NOOB_CH_SERVER_TO_PEER };

enum {
    NOOB_MSG_REQUEST = IMP_DOT1X_MESSAGES,             /* + message type */
    NOOB_MSG_RESPONSE = NOOB_MSG_REQUEST + NOOB_TYPES, /* + message type */
    NOOB_MSG_REQUEST_UNREADABLE = NOOB_MSG_RESPONSE + NOOB_TYPES,
    NOOB_MSG_RESPONSE_UNREADABLE,
    NOOB_MSG_OOB_PEER_TO_SERVER,
    NOOB_MSG_OOB_SERVER_TO_PEER,
};

enum {
    NOOB_FLAW_PEER_COMPLETION = IMP_DOT1X_FLAWS,
    NOOB_FLAW_SERVER_COMPLETION,
    NOOB_FLAW_PEER_OOB,
    NOOB_FLAW_SERVER_OOB,
    NOOB_FLAW_PEER_RECONNECT,
    NOOB_FLAW_SERVER_RECONNECT,
};

#define NOOB_TIMER_REFRESH IMP_EAP_METHOD_TIMER /* peer: the next Noob */
#define NOOB_CELL "noob-association"            /* peer: its persistent association */

/* Cryptosuites of one setting, best first. */
struct noob_suites {
    int suites[2];
    size_t n;
    const char *json; /* as the Cryptosuites member */
};
extern const struct noob_suites noob_suites[];
const struct noob_suites *noob_own_suites(const struct imp_env *env);

#define NOOB_SERIAL_CELL "serial-number" /* peer: 12 hexadecimal digits, with serial-number=own */
/* The peer's PeerInfo as JSON text, NUL-terminated, with its own SerialNumber in it if it has one.
 * `out` holds NOOB_INFO_MAX + 1 octets. */
void noob_peer_info(const struct imp_env *env, char *out);

/* Time after which a sender makes a new Noob. */
imp_time noob_interval(const struct imp_env *env);

#endif
