/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_proxy.c - Proxy PDUs. */
#include "mesh_proxy.h"

#include <string.h>

#include "protocols/contract/observe.h"

size_t mesh_proxy_segment(uint8_t *out, size_t most, const uint8_t *pdu, size_t n, unsigned i)
{
    size_t at = i * (most - 1), left = at < n ? n - at : 0,
           size = left < most - 1 ? left : most - 1;
    enum mesh_sar sar = n <= most - 1  ? MESH_SAR_COMPLETE
                        : at == 0      ? MESH_SAR_FIRST
                        : left == size ? MESH_SAR_LAST
                                       : MESH_SAR_CONTINUATION;
    if (size == 0)
        return 0;
    out[0] = (uint8_t)(sar << 6 | MESH_PROXY_PROVISIONING);
    memcpy(out + 1, pdu + at, size);
    return 1 + size;
}

size_t mesh_proxy_receive(struct mesh_proxy *x, const uint8_t *p, size_t n)
{
    if (n < 2 || (p[0] & 0x3f) != MESH_PROXY_PROVISIONING)
        return 0;
    enum mesh_sar sar = (enum mesh_sar)(p[0] >> 6);
    bool begins = sar == MESH_SAR_COMPLETE || sar == MESH_SAR_FIRST;
    bool ends = sar == MESH_SAR_COMPLETE || sar == MESH_SAR_LAST;
    size_t have = begins ? 0 : x->have;
    if ((!begins && !x->started) || have + n - 1 > MESH_PDU_MAX) {
        x->started = false;
        return 0;
    }
    memcpy(x->in + have, p + 1, n - 1);
    imp_observe_cut(x->in, have, n - 1);
    x->have = have + n - 1;
    x->started = !ends;
    return ends ? x->have : 0;
}
