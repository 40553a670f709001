/* SPDX-License-Identifier: GPL-2.0-only */
/* Server Initiated bootstrap of LwM2M 1.0: writes that no Bootstrap-Request comes before. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_push, .init = imp_crypto_init);

#define LIMIT (900 * IMP_S)
#define BOTH "version=1.0", "server-initiated-push=true"

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static const char *const securities[] = {"bootstrap-security=psk", "bootstrap-security=rpk",
                                         "bootstrap-security=x509", "bootstrap-security=nosec"};

/* The client sends no Bootstrap-Request, and does not wait for its hold-off time. */
Test(lwm2m_push, the_server_begins)
{
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, "hold-off=60", securities[i]));
        const struct memnet_message *write = memnet_last_message(net, LWM_MSG_WRITE_SECURITY);
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_expect(memnet_completed(net, LWM_BOOTSTRAP));
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_FINISH), 1);
        cr_expect(write && write->at < 60 * IMP_S, "%s", securities[i]);
        memnet_free(net);
    }
}

/* Who runs with whom, and what is agreed upon, are the same at both ends. */
Test(lwm2m_push, both_ends_claim_one_session)
{
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, securities[i]));
        const char *layer = i < 3 ? "dtls" : "coap";
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, NULL, layer);
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_COMMIT, NULL, layer);
        const struct imp_claim *c = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_RUNNING, NULL, layer);
        cr_assert(a && b && c, "%s", securities[i]);
        cr_expect_arr_eq(a->sid, b->sid, LWM_SID);
        cr_expect_arr_eq(a->sid, c->sid, LWM_SID);
        cr_expect_eq(b->peer_n > 0, i < 3);
        memnet_free(net);
    }
}

Test(lwm2m_push, a_client_to_whom_nobody_writes_asks)
{
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS("version=1.0", "client.server-initiated-push=true",
                                               "hold-off=60", securities[i]));
        const struct memnet_message *request = memnet_last_message(net, LWM_MSG_REQUEST);
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_expect(request && request->at >= 60 * IMP_S);
        memnet_free(net);
    }
}

/* 4.05, once; what the client asks for later is served. */
Test(lwm2m_push, a_client_that_wants_to_be_asked_refuses)
{
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(
            SETTINGS("version=1.0", "bootstrap-server.server-initiated-push=true", securities[i]));
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
        cr_expect_eq(memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_REJECT, "unasked-refused", NULL) !=
                         NULL,
                     i < 3, "%s", securities[i]);
        memnet_free(net);
    }
}

Test(lwm2m_push, it_is_of_1_0_alone)
{
    struct memnet *net = run_with(SETTINGS("version=1.1", "server-initiated-push=true"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
    memnet_free(net);
}

static bool all_but_one(void *left, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)m, (void)bytes, (void)n, (void)cap;
    return (*(size_t *)left)-- != 0;
}

static void expect_repair(const char *security, size_t lost)
{
    size_t left = lost;
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH, security));
    memnet_filter_set(net, all_but_one, &left);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net), "%s, datagram %zu", security, lost);
    memnet_free(net);
}

Test(lwm2m_push, each_datagram_may_be_lost_once)
{
    for (size_t i = 0; i < 30; i++) {
        expect_repair("bootstrap-security=psk", i);
        expect_repair("bootstrap-security=nosec", i);
    }
}

/* In clear, a DELETE of all from anywhere, once the client is registered. */
static size_t answered_after_delete(const char *const *settings, int *state)
{
    static const uint8_t bytes[] = {0x41, 0x04, 0x77, 0x77, 0x55};
    struct memnet *net = run_with(settings);
    cr_assert(memnet_complete(net));
    size_t before = memnet_count_messages(net, LWM_MSG_BS_ANSWER);
    memnet_inject(net, LWM_CLIENT, LWM_BS_COAP, NULL, bytes, sizeof bytes);
    memnet_run_past(net, 60 * IMP_S);
    *state = memnet_state(net, LWM_CLIENT);
    size_t count = memnet_count_messages(net, LWM_MSG_BS_ANSWER) - before;
    memnet_free(net);
    return count;
}

Test(lwm2m_push, whoever_writes_in_clear_is_let_at_any_time)
{
    int state;
    cr_expect_eq(answered_after_delete(SETTINGS(BOTH, "bootstrap-security=nosec"), &state), 1);
    cr_expect_eq(state, LWM_CONFIGURING);
    cr_expect_eq(answered_after_delete(SETTINGS("bootstrap-security=nosec"), &state), 0);
    cr_expect_eq(state, LWM_REGISTERED, "4.05: it did not ask");
}

/* What was begun and not finished is forgotten, and the client registers again. */
Test(lwm2m_push, a_bootstrap_that_nobody_finishes_leaves_what_was)
{
    static const uint8_t bytes[] = {0x41, 0x04, 0x77, 0x77, 0x55};
    struct memnet *net = run_with(SETTINGS(BOTH, "bootstrap-security=nosec"));
    memnet_inject(net, LWM_CLIENT, LWM_BS_COAP, NULL, bytes, sizeof bytes);
    memnet_run_past(net, LIMIT + 400 * IMP_S);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "no-finish", NULL));
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}
