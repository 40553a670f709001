/* SPDX-License-Identifier: GPL-2.0-only */
/* LoRaWAN: what an adversary reads, blocks and sends; who is off; settings that cannot be. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "lorawan_field.h"

/* ---- the adversary ----------------------------------------------------------------------------
 */

static int reads, blocks;

static void see(void *arg, const struct eng_unit *u)
{
    (void)arg;
    reads += u->n == 23 && !u->injected;
}

static enum eng_verdict block(void *arg, const struct eng_unit *u)
{
    (void)arg;
    blocks++;
    return u->injected ? ENG_PASS : ENG_BLOCK;
}

Test(lorawan, reads_blocks_jams_and_forges)
{
    pair(100);
    int sniffer = field_sniffer(&field, 50);
    reads = blocks = 0;
    eng_tap(field.medium, &(struct eng_tap){see, block, NULL});
    set(device, 7, false);
    eng_after(0, join_now, &device);
    eng_run(SECOND);
    cr_expect_eq(reads, 1);
    cr_expect_eq(blocks, 1);
    cr_expect_eq(field.at[gateway].count, 0);
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(device), ENG_ALL, LORA, JOIN, 23), 0);
    eng_run(2 * SECOND);
    cr_expect_eq(field.at[gateway].count, 1, "replayed");
    cr_expect_eq(field.at[gateway].src, eng_link_address(device));
    cr_expect_eq(field_time(sniffer, ENG_TX), 61696 * MICRO, "pays its own airtime");
    cr_expect_eq(eng_inject_frame(sniffer, eng_link_address(gateway), eng_link_address(device),
                                  LORA, "\x20obey", 5),
                 0);
    eng_run(20 * SECOND);
    cr_expect_eq(field.at[device].count, 1, "an answer in the gateway's place");
    cr_expect_eq(field.at[device].src, eng_link_address(gateway));
    eng_tap(field.medium, NULL);
    eng_jam(gateway, ENG_ALL, true);
    eng_after(0, join_now, &device);
    eng_run(22 * SECOND);
    cr_expect_eq(field.at[gateway].count, 1, "jammed");
    field_adds_up(sniffer);
    eng_close();
}

static eng_time last_read;

static void note_time(void *arg, const struct eng_unit *u)
{
    (void)arg;
    cr_expect_eq(u->dst, eng_link_address(u->port == device ? gateway : device));
    last_read = eng_now();
}

/* What waits for a window or a free channel is nobody's to read before. */
Test(lorawan, is_read_when_it_is_on_the_air)
{
    pair(100);
    set(device, 7, true);
    eng_tap(field.medium, &(struct eng_tap){.read = note_time});
    eng_after(0, join_now, &device);
    answers = 1;
    eng_after(SECOND, answer, NULL);
    eng_run(2 * SECOND);
    cr_expect_eq(last_read, 0);
    eng_run(5100 * MILLI);
    cr_expect_eq(last_read, (61696 + 5000000) * MICRO);
    eng_after(0, join_now, &device);
    eng_run(10 * SECOND);
    cr_expect_eq(last_read, 100 * 61696 * MICRO, "after the silence of the duty cycle");
    eng_close();
}

Test(lorawan, loses_its_share)
{
    field_open(&field, ENG_LORAWAN, 0.3);
    gateway = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, 10);
    eng_frames_on(gateway, LORA);
    set(device, 7, false);
    for (int i = 0; i < 1000; i++)
        field_send_at(i * 3 * SECOND, device, gateway, LORA, DATA);
    eng_run(4000 * SECOND);
    cr_expect(field.at[gateway].count > 640 && field.at[gateway].count < 760, "%d",
              field.at[gateway].count);
    eng_close();
}

Test(lorawan, who_is_off_neither_sends_nor_hears)
{
    struct eng_count count;
    pair(100);
    set(device, 7, true);
    eng_after(0, join_now, &device);
    answers = 1;
    eng_after(SECOND, answer, NULL);
    eng_run(3 * SECOND);
    eng_power(device, false);
    cr_expect_eq(send_octets(device, gateway, JOIN, 23), ENG_ESTATE);
    eng_run(10 * SECOND);
    cr_expect_eq(field.at[device].count, 0);
    eng_power(device, true);
    eng_run(20 * SECOND);
    eng_after(0, join_now, &device);
    eng_run(30 * SECOND);
    cr_expect_eq(field.at[gateway].count, 2);
    field_adds_up(device);
    eng_count(device, &count);
    cr_expect_eq(count.tx_frames, 2);
    cr_expect_eq(count.tx_octets, 46);
    eng_count(gateway, &count);
    cr_expect_eq(count.rx_frames, 2);
    eng_close();
}

Test(lorawan, says_what_is_wrong)
{
    struct eng_lorawan s;
    pair(100);
    eng_lorawan_default(&s);
    s.spreading = 6;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    eng_lorawan_default(&s);
    s.bandwidth = 250;
    cr_expect_eq(eng_lorawan_set(device, &s), ENG_EARGUMENT);
    cr_expect_eq(eng_frames_on(device, 0x888e), ENG_ESUPPORT);
    set(device, 12, true);
    char big[65] = {0};
    cr_expect_eq(send_octets(device, gateway, big, 64), 0);
    cr_expect_eq(send_octets(device, gateway, big, 65), ENG_ESIZE);
    cr_expect_eq(eng_udp(device, 1, NULL, NULL), ENG_EARGUMENT, "no addresses");
    eng_close();
}
