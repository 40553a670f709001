/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_discovery.c - how a pledge finds a join proxy: CoAP without security, to all CoAP nodes on
 * the link. */
#include "cbrski_voucher.h"

#include "protocols/coap/coap.h"
#include "protocols/coap/link_format.h"

#include <stdio.h>
#include <string.h>

#define CORE ".well-known/core"
#define PARAMETER "brski-jp"
enum { TOKEN = 4 };

size_t cbrski_search_write(uint8_t out[CBRSKI_DISCOVERY_MAX], uint16_t mid,
                           const uint8_t token[TOKEN])
{
    static const char query[] = PARAMETER "=*";
    struct imp_coap_message m = {
        .type = IMP_COAP_NON, .code = IMP_COAP_GET, .mid = mid, .token_n = TOKEN};
    memcpy(m.token, token, TOKEN);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, CORE);
    imp_coap_add(&m, IMP_COAP_URI_QUERY, query, sizeof query - 1);
    int n = imp_coap_encode(out, CBRSKI_DISCOVERY_MAX, &m);
    return n < 0 ? 0 : (size_t)n;
}

/* Who filters for something else gets no answer: RFC 7252 section 8.2, multicast. */
static bool asks_for_us(const struct imp_coap_message *m)
{
    size_t n = 0;
    const char *value = imp_coap_query(m, PARAMETER, &n);
    return m->type == IMP_COAP_NON && m->code == IMP_COAP_GET && imp_coap_path_is(m, CORE) &&
           value && n == 1 && *value == '*' && imp_coap_bad_option(m) < 0;
}

size_t cbrski_search_answer(uint8_t out[CBRSKI_DISCOVERY_MAX], const uint8_t *p, size_t n,
                            uint16_t mid, uint16_t port)
{
    struct imp_coap_message m;
    char link[32];
    if (imp_coap_decode(&m, p, n) != 0 || !asks_for_us(&m))
        return 0;
    struct imp_coap_message r = {
        .type = IMP_COAP_NON, .code = IMP_COAP_CONTENT, .mid = mid, .token_n = m.token_n};
    memcpy(r.token, m.token, m.token_n);
    imp_coap_add_uint(&r, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LINK);
    r.payload_n = (size_t)snprintf(link, sizeof link, "<>;" PARAMETER "=%u", port);
    r.payload = (const uint8_t *)link;
    int size = imp_coap_encode(out, CBRSKI_DISCOVERY_MAX, &r);
    return size < 0 ? 0 : (size_t)size;
}

static bool get_port(uint16_t *port, struct imp_text digits)
{
    unsigned long v = 0;
    if (digits.n == 0 || digits.n > 5)
        return false;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        v = v * 10 + (unsigned long)(digits.p[i] - '0');
    }
    *port = (uint16_t)v;
    return v > 0 && v <= UINT16_MAX;
}

bool cbrski_search_read(uint16_t *port, const uint8_t *p, size_t n, const uint8_t token[TOKEN])
{
    struct imp_coap_message m;
    struct imp_link link;
    struct imp_text value;
    uint32_t format = UINT32_MAX;
    if (imp_coap_decode(&m, p, n) != 0 || m.code != IMP_COAP_CONTENT || m.token_n != TOKEN ||
        memcmp(m.token, token, TOKEN) != 0)
        return false;
    imp_coap_get_uint(&m, IMP_COAP_CONTENT_FORMAT, &format);
    struct imp_text rest = {(const char *)m.payload, m.payload_n};
    while (format == IMP_COAP_FORMAT_LINK && imp_link_next(&link, &rest) == 1)
        if (imp_link_param(&value, &link, PARAMETER) && get_port(port, value))
            return true;
    return false;
}
