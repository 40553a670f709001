/* SPDX-License-Identifier: GPL-2.0-only */
#include "air_field.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void frame(void *arg, int port, eng_addr src, eng_addr dst, uint16_t number,
                  const uint8_t *p, size_t n)
{
    struct field *f = arg;
    struct heard *h = &f->at[port];
    if (h->count < 64)
        h->history[h->count] = eng_now();
    h->count++;
    h->src = src;
    h->dst = dst;
    h->number = number;
    h->size = n;
    h->at = eng_now();
    memcpy(h->last, p, n < sizeof h->last ? n : sizeof h->last);
}

static void peer(void *arg, int port, eng_addr who, bool up)
{
    struct field *f = arg;
    (void)who;
    *(up ? &f->at[port].up : &f->at[port].down) += 1;
}

void field_open(struct field *f, enum eng_kind kind, double loss)
{
    memset(f, 0, sizeof *f);
    f->kind = kind;
    eng_open(1, 1);
    f->medium = eng_medium(
        &(struct eng_medium){.kind = kind, .loss = loss, .loss_stream = 7, .pan = 0x1234});
    cr_assert_geq(f->medium, 0, "%s", eng_message());
}

static int attach(struct field *f, enum eng_role role, double x, bool sniffer)
{
    int port = eng_attach(&(struct eng_port){.node = eng_node(x, 0, 0),
                                             .medium = f->medium,
                                             .role = role,
                                             .sniffer = sniffer,
                                             .ops = {.frame = frame, .peer = peer, .arg = f}});
    cr_assert(port >= 0 && port < FIELD_PORTS, "%s", eng_message());
    return port;
}

int field_port(struct field *f, enum eng_role role, double x)
{
    return attach(f, role, x, false);
}

int field_sniffer(struct field *f, double x)
{
    return attach(f, ENG_STATION, x, true);
}

int field_send(int from, int to_port, uint16_t number, const char *text)
{
    eng_addr to = to_port < 0 ? ENG_ALL : eng_link_address(to_port);
    return eng_frame_send(from, to, number, text, strlen(text));
}

struct sending {
    int from, to;
    uint16_t number;
    const char *text;
};

static void send_now(void *arg)
{
    struct sending *s = arg;
    cr_expect_eq(field_send(s->from, s->to, s->number, s->text), 0, "%s", eng_message());
    free(s);
}

void field_send_at(eng_time at, int from, int to_port, uint16_t number, const char *text)
{
    struct sending *s = malloc(sizeof *s);
    cr_assert_not_null(s);
    *s = (struct sending){from, to_port, number, text};
    eng_after(at - eng_now(), send_now, s);
}

void field_adds_up(int port)
{
    eng_time t[ENG_RADIO_COUNT];
    eng_radio_time(port, t);
    cr_expect_eq(t[ENG_OFF] + t[ENG_IDLE] + t[ENG_RX] + t[ENG_TX], eng_now());
}

eng_time field_time(int port, enum eng_radio state)
{
    eng_time t[ENG_RADIO_COUNT];
    eng_radio_time(port, t);
    return t[state];
}
