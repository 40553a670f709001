/* SPDX-License-Identifier: GPL-2.0-only */
/* The HTTPS-CoAPS Registrar of RFC 9148 section 5 between a device and an EST server. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est_coaps;

TestSuite(est_coaps_registrar, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

/* The registrar has no authority; what the device holds is of the EST server's. */
static void check_enrolled(struct memnet *net)
{
    uint8_t key[32];
    enrolled_check(net, EST_SERVER, "est");
    cr_expect_lt(memnet_cell(net, EST_SERVER, "ca-key", key, sizeof key), 0);
    cr_expect_gt(memnet_cell(net, ESTC_EST, "ca-key", key, sizeof key), 0);
}

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

Test(est_coaps_registrar, passes_everything_on)
{
    static const char *const ways[] = {"block-size=64",         "block-size=1024",
                                       "csrattrs=true",         "discovery=true",
                                       "csrattrs-answer=empty", "certificate-format=pkix-cert",
                                       "label=line-1",          "csrattrs-required=true"};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        const char *settings[] = {"registrar=https", ways[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_GET_CACERTS), 1, "%s", ways[i]);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ENROLL), 1, "%s", ways[i]);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_SERVER_FLIGHT), 1, "one session");
        memnet_free(net);
    }
}

/* Attributes are the EST server's: who asks for none gets 4.04, and goes on. */
Test(est_coaps_registrar, a_status_of_http_is_a_code_of_coap)
{
    struct memnet *net =
        run_with(SETTINGS("registrar=https", "csrattrs=true", "csrattrs-answer=not-found"));
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_ATT), 0);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_REFUSAL), 1);
    memnet_free(net);
    cr_expect_eq(estc_code_of(400), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(estc_code_of(401), IMP_COAP_UNAUTHORIZED);
    cr_expect_eq(estc_code_of(403), IMP_COAP_FORBIDDEN);
    cr_expect_eq(estc_code_of(404), IMP_COAP_NOT_FOUND);
    cr_expect_eq(estc_code_of(418), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(estc_code_of(503), IMP_COAP_SERVICE_UNAVAILABLE);
    cr_expect_eq(estc_code_of(504), IMP_COAP_GATEWAY_TIMEOUT);
    cr_expect_eq(estc_code_of(302), IMP_COAP_BAD_GATEWAY);
}

/* 202 with Retry-After becomes 5.03 with Max-Age (section 4.7). */
Test(est_coaps_registrar, a_person_at_the_est_server_agrees_later)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("registrar=https", "approval=40"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ACCEPTED), 1);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_LATER), 1);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    memnet_run(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ACCEPTED), 1);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_SERVER_FLIGHT), 1, "one session of DTLS");
    memnet_free(net);
}

static bool lose_channel(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)bytes, (void)n, (void)cap;
    return m->channel != *(int *)arg || m->at > 60 * IMP_S;
}

/* 5.03, and the device gets there once the EST server is there again. */
Test(est_coaps_registrar, an_est_server_that_is_not_to_be_had)
{
    int lost = ESTC_HTTPS;
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("registrar=https"));
    memnet_filter_set(net, lose_channel, &lost);
    memnet_start(net);
    memnet_run(net, 50 * IMP_S);
    cr_expect(refused(net, EST_SERVER, "est-server-silent"));
    cr_expect(refused(net, EST_DEVICE, "refused"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    memnet_run(net, 200 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}

/* The registrar has verified it, and the EST server takes its word (section 5). */
Test(est_coaps_registrar, the_binding_to_the_session_ends_at_the_registrar)
{
    struct memnet *net = run_with(SETTINGS("registrar=https", "pop-linking=true"));
    check_enrolled(net);
    memnet_free(net);
    net = run_with(
        SETTINGS("registrar=https", "server.pop-linking=true", "client.pop-linking=false"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "another-session"));
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ENROLL), 0, "not passed on");
    memnet_free(net);
}

Test(est_coaps_registrar, authorizes_who_asks)
{
    struct memnet *net = run_with(SETTINGS("registrar=https", "server.admitted=somebody"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "not-admitted"));
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ENROLL), 0);
    memnet_free(net);
}

/* Without encryption from end to end the registrar sees a key of the server's making (section 9.2).
 */
Test(est_coaps_registrar, sees_a_key_unless_it_is_enveloped)
{
    static const char *const kinds[] = {"key-encryption=none", "key-encryption=symmetric",
                                        "key-encryption=asymmetric"};
    static const char *const formats[] = {"certificate-format=pkcs7",
                                          "certificate-format=pkix-cert"};
    for (size_t i = 0; i < 6; i++) {
        const char *settings[] = {"registrar=https", "key-generation=server", kinds[i / 2],
                                  formats[i % 2], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_KEYGEN), 1);
        cr_expect(memnet_last(net, EST_DEVICE, IMP_CLAIM_SECRET, "server-made-key", "est"));
        cr_expect_eq(memnet_last(net, EST_SERVER, IMP_CLAIM_SECRET, "server-made-key", "est") !=
                         NULL,
                     i / 2 == 0);
        uint8_t kek[16];
        cr_expect_lt(memnet_cell(net, EST_SERVER, "sealing-6465766963652d31", kek, sizeof kek), 0);
        cr_expect_eq(memnet_cell(net, ESTC_EST, "sealing-6465766963652d31", kek, sizeof kek) > 0,
                     i / 2 == 1, "device-1's");
        memnet_free(net);
    }
}

/* By /sren, with the certificate that it has, it is /simplereenroll there. */
Test(est_coaps_registrar, renews)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("registrar=https", "renew=30"));
    memnet_start(net);
    memnet_run_past(net, 80 * IMP_S);
    check_enrolled(net);
    cr_expect_geq(memnet_count_messages(net, ESTC_MSG_EST_REENROLL), 1);
    cr_expect_eq(memnet_count_messages(net, ESTC_MSG_EST_ENROLL), 1);
    memnet_free(net);
}

/* Each datagram on the device's link once lost. */
Test(est_coaps_registrar, loss)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("registrar=https"));
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, 400 * IMP_S);
    check_enrolled(net);
    memnet_free(net);
}
