/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of bluetooth-mesh over PB-GATT fed with arbitrary attribute PDUs and advertisements.
 *
 * The input is a sequence of records: kind, length, bytes. Kind: bit 0 the receiver is the
 * provisioner, bit 1 an advertisement, bit 2 time passes instead, bit 3 the bytes are a Proxy PDU
 * in a write command or notification. */
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_bluetooth_mesh;

static void proxy(struct memnet *net, int role, const uint8_t *p, size_t n)
{
    bool device = role == MESH_DEVICE;
    uint8_t out[MESH_ATT_MTU_MAX];
    struct mesh_att a = {.opcode = device ? MESH_ATT_WRITE_COMMAND : MESH_ATT_NOTIFICATION,
                         .value = device ? mesh_own_service.data_in : mesh_own_service.data_out,
                         .data = p,
                         .n = n < MESH_ATT_MTU_MAX - 3 ? n : MESH_ATT_MTU_MAX - 3};
    memnet_inject(net, role, MESH_ATT, NULL, out, mesh_att_write(out, &a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const small[] = {"bearer=pb-gatt", "oob=none", NULL};
    static const char *const large[] = {"bearer=pb-gatt", "att-mtu=247", "oob=input", NULL};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, n && data[0] & 0x80 ? large : small);
    imp_time now = 0;
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1;
        unsigned kind = data[i];
        size_t size = data[i + 1];
        i += 2;
        size = size < n - i ? size : n - i;
        if (kind & 4)
            memnet_run_past(net, now += (imp_time)size * IMP_MS);
        else if (kind & 8)
            proxy(net, role, data + i, size);
        else if (!(kind & 2) || role == MESH_PROVISIONER)
            memnet_inject(net, role, kind & 2 ? MESH_CONNECTABLE : MESH_ATT, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
