/* SPDX-License-Identifier: GPL-2.0-only */
/* Security, resources 13, 14 and 16: digests, names and cipher suites, in content and in sessions.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "protocols/managed/lwm2m-bootstrap/pack.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_peer, .init = imp_crypto_init);

static struct lwm_security account(void)
{
    return (struct lwm_security){.used = true,
                                 .instance = 1,
                                 .uri = "coaps://[2001:db8::2]:5694",
                                 .mode = LWM_MODE_PSK,
                                 .identity_n = 2,
                                 .identity = "id",
                                 .key_n = 16,
                                 .key = "0123456789abcdef",
                                 .short_id = 101,
                                 .matching = LWM_MATCH_SHA384,
                                 .sni = "server",
                                 .usage = LWM_USAGE_DOMAIN_ISSUED,
                                 .suite_n = 2,
                                 .suites = {0xc0a8, 0xc0a4}};
}

static void expect_same(const struct lwm_security *s)
{
    cr_expect_eq(s->matching, LWM_MATCH_SHA384);
    cr_expect_str_eq(s->sni, "server");
    cr_assert_eq(s->suite_n, 2);
    cr_expect_eq(s->suites[0], 0xc0a8);
    cr_expect_eq(s->suites[1], 0xc0a4);
}

Test(lwm2m_peer, resources_go_through_both_formats)
{
    struct lwm_config c = {.security = {account()}}, read = {0};
    struct lwm_security s = {.used = false};
    uint8_t content[LWM_PACK_MAX];
    size_t n = lwm_security_write(content, sizeof content, &c.security[0]);
    cr_assert_eq(lwm_security_read(&s, 1, content, n), 0);
    expect_same(&s);
    n = lwm_pack_write(content, sizeof content, NULL, &c);
    cr_assert_eq(lwm_pack_read(&read, NULL, content, n), 0);
    expect_same(&read.security[0]);
}

/* The registry's example: 49320 is TLS_PSK_WITH_AES_128_CCM_8, two octets unsigned. */
Test(lwm2m_peer, malformed_resources_refuse_the_instance)
{
    static const uint8_t suite[] = {0x84, 16, 0x42, 0, 0xc0, 0xa8},
                         single[] = {0xc2, 16, 0xc0, 0xa8}, matching[] = {0xc1, 13, 4};
    struct lwm_security plain = account(), read;
    uint8_t content[LWM_CONTENT_MAX];
    plain.suite_n = plain.matching = 0;
    plain.sni[0] = '\0';
    size_t n = lwm_security_write(content, sizeof content, &plain);
    memcpy(content + n, suite, sizeof suite);
    cr_assert_eq(lwm_security_read(&read, 1, content, n + sizeof suite), 0);
    cr_expect_eq(read.suites[0], 49320);
    memcpy(content + n, single, sizeof single);
    cr_expect_neq(lwm_security_read(&read, 1, content, n + sizeof single), 0);
    memcpy(content + n, matching, sizeof matching);
    cr_expect_neq(lwm_security_read(&read, 1, content, n + sizeof matching), 0);
}

Test(lwm2m_peer, suites_are_those_of_the_mode)
{
    struct lwm_security s = account();
    enum imp_dtls_suites suites;
    cr_expect(lwm_peer_suites(&suites, &s) && suites == IMP_DTLS_EITHER);
    s.suites[0] = 0xc0ae;
    cr_expect(lwm_peer_suites(&suites, &s) && suites == IMP_DTLS_CCM);
    s.mode = LWM_MODE_RPK;
    cr_expect(lwm_peer_suites(&suites, &s) && suites == IMP_DTLS_CCM_8);
    s.suites[0] = 0x1301;
    cr_expect_not(lwm_peer_suites(&suites, &s));
    s.suite_n = 0;
    cr_expect(lwm_peer_suites(&suites, &s) && suites == IMP_DTLS_CCM_8);
}

Test(lwm2m_peer, an_account_without_a_suite_of_its_mode_is_not_consistent)
{
    struct lwm_config c = {
        .security = {account()},
        .server = {
            {.used = true, .instance = 1, .short_id = 101, .lifetime = 3600, .binding = "U"}}};
    cr_expect_null(lwm_config_fault(&c));
    c.security[0].suites[0] = 0xc0ae;
    c.security[0].suite_n = 1;
    cr_expect_str_eq(lwm_config_fault(&c), "no cipher suite of that mode");
}

Test(lwm2m_peer, names_come_before_addresses_which_are_none)
{
    struct lwm_security s = account();
    char name[LWM_HOST_MAX];
    lwm_peer_name(name, &s);
    cr_expect_str_eq(name, "server");
    s.sni[0] = '\0';
    lwm_peer_name(name, &s);
    cr_expect_str_eq(name, "");
    strcpy(s.uri, "coaps://other:5694");
    lwm_peer_name(name, &s);
    cr_expect_str_eq(name, "other");
}

/* ---- sessions */
static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

Test(lwm2m_peer, digests_of_keys_and_certificates_are_enough)
{
    static const char *const matchings[] = {"matching-type=sha-256", "matching-type=sha-384",
                                            "matching-type=sha-512"};
    static const char *const bootstrap[] = {"bootstrap-security=rpk", "bootstrap-security=x509"};
    static const char *const server[] = {"server-security=rpk", "server-security=x509"};
    for (int i = 0; i < 6; i++) {
        struct memnet *net = run_with(SETTINGS(matchings[i / 2], bootstrap[i % 2], server[i % 2]));
        cr_expect(memnet_complete(net), "%s, %s", matchings[i / 2], server[i % 2]);
        memnet_free(net);
    }
}

/* Changes the account of the bootstrap server in the client's storage. */
static struct memnet *run_changed(const char *const *settings,
                                  void (*change)(struct lwm_security *s))
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    struct imp_env *env = (struct imp_env *)memnet_env(net, LWM_CLIENT);
    struct lwm_config c;
    lwm_config_load(env, &c, false);
    change(&c.security[0]);
    lwm_config_store(env, &c);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

static void one_bit(struct lwm_security *s)
{
    s->peer[s->peer_n - 1] ^= 1;
}

static void other_digest(struct lwm_security *s)
{
    s->matching = LWM_MATCH_SHA512; /* of as many octets as it was */
}

static void other_name(struct lwm_security *s)
{
    strcpy(s->sni, "elsewhere");
}

Test(lwm2m_peer, another_digest_is_refused)
{
    static const char *const securities[] = {"bootstrap-security=rpk", "bootstrap-security=x509"};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_changed(SETTINGS("matching-type=sha-256", securities[i % 2]),
                                         i / 2 ? other_digest : one_bit);
        cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT,
                              i % 2 ? "other-server-certificate" : "other-server-key", NULL),
                  "%d", i);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
        memnet_free(net);
    }
}

/* The certificate of the right authority, of another name. */
Test(lwm2m_peer, the_name_of_resource_14_counts)
{
    const char *const *settings = SETTINGS("bootstrap-security=x509", "server-security=x509",
                                           "certificate-usage=trust-anchor", "server-name=true");
    struct memnet *net = run_with(settings);
    cr_expect(memnet_complete(net));
    memnet_free(net);
    net = run_changed(settings, other_name);
    cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_REJECT, "other-server-certificate", NULL));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0);
    memnet_free(net);
}

static bool names(const struct memnet *net, int message, const char *name)
{
    const struct memnet_message *m = memnet_last_message(net, message);
    return m && memmem(m->bytes, m->n, name, strlen(name));
}

Test(lwm2m_peer, the_name_is_indicated_in_every_mode)
{
    static const char *const securities[] = {"server-security=psk", "server-security=rpk",
                                             "server-security=x509"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS("server-name=true", securities[i]));
        cr_expect(memnet_complete(net), "%s", securities[i]);
        cr_expect(names(net, LWM_MSG_BS_HELLO, "bootstrap"));
        cr_expect(names(net, LWM_MSG_S_HELLO, "server"));
        memnet_free(net);
        net = run_with(SETTINGS(securities[i]));
        cr_expect_not(names(net, LWM_MSG_BS_HELLO, "bootstrap"), "with a key none is needed");
        memnet_free(net);
    }
}

/* Each sealed record has eight octets more. */
Test(lwm2m_peer, the_suite_of_resource_16_is_proposed)
{
    static const char *const securities[] = {"server-security=psk", "server-security=rpk",
                                             "server-security=x509"};
    for (int i = 0; i < 3; i++) {
        size_t octets[2];
        for (int k = 0; k < 2; k++) {
            struct memnet *net =
                run_with(SETTINGS(securities[i], k ? "ciphersuite=ccm" : "ciphersuite=ccm-8"));
            cr_assert(memnet_complete(net), "%s", securities[i]);
            octets[k] = memnet_last_message(net, LWM_MSG_REGISTER)->n;
            memnet_free(net);
        }
        cr_expect_eq(octets[1], octets[0] + 8);
    }
}

/* ---- authorities below the root */
/* The account names the root, or the server's certificate; the server sends the chain between, and
 * has for its clients' certificates what they do not send. */
Test(lwm2m_peer, who_issues_may_be_below_the_root)
{
    static const char *const securities[] = {"server-security=x509", "server-security=est"};
    static const char *const usages[] = {"certificate-usage=end-entity",
                                         "certificate-usage=trust-anchor"};
    static const char *const servers[] = {"servers=one", "servers=two"};
    static const char *const transports[] = {"server-transport=udp", "server-transport=tcp"};
    for (int i = 0; i < 16; i++) {
        struct memnet *net =
            memnet_new(&imp_lwm2m_bootstrap, 7,
                       SETTINGS("bootstrap-security=x509", "bootstrap-authority=intermediate",
                                "server-authority=intermediate", securities[i & 1],
                                usages[i >> 1 & 1], servers[i >> 2 & 1], transports[i >> 3 & 1]));
        memnet_start(net);
        memnet_run(net, 900 * IMP_S);
        cr_expect(memnet_complete(net), "%s, %s, %s, %s", securities[i & 1], usages[i >> 1 & 1],
                  servers[i >> 2 & 1], transports[i >> 3 & 1]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), i >> 2 & 1 ? 2u : 1u);
        memnet_free(net);
    }
}

/* A server that does not send it, or does not have it. */
Test(lwm2m_peer, without_the_certificate_between_nobody_is_believed)
{
    static const char *const cells[] = {"issuer", "below-anchor"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            memnet_new(&imp_lwm2m_bootstrap, 7,
                       SETTINGS("bootstrap-security=x509", "bootstrap-authority=intermediate",
                                "certificate-usage=trust-anchor"));
        struct imp_env *env = (struct imp_env *)memnet_env(net, LWM_BOOTSTRAP);
        env->ops->cell_erase(env, cells[i]);
        memnet_start(net);
        memnet_run(net, 300 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 0, "%s", cells[i]);
        cr_expect(memnet_last(net, i == 0 ? LWM_CLIENT : LWM_BOOTSTRAP, IMP_CLAIM_REJECT,
                              i == 0 ? "other-server-certificate" : "bad-certificate", NULL));
        memnet_free(net);
    }
}
