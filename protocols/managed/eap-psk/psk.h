/* SPDX-License-Identifier: GPL-2.0-only */
/* psk.h - the mechanism "eap-psk": the indices of its tables; private to this folder and its tests.
 * The method itself is protocols/eap/psk.h. */
#ifndef IMPRINT_EAP_PSK_H
#define IMPRINT_EAP_PSK_H

#include "../../eap/dot1x.h"
#include "../../eap/psk.h"

/* The mechanism's own rows after the shared ones. */
enum {
    PSK_MSG_1 = IMP_DOT1X_MESSAGES,
    PSK_MSG_2,
    PSK_MSG_3,
    PSK_MSG_4,
    PSK_MSG_EXT,
};
enum {
    PSK_OPT_REALM = IMP_DOT1X_OPTIONS,
    PSK_OPT_SERVER_ID,
    PSK_OPT_BAD_MAC,
    PSK_OPT_AUTHORIZE,
    PSK_OPT_EXT_PAYLOAD,
    PSK_OPT_EXT_SUPPORTED,
    PSK_OPT_ID_ENCODING,
    PSK_OPT_IDENTITY_SOURCE,
    PSK_OPT_ENTROPY,
};
enum { PSK_FLAW_SERVER_AUTH = IMP_DOT1X_FLAWS, PSK_FLAW_PEER_AUTH };

int psk_label(const uint8_t *packet, size_t n);

extern const struct imp_guess psk_guesses[]; /* psk_guess.c */
extern const struct imp_eap_method psk_method;
extern const struct imp_mechanism imp_eap_psk;

#endif
