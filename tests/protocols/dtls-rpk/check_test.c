/* SPDX-License-Identifier: GPL-2.0-only */
/* What each end checks, what follows from a failed check, and what each flaw leaves out. */
#include "protocols/crypto/crypto.h"
#include "rpk_net.h"

static bool no_label(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    (void)arg, (void)bytes, (void)n, (void)cap;
    return m->message != RPK_MSG_LABEL;
}

/* Runs 20 s without the label reaching the server; the device pins nothing beforehand. */
static struct memnet *unlisted(const char *flaw)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, 1, SETTINGS("pin=first-use", flaw));
    memnet_filter_set(net, no_label, NULL);
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    return net;
}

Test(check, an_unlisted_key_is_refused_and_the_device_backs_off)
{
    struct memnet *net = unlisted(NULL);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "device-key-unknown", NULL));
    cr_expect_geq(memnet_count_messages(net, RPK_MSG_ALERT), 1);
    cr_expect_eq(memnet_state(net, 0), RPK_BACK_OFF);
    cr_expect_null(memnet_last(net, 1, IMP_CLAIM_COMMIT, NULL, NULL));
    memnet_run(net, 29 * IMP_S);
    size_t hellos = memnet_count_messages(net, RPK_MSG_CLIENT_HELLO);
    cr_expect_eq(hellos, 2, "one attempt, one cookie");
    memnet_run(net, 32 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_CLIENT_HELLO), 4, "again after 30 s");
    memnet_run(net, 89 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_CLIENT_HELLO), 4);
    memnet_run(net, 93 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_CLIENT_HELLO), 6, "and after 60 s more");
    memnet_free(net);
}

Test(check, a_flawed_server_admits_an_unlisted_key)
{
    struct memnet *net = unlisted("!no-acl-check");
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

Test(check, a_label_scanned_later_admits)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, 1, SETTINGS("pin=first-use"));
    memnet_user(net, 45 * IMP_S, true); /* the first attempt comes too early */
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "device-key-unknown", NULL));
    memnet_free(net);
}

Test(check, without_the_servers_name_the_device_waits)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, 1, NULL);
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_expect_eq(memnet_state(net, 0), RPK_UNPINNED);
    cr_expect_eq(memnet_count_messages(net, RPK_MSG_CLIENT_HELLO), 0);
    memnet_free(net);
}

/* Alters the out-of-band server identifier: the device expects somebody else. */
static bool other_server(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)arg, (void)cap;
    if (m->message == RPK_MSG_SERVER_ID)
        bytes[*n - 1] ^= 1;
    return true;
}

/* As above with a whole key: another one that is on the curve. */
static bool other_key(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    const struct rpk_key *key = arg;
    (void)cap;
    if (m->message == RPK_MSG_SERVER_ID && *n == RPK_SPKI)
        memcpy(bytes, key->spki, RPK_SPKI);
    return true;
}

static struct memnet *mispinned(memnet_filter *filter, void *arg, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, 1, settings);
    memnet_filter_set(net, filter, arg);
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    return net;
}

Test(check, another_server_key_is_refused)
{
    struct memnet *net = mispinned(other_server, NULL, NULL);
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "server-key-unknown", NULL));
    cr_expect_null(memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, NULL));
    cr_expect_eq(memnet_state(net, 0), RPK_BACK_OFF);
    memnet_free(net);
    net = mispinned(other_server, NULL, SETTINGS("!no-server-key-check"));
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

Test(check, a_whole_key_is_compared_whole)
{
    struct memnet *helper = rpk_net_complete(9, NULL);
    struct rpk_key key;
    uint8_t pub[64];
    cr_assert_eq(memnet_cell(helper, RPK_SERVER, "key", key.secret, 32), 32);
    cr_assert_eq(imp_p256_public(NULL, pub, key.secret), 0);
    imp_p256_spki(key.spki, pub);
    struct memnet *net = mispinned(other_key, &key, SETTINGS("server-identifier=spki"));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "server-key-unknown", NULL));
    memnet_free(net);
    net = mispinned(other_key, &key, SETTINGS("server-identifier=spki", "!compares-prefix-only"));
    cr_expect(memnet_complete(net));
    memnet_free(net);
    memnet_free(helper);
}

static bool bad_label(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)arg, (void)n, (void)cap;
    if (m->message == RPK_MSG_LABEL)
        bytes[20] = bytes[20] == '0' ? '1' : '0';
    return true;
}

Test(check, the_check_character_finds_a_misread_label)
{
    struct memnet *net = mispinned(bad_label, NULL, NULL);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "bad-label", NULL));
    cr_expect_not(memnet_complete(net));
    memnet_free(net);
}

Test(check, a_label_nobody_came_for_expires)
{
    struct memnet *net = memnet_new(&imp_dtls_rpk, 1, SETTINGS("pending-expiry=10"));
    memnet_user(net, 20 * IMP_S, true); /* the tap comes 20 s after the scan */
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
    cr_expect_not_null(memnet_last(net, 1, IMP_CLAIM_REJECT, "device-key-unknown", NULL));
    cr_expect_not(memnet_complete(net));
    memnet_free(net);
}

Test(check, noise_and_forged_hellos_leave_the_session_alone)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("refresh=30"));
    uint32_t state = 99;
    uint8_t hello[512];
    size_t hello_n = 0;
    for (size_t i = 0; i < memnet_message_count(net) && hello_n == 0; i++)
        if (memnet_message(net, i)->message == RPK_MSG_CLIENT_HELLO) {
            hello_n = memnet_message(net, i)->n;
            memcpy(hello, memnet_message(net, i)->bytes, hello_n);
        }
    for (int i = 0; i < 500; i++) {
        uint8_t noise[80];
        for (size_t k = 0; k < sizeof noise; k++)
            noise[k] = (uint8_t)((state = state * 1664525u + 1013904223u) >> 24);
        memnet_inject(net, i % 2, RPK_COAPS, NULL, noise, state >> 26);
        memnet_inject(net, RPK_SERVER, RPK_COAPS, NULL, hello, hello_n);
    }
    size_t before = memnet_count_messages(net, RPK_MSG_REGISTERED);
    rpk_run_for(net, 65);
    cr_expect_geq(memnet_count_messages(net, RPK_MSG_REGISTERED), before + 2);
    cr_expect_eq(memnet_state(net, 0), RPK_OPERATIONAL);
    memnet_free(net);
}
