/* SPDX-License-Identifier: GPL-2.0-only */
/* Who says that it has OOB data which nobody has given out (Core volume 3 part H section 3.5.5). */
#include <criterion/criterion.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"

#include "alter.h"

TestSuite(bluetooth_pairing_oob_claim, .init = imp_crypto_init);

enum { OOB_OF_SMP = 2, OOB_OF_LMP = 3 }; /* octets of the flag */

static struct memnet *pair(const char *transport, struct change *claim)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, SETTINGS(transport, "mitm=insist"));
    memnet_filter_set(net, alter, claim);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static void expect_refused(const struct memnet *net, int role)
{
    cr_expect(memnet_last(net, role, IMP_CLAIM_REJECT, "oob-not-available", NULL));
    cr_expect_not(memnet_completed(net, BT_INITIATOR) || memnet_completed(net, BT_RESPONDER));
    cr_expect_null(memnet_last(net, role, IMP_CLAIM_COMMIT, NULL, NULL));
}

Test(bluetooth_pairing_oob_claim, is_refused_with_a_reason)
{
    struct change cases[] = {{BT_MSG_SMP + SMP_REQUEST, BT_INITIATOR, OOB_OF_SMP},
                             {BT_MSG_SMP + SMP_RESPONSE, BT_RESPONDER, OOB_OF_SMP}};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = pair("transport=le", &cases[i]);
        const struct memnet_message *m = memnet_last_message(net, BT_MSG_SMP + SMP_FAILED);
        expect_refused(net, !cases[i].from);
        cr_assert(m);
        cr_expect_eq(m->bytes[1], SMP_OOB_UNAVAILABLE);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_oob_claim, over_br_edr_it_has_a_pdu_of_its_own)
{
    struct change cases[] = {{BT_MSG_LMP + LMP_IO_CAPABILITY_REQ, BT_INITIATOR, OOB_OF_LMP},
                             {BT_MSG_LMP + LMP_IO_CAPABILITY_RES, BT_RESPONDER, OOB_OF_LMP}};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = pair("transport=br-edr", &cases[i]);
        expect_refused(net, !cases[i].from);
        cr_expect_gt(memnet_count_messages(net, BT_MSG_LMP + LMP_OOB_FAILED), 0);
        memnet_free(net);
    }
}
