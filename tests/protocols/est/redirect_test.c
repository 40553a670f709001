/* SPDX-License-Identifier: GPL-2.0-only */
/* Redirection to another web origin (RFC 7030 section 3.2.1): the user is asked, the other server
 * is authenticated in a session of its own, and the request is bound to that one. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/est/est.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_est;

TestSuite(est_redirect, .init = imp_crypto_init);

#define LED_AWAY "bootstrap=explicit", "redirect=other-origin"

static size_t count(struct memnet *net, int channel, int message)
{
    size_t n = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        n += memnet_message(net, i)->channel == channel &&
             memnet_message(net, i)->message == message;
    return n;
}

static bool refused(struct memnet *net, int role, const char *why)
{
    return memnet_last(net, role, IMP_CLAIM_REJECT, why, "est") != NULL;
}

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_est, 7, settings);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    return net;
}

Test(est_redirect, a_user_agrees)
{
    static const char *const more[] = {"csrattrs=true",        "csrattrs=false",
                                       "tls-version=1.3",      "key-generation=server",
                                       "client-auth=password", "csrattrs-required=true",
                                       "cacerts-refresh=true", "label=a"};
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        struct memnet *net = run_with(SETTINGS(LED_AWAY, "other-server=operator", more[i]));
        enrolled_check(net, EST_OTHER_SERVER, "est");
        cr_expect_eq(count(net, EST_STREAM, EST_MSG_REDIRECT), 1, "%s", more[i]);
        cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_CLIENT_HELLO), 1, "a session of its own");
        cr_expect_eq(count(net, EST_STREAM, EST_MSG_CERTIFICATE), 0);
        cr_expect_eq(memnet_count_claims(net, EST_DEVICE, IMP_CLAIM_REJECT, NULL), 0);
        memnet_free(net);
    }
}

/* The key of the first request is that of the second; its binding is not, since the other server
 * takes no request of another session. */
struct seen {
    struct memnet *net;
    size_t n;
    uint8_t pub[2][EST_PUB], sid[2][EST_SID];
};

static bool look(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    struct seen *s = arg;
    const struct est_device *d = memnet_env(s->net, EST_DEVICE)->ctx;
    (void)bytes, (void)n, (void)cap;
    if (m->message == EST_MSG_ENROLL && s->n < 2) {
        memcpy(s->pub[s->n], d->has.own.pub, EST_PUB);
        memcpy(s->sid[s->n++], d->has.sid.sid, EST_SID);
    }
    return true;
}

Test(est_redirect, a_request_is_made_anew_for_the_same_key)
{
    struct seen s = {
        .net =
            memnet_new(&imp_est, 7, SETTINGS(LED_AWAY, "other-server=operator", "csrattrs=false"))};
    memnet_filter_set(s.net, look, &s);
    memnet_start(s.net);
    memnet_run(s.net, 100 * IMP_S);
    enrolled_check(s.net, EST_OTHER_SERVER, "est");
    cr_assert_eq(s.n, 2);
    cr_expect_arr_eq(s.pub[0], s.pub[1], EST_PUB);
    cr_expect_arr_neq(s.sid[0], s.sid[1], EST_SID);
    memnet_free(s.net);
}

/* Who comes back after 202 comes back there, and the user is not asked again. */
Test(est_redirect, the_other_server_lets_it_wait)
{
    struct memnet *net =
        run_with(SETTINGS(LED_AWAY, "other-server=operator", "other-server.approval=40"));
    enrolled_check(net, EST_OTHER_SERVER, "est");
    cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_ACCEPTED), 1);
    cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_CLIENT_HELLO), 2);
    cr_expect_eq(count(net, EST_STREAM, EST_MSG_CLIENT_HELLO), 1);
    memnet_free(net);
}

Test(est_redirect, a_renewal_begins_at_the_known_server)
{
    struct memnet *net =
        memnet_new(&imp_est, 7, SETTINGS(LED_AWAY, "other-server=operator", "renew=1000"));
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    memnet_run_past(net, 1500 * IMP_S);
    enrolled_check(net, EST_OTHER_SERVER, "est");
    cr_expect_eq(count(net, EST_STREAM, EST_MSG_CLIENT_HELLO), 2);
    cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_REENROLL), 1);
    memnet_free(net);
}

Test(est_redirect, a_user_does_not)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS(LED_AWAY, "other-server=operator"));
    memnet_user(net, IMP_S, false);
    memnet_start(net);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not(memnet_completed(net, EST_DEVICE));
    cr_expect(refused(net, EST_DEVICE, "redirection-refused"));
    cr_expect_eq(memnet_state(net, EST_DEVICE), EST_ABORTED);
    cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_CLIENT_HELLO), 0);
    memnet_free(net);
}

/* Nobody there to ask; a server below another anchor; a session without an anchor. */
Test(est_redirect, not_followed)
{
    static const char *const cases[][2] = {{"other-server=operator", "redirect-consent=false"},
                                           {"other-server=foreign", "redirect-consent=true"},
                                           {"other-server=operator", "bootstrap=fingerprint"}};
    for (size_t i = 0; i < 3; i++) {
        struct memnet *net = run_with(SETTINGS(LED_AWAY, cases[i][0], cases[i][1]));
        cr_expect_not(memnet_completed(net, EST_DEVICE), "%zu", i);
        cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_CLIENT_HELLO) > 0, i == 1);
        cr_expect_eq(count(net, EST_ELSEWHERE, EST_MSG_ENROLL), 0);
        cr_expect_eq(memnet_cell(net, EST_DEVICE, "certificate", NULL, 0), -1);
        cr_expect(refused(net, EST_DEVICE, i == 1 ? "handshake-failed" : "refused"));
        memnet_free(net);
    }
}
