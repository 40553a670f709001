/* SPDX-License-Identifier: GPL-2.0-only */
/* Continuity is a name's: names that a network leases, and lines that a human deletes. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_name, .init = imp_crypto_init);

/* ---- leased names ------------------------------------------------------------------------------
 */
static struct memnet *leased(const char *a, const char *b, imp_time until)
{
    const char *const settings[] = {
        "device-is=server", "host-names=leased", "name-lease=30", a, b, NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_start(net);
    memnet_run_past(net, until);
    return net;
}

static int line_of(struct memnet *net, const char *cell, uint8_t line[33])
{
    return memnet_cell(net, TOFU_SERVER, cell, line, 33);
}

Test(ssh_tofu_name, each_lease_is_a_leap)
{
    uint8_t first[33], second[33];
    struct memnet *net = leased(NULL, NULL, 25 * IMP_S);
    cr_assert(memnet_complete(net));
    cr_assert_eq(line_of(net, "known-host-dhcp-1", first), 33);
    cr_expect_eq(line_of(net, "known-host-device-1", second), -1);
    cr_expect_eq(line_of(net, "known-host-dhcp-2", second), -1);
    memnet_run_past(net, 55 * IMP_S);
    cr_assert_eq(line_of(net, "known-host-dhcp-2", second), 33);
    cr_expect_arr_eq(first, second, 33, "the key is the same");
    memnet_run_past(net, 85 * IMP_S);
    cr_expect_eq(line_of(net, "known-host-dhcp-3", second), 33);
    cr_expect_eq(memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

Test(ssh_tofu_name, after_the_last_name_comes_the_first)
{
    uint8_t line[33];
    struct memnet *net = leased("leased-names=2", NULL, 200 * IMP_S);
    cr_expect_eq(line_of(net, "known-host-dhcp-1", line), 33);
    cr_expect_eq(line_of(net, "known-host-dhcp-2", line), 33);
    cr_expect_eq(line_of(net, "known-host-dhcp-3", line), -1);
    cr_expect_eq(memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_ALARM, NULL), 0);
    memnet_free(net);
}

/* The name was another device's before. */
Test(ssh_tofu_name, whoever_has_the_name_later_raises_the_alarm)
{
    static const uint8_t others[32] = {9};
    struct memnet *net = leased(NULL, NULL, 25 * IMP_S);
    tofu_host_install((struct imp_env *)memnet_env(net, TOFU_SERVER), "dhcp-2", others);
    memnet_run_past(net, 55 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    memnet_free(net);
}

Test(ssh_tofu_name, a_strict_administrator_loses_his_device)
{
    struct memnet *net = leased("host-key-policy=strict", NULL, 1);
    uint8_t key[32], public[32];
    memnet_cell(net, TOFU_DEVICE, "key", key, sizeof key);
    imp_ed25519_public(NULL, public, key);
    tofu_host_install((struct imp_env *)memnet_env(net, TOFU_SERVER), "dhcp-1", public);
    memnet_run_past(net, 29 * IMP_S);
    cr_assert_eq(memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_REJECT, "host-key-unknown"), 0);
    memnet_run_past(net, 70 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_REJECT, "host-key-unknown", "ssh"));
    memnet_free(net);
}

/* ---- lines that are deleted --------------------------------------------------------------------
 */
static struct memnet *warned(bool deletes, const char *more)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("changed-key=ask", more));
    memnet_user(net, 5 * IMP_S, deletes);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_assert(memnet_complete(net));
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 400 * IMP_S);
    cr_assert_gt(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed"), 0);
    return net;
}

static bool knows_the_server(struct memnet *net)
{
    uint8_t key[32], public[32], line[33] = {0};
    memnet_cell(net, TOFU_SERVER, "key", key, sizeof key);
    imp_ed25519_public(NULL, public, key);
    memnet_cell(net, TOFU_DEVICE, "known-host", line, sizeof line);
    return memcmp(line, public, 32) == 0;
}

Test(ssh_tofu_name, who_deletes_the_line_leaps_again)
{
    struct memnet *net = warned(true, NULL);
    cr_expect(knows_the_server(net));
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed"), 1);
    cr_expect_eq(memnet_count_prompts(net, TOFU_ACT_DELETE_LINE), 1);
    memnet_free(net);
}

Test(ssh_tofu_name, who_lets_it_stand_is_not_asked_again)
{
    struct memnet *net = warned(false, NULL);
    cr_expect(!knows_the_server(net));
    cr_expect_gt(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed"), 3);
    cr_expect_eq(memnet_count_prompts(net, TOFU_ACT_DELETE_LINE), 1);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "forget");
    memnet_run_past(net, 450 * IMP_S);
    cr_expect(knows_the_server(net));
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 500 * IMP_S);
    cr_expect_eq(memnet_count_prompts(net, TOFU_ACT_DELETE_LINE), 2, "of another host, it is");
    memnet_free(net);
}

Test(ssh_tofu_name, in_a_file_he_deletes_the_line_as_well)
{
    char file[512] = "";
    struct memnet *net = warned(true, "known-hosts=file");
    int n = memnet_cell(net, TOFU_DEVICE, "known_hosts", file, sizeof file - 1);
    cr_assert_gt(n, 0);
    cr_expect_eq(strchr(file, '\n'), file + n - 1, "one line: %s", file);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed"), 1);
    memnet_free(net);
}

Test(ssh_tofu_name, without_that_option_nobody_is_asked)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, NULL);
    memnet_user(net, 5 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 400 * IMP_S);
    cr_expect_eq(memnet_count_prompts(net, TOFU_ACT_DELETE_LINE), 0);
    cr_expect(!knows_the_server(net));
    memnet_free(net);
}

/* Between the warning and the answer the device was reset: the answer is of nothing any more. */
Test(ssh_tofu_name, an_answer_after_a_reset_deletes_nothing)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("changed-key=ask"));
    memnet_user(net, 60 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 45 * IMP_S);
    cr_assert_eq(memnet_count_prompts(net, TOFU_ACT_DELETE_LINE), 1);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 50 * IMP_S);
    for (int t = 51; t < 130; t++) {
        cr_assert(knows_the_server(net), "%d", t);
        memnet_run_past(net, t * IMP_S);
    }
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 1);
    memnet_free(net);
}
