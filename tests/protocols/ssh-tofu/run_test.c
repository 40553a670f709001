/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of ssh-tofu over memnet: first contact, later visits, a changed key, refusals, resets,
 * revocation, a human who compares; the device as client and as server. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/ssh-tofu/tofu.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_ssh_tofu;

TestSuite(ssh_tofu_run, .init = imp_crypto_init);

enum { LINE = 32 + 1 }; /* a key, and after which revocation it was kept */

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
    uint8_t known[LINE], key[32], public[32], config[TOFU_CONFIG];
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "known-host", known, sizeof known), LINE);
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
    uint8_t before[LINE], after[LINE];
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

Test(ssh_tofu_run, a_strict_device_takes_the_host_that_was_installed)
{
    struct memnet *net = run_with(SETTINGS("host-key-policy=strict", "known-hosts=installed"));
    cr_expect(memnet_complete(net));
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    memnet_free(net);
}

/* ---- a human who compares ----------------------------------------------------------------------
 */
static struct memnet *asked(bool same, const char *device_is)
{
    const char *const settings[] = {"host-key-policy=ask", device_is, NULL};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, settings);
    memnet_user(net, 40 * IMP_S, same); /* longer than a connection's timer */
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

Test(ssh_tofu_run, a_human_compares_the_fingerprint)
{
    for (int server = 0; server < 2; server++) {
        struct memnet *net = asked(true, server ? "device-is=server" : "device-is=client");
        cr_expect(memnet_complete(net), "device is server: %d", server);
        cr_expect_eq(memnet_count_messages(net, TOFU_MSG_ECDH_REPLY), 1, "asked once");
        cr_expect_eq(
            memnet_count_claims(net, server ? TOFU_SERVER : TOFU_DEVICE, IMP_CLAIM_ALARM, NULL), 0);
        memnet_free(net);
    }
}

Test(ssh_tofu_run, who_says_no_is_not_asked_again)
{
    for (int server = 0; server < 2; server++) {
        struct memnet *net = asked(false, server ? "device-is=server" : "device-is=client");
        int asks = server ? TOFU_SERVER : TOFU_DEVICE;
        memnet_run_past(net, 300 * IMP_S);
        cr_expect(!memnet_completed(net, TOFU_DEVICE) && !memnet_completed(net, TOFU_SERVER));
        cr_expect_gt(memnet_count_claims(net, asks, IMP_CLAIM_REJECT, "host-key-refused"), 1);
        cr_expect_eq(memnet_cell(net, asks, server ? "known-host-device-1" : "known-host", NULL, 0),
                     -1);
        memnet_user(net, IMP_S, true);
        memnet_event(net, asks, IMP_EVENT_CONTROL, server ? "forget device-1" : "forget");
        memnet_run(net, 500 * IMP_S);
        cr_expect(memnet_complete(net), "the operator has them look again");
        memnet_free(net);
    }
}

/* What the human holds in his hand is of the former key. */
Test(ssh_tofu_run, another_fingerprint_is_in_his_face)
{
    struct memnet *net = asked(true, "device-is=client");
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "forget");
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_ALARM, "fingerprint-differs", "ssh"));
    memnet_free(net);
}

/* His yes to a key of a connection that has ended since is none to the next one's. */
Test(ssh_tofu_run, a_late_answer_is_of_the_former_key)
{
    struct memnet *net =
        memnet_new(&imp_ssh_tofu, 7, SETTINGS("host-key-policy=ask", "login-grace=10"));
    memnet_user(net, 45 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 15 * IMP_S);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL);
    memnet_run(net, 47 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_ECDH_REPLY), 2, "it asks of the second key");
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "known-host", NULL, 0), -1);
    memnet_free(net);
}

/* ---- revocation --------------------------------------------------------------------------------
 */
Test(ssh_tofu_run, a_revoked_host_is_refused_though_its_key_is_the_same)
{
    struct memnet *net = run_with(NULL);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "host-key-revoked", "ssh"));
    memnet_free(net);
}

Test(ssh_tofu_run, a_revoked_device_is_not_served)
{
    struct memnet *net = run_with(NULL);
    size_t served = memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_REJECT, "key-revoked", "ssh"));
    cr_expect_eq(memnet_count_messages(net, TOFU_MSG_CHANNEL_DATA), served);
    memnet_free(net);
}

/* ---- the device as server ----------------------------------------------------------------------
 */
static struct memnet *called(const char *more)
{
    const char *const settings[] = {"device-is=server", more, NULL};
    return run_with(settings);
}

Test(ssh_tofu_run, an_administrator_brings_the_configuration)
{
    struct memnet *net = called(NULL);
    uint8_t key[32], public[32], line[LINE], config[TOFU_CONFIG];
    cr_assert(memnet_complete(net));
    memnet_cell(net, TOFU_DEVICE, "key", key, sizeof key);
    imp_ed25519_public(NULL, public, key);
    cr_assert_eq(memnet_cell(net, TOFU_SERVER, "known-host-device-1", line, sizeof line), LINE);
    cr_expect_arr_eq(line, public, 32);
    memnet_cell(net, TOFU_SERVER, "key", key, sizeof key);
    imp_ed25519_public(NULL, public, key);
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "authorized-key", line, sizeof line), LINE);
    cr_expect_arr_eq(line, public, 32);
    cr_assert_eq(memnet_cell(net, TOFU_DEVICE, "config", config, sizeof config), TOFU_CONFIG);
    const struct imp_claim *s =
        memnet_last(net, TOFU_SERVER, IMP_CLAIM_SECRET, "operational-key", "ssh");
    cr_expect_arr_eq(s->data, config, TOFU_CONFIG);
    cr_expect(memnet_agree(net, TOFU_DEVICE, TOFU_SERVER, "ssh"));
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_CHANNEL_DATA)->from, TOFU_SERVER);
    cr_expect_eq(memnet_last_message(net, TOFU_MSG_EXIT_STATUS)->from, TOFU_DEVICE);
    memnet_free(net);
}

Test(ssh_tofu_run, a_device_that_was_reset_is_another_host)
{
    struct memnet *net = called(NULL);
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_ALARM, "host-key-changed", "ssh"));
    cr_expect_eq(memnet_cell(net, TOFU_DEVICE, "config", NULL, 0), -1);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "forget device-1");
    memnet_run_past(net, 300 * IMP_S);
    cr_expect_gt(memnet_cell(net, TOFU_DEVICE, "config", NULL, 0), 0, "a second leap");
    memnet_free(net);
}

Test(ssh_tofu_run, a_device_obeys_no_other_administrator)
{
    struct memnet *net = called(NULL);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_RESET, NULL); /* another key of his */
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "key-not-authorized", "ssh"));
    cr_expect_gt(memnet_count_messages(net, TOFU_MSG_AUTH_FAILURE), 0);
    memnet_free(net);
}

/* One name stands for all access nodes, one place for all administrators. */
Test(ssh_tofu_run, several_may_be_installed)
{
    static const uint8_t keys[4][32] = {{1}, {2}, {3}, {4}};
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("authorized-keys=installed"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, TOFU_DEVICE);
    for (int i = 0; i < 3; i++) {
        tofu_host_add(env, "", keys[i]);
        tofu_client_add(env, keys[i]);
    }
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(tofu_host_verdict(env, "", keys[i]), TOFU_GOOD, "%d", i);
        cr_expect_null(tofu_client_verdict(env, keys[i]), "%d", i);
    }
    cr_expect_eq(tofu_host_verdict(env, "", keys[3]), TOFU_CHANGED);
    cr_expect_str_eq(tofu_client_verdict(env, keys[3]), "key-not-authorized");
    tofu_control(env, &(struct imp_event){.bytes = (const uint8_t *)"revoke", .n = 6});
    cr_expect_eq(tofu_host_verdict(env, "", keys[0]), TOFU_REFUSED);
    cr_expect_str_eq(tofu_client_verdict(env, keys[0]), "key-revoked");
    memnet_free(net);
}

Test(ssh_tofu_run, keys_that_were_installed_are_the_only_ones)
{
    struct memnet *net = called("authorized-keys=installed");
    cr_assert(memnet_complete(net));
    memnet_event(net, TOFU_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "forget device-1");
    memnet_run_past(net, 200 * IMP_S);
    cr_expect(memnet_last(net, TOFU_DEVICE, IMP_CLAIM_REJECT, "key-not-authorized", "ssh"));
    memnet_free(net);
}

Test(ssh_tofu_run, ends_that_are_both_clients_do_not_meet)
{
    struct memnet *net = run_with(SETTINGS("server.device-is=server"));
    cr_expect(!memnet_completed(net, TOFU_DEVICE) && !memnet_completed(net, TOFU_SERVER));
    memnet_free(net);
}

/* ---- keys that wear out -------------------------------------------------------------------------
 */
/* However soon: in the midst of authentication, of the channel, at the end of a visit; asked for by
 * either end or both. */
Test(ssh_tofu_run, keys_are_exchanged_again_in_a_visit)
{
    static const char *const device_is[] = {"device-is=client", "device-is=server"};
    static const char *const after[] = {"rekey-after=1", "client.rekey-after=30",
                                        "server.rekey-after=250", "rekey-after=200"};
    for (int s = 0; s < 2; s++)
        for (int a = 0; a < 4; a++) {
            struct memnet *net = run_with(SETTINGS(device_is[s], after[a], "refresh=10"));
            cr_expect(memnet_complete(net), "%s %s", device_is[s], after[a]);
            cr_expect_gt(memnet_count_messages(net, TOFU_MSG_ECDH_REPLY), 1);
            cr_expect(memnet_agree(net, TOFU_DEVICE, TOFU_SERVER, "ssh"));
            memnet_run_past(net, 100 * IMP_S);
            for (int role = 0; role < 2; role++) {
                cr_expect(memnet_completed(net, role));
                cr_expect_eq(memnet_count_claims(net, role, IMP_CLAIM_REJECT, NULL), 0);
                cr_expect_eq(memnet_count_claims(net, role, IMP_CLAIM_ALARM, NULL), 0);
            }
            memnet_free(net);
        }
}

/* ---- a client that says nothing ----------------------------------------------------------------
 */
static bool deaf(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != TOFU_MSG_ECDH_INIT;
}

/* Its client has failed often enough, and does not hear that it is to go. */
static bool tired(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    struct tofu_server *server = arg;
    (void)bytes;
    (void)n;
    (void)cap;
    if (m->message == TOFU_MSG_AUTH_REQUEST)
        server->sessions[0].end.failures = 20;
    return m->message != TOFU_MSG_DISCONNECT;
}

Test(ssh_tofu_run, who_fails_too_often_is_disconnected)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("authorized-keys=installed"));
    struct tofu_server *server = memnet_env(net, TOFU_SERVER)->ctx;
    memnet_filter_set(net, tired, server);
    memnet_start(net);
    memnet_event(net, TOFU_SERVER, IMP_EVENT_CONTROL, "revoke");
    memnet_run_past(net, 5 * IMP_S);
    cr_assert_eq(memnet_count_claims(net, TOFU_SERVER, IMP_CLAIM_REJECT, "too-many-attempts"), 1);
    cr_expect(!server->sessions[0].used);
    memnet_free(net);
}

Test(ssh_tofu_run, who_does_not_authenticate_is_sent_away)
{
    struct memnet *net = memnet_new(&imp_ssh_tofu, 7, SETTINGS("login-grace=10"));
    memnet_filter_set(net, deaf, NULL);
    memnet_start(net);
    memnet_run(net, 25 * IMP_S);
    cr_expect(memnet_last(net, TOFU_SERVER, IMP_CLAIM_REJECT, "login-grace-over", "ssh"));
    memnet_free(net);
}
