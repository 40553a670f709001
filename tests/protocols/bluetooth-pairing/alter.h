/* SPDX-License-Identifier: GPL-2.0-only */
/* alter.h - one octet of one kind of message is changed on its way. */
#ifndef IMPRINT_TEST_ALTER_H
#define IMPRINT_TEST_ALTER_H

#include "tests/support/memnet.h"

struct change {
    int message, from;
    size_t at; /* octet that is changed; beyond the end: the last */
};

/* A filter of memnet; `arg` is the change. */
bool alter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap);

#endif
