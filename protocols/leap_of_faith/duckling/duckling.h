/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling.h - the numbers by which the mechanism's tables and its two roles know each other. */
#ifndef IMPRINT_DUCKLING_H
#define IMPRINT_DUCKLING_H

#include "protocols/contract/mechanism.h"

enum { DUCK_DUCKLING, DUCK_MOTHER };         /* roles */
enum { DUCK_COAP, DUCK_COAPS, DUCK_BUTTON }; /* channels */
enum { DUCK_ACT_SHIELD, DUCK_ACT_CONFIRM };  /* acts */

enum duck_message {
    /* clear CoAP */
    DUCK_MSG_DISCOVER,
    DUCK_MSG_LINKS,
    DUCK_MSG_OFFER,
    DUCK_MSG_OFFER_NOTED,
    DUCK_MSG_REQUEST,
    DUCK_MSG_ACCEPT,
    DUCK_MSG_KEY,
    DUCK_MSG_PROOF,
    DUCK_MSG_REFUSAL,
    DUCK_MSG_EMPTY,
    DUCK_MSG_CLEAR_CONFIG,
    DUCK_MSG_CLEAR_DEATH,
    DUCK_MSG_CLEAR_DONE,
    /* CoAP over DTLS */
    DUCK_MSG_CLIENT_HELLO,
    DUCK_MSG_VERIFY_REQUEST,
    DUCK_MSG_SERVER_FLIGHT,
    DUCK_MSG_CLIENT_FLIGHT,
    DUCK_MSG_FINISHED,
    DUCK_MSG_ALERT,
    DUCK_MSG_CONFIG,
    DUCK_MSG_OPERATIONAL,
    DUCK_MSG_REKEY,
    DUCK_MSG_REKEYED,
    DUCK_MSG_DEATH,
    DUCK_MSG_DIED,
    DUCK_MSG_SECURE_REFUSAL,
    DUCK_MSG_SECURE_EMPTY,
    /* the user */
    DUCK_MSG_PRESS,
};

enum duck_option {
    DUCK_OPT_TRANSPORT,
    DUCK_OPT_CAGE,
    DUCK_OPT_WINDOW,
    DUCK_OPT_LEISURE,
    DUCK_OPT_COLLECTION,
    DUCK_OPT_INTERVAL,
    DUCK_OPT_INTERVAL_MAX,
    DUCK_OPT_OFFERED,
    DUCK_OPT_CONFIGURE,
    DUCK_OPT_CONFIRM,
    DUCK_OPT_RESET,
    DUCK_OPT_SOLICIT,
    DUCK_OPT_NAME,
    DUCK_OPT_LIFETIME,
};
enum { DUCK_TRANSPORT_CLEAR, DUCK_TRANSPORT_X25519 };
enum { DUCK_RESET_MOTHER_ONLY, DUCK_RESET_ALLOWED };

enum duck_flaw {
    DUCK_FLAW_SECOND_IMPRINT,
    DUCK_FLAW_CLEAR_DEATH,
    DUCK_FLAW_CLEAR_CONFIG,
    DUCK_FLAW_NO_PROOF,
    DUCK_FLAW_COMPETING,
    DUCK_FLAW_WINDOW,
    DUCK_FLAW_ANY_DUCKLING,
};

/* States of the duckling, named by what it waits for. */
enum duckling_state {
    DUCKLING_EGG,        /* for the user's act or its next search */
    DUCKLING_SEARCHING,  /* for answers of mothers, until the collection time is over */
    DUCKLING_OFFERED,    /* for the chosen mother's imprinting request */
    DUCKLING_ACCEPTED,   /* for the key */
    DUCKLING_IMPRINTED,  /* for the configuration over DTLS */
    DUCKLING_CONFIGURED, /* for orders of its mother */
};

/* States of the mother's record of one duckling. */
enum mother_state {
    MOTHER_IDLE,        /* for a search or an offer */
    MOTHER_CONFIRMING,  /* for the user's confirmation */
    MOTHER_REQUESTED,   /* for the positive answer to the imprinting request */
    MOTHER_KEYED,       /* for the duckling's proof */
    MOTHER_HANDSHAKE,   /* for the DTLS session */
    MOTHER_CONFIGURING, /* for the answer to the configuration */
    MOTHER_OPERATIONAL, /* for an order from the household */
    MOTHER_REKEYING,    /* for the duckling's proof of the new key */
    MOTHER_KILLING,     /* for the answer to the order to die */
};

extern const struct imp_mechanism imp_duckling;
extern const struct imp_legal duckling_legal[], mother_legal[];

imp_party_init duckling_init, mother_init;
imp_party_event duckling_event, mother_event;
imp_party_fini duckling_fini, mother_fini;
int duckling_state_of(const void *ctx);
int mother_state_of(const void *ctx);

/* The table's word on a message in a state. */
bool duck_is_legal(const struct imp_legal *table, int state, int message);

#endif
