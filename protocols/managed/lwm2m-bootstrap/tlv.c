/* SPDX-License-Identifier: GPL-2.0-only */
#include "tlv.h"

#include <string.h>

enum { WIDE_ID = 0x20, LENGTH_SHIFT = 3, SHORT_MAX = 7, VALUE_MAX = 0xffffff };

/* `width` octets, big-endian, at the reader's place. */
static size_t number(struct lwm_tlv_reader *r, unsigned width)
{
    size_t v = 0;
    while (width--)
        v = v << 8 | r->p[r->at++];
    return v;
}

bool lwm_tlv_next(struct lwm_tlv_reader *r, struct lwm_tlv *out)
{
    if (r->bad || r->at == r->n)
        return false;
    unsigned type = r->p[r->at++];
    unsigned id_width = type & WIDE_ID ? 2 : 1, length_width = type >> LENGTH_SHIFT & 3;
    r->bad = r->n - r->at < id_width + length_width;
    if (r->bad)
        return false;
    out->kind = (enum lwm_tlv_kind)(type >> 6);
    out->id = (uint16_t)number(r, id_width);
    out->n = length_width ? number(r, length_width) : type & SHORT_MAX;
    r->bad = r->n - r->at < out->n;
    if (r->bad)
        return false;
    out->value = r->p + r->at;
    r->at += out->n;
    return true;
}

bool lwm_tlv_done(const struct lwm_tlv_reader *r)
{
    return !r->bad && r->at == r->n;
}

static bool is_number(const struct lwm_tlv *t)
{
    return t->n == 1 || t->n == 2 || t->n == 4 || t->n == 8;
}

/* The value's octets, below those of `above`. */
static uint64_t bits_of(const struct lwm_tlv *t, uint64_t above)
{
    for (size_t i = 0; i < t->n; i++)
        above = above << 8 | t->value[i];
    return above;
}

bool lwm_tlv_get_int(const struct lwm_tlv *t, int64_t min, int64_t max, int64_t *v)
{
    if (!is_number(t))
        return false;
    int64_t number = (int64_t)bits_of(t, t->value[0] & 0x80 ? UINT64_MAX : 0);
    if (number < min || number > max)
        return false;
    *v = number;
    return true;
}

bool lwm_tlv_get_unsigned(const struct lwm_tlv *t, uint64_t max, uint64_t *v)
{
    if (!is_number(t) || bits_of(t, 0) > max)
        return false;
    *v = bits_of(t, 0);
    return true;
}

bool lwm_tlv_get_bool(const struct lwm_tlv *t, bool *v)
{
    if (t->n != 1 || t->value[0] > 1)
        return false;
    *v = t->value[0] == 1;
    return true;
}

bool lwm_tlv_get_text(const struct lwm_tlv *t, char *out, size_t cap)
{
    if (t->n >= cap || memchr(t->value, 0, t->n))
        return false;
    memcpy(out, t->value, t->n);
    out[t->n] = '\0';
    return true;
}

bool lwm_tlv_get_opaque(const struct lwm_tlv *t, uint8_t *out, size_t cap, size_t *n)
{
    if (t->n > cap)
        return false;
    memcpy(out, t->value, t->n);
    *n = t->n;
    return true;
}

static unsigned length_width(size_t n)
{
    return n <= SHORT_MAX ? 0 : n <= 0xff ? 1 : n <= 0xffff ? 2 : 3;
}

static void octets(struct lwm_tlv_writer *w, size_t v, unsigned width)
{
    while (width--)
        w->p[w->n++] = (uint8_t)(v >> 8 * width);
}

void lwm_tlv_put(struct lwm_tlv_writer *w, enum lwm_tlv_kind kind, uint16_t id, const void *value,
                 size_t n)
{
    unsigned id_width = id > 0xff ? 2 : 1, length = length_width(n);
    if (w->bad || n > VALUE_MAX || w->cap - w->n < 1 + id_width + length + n) {
        w->bad = true;
        return;
    }
    w->p[w->n++] = (uint8_t)((unsigned)kind << 6 | (id_width == 2 ? WIDE_ID : 0u) |
                             length << LENGTH_SHIFT | (length ? 0 : (unsigned)n));
    octets(w, id, id_width);
    octets(w, n, length);
    if (n)
        memcpy(w->p + w->n, value, n);
    w->n += n;
}

void lwm_tlv_put_int(struct lwm_tlv_writer *w, enum lwm_tlv_kind kind, uint16_t id, int64_t v)
{
    unsigned width = v == (int8_t)v ? 1 : v == (int16_t)v ? 2 : v == (int32_t)v ? 4 : 8;
    uint8_t value[8];
    for (unsigned i = 0; i < width; i++)
        value[i] = (uint8_t)((uint64_t)v >> 8 * (width - 1 - i));
    lwm_tlv_put(w, kind, id, value, width);
}
