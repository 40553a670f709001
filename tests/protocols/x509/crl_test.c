/* SPDX-License-Identifier: GPL-2.0-only */
/* Revocation lists: who is on them, when they speak and for whom; OpenSSL reads them too. */
#include "protocols/crypto/crypto.h"
#include "protocols/x509/x509.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY (IMP_S * 86400)

struct holder {
    uint8_t pub[64], secret[32];
    struct imp_x509 crt;
    struct imp_x509_info info;
};
static struct test_env t;
static struct holder ca, other, signer, devices[3];

static void issue(struct holder *h, const char *subject, unsigned purposes, const struct holder *by)
{
    imp_p256_keypair(&t.env, subject, h->pub, h->secret);
    const struct imp_x509_spec spec = {
        .subject = subject, .pub = h->pub, .purposes = purposes, .not_after = DAY * 365};
    cr_assert_eq(
        imp_x509_issue(&t.env, &h->crt, &spec, by ? &by->crt : NULL, by ? by->secret : h->secret),
        0, "%s", subject);
    cr_assert_eq(imp_x509_read(&h->info, h->crt.der, h->crt.n), 0);
}

static void setup(void)
{
    test_env_init(&t, 1, "authority");
    issue(&ca, "CN=Vendor CA", IMP_X509_CA, NULL);
    issue(&other, "CN=Other CA", IMP_X509_CA, NULL);
    issue(&signer, "CN=Vendor CA", IMP_X509_CRL, &ca);
    for (int i = 0; i < 3; i++)
        issue(&devices[i], i == 0 ? "CN=a" : i == 1 ? "CN=b" : "CN=c", 0, &ca);
}

TestSuite(x509_crl, .init = setup);

/* Of one day, by `by`; revokes one more, or nobody (NULL). */
static struct imp_x509_crl list(const struct imp_x509_crl *before, const struct holder *device,
                                const struct holder *by, imp_time at)
{
    struct imp_x509_crl out;
    struct imp_x509_crl_spec spec = {.before = before, .this_update = at, .next_update = at + DAY};
    if (device)
        spec.serial = IMP_PIECE(device->info.serial, device->info.serial_n);
    cr_assert_eq(imp_x509_revoke(&t.env, &out, &spec, &by->crt, by->secret), 0);
    return out;
}

static enum imp_x509_verdict check(const struct imp_x509_crl *l, const struct holder *device,
                                   const struct holder *by, imp_time now)
{
    return imp_x509_check_crl(&t.env, IMP_PIECE(l->der, l->n),
                              IMP_PIECE(device->crt.der, device->crt.n),
                              IMP_PIECE(by->crt.der, by->crt.n), now);
}

Test(x509_crl, a_list_grows)
{
    struct imp_x509_crl none = list(NULL, NULL, &ca, 0);
    struct imp_x509_crl one = list(&none, &devices[0], &ca, 0);
    struct imp_x509_crl two = list(&one, &devices[2], &ca, 0);
    struct imp_x509_crl same = list(&two, NULL, &ca, 0);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(check(&none, &devices[i], &ca, 0), IMP_X509_GOOD);
        cr_expect_eq(check(&one, &devices[i], &ca, 0), i == 0 ? IMP_X509_REVOKED : IMP_X509_GOOD);
        cr_expect_eq(check(&two, &devices[i], &ca, 0), i != 1 ? IMP_X509_REVOKED : IMP_X509_GOOD);
        cr_expect_eq(check(&same, &devices[i], &ca, 0), i != 1 ? IMP_X509_REVOKED : IMP_X509_GOOD);
    }
}

Test(x509_crl, speaks_from_this_update_to_next_update)
{
    struct imp_x509_crl l = list(NULL, &devices[0], &ca, DAY);
    cr_expect_eq(check(&l, &devices[1], &ca, DAY - IMP_S), IMP_X509_NO_LIST);
    cr_expect_eq(check(&l, &devices[1], &ca, DAY), IMP_X509_GOOD);
    cr_expect_eq(check(&l, &devices[1], &ca, 2 * DAY), IMP_X509_GOOD);
    cr_expect_eq(check(&l, &devices[1], &ca, 2 * DAY + IMP_S), IMP_X509_NO_LIST);
    cr_expect_eq(check(&l, &devices[0], &ca, 2 * DAY + IMP_S), IMP_X509_NO_LIST);
}

Test(x509_crl, only_its_issuer_speaks)
{
    struct holder impostor, device_of_other;
    issue(&impostor, "CN=Vendor CA", IMP_X509_CA, NULL);
    issue(&device_of_other, "CN=d", 0, &other);
    struct imp_x509_crl l = list(NULL, NULL, &impostor, 0);
    cr_expect_eq(check(&l, &devices[0], &ca, 0), IMP_X509_NO_LIST, "another key");
    l = list(NULL, NULL, &other, 0);
    cr_expect_eq(check(&l, &devices[0], &other, 0), IMP_X509_NO_LIST, "another authority's");
    cr_expect_eq(check(&l, &device_of_other, &other, 0), IMP_X509_GOOD);
    l = list(NULL, NULL, &devices[0], 0);
    cr_expect_eq(check(&l, &devices[0], &devices[0], 0), IMP_X509_NO_LIST, "no authority");
}

Test(x509_crl, an_authority_has_another_key_for_lists)
{
    struct imp_x509_crl l = list(NULL, &devices[1], &signer, 0);
    cr_expect_eq(check(&l, &devices[0], &signer, 0), IMP_X509_GOOD);
    cr_expect_eq(check(&l, &devices[1], &signer, 0), IMP_X509_REVOKED);
    cr_expect_eq(check(&l, &devices[0], &ca, 0), IMP_X509_NO_LIST);
}

Test(x509_crl, every_changed_octet_is_noticed)
{
    struct imp_x509_crl l = list(NULL, &devices[1], &ca, 0);
    for (size_t i = 0; i < l.n; i++) {
        l.der[i] ^= 1;
        cr_assert_neq(check(&l, &devices[0], &ca, 0), IMP_X509_GOOD, "octet %zu", i);
        l.der[i] ^= 1;
    }
    l.n--;
    cr_expect_eq(check(&l, &devices[0], &ca, 0), IMP_X509_NO_LIST, "cut");
}

Test(x509_crl, a_list_that_does_not_fit_is_not_made)
{
    struct imp_x509_crl l = list(NULL, NULL, &ca, 0), next;
    uint8_t serial[IMP_X509_SERIAL] = {0x40};
    unsigned made = 0;
    for (;; made++) {
        serial[1] = (uint8_t)made;
        const struct imp_x509_crl_spec spec = {
            .before = &l, .serial = IMP_PIECE(serial, 16), .next_update = DAY};
        if (imp_x509_revoke(&t.env, &next, &spec, &ca.crt, ca.secret) != 0)
            break;
        l = next;
        cr_assert_lt(made, 200);
    }
    cr_expect_eq(next.n, 0);
    cr_expect_gt(made, 80);
    cr_expect_eq(check(&l, &devices[0], &ca, 0), IMP_X509_GOOD);
}

Test(x509_crl, same_seed_same_octets)
{
    struct imp_x509_crl first = list(NULL, &devices[0], &ca, 0);
    setup();
    struct imp_x509_crl second = list(NULL, &devices[0], &ca, 0);
    cr_assert_eq(first.n, second.n);
    cr_assert_arr_eq(first.der, second.der, first.n);
}

static void write_file(const char *dir, const char *name, const uint8_t *der, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f, "%s", path);
    fwrite(der, 1, n, f);
    fclose(f);
}

static int shell(const char *dir, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd %s && (%s) >log 2>&1", dir, command);
    return system(line);
}

/* Another implementation agrees: signature, number, entry, and who is refused. */
Test(x509_crl, openssl_reads_them)
{
    char dir[] = "/tmp/imprint-crl-XXXXXX";
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    struct imp_x509_crl first = list(NULL, NULL, &ca, 0);
    struct imp_x509_crl second = list(&first, &devices[1], &ca, 0);
    write_file(dir, "ca", ca.crt.der, ca.crt.n);
    write_file(dir, "a", devices[0].crt.der, devices[0].crt.n);
    write_file(dir, "b", devices[1].crt.der, devices[1].crt.n);
    write_file(dir, "crl", second.der, second.n);
    cr_assert_eq(shell(dir, "for i in ca a b; do"
                            " openssl x509 -inform der -in $i -out $i.pem || exit 1; done;"
                            " openssl crl -inform der -in crl -out crl.pem"),
                 0);
    cr_expect_eq(shell(dir, "openssl crl -in crl.pem -CAfile ca.pem -verify -noout 2>&1 |"
                            " grep -q 'verify OK'"),
                 0);
    cr_expect_eq(
        shell(dir, "test \"$(openssl crl -in crl.pem -crlnumber -noout)\" = crlNumber=0x02"), 0);
    cr_expect_eq(shell(dir, "openssl verify -x509_strict -attime 1767229200 -crl_check"
                            " -CAfile ca.pem -CRLfile crl.pem a.pem"),
                 0);
    cr_expect_eq(shell(dir, "openssl verify -attime 1767229200 -crl_check -CAfile ca.pem"
                            " -CRLfile crl.pem b.pem 2>&1 | grep -q 'certificate revoked'"),
                 0);
    cr_expect_eq(shell(dir, "rm -f *"), 0);
    remove(dir);
}
