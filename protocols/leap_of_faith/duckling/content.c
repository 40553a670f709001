/* SPDX-License-Identifier: GPL-2.0-only */
#include "content.h"

#include <string.h>

#include "protocols/codec/cbor.h"

static const char *const statuses[] = {
    [DUCK_STATUS_NEW] = "new",
    [DUCK_STATUS_OPERATIONAL] = "operational",
};

/* Octet strings of one length, by key. */
#define OCTETS(key, member)                                                                        \
    [key] = {offsetof(struct duck_content, member), sizeof((struct duck_content *)0)->member}
static const struct {
    size_t offset, n; /* n = 0: not an octet string */
} octets[] = {
    OCTETS(DUCK_F_NODE, node),     OCTETS(DUCK_F_KEY, key),       OCTETS(DUCK_F_KEY_ID, key_id),
    OCTETS(DUCK_F_PREFIX, prefix), OCTETS(DUCK_F_RD, rd),         OCTETS(DUCK_F_ROUTER, router),
    OCTETS(DUCK_F_PROOF, proof),   OCTETS(DUCK_F_PUBLIC, public),
};

static bool read_name(struct imp_cbor_reader *r, struct duck_content *c)
{
    const char *text;
    size_t n;
    if (!imp_cbor_get_text(r, &text, &n) || n == 0 || n > DUCK_NAME_MAX)
        return false;
    memcpy(c->name, text, n);
    c->name_n = n;
    return true;
}

static bool read_status(struct imp_cbor_reader *r, struct duck_content *c)
{
    const char *text;
    size_t n;
    if (!imp_cbor_get_text(r, &text, &n))
        return false;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (n == strlen(statuses[i]) && memcmp(text, statuses[i], n) == 0) {
            c->status = (enum duck_status)i;
            return true;
        }
    return false;
}

static bool read_u32(struct imp_cbor_reader *r, uint32_t *out)
{
    int64_t v;
    if (!imp_cbor_get_range(r, 0, UINT32_MAX, &v))
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool read_field(struct imp_cbor_reader *r, struct duck_content *c, int64_t key)
{
    switch (key) {
    case DUCK_F_NAME:
        return read_name(r, c);
    case DUCK_F_LIFETIME:
        return read_u32(r, &c->lifetime);
    case DUCK_F_PAN:
        return read_u32(r, &c->pan);
    case DUCK_F_STATE:
        return read_status(r, c);
    default:
        return key >= DUCK_F_NODE && key <= DUCK_F_PUBLIC &&
               imp_cbor_get_exact(r, (uint8_t *)c + octets[key].offset, octets[key].n);
    }
}

int duck_content_read(struct imp_env *env, struct duck_content *out, const uint8_t *p, size_t n)
{
    struct duck_content c = {0};
    struct imp_cbor_reader r;
    struct imp_cbor_map map;
    int64_t key;
    imp_cbor_read(&r, env, p, n);
    if (!imp_cbor_get_map(&r, &map))
        return -1;
    while (imp_cbor_next(&r, &map, &key)) {
        if (!read_field(&r, &c, key))
            return -1;
        c.has |= DUCK_HAS(key);
    }
    if (!imp_cbor_done(&r))
        return -1;
    *out = c;
    return 0;
}

static void write_field(struct imp_cbor_writer *w, const struct duck_content *c, int key)
{
    char name[DUCK_NAME_MAX + 1] = {0};
    switch (key) {
    case DUCK_F_NAME:
        memcpy(name, c->name, c->name_n);
        imp_cbor_put_text(w, name);
        break;
    case DUCK_F_LIFETIME:
        imp_cbor_put_int(w, c->lifetime);
        break;
    case DUCK_F_PAN:
        imp_cbor_put_int(w, c->pan);
        break;
    case DUCK_F_STATE:
        imp_cbor_put_text(w, statuses[c->status]);
        break;
    default:
        imp_cbor_put_bytes(w, (const uint8_t *)c + octets[key].offset, octets[key].n);
        break;
    }
}

size_t duck_content_write(struct imp_env *env, uint8_t *out, const struct duck_content *c)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, DUCK_CONTENT_MAX);
    imp_cbor_put_map(&w, (size_t)__builtin_popcount(c->has));
    for (int key = DUCK_F_NODE; key <= DUCK_F_PUBLIC; key++)
        if (c->has & DUCK_HAS(key)) {
            imp_cbor_put_int(&w, key);
            write_field(&w, c, key);
        }
    return imp_cbor_end(&w);
}
