/* SPDX-License-Identifier: GPL-2.0-only */
/* duck_net.h - helpers of the duckling's tests: a duckling and its mother in memory. */
#ifndef IMPRINT_DUCK_NET_H
#define IMPRINT_DUCK_NET_H

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/coap/coap.h"
#include "protocols/leap_of_faith/duckling/bond.h"
#include "protocols/leap_of_faith/duckling/duckling.h"
#include "tests/support/memnet.h"

extern const struct imp_addr duck_stranger; /* an address that is neither party's */

/* Started, not yet run. */
struct memnet *duck_net(uint64_t seed, const char *const *settings);
/* As above, run until both have completed. */
struct memnet *duck_net_complete(const char *const *settings);
/* The bond in the duckling's cell; false when there is none. */
bool duck_bond_of(const struct memnet *net, struct duck_bond *bond);
/* Sends a Confirmable request in clear to a role and returns the code of the answer. */
unsigned duck_ask(struct memnet *net, int role, const struct imp_addr *from, unsigned code,
                  const char *path, const void *payload, size_t n);
size_t duck_request_content(uint8_t *out, uint8_t mother); /* id: eight octets `mother` */
size_t duck_offer_content(uint8_t *out, uint8_t duckling);

#endif
