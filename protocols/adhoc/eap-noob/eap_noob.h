/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_noob.h - the mechanism "eap-noob": the indices of its tables; private to this folder and its
 * tests. The method itself is protocols/eap/noob_method.h. */
#ifndef IMPRINT_EAP_NOOB_H
#define IMPRINT_EAP_NOOB_H

#include "protocols/eap/dot1x.h"
#include "protocols/eap/noob_method.h"

/* The mechanism's own rows after the shared ones, in the order of noob_options.h. */
enum { /* the first ones of the method, and the last */
       NOOB_OPT_NAI = IMP_DOT1X_OPTIONS,
       NOOB_OPT_DIRECTION,
       NOOB_OPT_SUITE,
       NOOB_OPT_ASSOCIATION = NOOB_OPT_NAI + NOOB_OPTIONS - 2,
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

enum { NOOB_FLAW_SERVER_RECONNECT = IMP_DOT1X_FLAWS + NOOB_FLAWS - 1 };

extern const struct imp_eap_method noob_method;
extern const struct imp_mechanism imp_eap_noob;

#endif
