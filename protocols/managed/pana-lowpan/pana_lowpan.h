/* SPDX-License-Identifier: GPL-2.0-only */
/* pana_lowpan.h - PANA in a 6LoWPAN: PaC and PAA of `pana`, and a relay element between them.
 * Indices of the tables and memory of the relay. */
#ifndef IMPRINT_PANA_LOWPAN_H
#define IMPRINT_PANA_LOWPAN_H

#include "protocols/managed/pana/pana.h"
#include "protocols/managed/pana/relay.h"

enum { LOWPAN_PAC, LOWPAN_RELAY, LOWPAN_BORDER_ROUTER }; /* roles */
enum { LOWPAN_PRY_CHANNEL = PANA_OOB_TO_PEER + 1 };      /* after those of pana */
enum { LOWPAN_MSG_PRY = PANA_MSG_OOB_TO_PEER + 1 };      /* likewise */
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
