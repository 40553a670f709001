/* SPDX-License-Identifier: GPL-2.0-only */
/* tls_internal.h - a session over a stream. */
#ifndef IMPRINT_TLS_INTERNAL_H
#define IMPRINT_TLS_INTERNAL_H

#include "dtls_internal.h"
#include "tls.h"

struct imp_tls {
    struct imp_dtls *session;
    size_t at; /* octets taken of the first record that waits */
    size_t torn_n;
    uint8_t torn[TLS_RECORD_MAX]; /* a record whose rest has not come yet */
};

#endif
