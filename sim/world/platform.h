/* SPDX-License-Identifier: GPL-2.0-only */
/* platform.h - what a node is made of: clock, memory, currents, and the time of each cryptographic
 * operation. Every number comes from sim/world/data/platforms/NAME.csv with its source and status;
 * the files are embedded by the build. */
#ifndef IMPRINT_PLATFORM_H
#define IMPRINT_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/party.h"
#include "sim/ns3/engine.h"
#include "sim/world/data/figures.h"

struct imp_platform;

/* In order of their names. */
size_t imp_platform_count(void);
const struct imp_platform *imp_platform_at(size_t i);
/* NULL when there is none of that name. */
const struct imp_platform *imp_platform_find(const char *name);

const char *imp_platform_name(const struct imp_platform *p);  /* "telosb" */
const char *imp_platform_title(const struct imp_platform *p); /* one line of text */
const char *imp_platform_class(const struct imp_platform *p); /* RFC 7228: "class-1", "mains" */
double imp_platform_voltage(const struct imp_platform *p);    /* V */
double imp_platform_clock(const struct imp_platform *p);      /* MHz */
double imp_platform_ram(const struct imp_platform *p);        /* KiB */
double imp_platform_flash(const struct imp_platform *p);      /* KiB */

/* Processor time of one charge: `quantity` octets, or `quantity` operations where the list of
 * operations gives no unit. Whole nanoseconds, rounded up. */
imp_time imp_platform_cost(const struct imp_platform *p, enum imp_op op, size_t quantity);

/* Current of the busy processor above its idle state, mA. */
double imp_platform_cpu_current(const struct imp_platform *p);

/* Whether the platform has a radio (or cable interface) for the medium of that name: "lr-wpan",
 * "wifi", "ethernet", "ble", "lorawan", "z-wave". */
bool imp_platform_radio(const struct imp_platform *p, const char *medium);
/* Its current in a state, mA; 0 when the platform has no such radio. */
double imp_platform_radio_current(const struct imp_platform *p, const char *medium,
                                  enum eng_radio state);

/* Millijoules of `time` at `milliamperes`. */
double imp_platform_energy(const struct imp_platform *p, imp_time time, double milliamperes);

/* Every figure of the platform, in the order of its file; returns their number. */
size_t imp_platform_figures(const struct imp_platform *p, const struct imp_figure **out);

/* Reads a platform from text[0..n) (for tests, and files of the user's own). Copies the text;
 * `name` must outlive the platform. Returns NULL and a sentence in error when anything is missing,
 * unknown or out of form. */
struct imp_platform *imp_platform_parse(const char *name, const char *text, size_t n, char *error,
                                        size_t cap);
void imp_platform_free(struct imp_platform *p);

#endif
