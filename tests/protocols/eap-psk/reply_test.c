/* SPDX-License-Identifier: GPL-2.0-only */
/* What an access point makes of RADIUS replies that say one thing by their code and another, or
 * nothing, by EAP (RFC 3579 section 2.6.3), and of a Session-Timeout in a challenge (section 2.3).
 */
#include <criterion/criterion.h>

#include "lone_party.h"
#include "protocols/eap/dot1x_authenticator.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/managed/eap-psk/psk.h"
#include "tests/support/memnet.h"

TestSuite(radius_reply, .init = imp_crypto_init);

static const struct imp_addr station = {.n = 6, .bytes = {6, 0, 0, 0, 0, 1}},
                             server = {.n = 18, .bytes = {0xfd, [15] = 9, [16] = 7, [17] = 0x14}};
static const uint8_t start[] = {2, 1, 0, 0}, success[] = {3, 9, 0, 4}, failure[] = {4, 9, 0, 4},
                     md5[] = {1, 9, 0, 6, 4, 0};

/* As far as the first Access-Request, which is in p->bytes. */
static void ask(struct lone_party *p)
{
    uint8_t response[] = {2, 0, 0, 6, 2, 0, 0, 6, 1, 'a'};
    lone_party(p, &imp_eap_psk, IMP_DOT1X_AUTHENTICATOR);
    lone_start(p);
    lone_receive(p, IMP_DOT1X_ACCESS, &station, start, sizeof start, 0);
    cr_assert_eq(p->message, IMP_DOT1X_MSG_REQUEST_IDENTITY);
    response[5] = p->bytes[5];
    lone_receive(p, IMP_DOT1X_ACCESS, &station, response, sizeof response, 0);
    cr_assert_eq(p->message, IMP_DOT1X_MSG_ACCESS_REQUEST);
    p->sends = 0;
}

/* A right reply to it, with or without EAP; `seconds`: Session-Timeout, 0: none. */
static int reply(struct lone_party *p, uint8_t code, const uint8_t *eap, size_t n, uint32_t seconds)
{
    uint8_t bytes[512], authenticator[16];
    static const uint8_t msk[32] = {1}, salt[2] = {0x80, 1};
    struct imp_radius_writer w;
    memcpy(authenticator, p->bytes + 4, sizeof authenticator);
    imp_radius_begin(&w, bytes, sizeof bytes, code, p->bytes[1], authenticator);
    imp_radius_put_eap(&w, eap, n);
    if (seconds)
        imp_radius_put_int(&w, IMP_RADIUS_SESSION_TIMEOUT, seconds);
    if (code == IMP_RADIUS_ACCEPT)
        imp_radius_put_mppe(&w, NULL, IMP_MPPE_RECV_KEY, msk, sizeof msk, p->secret, 16,
                            authenticator, salt);
    size_t size = imp_radius_end_response(&w, NULL, p->secret, 16);
    lone_receive(p, IMP_DOT1X_BACKEND, &server, bytes, size, 0);
    return imp_dot1x_authenticator_state(p->env.ctx);
}

Test(radius_reply, no_packet_is_made_up)
{
    static struct lone_party p;
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_ACCEPT, NULL, 0, 0), IMP_DOT1X_AUTHENTICATOR_KEY_2);
    cr_expect_eq(p.sends, 1);
    cr_expect_eq(p.message, IMP_DOT1X_MSG_KEY_1, "and no EAP-Success");
    free(p.env.ctx);
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_REJECT, NULL, 0, 0), IMP_DOT1X_AUTHENTICATOR_HELD);
    cr_expect_eq(p.sends, 0, "nor EAP-Failure");
    free(p.env.ctx);
}

Test(radius_reply, the_code_decides_and_eap_is_passed_on)
{
    static struct lone_party p;
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_ACCEPT, failure, sizeof failure, 0),
                 IMP_DOT1X_AUTHENTICATOR_KEY_2);
    cr_expect_eq(p.sends, 2);
    free(p.env.ctx);
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_REJECT, success, sizeof success, 0),
                 IMP_DOT1X_AUTHENTICATOR_HELD);
    cr_expect_eq(p.sends, 1);
    cr_expect_eq(p.message, IMP_DOT1X_MSG_SUCCESS);
    free(p.env.ctx);
}

/* It would wait for ever. */
Test(radius_reply, a_challenge_without_a_request_is_a_refusal)
{
    static struct lone_party p;
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_CHALLENGE, NULL, 0, 0), IMP_DOT1X_AUTHENTICATOR_HELD);
    cr_expect_eq(p.sends, 0);
    free(p.env.ctx);
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_CHALLENGE, success, sizeof success, 0),
                 IMP_DOT1X_AUTHENTICATOR_HELD);
    cr_expect_eq(p.sends, 0, "and nobody is told of a success");
    free(p.env.ctx);
}

Test(radius_reply, the_server_says_when_a_request_is_repeated)
{
    static struct lone_party p;
    ask(&p);
    cr_expect_eq(reply(&p, IMP_RADIUS_CHALLENGE, md5, sizeof md5, 30),
                 IMP_DOT1X_AUTHENTICATOR_RESPONSE);
    cr_expect_gt(p.timer, 29 * IMP_S);
    cr_expect_lt(p.timer, 31 * IMP_S);
    free(p.env.ctx);
    ask(&p);
    reply(&p, IMP_RADIUS_CHALLENGE, md5, sizeof md5, 0);
    cr_expect_lt(p.timer, 2 * IMP_S);
    free(p.env.ctx);
}

Test(radius_reply, a_server_of_slow_devices)
{
    static const char *const settings[] = {"challenge-timeout=0", "challenge-timeout=7"};
    for (size_t i = 0; i < 2; i++) {
        int lost = PSK_MSG_1;
        struct memnet *net = memnet_new(&imp_eap_psk, 7, SETTINGS(settings[i]));
        memnet_filter_set(net, memnet_lose_first, &lost);
        memnet_start(net);
        memnet_run(net, 20 * IMP_S);
        cr_expect(memnet_complete(net));
        cr_expect_eq(memnet_last_message(net, PSK_MSG_1)->at > 6 * IMP_S, i == 1);
        memnet_free(net);
    }
}
