/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes captures of the media on the air for Wireshark to read: air_captures DIR makes
 * DIR/{ble,br-edr,lorawan,z-wave}.pcap, as heard by the hub, and DIR/ble-sniffer.pcap. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/ns3/engine.h"

#define SECOND ((eng_time)1000000000)

static const char *folder;

/* Every call must do what it says. */
static int must(int status, const char *what)
{
    if (status >= 0)
        return status;
    fprintf(stderr, "air_captures: %s: %s\n", what, eng_message());
    exit(1);
}

static int attach(int medium, enum eng_role role, double x, bool sniffer)
{
    return must(eng_attach(&(struct eng_port){
                    .node = eng_node(x, 0, 0), .medium = medium, .role = role, .sniffer = sniffer}),
                "attach");
}

struct pair {
    int hub, device, sniffer;
};

static struct pair open_pair(enum eng_kind kind, double distance, const char *name)
{
    char path[4096];
    eng_open(1, 1);
    int medium = must(eng_medium(&(struct eng_medium){.kind = kind, .pan = 7}), "medium");
    struct pair p = {.hub = attach(medium, ENG_HUB, 0, false)};
    p.device = attach(medium, ENG_STATION, distance, false);
    p.sniffer = attach(medium, ENG_STATION, distance / 2, true);
    snprintf(path, sizeof path, "%s/%s.pcap", folder, name);
    must(eng_pcap(p.hub, path), path);
    snprintf(path, sizeof path, "%s/%s-sniffer.pcap", folder, name);
    must(eng_pcap(p.sniffer, path), path);
    return p;
}

static void send(int from, int to, uint16_t number, const void *p, size_t n)
{
    must(eng_frame_send(from, to < 0 ? ENG_ALL : eng_link_address(to), number, p, n), "send");
}

/* A join of LoRaWAN 1.0 (brocaar/lorawan's example) and data. */
static void lorawan(void)
{
    static const uint8_t request[23] = {0x00, 1, 1, 1, 1, 1,    1,    1,    1,    2,    2,   2,
                                        2,    2, 2, 2, 2, 0x2d, 0x10, 0x6a, 0x99, 0x0e, 0x12};
    static const uint8_t accept[17] = {0x20, 0x49, 0x3e, 0xeb, 0x51, 0xfb, 0xa2, 0x11, 0x6f,
                                       0x81, 0x0e, 0xdb, 0x37, 0x42, 0x97, 0x51, 0x42};
    static const uint8_t data[14] = {0x40, 4, 3, 2, 1, 0x80, 1, 0, 1, 0xa6, 0x94, 0x64, 0x26, 0x15};
    struct pair p = open_pair(ENG_LORAWAN, 500, eng_kind_name(ENG_LORAWAN));
    must(eng_frames_on(p.hub, ENG_PDU_LORAWAN), "frames");
    send(p.device, p.hub, ENG_PDU_LORAWAN, request, sizeof request);
    eng_run(SECOND);
    send(p.hub, p.device, ENG_PDU_LORAWAN, accept, sizeof accept);
    eng_run(20 * SECOND);
    send(p.device, p.hub, ENG_PDU_LORAWAN, data, sizeof data);
    eng_run(30 * SECOND);
    eng_close();
}

/* An unprovisioned device beacon, then a connection: MTU exchange, a long write, pairing request.
 */
static void ble(void)
{
    static const uint8_t beacon[] = {0x14, 0x2b, 0x00, 1,  2,  3,  4,  5,  6,    7,   8,
                                     9,    10,   11,   12, 13, 14, 15, 16, 0x00, 0x00};
    static const uint8_t invitation[] = {2, 1, 6, 3, 3, 0x27, 0x18};
    static const uint8_t mtu[] = {0x02, 0x40, 0x00};
    static const uint8_t pairing[] = {0x01, 0x03, 0x00, 0x09, 0x10, 0x01, 0x01};
    uint8_t write[40] = {0x52, 0x0e, 0x00};
    struct eng_ble s;
    struct pair p = open_pair(ENG_BLE, 4, eng_kind_name(ENG_BLE));
    eng_ble_default(&s);
    s.mtu = 64;
    must(eng_ble_set(p.hub, &s), "set");
    must(eng_ble_set(p.device, &s), "set");
    must(eng_frames_on(p.hub, ENG_PDU_BLE_ADVERTISING), "frames");
    send(p.device, -1, ENG_PDU_BLE_ADVERTISING, beacon, sizeof beacon);
    eng_run(SECOND);
    send(p.device, -1, ENG_PDU_BLE_CONNECTABLE, invitation, sizeof invitation);
    send(p.hub, p.device, ENG_PDU_BLE_L2CAP(4), mtu, sizeof mtu);
    eng_run(2 * SECOND);
    send(p.hub, p.device, ENG_PDU_BLE_L2CAP(4), write, sizeof write);
    send(p.hub, p.device, ENG_PDU_BLE_L2CAP(6), pairing, sizeof pairing);
    eng_run(3 * SECOND);
    must(eng_ble_disconnect(p.hub, eng_link_address(p.device)), "disconnect");
    eng_run(4 * SECOND);
    eng_close();
}

/* BR/EDR: found, paged, fixed channels asked for, IO capabilities and their answer. */
static void bredr(void)
{
    static const uint8_t keyboard[] = {0x40, 0x25, 0x00};
    static const uint8_t request[] = {0xfe, 25, 1, 0, 5}, answer[] = {0xfe, 26, 3, 0, 4};
    static const uint8_t ask[] = {0x0a, 1, 2, 0, 3, 0};
    static const uint8_t channels[] = {0x0b, 1, 12, 0, 3, 0, 0, 0, 0x82, 0, 0, 0, 0, 0, 0, 0};
    struct pair p = open_pair(ENG_BLE, 4, "br-edr");
    must(eng_frames_on(p.hub, ENG_PDU_BREDR_INQUIRY), "frames");
    must(eng_frames_on(p.hub, ENG_PDU_BREDR_LMP), "frames");
    must(eng_frames_on(p.device, ENG_PDU_BREDR_LMP), "frames");
    must(eng_frames_on(p.hub, ENG_PDU_BREDR_L2CAP(1)), "frames");
    must(eng_frames_on(p.device, ENG_PDU_BREDR_L2CAP(1)), "frames");
    send(p.device, -1, ENG_PDU_BREDR_INQUIRY, keyboard, sizeof keyboard);
    eng_run(4 * SECOND);
    send(p.hub, p.device, ENG_PDU_BREDR_L2CAP(1), ask, sizeof ask);
    eng_run(6 * SECOND);
    send(p.device, p.hub, ENG_PDU_BREDR_L2CAP(1), channels, sizeof channels);
    send(p.hub, p.device, ENG_PDU_BREDR_LMP, request, sizeof request);
    eng_run(8 * SECOND);
    send(p.device, p.hub, ENG_PDU_BREDR_LMP, answer, sizeof answer);
    eng_run(9 * SECOND);
    eng_close();
}

/* KEX Get at each rate, acknowledged, then one to all. */
static void zwave(void)
{
    static const uint8_t kex_get[] = {0x9f, 0x04};
    struct eng_zwave s;
    struct pair p = open_pair(ENG_ZWAVE, 10, eng_kind_name(ENG_ZWAVE));
    eng_zwave_default(&s);
    for (s.rate = 1; s.rate <= 3; s.rate++) {
        must(eng_zwave_set(p.hub, &s), "set");
        send(p.hub, p.device, ENG_PDU_ZWAVE, kex_get, sizeof kex_get);
        eng_run(s.rate * SECOND);
    }
    send(p.hub, -1, ENG_PDU_ZWAVE, kex_get, sizeof kex_get);
    eng_run(4 * SECOND);
    eng_close();
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: air_captures DIR\n");
        return 2;
    }
    folder = argv[1];
    lorawan();
    ble();
    bredr();
    zwave();
    return 0;
}
