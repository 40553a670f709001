/* SPDX-License-Identifier: GPL-2.0-only */
/* The decoders of constrained BRSKI: the first octet says which, the rest is its input. With bit 7
 * set the rest goes to a party of a run instead, on the channel in bits 0 and 1 and to its further
 * end with bit 2. What is read is written again and must read the same. */
#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski-constrained/cbrski.h"
#include "tests/support/memnet.h"

#include <stdlib.h>
#include <string.h>

extern const struct imp_mechanism imp_brski_constrained;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct brski_voucher v, again;

static void leaves(const uint8_t *p, size_t n, bool request)
{
    static uint8_t out[8192];
    if (cbrski_leaves_read(NULL, &v, p, n, request) != 0)
        return;
    int made = cbrski_leaves_write(NULL, out, sizeof out, &v);
    must(made > 0 && cbrski_leaves_read(NULL, &again, out, (size_t)made, request) == 0);
    must(memcmp(&v, &again, sizeof v) == 0);
}

static void jpy(const uint8_t *p, size_t n)
{
    static uint8_t out[8192];
    struct cbrski_jpy m, same;
    if (cbrski_jpy_read(NULL, &m, p, n) != 0)
        return;
    size_t made = cbrski_jpy_write(NULL, out, sizeof out, &m);
    must(made == 0 || (cbrski_jpy_read(NULL, &same, out, made) == 0 &&
                       same.content.n == m.content.n && same.header.n == m.header.n));
}

static void search(const uint8_t *p, size_t n)
{
    static const uint8_t token[4] = {1, 2, 3, 4};
    uint8_t out[CBRSKI_DISCOVERY_MAX];
    uint16_t port = 1;
    cbrski_search_answer(out, p, n, 1, 8485);
    if (cbrski_search_read(&port, p, n, token))
        must(port > 0);
}

static void run(unsigned where, const uint8_t *p, size_t n)
{
    int channel = (int)(where & 3);
    const struct imp_channel *c = &imp_brski_constrained.channels[channel];
    struct memnet *net = memnet_new(&imp_brski_constrained, 7, NULL);
    memnet_start(net);
    memnet_run_past(net, (imp_time)(where >> 3 & 15) * 3 * IMP_MS);
    memnet_inject(net, where & 4 ? c->b : c->a, channel, NULL, p, n);
    memnet_run_past(net, 2 * IMP_S);
    memnet_free(net);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct brski_status status;
    struct imp_cose_sign1 m;
    if (n == 0)
        return 0;
    imp_crypto_init();
    unsigned kind = *data++;
    n--;
    if (kind & 0x80)
        run(kind & 0x7f, data, n);
    else if (kind % 6 < 2)
        leaves(data, n, kind % 6 == 1);
    else if (kind % 6 == 2)
        jpy(data, n);
    else if (kind % 6 == 3)
        cbrski_status_read(NULL, &status, data, n);
    else if (kind % 6 == 4)
        search(data, n);
    else
        cbrski_open(NULL, &v, &m, data, n, true);
    return 0;
}
