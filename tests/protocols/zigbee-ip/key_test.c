/* SPDX-License-Identifier: GPL-2.0-only */
/* Another network key: it goes to every member, parents too, and is put into use when all have it;
 * and a link under a stored key without PANA. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/zigbee-ip/zigbee_ip.h"
#include "tests/support/memnet.h"

TestSuite(zigbee_ip_key, .init = imp_crypto_init, .timeout = 100);

static struct memnet *joined(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_zigbee_ip, 7, settings);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    return net;
}

static void strike_off(struct memnet *net, imp_time until)
{
    memnet_event(net, ZIP_COORDINATOR, IMP_EVENT_CONTROL, "revoke device-9@example.org");
    memnet_run_past(net, until);
}

static int node_index(const struct memnet *net)
{
    return ((const struct zip_node *)memnet_env(net, ZIP_NODE)->ctx)->keys.mle.index;
}

static int router_index(const struct memnet *net)
{
    return ((const struct zip_router *)memnet_env(net, ZIP_ROUTER)->ctx)->keys.mle.index;
}

/* What is committed to in that layer, which all speak to several, somebody else was running. */
static bool agreed(const struct memnet *net, const char *layer)
{
    size_t commits = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        bool found = false;
        if (c->claim.kind != IMP_CLAIM_COMMIT || strcmp(c->claim.layer, layer) != 0)
            continue;
        for (size_t j = 0; j < memnet_claim_count(net) && !found; j++) {
            const struct memnet_claim *r = memnet_claim(net, j);
            found = r->role != c->role && r->claim.kind == IMP_CLAIM_RUNNING &&
                    strcmp(r->claim.layer, layer) == 0 && memnet_same(&c->claim, &r->claim);
        }
        if (!found)
            return false;
        commits++;
    }
    return commits > 0;
}

/* Both use that key, and the coordinator's is the same. */
static void expect_in_use(const struct memnet *net, int index)
{
    uint8_t node[PANA_NETWORK_KEY], router[PANA_NETWORK_KEY], coordinator[PANA_NETWORK_KEY];
    cr_expect_eq(node_index(net), index);
    cr_expect_eq(router_index(net), index);
    memnet_cell(net, ZIP_NODE, PANA_CELL_NETWORK_KEY, node, sizeof node);
    memnet_cell(net, ZIP_ROUTER, PANA_CELL_NETWORK_KEY, router, sizeof router);
    memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_NETWORK_KEY, coordinator, sizeof coordinator);
    cr_expect_arr_eq(node, coordinator, sizeof node);
    cr_expect_arr_eq(router, coordinator, sizeof router);
    cr_expect_eq(coordinator[16], index);
    cr_expect(agreed(net, "network key"));
    cr_expect(agreed(net, "mle-key"));
    cr_expect_not_null(memnet_last(net, ZIP_ROUTER, IMP_CLAIM_COMMIT, NULL, "network key"));
    cr_expect_not_null(memnet_last(net, ZIP_ROUTER, IMP_CLAIM_COMMIT, NULL, "mle-key"));
    cr_expect_not_null(memnet_last(net, ZIP_NODE, IMP_CLAIM_COMMIT, NULL, "mle-key"));
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
}

Test(zigbee_ip_key, who_stays_gets_another_key_and_uses_it)
{
    struct memnet *net = joined(NULL);
    strike_off(net, 40 * IMP_S);
    expect_in_use(net, 2);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_PNR_PARENT), 1u);
    cr_expect_eq(memnet_last_message(net, ZIP_MSG_PNR_PARENT)->n, 80u,
                 "16, Encryption-Encap 8 + 32, AUTH 24");
    cr_expect_eq(memnet_last_message(net, ZIP_MSG_PNA_PARENT)->n, 40u);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1u);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_MESH_ADVERTISEMENT), 3u);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_ADVERTISEMENT), 3u);
    cr_expect_eq(memnet_last_message(net, ZIP_MSG_ADVERTISEMENT)->n, 18u,
                 "security 7, command 1, Link-layer Frame Counter 6, MIC 4");
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_LINK_REQUEST), 1u, "the link stays");
    memnet_free(net);
}

/* All have it before anybody uses it. */
Test(zigbee_ip_key, the_next_key_is_used_only_when_all_have_it)
{
    struct memnet *net = joined(SETTINGS("key-activation=5"));
    int lost = PANA_MSG_PNA_P;
    memnet_filter_set(net, memnet_lose_first, &lost);
    strike_off(net, 4 * IMP_S);
    cr_expect_eq(router_index(net), 1);
    cr_expect_eq(node_index(net), 1);
    memnet_run_past(net, 40 * IMP_S);
    expect_in_use(net, 2);
    imp_time answered = memnet_last_message(net, PANA_MSG_PNA_P)->at;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        cr_expect(m->message != ZIP_MSG_MESH_ADVERTISEMENT || m->at >= answered + 5 * IMP_S);
    }
    memnet_free(net);
}

/* Ten repetitions without an answer: the node is forgotten, and the others go on. */
Test(zigbee_ip_key, who_does_not_answer_is_not_waited_for)
{
    struct memnet *net = joined(NULL);
    int label = PANA_MSG_PNA_P;
    memnet_filter_set(net, memnet_spoil_last, &label);
    strike_off(net, 100 * IMP_S);
    cr_expect_eq(router_index(net), 1);
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_eq(router_index(net), 2);
    memnet_free(net);
}

Test(zigbee_ip_key, the_key_never_travels_in_clear)
{
    struct memnet *net = joined(NULL);
    uint8_t key[PANA_NETWORK_KEY];
    strike_off(net, 40 * IMP_S);
    memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_NETWORK_KEY, key, sizeof key);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_null(memmem(memnet_message(net, i)->bytes, memnet_message(net, i)->n, key, 16));
    memnet_free(net);
}

Test(zigbee_ip_key, each_message_of_it_may_be_lost_once)
{
    uint64_t lost = 0;
    struct memnet *net = joined(NULL);
    memnet_filter_set(net, memnet_lose_each_once, &lost);
    strike_off(net, 60 * IMP_S);
    expect_in_use(net, 2);
    cr_expect_eq(memnet_count_claims(net, ZIP_ROUTER, IMP_CLAIM_REJECT, NULL), 0u);
    memnet_free(net);
}

Test(zigbee_ip_key, a_lifetime_ends_in_another_key_and_another)
{
    struct memnet *net = joined(SETTINGS("network-key-lifetime=40"));
    memnet_run_past(net, 70 * IMP_S);
    expect_in_use(net, 2);
    memnet_run_past(net, 110 * IMP_S);
    expect_in_use(net, 3);
    memnet_free(net);
}

Test(zigbee_ip_key, two_departures_at_once_end_in_the_last_key)
{
    struct memnet *net = joined(NULL);
    memnet_event(net, ZIP_COORDINATOR, IMP_EVENT_CONTROL, "revoke device-8@example.org");
    strike_off(net, 60 * IMP_S);
    expect_in_use(net, 3);
    memnet_free(net);
}

/* A key that comes while another one waits for its use takes its place. */
Test(zigbee_ip_key, a_key_that_waits_is_overtaken)
{
    struct memnet *net = joined(SETTINGS("key-activation=20"));
    strike_off(net, 10 * IMP_S);
    strike_off(net, 60 * IMP_S);
    expect_in_use(net, 3);
    memnet_free(net);
}

/* A node that joins in between has only the next key: its parent takes it, and answers under it. */
Test(zigbee_ip_key, a_node_may_be_ahead_of_its_parent)
{
    struct memnet *net = joined(SETTINGS("key-activation=60"));
    strike_off(net, 5 * IMP_S);
    memnet_event(net, ZIP_NODE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 40 * IMP_S);
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
    cr_expect_eq(node_index(net), 2);
    cr_expect_eq(router_index(net), 1);
    cr_expect(memnet_agree(net, ZIP_NODE, ZIP_ROUTER, "mle"));
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(router_index(net), 2);
    memnet_free(net);
}

Test(zigbee_ip_key, a_parent_keeps_the_next_key_over_a_power_cut)
{
    struct memnet *net = joined(SETTINGS("key-activation=20"));
    strike_off(net, 5 * IMP_S);
    memnet_event(net, ZIP_ROUTER, IMP_EVENT_START, NULL);
    memnet_run_past(net, 40 * IMP_S);
    cr_expect_eq(router_index(net), 2);
    memnet_free(net);
}

Test(zigbee_ip_key, the_coordinator_s_numbers_go_on_after_a_power_cut)
{
    struct memnet *net = joined(NULL);
    strike_off(net, 30 * IMP_S);
    struct pana_membership before, after;
    memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_MEMBER "/0", &before, sizeof before);
    strike_off(net, 60 * IMP_S);
    memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_MEMBER "/0", &after, sizeof after);
    cr_expect_eq(after.sequence, before.sequence + 1);
    memnet_cell(net, ZIP_ROUTER, PANA_CELL_MEMBER, &before, sizeof before);
    cr_expect_eq(after.sequence, before.sequence);
    memnet_free(net);
}

/* ---- what is refused
 * -------------------------------------------------------------------------------- */
Test(zigbee_ip_key, a_repeated_advertisement_is_refused)
{
    struct memnet *net = joined(NULL);
    strike_off(net, 40 * IMP_S);
    const struct memnet_message *node = memnet_last_message(net, ZIP_MSG_ADVERTISEMENT),
                                *router = memnet_last_message(net, ZIP_MSG_MESH_ADVERTISEMENT);
    memnet_inject(net, ZIP_NODE, ZIP_MLE, NULL, node->bytes, node->n);
    memnet_inject(net, ZIP_ROUTER, ZIP_MESH, NULL, router->bytes, router->n);
    memnet_run_past(net, 41 * IMP_S);
    cr_expect_not_null(memnet_last(net, ZIP_NODE, IMP_CLAIM_REJECT, "frame counter", "mle"));
    cr_expect_not_null(memnet_last(net, ZIP_ROUTER, IMP_CLAIM_REJECT, "frame counter", "mle"));
    memnet_free(net);
}

Test(zigbee_ip_key, a_parent_does_not_go_back_to_an_old_key)
{
    struct memnet *net = joined(NULL);
    strike_off(net, 30 * IMP_S);
    const struct memnet_message *first = memnet_last_message(net, ZIP_MSG_PNR_PARENT);
    strike_off(net, 60 * IMP_S);
    expect_in_use(net, 3);
    memnet_inject(net, ZIP_ROUTER, ZIP_RELAY, NULL, first->bytes, first->n);
    memnet_run_past(net, 61 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_PNA_PARENT), 2u);
    memnet_free(net);
}

/* Of each kind the last octet is spoilt: nobody gets, or uses, another key. */
Test(zigbee_ip_key, nothing_counts_without_its_authenticator)
{
    static const int labels[] = {ZIP_MSG_PNR_PARENT, ZIP_MSG_PNA_PARENT, ZIP_MSG_MESH_ADVERTISEMENT,
                                 ZIP_MSG_ADVERTISEMENT};
    for (int i = 0; i < 4; i++) {
        int label = labels[i];
        struct memnet *net = joined(NULL);
        memnet_filter_set(net, memnet_spoil_last, &label);
        strike_off(net, 60 * IMP_S);
        cr_expect_eq(node_index(net), 1, "%d", i);
        cr_expect_eq(router_index(net), labels[i] == ZIP_MSG_ADVERTISEMENT ? 2 : 1, "%d", i);
        memnet_free(net);
    }
}

Test(zigbee_ip_key, without_rekey_the_key_stays)
{
    static const char *const settings[] = {"rekey=false", "coordinator!no-rekey"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = joined(SETTINGS(settings[i]));
        strike_off(net, 40 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, ZIP_MSG_PNR_PARENT), 0u);
        cr_expect_eq(node_index(net), 1);
        memnet_free(net);
    }
}

/* Who is struck off himself gets a termination and no key. */
Test(zigbee_ip_key, who_is_struck_off_does_not_get_the_next_key)
{
    static const char *const suites[] = {"tls-suite=ccm-8", "tls-suite=psk-ccm-8"},
                             *const names[] = {"revoke CN=device-1", "revoke device-1@example.org"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = joined(SETTINGS(suites[i]));
        memnet_event(net, ZIP_COORDINATOR, IMP_EVENT_CONTROL, names[i]);
        memnet_run_past(net, 60 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1u, "%s", suites[i]);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 0u, "%s", suites[i]);
        cr_expect_eq(router_index(net), 2, "%s", suites[i]);
        cr_expect_neq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED, "%s", suites[i]);
        const struct imp_claim *c =
            memnet_last(net, ZIP_COORDINATOR, IMP_CLAIM_SECRET, "network key in use", "pana");
        uint8_t key[PANA_NETWORK_KEY];
        memnet_cell(net, ZIP_COORDINATOR, PANA_CELL_NETWORK_KEY, key, sizeof key);
        cr_assert_not_null(c);
        cr_expect_arr_eq(c->data, key, 16);
        memnet_free(net);
    }
}

/* ---- a stored key
 * ----------------------------------------------------------------------------------- */
Test(zigbee_ip_key, a_stored_key_makes_a_link_without_pana)
{
    struct memnet *net = joined(SETTINGS("rejoin=stored-key"));
    size_t pana = memnet_count_messages(net, PANA_MSG_PCI);
    memnet_event(net, ZIP_NODE, IMP_EVENT_START, NULL);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), pana);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_LINK_REQUEST), 2u);
    cr_expect(memnet_agree(net, ZIP_NODE, ZIP_ROUTER, "mle"));
    memnet_free(net);
}

Test(zigbee_ip_key, an_old_stored_key_ends_in_authentication)
{
    static const uint8_t old[PANA_NETWORK_KEY] = {[0] = 9, [16] = 7};
    struct memnet *net = joined(SETTINGS("rejoin=stored-key"));
    struct imp_env *node = (struct imp_env *)memnet_env(net, ZIP_NODE);
    node->ops->cell_put(node, PANA_CELL_NETWORK_KEY, old, sizeof old);
    memnet_event(net, ZIP_NODE, IMP_EVENT_START, NULL);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 2u);
    cr_expect_eq(memnet_count_messages(net, ZIP_MSG_LINK_REQUEST), 1u + 3 + 1);
    cr_expect_eq(node_index(net), 1);
    memnet_free(net);
}

Test(zigbee_ip_key, a_reset_node_has_no_stored_key)
{
    struct memnet *net = joined(SETTINGS("rejoin=stored-key"));
    memnet_event(net, ZIP_NODE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PCI), 2u);
    cr_expect_eq(memnet_state(net, ZIP_NODE), ZIP_NODE_JOINED);
    memnet_free(net);
}
