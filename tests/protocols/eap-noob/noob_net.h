/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_net.h - helpers of the EAP-NOOB tests: a network in memory with filters that lose or change
 * chosen messages on the device's link. */
#ifndef IMPRINT_NOOB_NET_H
#define IMPRINT_NOOB_NET_H

#include "protocols/adhoc/eap-noob/eap_noob.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_eap_noob;

enum { PEER = IMP_DOT1X_PEER, AUTHENTICATOR = IMP_DOT1X_AUTHENTICATOR, SERVER = IMP_DOT1X_SERVER };

/* What a filter does to messages of one name on the access link (or one OOB message). */
struct noob_rule {
    int message;           /* index in the mechanism's table */
    unsigned first, count; /* applies to the first-th such message (from 0) and count - 1 more */
    bool lose;
    const char *find, *replace; /* else: first occurrence in the JSON text; lengths are mended */
    unsigned seen, applied;
};
/* Up to 8 rules, ends with message < 0. Installs the filter. */
void noob_rules(struct memnet *net, struct noob_rule *rules);

struct memnet *noob_net(const char *const *settings); /* started */
const struct noob_peer *noob_peer_of(const struct memnet *net);
struct noob_server *noob_server_of(const struct memnet *net);
/* The record of the peer's present ephemeral association, or NULL. */
struct noob_record *noob_record_of(const struct memnet *net);
size_t noob_sent_count(const struct memnet *net, int message); /* on the access link, or OOB */
/* The last message of that name; NULL when none. */
const struct memnet_message *noob_last_message(const struct memnet *net, int message);
bool noob_server_registered(const struct memnet *net, const char *peer_id,
                            struct noob_association *a);
/* Both ends are in state 4 with the same Kz, and their EAP claims agree. */
void noob_assert_registered(const struct memnet *net);
bool noob_claimed(const struct memnet *net, int role, enum imp_claim_kind kind, const char *name);
/* Hands an OOB message to a role as the user would. */
void noob_deliver(struct memnet *net, int role, const char *text);

#endif
