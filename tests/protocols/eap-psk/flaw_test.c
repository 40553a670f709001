/* SPDX-License-Identifier: GPL-2.0-only */
/* Each flaw of eap-psk removes the check that it names, and only then does the run go wrong. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/fourway.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
enum { REPLAY_AT = 4 + 5 }; /* Key Replay Counter, behind EAPOL header, type, info, length */

TestSuite(eap_psk_flaw, .init = imp_crypto_init);

static struct memnet *net_with(const char *a, const char *b)
{
    const char *settings[] = {a, a ? b : NULL, NULL};
    return memnet_new(&imp_eap_psk, 11, settings);
}

static size_t commits(const struct memnet *net, int role, const char *layer)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        n += c->role == role && c->claim.kind == IMP_CLAIM_COMMIT &&
             strcmp(c->claim.layer, layer) == 0;
    }
    return n;
}

static void put(struct memnet *net, int role, const char *cell, const void *bytes, size_t n)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    env->ops->cell_put(env, cell, bytes, n);
}

/* Device and server hold different keys, as an impostor at either end would. */
static void different_keys(struct memnet *net)
{
    static const struct psk_keys other = {.ak = {1}, .kdk = {2}};
    put(net, SERVER, PSK_CELL_PREFIX "device-1@example.org", &other, sizeof other);
}

static void run(struct memnet *net)
{
    memnet_start(net);
    memnet_run(net, 60 * IMP_S);
}

Test(eap_psk_flaw, no_peer_auth_lets_the_server_take_a_peer_without_the_key)
{
    struct memnet *sound = net_with(NULL, NULL), *flawed = net_with("server!no-peer-auth", NULL);
    different_keys(sound);
    different_keys(flawed);
    run(sound);
    run(flawed);
    cr_expect_eq(commits(sound, SERVER, "eap"), 0);
    cr_expect_eq(commits(flawed, SERVER, "eap"), 0, "the sound peer does not answer message 3");
    cr_expect(memnet_last(flawed, PEER, IMP_CLAIM_REJECT, "MAC_S", "eap"));
    memnet_free(sound);
    memnet_free(flawed);

    flawed = net_with("server!no-peer-auth", "peer!no-server-auth"); /* the impostor goes on */
    different_keys(flawed);
    run(flawed);
    cr_expect_geq(commits(flawed, SERVER, "eap"), 1);
    memnet_free(flawed);
}

Test(eap_psk_flaw, no_peer_auth_takes_unknown_identities_too)
{
    struct memnet *flawed = net_with("server!no-peer-auth", "peer!no-server-auth");
    put(flawed, PEER, PSK_CELL_ID, "stranger@example.org", 20);
    run(flawed);
    cr_expect_geq(commits(flawed, SERVER, "eap"), 1);
    memnet_free(flawed);
}

Test(eap_psk_flaw, no_server_auth_lets_the_peer_take_a_server_without_the_key)
{
    struct memnet *flawed = net_with("peer!no-server-auth", "server!no-peer-auth");
    different_keys(flawed);
    run(flawed);
    const struct imp_claim *peer = memnet_last(flawed, PEER, IMP_CLAIM_COMMIT, NULL, "eap");
    const struct imp_claim *server = memnet_last(flawed, SERVER, IMP_CLAIM_RUNNING, NULL, "eap");
    cr_assert(peer && server);
    cr_expect_arr_neq(peer->data, server->data, peer->data_n, "no agreement on the keys");
    cr_expect_eq(commits(flawed, PEER, "link"), 0, "different PMKs: the MIC still protects");
    memnet_free(flawed);
}

/* Not a flaw but the option's other value: the peer ends at once instead of waiting. */
Test(eap_psk_flaw, a_peer_may_end_at_a_bad_mac)
{
    struct memnet *net = net_with("server!no-peer-auth", "peer.bad-mac=eap-failure");
    different_keys(net);
    memnet_start(net);
    memnet_run(net, 1 * IMP_S);
    cr_expect(memnet_last(net, PEER, IMP_CLAIM_REJECT, "MAC_S", "eap"));
    cr_expect_eq(memnet_state(net, PEER), IMP_DOT1X_PEER_HELD);
    memnet_free(net);
}

Test(eap_psk_flaw, no_radius_request_check_lets_a_stranger_ask_the_server)
{
    struct memnet *sound = net_with(NULL, NULL);
    struct memnet *flawed = net_with("server!no-radius-request-check", NULL);
    put(sound, AUTHENTICATOR, IMP_RADIUS_SECRET_CELL, "stranger", 8);
    put(flawed, AUTHENTICATOR, IMP_RADIUS_SECRET_CELL, "stranger", 8);
    run(sound);
    run(flawed);
    cr_expect_eq(commits(sound, SERVER, "radius"), 0);
    cr_expect(memnet_last(sound, SERVER, IMP_CLAIM_REJECT, "request not authentic", "radius"));
    cr_expect_geq(commits(flawed, SERVER, "radius"), 1);
    cr_expect_eq(commits(flawed, AUTHENTICATOR, "radius"), 0, "the reply is still checked");
    memnet_free(sound);
    memnet_free(flawed);
}

Test(eap_psk_flaw, no_radius_reply_check_lets_a_stranger_answer)
{
    struct memnet *flawed =
        net_with("authenticator!no-radius-reply-check", "server!no-radius-request-check");
    put(flawed, AUTHENTICATOR, IMP_RADIUS_SECRET_CELL, "stranger", 8);
    run(flawed);
    cr_expect_geq(commits(flawed, AUTHENTICATOR, "radius"), 1);
    cr_expect_eq(commits(flawed, AUTHENTICATOR, "link"), 0, "the PMK cannot be forged");
    memnet_free(flawed);
}

/* The adversary's own 4-way handshake with an all-zero PMK, before EAP has finished. */
static bool drop_all(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    (void)arg;
    (void)m;
    (void)bytes;
    (void)n;
    (void)cap;
    return false;
}

static void attack_handshake(struct memnet *net)
{
    static const uint8_t pmk[32], gtk[IMP_GTK_SIZE];
    struct imp_env *env = (struct imp_env *)memnet_env(net, AUTHENTICATOR);
    struct imp_addr aa, spa;
    struct imp_fourway f = {0};
    memnet_filter_set(net, drop_all, NULL);
    memnet_start(net);
    memnet_run(net, 100 * IMP_MS);
    cr_assert(env->ops->self(env, IMP_DOT1X_ACCESS, &aa) &&
              env->ops->peer(env, IMP_DOT1X_ACCESS, &spa));
    imp_fourway_start(&f, env, 2, pmk, gtk, &aa, &spa, 0);
    memnet_inject(net, PEER, IMP_DOT1X_ACCESS, NULL, f.frame, f.frame_n);
    memnet_run(net, 200 * IMP_MS);
    const struct memnet_message *last = memnet_message(net, memnet_message_count(net) - 1);
    if (last->message != IMP_DOT1X_MSG_KEY_2)
        return;
    cr_assert_eq(imp_fourway_receive(&f, env, last->bytes, last->n, 0), IMP_FOURWAY_SEND);
    memnet_inject(net, PEER, IMP_DOT1X_ACCESS, NULL, f.frame, f.frame_n);
    memnet_run(net, 300 * IMP_MS);
}

Test(eap_psk_flaw, no_key_mic_lets_a_stranger_install_keys)
{
    struct memnet *sound = net_with(NULL, NULL), *flawed = net_with("peer!no-key-mic", NULL);
    attack_handshake(sound);
    attack_handshake(flawed);
    cr_expect_eq(commits(sound, PEER, "link"), 0);
    cr_expect(!memnet_completed(sound, PEER));
    cr_expect_eq(commits(flawed, PEER, "link"), 1);
    cr_expect(memnet_completed(flawed, PEER));
    memnet_free(sound);
    memnet_free(flawed);
}

Test(eap_psk_flaw, keys_before_success_lets_a_stranger_install_keys_of_a_pmk_of_zeros)
{
    struct memnet *flawed = net_with("peer!keys-before-success", NULL);
    attack_handshake(flawed);
    cr_expect_eq(commits(flawed, PEER, "link"), 1);
    cr_expect_eq(commits(flawed, PEER, "eap"), 0);
    memnet_free(flawed);
}

static void until_sent(struct memnet *net, int message, size_t times)
{
    for (imp_time t = 0; t < IMP_S && memnet_count_messages(net, message) < times; t += IMP_MS)
        memnet_run_past(net, t);
    cr_assert_eq(memnet_count_messages(net, message), times);
}

/* An access point without a server, which says EAP-Success in the middle of the method. */
static struct memnet *told_success(const char *a, const char *b)
{
    struct memnet *net = net_with(a, b);
    uint8_t success[8] = {2, 0, 0, 4, 3, 0, 0, 4};
    memnet_start(net);
    until_sent(net, PSK_MSG_2, 1);
    success[5] = memnet_last_message(net, PSK_MSG_2)->bytes[5];
    memnet_inject(net, PEER, IMP_DOT1X_ACCESS, NULL, success, sizeof success);
    memnet_run_past(net, memnet_run_past(net, 0)); /* what is due now */
    return net;
}

Test(eap_psk_flaw, a_lenient_peer_believes_a_bare_success)
{
    struct memnet *strict = told_success("four-way=false", NULL);
    cr_expect_eq(memnet_state(strict, PEER), IMP_DOT1X_PEER_METHOD);
    cr_expect_eq(commits(strict, PEER, "eap"), 0);
    memnet_free(strict);

    struct memnet *wired = told_success("four-way=false", "success-validation=lenient");
    const struct imp_claim *c = memnet_last(wired, PEER, IMP_CLAIM_COMMIT, NULL, "eap");
    cr_expect(memnet_completed(wired, PEER));
    cr_assert(c);
    cr_expect_eq(c->sid_n + c->data_n + c->peer_n, 0, "with nobody, in no session");
    memnet_free(wired);

    struct memnet *wireless = told_success("success-validation=lenient", NULL);
    cr_expect_eq(memnet_state(wireless, PEER), IMP_DOT1X_PEER_KEY_1);
    memnet_free(wireless);
}

/* A MIC under another key is refused by both ends of the handshake. */
static bool spoil_mic(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)n;
    (void)cap;
    if (m->message == *(int *)arg)
        bytes[4 + 77] ^= 1; /* MIC, behind the EAPOL header */
    return true;
}

static bool drop_message(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->message != *(int *)arg;
}

Test(eap_psk_flaw, a_wrong_mic_is_refused_without_the_flaw)
{
    const int messages[] = {IMP_DOT1X_MSG_KEY_2, IMP_DOT1X_MSG_KEY_3, IMP_DOT1X_MSG_KEY_4};
    for (int i = 0; i < 3; i++) {
        int message = messages[i];
        struct memnet *net = net_with(NULL, NULL);
        memnet_filter_set(net, spoil_mic, &message);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect(!memnet_complete(net), "message %d", message);
        cr_expect(memnet_last(net, message == IMP_DOT1X_MSG_KEY_3 ? PEER : AUTHENTICATOR,
                              IMP_CLAIM_REJECT, "EAPOL-Key MIC", "link"));
        memnet_free(net);
    }
}

Test(eap_psk_flaw, no_station_mic_lets_the_authenticator_take_any_message_2_and_4)
{
    for (int message = IMP_DOT1X_MSG_KEY_2; message <= IMP_DOT1X_MSG_KEY_4; message += 2) {
        struct memnet *flawed = net_with("authenticator!no-station-mic", NULL);
        memnet_filter_set(flawed, spoil_mic, &message);
        memnet_start(flawed);
        memnet_run(flawed, 20 * IMP_S);
        cr_expect(memnet_complete(flawed), "message %d", message);
        memnet_free(flawed);
    }
}

/* The replay counter of EAPOL-Key is checked, but nothing hangs on it alone: message 2 of an
 * earlier handshake has the counter that the authenticator expects, and its MIC is still of no use.
 */
Test(eap_psk_flaw, a_replayed_message_2_has_the_right_counter_and_the_wrong_key)
{
    struct memnet *net = net_with(NULL, NULL);
    run(net);
    cr_assert(memnet_complete(net));
    const struct memnet_message *m = memnet_last_message(net, IMP_DOT1X_MSG_KEY_2);
    uint8_t old[256];
    size_t n = m->n;
    memcpy(old, m->bytes, n);
    int message = IMP_DOT1X_MSG_KEY_2;
    memnet_filter_set(net, drop_message, &message);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    until_sent(net, message, 2);
    memnet_filter_set(net, NULL, NULL);
    const struct memnet_message *asked = memnet_last_message(net, IMP_DOT1X_MSG_KEY_1);
    cr_assert_arr_eq(asked->bytes + REPLAY_AT, old + REPLAY_AT, 8, "the counter is expected");
    size_t before = memnet_count_claims(net, AUTHENTICATOR, IMP_CLAIM_REJECT, "EAPOL-Key MIC");
    memnet_inject(net, AUTHENTICATOR, IMP_DOT1X_ACCESS, NULL, old, n);
    memnet_run_past(net, memnet_run_past(net, 0)); /* what is due now */
    cr_expect_eq(memnet_count_claims(net, AUTHENTICATOR, IMP_CLAIM_REJECT, "EAPOL-Key MIC"),
                 before + 1);
    memnet_free(net);
}

Test(eap_psk_flaw, without_message_authenticators_the_response_authenticator_stops_a_stranger)
{
    for (int flawed = 0; flawed < 2; flawed++) {
        const char *settings[] = {
            "message-authenticator-required=false", "server!no-radius-request-check",
            flawed ? "authenticator!no-response-authenticator-check" : NULL, NULL};
        struct memnet *net = memnet_new(&imp_eap_psk, 11, settings);
        put(net, AUTHENTICATOR, IMP_RADIUS_SECRET_CELL, "stranger", 8);
        run(net);
        cr_expect_eq(commits(net, AUTHENTICATOR, "radius") > 0, flawed);
        memnet_free(net);
    }
}

Test(eap_psk_flaw, a_message_altered_anywhere_never_makes_two_ends_disagree)
{
    /* One octet of each message in turn is altered once; the run recovers or ends, and both ends of
     * a session never commit to different data. */
    for (size_t at = 0; at < 18; at++) {
        struct memnet *net = net_with(NULL, NULL);
        memnet_start(net);
        memnet_run(net, 60 * IMP_S);
        const struct memnet_message *m = memnet_message(net, at);
        int to = m->to, channel = m->channel;
        uint8_t bytes[2048];
        size_t n = m->n;
        memcpy(bytes, m->bytes, n);
        bytes[n - 1] ^= 0x40;
        size_t before = memnet_claim_count(net);
        memnet_inject(net, to, channel, NULL, bytes, n);
        memnet_run_past(net, 120 * IMP_S);
        for (size_t i = before; i < memnet_claim_count(net); i++)
            cr_expect_neq(memnet_claim(net, i)->claim.kind, IMP_CLAIM_ALARM);
        cr_expect_eq(commits(net, PEER, "eap"), commits(net, SERVER, "eap"));
        memnet_free(net);
    }
}
