/* SPDX-License-Identifier: GPL-2.0-only */
/* Cipher suites of coap-eap: offers, choices, what the key is bound to. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_suite, .init = imp_crypto_init);

static struct memnet *run_with(const char *offer, const char *own, const char *more)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, SETTINGS(offer, own, more));
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    return net;
}

static const struct imp_claim *negotiated(const struct memnet *net, int role)
{
    return memnet_last(net, role, IMP_CLAIM_NEGOTIATED, "cipher suite", NULL);
}

static void expect_suite(const struct memnet *net, const char *suite, size_t secret_n)
{
    cr_assert(memnet_complete(net), "suite %s", suite);
    cr_expect(memnet_agree(net, 0, 1, "oscore"));
    for (int role = 0; role < 2; role++) {
        const struct imp_claim *c = negotiated(net, role);
        cr_assert(c && c->data_n == strlen(suite) && memcmp(c->data, suite, c->data_n) == 0);
        c = memnet_last(net, role, IMP_CLAIM_SECRET, "OSCORE Master Secret", NULL);
        cr_expect_eq(c->data_n, secret_n, "suite %s", suite);
    }
}

Test(coap_eap_suite, each_suite_completes_with_a_key_of_its_size)
{
    static const struct {
        const char *offer, *own, *suite;
        size_t secret_n, sealed; /* octets: Master Secret; EAP-Success under OSCORE */
    } cases[] = {
        {"controller.cipher-suites=0", "peer.cipher-suites=0", "0", 16, 40},
        {"controller.cipher-suites=1", "peer.cipher-suites=1", "1", 16, 48},
        {"controller.cipher-suites=2", "peer.cipher-suites=2", "2", 32, 48},
        {"controller.cipher-suites=3", "peer.cipher-suites=3", "3", 32, 48},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = run_with(cases[i].offer, cases[i].own, "send-suites=true");
        expect_suite(net, cases[i].suite, cases[i].secret_n);
        cr_expect_eq(memnet_last_message(net, CEAP_MSG_SUCCESS)->n, cases[i].sealed);
        memnet_free(net);
    }
}

Test(coap_eap_suite, the_peer_takes_the_first_of_the_offer_that_it_has)
{
    static const struct {
        const char *offer, *own, *suite;
        size_t secret_n;
    } cases[] = {
        {"controller.cipher-suites=3,0", "peer.cipher-suites=0,3", "3", 32},
        {"controller.cipher-suites=2,1,0", "peer.cipher-suites=0,1", "1", 16},
        {"controller.cipher-suites=4,-22,40000,0", "peer.cipher-suites=4,-22,40000,0", "0", 16},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = run_with(cases[i].offer, cases[i].own, "send-suites=true");
        expect_suite(net, cases[i].suite, cases[i].secret_n);
        memnet_free(net);
    }
}

/* RFC 9820: an array that is not sent is as [0]. */
Test(coap_eap_suite, nothing_said_is_suite_0)
{
    struct memnet *net =
        run_with("controller.cipher-suites=3,0", "peer.cipher-suites=3,0", "send-suites=false");
    expect_suite(net, "0", 16);
    memnet_free(net);
    net = run_with("controller.cipher-suites=3,0", "peer.cipher-suites=3,0",
                   "controller.send-suites=false");
    expect_suite(net, "0", 16);
    memnet_free(net);
    net = run_with("controller.cipher-suites=3,0", "peer.cipher-suites=3,0",
                   "peer.send-suites=false");
    expect_suite(net, "0", 16);
    memnet_free(net);
}

Test(coap_eap_suite, nothing_in_common_is_an_error)
{
    static const char *const own[] = {"peer.cipher-suites=0", "peer.cipher-suites=4"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with("controller.cipher-suites=3,4", own[i], "send-suites=true");
        struct imp_coap_message m;
        const struct memnet_message *error = memnet_last_message(net, CEAP_MSG_ERROR);
        cr_assert_not_null(error);
        cr_assert_eq(imp_coap_decode(&m, error->bytes, error->n), 0);
        cr_expect_eq(m.code, IMP_COAP_BAD_REQUEST);
        cr_expect_not_null(
            memnet_last(net, CEAP_PEER, IMP_CLAIM_REJECT, "no common cipher suite", NULL));
        cr_expect_eq(memnet_count_messages(net, CEAP_MSG_REQUEST), 0);
        /* the controller ends each attempt by EAP-Failure, which the peer answers by 4.01 */
        size_t failures = memnet_count_messages(net, CEAP_MSG_FAILURE);
        cr_expect_gt(failures, 0);
        cr_expect_eq(failures, memnet_count_messages(net, CEAP_MSG_ERROR));
        cr_expect_eq(failures, memnet_count_messages(net, CEAP_MSG_UNAUTHORIZED));
        cr_expect(memnet_last(net, CEAP_PEER, IMP_CLAIM_REJECT, "EAP-Failure", NULL));
        memnet_free(net);
    }
}

/* Replaces octets of one message by as many others. */
struct swap {
    int message;
    const char *from, *to;
    size_t n;
};

static bool swapped(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    const struct swap *s = arg;
    (void)cap;
    if (m->message == s->message) {
        uint8_t *at = memmem(bytes, *n, s->from, s->n);
        cr_assert_not_null(at);
        memcpy(at, s->to, s->n);
    }
    return true;
}

/* Everybody would take suite 3; under way the offer [3, 0] becomes [0, 0]. */
static struct memnet *stripped(const char *setting)
{
    static struct swap offer = {CEAP_MSG_REQUEST_IDENTITY, "\xa2\1\x82\3\0", "\xa2\1\x82\0\0", 5};
    struct memnet *net = memnet_new(&imp_coap_eap, 7, SETTINGS("cipher-suites=3,0", setting));
    memnet_filter_set(net, swapped, &offer);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    return net;
}

Test(coap_eap_suite, a_stripped_offer_gives_another_key)
{
    struct memnet *net = stripped("cs-in-kdf=sent");
    cr_expect_gt(memnet_count_messages(net, CEAP_MSG_SUCCESS), 0);
    cr_expect_null(negotiated(net, CEAP_PEER));
    cr_expect_null(negotiated(net, CEAP_CONTROLLER));
    memnet_free(net);
}

Test(coap_eap_suite, a_stripped_offer_passes_where_the_key_is_not_bound_to_it)
{
    struct memnet *net = stripped("cs-in-kdf=default");
    cr_assert(memnet_complete(net));
    cr_expect_eq(*(const char *)negotiated(net, CEAP_PEER)->data, '0');
    cr_expect_eq(*(const char *)negotiated(net, CEAP_CONTROLLER)->data, '0');
    cr_expect_not(memnet_agree(net, 0, 1, "oscore"), "each has seen another offer");
    memnet_free(net);
}

Test(coap_eap_suite, a_choice_that_was_not_offered_is_refused)
{
    static struct swap choice = {CEAP_MSG_RESPONSE_IDENTITY, "\xa2\1\x81\0", "\xa2\1\x81\3", 4};
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_filter_set(net, swapped, &choice);
    memnet_start(net);
    memnet_run(net, 4 * IMP_S);
    cr_expect_not_null(memnet_last(net, CEAP_CONTROLLER, IMP_CLAIM_REJECT, "bad response", NULL));
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_REQUEST), 0);
    memnet_free(net);
}
