/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices that the revocation lists of their authority name, in EAP-TLS. */
#include "devid.h"

TestSuite(eap_tls_crl, .init = imp_crypto_init);

static imp_time completed(struct memnet *net)
{
    memnet_start(net);
    imp_time then = memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_assert_eq(commits(net), 1);
    return then;
}

static imp_time again(struct memnet *net, imp_time then)
{
    memnet_event(net, PEER, IMP_EVENT_CONTROL, "reauthenticate");
    return memnet_run_past(net, then + LIMIT);
}

Test(eap_tls_crl, a_listed_device_is_refused)
{
    static const char *const chains[] = {"vendor-chain=root", "vendor-chain=issuing",
                                         "device-identity=ldevid"};
    static const char *const whom[] = {"revoke CN=device-1", "revoke CN=device-1",
                                       "revoke CN=device-1@example.org"};
    for (int v = 0; v < 2; v++)
        for (int c = 0; c < 3; c++)
            for (int r = 0; r < 2; r++) {
                struct memnet *net =
                    memnet_new(&imp_eap_tls, 7,
                               SETTINGS(versions[v], chains[c], "revocation=crl",
                                        r ? "resumption=true" : "resumption=false"));
                imp_time then = completed(net);
                memnet_event(net, SERVER, IMP_EVENT_CONTROL, "revoke CN=device-2");
                then = again(net, then);
                cr_expect_eq(commits(net), 2, "another's: %s %s", versions[v], chains[c]);
                memnet_event(net, SERVER, IMP_EVENT_CONTROL, whom[c]);
                again(net, then);
                cr_expect_eq(commits(net), 2, "%s %s %d", versions[v], chains[c], r);
                cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "revoked", "eap"));
                cr_expect(v || r || alert(net) == IMP_TLS_CERTIFICATE_REVOKED);
                memnet_free(net);
            }
}

Test(eap_tls_crl, a_list_that_is_over_lets_nobody_in_until_the_next)
{
    struct memnet *net = memnet_new(&imp_eap_tls, 7,
                                    SETTINGS("tls-version=1.2", "revocation=crl", "crl-lifetime=70",
                                             "reauth-period=30", "held-period=10"));
    completed(net);
    memnet_run_past(net, 65 * IMP_S);
    cr_expect_eq(commits(net), 3, "after 0, 30 and 60 s: %zu", commits(net));
    memnet_run_past(net, 95 * IMP_S);
    cr_expect_eq(commits(net), 3);
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "no valid revocation list", "eap"));
    cr_expect_eq(alert(net), IMP_TLS_CERTIFICATE_UNKNOWN);
    memnet_event(net, SERVER, IMP_EVENT_CONTROL, "publish");
    memnet_run_past(net, 250 * IMP_S);
    cr_expect_gt(commits(net), 3, "the authority has published the next");
    memnet_free(net);
}

Test(eap_tls_crl, a_list_that_is_not_the_authoritys_lets_nobody_in)
{
    uint8_t crl[IMP_X509_CRL_MAX];
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("revocation=crl"));
    int n = memnet_cell(net, SERVER, ETLS_CELL_CRL, crl, sizeof crl);
    cr_assert(n > 100 && n <= (int)sizeof crl);
    crl[n - 1] ^= 1; /* of the signature */
    put(net, SERVER, ETLS_CELL_CRL, crl, (size_t)n);
    run(net);
    expect_refused(net, "no valid revocation list");
    memnet_free(net);
    /* Signed well, by somebody whom the authority does not know. */
    net = memnet_new(&imp_eap_tls, 7, SETTINGS("revocation=crl"));
    struct imp_env *env = (struct imp_env *)memnet_env(net, SERVER);
    struct holder impostor;
    struct imp_x509_crl list;
    issue(net, &impostor, "CN=Manufacturer CA", IMP_X509_CA, 0, NULL);
    const struct imp_x509_crl_spec spec = {.next_update = LIMIT};
    cr_assert_eq(imp_x509_revoke(env, &list, &spec, &impostor.crt, impostor.secret), 0);
    put(net, SERVER, ETLS_CELL_CRL, list.der, list.n);
    put(net, SERVER, ETLS_CELL_CRL_SIGNER, impostor.crt.der, impostor.crt.n);
    run(net);
    expect_refused(net, "no valid revocation list");
    memnet_free(net);
    net = memnet_new(&imp_eap_tls, 7, SETTINGS("revocation=crl"));
    env = (struct imp_env *)memnet_env(net, SERVER);
    env->ops->cell_erase(env, ETLS_CELL_CRL);
    run(net);
    expect_refused(net, "no valid revocation list");
    memnet_free(net);
}

Test(eap_tls_crl, who_does_not_look_sees_nothing)
{
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("revocation=none"));
    imp_time then = completed(net);
    memnet_event(net, SERVER, IMP_EVENT_CONTROL, "revoke CN=device-1");
    again(net, then);
    cr_expect_eq(commits(net), 2);
    memnet_free(net);
}
