/* SPDX-License-Identifier: GPL-2.0-only */
/* A connection that is kept: visits in one, keys that wear out by time, what ends it. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_kept, .init = imp_crypto_init);

static struct memnet *until(imp_time end, const char *more)
{
    const char *const settings[] = {"connection=kept", more, NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_start(net);
    memnet_run_past(net, end);
    return net;
}

static size_t rejects(const struct memnet *net)
{
    return memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_REJECT, NULL) +
           memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_REJECT, NULL);
}

Test(ssh_tofu_kept, visits_share_a_connection)
{
    uint8_t config[TOFU_CONFIG];
    struct memnet *net = until(105 * IMP_S, NULL);
    cr_assert(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_IDENTIFICATION), 2);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_AUTH_REQUEST), 1);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_OPEN), 1 + 100 / 20);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA), 1 + 100 / 20);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_CLOSE), 2 * (1 + 100 / 20));
    cr_expect_eq(rejects(net), 0);
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "config", config, sizeof config), TOFU_CONFIG);
    const struct imp_claim *s =
        memnet_last(net, TOFU_SERVER, IMP_CLAIM_SECRET, "operational-key", "ssh");
    cr_expect_arr_eq(s->data, config, TOFU_CONFIG);
    cr_expect_eq(memnet_count_claims(net, TOFU_DEVICE, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

/* However long it lasts: the server's time to authenticate is over once the client has. */
Test(ssh_tofu_kept, who_has_authenticated_may_stay)
{
    struct memnet *net = until(300 * IMP_S, "refresh=0");
    cr_expect_eq(rejects(net), 0);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_OPEN), 1);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_KEXINIT), 2);
    memnet_free(net);
}

/* RFC 4253 section 9: after an hour. Either end asks, and its time begins anew. */
Test(ssh_tofu_kept, keys_wear_out_by_time)
{
    static const char *const who[] = {"client.rekey-interval=3600", "server.rekey-interval=3600",
                                      "rekey-interval=3600"};
    for (int i = 0; i < 3; i++) {
        struct memnet *net = until(3590 * IMP_S, who[i]);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), 2);
        memnet_run_past(net, 3610 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), 4, "%s", who[i]);
        memnet_run_past(net, 7190 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), 4);
        memnet_run_past(net, 7210 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), 6);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_IDENTIFICATION), 2, "one connection");
        cr_expect_eq(rejects(net), 0);
        memnet_free(net);
    }
}

/* ... and visits theirs. */
Test(ssh_tofu_kept, other_keys_delay_no_visit)
{
    struct memnet *net = until(105 * IMP_S, "rekey-interval=7");
    cr_expect_geq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), 2 * (1 + 100 / 8));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_OPEN), 1 + 100 / 20);
    cr_expect_eq(rejects(net), 0);
    memnet_free(net);
}

/* RFC 4254 section 5.3: before, the channel's number is not free. */
Test(ssh_tofu_kept, where_the_server_has_not_closed_the_channel_there_is_another_connection)
{
    struct memnet *net = until(10 * IMP_S, NULL);
    struct tofu_device *d = memnet_env(net, TOFU_DEVICE)->ctx;
    cr_assert(d->end.over && d->resting);
    d->end.over = false;
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_IDENTIFICATION), 4);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA), 2);
    memnet_free(net);
}

/* The time is the keys', whatever made them others. */
Test(ssh_tofu_kept, keys_that_wore_out_by_octets_have_their_own_time)
{
    struct memnet *net = memnet_new(
        &imp_ssh_tofu, 7,
        SETTINGS("connection=kept", "client.rekey-interval=30", "server.rekey-after=300"));
    memnet_start(net);
    memnet_run_past(net, 29 * IMP_S);
    size_t before = memnet_count_messages(net, TOFU_MSG_NEWKEYS);
    cr_assert_geq(before, 4, "by octets at the second visit");
    memnet_run_past(net, 39 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_NEWKEYS), before);
    cr_expect_eq(rejects(net), 0);
    memnet_free(net);
}

/* Each exchange proves the host key anew. */
Test(ssh_tofu_kept, a_host_that_is_struck_off_meanwhile_is_left)
{
    struct memnet *net = until(30 * IMP_S, NULL);
    size_t served = memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-key-revoked", "ssh"));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA), served);
    memnet_free(net);
}

Test(ssh_tofu_kept, a_device_that_is_struck_off_meanwhile_is_not_served)
{
    struct memnet *net = until(30 * IMP_S, NULL);
    size_t served = memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_REJECT, "key-revoked", "ssh"));
    cr_expect_gt(memnet_count_messages(net, TOFU_MSG_CHANNEL_OPEN_FAILURE), 0);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA), served);
    memnet_free(net);
}

Test(ssh_tofu_kept, a_reset_device_begins_anew)
{
    struct memnet *net = until(30 * IMP_S, NULL);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_IDENTIFICATION), 4);
    cr_expect_gt(memnet_cell(net, TOFU_DEVICE, "config", NULL, 0), 0);
    cr_expect_eq(rejects(net), 0);
    memnet_free(net);
}
