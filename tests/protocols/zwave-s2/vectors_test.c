/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys, nonces and frames against values of an independent implementation (zwave-js). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw_link.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

#define VECTOR "zwave_s2"

TestSuite(zwave_s2_vectors, .init = imp_crypto_init);

#define SAME(octets, v, name)                                                                      \
    do {                                                                                           \
        struct vector_bytes wanted_ = vector_hex(v, name);                                         \
        cr_assert_gt(wanted_.n, 0, "%s is missing", name);                                         \
        cr_expect_arr_eq(octets, wanted_.p, wanted_.n, "%s", name);                                \
    } while (0)

Test(zwave_s2_vectors, temporary_key)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived temp;
        uint8_t z[32];
        cr_assert_eq(imp_x25519_shared(NULL, z, vector_hex(v, "controller_private").p,
                                       vector_hex(v, "node_public").p),
                     0);
        SAME(z, v, "shared");
        zw_temp(NULL, &temp, z, vector_hex(v, "controller_public").p,
                vector_hex(v, "node_public").p);
        SAME(temp.ccm, v, "temp_ccm");
        SAME(temp.pstring, v, "temp_pstring");
    }
}

Test(zwave_s2_vectors, network_key)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived d;
        zw_network(NULL, &d, vector_hex(v, "network_key").p);
        SAME(d.ccm, v, "network_ccm");
        SAME(d.pstring, v, "network_pstring");
        SAME(d.mpan, v, "network_mpan");
    }
}

Test(zwave_s2_vectors, nonces)
{
    static const char *const names[] = {"span_1", "span_2", "span_3", "span_4"};
    VECTORS(v, VECTOR)
    {
        struct zw_span s;
        uint8_t nonce[ZW_NONCE];
        zw_span_begin(NULL, &s, vector_hex(v, "sender_ei").p, vector_hex(v, "receiver_ei").p,
                      vector_hex(v, "network_pstring").p);
        for (int i = 0; i < 4; i++) {
            zw_span_next(NULL, &s, nonce);
            SAME(nonce, v, names[i]);
        }
    }
}

Test(zwave_s2_vectors, encryption)
{
    VECTORS(v, VECTOR)
    {
        struct vector_bytes plain = vector_hex(v, "ccm_plain"), aad = vector_hex(v, "ccm_aad");
        uint8_t sealed[64];
        imp_aes_ccm_seal(NULL, sealed, vector_hex(v, "network_ccm").p, vector_hex(v, "ccm_nonce").p,
                         ZW_NONCE, aad.p, aad.n, plain.p, plain.n, ZW_TAG);
        SAME(sealed, v, "ccm_sealed");
    }
}

Test(zwave_s2_vectors, five_digits_restore_a_masked_key)
{
    VECTORS(v, VECTOR)
    {
        struct vector_bytes frame = vector_hex(v, "public_key_report_node");
        uint8_t key[ZW_PUBLIC];
        char pin[ZW_PIN + 1];
        cr_assert_eq(frame.n, 3 + ZW_PUBLIC);
        memcpy(key, frame.p + 3, ZW_PUBLIC);
        zw_pin(pin, vector_hex(v, "node_public").p);
        cr_expect_str_eq(pin, "56990", "de9e");
        cr_assert_eq(zw_pin_restore(key, ZW_MASKED, (const uint8_t *)pin, ZW_PIN), 0);
        SAME(key, v, "node_public");
        cr_expect_eq(zw_pin_restore(key, ZW_MASKED, (const uint8_t *)"65536", ZW_PIN), -1);
        cr_expect_eq(zw_pin_restore(key, ZW_MASKED, (const uint8_t *)"1234", 4), -1);
        cr_expect_eq(zw_pin_restore(key, ZW_MASKED, (const uint8_t *)"12a45", ZW_PIN), -1);
    }
}

Test(zwave_s2_vectors, security_0_under_the_key_of_zeros)
{
    static const uint8_t zeros[ZW_KEY];
    VECTORS(v, VECTOR)
    {
        struct zw_s0_keys k;
        uint8_t iv[16] = {1, 2, 3}, sealed[64], clear[64];
        static const uint8_t text[20] = {0, ZW_CLASS_S0, 6, 0x11, 0x22};
        struct zw_s0_header h = {0x81, 1, 2}, other = {0x81, 2, 1};
        zw_s0_keys(NULL, &k, zeros);
        SAME(k.auth, v, "s0_zero_auth");
        SAME(k.enc, v, "s0_zero_enc");
        zw_s0_seal(NULL, sealed, &k, iv, h, text, sizeof text);
        cr_assert_eq(zw_s0_open(NULL, clear, &k, iv, h, sealed, sizeof text), 0);
        cr_expect_arr_eq(clear, text, sizeof text);
        cr_expect_eq(zw_s0_open(NULL, clear, &k, iv, other, sealed, sizeof text), -1);
        sealed[3] ^= 1;
        cr_expect_eq(zw_s0_open(NULL, clear, &k, iv, h, sealed, sizeof text), -1);
    }
}

/* Both directions draw on one SPAN; addresses, HomeID and length are authentic. */
Test(zwave_s2_vectors, an_encapsulated_command_opens_once_and_at_its_addressee)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived keys;
        struct zw_link a = {.ends = {1, 2, {0xc0, 0, 0, 7}}}, b = {.ends = {2, 1, {0xc0, 0, 0, 7}}};
        uint8_t frame[ZW_FRAME_MAX], clear[ZW_FRAME_MAX];
        static const uint8_t command[] = {ZW_CLASS_S2, ZW_S2_KEY_VERIFY};
        zw_network(NULL, &keys, vector_hex(v, "network_key").p);
        zw_span_begin(NULL, &a.span, vector_hex(v, "sender_ei").p, vector_hex(v, "receiver_ei").p,
                      keys.pstring);
        memcpy(b.rei, vector_hex(v, "receiver_ei").p, ZW_EI);
        b.promised = true;
        size_t n = zw_seal(NULL, &a, &keys, vector_hex(v, "sender_ei").p, command, 2, frame);
        cr_expect_eq(n, 4 + ZW_EXTENSION + 2 + ZW_TAG);
        struct zw_link elsewhere = b;
        elsewhere.ends.home[3] = 8;
        cr_expect_eq(zw_open(NULL, &elsewhere, &keys, frame, n, clear), -1, "another HomeID");
        cr_expect_eq(zw_open(NULL, &b, &keys, frame, n, clear), 2);
        cr_expect_arr_eq(clear, command, 2);
        cr_expect_eq(zw_open(NULL, &b, &keys, frame, n, clear), ZW_REPEATED);
    }
}

/* ---- what another implementation sealed
 * -----------------------------------------------------------------------------------------------
 */
static size_t octets(uint8_t *out, const json_t *v, const char *list, size_t i)
{
    json_t *one = json_pack("{s:O}", "v", json_array_get(json_object_get(v, list), i));
    struct vector_bytes b = vector_hex(one, "v");
    json_decref(one);
    memcpy(out, b.p, b.n);
    return b.n;
}

static struct zw_derived keys_of(const json_t *v)
{
    struct zw_derived keys = {{0}, {0}, {0}};
    struct vector_bytes network = vector_hex(v, "network_key");
    bool node = strcmp(vector_text(v, "from"), "node") == 0;
    uint8_t z[32];
    if (network.n) {
        zw_network(NULL, &keys, network.p);
        return keys;
    }
    struct vector_bytes own = vector_hex(v, "public"), peer = vector_hex(v, "peer_public");
    cr_assert_eq(imp_x25519_shared(NULL, z, vector_hex(v, "secret").p, peer.p), 0);
    zw_temp(NULL, &keys, z, node ? peer.p : own.p, node ? own.p : peer.p);
    return keys;
}

/* Of a SPAN some frames are the other end's and missing here. */
Test(zwave_s2_vectors, frames_of_zw_libs2)
{
    size_t spans = 0;
    VECTORS(v, "zwave_libs2")
    {
        struct zw_derived keys = keys_of(v);
        struct zw_link l = {.ends = {vector_hex(v, "own").p[0], vector_hex(v, "peer").p[0], {0}}};
        uint8_t frame[ZW_FRAME_MAX], clear[ZW_FRAME_MAX], wanted[ZW_FRAME_MAX];
        memcpy(l.ends.home, vector_hex(v, "home").p, 4);
        memcpy(l.rei, vector_hex(v, "rei").p, ZW_EI);
        zw_span_begin(NULL, &l.span, vector_hex(v, "sei").p, l.rei, keys.pstring);
        memcpy(l.span_key, keys.ccm, ZW_KEY);
        l.promised = true;
        size_t count = json_array_size(json_object_get(v, "frames"));
        cr_assert_gt(count, 0);
        for (size_t i = 0; i < count; i++) {
            size_t n = octets(frame, v, "frames", i), size = octets(wanted, v, "commands", i);
            cr_assert_eq(zw_open(NULL, &l, &keys, frame, n, clear), (int)size, "span %zu frame %zu",
                         spans, i);
            cr_expect_arr_eq(clear, wanted, size);
        }
        spans++;
    }
    cr_expect_eq(spans, 15);
}
