/* SPDX-License-Identifier: GPL-2.0-only */
/* The messages of RFC 7030 appendix A. They are of RSA, which our devices do not have: what our
 * readers take out of them, OpenSSL verifies. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/vectors.h"

TestSuite(est_vectors, .init = imp_crypto_init);

static uint8_t octets[EST_BODY]; /* of the message that is being read */

/* The message of a case; its kind says whether it is a request. */
static struct imp_http read_message(const json_t *c)
{
    struct imp_http m;
    const char *text = vector_text(c, "message");
    size_t n = strlen(text);
    cr_assert_leq(n, sizeof octets);
    memcpy(octets, text, n);
    int used = json_object_get(c, "method") ? imp_http_request_read(&m, octets, n)
                                            : imp_http_response_read(&m, octets, n);
    cr_assert_eq(used, (int)n, "%s: %d", vector_text(c, "name"), used);
    return m;
}

static bool is_kind(const json_t *c, const char *kind)
{
    return strcmp(vector_text(c, "kind"), kind) == 0;
}

static void save(const char *dir, const char *name, const void *bytes, size_t n)
{
    char path[96];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    cr_assert(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

static void begin(char *dir)
{
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    cr_assert_not_null(mkdtemp(dir));
}

/* Runs a command in the directory and removes that. */
static void expect(const char *dir, const char *command)
{
    char all[640];
    snprintf(all, sizeof all, "cd %s && { %s; } >log 2>&1 || { cat log; false; }", dir, command);
    cr_expect_eq(system(all), 0, "%s", command);
    snprintf(all, sizeof all, "rm -r %s", dir);
    cr_assert_eq(system(all), 0);
}

Test(est_vectors, every_message_is_read_to_its_last_octet)
{
    size_t count = 0;
    VECTORS(c, "rfc7030_est")
    {
        struct imp_http m = read_message(c);
        count++;
        if (json_object_get(c, "method")) {
            cr_expect_str_eq(m.method, vector_text(c, "method"));
            cr_expect_str_eq(m.path, vector_text(c, "path"));
        } else {
            cr_expect_eq(m.status, is_kind(c, "challenge") ? 401 : 200);
        }
    }
    cr_expect_eq(count, 9);
}

/* OldWithOld, NewWithOld, OldWithNew, NewWithNew: section 4.1.3. */
Test(est_vectors, four_certificates_of_an_authority_that_changes_its_key)
{
    VECTORS(c, "rfc7030_est")
    {
        struct imp_cms_certs certs;
        struct imp_http m = read_message(c);
        uint8_t der[EST_BODY];
        char dir[] = "/tmp/imprint-est-XXXXXX", name[8];
        if (!is_kind(c, "cacerts"))
            continue;
        cr_expect(imp_http_is(&m, "Content-Type", "application/pkcs7-mime"));
        int n = est_body(der, sizeof der, &m);
        cr_assert_gt(n, 0);
        cr_assert_eq(imp_cms_certs_read(&certs, der, (size_t)n), 0);
        cr_assert_eq(certs.count, 4);
        begin(dir);
        for (size_t i = 0; i < certs.count; i++) {
            snprintf(name, sizeof name, "%zu", i);
            save(dir, name, certs.crt[i].der, certs.crt[i].n);
        }
        expect(dir,
               "for i in 0 1 2 3; do openssl x509 -inform der -in $i -noout -subject || exit 1; "
               "done >names; for new in O N; do for old in O N; do "
               "grep -q \"estExampleCA ${new}w$old\" names || exit 1; done; done");
    }
}

Test(est_vectors, attributes_are_read_the_unknown_too)
{
    VECTORS(c, "rfc7030_est")
    {
        struct est_attributes list;
        struct imp_http m = read_message(c);
        uint8_t der[256];
        if (!is_kind(c, "csrattrs"))
            continue;
        int n = est_body(der, sizeof der, &m);
        cr_assert_gt(n, 0);
        cr_assert_eq(est_attributes_read(&list, der, (size_t)n), 0);
        cr_assert_eq(list.count, 6);
        static const size_t values[] = {0, 27, 0, 37, 0, 0}; /* octets of each set */
        for (size_t i = 0; i < list.count; i++)
            cr_expect_eq(list.list[i].values.n, values[i], "%zu: %zu", i, list.list[i].values.n);
        cr_expect_eq(est_attributes_bound(der, (size_t)n), 1, "challengePassword is the third");
        for (size_t cut = 0; cut < (size_t)n; cut++)
            cr_expect_eq(est_attributes_read(&list, der, cut), -1, "cut at %zu", cut);
    }
}

/* Both requests verify, and carry what links them to a session; our reader has no RSA. */
Test(est_vectors, requests_come_out_whole)
{
    VECTORS(c, "rfc7030_est")
    {
        struct imp_x509_asked asked;
        struct imp_http m = read_message(c);
        uint8_t der[1024];
        char dir[] = "/tmp/imprint-est-XXXXXX";
        if (!is_kind(c, "enroll"))
            continue;
        cr_expect(imp_http_is(&m, "Content-Type", "application/pkcs10"));
        int n = est_body(der, sizeof der, &m);
        cr_assert_gt(n, 0);
        cr_expect_neq(imp_x509_read_request(NULL, &asked, der, (size_t)n), 0);
        begin(dir);
        save(dir, "request", der, (size_t)n);
        expect(dir, "openssl req -inform der -in request -noout -verify && "
                    "openssl req -inform der -in request -noout -text | grep -q challengePassword");
    }
}

/* Section 4.4.1: where the server makes the key, it reads past whose the request's is, an RSA key
 * even, and past its signature. */
Test(est_vectors, a_request_for_a_key_of_the_servers_making)
{
    size_t count = 0;
    VECTORS(c, "rfc7030_est")
    {
        struct imp_x509_asked asked;
        struct imp_http m = read_message(c);
        uint8_t der[1024];
        if (!is_kind(c, "enroll") || strstr(m.path, "serverkeygen") == NULL)
            continue;
        int n = est_body(der, sizeof der, &m);
        cr_assert_gt(n, 0);
        der[n - 1] ^= 1;
        cr_assert_eq(imp_x509_read_keyless_request(NULL, &asked, der, (size_t)n), 0);
        cr_expect(
            strstr(asked.subject, "CN=serverKeyGen req by client in demo step 12 1368141955"));
        cr_expect_str_eq(asked.challenge, "dFsAXmJnjokBtDvr");
        const struct est_terms terms = {"device-1", NULL, true};
        const char *why = est_check_request(NULL, &asked, der, (size_t)n, &terms);
        cr_assert_not_null(why);
        cr_expect_str_eq(why, "another-subject", "all else is in order");
        cr_expect_neq(imp_x509_read_keyless_request(NULL, &asked, der, (size_t)n - 1), 0);
        count++;
    }
    cr_expect_eq(count, 1);
}

/* The parts of a body stand between a preamble and an epilogue. */
Test(est_vectors, the_key_belongs_to_the_certificate_beside_it)
{
    VECTORS(c, "rfc7030_est")
    {
        struct imp_http_part part[2];
        struct imp_cms_certs certs;
        struct imp_http m = read_message(c);
        static struct est_private private;
        uint8_t key[1536], der[1536], secret[32];
        char dir[] = "/tmp/imprint-est-XXXXXX";
        if (!is_kind(c, "keygen"))
            continue;
        cr_assert_eq(imp_http_multipart_read(part, 2, &m), 2);
        int key_n = imp_base64_decode(key, sizeof key, part[0].body, part[0].n);
        int n = imp_base64_decode(der, sizeof der, part[1].body, part[1].n);
        cr_assert(key_n > 0 && n > 0);
        cr_assert_eq(imp_cms_certs_read(&certs, der, (size_t)n), 0);
        cr_assert_eq(certs.count, 1);
        cr_assert_eq(est_keygen_read(&private, &certs, &m), 0);
        cr_expect_eq(est_private_read(NULL, secret, &private, EST_SEALING_NONE, NULL), -1,
                     "a key of RSA is none of ours");
        cr_assert_eq(imp_cms_certs_read(&certs, der, (size_t)n), 0);
        begin(dir);
        save(dir, "key", key, (size_t)key_n);
        save(dir, "certificate", certs.crt[0].der, certs.crt[0].n);
        expect(dir, "openssl pkey -inform der -in key -pubout -out a && "
                    "openssl x509 -inform der -in certificate -noout -pubkey > b && cmp a b");
    }
}

/* What our servers ask for, and what is none. */
Test(est_vectors, our_attributes_and_malformed_ones)
{
    static const uint8_t bad[][8] = {
        {0x31, 0x00},                               /* no sequence */
        {0x30, 0x03, 0x02, 0x01, 0x01},             /* an integer */
        {0x30, 0x02, 0x06, 0x00},                   /* an empty identifier */
        {0x30, 0x81, 0x02, 0x06, 0x00},             /* a length of two octets that takes one */
        {0x30, 0x05, 0x30, 0x03, 0x06, 0x01, 0x2a}, /* an attribute without values */
    };
    static const size_t sizes[] = {2, 5, 4, 5, 7};
    struct est_attributes list;
    uint8_t der[EST_ATTRIBUTES_MAX];
    for (int bound = 0; bound < 2; bound++) {
        size_t n = est_attributes_write(der, bound);
        cr_assert_eq(est_attributes_read(&list, der, n), 0);
        cr_expect_eq(list.count, bound ? 2 : 1);
        cr_expect_eq(est_attributes_bound(der, n), bound);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(est_attributes_read(&list, bad[i], sizes[i]), -1, "%zu", i);
}
