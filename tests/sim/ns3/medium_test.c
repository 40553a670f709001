/* SPDX-License-Identifier: GPL-2.0-only */
/* Every medium carries frames and datagrams both ways, alone and to groups. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

static struct cell cell;

static void send_frames(void *arg)
{
    (void)arg;
    cr_expect_eq(eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE,
                                "from the station, long enough for Ethernet's minimum", 52),
                 0);
    cr_expect_eq(eng_frame_send(cell.hub, eng_link_address(cell.stations[0]), ETHERTYPE,
                                "from the hub, long enough for Ethernet's minimum size", 53),
                 0);
}

static void frames_both_ways(enum eng_kind kind, bool extended)
{
    cell_open(&cell, &(struct cell_options){.kind = kind, .extended = extended});
    eng_after(SECOND, send_frames, NULL);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.up[0], 1);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.src, eng_link_address(cell.stations[0]));
    cr_expect_eq(cell.hub_in.dst, eng_link_address(cell.hub));
    cr_expect_eq(cell.hub_in.size, 52);
    cr_expect_eq(memcmp(cell.hub_in.last, "from the station", 16), 0);
    cr_assert_eq(cell.in[0].count, 1);
    cr_expect_eq(cell.in[0].src, eng_link_address(cell.hub));
    cr_expect_eq(cell.in[0].dst, eng_link_address(cell.stations[0]));
    cr_expect_eq(memcmp(cell.in[0].last, "from the hub", 12), 0);
    eng_close();
}

Test(medium, wifi_frames)
{
    frames_both_ways(ENG_WIFI, false);
}

Test(medium, lrwpan_frames_with_short_addresses)
{
    frames_both_ways(ENG_LRWPAN, false);
}

Test(medium, lrwpan_frames_with_64_bit_addresses)
{
    frames_both_ways(ENG_LRWPAN, true);
}

Test(medium, ethernet_frames)
{
    frames_both_ways(ENG_ETHERNET, false);
}

Test(medium, wan_has_no_frames)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_WAN});
    cr_expect_eq(eng_frames_on(cell.hub, ETHERTYPE), ENG_ESUPPORT);
    cr_expect_eq(eng_frame_send(cell.hub, 0, ETHERTYPE, "x", 1), ENG_ESUPPORT);
    eng_close();
}

static void send_datagrams(void *arg)
{
    static const char text[] = "a datagram to the station";
    struct eng_endpoint to = {.port = NUMBER};
    (void)arg;
    cr_expect_eq(cell_datagram(&cell, cell.socks[0], cell.hub, "a datagram to the hub"), 0);
    eng_ip_linklocal(cell.stations[0], to.ip);
    cr_expect_eq(eng_udp_send(cell.hub_sock, &to, text, sizeof text - 1), 0);
}

static void datagrams_both_ways(enum eng_kind kind, bool extended)
{
    uint8_t ip[16];
    cell_open(&cell, &(struct cell_options){.kind = kind, .extended = extended});
    cell_start(&cell);
    eng_after(SECOND, send_datagrams, NULL);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.size, 21);
    eng_ip_address(cell.stations[0], ip);
    cr_expect_eq(memcmp(cell.hub_in.from.ip, ip, 16), 0);
    cr_expect_eq(cell.hub_in.from.port, NUMBER);
    eng_ip_address(cell.hub, ip);
    cr_expect_eq(memcmp(cell.hub_in.to.ip, ip, 16), 0);
    cr_assert_eq(cell.in[0].count, 1);
    cr_expect_eq(memcmp(cell.in[0].last, "a datagram to the station", 25), 0);
    eng_ip_linklocal(cell.hub, ip);
    cr_expect_eq(memcmp(cell.in[0].from.ip, ip, 16), 0);
    cr_expect(cell.in[0].at - SECOND < 100 * MILLI, "took %ld ns", (long)(cell.in[0].at - SECOND));
    eng_close();
}

Test(medium, wifi_datagrams)
{
    datagrams_both_ways(ENG_WIFI, false);
}

Test(medium, lrwpan_datagrams_with_short_addresses)
{
    datagrams_both_ways(ENG_LRWPAN, false);
}

Test(medium, lrwpan_datagrams_with_64_bit_addresses)
{
    datagrams_both_ways(ENG_LRWPAN, true);
}

Test(medium, ethernet_datagrams)
{
    datagrams_both_ways(ENG_ETHERNET, false);
}

Test(medium, wan_datagrams)
{
    datagrams_both_ways(ENG_WAN, false);
}

static const uint8_t all_coap[16] = {0xff, 0x02, [15] = 0xfd};

static void send_to_group(void *arg)
{
    struct eng_endpoint to = {.port = NUMBER};
    (void)arg;
    memcpy(to.ip, all_coap, 16);
    cr_expect_eq(eng_udp_send(cell.socks[0], &to, "who is there?", 13), 0);
}

static void group(enum eng_kind kind)
{
    cell_open(&cell, &(struct cell_options){.kind = kind, .stations = 3});
    cell_start(&cell);
    cr_expect_eq(eng_ip_join(cell.hub, all_coap), 0);
    cr_expect_eq(eng_ip_join(cell.stations[1], all_coap), 0);
    eng_after(SECOND, send_to_group, NULL);
    eng_run(2 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1);
    cr_expect_eq(memcmp(cell.hub_in.to.ip, all_coap, 16), 0);
    cr_expect_eq(cell.in[0].count, 0, "the sender hears itself");
    cr_expect_eq(cell.in[1].count, 1);
    cr_expect_eq(cell.in[2].count, 0, "has not joined");
    eng_close();
}

Test(medium, wifi_group)
{
    group(ENG_WIFI);
}

Test(medium, lrwpan_group)
{
    group(ENG_LRWPAN);
}

Test(medium, ethernet_group)
{
    group(ENG_ETHERNET);
}

static void broadcast(void *arg)
{
    (void)arg;
    cr_expect_eq(eng_frame_send(cell.hub, ENG_ALL, ETHERTYPE, "hear ye", 7), 0);
}

static void frame_to_all(enum eng_kind kind)
{
    cell_open(&cell, &(struct cell_options){.kind = kind, .stations = 3});
    eng_after(SECOND, broadcast, NULL);
    eng_run(2 * SECOND);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(cell.in[i].count, 1);
        cr_expect_eq(cell.in[i].dst, ENG_ALL);
    }
    eng_close();
}

Test(medium, wifi_broadcast)
{
    frame_to_all(ENG_WIFI);
}

Test(medium, lrwpan_broadcast)
{
    frame_to_all(ENG_LRWPAN);
}

Test(medium, ethernet_broadcast)
{
    frame_to_all(ENG_ETHERNET);
}

static void send_large(void *arg)
{
    static uint8_t b[1500];
    struct eng_endpoint to;
    (void)arg;
    memset(b, 'x', sizeof b);
    cell_global(cell.hub, &to);
    cr_expect_eq(eng_udp_send(cell.socks[0], &to, b, 1200), 0);
    cr_expect_eq(eng_udp_send(cell.socks[0], &to, b, 1500), ENG_ESIZE);
    cr_expect_eq(eng_frame_send(cell.hub, ENG_ALL, ETHERTYPE, b, eng_mtu(cell.hub) + 1), ENG_ESIZE);
}

Test(medium, sixlowpan_fragments)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_LRWPAN});
    cell_start(&cell);
    eng_after(SECOND, send_large, NULL);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.size, 1200);
    eng_close();
}

Test(medium, largest_lrwpan_frame_fits)
{
    static uint8_t b[128];
    cell_open(&cell, &(struct cell_options){.kind = ENG_LRWPAN, .extended = true});
    cr_expect_eq(eng_mtu(cell.hub), eng_mtu(cell.stations[0]));
    cr_expect_eq(eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE, b,
                                eng_mtu(cell.hub)),
                 0);
    eng_run(SECOND);
    cr_expect_eq(cell.hub_in.size, eng_mtu(cell.hub));
    eng_close();
}

/* device -> border router -> server, over 6LoWPAN and then a wide-area link, and back. */
static struct inbox server_in, device_in;
static int server_sock, device_sock, server_port, device_port;

static void keep(void *arg, int sock, const struct eng_endpoint *src,
                 const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    struct inbox *in = arg;
    (void)dst;
    in->count++;
    in->size = n;
    memcpy(in->last, p, n);
    if (in == &server_in)
        cr_expect_eq(eng_udp_send(sock, src, "welcome", 7), 0);
}

static void ask_server(void *arg)
{
    struct eng_endpoint to;
    (void)arg;
    cell_global(server_port, &to);
    cr_expect_eq(eng_udp_send(device_sock, &to, "hello", 5), 0);
}

static int attach(int node, int medium, enum eng_role role)
{
    return eng_attach(&(struct eng_port){.node = node, .medium = medium, .role = role});
}

Test(medium, border_router_forwards)
{
    eng_open(1, 1);
    int pan =
        eng_medium(&(struct eng_medium){.kind = ENG_LRWPAN, .pan = 7, .prefix = "2001:db8:1::"});
    int wan = eng_medium(&(struct eng_medium){.kind = ENG_WAN, .prefix = "2001:db8:2::"});
    int router = eng_node(0, 0, 0), server = eng_node(9, 9, 0), device = eng_node(5, 0, 0);
    attach(router, pan, ENG_HUB);
    device_port = attach(device, pan, ENG_STATION);
    attach(router, wan, ENG_STATION);
    server_port = attach(server, wan, ENG_HUB);
    cr_assert_eq(eng_ip_start(), 0);
    device_sock = eng_udp(device_port, 0, keep, &device_in);
    server_sock = eng_udp(server_port, NUMBER, keep, &server_in);
    cr_expect_neq(eng_udp_number(device_sock), 0);
    eng_after(SECOND, ask_server, NULL);
    eng_run(2 * SECOND);
    cr_expect_eq(server_in.count, 1);
    cr_expect_eq(device_in.count, 1);
    cr_expect_eq(memcmp(device_in.last, "welcome", 7), 0);
    eng_close();
}

Test(medium, refuses_nonsense)
{
    eng_open(1, 1);
    cr_expect_eq(eng_medium(&(struct eng_medium){.kind = ENG_WIFI, .loss = 2}), ENG_EARGUMENT);
    cr_expect_eq(eng_medium(&(struct eng_medium){.prefix = "2001:db8::1"}), ENG_EARGUMENT);
    cr_expect_neq(strlen(eng_message()), 0);
    int m = eng_medium(&(struct eng_medium){.kind = ENG_WIFI});
    int n = eng_node(0, 0, 0);
    cr_expect_eq(attach(99, m, ENG_HUB), ENG_EARGUMENT);
    cr_expect_geq(attach(n, m, ENG_HUB), 0);
    cr_expect_eq(attach(n, m, ENG_HUB), ENG_ESTATE, "two hubs");
    cr_expect_eq(eng_frame_send(77, 0, ETHERTYPE, "", 0), ENG_EARGUMENT);
    cr_expect_eq(eng_udp(0, 1, NULL, NULL), ENG_EARGUMENT, "the medium has no prefix");
    eng_close();
}
