/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared roles: many stations at one authenticator, many conversations at one server, and the rules
 * of RADIUS that only show with more than one request. */
#include <criterion/criterion.h>

#include "lone_party.h"
#include "protocols/eap/eap_packet.h"
#include "protocols/eap/radius.h"
#include "protocols/managed/eap-psk/psk.h"

static struct imp_addr station(unsigned i)
{
    return (struct imp_addr){.n = 6, .bytes = {6, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
}

static const struct imp_addr nas = {.n = 18, .bytes = {0xfd, [15] = 9, [16] = 0xc0}};

/* EAPOL-Start and EAP-Response/Identity of station i; leaves its Access-Request in p->bytes. */
static void ask(struct lone_party *p, unsigned i)
{
    const uint8_t start[] = {2, 1, 0, 0};
    uint8_t response[] = {
        2, 0, 0, 8, 2, 0, 0, 8, 1, 'a', (uint8_t)(1 + (i >> 7)), (uint8_t)(1 + (i & 127))};
    struct imp_addr from = station(i);
    lone_receive(p, IMP_DOT1X_ACCESS, &from, start, sizeof start, 0);
    cr_assert_eq(p->message, IMP_DOT1X_MSG_REQUEST_IDENTITY);
    cr_assert(imp_addr_equal(&p->to, &from));
    response[5] = p->bytes[5];
    lone_receive(p, IMP_DOT1X_ACCESS, &from, response, sizeof response, 0);
    cr_assert_eq(p->message, IMP_DOT1X_MSG_ACCESS_REQUEST);
}

Test(eap_psk_many, two_hundred_stations_have_requests_of_their_own)
{
    static struct lone_party p;
    bool seen[256] = {false};
    lone_party(&p, &imp_eap_psk, IMP_DOT1X_AUTHENTICATOR);
    lone_start(&p);
    for (unsigned i = 0; i < 200; i++) {
        struct imp_radius r;
        size_t n;
        ask(&p, i);
        cr_assert_eq(imp_radius_parse(&r, p.bytes, p.n), 0);
        cr_expect(!seen[r.id], "identifier %u is outstanding twice", r.id);
        seen[r.id] = true;
        const uint8_t *user = imp_radius_find(&r, IMP_RADIUS_USER_NAME, &n);
        cr_assert(user && n == 3);
        cr_expect_eq(user[2], 1 + (i & 127));
    }
    cr_expect_lt(p.timer, IMP_NEVER);
    free(p.env.ctx);
}

Test(eap_psk_many, a_full_authenticator_reuses_the_oldest_place)
{
    static struct lone_party p;
    lone_party(&p, &imp_eap_psk, IMP_DOT1X_AUTHENTICATOR);
    lone_start(&p);
    for (unsigned i = 0; i < IMP_DOT1X_STATIONS + 50; i++)
        ask(&p, i);
    free(p.env.ctx);
}

Test(eap_psk_many, an_access_request_holds_what_the_rfcs_ask_for)
{
    static const uint8_t types[] = {
        IMP_RADIUS_USER_NAME,      IMP_RADIUS_NAS_IPV6_ADDRESS, IMP_RADIUS_NAS_IDENTIFIER,
        IMP_RADIUS_CALLED_STATION, IMP_RADIUS_CALLING_STATION,  IMP_RADIUS_NAS_PORT_TYPE,
        IMP_RADIUS_FRAMED_MTU,     IMP_RADIUS_EAP_MESSAGE,      IMP_RADIUS_MESSAGE_AUTHENTICATOR,
    };
    static struct lone_party p;
    struct imp_radius r;
    size_t n;
    lone_party(&p, &imp_eap_psk, IMP_DOT1X_AUTHENTICATOR);
    lone_start(&p);
    ask(&p, 1);
    cr_assert_eq(imp_radius_parse(&r, p.bytes, p.n), 0);
    for (size_t i = 0; i < sizeof types; i++)
        cr_expect(imp_radius_find(&r, types[i], &n), "attribute %u", types[i]);
    const uint8_t *port = imp_radius_find(&r, IMP_RADIUS_NAS_PORT_TYPE, &n);
    cr_expect_eq(port[3], 19);
    const uint8_t *calling = imp_radius_find(&r, IMP_RADIUS_CALLING_STATION, &n);
    cr_expect_arr_eq(calling, "06-00-00-00-00-01", 17);
    cr_expect(imp_radius_message_ok(&r, NULL, p.secret, 16, r.authenticator));
    free(p.env.ctx);
}

/* ---- server
 * ---------------------------------------------------------------------------------------- */

struct query {
    uint8_t bytes[512];
    size_t n;
    uint8_t authenticator[16];
};

/* The first Access-Request of conversation i, with two Proxy-States. */
static void query(struct query *q, unsigned i, const void *secret)
{
    const uint8_t eap[] = {2, 5, 0, 8, 1, 'a', '@', 'b'};
    struct imp_radius_writer w;
    memset(q->authenticator, 0, sizeof q->authenticator);
    q->authenticator[0] = (uint8_t)i;
    q->authenticator[1] = (uint8_t)(i >> 8);
    imp_radius_begin(&w, q->bytes, sizeof q->bytes, IMP_RADIUS_REQUEST, (uint8_t)i,
                     q->authenticator);
    imp_radius_put_text(&w, IMP_RADIUS_USER_NAME, "a@b");
    imp_radius_put_text(&w, IMP_RADIUS_PROXY_STATE, "first");
    imp_radius_put_eap(&w, eap, sizeof eap);
    imp_radius_put_text(&w, IMP_RADIUS_PROXY_STATE, "second");
    q->n = imp_radius_end_request(&w, NULL, secret, 16);
}

static struct lone_party *new_server(struct lone_party *p)
{
    lone_party(p, &imp_eap_psk, IMP_DOT1X_SERVER);
    lone_start(p);
    return p;
}

Test(eap_psk_many, proxy_states_come_back_in_order)
{
    static struct lone_party p;
    struct query q;
    struct imp_radius r;
    size_t at = 0, n;
    new_server(&p);
    query(&q, 1, p.secret);
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n, 0);
    cr_assert_eq(p.message, IMP_DOT1X_MSG_ACCESS_CHALLENGE);
    cr_assert_eq(imp_radius_parse(&r, p.bytes, p.n), 0);
    cr_expect_arr_eq(imp_radius_next(&r, &at, IMP_RADIUS_PROXY_STATE, &n), "first", 5);
    cr_expect_arr_eq(imp_radius_next(&r, &at, IMP_RADIUS_PROXY_STATE, &n), "second", 6);
    cr_expect(!imp_radius_next(&r, &at, IMP_RADIUS_PROXY_STATE, &n));
    cr_expect(imp_radius_response_ok(&r, NULL, p.secret, 16, q.authenticator));
    cr_expect(imp_radius_message_ok(&r, NULL, p.secret, 16, q.authenticator));
    free(p.env.ctx);
}

Test(eap_psk_many, a_repeated_request_gets_the_same_reply)
{
    static struct lone_party p;
    struct query q;
    uint8_t first[2048];
    new_server(&p);
    query(&q, 1, p.secret);
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n, 0);
    size_t n = p.n;
    memcpy(first, p.bytes, n);
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n, IMP_S);
    cr_expect_eq(p.sends, 2);
    cr_assert_eq(p.n, n);
    cr_expect_arr_eq(p.bytes, first, n);
    free(p.env.ctx);
}

Test(eap_psk_many, requests_without_a_right_message_authenticator_are_dropped)
{
    static struct lone_party p;
    struct query q;
    new_server(&p);
    query(&q, 1, "another secret!!");
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n, 0);
    cr_expect_eq(p.sends, 0);
    query(&q, 1, p.secret);
    q.bytes[3] = (uint8_t)(q.n - 18); /* cut off before the attribute */
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n - 18, 0);
    cr_expect_eq(p.sends, 0);
    cr_expect_eq(p.claims[IMP_CLAIM_REJECT], 2);
    free(p.env.ctx);
}

Test(eap_psk_many, more_conversations_than_places_all_get_an_answer)
{
    static struct lone_party p;
    struct query q;
    new_server(&p);
    for (unsigned i = 0; i < IMP_DOT1X_SESSIONS + 100; i++) {
        query(&q, i, p.secret);
        lone_receive(&p, IMP_DOT1X_BACKEND, &nas, q.bytes, q.n, 0);
        cr_assert_eq(p.message, IMP_DOT1X_MSG_ACCESS_CHALLENGE);
    }
    cr_expect_eq(p.sends, IMP_DOT1X_SESSIONS + 100);
    free(p.env.ctx);
}

Test(eap_psk_many, a_response_without_its_conversation_is_not_answered)
{
    static struct lone_party p;
    const uint8_t eap[] = {2, 6, 0, 6, 47, 0x40}, ra[16] = {9}, state[16] = {0};
    uint8_t bytes[256];
    struct imp_radius_writer w;
    new_server(&p);
    imp_radius_begin(&w, bytes, sizeof bytes, IMP_RADIUS_REQUEST, 1, ra);
    imp_radius_put_eap(&w, eap, sizeof eap);
    imp_radius_put(&w, IMP_RADIUS_STATE, state, sizeof state);
    size_t n = imp_radius_end_request(&w, NULL, p.secret, 16);
    lone_receive(&p, IMP_DOT1X_BACKEND, &nas, bytes, n, 0);
    cr_expect_eq(p.sends, 0);
    free(p.env.ctx);
}
