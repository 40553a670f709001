/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of bluetooth-mesh fed with arbitrary frames, out-of-band messages and timers.
 *
 * The input is a sequence of records: kind, length, bytes. A frame of kind bit 0x10 gets header and
 * link identifier of the link that is open. */
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_bluetooth_mesh;

static void inject(struct memnet *net, int role, const uint8_t *p, size_t n, bool in_link)
{
    const struct mesh_node *d = memnet_env(net, MESH_DEVICE)->ctx;
    const struct mesh_provisioner *v = memnet_env(net, MESH_PROVISIONER)->ctx;
    uint8_t frame[MESH_AD_MAX] = {0, MESH_AD_PB_ADV};
    if (!in_link) {
        memnet_inject(net, role, MESH_ADV, NULL, p, n);
        return;
    }
    n = n < MESH_AD_MAX - 6 ? n : MESH_AD_MAX - 6;
    memcpy(frame + 2, role == MESH_DEVICE ? d->x.link.id : v->x.link.id, MESH_LINK_ID);
    memcpy(frame + 6, p, n);
    frame[0] = (uint8_t)(n + 5);
    memnet_inject(net, role, MESH_ADV, NULL, frame, n + 6);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const output[] = {"oob=output", NULL};
    static const char *const input[] = {"oob=input", "algorithms=cmac", NULL};
    static const char *const label[] = {"oob=static", "public-key=oob",
                                        "device!no-provisioner-confirmation-check",
                                        "provisioner!no-device-confirmation-check", NULL};
    const char *const *const settings[] = {output, input, label, NULL};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings[n ? data[0] >> 6 : 0]);
    imp_time now = 0;
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1, channel = (data[i] >> 1) & 3;
        bool wait = data[i] & 8, in_link = data[i] & 16;
        size_t size = data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        if (wait)
            memnet_run_past(net, now += (imp_time)size * IMP_MS * 10);
        else if (channel == MESH_ADV)
            inject(net, role, data + i, size, in_link);
        else if (role == imp_bluetooth_mesh.channels[channel].b)
            memnet_inject(net, role, channel, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
