/* SPDX-License-Identifier: GPL-2.0-only */
/* columns.h - the measured columns of a run and of a device, and the file names of a campaign.
 *
 * Meanings: docs/metrics.md. Decimals are those of exports; counts may have a fraction in the row
 * of a run with many devices, which is their mean. */
#ifndef IMPRINT_COLUMNS_H
#define IMPRINT_COLUMNS_H

#include <stddef.h>

#include "sim/judge/judge.h"

/* X(name, decimals) */
#define IMP_MEASURES(X)                                                                            \
    X(completed, 0)                                                                                \
    X(messages_device, 3)                                                                          \
    X(messages_total, 3)                                                                           \
    X(bytes_device, 3)                                                                             \
    X(bytes_total, 3)                                                                              \
    X(frames_air, 3)                                                                               \
    X(bytes_air, 3)                                                                                \
    X(air_message, 3)                                                                              \
    X(air_network, 3)                                                                              \
    X(air_link, 3)                                                                                 \
    X(air_repeated, 3)                                                                             \
    X(latency_ms, 6)                                                                               \
    X(network_ms, 6)                                                                               \
    X(cpu_ms, 6)                                                                                   \
    X(user_ms, 6)                                                                                  \
    X(energy_mj, 6)                                                                                \
    X(tx_mj, 6)                                                                                    \
    X(rx_mj, 6)                                                                                    \
    X(idle_mj, 6)                                                                                  \
    X(cpu_mj, 6)                                                                                   \
    X(user_acts, 3)

/* Cost under attack: X(name, measure): that measure of the run less that of its undisturbed twin,
 * the same plan and seed without the adversary. Empty when there is no adversary. */
#define IMP_DELTAS(X)                                                                              \
    X(delta_messages, messages_device)                                                             \
    X(delta_bytes, bytes_device)                                                                   \
    X(delta_frames_air, frames_air)                                                                \
    X(delta_bytes_air, bytes_air)                                                                  \
    X(delta_latency_ms, latency_ms)                                                                \
    X(delta_energy_mj, energy_mj)                                                                  \
    X(delta_user_acts, user_acts)

#define IMP_ENUM_MEASURE(name, decimals) IMP_MEASURE_##name,
enum imp_measure { IMP_MEASURES(IMP_ENUM_MEASURE) IMP_MEASURE_COUNT };
struct imp_measure_entry {
    const char *name;
    int decimals;
};
extern const struct imp_measure_entry imp_measures[IMP_MEASURE_COUNT];

#define IMP_ENUM_DELTA(name, measure) IMP_DELTA_##name,
enum imp_delta { IMP_DELTAS(IMP_ENUM_DELTA) IMP_DELTA_COUNT };
struct imp_delta_entry {
    const char *name;
    enum imp_measure of;
};
extern const struct imp_delta_entry imp_deltas[IMP_DELTA_COUNT];

/* A value as text: whole numbers without a fraction, others with the column's decimals; "" for a
 * value that was not measured (not finite). */
void imp_measure_text(char *out, size_t cap, enum imp_measure m, double value);

#endif
