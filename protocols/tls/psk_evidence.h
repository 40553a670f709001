/* SPDX-License-Identifier: GPL-2.0-only */
/* psk_evidence.h - what of a recorded PSK handshake tells a right key from a wrong one: both
 * randoms and the client's Finished, which opens under the right key only (RFC 4279 section 7.2).
 */
#ifndef IMPRINT_PSK_EVIDENCE_H
#define IMPRINT_PSK_EVIDENCE_H

#include "dtls.h"

enum { IMP_PSK_RECORD_MAX = 128, IMP_PSK_IDENTITY_MAX = 128 };

struct imp_psk_evidence {
    uint8_t client_random[32], server_random[32];
    bool have_client, have_server;
    char identity[IMP_PSK_IDENTITY_MAX + 1];
    uint8_t lead[11];                   /* sequence number, type and version of what follows */
    uint8_t record[IMP_PSK_RECORD_MAX]; /* the client's Finished, sealed */
    size_t n;
};

/* Looks at a datagram of a DTLS 1.2 handshake with TLS_PSK_WITH_AES_128_CCM_8 or ..._CCM, without
 * the extended master secret. True: the evidence is complete. */
bool imp_psk_evidence(struct imp_psk_evidence *e, const uint8_t *datagram, size_t n);
/* The same of TLS 1.2 over a stream: whole records, flight by flight, as they were sent. */
bool imp_psk_evidence_stream(struct imp_psk_evidence *e, const uint8_t *bytes, size_t n);
/* Does the record open under this key (at most 32 octets)? */
bool imp_psk_evidence_right(const struct imp_psk_evidence *e, const uint8_t *psk, size_t psk_n);

/* The same of a handshake in which somebody without the key was the server: ECDHE_PSK tells those
 * who only read nothing, but him the client's Finished (RFC 4279 section 7.2). Needs an observer.
 */
struct imp_psk_own {
    uint8_t z[32], client_random[32], server_random[32];
    uint8_t lead[11], record[64];
    size_t n;
};
bool imp_psk_own_evidence(struct imp_psk_own *e, struct imp_dtls *d); /* true: it is complete */
bool imp_psk_own_right(const struct imp_psk_own *e, const uint8_t *psk, size_t psk_n);

#endif
