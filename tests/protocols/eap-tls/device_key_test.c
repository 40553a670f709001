/* SPDX-License-Identifier: GPL-2.0-only */
/* Device identities of IEEE 802.1AR in EAP-TLS with keys on P-384. */
#include "devid.h"
#include "protocols/crypto/p384.h"

TestSuite(eap_tls_device_key, .init = imp_crypto_init);

/* The server's verification of a device's certificate is of its P-256 authority. */
Test(eap_tls_device_key, a_device_may_have_a_key_on_p384)
{
    static const char *const identities[] = {"device-identity=idevid", "device-identity=ldevid"};
    for (int v = 0; v < 2; v++)
        for (int i = 0; i < 2; i++) {
            size_t signs[2], verifies[2];
            for (int wide = 0; wide < 2; wide++) {
                struct memnet *net =
                    memnet_new(&imp_eap_tls, 7,
                               SETTINGS(versions[v], identities[i],
                                        wide ? "device-key=p384" : "device-key=p256"));
                run(net);
                cr_expect(memnet_complete(net), "%s %s %d", versions[v], identities[i], wide);
                signs[wide] = memnet_charged(net, PEER, IMP_OP_P256_SIGN);
                verifies[wide] = memnet_charged(net, SERVER, IMP_OP_P256_VERIFY);
                memnet_free(net);
            }
            cr_expect_eq(signs[0], 1);
            cr_expect_eq(signs[1], IMP_P384_COST, "CertificateVerify");
            cr_expect_eq(verifies[1], verifies[0] + IMP_P384_COST - 1, "of one signature of two");
        }
}

Test(eap_tls_device_key, a_device_with_a_key_on_p384_is_known_and_looked_at_as_others)
{
    for (int other = 0; other < 2; other++) {
        struct memnet *net =
            memnet_new(&imp_eap_tls, 7,
                       SETTINGS("device-key=p384", "revocation=crl", "identity-field=hardware",
                                other ? "admitted=device-9" : "admitted=device-1"));
        run(net);
        cr_expect_eq(memnet_complete(net), !other);
        memnet_free(net);
    }
}

Test(eap_tls_device_key, the_algorithm_is_offered_by_who_has_it_alone)
{
    for (int v = 0; v < 2; v++)
        for (int wide = 0; wide < 2; wide++) {
            struct memnet *net =
                memnet_new(&imp_eap_tls, 7,
                           SETTINGS(versions[v], wide ? "device-key=p384" : "device-key=p256"));
            run(net);
            const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_HELLO);
            static const uint8_t list[2][8] = {{0, 13, 0, 4, 0, 2, 4, 3},
                                               {0, 13, 0, 6, 0, 4, 4, 3}};
            cr_assert_not_null(m);
            cr_expect_not_null(memmem(m->bytes, m->n, list[wide], sizeof list[wide]),
                               "signature_algorithms, %s %d", versions[v], wide);
            memnet_free(net);
        }
}

Test(eap_tls_device_key, a_server_that_has_p256_alone_takes_no_key_on_p384)
{
    for (int v = 0; v < 2; v++) {
        struct memnet *net =
            memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], "peer.device-key=p384"));
        run(net);
        cr_expect_not(memnet_completed(net, PEER), "%s", versions[v]);
        cr_expect_not(memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"), "%s", versions[v]);
        memnet_free(net);
        net = memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], "server.device-key=p384"));
        run(net);
        cr_expect(memnet_complete(net), "%s: it takes both", versions[v]);
        memnet_free(net);
    }
}

/* A certificate of the right authority on P-384, whose holder has the settings of P-256 else. */
Test(eap_tls_device_key, a_chain_that_ends_at_a_key_on_p384_is_not_for_p256)
{
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("peer.device-key=p384"));
    struct etls_end end = {.env = (struct imp_env *)memnet_env(net, SERVER), .server = true};
    uint8_t der[IMP_X509_MAX];
    struct imp_env *peer = (struct imp_env *)memnet_env(net, PEER);
    int n = peer->ops->cell_get(peer, ETLS_CELL_CERTIFICATE, der, sizeof der);
    const struct imp_piece chain = {der, n > 0 ? (size_t)n : 0};
    end.profile = &etls_eap_tls;
    cr_expect_not(etls_verify(&end, &chain, 1));
    cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "a key on another curve", "eap"));
    memnet_free(net);
    net = memnet_new(&imp_eap_tls, 7, SETTINGS("device-key=p384"));
    end.env = (struct imp_env *)memnet_env(net, SERVER);
    cr_expect(etls_verify(&end, &chain, 1), "the same seed, the same authority");
    memnet_free(net);
}

Test(eap_tls_device_key, a_key_on_p384_is_drawn_and_signs_by_the_seed)
{
    uint8_t first[2048];
    size_t n = 0;
    for (int again = 0; again < 2; again++) {
        struct memnet *net =
            memnet_new(&imp_eap_tls, 7, SETTINGS("tls-version=1.2", "device-key=p384"));
        run(net);
        const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_FLIGHT);
        cr_assert_not_null(m);
        cr_assert(m->n <= sizeof first);
        if (again)
            cr_expect(m->n == n && memcmp(m->bytes, first, n) == 0);
        memcpy(first, m->bytes, n = m->n);
        memnet_free(net);
    }
}
