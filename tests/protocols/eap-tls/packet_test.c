/* SPDX-License-Identifier: GPL-2.0-only */
/* Fragments of EAP-TLS, RFC 5216 sections 2.1.5, 3.1 and 3.2. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/eap-tls/eap_tls.h"

static struct etls_message sent, got;

/* A message of n octets to be sent. */
static void message_of(size_t n)
{
    memset(&sent, 0, sizeof sent);
    memset(&got, 0, sizeof got);
    sent.n = n;
    for (size_t i = 0; i < n; i++)
        sent.bytes[i] = (uint8_t)(i * 7 + 1);
}

static struct etls_packet next(uint8_t out[IMP_EAP_MTU], size_t size, bool length)
{
    struct imp_eap_io io = {.out = out, .cap = IMP_EAP_MTU};
    struct etls_packet p;
    etls_write(&io, &sent, size, length);
    cr_assert_eq(etls_parse(&p, out, io.out_n), 0);
    return p;
}

Test(etls_packet, a_short_message_is_one_packet_without_length)
{
    uint8_t out[IMP_EAP_MTU];
    message_of(100);
    struct etls_packet p = next(out, 100, false);
    cr_expect(!p.more && !p.has_length && p.n == 100);
    cr_expect_eq(etls_take(&got, &p), ETLS_WHOLE);
    cr_expect_arr_eq(got.bytes, sent.bytes, 100);
}

Test(etls_packet, length_always_puts_it_into_messages_of_one_packet_but_not_into_empty_ones)
{
    uint8_t out[IMP_EAP_MTU];
    message_of(100);
    struct etls_packet p = next(out, 100, true);
    cr_expect(p.has_length && p.length == 100 && !p.more);
    message_of(0);
    p = next(out, 100, true);
    cr_expect(!p.has_length && p.n == 0);
}

Test(etls_packet, the_first_of_several_fragments_tells_the_length)
{
    uint8_t out[IMP_EAP_MTU];
    size_t count = 0;
    message_of(1500);
    for (struct etls_packet p = next(out, 1010, false);; p = next(out, 1010, false)) {
        cr_assert_eq(p.has_length, count == 0);
        cr_assert_eq(p.more, count == 0);
        enum etls_taken taken = etls_take(&got, &p);
        cr_assert_eq(taken, p.more ? ETLS_PART : ETLS_WHOLE);
        count++;
        if (!p.more)
            break;
    }
    cr_expect_eq(count, 2, "1500 octets at an EAP MTU of 1020");
    cr_expect_eq(got.n, 1500);
    cr_expect_arr_eq(got.bytes, sent.bytes, 1500);
}

Test(etls_packet, no_packet_is_longer_than_the_links_mtu)
{
    uint8_t out[IMP_EAP_MTU];
    struct imp_eap_io io = {.out = out, .cap = 100};
    message_of(300);
    while (sent.at < sent.n) {
        etls_write(&io, &sent, 1010, false);
        cr_assert_leq(io.out_n, 100);
    }
}

/* Each case after the first fragment of a message of 20 octets, which holds 10. */
Test(etls_packet, what_does_not_fit_is_malformed_and_changes_nothing)
{
    static const uint8_t data[ETLS_MESSAGE] = {0};
    static const struct etls_packet bad[] = {
        {.start = true, .data = data, .n = 10},                    /* Start within */
        {.data = data, .n = 9},                                    /* too short */
        {.data = data, .n = 11},                                   /* too long */
        {.more = true, .data = data, .n = 10},                     /* more of nothing */
        {.has_length = true, .length = 21, .data = data, .n = 10}, /* another length */
        {.has_length = true, .length = ETLS_MESSAGE + 1, .data = data, .n = 10}}; /* too much */
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct etls_packet first = {
            .more = true, .has_length = true, .length = 20, .data = data, .n = 10};
        const struct etls_packet last = {.data = data, .n = 10};
        memset(&got, 0, sizeof got);
        cr_assert_eq(etls_take(&got, &first), ETLS_PART);
        cr_expect_eq(etls_take(&got, &bad[i]), ETLS_MALFORMED, "case %zu", i);
        cr_expect_eq(etls_take(&got, &last), ETLS_WHOLE, "after case %zu", i);
        cr_expect_eq(got.n, 20);
    }
}

Test(etls_packet, a_malformed_first_fragment_leaves_no_length_behind)
{
    static const uint8_t data[30] = {0};
    const struct etls_packet longer = {.has_length = true, .length = 5, .data = data, .n = 30};
    const struct etls_packet good = {.data = data, .n = 30};
    memset(&got, 0, sizeof got);
    cr_expect_eq(etls_take(&got, &longer), ETLS_MALFORMED);
    cr_expect_eq(etls_take(&got, &good), ETLS_WHOLE);
}

Test(etls_packet, the_first_of_several_fragments_needs_a_length)
{
    static const uint8_t data[30] = {0};
    const struct etls_packet p = {.more = true, .data = data, .n = 30};
    memset(&got, 0, sizeof got);
    cr_expect_eq(etls_take(&got, &p), ETLS_MALFORMED);
}

Test(etls_packet, packets_that_are_cut_off_are_refused)
{
    static const uint8_t no_flags[] = {1, 7, 0, 5, 13};
    static const uint8_t half_length[] = {1, 7, 0, 8, 13, 0x80, 0, 0};
    static const uint8_t part_of_nothing[] = {1, 7, 0, 10, 13, 0xc0, 0, 0, 0, 9};
    struct etls_packet p;
    cr_expect_eq(etls_parse(&p, no_flags, sizeof no_flags), -1);
    cr_expect_eq(etls_parse(&p, half_length, sizeof half_length), -1);
    cr_expect_eq(etls_parse(&p, part_of_nothing, sizeof part_of_nothing), -1);
}
