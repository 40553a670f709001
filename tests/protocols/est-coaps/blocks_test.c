/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes on which both ends of EST over CoAPS agree, and what follows when a transfer is torn. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(est_coaps_blocks, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    enrolled_check(net, EST_SERVER, "est");
    return net;
}

/* RFC 7959 sections 2.4 and 2.5: the smaller of both sizes, in both directions. */
Test(est_coaps_blocks, the_smaller_size_of_both)
{
    static const char *const sizes[] = {"16", "128", "1024"};
    size_t blocks[3][3];
    for (size_t i = 0; i < 9; i++) {
        char client[32], server[32];
        snprintf(client, sizeof client, "client.block-size=%s", sizes[i / 3]);
        snprintf(server, sizeof server, "server.block-size=%s", sizes[i % 3]);
        struct memnet *net = run_with(SETTINGS(client, server));
        blocks[i / 3][i % 3] = memnet_count_messages(net, ESTC_MSG_CRTS) * 100 +
                               memnet_count_messages(net, ESTC_MSG_CONTINUE);
        memnet_free(net);
    }
    cr_expect_eq(blocks[0][2], blocks[0][0]);
    cr_expect_eq(blocks[0][1], blocks[0][0]);
    cr_expect_eq(blocks[1][2], blocks[1][1]);
    cr_expect_eq(blocks[2][1] / 100, blocks[1][1] / 100, "the server's size");
    cr_expect_eq(blocks[2][0] / 100, blocks[0][0] / 100);
    cr_expect_gt(blocks[0][0], blocks[1][1]);
    cr_expect_gt(blocks[1][1], blocks[2][2]);
    cr_expect_eq(blocks[2][2], 100, "neither is cut");
}

/* The server's size is respected by a request that was begun in larger blocks. */
Test(est_coaps_blocks, a_request_goes_on_in_smaller_blocks)
{
    struct memnet *net = run_with(SETTINGS("client.block-size=128", "server.block-size=64"));
    size_t n = memnet_count_messages(net, ESTC_MSG_CONTINUE);
    memnet_free(net);
    net = run_with(SETTINGS("block-size=64"));
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_CONTINUE), n + 1, "the first has two");
    memnet_free(net);
}

/* RFC 8449: who takes small records gets small blocks. */
Test(est_coaps_blocks, records_are_limited)
{
    static const struct {
        const char *limit;
        size_t crts;
    } cases[] = {{"record-size-limit=16384", 1},
                 {"server.record-size-limit=512", 2}, /* one size for both directions */
                 {"client.record-size-limit=512", 2},
                 {"record-size-limit=512", 2},
                 {"client.record-size-limit=640", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = run_with(SETTINGS("block-size=512", "csrattrs=true", cases[i].limit));
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_CRTS), cases[i].crts, "%s",
                     cases[i].limit);
        for (size_t k = 0; k < memnet_message_count(net); k++) {
            const struct memnet_message *m = memnet_message(net, k);
            cr_expect(cases[i].crts == 1 || m->message != ESTC_MSG_CRTS || m->n <= 512 + 29);
        }
        memnet_free(net);
    }
}

/* RFC 9148 section 4.7: an empty ACK for waits up to so long, 5.03 beyond. */
Test(est_coaps_blocks, how_long_an_empty_ack_serves)
{
    static const struct {
        const char *approval, *separate;
        size_t later;
    } cases[] = {{"approval=5", "separate-response=0", 1},
                 {"approval=5", "separate-response=4", 1},
                 {"approval=5", "separate-response=10", 0},
                 {"approval=40", "separate-response=60", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = run_with(SETTINGS(cases[i].approval, cases[i].separate));
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_LATER), cases[i].later, "%zu", i);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EMPTY) > 0, cases[i].later == 0);
        memnet_free(net);
    }
}

/* The server has lost what came before: as often as `times`. */
struct tear {
    struct memnet *net;
    size_t times;
};

static bool forget(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    struct tear *t = arg;
    struct estc_server *server = memnet_env(t->net, EST_SERVER)->ctx;
    (void)bytes, (void)n, (void)cap;
    if (m->message == ESTC_MSG_SEN && server->sessions[0].in.n == 128 && t->times > 0) {
        server->sessions[0].in.n = 0;
        t->times--;
    }
    return true;
}

/* RFC 7959 section 2.9.2: 4.08, and the request begins again in the same session, for the same key.
 */
Test(est_coaps_blocks, a_torn_request_begins_again)
{
    for (size_t times = 1; times <= ESTC_RESTARTS + 1; times++) {
        struct tear t = {memnet_new(&imp_est_coaps, 7, SETTINGS("block-size=64")), times};
        memnet_filter_set(t.net, forget, &t);
        memnet_start(t.net);
        memnet_run(t.net, 100 * IMP_S);
        enrolled_check(t.net, EST_SERVER, "est");
        cr_expect_eq(memnet_count_messages(t.net, ESTC_MSG_REFUSAL), times);
        cr_expect_eq(memnet_count_messages(t.net, ESTC_MSG_FINISHED), times > ESTC_RESTARTS ? 2 : 1,
                     "not for ever");
        memnet_free(t.net);
    }
}

/* RFC 7959 section 2.9.3: too large is final unless the server names a smaller block. */
Test(est_coaps_blocks, a_request_that_is_too_large)
{
    struct memnet *net = run_with(NULL);
    struct estc_device *d = memnet_env(net, EST_DEVICE)->ctx;
    struct imp_coap_message r = {.code = IMP_COAP_REQUEST_ENTITY_TOO_LARGE};
    const struct imp_coap_block same = {.szx = 4}, smaller = {.szx = 2};
    d->state = ESTC_ENROLLING;
    d->szx = 4;
    cr_expect_not(estc_answer(d, ESTC_MSG_SEN, &r, 0));
    imp_coap_add_block(&r, IMP_COAP_BLOCK1, &same);
    cr_expect_not(estc_answer(d, ESTC_MSG_SEN, &r, 0));
    r = (struct imp_coap_message){.code = IMP_COAP_REQUEST_ENTITY_TOO_LARGE};
    imp_coap_add_block(&r, IMP_COAP_BLOCK1, &smaller);
    cr_expect(estc_answer(d, ESTC_MSG_SEN, &r, 0));
    cr_expect_eq(d->szx, 2);
    cr_expect_not(estc_answer(d, ESTC_MSG_SEN, &r, 0), "not smaller any more");
    memnet_free(net);
}

/* ---- flights -----------------------------------------------------------------------------------
 */
/* RFC 6347 section 4.2.4.1, RFC 7925 section 11. */
Test(est_coaps_blocks, a_flight_that_is_lost_comes_again)
{
    static const char *const timers[] = {"dtls-timer=1", "dtls-timer=9"};
    static const imp_time least[] = {IMP_S, 9 * IMP_S};
    for (size_t i = 0; i < 2; i++) {
        int lost = ESTC_MSG_CLIENT_FLIGHT;
        struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS(timers[i]));
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        imp_time took = memnet_run(net, 100 * IMP_S);
        enrolled_check(net, EST_SERVER, "est");
        cr_expect(took > least[i] && took < least[i] + IMP_S, "%s: %.3f s", timers[i],
                  (double)took / 1e9);
        memnet_free(net);
    }
}
