/* SPDX-License-Identifier: GPL-2.0-only */
/* The status of the server's certificate, which the server staples: RFC 9190 section 5.4. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/eap-tls/eap_tls.h"
#include "tests/support/memnet.h"

enum { PEER, AUTHENTICATOR, SERVER };
#define LIMIT (40 * IMP_S) /* one attempt: the held period is longer */

TestSuite(eap_tls_status, .init = imp_crypto_init);

static const char *const versions[] = {"tls-version=1.2", "tls-version=1.3"};

static struct memnet *net_with(int version, const char *request, const char *stapling)
{
    return memnet_new(&imp_eap_tls, 7, SETTINGS(versions[version], request, stapling));
}

static void run(struct memnet *net)
{
    memnet_start(net);
    memnet_run(net, LIMIT);
}

/* The description in the device's alert, which it sends in clear in TLS 1.2. */
static unsigned alert(const struct memnet *net)
{
    const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_ALERT_RESPONSE);
    return m ? m->bytes[m->n - 1] : 0;
}

static void expect_refused(const struct memnet *net, const char *why)
{
    cr_expect_not(memnet_completed(net, PEER), "%s", why);
    cr_expect_not(memnet_last(net, PEER, IMP_CLAIM_COMMIT, NULL, "eap"), "%s", why);
    cr_expect(memnet_last(net, PEER, IMP_CLAIM_REJECT, why, "eap"), "%s", why);
}

static size_t flight(const struct memnet *net)
{
    return memnet_last_message(net, ETLS_MSG + ETLS_SERVER_FLIGHT)->n;
}

Test(eap_tls_status, is_there_for_who_asks)
{
    static const char *const requests[] = {"status-request=none", "status-request=ask",
                                           "status-request=require"};
    for (int v = 0; v < 2; v++) {
        size_t n[3];
        for (int r = 0; r < 3; r++) {
            struct memnet *net = net_with(v, requests[r], "stapling=true");
            size_t verified = 0;
            run(net);
            cr_expect(memnet_complete(net), "%s %s", versions[v], requests[r]);
            n[r] = flight(net);
            verified = memnet_charged(net, PEER, IMP_OP_P256_VERIFY);
            cr_expect_eq(verified, r ? 3 : 2, "%s: %zu", requests[r], verified);
            memnet_free(net);
        }
        cr_expect_gt(n[1], n[0] + 100, "%s: %zu %zu, of the first packet", versions[v], n[0], n[1]);
    }
}

Test(eap_tls_status, who_insists_goes_on_with_nothing_less)
{
    for (int v = 0; v < 2; v++) {
        struct memnet *net = net_with(v, "status-request=require", "stapling=false");
        run(net);
        expect_refused(net, "no valid status");
        cr_expect(v || alert(net) == IMP_TLS_BAD_STATUS, "%u", alert(net));
        memnet_free(net);
        net = net_with(v, "status-request=ask", "stapling=false");
        run(net);
        cr_expect(memnet_complete(net), "%s", versions[v]);
        memnet_free(net);
    }
}

/* The operator's authority has another key and another list than the test: it is made again. */
static struct memnet *with_status(int version, bool revoked, imp_time until)
{
    struct memnet *net = net_with(version, "status-request=ask", "stapling=true");
    struct imp_env *env = (struct imp_env *)memnet_env(net, SERVER);
    uint8_t pub[64], secret[32], own_pub[64], own[32];
    struct imp_x509 ca, crt;
    struct imp_x509_ocsp status;
    imp_p256_keypair(env, "authority", pub, secret);
    imp_p256_keypair(env, "own", own_pub, own);
    struct imp_x509_spec spec = {
        .subject = "CN=Operator CA", .pub = pub, .purposes = IMP_X509_CA, .not_after = IMP_NEVER};
    cr_assert_eq(imp_x509_issue(env, &ca, &spec, NULL, secret), 0);
    spec = (struct imp_x509_spec){.subject = "CN=" ETLS_SERVER,
                                  .pub = own_pub,
                                  .dns = ETLS_SERVER,
                                  .purposes = IMP_X509_SERVER,
                                  .not_after = IMP_NEVER};
    cr_assert_eq(imp_x509_issue(env, &crt, &spec, &ca, secret), 0);
    const struct imp_x509_ocsp_spec say = {
        .certificate = IMP_PIECE(crt.der, crt.n), .revoked = revoked, .next_update = until};
    cr_assert_eq(imp_x509_ocsp(env, &status, &say, &ca, secret), 0);
    env->ops->cell_put(env, ETLS_CELL_KEY, own, sizeof own);
    env->ops->cell_put(env, ETLS_CELL_CERTIFICATE, crt.der, crt.n);
    env->ops->cell_put(env, ETLS_CELL_STATUS, status.der, status.n);
    env = (struct imp_env *)memnet_env(net, PEER);
    env->ops->cell_put(env, ETLS_CELL_ANCHOR, ca.der, ca.n);
    return net;
}

Test(eap_tls_status, a_revoked_server_is_refused)
{
    for (int v = 0; v < 2; v++) {
        struct memnet *net = with_status(v, true, LIMIT);
        run(net);
        expect_refused(net, "revoked");
        cr_expect(v || alert(net) == IMP_TLS_CERTIFICATE_REVOKED, "%u", alert(net));
        memnet_free(net);
        net = with_status(v, false, LIMIT);
        run(net);
        cr_expect(memnet_complete(net));
        memnet_free(net);
    }
}

Test(eap_tls_status, what_is_over_is_worse_than_nothing)
{
    struct memnet *net = memnet_new(
        &imp_eap_tls, 7,
        SETTINGS("status-request=ask", "stapling=true", "status-lifetime=20", "reauth-period=30"));
    run(net);
    cr_expect(memnet_complete(net));
    memnet_run_past(net, 40 * IMP_S);
    cr_expect(memnet_last(net, PEER, IMP_CLAIM_REJECT, "no valid status", "eap"));
    memnet_free(net);
}

/* A resumed handshake shows no certificate, and so no status. */
Test(eap_tls_status, is_not_asked_for_again_by_a_ticket)
{
    for (int v = 0; v < 2; v++) {
        struct memnet *net = memnet_new(
            &imp_eap_tls, 7,
            SETTINGS(versions[v], "status-request=require", "stapling=true", "resumption=true"));
        memnet_start(net);
        imp_time then = memnet_run(net, LIMIT);
        memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
        memnet_run_past(net, then + LIMIT);
        cr_expect_lt(flight(net), 400, "no certificate");
        cr_expect_eq(memnet_count_claims(net, PEER, IMP_CLAIM_REJECT, NULL), 0);
        memnet_free(net);
    }
}
