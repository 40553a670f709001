/* SPDX-License-Identifier: GPL-2.0-only */
/* TLS and DTLS with certificates: who sends which, who decides, what is bound. */
#include "protocols/x509/x509.h"
#include "stream_pair.h"

#include <criterion/criterion.h>

static struct stream_pair p;
static uint64_t seed = 1;
static struct test_env authority;
static struct {
    uint8_t pub[64], secret[32];
    struct imp_x509 crt;
} root, own[2];
static struct imp_piece chain[2], anchor;
static struct imp_dtls_x509 x509[2];
static struct imp_tls_config config[2];
static enum imp_x509_verdict verdict[2];

static bool verify(void *arg, const struct imp_piece *given, size_t count)
{
    struct stream_side *s = arg;
    const struct imp_x509_policy policy = {.anchors = &anchor,
                                           .anchor_count = 1,
                                           .purpose = s->index == CLIENT ? IMP_X509_SERVER
                                                                         : IMP_X509_CLIENT,
                                           .host = s->index == CLIENT ? "est.example" : NULL};
    verdict[s->index] = imp_x509_verify(&s->t.env, given, count, &policy, p.now);
    return verdict[s->index] == IMP_X509_GOOD;
}

static void certify(void)
{
    struct imp_x509_spec spec = {.subject = "CN=root",
                                 .pub = root.pub,
                                 .purposes = IMP_X509_CA,
                                 .path_length = 0,
                                 .not_after = 1000 * IMP_S};
    imp_p256_keypair(&authority.env, "key", root.pub, root.secret);
    imp_x509_issue(&authority.env, &root.crt, &spec, NULL, root.secret);
    anchor = IMP_PIECE(root.crt.der, root.crt.n);
    for (int i = 0; i < 2; i++) {
        imp_p256_keypair(&authority.env, "key", own[i].pub, own[i].secret);
        spec = (struct imp_x509_spec){.subject = i == CLIENT ? "CN=device" : "CN=server",
                                      .pub = own[i].pub,
                                      .purposes = i == CLIENT ? IMP_X509_CLIENT : IMP_X509_SERVER,
                                      .dns = i == CLIENT ? NULL : "est.example",
                                      .not_after = 100 * IMP_S};
        imp_x509_issue(&authority.env, &own[i].crt, &spec, &root.crt, root.secret);
    }
}

static void prepare(enum imp_tls_versions versions)
{
    test_env_init(&authority, 3, "authority");
    stream_init(&p, seed);
    certify();
    for (int i = 0; i < 2; i++) {
        chain[i] = IMP_PIECE(own[i].crt.der, own[i].crt.n);
        x509[i] = (struct imp_dtls_x509){.chain = &chain[i],
                                         .count = 1,
                                         .secret = own[i].secret,
                                         .verify = verify,
                                         .ask = IMP_DTLS_REQUIRE,
                                         .versions = versions,
                                         .server_name = i == CLIENT ? "est.example" : NULL};
        config[i] = (struct imp_tls_config){
            .server = i == SERVER, .x509 = &x509[i], .send = stream_send, .arg = &p.side[i]};
    }
}

static void shake(size_t piece)
{
    stream_open(&p, &config[CLIENT], &config[SERVER]);
    cr_assert_not_null(p.side[CLIENT].tls);
    cr_assert_not_null(p.side[SERVER].tls);
    imp_tls_start(p.side[CLIENT].tls, p.now);
    stream_deliver(&p, piece);
}

static void check_open(void)
{
    for (int i = 0; i < 2; i++)
        cr_assert_eq(imp_tls_state(p.side[i].tls), IMP_DTLS_OPEN, "side %d: %s", i,
                     imp_tls_why(p.side[i].tls));
}

static void check_message(const char *text)
{
    uint8_t got[64];
    cr_assert_eq(imp_tls_write(p.side[CLIENT].tls, (const uint8_t *)text, strlen(text), p.now), 0);
    stream_deliver(&p, 7);
    cr_assert_eq(imp_tls_read(p.side[SERVER].tls, got, sizeof got), strlen(text));
    cr_assert_arr_eq(got, text, strlen(text));
}

Test(certificates, both_versions_bind_and_export_the_same_at_both_ends)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_2_AND_1_3; version++) {
        uint8_t bound[2][32], key[2][64];
        prepare((enum imp_tls_versions)version);
        shake(STREAM_MAX);
        check_open();
        cr_assert_eq(imp_tls_is_1_3(p.side[CLIENT].tls), version != IMP_TLS_1_2);
        for (int i = 0; i < 2; i++) {
            cr_assert_eq(imp_tls_binding(p.side[i].tls, bound[i]), version == 0 ? 12 : 32);
            cr_assert_eq(imp_tls_export(p.side[i].tls, key[i], 64, "EXPORTER_EAP_TLS_Key_Material",
                                        "\x0d", 1),
                         0);
            cr_assert_eq(p.side[i].t.charged[IMP_OP_P256_SIGN], 1);
            cr_assert_eq(p.side[i].t.charged[IMP_OP_P256_VERIFY], 2, "signature and certificate");
            cr_assert_eq(p.side[i].t.charged[IMP_OP_P256_ECDH], 1);
            cr_assert_eq(p.side[i].t.charged[IMP_OP_P256_KEYGEN], 1);
        }
        cr_assert_arr_eq(bound[0], bound[1], version == 0 ? 12 : 32);
        cr_assert_arr_eq(key[0], key[1], 64);
        check_message("request");
        stream_close(&p);
    }
}

/* CCM_8: each protected record is eight octets shorter. Both ends must have the suite. */
Test(certificates, suites_of_three_modes)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++) {
        size_t sent[IMP_TLS_GCM + 1];
        uint64_t aes[IMP_TLS_GCM + 1];
        for (int suite = IMP_TLS_CCM; suite <= IMP_TLS_GCM; suite++) {
            prepare((enum imp_tls_versions)version);
            x509[CLIENT].suite = x509[SERVER].suite = (enum imp_tls_suite)suite;
            shake(STREAM_MAX);
            check_open();
            size_t before = p.side[CLIENT].total;
            uint64_t charged = p.side[CLIENT].t.charged[IMP_OP_AES];
            check_message("request");
            sent[suite] = p.side[CLIENT].total - before;
            aes[suite] = p.side[CLIENT].t.charged[IMP_OP_AES] - charged;
            stream_close(&p);
        }
        cr_expect_eq(sent[IMP_TLS_CCM], sent[IMP_TLS_CCM_8] + 8);
        cr_expect_eq(sent[IMP_TLS_CCM], sent[IMP_TLS_GCM]);
        cr_expect_eq(aes[IMP_TLS_CCM], 16 * (3 + 2), "B_0, additional data, tag; content twice");
        cr_expect_eq(aes[IMP_TLS_CCM_8], 16 * (3 + 2));
        cr_expect_eq(aes[IMP_TLS_GCM], 16 * (4 + 2), "H, tag; additional data, lengths");
        for (int other = IMP_TLS_CCM_8; other <= IMP_TLS_GCM; other++) {
            prepare((enum imp_tls_versions)version);
            x509[CLIENT].suite = (enum imp_tls_suite)other;
            shake(STREAM_MAX);
            cr_expect_eq(imp_tls_state(p.side[CLIENT].tls), IMP_DTLS_FAILED);
            cr_expect_eq((int)imp_tls_alerted(p.side[CLIENT].tls), 40, "handshake_failure");
            stream_close(&p);
        }
    }
}

Test(certificates, octets_may_come_one_by_one)
{
    prepare(IMP_TLS_1_3);
    shake(1);
    check_open();
    stream_close(&p);
}

Test(certificates, a_client_without_one_is_served_only_where_none_is_required)
{
    for (int ask = IMP_DTLS_ASK_NOT; ask <= IMP_DTLS_REQUIRE; ask++) {
        prepare(IMP_TLS_1_2);
        x509[CLIENT].count = 0;
        x509[SERVER].ask = (enum imp_dtls_ask)ask;
        shake(STREAM_MAX);
        cr_assert_eq(imp_tls_state(p.side[SERVER].tls),
                     ask == IMP_DTLS_REQUIRE ? IMP_DTLS_FAILED : IMP_DTLS_OPEN, "%d: %s", ask,
                     imp_tls_why(p.side[SERVER].tls));
        stream_close(&p);
    }
}

/* An expired certificate, another name, a stranger's chain: whoever decides refuses. */
Test(certificates, what_the_verifier_refuses_ends_the_session)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++) {
        prepare((enum imp_tls_versions)version);
        p.now = 101 * IMP_S;
        shake(STREAM_MAX);
        cr_assert_eq(verdict[CLIENT], IMP_X509_EXPIRED);
        cr_assert_eq(imp_tls_state(p.side[CLIENT].tls), IMP_DTLS_FAILED);
        cr_assert_eq(imp_tls_state(p.side[SERVER].tls), IMP_DTLS_FAILED);
        stream_close(&p);
    }
    prepare(IMP_TLS_1_2);
    x509[CLIENT].verify = NULL;
    shake(STREAM_MAX);
    cr_assert_eq(imp_tls_state(p.side[CLIENT].tls), IMP_DTLS_FAILED);
    stream_close(&p);
}

/* Whose key it is has to be shown: a copied certificate is of no use. */
Test(certificates, a_copied_certificate_without_its_key_cannot_be_used)
{
    prepare(IMP_TLS_1_2);
    x509[CLIENT].secret = own[SERVER].secret;
    cr_assert_null(imp_tls_new(&p.side[CLIENT].t.env, &config[CLIENT], 0));
}

Test(certificates, same_seed_same_octets)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++) {
        uint8_t digest[2][32];
        for (int i = 0; i < 2; i++) {
            prepare((enum imp_tls_versions)version);
            shake(STREAM_MAX);
            check_message("request");
            memcpy(digest[i], p.digest, 32);
            stream_close(&p);
        }
        cr_assert_arr_eq(digest[0], digest[1], 32);
    }
}

/* ---- resumption --------------------------------------------------------------------------------
 */
static uint8_t ticket_key[IMP_TLS_TICKET_KEY] = {9, 8, 7};
static uint8_t kept[4096];

/* A handshake with tickets at both ends; `n` octets of `kept` are of an earlier one. */
static size_t shake_with_tickets(enum imp_tls_versions version, size_t n, imp_time now)
{
    seed++; /* other randomness than of the session before */
    prepare(version);
    p.now = now;
    const struct imp_tls_tickets client = {.session = n ? kept : NULL, .session_n = n};
    const struct imp_tls_tickets server = {.key = ticket_key, .lifetime = 60};
    config[CLIENT].tickets = &client;
    config[SERVER].tickets = &server;
    shake(STREAM_MAX);
    check_open();
    check_message("request");
    return imp_tls_session(p.side[CLIENT].tls, kept, sizeof kept);
}

Test(certificates, a_ticket_resumes_and_remembers_who_it_was)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++) {
        size_t n = shake_with_tickets((enum imp_tls_versions)version, 0, 0), octets[2];
        cr_assert_gt(n, 0, "version %d", version);
        cr_assert_not(imp_tls_resumed(p.side[CLIENT].tls));
        octets[0] = p.side[CLIENT].total + p.side[SERVER].total;
        stream_close(&p);
        n = shake_with_tickets((enum imp_tls_versions)version, n, 30 * IMP_S);
        octets[1] = p.side[CLIENT].total + p.side[SERVER].total;
        cr_expect_lt(octets[1] - octets[1] / 4, octets[0]);
        for (int i = 0; i < 2; i++) {
            struct imp_piece peer[2];
            cr_assert(imp_tls_resumed(p.side[i].tls), "version %d", version);
            cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_SIGN], 0);
            cr_expect_eq(p.side[i].t.charged[IMP_OP_P256_VERIFY], 0);
            cr_assert_eq(imp_tls_peer(p.side[i].tls, peer, 2), 1);
            cr_expect_eq(peer[0].n, own[!i].crt.n);
            cr_expect_arr_eq(peer[0].p, own[!i].crt.der, own[!i].crt.n);
        }
        stream_close(&p);
    }
}

/* Past its lifetime a ticket is of no use, and the handshake is a full one. */
Test(certificates, a_late_ticket_is_forgotten)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++) {
        size_t n = shake_with_tickets((enum imp_tls_versions)version, 0, 0);
        stream_close(&p);
        shake_with_tickets((enum imp_tls_versions)version, n, 90 * IMP_S);
        cr_expect_not(imp_tls_resumed(p.side[SERVER].tls), "version %d", version);
        cr_expect_not(imp_tls_resumed(p.side[CLIENT].tls));
        stream_close(&p);
    }
}

/* Values that follow, each from what is known before it: the plaintext and the exported key are at
 * the end of the chain that begins with an end's ephemeral scalar. */
struct chain {
    unsigned plain, exported, from_scalar;
    uint8_t key[64];
};

static void note(void *arg, const struct imp_operation *op)
{
    struct chain *c = arg;
    c->plain += op->out.n == 7 && memcmp(op->out.p, "request", 7) == 0;
    c->exported += op->out.n == 64 && strstr(op->name, "exporter") != NULL &&
                   (memcpy(c->key, op->out.p, 64), true);
    c->from_scalar += strcmp(op->name, "P-256 public key") == 0;
}

static void observed(enum imp_tls_versions version, enum imp_tls_suite suite)
{
    struct chain seen = {0};
    uint8_t key[64];
    prepare(version);
    x509[CLIENT].suite = x509[SERVER].suite = suite;
    imp_observe(note, &seen);
    shake(STREAM_MAX);
    check_message("request");
    imp_tls_export(p.side[CLIENT].tls, key, sizeof key, "EXPORTER_EAP_TLS_Key_Material", "\x0d", 1);
    imp_observe(NULL, NULL);
    cr_expect_geq(seen.plain, 1, "version %d, suite %d", version, suite);
    cr_expect_geq(seen.from_scalar, 2, "version %d, suite %d", version, suite);
    cr_expect_eq(seen.exported, 1, "version %d, suite %d", version, suite);
    cr_expect_arr_eq(seen.key, key, sizeof key);
    stream_close(&p);
}

Test(certificates, who_knows_the_ephemeral_keys_reads_the_stream)
{
    for (int version = IMP_TLS_1_2; version <= IMP_TLS_1_3; version++)
        for (int suite = IMP_TLS_CCM; suite <= IMP_TLS_GCM; suite++)
            observed((enum imp_tls_versions)version, (enum imp_tls_suite)suite);
}
