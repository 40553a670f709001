/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_packet.h - EAP packets, RFC 3748 section 4. */
#ifndef IMPRINT_EAP_PACKET_H
#define IMPRINT_EAP_PACKET_H

#include <stddef.h>
#include <stdint.h>

enum { IMP_EAP_REQUEST = 1, IMP_EAP_RESPONSE = 2, IMP_EAP_SUCCESS = 3, IMP_EAP_FAILURE = 4 };

enum { /* RFC 3748 section 5 */
       IMP_EAP_TYPE_IDENTITY = 1,
       IMP_EAP_TYPE_NOTIFICATION = 2,
       IMP_EAP_TYPE_NAK = 3,
       IMP_EAP_TYPE_MD5 = 4,
       IMP_EAP_TYPE_EXPANDED = 254,
};

struct imp_eap_packet {
    uint8_t code, id;
    size_t n;        /* the Length field: octets of the whole packet */
    uint8_t type;    /* requests and responses; else 0 */
    uint32_t vendor; /* expanded types: Vendor-Id and Vendor-Type; else 0 */
    uint32_t vendor_type;
    const uint8_t *data; /* type data, borrowed from the packet */
    size_t data_n;
};

/* Octets after Length are link-layer padding and ignored (section 4.1). Returns 0, or -1 for a
 * packet that must be silently discarded. */
int imp_eap_parse(struct imp_eap_packet *out, const uint8_t *p, size_t n);

/* Writers return the packet's size, or 0 when it does not fit. */
size_t imp_eap_write(uint8_t *out, size_t cap, uint8_t code, uint8_t id, uint8_t type,
                     const void *data, size_t data_n);
size_t imp_eap_write_result(uint8_t *out, size_t cap, uint8_t code, uint8_t id);
/* A method type as requests name it; vendor and vendor_type count only for type 254. */
struct imp_eap_type {
    uint8_t type;
    uint32_t vendor, vendor_type;
};
int imp_eap_is(const struct imp_eap_packet *e, const struct imp_eap_type *t);
/* Header of a packet of type `t` with Length 0; out has 12 octets. */
void imp_eap_write_header(uint8_t *out, uint8_t code, uint8_t id, const struct imp_eap_type *t);
/* Nak to `request` wishing for `desired`: expanded if the request was. */
size_t imp_eap_write_nak(uint8_t *out, size_t cap, const struct imp_eap_packet *request,
                         const struct imp_eap_type *desired);
/* Whether a Nak or Expanded Nak asks for `desired`. In a legacy Nak 254 means any expanded type. */
int imp_eap_nak_wants(const struct imp_eap_packet *nak, const struct imp_eap_type *desired);

#endif
