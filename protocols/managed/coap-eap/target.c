/* SPDX-License-Identifier: GPL-2.0-only */
#include "target.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "protocols/contract/party.h"

enum { ADDRESS = 16, ENDPOINT = 18, DEFAULT_PORT = 5683 };
static const char scheme[] = "coap";

static unsigned port_of(const struct imp_addr *at)
{
    return (unsigned)at->bytes[ADDRESS] << 8 | at->bytes[ADDRESS + 1];
}

static bool host_write(char out[CEAP_HOST_MAX], const struct imp_addr *at)
{
    char text[INET6_ADDRSTRLEN];
    if (at->n != ENDPOINT || !inet_ntop(AF_INET6, at->bytes, text, sizeof text))
        return false;
    snprintf(out, CEAP_HOST_MAX, "[%s]", text);
    return true;
}

/* "[address]" and a port into an address. */
static bool host_read(struct imp_addr *at, const char *p, size_t n, unsigned port)
{
    char text[CEAP_HOST_MAX];
    if (n < 4 || n > sizeof text || p[0] != '[' || p[n - 1] != ']')
        return false;
    memcpy(text, p + 1, n - 2);
    text[n - 2] = '\0';
    *at = (struct imp_addr){.n = ENDPOINT};
    at->bytes[ADDRESS] = (uint8_t)(port >> 8);
    at->bytes[ADDRESS + 1] = (uint8_t)port;
    return strlen(text) == n - 2 && inet_pton(AF_INET6, text, at->bytes) == 1;
}

int ceap_uri_write(char *out, size_t cap, const struct imp_addr *at, const char *path)
{
    char host[CEAP_HOST_MAX];
    if (!host_write(host, at))
        return -1;
    int n = snprintf(out, cap, "%s://%s:%u/%s", scheme, host, port_of(at), path);
    return n < 0 || (size_t)n >= cap ? -1 : n;
}

int ceap_uri_read(struct imp_addr *at, char *path, size_t cap, const uint8_t *p, size_t n)
{
    static const char before[] = "coap://";
    char text[CEAP_URI_MAX];
    unsigned port = DEFAULT_PORT;
    if (n < sizeof before || n >= sizeof text || memchr(p, 0, n) ||
        memcmp(p, before, sizeof before - 1) != 0)
        return -1;
    memcpy(text, p, n);
    text[n] = '\0';
    const char *host = text + sizeof before - 1, *end = strchr(host, ']');
    const char *stroke = end ? strchr(end, '/') : NULL;
    if (!stroke || strlen(stroke + 1) == 0 || strlen(stroke + 1) >= cap)
        return -1;
    if (end[1] == ':') {
        port = 0;
        for (const char *digit = end + 2; digit < stroke; digit++) {
            if (*digit < '0' || *digit > '9' || port > UINT16_MAX)
                return -1;
            port = 10 * port + (unsigned)(*digit - '0');
        }
    } else if (end + 1 != stroke) {
        return -1;
    }
    if (port == 0 || port > UINT16_MAX || !host_read(at, host, (size_t)(end + 1 - host), port))
        return -1;
    snprintf(path, cap, "%s", stroke + 1);
    return 0;
}

int ceap_target_add(struct imp_coap_message *m, char host[CEAP_HOST_MAX], const struct imp_addr *at)
{
    if (!host_write(host, at) || imp_coap_add(m, IMP_COAP_URI_HOST, host, strlen(host)) != 0 ||
        imp_coap_add(m, IMP_COAP_PROXY_SCHEME, scheme, sizeof scheme - 1) != 0)
        return -1;
    return port_of(at) == DEFAULT_PORT ? 0 : imp_coap_add_uint(m, IMP_COAP_URI_PORT, port_of(at));
}

static bool is(const struct imp_coap_option *o, const char *text)
{
    return o && o->n == strlen(text) && memcmp(imp_coap_value(o), text, o->n) == 0;
}

bool ceap_target_is(const struct imp_coap_message *m, const char *name)
{
    return is(imp_coap_find(m, IMP_COAP_PROXY_SCHEME, 0), scheme) &&
           is(imp_coap_find(m, IMP_COAP_URI_HOST, 0), name);
}

bool ceap_target_of(struct imp_addr *at, const struct imp_coap_message *m)
{
    const struct imp_coap_option *host = imp_coap_find(m, IMP_COAP_URI_HOST, 0);
    uint32_t port = DEFAULT_PORT;
    imp_coap_get_uint(m, IMP_COAP_URI_PORT, &port);
    return is(imp_coap_find(m, IMP_COAP_PROXY_SCHEME, 0), scheme) && host && port > 0 &&
           port <= UINT16_MAX && host_read(at, (const char *)imp_coap_value(host), host->n, port);
}

int ceap_forward(struct imp_coap_message *out, const struct imp_coap_message *m)
{
    *out = (struct imp_coap_message){
        .code = m->code, .payload = m->payload, .payload_n = m->payload_n};
    for (size_t i = 0; i < m->option_count; i++) {
        const struct imp_coap_option *o = &m->options[i];
        bool ours = o->number == IMP_COAP_URI_HOST || o->number == IMP_COAP_URI_PORT ||
                    o->number == IMP_COAP_PROXY_SCHEME;
        if (!ours && imp_coap_add(out, o->number, imp_coap_value(o), o->n) != 0)
            return -1;
    }
    return 0;
}
