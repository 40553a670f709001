/* SPDX-License-Identifier: GPL-2.0-only */
#include "eap_packet.h"

#include <string.h>

#include "method.h"

enum { RESULT_SIZE = 4, EXPANDED_SIZE = IMP_EAP_EXPANDED_HEADER }; /* octets */

static uint32_t read24(const uint8_t *p)
{
    return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static uint32_t read32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | read24(p + 1);
}

int imp_eap_parse(struct imp_eap_packet *out, const uint8_t *p, size_t n)
{
    struct imp_eap_packet e = {0};
    if (n < RESULT_SIZE)
        return -1;
    e.code = p[0];
    e.id = p[1];
    e.n = (size_t)p[2] << 8 | p[3];
    if (e.n > n || e.code < IMP_EAP_REQUEST || e.code > IMP_EAP_FAILURE)
        return -1;
    if (e.code >= IMP_EAP_SUCCESS) {
        if (e.n != RESULT_SIZE)
            return -1;
        *out = e;
        return 0;
    }
    if (e.n < IMP_EAP_HEADER)
        return -1;
    e.type = p[4];
    e.data = p + IMP_EAP_HEADER;
    e.data_n = e.n - IMP_EAP_HEADER;
    if (e.type == IMP_EAP_TYPE_EXPANDED) {
        if (e.n < EXPANDED_SIZE)
            return -1;
        e.vendor = read24(p + 5);
        e.vendor_type = read32(p + 8);
        e.data = p + EXPANDED_SIZE;
        e.data_n = e.n - EXPANDED_SIZE;
    }
    *out = e;
    return 0;
}

size_t imp_eap_write(uint8_t *out, size_t cap, uint8_t code, uint8_t id, uint8_t type,
                     const void *data, size_t data_n)
{
    size_t n = IMP_EAP_HEADER + data_n;
    if (n > cap || n > UINT16_MAX)
        return 0;
    out[0] = code;
    out[1] = id;
    out[2] = (uint8_t)(n >> 8);
    out[3] = (uint8_t)n;
    out[4] = type;
    if (data_n)
        memcpy(out + IMP_EAP_HEADER, data, data_n);
    return n;
}

size_t imp_eap_write_result(uint8_t *out, size_t cap, uint8_t code, uint8_t id)
{
    if (cap < RESULT_SIZE)
        return 0;
    memcpy(out, (uint8_t[]){code, id, 0, RESULT_SIZE}, RESULT_SIZE);
    return RESULT_SIZE;
}

int imp_eap_is(const struct imp_eap_packet *e, const struct imp_eap_type *t)
{
    return e->type == t->type && (t->type != IMP_EAP_TYPE_EXPANDED ||
                                  (e->vendor == t->vendor && e->vendor_type == t->vendor_type));
}

/* An expanded type's eight octets: 254, Vendor-Id, Vendor-Type. Legacy types have vendor 0. */
static void write_expanded(uint8_t out[8], const struct imp_eap_type *t)
{
    int legacy = t->type != IMP_EAP_TYPE_EXPANDED;
    uint32_t vendor = legacy ? 0 : t->vendor, type = legacy ? t->type : t->vendor_type;
    out[0] = IMP_EAP_TYPE_EXPANDED;
    for (int i = 0; i < 3; i++)
        out[1 + i] = (uint8_t)(vendor >> (16 - 8 * i));
    for (int i = 0; i < 4; i++)
        out[4 + i] = (uint8_t)(type >> (24 - 8 * i));
}

void imp_eap_write_header(uint8_t *out, uint8_t code, uint8_t id, const struct imp_eap_type *t)
{
    memcpy(out, (uint8_t[]){code, id, 0, 0, t->type}, IMP_EAP_HEADER);
    if (t->type == IMP_EAP_TYPE_EXPANDED)
        write_expanded(out + 4, t);
}

size_t imp_eap_write_nak(uint8_t *out, size_t cap, const struct imp_eap_packet *request,
                         const struct imp_eap_type *desired)
{
    static const struct imp_eap_type nak = {.type = IMP_EAP_TYPE_NAK};
    uint8_t body[16];
    if (request->type != IMP_EAP_TYPE_EXPANDED)
        return imp_eap_write(out, cap, IMP_EAP_RESPONSE, request->id, IMP_EAP_TYPE_NAK,
                             &desired->type, 1);
    /* Section 5.3.2: IETF vendor 0, Vendor-Type 3, then one expanded type for each wish. */
    write_expanded(body, &nak);
    write_expanded(body + 8, desired);
    return imp_eap_write(out, cap, IMP_EAP_RESPONSE, request->id, IMP_EAP_TYPE_EXPANDED, body + 1,
                         sizeof body - 1);
}

int imp_eap_nak_wants(const struct imp_eap_packet *nak, const struct imp_eap_type *desired)
{
    uint8_t want[8];
    if (nak->type == IMP_EAP_TYPE_NAK)
        return memchr(nak->data, desired->type, nak->data_n) != NULL;
    if (nak->type != IMP_EAP_TYPE_EXPANDED || nak->vendor != 0 ||
        nak->vendor_type != IMP_EAP_TYPE_NAK)
        return 0;
    write_expanded(want, desired);
    for (size_t i = 0; i + 8 <= nak->data_n; i += 8)
        if (memcmp(nak->data + i, want, sizeof want) == 0)
            return 1;
    return 0;
}
