/* SPDX-License-Identifier: GPL-2.0-only */
/* Each operation that the building blocks report: the output is known to whoever knows all inputs,
 * and to nobody who lacks one of them. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/coap/block.h"
#include "protocols/codec/text.h"
#include "protocols/eap/eapol_key.h"
#include "protocols/eap/etls.h"
#include "protocols/eap/radius.h"
#include "sim/judge/knowledge.h"
#include "tests/support/test_env.h"

/* What the observer heard is kept, so that sets with different facts can be made of it. */
enum { MOST_RULES = 16, MOST_INPUTS = 12, MOST_OCTETS = 4096 };

static struct heard {
    const char *name;
    bool one_way;
    struct imp_piece in[MOST_INPUTS], out;
    size_t count;
} rules[MOST_RULES];
static size_t rule_count, octet_count;
static uint8_t octets[MOST_OCTETS];

static struct imp_piece keep(struct imp_piece p)
{
    cr_assert_leq(p.n, sizeof octets - octet_count);
    uint8_t *copy = octets + octet_count;
    if (p.n)
        memcpy(copy, p.p, p.n);
    octet_count += p.n;
    return IMP_PIECE(copy, p.n);
}

static void hear(void *arg, const struct imp_operation *op)
{
    (void)arg;
    cr_assert_lt(rule_count, MOST_RULES + 0u);
    cr_assert_leq(op->count, MOST_INPUTS + 0u);
    struct heard *r = &rules[rule_count++];
    *r = (struct heard){op->name, op->one_way, {{0}}, keep(op->out), op->count};
    for (size_t i = 0; i < op->count; i++)
        r->in[i] = keep(op->in[i]);
}

static void begin(void)
{
    imp_crypto_init();
    rule_count = octet_count = 0;
    imp_observe(hear, NULL);
}

#define ALL SIZE_MAX
static bool known(const struct imp_piece *in, size_t count, size_t missing, struct imp_piece out,
                  bool logarithms)
{
    struct imp_knowledge k = {0};
    for (size_t i = 0; i < rule_count; i++) {
        const struct heard *r = &rules[i];
        imp_knowledge_rule(&k, r->name, r->in, r->count, r->out.p, r->out.n);
        if (r->one_way && logarithms)
            imp_knowledge_rule(&k, "discrete logarithm", &r->out, 1, r->in->p, r->in->n);
    }
    for (size_t i = 0; i < count; i++)
        if (i != missing)
            imp_knowledge_add(&k, in[i].p, in[i].n, "given");
    imp_knowledge_close(&k);
    bool found = imp_knowledge_find(&k, out.p, out.n) != NULL;
    imp_knowledge_free(&k);
    return found;
}

/* The inputs give the output, all of them together only. */
static void expect_rule(const char *what, struct imp_piece out, const struct imp_piece *in,
                        size_t count)
{
    imp_observe(NULL, NULL);
    cr_assert_gt(rule_count, 0u, "%s is not reported", what);
    cr_expect(known(in, count, ALL, out, false), "%s: the inputs give the output", what);
    for (size_t i = 0; i < count; i++)
        cr_expect_not(known(in, count, i, out, false), "%s: without input %zu", what, i);
}
#define EXPECT(what, out, ...)                                                                     \
    expect_rule(what, out, (const struct imp_piece[]){__VA_ARGS__},                                \
                sizeof((const struct imp_piece[]){__VA_ARGS__}) / sizeof(struct imp_piece))
#define OF(array) IMP_PIECE(array, sizeof(array))

static const uint8_t key[16] = "a key of sixteen", key2[16] = "quite a new key.";
static const uint8_t plain[24] = "plaintext, 24 octets ...", header[12] = "the header..";
static const uint8_t nonce[16] = "a nonce, public.";
static const uint8_t cut[21] = "a head and a key cut"; /* in two, where a test says */
static const struct imp_piece message[] = {{plain, sizeof plain}, {header, sizeof header}};

Test(rules, aes_is_undone_by_who_knows_the_key)
{
    uint8_t out[16];
    begin();
    imp_aes_encrypt(NULL, out, key, plain);
    EXPECT("AES", OF(out), OF(key), IMP_PIECE(plain, 16));
    EXPECT("AES back", IMP_PIECE(plain, 16), OF(key), OF(out));
}

Test(rules, cmac_needs_key_and_every_piece)
{
    uint8_t mac[16];
    begin();
    imp_aes_cmac(NULL, mac, key, message, 2);
    EXPECT("CMAC", OF(mac), OF(key), OF(plain), OF(header));
    cr_expect_not(known(&OF(mac), 1, ALL, OF(key), false), "a code gives no key");
}

Test(rules, eax_seals_and_opens_in_place)
{
    uint8_t text[24], tag[16];
    memcpy(text, plain, sizeof text);
    begin();
    imp_aes_eax_seal(NULL, text, tag, key, nonce, 16, header, sizeof header, text, sizeof text);
    EXPECT("EAX seal", OF(text), OF(key), OF(plain));
    EXPECT("EAX tag", OF(tag), OF(key), OF(text), OF(header));
    begin();
    uint8_t sealed[24];
    memcpy(sealed, text, sizeof sealed);
    cr_assert_eq(
        imp_aes_eax_open(NULL, text, tag, key, nonce, 16, header, sizeof header, text, sizeof text),
        0);
    EXPECT("EAX open", OF(plain), OF(key), OF(sealed));
}

Test(rules, what_does_not_open_is_not_reported)
{
    uint8_t sealed[32], out[24], tag[16] = {0};
    imp_aes_ccm_seal(NULL, sealed, key, nonce, 13, header, sizeof header, plain, 24, 8);
    begin();
    cr_expect_neq(
        imp_aes_ccm_open(NULL, out, key2, nonce, 13, header, sizeof header, sealed, 32, 8), 0);
    cr_expect_neq(imp_aes_eax_open(NULL, out, tag, key2, nonce, 16, header, 12, sealed, 24), 0);
    cr_expect_neq(imp_aes_unwrap(NULL, out, key2, sealed, 32), 0);
    cr_expect_eq(rule_count, 0u);
    imp_observe(NULL, NULL);
}

Test(rules, ccm_seals_and_opens)
{
    uint8_t sealed[32], out[24];
    begin();
    imp_aes_ccm_seal(NULL, sealed, key, nonce, 13, header, sizeof header, plain, 24, 8);
    EXPECT("CCM seal", IMP_PIECE(sealed, 24), OF(key), OF(plain));
    EXPECT("CCM tag", IMP_PIECE(sealed + 24, 8), OF(key), OF(header), IMP_PIECE(sealed, 24));
    begin();
    imp_aes_ccm_open(NULL, out, key, nonce, 13, header, sizeof header, sealed, 32, 8);
    EXPECT("CCM open", OF(plain), OF(key), IMP_PIECE(sealed, 24));
}

Test(rules, key_wrap_goes_both_ways)
{
    uint8_t wrapped[32], out[24];
    begin();
    imp_aes_wrap(NULL, wrapped, key, plain, 24);
    EXPECT("wrap", OF(wrapped), OF(key), OF(plain));
    begin();
    imp_aes_unwrap(NULL, out, key, wrapped, 32);
    EXPECT("unwrap", OF(plain), OF(key), OF(wrapped));
}

Test(rules, cbc_goes_both_ways)
{
    uint8_t sealed[32], out[32];
    begin();
    imp_aes_cbc_encrypt(NULL, sealed, key, nonce, plain, 24);
    EXPECT("CBC", OF(sealed), OF(key), IMP_PIECE(plain, 24));
    begin();
    cr_assert_eq(imp_aes_cbc_decrypt(NULL, out, key, nonce, sealed, 32), 24);
    EXPECT("CBC back", IMP_PIECE(plain, 24), OF(key), OF(sealed));
}

Test(rules, hashes_and_their_codes)
{
    uint8_t out[32];
    begin();
    imp_sha256(NULL, out, message, 2);
    EXPECT("SHA-256", IMP_PIECE(out, 32), OF(plain), OF(header));
    begin();
    imp_sha1(NULL, out, message, 2);
    EXPECT("SHA-1", IMP_PIECE(out, 20), OF(plain), OF(header));
    begin();
    imp_md5(NULL, out, message, 2);
    EXPECT("MD5", IMP_PIECE(out, 16), OF(plain), OF(header));
    begin();
    imp_hmac_sha256(NULL, out, key, 16, message, 2);
    EXPECT("HMAC-SHA256", IMP_PIECE(out, 32), OF(key), OF(plain), OF(header));
    begin();
    imp_hmac_sha1(NULL, out, key, 16, message, 2);
    EXPECT("HMAC-SHA1", IMP_PIECE(out, 20), OF(key), OF(plain), OF(header));
    begin();
    imp_hmac_md5(NULL, out, key, 16, message, 2);
    EXPECT("HMAC-MD5", IMP_PIECE(out, 16), OF(key), OF(plain), OF(header));
}

Test(rules, key_derivation_is_one_rule_for_all_its_blocks)
{
    uint8_t out[80];
    begin();
    imp_hkdf(NULL, out, sizeof out, header, sizeof header, key, 16, plain, sizeof plain);
    cr_expect_eq(rule_count, 1u);
    EXPECT("HKDF", OF(out), OF(header), OF(key), OF(plain));
    begin();
    imp_kdf_onestep(NULL, out, sizeof out, key, 16, message, 2);
    cr_expect_eq(rule_count, 1u);
    EXPECT("one-step KDF", OF(out), OF(key), OF(plain), OF(header));
    begin();
    imp_kdf_x963(NULL, out, sizeof out, key, 16, plain, sizeof plain);
    cr_expect_eq(rule_count, 1u);
    EXPECT("X9.63 KDF", OF(out), OF(key), OF(plain));
}

Test(rules, x25519_from_either_end)
{
    uint8_t a[32] = "scalar of the first, 32 octets.", b[32] = "scalar of the second, 32 octets";
    uint8_t a_pub[32], b_pub[32], z[32];
    begin();
    imp_x25519_public(NULL, a_pub, a);
    imp_x25519_public(NULL, b_pub, b);
    cr_assert_eq(imp_x25519_shared(NULL, z, a, b_pub), 0);
    cr_assert_eq(imp_x25519_shared(NULL, z, b, a_pub), 0);
    EXPECT("X25519", OF(z), OF(a), OF(b_pub));
    EXPECT("X25519 at the other end", OF(z), OF(b), OF(a_pub));
    const struct imp_piece seen[] = {OF(a_pub), OF(b_pub)};
    cr_expect_not(known(seen, 2, ALL, OF(z), false), "an eavesdropper has the public keys only");
    cr_expect(known(seen, 2, ALL, OF(z), true), "unless discrete logarithms are easy");
    cr_expect(known(seen, 1, ALL, OF(a), true));
}

Test(rules, p256_from_the_draw_to_the_shared_secret)
{
    struct test_env t;
    uint8_t draw[32], secret[32], pub[64], peer_secret[32] = {[31] = 7}, peer[64], z[32];
    test_env_init(&t, 3, "device-1");
    struct imp_rng copy = t.rng;
    imp_rng_fill(&copy, draw, sizeof draw);
    cr_assert_eq(imp_p256_public(NULL, peer, peer_secret), 0);
    begin();
    imp_p256_keypair(&t.env, "test", pub, secret);
    cr_assert_eq(imp_p256_shared(NULL, z, secret, peer), 0);
    EXPECT("P-256 scalar", OF(secret), OF(draw));
    EXPECT("P-256 public key", OF(pub), OF(secret));
    EXPECT("P-256 ECDH", OF(z), OF(draw), OF(peer));
    const struct imp_piece seen[] = {OF(pub), OF(peer)};
    cr_expect_not(known(seen, 2, ALL, OF(z), false));
    cr_expect(known(seen, 2, ALL, OF(z), true));
}

Test(rules, a_known_nonce_gives_the_signing_key)
{
    struct test_env t;
    uint8_t draw[32], sig[64], secret[32] = "a signing key, below the order.";
    test_env_init(&t, 4, "device-1");
    struct imp_rng copy = t.rng;
    imp_rng_fill(&copy, draw, sizeof draw);
    begin();
    imp_p256_sign(&t.env, "test", sig, secret, message, 2);
    EXPECT("ECDSA nonce", OF(secret), OF(draw), OF(sig), OF(plain), OF(header));
    EXPECT("ECDSA", OF(sig), OF(secret), OF(draw), OF(plain), OF(header));
}

Test(rules, encodings_go_both_ways)
{
    char text[64];
    uint8_t out[64];
    begin();
    int n = imp_base64url_encode(text, sizeof text, key, 16);
    EXPECT("base64url", IMP_PIECE(text, (size_t)n), OF(key));
    EXPECT("base64url", OF(key), IMP_PIECE(text, (size_t)n));
    begin();
    n = imp_hex_encode(text, sizeof text, key, 16);
    EXPECT("hexadecimal", IMP_PIECE(text, (size_t)n), OF(key));
    begin();
    imp_hex_decode(out, sizeof out, text, (size_t)n);
    EXPECT("hexadecimal", OF(key), IMP_PIECE(text, (size_t)n));
}

Test(rules, a_text_needs_its_long_words)
{
    static const char text[] = "[1,{\"Vers\":\"c2VjcmV0IHdvcmQ\"},\"bW9yZSBzZWNyZXRz\"]";
    begin();
    imp_observe_text(text, sizeof text - 1);
    EXPECT("writing", IMP_PIECE(text, sizeof text - 1), IMP_PIECE("c2VjcmV0IHdvcmQ", 15),
           IMP_PIECE("bW9yZSBzZWNyZXRz", 16));
    begin();
    imp_observe_text("a label", 7);
    imp_observe(NULL, NULL);
    cr_expect(known(NULL, 0, ALL, IMP_PIECE("a label", 7), false), "everybody knows labels");
}

/* Of the key 5 octets stand behind the cut: too few for a part that is composed. */
Test(rules, a_key_that_coap_cuts_needs_both_blocks)
{
    const struct imp_piece whole = OF(cut), first = {cut, 16}, second = {cut + 16, 5};
    static const struct imp_coap_block blocks[] = {{.num = 0, .more = true}, {.num = 1}};
    struct imp_block_in in = {0};
    begin();
    for (size_t i = 0; i < 2; i++) {
        struct imp_coap_message m = {.payload = i ? second.p : first.p,
                                     .payload_n = i ? second.n : first.n};
        imp_coap_add_block(&m, IMP_COAP_BLOCK1, &blocks[i]);
        cr_assert_eq(imp_block_take(&in, &m, IMP_COAP_BLOCK1), (int)i);
    }
    EXPECT("joining", whole, first, second);
}

Test(rules, what_eap_tls_cuts_needs_both_fragments)
{
    static struct etls_message m;
    const struct etls_packet fragments[] = {
        {.more = true, .has_length = true, .length = sizeof cut, .data = cut, .n = 15},
        {.data = cut + 15, .n = 6}};
    begin();
    cr_assert_eq(etls_take(&m, &fragments[0]), ETLS_PART);
    cr_assert_eq(etls_take(&m, &fragments[1]), ETLS_WHOLE);
    EXPECT("joining", OF(cut), IMP_PIECE(cut, 15), IMP_PIECE(cut + 15, 6));
}

Test(rules, an_eap_packet_of_two_attributes_needs_both)
{
    enum { WHOLE = 253 /* an attribute's value */, REST = 5 };
    uint8_t eap[WHOLE + REST], packet[300], out[sizeof eap];
    struct imp_radius_writer w;
    struct imp_radius r;
    for (size_t i = 0; i < sizeof eap; i++)
        eap[i] = (uint8_t)i;
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_CHALLENGE, 1, nonce);
    imp_radius_put_eap(&w, eap, sizeof eap);
    size_t n = imp_radius_end_request(&w, NULL, key, 16);
    cr_assert_eq(imp_radius_parse(&r, packet, n), 0);
    begin();
    cr_assert_eq(imp_radius_eap(&r, out, sizeof out), (int)sizeof eap);
    EXPECT("joining", OF(eap), IMP_PIECE(eap, WHOLE), IMP_PIECE(eap + WHOLE, REST));
}

Test(rules, mppe_hides_the_key_under_secret_and_authenticator)
{
    static const uint8_t salt[2] = {0x80, 1}, msk[32] = "half of a master session key....";
    uint8_t cipher[48], out[32];
    begin();
    imp_mppe_encrypt(NULL, cipher, msk, sizeof msk, key, 16, nonce, salt);
    EXPECT("MS-MPPE", OF(msk), OF(key), OF(nonce), OF(cipher));
    EXPECT("MS-MPPE", OF(cipher), OF(key), OF(nonce), OF(msk));
    begin();
    cr_assert_eq(
        imp_mppe_decrypt(NULL, out, sizeof out, cipher, sizeof cipher, key, 16, nonce, salt), 32);
    EXPECT("MS-MPPE", OF(msk), OF(key), OF(nonce), OF(cipher));
}

Test(rules, ptk_needs_pmk_and_both_nonces)
{
    static const uint8_t pmk[32] = "a pairwise master key, 32 octets", anonce[32] = "nonce of A";
    static const uint8_t snonce[32] = "the nonce of the supplicant";
    const struct imp_addr aa = {6, {2, 0, 0, 0, 0, 1}}, spa = {6, {2, 0, 0, 0, 0, 2}};
    struct imp_ptk ptk;
    begin();
    imp_wpa_ptk(NULL, &ptk, pmk, &aa, &spa, anonce, snonce);
    EXPECT("PTK", IMP_PIECE(&ptk, sizeof ptk), OF(pmk), OF(anonce), OF(snonce));
}

Test(rules, a_hold_silences_and_resume_restores)
{
    uint8_t out[32];
    begin();
    struct imp_observation before = imp_observe_hold();
    cr_expect_not(imp_observed());
    imp_sha256(NULL, out, message, 2);
    imp_observe_resume(before);
    cr_expect(imp_observed());
    cr_expect_eq(rule_count, 0u);
    imp_observe(NULL, NULL);
}
