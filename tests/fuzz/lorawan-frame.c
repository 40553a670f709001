/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read as a request of LoRaWAN is written again octet by octet up to its MIC; accepts, data
 * and the servers' records are read without fault, and written again octet by octet. */
#include <stdlib.h>
#include <string.h>

#include "protocols/managed/lorawan-otaa/backend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void bodies(const uint8_t *data, size_t n)
{
    uint8_t out[LW_BODY_MAX];
    struct lw_join_req req;
    struct lw_join_ans answer;
    struct lw_xmit x;
    if (lw_join_req_read(&req, data, n) == 0 &&
        (lw_join_req_write(out, &req) != n || memcmp(out, data, n) != 0))
        abort();
    if (lw_join_ans_read(&answer, data, n) == 0 &&
        (lw_join_ans_write(out, &answer) != n || memcmp(out, data, n) != 0))
        abort();
    if (lw_xmit_read(&x, data, n) == 0 &&
        (lw_xmit_write(out, &x) != n || memcmp(out, data, n) != 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const uint8_t key[LW_KEY] = {1};
    uint8_t out[LW_REJOIN_MAX], plain[LW_JOIN_ACCEPT_MAX];
    struct lw_request r;
    struct lw_accept a;
    struct lw_data d;
    struct lw_session keys = {.v11 = true};
    if (lw_request_read(&r, data, n) == 0 &&
        (lw_request_write(NULL, out, &r, key) != n || memcmp(out, data, n - LW_MIC) != 0))
        abort();
    lw_accept_read(NULL, &a, plain, data, n, key);
    if (lw_data_read(&d, data, n) == 0)
        lw_data_right(NULL, data, n, d.fcnt, &(struct lw_beside){0}, &keys);
    bodies(data, n);
    return 0;
}
