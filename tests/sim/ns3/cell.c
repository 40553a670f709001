/* SPDX-License-Identifier: GPL-2.0-only */
#include "cell.h"

#include <string.h>

static void fill(struct inbox *in, const uint8_t *p, size_t n)
{
    in->count++;
    in->size = n;
    in->at = eng_now();
    memcpy(in->last, p, n < sizeof in->last ? n : sizeof in->last);
}

static void frame(void *arg, int port, eng_addr src, eng_addr dst, uint16_t ethertype,
                  const uint8_t *p, size_t n)
{
    struct cell *c = arg;
    struct inbox *in = &c->hub_in;
    (void)ethertype;
    for (int i = 0; i < c->station_count; i++)
        if (c->stations[i] == port)
            in = &c->in[i];
    fill(in, p, n);
    in->port = port;
    in->src = src;
    in->dst = dst;
}

static void link(void *arg, int port, bool up)
{
    struct cell *c = arg;
    for (int i = 0; i < c->station_count; i++)
        if (c->stations[i] == port)
            *(up ? &c->up[i] : &c->down[i]) += 1;
}

static void datagram(void *arg, int sock, const struct eng_endpoint *src,
                     const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    struct inbox *in = arg;
    (void)sock;
    fill(in, p, n);
    in->from = *src;
    in->to = *dst;
}

static int attach(struct cell *c, enum eng_role role, double x, bool extended)
{
    return eng_attach(&(struct eng_port){
        .node = eng_node(x, 0, 0),
        .medium = c->medium,
        .role = role,
        .extended = extended,
        .ops = {.frame = frame, .link = link, .arg = c},
    });
}

void cell_open(struct cell *c, const struct cell_options *o)
{
    memset(c, 0, sizeof *c);
    c->kind = o->kind;
    eng_open(1, 1);
    c->medium = eng_medium(&(struct eng_medium){
        .kind = o->kind,
        .loss = o->loss,
        .loss_stream = o->loss_stream,
        .pan = 0x1234,
        .prefix = "2001:db8:1::",
        .ssid = "cell",
    });
    c->hub = attach(c, ENG_HUB, 0, false);
    c->station_count = o->stations ? o->stations : 1;
    for (int i = 0; i < c->station_count; i++)
        c->stations[i] = attach(c, ENG_STATION, 5 + 0.1 * i, o->extended);
    if (o->kind != ENG_WAN) {
        eng_frames_on(c->hub, ETHERTYPE);
        for (int i = 0; i < c->station_count; i++)
            eng_frames_on(c->stations[i], ETHERTYPE);
    }
}

int cell_sniffer(struct cell *c)
{
    return eng_attach(&(struct eng_port){
        .node = eng_node(3, 3, 0),
        .medium = c->medium,
        .role = ENG_STATION,
        .sniffer = true,
    });
}

void cell_start(struct cell *c)
{
    eng_ip_start();
    c->hub_sock = eng_udp(c->hub, NUMBER, datagram, &c->hub_in);
    for (int i = 0; i < c->station_count; i++)
        c->socks[i] = eng_udp(c->stations[i], NUMBER, datagram, &c->in[i]);
}

void cell_global(int port, struct eng_endpoint *e)
{
    eng_ip_address(port, e->ip);
    e->port = NUMBER;
}

int cell_datagram(struct cell *c, int sock, int to_port, const char *text)
{
    struct eng_endpoint to;
    (void)c;
    cell_global(to_port, &to);
    return eng_udp_send(sock, &to, text, strlen(text));
}
