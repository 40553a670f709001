/* SPDX-License-Identifier: GPL-2.0-only */
/* A device with two identities of IEEE 802.1AR in EAP-TLS: the operator's goes before the
 * manufacturer's, which is there when the former is over, deleted or reset. */
#include "devid.h"

TestSuite(eap_tls_ldevid, .init = imp_crypto_init);

#define LDEVID "CN=device-1@example.org"
#define IDEVID "CN=device-1"

static bool known_as(const struct memnet *net, const char *peer)
{
    const struct imp_claim *c = memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap");
    return c && c->peer_n == strlen(peer) && memcmp(c->peer, peer, strlen(peer)) == 0;
}

/* In at once, as `first`; and again half a minute after `event`, if there is one. */
static struct memnet *twice_as(const char *first, const char *const *settings, int role,
                               enum imp_event_kind kind, const char *event)
{
    struct memnet *net = memnet_new(&imp_eap_tls, 7, settings);
    memnet_start(net);
    imp_time then = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert(known_as(net, first), "%s", first);
    if (event || kind != IMP_EVENT_CONTROL)
        memnet_event(net, role, kind, event);
    then = memnet_run_past(net, then + 60 * IMP_S);
    cr_assert_gt(then, 20 * IMP_S);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    memnet_run_past(net, then + 4 * LIMIT);
    return net;
}

/* The operator's identity goes before. */
static struct memnet *twice(const char *const *settings, int role, enum imp_event_kind kind,
                            const char *event)
{
    return twice_as(LDEVID, settings, role, kind, event);
}

Test(eap_tls_ldevid, the_operators_identity_serves_as_long_as_it_is_there)
{
    struct memnet *net = twice(SETTINGS("tls-version=1.3", "device-identity=ldevid-first"), PEER,
                               IMP_EVENT_CONTROL, NULL);
    cr_expect_eq(commits(net), 2);
    cr_expect(known_as(net, LDEVID));
    memnet_free(net);
}

/* By the device's clock, before anything is said; without one, by the server's alert. */
Test(eap_tls_ldevid, one_that_is_over_makes_way_for_the_manufacturers)
{
    for (int v = 0; v < 2; v++)
        for (int clock = 0; clock < 2; clock++)
            for (int tickets = 0; tickets < 2; tickets++) {
                struct memnet *net = twice(
                    SETTINGS(versions[v], "device-identity=ldevid-first", "ldevid-lifetime=20",
                             clock ? "device-clock=true" : "device-clock=false",
                             tickets ? "resumption=true" : "resumption=false"),
                    PEER, IMP_EVENT_CONTROL, NULL);
                size_t refused = memnet_count_claims(net, SERVER, IMP_CLAIM_REJECT, "expired");
                size_t heard =
                    memnet_count_claims(net, PEER, IMP_CLAIM_REJECT, "own certificate expired");
                cr_expect_eq(heard, !clock, "%s %d %zu", versions[v], tickets, heard);
                cr_expect(clock ? refused == 0 : refused >= 1, "%zu", refused);
                cr_expect_eq(commits(net), 2, "%s %d %d", versions[v], clock, tickets);
                cr_expect(known_as(net, IDEVID), "%s %d %d", versions[v], clock, tickets);
                cr_expect_lt(memnet_cell(net, PEER, ETLS_CELL_LDEVID, NULL, 0), 0);
                cr_expect_lt(memnet_cell(net, PEER, ETLS_CELL_LDEVID_KEY, NULL, 0), 0);
                memnet_free(net);
            }
}

/* IEEE 802.1AR: what the owner has put there may be deleted, the manufacturer's may not. */
Test(eap_tls_ldevid, a_reset_or_the_owner_deletes_the_operators_identity_alone)
{
    for (int reset = 0; reset < 2; reset++) {
        struct memnet *net = twice(
            SETTINGS("tls-version=1.3", "device-identity=ldevid-first", "resumption=true"), PEER,
            reset ? IMP_EVENT_RESET : IMP_EVENT_CONTROL, reset ? NULL : "delete-ldevid");
        cr_expect_lt(memnet_cell(net, PEER, ETLS_CELL_LDEVID, NULL, 0), 0);
        cr_expect_lt(memnet_cell(net, PEER, ETLS_CELL_LDEVID_KEY, NULL, 0), 0);
        cr_expect_gt(memnet_cell(net, PEER, ETLS_CELL_CERTIFICATE, NULL, 0), 0);
        cr_expect_gt(memnet_cell(net, PEER, ETLS_CELL_KEY, NULL, 0), 0);
        cr_expect(known_as(net, IDEVID), "%d", reset);
        memnet_free(net);
    }
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("device-identity=ldevid"));
    memnet_start(net);
    memnet_run(net, LIMIT);
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "delete-ldevid");
    cr_expect_gt(memnet_cell(net, PEER, ETLS_CELL_CERTIFICATE, NULL, 0), 0, "it has no other");
    memnet_free(net);
}

/* Another alert says nothing of the identity's time. */
Test(eap_tls_ldevid, a_device_that_is_struck_off_keeps_its_identity)
{
    struct memnet *net = twice(SETTINGS("tls-version=1.3", "device-identity=ldevid-first"), SERVER,
                               IMP_EVENT_CONTROL, "revoke " LDEVID);
    cr_expect_eq(commits(net), 1);
    cr_expect_geq(memnet_count_claims(net, SERVER, IMP_CLAIM_REJECT, "revoked"), 1);
    cr_expect_gt(memnet_cell(net, PEER, ETLS_CELL_LDEVID, NULL, 0), 0);
    memnet_free(net);
}

/* A vendor's chain goes with the vendor's certificate alone. */
Test(eap_tls_ldevid, each_identity_has_its_own_chain)
{
    struct memnet *net =
        twice(SETTINGS("tls-version=1.2", "device-identity=ldevid-first", "ldevid-lifetime=20",
                       "vendor-chain=issuing", "fragment-size=1010"),
              PEER, IMP_EVENT_CONTROL, NULL);
    cr_expect_eq(commits(net), 2);
    cr_expect(known_as(net, IDEVID));
    memnet_free(net);
}

/* RFC 8995 section 2.6.1: who knows no time looks at no dates. */
Test(eap_tls_ldevid, a_device_without_a_clock_takes_a_server_whose_certificate_is_over)
{
    for (int clock = 0; clock < 2; clock++) {
        struct memnet *net = memnet_new(
            &imp_eap_tls, 7, SETTINGS(clock ? "device-clock=true" : "device-clock=false"));
        struct etls_end end = {.env = (struct imp_env *)memnet_env(net, PEER),
                               .profile = &etls_eap_tls,
                               .now = IMP_S * 3 * 365 * 24 * 3600};
        uint8_t der[IMP_X509_MAX];
        int n = memnet_cell(net, SERVER, ETLS_CELL_CERTIFICATE, der, sizeof der);
        const struct imp_piece chain = {der, n > 0 ? (size_t)n : 0};
        cr_expect_eq(etls_verify(&end, &chain, 1), !clock);
        cr_expect_eq(memnet_count_claims(net, PEER, IMP_CLAIM_REJECT, "expired"), (size_t)clock);
        memnet_free(net);
    }
}

/* IEEE 802.1AR, RFC 9148: a manufacturer's identity is for the device's life, an operator's not. */
Test(eap_tls_ldevid, a_server_may_take_a_manufacturers_identity_that_is_over)
{
    static const struct {
        const char *identity, *lifetime, *first;
        bool ignored, in;
    } rows[] = {
        {"device-identity=idevid", "idevid-lifetime=20", IDEVID, false, false},
        {"device-identity=idevid", "idevid-lifetime=20", IDEVID, true, true},
        {"device-identity=ldevid", "ldevid-lifetime=20", LDEVID, true, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int v = 0; v < 2; v++) {
            struct memnet *net =
                twice_as(rows[i].first,
                         SETTINGS(versions[v], rows[i].identity, rows[i].lifetime,
                                  rows[i].ignored ? "ignore-notafter=true" : versions[v]),
                         PEER, IMP_EVENT_CONTROL, NULL);
            cr_expect_eq(commits(net), rows[i].in ? 2 : 1, "%zu %s", i, versions[v]);
            cr_expect_eq(memnet_count_claims(net, SERVER, IMP_CLAIM_REJECT, "expired") > 0,
                         !rows[i].in);
            cr_expect(v || rows[i].in || alert(net) == IMP_TLS_CERTIFICATE_EXPIRED);
            memnet_free(net);
        }
}
