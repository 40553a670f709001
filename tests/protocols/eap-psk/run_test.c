/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of eap-psk over memnet: completion, options, loss, failures and repetition. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/radius.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
#define LIMIT (1200 * IMP_S)

TestSuite(eap_psk_run, .init = imp_crypto_init);

static struct memnet *net_with(const char *const *settings)
{
    return memnet_new(&imp_eap_psk, 7, settings);
}

static struct memnet *run_with(const char *const *settings, imp_time limit)
{
    struct memnet *net = net_with(settings);
    memnet_start(net);
    memnet_run(net, limit);
    return net;
}

static size_t count(const struct memnet *net, int message)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        n += memnet_message(net, i)->message == message;
    return n;
}

static size_t claims(const struct memnet *net, int role, enum imp_claim_kind kind,
                     const char *layer)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        n += c->role == role && c->claim.kind == kind &&
             (!layer || (c->claim.layer && strcmp(c->claim.layer, layer) == 0));
    }
    return n;
}

static bool same_data(const struct imp_claim *a, const struct imp_claim *b)
{
    return a && b && a->data_n == b->data_n && memcmp(a->data, b->data, a->data_n) == 0 &&
           a->sid_n == b->sid_n && memcmp(a->sid, b->sid, a->sid_n) == 0;
}

/* The server knows the device by another key than the device has. */
static void spoil_key(struct memnet *net)
{
    struct imp_env *server = (struct imp_env *)memnet_env(net, SERVER);
    struct psk_keys other = {.ak = {1}, .kdk = {2}};
    server->ops->cell_put(server, PSK_CELL_PREFIX "device-1@example.org", &other, sizeof other);
}

Test(eap_psk_run, messages_follow_the_specification)
{
    static const int expected[] = {
        IMP_DOT1X_MSG_START,
        IMP_DOT1X_MSG_REQUEST_IDENTITY,
        IMP_DOT1X_MSG_RESPONSE_IDENTITY,
        IMP_DOT1X_MSG_ACCESS_REQUEST,
        IMP_DOT1X_MSG_ACCESS_CHALLENGE,
        PSK_MSG_1,
        PSK_MSG_2,
        IMP_DOT1X_MSG_ACCESS_REQUEST,
        IMP_DOT1X_MSG_ACCESS_CHALLENGE,
        PSK_MSG_3,
        PSK_MSG_4,
        IMP_DOT1X_MSG_ACCESS_REQUEST,
        IMP_DOT1X_MSG_ACCESS_ACCEPT,
        IMP_DOT1X_MSG_SUCCESS,
        IMP_DOT1X_MSG_KEY_1,
        IMP_DOT1X_MSG_KEY_2,
        IMP_DOT1X_MSG_KEY_3,
        IMP_DOT1X_MSG_KEY_4,
    };
    struct memnet *net = run_with(NULL, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert_eq(memnet_message_count(net), sizeof expected / sizeof *expected);
    for (size_t i = 0; i < memnet_message_count(net); i++)
        cr_expect_eq(memnet_message(net, i)->message, expected[i], "message %zu", i);
    memnet_free(net);
}

/* Sizes of RFC 4764 section 5 with ID_P of 20 and ID_S of 18 octets, and EAPOL's 4. */
Test(eap_psk_run, sizes_are_those_of_the_formats)
{
    struct memnet *net = run_with(NULL, LIMIT);
    cr_expect_eq(memnet_message(net, 5)->n, 4 + 22 + 18);
    cr_expect_eq(memnet_message(net, 6)->n, 4 + 54 + 20);
    cr_expect_eq(memnet_message(net, 9)->n, 4 + 59);
    cr_expect_eq(memnet_message(net, 10)->n, 4 + 43);
    memnet_free(net);
}

Test(eap_psk_run, ends_agree_and_secrets_match)
{
    struct memnet *net = run_with(NULL, LIMIT);
    const struct imp_claim *peer = memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap");
    const struct imp_claim *server = memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap");
    const struct imp_claim *msk = memnet_last(net, SERVER, IMP_CLAIM_SECRET, "MSK", "eap");
    const struct imp_claim *pmk = memnet_last(net, AUTHENTICATOR, IMP_CLAIM_SECRET, "PMK", "link");
    cr_assert(same_data(peer, server));
    cr_expect_arr_eq(peer->peer, "server@example.org", peer->peer_n);
    cr_expect_arr_eq(server->peer, "device-1@example.org", server->peer_n);
    cr_assert_eq(msk->data_n, 64);
    cr_assert_eq(pmk->data_n, 32);
    cr_expect_arr_eq(msk->data, pmk->data, 32, "PMK is the first half of MSK");
    cr_expect(same_data(memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "link"),
                        memnet_last(net, AUTHENTICATOR, IMP_CLAIM_COMMIT, NULL, "link")));
    memnet_free(net);
}

/* Each end says that it is running before the message that lets the other commit. */
Test(eap_psk_run, running_precedes_commit)
{
    struct memnet *net = run_with(NULL, LIMIT);
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *commit = memnet_claim(net, i);
        bool found = false;
        if (commit->claim.kind != IMP_CLAIM_COMMIT)
            continue;
        for (size_t k = 0; k < i; k++) {
            const struct memnet_claim *r = memnet_claim(net, k);
            found = found || (r->claim.kind == IMP_CLAIM_RUNNING && r->role != commit->role &&
                              same_data(&r->claim, &commit->claim));
        }
        cr_expect(found, "commit of role %d in layer %s", commit->role, commit->claim.layer);
    }
    memnet_free(net);
}

struct drop {
    size_t at, seen;
};
static bool drop_one(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    struct drop *d = arg;
    (void)m;
    (void)bytes;
    (void)n;
    (void)cap;
    return d->seen++ != d->at;
}

Test(eap_psk_run, loss_of_any_one_message_is_recovered)
{
    for (size_t i = 0; i < 18; i++) {
        struct drop drop = {.at = i};
        struct memnet *net = net_with(NULL);
        memnet_filter_set(net, drop_one, &drop);
        memnet_start(net);
        imp_time end = memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "message %zu lost", i);
        cr_expect_lt(end, 40 * IMP_S, "message %zu lost: %.1f s", i, (double)end / IMP_S);
        cr_expect(drop.seen > i);
        /* Success and Failure are never sent again (RFC 3748 section 4.2). */
        cr_expect_eq(count(net, IMP_DOT1X_MSG_SUCCESS), 1);
        memnet_free(net);
    }
}

static bool drop_some(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    struct imp_rng *rng = arg;
    (void)m;
    (void)bytes;
    (void)n;
    (void)cap;
    return imp_rng_below(rng, 5) != 0;
}

Test(eap_psk_run, a_fifth_of_all_messages_may_be_lost)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct imp_rng rng;
        struct memnet *net = net_with(NULL);
        imp_rng_seed(&rng, seed, "loss", "test");
        memnet_filter_set(net, drop_some, &rng);
        memnet_start(net);
        memnet_run(net, LIMIT);
        cr_expect(memnet_complete(net), "seed %d", (int)seed);
        memnet_free(net);
    }
}

Test(eap_psk_run, wrong_key_ends_without_commit)
{
    struct memnet *net = net_with(NULL);
    spoil_key(net);
    memnet_start(net);
    memnet_run(net, 120 * IMP_S);
    cr_expect_eq(claims(net, PEER, IMP_CLAIM_COMMIT, NULL), 0);
    cr_expect_eq(claims(net, SERVER, IMP_CLAIM_COMMIT, "eap"), 0);
    cr_expect_eq(claims(net, AUTHENTICATOR, IMP_CLAIM_COMPLETE, NULL), 0);
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "MAC_P", "eap"));
    cr_expect_eq(count(net, PSK_MSG_3), 0);
    cr_expect_geq(count(net, IMP_DOT1X_MSG_FAILURE), 1);
    memnet_free(net);
}

Test(eap_psk_run, bad_mac_may_end_the_conversation_at_once)
{
    const char *settings[] = {"bad-mac=eap-failure", NULL};
    struct memnet *net = net_with(settings);
    spoil_key(net);
    memnet_start(net);
    memnet_run(net, 1 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_ACCESS_REJECT), 1);
    cr_expect_eq(count(net, PSK_MSG_1), 1);
    cr_expect_eq(memnet_state(net, PEER), IMP_DOT1X_PEER_HELD);
    cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_HELD);
    memnet_free(net);
}

Test(eap_psk_run, server_may_refuse_over_the_protected_channel)
{
    const char *settings[] = {"authorize=false", NULL};
    struct memnet *net = run_with(settings, 10 * IMP_S);
    cr_expect_eq(count(net, PSK_MSG_4), 1, "the peer answers DONE_FAILURE");
    cr_expect_eq(count(net, IMP_DOT1X_MSG_ACCESS_REJECT), 1);
    cr_expect_eq(claims(net, PEER, IMP_CLAIM_COMMIT, NULL), 0);
    cr_expect_eq(claims(net, SERVER, IMP_CLAIM_COMMIT, "eap"), 0);
    cr_expect(memnet_last(net, PEER, IMP_CLAIM_REJECT, "server sent DONE_FAILURE", "eap"));
    memnet_free(net);
}

Test(eap_psk_run, extended_authentication_takes_one_more_round)
{
    const char *sizes[] = {"ext-payload=1", "ext-payload=960"};
    const char *support[] = {"ext-supported=true", "ext-supported=false"};
    for (int i = 0; i < 4; i++) {
        const char *settings[] = {sizes[i & 1], support[i >> 1], NULL};
        struct memnet *net = run_with(settings, LIMIT);
        cr_assert(memnet_complete(net), "%s %s", settings[0], settings[1]);
        cr_expect_eq(count(net, PSK_MSG_EXT), 1);
        cr_expect_eq(count(net, PSK_MSG_4), 2);
        cr_expect(same_data(memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap"),
                            memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap")));
        memnet_free(net);
    }
}

Test(eap_psk_run, interoperability_switches_all_complete)
{
    const char *const cases[] = {
        "eapol-version=1",          "peer.eapol-version=3",      "four-way=false",
        "anonymous-outer=true",     "first-offer=md5-challenge", "first-offer=expanded",
        "first-offer=notification", "realm=a.example",           "nas-identifier=x",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *settings[] = {cases[i], NULL};
        struct memnet *net = run_with(settings, 10 * IMP_S);
        cr_expect(memnet_complete(net), "%s", cases[i]);
        memnet_free(net);
    }
}

Test(eap_psk_run, an_anonymous_outer_identity_hides_the_user_part)
{
    const char *settings[] = {"anonymous-outer=true", NULL};
    struct memnet *net = run_with(settings, LIMIT);
    const struct memnet_message *m = memnet_message(net, 2);
    cr_assert_eq(m->n, 4 + 5 + strlen("@example.org"));
    cr_expect_arr_eq(m->bytes + 9, "@example.org", strlen("@example.org"));
    memnet_free(net);
}

static size_t with_attribute(const struct memnet *net, uint8_t type)
{
    size_t found = 0, n;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        struct imp_radius r;
        if (m->channel == IMP_DOT1X_BACKEND && imp_radius_parse(&r, m->bytes, m->n) == 0)
            found += imp_radius_find(&r, type, &n) != NULL;
    }
    return found;
}

Test(eap_psk_run, message_authenticators_are_left_out_only_where_nobody_requires_them)
{
    const struct {
        const char *setting;
        bool complete, present;
    } cases[] = {
        {NULL, true, true},
        {"message-authenticator-required=false", true, false},
        {"server.message-authenticator-required=false", true, true},
        {"authenticator.message-authenticator-required=false", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *settings[] = {cases[i].setting, NULL};
        struct memnet *net = run_with(settings, 30 * IMP_S);
        size_t radius = count(net, IMP_DOT1X_MSG_ACCESS_REQUEST) +
                        count(net, IMP_DOT1X_MSG_ACCESS_CHALLENGE) +
                        count(net, IMP_DOT1X_MSG_ACCESS_ACCEPT);
        cr_expect_eq(memnet_complete(net), cases[i].complete, "case %zu", i);
        cr_expect_eq(with_attribute(net, IMP_RADIUS_MESSAGE_AUTHENTICATOR),
                     cases[i].present ? radius : 0, "case %zu", i);
        memnet_free(net);
    }
}

Test(eap_psk_run, the_server_sends_nothing_larger_than_framed_mtu_allows)
{
    /* Message 3 with an extension of 960 octets has 1020. */
    const char *fits[] = {"ext-payload=960", "eap-mtu=1020", NULL};
    const char *over[] = {"ext-payload=960", "eap-mtu=1019", NULL};
    struct memnet *net = run_with(fits, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
    net = run_with(over, 10 * IMP_S);
    cr_expect_eq(count(net, PSK_MSG_3), 0);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_ACCESS_REJECT), 1);
    cr_expect_eq(memnet_state(net, PEER), IMP_DOT1X_PEER_HELD, "EAP-Failure was believed");
    cr_expect(
        memnet_last(net, SERVER, IMP_CLAIM_REJECT, "EAP packet exceeds Framed-MTU", "radius"));
    memnet_free(net);
}

Test(eap_psk_run, framed_mtu_is_the_eap_mtu_and_the_eapol_header)
{
    const char *settings[] = {"eap-mtu=200", NULL};
    struct memnet *net = run_with(settings, LIMIT);
    size_t n, at = 0;
    while (memnet_message(net, at)->message != IMP_DOT1X_MSG_ACCESS_REQUEST)
        at++;
    struct imp_radius r;
    cr_assert_eq(imp_radius_parse(&r, memnet_message(net, at)->bytes, memnet_message(net, at)->n),
                 0);
    const uint8_t *mtu = imp_radius_find(&r, IMP_RADIUS_FRAMED_MTU, &n);
    cr_assert(mtu && n == 4);
    cr_expect_eq(mtu[2] << 8 | mtu[3], 204);
    cr_expect(memnet_complete(net), "every message fits");
    memnet_free(net);
}

/* RFC 4764 sections 5.1 and 5.2; the NUL is in the messages and under the MACs. */
Test(eap_psk_run, identities_may_be_closed_by_a_nul_where_both_ends_do)
{
    const char *both[] = {"id-encoding=nul-terminated", NULL};
    struct memnet *net = run_with(both, LIMIT);
    cr_assert(memnet_complete(net));
    const struct memnet_message *m = memnet_last_message(net, PSK_MSG_2);
    cr_expect_eq(m->n, 4 + 54 + 21);
    cr_expect_eq(m->bytes[m->n - 1], 0);
    const struct imp_claim *peer = memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap");
    cr_expect_eq(peer->peer_n, strlen("device-1@example.org"), "Peer-Id is the NAI all the same");
    memnet_free(net);

    const char *const one[] = {"peer.id-encoding=nul-terminated",
                               "server.id-encoding=nul-terminated"};
    for (size_t i = 0; i < 2; i++) {
        const char *settings[] = {one[i], NULL};
        net = run_with(settings, 30 * IMP_S);
        cr_expect_eq(count(net, PSK_MSG_2), 0, "%s: message 1 is discarded", one[i]);
        memnet_free(net);
    }
}

Test(eap_psk_run, the_eap_identity_may_be_the_one_that_counts)
{
    const char *settings[] = {"identity-source=eap-identity", NULL, NULL};
    struct memnet *net = run_with(settings, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
    settings[1] = "anonymous-outer=true";
    net = run_with(settings, 10 * IMP_S);
    cr_expect_eq(count(net, PSK_MSG_1), 0);
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "unknown EAP identity", "eap"));
    memnet_free(net);
}

static bool other_outer_identity(void *arg, const struct memnet_message *m, uint8_t *bytes,
                                 size_t *n, size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == IMP_DOT1X_MSG_RESPONSE_IDENTITY)
        memcpy(bytes + *n - strlen("1@example.org"), "2", 1);
    return true;
}

/* Device 2 exists too; device 1 calls itself so towards EAP, and by its own name inside. */
Test(eap_psk_run, id_p_must_repeat_the_eap_identity_where_that_counts)
{
    for (int counts = 0; counts < 2; counts++) {
        const char *settings[] = {counts ? "identity-source=eap-identity" : NULL, NULL};
        struct memnet *net = net_with(settings);
        struct imp_env *server = (struct imp_env *)memnet_env(net, SERVER);
        struct psk_keys second = {.ak = {2}, .kdk = {2}};
        server->ops->cell_put(server, PSK_CELL_PREFIX "device-2@example.org", &second,
                              sizeof second);
        memnet_filter_set(net, other_outer_identity, NULL);
        memnet_start(net);
        memnet_run(net, 10 * IMP_S);
        cr_expect_eq(memnet_complete(net), !counts);
        cr_expect_eq(count(net, PSK_MSG_1) > 0, true);
        cr_expect_eq(claims(net, SERVER, IMP_CLAIM_COMMIT, "eap"), !counts);
        memnet_free(net);
    }
}

Test(eap_psk_run, a_peer_without_nak_cannot_negotiate)
{
    const char *settings[] = {"nak=false", "first-offer=md5-challenge", NULL};
    struct memnet *net = run_with(settings, 200 * IMP_S);
    cr_expect(!memnet_complete(net));
    cr_expect_eq(count(net, IMP_DOT1X_MSG_RESPONSE_NAK), 0);
    memnet_free(net);
}

Test(eap_psk_run, a_reset_device_bootstraps_again_with_its_factory_key)
{
    uint8_t before[32], after[32];
    struct memnet *net = run_with(NULL, LIMIT);
    cr_assert(memnet_complete(net));
    uint8_t sid[33];
    memcpy(sid, memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap")->sid, sizeof sid);
    cr_assert_eq(memnet_cell(net, PEER, PSK_CELL_KEYS, before, sizeof before), 32);
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 10 * IMP_S);
    cr_expect_eq(memnet_cell(net, PEER, PSK_CELL_KEYS, after, sizeof after), 32);
    cr_expect_arr_eq(before, after, sizeof before);
    cr_expect_eq(claims(net, PEER, IMP_CLAIM_COMPLETE, NULL), 2);
    cr_expect_eq(claims(net, SERVER, IMP_CLAIM_COMPLETE, NULL), 2);
    cr_expect_arr_neq(sid, memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap")->sid, sizeof sid);
    memnet_free(net);
}

/* RFC 3580 section 3.17: reAuthPeriod is what Access-Accept says. */
Test(eap_psk_run, the_server_says_when_to_authenticate_again)
{
    struct memnet *net = run_with(SETTINGS("session-timeout=20", "reauth-period=5"), 2 * IMP_S);
    memnet_run_past(net, 10 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_ACCESS_ACCEPT), 1u);
    memnet_run_past(net, 30 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_ACCESS_ACCEPT), 2u);
    memnet_free(net);
}

Test(eap_psk_run, the_authenticator_asks_for_reauthentication)
{
    const char *settings[] = {"reauth-period=20", NULL};
    struct memnet *net = net_with(settings);
    memnet_start(net);
    memnet_run_past(net, 50 * IMP_S);
    cr_expect_eq(claims(net, PEER, IMP_CLAIM_COMPLETE, NULL), 3);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_START), 1);
    memnet_free(net);
}

Test(eap_psk_run, a_revoked_device_is_refused_when_it_comes_back)
{
    struct memnet *net = run_with(NULL, LIMIT);
    cr_assert(memnet_complete(net));
    memnet_event(net, SERVER, IMP_EVENT_CONTROL, "revoke device-1@example.org");
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, 60 * IMP_S);
    cr_expect_eq(claims(net, PEER, IMP_CLAIM_COMPLETE, NULL), 1);
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "unknown ID_P", "eap"));
    memnet_free(net);
}

Test(eap_psk_run, a_device_that_leaves_logs_off_and_stays_away)
{
    struct memnet *net = run_with(NULL, LIMIT);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "leave");
    memnet_run_past(net, 600 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_LOGOFF), 1);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_START), 1);
    cr_expect_eq(memnet_state(net, AUTHENTICATOR), IMP_DOT1X_AUTHENTICATOR_IDLE);
    memnet_free(net);
}

static bool silence(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    (void)bytes;
    (void)n;
    (void)cap;
    return m->channel != *(int *)arg;
}

Test(eap_psk_run, three_starts_then_held_when_nobody_answers)
{
    int channel = IMP_DOT1X_ACCESS;
    struct memnet *net = net_with(NULL);
    memnet_filter_set(net, silence, &channel);
    memnet_start(net);
    memnet_run(net, 89 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_START), 3);
    memnet_run(net, 149 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_START), 3, "30 s after the third, then 60 s held");
    memnet_run(net, 151 * IMP_S);
    cr_expect_eq(count(net, IMP_DOT1X_MSG_START), 4);
    memnet_free(net);
}

Test(eap_psk_run, radius_requests_are_repeated_unchanged)
{
    int channel = IMP_DOT1X_BACKEND;
    const struct memnet_message *first = NULL;
    struct memnet *net = net_with(NULL);
    memnet_filter_set(net, silence, &channel);
    memnet_start(net);
    memnet_run(net, 22 * IMP_S);
    cr_assert_eq(count(net, IMP_DOT1X_MSG_ACCESS_REQUEST), 4, "at once, then after 3, 6, 12 s");
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message != IMP_DOT1X_MSG_ACCESS_REQUEST)
            continue;
        first = first ? first : m;
        cr_assert_eq(m->n, first->n);
        cr_expect_arr_eq(m->bytes, first->bytes, m->n);
    }
    memnet_free(net);
}

Test(eap_psk_run, the_same_seed_gives_the_same_octets)
{
    struct memnet *a = run_with(NULL, LIMIT), *b = run_with(NULL, LIMIT);
    cr_assert_eq(memnet_message_count(a), memnet_message_count(b));
    for (size_t i = 0; i < memnet_message_count(a); i++) {
        const struct memnet_message *m = memnet_message(a, i), *k = memnet_message(b, i);
        cr_assert_eq(m->n, k->n);
        cr_expect_arr_eq(m->bytes, k->bytes, m->n, "message %zu", i);
    }
    memnet_free(a);
    memnet_free(b);
}
