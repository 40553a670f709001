/* SPDX-License-Identifier: GPL-2.0-only */
#include "alter.h"

bool alter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    const struct change *c = arg;
    (void)cap;
    if (m->message == c->message && m->from == c->from)
        bytes[c->at < *n ? c->at : *n - 1] ^= 1;
    return true;
}
