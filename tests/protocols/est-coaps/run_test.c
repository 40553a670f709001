/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of EST over CoAPS on a network in memory: enrolment in blocks, loss, refusals, resets. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(est_coaps_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static void check_enrolled(struct memnet *net)
{
    struct imp_x509 ca, own;
    cr_assert(memnet_complete(net));
    ca.n = (size_t)memnet_cell(net, EST_SERVER, "ca-certificate", ca.der, sizeof ca.der);
    own.n = (size_t)memnet_cell(net, EST_DEVICE, "certificate", own.der, sizeof own.der);
    const struct imp_piece chain = {own.der, own.n}, anchor = {ca.der, ca.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_CLIENT};
    cr_assert_eq(imp_x509_verify(NULL, &chain, 1, &policy, 100 * IMP_S), IMP_X509_GOOD);
    const struct imp_claim *a = memnet_last(net, EST_DEVICE, IMP_CLAIM_COMMIT, NULL, "est");
    const struct imp_claim *b = memnet_last(net, EST_SERVER, IMP_CLAIM_COMMIT, NULL, "est");
    cr_assert(a && b);
    cr_expect_arr_eq(a->sid, b->sid, EST_SID);
    cr_expect_arr_eq(a->data, b->data, a->data_n);
}

Test(est_coaps_run, every_block_size_enrols)
{
    static const char *const sizes[] = {"block-size=64", "block-size=256", "block-size=1024",
                                        "csrattrs=true", "cookie=false"};
    size_t blocks[3] = {0};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *settings[] = {sizes[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        if (i < 3)
            blocks[i] = memnet_count_messages(net, ESTC_MSG_CRTS);
        memnet_free(net);
    }
    cr_expect_gt(blocks[0], blocks[1]);
    cr_expect_eq(blocks[2], 1);
}

/* Each end has a size of its own: the smaller one is used (RFC 7959 section 2.4). */
Test(est_coaps_run, a_smaller_block_is_respected)
{
    struct memnet *net = run_with(SETTINGS("client.block-size=64", "server.block-size=1024"));
    check_enrolled(net);
    memnet_free(net);
}

static bool lose(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)m, (void)bytes, (void)n, (void)cap;
    return ++*(int *)arg % 5 != 0;
}

Test(est_coaps_run, every_fifth_datagram_is_lost)
{
    int count = 0;
    struct memnet *net = memnet_new(&imp_est_coaps, 7, NULL);
    memnet_filter_set(net, lose, &count);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}

Test(est_coaps_run, a_reset_device_enrols_again)
{
    struct memnet *net = run_with(NULL);
    uint8_t before[IMP_X509_MAX], after[IMP_X509_MAX];
    int n = memnet_cell(net, EST_DEVICE, "certificate", before, sizeof before);
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    int m = memnet_cell(net, EST_DEVICE, "certificate", after, sizeof after);
    cr_expect_gt(m, 0);
    cr_expect(n != m || memcmp(before, after, (size_t)n) != 0);
    memnet_free(net);
}
