/* SPDX-License-Identifier: GPL-2.0-only */
/* Frame loss, and what MAC retries make of it. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

#define FRAMES 300

static struct cell cell;

static void send_next(void *arg)
{
    int *left = arg;
    eng_frame_send(cell.stations[0], eng_link_address(cell.hub), ETHERTYPE, left, sizeof *left);
    if (--*left > 0)
        eng_after(20 * MILLI, send_next, left);
}

/* Frames that arrive of FRAMES, and how many the sender's radio sent for them. */
static int arrivals(enum eng_kind kind, double loss, uint64_t stream, uint64_t *sent)
{
    static int left;
    struct eng_count before, after;
    left = FRAMES;
    cell_open(&cell, &(struct cell_options){.kind = kind, .loss = loss, .loss_stream = stream});
    eng_run(3 * SECOND);
    eng_count(cell.stations[0], &before);
    eng_after(0, send_next, &left);
    eng_run(13 * SECOND);
    eng_count(cell.stations[0], &after);
    *sent = after.tx_frames - before.tx_frames;
    int count = cell.hub_in.count;
    eng_close();
    return count;
}

Test(loss, none_loses_nothing)
{
    uint64_t sent;
    cr_expect_eq(arrivals(ENG_WIFI, 0, 1, &sent), FRAMES);
    cr_expect_eq(sent, FRAMES);
    cr_expect_eq(arrivals(ENG_LRWPAN, 0, 1, &sent), FRAMES);
    cr_expect_eq(sent, FRAMES);
    cr_expect_eq(arrivals(ENG_ETHERNET, 0, 1, &sent), FRAMES);
}

/* A try fails if frame or acknowledgement is lost: 1 - 0.7^2 = 0.51. Eight tries leave 0.3^8 of all
 * frames undelivered, four tries 0.3^4; the sender needs about 1 / 0.49 frames each. */
Test(loss, wifi_retries_and_delivers_once)
{
    uint64_t sent;
    int count = arrivals(ENG_WIFI, 0.3, 1, &sent);
    cr_expect(count >= FRAMES - 3 && count <= FRAMES, "arrived %d", count);
    cr_expect(sent > 1.7 * FRAMES && sent < 2.4 * FRAMES, "sent %lu", (unsigned long)sent);
}

Test(loss, lrwpan_retries_and_delivers_once)
{
    uint64_t sent;
    int count = arrivals(ENG_LRWPAN, 0.3, 1, &sent);
    cr_expect(count >= FRAMES - 10 && count <= FRAMES, "arrived %d", count);
    cr_expect(sent > 1.6 * FRAMES && sent < 2.3 * FRAMES, "sent %lu", (unsigned long)sent);
}

Test(loss, ethernet_does_not_retry)
{
    uint64_t sent;
    int count = arrivals(ENG_ETHERNET, 0.3, 1, &sent);
    cr_expect(count > 0.6 * FRAMES && count < 0.8 * FRAMES, "arrived %d", count);
    cr_expect_eq(sent, FRAMES);
}

Test(loss, the_stream_decides_what_is_lost)
{
    uint64_t first, again, other;
    int count = arrivals(ENG_ETHERNET, 0.3, 1, &first);
    cr_expect_eq(arrivals(ENG_ETHERNET, 0.3, 1, &again), count);
    cr_expect_neq(arrivals(ENG_ETHERNET, 0.3, 2, &other), count);
}

static void ask(void *arg)
{
    int *left = arg;
    cell_datagram(&cell, cell.socks[0], cell.hub, "still there?");
    if (--*left > 0)
        eng_after(SECOND, ask, left);
}

/* Nothing between the ends gives up for ever: datagrams get through all the time. */
Test(loss, datagrams_never_wedge)
{
    static int left;
    static const enum eng_kind kinds[] = {ENG_WIFI, ENG_LRWPAN, ENG_ETHERNET};
    for (int k = 0; k < 3; k++) {
        left = 50;
        cell_open(&cell, &(struct cell_options){.kind = kinds[k], .loss = 0.2, .loss_stream = 9});
        cell_start(&cell);
        eng_after(SECOND, ask, &left);
        eng_run(30 * SECOND);
        int half = cell.hub_in.count;
        eng_run(60 * SECOND);
        cr_expect_gt(half, 15, "%d on kind %d", half, k);
        cr_expect_gt(cell.hub_in.count - half, 12, "%d on kind %d", cell.hub_in.count - half, k);
        eng_close();
    }
}
