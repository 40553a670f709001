/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_grasp.c - flood-message = [M_FLOOD, session-id, initiator, ttl, +[objective, locator /
 * []]], RFC 8990 section 2.8.11 and RFC 8995 section 4.1.1. We write one objective, AN_Proxy; a
 * message may have others beside it, such as the ACP's. */
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

/* Whatever the value is (objective-value = any); whether it is the one that is looked for. */
static bool get_objective(struct imp_cbor_reader *r, bool *proxy)
{
    const char *name;
    size_t n;
    int64_t flags, loop;
    if (!get_array(r, 4) || !imp_cbor_get_text(r, &name, &n) ||
        !imp_cbor_get_range(r, 0, 255, &flags) || !imp_cbor_get_range(r, 0, 255, &loop))
        return false;
    *proxy = n == 8 && memcmp(name, "AN_Proxy", 8) == 0;
    return imp_cbor_skip(r);
}

/* An IPv6 locator for TCP; others, and none, are passed over: *found says which. */
static bool get_locator(struct imp_cbor_reader *r, struct brski_flood *out, bool *found)
{
    struct imp_cbor_reader before = *r;
    uint8_t ip[16];
    int64_t kind, proto, port;
    *found = get_array(r, 4) && imp_cbor_get_range(r, O_IPV6_LOCATOR, O_IPV6_LOCATOR, &kind) &&
             imp_cbor_get_exact(r, ip, sizeof ip) && imp_cbor_get_range(r, TCP, TCP, &proto) &&
             imp_cbor_get_range(r, 1, UINT16_MAX, &port);
    if (!*found) {
        *r = before;
        return imp_cbor_skip(r);
    }
    memcpy(out->ip, ip, sizeof ip);
    out->port = (uint16_t)port;
    return true;
}

/* Takes the first proxy of those pairs. */
static bool get_pairs(struct imp_cbor_reader *r, struct brski_flood *out, size_t count)
{
    struct brski_flood other;
    bool have = false;
    for (size_t i = 0; i < count; i++) {
        bool proxy, locator;
        if (!get_array(r, 2) || !get_objective(r, &proxy) ||
            !get_locator(r, have || !proxy ? &other : out, &locator))
            return false;
        have = have || (proxy && locator);
    }
    return have;
}

int brski_flood_read(struct imp_env *env, struct brski_flood *out, const uint8_t *p, size_t n)
{
    struct imp_cbor_reader r;
    uint8_t initiator[16];
    size_t count = 0;
    int64_t session = 0, kind;
    memset(out, 0, sizeof *out);
    imp_cbor_read(&r, env, p, n);
    bool good = imp_cbor_get_array(&r, &count) && count > 4 &&
                imp_cbor_get_range(&r, M_FLOOD, M_FLOOD, &kind) &&
                imp_cbor_get_range(&r, 0, UINT32_MAX, &session) &&
                imp_cbor_get_exact(&r, initiator, sizeof initiator) &&
                imp_cbor_get_range(&r, 1, UINT32_MAX, &out->ttl_ms) &&
                get_pairs(&r, out, count - 4) && imp_cbor_done(&r);
    if (!good) {
        memset(out, 0, sizeof *out);
        return -1;
    }
    out->session = (uint32_t)session;
    return 0;
}
