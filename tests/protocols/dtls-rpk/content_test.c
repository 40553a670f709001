/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of keys against RFC 6920 section 8.2, enrolment contents, legality tables. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "rpk_net.h"
#include "tests/support/vectors.h"

Test(nih, published_names)
{
    VECTORS(c, "rfc6920_names")
    {
        struct vector_bytes spki = vector_hex(c, "spki"), hash = vector_hex(c, "hash");
        const char *nih = vector_text(c, "nih"), *ni = vector_text(c, "ni");
        struct imp_nih id, back;
        char out[IMP_NIH_TEXT_MAX];
        imp_nih_of(NULL, &id, (enum imp_nih_suite)vector_number(c, "suite"), spki.p, spki.n);
        cr_assert_eq(id.n, hash.n);
        cr_expect_arr_eq(id.hash, hash.p, hash.n);
        imp_ni_uri(out, &id);
        cr_expect_str_eq(out, ni);
        cr_expect_eq(imp_ni_parse(&back, ni, strlen(ni)), 0);
        cr_expect(imp_nih_equal(&id, &back));
        cr_assert_eq(imp_nih_parse(&back, nih, strlen(nih), false), 0, "%s", nih);
        cr_expect(imp_nih_equal(&id, &back));
        cr_expect_eq(imp_nih_text(out, &id), strlen(out));
        cr_expect_eq(imp_nih_parse(&back, out, strlen(out), false), 0);
    }
}

static const char good[] = "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;f";

Test(nih, text_as_printed_in_the_rfc)
{
    struct imp_nih id;
    char out[IMP_NIH_TEXT_MAX];
    cr_assert_eq(imp_nih_parse(&id, good, sizeof good - 1, false), 0);
    imp_nih_text(out, &id);
    cr_expect_str_eq(out, good);
    cr_expect_eq(imp_nih_check("53269057", 8), 'b', "32 bits, section 8.2");
}

/* Every single wrong digit is found. */
Test(nih, the_check_character_finds_slips)
{
    struct imp_nih id;
    char text[sizeof good];
    for (size_t i = 16; i + 2 < sizeof good - 1; i++)
        for (const char *d = "0123456789abcdef"; *d && good[i] != '-'; d++) {
            memcpy(text, good, sizeof good);
            text[i] = *d;
            cr_expect_eq(imp_nih_parse(&id, text, sizeof good - 1, false), *d == good[i] ? 0 : -1);
        }
}

Test(nih, wrong_forms_are_refused)
{
    static const char *const bad[] = {
        "",
        "nih:",
        "nih:sha-256-120",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;e",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;ff",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560;f",
        "nih:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2a2;f",
        "nih:sha-256-120;5326-9057-E12F-e2b7-4ba0-7c89-2560-a2;f",
        "nih:sha-256-32;53269057;b",
        "nih:4;53269057;b",
        "ni:///sha-256-120;UyaQV-Ev4rdLoHyJJWCi",
        "NIH:sha-256-120;5326-9057-e12f-e2b7-4ba0-7c89-2560-a2;f",
    };
    struct imp_nih id;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(imp_nih_parse(&id, bad[i], strlen(bad[i]), false), -1, "%s", bad[i]);
    cr_expect_eq(imp_nih_parse(&id, good, sizeof good - 3, true), 0, "check character optional");
    cr_expect_eq(imp_ni_parse(&id, "ni:///sha-256-120;UyaQV-Ev4rdLoHyJJWCi", 38), 0);
    cr_expect_eq(imp_ni_parse(&id, "ni:///sha-256-120;UyaQV-Ev4rdLoHyJJWC", 37), -1);
    cr_expect_eq(imp_ni_parse(&id, "ni:///3;UyaQV-Ev4rdLoHyJJWCi", 28), -1);
}

Test(enrol, contents_are_read_as_written)
{
    struct rpk_request r = {.id_n = 15, .name = "sensor"}, r2;
    struct rpk_config c = {.number = 70000, .prefix = {0xfd}, .key = {1, 2, 3}}, c2;
    uint8_t bytes[RPK_CONTENT_MAX + 1];
    memset(r.id, 0xab, 15);
    size_t n = rpk_request_write(NULL, bytes, &r);
    cr_assert_eq(rpk_request_read(NULL, &r2, bytes, n), 0);
    cr_expect_eq(memcmp(&r, &r2, sizeof r), 0);
    for (size_t k = 0; k < n; k++)
        cr_expect_eq(rpk_request_read(NULL, &r2, bytes, k), -1);
    n = rpk_config_write(NULL, bytes, &c);
    cr_assert_eq(rpk_config_read(NULL, &c2, bytes, n), 0);
    cr_expect_eq(memcmp(&c, &c2, sizeof c), 0);
    for (size_t k = 0; k < n; k++)
        cr_expect_eq(rpk_config_read(NULL, &c2, bytes, k), -1);
    bytes[n] = 0;
    cr_expect_eq(rpk_config_read(NULL, &c2, bytes, n + 1), -1);
}

Test(enrol, missing_and_foreign_fields_are_refused)
{
    static const uint8_t no_name[] = {0xa1, 0x01, 0x4f, [17] = 0};
    static const uint8_t short_id[] = {0xa2, 0x01, 0x41, 0x00, 0x02, 0x61, 'a'};
    static const uint8_t foreign[] = {0xa1, 0x07, 0x00};
    struct rpk_request r;
    struct rpk_config c;
    cr_expect_eq(rpk_request_read(NULL, &r, no_name, sizeof no_name), -1);
    cr_expect_eq(rpk_request_read(NULL, &r, short_id, sizeof short_id), -1);
    cr_expect_eq(rpk_request_read(NULL, &r, foreign, sizeof foreign), -1);
    cr_expect_eq(rpk_config_read(NULL, &c, foreign, sizeof foreign), -1);
}

Test(enrol, binary_names)
{
    struct imp_nih id, back;
    uint8_t packed[1 + IMP_NIH_MAX];
    cr_assert_eq(imp_nih_parse(&id, good, sizeof good - 1, false), 0);
    size_t n = rpk_id_pack(packed, &id);
    cr_expect_eq(n, 16);
    cr_expect_eq(packed[0], 3, "suite identifier, RFC 6920 section 8.2: 0353 2690 ...");
    cr_expect_eq(rpk_id_unpack(&back, packed, n), 0);
    cr_expect(imp_nih_equal(&id, &back));
    cr_expect_eq(rpk_id_unpack(&back, packed, n - 1), -1);
    packed[0] = 4;
    cr_expect_eq(rpk_id_unpack(&back, packed, n), -1);
    cr_expect_eq(rpk_id_unpack(&back, packed, 0), -1);
}

/* Every message that one role sends is legal in some state of the other. */
Test(legal, tables_are_complete_and_sound)
{
    static const int to_device[] = {RPK_MSG_VERIFY_REQUEST, RPK_MSG_SERVER_FLIGHT,
                                    RPK_MSG_FINISHED,       RPK_MSG_ENROLLED,
                                    RPK_MSG_REGISTERED,     RPK_MSG_SERVER_ID};
    static const int to_server[] = {RPK_MSG_CLIENT_HELLO, RPK_MSG_CLIENT_FLIGHT, RPK_MSG_ENROL,
                                    RPK_MSG_READY, RPK_MSG_LABEL};
    for (size_t i = 0; i < sizeof to_device / sizeof *to_device; i++) {
        bool found = false;
        for (int s = RPK_UNPINNED; s <= RPK_OPERATIONAL; s++)
            found = found || rpk_is_legal(rpk_device_legal, s, to_device[i]);
        cr_expect(found, "message %d", to_device[i]);
    }
    for (size_t i = 0; i < sizeof to_server / sizeof *to_server; i++) {
        bool found = false;
        for (int s = RPK_SERVER_IDLE; s <= RPK_SERVER_DONE; s++)
            found = found || rpk_is_legal(rpk_server_legal, s, to_server[i]);
        cr_expect(found, "message %d", to_server[i]);
    }
    for (int s = RPK_SERVER_IDLE; s <= RPK_SERVER_DONE; s++)
        cr_expect_eq(rpk_is_legal(rpk_server_legal, s, RPK_MSG_ENROL), s == RPK_SERVER_OPEN);
}
