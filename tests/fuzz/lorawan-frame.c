/* SPDX-License-Identifier: GPL-2.0-only */
/* What is read as a request of LoRaWAN is written again octet by octet up to its MIC; accepts, data
 * and the servers' records are read without fault, and written again octet by octet; of a QR code's
 * text everything that is kept. */
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
    struct lw_appskey_req ask;
    struct lw_appskey_ans handed;
    if (lw_appskey_req_read(&ask, data, n) == 0 &&
        (lw_appskey_req_write(out, &ask) != n || memcmp(out, data, n) != 0))
        abort();
    if (lw_appskey_ans_read(&handed, data, n) == 0 &&
        (lw_appskey_ans_write(out, &handed) != n || memcmp(out, data, n) != 0))
        abort();
    struct lw_claim_ans claim;
    if (lw_claim_ans_read(&claim, data, n) == 0 &&
        (lw_claim_ans_write(out, &claim) != n || memcmp(out, data, n) != 0))
        abort();
    if (lw_xmit_read(&x, data, n) == 0 &&
        (lw_xmit_write(out, &x) != n || memcmp(out, data, n) != 0))
        abort();
}

/* MAC commands end within their octets, and nothing is read behind them. */
static void commands(const uint8_t *data, size_t n)
{
    const uint8_t *payload;
    for (size_t at = 0, before = 0; lw_command_next(data, n, &at, &payload); before = at)
        if (at <= before || at > n || payload > data + at)
            abort();
}

/* What is kept of a QR code's text survives writing. */
static void label(const uint8_t *data, size_t n)
{
    struct lw_label l, again;
    char text[LW_LABEL_MAX + 1];
    if (lw_label_read(&l, data, n) != 0)
        return;
    size_t written = lw_label_write(text, &l);
    if (written > LW_LABEL_MAX || lw_label_read(&again, (const uint8_t *)text, written) != 0 ||
        memcmp(&l, &again, sizeof l) != 0)
        abort();
}

/* Commands are decrypted and put back; a CFList names channels of the region or none. */
static void content(const struct lw_data *d, const struct lw_session *keys)
{
    uint8_t clear[LW_PAYLOAD_MAX], frame[LW_DATA_MAX];
    struct lw_data again = *d, e;
    struct lw_beside beside = {0};
    uint32_t hertz[LW_CHANNELS];
    struct lw_accept a = {.has_cflist = true};
    size_t n = lw_data_commands(NULL, clear, d, d->fcnt, keys);
    if (n > LW_PAYLOAD_MAX)
        abort();
    memcpy(a.cflist, d->payload, LW_CFLIST);
    for (size_t i = lw_cflist_read(&a, LW_EU868, hertz); i-- > 0;)
        if (hertz[i] != 0 && (hertz[i] < 863000000 || hertz[i] > 870000000))
            abort();
    if (n == 0)
        return;
    lw_data_command(&again, !d->fopts_n, clear, n);
    if (lw_data_read(&e, frame, lw_data_write(NULL, frame, &again, d->fcnt, &beside, keys)) != 0 ||
        e.fopts_n != again.fopts_n || e.payload_n != again.payload_n)
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
    if (lw_data_read(&d, data, n) == 0) {
        lw_data_right(NULL, data, n, d.fcnt, &(struct lw_beside){0}, &keys);
        content(&d, &keys);
    }
    bodies(data, n);
    label(data, n);
    commands(data, n);
    return 0;
}
