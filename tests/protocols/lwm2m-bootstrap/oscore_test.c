/* SPDX-License-Identifier: GPL-2.0-only */
/* OSCORE as the security of an account: object 21, and runs under it over memnet. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_oscore, .init = imp_crypto_init);

#define LIMIT (900 * IMP_S)
#define BOTH "bootstrap-security=oscore", "server-security=oscore"

/* ---- object 21 */
static const struct lwm_oscore_object object = {.used = true,
                                                .instance = 1,
                                                .secret_n = 4,
                                                .secret = "key",
                                                .sender_n = 2,
                                                .sender = {1, 2},
                                                .recipient_n = 1,
                                                .aead = 24,
                                                .hmac = LWM_HMAC_384,
                                                .salt_n = 3,
                                                .salt = {7, 8, 9},
                                                .has_id_context = true};

Test(lwm2m_oscore, an_instance_comes_back)
{
    struct lwm_oscore_object back;
    uint8_t out[LWM_CONTENT_MAX], again[LWM_CONTENT_MAX];
    size_t n = lwm_oscore_write(out, sizeof out, &object);
    cr_assert_eq(lwm_oscore_read(&back, 1, out, n), 0);
    cr_expect_eq(lwm_oscore_write(again, sizeof again, &back), n);
    cr_expect_arr_eq(again, out, n);
}

/* Absent algorithms are the defaults of RFC 8613, section 3.2; 0 to 2 must be there. */
Test(lwm2m_oscore, defaults_and_mandatory_resources)
{
    static const uint8_t least[] = {0xc1, 0, 'k', 0xc1, 1, 5, 0xc0, 2};
    struct lwm_oscore_object o;
    cr_assert_eq(lwm_oscore_read(&o, 0, least, sizeof least), 0);
    cr_expect_eq(o.aead, 10);
    cr_expect_eq(o.hmac, 5);
    cr_expect_eq(o.recipient_n, 0);
    cr_expect_eq(lwm_oscore_read(&o, 0, least, sizeof least - 2), -1);
}

/* Resource 17: 21:1, four octets; what is no OSCORE instance is no such link. */
Test(lwm2m_oscore, an_account_links_to_it)
{
    static const uint8_t good[] = {0xc0, 0, 0xc1, 1, 0, 0xc1, 2, 3, 0xc4, 17, 0, 21, 0, 1};
    uint8_t other[sizeof good];
    struct lwm_security s;
    uint8_t out[LWM_CONTENT_MAX];
    cr_assert_eq(lwm_security_read(&s, 0, good, sizeof good), 0);
    cr_expect(s.has_oscore && s.oscore == 1);
    cr_expect_eq(lwm_security_write(out, sizeof out, &s), sizeof good);
    cr_expect_arr_eq(out, good, sizeof good);
    memcpy(other, good, sizeof good);
    other[11] = 22;
    cr_expect_eq(lwm_security_read(&s, 0, other, sizeof other), -1);
}

static struct lwm_config account(void)
{
    return (struct lwm_config){
        .security = {{.used = true,
                      .instance = 1,
                      .uri = "coap://[fd00::5]",
                      .mode = LWM_MODE_NOSEC,
                      .short_id = 101,
                      .has_oscore = true,
                      .oscore = 1}},
        .server = {{.used = true, .instance = 1, .short_id = 101, .lifetime = 60, .binding = "U"}},
        .oscore = {object}};
}

Test(lwm2m_oscore, an_account_without_a_context_is_not_consistent)
{
    struct lwm_config c = account();
    cr_expect_null(lwm_config_fault(&c));
    c.oscore[0].instance = 2;
    cr_expect_not_null(lwm_config_fault(&c), "no such instance");
    c = account();
    c.oscore[0].aead = 11;
    cr_expect_not_null(lwm_config_fault(&c), "an algorithm that is not known");
    c = account();
    c.oscore[0].sender_n = 1;
    c.oscore[0].sender[0] = 0;
    cr_expect_not_null(lwm_config_fault(&c), "both ends have one identifier");
    c = account();
    c.security[1] = c.security[0];
    c.security[1].instance = 0;
    c.security[1].bootstrap = true;
    cr_expect_str_eq(lwm_config_fault(&c), "two accounts with one OSCORE instance");
}

/* What the bootstrap server's account links to is as safe from Delete as that. */
Test(lwm2m_oscore, delete_spares_the_bootstrap_servers)
{
    struct lwm_config c = account();
    c.oscore[1] = object;
    c.oscore[1].instance = 2;
    c.security[0].bootstrap = true;
    cr_expect_eq(lwm_config_delete(&c, (struct lwm_path){-1, -1}), IMP_COAP_DELETED);
    cr_expect(c.oscore[0].used);
    cr_expect_not(c.oscore[1].used);
    cr_expect_eq(lwm_config_delete(&c, (struct lwm_path){LWM_OSCORE, 1}), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(lwm_config_delete(&c, (struct lwm_path){LWM_OSCORE, 2}), IMP_COAP_NOT_FOUND);
}

Test(lwm2m_oscore, a_client_of_1_0_has_no_such_object)
{
    static const enum imp_coap_code wanted[] = {
        [LWM_1_2] = IMP_COAP_CHANGED, [LWM_1_1] = IMP_COAP_CHANGED, [LWM_1_0] = IMP_COAP_NOT_FOUND};
    uint8_t tlv[LWM_CONTENT_MAX], scratch[IMP_COAP_SCRATCH];
    for (int version = LWM_1_2; version <= LWM_1_0; version++) {
        struct lwm_client c = {.version = (enum lwm_version)version};
        struct imp_coap_message m = {.code = IMP_COAP_PUT, .payload = tlv};
        struct imp_coap_reply reply = {.scratch = scratch};
        m.payload_n = lwm_oscore_write(tlv, sizeof tlv, &object);
        imp_coap_add_path(&m, IMP_COAP_URI_PATH, "21/1");
        imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LWM2M_TLV);
        lwm_client_open(&c);
        cr_expect_eq(lwm_client_serve(&c, &m, &reply), LWM_WRITE_OSCORE);
        cr_expect_eq(reply.message.code, wanted[version]);
    }
}

/* ---- runs */
static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

Test(lwm2m_oscore, a_bootstrap_under_it_hides_the_key_and_agrees)
{
    struct memnet *net = run_with(SETTINGS(BOTH, "read-back=true"));
    const struct imp_claim *key =
        memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, "server-key", NULL);
    cr_assert(memnet_complete(net));
    cr_assert(key);
    cr_expect(memnet_same(
        key, memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_SECRET, "server-key", "oscore")));
    cr_expect(memnet_agree(net, LWM_CLIENT, LWM_MANAGEMENT, "oscore"));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_HELLO), 0);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_HELLO), 0);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_WRITE_OSCORE), 1);
    for (size_t k = 0; k < memnet_message_count(net); k++)
        for (size_t i = 0; i + LWM_PSK <= memnet_message(net, k)->n; i++)
            cr_assert_neq(memcmp(memnet_message(net, k)->bytes + i, key->data, LWM_PSK), 0);
    memnet_free(net);
}

Test(lwm2m_oscore, every_mode_format_and_algorithm)
{
    static const char *const variants[] = {
        "mode=factory", "mode=smartcard",      "mode=server-initiated",
        "pack=true",    "format=senml-cbor",   "format=senml-json",
        "servers=two",  "oscore-aead=a128gcm", "oscore-aead=chacha20-poly1305"};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct memnet *net = run_with(SETTINGS(BOTH, variants[i]));
        cr_expect(memnet_complete(net), "%s", variants[i]);
        memnet_free(net);
    }
}

Test(lwm2m_oscore, beside_each_other_security)
{
    static const char *const others[] = {"psk", "rpk", "x509", "nosec"};
    char one[40], other[40];
    for (int i = 0; i < 8; i++) {
        snprintf(one, sizeof one, "%s-security=oscore", i < 4 ? "bootstrap" : "server");
        snprintf(other, sizeof other, "%s-security=%s", i < 4 ? "server" : "bootstrap",
                 others[i % 4]);
        struct memnet *net = run_with(SETTINGS(one, other));
        cr_expect(memnet_complete(net), "%s, %s", one, other);
        memnet_free(net);
    }
}

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

Test(lwm2m_oscore, each_datagram_may_be_lost_once)
{
    struct memnet *plain = run_with(SETTINGS(BOTH));
    size_t count = memnet_message_count(plain);
    memnet_free(plain);
    for (size_t i = 0; i < count; i++) {
        struct nth nth = {.wanted = i};
        struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH));
        memnet_filter_set(net, drop_one, &nth);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "datagram %zu", i);
        memnet_free(net);
    }
}

/* Sender ID and Partial IV of a request, or false. */
static bool number_of(const struct memnet_message *m, char out[64])
{
    struct imp_coap_message coap;
    struct imp_oscore_option o;
    const struct imp_coap_option *value;
    if (imp_coap_decode(&coap, m->bytes, m->n) != 0 || !imp_coap_is_request(coap.code) ||
        !(value = imp_coap_find(&coap, IMP_COAP_OSCORE, 0)) ||
        imp_oscore_option_read(&o, imp_coap_value(value), value->n) != 0)
        return false;
    size_t n = (size_t)snprintf(out, 64, "%d to %d by %d:", m->channel, m->to, m->from);
    for (size_t i = 0; i < o.piv_n; i++)
        n += (size_t)snprintf(out + n, 64 - n, "%02x", o.piv[i]);
    return true;
}

/* RFC 8613, section 7.5: neither a reset nor a power cut brings a number back. */
Test(lwm2m_oscore, no_partial_iv_serves_twice)
{
    struct memnet *net = run_with(SETTINGS(BOTH));
    char a[64], b[64];
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL);
    memnet_run_past(net, 2 * LIMIT);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 3);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        for (size_t k = 0; k < i; k++)
            if (number_of(memnet_message(net, i), a) && number_of(memnet_message(net, k), b))
                cr_assert_str_neq(a, b);
    memnet_free(net);
}

static unsigned code_of_last(const struct memnet *net)
{
    const struct memnet_message *m = memnet_message(net, memnet_message_count(net) - 1);
    struct imp_coap_message coap;
    cr_assert_eq(imp_coap_decode(&coap, m->bytes, m->n), 0);
    return coap.code;
}

/* A recorded request under another Message ID: the window knows its Partial IV. */
Test(lwm2m_oscore, what_is_replayed_is_refused)
{
    struct memnet *net = run_with(SETTINGS(BOTH));
    const struct memnet_message *m = memnet_last_message(net, LWM_MSG_REGISTER);
    uint8_t again[IMP_COAP_MTU];
    memcpy(again, m->bytes, m->n);
    again[2] ^= 0x55;
    memnet_inject(net, LWM_MANAGEMENT, LWM_S_COAP, NULL, again, m->n);
    memnet_run_past(net, 2 * LIMIT);
    cr_expect_eq(code_of_last(net), IMP_COAP_UNAUTHORIZED);
    cr_expect(memnet_last(net, LWM_MANAGEMENT, IMP_CLAIM_REJECT, "bad-oscore", "oscore"));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 1);
    memnet_free(net);
}

/* Each end: 4.01, and nothing happens. */
Test(lwm2m_oscore, what_is_not_protected_is_refused)
{
    static const uint8_t finish[] = {0x40, 2, 0x12, 0x34, 0xb2, 'b', 's'};
    static const uint8_t request[] = {0x40, 2,    0x12, 0x34, 0xb2, 'b',
                                      's',  0x44, 'e',  'p',  '=',  'x'};
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH));
    memnet_start(net);
    memnet_inject(net, LWM_BOOTSTRAP, LWM_BS_COAP, NULL, request, sizeof request);
    memnet_run_past(net, 2 * IMP_S);
    cr_expect_eq(code_of_last(net), IMP_COAP_UNAUTHORIZED);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    memnet_inject(net, LWM_CLIENT, LWM_BS_COAP, NULL, finish, sizeof finish);
    memnet_run_past(net, 2 * LIMIT);
    cr_expect_eq(code_of_last(net), IMP_COAP_UNAUTHORIZED);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "not-protected", "oscore"));
    memnet_free(net);
}

/* A bootstrap server with another Master Secret: 4.00, which proves nothing either. */
Test(lwm2m_oscore, another_secret_configures_nothing)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH));
    struct imp_env *server = (struct imp_env *)memnet_env(net, LWM_BOOTSTRAP);
    char endpoint[LWM_ENDPOINT + 1] = "", cell[LWM_CELL_MAX];
    memnet_cell(net, LWM_CLIENT, "endpoint", endpoint, LWM_ENDPOINT);
    lwm_cell_name(cell, "ep", endpoint);
    server->ops->cell_put(server, cell, "another key 0123", LWM_PSK);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect_not(memnet_completed(net, LWM_CLIENT));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_WRITE_SECURITY), 0);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "bad-oscore", "oscore"));
    cr_expect_null(memnet_last(net, LWM_CLIENT, IMP_CLAIM_COMMIT, NULL, "oscore"));
    memnet_free(net);
}

Test(lwm2m_oscore, an_account_that_was_given_up_comes_back_with_its_object)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS(BOTH, "account-timeout=60"));
    uint8_t cell[LWM_CONTENT_MAX];
    memnet_start(net);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_lt(memnet_cell(net, LWM_CLIENT, "oscore-0", cell, sizeof cell), 0);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 2);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    memnet_free(net);
}
