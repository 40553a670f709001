/* SPDX-License-Identifier: GPL-2.0-only */
/* A certificate, a request, a revocation list and an OCSP response from anybody: the first octet
 * says which; a certificate is read and verified against itself and completed with itself, list and
 * response are looked into for a certificate whose issuer those of the corpus are of. */
#include "protocols/crypto/crypto.h"
#include "protocols/x509/x509.h"
#include "tests/support/test_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void look_into(const struct imp_piece *der, bool response)
{
    static struct imp_x509 ca, device; /* made once, of the same seed: the corpus has its list */
    struct test_env t;
    test_env_init(&t, 1, "authority");
    if (ca.n == 0) {
        uint8_t pub[64], secret[32];
        imp_p256_keypair(&t.env, "key", pub, secret);
        struct imp_x509_spec spec = {
            .subject = "CN=Vendor CA", .pub = pub, .purposes = IMP_X509_CA, .not_after = IMP_NEVER};
        imp_x509_issue(&t.env, &ca, &spec, NULL, secret);
        spec.subject = "CN=device-1";
        spec.purposes = 0;
        imp_x509_issue(&t.env, &device, &spec, &ca, secret);
    }
    const struct imp_piece of = {device.der, device.n}, by = {ca.der, ca.n};
    if (response)
        imp_x509_check_ocsp(&t.env, *der, of, by, IMP_S);
    else
        imp_x509_check_crl(&t.env, *der, of, by, IMP_S);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct test_env t;
    struct imp_x509_info info;
    struct imp_x509_asked asked;
    if (n < 1)
        return 0;
    test_env_init(&t, 1, "reader");
    const struct imp_piece der = {data + 1, n - 1};
    if (data[0] & 6) {
        look_into(&der, data[0] & 4);
        return 0;
    }
    if (data[0] & 1) {
        imp_x509_read_request(&t.env, &asked, der.p, der.n);
        imp_x509_read_keyless_request(&t.env, &asked, der.p, der.n);
        return 0;
    }
    imp_x509_read(&info, der.p, der.n);
    imp_x509_read_words(&info, der.p, der.n);
    imp_x509_verify(&t.env, &der, 1,
                    &(struct imp_x509_policy){.anchors = &der,
                                              .anchor_count = 1,
                                              .intermediates = &der,
                                              .intermediate_count = 1,
                                              .purpose = IMP_X509_SERVER,
                                              .host = "est.example",
                                              .end_entity = true},
                    0);
    return 0;
}
