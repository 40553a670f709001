/* SPDX-License-Identifier: GPL-2.0-only */
/* Renewal of the group key (IEEE 802.11-2016 section 12.7.7), and a PSK of 64 digits (J.4). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/adhoc/wpa2-psk/wpa.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eapol.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_wpa2_psk;

TestSuite(wpa2_psk_group, .init = imp_crypto_init);

static struct memnet *until(imp_time end, const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, settings);
    memnet_start(net);
    memnet_run_past(net, end);
    return net;
}

static const struct imp_fourway *station(const struct memnet *net)
{
    return &((const struct wpa_station *)memnet_env(net, WPA_STATION)->ctx)->fourway;
}

static const struct wpa_network *network(const struct memnet *net)
{
    return memnet_env(net, WPA_NETWORK)->ctx;
}

Test(wpa2_psk_group, a_group_key_is_renewed)
{
    struct memnet *net = until(115 * IMP_S, SETTINGS("group-rekey=50"));
    struct imp_eapol e;
    struct imp_eapol_key key;
    uint8_t gtk[IMP_GTK_SIZE];
    cr_assert(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_GROUP_1), 2);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_GROUP_2), 2);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_KEY_1), 1, "without another 4-way handshake");
    const struct memnet_message *m = memnet_last_message(net, WPA_MSG_GROUP_1);
    cr_assert_eq(m->n, 4 + 95 + 24 + 8);
    cr_assert_eq(imp_eapol_parse(&e, m->bytes, m->n), 0);
    cr_assert_eq(imp_eapol_key_parse(&key, e.body, e.body_n), 0);
    cr_expect_eq(key.info, 0x1382, "secure, MIC, ack, encrypted, group, version 2");
    cr_assert_eq(
        imp_wpa_key_data_open(NULL, gtk, station(net)->ptk.kek, NULL, key.data, key.data_n), 0);
    cr_expect_arr_eq(gtk, station(net)->gtk, sizeof gtk);
    cr_expect_arr_eq(gtk, network(net)->group.gtk, sizeof gtk);
    m = memnet_last_message(net, WPA_MSG_GROUP_2);
    cr_assert_eq(m->n, 4 + 95);
    cr_expect_eq(m->bytes[5] << 8 | m->bytes[6], 0x0302, "secure, MIC, group, version 2");
    cr_expect_eq(memnet_state(net, WPA_NETWORK), WPA_NETWORK_OPEN);
    memnet_free(net);
}

Test(wpa2_psk_group, key_identifiers_take_turns)
{
    struct memnet *net = until(60 * IMP_S, SETTINGS("group-rekey=50"));
    cr_expect_eq(network(net)->group.id, 2);
    memnet_run_past(net, 110 * IMP_S);
    cr_expect_eq(network(net)->group.id, 1);
    memnet_free(net);
}

Test(wpa2_psk_group, what_is_lost_is_sent_again)
{
    int kinds[] = {WPA_MSG_GROUP_1, WPA_MSG_GROUP_2};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_wpa2_psk, 7, SETTINGS("group-rekey=50"));
        memnet_filter_set(net, memnet_lose_first, &kinds[i]);
        memnet_start(net);
        memnet_run_past(net, 60 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, WPA_MSG_GROUP_1), 2);
        cr_expect_eq(memnet_state(net, WPA_NETWORK), WPA_NETWORK_OPEN);
        cr_expect_arr_eq(station(net)->gtk, network(net)->group.gtk, IMP_GTK_SIZE);
        memnet_free(net);
    }
}

static bool spoil_mic(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == WPA_MSG_GROUP_2 && *n > 81)
        bytes[81] ^= 1;
    return true;
}

Test(wpa2_psk_group, a_station_that_does_not_answer_is_given_up)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, SETTINGS("group-rekey=50"));
    memnet_filter_set(net, spoil_mic, NULL);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_GROUP_1), IMP_FOURWAY_TRIES);
    cr_expect(memnet_last(net, WPA_NETWORK, IMP_CLAIM_REJECT, "EAPOL-Key MIC", "link"));
    cr_expect(
        memnet_last(net, WPA_NETWORK, IMP_CLAIM_REJECT, "group key handshake timeout", "link"));
    cr_expect_eq(memnet_state(net, WPA_NETWORK), WPA_NETWORK_IDLE);
    memnet_free(net);
}

/* CVE-2017-13080: a message 1 that comes again installs nothing. */
Test(wpa2_psk_group, an_old_group_key_is_not_taken_again)
{
    struct memnet *net = until(60 * IMP_S, SETTINGS("group-rekey=50"));
    const struct memnet_message *m = memnet_last_message(net, WPA_MSG_GROUP_1);
    uint8_t old[256], gtk[IMP_GTK_SIZE];
    size_t n = m->n;
    memcpy(old, m->bytes, n);
    memnet_run_past(net, 110 * IMP_S);
    memcpy(gtk, station(net)->gtk, sizeof gtk);
    size_t answers = memnet_count_messages(net, WPA_MSG_GROUP_2);
    memnet_inject(net, WPA_STATION, WPA_LINK, NULL, old, n);
    memnet_run_past(net, 120 * IMP_S);
    cr_expect_arr_eq(station(net)->gtk, gtk, sizeof gtk);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_GROUP_2), answers);
    memnet_free(net);
}

/* ---- 64 digits ---------------------------------------------------------------------------------
 */
Test(wpa2_psk_group, a_psk_is_typed_as_it_is)
{
    struct memnet *net = until(60 * IMP_S, SETTINGS("secret-form=psk-hex"));
    uint8_t pmk[WPA_PMK];
    char text[WPA_SECRET_MAX + 1] = "";
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_last_message(net, WPA_MSG_PASSPHRASE)->n, 64);
    memcpy(text, memnet_last_message(net, WPA_MSG_PASSPHRASE)->bytes, 64);
    cr_assert_eq(memnet_cell(net, WPA_STATION, WPA_CELL_PMK, pmk, sizeof pmk), WPA_PMK);
    for (size_t i = 0; i < WPA_PMK; i++) {
        unsigned octet = 0;
        cr_assert_eq(sscanf(text + 2 * i, "%2x", &octet), 1);
        cr_expect_eq(octet, pmk[i]);
    }
    cr_expect_lt(memnet_charged(net, WPA_STATION, IMP_OP_SHA1), 10000, "nothing is stretched");
    cr_expect_eq(wpa_guesses->bits(memnet_env(net, WPA_STATION)), 256);
    memnet_free(net);
}

Test(wpa2_psk_group, digits_that_are_none_are_typed_again)
{
    struct memnet *net =
        until(300 * IMP_S, SETTINGS("secret-form=psk-hex", "supplicant.typing-error=200"));
    cr_expect(memnet_last(net, WPA_STATION, IMP_CLAIM_REJECT, "not-a-passphrase", "link"));
    cr_expect_gt(memnet_count_messages(net, WPA_MSG_REQUEST), 1);
    memnet_free(net);
}

Test(wpa2_psk_group, what_may_be_typed)
{
    char text[70];
    memset(text, 'F', sizeof text);
    cr_expect(wpa_passphrase_ok((uint8_t *)text, 63) && wpa_passphrase_ok((uint8_t *)text, 64));
    cr_expect(!wpa_passphrase_ok((uint8_t *)text, 65));
    text[63] = 'g';
    cr_expect(!wpa_passphrase_ok((uint8_t *)text, 64));
}
