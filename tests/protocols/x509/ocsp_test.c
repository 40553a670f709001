/* SPDX-License-Identifier: GPL-2.0-only */
/* OCSP responses: of whom, by whom and when they speak; OpenSSL reads ours and we read OpenSSL's.
 */
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
};
static struct test_env t;
static struct holder ca, impostor, server, other;

static void issue(struct holder *h, const char *subject, unsigned purposes, const struct holder *by)
{
    imp_p256_keypair(&t.env, subject, h->pub, h->secret);
    const struct imp_x509_spec spec = {
        .subject = subject, .pub = h->pub, .purposes = purposes, .not_after = DAY * 3650};
    cr_assert_eq(
        imp_x509_issue(&t.env, &h->crt, &spec, by ? &by->crt : NULL, by ? by->secret : h->secret),
        0, "%s", subject);
}

static void setup(void)
{
    test_env_init(&t, 1, "authority");
    issue(&ca, "CN=Operator CA", IMP_X509_CA, NULL);
    issue(&impostor, "CN=Operator CA", IMP_X509_CA, NULL);
    issue(&server, "CN=aaa.example.org", IMP_X509_SERVER, &ca);
    issue(&other, "CN=bbb.example.org", IMP_X509_SERVER, &ca);
}

TestSuite(x509_ocsp, .init = setup);

static struct imp_piece piece(const struct holder *h)
{
    return IMP_PIECE(h->crt.der, h->crt.n);
}

static struct imp_x509_ocsp response(bool revoked, const struct holder *by)
{
    struct imp_x509_ocsp out;
    const struct imp_x509_ocsp_spec spec = {.certificate = piece(&server),
                                            .revoked = revoked,
                                            .this_update = DAY,
                                            .next_update = 2 * DAY};
    cr_assert_eq(imp_x509_ocsp(&t.env, &out, &spec, &by->crt, by->secret), 0);
    return out;
}

static enum imp_x509_verdict check(const struct imp_x509_ocsp *r, const struct holder *of,
                                   imp_time now)
{
    return imp_x509_check_ocsp(&t.env, IMP_PIECE(r->der, r->n), piece(of), piece(&ca), now);
}

Test(x509_ocsp, a_status_is_of_one_certificate_for_a_time)
{
    struct imp_x509_ocsp good = response(false, &ca), bad = response(true, &ca);
    cr_expect_eq(check(&good, &server, DAY), IMP_X509_GOOD);
    cr_expect_eq(check(&good, &server, 2 * DAY), IMP_X509_GOOD);
    cr_expect_eq(check(&bad, &server, DAY), IMP_X509_REVOKED);
    cr_expect_eq(check(&good, &server, DAY - IMP_S), IMP_X509_NO_STATUS, "not begun");
    cr_expect_eq(check(&good, &server, 2 * DAY + IMP_S), IMP_X509_NO_STATUS, "over");
    cr_expect_eq(check(&good, &other, DAY), IMP_X509_NO_STATUS, "another's");
    cr_expect_eq(check(&(struct imp_x509_ocsp){0}, &server, DAY), IMP_X509_NO_STATUS, "none");
}

Test(x509_ocsp, nobody_else_speaks)
{
    struct imp_x509_ocsp r = response(false, &impostor);
    cr_expect_eq(check(&r, &server, DAY), IMP_X509_NO_STATUS, "another authority of the name");
    r = response(false, &server);
    cr_expect_eq(check(&r, &server, DAY), IMP_X509_NO_STATUS, "the server for itself");
}

/* What is signed stands between the responder's key and the name of the signature's algorithm. */
Test(x509_ocsp, every_changed_octet_of_what_is_signed_is_noticed)
{
    struct imp_x509_ocsp r = response(false, &ca);
    const uint8_t *from = memmem(r.der, r.n, "\xa2\x16\x04\x14", 4);
    const uint8_t *to = memmem(r.der, r.n, "\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02", 10);
    cr_assert(from && to && from < to);
    for (size_t i = (size_t)(from - r.der); i < (size_t)(to - r.der) - 2; i++) {
        r.der[i] ^= 1;
        cr_expect_neq(check(&r, &server, DAY), IMP_X509_GOOD, "octet %zu", i);
        r.der[i] ^= 1;
    }
    r.der[r.n - 1] ^= 1;
    cr_expect_neq(check(&r, &server, DAY), IMP_X509_GOOD, "of the signature");
}

Test(x509_ocsp, same_seed_same_octets)
{
    struct imp_x509_ocsp first = response(false, &ca);
    setup();
    struct imp_x509_ocsp second = response(false, &ca);
    cr_assert_eq(first.n, second.n);
    cr_assert_arr_eq(first.der, second.der, first.n);
}

/* ---- another implementation --------------------------------------------------------------------
 */
static void write_file(const char *dir, const char *name, const void *bytes, size_t n)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f, "%s", path);
    fwrite(bytes, 1, n, f);
    fclose(f);
}

static int shell(const char *dir, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd %s && (%s) >log 2>&1", dir, command);
    return system(line);
}

/* A folder with certificates of authority and server as PEM. */
static void folder(char dir[])
{
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    write_file(dir, "ca", ca.crt.der, ca.crt.n);
    write_file(dir, "server", server.crt.der, server.crt.n);
    cr_assert_eq(shell(dir, "for i in ca server; do"
                            " openssl x509 -inform der -in $i -out $i.pem || exit 1; done"),
                 0);
}

static void leave(const char *dir)
{
    cr_expect_eq(shell(dir, "rm -f *"), 0);
    remove(dir);
}

Test(x509_ocsp, openssl_reads_them)
{
    char dir[] = "/tmp/imprint-ocsp-XXXXXX";
    folder(dir);
    for (int revoked = 0; revoked < 2; revoked++) {
        struct imp_x509_ocsp r = response(revoked, &ca);
        write_file(dir, "response", r.der, r.n);
        cr_expect_eq(shell(dir, "openssl ocsp -respin response -issuer ca.pem -cert server.pem"
                                " -CAfile ca.pem -attime 1767312000 -validity_period 999999999"
                                " >out 2>&1; cat out; grep -q 'Response verify OK' out"),
                     0);
        cr_expect_eq(shell(dir, revoked ? "grep -q 'server.pem: revoked' out"
                                        : "grep -q 'server.pem: good' out"),
                     0);
    }
    leave(dir);
}
