/* SPDX-License-Identifier: GPL-2.0-only */
/* A manufacturer, an operator and a device: who certifies whom, and what is refused. */
#include "protocols/crypto/device_key.h"
#include "protocols/x509/x509.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { YEAR = 365 * 24 * 3600 };

struct holder {
    uint8_t pub[64], secret[32];
    struct imp_x509 crt;
};
static struct test_env t;
static struct holder root, ca, device, server;

static void issue(struct holder *h, const char *subject, const struct imp_x509_spec *like,
                  const struct holder *by)
{
    struct imp_x509_spec spec = *like;
    imp_p256_keypair(&t.env, "key", h->pub, h->secret);
    spec.subject = subject;
    spec.pub = h->pub;
    cr_assert_eq(
        imp_x509_issue(&t.env, &h->crt, &spec, by ? &by->crt : NULL, by ? by->secret : h->secret),
        0, "%s", subject);
}

static void setup(uint64_t seed)
{
    const imp_time years10 = IMP_S * 10 * YEAR;
    test_env_init(&t, seed, "authority");
    issue(&root, "CN=Example root",
          &(struct imp_x509_spec){
              .purposes = IMP_X509_CA, .path_length = 1, .not_before = 0, .not_after = years10},
          NULL);
    issue(&ca, "CN=Example issuing CA",
          &(struct imp_x509_spec){
              .purposes = IMP_X509_CA, .path_length = 0, .not_before = 0, .not_after = years10},
          &root);
    issue(&server, "CN=est.example",
          &(struct imp_x509_spec){.purposes = IMP_X509_SERVER | IMP_X509_CMC_RA,
                                  .dns = "est.example",
                                  .not_before = IMP_S * YEAR,
                                  .not_after = IMP_S * 2 * YEAR},
          &ca);
    issue(&device, "CN=device-1,serialNumber=0042",
          &(struct imp_x509_spec){
              .hardware = "0042", .masa = "masa.example", .not_before = 0, .not_after = IMP_NEVER},
          &ca);
}

static enum imp_x509_verdict verify(const struct holder *leaf, const struct holder *anchor,
                                    unsigned purpose, const char *host, imp_time now)
{
    const struct imp_piece chain[] = {{leaf->crt.der, leaf->crt.n}, {ca.crt.der, ca.crt.n}};
    const struct imp_piece anchors = {anchor->crt.der, anchor->crt.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchors, .anchor_count = 1, .purpose = purpose, .host = host};
    return imp_x509_verify(&t.env, chain, 2, &policy, now);
}

Test(x509, a_device_identity_says_who_it_is)
{
    struct imp_x509_info info;
    setup(1);
    cr_assert_eq(imp_x509_read(&info, device.crt.der, device.crt.n), 0);
    cr_assert_str_eq(info.common_name, "device-1");
    cr_assert_str_eq(info.serial_number, "0042");
    cr_assert_str_eq(info.hardware, "0042");
    cr_assert_str_eq(info.masa, "masa.example");
    cr_assert_str_eq(info.issuer, "CN=Example issuing CA");
    cr_assert_arr_eq(info.pub, device.pub, 64);
    cr_assert_eq(info.serial_n, IMP_X509_SERIAL_DRAWN);
    cr_assert_eq(info.not_before, 1767225600);
    cr_assert_eq(info.not_after, INT64_C(253402300799), "IEEE 802.1AR: 9999-12-31 23:59:59");
    static const char never[] = "\x18\x0f"
                                "99991231235959Z"; /* GeneralizedTime, RFC 5280 section 4.1.2.5 */
    cr_assert_not_null(memmem(device.crt.der, device.crt.n, never, sizeof never - 1));
    cr_assert_eq(info.purposes, 0);
    cr_assert_not(info.self_issued);
    cr_assert_eq(imp_x509_read(&info, root.crt.der, root.crt.n), 0);
    cr_assert(info.self_issued);
    cr_assert_eq(info.purposes, IMP_X509_CA);
}

Test(x509, paths_purposes_names_and_times)
{
    const imp_time during = IMP_S * (YEAR + 5);
    setup(1);
    cr_assert_eq(verify(&server, &root, IMP_X509_CMC_RA, "est.example", during), IMP_X509_GOOD);
    cr_assert_eq(verify(&server, &ca, IMP_X509_SERVER, NULL, during), IMP_X509_GOOD);
    cr_assert_eq(verify(&server, &root, IMP_X509_CLIENT, NULL, during), IMP_X509_PURPOSE);
    cr_assert_eq(verify(&server, &root, 0, "other.example", during), IMP_X509_OTHER_NAME);
    cr_assert_eq(verify(&server, &root, 0, NULL, 0), IMP_X509_NOT_YET);
    cr_assert_eq(verify(&server, &root, 0, NULL, IMP_S * (2 * YEAR + 1)), IMP_X509_EXPIRED);
    cr_assert_eq(verify(&device, &root, IMP_X509_CLIENT, NULL, 0), IMP_X509_GOOD);
}

Test(x509, no_path_no_trust)
{
    struct holder other, below;
    setup(1);
    issue(&other, "CN=Example root", /* the same name, another key */
          &(struct imp_x509_spec){
              .purposes = IMP_X509_CA, .path_length = 1, .not_after = IMP_S * YEAR},
          NULL);
    cr_assert_eq(verify(&device, &other, 0, NULL, 0), IMP_X509_UNTRUSTED);
    /* A device certifies nobody. */
    issue(&below, "CN=device-2", &(struct imp_x509_spec){.not_after = IMP_S * YEAR}, &device);
    const struct imp_piece chain[] = {
        {below.crt.der, below.crt.n}, {device.crt.der, device.crt.n}, {ca.crt.der, ca.crt.n}};
    const struct imp_piece anchor = {root.crt.der, root.crt.n};
    const struct imp_x509_policy policy = {.anchors = &anchor, .anchor_count = 1};
    cr_assert_eq(imp_x509_verify(&t.env, chain, 3, &policy, 0), IMP_X509_UNTRUSTED);
    cr_assert_eq(imp_x509_verify(&t.env, chain, 0, &policy, 0), IMP_X509_MALFORMED);
    cr_assert_eq(imp_x509_verify(&t.env, chain + 1, 2, &(struct imp_x509_policy){0}, 0),
                 IMP_X509_UNTRUSTED);
}

Test(x509, every_changed_octet_is_noticed)
{
    setup(1);
    for (size_t i = 0; i < device.crt.n; i++) {
        struct holder bent = device;
        bent.crt.der[i] ^= 1;
        cr_assert_neq(verify(&bent, &root, 0, NULL, 0), IMP_X509_GOOD, "octet %zu", i);
    }
}

Test(x509, a_request_proves_the_key_and_binds_the_channel)
{
    struct imp_x509 crq;
    struct imp_x509_asked asked;
    const struct imp_x509_request say = {
        .subject = "CN=device-1", .dns = "d1.example", .challenge = "lsE+9LO9BbF5cm/y"};
    setup(1);
    cr_assert_eq(imp_x509_request(&t.env, &crq, &say, device.pub, device.secret), 0);
    size_t verified = t.charged[IMP_OP_P256_VERIFY];
    cr_assert_eq(imp_x509_read_request(&t.env, &asked, crq.der, crq.n), 0);
    cr_assert_eq(t.charged[IMP_OP_P256_VERIFY], verified + 1);
    cr_assert_str_eq(asked.subject, "CN=device-1");
    cr_assert_str_eq(asked.dns, "d1.example");
    cr_assert_str_eq(asked.challenge, "lsE+9LO9BbF5cm/y");
    cr_assert_arr_eq(asked.pub, device.pub, 64);
    for (size_t i = 0; i < crq.n; i++) {
        crq.der[i] ^= 0x10;
        cr_assert_eq(imp_x509_read_request(&t.env, &asked, crq.der, crq.n), -1, "octet %zu", i);
        crq.der[i] ^= 0x10;
    }
    /* Somebody else's key. */
    cr_assert_eq(imp_x509_request(&t.env, &crq, &say, server.pub, device.secret), 0);
    cr_assert_eq(imp_x509_read_request(&t.env, &asked, crq.der, crq.n), -1);
}

/* RFC 7030 section 4.4.1, as OpenSSL sees it too. */
Test(x509, a_request_names_the_key_for_an_answer)
{
    for (int pair = 0; pair < 2; pair++) {
        struct imp_x509 crq;
        struct imp_x509_asked asked;
        struct imp_x509_request say = {.subject = "CN=device-1", .challenge = "bound"};
        setup(1);
        say.sealing = (struct imp_x509_sealing){.id_n = 3, .id = "key", .pair = pair};
        cr_assert_eq(imp_x509_request(&t.env, &crq, &say, device.pub, device.secret), 0);
        cr_assert_eq(imp_x509_read_request(&t.env, &asked, crq.der, crq.n), 0);
        cr_expect_eq(asked.sealing.id_n, 3);
        cr_expect_arr_eq(asked.sealing.id, "key", 3);
        cr_expect_eq(asked.sealing.pair, pair);
        cr_expect(asked.sealing.able);
        cr_expect_str_eq(asked.challenge, "bound");
        uint8_t *name = memmem(crq.der, crq.n, "\x60\x86\x48\x01\x65\x03\x04\x01\x05", 9);
        cr_assert_not_null(name, "id-aes128-wrap");
        name[8] = 0x2d; /* id-aes256-wrap */
        cr_assert_eq(imp_x509_read_keyless_request(&t.env, &asked, crq.der, crq.n), 0);
        cr_expect_not(asked.sealing.able);
        say.sealing.id_n = 0;
        cr_assert_eq(imp_x509_request(&t.env, &crq, &say, device.pub, device.secret), 0);
        cr_assert_eq(imp_x509_read_request(&t.env, &asked, crq.der, crq.n), 0);
        cr_expect_eq(asked.sealing.id_n, 0);
    }
}

Test(x509, same_seed_same_octets)
{
    struct holder first;
    setup(7);
    first = device;
    setup(7);
    cr_assert_eq(first.crt.n, device.crt.n);
    cr_assert_arr_eq(first.crt.der, device.crt.der, first.crt.n);
    setup(8);
    cr_assert(first.crt.n != device.crt.n || memcmp(first.crt.der, device.crt.der, first.crt.n));
}

Test(x509, what_cannot_be_said_is_not_issued)
{
    struct imp_x509 out;
    char longer[IMP_X509_LABEL + 1];
    setup(1);
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    const struct imp_x509_spec bad[] = {
        {.subject = "no name at all", .pub = device.pub, .not_after = IMP_S},
        {.subject = "CN=x", .pub = device.pub, .not_after = IMP_S, .hardware = longer}};
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(imp_x509_issue(&t.env, &out, &bad[i], &ca.crt, ca.secret), -1);
        cr_assert_eq(out.n, 0);
    }
}

static unsigned signatures, nonces;
static void note(void *arg, const struct imp_operation *op)
{
    (void)arg;
    signatures += strcmp(op->name, "ECDSA") == 0;
    nonces += strcmp(op->name, "ECDSA with a known nonce") == 0;
}

Test(x509, signatures_are_reported)
{
    struct holder h;
    setup(1);
    imp_observe(note, NULL);
    issue(&h, "CN=x", &(struct imp_x509_spec){.not_after = IMP_S}, &ca);
    imp_observe(NULL, NULL);
    cr_assert_eq(signatures, 1);
    cr_assert_eq(nonces, 1);
}

static void write_file(const char *dir, const char *name, const struct imp_x509 *x)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f, "%s", path);
    fwrite(x->der, 1, x->n, f);
    fclose(f);
}

static int shell(const char *dir, const char *command)
{
    char line[1024];
    snprintf(line, sizeof line, "cd %s && (%s) >log 2>&1", dir, command);
    return system(line);
}

static void issue_other(struct imp_x509 *out, const char *subject, enum imp_key kind)
{
    struct imp_device_key key;
    imp_device_key_make(&t.env, "key", kind, &key);
    const struct imp_x509_spec spec = {.subject = subject,
                                       .pub = key.pub,
                                       .key = kind,
                                       .hardware = "0042",
                                       .not_after = IMP_NEVER};
    cr_assert_eq(imp_x509_issue(&t.env, out, &spec, &ca.crt, ca.secret), 0);
}

Test(x509, another_kind_of_key_is_for_who_does_not_use_it)
{
    static const uint8_t zero[64];
    struct imp_x509_info info;
    struct holder other;
    uint8_t pin[32];
    setup(1);
    for (enum imp_key kind = IMP_KEY_P384; kind <= IMP_KEY_RSA; kind++) {
        issue_other(&other.crt, "CN=device-9,serialNumber=0042", kind);
        cr_assert_eq(imp_x509_read(&info, other.crt.der, other.crt.n), -1);
        cr_assert_eq(imp_x509_pin(&t.env, pin, other.crt.der, other.crt.n), -1);
        cr_assert_eq(imp_x509_read_words(&info, other.crt.der, other.crt.n), 0);
        cr_assert_eq(info.key, kind);
        cr_assert_str_eq(info.common_name, "device-9");
        cr_assert_str_eq(info.hardware, "0042");
        cr_assert_arr_eq(info.pub, zero, 64);
        cr_assert_eq(verify(&other, &root, IMP_X509_CLIENT, NULL, 0), IMP_X509_GOOD);
        other.crt.der[other.crt.n - 1] ^= 1; /* the authority's signature */
        cr_assert_eq(verify(&other, &root, IMP_X509_CLIENT, NULL, 0), IMP_X509_UNTRUSTED);
    }
    cr_assert_eq(imp_x509_read_words(&info, device.crt.der, device.crt.n), 0);
    cr_assert_eq(info.key, IMP_KEY_P256);
    cr_assert_arr_eq(info.pub, device.pub, 64);
}

/* Another implementation agrees: path, validity, purpose, request. */
Test(x509, openssl_verifies_them)
{
    char dir[] = "/tmp/imprint-x509-XXXXXX";
    struct imp_x509 crq, wide, rsa;
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
    setup(1);
    write_file(dir, "root", &root.crt);
    write_file(dir, "ca", &ca.crt);
    write_file(dir, "server", &server.crt);
    write_file(dir, "device", &device.crt);
    issue_other(&wide, "CN=device-9", IMP_KEY_P384);
    write_file(dir, "wide", &wide);
    issue_other(&rsa, "CN=device-9", IMP_KEY_RSA);
    write_file(dir, "rsa", &rsa);
    cr_assert_eq(imp_x509_request(&t.env, &crq,
                                  &(struct imp_x509_request){.subject = "CN=device-1"}, device.pub,
                                  device.secret),
                 0);
    write_file(dir, "request", &crq);
    cr_assert_eq(shell(dir, "for i in root ca server device wide rsa; do"
                            " openssl x509 -inform der -in $i -out $i.pem || exit 1; done"),
                 0);
    cr_assert_eq(shell(dir, "openssl verify -x509_strict -attime 1800000000 -CAfile root.pem "
                            "-untrusted ca.pem -purpose sslserver -verify_hostname est.example "
                            "server.pem"),
                 0);
    cr_assert_eq(shell(dir, "openssl verify -x509_strict -attime 4000000000 -CAfile root.pem "
                            "-untrusted ca.pem device.pem"),
                 512, "the CAs are no longer valid then");
    cr_assert_eq(shell(dir, "openssl verify -x509_strict -attime 1800000000 -CAfile root.pem "
                            "-untrusted ca.pem -purpose sslclient device.pem"),
                 0);
    cr_assert_eq(shell(dir, "openssl verify -x509_strict -attime 1800000000 -CAfile root.pem "
                            "-untrusted ca.pem wide.pem && openssl x509 -in wide.pem -noout -text |"
                            " grep 'ASN1 OID: secp384r1'"),
                 0);
    cr_assert_eq(shell(dir, "openssl verify -x509_strict -attime 1800000000 -CAfile root.pem "
                            "-untrusted ca.pem rsa.pem && openssl x509 -in rsa.pem -noout -text >"
                            " text && grep 'Public-Key: (2048 bit)' text && grep -A1 'X509v3 Key"
                            " Usage: critical' text | grep 'Digital Signature, Key Encipherment'"),
                 0);
    cr_assert_eq(shell(dir, "openssl req -inform der -in request -verify -noout"), 0);
    cr_assert_eq(shell(dir, "rm -f *"), 0);
    remove(dir);
}
