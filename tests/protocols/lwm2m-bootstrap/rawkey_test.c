/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/managed/lwm2m-bootstrap/rawkey.h"

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

TestSuite(lwm2m_rawkey, .init = imp_crypto_init);

Test(lwm2m_rawkey, keys_of_another_program_are_read)
{
    VECTORS(c, "lwm2m_raw_key")
    {
        struct vector_bytes pkcs8 = vector_hex(c, "pkcs8"), spki = vector_hex(c, "spki"),
                            without = vector_hex(c, "short");
        uint8_t scalar[LWM_SCALAR], other[LWM_SCALAR], out[LWM_SPKI], again[IMP_P256_PKCS8_MAX];
        cr_assert_eq(imp_p256_pkcs8_read(scalar, pkcs8.p, pkcs8.n), 0);
        cr_assert_eq(imp_p256_pkcs8_read(other, without.p, without.n), 0);
        cr_expect_arr_eq(scalar, other, LWM_SCALAR);
        cr_assert_eq(lwm_spki_of(out, scalar), 0);
        cr_assert_eq(spki.n, LWM_SPKI);
        cr_expect_arr_eq(out, spki.p, LWM_SPKI);
        imp_p256_pkcs8_write(again, scalar, NULL);
        cr_assert_eq(without.n, IMP_P256_PKCS8);
        cr_expect_arr_eq(again, without.p, IMP_P256_PKCS8);
    }
}

Test(lwm2m_rawkey, what_is_no_such_key_is_refused)
{
    VECTORS(c, "lwm2m_raw_key")
    {
        struct vector_bytes key = vector_hex(c, "pkcs8");
        uint8_t scalar[LWM_SCALAR], copy[256];
        for (size_t n = 0; n < key.n; n++)
            cr_expect_neq(imp_p256_pkcs8_read(scalar, key.p, n), 0, "%zu octets", n);
        for (size_t i = 0; i < 36; i++) {
            memcpy(copy, key.p, key.n);
            copy[i] ^= 1;
            cr_expect_neq(imp_p256_pkcs8_read(scalar, copy, key.n), 0, "octet %zu", i);
        }
        memcpy(copy, key.p, key.n);
        memset(copy + 36, 0, LWM_SCALAR); /* no scalar of the curve */
        cr_expect_neq(imp_p256_pkcs8_read(scalar, copy, key.n), 0);
    }
}

Test(lwm2m_rawkey, names_tell_keys_apart)
{
    VECTORS(c, "lwm2m_raw_key")
    {
        struct vector_bytes spki = vector_hex(c, "spki");
        char a[LWM_KEY_NAME + 1], b[LWM_KEY_NAME + 1];
        lwm_key_name(a, spki.p, spki.n);
        lwm_key_name(b, spki.p, spki.n - 1);
        cr_expect_eq(strlen(a), LWM_KEY_NAME);
        cr_expect_str_neq(a, b);
    }
}
