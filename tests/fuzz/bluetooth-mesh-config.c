/* SPDX-License-Identifier: GPL-2.0-only */
/* The node and its provisioner fed with network PDUs that open: transport PDUs and access messages
 * of arbitrary octets.
 *
 * The input is a sequence of records: kind, length, bytes. Kind: bit 0 the receiver is the
 * provisioner, bit 1 an access message under the device key, bit 2 a control message, bit 3 time
 * passes instead, bit 4 a network PDU comes as it is, bit 5 a beacon comes as it is, bit 6 one
 * under the device's new key with these flags, bit 7 a word of the owner. */
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_bluetooth_mesh;

static uint32_t sequence;

static void frame(struct memnet *net, int role, const uint8_t *p, size_t n)
{
    uint8_t ad[MESH_AD_MAX] = {(uint8_t)(n + 1), MESH_AD_MESSAGE};
    if (n > MESH_AD_MAX - 2)
        return;
    memcpy(ad + 2, p, n);
    memnet_inject(net, role, MESH_ADV, NULL, ad, n + 2);
}

/* A transport PDU as the peer would send it to the end `t`. */
static void transport(struct memnet *net, int role, const struct mesh_transport *t, bool control,
                      const uint8_t *p, size_t n)
{
    uint8_t sealed[MESH_NETWORK_MAX];
    struct mesh_network_pdu pdu = {.control = control,
                                   .seq = sequence++,
                                   .src = role == MESH_DEVICE ? MESH_OWN_ADDRESS : t->s.peer,
                                   .dst = t->s.own,
                                   .n = n < MESH_TRANSPORT_MAX ? n : MESH_TRANSPORT_MAX};
    memcpy(pdu.transport, p, pdu.n);
    n = mesh_network_seal(NULL, sealed, &t->s.network, t->s.iv_index, &pdu);
    frame(net, role, sealed, n);
}

/* In segments, even where none are needed. */
static void access(struct memnet *net, int role, const struct mesh_transport *t, const uint8_t *p,
                   size_t n)
{
    uint8_t upper[MESH_UPPER_MAX], pdu[MESH_TRANSPORT_MAX];
    struct mesh_envelope e = {.seq = sequence,
                              .src = role == MESH_DEVICE ? MESH_OWN_ADDRESS : t->s.peer,
                              .dst = t->s.own,
                              .iv_index = t->s.iv_index};
    n = n < MESH_ACCESS_MAX ? n : MESH_ACCESS_MAX;
    mesh_access_seal(NULL, upper, t->s.device_key, &e, p, n);
    n += MESH_ACCESS_MIC;
    uint8_t last = (uint8_t)((n - 1) / MESH_SEGMENT_MAX);
    for (uint8_t i = 0; i <= last; i++) {
        size_t at = i * (size_t)MESH_SEGMENT_MAX;
        struct mesh_lower l = {.segmented = true,
                               .seq_zero = e.seq & 0x1fff,
                               .seg_o = i,
                               .seg_n = last,
                               .data = upper + at,
                               .n = i < last ? (size_t)MESH_SEGMENT_MAX : n - at};
        transport(net, role, t, false, pdu, mesh_lower_write(pdu, &l));
    }
}

static void beacon(struct memnet *net, const uint8_t *p, size_t n)
{
    uint8_t ad[MESH_AD_MAX] = {(uint8_t)(n + 1), MESH_AD_BEACON};
    if (n > MESH_AD_MAX - 2)
        return;
    memcpy(ad + 2, p, n);
    memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, ad, n + 2);
}

static void network_beacon(struct memnet *net, const struct mesh_node *d, uint8_t flags)
{
    uint8_t ad[MESH_AD_MAX];
    struct mesh_network_beacon b = {.key_refresh = flags & 1, .iv_update = flags & 2};
    size_t n = mesh_network_beacon_write(NULL, ad, d->server.keys.network[MESH_NEW], &b);
    memnet_inject(net, MESH_DEVICE, MESH_ADV, NULL, ad, n);
}

static void word(struct memnet *net, const uint8_t *p, size_t n)
{
    char text[32] = "";
    memcpy(text, p, n < sizeof text - 1 ? n : sizeof text - 1);
    memnet_event(net, MESH_PROVISIONER, IMP_EVENT_CONTROL, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const settings[] = {"oob=none", "configure=true", NULL};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, settings);
    const struct mesh_node *d = memnet_env(net, MESH_DEVICE)->ctx;
    const struct mesh_provisioner *v = memnet_env(net, MESH_PROVISIONER)->ctx;
    imp_time now = 10 * IMP_MS;
    memnet_start(net);
    while (!d->t.open && now < 2 * IMP_S) /* in the middle of configuration */
        memnet_run_past(net, now += IMP_MS);
    sequence = 100;
    for (size_t i = 0; i + 2 <= n;) {
        int role = data[i] & 1;
        unsigned kind = data[i];
        const struct mesh_transport *t = role ? &v->t : &d->t;
        size_t size = data[i + 1];
        i += 2;
        size = size < n - i ? size : n - i;
        if (kind & 8)
            memnet_run_past(net, now += (imp_time)size * IMP_MS * 10);
        else if (kind & 16)
            frame(net, role, data + i, size);
        else if (kind & 32)
            beacon(net, data + i, size);
        else if (kind & 64)
            network_beacon(net, d, size ? data[i] : 0);
        else if (kind & 128)
            word(net, data + i, size);
        else if (t->open && (kind & 2))
            access(net, role, t, data + i, size);
        else if (t->open && size > 0)
            transport(net, role, t, kind & 4, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + IMP_S);
    memnet_free(net);
    return 0;
}
