/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of pana-lowpan over memnet: the relay, the key of network or group, another one when a
 * member goes. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/pana-lowpan/pana_lowpan.h"
#include "tests/support/memnet.h"

TestSuite(pana_lowpan_run, .init = imp_crypto_init, .timeout = 100);

static struct memnet *joined(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_pana_lowpan, 7, settings);
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    cr_expect(memnet_agree(net, LOWPAN_PAC, LOWPAN_BORDER_ROUTER, "pana"));
    return net;
}

/* The key of both ends is that one; its index. */
static int same_key(const struct memnet *net, const char *cell)
{
    uint8_t node[PANA_NETWORK_KEY], router[PANA_NETWORK_KEY];
    cr_assert_eq(memnet_cell(net, LOWPAN_PAC, PANA_CELL_NETWORK_KEY, node, sizeof node),
                 PANA_NETWORK_KEY);
    cr_assert_eq(memnet_cell(net, LOWPAN_BORDER_ROUTER, cell, router, sizeof router),
                 PANA_NETWORK_KEY);
    cr_expect_arr_eq(node, router, sizeof node);
    return node[16];
}

static void strike_off(struct memnet *net, const char *name)
{
    char event[80];
    snprintf(event, sizeof event, "revoke %s", name);
    memnet_event(net, LOWPAN_BORDER_ROUTER, IMP_EVENT_CONTROL, event);
    memnet_run_past(net, 40 * IMP_S);
}

Test(pana_lowpan_run, each_method_joins_through_the_relay)
{
    static const char *const methods[] = {"eap-method=eap-psk", "eap-method=eap-tls"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = joined(SETTINGS(methods[i]));
        cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 1);
        memnet_free(net);
    }
}

/* RFC 6345 section 3: PRY around each message, nothing of a PaC kept, nothing repeated. */
Test(pana_lowpan_run, the_relay_lets_nothing_but_pana_through)
{
    static const uint8_t stray[] = "GET / HTTP/1.1";
    struct memnet *net = joined(NULL);
    size_t clear = 0, relayed = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        clear += memnet_message(net, i)->channel == PANA_CHANNEL;
        relayed += memnet_message(net, i)->channel == LOWPAN_PRY_CHANNEL;
    }
    cr_expect_eq(clear, relayed);
    cr_expect_eq(clear, 11u);
    memnet_inject(net, LOWPAN_RELAY, PANA_CHANNEL, NULL, stray, sizeof stray);
    memnet_run_past(net, IMP_S);
    cr_expect_eq(memnet_count_messages(net, LOWPAN_MSG_PRY), relayed);
    memnet_free(net);
}

Test(pana_lowpan_run, every_way_of_eap_goes_through_the_relay)
{
    static const char *const ways[] = {"piggyback=false", "eap-in-start=true",
                                       "ip-reconfiguration=true"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = joined(SETTINGS(ways[i]));
        cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 1, "%s", ways[i]);
        memnet_free(net);
    }
}

Test(pana_lowpan_run, no_key_travels_in_clear)
{
    struct memnet *net = joined(SETTINGS("groups=2"));
    uint8_t key[PANA_NETWORK_KEY];
    memnet_cell(net, LOWPAN_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_null(memmem(memnet_message(net, i)->bytes, memnet_message(net, i)->n, key, 16));
    memnet_free(net);
}

Test(pana_lowpan_run, a_node_gets_the_key_of_its_group_alone)
{
    struct memnet *net = joined(SETTINGS("groups=3"));
    uint8_t one[PANA_NETWORK_KEY], two[PANA_NETWORK_KEY];
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY "/1"), 1, "device 1 is in group 1");
    memnet_cell(net, LOWPAN_BORDER_ROUTER, PANA_CELL_NETWORK_KEY "/1", one, sizeof one);
    cr_expect_eq(
        memnet_cell(net, LOWPAN_BORDER_ROUTER, PANA_CELL_NETWORK_KEY "/2", two, sizeof two),
        PANA_NETWORK_KEY);
    cr_expect_arr_neq(one, two, 16);
    memnet_free(net);
}

/* EAP-NOOB's peers have no names before, so no list has them. */
Test(pana_lowpan_run, who_is_in_no_list_is_in_the_first_group)
{
    struct memnet *net = joined(SETTINGS("groups=2", "eap-method=eap-noob"));
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY "/1"), 1);
    memnet_event(net, LOWPAN_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 70 * IMP_S);
    uint8_t key[PANA_NETWORK_KEY];
    memnet_cell(net, LOWPAN_BORDER_ROUTER, PANA_CELL_NETWORK_KEY "/1", key, sizeof key);
    cr_expect_eq(key[16], 2, "another key for those who stay");
    memnet_free(net);
}

/* ---- when a member goes
 * ----------------------------------------------------------------------------- */
Test(pana_lowpan_run, who_stays_gets_another_key)
{
    struct memnet *net = joined(NULL);
    uint8_t before[PANA_NETWORK_KEY], after[PANA_NETWORK_KEY];
    memnet_cell(net, LOWPAN_PAC, PANA_CELL_NETWORK_KEY, before, sizeof before);
    strike_off(net, "device-9@example.org");
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 2);
    memnet_cell(net, LOWPAN_PAC, PANA_CELL_NETWORK_KEY, after, sizeof after);
    cr_expect_arr_neq(before, after, 16);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1);
    cr_expect_eq(memnet_last_message(net, PANA_MSG_PNR_P)->n, 80u,
                 "16, Encryption-Encap 8 + 32, AUTH 24");
    cr_expect(memnet_agree(net, LOWPAN_PAC, LOWPAN_BORDER_ROUTER, "network key"));
    cr_expect_eq(memnet_state(net, LOWPAN_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

Test(pana_lowpan_run, a_member_of_another_group_is_not_disturbed)
{
    struct memnet *net = joined(SETTINGS("groups=2"));
    strike_off(net, "device-2@example.org");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 0, "nobody knows that device");
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY "/1"), 1);
    memnet_free(net);
}

Test(pana_lowpan_run, a_lost_key_comes_again_and_counts_once)
{
    struct memnet *net = joined(NULL);
    int lost = PANA_MSG_PNA_P;
    memnet_filter_set(net, memnet_lose_first, &lost);
    strike_off(net, "device-9@example.org");
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 2);
    cr_expect_eq(memnet_count_claims(net, LOWPAN_PAC, IMP_CLAIM_COMMIT, NULL), 4,
                 "eap, pana, the ping and the other key in it");
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 2);
    memnet_free(net);
}

/* A PCI in the name of a member, which anybody can send, does not leave it out. */
Test(pana_lowpan_run, a_stranger_s_initiation_keeps_no_key_from_a_member)
{
    uint8_t pci[PANA_MTU];
    struct pana_writer w;
    struct memnet *net = joined(NULL);
    pana_begin(&w, pci, 0, PANA_PCI, 0, 0);
    memnet_inject(net, LOWPAN_RELAY, PANA_CHANNEL, NULL, pci, pana_end(&w));
    memnet_run_past(net, IMP_S);
    strike_off(net, "device-9@example.org");
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 2);
    memnet_free(net);
}

Test(pana_lowpan_run, two_departures_at_once_end_in_the_last_key)
{
    struct memnet *net = joined(NULL);
    memnet_event(net, LOWPAN_BORDER_ROUTER, IMP_EVENT_CONTROL, "revoke device-8@example.org");
    strike_off(net, "device-9@example.org");
    cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 3);
    memnet_free(net);
}

Test(pana_lowpan_run, who_leaves_forgets_and_the_key_changes)
{
    struct memnet *net = joined(NULL);
    uint8_t key[PANA_NETWORK_KEY];
    memnet_event(net, LOWPAN_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 5 * IMP_S);
    cr_expect_eq(memnet_state(net, LOWPAN_PAC), PANA_PAC_OFF);
    cr_expect_lt(memnet_cell(net, LOWPAN_PAC, PANA_CELL_NETWORK_KEY, key, sizeof key), 0);
    memnet_cell(net, LOWPAN_BORDER_ROUTER, PANA_CELL_NETWORK_KEY, key, sizeof key);
    cr_expect_eq(key[16], 2);
    memnet_free(net);
}

Test(pana_lowpan_run, without_rekey_the_key_stays)
{
    static const char *const settings[] = {"rekey=false", "border-router!no-rekey"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = joined(SETTINGS(settings[i]));
        strike_off(net, "device-9@example.org");
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 0, "%s", settings[i]);
        cr_expect_eq(same_key(net, PANA_CELL_NETWORK_KEY), 1, "%s", settings[i]);
        memnet_free(net);
    }
}
