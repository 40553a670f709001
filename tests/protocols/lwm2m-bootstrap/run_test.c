/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of lwm2m-bootstrap over memnet: the four modes, messages in order, refusals, loss, reset. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static void expect_order(const struct memnet *net, const int *wanted, size_t n)
{
    size_t next = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        next += next < n && memnet_message(net, i)->message == wanted[next];
    cr_expect_eq(next, n, "%zu of %zu", next, n);
}

Test(lwm2m_run, client_initiated_messages_come_in_order)
{
    static const int wanted[] = {
        LWM_MSG_BS_HELLO,         LWM_MSG_BS_VERIFY,    LWM_MSG_BS_SERVER_FLIGHT,
        LWM_MSG_BS_CLIENT_FLIGHT, LWM_MSG_BS_FINISHED,  LWM_MSG_REQUEST,
        LWM_MSG_BS_ANSWER,        LWM_MSG_DISCOVER,     LWM_MSG_BS_ANSWER,
        LWM_MSG_DELETE,           LWM_MSG_BS_ANSWER,    LWM_MSG_WRITE_SECURITY,
        LWM_MSG_BS_ANSWER,        LWM_MSG_WRITE_SERVER, LWM_MSG_BS_ANSWER,
        LWM_MSG_WRITE_ACCESS,     LWM_MSG_BS_ANSWER,    LWM_MSG_FINISH,
        LWM_MSG_BS_ANSWER,        LWM_MSG_S_HELLO,      LWM_MSG_S_FINISHED,
        LWM_MSG_REGISTER,         LWM_MSG_REGISTERED};
    struct memnet *net = run_with(NULL);
    cr_assert(memnet_complete(net));
    cr_expect(memnet_completed(net, LWM_BOOTSTRAP));
    expect_order(net, wanted, sizeof wanted / sizeof *wanted);
    memnet_free(net);
}

/* The hold-off time passes before anything is sent. */
Test(lwm2m_run, the_client_holds_off)
{
    struct memnet *net = run_with(SETTINGS("hold-off=30"));
    cr_assert_gt(memnet_message_count(net), 0);
    cr_expect_geq(memnet_message(net, 0)->at, 30 * IMP_S);
    memnet_free(net);
}

Test(lwm2m_run, both_ends_have_the_same_key_and_configuration)
{
    struct memnet *net = run_with(SETTINGS("read-back=true"));
    const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, "server-key", NULL);
    const struct imp_claim *b =
        memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_SECRET, "server-key", NULL);
    cr_assert(a && b);
    cr_expect_arr_eq(a->data, b->data, LWM_PSK);
    cr_expect_arr_eq(a->sid, b->sid, LWM_SID);
    a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
    b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
    cr_expect_arr_eq(a->data, b->data, 32);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_READ), 1);
    memnet_free(net);
}

Test(lwm2m_run, factory_and_smartcard_ask_no_bootstrap_server)
{
    static const char *const modes[] = {"mode=factory", "mode=smartcard"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(modes[i]));
        cr_expect(memnet_complete(net), "%s", modes[i]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_HELLO), 0);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 1);
        memnet_free(net);
    }
}

Test(lwm2m_run, server_initiated_bootstrap_follows_the_trigger)
{
    static const int wanted[] = {LWM_MSG_REGISTER,  LWM_MSG_REGISTERED, LWM_MSG_TRIGGER,
                                 LWM_MSG_S_ANSWER,  LWM_MSG_REQUEST,    LWM_MSG_FINISH,
                                 LWM_MSG_BS_ANSWER, LWM_MSG_REGISTER,   LWM_MSG_REGISTERED};
    struct memnet *net = run_with(SETTINGS("mode=server-initiated"));
    cr_expect(memnet_complete(net));
    expect_order(net, wanted, sizeof wanted / sizeof *wanted);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_TRIGGER), 1, "not again with the new key");
    memnet_free(net);
}

/* In clear the key of the server stands in the write; nobody is named as authenticated. */
Test(lwm2m_run, nosec_shows_the_key_to_everybody)
{
    struct memnet *net = run_with(SETTINGS("bootstrap-security=nosec"));
    const struct imp_claim *key = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, NULL, "coap");
    const struct memnet_message *write = memnet_last_message(net, LWM_MSG_WRITE_SECURITY);
    const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_COMMIT, NULL, "coap");
    const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_COMMIT, NULL, "coap");
    cr_assert(memnet_complete(net));
    cr_assert(key && write && a && b);
    bool found = false;
    for (size_t i = 0; i + LWM_PSK <= write->n; i++)
        found |= memcmp(write->bytes + i, key->data, LWM_PSK) == 0;
    cr_expect(found);
    cr_expect_eq(a->peer_n, 0);
    cr_expect_arr_eq(a->sid, b->sid, LWM_SID);
    memnet_free(net);
}

Test(lwm2m_run, dtls_hides_the_key)
{
    struct memnet *net = run_with(NULL);
    const struct imp_claim *key = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, NULL, "dtls");
    cr_assert(key);
    for (size_t k = 0; k < memnet_message_count(net); k++)
        for (size_t i = 0; i + LWM_PSK <= memnet_message(net, k)->n; i++)
            cr_assert_neq(memcmp(memnet_message(net, k)->bytes + i, key->data, LWM_PSK), 0);
    memnet_free(net);
}

Test(lwm2m_run, nothing_secured_at_all_registers_too)
{
    struct memnet *net = run_with(SETTINGS("bootstrap-security=nosec", "server-security=nosec"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_HELLO), 0);
    memnet_free(net);
}

/* The bootstrap server makes the client a raw key, which its server knows. */
Test(lwm2m_run, raw_keys_with_either_server)
{
    static const char *const bootstrap[] = {"bootstrap-security=psk", "bootstrap-security=rpk"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(bootstrap[i], "server-security=rpk"));
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, NULL, "dtls");
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_SECRET, NULL, "dtls");
        cr_expect(memnet_complete(net), "%s", bootstrap[i]);
        cr_assert(a && b);
        cr_expect_eq(a->data_n, LWM_SCALAR);
        cr_expect_arr_eq(a->data, b->data, LWM_SCALAR);
        memnet_free(net);
    }
}

Test(lwm2m_run, raw_keys_in_every_mode)
{
    static const char *const modes[] = {"mode=factory", "mode=smartcard", "mode=client-initiated",
                                        "mode=server-initiated"};
    for (int i = 0; i < 4; i++) {
        struct memnet *net =
            run_with(SETTINGS(modes[i], "bootstrap-security=rpk", "server-security=rpk"));
        cr_expect(memnet_complete(net), "%s", modes[i]);
        memnet_free(net);
    }
}

/* Pinned, or below an authority; of the factory, or written by the bootstrap server. */
Test(lwm2m_run, certificates_with_either_server)
{
    static const char *const usages[] = {"certificate-usage=end-entity",
                                         "certificate-usage=trust-anchor"};
    static const char *const modes[] = {"mode=factory", "mode=smartcard", "mode=client-initiated",
                                        "mode=server-initiated"};
    for (int i = 0; i < 8; i++) {
        struct memnet *net = run_with(SETTINGS("bootstrap-security=x509", "server-security=x509",
                                               usages[i / 4], modes[i % 4]));
        cr_expect(memnet_complete(net), "%s, %s", usages[i / 4], modes[i % 4]);
        memnet_free(net);
    }
}

/* Two certificates in SenML pass a datagram: two blocks, each asked for. */
Test(lwm2m_run, a_pack_that_is_long_comes_in_blocks)
{
    static const char *const securities[] = {"bootstrap-security=psk", "bootstrap-security=nosec"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("pack=true", securities[i], "server-security=x509"));
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_assert(a && b);
        cr_expect_arr_eq(a->data, b->data, 32);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_PACK_REQUEST), 2);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_PACK), 2);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
        memnet_free(net);
    }
}

/* With the right name, of nobody's authority. */
static void expect_left(const char *usage)
{
    struct memnet *net =
        memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("bootstrap-security=x509", usage));
    struct imp_env *env = (struct imp_env *)memnet_env(net, LWM_BOOTSTRAP);
    uint8_t pub[64], secret[LWM_SCALAR];
    struct imp_x509 other;
    imp_p256_keypair(env, "other", pub, secret);
    cr_assert_eq(imp_x509_issue(env, &other,
                                &(struct imp_x509_spec){.subject = "CN=bootstrap",
                                                        .pub = pub,
                                                        .purposes = IMP_X509_SERVER,
                                                        .not_after = IMP_NEVER,
                                                        .dns = "bootstrap"},
                                NULL, secret),
                 0);
    env->ops->cell_put(env, "key", secret, sizeof secret);
    env->ops->cell_put(env, "certificate", other.der, other.n);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "other-server-certificate", NULL));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
    memnet_free(net);
}

Test(lwm2m_run, a_server_with_another_certificate_is_left)
{
    expect_left("certificate-usage=end-entity");
    expect_left("certificate-usage=trust-anchor");
}

/* Two makers: the account names another key than the bootstrap server has. */
Test(lwm2m_run, a_bootstrap_server_with_another_key_is_left)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("bootstrap-security=rpk"));
    uint8_t other[LWM_SCALAR] = {[LWM_SCALAR - 1] = 5};
    struct imp_env *env = (struct imp_env *)memnet_env(net, LWM_BOOTSTRAP);
    env->ops->cell_put(env, "key", other, sizeof other);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "other-server-key", NULL));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
    memnet_free(net);
}

/* Four messages instead of a dozen. */
Test(lwm2m_run, a_pack_configures_at_once)
{
    static const char *const securities[] = {"bootstrap-security=psk", "bootstrap-security=rpk",
                                             "bootstrap-security=nosec"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS("pack=true", securities[i], "server-security=rpk"));
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_expect(memnet_completed(net, LWM_BOOTSTRAP));
        cr_assert(a && b);
        cr_expect_arr_eq(a->data, b->data, 32);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_PACK), 1);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
        memnet_free(net);
    }
}

Test(lwm2m_run, who_gets_no_pack_asks_for_a_bootstrap)
{
    struct memnet *net = run_with(SETTINGS("client.pack=true"));
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_PACK_REQUEST), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_REFUSAL), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_FINISH), 1);
    memnet_free(net);
}

/* ---- trouble */
struct nth {
    size_t wanted, seen;
};

static bool drop_one(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    struct nth *nth = arg;
    (void)m;
    (void)bytes;
    (void)n;
    (void)cap;
    return nth->seen++ != nth->wanted;
}

Test(lwm2m_run, each_datagram_may_be_lost_once)
{
    struct memnet *plain = run_with(NULL);
    size_t count = memnet_message_count(plain);
    memnet_free(plain);
    cr_assert_gt(count, 20);
    for (size_t i = 0; i < count; i++) {
        struct nth nth = {.wanted = i};
        struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, NULL);
        memnet_filter_set(net, drop_one, &nth);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "datagram %zu", i);
        memnet_free(net);
    }
}

static bool drop_message(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != *(const int *)arg;
}

/* Without Bootstrap-Finish nothing is in force, and the client asks again. */
Test(lwm2m_run, without_finish_nothing_is_configured)
{
    static const int finish = LWM_MSG_FINISH;
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, NULL);
    uint8_t cell[LWM_CONTENT_MAX];
    memnet_filter_set(net, drop_message, (void *)&finish);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(!memnet_completed(net, LWM_CLIENT));
    cr_expect_lt(memnet_cell(net, LWM_CLIENT, "server-0", cell, sizeof cell), 0);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTER), 0);
    cr_expect_geq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    memnet_free(net);
}

Test(lwm2m_run, after_a_reset_the_factory_account_serves_again)
{
    struct memnet *net = run_with(NULL);
    cr_assert(memnet_complete(net));
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    memnet_free(net);
}

/* Security, resource 12: what is given up in time, a reset brings back. */
Test(lwm2m_run, the_account_of_the_bootstrap_server_has_its_time)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("account-timeout=60"));
    uint8_t cell[LWM_CONTENT_MAX];
    memnet_start(net);
    memnet_run_past(net, 50 * IMP_S);
    cr_assert(memnet_completed(net, LWM_CLIENT));
    cr_expect_gt(memnet_cell(net, LWM_CLIENT, "security-0", cell, sizeof cell), 0);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_lt(memnet_cell(net, LWM_CLIENT, "security-0", cell, sizeof cell), 0);
    cr_expect_gt(memnet_cell(net, LWM_CLIENT, "security-1", cell, sizeof cell), 0);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}

Test(lwm2m_run, after_a_power_cut_the_client_registers_with_what_it_has)
{
    struct memnet *net = run_with(NULL);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL);
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 2);
    memnet_free(net);
}

Test(lwm2m_run, registrations_are_updated_in_time)
{
    struct memnet *net = run_with(SETTINGS("lifetime=100"));
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, LWM_MSG_UPDATE), 3);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}

static struct memnet *registered_then(const char *const *settings, int role, const char *word)
{
    struct memnet *net = run_with(settings);
    cr_assert(memnet_complete(net));
    memnet_event(net, role, IMP_EVENT_CONTROL, word);
    return net;
}

/* Core 1.2, 6.2.3. The location is gone with it: who leaves stays away. */
Test(lwm2m_run, a_client_that_leaves_deregisters)
{
    struct memnet *net = registered_then(SETTINGS("lifetime=100"), LWM_CLIENT, "leave");
    memnet_run_past(net, 2000 * IMP_S);
    static const int wanted[] = {LWM_MSG_REGISTERED, LWM_MSG_DEREGISTER, LWM_MSG_S_ANSWER};
    expect_order(net, wanted, 3);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_DEREGISTER), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_UPDATE), 0);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTER), 1);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_AWAY);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 2100 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED, "a reset brings it back");
    memnet_free(net);
}

/* Server, resources 4 and 5. */
Test(lwm2m_run, a_disabled_client_comes_back_when_its_time_is_over)
{
    struct memnet *net =
        registered_then(SETTINGS("disable-timeout=600"), LWM_MANAGEMENT, "disable");
    static const int wanted[] = {LWM_MSG_DISABLE, LWM_MSG_S_ANSWER, LWM_MSG_DEREGISTER,
                                 LWM_MSG_S_ANSWER};
    memnet_run_past(net, 300 * IMP_S);
    expect_order(net, wanted, 4);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_AWAY);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTER), 1);
    memnet_run_past(net, 700 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTER), 2);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1, "with the account that it has");
    memnet_free(net);
}

Test(lwm2m_run, without_a_disable_timeout_it_is_a_day)
{
    struct memnet *net = registered_then(NULL, LWM_MANAGEMENT, "disable");
    memnet_run_past(net, 86000 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_AWAY);
    memnet_run_past(net, 86600 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}

/* Server, resources 8 and 9. */
Test(lwm2m_run, triggers_bring_an_update_or_a_bootstrap)
{
    struct memnet *net = registered_then(NULL, LWM_MANAGEMENT, "update");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_UPDATE_TRIGGER), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_UPDATE), 1);
    memnet_event(net, LWM_MANAGEMENT, IMP_EVENT_CONTROL, "bootstrap");
    memnet_run_past(net, 200 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_TRIGGER), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTER), 2);
    memnet_free(net);
}

/* Only what was registered may be updated or ended, in clear as well. */
Test(lwm2m_run, another_location_is_not_found)
{
    static const uint8_t codes[] = {IMP_COAP_POST, IMP_COAP_DELETE};
    static const char *const paths[] = {"rd/ffff", "rd/0001"};
    struct memnet *net = run_with(SETTINGS("bootstrap-security=nosec", "server-security=nosec"));
    for (size_t i = 0; i < 4; i++) {
        struct imp_coap_message m = {
            .type = IMP_COAP_CON, .code = codes[i % 2], .mid = (uint16_t)(0x7000 + i)};
        uint8_t request[64];
        imp_coap_add_path(&m, IMP_COAP_URI_PATH, paths[i / 2]);
        int n = imp_coap_encode(request, sizeof request, &m);
        cr_assert_gt(n, 0);
        memnet_inject(net, LWM_MANAGEMENT, LWM_S_COAP, NULL, request, (size_t)n);
        memnet_run_past(net, (1000 + (int)i) * IMP_S);
        int label = i / 2 ? LWM_MSG_S_ANSWER : LWM_MSG_S_REFUSAL;
        cr_assert_not_null(memnet_last_message(net, label), "%zu", i);
        uint8_t code = memnet_last_message(net, label)->bytes[1];
        cr_expect_eq(code, i == 2   ? IMP_COAP_CHANGED
                           : i == 3 ? IMP_COAP_DELETED
                                    : IMP_COAP_NOT_FOUND);
    }
    memnet_free(net);
}

/* A client that the bootstrap server does not know, in clear: Bad Request, and nothing follows. */
Test(lwm2m_run, an_unknown_endpoint_is_refused)
{
    struct memnet *net =
        memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("hold-off=600", "bootstrap-security=nosec"));
    struct imp_coap_message m = {.token_n = LWM_TOKEN};
    char query[LWM_QUERY_MAX];
    uint8_t bytes[IMP_COAP_MTU];
    lwm_client_request(&(struct lwm_client){.open = false}, &m, query, "urn:dev:os:32473-nobody");
    int n = imp_coap_encode(bytes, sizeof bytes, &m);
    memnet_start(net);
    memnet_run(net, IMP_S);
    memnet_inject(net, LWM_BOOTSTRAP, LWM_BS_COAP, NULL, bytes, (size_t)n);
    memnet_run(net, 10 * IMP_S);
    cr_expect(memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_REJECT, "unknown-endpoint", NULL));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_REFUSAL), 1);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_WRITE_SECURITY), 0);
    memnet_free(net);
}

Test(lwm2m_run, a_known_endpoint_with_a_key_is_not_served_in_clear)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("hold-off=600"));
    struct imp_coap_message m = {.token_n = LWM_TOKEN};
    char query[LWM_QUERY_MAX], endpoint[LWM_ENDPOINT + 1] = "";
    uint8_t bytes[IMP_COAP_MTU];
    memnet_start(net);
    memnet_run(net, IMP_S);
    memnet_cell(net, LWM_CLIENT, "endpoint", endpoint, LWM_ENDPOINT);
    lwm_client_request(&(struct lwm_client){.open = false}, &m, query, endpoint);
    int n = imp_coap_encode(bytes, sizeof bytes, &m);
    memnet_inject(net, LWM_BOOTSTRAP, LWM_BS_COAP, NULL, bytes, (size_t)n);
    memnet_run(net, 10 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_WRITE_SECURITY), 0);
    memnet_free(net);
}

static imp_time second_of(const struct memnet *net, int message)
{
    imp_time first = IMP_NEVER;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == message && first != IMP_NEVER)
            return m->at - first;
        if (m->message == message)
            first = m->at;
    }
    return IMP_NEVER;
}

/* A flight that is lost goes again when the timer says so, at either end. */
Test(lwm2m_run, flights_are_repeated_as_the_timer_says)
{
    static const char *const settings[] = {"dtls-timer=1", "dtls-timer=9"};
    static const imp_time wanted[] = {IMP_S, 9 * IMP_S};
    static const int flights[] = {LWM_MSG_BS_CLIENT_FLIGHT, LWM_MSG_BS_SERVER_FLIGHT};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(settings[i % 2]));
        int lost = flights[i / 2];
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "%s", settings[i % 2]);
        imp_time after = second_of(net, flights[i / 2]);
        cr_expect(after >= wanted[i % 2] && after < wanted[i % 2] + IMP_S / 2, "%s: %f s",
                  settings[i % 2], (double)after / 1e9);
        memnet_free(net);
    }
}
