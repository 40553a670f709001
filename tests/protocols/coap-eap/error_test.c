/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer answers to requests that cannot be, each by its code; the resource stays after each.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_error, .init = imp_crypto_init);

static bool lose(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != *(const int *)arg;
}

/* A peer that waits for its first request, which the network has lost: that request. */
static struct memnet *waiting(uint8_t request[256], size_t *n)
{
    static const int lost = CEAP_MSG_REQUEST_IDENTITY;
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_filter_set(net, lose, (void *)&lost);
    memnet_start(net);
    memnet_run_past(net, IMP_S);
    const struct memnet_message *m = memnet_last_message(net, lost);
    cr_assert(m && m->n <= 256);
    cr_assert_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_IDENTITY);
    memcpy(request, m->bytes, m->n);
    *n = m->n;
    return net;
}

/* Code of the answer to that request under another message identifier. */
static unsigned answer(struct memnet *net, uint8_t *request, size_t n, int label, imp_time until)
{
    struct imp_coap_message c;
    size_t before = memnet_count_messages(net, label);
    request[3]++;
    memnet_inject(net, CEAP_PEER, CEAP_COAP, NULL, request, n);
    memnet_run_past(net, until);
    cr_assert_eq(memnet_count_messages(net, label), before + 1);
    const struct memnet_message *m = memnet_last_message(net, label);
    cr_assert_eq(imp_coap_decode(&c, m->bytes, m->n), 0);
    return c.code;
}

Test(coap_eap_error, each_request_that_cannot_be_has_its_code)
{
    uint8_t request[256];
    size_t n;
    struct memnet *net = waiting(request, &n);
    uint8_t *eap = (uint8_t *)memchr(request, 0xff, n) + 1;

    request[1] = IMP_COAP_DELETE;
    cr_expect_eq(answer(net, request, n, CEAP_MSG_ERROR, 1100 * IMP_MS),
                 IMP_COAP_METHOD_NOT_ALLOWED);
    request[1] = IMP_COAP_POST;
    cr_expect_eq(answer(net, request, n - 1, CEAP_MSG_ERROR, 1200 * IMP_MS), IMP_COAP_BAD_REQUEST,
                 "a map that is cut");
    eap[0] = IMP_EAP_SUCCESS;
    cr_expect_eq(answer(net, request, n, CEAP_MSG_ERROR, 1300 * IMP_MS), IMP_COAP_BAD_REQUEST,
                 "EAP-Success in clear");
    eap[0] = IMP_EAP_REQUEST;
    cr_expect_eq(answer(net, request, n, CEAP_MSG_RESPONSE_IDENTITY, 1400 * IMP_MS),
                 IMP_COAP_CREATED, "the resource has stayed");
    memnet_free(net);
}

Test(coap_eap_error, oscore_that_does_not_verify_is_a_bad_request)
{
    static const int success = CEAP_MSG_SUCCESS;
    struct imp_coap_message c;
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_filter_set(net, memnet_spoil_last, (void *)&success);
    memnet_start(net);
    memnet_run(net, 5 * IMP_S);
    const struct memnet_message *m = memnet_last_message(net, CEAP_MSG_ERROR);
    cr_assert(m && imp_coap_decode(&c, m->bytes, m->n) == 0);
    cr_expect_eq(c.code, IMP_COAP_BAD_REQUEST);
    cr_expect_not_null(
        memnet_last(net, CEAP_PEER, IMP_CLAIM_REJECT, "OSCORE does not verify", NULL));
    cr_expect_not(memnet_completed(net, CEAP_PEER));
    memnet_free(net);
}
