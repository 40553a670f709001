/* SPDX-License-Identifier: GPL-2.0-only */
#include "coap_internal.h"

#include <string.h>

enum { VERSION = 1, HEADER = 4, MARKER = 0xff };

/* Reads an option delta or length from its nibble and extension (RFC 7252, section 3.1). */
static bool extended(unsigned nibble, const uint8_t *p, size_t n, size_t *at, unsigned *v)
{
    size_t more = nibble < 13 ? 0 : nibble == 13 ? 1 : 2;
    if (n - *at < more)
        return false;
    *v = nibble;
    if (nibble == 13)
        *v = 13u + p[*at];
    else if (nibble == 14)
        *v = 269u + ((unsigned)p[*at] << 8 | p[*at + 1]);
    *at += more;
    return true;
}

static int decode_options(struct imp_coap_message *m, const uint8_t *p, size_t n, size_t *at)
{
    unsigned number = 0, delta, length;
    while (*at < n && p[*at] != MARKER) {
        unsigned head = p[(*at)++];
        if (head >> 4 == 15 || (head & 15) == 15)
            return IMP_COAP_EOPTION;
        if (!extended(head >> 4, p, n, at, &delta) || !extended(head & 15, p, n, at, &length))
            return IMP_COAP_ESHORT;
        number += delta;
        if (number > UINT16_MAX)
            return IMP_COAP_EOPTION;
        if (length > n - *at)
            return IMP_COAP_ESHORT;
        if (m->option_count == IMP_COAP_OPTIONS_MAX)
            return IMP_COAP_EMANY;
        m->options[m->option_count++] = (struct imp_coap_option){
            .number = (uint16_t)number, .n = (uint16_t)length, .p = p + *at};
        *at += length;
    }
    return 0;
}

int imp_coap__body_read(struct imp_coap_message *m, const uint8_t *p, size_t n)
{
    size_t at = 0;
    int error = decode_options(m, p, n, &at);
    if (error)
        return error;
    if (at == n)
        return 0;
    if (++at == n)
        return IMP_COAP_EPAYLOAD;
    m->payload = p + at;
    m->payload_n = n - at;
    return 0;
}

int imp_coap_decode(struct imp_coap_message *m, const uint8_t *p, size_t n)
{
    *m = (struct imp_coap_message){0};
    if (n < HEADER)
        return IMP_COAP_ESHORT;
    if (p[0] >> 6 != VERSION)
        return IMP_COAP_EVERSION;
    m->type = p[0] >> 4 & 3;
    m->token_n = p[0] & 15;
    m->code = p[1];
    m->mid = (uint16_t)(p[2] << 8 | p[3]);
    if (m->token_n > IMP_COAP_TOKEN_MAX)
        return IMP_COAP_ETOKEN;
    if (m->code == IMP_COAP_EMPTY)
        return n == HEADER && m->token_n == 0 ? 0 : IMP_COAP_ENOT_EMPTY;
    unsigned class = imp_coap_class(m->code);
    if (class == 1 || class > 5)
        return IMP_COAP_ECLASS;
    if (n - HEADER < m->token_n)
        return IMP_COAP_ESHORT;
    memcpy(m->token, p + HEADER, m->token_n);
    return imp_coap__body_read(m, p + HEADER + m->token_n, n - HEADER - m->token_n);
}

struct writer {
    uint8_t *p;
    size_t cap, n;
    bool full;
};

static void put(struct writer *w, const void *p, size_t n)
{
    if (w->full || n > w->cap - w->n) {
        w->full = true;
        return;
    }
    if (n)
        memcpy(w->p + w->n, p, n);
    w->n += n;
}

static unsigned nibble(unsigned v)
{
    return v < 13 ? v : v < 269 ? 13 : 14;
}

static void put_extension(struct writer *w, unsigned v)
{
    uint8_t b[2];
    if (v >= 269) {
        b[0] = (uint8_t)((v - 269) >> 8);
        b[1] = (uint8_t)(v - 269);
        put(w, b, 2);
    } else if (v >= 13) {
        b[0] = (uint8_t)(v - 13);
        put(w, b, 1);
    }
}

int imp_coap__body_write(uint8_t *out, size_t cap, const struct imp_coap_message *m)
{
    struct writer w = {.p = out, .cap = cap};
    unsigned before = 0;
    for (size_t i = 0; i < m->option_count; i++) {
        const struct imp_coap_option *o = &m->options[i];
        unsigned delta = o->number - before;
        uint8_t b = (uint8_t)(nibble(delta) << 4 | nibble(o->n));
        put(&w, &b, 1);
        put_extension(&w, delta);
        put_extension(&w, o->n);
        put(&w, imp_coap_value(o), o->n);
        before = o->number;
    }
    if (m->payload_n) {
        const uint8_t marker = MARKER;
        put(&w, &marker, 1);
        put(&w, m->payload, m->payload_n);
    }
    return w.full ? IMP_COAP_ESPACE : (int)w.n;
}

int imp_coap_encode(uint8_t *out, size_t cap, const struct imp_coap_message *m)
{
    struct writer w = {.p = out, .cap = cap};
    const uint8_t head[HEADER] = {(uint8_t)(VERSION << 6 | m->type << 4 | m->token_n), m->code,
                                  (uint8_t)(m->mid >> 8), (uint8_t)m->mid};
    put(&w, head, sizeof head);
    if (m->code != IMP_COAP_EMPTY)
        put(&w, m->token, m->token_n);
    if (w.full)
        return IMP_COAP_ESPACE;
    if (m->code == IMP_COAP_EMPTY)
        return (int)w.n;
    int body = imp_coap__body_write(out + w.n, cap - w.n, m);
    return body < 0 ? body : (int)w.n + body;
}

static struct imp_coap_option *insert(struct imp_coap_message *m, unsigned number)
{
    if (m->option_count == IMP_COAP_OPTIONS_MAX)
        return NULL;
    size_t i = m->option_count++;
    for (; i > 0 && m->options[i - 1].number > number; i--)
        m->options[i] = m->options[i - 1];
    m->options[i] = (struct imp_coap_option){.number = (uint16_t)number};
    return &m->options[i];
}

int imp_coap_add(struct imp_coap_message *m, unsigned number, const void *p, size_t n)
{
    struct imp_coap_option *o = n <= UINT16_MAX ? insert(m, number) : NULL;
    if (!o)
        return -1;
    o->p = p;
    o->n = (uint16_t)n;
    return 0;
}

/* Section 3.2: a number takes as few octets as it can, zero takes none. */
int imp_coap_add_uint(struct imp_coap_message *m, unsigned number, uint32_t v)
{
    struct imp_coap_option *o = insert(m, number);
    if (!o)
        return -1;
    o->n = v == 0 ? 0 : v <= 0xff ? 1 : v <= 0xffff ? 2 : v <= 0xffffff ? 3 : 4;
    for (unsigned i = 0; i < o->n; i++)
        o->small[i] = (uint8_t)(v >> 8 * (o->n - 1u - i));
    return 0;
}

int imp_coap_add_path(struct imp_coap_message *m, unsigned number, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "/");
        if (imp_coap_add(m, number, path, n) != 0)
            return -1;
        path += n;
        path += *path == '/';
    }
    return 0;
}

const uint8_t *imp_coap_value(const struct imp_coap_option *o)
{
    return o->p ? o->p : o->small;
}

const struct imp_coap_option *imp_coap_find(const struct imp_coap_message *m, unsigned number,
                                            size_t k)
{
    for (size_t i = 0; i < m->option_count; i++)
        if (m->options[i].number == number && k-- == 0)
            return &m->options[i];
    return NULL;
}

bool imp_coap_get_uint(const struct imp_coap_message *m, unsigned number, uint32_t *v)
{
    const struct imp_coap_option *o = imp_coap_find(m, number, 0);
    if (!o || o->n > 4)
        return false;
    *v = 0;
    for (unsigned i = 0; i < o->n; i++)
        *v = *v << 8 | imp_coap_value(o)[i];
    return true;
}

bool imp_coap_path_is(const struct imp_coap_message *m, const char *path)
{
    const struct imp_coap_option *o;
    for (size_t k = 0; (o = imp_coap_find(m, IMP_COAP_URI_PATH, k)); k++) {
        size_t n = strcspn(path, "/");
        if (*path == '\0' || n != o->n || memcmp(path, imp_coap_value(o), n) != 0)
            return false;
        path += n;
        path += *path == '/';
    }
    return *path == '\0';
}

int imp_coap_message_of(const struct imp_coap_route *routes, const struct imp_coap_message *m)
{
    for (; routes->path; routes++)
        if (m->code == routes->method && imp_coap_path_is(m, routes->path))
            return routes->message;
    return -1;
}

const char *imp_coap_query(const struct imp_coap_message *m, const char *name, size_t *n)
{
    const struct imp_coap_option *o;
    size_t name_n = strlen(name);
    for (size_t k = 0; (o = imp_coap_find(m, IMP_COAP_URI_QUERY, k)); k++) {
        const char *v = (const char *)imp_coap_value(o);
        if (o->n > name_n && v[name_n] == '=' && memcmp(v, name, name_n) == 0) {
            *n = o->n - name_n - 1;
            return v + name_n + 1;
        }
    }
    return NULL;
}

int imp_coap_bad_option(const struct imp_coap_message *m)
{
#define ROW(id, number, text, repeat, min, max) {number, repeat, min, max},
    static const struct {
        uint16_t number;
        bool repeat;
        uint16_t min, max;
    } known[] = {IMP_COAP_OPTIONS(ROW)};
    for (size_t i = 0; i < m->option_count; i++) {
        const struct imp_coap_option *o = &m->options[i];
        size_t k = 0;
        if (o->number % 2 == 0)
            continue;
        while (k < sizeof known / sizeof *known && known[k].number != o->number)
            k++;
        if (k == sizeof known / sizeof *known || o->n < known[k].min || o->n > known[k].max)
            return o->number;
        if (!known[k].repeat && i > 0 && m->options[i - 1].number == o->number)
            return o->number;
    }
    return -1;
}

bool imp_coap_get_block(const struct imp_coap_message *m, unsigned number, struct imp_coap_block *b)
{
    uint32_t v;
    if (!imp_coap_get_uint(m, number, &v) || v >> 24 != 0 || (v & 7) == 7)
        return false;
    *b = (struct imp_coap_block){.num = v >> 4, .more = v >> 3 & 1, .szx = v & 7};
    return true;
}

int imp_coap_add_block(struct imp_coap_message *m, unsigned number, const struct imp_coap_block *b)
{
    return imp_coap_add_uint(m, number, b->num << 4 | (b->more ? 8u : 0u) | b->szx);
}
