/* SPDX-License-Identifier: GPL-2.0-only */
/* engine.h - the whole C view of ns-3.
 *
 * One simulation per process: open, build, run, close; fork for the next (ns-3 3.37 cannot reset its
 * stream counter). Times are integer nanoseconds. Handles are small non-negative integers in order
 * of creation; functions that make one return it, or a negative eng_error with eng_message() saying
 * why. Callbacks run inside eng_run(); pointers given to them are borrowed for the call. */
#ifndef IMPRINT_ENGINE_H
#define IMPRINT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t eng_time;

#define ENG_ERRORS(X)                                                                              \
    X(ARGUMENT, -1, "argument out of range")                                                       \
    X(SUPPORT, -2, "the medium does not offer this")                                               \
    X(SIZE, -3, "too large for the medium")                                                        \
    X(FILE, -4, "file cannot be written")                                                          \
    X(STATE, -5, "not possible in this state")
#define ENG_ENUM(id, value, text) ENG_E##id = value,
enum eng_error { ENG_ERRORS(ENG_ENUM) };
#undef ENG_ENUM
const char *eng_message(void); /* sentence about the latest error */

/* ---- life, clock, timers ------------------------------------------------------------------- */
void eng_warm(void);           /* loads and runs each device type once; call in a parent that forks */
void eng_open(uint32_t seed, uint64_t run); /* seed >= 1 */
void eng_close(void);
eng_time eng_now(void);
/* Runs to `until` or eng_stop(). The clock then reads `until` even if nothing was left to do. */
void eng_run(eng_time until);
void eng_stop(void);
uint64_t eng_events(void);

/* Same-time events run in the order in which they were made. */
typedef uint64_t eng_timer;    /* 0 = none; safe to cancel after it fired */
eng_timer eng_after(eng_time delay, void (*fn)(void *), void *arg); /* negative delay is taken as 0 */
void eng_cancel(eng_timer t);

/* ---- nodes and media ------------------------------------------------------------------------- */
int eng_node(double x, double y, double z); /* metres */

#define ENG_MEDIA(X)                                                                               \
    X(WIFI, "wifi", "IEEE 802.11g infrastructure BSS, 2.4 GHz")                                    \
    X(LRWPAN, "lr-wpan", "IEEE 802.15.4, 2.4 GHz O-QPSK, 250 kbit/s, 6LoWPAN")                     \
    X(ETHERNET, "ethernet", "IEEE 802.3 segment (CSMA)")                                           \
    X(WAN, "wan", "wide-area point-to-point link")                                                 \
    X(BLE, "ble", "Bluetooth Low Energy, LE 1M: advertising bearer and connections")               \
    X(LORAWAN, "lorawan", "LoRaWAN class A, EU863-870, one or several gateways")                   \
    X(ZWAVE, "z-wave", "Z-Wave (ITU-T G.9959), 868 MHz, R1 to R3")                                 \
    X(IDEAL, "ideal", "no radio: every unit arrives after 1 ms; for the search of attacks")
#define ENG_ENUM(id, name, text) ENG_##id,
enum eng_kind { ENG_MEDIA(ENG_ENUM) ENG_KIND_COUNT };
#undef ENG_ENUM
const char *eng_kind_name(enum eng_kind k);
const char *eng_kind_title(enum eng_kind k);

struct eng_medium {
    enum eng_kind kind;
    double loss;          /* 0..1: each frame is lost at each receiver, before the MAC acknowledges */
    uint64_t loss_stream; /* names the loss generator's stream: same value, same losses */
    double rate;          /* bit/s; 0 = default (wifi 6e6, ethernet 100e6, wan 10e6) */
    eng_time delay;       /* one way: wan (default 10 ms when 0), ideal (1 ms), ethernet (default 0) */
    uint16_t pan;         /* lr-wpan PAN identifier; channel 11..26 is 11 + pan % 16 */
    const char *prefix;   /* IPv6 /64 of this medium, e.g. "2001:db8:1::" ; NULL = no IP */
    const char *ssid;     /* wifi */
};
int eng_medium(const struct eng_medium *m);

enum eng_role { ENG_STATION, ENG_HUB }; /* HUB: access point, PAN coordinator / border router */

/* Link addresses are right-aligned in 64 bits. */
typedef uint64_t eng_addr;
#define ENG_ALL (~(eng_addr)0)

struct eng_port_ops { /* all optional */
    /* A link-layer payload under a registered EtherType (eng_frames_on). */
    void (*frame)(void *arg, int port, eng_addr src, eng_addr dst, uint16_t ethertype,
                  const uint8_t *p, size_t n);
    /* A station's link is up (true) or lost: Wi-Fi association; at once on other media. */
    void (*link)(void *arg, int port, bool up);
    /* ble: a connection with `peer` is made, or is lost or closed. */
    void (*peer)(void *arg, int port, eng_addr peer, bool up);
    void *arg;
};

struct eng_port {
    int node, medium;
    enum eng_role role;
    bool extended;     /* lr-wpan: use the 64-bit address as source, else 16-bit short */
    bool sniffer;      /* an adversary's radio: hears and injects, belongs to no cell */
    struct eng_port_ops ops;
};
/* wifi: a station starts associating when the simulation runs, one 4 ms after the other, or at
 * eng_power(). Beacons come every 1.024 s; an association is not lost by missing them. All ports of
 * a medium hear each other as far as their distance lets them. `wan`: two ends and any number of
 * sniffers, which stand on the path and have no radio of their own. `ideal`: the radio is idle
 * whenever it is on; no loss, no streams, no routes to other media. `lorawan` may have several hubs,
 * its gateways. `z-wave`: 232 ports at most. */
int eng_attach(const struct eng_port *p);
/* Powers a port's radio up or down (down: ENG_OFF, hears and sends nothing; a Wi-Fi station
 * associates anew when it comes up). Ports start powered up. A port that is off costs no events. A
 * frame that is on the air at that moment still reaches its receivers. */
int eng_power(int port, bool on);
eng_addr eng_link_address(int port);   /* MAC-48, EUI-64 or short address as used on the link */
uint64_t eng_eui64(int port);
size_t eng_mtu(int port);              /* octets of link payload */

/* ---- what the radios of ble, lorawan and z-wave are set to --------------------------------------
 */
/* These media share one model (the *air*): a frame occupies its channel for its exact time on air;
 * it is received by those who listen there when it begins and do not stop, whom it reaches above
 * their sensitivity, and by whom no overlapping frame is heard too strongly beside it. Nobody else
 * costs anything. They carry frames only: no IPv6, no streams. A setting holds from the next frame
 * on; eng_*_default() gives what a port begins with. */
struct eng_ble {
    eng_time advertising_interval; /* 20 ms..10.24 s: between the events of one advertised frame; to
                                      each the link layer adds 0..10 ms at random */
    int advertising_events;        /* 1..255 for each advertised frame */
    eng_time connectable_interval; /* 20 ms..10.24 s: the same while connectable */
    eng_time scan_interval, scan_window; /* 2.5 ms..10.24 s; equal: listens all the time. A port
                                            scans if it wants advertising frames (eng_frames_on) or
                                            is about to connect */
    eng_time connection_interval; /* 7.5 ms..4 s in steps of 1.25 ms; the initiator's counts */
    eng_time supervision_timeout; /* 100 ms..32 s */
    int pdu;                      /* 27..251 octets of a data PDU */
    int mtu;                      /* ATT_MTU 23..517 */
    double power;                 /* dBm */
};
void eng_ble_default(struct eng_ble *out);
int eng_ble_set(int port, const struct eng_ble *s);
/* A frame to a port without a connection makes one as soon as that port advertises as connectable.
 * It lasts until one end closes it, is switched off, or is out of reach. */
int eng_ble_disconnect(int port, eng_addr peer);

struct eng_lorawan {
    int region;        /* 868: EU863-870; 915: US902-928, of which a gateway hears sub-band 2 */
    int spreading;     /* 7..12 (US 7..10); 0: the least that a gateway hears (of a gateway: ignored) */
    int bandwidth;     /* kHz: 125, or 250 with spreading factor 7 */
    int coding;        /* 1..4: coding rate 4/(4+n) */
    int channels;      /* 3 (868.1, 868.3, 868.5 MHz) or 8 (and 867.1 to 867.9); US: all 72 */
    int rx1_delay;     /* 1..15 s after a data frame. RX2 is 1 s later */
    int join_delay;    /* JOIN_ACCEPT_DELAY1, 1..6 s after a join- or rejoin-request; RX2 as above */
    int rx1_offset;    /* 0..5: RX1's data rate is so much lower than the uplink's */
    int rx2_spreading; /* 7..12, at 869.525 MHz (US: at 923.3 MHz, 500 kHz) */
    bool duty_cycle;   /* stays silent after a frame as its sub-band's duty cycle asks */
    double power;      /* dBm EIRP, up to 16 (US: 30) */
};
void eng_lorawan_default(struct eng_lorawan *out);
int eng_lorawan_set(int port, const struct eng_lorawan *s);
/* How an uplink goes out: its data rate, DR0 to DR6 (US: DR4), and the number of its channel, 0 to 7
 * (US: 71). */
struct eng_uplink {
    uint8_t rate, channel;
};
/* Settles that for the next frame of a station (the channel by lot, of those that the duty cycle
 * opens first), or, asked again before it is sent, tells it again. `_as`: an adversary's radio will
 * inject its next uplink so. `_now`: within a callback, that of the frame that the port hands up or
 * begins to send; of a downlink ENG_ESTATE. All of them: ENG_ESUPPORT on other media. */
int eng_uplink_next(int port, struct eng_uplink *out);
int eng_uplink_as(int port, const struct eng_uplink *u);
int eng_uplink_now(int port, struct eng_uplink *out);
/* A station's uplinks go from now on the three join channels, and as numbers 3 to 7 on these
 * frequencies (Hz; 0: none), of which gateways hear 867.1 to 867.9 MHz; in US902-928, which has no
 * channels of joining alone, as numbers 0 to 71. n = 0: as it is set. */
int eng_uplink_channels(int port, const uint32_t *hertz, size_t n);

struct eng_zwave {
    int rate;     /* 1, 2, 3: 9.6, 40, 100 kbit/s */
    double power; /* dBm */
};
void eng_zwave_default(struct eng_zwave *out);
int eng_zwave_set(int port, const struct eng_zwave *s);

/* Nanoseconds on air of one frame that carries n octets of this kind, as the port is set (ble
 * advertising: of one PDU on one channel; L2CAP: of one data PDU with n octets); ENG_ESUPPORT on
 * other media. */
eng_time eng_airtime(int port, uint16_t number, size_t n);

/* ---- frame service --------------------------------------------------------------------------- */
/* EtherType in LLC/SNAP on wifi, in the Ethernet header on ethernet (which pads to 46 octets: they
 * are delivered); on lr-wpan after an octet 00 ("not a LoWPAN frame", RFC 4944 section 5.1). None on
 * wan. Sending fails with ENG_ESTATE while the link is down. */
/* The media on the air know these instead of EtherTypes; `ideal` carries either:
 * ble: advertising data (0..31 octets, AD structures) to whoever scans, not connectable; the same
 * as connectable, repeated until a connection is made or another one replaces it (n = 0: ends it);
 *   LL control PDUs; and the fixed L2CAP channels of a connection (attributes, signalling, security
 *   manager). An advertised frame is heard again in each of its events: receivers tell repeats.
 * lorawan: PHYPayload. A station's goes to all gateways in reach, whatever `dst`; a gateway's goes
 *   into the next receive window that the station's latest uplink opens (ENG_ESTATE: none is left)
 *   if the gateway's radio and duty cycle are free when it opens, else it is lost; everybody who
 *   listens there hears it.
 * z-wave: the payload of an MPDU, a command. Acknowledged and sent up to three times, if not to
 * all.
 */
#define ENG_PDU_BLE_ADVERTISING 0x0100
#define ENG_PDU_BLE_CONNECTABLE 0x0101
#define ENG_PDU_BLE_CONTROL 0x0103
#define ENG_PDU_BLE_L2CAP(cid) (0x0100 | (cid)) /* cid 4..63 */
/* The BR/EDR half of the same radio: a class of device (3 octets) that answers inquiries until a
 * connection is made (n = 0: no more), heard by whoever asked for these; LMP PDUs of at most 17
 * octets, and those of at most 23 on fixed L2CAP channels (1: signalling, 7: security manager), the
 * first of which to a device pages it. */
#define ENG_PDU_BREDR_LMP 0x0180
#define ENG_PDU_BREDR_INQUIRY 0x0181
#define ENG_PDU_BREDR_L2CAP(cid) (0x0190 | (cid)) /* cid 1..7 */
#define ENG_PDU_LORAWAN 0x0200
#define ENG_PDU_ZWAVE 0x0300
/* Whether media of that kind carry it; 0x86dd asks for IPv6. */
static inline bool eng_carries(enum eng_kind k, uint16_t number)
{
    switch (k) {
    case ENG_WAN:
        return number == 0x86dd;
    case ENG_BLE:
        return number >> 8 == ENG_PDU_BLE_ADVERTISING >> 8;
    case ENG_LORAWAN:
        return number == ENG_PDU_LORAWAN;
    case ENG_ZWAVE:
        return number == ENG_PDU_ZWAVE;
    case ENG_IDEAL:
        return number >= ENG_PDU_BLE_ADVERTISING;
    default:
        return number >= 0x600; /* the smallest EtherType */
    }
}
int eng_frames_on(int port, uint16_t ethertype);
int eng_frame_send(int port, eng_addr dst, uint16_t ethertype, const void *p, size_t n);

/* ---- IPv6 ------------------------------------------------------------------------------------ */
/* Gives every port attached to a medium with a prefix its addresses: link-local and
 * prefix::<port+1>, on lr-wpan the prefix with the interface identifier of the link address. Call
 * once, after all ports are attached. Nodes with several ports forward.
 * Routes to the media's prefixes, through their hubs' nodes, and neighbours' link addresses are
 * known: no DAD, no router or neighbour discovery is sent. `eng_route` is for other destinations. */
int eng_ip_start(void);
int eng_ip_address(int port, uint8_t out[16]);       /* global */
int eng_ip_linklocal(int port, uint8_t out[16]);
int eng_route(int port, const uint8_t gateway[16]);  /* default route of the port's node via port */
int eng_ip_join(int port, const uint8_t group[16]);  /* receive a multicast group */
/* Ports of one medium, `n` >= 3: datagrams between any two of them go from each to the next, and the
 * nodes between forward them (route-over, RFC 6606), but for those with link-local addresses or to
 * groups. Call after eng_ip_start(). An adversary reads such a datagram once, when it is first sent,
 * and blocks it where it is for. */
int eng_path(const int *ports, int n);

struct eng_endpoint {
    uint8_t ip[16];
    uint16_t port; /* host order */
};

/* UDP socket bound to a local port number (0 = ephemeral). `dst` is the address that the sender used,
 * a group's included. Several ports of a node may bind one number: the port that a datagram came in
 * by decides. Largest datagram: 1452 octets on the link, 1232 on lr-wpan and through routers. */
typedef void eng_udp_rx(void *arg, int sock, const struct eng_endpoint *src,
                        const struct eng_endpoint *dst, const uint8_t *p, size_t n);
int eng_udp(int port, uint16_t number, eng_udp_rx *rx, void *arg); /* -> socket */
int eng_udp_send(int sock, const struct eng_endpoint *dst, const void *p, size_t n);
uint16_t eng_udp_number(int sock);

/* TCP. Connections have handles; `opened` is called at both ends. */
struct eng_tcp_ops {
    void (*opened)(void *arg, int conn, const struct eng_endpoint *peer);
    void (*data)(void *arg, int conn, const uint8_t *p, size_t n);
    void (*closed)(void *arg, int conn); /* by the peer, by error, or refused; not by eng_tcp_close */
    void *arg;
};
int eng_tcp_listen(int port, uint16_t number, const struct eng_tcp_ops *ops);
int eng_tcp_connect(int port, const struct eng_endpoint *dst, const struct eng_tcp_ops *ops);
int eng_tcp_name(int conn, struct eng_endpoint *own); /* its own end, once it was asked for */
int eng_tcp_send(int conn, const void *p, size_t n); /* queued without limit */
int eng_tcp_close(int conn);

/* ---- the adversary's three powers on a medium ------------------------------------------------- */
/* A unit is a frame payload under a registered EtherType or a UDP datagram. A datagram that is
 * routed over several media is a unit on each of them. On wifi a frame between two stations is one
 * unit, though it is sent twice. */
struct eng_unit {
    int medium;
    int port;              /* READ: the sender; BLOCK: the receiver */
    bool datagram;
    eng_addr src, dst;     /* link addresses (frames) */
    uint16_t ethertype;
    struct eng_endpoint from, to; /* datagrams */
    const uint8_t *p;
    size_t n;
    bool injected;         /* sent by eng_inject_* */
};
enum eng_verdict {
    ENG_PASS,
    ENG_BLOCK,             /* the receiver's MAC acknowledges, its upper layers see nothing */
};
struct eng_tap {
    void (*read)(void *arg, const struct eng_unit *u);              /* when a unit is sent */
    enum eng_verdict (*block)(void *arg, const struct eng_unit *u); /* at each receiver */
    void *arg;
};
int eng_tap(int medium, const struct eng_tap *tap); /* one tap per medium; NULL removes */
/* Jams: every frame from link address `src` (ENG_ALL: any) is destroyed at `port` before the MAC can
 * acknowledge, so the sender retries. */
int eng_jam(int port, eng_addr src, bool on);
/* Sends from an adversary's port (sniffer) with any source. Pays its own airtime from its own radio;
 * waits while its radio hears the channel busy, and repeats as a MAC does until it is acknowledged.
 * ble: advertises under any name; speaks in an existing connection in the place of one end, or makes
 * one in the name of `src`. lorawan: as a station if `dst` is a gateway's or ENG_ALL, else into the
 * window of the station `dst`; no duty cycle.
 * wifi: to the hub as a station, to anybody else as the hub; only a source that is associated is
 * accepted by the hub. A datagram's link source is its source's own, or the hub's if that is beyond
 * the link; on lr-wpan it is the adversary's. wan: datagrams only. */
int eng_inject_frame(int port, eng_addr src, eng_addr dst, uint16_t ethertype, const void *p,
                     size_t n);
/* `dst_port`: the receiving port (its link address is used; ENG_ALL-like -1 = multicast). */
int eng_inject_datagram(int port, int dst_port, const struct eng_endpoint *src,
                        const struct eng_endpoint *dst, const void *p, size_t n);

/* ---- meters ----------------------------------------------------------------------------------- */
enum eng_radio { ENG_OFF /* or asleep */, ENG_IDLE /* listening */, ENG_RX, ENG_TX,
                 ENG_RADIO_COUNT };
/* Nanoseconds spent in each state since eng_open; they add up to eng_now(). */
void eng_radio_time(int port, eng_time out[ENG_RADIO_COUNT]);
/* From now on `fn` is told every piece of time that the port's radio spends in one state, in order
 * and without gaps, each when it is over; eng_radio_time() ends the one that lasts. What a resting
 * radio listens and sleeps is told apart. Equal states may follow one another. NULL: no more. */
typedef void eng_radio_piece(void *arg, enum eng_radio state, eng_time from, eng_time to);
void eng_radio_watch(int port, eng_radio_piece *fn, void *arg);

struct eng_count { /* link frames: MAC header, payload and FCS; beacons are not counted */
    uint64_t tx_frames, tx_octets;      /* sent by this port, retries and acknowledgements included */
    uint64_t rx_frames, rx_octets;      /* sent by other ports of the medium to this one: unicast to
                                           it, acknowledgements to it, and group frames; received
                                           or lost, but not while this one is off; ble, lorawan,
                                           z-wave: nor while it does not listen */
    /* Of tx_octets + rx_octets; the rest are the link's: MAC headers, frame check sequences,
     * acknowledgements, association, padding. A TCP segment that TCP sends again counts anew. */
    uint64_t message_octets;  /* payloads of frames, datagrams and streams */
    uint64_t network_octets;  /* headers of IPv6, UDP, TCP and 6LoWPAN; segments without data */
    uint64_t repeated_octets; /* frames that the link layer sent again, whole */
};
void eng_count(int port, struct eng_count *out);

/* ---- pcap -------------------------------------------------------------------------------------- */
/* Everything that the port's radio hears and sends, into `path` (overwritten). Link types: wifi 127
 * (radiotap), lr-wpan 195, ethernet and ideal 1,
 * wan 9 (PPP), ble 256 (link layer with pseudo-header) or, if its first packet is of BR/EDR, 255 and
 * nothing of LE; lorawan 270 (LoRaTap), z-wave 147 (user 0:
 * the MPDU; scripts/wireshark/z-wave.lua). */
int eng_pcap(int port, const char *path);

#ifdef __cplusplus
}
#endif
#endif
