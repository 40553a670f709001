/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - CoAP messages on a reliable stream (RFC 8323, section 3.2) as octets and back, and the
 * signaling messages there (section 5). They have neither type nor Message ID. */
#ifndef IMPRINT_COAP_FRAME_H
#define IMPRINT_COAP_FRAME_H

#include "coap.h"

/* Section 11.1. */
#define IMP_COAP_SIGNALS(X)                                                                        \
    X(CSM, 7, 1, "CSM")                                                                            \
    X(PING, 7, 2, "Ping")                                                                          \
    X(PONG, 7, 3, "Pong")                                                                          \
    X(RELEASE, 7, 4, "Release")                                                                    \
    X(ABORT, 7, 5, "Abort")
enum imp_coap_signal { IMP_COAP_SIGNALS(IMP_ENUM_COAP_CODE) };
enum { IMP_COAP_SIGNALING = 7 }; /* class of these codes */

enum { /* options of signals: numbers belong to the code (section 5.2) */
       IMP_COAP_CSM_MAX_MESSAGE_SIZE = 2,
       IMP_COAP_CSM_BLOCK_WISE_TRANSFER = 4,
       IMP_COAP_PING_CUSTODY = 2, /* of Pong too */
       IMP_COAP_RELEASE_ALTERNATIVE_ADDRESS = 2,
       IMP_COAP_RELEASE_HOLD_OFF = 4,
       IMP_COAP_ABORT_BAD_CSM_OPTION = 2,
};

/* The message with which the octets begin: how many it has; 0 when it is not whole yet; or a
 * negative imp_coap_error, after which nothing of the stream can be read. Longer ones than `max`
 * octets are refused as soon as their length is known. The message borrows the octets; of an Empty
 * one nothing but the code is read. */
int imp_coap_frame_read(struct imp_coap_message *m, const uint8_t *p, size_t n, size_t max);
/* Octets written, or a negative imp_coap_error. */
int imp_coap_frame_write(uint8_t *out, size_t cap, const struct imp_coap_message *m);

const char *imp_coap_signal_name(unsigned code); /* NULL when unknown */

#endif
