/* SPDX-License-Identifier: GPL-2.0-only */
/* rows.h - stores with runs that a test makes up. */
#ifndef IMPRINT_TEST_ROWS_H
#define IMPRINT_TEST_ROWS_H

#include "sim/campaign/store.h"

struct row {
    const char *scenario, *mechanism, *class, *medium, *adversary, *g1;
    int replication, completed;
    double messages;
    double latency_ms; /* 0: 1500 */
    double loss;
    int devices; /* 0: 1 */
    double delta_latency_ms;
    const char *variant; /* NULL: "" */
};

/* Makes the folder of the template `dir` and a store in it. */
struct imp_store *rows_open(char *dir);
/* Closes it and removes the folder. */
void rows_close(struct imp_store *store, const char *dir);
void rows_put(struct imp_store *store, const struct row *r);
/* Runs 0 to 3 with messages 8, 10, 12 and one that did not complete. */
void rows_put_some(struct imp_store *store, const char *scenario, const char *mechanism,
                   const char *class, const char *adversary, const char *g1);

#endif
