/* SPDX-License-Identifier: GPL-2.0-only */
/* radio.h - what a scenario may set of the radios of ble, lorawan and z-wave: entries of its table
 * `radio`. All are whole numbers. The presets are those of the engine (a test compares them). */
#ifndef IMPRINT_RADIO_H
#define IMPRINT_RADIO_H

#include "sim/ns3/engine.h"

/* kind, name, preset, least, most, unit or NULL, summary */
#define IMP_RADIO_SETTINGS(X)                                                                      \
    X(BLE, "advertising_ms", 20, 20, 10240, "ms", "between the events of an advertised frame")     \
    X(BLE, "advertising_events", 3, 1, 255, NULL, "events for each advertised frame")              \
    X(BLE, "connectable_ms", 100, 20, 10240, "ms", "between events while connectable")             \
    X(BLE, "scan_ms", 30, 3, 10240, "ms", "time on one advertising channel")                       \
    X(BLE, "scan_window_ms", 30, 3, 10240, "ms", "of it, listening")                               \
    X(BLE, "connection_ms", 50, 10, 4000, "ms", "connection interval, a multiple of 5")            \
    X(BLE, "supervision_ms", 4000, 100, 32000, "ms", "silence that ends a connection")             \
    X(BLE, "pdu", 27, 27, 251, "octets", "longest data PDU")                                       \
    X(BLE, "mtu", 23, 23, 517, "octets", "ATT_MTU")                                                \
    X(BLE, "power_dbm", 0, -40, 20, "dBm", "sent power")                                           \
    X(LORAWAN, "region", 868, 868, 915, "MHz", "868: EU863-870; 915: US902-928")                   \
    X(LORAWAN, "spreading", 0, 0, 12, NULL, "7 to 12; 0: the least that is heard")                 \
    X(LORAWAN, "coding", 1, 1, 4, NULL, "coding rate 4/(4 + n)")                                   \
    X(LORAWAN, "channels", 3, 3, 8, NULL, "3 or 8 uplink channels")                                \
    X(LORAWAN, "rx1_delay_s", 1, 1, 15, "s", "first receive window after data")                    \
    X(LORAWAN, "join_delay_s", 5, 1, 6, "s", "first receive window after a join-request")          \
    X(LORAWAN, "rx1_offset", 0, 0, 5, NULL, "data rate of the first window below the uplink's")    \
    X(LORAWAN, "rx2_spreading", 12, 7, 12, NULL, "spreading factor of the second window")          \
    X(LORAWAN, "duty_cycle", 1, 0, 1, NULL, "1: the sub-bands' duty cycles are kept")              \
    X(LORAWAN, "power_dbm", 14, -4, 30, "dBm", "sent power, EIRP; 868: 16 at most")                \
    X(ZWAVE, "rate", 3, 1, 3, NULL, "R1, R2 or R3: 9.6, 40 or 100 kbit/s")                         \
    X(ZWAVE, "power_dbm", 0, -30, 14, "dBm", "sent power")

enum { IMP_RADIO_MAX = 16 }; /* settings of one kind at most */

struct imp_radio_setting {
    enum eng_kind kind;
    const char *name;
    int preset, min, max;
    const char *unit, *summary;
};

/* Ends with name NULL; those of one kind stand together. */
extern const struct imp_radio_setting imp_radio_settings[];

/* The first setting of a kind, or NULL when it has none. */
const struct imp_radio_setting *imp_radio_first(enum eng_kind kind);

#endif
