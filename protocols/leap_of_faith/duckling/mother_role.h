/* SPDX-License-Identifier: GPL-2.0-only */
/* mother_role.h - memory of a mother: one record for each duckling. */
#ifndef IMPRINT_MOTHER_ROLE_H
#define IMPRINT_MOTHER_ROLE_H

#include "bond.h"
#include "duckling.h"
#include "protocols/coap/endpoint.h"
#include "protocols/coaps/coaps.h"

enum { MOTHER_RECORDS = 256 };

struct mother;

struct mother_record {
    bool used;
    struct mother *mother;
    struct imp_addr addr; /* the duckling's on the clear channel; the record's key */
    enum mother_state state;
    struct duck_bond bond;    /* agreed, or being agreed */
    struct duck_bond pending; /* roll-over: the key that is to come */
    bool bonded;              /* `bond` has a key that the duckling has proven */
    bool claimed;             /* COMPLETE is said for this bond */
    bool admitted;            /* it has used up its admission */
    uint8_t secret[DUCK_PUBLIC];

    imp_time answer_at; /* leisure: when to answer the search; IMP_NEVER: none to answer */
    uint8_t token[IMP_COAP_TOKEN_MAX];
    uint8_t token_n;
    imp_time act_at; /* next step: request after an offer, or a new handshake */
    unsigned tries;  /* handshakes that failed in a row */
    unsigned step;   /* solicit: how far the attempts have come */

    struct imp_coap_endpoint clear;
    struct imp_coaps secure;
    struct imp_addr secure_addr;
    char identity[DUCK_IDENTITY_TEXT];
    uint8_t sid[DUCK_SID]; /* of the open session */
};

struct mother {
    struct imp_env *env;
    uint8_t id[DUCK_ID];
    uint16_t mid;                        /* of answers to multicast */
    imp_time admissions[MOTHER_RECORDS]; /* until when each press admits one duckling, ascending */
    size_t admission_count;
    size_t last;  /* record that acted last */
    bool asking;  /* the user is being asked to confirm an offer */
    size_t asked; /* about this record */
    unsigned solicited;
    uint8_t config[DUCK_CONTENT_MAX];
    size_t config_n;
    size_t reached; /* records from here on were never used: their pages stay untouched */
    struct mother_record records[MOTHER_RECORDS];
};

#endif
