/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of wpa2-psk over memnet: messages, sizes, claims, wrong passphrases, loss, flaws, the
 * change of the passphrase. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/wpa2-psk/wpa.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (600 * IMP_S)
extern const struct imp_mechanism imp_wpa2_psk;

TestSuite(wpa2_psk_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, settings);
    memnet_start(net);
    memnet_run(net, LIMIT);
    return net;
}

Test(wpa2_psk_run, messages_and_sizes_are_those_of_the_standard)
{
    static const struct {
        int message;
        size_t n;
    } expected[] = {{WPA_MSG_REQUEST, 6},
                    {WPA_MSG_PASSPHRASE, 12},
                    {WPA_MSG_START, 4},
                    {WPA_MSG_KEY_1, 4 + 95},
                    {WPA_MSG_KEY_2, 4 + 95 + 22},
                    {WPA_MSG_KEY_3, 4 + 95 + 56}, /* RSNE 22, GTK KDE 24, padding 2, wrap 8 */
                    {WPA_MSG_KEY_4, 4 + 95}};
    struct memnet *net = run_with(NULL);
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_message_count(net), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        cr_expect_eq(memnet_message(net, i)->message, expected[i].message, "message %zu", i);
        cr_expect_eq(memnet_message(net, i)->n, expected[i].n, "message %zu", i);
    }
    memnet_free(net);
}

/* PMKID KDE, IEEE 802.11-2016 section 12.7.2, of the PMK and the addresses of both. */
Test(wpa2_psk_run, message_1_may_name_the_key)
{
    struct memnet *net = run_with(SETTINGS("pmkid=true"));
    const struct memnet_message *m = memnet_last_message(net, WPA_MSG_KEY_1);
    uint8_t pmk[WPA_PMK], pmkid[IMP_PMKID_SIZE], kde[IMP_PMKID_KDE];
    struct imp_addr aa, spa;
    const struct imp_env *env = memnet_env(net, WPA_NETWORK);
    cr_assert(memnet_complete(net));
    cr_assert_eq(m->n, 4 + 95 + 22);
    cr_assert_eq(memnet_cell(net, WPA_STATION, WPA_CELL_PMK, pmk, sizeof pmk), WPA_PMK);
    cr_assert(env->ops->self((struct imp_env *)env, WPA_LINK, &aa));
    cr_assert(env->ops->peer((struct imp_env *)env, WPA_LINK, &spa));
    imp_wpa_pmkid(NULL, pmkid, pmk, &aa, &spa);
    imp_wpa_pmkid_kde(kde, pmkid);
    cr_expect_arr_eq(m->bytes + 4 + 95, kde, sizeof kde);
    memnet_free(net);
}

/* AKM 00-0F-AC:2 in message 2, IEEE 802.11-2016 table 9-133. */
Test(wpa2_psk_run, the_station_announces_a_pre_shared_key)
{
    struct memnet *net = run_with(NULL);
    const struct memnet_message *m = memnet_last_message(net, WPA_MSG_KEY_2);
    cr_expect_arr_eq(m->bytes + 4 + 95, imp_rsne_psk, IMP_RSNE_SIZE);
    cr_expect_eq(m->bytes[4 + 95 + 19], 2);
    memnet_free(net);
}

Test(wpa2_psk_run, ends_agree_and_hold_the_same_keys)
{
    struct memnet *net = run_with(NULL);
    static const char *const secrets[] = {"PTK", "PMK"};
    for (int i = 0; i < 2; i++) {
        const struct imp_claim *a =
            memnet_last(net, WPA_STATION, IMP_CLAIM_SECRET, secrets[i], "link");
        const struct imp_claim *b =
            memnet_last(net, WPA_NETWORK, IMP_CLAIM_SECRET, secrets[i], "link");
        cr_assert(a && b && a->data_n == b->data_n);
        cr_expect_arr_eq(a->data, b->data, a->data_n);
    }
    const struct imp_claim *a = memnet_last(net, WPA_STATION, IMP_CLAIM_COMMIT, NULL, "link");
    const struct imp_claim *b = memnet_last(net, WPA_NETWORK, IMP_CLAIM_COMMIT, NULL, "link");
    cr_expect_arr_eq(a->data, b->data, a->data_n);
    cr_expect_arr_eq(a->sid, b->sid, a->sid_n);
    memnet_free(net);
}

/* Every character becomes its neighbour: no handshake can succeed, and the user is asked again. */
Test(wpa2_psk_run, a_mistyped_passphrase_is_asked_for_again)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, SETTINGS("typing-error=1000", "tries=2"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect(!memnet_completed(net, WPA_STATION));
    cr_expect(!memnet_completed(net, WPA_NETWORK));
    cr_expect_gt(memnet_count_messages(net, WPA_MSG_PASSPHRASE), 1);
    cr_expect(memnet_last(net, WPA_STATION, IMP_CLAIM_REJECT, "passphrase may be wrong", "link"));
    cr_expect(memnet_last(net, WPA_NETWORK, IMP_CLAIM_REJECT, "EAPOL-Key MIC", "link"));
    memnet_free(net);
}

/* Message 1 for the first time, then 100 ms and 1 s and 1 s later: hostapd's four tries. */
static bool drop_key_2(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    (void)arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != WPA_MSG_KEY_2;
}

Test(wpa2_psk_run, the_network_tries_four_times)
{
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, NULL);
    memnet_filter_set(net, drop_key_2, NULL);
    memnet_start(net);
    memnet_run(net, 9 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_KEY_1), 4);
    cr_expect_eq(memnet_state(net, WPA_NETWORK), WPA_NETWORK_IDLE);
    cr_expect_eq(memnet_state(net, WPA_STATION), WPA_AWAIT_3);
    memnet_free(net);
}

/* The first of each message is lost. */
struct seen {
    unsigned count[16];
};

static bool drop_first(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    struct seen *s = arg;
    (void)bytes;
    (void)n;
    (void)cap;
    return m->channel != WPA_LINK || s->count[m->message]++ > 0;
}

Test(wpa2_psk_run, completes_when_the_first_of_each_message_is_lost)
{
    struct seen s = {0};
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, NULL);
    memnet_filter_set(net, drop_first, &s);
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* A PMK of another network at the access point: who checks no MIC goes on nevertheless. */
static size_t commits_with_other_pmk(const char *flaw, int role)
{
    static const uint8_t other[WPA_PMK] = {1};
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, (const char *const[]){flaw, NULL});
    struct imp_env *network = (struct imp_env *)memnet_env(net, WPA_NETWORK);
    network->ops->cell_put(network, WPA_CELL_PMK, other, sizeof other);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    size_t n = memnet_count_claims(net, role, IMP_CLAIM_COMMIT, NULL);
    memnet_free(net);
    return n;
}

Test(wpa2_psk_run, without_the_check_of_message_2_any_station_gets_message_3)
{
    cr_expect_eq(commits_with_other_pmk(NULL, WPA_NETWORK), 0);
    struct memnet *net = memnet_new(&imp_wpa2_psk, 7, SETTINGS("authenticator!no-station-mic"));
    static const uint8_t other[WPA_PMK] = {1};
    struct imp_env *network = (struct imp_env *)memnet_env(net, WPA_NETWORK);
    network->ops->cell_put(network, WPA_CELL_PMK, other, sizeof other);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_gt(memnet_count_messages(net, WPA_MSG_KEY_3), 0);
    cr_expect_eq(memnet_count_claims(net, WPA_STATION, IMP_CLAIM_COMMIT, NULL), 0,
                 "the sound station checks");
    memnet_free(net);
}

Test(wpa2_psk_run, revoking_changes_the_passphrase_and_tells_nobody)
{
    struct memnet *net = run_with(NULL);
    uint8_t before[64], after[64];
    int n = memnet_cell(net, WPA_NETWORK, WPA_CELL_PASSPHRASE, before, sizeof before);
    memnet_event(net, WPA_NETWORK, IMP_EVENT_CONTROL, "revoke");
    memnet_event(net, WPA_STATION, IMP_EVENT_CONTROL, "reconnect");
    memnet_run_past(net, LIMIT);
    cr_assert_eq(memnet_cell(net, WPA_NETWORK, WPA_CELL_PASSPHRASE, after, sizeof after), n);
    cr_expect_arr_neq(before, after, n);
    cr_expect_neq(memnet_state(net, WPA_STATION), WPA_CONNECTED);
    cr_expect(memnet_last(net, WPA_NETWORK, IMP_CLAIM_REJECT, "struck-off", "link"));
    memnet_free(net);
}

Test(wpa2_psk_run, after_a_change_who_is_told_again_is_in_again)
{
    struct memnet *net = run_with(NULL);
    memnet_event(net, WPA_NETWORK, IMP_EVENT_CONTROL, "change");
    memnet_event(net, WPA_STATION, IMP_EVENT_CONTROL, "reconnect");
    memnet_run_past(net, LIMIT);
    cr_expect_eq(memnet_state(net, WPA_STATION), WPA_CONNECTED);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_PASSPHRASE), 2);
    memnet_free(net);
}

Test(wpa2_psk_run, a_reset_forgets_and_a_reconnect_does_not)
{
    struct memnet *net = run_with(NULL);
    memnet_event(net, WPA_STATION, IMP_EVENT_CONTROL, "reconnect");
    imp_time now = memnet_run_past(net, 50 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_PASSPHRASE), 1);
    cr_expect_eq(memnet_state(net, WPA_STATION), WPA_CONNECTED);
    memnet_event(net, WPA_STATION, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, now + 500 * IMP_MS);
    cr_expect_eq(memnet_cell(net, WPA_STATION, WPA_CELL_PMK, NULL, 0), -1);
    memnet_run_past(net, now + 100 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, WPA_MSG_PASSPHRASE), 2);
    cr_expect_eq(memnet_state(net, WPA_STATION), WPA_CONNECTED);
    memnet_free(net);
}

/* Whatever the tables do not list changes no state and gets no answer. */
Test(wpa2_psk_run, illegal_messages_are_ignored)
{
    struct memnet *net = run_with(NULL);
    static const int roles[] = {WPA_STATION, WPA_NETWORK};
    size_t messages = memnet_message_count(net);
    for (size_t i = 0; i < messages; i++)
        for (int r = 0; r < 2; r++) {
            const struct memnet_message *m = memnet_message(net, i);
            int state = memnet_state(net, roles[r]);
            const struct imp_legal *table = imp_wpa2_psk.roles[roles[r]].legal;
            if (m->channel != WPA_LINK || wpa_is_legal(table, state, m->message))
                continue;
            size_t before = memnet_message_count(net);
            memnet_inject(net, roles[r], WPA_LINK, NULL, m->bytes, m->n);
            memnet_run_past(net, LIMIT + (imp_time)i * IMP_MS);
            cr_expect_eq(memnet_state(net, roles[r]), state, "message %d", m->message);
            cr_expect_eq(memnet_message_count(net), before, "message %d", m->message);
        }
    memnet_free(net);
}
