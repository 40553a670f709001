/* SPDX-License-Identifier: GPL-2.0-only */
/* Two ends of a stream joined in memory, cut as the test likes: each is client and server. */
#include "protocols/coap/connection.h"
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct side {
    struct test_env t;
    struct imp_coap_connection c;
    struct side *other;
    unsigned served, done, ended;
    bool later, silent; /* answers by a response of its own; or not at all */
    uint8_t token[8], token_n;
    int label;
    enum imp_coap_outcome outcome;
    enum imp_coap_ending ending;
    uint8_t code;
    char payload[32];
    size_t out_n, taken; /* what it has sent, and how much of that has come */
    uint8_t out[8192];
    uint8_t codes[32]; /* of what it has sent */
    size_t sent;
};

static struct side a, b;
static imp_time now;

static void send_out(void *arg, int label, const uint8_t *bytes, size_t n)
{
    struct side *s = arg;
    struct imp_coap_message m;
    (void)label;
    cr_assert_eq(imp_coap_frame_read(&m, bytes, n, n), (int)n, "one message, whole");
    s->codes[s->sent++] = m.code;
    memcpy(s->out + s->out_n, bytes, n);
    s->out_n += n;
}

static void serve(void *arg, const struct imp_coap_message *request, struct imp_coap_reply *reply,
                  imp_time at)
{
    struct side *s = arg;
    (void)at;
    s->served++;
    reply->label = 100;
    reply->later = s->later || s->silent;
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
    (void)at;
    s->done++;
    s->label = label;
    s->outcome = outcome;
    if (!response)
        return;
    s->code = response->code;
    memset(s->payload, 0, sizeof s->payload);
    if (response->payload_n)
        memcpy(s->payload, response->payload, response->payload_n);
}

static void ended(void *arg, enum imp_coap_ending ending, imp_time at)
{
    struct side *s = arg;
    (void)at;
    s->ended++;
    s->ending = ending;
}

static void setup(void)
{
    struct side *sides[] = {&a, &b};
    now = 0;
    for (int i = 0; i < 2; i++) {
        *sides[i] = (struct side){.other = sides[!i]};
        test_env_init(&sides[i]->t, 1, i ? "b" : "a");
        const struct imp_coap_connection_config config = {.token_n = 2,
                                                          .block_wise = i == 1,
                                                          .send = send_out,
                                                          .serve = serve,
                                                          .done = done,
                                                          .ended = ended,
                                                          .arg = sides[i]};
        imp_coap_connection_open(&sides[i]->c, &sides[i]->t.env, &config);
    }
}

TestSuite(connection, .init = setup);

/* `piece` octets at a time, until nothing is under way. */
static void deliver(size_t piece)
{
    struct side *sides[] = {&a, &b};
    for (bool more = true; more;) {
        more = false;
        for (int i = 0; i < 2; i++) {
            struct side *s = sides[i];
            size_t left = s->out_n - s->taken, n = left < piece ? left : piece;
            s->taken += n;
            more |= n > 0;
            imp_coap_connection_feed(&s->other->c, s->out + s->taken - n, n, now);
        }
    }
}

static void get(void)
{
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "temperature");
    cr_assert_eq(imp_coap_connection_request(&a.c, &m, 7, now), 0);
}

static void check_answered(void)
{
    cr_expect_eq(a.done, 1);
    cr_expect_eq(a.label, 7);
    cr_expect_eq(a.outcome, IMP_COAP_ANSWERED);
    cr_expect_eq(a.code, IMP_COAP_CONTENT);
    cr_expect_str_eq(a.payload, "22.3 C");
    cr_expect_eq(b.served, 1);
    cr_expect_eq(imp_coap_connection_deadline(&a.c), IMP_NEVER);
    cr_expect(imp_coap_connection_idle(&a.c));
}

/* The initiator does not wait for the other's CSM (section 3.3). */
Test(connection, a_request_is_answered_however_the_stream_is_cut)
{
    static const size_t pieces[] = {1, 2, 3, 7, 8192};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        setup();
        get();
        deliver(pieces[i]);
        check_answered();
        cr_expect_eq(a.codes[0], IMP_COAP_CSM);
        cr_expect_eq(b.codes[0], IMP_COAP_CSM);
        cr_expect(a.c.block_wise && !b.c.block_wise, "each knows what the other said");
    }
}

Test(connection, a_promised_response_comes_later)
{
    struct imp_coap_message m = {.code = IMP_COAP_CONTENT};
    b.later = true;
    get();
    deliver(8192);
    cr_expect_eq(a.done, 0);
    m.token_n = b.token_n;
    memcpy(m.token, b.token, b.token_n);
    m.payload = (const uint8_t *)"22.3 C";
    m.payload_n = 6;
    cr_expect_eq(imp_coap_connection_respond(&b.c, &m, 100), 0);
    deliver(8192);
    check_answered();
}

/* First a Ping, which is answered; then it has timed out. */
Test(connection, who_does_not_answer_is_pinged_and_given_up)
{
    b.silent = true;
    get();
    deliver(8192);
    cr_expect_eq(imp_coap_connection_deadline(&a.c), 93 * IMP_S);
    now = 93 * IMP_S;
    imp_coap_connection_expire(&a.c, now);
    deliver(8192);
    cr_expect_eq(a.codes[a.sent - 1], IMP_COAP_PING);
    cr_expect_eq(b.codes[b.sent - 1], IMP_COAP_PONG);
    cr_expect_eq(a.done, 0);
    now = 2 * now;
    imp_coap_connection_expire(&a.c, now);
    cr_expect_eq(a.done, 1);
    cr_expect_eq(a.outcome, IMP_COAP_TIMEOUT);
    cr_expect_eq(imp_coap_connection_deadline(&a.c), IMP_NEVER);
}

static void feed(struct side *to, const char *hex_text)
{
    uint8_t bytes[64];
    size_t n = strlen(hex_text) / 2;
    for (size_t i = 0; i < n; i++) {
        unsigned v = 0;
        cr_assert_eq(sscanf(hex_text + 2 * i, "%2x", &v), 1);
        bytes[i] = (uint8_t)v;
    }
    imp_coap_connection_feed(&to->c, bytes, n, now);
}

/* Figures 11 and 12, and with the Custody option. */
Test(connection, a_ping_gets_its_pong)
{
    deliver(8192);
    b.out_n = 0;
    feed(&b, "01e242");
    cr_expect_arr_eq(b.out, ((uint8_t[]){0x01, 0xe3, 0x42}), 3);
    b.out_n = 0;
    feed(&b, "11e24320");
    cr_expect_arr_eq(b.out, ((uint8_t[]){0x11, 0xe3, 0x43, 0x20}), 4);
    cr_expect_eq(b.ended, 0);
}

Test(connection, empty_messages_and_strange_answers_are_ignored)
{
    deliver(8192);
    size_t before = b.sent;
    feed(&b, "0000");
    feed(&b, "02457f7f"); /* 2.05 to nobody's question */
    feed(&b, "01e342");   /* Pong, likewise */
    cr_expect_eq(b.sent, before);
    cr_expect_eq(b.ended, 0);
}

/* Each ends the connection with an Abort that says why; nothing more is taken. */
Test(connection, what_cannot_be_ends_it_with_an_abort)
{
    static const struct {
        const char *octets;
        bool first;                         /* before a CSM */
    } rows[] = {{"0001", true},             /* a request */
                {"01e242", true},           /* Ping */
                {"10e110", true},           /* CSM with critical option 1 */
                {"60e1250000000000", true}, /* CSM, Max-Message-Size of 5 octets */
                {"0009", false},            /* cannot be read: below */
                {"10e210", false},          /* Ping with a critical option */
                {"00e6", false},            /* 7.06 */
                {"1001f0", false}};         /* option delta 15 */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        setup();
        if (!rows[i].first)
            deliver(8192);
        feed(&b, i == 4 ? "09" : rows[i].octets);
        cr_expect_eq(b.ended, 1, "%s", rows[i].octets);
        cr_expect_eq(b.ending, IMP_COAP_UNREADABLE);
        cr_expect_eq(b.codes[b.sent - 1], IMP_COAP_ABORT);
        cr_expect_gt(b.out_n, 12, "it says why");
        size_t before = b.sent;
        feed(&b, "0001");
        cr_expect_eq(b.sent, before);
        cr_expect_eq(b.ended, 1);
    }
}

Test(connection, the_abort_names_the_option_of_a_csm)
{
    struct imp_coap_message m;
    uint32_t option = 0;
    b.out_n = 0;
    feed(&b, "10e150"); /* option 5 */
    cr_assert_gt(imp_coap_frame_read(&m, b.out, b.out_n, b.out_n), 0);
    cr_expect(imp_coap_get_uint(&m, IMP_COAP_ABORT_BAD_CSM_OPTION, &option));
    cr_expect_eq(option, 5);
}

Test(connection, release_and_abort_end_it)
{
    deliver(8192);
    imp_coap_connection_release(&a.c);
    deliver(8192);
    cr_expect_eq(b.ended, 1);
    cr_expect_eq(b.ending, IMP_COAP_RELEASED);
    cr_expect_eq(a.ended, 0, "who releases knows it");
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    cr_expect_eq(imp_coap_connection_request(&a.c, &m, 1, now), -1);
    setup();
    feed(&b, "00e5");
    cr_expect_eq(b.ending, IMP_COAP_ABORTED);
    cr_expect_eq(b.sent, 1, "an Abort is not answered");
}

/* Its CSM says what it takes; before, and without the option, 1152 octets. */
Test(connection, no_longer_message_goes_than_is_taken)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST, .payload = a.out, .payload_n = 100};
    feed(&a, "20e12140"); /* Max-Message-Size 64 */
    cr_expect_eq(imp_coap_connection_request(&a.c, &m, 1, now), -1);
    cr_expect(imp_coap_connection_idle(&a.c));
    m.payload_n = 32;
    cr_expect_eq(imp_coap_connection_request(&a.c, &m, 1, now), 0);
}

Test(connection, no_server_and_unknown_options_are_said)
{
    setup();
    b.c.config.serve = NULL;
    get();
    deliver(8192);
    cr_expect_eq(a.code, IMP_COAP_NOT_IMPLEMENTED);
    setup();
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    imp_coap_add(&m, 9999, "", 0);
    cr_assert_eq(imp_coap_connection_request(&a.c, &m, 7, now), 0);
    deliver(8192);
    cr_expect_eq(a.code, IMP_COAP_BAD_OPTION);
    cr_expect_eq(b.served, 0);
}
