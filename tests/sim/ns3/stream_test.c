/* SPDX-License-Identifier: GPL-2.0-only */
/* TCP over every medium. */
#include <criterion/criterion.h>
#include <string.h>

#include "cell.h"

#define LARGE 20000

static struct cell cell;
static struct eng_tcp_ops client, server;
static int client_opened, server_opened, client_closed, server_closed, client_conn;
static size_t server_got, client_got;
static uint32_t server_sum;
static bool close_after_reply;

static void opened(void *arg, int conn, const struct eng_endpoint *peer)
{
    static uint8_t b[LARGE];
    (void)conn;
    *(int *)arg += 1;
    cr_expect_neq(peer->port, 0);
    if (arg != &client_opened)
        return;
    for (int i = 0; i < LARGE; i++)
        b[i] = (uint8_t)(i * 7);
    cr_expect_eq(eng_tcp_send(conn, b, sizeof b), 0);
}

static void server_data(void *arg, int conn, const uint8_t *p, size_t n)
{
    (void)arg;
    for (size_t i = 0; i < n; i++, server_got++)
        server_sum += p[i] != (uint8_t)(server_got * 7);
    if (server_got == LARGE) {
        cr_expect_eq(eng_tcp_send(conn, "thank you", 9), 0);
        if (close_after_reply)
            eng_tcp_close(conn);
    }
}

static void client_data(void *arg, int conn, const uint8_t *p, size_t n)
{
    (void)arg, (void)conn, (void)p;
    client_got += n;
}

static void closed(void *arg, int conn)
{
    (void)conn;
    *(int *)((char *)arg == (char *)&client_opened ? &client_closed : &server_closed) += 1;
}

static void connect_to_hub(void *arg)
{
    struct eng_endpoint to;
    (void)arg;
    cell_global(cell.hub, &to);
    client_conn = eng_tcp_connect(cell.stations[0], &to, &client);
    cr_expect_geq(client_conn, 0);
}

static void stream(enum eng_kind kind, double loss)
{
    cell_open(&cell, &(struct cell_options){.kind = kind, .loss = loss, .loss_stream = 3});
    cell_start(&cell);
    client = (struct eng_tcp_ops){opened, client_data, closed, &client_opened};
    server = (struct eng_tcp_ops){opened, server_data, closed, &server_opened};
    close_after_reply = true;
    cr_expect_geq(eng_tcp_listen(cell.hub, NUMBER, &server), 0);
    eng_after(SECOND, connect_to_hub, NULL);
    eng_run(60 * SECOND);
    cr_expect_eq(client_opened, 1);
    cr_expect_eq(server_opened, 1);
    cr_expect_eq(server_got, LARGE, "got %zu", server_got);
    cr_expect_eq(server_sum, 0, "octets differ");
    cr_expect_eq(client_got, 9);
    cr_expect_eq(client_closed, 1, "the client hears of the close");
    cr_expect_eq(server_closed, 0, "who closes is not told");
    cr_expect_eq(eng_tcp_send(client_conn, "x", 1), ENG_ESTATE);
    eng_close();
}

Test(stream, wifi)
{
    stream(ENG_WIFI, 0);
}

Test(stream, lrwpan)
{
    stream(ENG_LRWPAN, 0);
}

Test(stream, ethernet)
{
    stream(ENG_ETHERNET, 0);
}

Test(stream, wan)
{
    stream(ENG_WAN, 0);
}

Test(stream, wifi_with_loss)
{
    stream(ENG_WIFI, 0.2);
}

static void say_and_leave(void *arg)
{
    static uint8_t b[LARGE];
    connect_to_hub(arg);
    for (int i = 0; i < LARGE; i++)
        b[i] = (uint8_t)(i * 7);
    cr_expect_eq(eng_tcp_send(client_conn, b, sizeof b), 0);
    cr_expect_eq(eng_tcp_close(client_conn), 0);
    cr_expect_eq(eng_tcp_send(client_conn, b, 1), ENG_ESTATE);
}

Test(stream, what_is_given_before_the_end_arrives)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_ETHERNET});
    cell_start(&cell);
    client = (struct eng_tcp_ops){NULL, client_data, closed, &client_opened};
    server = (struct eng_tcp_ops){opened, server_data, closed, &server_opened};
    cr_expect_geq(eng_tcp_listen(cell.hub, NUMBER, &server), 0);
    eng_after(SECOND, say_and_leave, NULL);
    eng_run(10 * SECOND);
    cr_expect_eq(server_got, LARGE, "got %zu", server_got);
    cr_expect_eq(server_closed, 1);
    cr_expect_eq(client_closed, 0);
    eng_close();
}

Test(stream, nobody_listens)
{
    cell_open(&cell, &(struct cell_options){.kind = ENG_ETHERNET});
    cell_start(&cell);
    client = (struct eng_tcp_ops){opened, client_data, closed, &client_opened};
    server = (struct eng_tcp_ops){NULL, NULL, NULL, NULL};
    cr_expect_geq(eng_tcp_listen(cell.hub, NUMBER + 1, &server), 0);
    eng_after(SECOND, connect_to_hub, NULL);
    eng_run(300 * SECOND);
    cr_expect_eq(client_opened, 0);
    cr_expect_eq(client_closed, 1);
    eng_close();
}
