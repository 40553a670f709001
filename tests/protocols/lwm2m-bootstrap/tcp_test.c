/* SPDX-License-Identifier: GPL-2.0-only */
/* CoAP over TCP and TLS with either server (RFC 8323), over memnet: connections do not lose
 * messages, but end. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
#define BOTH "bootstrap-transport=tcp", "server-transport=tcp"
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_tcp, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

/* How many went on that channel. */
static size_t count_on(const struct memnet *net, int channel)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        n += memnet_message(net, i)->channel == channel;
    return n;
}

static void expect_streams_only(const struct memnet *net)
{
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect(lwm_is_stream(memnet_message(net, i)->channel), "message %zu", i);
}

Test(lwm2m_tcp, every_security_with_either_server)
{
    static const struct {
        const char *bootstrap, *server, *layer;
    } rows[] = {{"bootstrap-security=psk", "server-security=psk", "dtls"},
                {"bootstrap-security=rpk", "server-security=rpk", "dtls"},
                {"bootstrap-security=x509", "server-security=x509", "dtls"},
                {"bootstrap-security=psk", "server-security=est", "dtls"},
                {"bootstrap-security=nosec", "server-security=nosec", "coap"},
                {"bootstrap-security=oscore", "server-security=oscore", "oscore"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, rows[i].bootstrap, rows[i].server));
        cr_expect(memnet_complete(net), "%s", rows[i].bootstrap);
        cr_expect(memnet_completed(net, LWM_BOOTSTRAP));
        expect_streams_only(net);
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
        cr_assert(a && b);
        cr_expect_arr_eq(a->data, b->data, 32);
        a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_COMMIT, NULL, rows[i].layer);
        b = memnet_last(net, LWM_MANAGEMENT, IMP_CLAIM_COMMIT, NULL, rows[i].layer);
        cr_assert(a && b, "%s", rows[i].layer);
        cr_expect_arr_eq(a->sid, b->sid, LWM_SID);
        memnet_free(net);
    }
}

Test(lwm2m_tcp, modes_packs_formats_and_two_servers)
{
    static const char *const more[] = {
        "mode=factory",      "mode=smartcard", "mode=server-initiated", "pack=true",
        "format=senml-json", "servers=two",    "ciphersuite=ccm",       "version=1.1"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, more[i]));
        cr_expect(memnet_complete(net), "%s", more[i]);
        expect_streams_only(net);
        memnet_free(net);
    }
}

/* A pack of two certificates passes a message: it comes in blocks here as well. */
Test(lwm2m_tcp, a_long_pack_comes_in_blocks)
{
    struct memnet *net = run_with(SETTINGS(BOTH, "pack=true", "server-security=x509"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_PACK), 2);
    memnet_free(net);
}

/* Each end of each connection begins with a CSM, and who closes says Release. */
Test(lwm2m_tcp, connections_begin_and_end_in_order)
{
    struct memnet *net = run_with(SETTINGS(BOTH, "bootstrap-security=nosec"));
    bool seen[2] = {false, false};
    size_t signals = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->channel != LWM_BS_TCP)
            continue;
        struct imp_coap_message c;
        int k = m->from == LWM_BOOTSTRAP;
        cr_assert_eq(imp_coap_frame_read(&c, m->bytes, m->n, m->n), (int)m->n);
        cr_expect_eq(c.code == IMP_COAP_CSM, !seen[k], "message %zu", i);
        signals += imp_coap_class(c.code) == IMP_COAP_SIGNALING;
        seen[k] = true;
    }
    cr_expect_eq(signals, 3, "two CSM and a Release");
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_SIGNAL), 3);
    memnet_free(net);
}

Test(lwm2m_tcp, the_account_says_which_transport)
{
    static const char *const settings[] = {"server-transport=tcp", "server-transport=udp"};
    static const char *const uri[] = {"coaps+tcp://server:5694", "coaps://server:5694"};
    static const char *const binding[] = {"T", "U"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(settings[i]));
        struct lwm_config c;
        lwm_config_load((struct imp_env *)memnet_env(net, LWM_CLIENT), &c, false);
        cr_expect(memnet_complete(net));
        cr_expect_str_eq(c.security[0].uri, "coaps://bootstrap:5684");
        cr_expect_str_eq(c.security[1].uri, uri[i]);
        cr_expect_str_eq(c.server[0].binding, binding[i]);
        cr_expect_gt(count_on(net, LWM_BS_COAPS), 0);
        cr_expect_gt(count_on(net, i == 0 ? LWM_S_TLS : LWM_S_COAPS), 0);
        cr_expect_eq(count_on(net, i == 0 ? LWM_S_COAPS : LWM_S_TLS), 0);
        memnet_free(net);
    }
}

static imp_time first_refusal(const struct memnet *net)
{
    for (size_t i = 0; i < memnet_claim_count(net); i++)
        if (memnet_claim(net, i)->claim.kind == IMP_CLAIM_REJECT)
            return memnet_claim(net, i)->at;
    return IMP_NEVER;
}

/* A server of one transport serves nobody on the other; a connection it closes at once. */
Test(lwm2m_tcp, ends_of_two_transports_do_not_meet)
{
    static const char *const ends[] = {"client.bootstrap-transport=tcp",
                                       "bootstrap-server.bootstrap-transport=tcp"};
    static const char *const securities[] = {"bootstrap-security=psk", "bootstrap-security=nosec"};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS(ends[i % 2], securities[i / 2]));
        cr_expect_not(memnet_completed(net, LWM_CLIENT));
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_ANSWER), 0);
        if (i % 2 == 0)
            cr_expect_lt(first_refusal(net), 6 * IMP_S, "the hold-off has 5");
        memnet_free(net);
    }
}

/* ---- ends of connections */
/* A connection loses nothing: here the message is held back for good. The client asks by a Ping
 * before it gives the exchange up, and begins again. */
Test(lwm2m_tcp, an_answer_that_never_comes_is_given_up)
{
    static const int messages[] = {LWM_MSG_REQUEST, LWM_MSG_REGISTER};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            memnet_new(&imp_lwm2m_bootstrap, 7,
                       SETTINGS(BOTH, "bootstrap-security=nosec", "server-security=nosec"));
        int lost = messages[i];
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "%d", messages[i]);
        cr_expect_eq(lost, -1);
        cr_expect_geq(memnet_last_message(net, messages[i])->at, 2 * 93 * IMP_S);
        memnet_free(net);
    }
}

/* A registration is one of its connection: with that it is over, and the client registers again. */
Test(lwm2m_tcp, who_loses_its_connection_registers_again)
{
    static const int roles[] = {LWM_CLIENT, LWM_MANAGEMENT};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH));
        memnet_event(net, roles[i], IMP_EVENT_START, NULL);
        memnet_run_past(net, 200 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 2, "%d", roles[i]);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
        memnet_free(net);
    }
}

/* Each connection is a session of the server's, and its place is free when it has ended. */
Test(lwm2m_tcp, connections_may_come_and_go_without_end)
{
    static const char *const securities[] = {"server-security=psk", "server-security=nosec"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, "mode=factory", securities[i]));
        imp_time now = 10 * IMP_S;
        for (int k = 0; k < LWM_SESSIONS + 5; k++) {
            memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL);
            memnet_run_past(net, now += IMP_S);
        }
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), LWM_SESSIONS + 6, "%s",
                     securities[i]);
        memnet_free(net);
    }
}

/* Spoilt octets under TLS end the session; the client begins again after its back-off. */
Test(lwm2m_tcp, a_spoilt_record_ends_the_session_and_it_begins_again)
{
    static const int messages[] = {LWM_MSG_BS_CLIENT_FLIGHT, LWM_MSG_WRITE_SECURITY,
                                   LWM_MSG_REGISTER};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH));
        int message = messages[i];
        memnet_filter_set(net, memnet_spoil_last, &message);
        memnet_start(net);
        memnet_run(net, 60 * IMP_S);
        cr_expect_not(memnet_completed(net, LWM_CLIENT), "%d", messages[i]);
        memnet_filter_set(net, NULL, NULL);
        memnet_run(net, LIMIT);
        cr_expect(memnet_completed(net, LWM_CLIENT), "%d", messages[i]);
        memnet_free(net);
    }
}

Test(lwm2m_tcp, a_wrong_key_is_refused)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH));
    struct imp_env *env = (struct imp_env *)memnet_env(net, LWM_BOOTSTRAP);
    char endpoint[LWM_ENDPOINT + 1] = "", cell[LWM_CELL_MAX];
    memnet_cell(net, LWM_CLIENT, "endpoint", endpoint, LWM_ENDPOINT);
    lwm_cell_name(cell, "ep", endpoint);
    env->ops->cell_put(env, cell, "another key 1234", LWM_PSK);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "handshake-failed", NULL));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
    memnet_free(net);
}

Test(lwm2m_tcp, a_reset_begins_new_connections)
{
    struct memnet *net = run_with(SETTINGS(BOTH));
    size_t before = memnet_count_messages(net, LWM_MSG_REGISTERED);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect_eq(before, 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 2);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_FINISH), 2);
    memnet_free(net);
}

Test(lwm2m_tcp, orders_of_the_server_come_over_it)
{
    static const char *const words[] = {"update", "disable", "bootstrap", "factory-reset"};
    static const int messages[] = {LWM_MSG_UPDATE, LWM_MSG_DEREGISTER, LWM_MSG_REQUEST,
                                   LWM_MSG_REQUEST};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH));
        size_t before = memnet_count_messages(net, messages[i]);
        memnet_event(net, LWM_MANAGEMENT, IMP_EVENT_CONTROL, words[i]);
        memnet_run_past(net, 200 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, messages[i]), before + 1, "%s", words[i]);
        memnet_free(net);
    }
}
