/* SPDX-License-Identifier: GPL-2.0-only */
/* The ideal medium: one delay, no loss, no radio, the adversary's powers as elsewhere. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

#define DELAY MILLI

static struct cell cell;
static int sniffer, reads, blocks;
static bool block_all;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    reads++;
    cr_expect_eq(memcmp(u->p, "my secret", 9), 0);
}

static enum eng_verdict decide(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocks++;
    return block_all && !u->injected ? ENG_BLOCK : ENG_PASS;
}

static void open_cell(int stations)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_IDEAL, .stations = stations});
    sniffer = cell_sniffer(&cell);
    cell_start(&cell);
    eng_run(SECOND);
}

static void group(struct eng_endpoint *e, const char *text)
{
    cr_assert_eq(inet_pton(AF_INET6, text, e->ip), 1);
    e->port = NUMBER;
}

Test(ideal, a_frame_arrives_after_the_delay_and_at_its_receiver_only)
{
    open_cell(2);
    cr_expect_eq(cell.up[0], 1);
    eng_addr hub = eng_link_address(cell.hub), station = eng_link_address(cell.stations[0]);
    cr_expect_eq(eng_frame_send(cell.stations[0], hub, ETHERTYPE, "up", 2), 0);
    cr_expect_eq(eng_frame_send(cell.hub, station, ETHERTYPE, "down", 4), 0);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.at, SECOND + DELAY);
    cr_expect_eq(cell.hub_in.src, station);
    cr_expect_eq(cell.hub_in.dst, hub);
    cr_expect_eq(cell.hub_in.size, 2, "no padding");
    cr_expect_eq(cell.in[0].count, 1);
    cr_expect_eq(cell.in[1].count, 0);
    cr_expect_eq(eng_frame_send(cell.hub, ENG_ALL, ETHERTYPE, "all", 3), 0);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.in[0].count, 2);
    cr_expect_eq(cell.in[1].count, 1);
    cr_expect_eq(cell.hub_in.count, 1, "nobody hears himself");
    eng_close();
}

Test(ideal, datagrams_between_addresses_of_either_kind_and_to_groups)
{
    struct eng_endpoint to = {.port = NUMBER};
    open_cell(2);
    cr_expect_eq(cell_datagram(&cell, cell.socks[0], cell.hub, "global"), 0);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.at, SECOND + DELAY);
    cr_expect_eq(memcmp(cell.hub_in.last, "global", 6), 0);
    cr_expect_eq(cell.hub_in.from.port, NUMBER);
    eng_ip_linklocal(cell.stations[1], to.ip);
    cr_expect_eq(eng_udp_send(cell.hub_sock, &to, "local", 5), 0);
    eng_run(3 * SECOND);
    cr_assert_eq(cell.in[1].count, 1);
    cr_expect_eq(cell.in[1].from.ip[0], 0xfe);
    group(&to, "ff02::1");
    cr_expect_eq(eng_udp_send(cell.hub_sock, &to, "all", 3), 0);
    group(&to, "ff02::fd");
    cr_expect_eq(eng_ip_join(cell.stations[0], to.ip), 0);
    cr_expect_eq(eng_udp_send(cell.hub_sock, &to, "some", 4), 0);
    eng_run(4 * SECOND);
    cr_expect_eq(cell.in[0].count, 2);
    cr_expect_eq(cell.in[1].count, 2, "it did not join");
    eng_close();
}

Test(ideal, who_is_off_neither_hears_nor_sends)
{
    eng_time t[ENG_RADIO_COUNT];
    open_cell(1);
    eng_power(cell.stations[0], false);
    cr_expect_eq(cell_datagram(&cell, cell.socks[0], cell.hub, "from the dark"), ENG_ESTATE);
    cr_expect_eq(cell_datagram(&cell, cell.hub_sock, cell.stations[0], "into the dark"), 0);
    eng_run(2 * SECOND);
    eng_power(cell.stations[0], true);
    eng_run(3 * SECOND);
    cr_expect_eq(cell.in[0].count, 0);
    cr_expect_eq(cell.up[0], 2);
    cr_expect_eq(cell.down[0], 1);
    eng_radio_time(cell.stations[0], t);
    cr_expect_eq(t[ENG_OFF], SECOND);
    cr_expect_eq(t[ENG_IDLE], 2 * SECOND);
    eng_close();
}

static void frame_to_hub(void)
{
    eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE, "my secret", 9);
}

static void datagram_to_hub(void)
{
    cell_datagram(&cell, cell.socks[0], cell.hub, "my secret");
}

static void tap(void (*send)(void))
{
    open_cell(1);
    reads = blocks = 0;
    block_all = true;
    cr_expect_eq(eng_tap(cell.medium, &(struct eng_tap){see, decide, NULL}), 0);
    send();
    eng_run(2 * SECOND);
    cr_expect_eq(reads, 1);
    cr_expect_eq(blocks, 1);
    cr_expect_eq(cell.hub_in.count, 0, "was blocked");
    block_all = false;
    send();
    eng_run(3 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1);
    eng_jam(cell.hub, ENG_ALL, true);
    send();
    eng_run(4 * SECOND);
    cr_expect_eq(cell.hub_in.count, 1, "was jammed");
    cr_expect_eq(blocks, 2, "nothing came so far");
    eng_close();
}

Test(ideal, frames_are_read_blocked_and_jammed)
{
    tap(frame_to_hub);
}

Test(ideal, datagrams_are_read_blocked_and_jammed)
{
    tap(datagram_to_hub);
}

Test(ideal, an_adversary_speaks_under_any_name)
{
    struct eng_endpoint as = {.port = NUMBER}, to = {.port = NUMBER};
    open_cell(2);
    eng_addr hub = eng_link_address(cell.hub), station = eng_link_address(cell.stations[0]);
    cr_expect_eq(eng_inject_frame(sniffer, station, hub, ETHERTYPE, "I am he", 7), 0);
    cell_global(cell.hub, &as);
    cell_global(cell.stations[1], &to);
    cr_expect_eq(eng_inject_datagram(sniffer, cell.stations[1], &as, &to, "obey", 4), 0);
    eng_run(2 * SECOND);
    cr_assert_eq(cell.hub_in.count, 1);
    cr_expect_eq(cell.hub_in.src, station);
    cr_assert_eq(cell.in[1].count, 1);
    cr_expect_eq(memcmp(cell.in[1].from.ip, as.ip, 16), 0);
    cr_expect_eq(cell.in[0].count, 0);
    eng_close();
}

Test(ideal, says_what_it_does_not_offer)
{
    struct eng_endpoint to = {.ip = {0x20, 0x01, 0x0d, 0xb8, 0, 9}, .port = NUMBER};
    open_cell(1);
    cr_expect_eq(eng_udp_send(cell.socks[0], &to, "far", 3), ENG_ESUPPORT);
    cr_expect_lt(eng_tcp_listen(cell.hub, NUMBER, &(struct eng_tcp_ops){0}), 0);
    cr_expect_eq(eng_medium(&(struct eng_medium){.kind = ENG_IDEAL, .loss = 0.1}), ENG_ESUPPORT);
    eng_close();
}

/* Runs of it leave nothing behind: a process may make any number of them. */
Test(ideal, many_worlds_in_one_process)
{
    for (int i = 0; i < 100; i++) {
        open_cell(3);
        for (int s = 0; s < 3; s++)
            cell_datagram(&cell, cell.socks[s], cell.hub, "hello");
        eng_run(2 * SECOND);
        cr_assert_eq(cell.hub_in.count, 3);
        cr_assert_eq(cell.hub_in.at, SECOND + DELAY);
        eng_close();
    }
}
