/* SPDX-License-Identifier: GPL-2.0-only */
/* rpk_net.h - helpers of the tests of dtls-rpk: a device and its server in memory. */
#ifndef IMPRINT_RPK_NET_H
#define IMPRINT_RPK_NET_H

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/hybrid/dtls-rpk/rpk.h"
#include "protocols/hybrid/dtls-rpk/rpk_key.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_dtls_rpk;

struct memnet *rpk_net_complete(uint64_t seed, const char *const *settings);
void rpk_run_for(struct memnet *net, imp_time seconds); /* past completion */
/* Both ends hold the same operational configuration and secret, in the same session. */
void rpk_expect_agreement(const struct memnet *net);

#endif
