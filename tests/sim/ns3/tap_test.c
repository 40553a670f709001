/* SPDX-License-Identifier: GPL-2.0-only */
/* The adversary reads, blocks, injects and jams. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

static struct cell cell;
static int sniffer;
static int reads, read_injected, blocks, blocked;
static uint8_t last_read[256];
static size_t last_size;
static bool block_all;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    reads++;
    read_injected += u->injected;
    last_size = u->n;
    memcpy(last_read, u->p, u->n < sizeof last_read ? u->n : sizeof last_read);
    cr_expect_eq(u->medium, cell.medium);
}

static enum eng_verdict decide(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocks++;
    if (!block_all || u->injected)
        return ENG_PASS;
    blocked++;
    return ENG_BLOCK;
}

static void open_tapped(enum eng_kind kind, bool extended)
{
    cell_open(&cell, &(struct cell_options){
                         .kind = kind, .stations = kind == ENG_WAN ? 1 : 2, .extended = extended});
    sniffer = cell_sniffer(&cell);
    cr_assert_geq(sniffer, 0);
    cell_start(&cell);
    cr_expect_eq(eng_tap(cell.medium, &(struct eng_tap){see, decide, NULL}), 0);
}

static void frame_to_hub(void *arg)
{
    (void)arg;
    eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE, "my secret", 9);
}

static void datagram_to_hub(void *arg)
{
    (void)arg;
    cell_datagram(&cell, cell.socks[0], cell.hub, "my secret");
}

static void block(enum eng_kind kind, void (*send)(void *))
{
    struct eng_count before, after;
    open_tapped(kind, false);
    block_all = true;
    eng_run(SECOND);
    eng_count(cell.stations[0], &before);
    eng_after(0, send, NULL);
    eng_run(2 * SECOND);
    eng_count(cell.stations[0], &after);
    cr_expect_eq(reads, 1);
    cr_expect_eq(memcmp(last_read, "my secret", 9), 0);
    cr_expect_eq(blocked, 1);
    cr_expect_eq(cell.hub_in.count, 0, "was blocked");
    cr_expect_eq(after.tx_frames - before.tx_frames, 1, "the MAC was content with one try");
    block_all = false;
    eng_after(0, send, NULL);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1);
    cr_expect_eq(eng_tap(cell.medium, NULL), 0);
    eng_after(0, send, NULL);
    eng_run(4 * SECOND);
    cr_expect_eq(reads, 2, "no tap, no reading");
    eng_close();
}

Test(tap, wifi_frame_blocked_after_acknowledgement)
{
    block(ENG_WIFI, frame_to_hub);
}

Test(tap, lrwpan_frame_blocked_after_acknowledgement)
{
    block(ENG_LRWPAN, frame_to_hub);
}

Test(tap, ethernet_frame_blocked)
{
    block(ENG_ETHERNET, frame_to_hub);
}

Test(tap, wifi_datagram_blocked)
{
    block(ENG_WIFI, datagram_to_hub);
}

Test(tap, lrwpan_datagram_blocked)
{
    block(ENG_LRWPAN, datagram_to_hub);
}

Test(tap, wan_datagram_blocked)
{
    block(ENG_WAN, datagram_to_hub);
}

/* device -> border router -> server: the adversary on either link sees and stops the datagram. */
static int hop_reads[2], hop_blocks[2], stop_at, served;

static void see_hop(void *arg, const struct eng_unit *u)
{
    hop_reads[*(int *)arg]++;
    cr_expect(u->datagram);
    cr_expect_eq(u->to.port, NUMBER);
}

static enum eng_verdict stop_hop(void *arg, const struct eng_unit *u)
{
    (void)u;
    hop_blocks[*(int *)arg]++;
    return *(int *)arg == stop_at ? ENG_BLOCK : ENG_PASS;
}

static void serve(void *arg, int sock, const struct eng_endpoint *src,
                  const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    (void)arg, (void)sock, (void)src, (void)dst, (void)p, (void)n;
    served++;
}

static int plug(int node, int medium, enum eng_role role)
{
    return eng_attach(&(struct eng_port){.node = node, .medium = medium, .role = role});
}

Test(tap, every_hop_of_a_route)
{
    static int hop[2] = {0, 1};
    struct eng_endpoint to;
    eng_open(1, 1);
    int media[2] = {
        eng_medium(&(struct eng_medium){.kind = ENG_LRWPAN, .pan = 7, .prefix = "2001:db8:1::"}),
        eng_medium(&(struct eng_medium){.kind = ENG_WAN, .prefix = "2001:db8:2::"})};
    int router = eng_node(0, 0, 0);
    plug(router, media[0], ENG_HUB);
    int device = plug(eng_node(5, 0, 0), media[0], ENG_STATION);
    plug(router, media[1], ENG_STATION);
    int server_port = plug(eng_node(9, 9, 0), media[1], ENG_HUB);
    eng_ip_start();
    int sock = eng_udp(device, 0, serve, NULL);
    eng_udp(server_port, NUMBER, serve, NULL);
    for (int i = 0; i < 2; i++)
        eng_tap(media[i], &(struct eng_tap){see_hop, stop_hop, &hop[i]});
    cell_global(server_port, &to);
    for (stop_at = 0; stop_at < 3; stop_at++) {
        eng_udp_send(sock, &to, "over two hops", 13);
        eng_run(eng_now() + SECOND);
    }
    cr_expect_eq(hop_reads[0], 3);
    cr_expect_eq(hop_blocks[0], 3);
    cr_expect_eq(hop_reads[1], 2, "one was stopped before");
    cr_expect_eq(hop_blocks[1], 2);
    cr_expect_eq(served, 1);
    eng_close();
}

static eng_time sent_for(int port)
{
    eng_time t[ENG_RADIO_COUNT];
    eng_radio_time(port, t);
    cr_expect_eq(t[ENG_OFF] + t[ENG_IDLE] + t[ENG_RX] + t[ENG_TX], eng_now());
    return t[ENG_TX];
}

/* To the hub as a station, to a station as the hub, to all as the hub. */
static void forge_frames(enum eng_kind kind, bool extended)
{
    open_tapped(kind, extended);
    eng_addr hub = eng_link_address(cell.hub), station = eng_link_address(cell.stations[0]);
    eng_run(SECOND);
    cr_expect_eq(eng_inject_frame(sniffer, station, hub, ETHERTYPE, "I am he", 7), 0);
    eng_run(SECOND + 100 * MILLI);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.src, station);
    cr_expect_eq(cell.hub_in.dst, hub);
    cr_expect_eq(memcmp(cell.hub_in.last, "I am he", 7), 0);
    cr_expect_eq(eng_inject_frame(sniffer, hub, station, ETHERTYPE, "obey", 4), 0);
    eng_run(SECOND + 200 * MILLI);
    cr_assert_eq(cell.in[0].count, 1);
    cr_expect_eq(cell.in[0].src, hub);
    cr_expect_eq(cell.in[1].count, 0);
    cr_expect_eq(eng_inject_frame(sniffer, hub, ENG_ALL, ETHERTYPE, "all", 3), 0);
    eng_run(2 * SECOND);
    cr_expect_eq(cell.in[0].count, 2);
    cr_expect_eq(cell.in[1].count, 1);
    cr_expect_eq(reads, 3);
    cr_expect_eq(read_injected, 3);
    cr_expect_gt(sent_for(sniffer), 0, "it pays");
    eng_close();
}

Test(inject, wifi_frames)
{
    forge_frames(ENG_WIFI, false);
}

Test(inject, lrwpan_frames)
{
    forge_frames(ENG_LRWPAN, false);
}

Test(inject, lrwpan_frames_with_64_bit_addresses)
{
    forge_frames(ENG_LRWPAN, true);
}

Test(inject, ethernet_frames)
{
    forge_frames(ENG_ETHERNET, false);
}

Test(inject, wifi_honest_traffic_goes_on)
{
    open_tapped(ENG_WIFI, false);
    eng_addr hub = eng_link_address(cell.hub), station = eng_link_address(cell.stations[0]);
    eng_run(SECOND);
    for (int i = 0; i < 10; i++) {
        eng_inject_frame(sniffer, station, hub, ETHERTYPE, "false", 5);
        frame_to_hub(NULL);
        eng_frame_send(cell.hub, station, ETHERTYPE, "true", 4);
        eng_inject_frame(sniffer, hub, station, ETHERTYPE, "false", 5);
    }
    eng_run(3 * SECOND);
    cr_expect_eq(cell.hub_in.count, 20, "%d", cell.hub_in.count);
    cr_expect_eq(cell.in[0].count, 20, "%d", cell.in[0].count);
    eng_close();
}

static void forge_datagrams(enum eng_kind kind, bool extended)
{
    struct eng_endpoint as = {.port = NUMBER}, to = {.port = NUMBER};
    open_tapped(kind, extended);
    cell_global(cell.stations[0], &as);
    cell_global(cell.hub, &to);
    eng_run(SECOND);
    cr_expect_eq(eng_inject_datagram(sniffer, cell.hub, &as, &to, "I am he", 7), 0);
    eng_run(SECOND + 200 * MILLI);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(memcmp(cell.hub_in.from.ip, as.ip, 16), 0);
    cr_expect_eq(memcmp(cell.hub_in.last, "I am he", 7), 0);
    eng_ip_linklocal(cell.hub, as.ip);
    eng_ip_linklocal(cell.stations[0], to.ip);
    cr_expect_eq(eng_inject_datagram(sniffer, cell.stations[0], &as, &to, "obey", 4), 0);
    memset(as.ip, 0x20, 16); /* from beyond the link */
    cr_expect_eq(eng_inject_datagram(sniffer, cell.stations[0], &as, &to, "from afar", 9), 0);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.in[0].count, 2);
    cr_expect_eq(memcmp(cell.in[0].from.ip, as.ip, 16), 0);
    cr_expect_eq(read_injected, 3);
    cr_expect_eq(blocks, 3);
    cr_expect_gt(sent_for(sniffer), 0, "it pays");
    cr_expect_eq(eng_inject_datagram(cell.hub, cell.stations[0], &as, &to, "no", 2), ENG_EARGUMENT);
    eng_close();
}

Test(inject, wifi_datagrams)
{
    forge_datagrams(ENG_WIFI, false);
}

Test(inject, lrwpan_datagrams)
{
    forge_datagrams(ENG_LRWPAN, false);
}

Test(inject, lrwpan_datagrams_with_64_bit_addresses)
{
    forge_datagrams(ENG_LRWPAN, true);
}

Test(inject, ethernet_datagrams)
{
    forge_datagrams(ENG_ETHERNET, false);
}

Test(inject, wan_datagrams)
{
    forge_datagrams(ENG_WAN, false);
}

Test(inject, large_datagram_in_fragments)
{
    static uint8_t b[600];
    struct eng_endpoint as = {.port = NUMBER}, to = {.port = NUMBER};
    open_tapped(ENG_LRWPAN, false);
    cell_global(cell.stations[0], &as);
    cell_global(cell.hub, &to);
    eng_inject_datagram(sniffer, cell.hub, &as, &to, b, sizeof b);
    eng_run(SECOND);
    cr_expect_eq(cell.hub_in.size, sizeof b);
    eng_close();
}

/* While others speak in fragments too: each of the adversary's waits until the channel is free. */
Test(inject, fragments_on_a_busy_channel)
{
    static char text[900];
    struct eng_endpoint as = {.port = NUMBER}, to = {.port = NUMBER};
    memset(text, 'x', sizeof text - 1);
    open_tapped(ENG_LRWPAN, false);
    cell_global(cell.stations[0], &as);
    cell_global(cell.hub, &to);
    eng_run(SECOND);
    for (int i = 1; i <= 20; i++) {
        cell_datagram(&cell, cell.hub_sock, cell.stations[0], text);
        cell_datagram(&cell, cell.socks[1], cell.stations[0], text);
        eng_inject_datagram(sniffer, cell.hub, &as, &to, text, 700);
        eng_run((1 + i) * SECOND);
        cr_expect_eq(cell.hub_in.count, i, "%d", i);
    }
    eng_close();
}

static void jam(enum eng_kind kind, uint64_t tries)
{
    struct eng_count before, after;
    open_tapped(kind, false);
    eng_run(SECOND);
    eng_count(cell.stations[0], &before);
    cr_expect_eq(eng_jam(cell.hub, eng_link_address(cell.stations[0]), true), 0);
    frame_to_hub(NULL);
    eng_run(2 * SECOND);
    eng_count(cell.stations[0], &after);
    cr_expect_eq(cell.hub_in.count, 0);
    cr_expect_eq(blocks, 0, "nothing came so far");
    cr_expect_eq(after.tx_frames - before.tx_frames, tries);
    eng_frame_send(cell.stations[1], eng_link_address(cell.hub), ETHERTYPE, "other", 5);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1, "another sender is not jammed");
    eng_jam(cell.hub, eng_link_address(cell.stations[0]), false);
    frame_to_hub(NULL);
    eng_run(4 * SECOND);
    cr_expect_eq(cell.hub_in.count, 2);
    eng_close();
}

Test(jam, wifi_sender_retries)
{
    jam(ENG_WIFI, 7);
}

Test(jam, lrwpan_sender_retries)
{
    jam(ENG_LRWPAN, 4);
}

Test(jam, ethernet_sender_does_not_know)
{
    jam(ENG_ETHERNET, 1);
}
