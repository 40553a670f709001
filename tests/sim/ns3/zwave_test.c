/* SPDX-License-Identifier: GPL-2.0-only */
/* Z-Wave: time on air at three rates, acknowledgement, retries, listening before talking. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "air_field.h"

#define ZWAVE ENG_PDU_ZWAVE
#define COMMAND "\x9f\x04" /* KEX Get */

/* ITU-T G.9959: preamble and start of frame, header, check, largest payload. */
static const struct {
    double bits; /* a second */
    size_t before, header, check, most;
} rates[] = {{9600, 10 + 1, 9, 1, 54}, {40000, 20 + 1, 9, 1, 54}, {100000, 40 + 1, 10, 2, 158}};

static struct field field;
static int hub, node;

static void set(int port, int rate)
{
    struct eng_zwave s;
    eng_zwave_default(&s);
    s.rate = rate;
    cr_assert_eq(eng_zwave_set(port, &s), 0, "%s", eng_message());
}

static void pair(double loss)
{
    field_open(&field, ENG_ZWAVE, loss);
    hub = field_port(&field, ENG_HUB, 0);
    node = field_port(&field, ENG_STATION, 10);
    eng_frames_on(hub, ZWAVE);
    eng_frames_on(node, ZWAVE);
}

static eng_time airtime(int rate, size_t n)
{
    double octets =
        (double)(rates[rate - 1].before + rates[rate - 1].header + n + rates[rate - 1].check);
    return llround(octets * 8 * 1e9 / rates[rate - 1].bits);
}

static eng_time acknowledgement(int rate)
{
    return airtime(rate, 0);
}

Test(zwave, airtimes_are_octets_at_the_rate)
{
    pair(0);
    for (int r = 1; r <= 3; r++) {
        set(node, r);
        for (size_t n = 0; n <= rates[r - 1].most; n++)
            cr_expect_eq(eng_airtime(node, ZWAVE, n), airtime(r, n));
        cr_expect_eq(eng_mtu(node), rates[r - 1].most);
    }
    cr_expect_eq(airtime(3, 35), 88 * 80 * MICRO, "a public key report: 88 octets");
    eng_close();
}

Test(zwave, a_frame_and_its_acknowledgement)
{
    struct eng_count count;
    for (int r = 1; r <= 3; r++) {
        pair(0);
        int third = field_port(&field, ENG_STATION, -10);
        eng_frames_on(third, ZWAVE);
        set(node, r);
        field_send_at(SECOND, node, hub, ZWAVE, COMMAND);
        eng_run(2 * SECOND);
        cr_assert_eq(field.at[hub].count, 1);
        cr_expect_eq(field.at[hub].at, SECOND + airtime(r, 2));
        cr_expect_eq(field.at[hub].src, eng_link_address(node));
        cr_expect_eq(field.at[hub].dst, eng_link_address(hub));
        cr_expect_eq(field.at[third].count, 0);
        cr_expect_eq(field_time(node, ENG_TX), airtime(r, 2));
        cr_expect_eq(field_time(node, ENG_RX), acknowledgement(r));
        cr_expect_eq(field_time(hub, ENG_TX), acknowledgement(r));
        cr_expect_eq(field_time(third, ENG_RX), airtime(r, 2) + acknowledgement(r));
        eng_count(node, &count);
        cr_expect_eq(count.tx_frames, 1);
        cr_expect_eq(count.tx_octets, rates[r - 1].header + 2 + rates[r - 1].check);
        cr_expect_eq(count.rx_frames, 1);
        cr_expect_eq(count.rx_octets, rates[r - 1].header + rates[r - 1].check);
        field_adds_up(node);
        field_adds_up(hub);
        eng_close();
    }
}

Test(zwave, without_an_acknowledgement_two_retries)
{
    struct eng_count count;
    pair(0);
    eng_jam(hub, ENG_ALL, true);
    field_send_at(0, node, hub, ZWAVE, COMMAND);
    eng_run(SECOND);
    eng_count(node, &count);
    cr_expect_eq(count.tx_frames, 3);
    cr_expect_eq(field.at[hub].count, 0);
    eng_jam(hub, ENG_ALL, false);
    cr_expect_eq(field_send(node, hub, ZWAVE, COMMAND), 0);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].count, 1, "the next one goes");
    eng_close();
}

/* The acknowledgement is lost: the frame comes again, and is acknowledged again, but not delivered.
 */
Test(zwave, repeats_are_recognised)
{
    struct eng_count count;
    pair(0);
    eng_jam(node, ENG_ALL, true);
    field_send_at(0, node, hub, ZWAVE, COMMAND);
    eng_run(SECOND);
    eng_count(node, &count);
    cr_expect_eq(count.tx_frames, 3);
    eng_count(hub, &count);
    cr_expect_eq(count.tx_frames, 3);
    cr_expect_eq(field.at[hub].count, 1);
    eng_close();
}

static void reply(void *arg, int port, eng_addr src, eng_addr dst, uint16_t number,
                  const uint8_t *p, size_t n)
{
    (void)arg;
    (void)dst;
    cr_expect_eq(eng_frame_send(port, src, number, p, n), 0);
}

/* Who answers at once still acknowledges first. */
Test(zwave, the_acknowledgement_goes_before_an_answer)
{
    struct eng_count count;
    pair(0);
    int echo = eng_attach(&(struct eng_port){
        .node = eng_node(5, 0, 0), .medium = field.medium, .ops = {.frame = reply}});
    eng_frames_on(echo, ZWAVE);
    field_send_at(SECOND, node, echo, ZWAVE, COMMAND);
    eng_run(2 * SECOND);
    cr_assert_eq(field.at[node].count, 1);
    cr_expect_eq(field.at[node].at, SECOND + 2 * airtime(3, 2) + 2 * MILLI + acknowledgement(3));
    eng_count(node, &count);
    cr_expect_eq(count.tx_frames, 2, "the question, once, and an acknowledgement");
    eng_count(echo, &count);
    cr_expect_eq(count.tx_frames, 2);
    eng_close();
}

Test(zwave, a_broadcast_reaches_all_and_is_not_acknowledged)
{
    struct eng_count count;
    pair(0);
    int third = field_port(&field, ENG_STATION, -10);
    eng_frames_on(third, ZWAVE);
    cr_expect_eq(field_send(hub, -1, ZWAVE, COMMAND), 0);
    eng_run(SECOND);
    cr_expect_eq(field.at[node].count, 1);
    cr_expect_eq(field.at[third].count, 1);
    eng_count(hub, &count);
    cr_expect_eq(count.tx_frames, 1);
    cr_expect_eq(count.rx_frames, 0);
    eng_close();
}

Test(zwave, who_hears_the_channel_busy_waits)
{
    int nodes[10];
    struct eng_count count;
    unsigned long sent = 0;
    pair(0);
    for (int i = 0; i < 10; i++) {
        nodes[i] = field_port(&field, ENG_STATION, 5 + i);
        field_send_at(SECOND + i * 100 * MICRO, nodes[i], hub, ZWAVE, COMMAND);
    }
    eng_run(5 * SECOND);
    cr_expect_eq(field.at[hub].count, 10);
    for (int i = 0; i < 10; i++) {
        eng_count(nodes[i], &count);
        sent += count.tx_frames;
    }
    cr_expect_leq(sent, 22, "%lu", sent);
    eng_close();
}

Test(zwave, loss_is_repaired_three_times)
{
    pair(0.3);
    for (int i = 0; i < 200; i++)
        field_send_at(i * SECOND, node, hub, ZWAVE, COMMAND);
    eng_run(300 * SECOND);
    /* 1 - 0.3^3 arrive, 195 of 200. */
    cr_expect(field.at[hub].count >= 185 && field.at[hub].count <= 200, "%d", field.at[hub].count);
    eng_close();
}

Test(zwave, frames_of_one_node_go_in_order)
{
    char text[2] = "A";
    pair(0.1);
    for (int i = 0; i < 26; i++) {
        text[0] = (char)('A' + i);
        cr_expect_eq(field_send(node, hub, ZWAVE, text), 0);
    }
    eng_run(10 * SECOND);
    cr_expect_geq(field.at[hub].count, 25);
    cr_expect_eq(field.at[hub].last[0], 'Z');
    eng_close();
}

/* ---- the adversary ----------------------------------------------------------------------------
 */

static int reads, blocks;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    reads += !u->injected;
}

static enum eng_verdict block(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocks += !u->injected;
    return u->injected ? ENG_PASS : ENG_BLOCK;
}

Test(zwave, reads_blocks_and_forges)
{
    struct eng_count count;
    pair(0);
    int sniffer = field_sniffer(&field, 5);
    reads = blocks = 0;
    eng_tap(field.medium, &(struct eng_tap){see, block, NULL});
    field_send_at(0, node, hub, ZWAVE, COMMAND);
    eng_run(SECOND);
    cr_expect_eq(reads, 1);
    cr_expect_eq(blocks, 1);
    cr_expect_eq(field.at[hub].count, 0);
    eng_count(node, &count);
    cr_expect_eq(count.tx_frames, 1, "it was acknowledged");
    cr_expect_eq(
        eng_inject_frame(sniffer, eng_link_address(node), eng_link_address(hub), ZWAVE, COMMAND, 2),
        0);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].count, 1);
    cr_expect_eq(field.at[hub].src, eng_link_address(node));
    cr_expect_eq(field_time(sniffer, ENG_TX), airtime(3, 2), "once: it heard the acknowledgement");
    field_adds_up(sniffer);
    eng_close();
}

Test(zwave, who_is_off_is_not_there)
{
    struct eng_count count;
    pair(0);
    eng_power(hub, false);
    field_send_at(0, node, hub, ZWAVE, COMMAND);
    eng_run(SECOND);
    cr_expect_eq(field.at[hub].count, 0);
    cr_expect_eq(field_time(hub, ENG_OFF), SECOND);
    eng_count(hub, &count);
    cr_expect_eq(count.tx_frames + count.rx_frames, 0);
    cr_expect_eq(field_send(hub, node, ZWAVE, COMMAND), ENG_ESTATE);
    eng_power(hub, true);
    field_send_at(SECOND, node, hub, ZWAVE, COMMAND);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[hub].count, 1);
    eng_close();
}

Test(zwave, says_what_is_wrong)
{
    struct eng_zwave s = {.rate = 4};
    char big[159];
    memset(big, 'a', sizeof big);
    pair(0);
    cr_expect_eq(eng_zwave_set(node, &s), ENG_EARGUMENT);
    cr_expect_eq(eng_frame_send(node, ENG_ALL, ZWAVE, big, 158), 0);
    cr_expect_eq(eng_frame_send(node, ENG_ALL, ZWAVE, big, 159), ENG_ESIZE);
    set(node, 2);
    cr_expect_eq(eng_frame_send(node, ENG_ALL, ZWAVE, big, 55), ENG_ESIZE);
    cr_expect_eq(eng_frames_on(node, ENG_PDU_LORAWAN), ENG_ESUPPORT);
    for (int i = 0; i < 230; i++)
        cr_assert_geq(
            eng_attach(&(struct eng_port){.node = eng_node(0, 0, 0), .medium = field.medium}), 0);
    cr_expect_eq(eng_attach(&(struct eng_port){.node = eng_node(0, 0, 0), .medium = field.medium}),
                 ENG_ESTATE);
    eng_close();
}
