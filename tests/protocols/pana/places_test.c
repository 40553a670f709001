/* SPDX-License-Identifier: GPL-2.0-only */
/* One identity at two IPv6 addresses at once. */
#include "story.h"
#include "tests/support/memnet_copy.h"

TestSuite(pana_places, .init = imp_crypto_init);

/* The PaC is let in, and seconds later again after a power cycle: where it was or, if `copied`, at
 * another address; `verb`: what it is told in between. How many alarms the agent has raised. */
static size_t alarms_after(const char *verb, const char *const *settings, bool copied)
{
    struct memnet *net = memnet_new(&imp_pana, 7, settings);
    struct memnet_copy copy = {
        .net = net, .device = PANA_PAC, .access = PANA_PAA, .channel = PANA_CHANNEL};
    memnet_filter_set(net, memnet_from_elsewhere, &copy);
    memnet_delay(net, 300 * IMP_MS);
    memnet_start(net);
    imp_time then = memnet_run(net, 40 * IMP_S);
    cr_assert(memnet_complete(net));
    if (verb)
        memnet_event(net, PANA_PAC, IMP_EVENT_CONTROL, verb);
    then = memnet_run_past(net, then + 5 * IMP_S);
    if (copied)
        copy.at = (struct imp_addr){
            .n = 18, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x77, [16] = 0x02, [17] = 0xcc}};
    memnet_event(net, PANA_PAC, IMP_EVENT_START, NULL);
    memnet_carry(&copy, then, then + 40 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, PANA_PAA, IMP_CLAIM_COMPLETE, NULL), 2, "let in twice");
    size_t raised = memnet_count_claims(net, PANA_PAA, IMP_CLAIM_ALARM, "cloned device identity");
    memnet_free(net);
    return raised;
}

static size_t alarms(const char *const *settings, bool copied)
{
    return alarms_after(NULL, settings, copied);
}

Test(pana_places, an_identity_at_two_addresses_at_once_raises_an_alarm)
{
    static const char *const methods[] = {"eap-method=eap-tls", "eap-method=eap-psk"};
    static const char *const servers[] = {"eap-server=local", "eap-server=radius"};
    for (int m = 0; m < 2; m++)
        for (int s = 0; s < 2; s++) {
            const char *how[] = {methods[m], servers[s], "clone-window=3600", NULL};
            cr_expect_eq(alarms(how, true), 1, "%s %s", how[0], how[1]);
            cr_expect_eq(alarms(how, false), 0, "the device is where it was");
            how[2] = "clone-window=0";
            cr_expect_eq(alarms(how, true), 0, "nobody looks");
            how[2] = "clone-window=1";
            cr_expect_eq(alarms(how, true), 0, "it may have moved");
        }
}

/* What is over is nobody's place. */
Test(pana_places, a_session_that_has_ended_raises_none)
{
    const char *const how[] = {"eap-method=eap-tls", "clone-window=3600", NULL};
    cr_expect_eq(alarms_after("leave", how, true), 0);
}
