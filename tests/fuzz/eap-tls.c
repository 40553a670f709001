/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-TLS packets, and a message put together from a sequence of them. Input: EAP packets one
 * after the other. What was put together is never longer than announced, and what is sent again in
 * fragments is the same message. */
#include <stdlib.h>
#include <string.h>

#include "protocols/eap/eap_packet.h"
#include "protocols/managed/eap-tls/eap_tls.h"

static void require(int truth)
{
    if (!truth)
        abort();
}

static void send_again(const struct etls_message *m)
{
    static struct etls_message out, back;
    uint8_t packet[IMP_EAP_MTU] = {IMP_EAP_REQUEST, 1, 0, 0, ETLS_TYPE};
    struct imp_eap_io io = {.out = packet, .cap = sizeof packet};
    struct etls_packet p = {.more = true};
    memset(&back, 0, sizeof back);
    out = *m;
    out.at = 0;
    while (p.more) {
        etls_write(&io, &out, 100, false);
        require(etls_parse(&p, packet, io.out_n) == 0);
        require(etls_take(&back, &p) == (p.more ? ETLS_PART : ETLS_WHOLE));
    }
    require(back.n == m->n && memcmp(back.bytes, m->bytes, m->n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct etls_message m;
    struct imp_eap_packet e;
    struct etls_packet p;
    m.n = m.at = m.total = 0;
    for (size_t at = 0; imp_eap_parse(&e, data + at, n - at) == 0; at += e.n) {
        if (e.type != ETLS_TYPE)
            continue;
        require(etls_kind(data + at, e.n) < ETLS_KIND_COUNT);
        if (etls_parse(&p, data + at, e.n) != 0)
            continue;
        require(p.data + p.n == data + at + e.n);
        size_t before = m.n;
        enum etls_taken taken = etls_take(&m, &p);
        require(m.n <= ETLS_MESSAGE && (taken != ETLS_MALFORMED || m.n == before));
        require(m.total == 0 || m.n <= m.total);
        if (taken != ETLS_WHOLE)
            continue;
        send_again(&m);
        m.n = m.total = 0;
    }
    return 0;
}
