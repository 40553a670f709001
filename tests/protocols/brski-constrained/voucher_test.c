/* SPDX-License-Identifier: GPL-2.0-only */
/* Vouchers, telemetry and JPY messages of the drafts' examples, read and written again; discovery.
 */
#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski_voucher.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(cbrski_voucher, .init = imp_crypto_init);

static struct brski_voucher v, again;

static bool is_voucher(const json_t *c)
{
    return strcmp(vector_text(c, "title"), "voucher") == 0;
}

Test(cbrski_voucher, the_examples_are_read)
{
    VECTORS(c, "cbrski_vouchers")
    {
        struct vector_bytes data = vector_hex(c, "content");
        cr_assert_eq(cbrski_leaves_read(NULL, &v, data.p, data.n, !is_voucher(c)), 0, "%s",
                     vector_text(c, "title"));
        cr_expect_str_eq(v.serial, "JADA123456789");
        cr_expect_eq(v.assertion, BRSKI_PROXIMITY);
        cr_expect_eq(v.nonce_n, 8);
        cr_expect_eq(cbrski_leaves_read(NULL, &again, data.p, data.n, is_voucher(c)), -1,
                     "the other kind");
        for (size_t cut = 0; cut < data.n; cut++)
            cr_assert_eq(cbrski_leaves_read(NULL, &again, data.p, cut, !is_voucher(c)), -1);
        if (is_voucher(c))
            cr_expect_eq(v.pinned.n, 583);
        else if (v.prior_n == 0)
            cr_expect_eq(v.key_n, BRSKI_SPKI, "the registrar's public key");
        else
            cr_expect_eq(v.issuer_n, 20);
    }
}

/* The draft's requests have no leaf but those that ours have. */
Test(cbrski_voucher, requests_are_written_as_the_examples)
{
    uint8_t out[CBRSKI_DATA];
    size_t same = 0;
    VECTORS(c, "cbrski_vouchers")
    {
        struct vector_bytes data = vector_hex(c, "content");
        if (is_voucher(c))
            continue;
        cr_assert_eq(cbrski_leaves_read(NULL, &v, data.p, data.n, true), 0);
        int n = cbrski_leaves_write(NULL, out, sizeof out, &v);
        cr_assert_eq(n, (int)data.n, "%s", vector_text(c, "title"));
        cr_expect_arr_eq(out, data.p, data.n);
        cr_expect_eq(cbrski_leaves_write(NULL, out, data.n - 1, &v), -1);
        same++;
    }
    cr_expect_eq(same, 2);
}

/* The pledge's request lies in the registrar's as it was signed. */
Test(cbrski_voucher, the_request_inside_is_the_pledges)
{
    static struct vector_bytes pledge;
    struct imp_cose_sign1 m;
    VECTORS(c, "cbrski_vouchers")
    {
        struct vector_bytes message = vector_hex(c, "message");
        if (strcmp(vector_text(c, "title"), "pvr") == 0)
            pledge = message;
        if (strcmp(vector_text(c, "title"), "rvr") != 0)
            continue;
        cr_assert_eq(cbrski_open(NULL, &v, &m, message.p, message.n, true), 0);
        cr_assert_eq(v.prior_n, pledge.n);
        cr_expect_arr_eq(v.prior, pledge.p, pledge.n);
    }
}

Test(cbrski_voucher, what_is_refused)
{
    static const struct {
        const char *what, *octets;
        size_t n;
        bool request;
    } cases[] = {
        {"no serial number", "\xa1\x19\x09\xc5\xa1\x01\x02", 7, true},
        {"a name as key", "\xa1\x61x\xa1\x0d\x61x", 7, true},
        {"two containers", "\xa2\x19\x09\x93\xa1\x0b\x61x\x19\x09\xc5\xa0", 13, false},
        {"an unknown assertion", "\xa1\x19\x09\x93\xa2\x01\x04\x0b\x61x", 10, false},
        {"a nonce of four octets", "\xa1\x19\x09\x93\xa2\x07\x44____\x0b\x61x", 14, false},
        {"a leaf of a voucher in a request", "\xa1\x19\x09\xc5\xa2\x08\x41x\x0d\x61x", 11, true},
        {"an unknown leaf in a request", "\xa1\x19\x09\xc5\xa2\x0d\x61x\x17\x00", 10, true},
        {"an empty serial number", "\xa1\x19\x09\x93\xa1\x0b\x60", 7, false},
        {"a date that is none", "\xa1\x19\x09\x93\xa2\x02\x61x\x0b\x61x", 11, false},
    };
    static const char passed_over[] = "\xa1\x19\x09\x93\xa2\x0b\x61x\x0c\x61x";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(cbrski_leaves_read(NULL, &v, (const uint8_t *)cases[i].octets, cases[i].n,
                                        cases[i].request),
                     -1, "%s", cases[i].what);
    cr_expect_eq(cbrski_leaves_read(NULL, &v, (const uint8_t *)passed_over, 11, false), 0,
                 "a pledge passes over what it does not know");
}

Test(cbrski_voucher, telemetry)
{
    uint8_t out[64];
    struct brski_status status;
    VECTORS(c, "cbrski_messages")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        if (strcmp(vector_text(c, "kind"), "status") != 0)
            continue;
        cr_assert_eq(cbrski_status_read(NULL, &status, octets.p, octets.n), 0);
        cr_expect_eq(status.good, vector_number(c, "good") == 1);
        cr_expect_not(status.newer);
        for (size_t cut = 0; cut < octets.n; cut++)
            cr_assert_eq(cbrski_status_read(NULL, &status, octets.p, cut), -1);
        if (vector_number(c, "good") == 1) {
            cr_assert_eq(cbrski_status_write(NULL, out, sizeof out, NULL), (int)octets.n);
            cr_expect_arr_eq(out, octets.p, octets.n);
        }
    }
    int n = cbrski_status_write(NULL, out, sizeof out, "why");
    cr_assert_gt(n, 0);
    cr_assert_eq(cbrski_status_read(NULL, &status, out, (size_t)n), 0);
    cr_expect_not(status.good);
    out[9] = 2;
    cr_assert_eq(cbrski_status_read(NULL, &status, out, (size_t)n), 0);
    cr_expect(status.newer);
    static const char twice[] = "\xa3\x67version\x01\x66status\xf5\x66status\xf5";
    cr_expect_eq(cbrski_status_read(NULL, &status, (const uint8_t *)twice, sizeof twice - 1), -1);
}

Test(cbrski_voucher, jpy_messages)
{
    uint8_t out[CBRSKI_JPY_MAX];
    struct cbrski_jpy m;
    size_t seen = 0;
    VECTORS(c, "cbrski_messages")
    {
        struct vector_bytes octets = vector_hex(c, "octets"), header = vector_hex(c, "header"),
                            content = vector_hex(c, "content");
        if (strcmp(vector_text(c, "kind"), "jpy") != 0)
            continue;
        seen++;
        cr_assert_eq(cbrski_jpy_read(NULL, &m, octets.p, octets.n), 0);
        cr_assert_eq(m.header.n, header.n);
        cr_expect_arr_eq(m.header.p, header.p, header.n);
        cr_assert_eq(m.content.n, content.n);
        cr_expect_arr_eq(m.content.p, content.p, content.n);
        cr_assert_eq(cbrski_jpy_write(NULL, out, sizeof out, &m), octets.n);
        cr_expect_arr_eq(out, octets.p, octets.n);
        for (size_t cut = 0; cut < octets.n; cut++)
            cr_assert_eq(cbrski_jpy_read(NULL, &m, octets.p, cut), -1);
    }
    cr_expect_eq(seen, 2);
    static const uint8_t more[] = {0x83, 0x41, 1, 0x41, 2, 0x03}, one[] = {0x81, 0x41, 1},
                         empty[] = {0x82, 0x41, 1, 0x40};
    cr_expect_eq(cbrski_jpy_read(NULL, &m, more, sizeof more), 0, "a third element is passed over");
    cr_expect_eq(cbrski_jpy_read(NULL, &m, one, sizeof one), -1);
    cr_expect_eq(cbrski_jpy_read(NULL, &m, empty, sizeof empty), -1);
}

/* ---- discovery, cBRSKI section 10.1.1 ----------------------------------------------------------
 */
static const uint8_t token[4] = {1, 2, 3, 4}, other_token[4] = {1, 2, 3, 5};

static int links(uint8_t out[CBRSKI_DISCOVERY_MAX], const char *text)
{
    /* NON, 2.05, the token, Content-Format 40 */
    static const uint8_t head[] = {0x54, 0x45, 0, 1, 1, 2, 3, 4, 0xc1, 40, 0xff};
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, text, strlen(text));
    return (int)(sizeof head + strlen(text));
}

Test(cbrski_voucher, a_proxy_answers_a_search)
{
    uint8_t ask[CBRSKI_DISCOVERY_MAX], out[CBRSKI_DISCOVERY_MAX];
    uint16_t port = 0;
    size_t n = cbrski_search_write(ask, 7, token);
    cr_expect_eq(n, 36, "4 + token 4 + .well-known 12 + core 5 + query 11");
    size_t size = cbrski_search_answer(out, ask, n, 9, 8485);
    cr_assert_gt(size, 0);
    cr_expect(cbrski_search_read(&port, out, size, token));
    cr_expect_eq(port, 8485);
    cr_expect_not(cbrski_search_read(&port, out, size, other_token), "another's answer");
    ask[n - 1] = '1';
    cr_expect_eq(cbrski_search_answer(out, ask, n, 9, 8485), 0, "another filter");
    ask[n - 1] = '*';
    ask[0] = 0x44;
    cr_expect_eq(cbrski_search_answer(out, ask, n, 9, 8485), 0, "multicast is not confirmable");
}

Test(cbrski_voucher, links_of_the_examples)
{
    static const struct {
        const char *text;
        unsigned port; /* 0: none */
    } cases[] = {{"<>;brski-jp=8485", 8485},
                 {"<>;brski-jp=\"63245\"", 63245},
                 {"<>;brski-jp=61616,<>;brski-jp=61617;var=\"c509 v2\"", 61616},
                 {"</a>;rt=x,<>;brski-jp=5", 5},
                 {"<>;brski-jp=0", 0},
                 {"<>;brski-jp=65536", 0},
                 {"<>;brski-jp=99999999999", 0},
                 {"<>;brski-jp=8x", 0},
                 {"<>;brski-jp", 0},
                 {"<>", 0},
                 {"brski-jp=8485", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[CBRSKI_DISCOVERY_MAX];
        uint16_t port = 0;
        int n = links(out, cases[i].text);
        bool found = cbrski_search_read(&port, out, (size_t)n, token);
        cr_expect_eq(found, cases[i].port != 0, "%s", cases[i].text);
        if (found)
            cr_expect_eq(port, cases[i].port, "%s", cases[i].text);
    }
}
