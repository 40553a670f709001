/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of certificates there and back, and as another implementation reads it. */
#include "protocols/cms/cms.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct test_env t;
static struct imp_x509 crt[2];
static uint8_t der[4096];
static int n;

static void setup(void)
{
    struct imp_piece pieces[2];
    test_env_init(&t, 1, "authority");
    for (int i = 0; i < 2; i++) {
        uint8_t pub[64], secret[32];
        imp_p256_keypair(&t.env, "key", pub, secret);
        cr_assert_eq(imp_x509_issue(&t.env, &crt[i],
                                    &(struct imp_x509_spec){.subject = i ? "CN=b" : "CN=a",
                                                            .pub = pub,
                                                            .not_after = IMP_S},
                                    NULL, secret),
                     0);
        pieces[i] = IMP_PIECE(crt[i].der, crt[i].n);
    }
    n = imp_cms_certs_write(der, sizeof der, pieces, 2);
    cr_assert_gt(n, 0);
}

static bool holds(const struct imp_cms_certs *c, const struct imp_x509 *x)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->crt[i].n == x->n && memcmp(c->crt[i].der, x->der, x->n) == 0)
            return true;
    return false;
}

Test(cms, certificates_come_back)
{
    struct imp_cms_certs back;
    setup();
    cr_assert_eq(imp_cms_certs_read(&back, der, (size_t)n), 0);
    cr_assert_eq(back.count, 2);
    cr_assert(holds(&back, &crt[0]) && holds(&back, &crt[1]));
    for (size_t cut = 0; cut < (size_t)n; cut++)
        cr_assert_eq(imp_cms_certs_read(&back, der, cut), -1, "%zu octets", cut);
    cr_assert_eq(imp_cms_certs_write(der, 100, &IMP_PIECE(crt[0].der, crt[0].n), 1), -1);
}

Test(cms, openssl_reads_them)
{
    char path[] = "/tmp/imprint-cms-XXXXXX", command[256];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    setup();
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "wb");
    cr_assert_not_null(f);
    fwrite(der, 1, (size_t)n, f);
    fclose(f);
    snprintf(command, sizeof command,
             "test $(openssl pkcs7 -inform der -in %s -print_certs | grep -c '^subject=CN = [ab]$')"
             " = 2",
             path);
    cr_assert_eq(system(command), 0);
    remove(path);
}

/* ---- signed content ----------------------------------------------------------------------------
 */
static const char voucher[] = "{\"ietf-voucher:voucher\":{\"assertion\":\"logged\"}}";
static struct imp_x509 signer;
static uint8_t secret_of_signer[32];

static void sign(const char *type)
{
    uint8_t pub[64];
    setup();
    imp_p256_keypair(&t.env, "key", pub, secret_of_signer);
    cr_assert_eq(imp_x509_issue(&t.env, &signer,
                                &(struct imp_x509_spec){
                                    .subject = "CN=masa", .pub = pub, .not_after = IMP_NEVER},
                                NULL, secret_of_signer),
                 0);
    n = imp_cms_sign(&t.env, der, sizeof der, type, voucher, strlen(voucher), &signer,
                     secret_of_signer, &IMP_PIECE(crt[0].der, crt[0].n), 1);
    cr_assert_gt(n, 0);
}

Test(cms, what_is_signed_comes_back_with_its_signer)
{
    static struct imp_cms_signed back;
    sign(IMP_CMS_JSON_VOUCHER);
    cr_assert_eq(imp_cms_verify(&t.env, &back, IMP_CMS_JSON_VOUCHER, der, (size_t)n), 0);
    cr_assert_eq(back.n, strlen(voucher));
    cr_assert_arr_eq(back.content, voucher, back.n);
    cr_assert_eq(back.signer.n, signer.n);
    cr_assert_arr_eq(back.signer.der, signer.der, signer.n);
    cr_assert_eq(back.certs.count, 2);
    cr_assert_eq(imp_cms_verify(&t.env, &back, IMP_CMS_DATA, der, (size_t)n), -1, "another type");
    cr_assert_eq(imp_cms_sign(&t.env, der, 200, IMP_CMS_DATA, voucher, 9, &signer, secret_of_signer,
                              NULL, 0),
                 -1);
}

Test(cms, altered_content_or_signature_is_refused)
{
    static struct imp_cms_signed back;
    sign(IMP_CMS_JSON_VOUCHER);
    uint8_t *at = memmem(der, (size_t)n, "logged", 6);
    cr_assert_not_null(at);
    at[0] ^= 1;
    cr_assert_eq(imp_cms_verify(&t.env, &back, IMP_CMS_JSON_VOUCHER, der, (size_t)n), -1);
    at[0] ^= 1;
    for (int i = n - 60; i < n; i++) {
        der[i] ^= 4;
        cr_assert_eq(imp_cms_verify(&t.env, &back, IMP_CMS_JSON_VOUCHER, der, (size_t)n), -1, "%d",
                     i);
        der[i] ^= 4;
    }
    for (int cut = 0; cut < n; cut += 7)
        cr_assert_eq(imp_cms_verify(&t.env, &back, IMP_CMS_JSON_VOUCHER, der, (size_t)cut), -1);
}

Test(cms, openssl_verifies_a_voucher)
{
    char path[] = "/tmp/imprint-cms-XXXXXX", command[512];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    sign(IMP_CMS_JSON_VOUCHER);
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "wb");
    cr_assert_not_null(f);
    fwrite(der, 1, (size_t)n, f);
    fclose(f);
    snprintf(command, sizeof command,
             "test \"$(openssl cms -verify -noverify -inform der -in %s 2>%s.log)\" = '%s' || "
             "{ cat %s.log; false; }",
             path, path, voucher, path);
    cr_expect_eq(system(command), 0);
    snprintf(command, sizeof command, "rm -f %s %s.log", path, path);
    cr_expect_eq(system(command), 0);
}

Test(cms, same_seed_same_octets)
{
    uint8_t first[4096];
    sign(IMP_CMS_DATA);
    int first_n = n;
    memcpy(first, der, (size_t)n);
    sign(IMP_CMS_DATA);
    cr_assert_eq(n, first_n);
    cr_assert_arr_eq(first, der, (size_t)n);
}
