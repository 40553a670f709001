/* SPDX-License-Identifier: GPL-2.0-only */
/* A fresh TLS server that is fed a stream. Input: an octet that says into how large pieces the
 * stream is cut (0: one), then the stream. The server's randomness is fixed, so the corpus holds
 * whole handshakes. */
#include "tests/protocols/tls/stream_pair.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct stream_pair p;
    uint8_t got[100];
    if (n < 1)
        return 0;
    stream_init(&p, 1);
    struct imp_tls_config config = stream_config(&p, SERVER);
    struct imp_tls *t = p.side[SERVER].tls = imp_tls_new(&p.side[SERVER].t.env, &config, 0);
    size_t piece = data[0] ? data[0] : n;
    for (size_t at = 1; at < n; at += piece) {
        size_t size = n - at < piece ? n - at : piece;
        imp_tls_kind(data + at, size);
        imp_tls_feed(t, data + at, size, p.now);
        while (imp_tls_read(t, got, sizeof got) > 0)
            ;
        p.now += IMP_MS;
        p.side[SERVER].out_n = 0;
    }
    imp_tls_expire(t, 100 * IMP_S);
    imp_tls_free(t);
    return 0;
}
