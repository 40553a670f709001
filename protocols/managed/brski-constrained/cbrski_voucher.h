/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_voucher.h - constrained vouchers and voucher-requests (RFC 8366bis) in COSE_Sign1, status
 * telemetry in CBOR, and the JPY messages of a stateless join proxy. Nothing of a mechanism: octets
 * in, structs out. What a voucher says is that of brski. */
#ifndef IMPRINT_CBRSKI_VOUCHER_H
#define IMPRINT_CBRSKI_VOUCHER_H

#include "protocols/cose/cose.h"
#include "protocols/managed/brski/brski_voucher.h"

enum {
    CBRSKI_DATA = 2048,   /* octets of voucher data that we make or take */
    CBRSKI_SIGNED = 4096, /* of a COSE_Sign1 with certificates */
};

/* ---- cbrski_leaves.c: voucher data, its keys SIDs as differences (RFC 9254 section 3.2) */
/* Octets, or -1: they do not fit. */
int cbrski_leaves_write(struct imp_env *env, uint8_t *out, size_t cap,
                        const struct brski_voucher *v);
/* 0 or -1: as brski_voucher_read says; names in place of SIDs are refused. */
int cbrski_leaves_read(struct imp_env *env, struct brski_voucher *out, const uint8_t *p, size_t n,
                       bool request);

/* ---- cbrski_cose.c */
/* Signed voucher data; `bag`: certificates that go along unprotected. Octets, or -1. */
int cbrski_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                const uint8_t secret[32], const struct imp_piece *bag, size_t count);
/* Reads both; whose signature it is, the caller asks (imp_cose_verify, imp_cose_signer). 0, -1: no
 * such message, -2: one, but not what is wanted. `message` borrows from the octets. */
int cbrski_open(struct imp_env *env, struct brski_voucher *out, struct imp_cose_sign1 *message,
                const uint8_t *p, size_t n, bool request);

/* ---- cbrski_status.c: the telemetry of RFC 8995 in CBOR */
/* `reason` NULL: all is well. Octets, or -1. */
int cbrski_status_write(struct imp_env *env, uint8_t *out, size_t cap, const char *reason);
int cbrski_status_read(struct imp_env *env, struct brski_status *out, const uint8_t *p, size_t n);

/* ---- cbrski_jpy.c: draft-ietf-anima-constrained-join-proxy section 4.5 */
enum { CBRSKI_JPY_HEADER = 32 /* octets that a header has at most */, CBRSKI_JPY_MAX = 1280 };
struct cbrski_jpy { /* borrows */
    struct imp_piece header, content;
};
/* Octets, or 0. */
size_t cbrski_jpy_write(struct imp_env *env, uint8_t *out, size_t cap, const struct cbrski_jpy *m);
int cbrski_jpy_read(struct imp_env *env, struct cbrski_jpy *out, const uint8_t *p, size_t n);

/* ---- cbrski_discovery.c: section 5.2 there; cBRSKI section 10.1 */
enum { CBRSKI_DISCOVERY_MAX = 96 };
struct imp_coap_message;
/* GET /.well-known/core?brski-jp=*. Octets. */
size_t cbrski_search_write(uint8_t out[CBRSKI_DISCOVERY_MAX], uint16_t mid, const uint8_t token[4]);
/* The answer to such a request, if it is one; octets, or 0. */
size_t cbrski_search_answer(uint8_t out[CBRSKI_DISCOVERY_MAX], const uint8_t *p, size_t n,
                            uint16_t mid, uint16_t port);
/* The join-port of the first link that has one: false when it is no answer to that token. */
bool cbrski_search_read(uint16_t *port, const uint8_t *p, size_t n, const uint8_t token[4]);

#endif
