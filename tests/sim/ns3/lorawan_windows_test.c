/* SPDX-License-Identifier: GPL-2.0-only */
/* LoRaWAN: the receive windows of class A. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "lorawan_field.h"

static void exchange(eng_time delay)
{
    pair(100);
    set(device, 7, true);
    answers = 1;
    eng_after(0, join_now, &device);
    eng_after(61696 * MICRO + delay, answer, NULL);
    eng_run(10 * SECOND);
    field_adds_up(device);
}

Test(lorawan, a_join_is_answered_in_the_first_window_after_five_seconds)
{
    exchange(1 * SECOND);
    cr_assert_eq(field.at[device].count, 1);
    cr_expect_eq(field.at[device].at, (61696 + 5000000 + 46336) * MICRO, "17 octets without CRC");
    cr_expect_eq(field_time(device, ENG_RX), 46336 * MICRO);
    cr_expect_eq(field_time(device, ENG_IDLE), 0, "the preamble came at once; no second window");
    eng_close();
}

Test(lorawan, or_after_another_delay_that_both_ends_know)
{
    struct eng_lorawan s;
    pair(100);
    eng_lorawan_default(&s);
    s.spreading = 7;
    s.join_delay = 2;
    cr_assert_eq(eng_lorawan_set(device, &s), 0, "%s", eng_message());
    answers = 1;
    eng_after(0, join_now, &device);
    eng_after(SECOND, answer, NULL);
    eng_run(10 * SECOND);
    cr_assert_eq(field.at[device].count, 1);
    cr_expect_eq(field.at[device].at, (61696 + 2000000 + 46336) * MICRO);
    s.join_delay = 7;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    eng_close();
}

/* What an adversary blocks did not come: the device opens its second window too. */
static enum eng_verdict block_first(void *arg, const struct eng_unit *u)
{
    int *blocked = arg;
    return u->port == device && (*blocked)++ == 0 ? ENG_BLOCK : ENG_PASS;
}

Test(lorawan, a_blocked_answer_leaves_the_second_window)
{
    int blocked = 0;
    pair(100);
    int sniffer = field_sniffer(&field, 50);
    eng_tap(field.medium, &(struct eng_tap){NULL, block_first, &blocked});
    set(device, 7, true);
    answers = 1;
    eng_after(0, join_now, &device);
    eng_after(SECOND, answer, NULL);
    eng_run(5500 * MILLI);
    cr_expect_eq(blocked, 1);
    cr_assert_eq(field.at[device].count, 0);
    eng_inject_frame(sniffer, eng_link_address(gateway), eng_link_address(device), LORA, "\x20late",
                     5);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].count, 1, "%s", eng_message());
    eng_close();
}

Test(lorawan, what_is_late_goes_into_the_second_window)
{
    exchange(5500 * MILLI);
    cr_assert_eq(field.at[device].count, 1);
    eng_time sf12 = 1155072;
    cr_expect_eq(field.at[device].at, (61696 + 6000000 + sf12) * MICRO);
    cr_expect_eq(field_time(device, ENG_IDLE), 8 * 1024 * MICRO, "the first window was empty");
    eng_close();
}

Test(lorawan, and_what_is_later_is_refused)
{
    pair(100);
    answers = 0;
    eng_after(0, join_now, &device);
    eng_after(7 * SECOND, answer, NULL);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].count, 0);
    eng_close();
}

Test(lorawan, windows_are_short_and_the_rest_is_sleep)
{
    pair(100);
    set(device, 7, true);
    eng_after(0, join_now, &device);
    eng_run(100 * SECOND);
    eng_time windows = 8 * (1024 + 32768) * MICRO; /* symbols of SF7 and SF12 */
    cr_expect_eq(field_time(device, ENG_IDLE), windows);
    cr_expect_eq(field_time(device, ENG_OFF), 100 * SECOND - windows - 61696 * MICRO);
    cr_expect_eq(field_time(gateway, ENG_OFF), 0);
    eng_close();
}

Test(lorawan, data_has_the_short_delay)
{
    pair(100);
    set(device, 7, true);
    answers = 1;
    field_send_at(0, device, gateway, LORA, DATA);
    eng_after(900 * MILLI, answer, NULL);
    eng_run(5 * SECOND);
    cr_assert_eq(field.at[device].count, 1);
    eng_time up = eng_airtime(device, LORA, strlen(DATA));
    cr_expect_eq(field.at[device].at, up + SECOND + 46336 * MICRO);
    eng_close();
}

/* Two devices that joined at the same moment listen in the same window: both hear the answer. */
Test(lorawan, who_listens_hears_what_is_for_another)
{
    pair(100);
    int other = field_port(&field, ENG_STATION, -100);
    eng_frames_on(other, LORA);
    for (int p = device; p <= other; p++) {
        struct eng_lorawan s;
        eng_lorawan_default(&s);
        s.spreading = p == device ? 7 : 8; /* so that their uplinks do not collide */
        s.rx1_offset = p == device ? 1 : 0;
        eng_lorawan_set(p, &s);
    }
    eng_after(113152 * MICRO - 61696 * MICRO, join_now, &device);
    eng_after(0, join_now, &other);
    answers = 1;
    eng_after(SECOND, answer, NULL);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[gateway].count, 2, "spreading factors are nearly orthogonal");
    cr_expect_eq(field.at[device].count, 1);
    /* Only if both drew the same one of three channels. */
    cr_expect_leq(field.at[other].count, 1);
    eng_close();
}
