/* SPDX-License-Identifier: GPL-2.0-only */
/* Radio time adds up, and frames are counted as arithmetic says. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

static struct cell cell;

static void send_one(void *arg)
{
    (void)arg;
    cr_expect_eq(eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE,
                                "twenty octets of it.", 20),
                 0);
}

static void adds_up(int port)
{
    eng_time t[ENG_RADIO_COUNT];
    eng_radio_time(port, t);
    cr_expect_eq(t[ENG_OFF] + t[ENG_IDLE] + t[ENG_RX] + t[ENG_TX], eng_now());
}

/* IEEE 802.15.4, 2.4 GHz: 6 octets of preamble, delimiter and length, 32 us an octet. */
static eng_time lrwpan_airtime(int octets)
{
    return (6 + octets) * 32000;
}

Test(meter, one_lrwpan_frame_exactly)
{
    const int data = 9 + 3 + 20 + 2, ack = 5; /* MAC header, our header, payload, FCS */
    eng_time t[ENG_RADIO_COUNT];
    struct eng_count count;
    cell_open(&cell, &(struct cell_options){.kind = ENG_LRWPAN, .stations = 2});
    eng_after(SECOND, send_one, NULL);
    eng_run(2 * SECOND);
    eng_radio_time(cell.stations[0], t);
    cr_expect_eq(t[ENG_TX], lrwpan_airtime(data), "sent for %ld", (long)t[ENG_TX]);
    cr_expect_eq(t[ENG_RX], lrwpan_airtime(ack), "heard for %ld", (long)t[ENG_RX]);
    eng_radio_time(cell.hub, t);
    cr_expect_eq(t[ENG_RX], lrwpan_airtime(data));
    cr_expect_eq(t[ENG_TX], lrwpan_airtime(ack));
    eng_radio_time(cell.stations[1], t);
    cr_expect_eq(t[ENG_RX], lrwpan_airtime(data) + lrwpan_airtime(ack), "it overhears both");
    eng_count(cell.stations[0], &count);
    cr_expect_eq(count.tx_frames, 1);
    cr_expect_eq(count.tx_octets, data);
    cr_expect_eq(count.rx_frames, 1);
    cr_expect_eq(count.rx_octets, ack);
    cr_expect_eq(count.message_octets, 20);
    cr_expect_eq(count.network_octets + count.repeated_octets, 0);
    eng_count(cell.hub, &count);
    cr_expect_eq(count.tx_octets, ack);
    cr_expect_eq(count.rx_octets, data);
    eng_count(cell.stations[1], &count);
    cr_expect_eq(count.rx_frames + count.tx_frames, 0, "nothing was for it");
    eng_close();
}

static int64_t tx_before;

static void remember(void *arg)
{
    eng_time t[ENG_RADIO_COUNT];
    (void)arg;
    eng_radio_time(cell.stations[0], t);
    tx_before = t[ENG_TX];
}

Test(meter, one_wifi_frame_exactly)
{
    eng_time t[ENG_RADIO_COUNT];
    struct eng_count before, after;
    cell_open(&cell, &(struct cell_options){.kind = ENG_WIFI});
    eng_after(SECOND, remember, NULL);
    eng_after(SECOND, send_one, NULL);
    eng_run(SECOND - 1);
    eng_count(cell.stations[0], &before);
    eng_run(SECOND + 100 * MILLI);
    eng_count(cell.stations[0], &after);
    /* MAC header 24, LLC/SNAP 8, payload, FCS 4; answered by an acknowledgement of 14. */
    cr_expect_eq(after.tx_octets - before.tx_octets, 24 + 8 + 20 + 4);
    cr_expect_eq(after.rx_octets - before.rx_octets, 14);
    cr_expect_eq(after.message_octets - before.message_octets, 20);
    /* IEEE 802.11 18.3.2: preamble 20 us, symbols of 24 bit and 4 us with 22 bits of service and
     * tail, and for ERP-OFDM a signal extension of 6 us. */
    int symbols = (22 + 8 * (24 + 8 + 20 + 4) + 23) / 24;
    eng_radio_time(cell.stations[0], t);
    cr_expect_eq(t[ENG_TX] - tx_before, (20 + 4 * symbols + 6) * 1000, "%ld",
                 (long)(t[ENG_TX] - tx_before));
    adds_up(cell.stations[0]);
    adds_up(cell.hub);
    eng_close();
}

Test(meter, one_ethernet_frame_exactly)
{
    eng_time t[ENG_RADIO_COUNT];
    struct eng_count count;
    cell_open(&cell, &(struct cell_options){.kind = ENG_ETHERNET});
    eng_after(SECOND, send_one, NULL);
    eng_run(2 * SECOND);
    cr_expect_eq(cell.hub_in.size, 46, "padded to the minimum");
    eng_count(cell.stations[0], &count);
    cr_expect_eq(count.tx_octets, 64);
    cr_expect_eq(count.message_octets, 20, "the padding is the link's");
    eng_count(cell.hub, &count);
    cr_expect_eq(count.rx_octets, 64);
    eng_radio_time(cell.stations[0], t);
    cr_expect_eq(t[ENG_TX], 64 * 8 * 10); /* 100 Mbit/s: 10 ns a bit */
    eng_radio_time(cell.hub, t);
    cr_expect_eq(t[ENG_RX], 64 * 8 * 10);
    eng_close();
}

/* The layers of a datagram of 300 octets: message, then network layer; the rest is the link's. */
static void datagram_by_layers(enum eng_kind kind, uint64_t network, uint64_t link)
{
    static char text[301];
    struct eng_count count;
    memset(text, 'x', 300);
    cell_open(&cell, &(struct cell_options){.kind = kind});
    cell_start(&cell);
    eng_run(SECOND);
    eng_count(cell.stations[0], &count);
    uint64_t before = count.tx_octets + count.rx_octets;
    cr_assert_eq(cell_datagram(&cell, cell.socks[0], cell.hub, text), 0);
    eng_run(2 * SECOND);
    eng_count(cell.stations[0], &count);
    cr_expect_eq(count.message_octets, 300);
    cr_expect_eq(count.network_octets, network, "%s: %lu", eng_kind_name(kind),
                 (unsigned long)count.network_octets);
    cr_expect_eq(count.repeated_octets, 0);
    cr_expect_eq(count.tx_octets + count.rx_octets - before, 300 + network + link);
    eng_close();
}

Test(meter, octets_of_a_datagram_by_layer)
{
    datagram_by_layers(ENG_WIFI, 40 + 8, 24 + 8 + 4 + 14);
    datagram_by_layers(ENG_ETHERNET, 40 + 8, 14 + 4);
    /* Compressed header 12 (IPHC 2, flow label 3, UDP 7), FRAG1 4 and 96 octets, FRAGN 5 and 104, 5
     * and 100; each with 11 around it and an acknowledgement of 5. */
    datagram_by_layers(ENG_LRWPAN, 12 + 4 + 5 + 5, 3 * (9 + 2 + 5));
}

Test(meter, repeated_frames_are_a_layer_of_their_own)
{
    static const enum eng_kind kinds[] = {ENG_WIFI, ENG_LRWPAN};
    for (int i = 0; i < 2; i++) {
        struct eng_count sent, taken;
        cell_open(&cell, &(struct cell_options){.kind = kinds[i], .loss = 0.4, .loss_stream = 1});
        cell_start(&cell);
        for (int k = 1; k <= 20; k++)
            eng_after(k * 2 * SECOND, send_one, NULL);
        eng_run(60 * SECOND);
        eng_count(cell.stations[0], &sent);
        eng_count(cell.hub, &taken);
        cr_expect_eq(sent.message_octets, 20 * 20, "each message once");
        cr_expect_gt(sent.repeated_octets, 0);
        cr_expect_eq(taken.message_octets, sent.message_octets);
        eng_close();
    }
}

static void chatter(void *arg)
{
    int *left = arg;
    cell_datagram(&cell, cell.socks[*left % 2], cell.hub, "some words");
    cell_datagram(&cell, cell.hub_sock, cell.stations[0], "other words");
    if (--*left > 0)
        eng_after(7 * MILLI, chatter, left);
}

static void busy(enum eng_kind kind)
{
    static int left = 100;
    cell_open(&cell, &(struct cell_options){.kind = kind, .stations = kind == ENG_WAN ? 1 : 2});
    if (kind == ENG_WAN)
        cell.socks[1] = cell.socks[0];
    cell_start(&cell);
    if (kind == ENG_WAN)
        cell.socks[1] = cell.socks[0];
    eng_after(SECOND, chatter, &left);
    for (eng_time end = SECOND; end < 2 * SECOND;
         end += 1234567) { /* in the middle of frames too */
        eng_run(end);
        adds_up(cell.hub);
        adds_up(cell.stations[0]);
    }
    cr_expect_gt(cell.hub_in.count, 90);
    eng_close();
}

Test(meter, wifi_adds_up_at_any_moment)
{
    busy(ENG_WIFI);
}

Test(meter, lrwpan_adds_up_at_any_moment)
{
    busy(ENG_LRWPAN);
}

Test(meter, ethernet_adds_up_at_any_moment)
{
    busy(ENG_ETHERNET);
}

Test(meter, wan_adds_up_at_any_moment)
{
    busy(ENG_WAN);
}
