/* SPDX-License-Identifier: GPL-2.0-only */
/* Bluetooth Low Energy: advertising, scanning, connections, what the adversary can do. */
#include <criterion/criterion.h>
#include <string.h>

#include "air_field.h"

#define ADV ENG_PDU_BLE_ADVERTISING
#define INVITE ENG_PDU_BLE_CONNECTABLE
#define ATT ENG_PDU_BLE_L2CAP(4)
#define SMP ENG_PDU_BLE_L2CAP(6)
#define AD "\x02\x01\x06\x05\xff\xff\xff\x01\x02" /* flags, manufacturer data */
#define OCTET (8 * MICRO)

static struct field field;
static int hub, device;

static void pair(double loss)
{
    field_open(&field, ENG_BLE, loss);
    hub = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, 5);
}

static void set(int port, struct eng_ble s)
{
    cr_assert_eq(eng_ble_set(port, &s), 0, "%s", eng_message());
}

static struct eng_ble preset(void)
{
    struct eng_ble s;
    eng_ble_default(&s);
    return s;
}

/* ---- time on air ------------------------------------------------------------------------------
 */

/* Bluetooth Core, volume 6 part B section 2.1: 1 + 4 + PDU + 3 octets at 1 Mbit/s. */
Test(ble, airtimes_are_octets_at_a_megabit)
{
    pair(0);
    cr_expect_eq(eng_airtime(hub, ADV, 31), 376 * MICRO, "47 octets");
    for (size_t n = 0; n <= 31; n++)
        cr_expect_eq(eng_airtime(hub, ADV, n), (eng_time)(1 + 4 + 2 + 6 + n + 3) * OCTET);
    for (size_t n = 0; n <= 251; n++)
        cr_expect_eq(eng_airtime(hub, ATT, n), (eng_time)(1 + 4 + 2 + n + 3) * OCTET);
    eng_close();
}

/* ---- advertising ------------------------------------------------------------------------------
 */

Test(ble, a_scanner_hears_each_event_once)
{
    struct eng_count count;
    pair(0);
    eng_frames_on(hub, ADV);
    cr_expect_eq(field_send(device, -1, ADV, AD), 0);
    eng_run(SECOND);
    eng_count(device, &count);
    cr_expect_eq(count.tx_frames, 9, "three events on three channels");
    cr_expect_eq(field_time(device, ENG_TX), 9 * (1 + 4 + 2 + 6 + 9 + 3) * OCTET);
    cr_expect(field.at[hub].count == 2 || field.at[hub].count == 3, "%d", field.at[hub].count);
    cr_expect_eq(field.at[hub].src, eng_link_address(device));
    cr_expect_eq(field.at[hub].size, strlen(AD));
    cr_expect_eq(memcmp(field.at[hub].last, AD, strlen(AD)), 0);
    cr_expect_eq(field.at[hub].dst, ENG_ALL);
    for (int i = 1; i < field.at[hub].count; i++) {
        eng_time apart = field.at[hub].history[i] - field.at[hub].history[i - 1];
        cr_expect(apart > 19 * MILLI && apart < 62 * MILLI,
                  "interval, delay, other channel: %ld us", (long)(apart / MICRO));
    }
    field_adds_up(hub);
    field_adds_up(device);
    eng_close();
}

Test(ble, who_does_not_scan_sleeps)
{
    pair(0);
    cr_expect_eq(field_send(hub, -1, ADV, AD), 0);
    eng_run(SECOND);
    cr_expect_eq(field.at[device].count, 0);
    cr_expect_eq(field_time(device, ENG_OFF), SECOND);
    eng_frames_on(device, ADV);
    eng_run(2 * SECOND);
    cr_expect_eq(field_time(device, ENG_OFF), SECOND);
    cr_expect_eq(field_time(device, ENG_IDLE), SECOND);
    eng_close();
}

Test(ble, a_window_shorter_than_the_interval_hears_less_and_costs_less)
{
    struct eng_ble s = preset();
    int heard[2];
    for (int i = 0; i < 2; i++) {
        pair(0);
        s.scan_interval = 100 * MILLI;
        s.scan_window = i ? 10 * MILLI : 100 * MILLI;
        set(hub, s);
        eng_frames_on(hub, ADV);
        s.advertising_events = 255;
        set(device, s);
        field_send(device, -1, ADV, AD);
        eng_run(10 * SECOND);
        heard[i] = field.at[hub].count;
        eng_time listened = field_time(hub, ENG_IDLE) + field_time(hub, ENG_RX);
        cr_expect_eq(listened, i ? SECOND : 10 * SECOND);
        eng_close();
    }
    cr_expect_gt(heard[0], 240);
    cr_expect(heard[1] > 10 && heard[1] < 45, "%d", heard[1]);
}

/* Many advertisers disturb each other; random delays part them. */
Test(ble, advertisers_collide_but_not_for_ever)
{
    struct eng_ble s = preset();
    int devices[20], heard = 0;
    pair(0);
    eng_frames_on(hub, ADV);
    s.advertising_events = 20;
    for (int i = 0; i < 20; i++) {
        devices[i] = field_port(&field, ENG_STATION, 5 + 0.01 * i);
        set(devices[i], s);
        field_send(devices[i], -1, ADV, AD);
    }
    eng_run(5 * SECOND);
    heard = field.at[hub].count;
    cr_expect(heard > 150 && heard < 390, "%d of 400", heard);
    eng_close();
}

Test(ble, frames_wait_for_each_other)
{
    struct eng_ble s = preset();
    pair(0);
    eng_frames_on(hub, ADV);
    s.advertising_events = 1;
    set(device, s);
    for (int i = 0; i < 10; i++)
        field_send(device, -1, ADV, AD);
    eng_run(SECOND);
    cr_expect(field.at[hub].count >= 7 && field.at[hub].count <= 10, "%d", field.at[hub].count);
    eng_close();
}

Test(ble, distance_ends_it)
{
    field_open(&field, ENG_BLE, 0);
    hub = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, 200); /* 40.2 + 30 log10 200 = 109 dB */
    eng_frames_on(hub, ADV);
    field_send(device, -1, ADV, AD);
    eng_run(SECOND);
    cr_expect_eq(field.at[hub].count, 0);
    eng_close();
}

/* ---- connections ------------------------------------------------------------------------------
 */

static void invite(void)
{
    eng_frames_on(hub, ATT);
    eng_frames_on(hub, SMP);
    eng_frames_on(device, ATT);
    eng_frames_on(device, SMP);
    cr_expect_eq(field_send(device, -1, INVITE, AD), 0);
}

Test(ble, a_frame_makes_a_connection_with_who_invites)
{
    pair(0);
    invite();
    cr_expect_eq(field_send(hub, device, ATT, "\x02\x17"), 0, "exchange MTU");
    eng_run(SECOND);
    cr_assert_eq(field.at[device].count, 1);
    cr_expect_eq(field.at[device].number, ATT);
    cr_expect_eq(field.at[device].src, eng_link_address(hub));
    cr_expect_eq(field.at[device].dst, eng_link_address(device));
    cr_expect_eq(field.at[device].up, 1);
    cr_expect_eq(field.at[hub].up, 1);
    cr_expect_eq(field_send(device, hub, SMP, "\x0b\x09"), 0);
    eng_run(2 * SECOND);
    cr_assert_eq(field.at[hub].count, 1);
    cr_expect_eq(field.at[hub].number, SMP);
    field_adds_up(hub);
    field_adds_up(device);
    eng_close();
}

Test(ble, without_an_invitation_there_is_none)
{
    pair(0);
    eng_frames_on(device, ATT);
    cr_expect_eq(field_send(hub, device, ATT, "hello"), 0);
    eng_run(5 * SECOND);
    cr_expect_eq(field.at[device].count, 0);
    cr_expect_eq(field_time(hub, ENG_IDLE), 5 * SECOND, "it waits for one");
    invite();
    eng_run(6 * SECOND);
    cr_expect_eq(field.at[device].count, 1);
    cr_expect_eq(field_send(device, -1, INVITE, ""), 0);
    eng_close();
}

/* An idle connection: one empty PDU of each end in every interval, 80 us and 150 us apart. */
Test(ble, an_idle_connection_costs_two_empty_pdus_an_interval)
{
    struct eng_count before, after;
    pair(0);
    invite();
    field_send(hub, device, ATT, "x");
    eng_run(2 * SECOND);
    eng_count(device, &before);
    eng_time tx = field_time(device, ENG_TX), rx = field_time(device, ENG_RX);
    eng_time idle = field_time(device, ENG_IDLE);
    eng_run(12 * SECOND);
    eng_count(device, &after);
    cr_expect_eq(after.tx_frames - before.tx_frames, 200);
    cr_expect_eq(after.rx_frames - before.rx_frames, 200);
    cr_expect_eq(field_time(device, ENG_TX) - tx, 200 * 80 * MICRO);
    cr_expect_eq(field_time(device, ENG_RX) - rx, 200 * 80 * MICRO);
    cr_expect_eq(field_time(device, ENG_IDLE) - idle, 200 * 300 * MICRO, "inter frame spaces");
    eng_close();
}

static void long_frame(int pdu, int mtu, size_t n, unsigned fragments)
{
    struct eng_ble s = preset();
    struct eng_count before, after;
    char text[520];
    memset(text, 'a', sizeof text);
    text[n] = '\0';
    pair(0);
    s.pdu = pdu;
    s.mtu = mtu;
    set(hub, s);
    set(device, s);
    invite();
    field_send(hub, device, ATT, "x");
    eng_run(2 * SECOND - 10 * MILLI);
    eng_count(hub, &before);
    cr_expect_eq(field_send(hub, device, ATT, text), 0, "%s", eng_message());
    eng_run(2 * SECOND + 40 * MILLI);
    cr_assert_eq(field.at[device].count, 2);
    cr_expect_eq(field.at[device].size, n);
    cr_expect_eq(memcmp(field.at[device].last, text, n), 0);
    eng_count(hub, &after);
    cr_expect_leq(after.tx_frames - before.tx_frames, fragments + 1, "in one connection event");
    cr_expect_geq(after.tx_frames - before.tx_frames, fragments);
    cr_expect_eq(eng_mtu(hub), (size_t)mtu);
    text[n] = 'a';
    text[(size_t)mtu + 1] = '\0';
    cr_expect_eq(field_send(hub, device, ATT, text), ENG_ESIZE);
    eng_close();
}

/* L2CAP puts 4 octets before it; 27 octets are the data PDU of old. */
Test(ble, frames_are_cut_and_joined)
{
    long_frame(27, 23, 23, 1);
    long_frame(27, 185, 24, 2);
    long_frame(27, 185, 185, 7);
    long_frame(251, 185, 185, 1);
    long_frame(251, 517, 517, 3);
}

Test(ble, loss_is_repaired_by_the_link_layer)
{
    pair(0.3);
    invite();
    char text[2] = "0";
    for (int i = 0; i < 50; i++) {
        text[0] = (char)('0' + i);
        cr_expect_eq(field_send(hub, device, ATT, text), 0);
        cr_expect_eq(field_send(hub, device, SMP, text), 0);
    }
    eng_run(30 * SECOND);
    cr_expect_eq(field.at[device].count, 100, "each once: %d", field.at[device].count);
    cr_expect_eq(field.at[device].last[0], '0' + 49, "in order");
    eng_close();
}

/* Sealed control PDUs begin with any octet, also with that of LL_TERMINATE_IND. */
Test(ble, a_sealed_pdu_does_not_end_it)
{
    pair(0);
    invite();
    eng_frames_on(hub, ENG_PDU_BLE_CONTROL);
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    field_send(device, hub, ENG_PDU_BLE_CONTROL, "\x05");
    field_send(device, hub, ENG_PDU_BLE_CONTROL, "\x02sealed");
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[hub].count, 2);
    cr_expect_eq(field.at[hub].down, 0);
    cr_expect_eq(field.at[device].down, 0);
    eng_close();
}

Test(ble, an_end_that_ends_it_tells_the_other)
{
    pair(0);
    invite();
    eng_frames_on(hub, ENG_PDU_BLE_CONTROL);
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    field_send(device, hub, ENG_PDU_BLE_CONTROL, "\x02\x05");
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].down, 1);
    cr_expect_eq(field.at[device].down, 1);
    cr_expect_eq(field.at[hub].count, 1);
    cr_expect_eq(memcmp(field.at[hub].last, "\x02\x05", 2), 0);
    cr_expect_eq(field_send(hub, device, ENG_PDU_BLE_CONTROL, "\x02\x05"), 0);
    field_send(device, -1, INVITE, AD);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[hub].up, 1, "no connection is made to end it");
    eng_close();
}

Test(ble, it_ends_when_asked_to_and_by_silence)
{
    pair(0);
    invite();
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    cr_expect_eq(eng_ble_disconnect(hub, eng_link_address(device)), 0);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].down, 1);
    cr_expect_eq(field.at[device].down, 1);
    cr_expect_eq(eng_ble_disconnect(hub, eng_link_address(device)), ENG_ESTATE);
    field_send(device, -1, INVITE, AD);
    field_send(hub, device, ATT, "y");
    eng_run(3 * SECOND);
    cr_expect_eq(field.at[device].count, 2);
    cr_expect_eq(field.at[device].up, 2);
    eng_power(device, false);
    eng_run(6 * SECOND);
    cr_expect_eq(field.at[hub].down, 1, "not yet");
    eng_run(8 * SECOND);
    cr_expect_eq(field.at[hub].down, 2, "supervision timeout of 4 s");
    eng_run(20 * SECOND);
    eng_time sleeping = field_time(hub, ENG_OFF);
    eng_run(21 * SECOND);
    cr_expect_eq(field_time(hub, ENG_OFF) - sleeping, SECOND, "nothing is left to do");
    field_adds_up(hub);
    eng_close();
}

Test(ble, a_central_serves_several)
{
    int devices[8];
    pair(0);
    eng_frames_on(hub, ATT);
    for (int i = 0; i < 8; i++) {
        devices[i] = field_port(&field, ENG_STATION, 3 + i);
        eng_frames_on(devices[i], ATT);
        field_send(devices[i], -1, INVITE, AD);
        field_send(hub, devices[i], ATT, "hello");
    }
    eng_run(5 * SECOND);
    for (int i = 0; i < 8; i++) {
        cr_expect_eq(field.at[devices[i]].count, 1);
        cr_expect_eq(field.at[devices[i]].up, 1);
        cr_expect_eq(field_send(devices[i], hub, ATT, "and back"), 0);
    }
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[hub].count, 8);
    cr_expect_eq(field.at[hub].down, 0);
    eng_close();
}

Test(ble, advertising_goes_on_beside_a_connection)
{
    pair(0);
    invite();
    eng_frames_on(hub, ADV);
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    for (int i = 0; i < 20; i++)
        field_send(device, -1, ADV, AD);
    eng_run(10 * SECOND);
    int adverts = field.at[hub].count;
    cr_expect(adverts > 30 && adverts <= 60, "%d of 60", adverts);
    cr_expect_eq(field.at[hub].down, 0);
    eng_close();
}

/* ---- cost -------------------------------------------------------------------------------------
 */

static uint64_t events_among(int others)
{
    pair(0);
    eng_frames_on(hub, ADV);
    for (int i = 0; i < others; i++)
        cr_assert_geq(
            eng_attach(&(struct eng_port){.node = eng_node(3, i, 0), .medium = field.medium}), 0);
    eng_run(MILLI);
    uint64_t before = eng_events();
    for (int i = 0; i < 100; i++)
        field_send(device, -1, ADV, AD);
    eng_run(60 * SECOND);
    uint64_t events = eng_events() - before;
    cr_expect_gt(field.at[hub].count, 200);
    eng_close();
    return events;
}

Test(ble, sleepers_are_free)
{
    cr_expect_eq(events_among(5000), events_among(0));
}

/* ---- the adversary ----------------------------------------------------------------------------
 */

static int reads, injected_reads;
static bool block_all;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    *(u->injected ? &injected_reads : &reads) += 1;
}

static enum eng_verdict block(void *arg, const struct eng_unit *u)
{
    (void)arg;
    return block_all && !u->injected ? ENG_BLOCK : ENG_PASS;
}

static int tapped(void)
{
    pair(0);
    reads = injected_reads = 0;
    block_all = false;
    eng_tap(field.medium, &(struct eng_tap){see, block, NULL});
    return field_sniffer(&field, 3);
}

Test(ble, advertising_is_read_blocked_jammed_and_forged)
{
    int sniffer = tapped();
    eng_frames_on(hub, ADV);
    block_all = true;
    field_send(device, -1, ADV, AD);
    eng_run(SECOND);
    cr_expect_eq(reads, 1, "one unit, however often it is advertised");
    cr_expect_eq(field.at[hub].count, 0);
    cr_expect_eq(
        eng_inject_frame(sniffer, eng_link_address(device), ENG_ALL, ADV, "\x02\x01\x06", 3), 0);
    eng_run(2 * SECOND);
    cr_expect_gt(field.at[hub].count, 1);
    cr_expect_eq(field.at[hub].src, eng_link_address(device));
    cr_expect_eq(injected_reads, 1);
    cr_expect_eq(field_time(sniffer, ENG_TX), 9 * 19 * OCTET, "from its own radio");
    block_all = false;
    int before = field.at[hub].count;
    eng_jam(hub, eng_link_address(device), true);
    field_send(device, -1, ADV, AD);
    eng_run(3 * SECOND);
    cr_expect_eq(field.at[hub].count, before);
    field_adds_up(sniffer);
    eng_close();
}

Test(ble, it_speaks_in_a_connection_of_others)
{
    int sniffer = tapped();
    invite();
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    eng_time own = field_time(hub, ENG_TX);
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(hub), eng_link_address(device), ATT,
                                  "open the door", 13),
                 0);
    eng_run(1050 * MILLI);
    cr_assert_eq(field.at[device].count, 2);
    cr_expect_eq(field.at[device].src, eng_link_address(hub));
    cr_expect_eq(memcmp(field.at[device].last, "open the door", 13), 0);
    cr_expect_eq(field_time(sniffer, ENG_TX), (8 + 2 + 4 + 13) * OCTET);
    cr_expect_leq(field_time(hub, ENG_TX) - own, 2 * 80 * MICRO);
    field_send(hub, device, ATT, "after it");
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[device].count, 3, "the connection goes on");
    eng_close();
}

Test(ble, it_is_first_under_the_name_of_another)
{
    int sniffer = tapped();
    invite();
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(hub), eng_link_address(device), ATT,
                                  "I am your hub", 13),
                 0);
    eng_run(SECOND);
    cr_assert_eq(field.at[device].count, 1);
    cr_expect_eq(field.at[device].src, eng_link_address(hub));
    cr_expect_eq(field_send(device, hub, ATT, "yes"), 0);
    field_send(hub, device, ATT, "too late");
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].count, 0, "the answer is the adversary's");
    cr_expect_eq(field.at[device].count, 1);
    cr_expect_eq(reads, 2, "the invitation and the answer; the other one never left");
    eng_close();
}

Test(ble, it_invites_under_the_name_of_another)
{
    int sniffer = tapped();
    eng_frames_on(hub, ATT);
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(device), ENG_ALL, INVITE, AD, 9), 0);
    field_send(hub, device, ATT, "a secret");
    eng_run(SECOND);
    cr_expect_eq(field.at[hub].up, 1);
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(device), eng_link_address(hub), ATT,
                                  "thanks", 6),
                 0);
    eng_run(2 * SECOND);
    cr_assert_eq(field.at[hub].count, 1);
    cr_expect_eq(field.at[hub].src, eng_link_address(device));
    eng_close();
}

Test(ble, a_jammed_connection_is_lost)
{
    pair(0);
    invite();
    field_send(hub, device, ATT, "x");
    eng_run(SECOND);
    eng_jam(device, ENG_ALL, true);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].down, 1);
    cr_expect_eq(field.at[hub].down, 1);
    eng_close();
}

Test(ble, says_what_is_wrong)
{
    struct eng_ble s = preset();
    char big[33] = "thirty-two octets are one to mch";
    pair(0);
    s.connection_interval = 8 * MILLI;
    cr_expect_eq(eng_ble_set(hub, &s), ENG_EARGUMENT);
    s = preset();
    s.pdu = 26;
    cr_expect_eq(eng_ble_set(hub, &s), ENG_EARGUMENT);
    cr_expect_eq(field_send(device, -1, ADV, big), ENG_ESIZE);
    cr_expect_eq(field_send(device, -1, ATT, "x"), ENG_EARGUMENT);
    cr_expect_eq(field_send(device, hub, 0x888e, "x"), ENG_ESUPPORT);
    eng_close();
}
