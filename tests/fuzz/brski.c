/* SPDX-License-Identifier: GPL-2.0-only */
/* The decoders of brski: the first octet says which, the rest is its input. With bit 7 set the rest
 * goes to a party of a run instead, on the channel in bits 0 and 1 and to its further end with bit
 * 2; with bit 6 it is a Location. What is read is written again and must read the same. */
#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/memnet.h"

#include <stdlib.h>
#include <string.h>

extern const struct imp_mechanism imp_brski;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct brski_voucher v, again;
static struct imp_cms_signed cms;
static struct brski_log log_read, log_again;

static void voucher(const uint8_t *p, size_t n, bool request)
{
    static char json[2 * BRSKI_JSON];
    if (brski_voucher_read(&v, (const char *)p, n, request) != 0)
        return;
    int made = brski_voucher_write(json, sizeof json, &v);
    if (made < 0)
        return; /* a serial number that would need an escape */
    must(brski_voucher_read(&again, json, (size_t)made, request) == 0);
    must(memcmp(&v, &again, sizeof v) == 0);
}

static void audit_log(const uint8_t *p, size_t n)
{
    static char json[8192];
    if (brski_log_read(&log_read, p, n) != 0)
        return;
    int made = brski_log_write(json, sizeof json, &log_read);
    if (made > 0)
        must(brski_log_read(&log_again, (uint8_t *)json, (size_t)made) == 0 &&
             log_again.count == log_read.count);
}

static void flood(const uint8_t *p, size_t n)
{
    struct brski_flood f, same;
    uint8_t out[BRSKI_FLOOD_MAX];
    if (brski_flood_read(NULL, &f, p, n) != 0)
        return;
    size_t made = brski_flood_write(NULL, out, sizeof out, &f);
    must(made > 0 && brski_flood_read(NULL, &same, out, made) == 0);
    must(memcmp(&f, &same, sizeof f) == 0);
}

/* A place to go: an address or nothing, and a path that may stand in a request. */
static void location(const uint8_t *p, size_t n)
{
    struct brski_location to;
    const struct imp_http m = {
        .fields = {{.name = "Location", .name_n = 8, .value = (const char *)p, .value_n = n}},
        .field_count = 1};
    if (brski_location_read(&to, &m, BRSKI_HOST) != 0)
        return;
    must(to.at.n == 0 || to.at.n == 18);
    must(to.path[0] == '/' && strlen(to.path) < sizeof to.path && !strpbrk(to.path, " #\r\n"));
}

static void run(unsigned where, const uint8_t *p, size_t n)
{
    int channel = (int)(where & 3);
    const struct imp_channel *c = &imp_brski.channels[channel];
    struct memnet *net = memnet_new(&imp_brski, 7, NULL);
    memnet_start(net);
    memnet_run_past(net, (imp_time)(where >> 3 & 15) * 3 * IMP_MS);
    memnet_inject(net, where & 4 ? c->b : c->a, channel, NULL, p, n);
    memnet_run_past(net, 2 * IMP_S);
    memnet_free(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct brski_status status;
    if (n == 0)
        return 0;
    imp_crypto_init();
    unsigned kind = *data++;
    n--;
    if (kind & 0x80)
        run(kind & 0x7f, data, n);
    else if (kind & 0x40)
        location(data, n);
    else if (kind % 6 < 2)
        voucher(data, n, kind % 6 == 1);
    else if (kind % 6 == 2)
        audit_log(data, n);
    else if (kind % 6 == 3)
        brski_status_read(&status, data, n);
    else if (kind % 6 == 4)
        flood(data, n);
    else
        brski_open(NULL, &v, &cms, data, n, false);
    return 0;
}
