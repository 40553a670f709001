/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of lwm2m-bootstrap over memnet in each format, between parties of each version. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_version, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, 900 * IMP_S);
    return net;
}

static const struct memnet_message *has_query(const struct memnet *net, int message,
                                              const char *text)
{
    const struct memnet_message *m = memnet_last_message(net, message);
    for (size_t i = 0; m && i + strlen(text) <= m->n; i++)
        if (memcmp(m->bytes + i, text, strlen(text)) == 0)
            return m;
    return NULL;
}

/* The bootstrap server obeys the preference of the client, whatever its own format is. */
Test(lwm2m_version, the_client_says_in_which_format_it_is_written_to)
{
    static const char *const servers[] = {"bootstrap-server.format=tlv",
                                          "bootstrap-server.format=senml-cbor"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("client.format=senml-cbor", servers[i],
                                               "read-back=true", "bootstrap-security=nosec"));
        cr_expect(memnet_complete(net), "%s", servers[i]);
        cr_expect(has_query(net, LWM_MSG_REQUEST, "pct=112"));
        cr_expect(has_query(net, LWM_MSG_WRITE_SERVER, "/1/1/"), "the base name");
        cr_expect(has_query(net, LWM_MSG_READ, "\x31\x61\x70"), "Accept 112");
        memnet_free(net);
    }
}

static void expect_agreement(const char *format, const char *security)
{
    struct memnet *net = run_with(SETTINGS(format, security, "read-back=true"));
    const struct imp_claim *theirs = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
    const struct imp_claim *ours = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
    cr_expect(memnet_complete(net), "%s, %s", format, security);
    cr_expect(ours && theirs && memcmp(ours->data, theirs->data, 32) == 0);
    memnet_free(net);
}

Test(lwm2m_version, both_ends_have_one_configuration_in_senml)
{
    static const char *const securities[] = {"server-security=psk", "server-security=rpk",
                                             "server-security=nosec", "server-security=x509"};
    for (int i = 0; i < 4; i++)
        expect_agreement("format=senml-cbor", securities[i]);
    for (int i = 0; i < 3; i++) /* certificates in JSON pass a datagram */
        expect_agreement("format=senml-json", securities[i]);
}

/* A client of any version with bootstrap servers of any version, in either format. */
Test(lwm2m_version, versions_go_together)
{
    static const char *const client[] = {"client.version=1.0", "client.version=1.1",
                                         "client.version=1.2"};
    static const char *const server[] = {"bootstrap-server.version=1.0",
                                         "bootstrap-server.version=1.1",
                                         "bootstrap-server.version=1.2"};
    static const char *const formats[] = {"format=tlv", "format=senml-cbor"};
    for (int i = 0; i < 18; i++) {
        struct memnet *net = run_with(SETTINGS(client[i % 3], server[i / 3 % 3], formats[i / 9],
                                               "read-back=true", "pack=true"));
        size_t packs = memnet_count_messages(net, LWM_MSG_PACK);
        size_t asked = memnet_count_messages(net, LWM_MSG_PACK_REQUEST);
        size_t reads = memnet_count_messages(net, LWM_MSG_READ);
        cr_expect(memnet_complete(net), "%s, %s, %s", client[i % 3], server[i / 3 % 3],
                  formats[i / 9]);
        cr_expect_eq(packs > 0, i % 3 == 2 && i / 3 % 3 == 2, "a pack");
        cr_expect_eq(asked > 0, i % 3 == 2, "asked for a pack");
        cr_expect_eq(reads > 0, !packs && i % 3 > 0 && i / 3 % 3 > 0, "read");
        memnet_free(net);
    }
}

/* Security has resource 15 since 1.1. */
Test(lwm2m_version, certificates_of_1_0_have_no_usage)
{
    static const char *const versions[] = {"version=1.0", "version=1.1"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            run_with(SETTINGS(versions[i], "bootstrap-security=x509", "server-security=x509"));
        struct lwm_config c;
        lwm_config_load((struct imp_env *)memnet_env(net, LWM_CLIENT), &c, false);
        cr_expect(memnet_complete(net), "%s", versions[i]);
        for (int k = 0; k < 2; k++) {
            cr_expect(c.security[k].used);
            cr_expect_eq(c.security[k].has_usage, i == 1);
            cr_expect_eq(c.security[k].usage, LWM_USAGE_DOMAIN_ISSUED);
        }
        memnet_free(net);
    }
}

Test(lwm2m_version, what_came_with_1_1_needs_it)
{
    static const struct {
        unsigned option;
        int64_t value;
        bool needs;
    } rows[] = {
        {LWM_OPT_S_SECURITY, LWM_OPT_X509, false},   {LWM_OPT_S_SECURITY, LWM_OPT_EST, true},
        {LWM_OPT_S_SECURITY, LWM_OPT_OSCORE, true},  {LWM_OPT_BS_SECURITY, LWM_OPT_RPK, false},
        {LWM_OPT_BS_SECURITY, LWM_OPT_OSCORE, true}, {LWM_OPT_MATCHING, 1, true},
        {LWM_OPT_USAGE, LWM_OPT_TRUST_ANCHOR, true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("version=1.0"));
        struct imp_value *values = (struct imp_value *)memnet_env(net, LWM_CLIENT)->options;
        values[rows[i].option].i = rows[i].value;
        int unmet = imp_option_unmet(&imp_lwm2m_bootstrap, LWM_CLIENT, values);
        cr_expect_eq(unmet, rows[i].needs ? (int)rows[i].option : -1, "row %zu: %d", i, unmet);
        values[LWM_OPT_VERSION].i = LWM_1_1;
        cr_expect_eq(imp_option_unmet(&imp_lwm2m_bootstrap, LWM_CLIENT, values), -1);
        memnet_free(net);
    }
}

Test(lwm2m_version, a_server_refuses_a_newer_client)
{
    struct memnet *net = run_with(SETTINGS("client.version=1.2", "server.version=1.1"));
    cr_expect_not(memnet_completed(net, LWM_CLIENT));
    cr_expect(memnet_last(net, LWM_MANAGEMENT, IMP_CLAIM_REJECT, "bad-registration", NULL));
    memnet_free(net);
}

/* 4.15 to a format that is not supported, as to one that is no number; a server of 1.0 does not
 * know the parameter. */
Test(lwm2m_version, an_unknown_preference_is_refused)
{
    static const char *const pcts[] = {"pct=11543", "pct=112x", "pct="};
    static const char *const versions[] = {"version=1.2", "version=1.0"};
    for (int i = 0; i < 6; i++) {
        struct memnet *net =
            memnet_new(&imp_lwm2m_bootstrap, 7,
                       SETTINGS("hold-off=600", "bootstrap-security=nosec", versions[i / 3]));
        struct imp_coap_message m = {.token_n = LWM_TOKEN};
        char query[LWM_QUERY_MAX], endpoint[LWM_ENDPOINT + 1] = "";
        uint8_t bytes[IMP_COAP_MTU];
        memnet_start(net);
        memnet_run(net, IMP_S);
        memnet_cell(net, LWM_CLIENT, "endpoint", endpoint, LWM_ENDPOINT);
        lwm_client_request(&(struct lwm_client){.open = false}, &m, query, endpoint);
        imp_coap_add(&m, IMP_COAP_URI_QUERY, pcts[i % 3], strlen(pcts[i % 3]));
        int n = imp_coap_encode(bytes, sizeof bytes, &m);
        memnet_inject(net, LWM_BOOTSTRAP, LWM_BS_COAP, NULL, bytes, (size_t)n);
        memnet_run(net, 10 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_BS_REFUSAL), i < 3, "%s", pcts[i % 3]);
        cr_expect_eq(
            memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_REJECT, "other-format", NULL) != NULL, i < 3);
        memnet_free(net);
    }
}
