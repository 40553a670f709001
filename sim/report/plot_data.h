/* SPDX-License-Identifier: GPL-2.0-only */
/* plot_data.h - the store's runs, grouped into what a figure shows as one bar. Within sim/report.
 */
#ifndef IMPRINT_PLOT_DATA_H
#define IMPRINT_PLOT_DATA_H

#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/mechanism.h"
#include "sim/report/stats.h"

/* Columns of the store that figures show. */
#define IMP_PLOT_METRICS(X)                                                                        \
    X(MESSAGES, "messages_device")                                                                 \
    X(BYTES, "bytes_device")                                                                       \
    X(AIR, "bytes_air")                                                                            \
    X(LATENCY, "latency_ms")                                                                       \
    X(NETWORK, "network_ms")                                                                       \
    X(CPU_TIME, "cpu_ms")                                                                          \
    X(USER, "user_ms")                                                                             \
    X(ENERGY, "energy_mj")                                                                         \
    X(TX, "tx_mj")                                                                                 \
    X(RX, "rx_mj")                                                                                 \
    X(IDLE, "idle_mj")                                                                             \
    X(CPU_ENERGY, "cpu_mj")
#define IMP_ENUM_METRIC(id, column) IMP_METRIC_##id,
enum imp_plot_metric { IMP_PLOT_METRICS(IMP_ENUM_METRIC) IMP_METRIC_COUNT };

#define IMP_PLOT_GOALS(X)                                                                          \
    X(G0, "g0_completion", "completion")                                                           \
    X(G1, "g1_secrecy", "secrecy")                                                                 \
    X(G3, "g3_agreement", "agreement")                                                             \
    X(G5, "g5_binding", "binding")
#define IMP_ENUM_GOAL(id, column, word) IMP_GOAL_##id,
enum imp_plot_goal { IMP_PLOT_GOALS(IMP_ENUM_GOAL) IMP_PLOT_GOAL_COUNT };

/* One verdict of many runs: the worst of them. */
enum imp_plot_verdict { IMP_PLOT_NA, IMP_PLOT_HOLDS, IMP_PLOT_NEVER_ACTED, IMP_PLOT_BROKEN };

struct imp_plot_group {
    char *scenario, *mechanism, *variant, *medium, *adversary;
    enum imp_class class;
    int devices;
    size_t runs, completed;
    double *value[IMP_METRIC_COUNT]; /* of the completed runs */
    size_t capacity;
    enum imp_plot_verdict verdict[IMP_PLOT_GOAL_COUNT];
};

struct imp_plot_data {
    struct imp_plot_group *group;
    size_t n, capacity;
};

/* Reads `path`. Groups are in the order of scenario, class, mechanism, medium, variant, devices,
 * adversary. Returns 0, or -1 and a sentence; then nothing is held. */
int imp_plot_read(struct imp_plot_data *out, const char *path, char *error, size_t cap);
void imp_plot_data_free(struct imp_plot_data *d);

#endif
