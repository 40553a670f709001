/* SPDX-License-Identifier: GPL-2.0-only */
/* block.h - block-wise transfer (RFC 7959) of what is longer than a message: cutting and joining.
 * Which of both options: Block1 for requests' payloads, Block2 for responses'. */
#ifndef IMPRINT_COAP_BLOCK_H
#define IMPRINT_COAP_BLOCK_H

#include "coap.h"

static inline size_t imp_block_size(unsigned szx)
{
    return (size_t)16 << szx;
}
/* Makes block `num` of the n octets the message's payload, with its option unless all of it fits
 * into block 0. 0, or -1 when there is no such block. Borrows `bytes`. */
int imp_block_put(struct imp_coap_message *m, unsigned option, const uint8_t *bytes, size_t n,
                  uint32_t num, unsigned szx);

struct imp_block_in { /* what has come so far; zero to begin */
    size_t n;
    uint8_t bytes[2048];
};
/* Takes a message's payload. 1: all is there; 0: more must come; -1: not the block that is due
 * (4.08 Request Entity Incomplete), -2: longer than we take (4.13). After 1, -1 and -2 begin anew
 * by block 0, which also gives up what was there. */
int imp_block_take(struct imp_block_in *in, const struct imp_coap_message *m, unsigned option);
/* Number of the block that is due after those in `in`, of that size. */
uint32_t imp_block_next(const struct imp_block_in *in, unsigned szx);
/* The other end's blocks are smaller: so are ours from now on (RFC 7959 sections 2.4 and 2.5). */
void imp_block_heed(const struct imp_coap_message *m, unsigned option, unsigned *szx);
/* 2.31 Continue to a block of size *szx of n octets: the number of the next one, of the size that
 * *szx is then; -1: none is due. */
int32_t imp_block_go_on(const struct imp_coap_message *response, size_t n, unsigned *szx);

#endif
