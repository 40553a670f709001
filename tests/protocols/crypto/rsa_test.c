/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys of RSA: by the party's stream alone, and such as others take. */
#include "protocols/crypto/device_key.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "rsa");
}

TestSuite(rsa, .init = setup);

Test(rsa, key_pairs_on_the_party_stream)
{
    static struct imp_device_key keys[3];
    struct test_env again;
    test_env_init(&again, 1, "rsa");
    imp_device_key_make(&t.env, "key", IMP_KEY_RSA, &keys[0]);
    imp_device_key_make(&again.env, "key", IMP_KEY_RSA, &keys[1]);
    imp_device_key_make(&t.env, "key", IMP_KEY_RSA, &keys[2]);
    cr_assert_arr_eq(&keys[0], &keys[1], sizeof keys[0], "same stream, same key");
    cr_assert_neq(memcmp(keys[0].pub, keys[2].pub, IMP_RSA_PUBLIC), 0, "the stream went on");
    cr_assert(keys[0].pub[0] & 0x80, "2048 bits");
    cr_assert_not_null(memmem(keys[0].secret, keys[0].n, keys[0].pub, IMP_RSA_PUBLIC));
}

Test(rsa, the_kind_of_a_key_is_known_by_its_length)
{
    static const struct {
        enum imp_key kind;
        size_t pub;
    } kinds[] = {{IMP_KEY_P256, 64}, {IMP_KEY_P384, 96}, {IMP_KEY_RSA, 256}};
    static struct imp_device_key key;
    for (int i = 0; i < 3; i++) {
        imp_device_key_make(&t.env, "key", kinds[i].kind, &key);
        cr_expect_eq(imp_key_kind(key.n), kinds[i].kind);
        cr_expect_neq(key.pub[kinds[i].pub - 1] | key.pub[kinds[i].pub - 2], 0);
    }
    cr_expect_eq(imp_key_kind(0), IMP_KEY_OTHER);
    cr_expect_eq(imp_key_kind(64), IMP_KEY_OTHER);
    cr_expect_eq(imp_key_kind(IMP_RSA_SECRET + 1), IMP_KEY_OTHER);
}

/* Another implementation takes it: primes, exponents and the product are what they should be. */
Test(rsa, openssl_checks_it)
{
    static struct imp_device_key key;
    char path[] = "/tmp/imprint-rsa-XXXXXX", line[256];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    for (int i = 0; i < 4; i++) {
        imp_device_key_make(&t.env, "key", IMP_KEY_RSA, &key);
        int fd = mkstemp(strcpy(path, "/tmp/imprint-rsa-XXXXXX"));
        cr_assert(fd >= 0 && write(fd, key.secret, key.n) == (ssize_t)key.n);
        close(fd);
        snprintf(line, sizeof line,
                 "openssl rsa -inform der -in %s -check -noout 2>&1 | grep -q 'key ok' &&"
                 " ! openssl asn1parse -inform der -in %s | grep -q ':-'", /* less than 0 */
                 path, path);
        cr_expect_eq(system(line), 0);
        remove(path);
    }
}
