/* SPDX-License-Identifier: GPL-2.0-only */
/* CBOR contents, link format, and the derived values. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/leap_of_faith/duckling/bond.h"
#include "protocols/coap/link_format.h"

Test(content, written_and_read_again)
{
    struct duck_content c = {.name = "a mother's name!",
                             .name_n = 16,
                             .lifetime = 4000000000u,
                             .pan = 0x1a1234,
                             .status = DUCK_STATUS_OPERATIONAL},
                        back;
    uint8_t bytes[2 * DUCK_CONTENT_MAX];
    for (unsigned fields = 0; fields < 1u << 12; fields++) {
        c.has = fields << 1;
        size_t n = duck_content_write(NULL, bytes, &c);
        if (n == 0)
            continue; /* all of them together are more than a message holds */
        cr_assert_eq(duck_content_read(NULL, &back, bytes, n), 0, "fields %x", fields);
        cr_expect_eq(back.has, c.has);
        if (c.has & DUCK_HAS(DUCK_F_NAME))
            cr_expect_arr_eq(back.name, c.name, 16);
        if (c.has & DUCK_HAS(DUCK_F_LIFETIME))
            cr_expect_eq(back.lifetime, c.lifetime);
        cr_expect_eq(duck_content_read(NULL, &back, bytes, n - 1), -1, "cut short");
        bytes[n] = 0;
        cr_expect_eq(duck_content_read(NULL, &back, bytes, n + 1), -1, "one octet too many");
    }
}

Test(content, wrong_forms_are_refused)
{
    static const struct {
        const char *why;
        uint8_t n, p[24];
    } bad[] = {
        {"empty", 0, {0}},
        {"not a map", 1, {0x80}},
        {"unknown key", 3, {0xa1, 0x0d, 0x00}},
        {"key 0", 3, {0xa1, 0x00, 0x00}},
        {"node of seven octets", 10, {0xa1, 0x01, 0x47, 1, 2, 3, 4, 5, 6, 7}},
        {"node as text", 11, {0xa1, 0x01, 0x68, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}},
        {"empty name", 3, {0xa1, 0x04, 0x60}},
        {"long name", 20, {0xa1, 0x04, 0x71, 'n', 'n', 'n', 'n', 'n', 'n', 'n',
                           'n',  'n',  'n',  'n', 'n', 'n', 'n', 'n', 'n', 'n'}},
        {"negative lifetime", 3, {0xa1, 0x05, 0x20}},
        {"lifetime in nine octets", 11, {0xa1, 0x05, 0x1b, 0, 0, 0, 1, 0, 0, 0, 0}},
        {"unknown state", 6, {0xa1, 0x0b, 0x63, 'o', 'l', 'd'}},
        {"keys out of order", 9, {0xa2, 0x0b, 0x63, 'n', 'e', 'w', 0x05, 0x01}},
        {"key twice", 5, {0xa2, 0x05, 0x01, 0x05, 0x01}},
    };
    struct duck_content c;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(duck_content_read(NULL, &c, bad[i].p, bad[i].n), -1, "%s", bad[i].why);
}

static struct imp_text text(const char *s)
{
    return (struct imp_text){s, strlen(s)};
}

/* Links with quotes, commas inside quotes, several words (RFC 6690 sections 2 and 5). */
Test(content, link_format_is_read)
{
    struct imp_text rest = text("</sensors>;ct=40;title=\"Sensor Index, \\\"all\\\"\","
                                "</imprint>;rt=\"light-lux duck.mother\";ep=\"00ff\",</t>;obs");
    struct imp_link link;
    struct imp_text value;
    cr_assert_eq(imp_link_next(&link, &rest), 1);
    cr_expect(imp_text_is(link.target, "/sensors"));
    cr_expect(imp_link_param(&value, &link, "ct") && imp_text_is(value, "40"));
    cr_expect_not(imp_link_param(&value, &link, "rt"));
    cr_assert_eq(imp_link_next(&link, &rest), 1);
    cr_expect(imp_text_is(link.target, "/imprint"));
    cr_assert(imp_link_param(&value, &link, "rt"));
    cr_expect(imp_link_has_word(value, "duck.mother"));
    cr_expect(imp_link_has_word(value, "light-lux"));
    cr_expect_not(imp_link_has_word(value, "duck"));
    cr_expect(imp_link_param(&value, &link, "ep") && imp_text_is(value, "00ff"));
    cr_assert_eq(imp_link_next(&link, &rest), 1);
    cr_expect(imp_link_param(&value, &link, "obs") && value.n == 0);
    cr_expect_eq(imp_link_next(&link, &rest), 0);
}

Test(content, bad_link_format_is_refused)
{
    static const char *const bad[] = {
        "imprint", "<imprint",  "</a>;",    "</a>;=x",       "</a>;rt=",    "</a>;rt=\"x",
        "</a>,",   "</a> </b>", "</a>;;rt", "</a>;rt=\"x\\", "</a>;rt=x y", "</a>;rt=\"x\"y",
    };
    struct imp_link link;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct imp_text rest = text(bad[i]);
        int status;
        while ((status = imp_link_next(&link, &rest)) == 1)
            ;
        cr_expect_eq(status, -1, "%s", bad[i]);
    }
}

static struct duck_bond example(void)
{
    struct duck_bond b = {.lifetime = 77, .configured = true};
    for (uint8_t i = 0; i < DUCK_KEY; i++)
        b.key[i] = i;
    memset(b.duckling, 0xd0, DUCK_ID);
    memset(b.mother, 0xa0, DUCK_ID);
    return b;
}

/* The derivations as the sheet writes them, computed here piece by piece. */
Test(content, derived_values_follow_the_profile)
{
    struct duck_bond b = example();
    uint8_t in[4 + 2 * DUCK_ID + DUCK_KEY], hash[32], proof[DUCK_PROOF];
    memset(in, 0xd0, 8);
    memset(in + 8, 0xa0, 8);
    memcpy(in + 16, b.key, DUCK_KEY);
    imp_sha256(NULL, hash, &IMP_PIECE(in, 32), 1);
    duck_bond_name(NULL, &b);
    cr_expect_arr_eq(b.key_id, hash, DUCK_KEY_ID);
    uint8_t labelled[22];
    memcpy(labelled, "duck-m", 6);
    memcpy(labelled + 6, in, 16);
    imp_hmac_sha256(NULL, hash, b.key, DUCK_KEY, &IMP_PIECE(labelled, 22), 1);
    duck_bond_proof(NULL, proof, &b, "duck-m");
    cr_expect_arr_eq(proof, hash, DUCK_PROOF);
    duck_bond_proof(NULL, hash, &b, "duck-d");
    cr_expect_neq(memcmp(proof, hash, DUCK_PROOF), 0);
}

Test(content, a_bond_survives_its_cell)
{
    struct duck_bond b = example(), back;
    uint8_t packed[DUCK_BOND_SIZE];
    duck_bond_name(NULL, &b);
    duck_bond_pack(packed, &b);
    duck_bond_unpack(&back, packed);
    cr_expect_arr_eq(back.key, b.key, DUCK_KEY);
    cr_expect_arr_eq(back.key_id, b.key_id, DUCK_KEY_ID);
    cr_expect_eq(back.lifetime, 77);
    cr_expect(back.configured);
}

/* Both ends compute one key, bound to both names; a public key of small order is refused. */
Test(content, key_agreement)
{
    static const uint8_t zero[DUCK_PUBLIC];
    uint8_t a[32] = {1}, b[32] = {2}, pub_a[32], pub_b[32];
    struct duck_bond x = example(), y = example();
    imp_x25519_public(NULL, pub_a, a);
    imp_x25519_public(NULL, pub_b, b);
    cr_assert_eq(duck_bond_agree(NULL, &x, a, pub_b), 0);
    cr_assert_eq(duck_bond_agree(NULL, &y, b, pub_a), 0);
    cr_expect_arr_eq(x.key, y.key, DUCK_KEY);
    y.mother[0] ^= 1;
    cr_assert_eq(duck_bond_agree(NULL, &y, b, pub_a), 0);
    cr_expect_neq(memcmp(x.key, y.key, DUCK_KEY), 0, "the identities are part of the key");
    cr_expect_eq(duck_bond_agree(NULL, &x, a, zero), -1);
}
