/* SPDX-License-Identifier: GPL-2.0-only */
/* Datagrams over relays of one medium: server - router - relay - relay - device. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

enum { HUB, FIRST, SECOND_RELAY, DEVICE, PORTS };
static int medium, server, path[PORTS], arrived, read_units, blocked_at[8], blocks;
static uint8_t last[64];
static bool stops;

static int plug(int node, int on, enum eng_role role)
{
    return eng_attach(&(struct eng_port){.node = node, .medium = on, .role = role});
}

static void take(void *arg, int sock, const struct eng_endpoint *src,
                 const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    (void)arg, (void)sock, (void)src, (void)dst;
    memcpy(last, p, n < sizeof last ? n : sizeof last);
    arrived++;
}

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    cr_expect_eq(u->port, path[DEVICE], "the sender's, not a relay's");
    read_units++;
}

static enum eng_verdict stop(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocked_at[blocks++] = u->port;
    return stops ? ENG_BLOCK : ENG_PASS;
}

static void open_path(bool joined)
{
    arrived = read_units = blocks = 0;
    stops = false;
    eng_open(1, 1);
    medium =
        eng_medium(&(struct eng_medium){.kind = ENG_LRWPAN, .pan = 7, .prefix = "2001:db8:1::"});
    int behind = eng_medium(&(struct eng_medium){.kind = ENG_ETHERNET, .prefix = "2001:db8:2::"});
    int router = eng_node(0, 0, 0);
    path[HUB] = plug(router, medium, ENG_HUB);
    plug(router, behind, ENG_STATION);
    server = plug(eng_node(0, 50, 0), behind, ENG_HUB);
    for (int i = FIRST; i < PORTS; i++)
        path[i] = plug(eng_node(30 * i, 0, 0), medium, ENG_STATION);
    cr_assert_eq(eng_ip_start(), 0);
    if (joined)
        cr_assert_eq(eng_path(path, PORTS), 0, "%s", eng_message());
    eng_tap(medium, &(struct eng_tap){see, stop, NULL});
}

static void say(int from, int to, const char *text)
{
    struct eng_endpoint e;
    cell_global(to, &e);
    int sock = eng_udp(from, 0, take, NULL);
    cr_assert_eq(eng_udp_send(sock, &e, text, strlen(text)), 0, "%s", eng_message());
    eng_run(eng_now() + SECOND);
}

static uint64_t sent_by(int port)
{
    struct eng_count c;
    eng_count(port, &c);
    return c.message_octets;
}

Test(path, each_relay_hands_it_on)
{
    open_path(true);
    eng_udp(path[HUB], NUMBER, take, NULL);
    say(path[DEVICE], path[HUB], "up the line");
    cr_expect_eq(arrived, 1);
    cr_expect_eq(memcmp(last, "up the line", 11), 0);
    cr_expect_eq(sent_by(path[DEVICE]), 11);
    cr_expect_eq(sent_by(path[FIRST]), 22, "heard and handed on");
    cr_expect_eq(sent_by(path[SECOND_RELAY]), 22);
    cr_expect_eq(sent_by(path[HUB]), 11);
    eng_close();
}

Test(path, to_and_from_a_server_behind_the_router)
{
    open_path(true);
    eng_udp(server, NUMBER, take, NULL);
    say(path[DEVICE], server, "far");
    cr_expect_eq(arrived, 1);
    eng_close();
    open_path(true);
    eng_tap(medium, NULL);
    eng_udp(path[DEVICE], NUMBER, take, NULL);
    say(server, path[DEVICE], "back");
    cr_expect_eq(arrived, 1);
    cr_expect_eq(sent_by(path[FIRST]), 8);
    eng_close();
}

Test(path, without_one_neighbours_speak_at_once)
{
    open_path(false);
    eng_udp(path[HUB], NUMBER, take, NULL);
    say(path[DEVICE], path[HUB], "direct");
    cr_expect_eq(arrived, 1);
    cr_expect_eq(sent_by(path[FIRST]), 0);
    eng_close();
}

/* An interface identifier of the link address needs no octets on the first and on the last hop. */
Test(path, addresses_of_its_own_are_left_out_of_the_header)
{
    struct eng_count direct, relayed;
    for (int joined = 0; joined < 2; joined++) {
        open_path(joined);
        eng_udp(path[HUB], NUMBER, take, NULL);
        say(path[DEVICE], path[HUB], "sizes");
        eng_count(path[DEVICE], joined ? &relayed : &direct);
        eng_close();
    }
    /* IPHC 2, flow label (ns-3 sets one) 3; UDP's NHC 1, ports 4, checksum 2. */
    cr_expect_eq(direct.network_octets, 2 + 3 + 1 + 4 + 2, "%lu",
                 (unsigned long)direct.network_octets);
    cr_expect_eq(relayed.network_octets, direct.network_octets + 2, "the hub's address: 16 bits");
}

Test(path, an_adversary_meets_a_datagram_once)
{
    open_path(true);
    eng_udp(path[HUB], NUMBER, take, NULL);
    say(path[DEVICE], path[HUB], "read me");
    cr_expect_eq(read_units, 1);
    cr_expect_eq(blocks, 1);
    cr_expect_eq(blocked_at[0], path[HUB]);
    stops = true;
    say(path[DEVICE], path[HUB], "stop me");
    cr_expect_eq(arrived, 1);
    eng_close();
}

Test(path, link_local_addresses_are_not_relayed)
{
    struct eng_endpoint e = {.port = NUMBER};
    open_path(true);
    eng_udp(path[HUB], NUMBER, take, NULL);
    eng_ip_linklocal(path[HUB], e.ip);
    cr_assert_eq(eng_udp_send(eng_udp(path[DEVICE], 0, take, NULL), &e, "near", 4), 0);
    eng_run(SECOND);
    cr_expect_eq(arrived, 1);
    cr_expect_eq(sent_by(path[FIRST]), 0);
    eng_close();
}

Test(path, ends_on_two_media_are_refused)
{
    open_path(false);
    const int wrong[] = {path[HUB], path[FIRST], server};
    cr_expect_eq(eng_path(wrong, 3), ENG_EARGUMENT);
    eng_close();
}
