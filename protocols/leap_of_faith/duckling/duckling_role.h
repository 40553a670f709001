/* SPDX-License-Identifier: GPL-2.0-only */
/* duckling_role.h - memory of a duckling. */
#ifndef IMPRINT_DUCKLING_ROLE_H
#define IMPRINT_DUCKLING_ROLE_H

#include "bond.h"
#include "duckling.h"
#include "protocols/coap/endpoint.h"
#include "protocols/coaps/coaps.h"

struct duck_candidate { /* a mother that answered the search */
    struct imp_addr addr;
    uint8_t mother[DUCK_ID];
};

struct duckling {
    struct imp_env *env;
    enum duckling_state state;
    uint8_t id[DUCK_ID]; /* own EUI-64 */

    uint8_t token[2]; /* of the search under way */
    uint16_t mid;
    imp_time searched, interval; /* when the last search began; until the next one */
    imp_time pressed;            /* when the user was last sent to the mother's button */
    struct duck_candidate first; /* the first mother that answered */
    unsigned answers;            /* different mothers that answered */

    struct duck_bond bond;       /* in OFFERED the mother id only */
    uint8_t name[DUCK_NAME_MAX]; /* the mother's */
    size_t name_n;
    uint8_t secret[DUCK_PUBLIC]; /* variant x25519, until the key is agreed */
    bool committed;              /* claims about this bond are made */

    struct imp_addr peer; /* correspondent of `clear` */
    struct imp_coap_endpoint clear;
    struct imp_coaps secure;
    struct imp_addr secure_peer;
    bool session_believed; /* the mother has our Finished: claimed */
    uint8_t sid[DUCK_SID]; /* of the open session */
    bool dying;            /* order to die obeyed: to be carried out after the answer */
};

#endif
