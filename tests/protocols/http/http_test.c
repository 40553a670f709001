/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of HTTP/1.1 as they come off a stream: whole, in part, and such as are none. */
#include "protocols/http/http.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static uint8_t buffer[20000];
static struct imp_http m;

static int request(const char *text)
{
    memcpy(buffer, text, strlen(text));
    return imp_http_request_read(&m, buffer, strlen(text));
}

static int response(const char *text)
{
    memcpy(buffer, text, strlen(text));
    return imp_http_response_read(&m, buffer, strlen(text));
}

#define ENROL "POST /.well-known/est/simpleenroll HTTP/1.1\r\nHost: est.example\r\n"

Test(http, a_request_in_every_part_of_it)
{
    const char *text = ENROL "Content-type:  application/pkcs10; x=1 \r\nContent-Length: 4\r\n\r\n"
                             "abcdGET";
    size_t whole = strlen(text) - 3;
    for (size_t n = 0; n < whole; n++) {
        memcpy(buffer, text, n);
        cr_assert_eq(imp_http_request_read(&m, buffer, n), 0, "%zu octets", n);
    }
    cr_assert_eq(request(text), (int)whole);
    cr_assert_str_eq(m.method, "POST");
    cr_assert_str_eq(m.path, "/.well-known/est/simpleenroll");
    cr_assert(imp_http_is(&m, "content-TYPE", "application/pkcs10"));
    cr_assert_not(imp_http_is(&m, "content-type", "application/pkcs1"));
    cr_assert_null(imp_http_field(&m, "Authorization"));
    cr_assert_eq(m.body_n, 4);
    cr_assert_arr_eq(m.body, "abcd", 4);
}

Test(http, chunks_are_joined_once_all_are_there)
{
    const char *text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3;x=y\r\nabc\r\n0A\r\ndefghijklm\r\n0\r\nX: y\r\n\r\n";
    for (size_t n = 0; n < strlen(text); n++) {
        memcpy(buffer, text, n);
        cr_assert_eq(imp_http_response_read(&m, buffer, n), 0, "%zu octets", n);
    }
    cr_assert_eq(response(text), (int)strlen(text));
    cr_assert_eq(m.status, 200);
    cr_assert_eq(m.body_n, 13);
    cr_assert_arr_eq(m.body, "abcdefghijklm", 13);
}

Test(http, answers_without_a_body)
{
    cr_assert_gt(response("HTTP/1.1 204 No Content\r\n\r\n"), 0);
    cr_assert_eq(m.body_n, 0);
    cr_assert_gt(response("HTTP/1.1 202 \r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"), 0);
    cr_assert_gt(request("GET /x HTTP/1.1\r\n\r\n"), 0);
}

/* Each of these has made two readers disagree, or is nonsense. */
Test(http, what_is_refused)
{
    static const char *const requests[] = {
        "GET /x HTTP/1.0\r\n\r\n",
        "GET  /x HTTP/1.1\r\n\r\n",
        "GET x HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\n\n",
        "G(T /x HTTP/1.1\r\n\r\n",
        "GET /x HTTP/1.1\r\nA : b\r\n\r\n",
        "GET /x HTTP/1.1\r\nA: b\r\n c\r\n\r\n",
        "GET /x HTTP/1.1\r\nA: b\rc\r\n\r\n",
        ENROL "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
        ENROL "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ENROL "Content-Length: +1\r\n\r\na",
        ENROL "Content-Length: 16385\r\n\r\n",
        ENROL "Content-Length: 99999999999999999999999\r\n\r\n",
        ENROL "Transfer-Encoding: gzip\r\n\r\n",
        ENROL "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n",
        ENROL "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
        ENROL "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    };
    static const char *const responses[] = {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n",
                                            "HTTP/1.1 999 OK\r\n\r\n", "HTTP/2 200\r\n\r\n"};
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        cr_assert_eq(request(requests[i]), -1, "%zu: %s", i, requests[i]);
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        cr_assert_eq(response(responses[i]), -1, "%s", responses[i]);
    memset(buffer, 'a', sizeof buffer);
    cr_assert_eq(imp_http_request_read(&m, buffer, IMP_HTTP_HEAD), 0);
    cr_assert_eq(imp_http_request_read(&m, buffer, IMP_HTTP_HEAD + 1), -1, "a head without end");
}

Test(http, what_is_written_is_read)
{
    const char *const fields[] = {"Content-Type: application/pkcs10", NULL};
    const char *const bad[] = {"X: a\r\nY: b", NULL};
    int n = imp_http_request_write(buffer, sizeof buffer, "POST", "/e", "h", fields, "body", 4);
    cr_assert_gt(n, 0);
    cr_assert_eq(imp_http_request_read(&m, buffer, (size_t)n), n);
    cr_assert_arr_eq(m.body, "body", 4);
    cr_assert(imp_http_is(&m, "Host", "h"));
    n = imp_http_response_write(buffer, sizeof buffer, 200, "OK", NULL, "", 0);
    cr_assert_eq(imp_http_response_read(&m, buffer, (size_t)n), n);
    cr_assert_eq(imp_http_response_write(buffer, 10, 200, "OK", NULL, "", 0), -1);
    cr_assert_eq(imp_http_request_write(buffer, 99, "GET", "/", "h", bad, NULL, 0), -1);
}

/* ---- bodies of several parts -------------------------------------------------------------------
 */
static int parts_of(struct imp_http_part *parts, size_t cap, const char *type, const char *body)
{
    char text[1024];
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", type,
             strlen(body), body);
    cr_assert_gt(response(text), 0);
    return imp_http_multipart_read(parts, cap, &m);
}

#define TWO                                                                                        \
    "preamble\r\n--b\r\nContent-Type: a/b; x=1\r\nX: y\r\n\r\nfirst\r\n--b "                       \
    "\r\n\r\nsecond\r\n--b--\r\nend"

Test(http, a_body_of_two_parts)
{
    static const char *const types[] = {"multipart/mixed; boundary=b",
                                        "multipart/mixed ;boundary=\"b\"; charset=x",
                                        "MULTIPART/mixed; boundary=b ; more"};
    struct imp_http_part parts[2];
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(parts_of(parts, 2, types[i], TWO), 2, "%s", types[i]);
        cr_expect_arr_eq(parts[0].type, "a/b; x=1", 8);
        cr_expect_eq(parts[0].n, 5);
        cr_expect_arr_eq(parts[0].body, "first", 5);
        cr_expect_eq(parts[1].type_n, 0);
        cr_expect_eq(parts[1].n, 6);
        cr_expect_arr_eq(parts[1].body, "second", 6);
    }
}

Test(http, what_is_no_body_of_parts)
{
    static const char *const cases[][2] = {
        {"text/plain; boundary=b", TWO},
        {"multipart/mixed", TWO},
        {"multipart/mixed; boundary=", TWO},
        {"multipart/mixed; boundary=\"b", TWO},
        {"multipart/mixed; boundary=c", TWO},
        {"multipart/mixed; boundary=b", "--b\r\n\r\nnot ended"},
        {"multipart/mixed; boundary=b", "--b\r\nno empty line\r\n--b--"},
        {"multipart/mixed; boundary=b", "--b"},
        {"multipart/mixed; boundary=b", ""},
    };
    struct imp_http_part parts[2];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(parts_of(parts, 2, cases[i][0], cases[i][1]), -1, "%s", cases[i][1]);
    cr_expect_eq(parts_of(parts, 1, "multipart/mixed; boundary=b", TWO), -1, "more than fit");
}

Test(http, parts_that_we_write_we_read)
{
    const struct imp_http_part given[] = {{"x/y", 3, "QUJD", 4}, {"z", 1, "", 0}};
    struct imp_http_part parts[2];
    char body[256];
    int n = imp_http_multipart_write(body, sizeof body, "bound", given, 2);
    cr_assert_gt(n, 0);
    cr_assert_eq(parts_of(parts, 2, "multipart/mixed; boundary=bound", body), 2);
    cr_expect_eq(parts[0].n, 4);
    cr_expect_arr_eq(parts[0].body, "QUJD", 4);
    cr_expect_eq(parts[1].n, 0);
    for (size_t cap = 0; cap <= (size_t)n; cap++)
        cr_expect_eq(imp_http_multipart_write(body, cap, "bound", given, 2), -1);
    cr_expect_eq(imp_http_multipart_write(body, sizeof body, "QU", given, 2), -1);
}

Test(http, base64_of_rfc_4648_section_10)
{
    static const char *const pairs[][2] = {{"", ""}, {"f", "Zg=="}, {"foobar", "Zm9vYmFy"}};
    char text[16];
    uint8_t back[16];
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(imp_base64_encode(text, sizeof text, pairs[i][0], strlen(pairs[i][0])),
                     (int)strlen(pairs[i][1]));
        cr_assert_str_eq(text, pairs[i][1]);
        cr_assert_eq(imp_base64_decode(back, sizeof back, text, strlen(text)),
                     (int)strlen(pairs[i][0]));
    }
    cr_assert_eq(imp_base64_decode(back, sizeof back, "Zm9v\r\nYmFy\r\n", 12), 6);
    cr_assert_eq(imp_base64_decode(back, sizeof back, "Zm9v*", 5), -1);
    cr_assert_eq(imp_base64_decode(back, 3, "Zm9vYmFy", 8), -1);
}

/* ---- authentication ----------------------------------------------------------------------------
 */
static struct imp_http_field field(const char *value)
{
    return (struct imp_http_field){"WWW-Authenticate", value, 16, strlen(value)};
}

Test(http, parameters_of_a_challenge)
{
    char out[16];
    struct imp_http_field f =
        field("Digest realm=\"a, b\", qop=\"auth, auth-int\" ,algorithm = SHA-256,nonce=\"x\"");
    cr_expect(imp_http_auth_is(&f, "digest"));
    cr_expect_not(imp_http_auth_is(&f, "Dig"));
    cr_assert(imp_http_auth_parameter(out, sizeof out, &f, "realm"));
    cr_expect_str_eq(out, "a, b");
    cr_assert(imp_http_auth_parameter(out, sizeof out, &f, "Algorithm"));
    cr_expect_str_eq(out, "SHA-256");
    cr_assert(imp_http_auth_parameter(out, sizeof out, &f, "nonce"));
    cr_expect_str_eq(out, "x");
    cr_expect_not(imp_http_auth_parameter(out, 4, &f, "realm"), "does not fit");
    cr_expect_not(imp_http_auth_parameter(out, sizeof out, &f, "opaque"));
    static const char *const bad[] = {"Digest",
                                      "Digest nonce",
                                      "Digest a b, nonce=x",
                                      "Digest nonce=\"x",
                                      "Digest nonce=\"\\x\"",
                                      "Digest nonce=",
                                      "Digest =x, nonce=x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        f = field(bad[i]);
        cr_expect_not(imp_http_auth_parameter(out, sizeof out, &f, "nonce"), "%s", bad[i]);
    }
}

/* RFC 7616 section 3.9.1. */
Test(http, digest_responses)
{
    struct imp_http_digest d = {.user = "Mufasa",
                                .realm = "http-auth@example.org",
                                .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                .nc = "00000001",
                                .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                                .method = "GET",
                                .uri = "/dir/index.html"};
    char out[IMP_HTTP_DIGEST];
    imp_http_digest(NULL, out, &d, "Circle of Life");
    cr_expect_str_eq(out, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
    d.md5 = true;
    imp_http_digest(NULL, out, &d, "Circle of Life");
    cr_expect_str_eq(out, "8ca523f5e9506fed4657c9700eebdbec");
}
