/* SPDX-License-Identifier: GPL-2.0-only */
#include "eapol.h"

#include <string.h>

int imp_eapol_parse(struct imp_eapol *out, const uint8_t *p, size_t n)
{
    if (n < IMP_EAPOL_HEADER)
        return -1;
    size_t body_n = (size_t)p[2] << 8 | p[3];
    if (body_n > n - IMP_EAPOL_HEADER)
        return -1;
    *out = (struct imp_eapol){
        .version = p[0], .type = p[1], .body = p + IMP_EAPOL_HEADER, .body_n = body_n};
    return 0;
}

size_t imp_eapol_write(uint8_t *out, size_t cap, uint8_t version, uint8_t type, const void *body,
                       size_t body_n)
{
    if (cap < IMP_EAPOL_HEADER || body_n > cap - IMP_EAPOL_HEADER || body_n > UINT16_MAX)
        return 0;
    out[0] = version;
    out[1] = type;
    out[2] = (uint8_t)(body_n >> 8);
    out[3] = (uint8_t)body_n;
    if (body && body_n)
        memcpy(out + IMP_EAPOL_HEADER, body, body_n);
    return IMP_EAPOL_HEADER + body_n;
}
