/* SPDX-License-Identifier: GPL-2.0-only */
/* A client with two servers over memnet: keys of their own, order, delay, block, and what follows
 * when registration fails (Server, resources 13 to 20). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_servers, .init = imp_crypto_init);

struct closed { /* a server that nobody reaches until a time */
    int role;
    imp_time until;
};

static bool closed_filter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                          size_t cap)
{
    const struct closed *c = arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->to != c->role || m->at >= c->until;
}

static struct memnet *run_closed(const char *const *settings, struct closed *closed, imp_time until)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    if (closed)
        memnet_filter_set(net, closed_filter, closed);
    memnet_start(net);
    memnet_run_past(net, until);
    return net;
}

/* Of that message, towards or from the role: the time of number `nth`, or -1. */
static imp_time at(const struct memnet *net, int message, int role, size_t nth)
{
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == message && (m->to == role || m->from == role) && nth-- == 0)
            return m->at;
    }
    return -1;
}

Test(lwm2m_servers, each_has_its_own_key_in_every_security)
{
    static const char *const securities[] = {"server-security=psk", "server-security=rpk",
                                             "server-security=x509", "server-security=nosec"};
    static const char *const modes[] = {"mode=client-initiated", "mode=factory", "mode=smartcard",
                                        "mode=server-initiated"};
    for (int i = 0; i < 15; i++) { /* a trigger goes to whom a server knows by its key */
        struct memnet *net =
            run_closed(SETTINGS("servers=two", securities[i / 4], modes[i % 4]), NULL, LIMIT);
        cr_expect(memnet_complete(net), "%s, %s", securities[i / 4], modes[i % 4]);
        cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_MANAGEMENT, 0), 0);
        cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_SECOND, 0), 0);
        memnet_free(net);
    }
}

Test(lwm2m_servers, both_ends_claim_both_keys)
{
    struct memnet *net = run_closed(SETTINGS("servers=two"), NULL, LIMIT);
    static const char *const keys[] = {"server-key", "second-server-key"};
    const struct imp_claim *own[2];
    for (int i = 0; i < 2; i++) {
        own[i] = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, keys[i], NULL);
        cr_assert(
            memnet_same(own[i], memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_SECRET, keys[i], NULL)));
    }
    cr_expect_neq(memcmp(own[0]->data, own[1]->data, LWM_PSK), 0);
    memnet_free(net);
}

Test(lwm2m_servers, a_pack_has_them_too)
{
    struct memnet *net =
        run_closed(SETTINGS("servers=two", "pack=true", "server-security=rpk"), NULL, LIMIT);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
    memnet_free(net);
}

/* Resource 13: the next begins when the turn before has ended; without it both begin at once. */
Test(lwm2m_servers, registration_follows_the_order)
{
    struct memnet *net = run_closed(SETTINGS("servers=two"), NULL, LIMIT);
    cr_expect_eq(at(net, LWM_MSG_S_HELLO, LWM_MANAGEMENT, 0),
                 at(net, LWM_MSG_S_HELLO, LWM_SECOND, 0));
    memnet_free(net);
    net = run_closed(SETTINGS("servers=two", "registration-order=ascending"), NULL, LIMIT);
    cr_expect_geq(at(net, LWM_MSG_S_HELLO, LWM_SECOND, 0),
                  at(net, LWM_MSG_REGISTERED, LWM_MANAGEMENT, 0));
    cr_expect(memnet_complete(net));
    memnet_free(net);
    net = run_closed(SETTINGS("servers=two", "registration-order=descending"), NULL, LIMIT);
    cr_expect_geq(at(net, LWM_MSG_S_HELLO, LWM_MANAGEMENT, 0),
                  at(net, LWM_MSG_REGISTERED, LWM_SECOND, 0));
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* Resource 14: until it has registered once since the bootstrap. */
Test(lwm2m_servers, the_first_registration_is_delayed)
{
    struct memnet *net =
        run_closed(SETTINGS("servers=two", "registration-order=ascending", "registration-delay=50"),
                   NULL, LIMIT);
    imp_time finish = at(net, LWM_MSG_FINISH, LWM_BOOTSTRAP, 0);
    imp_time first = at(net, LWM_MSG_REGISTERED, LWM_MANAGEMENT, 0);
    cr_expect_geq(at(net, LWM_MSG_S_HELLO, LWM_MANAGEMENT, 0), finish + 50 * IMP_S);
    cr_expect_geq(at(net, LWM_MSG_S_HELLO, LWM_SECOND, 0), first + 50 * IMP_S);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL); /* a power cut */
    memnet_run_past(net, LIMIT + 20 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 4, "at once");
    memnet_free(net);
}

/* Resource 15. The first comes back: then it is the other's turn. */
Test(lwm2m_servers, a_failure_blocks_those_after_it)
{
    struct closed closed = {.role = LWM_MANAGEMENT, .until = 3000 * IMP_S};
    struct memnet *net =
        run_closed(SETTINGS("servers=two", "registration-order=ascending", "failure-block=true",
                            "bootstrap-on-failure=false", "retry-count=1", "sequence-count=100",
                            "sequence-delay=60"),
                   &closed, 2900 * IMP_S);
    cr_expect_eq(at(net, LWM_MSG_S_HELLO, LWM_SECOND, 0), -1);
    memnet_run_past(net, 4000 * IMP_S);
    cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_MANAGEMENT, 0), 0);
    cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_SECOND, 0), 0);
    cr_expect(memnet_completed(net, LWM_CLIENT));
    memnet_free(net);
}

Test(lwm2m_servers, without_the_block_the_next_has_its_turn)
{
    struct closed closed = {.role = LWM_MANAGEMENT, .until = IMP_NEVER};
    struct memnet *net =
        run_closed(SETTINGS("servers=two", "registration-order=ascending",
                            "bootstrap-on-failure=false", "retry-count=2", "retry-timer=7"),
                   &closed, 5000 * IMP_S);
    cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_SECOND, 0), 0);
    cr_expect(memnet_completed(net, LWM_CLIENT));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1, "no other bootstrap");
    memnet_free(net);
}

/* Resource 16, whose default is true: both registrations end, and the bootstrap server is asked. */
Test(lwm2m_servers, who_has_failed_bootstraps_again)
{
    struct closed closed = {.role = LWM_SECOND, .until = 400 * IMP_S};
    struct memnet *net = run_closed(SETTINGS("servers=two", "retry-count=2", "retry-timer=5"),
                                    &closed, 2000 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_SECOND, 0), 0);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* A word of the server's ends the attempts at once: the second server does not know the client. */
static struct memnet *refused(const char *on_failure)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7,
                                    SETTINGS("servers=two", "server-security=nosec", on_failure));
    struct imp_coap_message m = {.type = IMP_COAP_ACK, .code = IMP_COAP_FORBIDDEN};
    uint8_t bytes[IMP_COAP_MTU];
    memnet_start(net);
    while (!memnet_last_message(net, LWM_MSG_REGISTER))
        memnet_run(net, memnet_run(net, 0) + IMP_MS);
    const struct memnet_message *request = memnet_last_message(net, LWM_MSG_REGISTER);
    struct imp_coap_message asked;
    cr_assert_eq(imp_coap_decode(&asked, request->bytes, request->n), 0);
    m.mid = asked.mid;
    m.token_n = asked.token_n;
    memcpy(m.token, asked.token, asked.token_n);
    int n = imp_coap_encode(bytes, sizeof bytes, &m);
    memnet_inject(net, LWM_CLIENT, request->channel, NULL, bytes, (size_t)n);
    memnet_run_past(net, LIMIT);
    return net;
}

Test(lwm2m_servers, a_refusal_needs_no_second_attempt)
{
    struct memnet *net = refused("bootstrap-on-failure=true");
    cr_expect_geq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    memnet_free(net);
    net = refused("bootstrap-on-failure=false");
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
    cr_expect(memnet_complete(net), "tried again");
    memnet_free(net);
}

/* A word of one server's is about its own instance and registration. */
Test(lwm2m_servers, each_server_commands_its_own_instance)
{
    struct memnet *net = run_closed(SETTINGS("servers=two", "disable-timeout=600"), NULL, LIMIT);
    memnet_event(net, LWM_SECOND, IMP_EVENT_CONTROL, "disable");
    memnet_run_past(net, LIMIT + 60 * IMP_S);
    cr_expect_gt(at(net, LWM_MSG_DEREGISTER, LWM_SECOND, 0), 0);
    cr_expect_eq(at(net, LWM_MSG_DEREGISTER, LWM_MANAGEMENT, 0), -1);
    memnet_run_past(net, LIMIT + 700 * IMP_S);
    cr_expect_gt(at(net, LWM_MSG_REGISTERED, LWM_SECOND, 1), 0);
    cr_expect_eq(at(net, LWM_MSG_REGISTERED, LWM_MANAGEMENT, 1), -1);
    memnet_free(net);
}

Test(lwm2m_servers, who_leaves_leaves_both)
{
    struct memnet *net = run_closed(SETTINGS("servers=two"), NULL, LIMIT);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, LIMIT + 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_DEREGISTER), 2);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_AWAY);
    memnet_free(net);
}

/* A bootstrap server of 1.0 has no such resources to write. */
Test(lwm2m_servers, the_oldest_version_writes_no_rules)
{
    static const char *const versions[] = {"version=1.0", "version=1.1"};
    size_t octets[2][2];
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_closed(
            SETTINGS(versions[i / 2], i % 2 ? "retry-count=3" : "retry-count=0"), NULL, LIMIT);
        cr_assert(memnet_complete(net));
        octets[i / 2][i % 2] = memnet_last_message(net, LWM_MSG_WRITE_SERVER)->n;
        memnet_free(net);
    }
    cr_expect_eq(octets[0][1], octets[0][0]);
    cr_expect_eq(octets[1][1], octets[1][0] + 3);
}
