/* SPDX-License-Identifier: GPL-2.0-only */
/* A private key of the server's making on its way: what the server refuses to send so, and what the
 * device refuses to take. The parties' cells are those of a network that was provisioned. */
#include "protocols/crypto/crypto.h"
#include "tests/support/enrolled.h"

#include "protocols/managed/est/est.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct imp_mechanism imp_est;

static struct memnet *net;
static struct imp_env *device, *server;
static struct est_key key, ca_key;
static struct imp_x509 crt, ca;
static struct imp_x509_sealing asked;
static struct est_made made;

static void begin(const char *how, enum est_sealing sealing)
{
    imp_crypto_init();
    net = memnet_new(&imp_est, 7, SETTINGS("key-generation=server", how));
    device = (struct imp_env *)memnet_env(net, EST_DEVICE);
    server = (struct imp_env *)memnet_env(net, EST_SERVER);
    cr_assert(est_key_load(server, "key", &key) && est_key_load(server, "ca-key", &ca_key));
    crt = enrolled_cert(net, EST_SERVER, "certificate");
    ca = enrolled_cert(net, EST_SERVER, "ca-certificate");
    est_sealing_ask(device, &asked, sealing);
    asked.able = true;
}

static const char *make(void)
{
    const struct est_issuer signer = {&crt, key.secret};
    return est_make(server, &made, &asked, &signer);
}

static int take(enum est_sealing sealing, const struct imp_x509 *anchor)
{
    uint8_t secret[32] = {0};
    int r = est_private_read(device, secret, &made.sent, sealing, anchor);
    if (r == 0)
        cr_expect_arr_eq(secret, made.pair.secret, sizeof secret);
    return r;
}

static const char *const words[] = {"key-encryption=none", "key-encryption=symmetric",
                                    "key-encryption=asymmetric"};

Test(est_private, comes_as_it_was_asked_for)
{
    for (int how = EST_SEALING_NONE; how <= EST_SEALING_ASYMMETRIC; how++) {
        begin(words[how], (enum est_sealing)how);
        cr_assert_null(make());
        cr_expect_eq(made.sent.sealed, how != EST_SEALING_NONE);
        cr_expect_eq(memmem(made.sent.der, made.sent.n, made.pair.secret, 32) == NULL,
                     how != EST_SEALING_NONE);
        for (int other = EST_SEALING_NONE; other <= EST_SEALING_ASYMMETRIC; other++)
            cr_expect_eq(take((enum est_sealing)other, &ca), other == how ? 0 : -1, "%d as %d", how,
                         other);
        memnet_free(net);
    }
}

/* "The request MUST be terminated", section 4.4.1.1. */
Test(est_private, of_a_key_that_the_server_does_not_have)
{
    begin(words[1], EST_SEALING_SYMMETRIC);
    asked.id[0] ^= 1;
    cr_expect_str_eq(make(), "unknown-decrypt-key");
    asked.id[0] ^= 1;
    asked.pair = true;
    cr_expect_str_eq(make(), "unknown-decrypt-key", "a secret key is no key pair");
    asked.pair = asked.able = false;
    cr_expect_str_eq(make(), "no-common-cipher");
    memnet_free(net);
}

/* Whoever knows a public key can envelop for it: the signature says who has made the key. */
Test(est_private, signed_by_somebody_else)
{
    struct est_key other;
    begin(words[2], EST_SEALING_ASYMMETRIC);
    imp_p256_keypair(server, "other", other.pub, other.secret);
    struct imp_x509_spec spec = {.subject = "CN=other",
                                 .pub = other.pub,
                                 .purposes = IMP_X509_SERVER | IMP_X509_CMC_RA,
                                 .not_after = IMP_S * 1000};
    key = other;
    cr_assert_eq(imp_x509_issue(server, &crt, &spec, NULL, other.secret), 0);
    cr_assert_null(make());
    cr_expect_eq(take(EST_SEALING_ASYMMETRIC, &ca), -1, "not below the anchor");
    cr_expect_eq(take(EST_SEALING_ASYMMETRIC, NULL), 0);
    spec.purposes = IMP_X509_CLIENT;
    cr_assert_eq(imp_x509_issue(server, &crt, &spec, &ca, ca_key.secret), 0);
    cr_assert_null(make());
    cr_expect_eq(take(EST_SEALING_ASYMMETRIC, &ca), -1, "another device");
    spec.purposes = IMP_X509_CMC_RA;
    cr_assert_eq(imp_x509_issue(server, &crt, &spec, &ca, ca_key.secret), 0);
    cr_assert_null(make());
    cr_expect_eq(take(EST_SEALING_ASYMMETRIC, &ca), 0);
    memnet_free(net);
}

/* CBC lets single bits pass; what is not signed (a version, a set of algorithms) may differ then,
 * but no other key comes of it. */
Test(est_private, altered_on_its_way)
{
    for (int how = EST_SEALING_SYMMETRIC; how <= EST_SEALING_ASYMMETRIC; how++) {
        size_t taken = 0;
        begin(words[how], (enum est_sealing)how);
        cr_assert_null(make());
        for (size_t i = 0; i < made.sent.n; i++) {
            made.sent.der[i] ^= 1;
            taken += take((enum est_sealing)how, &ca) == 0;
            made.sent.der[i] ^= 1;
        }
        cr_expect_lt(taken, 16, "of one block");
        memnet_free(net);
    }
}

static void save(const char *dir, const char *name, const void *bytes, size_t n)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    fwrite(bytes, 1, n, f);
    fclose(f);
}

static size_t load(const char *dir, const char *name, uint8_t *out, size_t cap)
{
    char path[64];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f);
    size_t n = fread(out, 1, cap, f);
    fclose(f);
    return n;
}

static void hexadecimal(char *out, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static void expect(const char *dir, const char *command)
{
    char line[512];
    snprintf(line, sizeof line, "cd %s && { %s; }", dir, command);
    cr_expect_eq(system(line), 0, "%s", line);
}

/* OpenSSL takes off what is around the key: the envelope, the signature; and then the package. */
Test(est_private, openssl_finds_the_key)
{
    char dir[] = "/tmp/imprint-private-XXXXXX", line[256], hex[33], id[65];
    uint8_t kek[16], pkcs8[IMP_P256_PKCS8_MAX], plain[2048], info[2048];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    begin(words[1], EST_SEALING_SYMMETRIC);
    cr_assert_null(make());
    cr_assert_eq(memnet_cell(net, EST_DEVICE, "sealing", kek, sizeof kek), 16);
    hexadecimal(hex, kek, sizeof kek);
    hexadecimal(id, asked.id, asked.id_n);
    cr_assert_not_null(mkdtemp(dir));
    save(dir, "sealed", made.sent.der, made.sent.n);
    save(dir, "ca", ca.der, ca.n);
    snprintf(line, sizeof line,
             "openssl cms -decrypt -inform DER -in sealed -out plain -secretkey %s -secretkeyid %s",
             hex, id);
    expect(dir, line);
    size_t n = load(dir, "plain", plain, sizeof plain);
    int info_n = imp_cms_content_write(info, sizeof info, IMP_CMS_SIGNED_DATA, IMP_PIECE(plain, n));
    cr_assert_gt(info_n, 0);
    save(dir, "signed", info, (size_t)info_n);
    expect(dir, "openssl x509 -inform DER -in ca -out ca.pem");
    expect(dir, "openssl cms -verify -inform DER -in signed -CAfile ca.pem -purpose any "
                "-no_check_time -binary -out package 2>log || { cat log; false; }");
    n = load(dir, "package", plain, sizeof plain);
    size_t key_n = imp_p256_pkcs8_write(pkcs8, made.pair.secret, made.pair.pub);
    cr_assert_eq(n, key_n + 3, "SEQUENCE OF, and its length");
    cr_expect_arr_eq(plain + 3, pkcs8, key_n);
    snprintf(line, sizeof line, "rm -r %s", dir);
    cr_expect_eq(system(line), 0);
    memnet_free(net);
}
