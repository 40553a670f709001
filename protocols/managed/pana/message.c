/* SPDX-License-Identifier: GPL-2.0-only */
#include "message.h"

#include <string.h>

enum { VENDOR_FLAG = 0x8000 };

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, unsigned v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
    put16(p, v >> 16);
    put16(p + 2, v & 0xffff);
}

static size_t padded(size_t n)
{
    return (n + 3) / 4 * 4;
}

/* Octets of the AVP at p with its padding, or 0: it does not fit. */
static size_t avp_size(const uint8_t *p, size_t n)
{
    if (n < PANA_AVP_HEADER)
        return 0;
    size_t head = PANA_AVP_HEADER + (get16(p + 2) & VENDOR_FLAG ? 4 : 0);
    size_t size = head + padded(get16(p + 4));
    return size <= n ? size : 0;
}

static int check_avps(const struct pana_message *m)
{
    for (size_t at = 0, size; at < m->avps_n; at += size)
        if ((size = avp_size(m->avps + at, m->avps_n - at)) == 0)
            return -1;
    return 0;
}

int pana_parse(struct pana_message *out, const uint8_t *p, size_t n)
{
    if (n < PANA_HEADER || get16(p + 2) != n)
        return -1;
    *out = (struct pana_message){.flags = get16(p + 4),
                                 .type = get16(p + 6),
                                 .session = get32(p + 8),
                                 .sequence = get32(p + 12),
                                 .avps = p + PANA_HEADER,
                                 .avps_n = n - PANA_HEADER};
    return check_avps(out);
}

int pana_parse_avps(struct pana_message *out, const uint8_t *p, size_t n)
{
    *out = (struct pana_message){.avps = p, .avps_n = n};
    return check_avps(out);
}

const uint8_t *pana_find(const struct pana_message *m, unsigned code, size_t k, size_t *n)
{
    for (size_t at = 0; at < m->avps_n;) {
        const uint8_t *p = m->avps + at;
        if (get16(p) == code && !(get16(p + 2) & VENDOR_FLAG) && k-- == 0) {
            *n = get16(p + 4);
            return p + PANA_AVP_HEADER;
        }
        at += avp_size(p, m->avps_n - at);
    }
    return NULL;
}

const uint8_t *pana_find_vendor(const struct pana_message *m, unsigned code, uint32_t vendor,
                                size_t *n)
{
    for (size_t at = 0; at < m->avps_n; at += avp_size(m->avps + at, m->avps_n - at)) {
        const uint8_t *p = m->avps + at;
        if (get16(p) == code && (get16(p + 2) & VENDOR_FLAG) &&
            get32(p + PANA_AVP_HEADER) == vendor) {
            *n = get16(p + 4);
            return p + PANA_AVP_HEADER + 4;
        }
    }
    return NULL;
}

bool pana_next(const struct pana_message *m, size_t *at, struct pana_avp *out)
{
    const uint8_t *p = m->avps + *at;
    size_t n = *at < m->avps_n ? avp_size(p, m->avps_n - *at) : 0;
    if (n == 0)
        return false;
    *out = (struct pana_avp){.code = get16(p),
                             .vendor = get16(p + 2) & VENDOR_FLAG ? get32(p + PANA_AVP_HEADER) : 0,
                             .whole = p,
                             .whole_n = n};
    *at += n;
    return true;
}

uint32_t pana_sequence_of(const uint8_t *p)
{
    return get32(p + 12);
}

bool pana_find_u32(const struct pana_message *m, unsigned code, size_t k, uint32_t *v)
{
    size_t n;
    const uint8_t *p = pana_find(m, code, k, &n);
    if (!p || n != 4)
        return false;
    *v = get32(p);
    return true;
}

void pana_begin(struct pana_writer *w, uint8_t *p, unsigned flags, unsigned type, uint32_t session,
                uint32_t sequence)
{
    *w = (struct pana_writer){.p = p, .n = PANA_HEADER};
    memset(p, 0, PANA_HEADER);
    put16(p + 4, flags);
    put16(p + 6, type);
    put32(p + 8, session);
    put32(p + 12, sequence);
}

uint8_t *pana_put(struct pana_writer *w, unsigned code, size_t n)
{
    uint8_t *p = w->p + w->n;
    if (w->bad || n > PANA_MTU || w->n + PANA_AVP_HEADER + padded(n) > PANA_MTU) {
        w->bad = true;
        return NULL;
    }
    memset(p, 0, PANA_AVP_HEADER + padded(n));
    put16(p, code);
    put16(p + 4, (unsigned)n);
    w->n += PANA_AVP_HEADER + padded(n);
    return p + PANA_AVP_HEADER;
}

uint8_t *pana_put_vendor(struct pana_writer *w, unsigned code, uint32_t vendor, size_t n)
{
    uint8_t *p = pana_put(w, code, n + 4); /* the length field counts the value only */
    if (!p)
        return NULL;
    put16(p - PANA_AVP_HEADER + 2, VENDOR_FLAG);
    put16(p - PANA_AVP_HEADER + 4, (unsigned)n);
    put32(p, vendor);
    return p + 4;
}

void pana_put_octets(struct pana_writer *w, unsigned code, const void *value, size_t n)
{
    uint8_t *p = pana_put(w, code, n);
    if (p && n)
        memcpy(p, value, n);
}

void pana_put_u32(struct pana_writer *w, unsigned code, uint32_t v)
{
    uint8_t *p = pana_put(w, code, 4);
    if (p)
        put32(p, v);
}

size_t pana_end(struct pana_writer *w)
{
    if (w->bad)
        return 0;
    put16(w->p + 2, (unsigned)w->n);
    return w->n;
}
