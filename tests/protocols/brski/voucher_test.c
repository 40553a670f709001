/* SPDX-License-Identifier: GPL-2.0-only */
/* Vouchers and their requests: the examples of RFC 8995, there and back, as openssl verifies them;
 * dates, telemetry, the audit log, the proxy's announcement. */
#include "protocols/crypto/crypto.h"
#include "protocols/http/http.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

TestSuite(brski_voucher, .init = imp_crypto_init);

static struct brski_voucher v, back;
static struct imp_cms_signed cms;
static uint8_t der[BRSKI_CMS];

Test(brski_voucher, the_examples_of_the_specification_are_read)
{
    VECTORS(c, "rfc8995_vouchers")
    {
        bool request = vector_number(c, "request") == 1;
        struct vector_bytes nonce = vector_hex(c, "nonce");
        const char *text = vector_text(c, "signed");
        int n = imp_base64_decode(der, sizeof der, text, strlen(text));
        cr_assert_gt(n, 0);
        cr_assert_eq(imp_cms_verify(NULL, &cms, IMP_CMS_DATA, der, (size_t)n), 0, "%s",
                     vector_text(c, "name"));
        cr_assert_eq(brski_voucher_read(&v, (char *)cms.content, cms.n, request), 0);
        int64_t created;
        cr_assert_eq(brski_date_read(&created, v.created_on), 0);
        cr_expect_eq(cms.signed_at, created, "signed when it was made, RFC 5652 section 11.3");
        cr_expect_str_eq(brski_assertion_text(v.assertion), vector_text(c, "assertion"));
        cr_expect_str_eq(v.created_on, vector_text(c, "created_on"));
        cr_expect_str_eq(v.serial, vector_text(c, "serial"));
        cr_assert_eq(v.nonce_n, nonce.n);
        cr_expect_arr_eq(v.nonce, nonce.p, nonce.n);
        cr_expect_eq(v.prior_n > 0, vector_number(c, "prior"));
        cr_expect_eq(brski_voucher_read(&back, (char *)cms.content, cms.n, !request), -1);
        cms.content[cms.n / 2] ^= 0x80;
        cr_expect_eq(brski_voucher_read(&back, (char *)cms.content, cms.n, request), -1);
        der[n - 1] ^= 1;
        cr_expect_eq(imp_cms_verify(NULL, &cms, IMP_CMS_DATA, der, (size_t)n), -1);
    }
}

/* What stands in the registrar's example is the pledge's example, bit by bit. */
Test(brski_voucher, the_registrars_example_holds_the_pledges)
{
    uint8_t pledge[BRSKI_PRIOR];
    int pledge_n = 0;
    VECTORS(c, "rfc8995_vouchers")
    {
        const char *text = vector_text(c, "signed");
        int n = imp_base64_decode(der, sizeof der, text, strlen(text));
        if (vector_number(c, "prior") == 0) {
            if (pledge_n == 0)
                pledge_n = imp_base64_decode(pledge, sizeof pledge, text, strlen(text));
            continue;
        }
        cr_assert_eq(imp_cms_verify(NULL, &cms, IMP_CMS_DATA, der, (size_t)n), 0);
        cr_assert_eq(brski_voucher_read(&v, (char *)cms.content, cms.n, true), 0);
        cr_assert_eq(v.prior_n, (size_t)pledge_n);
        cr_expect_arr_eq(v.prior, pledge, v.prior_n);
    }
}

/* ---- our own -----------------------------------------------------------------------------------
 */
static struct test_env t;
static struct imp_x509 crt, ca;
static uint8_t secret[32];

static int make(bool request)
{
    uint8_t pub[64], ca_pub[64], ca_secret[32];
    test_env_init(&t, 1, "masa");
    imp_p256_keypair(&t.env, "ca", ca_pub, ca_secret);
    imp_p256_keypair(&t.env, "key", pub, secret);
    const struct imp_x509_spec top = {.subject = "CN=MASA CA",
                                      .pub = ca_pub,
                                      .purposes = IMP_X509_CA,
                                      .path_length = 0,
                                      .not_after = IMP_NEVER};
    const struct imp_x509_spec leaf = {.subject = "CN=masa", .pub = pub, .not_after = IMP_NEVER};
    cr_assert_eq(imp_x509_issue(&t.env, &ca, &top, NULL, ca_secret), 0);
    cr_assert_eq(imp_x509_issue(&t.env, &crt, &leaf, &ca, ca_secret), 0);
    v = (struct brski_voucher){.request = request,
                               .assertion = BRSKI_VERIFIED,
                               .created_on = "2026-01-01T00:00:09Z",
                               .serial = "device-1",
                               .nonce = {1, 2, 3, 4, 5, 6, 7, 8, 9},
                               .nonce_n = BRSKI_NONCE,
                               .issuer = {7},
                               .issuer_n = 20};
    if (request)
        v.proximity = crt;
    else
        v.pinned = ca;
    const struct brski_signer by = {&crt, secret, &ca};
    int n = brski_sign(&t.env, der, sizeof der, &v, &by);
    cr_assert_gt(n, 0);
    return n;
}

static bool says_the_same(const struct brski_voucher *a, const struct brski_voucher *b)
{
    char text[2][BRSKI_JSON];
    int n = brski_voucher_write(text[0], sizeof text[0], a);
    return n > 0 && brski_voucher_write(text[1], sizeof text[1], b) == n &&
           memcmp(text[0], text[1], (size_t)n) == 0;
}

Test(brski_voucher, what_is_signed_comes_back)
{
    for (int request = 0; request < 2; request++) {
        int n = make(request);
        cr_assert_eq(brski_open(&t.env, &back, &cms, der, (size_t)n, request), 0);
        cr_expect(says_the_same(&back, &v));
        cr_expect_eq(brski_open(&t.env, &back, &cms, der, (size_t)n, !request), -2);
        for (int at = 0; at < n;
             at += 37) { /* octets of certificates that nobody needs may change */
            der[at] ^= 0x40;
            if (brski_open(&t.env, &back, &cms, der, (size_t)n, request) == 0)
                cr_expect(says_the_same(&back, &v), "octet %d", at);
            der[at] ^= 0x40;
        }
    }
}

static void save(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

Test(brski_voucher, openssl_verifies_it_and_refuses_another_anchor)
{
    char dir[] = "/tmp/imprint-brski-XXXXXX", path[96], command[640];
    if (system("openssl version >/dev/null 2>&1") != 0)
        cr_skip_test("openssl is not installed");
    int n = make(false);
    cr_assert_not_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/voucher", dir);
    save(path, der, (size_t)n);
    snprintf(path, sizeof path, "%s/ca", dir);
    save(path, ca.der, ca.n);
    snprintf(path, sizeof path, "%s/leaf", dir);
    save(path, crt.der, crt.n);
    snprintf(command, sizeof command,
             "cd %s && for f in ca leaf; do openssl x509 -inform der -in $f -out $f.pem; done &&"
             " openssl cms -verify -inform der -in voucher -CAfile ca.pem -purpose any "
             "-no_check_time -out json"
             " 2>log && grep -q '\"serial-number\":\"device-1\"' json &&"
             " ! openssl cms -verify -inform der -in voucher -CAfile leaf.pem -purpose any"
             " -no_check_time -out other 2>log",
             dir);
    cr_expect_eq(system(command), 0);
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_assert_eq(system(command), 0);
}

#define TOP(leaves) "{\"ietf-voucher:voucher\":{" leaves "}}"
Test(brski_voucher, what_is_no_voucher_is_refused)
{
    static const char *const bad[] = {
        "",
        "[]",
        "{}",
        TOP(""),
        TOP("\"assertion\":\"logged\""),
        TOP("\"serial-number\":\"\""),
        TOP("\"serial-number\":7"),
        TOP("\"serial-number\":\"a\",\"serial-number\":\"b\""),
        TOP("\"serial-number\":\"a\",\"assertion\":\"sworn\""),
        TOP("\"serial-number\":\"a\",\"nonce\":\"AAAA\""),
        TOP("\"serial-number\":\"a\",\"nonce\":\"!!!!!!!!!!!!\""),
        TOP("\"serial-number\":\"a\",\"created-on\":\"yesterday\""),
        TOP("\"serial-number\":\"a\",\"proximity-registrar-cert\":\"AAAA\""),
        TOP("\"serial-number\":\"a\\u0000b\""),
        TOP("\"serial-number\":\"a\"") " x",
        "{\"ietf-voucher:voucher\":{\"serial-number\":\"a\"},\"more\":{}}",
    };
    static const char good[] =
        TOP("\"serial-number\":\"a\",\"domain-cert-revocation-checks\":false");
    static const char more[] =
        TOP("\"serial-number\":\"a\",\"colour\":\"red\",\"deep\":{\"x\":[1]}");
    static const char request[] =
        "{\"ietf-voucher-request:voucher\":{\"serial-number\":\"a\",\"colour\":\"red\"}}";
    cr_expect_eq(brski_voucher_read(&v, good, strlen(good), false), 0);
    cr_expect_eq(brski_voucher_read(&v, more, strlen(more), false), 0, "section 5.6.1");
    cr_expect_eq(brski_voucher_read(&v, request, strlen(request), true), -1);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(brski_voucher_read(&v, bad[i], strlen(bad[i]), false), -1, "%s", bad[i]);
}

/* ---- dates, telemetry, log, announcement -------------------------------------------------------
 */
Test(brski_voucher, dates)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {{"1970-01-01T00:00:00Z", 0},
                 {"2000-02-29T12:00:00Z", 951825600},
                 {"2026-01-01T00:00:00Z", IMP_X509_EPOCH},
                 {"9999-12-31T23:59:59Z", 253402300799},
                 {"1969-12-31T23:59:59Z", -1}};
    static const char *const bad[] = {"",
                                      "2026-01-01",
                                      "2026-13-01T00:00:00Z",
                                      "2026-01-00T00:00:00Z",
                                      "2026-01-01T24:00:00Z",
                                      "2026-01-01T00:00:00",
                                      "2026-01-01T00:00:00.Z",
                                      "2026-01-01T00:00:00Zx",
                                      "2026-01-01T00:00:00+1:00"};
    char text[BRSKI_DATE];
    int64_t at;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        brski_date_write(text, cases[i].seconds);
        cr_expect_str_eq(text, cases[i].text);
        cr_expect_eq(brski_date_read(&at, cases[i].text), 0);
        cr_expect_eq(at, cases[i].seconds);
    }
    cr_expect_eq(brski_date_read(&at, "2021-04-13T17:43:23.747-04:00"), 0);
    cr_expect_eq(at, 1618350203);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(brski_date_read(&at, bad[i]), -1, "%s", bad[i]);
}

/* Figures 16 and 20 of RFC 8995, what we write, later versions, and what is none. */
Test(brski_voucher, telemetry)
{
    static const char *const bad[] = {"{}",
                                      "{\"version\":1}",
                                      "{\"version\":0,\"status\":true}",
                                      "{\"version\":1,\"status\":\"yes\"}",
                                      "{\"version\":1,\"status\":true,\"reason\":7}",
                                      "{\"version\":1,\"status\":true,\"reason-context\":\"x\"}"};
    static const struct {
        const char *text;
        bool good, newer;
    } cases[] = {
        {"{\"version\":1,\"status\":false,\"reason\":\"Informative human-readable message\","
         "\"reason-context\":{\"additional\":\"JSON\"}}",
         false, false},
        {"{\"version\":1,\"status\":true,\"reason\":\"Informative human readable message\","
         "\"reason-context\":{\"additional\":\"JSON\"}}",
         true, false},
        {"{\"version\":1,\"status\":true,\"mood\":1}", true, false},
        {"{\"version\":2,\"status\":true}", true, true},
    };
    struct brski_status status;
    char json[128];
    int n = brski_status_write(json, sizeof json, false, "voucher not accepted");
    cr_assert_gt(n, 0);
    cr_expect_eq(brski_status_read(&status, (uint8_t *)json, (size_t)n), 0);
    cr_expect_not(status.good);
    n = brski_status_write(json, sizeof json, true, NULL);
    cr_expect_eq(brski_status_read(&status, (uint8_t *)json, (size_t)n), 0);
    cr_expect(status.good && !status.newer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *text = (const uint8_t *)cases[i].text;
        cr_assert_eq(brski_status_read(&status, text, strlen(cases[i].text)), 0, "%zu", i);
        cr_expect_eq(status.good, cases[i].good);
        cr_expect_eq(status.newer, cases[i].newer);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(brski_status_read(&status, (const uint8_t *)bad[i], strlen(bad[i])), -1, "%s",
                     bad[i]);
    cr_expect_eq(brski_status_write(json, 10, true, NULL), -1);
}

/* Figure 18 of RFC 8995, whose numbers are texts, and the same as its CDDL has it. */
Test(brski_voucher, the_log_of_the_specification_is_read)
{
    static const char figure[] =
        "{\"version\":\"1\",\"events\":[{\"date\":\"2019-05-15T17:25:55.644-04:00\","
        "\"domainID\":\"BduJhdHPpfhQLyponf48JzXSGZ8=\",\"nonce\":\"VOUFT-WwrEv0NuAQEHoV7Q\","
        "\"assertion\":\"proximity\",\"truncated\":\"0\"},{\"date\":\"2017-05-15T17:25:55.644-04:"
        "00\","
        "\"domainID\":\"BduJhdHPpfhQLyponf48JzXSGZ8=\",\"nonce\":\"f4G6Vi1t8nKo/FieCVgpBg==\","
        "\"assertion\":\"proximity\"}],\"truncation\":{\"nonced duplicates\":\"0\","
        "\"nonceless duplicates\":\"1\",\"arbitrary\":\"2\"}}";
    static const char cddl[] = "{\"version\":2,\"events\":[{\"date\":\"2017-05-15T17:25:55Z\","
                               "\"domainID\":\"BduJhdHPpfhQLyponf48JzXSGZ8=\",\"nonce\":null,"
                               "\"assertion\":\"logged\"}],\"truncation\":{\"arbitrary\":3}}";
    static struct brski_log log;
    cr_assert_eq(brski_log_read(&log, (const uint8_t *)figure, strlen(figure)), 0);
    cr_expect_eq(log.count, 2);
    cr_expect_eq(log.event[0].at, 1557955555);
    cr_expect_eq(log.event[0].nonce_n, 16);
    cr_expect_eq(log.nonceless, 1);
    cr_expect_eq(log.arbitrary, 2);
    cr_assert_eq(brski_log_read(&log, (const uint8_t *)cddl, strlen(cddl)), 0);
    cr_expect_eq(log.event[0].nonce_n, 0);
    cr_expect_eq(log.arbitrary, 3);
}

Test(brski_voucher, the_log_keeps_the_latest_and_counts_the_others)
{
    static struct brski_log log, read;
    char json[4096];
    for (uint8_t i = 0; i < BRSKI_LOG_EVENTS + 3; i++)
        brski_log_append(&log, &(struct brski_log_event){.at = IMP_X509_EPOCH + i,
                                                         .domain = {i, 1},
                                                         .domain_n = 20,
                                                         .nonce = {i % 2 ? i : 0},
                                                         .nonce_n = i % 2 ? BRSKI_NONCE : 0,
                                                         .assertion = BRSKI_LOGGED});
    cr_expect_eq(log.arbitrary, 3);
    cr_expect_eq(log.event[0].domain[0], 3);
    int n = brski_log_write(json, sizeof json, &log);
    cr_assert_gt(n, 0);
    cr_assert_eq(brski_log_read(&read, (uint8_t *)json, (size_t)n), 0);
    cr_expect_eq(read.count, BRSKI_LOG_EVENTS);
    cr_expect_arr_eq(read.event, log.event, sizeof log.event);
    cr_expect_eq(brski_log_read(&read, (uint8_t *)json, (size_t)n - 1), -1);
    cr_expect_eq(brski_log_write(json, 300, &log), -1);
}

/* What goes first is what its domain has a later entry for (section 5.8.1). */
Test(brski_voucher, the_log_gives_up_duplicates_first)
{
    static struct brski_log log;
    for (uint8_t i = 0; i < BRSKI_LOG_EVENTS + 3; i++)
        brski_log_append(&log,
                         &(struct brski_log_event){.domain = {i < 2 ? 7 : 100, i < 2 ? i : 1},
                                                   .domain_n = 20,
                                                   .nonce_n = i == 4 || i == 6 ? 0 : BRSKI_NONCE});
    cr_expect_eq(log.count, BRSKI_LOG_EVENTS);
    cr_expect_eq(log.arbitrary, 0);
    cr_expect_eq(log.nonced, 2);
    cr_expect_eq(log.nonceless, 1);
    cr_expect_eq(log.event[0].domain[0], 7, "of other domains: they stay");
    cr_expect_eq(log.event[1].domain[0], 7);
}

/* Figures 11 and 12 of RFC 8995: a proxy's announcement is taken, a registrar's is not, and of both
 * in one message the former; a value of any kind will do, and there may be no locator. */
Test(brski_voucher, announcements_of_the_specification)
{
    static const uint8_t head[] = {0x1a, 0x00, 0xbc, 0x4e, 0x4f, 0x50, 0xfe, 0x80, 0,
                                   0,    0,    0,    0,    0,    0,    0,    0,    0,
                                   0,    0,    0,    1,    0x1a, 0x00, 0x02, 0xbf, 0x20};
    static const uint8_t proxy[] = {0x82, 0x84, 0x68, 'A',  'N',  '_',  'P',  'r',  'o',  'x',
                                    'y',  4,    1,    0x60, 0x84, 0x18, 103,  0x50, 0xfe, 0x80,
                                    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                                    0,    0,    0,    1,    6,    0x19, 0x11, 0x5b};
    static const uint8_t other[] = {0x82, 0x84, 0x71, 'A', 'N', '_', 'j', 'o', 'i', 'n', '_',
                                    'r',  'e',  'g',  'i', 's', 't', 'r', 'a', 'r', 4,   0x18,
                                    255,  0x67, 'E',  'S', 'T', '-', 'T', 'L', 'S', 0x80};
    struct brski_flood f;
    uint8_t m[192];
    for (int kind = 1; kind < 4;
         kind++) { /* bit 0: the proxy's, bit 1: the registrar's before it */
        size_t n = 0;
        m[n++] = (uint8_t)(0x84 + (kind & 1) + (kind >> 1));
        m[n++] = 9;
        memcpy(m + n, head, sizeof head);
        n += sizeof head;
        if (kind & 2) {
            memcpy(m + n, other, sizeof other);
            n += sizeof other;
        }
        if (kind & 1) {
            memcpy(m + n, proxy, sizeof proxy);
            n += sizeof proxy;
        }
        cr_expect_eq(brski_flood_read(NULL, &f, m, n), kind & 1 ? 0 : -1, "%d", kind);
        cr_expect_eq(f.port, kind & 1 ? 4443 : 0);
        cr_expect_eq(f.session, kind & 1 ? 12340815u : 0);
    }
}

/* The example of RFC 8995 section 4.1.1 with addresses of ours, octet by octet. */
Test(brski_voucher, the_proxys_announcement)
{
    static const uint8_t head[] = {0x85, 9, 0x1a, 0, 0xbc, 0x4e, 0x8f, 0x50, 0xfe, 0x80};
    static const uint8_t middle[] = {0x1a, 0,   2,   0xbf, 0x20, 0x82, 0x84, 0x68, 'A',  'N',  '_',
                                     'P',  'r', 'o', 'x',  'y',  4,    1,    0x60, 0x84, 0x18, 103};
    static const uint8_t tail[] = {6, 0x19, 0x11, 0x5b};
    const struct brski_flood f = {
        .session = 12340879, .ip = {0xfe, 0x80, [15] = 1}, .port = 4443, .ttl_ms = 180000};
    struct brski_flood read;
    uint8_t out[BRSKI_FLOOD_MAX];
    size_t n = brski_flood_write(NULL, out, sizeof out, &f);
    cr_assert_eq(n, sizeof head + 14 + sizeof middle + 17 + sizeof tail);
    cr_expect_arr_eq(out, head, sizeof head);
    cr_expect_arr_eq(out + 24, middle, sizeof middle);
    cr_expect_arr_eq(out + n - sizeof tail, tail, sizeof tail);
    cr_expect_eq(brski_flood_read(NULL, &read, out, n), 0);
    cr_expect_eq(read.session, f.session);
    cr_expect_eq(read.port, f.port);
    cr_expect_eq(read.ttl_ms, f.ttl_ms);
    cr_expect_arr_eq(read.ip, f.ip, sizeof f.ip);
    for (size_t cut = 0; cut < n; cut++)
        cr_expect_eq(brski_flood_read(NULL, &read, out, cut), -1);
}
