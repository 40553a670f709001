/* SPDX-License-Identifier: GPL-2.0-only */
/* Both roles of est fed with arbitrary octets on their connection, at any time. The input is a
 * sequence of records: kind, length, octets. Bit 0 of a kind is the role, bit 1 says that the
 * octets are what stands inside of TLS at the device: they are fed to its reader of answers. */
#include "protocols/managed/est/est.h"
#include "tests/support/memnet.h"

#include <string.h>

extern const struct imp_mechanism imp_est;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void inside(const uint8_t *bytes, size_t n)
{
    struct imp_cms_certs certs;
    struct imp_http m;
    uint8_t copy[256], der[512];
    memcpy(copy, bytes, n);
    if (imp_http_response_read(&m, copy, n) > 0) {
        struct est_private private;
        struct est_challenge challenge;
        char path[IMP_HTTP_PATH];
        est_challenge_read(&challenge, &m);
        est_redirected(path, &m, n & 1);
        uint8_t secret[32];
        if (est_keygen_read(&private, &certs, &m) == 0)
            est_private_read(NULL, secret, &private, EST_SEALING_NONE, NULL);
        int size = est_body(der, sizeof der, &m);
        if (size >= 0) {
            imp_cms_certs_read(&certs, der, (size_t)size);
            est_attributes_bound(der, (size_t)size);
        }
    }
    memcpy(copy, bytes, n);
    if (imp_http_request_read(&m, copy, n) > 0)
        est_operation(&m, EST_PATH, "label");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct memnet *net = memnet_new(&imp_est, 7, SETTINGS("bootstrap=fingerprint"));
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
            inside(data + i, size);
        else
            memnet_inject(net, kind & 1, EST_STREAM, NULL, data + i, size);
        i += size;
    }
    memnet_run_past(net, now + 2 * IMP_S);
    memnet_free(net);
    return 0;
}
