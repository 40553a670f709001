/* SPDX-License-Identifier: GPL-2.0-only */
/* Security mode 4: a certificate of the bootstrap server's, by EST over its session. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_enrol, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

Test(lwm2m_enrol, the_certificate_follows_the_bootstrap)
{
    static const char *const bootstrap[] = {"bootstrap-security=psk", "bootstrap-security=rpk",
                                            "bootstrap-security=x509"};
    static const char *const usages[] = {"certificate-usage=end-entity",
                                         "certificate-usage=trust-anchor"};
    for (int i = 0; i < 6; i++) {
        struct memnet *net =
            run_with(SETTINGS("server-security=est", bootstrap[i % 3], usages[i / 3]));
        cr_expect(memnet_complete(net), "%s, %s", bootstrap[i % 3], usages[i / 3]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_ENROL), 1);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_ENROLLED), 1);
        const struct imp_claim *a = memnet_last(net, LWM_CLIENT, IMP_CLAIM_CONFIG, NULL, NULL);
        const struct imp_claim *b = memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_CONFIG, NULL, NULL);
        cr_assert(a && b);
        cr_expect_arr_eq(a->data, b->data, 32, "what was written is the same");
        cr_expect(memnet_last(net, LWM_CLIENT, IMP_CLAIM_SECRET, "server-key", NULL));
        cr_expect_null(memnet_last(net, LWM_BOOTSTRAP, IMP_CLAIM_SECRET, "server-key", NULL),
                       "the key stays in the device");
        memnet_free(net);
    }
}

Test(lwm2m_enrol, packs_modes_and_two_servers)
{
    static const char *const what[] = {"pack=true", "servers=two", "mode=factory", "mode=smartcard",
                                       "mode=server-initiated"};
    for (int i = 0; i < 5; i++) {
        struct memnet *net = run_with(SETTINGS("server-security=est", what[i]));
        cr_expect(memnet_complete(net), "%s", what[i]);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_ENROL), i == 2 || i == 3 ? 0 : 1, "%s",
                     what[i]);
        memnet_free(net);
    }
}

/* Not in clear: it has no certificate, and registers with nobody. */
Test(lwm2m_enrol, a_session_in_clear_is_not_enough)
{
    struct memnet *net = run_with(SETTINGS("server-security=est", "bootstrap-security=nosec"));
    cr_expect_not(memnet_completed(net, LWM_CLIENT));
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_ENROLLED), 0);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_S_HELLO), 0);
    memnet_free(net);
}

Test(lwm2m_enrol, lost_datagrams_and_a_power_cut_are_survived)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("server-security=est"));
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net));
    size_t enrolments = memnet_count_messages(net, LWM_MSG_ENROLLED);
    memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL);
    memnet_run_past(net, LIMIT + 60 * IMP_S);
    cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
    cr_expect_eq(memnet_count_messages(net, LWM_MSG_ENROLLED), enrolments,
                 "it has its certificate");
    memnet_free(net);
}

/* ---- the exchange by itself */
struct both {
    struct memnet *net; /* whose bootstrap server has an authority */
    struct imp_env *client, *server;
    struct lwm_enrolment enrolment;
    struct imp_coap_message request;
    struct imp_coap_reply reply;
    uint8_t scratch[IMP_COAP_SCRATCH];
    char endpoint[LWM_ENDPOINT + 1];
};

static void prepare(struct both *b)
{
    *b = (struct both){.net = memnet_new(&imp_lwm2m_bootstrap, 7, SETTINGS("server-security=est"))};
    b->client = (struct imp_env *)memnet_env(b->net, LWM_CLIENT);
    b->server = (struct imp_env *)memnet_env(b->net, LWM_BOOTSTRAP);
    b->reply.scratch = b->scratch;
    memnet_cell(b->net, LWM_CLIENT, "endpoint", b->endpoint, LWM_ENDPOINT);
    cr_assert_eq(lwm_enrol_ask(b->client, &b->enrolment, &b->request, b->endpoint), 0);
}

Test(lwm2m_enrol, the_bootstrap_server_certifies_whom_it_knows)
{
    struct both b;
    prepare(&b);
    cr_expect_eq(lwm_enrol_serve(b.server, &b.request, b.endpoint, &b.reply), IMP_COAP_CHANGED);
    cr_expect_eq(lwm_enrol_serve(b.server, &b.request, "urn:dev:os:32473-other", &b.reply),
                 IMP_COAP_FORBIDDEN);
    b.enrolment.request.der[b.enrolment.request.n - 1] ^= 1; /* of the signature */
    cr_expect_eq(lwm_enrol_serve(b.server, &b.request, b.endpoint, &b.reply), IMP_COAP_BAD_REQUEST);
    memnet_free(b.net);
}

Test(lwm2m_enrol, a_certificate_of_another_key_or_name_is_not_taken)
{
    struct both b;
    struct lwm_config c = {.security = {{.used = true, .mode = LWM_MODE_EST}}};
    prepare(&b);
    cr_assert_eq(lwm_enrol_serve(b.server, &b.request, b.endpoint, &b.reply), IMP_COAP_CHANGED);
    b.reply.message.code = IMP_COAP_CHANGED;
    cr_assert(lwm_enrol_is_due(&c));
    cr_expect_neq(
        lwm_enrol_take(b.client, &c, &b.enrolment, &b.reply.message, "urn:dev:os:32473-other"), 0);
    b.enrolment.scalar[31] ^= 1;
    cr_expect_neq(lwm_enrol_take(b.client, &c, &b.enrolment, &b.reply.message, b.endpoint), 0);
    cr_expect(lwm_enrol_is_due(&c));
    b.enrolment.scalar[31] ^= 1;
    cr_expect_eq(lwm_enrol_take(b.client, &c, &b.enrolment, &b.reply.message, b.endpoint), 0);
    cr_expect_not(lwm_enrol_is_due(&c));
    memnet_free(b.net);
}
