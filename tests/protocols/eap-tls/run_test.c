/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole conversations of EAP-TLS over IEEE 802.1X and RADIUS, and what either end refuses. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-tls/eap_tls.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
#define LIMIT (40 * IMP_S) /* one attempt: the held period is longer */

TestSuite(eap_tls_run, .init = imp_crypto_init);

static struct memnet *net_with(const char *a, const char *b)
{
    return memnet_new(&imp_eap_tls, 7, SETTINGS(a ? a : "tls-version=1.3", b));
}

static void run(struct memnet *net)
{
    memnet_start(net);
    memnet_run(net, LIMIT);
}

static void erase(struct memnet *net, int role, const char *cell)
{
    struct imp_env *env = (struct imp_env *)memnet_env(net, role);
    env->ops->cell_erase(env, cell);
}

static void expect_agreement(const struct memnet *net)
{
    const struct imp_claim *peer = memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap");
    const struct imp_claim *server = memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap");
    cr_assert(peer && server);
    cr_assert_eq(peer->data_n, server->data_n);
    cr_expect_arr_eq(peer->data, server->data, peer->data_n, "keys, identities, version");
}

Test(eap_tls_run, both_versions_and_both_identities_of_the_device_complete)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3",
                                           "tls-version=both"};
    static const char *const identities[] = {"device-identity=idevid", "device-identity=ldevid"};
    for (int v = 0; v < 3; v++)
        for (int i = 0; i < 2; i++) {
            struct memnet *net = net_with(versions[v], identities[i]);
            run(net);
            cr_expect(memnet_complete(net), "%s %s", versions[v], identities[i]);
            expect_agreement(net);
            memnet_free(net);
        }
}

Test(eap_tls_run, both_ends_need_the_same_suite)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    static const char *const suites[] = {"tls-suite=ccm-8", "tls-suite=gcm"},
                             *const alone[] = {"peer.tls-suite=ccm-8", "peer.tls-suite=gcm"};
    for (int v = 0; v < 2; v++)
        for (int s = 0; s < 2; s++) {
            struct memnet *net = net_with(versions[v], suites[s]);
            run(net);
            cr_expect(memnet_complete(net), "%s %s", versions[v], suites[s]);
            expect_agreement(net);
            memnet_free(net);
            net = net_with(versions[v], alone[s]);
            run(net);
            cr_expect(!memnet_completed(net, PEER), "%s %s", versions[v], alone[s]);
            cr_expect_gt(memnet_count_claims(net, SERVER, IMP_CLAIM_REJECT, "TLS"), 0);
            memnet_free(net);
        }
}

Test(eap_tls_run, one_message_of_each_kind_where_one_packet_holds_it)
{
    struct memnet *net = net_with("tls-version=1.3", NULL);
    run(net);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_START), 1);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_CLIENT_HELLO), 1);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_SERVER_FLIGHT), 1);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_CLIENT_FLIGHT), 1);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_RESULT), 1);
    cr_expect_eq(memnet_count_messages(net, ETLS_MSG + ETLS_ALERT_REQUEST), 0);
    memnet_free(net);
}

Test(eap_tls_run, small_fragments_are_acknowledged_one_by_one)
{
    struct memnet *net = net_with("fragment-size=100", NULL);
    run(net);
    cr_expect(memnet_complete(net));
    expect_agreement(net);
    cr_expect_gt(memnet_count_messages(net, ETLS_MSG + ETLS_FRAGMENT_REQUEST), 3);
    cr_expect_gt(memnet_count_messages(net, ETLS_MSG + ETLS_EMPTY_RESPONSE), 3);
    cr_expect_gt(memnet_count_messages(net, ETLS_MSG + ETLS_EMPTY_REQUEST), 3);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->channel == IMP_DOT1X_ACCESS && m->message >= ETLS_MSG)
            cr_assert_leq(m->n, 4 + ETLS_OVERHEAD + 100);
    }
    memnet_free(net);
}

Test(eap_tls_run, without_the_commitment_a_peer_of_tls_1_3_believes_no_success)
{
    struct memnet *net = net_with("tls-version=1.3", "commitment=false");
    run(net);
    cr_expect(!memnet_completed(net, PEER));
    cr_expect(!memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap"));
    memnet_free(net);
    net = net_with("tls-version=1.2", "commitment=false");
    run(net);
    cr_expect(memnet_complete(net), "TLS 1.2 knows none");
    memnet_free(net);
}

Test(eap_tls_run, a_server_of_another_name_is_refused)
{
    struct memnet *net = net_with("server-name=other.example.org", NULL);
    run(net);
    cr_expect(!memnet_completed(net, PEER));
    cr_expect(!memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"));
    cr_expect_gt(memnet_count_claims(net, PEER, IMP_CLAIM_REJECT, NULL), 0);
    memnet_free(net);
    net = net_with("server-name=other.example.org", "peer!any-server");
    run(net);
    cr_expect(memnet_completed(net, PEER));
    memnet_free(net);
}

Test(eap_tls_run, a_server_of_an_unknown_authority_is_refused)
{
    for (int flawed = 0; flawed < 2; flawed++) {
        struct memnet *net = net_with(NULL, flawed ? "peer!any-server" : NULL);
        erase(net, PEER, ETLS_CELL_ANCHOR);
        run(net);
        cr_expect_eq(memnet_completed(net, PEER), flawed != 0);
        memnet_free(net);
    }
}

Test(eap_tls_run, a_device_of_an_unknown_manufacturer_is_refused)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    for (int v = 0; v < 2; v++)
        for (int flawed = 0; flawed < 2; flawed++) {
            struct memnet *net = net_with(versions[v], flawed ? "server!any-peer" : NULL);
            erase(net, SERVER, ETLS_CELL_MAKER);
            run(net);
            cr_expect_eq(memnet_completed(net, PEER), flawed != 0, "%s", versions[v]);
            memnet_free(net);
        }
}

static size_t commits(const struct memnet *net, int role)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_claim_count(net); i++) {
        const struct memnet_claim *c = memnet_claim(net, i);
        n += c->role == role && c->claim.kind == IMP_CLAIM_COMMIT &&
             strcmp(c->claim.layer, "eap") == 0;
    }
    return n;
}

/* The description in the server's alert, which TLS 1.2 sends in clear; 0: none. */
static unsigned alert(const struct memnet *net)
{
    const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_ALERT_REQUEST);
    return m ? m->bytes[m->n - 1] : 0;
}

Test(eap_tls_run, alerts_say_why)
{
    struct memnet *net = net_with("tls-version=1.2", NULL);
    erase(net, SERVER, ETLS_CELL_MAKER);
    run(net);
    cr_expect_eq(alert(net), IMP_TLS_UNKNOWN_CA);
    memnet_free(net);
}

/* ---- revocation --------------------------------------------------------------------------------
 */
static struct memnet *revoked(const char *version, const char *resumption, const char *whom)
{
    struct memnet *net =
        memnet_new(&imp_eap_tls, 7, SETTINGS(version, resumption, "device-identity=ldevid"));
    memnet_start(net);
    imp_time then = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    memnet_event(net, SERVER, IMP_EVENT_CONTROL, whom);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, then + LIMIT);
    cr_assert_geq(memnet_count_messages(net, ETLS_MSG + ETLS_START), 2);
    return net;
}

Test(eap_tls_run, a_revoked_device_is_refused)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    static const char *const resumption[] = {"resumption=false", "resumption=true"};
    for (int v = 0; v < 2; v++)
        for (int r = 0; r < 2; r++) {
            struct memnet *net =
                revoked(versions[v], resumption[r], "revoke CN=device-1@example.org");
            cr_expect_eq(commits(net, SERVER), 1, "%s %s", versions[v], resumption[r]);
            cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "revoked", "eap"));
            if (!v && !r)
                cr_expect_eq(alert(net), IMP_TLS_CERTIFICATE_REVOKED);
            memnet_free(net);
            net = revoked(versions[v], resumption[r], "revoke CN=device-2@example.org");
            cr_expect_eq(commits(net, SERVER), 2, "another's");
            memnet_free(net);
        }
}

Test(eap_tls_run, ends_without_a_common_version_part)
{
    struct memnet *net = net_with("peer.tls-version=1.2", "server.tls-version=1.3");
    run(net);
    cr_expect(!memnet_completed(net, PEER));
    cr_expect(!memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap"));
    memnet_free(net);
}

/* One octet of the server's certificate arrives changed. */
static bool spoil(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)arg;
    (void)cap;
    if (m->message == ETLS_MSG + ETLS_SERVER_FLIGHT)
        bytes[*n - 30] ^= 1;
    return true;
}

Test(eap_tls_run, a_changed_flight_ends_the_conversation)
{
    struct memnet *net = net_with("tls-version=1.3", NULL);
    memnet_filter_set(net, spoil, NULL);
    run(net);
    cr_expect(!memnet_completed(net, PEER));
    cr_expect(!memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"));
    memnet_free(net);
}

/* ---- resumption --------------------------------------------------------------------------------
 */
static struct memnet *authenticated_twice(const char *version, const char *lifetime, imp_time pause)
{
    struct memnet *net = memnet_new(
        &imp_eap_tls, 7, SETTINGS(version, "resumption=true", lifetime ? lifetime : version));
    memnet_start(net);
    imp_time then = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net), "%s", version);
    then = memnet_run_past(net, then + pause);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, then + pause + LIMIT);
    cr_assert_eq(memnet_count_messages(net, ETLS_MSG + ETLS_START), 2);
    expect_agreement(net);
    return net;
}

/* Octets of the second flight of the server on the device's link. */
static size_t second_flight(const struct memnet *net)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->channel == IMP_DOT1X_ACCESS && m->message == ETLS_MSG + ETLS_SERVER_FLIGHT)
            n = m->n;
    }
    return n;
}

Test(eap_tls_run, a_second_conversation_goes_on_from_the_first)
{
    static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};
    for (int v = 0; v < 2; v++) {
        struct memnet *net = authenticated_twice(versions[v], NULL, IMP_S);
        cr_expect_lt(second_flight(net), 400, "no certificate");
        cr_expect_eq(commits(net, PEER), 2, "%s", versions[v]);
        cr_expect_eq(commits(net, SERVER), 2);
        memnet_free(net);
        net = authenticated_twice(versions[v], "ticket-lifetime=10", 60 * IMP_S);
        cr_expect_gt(second_flight(net), 400, "the ticket is over");
        memnet_free(net);
    }
}

/* Resumed or not, a certificate that the server takes no more is refused (RFC 9190 section 5.7). */
Test(eap_tls_run, certificates_are_looked_at_again)
{
    for (int v = 0; v < 2; v++) {
        struct memnet *net =
            memnet_new(&imp_eap_tls, 7,
                       SETTINGS(v ? "tls-version=1.3" : "tls-version=1.2", "resumption=true"));
        memnet_start(net);
        imp_time then = memnet_run(net, LIMIT);
        erase(net, SERVER, ETLS_CELL_MAKER);
        memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
        memnet_run_past(net, then + LIMIT);
        cr_expect_eq(commits(net, SERVER), 1);
        memnet_free(net);
    }
}

Test(eap_tls_run, a_reset_forgets_the_ticket)
{
    struct memnet *net = authenticated_twice("tls-version=1.3", NULL, IMP_S);
    cr_expect_gt(memnet_cell(net, PEER, ETLS_CELL_SESSION, NULL, 0), 0);
    memnet_event(net, PEER, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 10 * LIMIT);
    cr_expect_eq(commits(net, PEER), 3);
    cr_expect_gt(second_flight(net), 400, "a full handshake again");
    memnet_free(net);
}

/* ---- who is told the name of the device
 * ------------------------------------------------------------------------------------- */
static bool on_the_backend(const struct memnet *net, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        for (size_t k = 0; m->channel == IMP_DOT1X_BACKEND && k + n <= m->n; k++)
            if (memcmp(m->bytes + k, text, n) == 0)
                return true;
    }
    return false;
}

Test(eap_tls_run, the_name_that_is_inside_tls_need_not_be_in_the_access_accept)
{
    static const char *const names[] = {"accepted-name=authenticated", "accepted-name=asked",
                                        "accepted-name=none"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(
            &imp_eap_tls, 7, SETTINGS(names[i], "anonymous-outer=true", "tls-version=1.3"));
        memnet_start(net);
        memnet_run(net, LIMIT);
        expect_agreement(net);
        cr_expect_eq(on_the_backend(net, "device-1"), i == 0, "%s", names[i]);
        const struct memnet_message *m = memnet_last_message(net, IMP_DOT1X_MSG_ACCESS_ACCEPT);
        struct imp_radius r;
        size_t n;
        cr_assert_eq(imp_radius_parse(&r, m->bytes, m->n), 0);
        const uint8_t *name = imp_radius_find(&r, IMP_RADIUS_USER_NAME, &n);
        cr_expect_eq(name != NULL, i < 2);
        cr_expect(i != 1 || (n == 12 && memcmp(name, "@example.org", 12) == 0));
        memnet_free(net);
    }
}
