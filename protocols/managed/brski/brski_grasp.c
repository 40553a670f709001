/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_grasp.c - flood-message = [M_FLOOD, session-id, initiator, ttl, [objective, locator]], RFC
 * 8990 section 2.8.11; one objective, AN_Proxy. */
#include "brski.h"

#include "protocols/codec/cbor.h"

#include <string.h>

enum {
    M_FLOOD = 9,
    O_IPV6_LOCATOR = 103,
    TCP = 6,
    FLAGS = 4, /* F_SYNCH */
    LOOP = 1,  /* link-local */
};

size_t brski_flood_write(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_flood *f)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, cap);
    imp_cbor_put_array(&w, 5);
    imp_cbor_put_int(&w, M_FLOOD);
    imp_cbor_put_int(&w, f->session);
    imp_cbor_put_bytes(&w, f->ip, sizeof f->ip);
    imp_cbor_put_int(&w, f->ttl_ms);
    imp_cbor_put_array(&w, 2);
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_text(&w, "AN_Proxy");
    imp_cbor_put_int(&w, FLAGS);
    imp_cbor_put_int(&w, LOOP);
    imp_cbor_put_text(&w, "");
    imp_cbor_put_array(&w, 4);
    imp_cbor_put_int(&w, O_IPV6_LOCATOR);
    imp_cbor_put_bytes(&w, f->ip, sizeof f->ip);
    imp_cbor_put_int(&w, TCP);
    imp_cbor_put_int(&w, f->port);
    return imp_cbor_end(&w);
}

static bool get_array(struct imp_cbor_reader *r, size_t wanted)
{
    size_t count;
    return imp_cbor_get_array(r, &count) && count == wanted;
}

static bool get_objective(struct imp_cbor_reader *r)
{
    const char *name, *value;
    size_t n, value_n;
    int64_t flags, loop;
    return get_array(r, 4) && imp_cbor_get_text(r, &name, &n) && n == 8 &&
           memcmp(name, "AN_Proxy", 8) == 0 && imp_cbor_get_range(r, 0, 255, &flags) &&
           imp_cbor_get_range(r, 0, 255, &loop) && imp_cbor_get_text(r, &value, &value_n);
}

int brski_flood_read(struct imp_env *env, struct brski_flood *out, const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    uint8_t initiator[16];
    int64_t session = 0, port = 0, same;
    memset(out, 0, sizeof *out);
    imp_cbor_read(&r, env, p, n);
    bool good = get_array(&r, 5) && imp_cbor_get_range(&r, M_FLOOD, M_FLOOD, &same) &&
                imp_cbor_get_range(&r, 0, UINT32_MAX, &session) &&
                imp_cbor_get_exact(&r, initiator, sizeof initiator) &&
                imp_cbor_get_range(&r, 1, UINT32_MAX, &out->ttl_ms) && get_array(&r, 2) &&
                get_objective(&r) && get_array(&r, 4) &&
                imp_cbor_get_range(&r, O_IPV6_LOCATOR, O_IPV6_LOCATOR, &same) &&
                imp_cbor_get_exact(&r, out->ip, sizeof out->ip) &&
                imp_cbor_get_range(&r, TCP, TCP, &same) &&
                imp_cbor_get_range(&r, 1, UINT16_MAX, &port) && imp_cbor_done(&r);
    if (!good) {
        memset(out, 0, sizeof *out);
        return -1;
    }
    out->session = (uint32_t)session;
    out->port = (uint16_t)port;
    return 0;
}
