/* SPDX-License-Identifier: GPL-2.0-only */
/* The group key of an access point over IEEE 802.1X: renewed after a while, and when a station that
 * has it is gone (IEEE 802.11-2016 section 12.7.7). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/dot1x_authenticator.h"
#include "protocols/eap/eapol.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

TestSuite(dot1x_group, .init = imp_crypto_init);

enum { PEER = IMP_DOT1X_PEER, AUTHENTICATOR = IMP_DOT1X_AUTHENTICATOR };

static struct memnet *until(imp_time end, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_eap_psk, 7, settings);
    memnet_start(net);
    memnet_run_past(net, end);
    return net;
}

static const struct imp_dot1x_authenticator *access_point(const struct memnet *net)
{
    return memnet_env(net, AUTHENTICATOR)->ctx;
}

static void expect_renewals(const struct memnet *net, size_t asked, size_t answered)
{
    cr_expect_eq(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_1), asked, "%zu",
                 memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_1));
    cr_expect_eq(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_2), answered);
}

Test(dot1x_group, a_group_key_is_renewed)
{
    struct memnet *net = until(115 * IMP_S, SETTINGS("group-rekey=50"));
    const struct imp_dot1x_authenticator *a = access_point(net);
    struct imp_eapol e;
    struct imp_eapol_key key;
    uint8_t gtk[IMP_GTK_SIZE];
    cr_assert(memnet_complete(net));
    expect_renewals(net, 2, 2);
    cr_expect_eq(memnet_count_messages(net, IMP_DOT1X_MSG_KEY_1), 1, "no other 4-way handshake");
    const struct memnet_message *m = memnet_last_message(net, IMP_DOT1X_MSG_GROUP_1);
    cr_assert_eq(m->n, 4 + 95 + 24 + 8);
    cr_assert_eq(imp_eapol_parse(&e, m->bytes, m->n), 0);
    cr_assert_eq(imp_eapol_key_parse(&key, e.body, e.body_n), 0);
    cr_assert_eq(imp_wpa_key_data_open(NULL, gtk, a->stations[0].fourway.ptk.kek, NULL, key.data,
                                       key.data_n),
                 0);
    cr_expect_arr_eq(gtk, a->group.gtk, sizeof gtk);
    cr_expect_eq(a->group.id, 1, "2, and 1 again");
    cr_expect_eq(memnet_last_message(net, IMP_DOT1X_MSG_GROUP_2)->n, 4 + 95);
    cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_AUTHORIZED);
    cr_expect_eq(memnet_state(net, PEER), IMP_DOT1X_PEER_OPERATIONAL);
    cr_expect_eq(memnet_count_claims(net, AUTHENTICATOR, IMP_CLAIM_COMPLETE, NULL), 1);
    memnet_free(net);
}

Test(dot1x_group, what_is_lost_is_sent_again)
{
    int kinds[] = {IMP_DOT1X_MSG_GROUP_1, IMP_DOT1X_MSG_GROUP_2};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_eap_psk, 7, SETTINGS("group-rekey=50"));
        memnet_filter_set(net, memnet_lose_first, &kinds[i]);
        memnet_start(net);
        memnet_run_past(net, 60 * IMP_S);
        expect_renewals(net, 2, 1 + i);
        cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_AUTHORIZED);
        memnet_free(net);
    }
}

static bool spoil_mic(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)arg, (void)cap;
    if (m->message == IMP_DOT1X_MSG_GROUP_2 && *n > 81)
        bytes[81] ^= 1;
    return true;
}

Test(dot1x_group, a_station_that_does_not_answer_is_given_up)
{
    struct memnet *net = memnet_new(&imp_eap_psk, 7, SETTINGS("group-rekey=50"));
    memnet_filter_set(net, spoil_mic, NULL);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_1), IMP_FOURWAY_TRIES);
    cr_expect(memnet_last(net, AUTHENTICATOR, IMP_CLAIM_REJECT, "EAPOL-Key MIC", "link"));
    cr_expect(
        memnet_last(net, AUTHENTICATOR, IMP_CLAIM_REJECT, "group key handshake timeout", "link"));
    cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_IDLE);
    memnet_free(net);
}

/* It is re-authenticated at the same moment: the 4-way handshake brings the new key. */
Test(dot1x_group, re_authentication_goes_on_beside)
{
    struct memnet *net = until(130 * IMP_S, SETTINGS("group-rekey=20", "reauth-period=30"));
    cr_expect_gt(memnet_count_messages(net, IMP_DOT1X_MSG_KEY_4), 3);
    cr_expect_gt(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_2), 3);
    cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_AUTHORIZED);
    cr_expect_null(memnet_last(net, AUTHENTICATOR, IMP_CLAIM_REJECT, NULL, "link"));
    memnet_free(net);
}

Test(dot1x_group, another_4_way_handshake_brings_the_key_under_its_identifier)
{
    struct memnet *net = until(65 * IMP_S, SETTINGS("group-rekey=50", "reauth-period=30"));
    const struct imp_dot1x_authenticator *a = access_point(net);
    cr_assert_eq(memnet_count_messages(net, IMP_DOT1X_MSG_KEY_4), 3);
    cr_assert_eq(a->group.id, 2);
    cr_expect_eq(a->stations[0].fourway.gtk_id, 2);
    memnet_free(net);
}

/* Keeps the last message of the 4-way handshake back for some time. */
static bool keep_key_4(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    (void)bytes, (void)n, (void)cap;
    return m->message != IMP_DOT1X_MSG_KEY_4 || m->at > *(imp_time *)arg;
}

Test(dot1x_group, renewed_within_the_4_way_handshake_it_is_given_afterwards)
{
    imp_time then = 1500 * IMP_MS;
    struct memnet *net = memnet_new(&imp_eap_psk, 7, SETTINGS("group-rekey=1"));
    memnet_filter_set(net, keep_key_4, &then);
    memnet_start(net);
    memnet_run_past(net, 1900 * IMP_MS);
    cr_assert_gt(memnet_count_messages(net, IMP_DOT1X_MSG_KEY_3), 1);
    cr_expect_leq(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_1), 1);
    memnet_run_past(net, 2900 * IMP_MS);
    const struct imp_dot1x_authenticator *a = access_point(net);
    cr_expect_gt(memnet_count_messages(net, IMP_DOT1X_MSG_GROUP_2), 0);
    cr_expect_arr_eq(a->stations[0].fourway.gtk, a->group.gtk, IMP_GTK_SIZE);
    memnet_free(net);
}

/* CVE-2017-13080: a message 1 that comes again installs nothing. */
Test(dot1x_group, an_old_group_key_is_not_taken_again)
{
    struct memnet *net = until(60 * IMP_S, SETTINGS("group-rekey=50"));
    const struct memnet_message *m = memnet_last_message(net, IMP_DOT1X_MSG_GROUP_1);
    uint8_t old[256];
    size_t n = m->n;
    memcpy(old, m->bytes, n);
    memnet_run_past(net, 110 * IMP_S);
    memnet_inject(net, PEER, IMP_DOT1X_ACCESS, NULL, old, n);
    memnet_run_past(net, 120 * IMP_S);
    expect_renewals(net, 2, 2);
    memnet_free(net);
}

/* ---- who is gone */
Test(dot1x_group, who_logs_off_has_an_old_key)
{
    static const char *const ways[] = {"group-rekey-on-leave=false", "group-rekey-on-leave=true"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = until(10 * IMP_S, SETTINGS(ways[i]));
        uint8_t before[IMP_GTK_SIZE];
        memcpy(before, access_point(net)->group.gtk, sizeof before);
        memnet_event(net, PEER, IMP_EVENT_CONTROL, "leave");
        memnet_run_past(net, 11 * IMP_S);
        bool same = memcmp(before, access_point(net)->group.gtk, sizeof before) == 0;
        cr_expect_eq(same, i == 0, "%s", ways[i]);
        expect_renewals(net, 0, 0); /* nobody is left */
        memnet_free(net);
    }
}

Test(dot1x_group, who_is_refused_when_authenticated_again_has_an_old_key)
{
    struct memnet *net =
        until(10 * IMP_S, SETTINGS("group-rekey-on-leave=true", "reauth-period=30"));
    memnet_event(net, IMP_DOT1X_SERVER, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_run_past(net, 29 * IMP_S);
    cr_expect_eq(access_point(net)->group.id, 1);
    memnet_run_past(net, 120 * IMP_S); /* EAP-PSK discards, so it takes some tries */
    cr_expect_eq(access_point(net)->group.id, 2);
    memnet_free(net);
}
