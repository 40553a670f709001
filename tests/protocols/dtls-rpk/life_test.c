/* SPDX-License-Identifier: GPL-2.0-only */
/* Power cuts, factory reset, revocation, a changed server key. */
#include <stdio.h>

#include "rpk_net.h"

Test(life, a_device_that_is_enrolled_registers_after_a_power_cut)
{
    struct memnet *net = rpk_net_complete(1, NULL);
    memnet_event(net, RPK_DEVICE, IMP_EVENT_START, NULL);
    rpk_run_for(net, 10);
    cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_ENROL), 1, "no second enrolment");
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_READY), 2);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_LABEL), 1);
    memnet_free(net);
}

Test(life, a_server_remembers_its_list)
{
    struct memnet *net = rpk_net_complete(1, NULL);
    memnet_event(net, RPK_SERVER, IMP_EVENT_START, NULL);
    rpk_run_for(net, 1);
    memnet_event(net, RPK_DEVICE, IMP_EVENT_START, NULL);
    rpk_run_for(net, 10);
    cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL);
    memnet_free(net);
}

Test(life, a_lost_server_is_sought_again)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("refresh=30"));
    memnet_event(net, RPK_SERVER, IMP_EVENT_START, NULL);
    rpk_run_for(net, 300);
    cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL);
    cr_expect_geq(memnet_count_messages(net, RPK_MSG_SERVER_FLIGHT), 2);
    memnet_free(net);
}

Test(life, a_factory_key_survives_the_reset_and_the_server_is_forgotten)
{
    struct memnet *net = rpk_net_complete(1, NULL);
    uint8_t before[32], after[32], cell[128];
    memnet_cell(net, 0, "key", before, 32);
    memnet_event(net, RPK_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, memnet_run_past(net, 0) + IMP_MS);
    cr_expect_eq(memnet_cell(net, 0, "server", cell, sizeof cell), -1);
    cr_expect_eq(memnet_cell(net, 0, "config", cell, sizeof cell), -1);
    cr_expect_eq(memnet_state(net, 0), RPK_UNPINNED);
    rpk_run_for(net, 30);
    memnet_cell(net, 0, "key", after, 32);
    cr_expect_arr_eq(before, after, 32);
    cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 2, "the same label serves");
    cr_expect_eq(memnet_count_claims(net, 1, IMP_CLAIM_COMPLETE, NULL), 2);
    rpk_expect_agreement(net);
    memnet_free(net);
}

Test(life, a_key_made_at_boot_does_not_survive)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("key-origin=boot"));
    uint8_t before[32], after[32];
    memnet_cell(net, 0, "key", before, 32);
    memnet_event(net, RPK_DEVICE, IMP_EVENT_RESET, NULL);
    rpk_run_for(net, 30);
    memnet_cell(net, 0, "key", after, 32);
    cr_expect_neq(memcmp(before, after, 32), 0);
    cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 2);
    memnet_free(net);
}

Test(life, a_revoked_device_stays_out)
{
    struct memnet *net = rpk_net_complete(1, NULL);
    uint8_t cell[256];
    cr_assert_gt(memnet_cell(net, 1, "acl-000", cell, sizeof cell), 0);
    memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, "revoke");
    rpk_run_for(net, 100);
    cr_expect_eq(memnet_cell(net, 1, "acl-000", cell, sizeof cell), -1);
    cr_expect_eq(memnet_state(net, 0), RPK_BACK_OFF);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "device-key-unknown", NULL));
    memnet_free(net);
}

/* ---- the vendor's list --------------------------------------------------------------------------
 */
Test(life, who_is_on_the_vendors_list_needs_no_scan)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("pin=first-use", "acl=delivered"));
    uint8_t cell[256];
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_LABEL), 0);
    cr_expect_eq(memnet_count_claims(net, 1, IMP_CLAIM_REJECT, NULL), 0);
    cr_expect_gt(memnet_cell(net, 1, "acl-000", cell, sizeof cell), 0);
    rpk_expect_agreement(net);
    memnet_free(net);
}

Test(life, who_must_be_told_the_servers_name_is_scanned_and_on_the_list_once)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("acl=delivered"));
    uint8_t cell[256];
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_LABEL), 1);
    cr_expect_eq(memnet_cell(net, 1, "acl-001", cell, sizeof cell), -1);
    memnet_free(net);
}

/* Nobody scans, nobody taps: both ends were told by those who delivered them. */
Test(life, both_may_be_named_before_the_first_power_on)
{
    static const char *const forms[] = {"server-identifier=hash", "server-identifier=spki"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = rpk_net_complete(
            1, SETTINGS("acl=delivered", "server-named-by=configuration", forms[i]));
        uint8_t cell[256];
        cr_expect_eq(memnet_count_messages(net, RPK_MSG_LABEL), 0);
        cr_expect_eq(memnet_count_messages(net, RPK_MSG_SERVER_ID), 0);
        cr_expect_eq(memnet_cell(net, RPK_DEVICE, "server", cell, sizeof cell), RPK_SPKI);
        rpk_expect_agreement(net);
        memnet_free(net);
    }
}

Test(life, who_is_configured_is_scanned_and_not_tapped)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("server-named-by=configuration"));
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_LABEL), 1);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_SERVER_ID), 0);
    memnet_event(net, RPK_DEVICE, IMP_EVENT_RESET, NULL);
    rpk_run_for(net, 100);
    cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL, "the configuration counts again");
    memnet_free(net);
}

/* The second of two is the server that is met; a third one is none of them. */
Test(life, any_server_of_the_configuration_will_do)
{
    for (int own = 0; own < 2; own++) {
        struct memnet *net = memnet_new(&imp_dtls_rpk, 1,
                                        SETTINGS("acl=delivered", "server-named-by=configuration"));
        struct imp_env *env = (struct imp_env *)memnet_env(net, RPK_DEVICE);
        uint8_t id[16], other[16] = {IMP_NIH_SHA_256_120, 7};
        cr_assert_eq(memnet_cell(net, RPK_DEVICE, "delivered-0", id, sizeof id), sizeof id);
        env->ops->cell_put(env, "delivered-0", other, sizeof other);
        if (own)
            env->ops->cell_put(env, "delivered-1", id, sizeof id);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect_eq(memnet_completed(net, RPK_DEVICE), own);
        cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_REJECT, "server-key-unknown"), !own);
        memnet_free(net);
    }
}

/* Another key than that of the factory. */
Test(life, who_is_not_on_the_vendors_list_is_refused)
{
    struct memnet *net =
        memnet_new(&imp_dtls_rpk, 1, SETTINGS("pin=first-use", "acl=delivered", "key-origin=boot"));
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "device-key-unknown", NULL));
    cr_expect(!memnet_completed(net, 0));
    memnet_free(net);
}

Test(life, a_revoked_device_is_not_on_the_list_again_after_a_power_cut)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("pin=first-use", "acl=delivered"));
    memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, "revoke");
    rpk_run_for(net, 20);
    size_t opened = memnet_count_claims(net, 1, IMP_CLAIM_COMMIT, NULL);
    memnet_event(net, RPK_SERVER, IMP_EVENT_START, NULL);
    rpk_run_for(net, 100);
    cr_expect_eq(memnet_count_claims(net, 1, IMP_CLAIM_COMMIT, NULL), opened);
    cr_expect_eq(memnet_state(net, 0), RPK_BACK_OFF);
    memnet_free(net);
}

static size_t refusals(const struct memnet *net)
{
    return memnet_count_claims(net, 1, IMP_CLAIM_REJECT, "device-key-unknown");
}

/* By the number that it got, or by the text of its label. */
Test(life, one_device_is_revoked)
{
    for (int by_label = 0; by_label < 2; by_label++) {
        struct memnet *net = rpk_net_complete(1, NULL);
        const struct memnet_message *label = memnet_last_message(net, RPK_MSG_LABEL);
        char word[80], other[80];
        uint8_t cell[256];
        snprintf(word, sizeof word, "revoke %.*s", by_label ? (int)label->n : 1,
                 by_label ? (const char *)label->bytes : "1");
        snprintf(other, sizeof other, "revoke %s", by_label ? "nih:sha-256-120;" : "2");
        memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, other);
        rpk_run_for(net, 50);
        cr_assert_gt(memnet_cell(net, 1, "acl-000", cell, sizeof cell), 0, "another's");
        cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL);
        memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, word);
        rpk_run_for(net, 100);
        cr_expect_eq(memnet_cell(net, 1, "acl-000", cell, sizeof cell), -1, "%s", word);
        cr_expect_eq(memnet_state(net, 0), RPK_BACK_OFF, "closed, and no other was opened");
        cr_expect_gt(refusals(net), 0);
        memnet_free(net);
    }
}

static void changed_key(const char *const *settings, int expected_state, bool alarm)
{
    struct memnet *net = rpk_net_complete(1, settings);
    memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, "new-key");
    rpk_run_for(net, 20);
    cr_expect_eq(memnet_state(net, 0), expected_state, "%s", settings ? settings[0] : "");
    cr_expect_eq(memnet_last(net, 0, IMP_CLAIM_ALARM, "server-key-changed", NULL) != NULL, alarm);
    if (alarm) {
        memnet_event(net, RPK_SERVER, IMP_EVENT_CONTROL, "announce");
        rpk_run_for(net, 20);
        cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL, "the new name is delivered");
    }
    memnet_free(net);
}

Test(life, a_changed_server_key_needs_a_new_name)
{
    changed_key(NULL, RPK_BACK_OFF, true);
    changed_key(SETTINGS("pin=first-use"), RPK_BACK_OFF, true);
    changed_key(SETTINGS("pin=none"), RPK_OPERATIONAL, false);
    changed_key(SETTINGS("pin=first-use", "!accepts-changed-key"), RPK_OPERATIONAL, false);
}
