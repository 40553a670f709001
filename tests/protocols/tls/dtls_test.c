/* SPDX-License-Identifier: GPL-2.0-only */
/* Two sessions in memory: what they send, when, and what they refuse. */
#include "pair.h"
#include "protocols/tls/psk_evidence.h"

#include <criterion/criterion.h>

static struct pair p;
static struct imp_dtls_config client, server;

static void prepare(uint64_t seed, enum imp_dtls_auth auth)
{
    pair_init(&p, seed);
    client = pair_config(&p, CLIENT, auth);
    server = pair_config(&p, SERVER, auth);
}

static void run(void)
{
    pair_open(&p, &client, &server);
    pair_run(&p, 100 * IMP_S);
}

static void check_open(void)
{
    for (int i = 0; i < 2; i++)
        cr_assert_eq(imp_dtls_state(p.side[i].dtls), IMP_DTLS_OPEN, "side %d: %s", i,
                     imp_dtls_why(p.side[i].dtls));
}

static void check_failed(int side, const char *why)
{
    cr_assert_eq(imp_dtls_state(p.side[side].dtls), IMP_DTLS_FAILED);
    cr_assert_str_eq(imp_dtls_why(p.side[side].dtls), why);
}

static void pass_data(int from, const char *text)
{
    uint8_t got[64];
    size_t n = strlen(text);
    cr_assert_eq(imp_dtls_write(p.side[from].dtls, (const uint8_t *)text, n, p.now), 0);
    pair_deliver(&p);
    cr_assert_eq(imp_dtls_read(p.side[!from].dtls, got, sizeof got, p.now), n);
    cr_assert_arr_eq(got, text, n);
    cr_assert_eq(imp_dtls_read(p.side[!from].dtls, got, sizeof got, p.now), 0);
}

static size_t charged(int side, enum imp_op op)
{
    return p.side[side].t.charged[op];
}

static const enum imp_dtls_kind full[] = {
    IMP_DTLS_CLIENT_HELLO,  IMP_DTLS_HELLO_VERIFY_REQUEST, IMP_DTLS_CLIENT_HELLO,
    IMP_DTLS_SERVER_FLIGHT, IMP_DTLS_CLIENT_FLIGHT,        IMP_DTLS_FINISHED,
};

static void check_flights(void)
{
    cr_assert_eq(p.sent, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_assert_eq(p.log[i].kind, full[i], "datagram %zu", i);
        cr_assert_eq(p.log[i].from, i % 2);
        cr_assert_eq(p.log[i].at, 0);
    }
}

/* Each side makes a key share, a key agreement and a signature, and checks one. The protected
 * records are the two Finished messages: 24 octets take 3 + 2 * 2 blocks. */
Test(dtls, raw_public_keys)
{
    prepare(1, IMP_DTLS_RPK);
    run();
    check_open();
    check_flights();
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(p.side[i].asked, 1);
        cr_assert_eq(charged(i, IMP_OP_P256_KEYGEN), 1);
        cr_assert_eq(charged(i, IMP_OP_P256_ECDH), 1);
        cr_assert_eq(charged(i, IMP_OP_P256_SIGN), 1);
        cr_assert_eq(charged(i, IMP_OP_P256_VERIFY), 1);
        cr_assert_eq(charged(i, IMP_OP_AES), 2 * 16 * 7);
        cr_assert_gt(charged(i, IMP_OP_SHA256), 0);
        cr_assert_gt(charged(i, IMP_OP_RANDOM), 32);
    }
    pass_data(CLIENT, "request");
    pass_data(SERVER, "response");
    pair_close(&p);
}

Test(dtls, pre_shared_key)
{
    prepare(1, IMP_DTLS_PSK);
    run();
    check_open();
    check_flights();
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(charged(i, IMP_OP_P256_KEYGEN), 0);
        cr_assert_eq(charged(i, IMP_OP_AES), 2 * 16 * 7);
    }
    pass_data(CLIENT, "request");
    pass_data(SERVER, "response");
    pair_close(&p);
}

/* Raw keys keep the handshake near 1.1 kB, pre-shared keys near half of it. */
Test(dtls, sizes_are_those_of_a_constrained_profile)
{
    static const size_t most[] = {[IMP_DTLS_RPK] = 1250, [IMP_DTLS_PSK] = 550};
    for (int auth = IMP_DTLS_RPK; auth <= IMP_DTLS_PSK; auth++) {
        size_t total = 0;
        prepare(1, (enum imp_dtls_auth)auth);
        run();
        for (size_t i = 0; i < p.sent; i++)
            total += p.log[i].n;
        cr_assert_leq(total, most[auth], "%zu octets", total);
        cr_assert_lt(p.log[0].n, 115);
        pair_close(&p);
    }
}

Test(dtls, same_seed_same_octets)
{
    for (int auth = IMP_DTLS_RPK; auth <= IMP_DTLS_PSK; auth++) {
        uint8_t digest[3][32];
        for (size_t i = 0; i < 3; i++) {
            prepare(i < 2 ? 5 : 6, (enum imp_dtls_auth)auth);
            run();
            pass_data(CLIENT, "request");
            memcpy(digest[i], p.digest, 32);
            pair_close(&p);
        }
        cr_assert_arr_eq(digest[0], digest[1], 32);
        cr_assert_neq(memcmp(digest[0], digest[2], 32), 0);
    }
}

/* A session draws on its own party only, whatever others do meanwhile. */
Test(dtls, sessions_do_not_disturb_each_other)
{
    static struct pair other;
    uint8_t alone[32];
    prepare(5, IMP_DTLS_RPK);
    run();
    memcpy(alone, p.digest, 32);
    pair_close(&p);

    pair_init(&other, 9);
    struct imp_dtls_config c = pair_config(&other, CLIENT, IMP_DTLS_RPK);
    struct imp_dtls_config s = pair_config(&other, SERVER, IMP_DTLS_RPK);
    prepare(5, IMP_DTLS_RPK);
    pair_open(&p, &client, &server);
    pair_open(&other, &c, &s);
    imp_dtls_start(p.side[CLIENT].dtls, 0);
    imp_dtls_start(other.side[CLIENT].dtls, 0);
    while (p.head != p.tail || other.head != other.tail) {
        struct pair *both[] = {&p, &other};
        for (int i = 0; i < 2; i++) {
            if (both[i]->head == both[i]->tail)
                continue;
            size_t k = both[i]->head++ % PAIR_QUEUE;
            imp_dtls_feed(both[i]->side[both[i]->queue[k].to].dtls, both[i]->queue[k].bytes,
                          both[i]->queue[k].n, 0);
        }
    }
    check_open();
    cr_assert_arr_eq(p.digest, alone, 32);
    pair_close(&p);
    pair_close(&other);
}

Test(dtls, two_lost_datagrams_are_sent_again_in_virtual_time)
{
    prepare(1, IMP_DTLS_RPK);
    p.lose = 1 << 0 | 1 << 5; /* the first ClientHello and the client's flight */
    p.now = 123456789;        /* off any whole millisecond */
    run();
    check_open();
    cr_assert_eq(p.log[1].at, 123456789 + 1 * IMP_S);
    cr_assert_eq(p.log[5].at, 123456789 + 1 * IMP_S);
    cr_assert_eq(p.now, 123456789 + 2 * IMP_S);
    pair_close(&p);
}

Test(dtls, timeout_doubles)
{
    static const imp_time at[] = {0, 1, 3, 7, 15, 31};
    prepare(1, IMP_DTLS_PSK);
    p.lose = ~UINT64_C(0);
    run();
    cr_assert_eq(p.sent, 6);
    for (size_t i = 0; i < 6; i++)
        cr_assert_eq(p.log[i].at, at[i] * IMP_S, "datagram %zu", i);
    check_failed(CLIENT, "handshake timed out");
    cr_assert_eq(p.now, 60 * IMP_S);
    pair_close(&p);
}

Test(dtls, configured_timeouts)
{
    prepare(1, IMP_DTLS_PSK);
    client.retransmit = 250 * IMP_MS;
    client.give_up = 2 * IMP_S;
    p.lose = ~UINT64_C(0);
    run();
    cr_assert_eq(p.sent, 4);
    cr_assert_eq(p.log[1].at, 250 * IMP_MS);
    cr_assert_eq(p.log[2].at, 750 * IMP_MS);
    cr_assert_eq(p.log[3].at, 1750 * IMP_MS);
    cr_assert_eq(p.now, 2 * IMP_S);
    pair_close(&p);
}

/* The server is open and has no timer: the client's repeated flight makes it repeat its own. */
Test(dtls, last_flight_is_repeated)
{
    prepare(1, IMP_DTLS_RPK);
    p.lose = 1 << 5;
    run();
    check_open();
    cr_assert_eq(p.sent, 8);
    cr_assert_eq(p.log[6].kind, IMP_DTLS_CLIENT_FLIGHT);
    cr_assert_eq(p.log[7].kind, IMP_DTLS_FINISHED);
    cr_assert_eq(p.log[7].at, 1 * IMP_S);
    cr_assert_eq(p.side[SERVER].asked, 1);
    pass_data(CLIENT, "request");
    pair_close(&p);
}

Test(dtls, server_refuses_an_unknown_key)
{
    prepare(1, IMP_DTLS_RPK);
    p.side[SERVER].expected = p.side[SERVER].spki;
    run();
    check_failed(SERVER, "peer's key refused, alert sent: Certificate is bad");
    check_failed(CLIENT, "alert received: Certificate is bad");
    cr_assert_eq(p.log[p.sent - 1].kind, IMP_DTLS_ALERT);
    cr_assert_eq(imp_dtls_write(p.side[CLIENT].dtls, (const uint8_t *)"x", 1, p.now), -1);
    pair_close(&p);
}

Test(dtls, client_refuses_an_unknown_key)
{
    prepare(1, IMP_DTLS_RPK);
    p.side[CLIENT].expected = p.side[CLIENT].spki;
    run();
    check_failed(CLIENT, "peer's key refused, alert sent: Certificate is bad");
    check_failed(SERVER, "alert received: Certificate is bad");
    cr_assert_eq(p.side[SERVER].asked, 0);
    pair_close(&p);
}

Test(dtls, unknown_identity)
{
    prepare(1, IMP_DTLS_PSK);
    client.psk_identity = "stranger";
    run();
    check_failed(SERVER,
                 "unknown PSK identity, alert sent: The SRP/PSK username is missing or not known");
    check_failed(CLIENT, "alert received: The SRP/PSK username is missing or not known");
    pair_close(&p);
}

Test(dtls, wrong_pre_shared_key_never_opens)
{
    static const uint8_t wrong[16] = {8};
    prepare(1, IMP_DTLS_PSK);
    client.psk = wrong;
    run();
    for (int i = 0; i < 2; i++)
        cr_assert_eq(imp_dtls_state(p.side[i].dtls), IMP_DTLS_FAILED);
    pair_close(&p);
}

Test(dtls, no_common_suite)
{
    prepare(1, IMP_DTLS_PSK);
    server = pair_config(&p, SERVER, IMP_DTLS_RPK);
    run();
    cr_assert_eq(imp_dtls_state(p.side[SERVER].dtls), IMP_DTLS_FAILED);
    check_failed(CLIENT, "alert received: Handshake failed");
    pair_close(&p);
}

/* ---- TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256
 * -------------------------------------------------
 */
struct seen {
    unsigned master, plain;
};

/* Both the shared secret of the points and the key are needed. */
static void note(void *arg, const struct imp_operation *op)
{
    static const uint8_t psk[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    struct seen *s = arg;
    if (strcmp(op->name, "TLS master secret") == 0 && op->count == 4)
        s->master += op->in[0].n == 32 && op->in[3].n == 16 && memcmp(op->in[3].p, psk, 16) == 0;
    s->plain += op->out.n == 7 && memcmp(op->out.p, "request", 7) == 0;
}

Test(dtls, ephemeral_keys_under_a_pre_shared_one)
{
    struct seen seen = {0};
    prepare(1, IMP_DTLS_PSK);
    client.psk_ecdhe = server.psk_ecdhe = true;
    imp_observe(note, &seen);
    run();
    check_open();
    cr_assert_eq(imp_dtls_write(p.side[CLIENT].dtls, (const uint8_t *)"request", 7, p.now), 0);
    imp_observe(NULL, NULL);
    cr_expect_eq(p.log[p.sent - 1].n, 13 + 7 + 16, "no explicit nonce");
    cr_expect_geq(seen.master, 1);
    cr_expect_geq(seen.plain, 1, "the record opens under the keys that follow");
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_KEYGEN], 1);
        cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_ECDH], 1);
        cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_SIGN], 0);
        cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_VERIFY], 0);
    }
    pair_close(&p);
}

Test(dtls, ephemeral_keys_under_another_key_never_open)
{
    static const uint8_t wrong[16] = {8};
    prepare(1, IMP_DTLS_PSK);
    client.psk_ecdhe = server.psk_ecdhe = true;
    client.psk = wrong;
    run();
    for (int i = 0; i < 2; i++)
        cr_assert_eq(imp_dtls_state(p.side[i].dtls), IMP_DTLS_FAILED);
    pair_close(&p);
}

/* Who was the server tells the client's key from others by its Finished. */
Test(dtls, a_server_without_the_key_can_try_some)
{
    static const uint8_t own[16] = {8}, other[16] = {9};
    struct imp_psk_own e;
    struct seen seen = {0};
    prepare(1, IMP_DTLS_PSK);
    client.psk_ecdhe = server.psk_ecdhe = true;
    client.psk = own;
    imp_observe(note, &seen);
    run();
    imp_observe(NULL, NULL);
    cr_expect(!imp_psk_own_evidence(&e, p.side[SERVER].dtls), "nobody observes");
    imp_observe(note, &seen);
    cr_assert(imp_psk_own_evidence(&e, p.side[SERVER].dtls));
    imp_observe(NULL, NULL);
    cr_expect(imp_psk_own_right(&e, own, sizeof own));
    cr_expect(!imp_psk_own_right(&e, other, sizeof other));
    pair_close(&p);
}

/* One octet of data: record header, explicit nonce, the octet and the tag of the suite. */
Test(dtls, suites_with_either_tag)
{
    static const enum imp_dtls_suites offered[] = {IMP_DTLS_CCM_8, IMP_DTLS_CCM, IMP_DTLS_EITHER};
    static const size_t tags[] = {8, 16, 8};
    for (int i = 0; i < 9; i++) {
        enum imp_dtls_auth auth = i / 3 == 0 ? IMP_DTLS_PSK : IMP_DTLS_RPK;
        prepare(1, auth);
        client.suites = offered[i % 3];
        server.suites = i / 3 == 2 ? offered[i % 3] : IMP_DTLS_EITHER;
        run();
        check_open();
        cr_assert_eq(imp_dtls_write(p.side[CLIENT].dtls, (const uint8_t *)"x", 1, p.now), 0);
        cr_expect_eq(p.log[p.sent - 1].n, 13 + 8 + 1 + tags[i % 3], "%d", i);
        pair_close(&p);
    }
    prepare(1, IMP_DTLS_PSK);
    client.suites = IMP_DTLS_CCM;
    run();
    cr_expect_neq(imp_dtls_state(p.side[CLIENT].dtls), IMP_DTLS_OPEN, "the server has the other");
    pair_close(&p);
}

Test(dtls, exporter_is_common_and_fresh)
{
    uint8_t key[3][32];
    prepare(1, IMP_DTLS_RPK);
    run();
    cr_assert_eq(imp_dtls_export(p.side[CLIENT].dtls, "EXPERIMENTAL", key[0], 32), 0);
    cr_assert_eq(imp_dtls_export(p.side[SERVER].dtls, "EXPERIMENTAL", key[1], 32), 0);
    cr_assert_arr_eq(key[0], key[1], 32);
    cr_assert_eq(imp_dtls_export(p.side[SERVER].dtls, "OTHER", key[2], 32), 0);
    cr_assert_neq(memcmp(key[0], key[2], 32), 0);
    pair_close(&p);
    prepare(2, IMP_DTLS_RPK);
    pair_open(&p, &client, &server);
    cr_assert_eq(imp_dtls_export(p.side[CLIENT].dtls, "EXPERIMENTAL", key[2], 32), -1);
    pair_run(&p, 100 * IMP_S);
    cr_assert_eq(imp_dtls_export(p.side[CLIENT].dtls, "EXPERIMENTAL", key[2], 32), 0);
    cr_assert_neq(memcmp(key[0], key[2], 32), 0);
    pair_close(&p);
}

Test(dtls, close_is_told)
{
    prepare(1, IMP_DTLS_PSK);
    run();
    imp_dtls_close(p.side[CLIENT].dtls, p.now);
    cr_assert_eq(imp_dtls_state(p.side[CLIENT].dtls), IMP_DTLS_CLOSED);
    pair_deliver(&p);
    cr_assert_eq(imp_dtls_state(p.side[SERVER].dtls), IMP_DTLS_CLOSED);
    cr_assert_str_eq(imp_dtls_why(p.side[SERVER].dtls), "closed by the peer");
    pair_close(&p);
}

Test(dtls, small_mtu)
{
    prepare(1, IMP_DTLS_RPK);
    client.mtu = server.mtu = 256;
    run();
    check_open();
    for (size_t i = 0; i < p.sent; i++)
        cr_assert_leq(p.log[i].n, 256, "datagram %zu", i);
    cr_assert_gt(p.sent, 6);
    pass_data(SERVER, "response");
    uint8_t large[257] = {0};
    cr_assert_eq(imp_dtls_write(p.side[SERVER].dtls, large, sizeof large, p.now), -1);
    pair_close(&p);
}

/* The cookie is an authenticator under a key of the server's own: another session's is not taken.
 */
Test(dtls, cookie_of_another_session_is_not_taken)
{
    prepare(1, IMP_DTLS_PSK);
    pair_open(&p, &client, &server);
    imp_dtls_start(p.side[CLIENT].dtls, 0);
    for (int i = 0; i < 2; i++) { /* ClientHello, HelloVerifyRequest */
        size_t k = p.head++;
        imp_dtls_feed(p.side[p.queue[k].to].dtls, p.queue[k].bytes, p.queue[k].n, 0);
    }
    struct imp_dtls *other = imp_dtls_new(&p.side[SERVER].t.env, &server, 0);
    size_t sent = p.sent;
    imp_dtls_feed(other, p.queue[2].bytes, p.queue[2].n, 0);
    cr_assert_eq(p.log[sent].kind, IMP_DTLS_HELLO_VERIFY_REQUEST);
    imp_dtls_feed(p.side[SERVER].dtls, p.queue[2].bytes, p.queue[2].n, 0);
    cr_assert_eq(p.log[sent + 1].kind, IMP_DTLS_SERVER_FLIGHT, "its own it takes");
    imp_dtls_free(other);
    pair_close(&p);
}

Test(dtls, without_cookie_four_flights)
{
    prepare(1, IMP_DTLS_PSK);
    server.cookie = false;
    run();
    check_open();
    cr_assert_eq(p.sent, 4);
    cr_assert_eq(charged(SERVER, IMP_OP_SHA1), 0);
    pair_close(&p);
}

Test(dtls, altered_and_repeated_data_is_dropped)
{
    uint8_t got[16], copy[128];
    prepare(1, IMP_DTLS_PSK);
    run();
    cr_assert_eq(imp_dtls_write(p.side[CLIENT].dtls, (const uint8_t *)"once", 4, p.now), 0);
    size_t k = p.head++ % PAIR_QUEUE, n = p.queue[k].n;
    for (size_t i = 0; i < 8 * n; i += 7) {
        memcpy(copy, p.queue[k].bytes, n);
        copy[i / 8] ^= (uint8_t)(1 << i % 8);
        imp_dtls_feed(p.side[SERVER].dtls, copy, n, p.now);
        cr_assert_eq(imp_dtls_read(p.side[SERVER].dtls, got, sizeof got, p.now), 0, "bit %zu", i);
        cr_assert_eq(imp_dtls_state(p.side[SERVER].dtls), IMP_DTLS_OPEN, "bit %zu: %s", i,
                     imp_dtls_why(p.side[SERVER].dtls));
    }
    for (int i = 0; i < 2; i++)
        imp_dtls_feed(p.side[SERVER].dtls, p.queue[k].bytes, n, p.now);
    cr_assert_eq(imp_dtls_read(p.side[SERVER].dtls, got, sizeof got, p.now), 4);
    cr_assert_eq(imp_dtls_read(p.side[SERVER].dtls, got, sizeof got, p.now), 0);
    pair_close(&p);
}

Test(dtls, kinds_of_octets_that_are_no_datagram)
{
    static const uint8_t no[] = "no DTLS at all, whatever it is";
    cr_assert_eq(imp_dtls_kind(no, sizeof no), IMP_DTLS_OTHER);
    cr_assert_eq(imp_dtls_kind(no, 0), IMP_DTLS_OTHER);
}
