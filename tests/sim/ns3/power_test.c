/* SPDX-License-Identifier: GPL-2.0-only */
/* Switching radios off and on; joining a BSS in numbers. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

static struct cell cell;

static void off(void *arg)
{
    eng_power(*(int *)arg, false);
}

static void on(void *arg)
{
    eng_power(*(int *)arg, true);
}

static void greet(void *arg)
{
    (void)arg;
    eng_frame_send(cell.hub, eng_link_address(cell.stations[0]), ETHERTYPE, "hello", 5);
}

static void answer(void *arg)
{
    (void)arg;
    eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE, "yes", 3);
}

static void power(enum eng_kind kind)
{
    eng_time t[ENG_RADIO_COUNT];
    cell_open(&cell, &(struct cell_options){.kind = kind});
    int *station = &cell.stations[0];
    eng_after(SECOND, greet, NULL);
    eng_after(2 * SECOND, off, station);
    eng_after(3 * SECOND, greet, NULL);
    eng_after(3 * SECOND, answer, NULL);
    eng_after(4 * SECOND, on, station);
    eng_after(6 * SECOND, greet, NULL);
    eng_after(6 * SECOND, answer, NULL);
    eng_run(4 * SECOND - 1);
    cr_expect_eq(cell.in[0].count, 1, "heard %d", cell.in[0].count);
    cr_expect_eq(cell.hub_in.count, 0);
    cr_expect_eq(cell.down[0], 1);
    eng_run(7 * SECOND);
    cr_expect_eq(cell.up[0], 2);
    cr_expect_eq(cell.in[0].count, 2);
    cr_expect_eq(cell.hub_in.count, 1);
    eng_radio_time(*station, t);
    cr_expect_eq(t[ENG_OFF], 2 * SECOND, "off for %ld", (long)t[ENG_OFF]);
    cr_expect_eq(t[ENG_OFF] + t[ENG_IDLE] + t[ENG_RX] + t[ENG_TX], eng_now());
    eng_close();
}

Test(power, wifi)
{
    power(ENG_WIFI);
}

Test(power, lrwpan)
{
    power(ENG_LRWPAN);
}

Test(power, ethernet)
{
    power(ENG_ETHERNET);
}

Test(power, wifi_off_for_long)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_WIFI});
    eng_after(2 * SECOND, off, &cell.stations[0]);
    eng_after(60 * SECOND, on, &cell.stations[0]);
    eng_after(62 * SECOND, greet, NULL);
    eng_run(63 * SECOND);
    eng_time t[ENG_RADIO_COUNT];
    eng_radio_time(cell.stations[0], t);
    cr_expect_eq(t[ENG_OFF], 58 * SECOND);
    cr_expect_eq(cell.up[0], 2);
    cr_expect_eq(cell.down[0], 1);
    cr_expect_eq(cell.in[0].count, 1);
    eng_close();
}

Test(power, wifi_off_before_it_joined)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_WIFI});
    eng_power(cell.stations[0], false);
    uint64_t before = eng_events();
    eng_run(SECOND);
    cr_expect_eq(cell.up[0], 0);
    cr_expect_lt(eng_events() - before, 100, "%lu events", (unsigned long)(eng_events() - before));
    eng_power(cell.stations[0], true);
    eng_after(SECOND, greet, NULL);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.up[0], 1);
    cr_expect_eq(cell.in[0].count, 1);
    eng_close();
}

Test(power, sleeping_stations_cost_nothing)
{
    uint64_t events[2];
    for (int many = 0; many < 2; many++) {
        cell_open(&cell, &(struct cell_options){.kind = ENG_WIFI, .stations = many ? 50 : 1});
        for (int i = 0; i < cell.station_count; i++)
            eng_power(cell.stations[i], false);
        eng_run(SECOND);
        uint64_t settled = eng_events();
        eng_run(100 * SECOND);
        events[many] = eng_events() - settled;
        eng_close();
    }
    cr_expect_eq(events[0], events[1], "%lu and %lu", (unsigned long)events[0],
                 (unsigned long)events[1]);
}

static int joined;

static void count_up(void *arg, int port, bool up)
{
    (void)arg, (void)port;
    joined += up;
}

Test(power, two_hundred_stations_join_four_cells)
{
    eng_open(1, 1);
    for (int c = 0; c < 4; c++) {
        int m = eng_medium(&(struct eng_medium){.kind = ENG_WIFI, .ssid = "cell"});
        eng_attach(&(struct eng_port){.node = eng_node(0, 0, 0), .medium = m, .role = ENG_HUB});
        for (int i = 0; i < 50; i++)
            eng_attach(&(struct eng_port){
                .node = eng_node(5 + 0.1 * i, 0, 0), .medium = m, .ops = {.link = count_up}});
    }
    eng_run(10 * SECOND);
    cr_expect_eq(joined, 200, "joined %d", joined);
    eng_close();
}
