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
