/* SPDX-License-Identifier: GPL-2.0-only */
/* One identity at two IPv6 addresses at once. */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"
#include "tests/support/memnet_copy.h"

TestSuite(coap_eap_places, .init = imp_crypto_init);

/* The peer is let in, and seconds later again after a power cycle: where it was or, if `copied`, at
 * another address. How many alarms the controller has raised. */
static size_t alarms(const char *const *settings, bool copied)
{
    struct memnet *net = memnet_new(&imp_coap_eap, 7, settings);
    struct memnet_copy copy = {
        .net = net, .device = CEAP_PEER, .access = CEAP_CONTROLLER, .channel = CEAP_COAP};
    memnet_filter_set(net, memnet_from_elsewhere, &copy);
    memnet_delay(net, 300 * IMP_MS);
    memnet_start(net);
    imp_time then = memnet_run(net, 40 * IMP_S);
    cr_assert(memnet_complete(net));
    then = memnet_run_past(net, then + 5 * IMP_S);
    if (copied)
        copy.at = (struct imp_addr){
            .n = 18, .bytes = {0x20, 0x01, 0x0d, 0xb8, [15] = 0x77, [16] = 0x16, [17] = 0x33}};
    memnet_event(net, CEAP_PEER, IMP_EVENT_START, NULL);
    memnet_carry(&copy, then, then + 40 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, CEAP_CONTROLLER, IMP_CLAIM_COMPLETE, NULL), 2);
    size_t raised =
        memnet_count_claims(net, CEAP_CONTROLLER, IMP_CLAIM_ALARM, "cloned device identity");
    memnet_free(net);
    return raised;
}

Test(coap_eap_places, an_identity_at_two_addresses_at_once_raises_an_alarm)
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
