/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/eap/eap_packet.h"
#include "protocols/eap/eapol.h"
#include "protocols/eap/method.h"

Test(eap_packet, a_request_is_read)
{
    const uint8_t p[] = {1, 7, 0, 6, 1, 'x', 0xff}; /* one octet of padding */
    struct imp_eap_packet e;
    cr_assert_eq(imp_eap_parse(&e, p, sizeof p), 0);
    cr_expect_eq(e.code, IMP_EAP_REQUEST);
    cr_expect_eq(e.id, 7);
    cr_expect_eq(e.n, 6);
    cr_expect_eq(e.type, IMP_EAP_TYPE_IDENTITY);
    cr_expect_eq(e.data_n, 1);
    cr_expect_eq(e.data[0], 'x');
}

Test(eap_packet, an_expanded_type_is_read)
{
    const uint8_t p[] = {2, 1, 0, 13, 254, 0, 0x37, 0x2a, 0, 0, 0, 1, 9};
    struct imp_eap_packet e;
    cr_assert_eq(imp_eap_parse(&e, p, sizeof p), 0);
    cr_expect_eq(e.vendor, 0x372a);
    cr_expect_eq(e.vendor_type, 1);
    cr_expect_eq(e.data_n, 1);
}

Test(eap_packet, malformed_packets_are_refused)
{
    static const struct {
        uint8_t p[12];
        size_t n;
    } bad[] = {
        {{1, 7, 0}, 3},       /* no header */
        {{1, 7, 0, 9, 1}, 5}, /* longer than received */
        {{1, 7, 0, 4}, 4},    /* request without type */
        {{0, 7, 0, 5, 1}, 5}, /* codes */
        {{5, 7, 0, 5, 1}, 5},
        {{3, 7, 0, 5, 1}, 5}, /* Success has four octets */
        {{4, 7, 0, 3, 1}, 5},
        {{1, 7, 0, 11, 254, 0, 0, 0, 0, 0, 0}, 11}, /* expanded type cut off */
    };
    struct imp_eap_packet e;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(imp_eap_parse(&e, bad[i].p, bad[i].n), -1, "case %zu", i);
}

Test(eap_packet, nak_is_legacy_or_expanded_as_the_request_was)
{
    uint8_t out[64];
    struct imp_eap_packet request, nak;
    const uint8_t legacy[] = {1, 3, 0, 5, 4};
    const uint8_t expanded[] = {1, 3, 0, 12, 254, 0xff, 0xff, 0xfe, 0, 0, 0, 1};
    static const struct imp_eap_type psk = {.type = 47}, noob = {.type = 56};
    const uint8_t want_legacy[] = {2, 3, 0, 6, 3, 47};
    const uint8_t want_expanded[] = {2, 3, 0,   20, 254, 0, 0, 0, 0, 0,
                                     0, 3, 254, 0,  0,   0, 0, 0, 0, 47};
    cr_assert_eq(imp_eap_parse(&request, legacy, sizeof legacy), 0);
    size_t n = imp_eap_write_nak(out, sizeof out, &request, &psk);
    cr_assert_eq(n, sizeof want_legacy);
    cr_expect_arr_eq(out, want_legacy, n);
    cr_assert_eq(imp_eap_parse(&nak, out, n), 0);
    cr_expect(imp_eap_nak_wants(&nak, &psk));
    cr_expect(!imp_eap_nak_wants(&nak, &noob));

    cr_assert_eq(imp_eap_parse(&request, expanded, sizeof expanded), 0);
    n = imp_eap_write_nak(out, sizeof out, &request, &psk);
    cr_assert_eq(n, sizeof want_expanded);
    cr_expect_arr_eq(out, want_expanded, n);
    cr_assert_eq(imp_eap_parse(&nak, out, n), 0);
    cr_expect(imp_eap_nak_wants(&nak, &psk));
    cr_expect(!imp_eap_nak_wants(&nak, &noob));
}

Test(eap_packet, expanded_methods_are_named_by_vendor_and_type)
{
    static const struct imp_eap_type wps = {254, 0x372a, 1}, other = {254, 0x372a, 2};
    const uint8_t expanded[] = {1, 3, 0, 12, 254, 0xff, 0xff, 0xfe, 0, 0, 0, 1};
    const uint8_t header[] = {2, 9, 0, 0, 254, 0, 0x37, 0x2a, 0, 0, 0, 1};
    uint8_t out[64];
    struct imp_eap_packet request, nak;
    imp_eap_write_header(out, 2, 9, &wps);
    cr_expect_arr_eq(out, header, sizeof header);
    out[3] = sizeof header;
    cr_assert_eq(imp_eap_parse(&request, out, sizeof header), 0);
    cr_expect(imp_eap_is(&request, &wps));
    cr_expect(!imp_eap_is(&request, &other));
    cr_assert_eq(imp_eap_parse(&request, expanded, sizeof expanded), 0);
    size_t n = imp_eap_write_nak(out, sizeof out, &request, &wps);
    cr_assert_eq(imp_eap_parse(&nak, out, n), 0);
    cr_expect(imp_eap_nak_wants(&nak, &wps));
    cr_expect(!imp_eap_nak_wants(&nak, &other));
}

Test(eap_packet, writers_never_overrun)
{
    uint8_t out[6];
    cr_expect_eq(imp_eap_write(out, sizeof out, 1, 1, 1, "ab", 2), 0);
    cr_expect_eq(imp_eap_write(out, sizeof out, 1, 1, 1, "a", 1), 6);
    cr_expect_eq(imp_eap_write_result(out, 3, 3, 1), 0);
    cr_expect_eq(imp_eapol_write(out, sizeof out, 2, 0, "abc", 3), 0);
}

Test(eapol, a_frame_is_written_and_read)
{
    uint8_t out[16];
    const uint8_t want[] = {2, 0, 0, 4, 3, 9, 0, 4};
    const uint8_t success[] = {3, 9, 0, 4};
    struct imp_eapol e;
    size_t n = imp_eapol_write(out, sizeof out, 2, IMP_EAPOL_EAP, success, sizeof success);
    cr_assert_eq(n, sizeof want);
    cr_expect_arr_eq(out, want, n);
    cr_assert_eq(imp_eapol_parse(&e, out, sizeof out), 0, "padding is ignored");
    cr_expect_eq(e.version, 2);
    cr_expect_eq(e.type, IMP_EAPOL_EAP);
    cr_expect_eq(e.body_n, 4);
    cr_expect_eq(imp_eapol_parse(&e, out, 3), -1);
    cr_expect_eq(imp_eapol_parse(&e, out, 7), -1);
}
