/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of est-coaps fed with arbitrary datagrams at any time, and what stands inside of DTLS
 * with the joining of blocks. The input is a sequence of records: kind, length, octets. Bit 0 of a
 * kind is the role, bit 1 says that the octets are a CoAP message with a block. */
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/memnet.h"

#include <string.h>

extern const struct imp_mechanism imp_est_coaps;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void payload(struct imp_cms_certs *certs, const uint8_t *p, size_t n)
{
    struct est_private private;
    uint8_t secret[32];
    char root[ESTC_PATH];
    estc_certs_read(certs, p, n, IMP_COAP_FORMAT_PKCS7_CERTS_ONLY);
    estc_certs_read(certs, p, n, IMP_COAP_FORMAT_PKIX_CERT);
    if (estc_key_read(NULL, &private, certs, p, n) == 0)
        est_private_read(NULL, secret, &private, EST_SEALING_NONE, NULL);
    est_attributes_bound(p, n);
    if (estc_links_find(root, (const char *)p, n, "crts") && strlen(root) >= ESTC_PATH)
        __builtin_trap();
}

static void inside(struct imp_block_in *in, const uint8_t *bytes, size_t n)
{
    struct imp_cms_certs certs;
    struct imp_coap_message m;
    if (imp_coap_decode(&m, bytes, n) != 0)
        return;
    if (imp_block_take(in, &m, IMP_COAP_BLOCK1) == 1)
        payload(&certs, in->bytes, in->n);
    if (in->n > sizeof in->bytes)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct memnet *net = memnet_new(&imp_est_coaps, 7, NULL);
    struct imp_block_in in = {0};
    imp_time now = 0;
    memnet_start(net);
    for (size_t i = 0; i + 2 <= n;) {
        unsigned kind = data[i];
        size_t size = data[i + 1];
        i += 2;
        if (size > n - i)
            size = n - i;
        memnet_run_past(net, now += (imp_time)(kind >> 2) * IMP_MS);
        if (kind & 2)
            inside(&in, data + i, size);
        else
            memnet_inject(net, kind & 1, ESTC_COAPS, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + 2 * IMP_S);
    memnet_free(net);
    return 0;
}
