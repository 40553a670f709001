/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of ssh-tofu over memnet: first contact, later visits, a changed key, refusals, resets. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

Test(ssh_tofu_run, first_contact_keeps_the_key_and_brings_the_configuration)
{
    struct memnet *net = run_with(NULL);
    uint8_t known[32], key[32], public[32], config[TOFU_CONFIG];
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "known-host", known, sizeof known), 32);
    cr_assert_eq(memnet_cell(net, TOFU_SERVER, "key", key, sizeof key), 32);
    imp_ed25519_public(NULL, public, key);
    cr_expect_arr_eq(known, public, 32);
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "config", config, sizeof config), TOFU_CONFIG);
    const struct imp_claim *s =
        memnet_last(net, TOFU_SERVER, IMP_CLAIM_SECRET, "operational-key", "ssh");
    cr_expect_arr_eq(s->data, config, TOFU_CONFIG);
    const struct imp_claim *a = memnet_last(net, TOFU_DEVICE, IMP_CLAIM_COMMIT, NULL, "ssh");
    const struct imp_claim *b = memnet_last(net, TOFU_SERVER, IMP_CLAIM_COMMIT, NULL, "ssh");
    cr_expect_arr_eq(a->sid, b->sid, TOFU_SID);
    cr_expect_arr_eq(a->data, b->data, a->data_n);
    memnet_free(net);
}

Test(ssh_tofu_run, packets_have_the_sizes_of_the_formats)
{
    struct memnet *net = run_with(NULL);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_IDENTIFICATION)->n, 15 + 2);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_ECDH_INIT)->n, 48);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_ECDH_REPLY)->n, 192);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_NEWKEYS)->n, 16);
    memnet_free(net);
}

Test(ssh_tofu_run, a_changed_key_raises_the_alarm_and_is_not_stored)
{
    struct memnet *net = run_with(NULL);
    uint8_t before[32], after[32];
    memnet_cell(net, TOFU_DEVICE, "known-host", before, sizeof before);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    memnet_cell(net, TOFU_DEVICE, "known-host", after, sizeof after);
    cr_expect_arr_eq(before, after, 32);
    memnet_free(net);
}

Test(ssh_tofu_run, visits_with_the_kept_key_are_silent)
{
    struct memnet *net = run_with(NULL);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect_gt(memnet_count_messages(net, TOFU_MSG_ECDH_REPLY), 2);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

Test(ssh_tofu_run, a_strict_device_takes_no_unknown_host)
{
    struct memnet *net = run_with(SETTINGS("host-key-policy=strict"));
    cr_expect(!memnet_completed(net, TOFU_DEVICE));
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-key-unknown", "ssh"));
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "known-host", NULL, 0), -1);
    memnet_free(net);
}
