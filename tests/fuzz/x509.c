/* SPDX-License-Identifier: GPL-2.0-only */
/* A certificate and a request from anybody: the first octet says which; a certificate is read and
 * verified against itself. */
#include "protocols/x509/x509.h"
#include "tests/support/test_env.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct test_env t;
    struct imp_x509_info info;
    struct imp_x509_asked asked;
    if (n < 1)
        return 0;
    test_env_init(&t, 1, "reader");
    const struct imp_piece der = {data + 1, n - 1};
    if (data[0] & 1) {
        imp_x509_read_request(&t.env, &asked, der.p, der.n);
        imp_x509_read_keyless_request(&t.env, &asked, der.p, der.n);
        return 0;
    }
    imp_x509_read(&info, der.p, der.n);
    imp_x509_verify(
        &t.env, &der, 1,
        &(struct imp_x509_policy){
            .anchors = &der, .anchor_count = 1, .purpose = IMP_X509_SERVER, .host = "est.example"},
        0);
    return 0;
}
