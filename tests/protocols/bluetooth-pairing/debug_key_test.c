/* SPDX-License-Identifier: GPL-2.0-only */
/* The debug key pair (Core volume 3 part H section 2.3.5.6.1), which everybody knows. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_debug_key, .init = imp_crypto_init);

static struct memnet *pair(const char *initiator, const char *responder)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7,
                                    SETTINGS("secure-connections=only", initiator, responder));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static const struct memnet_message *sent_by(const struct memnet *net, int message, int role)
{
    for (size_t i = memnet_message_count(net); i-- > 0;)
        if (memnet_message(net, i)->message == message && memnet_message(net, i)->from == role)
            return memnet_message(net, i);
    return NULL;
}

/* What debug equipment does that has read the pairing. */
static void expect_readable(const struct memnet *net, int in_debug_mode)
{
    static const uint8_t secret[32] = {0x3f, 0x49, 0xf6, 0xd4, 0xa3, 0xc5, 0x5f, 0x38,
                                       0x74, 0xc9, 0xb3, 0xe3, 0xd2, 0x10, 0x3f, 0x50,
                                       0x4a, 0xff, 0x60, 0x7b, 0xeb, 0x40, 0xb7, 0x99,
                                       0x58, 0x99, 0xb8, 0xa6, 0xcd, 0x3c, 0x1a, 0xbd};
    uint8_t key[64], z[32], n[2][16], mac_key[16], ltk[16];
    const struct memnet_message *m = sent_by(net, BT_MSG_SMP + SMP_PUBLIC_KEY, !in_debug_mode);
    cr_assert(m);
    smp_public_key_read(key, m->bytes);
    cr_assert_eq(imp_p256_shared(NULL, z, secret, key), 0);
    for (int role = 0; role < 2; role++)
        smp_value(n[role], sent_by(net, BT_MSG_SMP + SMP_RANDOM, role)->bytes);
    bt_f5(NULL, mac_key, ltk, z, n[BT_INITIATOR], n[BT_RESPONDER],
          memnet_last(net, BT_INITIATOR, IMP_CLAIM_IDENTITY, NULL, NULL)->self,
          memnet_last(net, BT_RESPONDER, IMP_CLAIM_IDENTITY, NULL, NULL)->self);
    cr_expect_arr_eq(memnet_last(net, BT_INITIATOR, IMP_CLAIM_SECRET, "LTK", NULL)->data, ltk, 16);
}

Test(bluetooth_pairing_debug_key, one_end_suffices_for_who_reads)
{
    struct memnet *net = pair("initiator.debug-key=use", "responder.debug-key=accept");
    cr_assert(memnet_complete(net));
    expect_readable(net, BT_INITIATOR);
    memnet_free(net);
    net = pair("initiator.debug-key=accept", "responder.debug-key=use");
    cr_assert(memnet_complete(net));
    expect_readable(net, BT_RESPONDER);
    memnet_free(net);
}

/* The same public key at both ends is no reflection then. */
Test(bluetooth_pairing_debug_key, both_ends_may_use_it)
{
    struct memnet *net = pair("initiator.debug-key=use", "responder.debug-key=use");
    cr_assert(memnet_complete(net));
    expect_readable(net, BT_INITIATOR);
    cr_expect_arr_eq(sent_by(net, BT_MSG_SMP + SMP_PUBLIC_KEY, BT_INITIATOR)->bytes,
                     sent_by(net, BT_MSG_SMP + SMP_PUBLIC_KEY, BT_RESPONDER)->bytes, 65);
    memnet_free(net);
}

Test(bluetooth_pairing_debug_key, unless_told_otherwise_each_end_refuses_it)
{
    static const struct {
        const char *initiator, *responder;
        int refuses;
    } all[] = {{"initiator.debug-key=use", NULL, BT_RESPONDER},
               {"initiator.debug-key=refuse", "responder.debug-key=use", BT_INITIATOR}};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = pair(all[i].initiator, all[i].responder);
        const struct memnet_message *m = memnet_last_message(net, BT_MSG_SMP + SMP_FAILED);
        cr_expect(memnet_last(net, all[i].refuses, IMP_CLAIM_REJECT, "debug-key", NULL));
        cr_assert(m);
        cr_expect_eq(m->bytes[1], SMP_PARAMETERS);
        cr_expect_not(memnet_complete(net));
        memnet_free(net);
    }
}
