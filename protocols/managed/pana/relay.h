/* SPDX-License-Identifier: GPL-2.0-only */
/* relay.h - the PANA relay element (RFC 6345): a PaC's messages travel between relay and agent
 * inside PRY, with the PaC's address beside them; the relay keeps nothing of a PaC and repeats
 * nothing. */
#ifndef IMPRINT_PANA_RELAY_H
#define IMPRINT_PANA_RELAY_H

#include "message.h"

enum { PANA_PAC_INFORMATION = 18 };     /* octets: IPv6 address and port */
#define PANA_RELAY_CHANNEL "pana-relay" /* between relay and agent */
#define PANA_RELAY_MESSAGE "PRY"
/* Of the agent to a relay that is a member itself, and its answer, on the same channel. */
#define PANA_MEMBER_REQUEST "PNR[P] to a parent"
#define PANA_MEMBER_ANSWER "PNA[P] of a parent"

/* Writes a PRY around a message of or to `pac`, which must be an IPv6 address with its port. Octets
 * of it, or 0: it does not fit. */
size_t pana_relay_wrap(uint8_t out[PANA_MTU], const struct imp_addr *pac, const uint8_t *message,
                       size_t n);
/* Opens one: `message` borrows from p. 0, or -1: no PRY, or not with both AVPs. */
int pana_relay_open(struct imp_addr *pac, const uint8_t **message, size_t *message_n,
                    const uint8_t *p, size_t n);
/* The relay element: a PaC's message goes to the agent, the agent's to the PaC; what is no PANA
 * message goes nowhere. `pry` is the label of PRY on `channel`, which leads to the agent. */
void pana_relay_to_agent(struct imp_env *env, const struct imp_event *e, int channel, int pry);
void pana_relay_to_client(struct imp_env *env, const struct imp_event *e);
/* What a PANA message is (enum pana_label), by its header; -1: none that is known here. */
int pana_label_of(const uint8_t *p, size_t n);

#endif
