/* SPDX-License-Identifier: GPL-2.0-only */
/* coap-eap through a forward proxy: what it forwards, OSCORE from end to end, losses, refusals. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "protocols/managed/coap-eap/target.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_proxy, .init = imp_crypto_init);

#define PROXY "coap-proxy=forward"

static struct memnet *run_with(const char *const *settings, imp_time limit)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, settings);
    memnet_start(net);
    memnet_run(net, limit);
    return net;
}

static void expect_agreement(const struct memnet *net)
{
    cr_assert(memnet_complete(net));
    cr_expect(memnet_agree(net, 0, 1, "oscore"));
    cr_expect(memnet_same(memnet_last(net, 0, IMP_CLAIM_SECRET, "OSCORE Master Secret", NULL),
                          memnet_last(net, 1, IMP_CLAIM_SECRET, "OSCORE Master Secret", NULL)));
}

static struct imp_coap_message decoded(const struct memnet_message *m)
{
    struct imp_coap_message c;
    cr_assert_eq(imp_coap_decode(&c, m->bytes, m->n), 0);
    return c;
}

static const struct memnet_message *first_on(const struct memnet *net, int channel, int from)
{
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->channel == channel && memnet_message(net, i)->from == from)
            return memnet_message(net, i);
    return NULL;
}

Test(coap_eap_proxy, each_method_completes_through_it)
{
    static const char *const variants[] = {"eap-method=eap-psk", "eap-method=eap-tls",
                                           "no-response=false", "cipher-suites=3,0"};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct memnet *net = run_with(SETTINGS(PROXY, variants[i]), 60 * IMP_S);
        expect_agreement(net);
        for (size_t k = 0; k < memnet_message_count(net); k++)
            cr_expect_neq(memnet_message(net, k)->channel, CEAP_COAP);
        memnet_free(net);
    }
}

/* RFC 7252, section 5.7.2: the options for the proxy stay with it. */
Test(coap_eap_proxy, the_proxy_takes_its_options_and_passes_on_the_rest)
{
    struct memnet *net = run_with(SETTINGS(PROXY), 60 * IMP_S);
    struct imp_coap_message asked = decoded(first_on(net, CEAP_PROXIED, CEAP_PEER)),
                            passed = decoded(first_on(net, CEAP_UPSTREAM, CEAP_PROXY)),
                            post = decoded(first_on(net, CEAP_UPSTREAM, CEAP_CONTROLLER)),
                            down = decoded(first_on(net, CEAP_PROXIED, CEAP_PROXY));
    struct imp_addr at, self;
    cr_expect(ceap_target_is(&asked, CEAP_CONTROLLER_NAME));
    cr_expect_null(imp_coap_find(&passed, IMP_COAP_PROXY_SCHEME, 0));
    cr_expect(imp_coap_path_is(&passed, ".well-known/coap-eap"));
    cr_expect_eq(passed.payload_n, asked.payload_n);
    cr_expect_arr_eq(passed.payload, asked.payload, asked.payload_n);
    cr_assert(ceap_target_of(&at, &post));
    const struct imp_env *peer = memnet_env(net, CEAP_PEER);
    cr_assert(peer->ops->self((struct imp_env *)peer, CEAP_PROXIED, &self));
    cr_expect(imp_addr_equal(&at, &self));
    cr_expect_null(imp_coap_find(&down, IMP_COAP_URI_HOST, 0));
    cr_expect(imp_coap_path_is(&down, "a/eap/1"));
    memnet_free(net);
}

/* EAP-Success: ciphertext on both legs, the same; Uri-Host outside of it, the path inside. */
Test(coap_eap_proxy, oscore_runs_from_end_to_end)
{
    struct memnet *net = run_with(SETTINGS(PROXY), 60 * IMP_S);
    const struct memnet_message *last[2] = {NULL, memnet_last_message(net, CEAP_MSG_SUCCESS)};
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memnet_message(net, i)->message == CEAP_MSG_FORWARD_REQUEST)
            last[0] = memnet_message(net, i);
    cr_assert(last[0] && last[1]);
    struct imp_coap_message down = decoded(last[0]), up = decoded(last[1]);
    cr_expect_not_null(imp_coap_find(&up, IMP_COAP_URI_HOST, 0));
    cr_expect_null(imp_coap_find(&up, IMP_COAP_URI_PATH, 0));
    cr_expect_not_null(imp_coap_find(&down, IMP_COAP_OSCORE, 0));
    cr_assert_eq(down.payload_n, up.payload_n);
    cr_expect_arr_eq(down.payload, up.payload, up.payload_n);
    memnet_free(net);
}

Test(coap_eap_proxy, each_datagram_may_be_lost_once)
{
    for (int kind = CEAP_MSG_TRIGGER; kind <= CEAP_MSG_FORWARD_RESPONSE; kind++) {
        int lost = kind;
        struct memnet *net = memnet_new(&imp_coap_eap, 7, SETTINGS(PROXY));
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, 600 * IMP_S);
        cr_expect(memnet_complete(net), "message %d", kind);
        memnet_free(net);
    }
}

Test(coap_eap_proxy, a_revoked_peer_is_told_through_it)
{
    struct memnet *net = run_with(SETTINGS(PROXY), 60 * IMP_S);
    const struct imp_claim *commit =
        memnet_last(net, CEAP_CONTROLLER, IMP_CLAIM_COMMIT, NULL, "oscore");
    char word[80] = "revoke ";
    cr_assert(commit && commit->peer_n < 60);
    memcpy(word + strlen(word), commit->peer, commit->peer_n);
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_CONTROL, word);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1);
    memnet_free(net);
}

static unsigned answer_to(const char *host, const char *scheme)
{
    struct memnet *net = run_with(SETTINGS(PROXY), 60 * IMP_S);
    struct imp_coap_message m = {.type = IMP_COAP_CON, .code = IMP_COAP_POST, .mid = 0x7777};
    uint8_t wire[IMP_COAP_MTU];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, ".well-known/coap-eap");
    if (host)
        imp_coap_add(&m, IMP_COAP_URI_HOST, host, strlen(host));
    if (scheme)
        imp_coap_add(&m, IMP_COAP_PROXY_SCHEME, scheme, strlen(scheme));
    int n = imp_coap_encode(wire, sizeof wire, &m);
    memnet_inject(net, CEAP_PROXY, CEAP_PROXIED, NULL, wire, (size_t)n);
    memnet_run_past(net, 61 * IMP_S);
    struct imp_coap_message last = decoded(memnet_message(net, memnet_message_count(net) - 1));
    memnet_free(net);
    return last.code;
}

/* It serves peers on their way to the controller, and is no proxy for all the world. */
Test(coap_eap_proxy, other_requests_are_refused)
{
    cr_expect_eq(answer_to(NULL, NULL), IMP_COAP_PROXYING_NOT_SUPPORTED);
    cr_expect_eq(answer_to("elsewhere", "coap"), IMP_COAP_PROXYING_NOT_SUPPORTED);
    cr_expect_eq(answer_to(CEAP_CONTROLLER_NAME, "http"), IMP_COAP_PROXYING_NOT_SUPPORTED);
}

Test(coap_eap_proxy, absolute_resources_are_read_strictly)
{
    static const char *const bad[] = {"",
                                      "/a/eap/1",
                                      "coap://[fd00::1]:5685",
                                      "coap://[fd00::1]:5685/",
                                      "coap://[fd00::1]:0/a",
                                      "coap://[fd00::1]:65536/a",
                                      "coap://[fd00::1]:99999999999/a",
                                      "coap://[fd00::1]x/a",
                                      "coap://[fd00::zz]/a",
                                      "coap://fd00::1/a",
                                      "coaps://[fd00::1]/a",
                                      "coap://[]/a"};
    struct imp_addr at, back;
    char path[CEAP_PATH_MAX], uri[CEAP_URI_MAX];
    static const char good[] = "coap://[fd00::1]/a/eap/1";
    cr_assert_eq(ceap_uri_read(&at, path, sizeof path, (const uint8_t *)good, strlen(good)), 0);
    cr_expect_str_eq(path, "a/eap/1");
    cr_assert_gt(ceap_uri_write(uri, sizeof uri, &at, path), 0);
    cr_expect_str_eq(uri, "coap://[fd00::1]:5683/a/eap/1");
    cr_assert_eq(ceap_uri_read(&back, path, sizeof path, (const uint8_t *)uri, strlen(uri)), 0);
    cr_expect(imp_addr_equal(&at, &back));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(ceap_uri_read(&at, path, sizeof path, (const uint8_t *)bad[i], strlen(bad[i])),
                     -1, "%s", bad[i]);
}
