/* SPDX-License-Identifier: GPL-2.0-only */
/* Device identities of IEEE 802.1AR in EAP-TLS with keys on P-384 and of RSA. */
#include "devid.h"
#include "protocols/crypto/device_key.h"

TestSuite(eap_tls_device_key, .init = imp_crypto_init);

static const char *const keys[] = {"device-key=p384", "device-key=rsa"};
static const char *const own[] = {"peer.device-key=p384", "peer.device-key=rsa"};
static const char *const taken[] = {"server.device-key=p384", "server.device-key=rsa"};

/* Operations of the device and of the server, beside what a key on P-256 costs. */
static void expect_cost(const struct memnet *plain, const struct memnet *net, int key)
{
    size_t signs = memnet_charged(net, PEER, IMP_OP_P256_SIGN);
    size_t verifies = memnet_charged(net, SERVER, IMP_OP_P256_VERIFY);
    size_t before = memnet_charged(plain, SERVER, IMP_OP_P256_VERIFY);
    cr_expect_eq(memnet_charged(plain, PEER, IMP_OP_P256_SIGN), 1, "CertificateVerify");
    cr_expect_eq(signs, key == 0 ? IMP_P384_COST : 0);
    cr_expect_eq(verifies, key == 0 ? before + IMP_P384_COST - 1 : before - 1,
                 "the authority's signature is on P-256");
    cr_expect_eq(memnet_charged(net, PEER, IMP_OP_RSA_PRIVATE), key == 1);
    cr_expect_eq(memnet_charged(net, SERVER, IMP_OP_RSA_PUBLIC), key == 1);
}

Test(eap_tls_device_key, a_device_may_have_a_key_on_p384_or_of_rsa)
{
    static const char *const identities[] = {"device-identity=idevid", "device-identity=ldevid"};
    for (int v = 0; v < 2; v++)
        for (int i = 0; i < 2; i++)
            for (int k = 0; k < 2; k++) {
                struct memnet *plain =
                    memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], identities[i]));
                struct memnet *net =
                    memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], identities[i], keys[k]));
                run(plain);
                run(net);
                cr_expect(memnet_complete(net), "%s %s %s", versions[v], identities[i], keys[k]);
                expect_cost(plain, net, k);
                memnet_free(plain);
                memnet_free(net);
            }
}

Test(eap_tls_device_key, a_device_with_such_a_key_is_known_and_looked_at_as_others)
{
    for (int k = 0; k < 2; k++)
        for (int other = 0; other < 2; other++) {
            struct memnet *net =
                memnet_new(&imp_eap_tls, 7,
                           SETTINGS(keys[k], "revocation=crl", "identity-field=hardware",
                                    other ? "admitted=device-9" : "admitted=device-1"));
            run(net);
            cr_expect_eq(memnet_complete(net), !other, "%s", keys[k]);
            memnet_free(net);
        }
}

Test(eap_tls_device_key, its_algorithms_are_offered_by_who_has_it_alone)
{
    static const struct {
        const char *key;
        uint8_t list[12]; /* signature_algorithms */
        size_t n;
    } rows[] = {
        {"device-key=p256", {0, 13, 0, 4, 0, 2, 4, 3}, 8},
        {"device-key=p384", {0, 13, 0, 6, 0, 4, 4, 3, 5, 3}, 10},
        {"device-key=rsa", {0, 13, 0, 8, 0, 6, 4, 3, 4, 1, 8, 4}, 12},
    };
    for (int v = 0; v < 2; v++)
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], rows[k].key));
            run(net);
            const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_HELLO);
            cr_assert_not_null(m);
            cr_expect_not_null(memmem(m->bytes, m->n, rows[k].list, rows[k].n), "%s %s",
                               versions[v], rows[k].key);
            memnet_free(net);
        }
}

/* In TLS 1.2 CertificateVerify is in clear: the record's head, the message's, the algorithm. */
Test(eap_tls_device_key, a_device_with_a_key_of_rsa_signs_as_the_server_asks)
{
    static const uint8_t pkcs1[] = {15, 0, 1, 4, 4, 1, 1, 0};
    struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS("tls-version=1.2", "device-key=rsa"));
    run(net);
    const struct memnet_message *m = memnet_last_message(net, ETLS_MSG + ETLS_FRAGMENT_RESPONSE);
    if (!m || !memmem(m->bytes, m->n, pkcs1, sizeof pkcs1))
        m = memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_FLIGHT);
    cr_assert_not_null(m);
    cr_expect_not_null(memmem(m->bytes, m->n, pkcs1, sizeof pkcs1), "rsa_pkcs1_sha256, 256 octets");
    memnet_free(net);
}

Test(eap_tls_device_key, a_server_takes_the_kinds_that_it_has_alone)
{
    for (int v = 0; v < 2; v++)
        for (int k = 0; k < 2; k++) {
            const char *const refused[] = {"server.device-key=p256", taken[!k]};
            for (int r = 0; r < 2; r++) {
                struct memnet *net =
                    memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], own[k], refused[r]));
                run(net);
                cr_expect_not(memnet_completed(net, PEER), "%s %s", versions[v], own[k]);
                cr_expect_not(memnet_last(net, SERVER, IMP_CLAIM_COMMIT, NULL, "eap"), "%s %s",
                              versions[v], own[k]);
                memnet_free(net);
            }
            struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], taken[k]));
            run(net);
            cr_expect(memnet_complete(net), "%s %s: it takes both", versions[v], taken[k]);
            memnet_free(net);
        }
}

/* A certificate of the right authority for such a key, whose holder has the settings of P-256 else.
 */
Test(eap_tls_device_key, a_chain_that_ends_at_another_kind_of_key_is_not_for_p256)
{
    for (int k = 0; k < 2; k++) {
        struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS(own[k]));
        struct etls_end end = {.env = (struct imp_env *)memnet_env(net, SERVER), .server = true};
        uint8_t der[IMP_X509_MAX];
        struct imp_env *peer = (struct imp_env *)memnet_env(net, PEER);
        int n = peer->ops->cell_get(peer, ETLS_CELL_CERTIFICATE, der, sizeof der);
        const struct imp_piece chain = {der, n > 0 ? (size_t)n : 0};
        end.profile = &etls_eap_tls;
        cr_expect_not(etls_verify(&end, &chain, 1));
        cr_expect(memnet_last(net, SERVER, IMP_CLAIM_REJECT, "another kind of key", "eap"));
        memnet_free(net);
        net = memnet_new(&imp_eap_tls, 7, SETTINGS(keys[k]));
        end.env = (struct imp_env *)memnet_env(net, SERVER);
        cr_expect(etls_verify(&end, &chain, 1), "the same seed, the same authority");
        memnet_free(net);
    }
}

Test(eap_tls_device_key, such_a_key_is_drawn_and_signs_by_the_seed)
{
    for (int v = 0; v < 2; v++)
        for (int k = 0; k < 2; k++) {
            uint8_t first[2048];
            size_t n = 0;
            for (int again = 0; again < 2; again++) {
                struct memnet *net = memnet_new(&imp_eap_tls, 7, SETTINGS(versions[v], keys[k]));
                run(net);
                const struct memnet_message *m =
                    memnet_last_message(net, ETLS_MSG + ETLS_CLIENT_FLIGHT);
                cr_assert_not_null(m);
                cr_assert(m->n <= sizeof first);
                if (again)
                    cr_expect(m->n == n && memcmp(m->bytes, first, n) == 0, "%s %s", versions[v],
                              keys[k]);
                memcpy(first, m->bytes, n = m->n);
                memnet_free(net);
            }
        }
}
