/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages of HTTP/1.1 as they come off a stream: whole, in part, and such as are none. */
#include "protocols/http/http.h"

#include <criterion/criterion.h>
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
