/* SPDX-License-Identifier: GPL-2.0-only */
/* The lifetime of a registration: told, written by the server, updated, over. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/lwm2m-bootstrap/lwm2m.h"
#include "tests/support/memnet.h"

#define LIMIT (900 * IMP_S)
extern const struct imp_mechanism imp_lwm2m_bootstrap;

TestSuite(lwm2m_lifetime, .init = imp_crypto_init);

static struct memnet *registered(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_lwm2m_bootstrap, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    return net;
}

static bool says(const struct memnet_message *m, const char *text)
{
    return memmem(m->bytes, m->n, text, strlen(text));
}

/* Core 1.2, 6.2.2: an Update says what has changed, and no more. */
Test(lwm2m_lifetime, a_lifetime_that_the_server_writes_is_told_once)
{
    struct memnet *net = registered(SETTINGS("server-security=nosec"));
    memnet_event(net, LWM_MANAGEMENT, IMP_EVENT_CONTROL, "lifetime 100");
    memnet_run_past(net, 30 * IMP_S);
    cr_assert_eq(memnet_count_messages(net, LWM_MSG_S_WRITE), 1);
    cr_assert_eq(memnet_count_messages(net, LWM_MSG_UPDATE), 1);
    cr_expect(says(memnet_last_message(net, LWM_MSG_UPDATE), "lt=100"));
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_geq(memnet_count_messages(net, LWM_MSG_UPDATE), 4, "the new one holds");
    cr_expect_not(says(memnet_last_message(net, LWM_MSG_UPDATE), "lt="));
    memnet_event(net, LWM_CLIENT, IMP_EVENT_START, NULL); /* a power cut */
    memnet_run_past(net, 310 * IMP_S);
    cr_expect(says(memnet_last_message(net, LWM_MSG_REGISTER), "lt=100"), "it is kept");
    memnet_free(net);
}

static bool no_updates_before(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                              size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != LWM_MSG_UPDATE || m->at >= *(const imp_time *)arg;
}

/* 4.04: it registers again, in the session that it has. */
Test(lwm2m_lifetime, a_registration_that_is_over_is_made_again)
{
    static const char *const securities[] = {"server-security=psk", "server-security=nosec"};
    imp_time until = 106 * IMP_S; /* it is over; the last repetition of the Update comes then */
    for (int i = 0; i < 2; i++) {
        struct memnet *net = registered(SETTINGS("lifetime=100", securities[i]));
        memnet_filter_set(net, no_updates_before, &until);
        memnet_run_past(net, 300 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REGISTERED), 2, "%s", securities[i]);
        cr_expect_eq(memnet_state(net, LWM_CLIENT), LWM_REGISTERED);
        cr_expect_leq(memnet_count_messages(net, LWM_MSG_S_HELLO), 2, "one handshake, with cookie");
        cr_expect_eq(memnet_count_messages(net, LWM_MSG_REQUEST), 1);
        memnet_free(net);
    }
}

/* POST /1/1 from a server. */
static uint8_t code_of_write(const char *servers, int channel, uint32_t format, const void *tlv,
                             size_t n)
{
    struct memnet *net = registered(SETTINGS("server-security=nosec", servers));
    struct imp_coap_message m = {
        .code = IMP_COAP_POST, .mid = 0x7000, .payload = tlv, .payload_n = n};
    uint8_t request[64];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "1/1");
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, format);
    int length = imp_coap_encode(request, sizeof request, &m);
    memnet_inject(net, LWM_CLIENT, channel, NULL, request, (size_t)length);
    memnet_run_past(net, 60 * IMP_S);
    const struct memnet_message *answer = memnet_last_message(net, LWM_MSG_S_REFUSAL);
    if (!answer)
        answer = memnet_last_message(net, LWM_MSG_S_ANSWER);
    uint8_t code = answer ? answer->bytes[1] : 0;
    memnet_free(net);
    return code;
}

Test(lwm2m_lifetime, what_a_server_may_not_write_is_refused)
{
    static const uint8_t good[] = {0xc1, 18, 90}, id[] = {0xc1, 0, 7}, zero[] = {0xc1, 1, 0},
                         order[] = {0xc1, 13, 1};
    const uint32_t tlv = IMP_COAP_FORMAT_LWM2M_TLV;
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, tlv, good, 3), IMP_COAP_CHANGED);
    cr_expect_eq(code_of_write("servers=two", LWM_S_COAP, tlv, good, 3), IMP_COAP_CHANGED);
    cr_expect_eq(code_of_write("servers=two", LWM_S2_COAP, tlv, good, 3), IMP_COAP_UNAUTHORIZED);
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, tlv, id, 3), IMP_COAP_METHOD_NOT_ALLOWED);
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, tlv, order, 3),
                 IMP_COAP_METHOD_NOT_ALLOWED);
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, tlv, zero, 3), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, tlv, good, 2), IMP_COAP_BAD_REQUEST);
    cr_expect_eq(code_of_write("servers=one", LWM_S_COAP, 0, good, 3),
                 IMP_COAP_UNSUPPORTED_CONTENT_FORMAT);
}

/* An Update that says no lifetime keeps the one that there is; one of nought is refused. */
Test(lwm2m_lifetime, updates_are_read)
{
    static const char *const queries[] = {NULL, "lt=60", "lt=0", "lt=x"};
    static const uint32_t lifetimes[] = {100, 60, 100, 100};
    for (int i = 0; i < 4; i++) {
        struct imp_coap_message m = {.code = IMP_COAP_POST};
        uint32_t lifetime = 100;
        if (queries[i])
            imp_coap_add(&m, IMP_COAP_URI_QUERY, queries[i], strlen(queries[i]));
        cr_expect_eq(lwm_update_read(&lifetime, &m),
                     i < 2 ? IMP_COAP_CHANGED : IMP_COAP_BAD_REQUEST);
        cr_expect_eq(lifetime, lifetimes[i], "%d", i);
    }
}
