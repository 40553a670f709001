/* SPDX-License-Identifier: GPL-2.0-only */
/* What an operator may decide: labels of authorities, attributes that a request must have, how
 * bodies say that they are in base64. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_policy, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

static void check_name(struct memnet *net, const char *dns)
{
    struct imp_x509 crt = enrolled_cert(net, EST_DEVICE, "certificate");
    struct imp_x509_info info;
    cr_assert_eq(imp_x509_read(&info, crt.der, crt.n), 0);
    cr_expect_str_eq(info.dns, dns);
}

/* ---- labels ------------------------------------------------------------------------------------
 */
Test(est_policy, a_label_between_registered_name_and_operation)
{
    static const char *const good[][2] = {
        {"label=plant 3/b", "redirect=none"},
        {"label=a", "redirect=same-origin"},
        {"server.label=a", "client.label="}, /* "regardless of whether ... is present" */
        {"label=12345678901234567890", "client-auth=password"}};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct memnet *net = run_with(SETTINGS("bootstrap=explicit", good[i][0], good[i][1]));
        enrolled_check(net, EST_SERVER, "est");
        memnet_free(net);
    }
}

Test(est_policy, a_label_that_the_server_does_not_have)
{
    static const char *const bad[][2] = {{"client.label=a", "server.label="},
                                         {"client.label=a", "server.label=b"},
                                         {"client.label=cacerts", "server.label=cacerts"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct memnet *net = run_with(SETTINGS(bad[i][0], bad[i][1]));
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect(refused(net, EST_SERVER, "no-such-operation"));
        cr_expect(refused(net, EST_DEVICE, "refused"));
        memnet_free(net);
    }
}

Test(est_policy, paths)
{
    static const struct {
        const char *method, *path, *label;
        int message;
    } cases[] = {
        {"GET", "/.well-known/est/cacerts", "", EST_MSG_GET_CACERTS},
        {"GET", "/.well-known/est/cacerts", "a", EST_MSG_GET_CACERTS},
        {"GET", "/.well-known/est/a/cacerts", "a", EST_MSG_GET_CACERTS},
        {"POST", "/.well-known/est/a%20b%2Fc/simpleenroll", "a b/c", EST_MSG_ENROLL},
        {"GET", "/.well-known/est/a/cacerts", "", -1},
        {"GET", "/.well-known/est/a/cacerts", "b", -1},
        {"GET", "/.well-known/est/a/a/cacerts", "a", -1},
        {"GET", "/.well-known/est/csrattrs/cacerts", "csrattrs", -1},
        {"GET", "/.well-known/est/simpleenroll", "", -1},
        {"POST", "/.well-known/est/fullcmc", "", -1},
        {"GET", "/.well-known/est", "", -1},
        {"GET", "/elsewhere/cacerts", "", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_http m = {.status = 0};
        snprintf(m.method, sizeof m.method, "%s", cases[i].method);
        snprintf(m.path, sizeof m.path, "%s", cases[i].path);
        cr_expect_eq(est_operation(&m, EST_PATH, cases[i].label), cases[i].message, "%s",
                     cases[i].path);
    }
    struct imp_http m = {.method = "POST"};
    est_path(m.path,
             "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
             EST_MSG_REENROLL);
    cr_expect_eq(strlen(m.path), sizeof EST_PATH - 1 + 60 + 1 + 14, "the longest fits");
}

/* ---- attributes --------------------------------------------------------------------------------
 */
/* RFC 7030 section 4.5.2: who does not ask does not know what a request must have. */
Test(est_policy, a_request_without_the_attributes_is_refused)
{
    struct memnet *net = run_with(SETTINGS("server.csrattrs-required=true", "csrattrs=false"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_SERVER, "attributes-missing"));
    cr_expect_gt(memnet_count_messages(net, EST_MSG_REFUSAL), 0);
    cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
    memnet_free(net);
}

Test(est_policy, a_request_with_them_is_granted)
{
    static const char *const more[] = {"server.approval=40", "key-generation=server",
                                       "client.csrattrs=false", "client-auth=password",
                                       "client.pop-linking=false"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct memnet *net = run_with(SETTINGS("csrattrs-required=true", more[i]));
        enrolled_check(net, EST_SERVER, "est");
        check_name(net, memnet_env(net, EST_DEVICE)->name);
        memnet_free(net);
    }
    struct memnet *net = run_with(NULL);
    check_name(net, "");
    memnet_free(net);
}

/* 204, 404 and an empty list all ask for nothing. */
Test(est_policy, a_server_without_attributes)
{
    static const char *const answers[] = {"csrattrs-answer=empty", "csrattrs-answer=no-content",
                                          "csrattrs-answer=not-found"};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct memnet *net = run_with(SETTINGS(answers[i]));
        enrolled_check(net, EST_SERVER, "est");
        cr_expect_eq(memnet_count_messages(net, EST_MSG_GET_CSRATTRS), 1);
        memnet_free(net);
        net = run_with(SETTINGS(answers[i], "client.csrattrs-required=true"));
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect_eq(memnet_count_messages(net, EST_MSG_ENROLL), 0, "%s", answers[i]);
        cr_expect(refused(net, EST_DEVICE, "refused"));
        memnet_free(net);
    }
}

/* Section 4.2.2: the names of the certificate that is renewed. */
Test(est_policy, a_renewed_certificate_has_the_same_names)
{
    struct memnet *net =
        memnet_new(&imp_est, 7, SETTINGS("client.renew=1000", "server.csrattrs-required=true"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    memnet_run_past(net, 1500 * IMP_S);
    enrolled_check(net, EST_SERVER, "est");
    cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), 1);
    check_name(net, memnet_env(net, EST_DEVICE)->name);
    memnet_free(net);
}

/* As if the certificate that was shown had another name than the request. */
static bool rename_shown(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                         size_t cap)
{
    struct est_server *server = memnet_env(*(struct memnet **)arg, EST_SERVER)->ctx;
    (void)bytes, (void)n, (void)cap;
    if (m->message == EST_MSG_REENROLL)
        snprintf(server->sessions[server->last].dns, EST_NAME, "another");
    return true;
}

Test(est_policy, a_renewal_by_another_name_is_refused)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("client.renew=1000"));
    memnet_filter_set(net, rename_shown, &net);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(refused(net, EST_SERVER, "another-name"));
    memnet_run_past(net, 1020 * IMP_S);
    cr_expect(refused(net, EST_SERVER, "another-name"));
    memnet_free(net);
}

Test(est_policy, what_attributes_ask)
{
    static const struct {
        int asked;
        const char *der;
        size_t n;
    } cases[] = {
        {0, "\x30\x00", 2},
        {EST_ASKED, "\x30\x03\x06\x01\x2a", 5},
        /* the example of RFC 8951 section 4 asks for another extension */
        {EST_ASKED | EST_ASKED_BINDING,
         "\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07\x30\x12\x06\x07\x2a\x86\x48\xce\x3d"
         "\x02\x01\x31\x07\x06\x05\x2b\x81\x04\x00\x22\x30\x16\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01"
         "\x09\x0e\x31\x09\x06\x07\x2b\x06\x01\x01\x01\x01\x16\x06\x08\x2a\x86\x48\xce\x3d\x04\x03"
         "\x03",
         67},
        {-1, "\x30\x02\x06\x00", 4},
        {-1, "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(est_attributes_asked((const uint8_t *)cases[i].der, cases[i].n),
                     cases[i].asked, "%zu", i);
    for (int asked = 0; asked < 8; asked += asked ? 1 : EST_ASKED) {
        uint8_t der[EST_ATTRIBUTES_MAX];
        size_t n = est_attributes_write_asked(der, asked);
        cr_expect_leq(n, sizeof der);
        cr_expect_eq(est_attributes_asked(der, n), asked);
    }
}

/* ---- base64 ------------------------------------------------------------------------------------
 */
/* RFC 8951 section 3: it is base64 "regardless of any Content-Transfer-Encoding". */
Test(est_policy, bodies_with_and_without_their_encoding)
{
    static const char *const ends[] = {"base64-header=false", "client.base64-header=false",
                                       "server.base64-header=false"};
    for (size_t i = 0; i < 6; i++) {
        struct memnet *net = run_with(
            SETTINGS(ends[i % 3], i < 3 ? "key-generation=device" : "key-generation=server"));
        enrolled_check(net, EST_SERVER, "est");
        size_t with = 35, n = memnet_last_message(net, EST_MSG_CACERTS)->n;
        memnet_free(net);
        net = run_with(NULL);
        size_t usual = memnet_last_message(net, EST_MSG_CACERTS)->n;
        cr_expect_eq(n, usual - (i % 3 == 1 ? 0 : with), "the field and its line end");
        memnet_free(net);
    }
}

/* ---- certificates in an answer -----------------------------------------------------------------
 */
/* Of a set the order says nothing: the device finds its own. */
Test(est_policy, certificates_in_any_order)
{
    static const char *const orders[] = {"certs-only-order=issued", "certs-only-order=leaf-first",
                                         "certs-only-order=root-first"};
    size_t n[3];
    for (size_t i = 0; i < 6; i++) {
        struct memnet *net = run_with(
            SETTINGS(orders[i % 3], i < 3 ? "key-generation=device" : "key-generation=server"));
        enrolled_check(net, EST_SERVER, "est");
        if (i < 3)
            n[i] = memnet_last_message(net, EST_MSG_CERTIFICATE)->n;
        memnet_free(net);
    }
    cr_expect_gt(n[1], n[0] + 400, "the root came too");
    cr_expect_gt(n[2], n[0] + 400);
}

/* ---- who is let in -----------------------------------------------------------------------------
 */
Test(est_policy, a_device_that_the_operator_does_not_expect)
{
    static const struct {
        const char *admitted, *auth;
        bool good;
    } cases[] = {{"admitted=device-1", "client-auth=idevid", true},
                 {"admitted=somebody,device-1,another", "client-auth=password", true},
                 {"admitted=somebody", "client-auth=idevid", false},
                 {"admitted=device-,device-12", "client-auth=password", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct memnet *net = run_with(SETTINGS(cases[i].admitted, cases[i].auth));
        cr_expect_eq(memnet_completed(net, EST_DEVICE), cases[i].good, "%s as %s",
                     cases[i].admitted, memnet_env(net, EST_DEVICE)->name);
        cr_expect_eq(refused(net, EST_SERVER, "not-admitted"), !cases[i].good);
        memnet_free(net);
    }
}

/* 401 once more for a wrong password; a certificate of another manufacturer ends the handshake. */
Test(est_policy, a_client_that_is_not_authenticated)
{
    static const char *const auths[] = {"client-auth=password", "client-auth=idevid"};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = memnet_new(
            &imp_est, 7, SETTINGS(auths[i / 2], i ? "http-auth=digest" : "http-auth=basic"));
        struct imp_env *env = (struct imp_env *)memnet_env(net, EST_DEVICE);
        struct est_key key;
        struct imp_x509 own;
        cr_assert(est_key_load(env, "idevid-key", &key));
        const struct imp_x509_spec spec = {
            .subject = "CN=device", .pub = key.pub, .not_after = IMP_NEVER};
        cr_assert_eq(imp_x509_issue(env, &own, &spec, NULL, key.secret), 0);
        env->ops->cell_put(env, "idevid", own.der, own.n);
        env->ops->cell_put(env, "password", "0123456789abcdef", EST_PASSWORD);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect_not(memnet_completed(net, EST_DEVICE));
        cr_expect_eq(memnet_count_messages(net, EST_MSG_UNAUTHORIZED), i < 2 ? 2 : 0);
        cr_expect(refused(net, EST_SERVER, i < 2 ? "who-are-you" : "client-certificate"));
        cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
        memnet_free(net);
    }
}

/* ---- devices that are struck off ---------------------------------------------------------------
 */
/* RFC 7030 section 3.7 leaves it to the operator: what his authority has issued is revoked, and the
 * manufacturer's identity opens no other way. */
Test(est_policy, a_device_that_is_struck_off)
{
    static const char *const words[] = {"revoke device-1", "revoke device-2", "revoke "};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS("bootstrap=explicit", "renew=200"));
        enrolled_check(net, EST_SERVER, "est");
        memnet_event(net, EST_SERVER, IMP_EVENT_CONTROL, words[i]);
        memnet_run_past(net, 250 * IMP_S);
        cr_expect_eq(refused(net, EST_SERVER, "revoked"), i == 0, "%s", words[i]);
        cr_expect_eq(memnet_count_messages(net, EST_MSG_REENROLL), i == 0 ? 0 : 1);
        memnet_event(net, EST_DEVICE, IMP_EVENT_RESET, NULL);
        memnet_run_past(net, 300 * IMP_S);
        cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0) > 0, i > 0);
        cr_expect_eq(refused(net, EST_SERVER, "struck-off"), i == 0, "nor by its identity");
        memnet_free(net);
    }
}

Test(est_policy, struck_off_in_an_open_session)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("bootstrap=explicit"));
    memnet_start(net);
    for (imp_time at = 0; at < 10 * IMP_S && memnet_count_messages(net, EST_MSG_CSRATTRS) == 0;
         at += IMP_MS)
        memnet_run(net, at);
    memnet_event(net, EST_SERVER, IMP_EVENT_CONTROL, "revoke device-1");
    memnet_run(net, 10 * IMP_S);
    cr_expect(refused(net, EST_SERVER, "struck-off"));
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    memnet_free(net);
}
