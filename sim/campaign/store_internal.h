/* SPDX-License-Identifier: GPL-2.0-only */
/* store_internal.h - between store_*.c. */
#ifndef IMPRINT_STORE_INTERNAL_H
#define IMPRINT_STORE_INTERNAL_H

#include "store.h"

enum imp__statement {
    IMP__HAS,
    IMP__PUT_RUN,
    IMP__PUT_DEVICE,
    IMP__PUT_VERDICT,
    IMP__PUT_RADIO,
    IMP__PUT_OPS,
    IMP__PUT_TRACE,
    IMP__PUT_COST,
    IMP__STATEMENTS
};

struct imp_store {
    sqlite3 *db;
    int lock; /* of DIR/.lock; -1 when opened for reading */
    sqlite3_stmt *statements[IMP__STATEMENTS];
};

int imp__store_prepare(struct imp_store *store, char *error, size_t cap);

#endif
