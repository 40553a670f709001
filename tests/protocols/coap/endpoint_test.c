/* SPDX-License-Identifier: GPL-2.0-only */
/* Two endpoints joined in memory: each is client and server. */
#include "protocols/coap/endpoint.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LOG = 32 };

struct side {
    struct test_env t;
    struct imp_coap_endpoint e;
    struct side *other;
    unsigned served, done;
    bool later; /* answer by a separate response */
    uint8_t token[8], token_n;
    int label; /* of the latest result */
    enum imp_coap_outcome outcome;
    uint8_t code;
    char payload[32];
};

static struct side a, b;
static imp_time now;
static struct {
    struct side *to;
    int label;
    imp_time at;
    size_t n;
    uint8_t bytes[IMP_COAP_MTU];
} wire[LOG];
static size_t sent, delivered;
static uint64_t lose; /* bit i: the i-th datagram is lost */

static void send_out(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct side *s = arg;
    cr_assert_lt(sent, LOG);
    wire[sent].to = s->other;
    wire[sent].label = label;
    wire[sent].at = now;
    wire[sent].n = n;
    memcpy(wire[sent++].bytes, datagram, n);
}

static void serve(void *arg, const struct imp_coap_message *request, struct imp_coap_reply *reply,
                  imp_time at)
{
    struct side *s = arg;
    cr_assert_eq(at, now);
    s->served++;
    reply->label = 100;
    reply->later = s->later;
    s->token_n = request->token_n;
    memcpy(s->token, request->token, request->token_n);
    reply->message.code = IMP_COAP_CONTENT;
    memcpy(reply->scratch, "22.3 C", 6);
    reply->message.payload = reply->scratch;
    reply->message.payload_n = 6;
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time at)
{
    struct side *s = arg;
    cr_assert_eq(at, now);
    s->done++;
    s->label = label;
    s->outcome = outcome;
    if (response) {
        s->code = response->code;
        memset(s->payload, 0, sizeof s->payload);
        if (response->payload_n)
            memcpy(s->payload, response->payload, response->payload_n);
    }
}

static void setup(void)
{
    struct side *sides[] = {&a, &b};
    now = 0;
    sent = delivered = 0;
    lose = 0;
    for (int i = 0; i < 2; i++) {
        *sides[i] = (struct side){.other = sides[!i]};
        test_env_init(&sides[i]->t, 1, i ? "b" : "a");
        const struct imp_coap_config config = {
            .token_n = 2, .send = send_out, .serve = serve, .done = done, .arg = sides[i]};
        imp_coap_endpoint_init(&sides[i]->e, &sides[i]->t.env, &config);
    }
}

TestSuite(endpoint, .init = setup);

static void deliver(void)
{
    for (; delivered < sent; delivered++)
        if (!(lose >> delivered & 1))
            imp_coap_feed(&wire[delivered].to->e, wire[delivered].bytes, wire[delivered].n, now);
}

/* Until nothing is outstanding, or the time. */
static void run(imp_time until)
{
    for (;;) {
        deliver();
        imp_time x = imp_coap_deadline(&a.e), y = imp_coap_deadline(&b.e);
        imp_time next = x < y ? x : y;
        if (next > until)
            return;
        now = next;
        imp_coap_expire(&a.e, now);
        imp_coap_expire(&b.e, now);
    }
}

static void get(enum imp_coap_type type)
{
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "temperature");
    cr_assert_eq(imp_coap_request(&a.e, type, &m, 7, now), 0);
}

static void check_answered(void)
{
    cr_assert_eq(a.done, 1);
    cr_assert_eq(a.label, 7);
    cr_assert_eq(a.outcome, IMP_COAP_ANSWERED);
    cr_assert_eq(a.code, IMP_COAP_CONTENT);
    cr_assert_str_eq(a.payload, "22.3 C");
    cr_assert_eq(b.served, 1);
    cr_assert_eq(imp_coap_deadline(&a.e), IMP_NEVER);
}

static unsigned type_of(size_t i)
{
    return wire[i].bytes[0] >> 4 & 3;
}

Test(endpoint, piggybacked_response)
{
    get(IMP_COAP_CON);
    run(IMP_S);
    check_answered();
    cr_assert_eq(sent, 2);
    cr_assert_eq(type_of(1), IMP_COAP_ACK);
    cr_assert_eq(wire[1].label, 100);
}

Test(endpoint, non_confirmable)
{
    get(IMP_COAP_NON);
    run(IMP_S);
    check_answered();
    cr_assert_eq(type_of(1), IMP_COAP_NON);
}

/* RFC 7252 section 4.2: the first timeout is between 2 and 3 s, then it doubles. */
Test(endpoint, lost_request_is_sent_again)
{
    lose = 3;
    get(IMP_COAP_CON);
    run(100 * IMP_S);
    check_answered();
    cr_assert_eq(sent, 4);
    imp_time first = wire[1].at;
    cr_assert(first >= 2 * IMP_S && first <= 3 * IMP_S);
    cr_assert_eq(wire[2].at, 3 * first);
    cr_assert_eq(wire[2].label, 7);
    cr_assert_arr_eq(wire[0].bytes, wire[2].bytes, wire[0].n);
}

Test(endpoint, duplicate_is_answered_from_the_cache)
{
    lose = 2;
    get(IMP_COAP_CON);
    run(100 * IMP_S);
    check_answered();
    cr_assert_eq(sent, 4);
    cr_assert_eq(wire[1].n, wire[3].n);
    cr_assert_arr_eq(wire[1].bytes, wire[3].bytes, wire[1].n);
    cr_assert_eq(wire[3].label, 100);
}

/* After EXCHANGE_LIFETIME, 247 s, the same message id is a new message. */
Test(endpoint, cache_forgets)
{
    get(IMP_COAP_CON);
    run(IMP_S);
    now = 247 * IMP_S - 1;
    imp_coap_feed(&b.e, wire[0].bytes, wire[0].n, now);
    cr_assert_eq(b.served, 1);
    now = 247 * IMP_S;
    imp_coap_feed(&b.e, wire[0].bytes, wire[0].n, now);
    cr_assert_eq(b.served, 2);
}

Test(endpoint, gives_up_after_four_retransmissions)
{
    lose = ~UINT64_C(0);
    get(IMP_COAP_CON);
    run(200 * IMP_S);
    cr_assert_eq(sent, 5);
    cr_assert_eq(a.done, 1);
    cr_assert_eq(a.outcome, IMP_COAP_TIMEOUT);
    cr_assert_eq(now, 31 * wire[1].at);
    cr_assert_leq(now, 93 * IMP_S, "MAX_TRANSMIT_WAIT");
}

Test(endpoint, separate_response)
{
    b.later = true;
    get(IMP_COAP_CON);
    deliver();
    cr_assert_eq(sent, 2);
    cr_assert_eq(wire[1].label, IMP_COAP_LABEL_ACK);
    cr_assert_eq(wire[1].n, 4);
    cr_assert_eq(a.done, 0);
    now = 10 * IMP_S;
    struct imp_coap_message m = {.code = IMP_COAP_CONTENT,
                                 .token_n = b.token_n,
                                 .payload = (const uint8_t *)"22.3 C",
                                 .payload_n = 6};
    memcpy(m.token, b.token, b.token_n);
    lose = 1 << 2;
    cr_assert_eq(imp_coap_respond(&b.e, IMP_COAP_CON, &m, 101, now), 0);
    run(100 * IMP_S);
    check_answered();
    cr_assert_eq(sent, 5);
    cr_assert_eq(type_of(4), IMP_COAP_ACK);
    cr_assert_eq(imp_coap_deadline(&b.e), IMP_NEVER);
}

/* The acknowledgement of the request is lost: the separate response stands for it. */
Test(endpoint, separate_response_before_acknowledgement)
{
    b.later = true;
    lose = 1 << 1;
    get(IMP_COAP_CON);
    deliver();
    struct imp_coap_message m = {.code = IMP_COAP_CONTENT,
                                 .token_n = b.token_n,
                                 .payload = (const uint8_t *)"22.3 C",
                                 .payload_n = 6};
    memcpy(m.token, b.token, b.token_n);
    cr_assert_eq(imp_coap_respond(&b.e, IMP_COAP_NON, &m, 101, now), 0);
    run(100 * IMP_S);
    check_answered();
}

Test(endpoint, separate_response_that_never_comes)
{
    b.later = true;
    get(IMP_COAP_CON);
    run(200 * IMP_S);
    cr_assert_eq(a.outcome, IMP_COAP_TIMEOUT);
    cr_assert_eq(now, 93 * IMP_S);
}

Test(endpoint, both_ask_at_once)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    get(IMP_COAP_CON);
    cr_assert_eq(imp_coap_request(&b.e, IMP_COAP_CON, &m, 8, now), 0);
    run(IMP_S);
    cr_assert(a.done == 1 && b.done == 1 && a.served == 1 && b.served == 1);
    cr_assert_eq(b.label, 8);
}

Test(endpoint, nstart_is_one)
{
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    get(IMP_COAP_CON);
    cr_assert_eq(imp_coap_request(&a.e, IMP_COAP_CON, &m, 8, now), -1);
    imp_coap_abandon(&a.e);
    cr_assert_eq(imp_coap_request(&a.e, IMP_COAP_CON, &m, 8, now), 0);
}

static void check_only_reset(const uint8_t *datagram, size_t n)
{
    imp_coap_feed(&b.e, datagram, n, now);
    cr_assert_eq(sent, 1);
    cr_assert_eq(wire[0].label, IMP_COAP_LABEL_RST);
    cr_assert_arr_eq(wire[0].bytes, ((const uint8_t[]){0x70, 0, 0x12, 0x34}), 4);
    cr_assert_eq(b.served, 0);
    sent = delivered = 0;
}

Test(endpoint, resets_pings_format_errors_and_strange_responses)
{
    static const uint8_t ping[] = {0x40, 0, 0x12, 0x34}, marker[] = {0x40, 1, 0x12, 0x34, 0xff},
                         reserved[] = {0x40, 0x20, 0x12, 0x34}, strange[] = {0x40, 69, 0x12, 0x34};
    check_only_reset(ping, 4);
    check_only_reset(marker, 5);
    check_only_reset(reserved, 4);
    check_only_reset(strange, 4);
}

Test(endpoint, ignores_without_a_word)
{
    static const uint8_t version[] = {0x80, 1, 0x12, 0x34}, marker[] = {0x50, 1, 0x12, 0x34, 0xff},
                         empty[] = {0x50, 0, 0x12, 0x34}, ack[] = {0x60, 0, 0x12, 0x34},
                         odd[] = {0x50, 1, 0x12, 0x34, 0x90}; /* critical option 9 in a NON */
    imp_coap_feed(&b.e, version, 4, now);
    imp_coap_feed(&b.e, version, 3, now);
    imp_coap_feed(&b.e, marker, 5, now);
    imp_coap_feed(&b.e, empty, 4, now);
    imp_coap_feed(&b.e, ack, 4, now);
    imp_coap_feed(&b.e, odd, 5, now);
    cr_assert_eq(sent, 0);
    cr_assert_eq(b.served, 0);
}

Test(endpoint, unknown_critical_option_is_a_bad_option)
{
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    imp_coap_add_uint(&m, 2049, 1);
    cr_assert_eq(imp_coap_request(&a.e, IMP_COAP_CON, &m, 7, now), 0);
    run(IMP_S);
    cr_assert_eq(a.code, IMP_COAP_BAD_OPTION);
    cr_assert_eq(b.served, 0);
    cr_assert_eq(wire[1].label, IMP_COAP_LABEL_ERROR);
}

Test(endpoint, reset_ends_a_request)
{
    get(IMP_COAP_CON);
    const uint8_t reset[] = {0x70, 0, wire[0].bytes[2], wire[0].bytes[3]};
    delivered = sent;
    imp_coap_feed(&a.e, reset, sizeof reset, now);
    cr_assert_eq(a.outcome, IMP_COAP_RESET);
    cr_assert_eq(imp_coap_deadline(&a.e), IMP_NEVER);
}

/* An answer needs the message id in the Acknowledgement and the token. */
Test(endpoint, forged_answers_are_not_taken)
{
    get(IMP_COAP_CON);
    delivered = sent;
    uint8_t forged[] = {0x62,
                        69,
                        wire[0].bytes[2],
                        wire[0].bytes[3],
                        wire[0].bytes[4],
                        (uint8_t)(wire[0].bytes[5] ^ 1)};
    imp_coap_feed(&a.e, forged, sizeof forged, now);
    forged[5] ^= 1;
    forged[3] ^= 1;
    imp_coap_feed(&a.e, forged, sizeof forged, now);
    cr_assert_eq(a.done, 0);
    forged[3] ^= 1;
    imp_coap_feed(&a.e, forged, sizeof forged, now);
    cr_assert_eq(a.done, 1);
}
