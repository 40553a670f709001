/* SPDX-License-Identifier: GPL-2.0-only */
/* What a registrar makes of any answer of an EST server. The first octet says to which request, and
 * in which format it is wanted; the rest is the answer. */
#include "protocols/managed/est-coaps/estc.h"
#include "tests/support/memnet.h"

#include <string.h>

extern const struct imp_mechanism imp_est_coaps;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const int requests[] = {ESTC_MSG_GET_CRTS, ESTC_MSG_GET_ATT, ESTC_MSG_SEN,
                               ESTC_MSG_SREN,     ESTC_MSG_SKG,     ESTC_MSG_SKC};

static unsigned format_of(int message, bool alone)
{
    if (message == ESTC_MSG_GET_ATT)
        return IMP_COAP_FORMAT_CSRATTRS;
    if (message == ESTC_MSG_SKG || message == ESTC_MSG_SKC)
        return IMP_COAP_FORMAT_MULTIPART_CORE;
    return alone ? IMP_COAP_FORMAT_PKIX_CERT : IMP_COAP_FORMAT_PKCS7_CERTS_ONLY;
}

static void translate(struct memnet *net, unsigned kind, uint8_t *bytes, size_t n)
{
    static struct estc_server server;
    static struct estc_session s;
    static struct imp_http m;
    server.env = (struct imp_env *)memnet_env(net, EST_SERVER);
    s.server = &server;
    s.message = requests[kind / 2 % (sizeof requests / sizeof *requests)];
    s.format = format_of(s.message, kind & 1);
    if (imp_http_response_read(&m, bytes, n) <= 0)
        return;
    const struct estc_outcome r = estc_translate(&s, &m);
    bool good = r.code == IMP_COAP_CONTENT || r.code == IMP_COAP_CHANGED;
    if (good ? s.out_n == 0 || s.out_n > sizeof s.out
             : !r.why && r.code != IMP_COAP_SERVICE_UNAVAILABLE)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uint8_t bytes[IMP_HTTPS_MAX];
    struct memnet *net = memnet_new(&imp_est_coaps, 7, SETTINGS("registrar=https"));
    memnet_start(net);
    if (n > 0 && n - 1 <= sizeof bytes) {
        memcpy(bytes, data + 1, n - 1);
        translate(net, data[0], bytes, n - 1);
    }
    memnet_free(net);
    return 0;
}
