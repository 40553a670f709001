/* SPDX-License-Identifier: GPL-2.0-only */
#include "content.h"

#include "protocols/codec/cbor.h"

static bool read_suites(struct imp_cbor_reader *r, struct ceap_info *out)
{
    size_t from = r->at;
    if (!imp_cbor_get_array(r, &out->suite_count) || out->suite_count == 0 ||
        out->suite_count > CEAP_SUITES_MAX)
        return false;
    for (size_t i = 0; i < out->suite_count; i++)
        if (!imp_cbor_get_range(r, CEAP_SUITE_MIN, CEAP_SUITE_MAX, &out->suites[i]))
            return false;
    out->suites_cbor = r->p + from;
    out->suites_cbor_n = r->at - from;
    out->has_suites = true;
    return true;
}

static bool read_rid(struct imp_cbor_reader *r, const uint8_t **p, size_t *n, bool *has)
{
    *has = imp_cbor_get_bytes(r, p, n) && *n <= CEAP_RID_MAX;
    return *has;
}

static bool read_member(struct imp_cbor_reader *r, struct ceap_info *out, int64_t key,
                        int64_t rid_i_label)
{
    int64_t v;
    if (key == rid_i_label)
        return read_rid(r, &out->rid_i, &out->rid_i_n, &out->has_rid_i);
    switch (key) {
    case CEAP_LABEL_SUITES:
        return read_suites(r, out);
    case CEAP_LABEL_RID_C:
        return read_rid(r, &out->rid_c, &out->rid_c_n, &out->has_rid_c);
    case CEAP_LABEL_LIFETIME:
        out->has_lifetime = imp_cbor_get_range(r, 0, UINT32_MAX, &v);
        out->lifetime = out->has_lifetime ? (uint32_t)v : 0;
        return out->has_lifetime;
    default: /* an extension */
        return imp_cbor_skip(r);
    }
}

int ceap_content_read(struct imp_env *env, struct ceap_info *out, size_t *eap_n, const uint8_t *p,
                      size_t n, int64_t rid_i_label)
{
    struct imp_cbor_reader r;
    struct imp_cbor_map map;
    int64_t key;
    *out = (struct ceap_info){0};
    *eap_n = n < 4 ? 0 : (size_t)p[2] << 8 | p[3];
    if (*eap_n < 4 || *eap_n > n)
        return -1;
    if (*eap_n == n)
        return 0;
    imp_cbor_read(&r, env, p + *eap_n, n - *eap_n);
    if (!imp_cbor_get_map(&r, &map))
        return -1;
    while (imp_cbor_next(&r, &map, &key))
        if (!read_member(&r, out, key, rid_i_label))
            return -1;
    return imp_cbor_done(&r) ? 0 : -1;
}

static void put_suites(struct imp_cbor_writer *w, const int64_t *suites, size_t count)
{
    imp_cbor_put_array(w, count);
    for (size_t i = 0; i < count; i++)
        imp_cbor_put_int(w, suites[i]);
}

size_t ceap_suites_write(struct imp_env *env, uint8_t *out, size_t cap, const int64_t *suites,
                         size_t count)
{
    struct imp_cbor_writer w;
    imp_cbor_write(&w, env, out, cap);
    put_suites(&w, suites, count);
    return imp_cbor_end(&w);
}

size_t ceap_info_write(struct imp_env *env, uint8_t *out, const struct ceap_info *info,
                       int64_t rid_i_label)
{
    struct imp_cbor_writer w;
    size_t pairs =
        (size_t)info->has_suites + info->has_rid_c + info->has_rid_i + info->has_lifetime;
    if (pairs == 0)
        return 0;
    imp_cbor_write(&w, env, out, CEAP_INFO_MAX);
    imp_cbor_put_map(&w, pairs);
    if (info->has_suites) {
        imp_cbor_put_int(&w, CEAP_LABEL_SUITES);
        put_suites(&w, info->suites, info->suite_count);
    }
    if (info->has_rid_c) {
        imp_cbor_put_int(&w, CEAP_LABEL_RID_C);
        imp_cbor_put_bytes(&w, info->rid_c, info->rid_c_n);
    }
    if (info->has_rid_i) {
        imp_cbor_put_int(&w, rid_i_label);
        imp_cbor_put_bytes(&w, info->rid_i, info->rid_i_n);
    }
    if (info->has_lifetime) {
        imp_cbor_put_int(&w, CEAP_LABEL_LIFETIME);
        imp_cbor_put_int(&w, info->lifetime);
    }
    return imp_cbor_end(&w);
}
