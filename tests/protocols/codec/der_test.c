/* SPDX-License-Identifier: GPL-2.0-only */
/* DER written from its end, and read from its beginning. */
#include "protocols/codec/der.h"

#include <criterion/criterion.h>
#include <string.h>

static uint8_t out[70000];

static int write(size_t contents)
{
    static const uint8_t zeros[70000];
    struct imp_der_writer w = {.p = out, .at = sizeof out};
    imp_der_value(&w, IMP_DER_OCTETS, zeros, contents);
    return imp_der_end(&w, sizeof out);
}

Test(der, lengths_take_what_they_need)
{
    static const struct {
        size_t contents;
        int head;
    } cases[] = {{0, 2}, {127, 2}, {128, 3}, {255, 3}, {256, 4}, {65535, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int n = write(cases[i].contents);
        struct imp_piece rest = {out, (size_t)n}, element;
        cr_assert_eq(n, (int)cases[i].contents + cases[i].head);
        cr_assert_eq(imp_der_next(&element, &rest), IMP_DER_OCTETS);
        cr_expect_eq(element.n, cases[i].contents);
        cr_expect_eq(rest.n, 0);
    }
    cr_expect_eq(write(65536), -1, "three octets of length are never ours");
}

/* X.690 sections 10.1 and 8.1.3: longer than needed, indefinite, beyond the end. */
Test(der, other_lengths_are_refused)
{
    static const uint8_t bad[][5] = {
        {4, 0x81, 3, 1, 2}, {4, 0x82, 0, 0x90, 2}, {4, 0x80, 0, 0, 0}, {4, 4, 1, 2, 3}, {4, 0x83}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct imp_piece rest = {bad[i], sizeof bad[i]}, element;
        cr_expect_eq(imp_der_next(&element, &rest), -1, "%zu", i);
        cr_expect_eq(rest.n, sizeof bad[i], "nothing is taken");
    }
}

Test(der, identifiers)
{
    static const uint8_t ecdsa[] = {6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2};
    struct imp_der_writer w = {.p = out, .at = sizeof out};
    imp_der_oid(&w, "1.2.840.10045.4.3.2");
    cr_assert_eq(imp_der_end(&w, sizeof out), (int)sizeof ecdsa);
    cr_assert_arr_eq(out, ecdsa, sizeof ecdsa);
    struct imp_piece rest = {ecdsa, sizeof ecdsa}, oid;
    cr_expect_not(imp_der_take(&oid, &rest, IMP_DER_OCTETS));
    cr_assert(imp_der_take(&oid, &rest, IMP_DER_OID));
    cr_expect(imp_der_is_oid(oid, "1.2.840.10045.4.3.2"));
    cr_expect_not(imp_der_is_oid(oid, "1.2.840.10045.4.3.3"));
    cr_expect_not(imp_der_is_oid(oid, "1.2.840.10045.4.3"));
    w = (struct imp_der_writer){.p = out, .at = sizeof out};
    imp_der_oid(&w, "1.2,840");
    cr_expect_eq(imp_der_end(&w, sizeof out), -1);
}
