/* SPDX-License-Identifier: GPL-2.0-only */
/* The example run of the authors' script, in both readings of SuppPrivInfo: each message is read,
 * the hash input is put together from what was read, and every derived value is compared. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/eap/noob_keys.h"
#include "protocols/eap/noob_oob.h"
#include "protocols/codec/text.h"
#include "tests/support/vectors.h"

static void init(void)
{
    imp_crypto_init();
}
TestSuite(noob_keys, .init = init);

static const char *message_text(const json_t *c, size_t i)
{
    return json_string_value(
        json_array_get(json_object_get(c, "messages_initial_and_completion"), i));
}

static void parse(struct noob_message *m, const json_t *c, size_t i)
{
    const char *text = message_text(c, i);
    cr_assert_eq(noob_parse(m, i % 2 == 1, (const uint8_t *)text, strlen(text)), NOOB_OK,
                 "message %zu", i);
}

struct run {
    struct noob_message request, response, keys_request, keys_response;
    struct noob_transcript t;
    struct noob_oob oob;
};

/* The array as a receiver of all four messages builds it. */
static void make_run(struct run *r, const json_t *c)
{
    const char *oob = vector_text(c, "oob");
    parse(&r->request, c, 2);
    parse(&r->response, c, 3);
    parse(&r->keys_request, c, 4);
    parse(&r->keys_response, c, 5);
    cr_assert_eq(noob_oob_parse(&r->oob, (const uint8_t *)oob, strlen(oob)), 0);
    memset(&r->t, 0, sizeof r->t);
    const struct noob_message *of[] = {&r->request, &r->response, &r->request,  &r->request,
                                       &r->request, &r->request,  &r->response, &r->response,
                                       &r->request, &r->response};
    static const enum noob_member which[] = {NOOB_M_VERS,         NOOB_M_VERP, NOOB_M_PEER_ID,
                                             NOOB_M_CRYPTOSUITES, NOOB_M_DIRS, NOOB_M_SERVER_INFO,
                                             NOOB_M_CRYPTOSUITEP, NOOB_M_DIRP, NOOB_M_NEW_NAI,
                                             NOOB_M_PEER_INFO};
    for (size_t i = 0; i < 10; i++)
        noob_transcript_span(&r->t, &of[i]->raw[which[i]]);
    noob_transcript_int(&r->t, 0);
    noob_transcript_span(&r->t, &r->keys_request.raw[NOOB_M_PKS]);
    noob_transcript_span(&r->t, &r->keys_request.raw[NOOB_M_NS]);
    noob_transcript_span(&r->t, &r->keys_response.raw[NOOB_M_PKP]);
    noob_transcript_span(&r->t, &r->keys_response.raw[NOOB_M_NP]);
}

static void assert_base64(const uint8_t *got, size_t n, const json_t *object, const char *key)
{
    char text[64];
    imp_base64url_encode(text, sizeof text, got, n);
    cr_assert_str_eq(text, vector_text(object, key), "%s", key);
}

static void assert_hex(const uint8_t *got, size_t n, const json_t *object, const char *key)
{
    struct vector_bytes want = vector_hex(object, key);
    cr_assert_eq(want.n, n, "%s", key);
    cr_assert_arr_eq(got, want.p, n, "%s", key);
}

Test(noob_keys, the_array_is_the_authors_input)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        static struct run r;
        char array[4096];
        make_run(&r, c);
        int n =
            snprintf(array, sizeof array, "[2%.*s,\"x3JlolaPciK4Wa6XlMJxtQ\"]", r.t.n, r.t.bytes);
        cr_assert(n > 0 && (size_t)n < sizeof array);
        cr_assert_str_eq(array, vector_text(c, "hoob_input"));
    }
}

Test(noob_keys, fingerprint_and_identifier_of_the_example)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        static struct run r;
        uint8_t hoob[NOOB_NOOB], id[NOOB_NOOB];
        make_run(&r, c);
        noob_hoob(NULL, hoob, NOOB_SERVER_TO_PEER, &r.t, r.oob.noob);
        assert_base64(hoob, sizeof hoob, json_object_get(c, "published"), "Hoob");
        cr_assert_arr_eq(hoob, r.oob.hoob, NOOB_NOOB);
        noob_id(NULL, id, r.oob.noob);
        assert_base64(id, sizeof id, json_object_get(c, "published"), "NoobId");
        noob_hoob(NULL, hoob, NOOB_PEER_TO_SERVER, &r.t, r.oob.noob);
        cr_assert_arr_neq(hoob, r.oob.hoob, NOOB_NOOB, "the direction enters the fingerprint");
    }
}

static void check_derived(const json_t *c, struct run *r, enum noob_supp supp, const char *key)
{
    const json_t *want = json_object_get(c, key);
    struct vector_bytes z = vector_hex(c, "ecdh_Z");
    struct noob_keys k;
    uint8_t mac[NOOB_MAC];
    cr_assert_not_null(want, "%s", key);
    noob_derive(NULL, &k, 0, supp, z.p, r->keys_response.nonce, r->keys_request.nonce, r->oob.noob);
    assert_hex(k.msk, 64, want, "MSK");
    assert_hex(k.emsk, 64, want, "EMSK");
    assert_hex(k.amsk, 64, want, "AMSK");
    assert_hex(k.method_id, 32, want, "MethodId");
    assert_hex(k.kms, 32, want, "Kms");
    assert_hex(k.kmp, 32, want, "Kmp");
    assert_hex(k.kz, 32, want, "Kz");
    noob_mac(NULL, mac, k.kms, NOOB_FIRST_S, &r->t, r->oob.noob);
    assert_base64(mac, sizeof mac, want, "MACs");
    noob_mac(NULL, mac, k.kmp, NOOB_FIRST_P, &r->t, r->oob.noob);
    assert_base64(mac, sizeof mac, want, "MACp");
}

Test(noob_keys, keys_without_the_length_octet)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        static struct run r;
        make_run(&r, c);
        check_derived(c, &r, NOOB_SUPP_PLAIN, "derived_reference_code_variant(no Datalength byte)");
    }
}

Test(noob_keys, keys_with_the_length_octet_of_the_rfc)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        static struct run r;
        make_run(&r, c);
        check_derived(c, &r, NOOB_SUPP_LENGTH_BYTE,
                      "derived_rfc9140_text_variant(one-byte Datalength before Noob; computed by "
                      "us, NOT published)");
    }
}

Test(noob_keys, public_keys_of_the_example)
{
    VECTORS(c, "eap_noob_initial_completion")
    {
        static struct run r;
        enum noob_suite suite = (enum noob_suite)vector_number(c, "cryptosuite");
        uint8_t pks[64], pkp[64];
        char jwk[NOOB_JWK_MAX];
        make_run(&r, c);
        const struct noob_span *s = &r.keys_request.raw[NOOB_M_PKS];
        cr_assert_eq(noob_jwk_parse(pks, suite, s), 0);
        cr_assert_eq(noob_jwk_parse(pkp, suite, &r.keys_response.raw[NOOB_M_PKP]), 0);
        cr_assert_eq(noob_jwk_write(jwk, suite, pks), s->n);
        cr_assert_arr_eq(jwk, s->p, s->n, "a JWK that was read is written as it was");
        cr_assert_eq(noob_jwk_parse(pks, suite == NOOB_X25519 ? NOOB_P256 : NOOB_X25519, s), -1,
                     "a key of the other suite");
    }
}

Test(noob_keys, both_ends_share_a_secret)
{
    static const enum noob_suite suites[] = {NOOB_X25519, NOOB_P256};
    static const char *const secret[] = {
        "77076d0a7318a57d3c16c17251b2664530cc1c3e2e7e1f5b1b1b1b1b1b1b1b1b",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"};
    for (size_t i = 0; i < 2; i++) {
        struct noob_key_pair a = {{0}, {0}}, b = {{0}, {0}};
        uint8_t za[32], zb[32], zero[64] = {0};
        imp_hex_decode(a.secret, 32, secret[0], 64);
        imp_hex_decode(b.secret, 32, secret[1], 64);
        if (suites[i] == NOOB_X25519) {
            imp_x25519_public(NULL, a.pub, a.secret);
            imp_x25519_public(NULL, b.pub, b.secret);
        } else {
            imp_p256_public(NULL, a.pub, a.secret);
            imp_p256_public(NULL, b.pub, b.secret);
        }
        cr_assert_eq(noob_shared(NULL, za, suites[i], &a, b.pub), 0);
        cr_assert_eq(noob_shared(NULL, zb, suites[i], &b, a.pub), 0);
        cr_assert_arr_eq(za, zb, 32);
        cr_assert_eq(noob_shared(NULL, za, suites[i], &a, zero), -1, "an invalid key");
    }
}

Test(noob_keys, modes_differ_in_input_and_output)
{
    uint8_t z[32] = {1}, np[32] = {2}, ns[32] = {3}, kz[32] = {4}, none[32] = {0};
    struct noob_keys k[4], plain;
    for (int mode = 0; mode < 4; mode++)
        noob_derive(NULL, &k[mode], mode, NOOB_SUPP_LENGTH_BYTE, z, np, ns, kz);
    cr_assert_arr_neq(k[0].msk, k[2].msk, 64, "Noob has 16 octets, Kz has 32");
    cr_assert_arr_neq(k[1].msk, k[2].msk, 64, "mode 1 has no SuppPrivInfo");
    cr_assert_arr_eq(k[2].msk, k[3].msk, 64, "modes 2 and 3 derive alike");
    cr_assert_arr_eq(k[1].kz, none, 32, "mode 1 gives no new Kz");
    cr_assert_arr_eq(k[2].kz, none, 32, "mode 2 gives no new Kz");
    cr_assert_arr_neq(k[3].kz, none, 32);
    noob_derive(NULL, &plain, 1, NOOB_SUPP_PLAIN, z, np, ns, NULL);
    cr_assert_arr_neq(plain.msk, k[1].msk, 64, "the null string has a length octet too");
}

Test(noob_keys, a_transcript_that_overflows_says_so)
{
    static struct noob_transcript t;
    char big[NOOB_TRANSCRIPT_MAX];
    memset(big, 'x', sizeof big);
    noob_transcript_add(&t, big, sizeof big - 1);
    cr_assert_not(t.overflow);
    noob_transcript_int(&t, 1);
    cr_assert(t.overflow);
}
