/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrolled.h"

#include "protocols/crypto/crypto.h"

#include <criterion/criterion.h>

struct imp_x509 enrolled_cert(struct memnet *net, int role, const char *cell)
{
    struct imp_x509 crt;
    int n = memnet_cell(net, role, cell, crt.der, sizeof crt.der);
    cr_assert_gt(n, 0, "%s", cell);
    crt.n = (size_t)n;
    return crt;
}

static void check_certificate(struct memnet *net, int server)
{
    struct imp_x509 ca = enrolled_cert(net, server, "ca-certificate");
    struct imp_x509 own = enrolled_cert(net, 0, "certificate");
    const struct imp_piece chain = {own.der, own.n}, anchor = {ca.der, ca.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_CLIENT, .any_time = true};
    cr_assert_eq(imp_x509_verify(NULL, &chain, 1, &policy, 0), IMP_X509_GOOD);
    uint8_t secret[32], pub[64];
    struct imp_x509_info info;
    cr_assert_eq(memnet_cell(net, 0, "own-key", secret, sizeof secret), 32);
    cr_assert_eq(imp_p256_public(NULL, pub, secret), 0);
    cr_assert_eq(imp_x509_read(&info, own.der, own.n), 0);
    cr_assert_arr_eq(info.pub, pub, sizeof pub);
}

void enrolled_check(struct memnet *net, int server, const char *layer)
{
    cr_assert(memnet_complete(net));
    check_certificate(net, server);
    const struct imp_claim *a = memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, layer);
    const struct imp_claim *b = memnet_last(net, server, IMP_CLAIM_COMMIT, NULL, layer);
    cr_assert(a && b);
    cr_expect_eq(a->sid_n, b->sid_n);
    cr_expect_arr_eq(a->sid, b->sid, a->sid_n);
    cr_expect_eq(a->data_n, b->data_n);
    cr_expect_arr_eq(a->data, b->data, a->data_n);
    cr_expect_eq(a->peer_n, b->self_n);
    cr_expect_arr_eq(a->peer, b->self, a->peer_n);
    cr_expect_arr_eq(b->peer, a->self, b->peer_n);
}

bool enrolled_bend(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)cap;
    if (m->message == *(int *)arg && *n > 20)
        bytes[*n - 1] ^= 1;
    return true;
}

void enrolled_check_key(struct memnet *net, int server)
{
    const int ends[] = {0, server};
    uint8_t secret[32];
    cr_assert_eq(memnet_cell(net, 0, "own-key", secret, sizeof secret), sizeof secret);
    for (size_t i = 0; i < 2; i++) {
        const struct imp_claim *c =
            memnet_last(net, ends[i], IMP_CLAIM_SECRET, "server-made-key", "est");
        cr_assert_not_null(c);
        cr_assert_eq(c->data_n, sizeof secret);
        cr_expect_arr_eq(c->data, secret, sizeof secret);
    }
}

imp_time enrolled_first(const struct memnet *net, int message)
{
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->message == message)
            return memnet_message(net, i)->at;
    return IMP_NEVER;
}
