/* SPDX-License-Identifier: GPL-2.0-only */
#include "lorawan_field.h"

#include <criterion/criterion.h>

struct field field;
int gateway, device, answers;

int send_octets(int from, int to, const char *p, size_t n)
{
    return eng_frame_send(from, to < 0 ? ENG_ALL : eng_link_address(to), LORA, p, n);
}

void join_now(void *arg)
{
    cr_expect_eq(send_octets(*(int *)arg, gateway, JOIN, 23), 0, "%s", eng_message());
}

void set(int port, int spreading, bool duty_cycle)
{
    struct eng_lorawan s;
    eng_lorawan_default(&s);
    s.spreading = spreading;
    s.duty_cycle = duty_cycle;
    cr_assert_eq(eng_lorawan_set(port, &s), 0, "%s", eng_message());
}

void pair(double distance)
{
    field_open(&field, ENG_LORAWAN, 0);
    gateway = field_port(&field, ENG_HUB, 0);
    device = field_port(&field, ENG_STATION, distance);
    eng_frames_on(gateway, LORA);
    eng_frames_on(device, LORA);
}

void answer(void *arg)
{
    (void)arg;
    cr_expect_eq(send_octets(gateway, device, "\x20join-accept, 17 B", 17),
                 answers-- > 0 ? 0 : ENG_ESTATE, "%s", eng_message());
}
