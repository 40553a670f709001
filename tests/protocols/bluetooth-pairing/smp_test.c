/* SPDX-License-Identifier: GPL-2.0-only */
/* PDUs of SMP and the association model of every pair of IO capabilities. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-pairing/smp.h"

#define JW SMP_JUST_WORKS
#define NC SMP_NUMERIC_COMPARISON
#define PI SMP_PASSKEY_INITIATOR_SHOWS
#define PR SMP_PASSKEY_RESPONDER_SHOWS
#define PB SMP_PASSKEY_BOTH_TYPE

/* Rows: initiator. Core volume 3 part H table 2.8. */
static const enum smp_model expected[2][SMP_IO_COUNT][SMP_IO_COUNT] = {
    {{JW, JW, PI, JW, PI},
     {JW, JW, PI, JW, PI},
     {PR, PR, PB, JW, PR},
     {JW, JW, JW, JW, JW},
     {PR, PR, PI, JW, PI}},
    {{JW, JW, PI, JW, PI},
     {JW, NC, PI, JW, NC},
     {PR, PR, PB, JW, PR},
     {JW, JW, JW, JW, JW},
     {PR, NC, PI, JW, NC}},
};

static struct smp_features features(uint8_t io, uint8_t oob, uint8_t auth_req)
{
    return (struct smp_features){.io = io, .oob = oob, .auth_req = auth_req, .key_size = 16};
}

Test(bluetooth_pairing_smp, model_of_every_pair_of_capabilities)
{
    for (uint8_t sc = 0; sc < 2; sc++)
        for (uint8_t i = 0; i < SMP_IO_COUNT; i++)
            for (uint8_t r = 0; r < SMP_IO_COUNT; r++) {
                struct smp_features a = features(i, 0, (uint8_t)(SMP_MITM | sc * SMP_SC));
                struct smp_features b = features(r, 0, sc * SMP_SC);
                cr_expect_eq(smp_model_of(&a, &b), expected[sc][i][r], "sc %d, %d with %d", sc, i,
                             r);
                a.auth_req &= SMP_SC;
                cr_expect_eq(smp_model_of(&a, &b), JW, "nobody asks for protection");
            }
}

Test(bluetooth_pairing_smp, one_end_with_oob_data_suffices_with_secure_connections_only)
{
    struct smp_features a = features(SMP_DISPLAY_YES_NO, 1, SMP_MITM | SMP_SC);
    struct smp_features b = features(SMP_DISPLAY_YES_NO, 0, SMP_MITM | SMP_SC);
    cr_expect_eq(smp_model_of(&a, &b), SMP_OUT_OF_BAND);
    cr_expect_eq(smp_model_of(&b, &a), SMP_OUT_OF_BAND);
    b.auth_req = SMP_MITM;
    cr_expect_eq(smp_model_of(&a, &b), JW);
    b.oob = 1;
    cr_expect_eq(smp_model_of(&a, &b), SMP_OUT_OF_BAND);
}

Test(bluetooth_pairing_smp, values_are_little_endian_on_the_wire)
{
    uint8_t value[64], pdu[SMP_MAX], back[64];
    for (uint8_t i = 0; i < 64; i++)
        value[i] = i;
    cr_expect_eq(smp_write(pdu, SMP_CONFIRM, value), 17);
    cr_expect_eq(pdu[0], SMP_CONFIRM);
    cr_expect_eq(pdu[1], 15);
    smp_value(back, pdu);
    cr_expect_arr_eq(back, value, 16);
    cr_expect_eq(smp_public_key_write(pdu, value), 65);
    cr_expect_eq(pdu[1], 31);
    cr_expect_eq(pdu[33], 63);
    smp_public_key_read(back, pdu);
    cr_expect_arr_eq(back, value, 64);
}

Test(bluetooth_pairing_smp, only_whole_pdus_of_known_codes)
{
    uint8_t pdu[SMP_MAX + 1] = {0};
    for (unsigned code = 0; code < 256; code++) {
        pdu[0] = (uint8_t)code;
        for (size_t n = 0; n <= sizeof pdu; n++)
            cr_expect_eq(smp_whole(pdu, n),
                         n > 0 && code >= 1 && code <= 14 && n == smp_size(pdu[0]));
    }
}

Test(bluetooth_pairing_smp, reserved_values_are_refused)
{
    struct smp_features f = features(SMP_KEYBOARD_DISPLAY, 1, SMP_MITM), back;
    uint8_t pdu[SMP_MAX];
    cr_expect_eq(smp_features_write(pdu, SMP_REQUEST, &f), 7);
    cr_assert(smp_features_read(&back, pdu));
    cr_expect_eq(back.io, SMP_KEYBOARD_DISPLAY);
    cr_expect_eq(back.auth_req, SMP_MITM);
    static const struct {
        int at;
        uint8_t value;
    } bad[] = {{1, SMP_IO_COUNT}, {2, 2}, {4, 6}, {4, 17}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t kept = pdu[bad[i].at];
        pdu[bad[i].at] = bad[i].value;
        cr_expect_not(smp_features_read(&back, pdu));
        pdu[bad[i].at] = kept;
    }
}
