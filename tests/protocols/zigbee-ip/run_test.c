/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of zigbee-ip over memnet: order, the relay, the network key, losses, restarts. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/zigbee-ip/zigbee_ip.h"
#include "tests/support/memnet.h"

TestSuite(zigbee_ip_run, .init = imp_crypto_init, .timeout = 100);

static struct memnet *run_with(const char *const *settings, imp_time limit)
{
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, settings);
    memnet_start(net);
    memnet_run(net, limit);
    return net;
}

static void expect_joined(const struct memnet *net)
{
    uint8_t node[PANA_NETWORK_KEY], coordinator[PANA_NETWORK_KEY];
    cr_assert(memnet_complete(net));
    cr_expect(memnet_agree(net, ZIP_NODE, ZIP_COORDINATOR, "eap"));
    cr_expect(memnet_agree(net, ZIP_NODE, ZIP_COORDINATOR, "pana"));
    cr_expect(memnet_agree(net, ZIP_NODE, ZIP_ROUTER, "mle"));
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
    cr_expect_eq(memnet_state(net, ZIP_ROUTER), ZIP_ROUTER_LINKED);
    memnet_cell(net, ZIP_NODE, PANA_CELL_NETWORK_KEY, node, sizeof node);
    memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_NETWORK_KEY, coordinator, sizeof coordinator);
    cr_expect_arr_eq(node, coordinator, sizeof node);
}

Test(zigbee_ip_run, both_versions_of_tls_join)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    static const char *const suites[] = {"tls-suite=ccm-8", "tls-suite=ccm"};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = run_with(SETTINGS(versions[i % 2], suites[i / 2]), 60 * IMP_S);
        expect_joined(net);
        memnet_free(net);
    }
}

/* A key instead of certificates: no signature, no certificate, no ECDH, and the names are the
 * NAI's. */
Test(zigbee_ip_run, pre_shared_keys_join)
{
    struct memnet *net = run_with(SETTINGS("tls-suite=psk-ccm-8"), 60 * IMP_S);
    expect_joined(net);
    cr_expect_eq(memnet_charged(net, ZIP_NODE, IMP_OP_P256_SIGN), 0);
    cr_expect_eq(memnet_charged(net, ZIP_NODE, IMP_OP_P256_ECDH), 0);
    const struct imp_claim *c = memnet_last(net, ZIP_COORDINATOR, IMP_CLAIM_COMMIT, NULL, "eap");
    cr_assert_not_null(c);
    cr_expect(c->peer_n == 20 && memcmp(c->peer, "device-1@example.org", 20) == 0);
    memnet_free(net);
}

/* The coordinator's key for that name is another one. */
Test(zigbee_ip_run, a_wrong_key_gets_no_network_key)
{
    static const uint8_t wrong[16] = {1};
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, SETTINGS("tls-suite=psk-ccm-8"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, ZIP_NODE);

    env->ops->cell_put(env, "eap-tls-psk", wrong, sizeof wrong);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_expect_not(memnet_completed(net, ZIP_NODE));
    cr_expect_null(memnet_last(net, ZIP_COORDINATOR, IMP_CLAIM_COMMIT, NULL, "eap"));
    memnet_free(net);
}

Test(zigbee_ip_run, both_ends_must_have_the_suite)
{
    struct memnet *net = run_with(SETTINGS("node.tls-suite=ccm"), 60 * IMP_S);
    cr_expect_not(memnet_completed(net, ZIP_NODE));
    memnet_free(net);
}

/* The node hears of no link before the result has verified; the order of the last messages. */
Test(zigbee_ip_run, the_link_follows_the_result)
{
    static const int last[] = {PANA_MSG_PAR_C, PANA_MSG_PAN_C, ZIP_MSG_LINK_REQUEST,
                               ZIP_MSG_LINK_ACCEPT_AND_REQUEST, ZIP_MSG_LINK_ACCEPT};
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    size_t k = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->channel != ZIP_RELAY && k < 5 && m->message == last[k])
            k++;
        cr_expect(m->channel != ZIP_MLE || k > 2, "message %zu", i);
    }
    cr_expect_eq(k, 5u);
    memnet_free(net);
}

/* RFC 6345 section 3: each message of the node, and each to it, inside one PRY with its address. */
Test(zigbee_ip_run, the_relay_carries_each_message_once_and_unchanged)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    size_t relayed = 0, clear = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        struct imp_addr pac;
        const uint8_t *inner;
        size_t n;
        clear += m->channel == ZIP_PANA;
        if (m->channel != ZIP_RELAY)
            continue;
        cr_assert_eq(pana_relay_open(&pac, &inner, &n, m->bytes, m->n), 0);
        cr_expect_eq(m->n, 16u + 8 + 20 + 8 + n, "PANA messages are multiples of four");
        bool found = false;
        for (size_t j = 0; j < memnet_message_count(net) && !found; j++)
            found = memnet_message(net, j)->channel == ZIP_PANA && memnet_message(net, j)->n == n &&
                    memcmp(memnet_message(net, j)->bytes, inner, n) == 0;
        cr_expect(found, "message %zu", i);
        relayed++;
    }
    cr_expect_eq(relayed, clear);
    cr_expect_gt(relayed, 10u);
    memnet_free(net);
}

Test(zigbee_ip_run, the_network_key_never_travels_in_clear)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    uint8_t key[PANA_NETWORK_KEY];
    memnet_cell(net, ZIP_ROUTER, PANA_CELL_NETWORK_KEY, key, sizeof key);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_null(memmem(memnet_message(net, i)->bytes, memnet_message(net, i)->n, key, 16));
    memnet_free(net);
}

/* The network key comes again, and the link to the parent stays. */
Test(zigbee_ip_run, a_session_is_authenticated_again_through_the_relay)
{
    static const char *const sides[] = {"node.re-authentication=40",
                                        "coordinator.re-authentication=40"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("session-lifetime=120", sides[i]), 30 * IMP_S);
        memnet_run_past(net, 115 * IMP_S);
        expect_joined(net);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 1, "%s", sides[i]);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2, "%s", sides[i]);
        cr_expect_eq(memnet_count_messages(net, ZIP_MSG_LINK_REQUEST), 1, "%s", sides[i]);
        memnet_free(net);
    }
}

Test(zigbee_ip_run, pings_go_through_the_relay)
{
    struct memnet *net = run_with(SETTINGS("node.ping-interval=10"), 5 * IMP_S);
    memnet_run_past(net, 26 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 2u);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 2u);
    expect_joined(net);
    memnet_free(net);
}

Test(zigbee_ip_run, every_way_of_eap_goes_through_the_relay)
{
    static const char *const ways[] = {"piggyback=false", "eap-in-start=true",
                                       "ip-reconfiguration=true"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS(ways[i]), 60 * IMP_S);
        expect_joined(net);
        memnet_free(net);
    }
}

Test(zigbee_ip_run, each_message_may_be_lost_once)
{
    uint64_t lost = 0;
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, NULL);
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    memnet_start(net);
    memnet_run(net, 300 * IMP_S);
    expect_joined(net);
    memnet_free(net);
}

/* A power cut: the frame counter goes on, so that the parent takes the node's messages again. */
Test(zigbee_ip_run, a_node_joins_again_after_a_power_cut)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    expect_joined(net);
    memnet_event(net, ZIP_NODE, IMP_EVENT_START, NULL);
    memnet_run_past(net, 120 * IMP_S);
    expect_joined(net);
    cr_expect_eq(memnet_count_claims(net, ZIP_ROUTER, IMP_CLAIM_COMPLETE, NULL), 2u);
    cr_expect_eq(memnet_count_claims(net, ZIP_ROUTER, IMP_CLAIM_REJECT, NULL), 0u);
    memnet_free(net);
}

Test(zigbee_ip_run, a_replayed_link_request_is_refused)
{
    struct memnet *net = run_with(NULL, 60 * IMP_S);
    const struct memnet_message *request = memnet_last_message(net, ZIP_MSG_LINK_REQUEST);
    memnet_inject(net, ZIP_ROUTER, ZIP_MLE, NULL, request->bytes, request->n);
    memnet_run_past(net, 61 * IMP_S);
    cr_expect_not_null(memnet_last(net, ZIP_ROUTER, IMP_CLAIM_REJECT, "frame counter", "mle"));
    cr_expect_eq(memnet_state(net, ZIP_ROUTER), ZIP_ROUTER_LINKED);
    memnet_free(net);
}

/* Without security: refused, unless by the flaw. */
static bool links_in_clear(const char *setting)
{
    static const uint8_t ask[] = {
        MLE_UNSECURED, MLE_LINK_REQUEST, MLE_TLV_CHALLENGE, 4, 1, 2, 3, 4};
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, SETTINGS(setting));
    memnet_start(net);
    memnet_run(net, 1 * IMP_MS);
    memnet_inject(net, ZIP_ROUTER, ZIP_MLE, NULL, ask, sizeof ask);
    memnet_run_past(net, 3 * IMP_MS);
    bool answered = memnet_count_messages(net, ZIP_MSG_LINK_ACCEPT_AND_REQUEST) > 0;
    memnet_free(net);
    return answered;
}

Test(zigbee_ip_run, a_link_without_security_is_refused)
{
    cr_expect_not(links_in_clear("tls-version=1.2"));
    cr_expect(links_in_clear("router!router-unsecured-mle"));
}

Test(zigbee_ip_run, a_closed_parent_relays_nothing)
{
    struct memnet *net = run_with(SETTINGS("allow-join=false"), 60 * IMP_S);
    cr_expect_gt(memnet_count_messages(net, PANA_MSG_PCI), 1u, "the node goes on asking");
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_PRY), 0u);
    memnet_free(net);
}

Test(zigbee_ip_run, a_stranger_s_certificate_gets_no_network_key)
{
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, NULL);
    struct imp_env *coordinator = (struct imp_env *)memnet_env(net, ZIP_COORDINATOR);
    uint8_t key[PANA_NETWORK_KEY];
    coordinator->ops->cell_erase(coordinator, "eap-tls-maker");
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    cr_expect_not(memnet_complete(net));
    cr_expect_lt(memnet_cell(net, ZIP_NODE, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_LINK_REQUEST), 0u);
    memnet_free(net);
}
