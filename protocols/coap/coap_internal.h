/* SPDX-License-Identifier: GPL-2.0-only */
/* coap_internal.h - what messages of datagrams and of streams have in common: options and payload.
 */
#ifndef IMPRINT_COAP_INTERNAL_H
#define IMPRINT_COAP_INTERNAL_H

#include "coap.h"

/* Behind the token. 0 or a negative imp_coap_error. */
int imp_coap__body_read(struct imp_coap_message *m, const uint8_t *p, size_t n);
/* Octets written, or a negative imp_coap_error. */
int imp_coap__body_write(uint8_t *out, size_t cap, const struct imp_coap_message *m);

#endif
