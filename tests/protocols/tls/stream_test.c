/* SPDX-License-Identifier: GPL-2.0-only */
/* Two TLS sessions joined by streams: what they send, pass on and refuse. */
#include "stream_pair.h"

#include "protocols/tls/psk_evidence.h"

#include <criterion/criterion.h>

enum { WHOLE = STREAM_MAX };

static struct stream_pair p;
static struct imp_tls_config client, server;

static void prepare(uint64_t seed)
{
    stream_init(&p, seed);
    client = stream_config(&p, CLIENT);
    server = stream_config(&p, SERVER);
}

static void shake(size_t piece)
{
    stream_open(&p, &client, &server);
    imp_tls_start(p.side[CLIENT].tls, p.now);
    stream_deliver(&p, piece);
}

static void check_state(int side, enum imp_dtls_state state)
{
    cr_assert_eq(imp_tls_state(p.side[side].tls), state, "side %d: %s", side,
                 imp_tls_why(p.side[side].tls));
}

static void check_failed(int side, const char *why)
{
    check_state(side, IMP_DTLS_FAILED);
    cr_assert_str_eq(imp_tls_why(p.side[side].tls), why);
}

static void put(int from, const char *text)
{
    cr_assert_eq(imp_tls_write(p.side[from].tls, (const uint8_t *)text, strlen(text), p.now), 0);
}

static void check_read(int side, size_t cap, const char *expected)
{
    uint8_t got[64];
    size_t n = imp_tls_read(p.side[side].tls, got, cap);
    cr_assert_eq(n, strlen(expected));
    cr_assert_arr_eq(got, expected, n);
}

/* Each end protects its Finished: 16 octets take 3 + 2 blocks, and both are read and written. */
Test(tls, handshake_and_data_both_ways)
{
    static const enum imp_dtls_kind flights[] = {IMP_DTLS_CLIENT_HELLO, IMP_DTLS_SERVER_FLIGHT,
                                                 IMP_DTLS_CLIENT_FLIGHT, IMP_DTLS_FINISHED};
    prepare(1);
    shake(WHOLE);
    cr_assert_eq(p.sent, 4);
    for (size_t i = 0; i < 4; i++) {
        cr_assert_eq(p.kind[i], flights[i], "flight %zu", i);
        cr_assert_eq(p.from[i], i % 2);
    }
    for (int i = 0; i < 2; i++) {
        check_state(i, IMP_DTLS_OPEN);
        cr_assert_eq(p.side[i].t.charged[IMP_OP_AES], 2 * 16 * 5);
        cr_assert_gt(p.side[i].t.charged[IMP_OP_SHA256], 0);
        cr_assert_geq(p.side[i].t.charged[IMP_OP_RANDOM], 28);
    }
    put(CLIENT, "request");
    put(SERVER, "response");
    cr_assert_eq(p.kind[4], IMP_DTLS_DATA);
    stream_deliver(&p, WHOLE);
    check_read(SERVER, 64, "request");
    check_read(CLIENT, 64, "response");
    check_read(CLIENT, 64, "");
    stream_close(&p);
}

Test(tls, octets_may_come_one_by_one)
{
    prepare(1);
    shake(1);
    check_state(CLIENT, IMP_DTLS_OPEN);
    check_state(SERVER, IMP_DTLS_OPEN);
    put(CLIENT, "request");
    stream_deliver(&p, 1);
    check_read(SERVER, 64, "request");
    stream_close(&p);
}

/* A reader sees a stream: the borders of records are not its business. */
Test(tls, reading_joins_and_cuts_records)
{
    uint8_t got[8];
    prepare(1);
    shake(WHOLE);
    put(CLIENT, "abc");
    put(CLIENT, "defgh");
    stream_deliver(&p, WHOLE);
    cr_assert_eq(imp_tls_waiting(p.side[SERVER].tls), 8);
    cr_assert_eq(imp_tls_peek(p.side[SERVER].tls, got, 4), 4);
    cr_assert_arr_eq(got, "abcd", 4);
    check_read(SERVER, 2, "ab");
    check_read(SERVER, 3, "cde");
    cr_assert_eq(imp_tls_waiting(p.side[SERVER].tls), 3);
    check_read(SERVER, 64, "fgh");
    cr_assert_eq(imp_tls_waiting(p.side[SERVER].tls), 0);
    stream_close(&p);
}

Test(tls, nothing_is_lost_however_much_waits)
{
    uint8_t record[1000], got[1000];
    prepare(1);
    shake(WHOLE);
    for (int i = 0; i < 40; i++) {
        memset(record, i, sizeof record);
        cr_assert_eq(imp_tls_write(p.side[CLIENT].tls, record, sizeof record, p.now), 0);
    }
    stream_deliver(&p, 1448);
    cr_assert_eq(imp_tls_waiting(p.side[SERVER].tls), 40000);
    for (int i = 0; i < 40; i++) {
        memset(record, i, sizeof record);
        cr_assert_eq(imp_tls_read(p.side[SERVER].tls, got, sizeof got), sizeof got);
        cr_assert_arr_eq(got, record, sizeof got);
    }
    stream_close(&p);
}

Test(tls, same_seed_same_octets)
{
    uint8_t digest[3][32];
    for (size_t i = 0; i < 3; i++) {
        prepare(i < 2 ? 5 : 6);
        shake(WHOLE);
        put(CLIENT, "request");
        memcpy(digest[i], p.digest, 32);
        stream_close(&p);
    }
    cr_assert_arr_eq(digest[0], digest[1], 32);
    cr_assert_neq(memcmp(digest[0], digest[2], 32), 0);
}

Test(tls, wrong_key_is_refused_at_both_ends)
{
    static const uint8_t wrong[16] = {8};
    prepare(1);
    client.psk = wrong;
    shake(WHOLE);
    check_state(SERVER, IMP_DTLS_FAILED);
    check_failed(CLIENT, "alert received: Bad record MAC");
    cr_assert_eq(imp_tls_write(p.side[CLIENT].tls, (const uint8_t *)"x", 1, p.now), -1);
    stream_close(&p);
}

Test(tls, unknown_identity_is_refused)
{
    prepare(1);
    client.psk_identity = "stranger";
    shake(WHOLE);
    check_failed(SERVER,
                 "unknown PSK identity, alert sent: The SRP/PSK username is missing or not known");
    check_failed(CLIENT, "alert received: The SRP/PSK username is missing or not known");
    stream_close(&p);
}

Test(tls, a_changed_bit_ends_the_session)
{
    prepare(1);
    shake(WHOLE);
    put(CLIENT, "request");
    p.side[CLIENT].out[p.side[CLIENT].out_n - 1] ^= 1;
    stream_deliver(&p, WHOLE);
    check_state(SERVER, IMP_DTLS_FAILED);
    check_failed(CLIENT, "alert received: Bad record MAC");
    cr_assert_eq(imp_tls_waiting(p.side[SERVER].tls), 0);
    stream_close(&p);
}

Test(tls, a_repeated_record_ends_the_session)
{
    uint8_t copy[256];
    prepare(1);
    shake(WHOLE);
    put(CLIENT, "once");
    size_t n = p.side[CLIENT].out_n;
    memcpy(copy, p.side[CLIENT].out, n);
    stream_deliver(&p, WHOLE);
    imp_tls_feed(p.side[SERVER].tls, copy, n, p.now);
    check_state(SERVER, IMP_DTLS_FAILED);
    check_read(SERVER, 64, "once");
    stream_close(&p);
}

Test(tls, what_is_no_record_ends_the_session)
{
    static const char *const garbage[] = {"GET / HTTP/1.1", "\x16\x02\x03\x01\x01",
                                          "\x16\x03\x03\xff\xff", "\x16\x03\x03\x48\x01"};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        prepare(1);
        stream_open(&p, &client, &server);
        imp_tls_feed(p.side[SERVER].tls, (const uint8_t *)garbage[i], strlen(garbage[i]), p.now);
        check_failed(SERVER, "no TLS record");
        cr_assert_eq(p.kind[p.sent - 1], IMP_DTLS_ALERT);
        stream_close(&p);
    }
}

/* Whatever part of the handshake is missing, the server waits and then gives up. */
Test(tls, a_truncated_handshake_times_out)
{
    prepare(1);
    stream_open(&p, &client, &server);
    imp_tls_start(p.side[CLIENT].tls, 0);
    struct stream_side *c = &p.side[CLIENT];
    for (size_t n = 0; n < c->out_n; n++) {
        struct imp_tls *t = imp_tls_new(&p.side[SERVER].t.env, &server, 0);
        cr_assert_eq(imp_tls_feed(t, c->out, n, 0), IMP_DTLS_HANDSHAKE);
        imp_tls_free(t);
    }
    imp_tls_feed(p.side[SERVER].tls, c->out, c->out_n, 0);
    cr_assert_eq(imp_tls_deadline(p.side[SERVER].tls), 60 * IMP_S);
    cr_assert_eq(imp_tls_expire(p.side[SERVER].tls, 60 * IMP_S - 1), IMP_DTLS_HANDSHAKE);
    imp_tls_expire(p.side[SERVER].tls, 60 * IMP_S);
    check_failed(SERVER, "handshake timed out");
    cr_assert_eq(imp_tls_deadline(p.side[SERVER].tls), IMP_NEVER);
    stream_close(&p);
}

Test(tls, close_is_told_and_data_before_it_is_kept)
{
    prepare(1);
    shake(WHOLE);
    put(CLIENT, "last words");
    imp_tls_close(p.side[CLIENT].tls, p.now);
    stream_deliver(&p, WHOLE);
    check_state(SERVER, IMP_DTLS_CLOSED);
    cr_assert_str_eq(imp_tls_why(p.side[SERVER].tls), "closed by the peer");
    check_read(SERVER, 64, "last words");
    stream_close(&p);
}

/* ---- what is reported to an observer ------------------------------------------------------------
 */
struct seen {
    unsigned master, block, plain;
};

static void note(void *arg, const struct imp_operation *op)
{
    struct seen *s = arg;
    static const uint8_t psk[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    if (strcmp(op->name, "TLS master secret") == 0 && op->in[0].n == 16)
        s->master += memcmp(op->in[0].p, psk, 16) == 0;
    s->block += strcmp(op->name, "TLS key block") == 0;
    s->plain += op->out.n == 7 && memcmp(op->out.p, "request", 7) == 0;
}

Test(tls, who_knows_the_key_reads_the_stream)
{
    struct seen seen = {0};
    prepare(1);
    imp_observe(note, &seen);
    shake(3);
    put(CLIENT, "request");
    stream_deliver(&p, WHOLE);
    imp_observe(NULL, NULL);
    cr_assert_geq(seen.master, 1, "from the key itself");
    cr_assert_geq(seen.block, 1);
    cr_assert_geq(seen.plain, 1);
    stream_close(&p);
}

/* ---- as datagrams have it: kinds of keys and suites */
static bool any_key(void *arg, const uint8_t *spki, size_t n)
{
    (void)arg;
    return n == 91 && spki[0] == 0x30;
}

static struct imp_dtls_config alike(int side, enum imp_dtls_auth auth, enum imp_dtls_suites suites)
{
    static const uint8_t secret[32] = {[31] = 5},
                         psk[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    return (struct imp_dtls_config){.auth = auth,
                                    .server = side == SERVER,
                                    .suites = suites,
                                    .cookie = true, /* datagrams alone have one */
                                    .secret = secret,
                                    .psk_identity = "access-point",
                                    .psk = psk,
                                    .psk_n = sizeof psk,
                                    .alpn = "coap",
                                    .verify = any_key,
                                    .psk_lookup = stream_lookup,
                                    .send = stream_send,
                                    .arg = &p.side[side]};
}

/* The client's tag is that of the suite that it alone proposes; the server takes either. */
Test(tls, streams_alike_have_raw_keys_and_both_suites)
{
    static const enum imp_dtls_auth auths[] = {IMP_DTLS_RPK, IMP_DTLS_PSK};
    static const enum imp_dtls_suites suites[] = {IMP_DTLS_CCM_8, IMP_DTLS_CCM};
    for (int i = 0; i < 4; i++) {
        stream_init(&p, 1);
        for (int k = 0; k < 2; k++) {
            const struct imp_dtls_config c =
                alike(k, auths[i / 2], k == SERVER ? IMP_DTLS_EITHER : suites[i % 2]);
            p.side[k].tls = imp_tls_alike(&p.side[k].t.env, &c, p.now);
            cr_assert_not_null(p.side[k].tls);
        }
        imp_tls_start(p.side[CLIENT].tls, p.now);
        stream_deliver(&p, 5);
        check_state(CLIENT, IMP_DTLS_OPEN);
        check_state(SERVER, IMP_DTLS_OPEN);
        cr_expect_not(imp_tls_is_1_3(p.side[CLIENT].tls));
        size_t before = p.side[CLIENT].total, charged = p.side[CLIENT].t.charged[IMP_OP_AES];
        put(CLIENT, "request");
        cr_expect_eq(p.side[CLIENT].total - before, 5 + 8 + 7 + (i % 2 ? 16 : 8), "record");
        cr_expect_eq(p.side[CLIENT].t.charged[IMP_OP_AES] - charged, 16 * 5, "as in dtls");
        stream_deliver(&p, WHOLE);
        check_read(SERVER, 64, "request");
        stream_close(&p);
    }
}

Test(tls, streams_alike_without_a_common_suite_fail)
{
    stream_init(&p, 1);
    for (int k = 0; k < 2; k++) {
        const struct imp_dtls_config c =
            alike(k, IMP_DTLS_PSK, k == SERVER ? IMP_DTLS_CCM : IMP_DTLS_CCM_8);
        p.side[k].tls = imp_tls_alike(&p.side[k].t.env, &c, p.now);
    }
    imp_tls_start(p.side[CLIENT].tls, p.now);
    stream_deliver(&p, WHOLE);
    check_state(CLIENT, IMP_DTLS_FAILED);
    check_state(SERVER, IMP_DTLS_FAILED);
    stream_close(&p);
}

/* What somebody reads of a handshake, flight by flight. */
static struct imp_psk_evidence reads;
static size_t flights, enough_at;

static void send_and_read(void *arg, const uint8_t *bytes, size_t n)
{
    flights++;
    if (!enough_at && imp_psk_evidence_stream(&reads, bytes, n))
        enough_at = flights;
    stream_send(arg, bytes, n);
}

/* The client's Finished tells a right key from a wrong one, whatever tag the suite has. */
Test(tls, a_recorded_handshake_tells_a_right_key)
{
    uint8_t psk[16];
    for (int i = 0; i < 2; i++) {
        stream_init(&p, 1);
        reads = (struct imp_psk_evidence){.n = 0};
        flights = enough_at = 0;
        for (int k = 0; k < 2; k++) {
            struct imp_dtls_config c = alike(k, IMP_DTLS_PSK, i ? IMP_DTLS_CCM : IMP_DTLS_CCM_8);
            c.send = send_and_read;
            p.side[k].tls = imp_tls_alike(&p.side[k].t.env, &c, p.now);
        }
        imp_tls_start(p.side[CLIENT].tls, p.now);
        stream_deliver(&p, WHOLE);
        check_state(CLIENT, IMP_DTLS_OPEN);
        cr_expect_eq(enough_at, 3, "the client's second flight");
        cr_expect_str_eq(reads.identity, "access-point");
        memset(psk, 7, sizeof psk);
        cr_expect(imp_psk_evidence_right(&reads, psk, sizeof psk));
        psk[15] = 8;
        cr_expect_not(imp_psk_evidence_right(&reads, psk, sizeof psk));
        stream_close(&p);
    }
}
