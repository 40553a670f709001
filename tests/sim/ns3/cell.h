/* SPDX-License-Identifier: GPL-2.0-only */
/* cell.h - a small world for the engine's tests: one medium, a hub and stations, what arrived. */
#ifndef IMPRINT_TEST_CELL_H
#define IMPRINT_TEST_CELL_H

#include "sim/ns3/engine.h"

#define SECOND ((eng_time)1000000000)
#define MILLI ((eng_time)1000000)
#define ETHERTYPE 0x888e
#define NUMBER 5683

struct inbox {
    int count;
    int port; /* where it arrived */
    eng_addr src, dst;
    struct eng_endpoint from, to;
    uint8_t last[2048];
    size_t size;
    eng_time at;
};

struct cell {
    enum eng_kind kind;
    int medium;
    int hub, stations[64], station_count;
    int hub_sock, socks[64];
    struct inbox hub_in, in[64]; /* frames and datagrams alike */
    int up[64], down[64];
};

struct cell_options {
    enum eng_kind kind;
    int stations;
    double loss;
    uint64_t loss_stream;
    bool extended;
};

/* eng_open, one medium with frames (where it has them) and UDP on NUMBER at every port. */
void cell_open(struct cell *c, const struct cell_options *o);
/* A port that belongs to nobody in the cell, to be made before cell_start(). */
int cell_sniffer(struct cell *c);
void cell_start(struct cell *c);
int cell_datagram(struct cell *c, int sock, int to_port, const char *text);
void cell_global(int port, struct eng_endpoint *e);

#endif
