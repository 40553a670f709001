/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of EST over memnet: anchors and a human, enrolment, passwords, refusals, resets. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_run, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static void check_enrolled(struct memnet *net)
{
    enrolled_check(net, EST_SERVER, "est");
}

Test(est_run, anchors_then_a_human_then_a_certificate)
{
    struct memnet *net = run_with(NULL);
    check_enrolled(net);
    struct imp_x509 ca = enrolled_cert(net, EST_SERVER, "ca-certificate");
    struct imp_x509 anchor = enrolled_cert(net, EST_DEVICE, "anchor");
    cr_expect_eq(anchor.n, ca.n);
    cr_expect_arr_eq(anchor.der, ca.der, ca.n);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_CLIENT_HELLO), 2, "two sessions");
    cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 1);
    memnet_free(net);
}

Test(est_run, every_variant_enrols)
{
    static const char *const options[] = {
        "tls-version=1.3", "bootstrap=fingerprint", "client-auth=password", "bootstrap=explicit",
        "bootstrap=tofu",  "csrattrs=false",        "pop-linking=false",
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const char *settings[] = {options[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        memnet_free(net);
    }
}

/* RFC 7030 section 4.4: the key comes with the certificate, and both ends have it. */
Test(est_run, a_key_of_the_servers_making)
{
    static const char *const auths[] = {"client-auth=idevid", "client-auth=password"};
    for (size_t i = 0; i < 2; i++) {
        const char *settings[] = {"key-generation=server", auths[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_KEY), 1);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 0);
        enrolled_check_key(net, EST_SERVER);
        memnet_free(net);
    }
}

/* Section 4.4.2: the same, encrypted for a key that both were given before; also when renewing. */
Test(est_run, a_key_of_the_servers_making_that_only_the_device_can_read)
{
    static const char *const kinds[] = {"key-encryption=symmetric", "key-encryption=asymmetric"};
    for (size_t i = 0; i < 2; i++) {
        const char *settings[] = {"key-generation=server", "client.renew=1000", kinds[i], NULL};
        struct memnet *net = run_with(settings);
        check_enrolled(net);
        enrolled_check_key(net, EST_SERVER);
        memnet_run_past(net, 1500 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_KEY), 2);
        check_enrolled(net);
        memnet_free(net);
    }
}

/* Section 3.2.1: the same web origin is followed, attributes and request each, with one key. */
Test(est_run, a_server_that_redirects)
{
    static const char *const auths[] = {"client-auth=password", "key-generation=server",
                                        "client-auth=idevid"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net =
            run_with(SETTINGS("bootstrap=explicit", "redirect=same-origin", auths[i]));
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_GET_CSRATTRS), 2);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_REDIRECT), i == 0 ? 3 : 2);
        memnet_free(net);
    }
    static const char *const nowhere[][2] = {
        {"bootstrap=explicit", "redirect=other-origin"},    /* nobody who could say yes */
        {"bootstrap=fingerprint", "redirect=same-origin"}}; /* a provisional session */
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS(nowhere[i][0], nowhere[i][1]));
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 0);
        cr_expect_gt(memnet_count_messages(net, EST_MSG_REDIRECT), 0);
        memnet_free(net);
    }
}

Test(est_run, where_a_redirection_leads)
{
    static const struct {
        const char *location, *path; /* NULL: nowhere */
        enum est_origin origin;
    } cases[] = {{"/est/simpleenroll", "/est/simpleenroll", EST_ORIGIN_SAME},
                 {"https://est.example/a", "/a", EST_ORIGIN_SAME},
                 {"HTTPS://EST.example:443/a?b", "/a?b", EST_ORIGIN_SAME},
                 {"https://est.example:8443/a", NULL},
                 {"https://est.example.org/a", NULL},
                 {"http://est.example/a", NULL},
                 {"https://est.example", NULL},
                 {"//elsewhere.example/a", NULL},
                 {"https://elsewhere.example:8443/a", "/a", EST_ORIGIN_OTHER},
                 {"https://elsewhere.example:443/a", NULL},
                 {"https://elsewhere.example/a", NULL},
                 {"a", NULL},
                 {"/a b", NULL},
                 {"/a#b", NULL},
                 {"", NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256], path[IMP_HTTP_PATH] = "";
        struct imp_http m;
        int n = snprintf(text, sizeof text,
                         "HTTP/1.1 307 Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                         cases[i].location);
        cr_assert_eq(imp_http_response_read(&m, (uint8_t *)text, (size_t)n), n);
        cr_expect_eq(est_redirected(path, &m, false), cases[i].origin, "%s", cases[i].location);
        cr_expect_str_eq(path, cases[i].path ? cases[i].path : "");
        enum est_origin there = est_redirected(path, &m, true); /* seen from the other server */
        bool named = strncasecmp(cases[i].location, "https://", 8) == 0;
        cr_expect_eq(there, named && cases[i].origin
                                ? EST_ORIGIN_SAME + EST_ORIGIN_OTHER - cases[i].origin
                                : cases[i].origin);
    }
}

/* 202, twice at most for one device, and then the certificate for the same key. */
Test(est_run, a_person_agrees_later)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("server.approval=40"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_ACCEPTED), 1);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    memnet_run(net, 100 * IMP_S);
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 2);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_GET_CSRATTRS), 1);
    memnet_free(net);
}

Test(est_run, a_device_renews_its_certificate)
{
    struct memnet *net =
        memnet_new(&imp_est, 7, SETTINGS("client.renew=1000", "server.approval=5"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    struct imp_x509 first = enrolled_cert(net, EST_DEVICE, "certificate");
    memnet_run_past(net, 1500 * IMP_S);
    struct imp_x509 second = enrolled_cert(net, EST_DEVICE, "certificate");
    check_enrolled(net);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), 1);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_ACCEPTED), 1, "known already");
    cr_expect(first.n != second.n || memcmp(first.der, second.der, first.n) != 0);
    memnet_event(net, EST_DEVICE, IMP_EVENT_CONTROL, "renew");
    memnet_run_past(net, 1600 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), 2, "on command");
    memnet_free(net);
}

Test(est_run, a_password_is_sent_only_when_asked_for)
{
    static const char *const schemes[] = {"http-auth=basic", "http-auth=digest"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run_with(SETTINGS("client-auth=password", schemes[i]));
        check_enrolled(net);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_UNAUTHORIZED), 1);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 2);
        memnet_free(net);
    }
}

/* RFC 7030 section 3.2.3: what the client cannot answer ends the connection. */
Test(est_run, challenges_of_a_server)
{
    static const struct {
        const char *fields;
        enum est_scheme scheme;
        bool md5;
    } cases[] = {
        {"Basic realm=\"a\"", EST_BASIC, false},
        {"Negotiate", EST_NO_SCHEME, false},
        {"Digest realm=\"a\", qop=\"auth-int, auth\", nonce=\"b\"", EST_DIGEST, true},
        {"Digest realm=\"a\", qop=\"auth-int\", nonce=\"b\"", EST_NO_SCHEME, false},
        {"Digest realm=\"a\", qop=\"auth\"", EST_NO_SCHEME, false},
        {"Digest realm=\"a\", qop=\"auth\", nonce=\"b\", algorithm=SHA-512-256", EST_NO_SCHEME,
         false},
        {"Basic realm=\"a\"\r\nWWW-Authenticate: Digest realm=\"a\", qop=\"auth\", nonce=\"b\", "
         "algorithm=SHA-256\r\nWWW-Authenticate: Digest realm=\"a\", qop=\"auth\", nonce=\"b\"",
         EST_DIGEST, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[512];
        struct imp_http m;
        struct est_challenge c;
        int n = snprintf(text, sizeof text,
                         "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: %s\r\n"
                         "Content-Length: 0\r\n\r\n",
                         cases[i].fields);
        cr_assert_eq(imp_http_response_read(&m, (uint8_t *)text, (size_t)n), n);
        cr_expect_eq(est_challenge_read(&c, &m), cases[i].scheme != EST_NO_SCHEME, "%zu", i);
        cr_expect_eq(c.scheme, cases[i].scheme, "%zu", i);
        cr_expect_eq(c.md5, cases[i].md5, "%zu", i);
    }
}

/* Refused: nothing is installed, and no other exchange was done. */
Test(est_run, a_human_who_refuses_leaves_nothing)
{
    struct memnet *net = memnet_new(&imp_est, 7, NULL);
    memnet_user(net, IMP_S, false);
    memnet_start(net);
    memnet_run(net, 20 * IMP_S);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(memnet_last(net, EST_DEVICE, IMP_CLAIM_REJECT, "fingerprint-refused", "est"));
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "anchor", NULL, 0), -1);
    cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 0);
    memnet_free(net);
}

/* A request without the binding of its session is none of that session. */
Test(est_run, a_request_that_is_not_bound_is_refused)
{
    struct memnet *net = run_with(SETTINGS("client.pop-linking=false", "csrattrs=false"));
    cr_expect_not(memnet_complete(net));
    cr_expect(memnet_last(net, EST_SERVER, IMP_CLAIM_REJECT, "another-session", "est"));
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
    memnet_free(net);
}

/* Asked for by the attributes, the binding is there whatever the device would do by itself. */
Test(est_run, a_request_is_bound_where_the_server_asks)
{
    struct memnet *net = run_with(SETTINGS("client.pop-linking=false"));
    check_enrolled(net);
    memnet_free(net);
}

Test(est_run, a_reset_device_begins_again_and_keeps_its_identity)
{
    struct memnet *net = run_with(NULL);
    struct imp_x509 identity = enrolled_cert(net, EST_DEVICE, "idevid");
    struct imp_x509 before = enrolled_cert(net, EST_DEVICE, "certificate");
    memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, 100 * IMP_S);
    struct imp_x509 after = enrolled_cert(net, EST_DEVICE, "certificate");
    struct imp_x509 still = enrolled_cert(net, EST_DEVICE, "idevid");
    cr_expect_arr_eq(identity.der, still.der, identity.n);
    cr_expect(before.n != after.n || memcmp(before.der, after.der, before.n) != 0);
    memnet_free(net);
}

Test(est_run, an_altered_message_never_enrols)
{
    static int altered[] = {EST_MSG_SERVER_FLIGHT, EST_MSG_CLIENT_FLIGHT, EST_MSG_FINISHED,
                            EST_MSG_CACERTS,       EST_MSG_ENROLL,        EST_MSG_CERTIFICATE};
    for (size_t i = 0; i < sizeof altered / sizeof *altered; i++) {
        struct memnet *net = memnet_new(&imp_est, 7, NULL);
        memnet_filter_set(net, enrolled_bend, &altered[i]);
        memnet_start(net);
        memnet_run(net, 50 * IMP_S);
        cr_expect_not(memnet_completed(net, EST_DEVICE), "message %d", altered[i]);
        memnet_free(net);
    }
}
