/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of coap-eap over memnet: the specification's order, options, loss, failures, deletion.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet.h"

TestSuite(coap_eap_run, .init = imp_crypto_init);

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

Test(coap_eap_run, messages_follow_the_specification)
{
    static const int expected[] = {
        CEAP_MSG_TRIGGER,  CEAP_MSG_REQUEST_IDENTITY, CEAP_MSG_RESPONSE_IDENTITY,
        CEAP_MSG_REQUEST,  CEAP_MSG_RESPONSE,         CEAP_MSG_REQUEST,
        CEAP_MSG_RESPONSE, CEAP_MSG_SUCCESS,          CEAP_MSG_CHANGED};
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    cr_assert_eq(memnet_message_count(net), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_eq(memnet_message(net, i)->message, expected[i], "message %zu", i);
    expect_agreement(net);
    memnet_free(net);
}

Test(coap_eap_run, every_step_has_a_resource_of_its_own)
{
    static const char *const paths[] = {"a/eap/1", "a/eap/2", "a/eap/3"};
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    for (size_t i = 0; i < 3; i++) {
        struct imp_coap_message m = decoded(memnet_message(net, 1 + 2 * i));
        cr_expect_eq(m.type, IMP_COAP_CON);
        cr_expect(imp_coap_path_is(&m, paths[i]), "step %zu", i);
    }
    memnet_free(net);
}

Test(coap_eap_run, success_travels_inside_oscore_and_hides_its_path)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    struct imp_coap_message m = decoded(memnet_last_message(net, CEAP_MSG_SUCCESS)),
                            r = decoded(memnet_last_message(net, CEAP_MSG_CHANGED));
    cr_expect_not_null(imp_coap_find(&m, IMP_COAP_OSCORE, 0));
    cr_expect_null(imp_coap_find(&m, IMP_COAP_URI_PATH, 0));
    cr_expect_neq(m.payload[0], IMP_COAP_POST);
    cr_expect_not_null(imp_coap_find(&r, IMP_COAP_OSCORE, 0));
    memnet_free(net);
}

Test(coap_eap_run, switches_of_interoperability_agree_with_themselves)
{
    static const char *const switches[] = {
        "kdf-mode=extract-expand", "label-case=mixed",  "cs-default=0000",
        "send-suites=false",       "rid-i-label=2",     "content-format=none",
        "token-length=0",          "no-response=false", "content-format=octet-stream",
        "session-lifetime=0",      "ext-payload=64",    "id-encoding=nul-terminated"};
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++) {
        struct memnet *net = run_with(SETTINGS(switches[i]), 60 * IMP_S);
        expect_agreement(net);
        memnet_free(net);
    }
}

Test(coap_eap_run, ends_that_derive_differently_do_not_complete)
{
    static const char *const one_end[] = {"peer.kdf-mode=extract-expand", "peer.label-case=mixed"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(one_end[i]), 200 * IMP_S);
        cr_expect_not(memnet_complete(net), "%s", one_end[i]);
        cr_expect_null(memnet_last(net, CEAP_PEER, IMP_CLAIM_COMMIT, NULL, "oscore"));
        cr_expect_null(memnet_last(net, CEAP_CONTROLLER, IMP_CLAIM_COMMIT, NULL, "oscore"));
        memnet_free(net);
    }
}

/* The array of suites that was offered is part of the key: who changes it under way is found out.
 */
static bool offer_more(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == CEAP_MSG_REQUEST_IDENTITY) {
        uint8_t *suites = memmem(bytes, *n, "\xa2\x01\x81\x00", 4);
        cr_assert_not_null(suites);
        suites[2] = 0x82; /* [0, 1] */
        memmove(suites + 5, suites + 4, *n - (size_t)(suites + 4 - bytes));
        suites[4] = 1;
        ++*n;
    }
    return true;
}

Test(coap_eap_run, an_altered_offer_gives_another_key)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_filter_set(net, offer_more, NULL);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(memnet_complete(net));
    cr_expect_gt(memnet_count_messages(net, CEAP_MSG_SUCCESS), 0);
    cr_expect_null(memnet_last(net, CEAP_PEER, IMP_CLAIM_COMMIT, NULL, "oscore"));
    memnet_free(net);
}

Test(coap_eap_run, each_message_may_be_lost_once)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    expect_agreement(net);
    memnet_free(net);
}

Test(coap_eap_run, a_wrong_key_completes_nowhere)
{
    static const struct psk_keys other = {.ak = {1}, .kdk = {2}};
    struct memnet *net = memnet_new(&imp_coap_eap, 7, SETTINGS("bad-mac=eap-failure"));
    struct imp_env *controller = (struct imp_env *)memnet_env(net, CEAP_CONTROLLER);
    controller->ops->cell_put(controller, PSK_CELL_PREFIX "device-1@example.org", &other,
                              sizeof other);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_not(memnet_complete(net));
    cr_expect_gt(memnet_count_messages(net, CEAP_MSG_FAILURE), 0);
    cr_expect_gt(memnet_count_messages(net, CEAP_MSG_UNAUTHORIZED), 0);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_SUCCESS), 0);
    memnet_free(net);
}

Test(coap_eap_run, a_used_resource_is_gone)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, NULL);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    const struct memnet_message *old = memnet_message(net, 3);
    uint8_t again[256];
    memcpy(again, old->bytes, old->n);
    again[3] ^= 0xff; /* another message identifier: no duplicate */
    size_t before = memnet_count_messages(net, CEAP_MSG_ERROR);
    memnet_inject(net, CEAP_PEER, CEAP_COAP, NULL, again, old->n);
    memnet_run_past(net, 61 * IMP_S);
    cr_assert_eq(memnet_count_messages(net, CEAP_MSG_ERROR), before + 1);
    struct imp_coap_message m = decoded(memnet_last_message(net, CEAP_MSG_ERROR));
    cr_expect_eq(m.code, IMP_COAP_NOT_FOUND);
    memnet_free(net);
}

Test(coap_eap_run, revocation_deletes_the_context_under_oscore)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 2 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETE), 1);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_HELD);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect_neq(memnet_state(net, CEAP_PEER), CEAP_PEER_OPERATIONAL, "the account is closed");
    memnet_free(net);
}

/* The trigger of an open session's peer once more, which anybody may say in its name. */
static void forge_trigger(struct memnet *net)
{
    const struct memnet_message *m = memnet_message(net, 0);
    uint8_t trigger[64];
    cr_assert(m->message == CEAP_MSG_TRIGGER && m->n <= sizeof trigger);
    memcpy(trigger, m->bytes, m->n);
    trigger[3] ^= 0x55; /* another message identifier */
    memnet_inject(net, CEAP_CONTROLLER, CEAP_COAP, NULL, trigger, m->n);
}

static void expect_deleted(struct memnet *net, imp_time until)
{
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, until);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETE), 1);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_HELD);
}

Test(coap_eap_run, a_forged_trigger_costs_an_open_session_nothing)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    forge_trigger(net);
    memnet_run_past(net, 2 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_REQUEST_IDENTITY), 2);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_OPERATIONAL);
    cr_expect_eq(memnet_state(net, CEAP_CONTROLLER), CEAP_SESSION_OPEN);
    expect_deleted(net, 4 * IMP_S);
    memnet_free(net);
}

Test(coap_eap_run, an_open_session_is_deleted_while_another_authentication_begins)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    forge_trigger(net);
    expect_deleted(net, 4 * IMP_S);
    memnet_free(net);
}

Test(coap_eap_run, the_lifetime_ends_in_a_new_authentication)
{
    struct memnet *net = run_with(SETTINGS("session-lifetime=100"), 60 * IMP_S);
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_SUCCESS), 2);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_OPERATIONAL);
    memnet_free(net);
}

/* ---- the controller begins */
Test(coap_eap_run, a_controller_that_knows_its_peers_begins)
{
    static const char *const methods[] = {"eap-method=eap-psk", "eap-method=eap-tls"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("initiator=controller", methods[i]), 60 * IMP_S);
        struct imp_coap_message first = decoded(memnet_message(net, 0));
        cr_expect_eq(memnet_message(net, 0)->message, CEAP_MSG_REQUEST_IDENTITY);
        cr_expect(imp_coap_path_is(&first, "a/eap/1"));
        cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 0);
        expect_agreement(net);
        memnet_free(net);
    }
}

/* Neither end waits for good where only one knows of it. */
Test(coap_eap_run, ends_that_differ_in_who_begins_complete)
{
    struct memnet *net = run_with(SETTINGS("peer.initiator=controller"), 300 * IMP_S);
    expect_agreement(net);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 1, "after it has waited");
    cr_expect_geq(memnet_message(net, 0)->at, 60 * IMP_S);
    memnet_free(net);
    net = run_with(SETTINGS("controller.initiator=controller"), 300 * IMP_S);
    expect_agreement(net);
    memnet_free(net);
}

/* A peer that is not on line yet: CoAP repeats the request, and the controller begins again. */
static bool deaf_at_first(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                          size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->from == CEAP_PEER || m->at >= *(const imp_time *)arg;
}

Test(coap_eap_run, the_controller_begins_again_with_a_peer_that_does_not_answer)
{
    imp_time until = 200 * IMP_S;
    struct memnet *net =
        memnet_new(&imp_coap_eap, 7, SETTINGS("initiator=controller", "trigger-max=3600"));
    memnet_filter_set(net, deaf_at_first, &until);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    expect_agreement(net);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 0);
    memnet_free(net);
}

/* At the end of the lifetime as at the beginning. */
Test(coap_eap_run, the_controller_begins_again_when_the_lifetime_is_over)
{
    struct memnet *net =
        run_with(SETTINGS("initiator=controller", "session-lifetime=100"), 60 * IMP_S);
    memnet_run_past(net, 150 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_SUCCESS), 2);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_TRIGGER), 0);
    cr_expect_eq(memnet_state(net, CEAP_PEER), CEAP_PEER_OPERATIONAL);
    memnet_free(net);
}

Test(coap_eap_run, a_revoked_peer_is_not_begun_with_again)
{
    struct memnet *net = run_with(SETTINGS("initiator=controller"), 60 * IMP_S);
    const struct imp_claim *commit =
        memnet_last(net, CEAP_CONTROLLER, IMP_CLAIM_COMMIT, NULL, "oscore");
    char word[80] = "revoke ";
    cr_assert(commit && commit->peer_n < 60);
    memcpy(word + strlen(word), commit->peer, commit->peer_n);
    memnet_event(net, CEAP_CONTROLLER, IMP_EVENT_CONTROL, word);
    memnet_run_past(net, 50 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_DELETED), 1);
    cr_expect_eq(memnet_count_messages(net, CEAP_MSG_REQUEST_IDENTITY), 1);
    memnet_free(net);
}
