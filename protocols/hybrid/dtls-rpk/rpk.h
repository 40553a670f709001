/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk.h - the numbers by which the mechanism's tables and its two roles know each other. */
#ifndef IMPRINT_RPK_H
#define IMPRINT_RPK_H

#include "protocols/contract/mechanism.h"

enum { RPK_DEVICE, RPK_SERVER };              /* roles */
enum { RPK_COAPS, RPK_LABEL, RPK_SERVER_ID }; /* channels */

enum rpk_message {
    RPK_MSG_CLIENT_HELLO,
    RPK_MSG_VERIFY_REQUEST,
    RPK_MSG_SERVER_FLIGHT,
    RPK_MSG_CLIENT_FLIGHT,
    RPK_MSG_FINISHED,
    RPK_MSG_ALERT,
    RPK_MSG_ENROL,
    RPK_MSG_ENROLLED,
    RPK_MSG_READY,
    RPK_MSG_REGISTERED,
    RPK_MSG_REFUSAL,
    RPK_MSG_EMPTY,
    RPK_MSG_LABEL,
    RPK_MSG_SERVER_ID,
};

enum rpk_option {
    RPK_OPT_PIN,
    RPK_OPT_ACL,
    RPK_OPT_SUITE,
    RPK_OPT_SERVER_ID,
    RPK_OPT_ORIGIN,
    RPK_OPT_COOKIE,
    RPK_OPT_BACK_OFF,
    RPK_OPT_BACK_OFF_MAX,
    RPK_OPT_PENDING,
    RPK_OPT_REFRESH,
    RPK_OPT_NAME,
    RPK_OPT_NAMED_BY,
};
enum { RPK_PIN_REFUSE, RPK_PIN_FIRST_USE, RPK_PIN_NONE }; /* of the server's key, at the device */
enum { RPK_ACL_LIST, RPK_ACL_ANY, RPK_ACL_DELIVERED };    /* of the device's key, at the server */
enum { RPK_SUITE_120, RPK_SUITE_128 };
enum { RPK_ID_HASH, RPK_ID_SPKI };
enum { RPK_NAMED_BY_INSTALLER, RPK_NAMED_BY_CONFIGURATION };
enum { RPK_ORIGIN_FACTORY, RPK_ORIGIN_BOOT };

enum rpk_flaw {
    RPK_FLAW_NO_SERVER_CHECK,
    RPK_FLAW_NO_ACL,
    RPK_FLAW_PREFIX,
    RPK_FLAW_CHANGED_KEY,
};

/* States of the device, named by what it waits for. */
enum rpk_device_state {
    RPK_UNPINNED,    /* for the server's identifier */
    RPK_HANDSHAKE,   /* for the DTLS session */
    RPK_BACK_OFF,    /* for the next attempt */
    RPK_ENROLLING,   /* for the operational configuration */
    RPK_REGISTERING, /* for the confirmation that it is registered */
    RPK_OPERATIONAL, /* for nothing: refreshes its registration */
};

/* States of the server's session with one device. */
enum rpk_server_state {
    RPK_SERVER_IDLE,      /* for a ClientHello */
    RPK_SERVER_HANDSHAKE, /* for the DTLS session */
    RPK_SERVER_OPEN,      /* for the enrolment */
    RPK_SERVER_ENROLLED,  /* for the registration */
    RPK_SERVER_DONE,      /* for refreshed registrations */
};

extern const struct imp_legal rpk_device_legal[], rpk_server_legal[];

imp_party_init rpk_device_init, rpk_server_init;
imp_party_event rpk_device_event, rpk_server_event;
imp_party_fini rpk_device_fini, rpk_server_fini;
int rpk_device_state_of(const void *ctx);
int rpk_server_state_of(const void *ctx);
enum { RPK_DELIVERED = 24 };
/* Where the i-th name is of those that were delivered: the vendor's list, at a server; of a
 * device's configuration, the servers'. */
void rpk_delivered_cell(char out[RPK_DELIVERED], size_t i);
void rpk_provision(struct imp_env *const *parties, size_t count);

bool rpk_is_legal(const struct imp_legal *table, int state, int message);

#endif
