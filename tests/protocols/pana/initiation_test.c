/* SPDX-License-Identifier: GPL-2.0-only */
/* A PCI, which nothing authenticates, while there is a session: it begins another one, and what is
 * open stays until that has succeeded. */
#include "story.h"

TestSuite(pana_initiation, .init = imp_crypto_init);

/* A session of 10 s of age, and the PCI of whoever has the PaC's address. */
static struct memnet *interrupted(const char *setting)
{
    uint8_t pci[PANA_MTU];
    struct pana_writer w;
    struct memnet *net = run_with(SETTINGS(setting), 20 * IMP_S);
    memnet_run_past(net, 10 * IMP_S);
    pana_begin(&w, pci, 0, PANA_PCI, 0, 0);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, pci, pana_end(&w));
    memnet_run_past(net, 10500 * IMP_MS);
    cr_assert_eq(memnet_count_messages(net, PANA_MSG_PAR_S), 2, "a PCI is answered");
    return net;
}

Test(pana_initiation, who_is_struck_off_hears_of_it)
{
    struct memnet *net = interrupted("nonce-size=16");
    memnet_event(net, PANA_PAA, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 12 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTR), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_neq(memnet_state(net, PANA_PAC), PANA_PAC_OPEN);
    memnet_free(net);
}

Test(pana_initiation, pings_of_either_end_are_answered)
{
    static const char *const sides[] = {"pac.ping-interval=15", "paa.ping-interval=15"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = interrupted(sides[i]);
        memnet_run_past(net, 20 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1, "%s", sides[i]);
        cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 1, "%s", sides[i]);
        memnet_free(net);
    }
}

Test(pana_initiation, the_client_leaves_as_ever)
{
    struct memnet *net = interrupted("nonce-size=16");
    memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 12 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PTA), 1);
    cr_expect_eq(memnet_state(net, PANA_PAC), PANA_PAC_OFF);
    memnet_free(net);
}

/* The client itself, after a power cut: the session that it has forgotten is not pinged. */
Test(pana_initiation, another_session_takes_the_place_of_the_first)
{
    struct memnet *net = run_with(SETTINGS("paa.ping-interval=15"), 20 * IMP_S);
    memnet_run_past(net, 10 * IMP_S);
    memnet_event(net, PANA_PAC, IMP_EVENT_START, NULL);
    memnet_run_past(net, 22 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAN_C), 2);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 0);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNR_P), 1);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PNA_P), 1);
    expect_agreement(net);
    memnet_free(net);
}

/* ---- within the exchange (section 5.5) */
static struct memnet *in_the_midst(const char *setting)
{
    struct memnet *net = memnet_new(&imp_pana, 7, SETTINGS(setting));
    memnet_start(net);
    for (imp_time t = IMP_MS; memnet_state(net, PANA_PAA) != PANA_PAA_ANSWER; t += IMP_MS) {
        cr_assert_lt(t, 5 * IMP_S);
        memnet_run_past(net, t);
    }
    return net;
}

static void expect_anew(const char *setting, bool anew, imp_time limit)
{
    uint8_t pci[PANA_MTU];
    struct pana_writer w;
    struct memnet *net = in_the_midst(setting);
    pana_begin(&w, pci, 0, PANA_PCI, 0, 0);
    memnet_inject(net, PANA_PAA, PANA_CHANNEL, NULL, pci, pana_end(&w));
    memnet_run(net, limit);
    expect_agreement(net);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S) > 1, anew, "%s", setting);
    memnet_free(net);
}

Test(pana_initiation, a_strangers_pci_within_the_exchange_ends_nothing_where_it_is_discarded)
{
    expect_anew("restart-by-pci=false", false, 20 * IMP_S);
    expect_anew("restart-by-pci=true", true, 100 * IMP_S);
}

/* The client's own, after a power cut, is heard when the agent has given up: ten repetitions. */
Test(pana_initiation, who_begins_anew_within_the_exchange_waits_for_its_end)
{
    struct memnet *net = in_the_midst("restart-by-pci=false");
    memnet_event(net, PANA_PAC, IMP_EVENT_START, NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), 1);
    memnet_run(net, 400 * IMP_S);
    expect_agreement(net);
    cr_expect_eq(memnet_count_messages(net, PANA_MSG_PAR_S), 2);
    memnet_free(net);
}
