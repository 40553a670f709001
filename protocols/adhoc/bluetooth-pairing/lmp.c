/* SPDX-License-Identifier: GPL-2.0-only */
#include "lmp.h"

#include <string.h>

static const struct {
    uint8_t opcode, second, octets;
    const char *name;
} pdus[] = {
#define LMP_ROW(id, opcode, second, octets, name) {opcode, second, octets, name},
    LMP_PDUS(LMP_ROW)
#undef LMP_ROW
};

const char *lmp_name(enum lmp_pdu pdu)
{
    return pdus[pdu].name;
}

uint8_t lmp_opcode(enum lmp_pdu pdu)
{
    return pdus[pdu].opcode;
}

size_t lmp_head(enum lmp_pdu pdu)
{
    return pdus[pdu].opcode == LMP_EXTENDED ? 2 : 1;
}

size_t lmp_size(enum lmp_pdu pdu)
{
    return lmp_head(pdu) + pdus[pdu].octets;
}

/* Transaction ID 0: the central, who pairs, begins every transaction. */
size_t lmp_write(uint8_t out[LMP_MAX], enum lmp_pdu pdu, const uint8_t *parameters)
{
    size_t head = lmp_head(pdu);
    out[0] = (uint8_t)(pdus[pdu].opcode << 1);
    if (head == 2)
        out[1] = pdus[pdu].second;
    if (pdus[pdu].octets)
        memcpy(out + head, parameters, pdus[pdu].octets);
    return lmp_size(pdu);
}

int lmp_read(const uint8_t *p, size_t n)
{
    for (int i = 0; n > 0 && i < LMP_COUNT; i++) {
        bool opcode = p[0] >> 1 == pdus[i].opcode;
        bool second = pdus[i].opcode != LMP_EXTENDED || (n > 1 && p[1] == pdus[i].second);
        if (opcode && second)
            return n == lmp_size((enum lmp_pdu)i) ? i : -1;
    }
    return -1;
}
