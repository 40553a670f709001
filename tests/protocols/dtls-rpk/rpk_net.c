/* SPDX-License-Identifier: GPL-2.0-only */
#include "rpk_net.h"

struct memnet *rpk_net_complete(uint64_t seed, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, seed, settings);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

void rpk_run_for(struct memnet *net, imp_time seconds)
{
    memnet_run_past(net, memnet_run_past(net, 0) + seconds * IMP_S);
}

static void expect_pair(const struct imp_claim *a, const struct imp_claim *b)
{
    cr_assert(a && b);
    cr_assert_eq(a->sid_n, b->sid_n);
    cr_expect_arr_eq(a->sid, b->sid, a->sid_n);
    cr_assert_eq(a->data_n, b->data_n);
    cr_expect_arr_eq(a->data, b->data, a->data_n);
}

void rpk_expect_agreement(const struct memnet *net)
{
    expect_pair(memnet_last(net, 0, IMP_CLAIM_RUNNING, NULL, "dtls"),
                memnet_last(net, 1, IMP_CLAIM_COMMIT, NULL, "dtls"));
    expect_pair(memnet_last(net, 1, IMP_CLAIM_RUNNING, NULL, "dtls"),
                memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, "dtls"));
    expect_pair(memnet_last(net, 1, IMP_CLAIM_RUNNING, NULL, "config"),
                memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, "config"));
    expect_pair(memnet_last(net, 0, IMP_CLAIM_SECRET, "operational-key", NULL),
                memnet_last(net, 1, IMP_CLAIM_SECRET, "operational-key", NULL));
    cr_expect_arr_eq(memnet_last(net, 0, IMP_CLAIM_CONFIG, NULL, NULL)->data,
                     memnet_last(net, 1, IMP_CLAIM_CONFIG, NULL, NULL)->data, RPK_HASH);
}
