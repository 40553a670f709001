/* SPDX-License-Identifier: GPL-2.0-only */
/* BR/EDR beside LE: inquiry, paging, slots, acknowledgement, what the adversary can do. */
#include <criterion/criterion.h>
#include <string.h>

#include "air_field.h"

#define LMP ENG_PDU_BREDR_LMP
#define INQUIRY ENG_PDU_BREDR_INQUIRY
#define SMP ENG_PDU_BREDR_L2CAP(7)
#define SLOT (625 * MICRO)
#define PAGE_SCAN (1280 * MILLI) /* R1 */

static struct field field;
static int hub, device;

static void pair(double loss)
{
    field_open(&field, ENG_BLE, loss);
    hub = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, 5);
    eng_frames_on(hub, LMP);
    eng_frames_on(device, LMP);
}

/* Core volume 2 part B section 6: access code 72, header 54 bits; DM1's payload header, body and
 * CRC in blocks of ten bits that are sent as fifteen. */
Test(bredr, airtimes_are_bits_at_a_megabit)
{
    pair(0);
    cr_expect_eq(eng_airtime(hub, LMP, 17), 366 * MICRO, "a full DM1 packet");
    cr_expect_eq(eng_airtime(hub, INQUIRY, 3), 366 * MICRO, "FHS");
    for (size_t n = 1; n <= 17; n++)
        cr_expect_eq(eng_airtime(hub, LMP, n),
                     (eng_time)(72 + 54 + (8 * (1 + n + 2) + 9) / 10 * 15) * MICRO, "%zu", n);
    eng_close();
}

/* DH1: payload header 1, L2CAP's 4, CRC 2, without FEC. */
Test(bredr, l2cap_goes_in_packets_of_its_own)
{
    pair(0);
    eng_frames_on(device, SMP);
    for (size_t n = 1; n <= 23; n++)
        cr_expect_eq(eng_airtime(hub, SMP, n), (eng_time)(72 + 54 + 8 * (1 + 4 + n + 2)) * MICRO,
                     "%zu", n);
    cr_expect_eq(eng_airtime(hub, SMP, 23), 366 * MICRO, "a full DH1 packet");
    cr_expect_eq(field_send(hub, device, LMP, "first"), 0);
    cr_expect_eq(field_send(hub, device, SMP, "0123456789abcdefghijklm"), 0);
    cr_expect_neq(field_send(hub, device, SMP, "0123456789abcdefghijklmn"), 0);
    eng_run(4 * SECOND);
    cr_assert_eq(field.at[device].count, 2);
    cr_expect_eq(memcmp(field.at[device].last, "0123456789abcdefghijklm", 23), 0);
    cr_expect_eq(field.at[device].history[1] - field.at[device].history[0],
                 2 * SLOT + eng_airtime(hub, SMP, 23) - eng_airtime(hub, LMP, 5));
    field_adds_up(hub);
    field_adds_up(device);
    eng_close();
}

Test(bredr, l2cap_is_delivered_to_who_wants_that_channel)
{
    pair(0);
    eng_frames_on(device, ENG_PDU_BREDR_L2CAP(1));
    field_send(hub, device, LMP, "first");
    field_send(hub, device, SMP, "second");
    field_send(hub, device, ENG_PDU_BREDR_L2CAP(1), "third");
    eng_run(4 * SECOND);
    cr_expect_eq(field.at[device].count, 2);
    cr_expect_eq(memcmp(field.at[device].last, "third", 5), 0);
    eng_close();
}

Test(bredr, an_inquiry_is_answered_until_somebody_connects)
{
    pair(0);
    eng_frames_on(hub, INQUIRY);
    cr_expect_eq(field_send(device, -1, INQUIRY, "abc"), 0);
    eng_run(20 * SECOND);
    int heard = field.at[hub].count;
    cr_expect(heard >= 6 && heard <= 8, "each 2.56 s and up to 0.64 s: %d", heard);
    cr_expect_eq(field.at[hub].src, eng_link_address(device));
    cr_expect_eq(memcmp(field.at[hub].last, "abc", 3), 0);
    cr_expect_leq(field.at[hub].history[0], 2560 * MILLI + 1024 * SLOT + MILLI);
    field_send(hub, device, LMP, "x");
    eng_run(40 * SECOND);
    cr_expect_leq(field.at[hub].count, heard + 1);
    field_adds_up(hub);
    field_adds_up(device);
    eng_close();
}

Test(bredr, a_page_ends_in_the_scan_window_of_its_target)
{
    pair(0);
    field_send(hub, device, LMP, "first");
    eng_run(4 * SECOND);
    cr_assert_eq(field.at[device].count, 1);
    cr_expect_leq(field.at[device].at, PAGE_SCAN + 8 * SLOT);
    cr_expect_eq(memcmp(field.at[device].last, "first", 5), 0);
    cr_expect_eq(field.at[device].src, eng_link_address(hub));
    eng_close();
}

/* Within a connection: the central's in even slots, the peripheral's a slot behind a packet of it.
 */
Test(bredr, both_ends_keep_their_slots)
{
    pair(0);
    field_send(hub, device, LMP, "a");
    eng_run(4 * SECOND);
    eng_time anchor = field.at[device].at;
    for (int i = 0; i < 5; i++)
        field_send(hub, device, LMP, "b");
    field_send(device, hub, LMP, "c");
    eng_run(5 * SECOND);
    cr_assert_eq(field.at[device].count, 6);
    cr_assert_eq(field.at[hub].count, 1);
    for (int i = 1; i < 6; i++) {
        cr_expect_eq((field.at[device].history[i] - anchor) % (2 * SLOT), 0);
        if (i > 1)
            cr_expect_eq(field.at[device].history[i] - field.at[device].history[i - 1], 2 * SLOT,
                         "one PDU a slot pair");
    }
    cr_expect_eq((field.at[hub].at - anchor) % (2 * SLOT), SLOT);
    eng_close();
}

Test(bredr, a_peripheral_waits_to_be_polled)
{
    pair(0);
    field_send(hub, device, LMP, "a");
    eng_run(4 * SECOND);
    field_send(device, hub, LMP, "c");
    eng_run(5 * SECOND);
    cr_assert_eq(field.at[hub].count, 1);
    cr_expect_leq(field.at[hub].at, 4 * SECOND + 25 * MILLI + 2 * SLOT, "T_poll");
    eng_close();
}

Test(bredr, what_is_lost_is_sent_again_and_nothing_comes_twice)
{
    static const char *const words[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
    pair(0.3);
    for (int i = 0; i < 10; i++) {
        field_send_at((5 + i) * SECOND, hub, device, LMP, words[i]);
        field_send_at((5 + i) * SECOND, device, hub, LMP, words[i]);
    }
    eng_run(40 * SECOND);
    cr_expect_eq(field.at[device].count, 10);
    cr_expect_eq(field.at[hub].count, 10);
    cr_expect_eq(field.at[device].last[0], '9');
    cr_expect_eq(field.at[hub].last[0], '9');
    eng_close();
}

Test(bredr, idle_connections_send_nothing_here)
{
    struct eng_count before, after;
    pair(0);
    field_send(hub, device, LMP, "a");
    eng_run(4 * SECOND);
    eng_count(hub, &before);
    eng_run(60 * SECOND);
    eng_count(hub, &after);
    cr_expect_eq(after.tx_frames, before.tx_frames);
    eng_close();
}

Test(bredr, a_device_that_is_off_is_not_reached)
{
    pair(0);
    eng_power(device, false);
    field_send(hub, device, LMP, "a");
    eng_run(60 * SECOND);
    cr_expect_eq(field.at[device].count, 0);
    eng_close();
}

Test(bredr, an_adversary_speaks_for_an_end)
{
    pair(0);
    int sniffer = field_sniffer(&field, 2);
    field_send(hub, device, LMP, "a");
    eng_run(4 * SECOND);
    cr_expect_eq(
        eng_inject_frame(sniffer, eng_link_address(hub), eng_link_address(device), LMP, "e", 1), 0);
    cr_expect_eq(
        eng_inject_frame(sniffer, eng_link_address(device), eng_link_address(hub), LMP, "f", 1), 0);
    eng_run(5 * SECOND);
    cr_expect_eq(field.at[device].count, 2);
    cr_expect_eq(field.at[device].last[0], 'e');
    cr_expect_eq(field.at[device].src, eng_link_address(hub));
    cr_expect_eq(field.at[hub].count, 1);
    cr_expect_eq(field.at[hub].last[0], 'f');
    eng_close();
}

Test(bredr, no_pdu_is_longer_than_a_dm1_packet)
{
    pair(0);
    cr_expect_eq(field_send(hub, device, LMP, "0123456789abcdefg"), 0);
    cr_expect_neq(field_send(hub, device, LMP, "0123456789abcdefgh"), 0);
    cr_expect_neq(field_send(hub, -1, LMP, "x"), 0);
    eng_close();
}
