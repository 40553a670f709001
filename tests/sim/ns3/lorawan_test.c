/* SPDX-License-Identifier: GPL-2.0-only */
/* LoRaWAN: time on air, duty cycle, collisions and capture, sleepers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lorawan_field.h"
#include "tests/support/vectors.h"

/* ---- time on air ------------------------------------------------------------------------------
 */

/* Half a unit of the last digit that is written. */
static double rounding(const char *text)
{
    const char *point = strchr(text, '.');
    return 0.5 * pow(10, point ? -(double)strlen(point + 1) : 0) + 1e-9;
}

Test(lorawan, airtimes_are_those_of_the_published_tables)
{
    int seen = 0;
    pair(100);
    VECTORS(v, "lora_airtime")
    {
        bool crc = vector_number(v, "crc");
        set(device, (int)vector_number(v, "spreading"), true);
        set(gateway, (int)vector_number(v, "spreading"), true);
        eng_time t = eng_airtime(crc ? device : gateway, LORA, (size_t)vector_number(v, "octets"));
        const char *ms = vector_text(v, "ms");
        cr_expect_lt(fabs((double)t / 1e6 - atof(ms)), rounding(ms), "SF%lld, %lld octets: %s ms",
                     vector_number(v, "spreading"), vector_number(v, "octets"), ms);
        seen++;
    }
    cr_expect_geq(seen, 22);
    eng_close();
}

/* The data sheet's formula once more, in floating point. */
static double formula(int n, int sf, int khz, int coding, bool crc)
{
    double symbol = pow(2, sf) / (khz * 1e3);
    int slow = sf >= 11 && khz == 125;
    double blocks = ceil((8.0 * n - 4 * sf + 28 + 16 * crc) / (4.0 * (sf - 2 * slow)));
    return ((8 + 4.25) + 8 + fmax(blocks * (coding + 4), 0)) * symbol;
}

Test(lorawan, airtimes_are_the_formula_for_every_setting)
{
    struct eng_lorawan s;
    pair(100);
    eng_lorawan_default(&s);
    for (s.spreading = 7; s.spreading <= 12; s.spreading++)
        for (s.coding = 1; s.coding <= 4; s.coding++)
            for (s.bandwidth = 125; s.bandwidth <= (s.spreading == 7 ? 250 : 125);
                 s.bandwidth *= 2) {
                cr_assert_eq(eng_lorawan_set(device, &s), 0);
                for (int n = 0; n <= 235; n++)
                    cr_expect_eq(
                        eng_airtime(device, LORA, (size_t)n),
                        llround(formula(n, s.spreading, s.bandwidth, s.coding, true) * 1e9));
            }
    eng_close();
}

Test(lorawan, a_frame_takes_its_airtime_and_no_longer)
{
    pair(100);
    set(device, 7, true);
    eng_after(SECOND, join_now, &device);
    eng_run(2 * SECOND);
    cr_assert_eq(field.at[gateway].count, 1);
    cr_expect_eq(field.at[gateway].at, SECOND + 61696 * MICRO);
    cr_expect_eq(field.at[gateway].size, 23);
    cr_expect_eq(field_time(device, ENG_TX), 61696 * MICRO);
    cr_expect_eq(field_time(gateway, ENG_RX), 61696 * MICRO);
    field_adds_up(device);
    field_adds_up(gateway);
    eng_close();
}

/* A device that is near takes a fast data rate by itself, a far one a slow one. */
Test(lorawan, without_a_spreading_factor_the_least_that_is_heard)
{
    static const double distance[] = {100, 5500, 9000};
    static const eng_time airtime[] = {61696, 113152, 1482752};
    for (int i = 0; i < 3; i++) {
        pair(distance[i]);
        if (i == 2)
            set(device, 12, true);
        eng_after(0, join_now, &device);
        eng_run(4 * SECOND);
        cr_assert_eq(field.at[gateway].count, 1);
        if (i != 1)
            cr_expect_eq(field.at[gateway].at, airtime[i] * MICRO);
        else
            cr_expect_gt(field.at[gateway].at, 61696 * MICRO);
        eng_close();
    }
}

/* ---- duty cycle -------------------------------------------------------------------------------
 */

Test(lorawan, one_percent_of_the_time)
{
    pair(100);
    set(device, 7, true);
    for (int i = 0; i < 5; i++)
        field_send_at(0, device, gateway, LORA, DATA);
    eng_run(60 * SECOND);
    cr_assert_eq(field.at[gateway].count, 5);
    eng_time each = eng_airtime(device, LORA, strlen(DATA));
    for (int i = 0; i < 5; i++)
        cr_expect_eq(field.at[gateway].history[i], each + i * 100 * each);
    eng_close();
}

Test(lorawan, without_it_the_windows_alone_hold_back)
{
    pair(100);
    set(device, 7, false);
    for (int i = 0; i < 3; i++)
        field_send_at(0, device, gateway, LORA, DATA);
    eng_run(60 * SECOND);
    eng_time each = eng_airtime(device, LORA, strlen(DATA));
    eng_time cycle = each + 2 * SECOND + 8 * 32768 * MICRO;
    cr_assert_eq(field.at[gateway].count, 3);
    cr_expect_eq(field.at[gateway].history[2], 2 * cycle + each);
    eng_close();
}

/* A gateway that answered one device in its first window may answer the next in the second, where
 * 10 % are free, and then no more for a while. */
Test(lorawan, gateways_have_a_duty_cycle_too)
{
    int devices[3];
    pair(100);
    devices[0] = device;
    devices[1] = field_port(&field, ENG_STATION, 90);
    devices[2] = field_port(&field, ENG_STATION, 110);
    for (int i = 0; i < 3; i++) {
        set(devices[i], 7, true);
        eng_frames_on(devices[i], LORA);
        eng_after(i * 200 * MILLI, join_now, &devices[i]);
    }
    eng_run(SECOND);
    for (int i = 0; i < 3; i++)
        send_octets(gateway, devices[i], "\x20join-accept, 17 B", 17);
    eng_run(20 * SECOND);
    cr_expect_eq(field.at[devices[0]].at, (61696 + 5000000 + 46336) * MICRO);
    cr_expect_eq(field.at[devices[1]].at, (200000 + 61696 + 6000000 + 1155072) * MICRO);
    cr_expect_eq(field.at[devices[2]].count, 0);
    eng_close();
}

/* An answer that is due in 1 s is not held back by one that is due in 5 s. */
Test(lorawan, a_window_is_taken_when_it_opens)
{
    pair(100);
    int other = field_port(&field, ENG_STATION, 90);
    set(device, 7, true);
    set(other, 7, true);
    eng_frames_on(device, LORA);
    eng_frames_on(other, LORA);
    eng_after(0, join_now, &device);
    field_send_at(200 * MILLI, other, gateway, LORA, DATA);
    eng_run(SECOND / 2);
    send_octets(gateway, device, "\x20join-accept, 17 B", 17);
    send_octets(gateway, other, DATA DATA, 2 * strlen(DATA));
    eng_run(20 * SECOND);
    cr_expect_lt(field.at[other].at, 2 * SECOND, "first window");
    cr_expect_gt(field.at[device].at, 6 * SECOND, "second window");
    eng_close();
}

/* ---- collisions -------------------------------------------------------------------------------
 */

/* Uplinks of two devices at once, on whichever channels they draw: counts what got through. */
static int both(double first, double second, int sf_first, int sf_second, int rounds)
{
    int heard = 0;
    for (int i = 0; i < rounds; i++) {
        field_open(&field, ENG_LORAWAN, 0);
        gateway = field_port(&field, ENG_HUB, 0);
        int a = field_port(&field, ENG_STATION, first), b = field_port(&field, ENG_STATION, second);
        for (int spare = 0; spare < i; spare++) /* other ports draw other channels */
            b = field_port(&field, ENG_STATION, second);
        set(a, sf_first, true);
        set(b, sf_second, true);
        eng_frames_on(gateway, LORA);
        eng_after(0, join_now, &a);
        eng_after(0, join_now, &b);
        eng_run(3 * SECOND);
        heard += field.at[gateway].count;
        eng_close();
    }
    return heard;
}

Test(lorawan, equally_strong_frames_on_one_channel_destroy_each_other)
{
    int heard = both(100, 101, 7, 7, 30);
    cr_expect(heard > 20 && heard < 60, "%d of 60: a third of the pairs meet", heard);
    cr_expect_eq(heard % 2, 0, "both or none");
}

Test(lorawan, the_stronger_by_six_decibels_is_captured)
{
    int heard = both(100, 1000, 7, 7, 30);
    cr_expect(heard > 30 && heard < 60, "%d of 60: one of each pair that meets is lost", heard);
    cr_expect_eq(heard, 30 + both(100, 101, 7, 7, 30) / 2, "the near one never");
}

Test(lorawan, other_spreading_factors_do_no_harm)
{
    cr_expect_eq(both(100, 101, 7, 9, 10), 20);
}

Test(lorawan, a_gateway_that_sends_hears_nothing)
{
    pair(100);
    int other = field_port(&field, ENG_STATION, -200); /* too far to disturb the device */
    set(device, 7, true);
    set(other, 7, true);
    eng_frames_on(other, LORA);
    answers = 1;
    eng_after(0, join_now, &device);
    eng_after(SECOND, answer, NULL);
    eng_after(5070 * MILLI, join_now, &other);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].count, 1);
    cr_expect_eq(field.at[gateway].count, 1);
    eng_close();
}

Test(lorawan, every_gateway_in_reach_hears)
{
    pair(100);
    int near = field_port(&field, ENG_HUB, 300), far = field_port(&field, ENG_HUB, 100000);
    eng_frames_on(near, LORA);
    eng_frames_on(far, LORA);
    eng_after(0, join_now, &device);
    eng_run(SECOND);
    cr_expect_eq(field.at[gateway].count, 1);
    cr_expect_eq(field.at[near].count, 1);
    cr_expect_eq(field.at[far].count, 0);
    cr_expect_eq(send_octets(far, device, "\x20no", 3), ENG_ESTATE);
    eng_close();
}

/* ---- cost -------------------------------------------------------------------------------------
 */

/* Events of a thousand uplinks of one device among `others` that sleep. */
static uint64_t events_among(int others)
{
    pair(100);
    set(device, 7, true);
    for (int i = 0; i < others; i++) {
        struct eng_port p = {.node = eng_node(100 + i % 100, i / 100.0, 0), .medium = field.medium};
        cr_assert_geq(eng_attach(&p), 0);
    }
    eng_run(MILLI); /* their links come up */
    uint64_t before = eng_events();
    for (int i = 0; i < 1000; i++)
        field_send_at((i + 1) * 10 * SECOND, device, gateway, LORA, DATA);
    eng_run(20000 * SECOND);
    cr_expect_eq(field.at[gateway].count, 1000);
    uint64_t events = eng_events() - before;
    eng_close();
    return events;
}

Test(lorawan, ten_thousand_sleepers_are_free)
{
    uint64_t alone = events_among(0);
    cr_expect_eq(events_among(10000), alone);
    cr_expect_leq(alone, 1000 * 8, "one frame: %lu events", (unsigned long)alone / 1000);
}
