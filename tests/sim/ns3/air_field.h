/* SPDX-License-Identifier: GPL-2.0-only */
/* air_field.h - a field of radios for the tests of the media on the air: ports at given places, and
 * what arrived at each. */
#ifndef IMPRINT_TEST_AIR_FIELD_H
#define IMPRINT_TEST_AIR_FIELD_H

#include "sim/ns3/engine.h"

#define SECOND ((eng_time)1000000000)
#define MILLI ((eng_time)1000000)
#define MICRO ((eng_time)1000)

enum { FIELD_PORTS = 64 };

struct heard {
    int count, up, down; /* frames; connections made and lost */
    eng_addr src, dst;
    uint16_t number;
    uint8_t last[600];
    size_t size;
    eng_time at;
    eng_time history[64]; /* arrivals */
};

struct field {
    enum eng_kind kind;
    int medium;
    struct heard at[FIELD_PORTS]; /* by port */
};

/* eng_open and one medium. */
void field_open(struct field *f, enum eng_kind kind, double loss);
int field_port(struct field *f, enum eng_role role, double x);
int field_sniffer(struct field *f, double x);

/* Sends a text; the callback form is for eng_after. */
int field_send(int from, int to_port, uint16_t number, const char *text);
void field_send_at(eng_time at, int from, int to_port, uint16_t number, const char *text);

/* The times of all four states add up to now. */
void field_adds_up(int port);
eng_time field_time(int port, enum eng_radio state);

#endif
