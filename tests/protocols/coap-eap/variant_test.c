/* SPDX-License-Identifier: GPL-2.0-only */
/* What implementations of CoAP-EAP do differently on the wire: paths, and responses apart. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_variant, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, settings);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    return net;
}

static void expect_agreement(const struct memnet *net, const char *what)
{
    cr_expect(memnet_complete(net), "%s", what);
    cr_expect(memnet_agree(net, CEAP_PEER, CEAP_CONTROLLER, "oscore"), "%s", what);
}

static struct imp_coap_message decoded(const struct memnet_message *m)
{
    struct imp_coap_message c;
    cr_assert_eq(imp_coap_decode(&c, m->bytes, m->n), 0);
    return c;
}

/* ---- resource-prefix */
Test(coap_eap_variant, resources_may_have_any_prefix)
{
    static const char *const settings[] = {"peer.resource-prefix=b", "peer.resource-prefix=",
                                           "peer.resource-prefix=eap/of/device/", NULL};
    static const char *const paths[] = {"b1", "1", "eap/of/device/1"};
    for (int i = 0; settings[i]; i++) {
        struct memnet *net = run_with(SETTINGS(settings[i]));
        struct imp_coap_message m = decoded(memnet_last_message(net, CEAP_MSG_REQUEST_IDENTITY));
        expect_agreement(net, settings[i]);
        cr_expect(imp_coap_path_is(&m, paths[i]), "%s", settings[i]);
        memnet_free(net);
    }
}

/* Who begins has to know it. */
Test(coap_eap_variant, a_controller_that_begins_knows_the_prefix)
{
    static const char *const settings[] = {"resource-prefix=x/", "peer.resource-prefix=x/"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("initiator=controller", settings[i]));
        expect_agreement(net, settings[i]);
        cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), i, "else the peer comes");
        memnet_free(net);
    }
}

/* ---- separate-response */
/* Each exchange has an empty acknowledgement, the response as a Confirmable message, and that one's
 * acknowledgement. */
Test(coap_eap_variant, responses_may_come_apart)
{
    static const char *const methods[] = {"eap-method=eap-psk", "eap-method=eap-tls"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("separate-response=true", methods[i]));
        expect_agreement(net, methods[i]);
        size_t responses = 0;
        for (size_t k = 0; k < memnet_message_count(net); k++) {
            const struct memnet_message *m = memnet_message(net, k);
            struct imp_coap_message c = decoded(m);
            if (m->from != CEAP_PEER || !imp_coap_is_response(c.code))
                continue;
            responses++;
            cr_expect_eq(c.type, IMP_COAP_CON);
            struct imp_coap_message before = decoded(memnet_message(net, k - 1));
            cr_expect_eq(before.type, IMP_COAP_ACK);
            cr_expect_eq(before.code, IMP_COAP_EMPTY);
        }
        cr_expect_geq(responses, 4);
        memnet_run_past(net, 700 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, CEAP_MSG_EMPTY), 2 * responses);
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

Test(coap_eap_variant, of_those_apart_each_message_may_be_lost)
{
    struct memnet *plain = run_with(SETTINGS("separate-response=true"));
    size_t count = memnet_message_count(plain);
    memnet_free(plain);
    cr_assert_gt(count, 15);
    for (size_t i = 0; i < count; i++) {
        struct nth nth = {.wanted = i};
        struct memnet *net = memnet_new(&imp_coap_eap, 7, SETTINGS("separate-response=true"));
        memnet_filter_set(net, drop_one, &nth);
        memnet_start(net);
        memnet_run(net, 600 * IMP_S);
        expect_agreement(net, "lost");
        memnet_free(net);
    }
}

Test(coap_eap_variant, responses_apart_go_through_a_proxy_and_to_aaa_servers)
{
    static const char *const more[] = {"coap-proxy=forward", "eap-server=radius"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("separate-response=true", more[i]));
        expect_agreement(net, more[i]);
        memnet_free(net);
    }
}

/* The peer's context is deleted by a request that is answered apart as well. */
Test(coap_eap_variant, a_deletion_is_answered_apart)
{
    struct memnet *net = run_with(SETTINGS("separate-response=true"));
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 603 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETE), 1);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1);
    memnet_free(net);
}

/* ---- renew-before */
static bool no_second_session(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                              size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != CEAP_MSG_REQUEST || m->at < 60 * IMP_S;
}

static struct memnet *renewing(bool in_vain)
{
    struct memnet *net =
        memnet_new(&imp_coap_eap, 7, SETTINGS("session-lifetime=100", "renew-before=30"));
    if (in_vain)
        memnet_filter_set(net, no_second_session, NULL);
    memnet_start(net);
    memnet_run(net, 50 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

static bool has_session(const struct memnet *net)
{
    return ((const struct ceap_peer *)memnet_env(net, CEAP_PEER)->ctx)->security.there;
}

Test(coap_eap_variant, a_session_is_renewed_before_its_end)
{
    struct memnet *net = renewing(false);
    memnet_run_past(net, 69 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 1);
    memnet_run_past(net, 75 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 2);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_CHANGED), 2);
    cr_expect(memnet_agree(net, CEAP_PEER, CEAP_CONTROLLER, "oscore"));
    memnet_run_past(net, 130 * IMP_S);
    cr_expect(has_session(net), "that of the second, whose end is later");
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_CHANGED), 3);
    memnet_free(net);
}

/* What does not come to another session leaves the one that is there, to its end. */
Test(coap_eap_variant, until_another_is_there_the_session_goes_on)
{
    struct memnet *net = renewing(true);
    memnet_run_past(net, 95 * IMP_S);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_REQUEST);
    cr_expect(has_session(net));
    memnet_run_past(net, 105 * IMP_S);
    cr_expect_not(has_session(net));
    memnet_free(net);
    net = renewing(true);
    memnet_run_past(net, 80 * IMP_S);
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 83 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1, "it is deleted meanwhile");
    cr_expect_not(has_session(net));
    memnet_free(net);
}

/* An early end is at most half of the session. */
Test(coap_eap_variant, a_short_session_is_renewed_at_its_half)
{
    struct memnet *net =
        memnet_new(&imp_coap_eap, 7, SETTINGS("session-lifetime=20", "renew-before=3600"));
    memnet_start(net);
    memnet_run(net, 5 * IMP_S);
    memnet_run_past(net, 9 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 1);
    memnet_run_past(net, 12 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 2);
    memnet_free(net);
}
