/* SPDX-License-Identifier: GPL-2.0-only */
/* pana_lowpan.h - PANA in a 6LoWPAN: PaC and PAA of `pana`, a relay element between them, and an
 * AAA server behind them if it is asked for. Indices of the tables and memory of the relay. */
#ifndef IMPRINT_PANA_LOWPAN_H
#define IMPRINT_PANA_LOWPAN_H

#include "protocols/managed/pana/pana.h"
#include "protocols/managed/pana/relay.h"

enum { LOWPAN_PAC, LOWPAN_RELAY, LOWPAN_BORDER_ROUTER, LOWPAN_AAA }; /* roles */
enum { /* channels, after those of pana without a server behind it */
       LOWPAN_PRY_CHANNEL = PANA_OOB_TO_PEER + 1,
       LOWPAN_BACKEND,
       LOWPAN_BACKEND_TLS,
       LOWPAN_OOB_TO_AAA,
       LOWPAN_OOB_FROM_AAA,
};
enum { /* messages, likewise */
       LOWPAN_MSG_PRY = PANA_MSG_OOB_TO_PEER + 1,
       LOWPAN_MSG_ACCESS_REQUEST, /* of radius_rows.h from here on */
       LOWPAN_MSG_ACCESS_CHALLENGE,
       LOWPAN_MSG_ACCESS_ACCEPT,
       LOWPAN_MSG_ACCESS_REJECT,
};
enum { LOWPAN_GROUPS_MAX = 16 };

struct lowpan_relay {
    struct imp_env *env;
};

enum lowpan_relay_state { LOWPAN_RELAY_IDLE }; /* it keeps nothing of a PaC */
extern const struct imp_legal lowpan_relay_legal[];
extern const struct imp_mechanism imp_pana_lowpan;

imp_party_init lowpan_relay_init;
imp_party_event lowpan_relay_event;
imp_party_fini lowpan_relay_fini;
int lowpan_relay_state_of(const void *ctx);

#endif
