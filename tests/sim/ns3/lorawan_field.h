/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan_field.h - a gateway and a device of LoRaWAN for the tests of the medium. */
#ifndef IMPRINT_TEST_LORAWAN_FIELD_H
#define IMPRINT_TEST_LORAWAN_FIELD_H

#include "air_field.h"

#define LORA ENG_PDU_LORAWAN
#define JOIN "\x00join-request of 23 oct" /* 23 octets, message type 0 */
#define DATA "\x40unconfirmed data up"

extern struct field field;
extern int gateway, device;
extern int answers; /* how often the gateway may answer */

int send_octets(int from, int to, const char *p, size_t n); /* to < 0: whoever listens */
/* ---- for eng_after: the station *(int *)arg sends a join-request; the gateway answers the device
 */
void join_now(void *arg);
void answer(void *arg);

void set(int port, int spreading, bool duty_cycle);
void pair(double distance); /* opens the field with both */

#endif
