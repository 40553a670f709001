/* SPDX-License-Identifier: GPL-2.0-only */
#include "enrol.h"

#include <string.h>

#include "protocols/codec/cbor.h"

enum { KEY_ID = 1, KEY_NAME, KEY_NUMBER, KEY_PREFIX, KEY_RD, KEY_KEY };
#define BIT(key) (1u << (key))

static bool read_id(struct imp_cbor_reader *r, struct rpk_request *out)
{
    const uint8_t *p;
    size_t n;
    if (!imp_cbor_get_bytes(r, &p, &n) || n < 15 || n > RPK_ID_MAX)
        return false;
    memcpy(out->id, p, n);
    out->id_n = n;
    return true;
}

static bool read_name(struct imp_cbor_reader *r, struct rpk_request *out)
{
    const char *text;
    size_t n;
    if (!imp_cbor_get_text(r, &text, &n) || n == 0 || n > RPK_NAME_MAX || memchr(text, 0, n))
        return false;
    memcpy(out->name, text, n);
    out->name[n] = '\0';
    return true;
}

int rpk_request_read(struct imp_env *env, struct rpk_request *out, const uint8_t *p, size_t n)
{
    struct rpk_request request = {0};
    struct imp_cbor_reader r;
    struct imp_cbor_map map;
    unsigned seen = 0;
    int64_t key;
    imp_cbor_read(&r, env, p, n);
    if (!imp_cbor_get_map(&r, &map))
        return -1;
    while (imp_cbor_next(&r, &map, &key)) {
        bool good = key == KEY_ID     ? read_id(&r, &request)
                    : key == KEY_NAME ? read_name(&r, &request)
                                      : false;
        if (!good)
            return -1;
        seen |= BIT(key);
    }
    if (!imp_cbor_done(&r) || seen != (BIT(KEY_ID) | BIT(KEY_NAME)))
        return -1;
    *out = request;
    return 0;
}

static bool read_config_field(struct imp_cbor_reader *r, struct rpk_config *c, int64_t key)
{
    int64_t number;
    switch (key) {
    case KEY_NUMBER:
        if (!imp_cbor_get_range(r, 0, UINT32_MAX, &number))
            return false;
        c->number = (uint32_t)number;
        return true;
    case KEY_PREFIX:
        return imp_cbor_get_exact(r, c->prefix, RPK_PREFIX);
    case KEY_RD:
        return imp_cbor_get_exact(r, c->rd, RPK_ADDRESS);
    case KEY_KEY:
        return imp_cbor_get_exact(r, c->key, RPK_KEY);
    default:
        return false;
    }
}

int rpk_config_read(struct imp_env *env, struct rpk_config *out, const uint8_t *p, size_t n)
{
    const unsigned all = BIT(KEY_NUMBER) | BIT(KEY_PREFIX) | BIT(KEY_RD) | BIT(KEY_KEY);
    struct rpk_config config = {0};
    struct imp_cbor_reader r;
    struct imp_cbor_map map;
    unsigned seen = 0;
    int64_t key;
    imp_cbor_read(&r, env, p, n);
    if (!imp_cbor_get_map(&r, &map))
        return -1;
    while (imp_cbor_next(&r, &map, &key)) {
        if (!read_config_field(&r, &config, key))
            return -1;
        seen |= BIT(key);
    }
    if (!imp_cbor_done(&r) || seen != all)
        return -1;
    *out = config;
    return 0;
}

size_t rpk_request_write(struct imp_env *env, uint8_t *out, const struct rpk_request *r)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, RPK_CONTENT_MAX);
    imp_cbor_put_map(&w, 2);
    imp_cbor_put_int(&w, KEY_ID);
    imp_cbor_put_bytes(&w, r->id, r->id_n);
    imp_cbor_put_int(&w, KEY_NAME);
    imp_cbor_put_text(&w, r->name);
    return imp_cbor_end(&w);
}

size_t rpk_config_write(struct imp_env *env, uint8_t *out, const struct rpk_config *c)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, RPK_CONTENT_MAX);
    imp_cbor_put_map(&w, 4);
    imp_cbor_put_int(&w, KEY_NUMBER);
    imp_cbor_put_int(&w, c->number);
    imp_cbor_put_int(&w, KEY_PREFIX);
    imp_cbor_put_bytes(&w, c->prefix, RPK_PREFIX);
    imp_cbor_put_int(&w, KEY_RD);
    imp_cbor_put_bytes(&w, c->rd, RPK_ADDRESS);
    imp_cbor_put_int(&w, KEY_KEY);
    imp_cbor_put_bytes(&w, c->key, RPK_KEY);
    return imp_cbor_end(&w);
}
