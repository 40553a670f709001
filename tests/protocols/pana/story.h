/* SPDX-License-Identifier: GPL-2.0-only */
/* story.h - runs of pana over memnet, and what holds at the end of a good one. */
#ifndef IMPRINT_TEST_PANA_STORY_H
#define IMPRINT_TEST_PANA_STORY_H

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/pana/pana.h"
#include "tests/support/memnet.h"

static inline struct memnet *run_with(const char *const *settings, imp_time limit)
{
    struct memnet *net = memnet_new(&imp_pana, 7, settings);
    memnet_start(net);
    memnet_run(net, limit);
    return net;
}

static inline void expect_agreement(const struct memnet *net)
{
    cr_assert(memnet_complete(net));
    cr_expect(memnet_agree(net, PANA_PAC, PANA_PAA, "pana"));
    cr_expect(memnet_same(memnet_last(net, PANA_PAC, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL),
                          memnet_last(net, PANA_PAA, IMP_CLAIM_SECRET, "PANA_AUTH_KEY", NULL)));
}

#endif
