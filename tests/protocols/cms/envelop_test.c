/* SPDX-License-Identifier: GPL-2.0-only */
/* Enveloped content there and back, to and from OpenSSL, and what is no envelope for us. */
#include "protocols/cms/cms.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char text[] = "what only one may read, and more than two blocks of it";
static const uint8_t kek[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
static struct test_env t;
static uint8_t pub[64], secret[32], der[1024], out[1024];
static struct imp_x509 crt; /* of that key, for OpenSSL */
static struct imp_x509_info info;
static int n;

static void setup(void)
{
    test_env_init(&t, 1, "sender");
    imp_p256_keypair(&t.env, "recipient", pub, secret);
    const struct imp_x509_spec spec = {
        .subject = "CN=recipient", .pub = pub, .not_after = IMP_S * 1000000000};
    cr_assert_eq(imp_x509_issue(&t.env, &crt, &spec, NULL, secret), 0);
    cr_assert_eq(imp_x509_read(&info, crt.der, crt.n), 0);
}

TestSuite(cms_envelop, .init = setup);

static struct imp_cms_holder holder(bool agreed)
{
    return agreed ? (struct imp_cms_holder){{info.subject_key, info.subject_key_n}, NULL, secret}
                  : (struct imp_cms_holder){{"device1", 7}, kek, NULL};
}

static void envelop(bool agreed)
{
    const struct imp_cms_recipient to = {holder(agreed).id, agreed ? NULL : kek, pub};
    n = imp_cms_envelop(&t.env, der, sizeof der, IMP_CMS_DATA, text, strlen(text), &to);
    cr_assert_gt(n, 0);
}

static int open_it(bool agreed, const char *type)
{
    const struct imp_cms_holder by = holder(agreed);
    return imp_cms_open(&t.env, out, sizeof out, type, der, (size_t)n, &by);
}

Test(cms_envelop, content_comes_back)
{
    for (int agreed = 0; agreed < 2; agreed++) {
        envelop(agreed);
        cr_assert_eq(open_it(agreed, IMP_CMS_DATA), (int)strlen(text));
        cr_assert_arr_eq(out, text, strlen(text));
        cr_expect_eq(open_it(agreed, IMP_CMS_SIGNED_DATA), -1, "another type");
        cr_expect_eq(open_it(!agreed, IMP_CMS_DATA), -1, "another kind of recipient");
        const int whole = n;
        for (n = 0; n < whole; n++)
            cr_expect_eq(open_it(agreed, IMP_CMS_DATA), -1, "%d octets", n);
    }
}

/* Of every octet; what CBC lets pass is other content. */
Test(cms_envelop, what_is_altered_is_never_the_content)
{
    for (int agreed = 0; agreed < 2; agreed++) {
        envelop(agreed);
        for (int i = 0; i < n; i++) {
            der[i] ^= 1;
            int got = open_it(agreed, IMP_CMS_DATA);
            cr_expect(got != (int)strlen(text) || memcmp(out, text, strlen(text)) != 0, "%d", i);
            der[i] ^= 1;
        }
    }
}

Test(cms_envelop, nobody_else_opens_it)
{
    uint8_t other_pub[64], other[32];
    imp_p256_keypair(&t.env, "other", other_pub, other);
    for (int agreed = 0; agreed < 2; agreed++) {
        envelop(agreed);
        struct imp_cms_holder by = holder(agreed);
        by.id = IMP_PIECE("somebody else", 13);
        cr_expect_eq(imp_cms_open(&t.env, out, sizeof out, IMP_CMS_DATA, der, (size_t)n, &by), -1);
        by = holder(agreed);
        *(agreed ? &by.secret : &by.kek) = other;
        cr_expect_eq(imp_cms_open(&t.env, out, sizeof out, IMP_CMS_DATA, der, (size_t)n, &by), -1);
    }
}

Test(cms_envelop, what_cannot_be_said)
{
    const uint8_t no_point[64] = {1};
    struct imp_cms_recipient to = {{"device1", 7}, kek, NULL};
    envelop(false);
    for (size_t cap = 0; cap < (size_t)n; cap++)
        cr_expect_eq(imp_cms_envelop(&t.env, out, cap, IMP_CMS_DATA, text, strlen(text), &to), -1);
    to = (struct imp_cms_recipient){{"device1", 7}, NULL, no_point};
    cr_expect_eq(imp_cms_envelop(&t.env, der, sizeof der, IMP_CMS_DATA, text, 9, &to), -1);
    envelop(false);
    const struct imp_cms_holder by = holder(false);
    cr_expect_eq(imp_cms_open(&t.env, out, 63, IMP_CMS_DATA, der, (size_t)n, &by), -1, "no room");
}

/* ---- OpenSSL -----------------------------------------------------------------------------------
 */
static char dir[] = "/tmp/imprint-envelop-XXXXXX";

static void save(const char *name, const void *bytes, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fwrite(bytes, 1, size, f);
    fclose(f);
}

static bool run(const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "cd %s && %s 2>>log || { cat log; false; }", dir, command);
    return system(line) == 0;
}

static void prepare(void)
{
    uint8_t key[IMP_P256_PKCS8_MAX];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    save("text", text, strlen(text));
    save("crt.der", crt.der, crt.n);
    save("key.der", key, imp_p256_pkcs8_write(key, secret, pub));
    cr_assert(run("openssl x509 -inform DER -in crt.der -out crt.pem && "
                  "openssl pkey -inform DER -in key.der -out key.pem"));
}

static void tidy(void)
{
    char line[64];
    snprintf(line, sizeof line, "rm -r %s", dir);
    cr_expect_eq(system(line), 0);
}

#define KEK "-secretkey 000102030405060708090a0b0c0d0e0f -secretkeyid 64657669636531"

Test(cms_envelop, openssl_opens_ours)
{
    static const char *const by[] = {KEK, "-recip crt.pem -inkey key.pem"};
    prepare();
    for (int agreed = 0; agreed < 2; agreed++) {
        char line[256];
        envelop(agreed);
        save("ours.der", der, (size_t)n);
        snprintf(line, sizeof line,
                 "openssl cms -decrypt -inform DER -in ours.der -out back %s && cmp back text",
                 by[agreed]);
        cr_expect(run(line), "%s", line);
    }
    tidy();
}

Test(cms_envelop, we_open_openssl_s)
{
    static const char *const by[] = {KEK, "-keyid -recip crt.pem -keyopt ecdh_kdf_md:sha256"};
    prepare();
    for (int agreed = 0; agreed < 2; agreed++) {
        char line[256], path[64];
        snprintf(line, sizeof line,
                 "openssl cms -encrypt -binary -in text -aes-128-cbc -outform DER -out its.der %s",
                 by[agreed]);
        cr_assert(run(line), "%s", line);
        snprintf(path, sizeof path, "%s/its.der", dir);
        FILE *f = fopen(path, "rb");
        cr_assert_not_null(f);
        n = (int)fread(der, 1, sizeof der, f);
        fclose(f);
        cr_expect_eq(open_it(agreed, IMP_CMS_DATA), (int)strlen(text));
        cr_expect_arr_eq(out, text, strlen(text));
    }
    tidy();
}
