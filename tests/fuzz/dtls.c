/* SPDX-License-Identifier: GPL-2.0-only */
/* A fresh DTLS server that meets a sequence of datagrams. Input: an octet of flags (bit 0: raw
 * public keys, bit 1: cookie), then datagrams led by their length in two octets, big-endian. The
 * server's randomness is fixed, so the corpus holds whole handshakes. */
#include "tests/protocols/tls/pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct pair p;
    static struct pair made; /* its keys take most of the time: made once */
    static bool have;
    uint8_t record[256];
    if (n < 1)
        return 0;
    if (!have)
        pair_init(&made, 1);
    have = true;
    p = made;
    for (int i = 0; i < 2; i++)
        p.side[i].pair = &p;
    p.side[SERVER].expected = p.side[CLIENT].spki;
    struct imp_dtls_config config =
        pair_config(&p, SERVER, data[0] & 1 ? IMP_DTLS_RPK : IMP_DTLS_PSK);
    config.cookie = data[0] >> 1 & 1;
    struct imp_dtls *d = p.side[SERVER].dtls = imp_dtls_new(&p.side[SERVER].t.env, &config, 0);
    for (size_t at = 1; n - at >= 2;) {
        size_t size = (size_t)data[at] << 8 | data[at + 1];
        at += 2;
        if (size > n - at)
            size = n - at;
        imp_dtls_kind(data + at, size);
        imp_dtls_feed(d, data + at, size, p.now);
        while (imp_dtls_read(d, record, sizeof record, p.now) > 0)
            ;
        at += size;
        p.now += 400 * IMP_MS;
        imp_dtls_expire(d, p.now);
        p.head = p.tail;
    }
    imp_dtls_free(d);
    return 0;
}
