/* SPDX-License-Identifier: GPL-2.0-only */
/* LoRaWAN: data rate and channel of an uplink, channels that a device is told, US902-928. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "lorawan_field.h"

/* ---- data rate and channel of an uplink ---------------------------------------------------------
 */

static struct eng_uplink ways[64];
static int way_count;

static void note_way(void *arg, int port, eng_addr src, eng_addr dst, uint16_t number,
                     const uint8_t *p, size_t n)
{
    (void)arg, (void)src, (void)dst, (void)number, (void)p, (void)n;
    cr_assert_eq(eng_uplink_now(port, &ways[way_count++]), 0, "%s", eng_message());
}

static void ways_open(void)
{
    field_open(&field, ENG_LORAWAN, 0);
    gateway = eng_attach(&(struct eng_port){.node = eng_node(0, 0, 0),
                                            .medium = field.medium,
                                            .role = ENG_HUB,
                                            .ops = {.frame = note_way}});
    device = field_port(&field, ENG_STATION, 100);
    eng_frames_on(gateway, LORA);
    way_count = 0;
}

Test(lorawan, what_is_settled_for_an_uplink_holds)
{
    struct eng_uplink first, second;
    struct eng_lorawan s;
    int used = 0;
    ways_open();
    eng_lorawan_default(&s);
    s.spreading = 9;
    s.channels = 8;
    eng_lorawan_set(device, &s);
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(eng_uplink_next(device, &first), 0);
        cr_assert_eq(eng_uplink_next(device, &second), 0);
        cr_expect(first.rate == 3 && second.rate == 3, "SF9 is DR3");
        cr_expect_eq(first.channel, second.channel);
        join_now(&device);
        eng_run((i + 1) * 100 * SECOND);
        cr_assert_eq(way_count, i + 1);
        cr_expect(ways[i].rate == 3 && ways[i].channel == first.channel);
        used |= 1 << first.channel;
    }
    cr_expect_gt(__builtin_popcount((unsigned)used), 4, "by lot");
    cr_expect_eq(eng_uplink_next(gateway, &first), ENG_ESUPPORT);
    cr_expect_eq(eng_uplink_as(device, &first), ENG_ESUPPORT, "an honest radio settles it itself");
    eng_close();
}

Test(lorawan, an_adversary_injects_on_the_channel_that_it_wants)
{
    ways_open();
    int sniffer = field_sniffer(&field, 50);
    for (uint8_t c = 0; c < 8; c++) {
        struct eng_uplink wish = {(uint8_t)(c % 7), c};
        cr_assert_eq(eng_uplink_as(sniffer, &wish), 0, "%s", eng_message());
        eng_inject_frame(sniffer, eng_link_address(device), ENG_ALL, LORA, JOIN, 23);
        eng_run((c + 1) * 10 * SECOND);
        cr_assert_eq(way_count, c + 1);
        cr_expect(ways[c].rate == wish.rate && ways[c].channel == c);
    }
    cr_expect_eq(eng_uplink_as(sniffer, &(struct eng_uplink){7, 0}), ENG_EARGUMENT);
    cr_expect_eq(eng_uplink_as(sniffer, &(struct eng_uplink){0, 8}), ENG_EARGUMENT);
    eng_close();
}

/* Join channels and what it was told; gateways do not hear what is no channel of theirs. */
Test(lorawan, a_station_uses_the_channels_that_it_is_told)
{
    static const uint32_t told[] = {867900000, 0, 867100000};
    struct eng_uplink way;
    struct eng_lorawan s;
    int used = 0;
    ways_open();
    eng_lorawan_default(&s);
    s.duty_cycle = false;
    eng_lorawan_set(device, &s);
    cr_assert_eq(eng_uplink_channels(device, told, 3), 0, "%s", eng_message());
    for (int i = 0; i < 40; i++) {
        eng_uplink_next(device, &way);
        join_now(&device);
        eng_run((i + 1) * 100 * SECOND);
        cr_assert_eq(way_count, i + 1);
        used |= 1 << way.channel;
        uint8_t heard = ways[i].channel, sent = way.channel;
        cr_expect_eq(heard, sent == 3 ? 7 : sent == 5 ? 3 : sent, "by its frequency");
    }
    cr_expect_eq(used, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 5);
    eng_uplink_channels(device, NULL, 0);
    for (int i = 0; i < 20; i++) {
        eng_uplink_channels(device, NULL, 0);
        eng_uplink_next(device, &way);
        cr_expect_lt(way.channel, 3);
    }
    cr_expect_eq(eng_uplink_channels(gateway, told, 3), ENG_ESUPPORT);
    cr_expect_eq(eng_uplink_channels(device, told, 6), ENG_EARGUMENT);
    eng_close();
}

/* ---- US902-928 --------------------------------------------------------------------------------
 */
static void america(int port, int spreading)
{
    struct eng_lorawan s;
    eng_lorawan_default(&s);
    s.region = 915;
    s.spreading = spreading;
    cr_assert_eq(eng_lorawan_set(port, &s), 0, "%s", eng_message());
}

/* Number 8 is 903.9 MHz; the answer comes at 923.3 MHz with 500 kHz, DR13 to DR3. */
Test(lorawan, downlinks_of_us902_928_have_channels_of_their_own)
{
    static const uint32_t only[72] = {[8] = 903900000};
    pair(100);
    america(gateway, 0);
    america(device, 7);
    cr_assert_eq(eng_uplink_channels(device, only, 72), 0, "%s", eng_message());
    answers = 1;
    eng_after(0, join_now, &device);
    eng_after(SECOND, answer, NULL);
    eng_run(10 * SECOND);
    cr_assert_eq(field.at[gateway].count, 1);
    cr_assert_eq(field.at[device].count, 1);
    eng_time answered = 46336 * MICRO / 4; /* 17 octets at four times the bandwidth */
    cr_expect_eq(field.at[device].at, (61696 + 5000000) * MICRO + answered);
    eng_close();
}

Test(lorawan, a_gateway_of_us902_928_hears_its_sub_band)
{
    struct eng_uplink way;
    int heard = 0, wide = 0;
    ways_open();
    america(gateway, 0);
    america(device, 10);
    for (int i = 0; i < 400; i++) {
        eng_uplink_next(device, &way);
        bool meant = (way.channel >= 8 && way.channel < 16) || way.channel == 65;
        cr_expect_eq(way.rate, way.channel >= 64 ? 4 : 0);
        cr_expect_lt(way.channel, 72);
        heard += meant;
        wide += way.channel >= 64;
        join_now(&device);
        eng_run((i + 1) * 10 * SECOND);
        cr_assert_eq(way_count, heard, "channel %d", way.channel);
        way_count = heard = 0;
    }
    cr_expect(wide > 20 && wide < 80, "one of nine");
    struct eng_lorawan s;
    eng_lorawan_default(&s);
    s.region = 915;
    s.spreading = 11;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    s.region = 433;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    eng_close();
}

Test(lorawan, nobody_listens_at_other_frequencies)
{
    static const uint32_t told[] = {866000000, 866200000, 866400000, 866600000, 866800000};
    struct eng_uplink way;
    int sent = 0;
    ways_open();
    eng_uplink_channels(device, told, 5);
    for (int i = 0; i < 40; i++) {
        eng_uplink_next(device, &way);
        sent += way.channel < 3;
        join_now(&device);
        eng_run((i + 1) * 1000 * SECOND);
        cr_assert_eq(way_count, sent);
    }
    cr_expect(sent > 0 && sent < 40);
    eng_close();
}
