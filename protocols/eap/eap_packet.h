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
/* Nak to `request` wishing for method `desired` (0: none): expanded if the request was. */
size_t imp_eap_write_nak(uint8_t *out, size_t cap, const struct imp_eap_packet *request,
                         uint8_t desired);
/* Whether a Nak or Expanded Nak asks for method `type`. */
int imp_eap_nak_wants(const struct imp_eap_packet *nak, uint8_t type);

#endif
