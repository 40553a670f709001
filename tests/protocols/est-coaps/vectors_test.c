/* SPDX-License-Identifier: GPL-2.0-only */
/* The payloads of RFC 9148 appendix A: requests, certificates and a key of others are read. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/cms/cms.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

TestSuite(est_coaps_vectors, .init = imp_crypto_init);

static struct imp_x509_info only_certificate(const json_t *c)
{
    struct vector_bytes der = vector_hex(c, "certs");
    struct imp_cms_certs certs;
    struct imp_x509_info info;
    cr_assert_eq(imp_cms_certs_read(&certs, der.p, der.n), 0, "%s", vector_text(c, "name"));
    cr_assert_eq(certs.count, 1);
    cr_assert_eq(imp_x509_read(&info, certs.crt[0].der, certs.crt[0].n), 0);
    return info;
}

Test(est_coaps_vectors, certificates_are_read)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct imp_x509_info info = only_certificate(c);
        bool authority = strcmp(vector_text(c, "name"), "cacerts") == 0;
        cr_expect_eq(info.self_issued && (info.purposes & IMP_X509_CA), authority, "%s",
                     vector_text(c, "name"));
    }
}

/* The certificate is for the key that was asked for, where the server does not make one. */
Test(est_coaps_vectors, requests_are_read_and_their_signatures_verified)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes der = vector_hex(c, "request");
        struct imp_x509_asked asked;
        if (der.n == 0)
            continue;
        cr_assert_eq(imp_x509_read_request(NULL, &asked, der.p, der.n), 0, "%s",
                     vector_text(c, "name"));
        struct imp_x509_info info = only_certificate(c);
        bool made = vector_hex(c, "key").n > 0;
        cr_expect(made || memcmp(info.pub, asked.pub, sizeof info.pub) == 0);
        der.p[der.n - 1] ^= 1;
        cr_expect_neq(imp_x509_read_request(NULL, &asked, der.p, der.n), 0);
    }
}

Test(est_coaps_vectors, the_key_that_the_server_made_is_read_and_written)
{
    VECTORS(c, "rfc9148_est_coaps")
    {
        struct vector_bytes key = vector_hex(c, "key");
        uint8_t secret[32], pub[64], again[IMP_P256_PKCS8_MAX];
        if (key.n == 0)
            continue;
        cr_assert_eq(imp_p256_pkcs8_read(secret, key.p, key.n), 0);
        cr_assert_eq(imp_p256_public(NULL, pub, secret), 0);
        cr_expect_eq(imp_p256_pkcs8_write(again, secret, pub), key.n);
        cr_expect_arr_eq(again, key.p, key.n);
        struct imp_x509_info info = only_certificate(c);
        cr_expect_arr_eq(info.pub, pub, sizeof pub);
    }
}
