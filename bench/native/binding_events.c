/* SPDX-License-Identifier: GPL-2.0-only */
/* The load of events.cc through engine.h: timers that set themselves anew, and stations of one
 * IEEE 802.15.4 PAN that send frames to the coordinator. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/ns3/engine.h"

enum { TIMERS = 1000, STATIONS = 20, ETHERTYPE = 0x88b5, SIZE = 60 };
static const eng_time second = 1000000000;
static int stations[STATIONS];
static eng_addr hub;
static uint64_t received;

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void tick(void *arg)
{
    uint32_t *state = arg;
    eng_after(1000 + draw(state) % 2000000, tick, state);
}

static void send(void *arg)
{
    static const char payload[SIZE];
    int *station = arg;
    eng_frame_send(*station, hub, ETHERTYPE, payload, sizeof payload);
    eng_after(200 * 1000 * 1000, send, station);
}

static void frame(void *arg, int port, eng_addr src, eng_addr dst, uint16_t ethertype,
                  const uint8_t *p, size_t n)
{
    (void)arg, (void)port, (void)src, (void)dst, (void)ethertype, (void)p, (void)n;
    received++;
}

static void load_timers(void)
{
    static uint32_t states[TIMERS];
    for (int i = 0; i < TIMERS; i++) {
        states[i] = (uint32_t)i;
        eng_after(i, tick, &states[i]);
    }
}

static void load_frames(void)
{
    int pan = eng_medium(&(struct eng_medium){.kind = ENG_LRWPAN, .pan = 7});
    int port = eng_attach(&(struct eng_port){
        .node = eng_node(0, 0, 0), .medium = pan, .role = ENG_HUB, .ops = {.frame = frame}});
    eng_frames_on(port, ETHERTYPE);
    hub = eng_link_address(port);
    for (int i = 0; i < STATIONS; i++) {
        stations[i] = eng_attach(&(struct eng_port){.node = eng_node(1 + i, 0, 0), .medium = pan});
        eng_after(1 + (eng_time)i * 10 * 1000 * 1000, send, &stations[i]);
    }
}

int main(int argc, char **argv)
{
    bool timers = argc > 1 && strcmp(argv[1], "timers") == 0;
    eng_time until = (argc > 2 ? atoi(argv[2]) : timers ? 5 : 200) * second;
    eng_open(1, 1);
    if (timers)
        load_timers();
    else
        load_frames();
    clock_t start = clock();
    eng_run(until);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    printf("events %llu seconds %.4f received %llu\n", (unsigned long long)eng_events(), seconds,
           (unsigned long long)received);
    eng_close();
    return 0;
}
