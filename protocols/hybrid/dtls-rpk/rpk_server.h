/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_server.h - memory of a server: the list of admitted keys, and a session for each address. */
#ifndef IMPRINT_RPK_SERVER_H
#define IMPRINT_RPK_SERVER_H

#include "protocols/coaps/coaps.h"
#include "rpk.h"
#include "rpk_key.h"

enum { RPK_ENTRIES = 256, RPK_SESSIONS = 256 };

struct rpk_entry { /* of the access list */
    bool used;
    struct imp_nih name;
    imp_time listed; /* when its label was scanned */
    bool whole;      /* spki is known: compare it, not the name */
    uint8_t spki[RPK_SPKI];
    uint32_t number; /* given at enrolment; 0: not enrolled */
    bool claimed;    /* COMPLETE is said for this enrolment */
};

struct rpk_server;

struct rpk_session {
    bool used;
    struct rpk_server *server;
    struct imp_addr addr;
    enum rpk_server_state state;
    struct imp_coaps secure;
    uint8_t shown[RPK_SPKI]; /* in the latest handshake, which may fail beside an open session */
    uint8_t spki[RPK_SPKI];  /* the device's, of the open session */
    uint8_t hash[RPK_HASH];
    uint8_t sid[RPK_SID];
    bool believed; /* the device has our Finished: claimed */
};

struct rpk_server {
    struct imp_env *env;
    struct rpk_key key;
    imp_time now; /* of the event in progress */
    uint8_t network[7];
    uint32_t numbers; /* given so far */
    size_t last;      /* session that acted last */
    struct rpk_entry entries[RPK_ENTRIES];
    size_t reached; /* sessions from here on were never used: their pages stay untouched */
    struct rpk_session sessions[RPK_SESSIONS];
};

/* rpk_acl.c: the access list */
void rpk_acl_load(struct rpk_server *s);
/* Takes over what the vendor has delivered, once. */
void rpk_acl_deliver(struct rpk_server *s);
void rpk_acl_scan(struct rpk_server *s, const struct imp_event *label);
/* The entry that admits this key, or NULL. */
struct rpk_entry *rpk_acl_find(struct rpk_server *s, const uint8_t *spki);
/* As above; where any key is admitted, a new entry is made for an unknown one. */
struct rpk_entry *rpk_acl_enter(struct rpk_server *s, const uint8_t *spki);
void rpk_acl_store(struct rpk_server *s, const struct rpk_entry *entry);
void rpk_acl_clear(struct rpk_server *s);
/* Strikes off the device of that label, or of that number, which it got at enrolment. Returns its
 * entry, which is free but still has the key; NULL: there is none. */
const struct rpk_entry *rpk_acl_strike(struct rpk_server *s, const uint8_t *name, size_t n);

/* rpk_enrolment.c: requests over an open session */
void rpk_serve(void *arg, const struct imp_coap_message *request, struct imp_coap_reply *reply,
               imp_time now);

int rpk_message_of(int label); /* label of coaps.h to message */

#endif
