/* SPDX-License-Identifier: GPL-2.0-only */
/* LoRaWAN: time on air, windows of class A, duty cycle, collisions and capture, sleepers. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "air_field.h"
#include "tests/support/vectors.h"

#define LORA ENG_PDU_LORAWAN
#define JOIN "\x00join-request of 23 oct" /* 23 octets, message type 0 */
#define DATA "\x40unconfirmed data up"

static struct field field;
static int gateway, device;

static int send_octets(int from, int to, const char *p, size_t n)
{
    return eng_frame_send(from, to < 0 ? ENG_ALL : eng_link_address(to), LORA, p, n);
}

static void join_now(void *arg)
{
    cr_expect_eq(send_octets(*(int *)arg, gateway, JOIN, 23), 0, "%s", eng_message());
}

static void set(int port, int spreading, bool duty_cycle)
{
    struct eng_lorawan s;
    eng_lorawan_default(&s);
    s.spreading = spreading;
    s.duty_cycle = duty_cycle;
    cr_assert_eq(eng_lorawan_set(port, &s), 0, "%s", eng_message());
}

static void pair(double distance)
{
    field_open(&field, ENG_LORAWAN, 0);
    gateway = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, distance);
    eng_frames_on(gateway, LORA);
    eng_frames_on(device, LORA);
}

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

/* ---- receive windows --------------------------------------------------------------------------
 */

static int answers; /* how often the gateway may answer */

static void answer(void *arg)
{
    (void)arg;
    cr_expect_eq(send_octets(gateway, device, "\x20join-accept, 17 B", 17),
                 answers-- > 0 ? 0 : ENG_ESTATE, "%s", eng_message());
}

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

/* ---- the adversary ----------------------------------------------------------------------------
 */

static int reads, blocks;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    reads += u->n == 23 && !u->injected;
}

static enum eng_verdict block(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocks++;
    return u->injected ? ENG_PASS : ENG_BLOCK;
}

Test(lorawan, reads_blocks_jams_and_forges)
{
    pair(100);
    int sniffer = field_sniffer(&field, 50);
    reads = blocks = 0;
    eng_tap(field.medium, &(struct eng_tap){see, block, NULL});
    set(device, 7, false);
    eng_after(0, join_now, &device);
    eng_run(SECOND);
    cr_expect_eq(reads, 1);
    cr_expect_eq(blocks, 1);
    cr_expect_eq(field.at[gateway].count, 0);
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(device), ENG_ALL, LORA, JOIN, 23), 0);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[gateway].count, 1, "replayed");
    cr_expect_eq(field.at[gateway].src, eng_link_address(device));
    cr_expect_eq(field_time(sniffer, ENG_TX), 61696 * MICRO, "pays its own airtime");
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(gateway), eng_link_address(device),
                                  LORA, "\x20obey", 5),
                 0);
    eng_run(20 * SECOND);
    cr_expect_eq(field.at[device].count, 1, "an answer in the gateway's place");
    cr_expect_eq(field.at[device].src, eng_link_address(gateway));
    eng_tap(field.medium, NULL);
    eng_jam(gateway, ENG_ALL, true);
    eng_after(0, join_now, &device);
    eng_run(22 * SECOND);
    cr_expect_eq(field.at[gateway].count, 1, "jammed");
    field_adds_up(sniffer);
    eng_close();
}

static eng_time last_read;

static void note_time(void *arg, const struct eng_unit *u)
{
    (void)arg;
    cr_expect_eq(u->dst, eng_link_address(u->port == device ? gateway : device));
    last_read = eng_now();
}

/* What waits for a window or a free channel is nobody's to read before. */
Test(lorawan, is_read_when_it_is_on_the_air)
{
    pair(100);
    set(device, 7, true);
    eng_tap(field.medium, &(struct eng_tap){.read = note_time});
    eng_after(0, join_now, &device);
    answers = 1;
    eng_after(SECOND, answer, NULL);
    eng_run(2 * SECOND);
    cr_expect_eq(last_read, 0);
    eng_run(5100 * MILLI);
    cr_expect_eq(last_read, (61696 + 5000000) * MICRO);
    eng_after(0, join_now, &device);
    eng_run(10 * SECOND);
    cr_expect_eq(last_read, 100 * 61696 * MICRO, "after the silence of the duty cycle");
    eng_close();
}

Test(lorawan, loses_its_share)
{
    field_open(&field, ENG_LORAWAN, 0.3);
    gateway = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, 10);
    eng_frames_on(gateway, LORA);
    set(device, 7, false);
    for (int i = 0; i < 1000; i++)
        field_send_at(i * 3 * SECOND, device, gateway, LORA, DATA);
    eng_run(4000 * SECOND);
    cr_expect(field.at[gateway].count > 640 && field.at[gateway].count < 760, "%d",
              field.at[gateway].count);
    eng_close();
}

Test(lorawan, who_is_off_neither_sends_nor_hears)
{
    struct eng_count count;
    pair(100);
    set(device, 7, true);
    eng_after(0, join_now, &device);
    answers = 1;
    eng_after(SECOND, answer, NULL);
    eng_run(3 * SECOND);
    eng_power(device, false);
    cr_expect_eq(send_octets(device, gateway, JOIN, 23), ENG_ESTATE);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].count, 0);
    eng_power(device, true);
    eng_run(20 * SECOND);
    eng_after(0, join_now, &device);
    eng_run(30 * SECOND);
    cr_expect_eq(field.at[gateway].count, 2);
    field_adds_up(device);
    eng_count(device, &count);
    cr_expect_eq(count.tx_frames, 2);
    cr_expect_eq(count.tx_octets, 46);
    eng_count(gateway, &count);
    cr_expect_eq(count.rx_frames, 2);
    eng_close();
}

Test(lorawan, says_what_is_wrong)
{
    struct eng_lorawan s;
    pair(100);
    eng_lorawan_default(&s);
    s.spreading = 6;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    eng_lorawan_default(&s);
    s.bandwidth = 250;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    cr_expect_eq(eng_frames_on(device, 0x888e), ENG_ESUPPORT);
    set(device, 12, true);
    char big[65] = {0};
    cr_expect_eq(send_octets(device, gateway, big, 64), 0);
    cr_expect_eq(send_octets(device, gateway, big, 65), ENG_ESIZE);
    cr_expect_eq(eng_udp(device, 1, NULL, NULL), ENG_EARGUMENT, "no addresses");
    eng_close();
}
