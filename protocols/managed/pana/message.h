/* SPDX-License-Identifier: GPL-2.0-only */
/* message.h - PANA messages and attribute-value pairs (RFC 5191 sections 6 and 8; RFC 6786). */
#ifndef IMPRINT_PANA_MESSAGE_H
#define IMPRINT_PANA_MESSAGE_H

#include "protocols/contract/party.h"

enum { /* flags, section 6.2 */
       PANA_R = 0x8000,
       PANA_S = 0x4000,
       PANA_C = 0x2000,
       PANA_A = 0x1000,
       PANA_P = 0x0800,
       PANA_I = 0x0400,
};
enum { /* message types */
       PANA_PCI = 1,
       PANA_AUTH_EXCHANGE = 2,
       PANA_TERMINATION = 3,
       PANA_NOTIFICATION = 4,
       PANA_RELAY = 5, /* PRY, RFC 6345 */
};
enum { /* AVP codes */
       PANA_AVP_AUTH = 1,
       PANA_AVP_EAP = 2,
       PANA_AVP_INTEGRITY = 3,
       PANA_AVP_KEY_ID = 4,
       PANA_AVP_NONCE = 5,
       PANA_AVP_PRF = 6,
       PANA_AVP_RESULT = 7,
       PANA_AVP_LIFETIME = 8,
       PANA_AVP_CAUSE = 9,
       PANA_AVP_PAC_INFORMATION = 10,
       PANA_AVP_RELAYED = 11,
       PANA_AVP_ENCR_ENCAP = 12,
       PANA_AVP_ENCR_ALGORITHM = 13,
};
enum { PANA_PRF_SHA1 = 2, PANA_PRF_SHA256 = 5 }; /* as IKEv2's */
enum { PANA_INTEGRITY_SHA1_160 = 7, PANA_INTEGRITY_SHA256_128 = 12 };
enum { PANA_ENCR_AES128_CTR = 1 };
enum { PANA_SUCCESS = 0, PANA_REJECTED = 1, PANA_UNAUTHORIZED = 2 }; /* Result-Code */
enum { PANA_CAUSE_LOGOUT = 1, PANA_CAUSE_ADMINISTRATIVE = 4, PANA_CAUSE_TIMEOUT = 8 };

enum {
    PANA_HEADER = 16,
    PANA_AVP_HEADER = 8,
    PANA_MTU = 1280,
    PANA_NONCE_MIN = 8,
    PANA_NONCE_MAX = 256,
};

struct pana_message { /* parsed; borrows */
    uint16_t flags, type;
    uint32_t session, sequence;
    const uint8_t *avps;
    size_t avps_n;
};

/* 0, or -1: wrong lengths, an AVP that does not fit or is not padded. Reserved fields are ignored.
 */
int pana_parse(struct pana_message *out, const uint8_t *p, size_t n);
/* A list of AVPs alone, as in Encryption-Encap. 0 or -1. */
int pana_parse_avps(struct pana_message *out, const uint8_t *p, size_t n);
/* Value of the k-th AVP of that code without vendor, or NULL. */
const uint8_t *pana_find(const struct pana_message *m, unsigned code, size_t k, size_t *n);
/* Of the first AVP of that code and vendor. */
const uint8_t *pana_find_vendor(const struct pana_message *m, unsigned code, uint32_t vendor,
                                size_t *n);
/* One AVP after the other; false: no more. */
struct pana_avp { /* borrows */
    unsigned code;
    uint32_t vendor;      /* 0: the base protocol's */
    const uint8_t *whole; /* with header and padding */
    size_t whole_n;
};
bool pana_next(const struct pana_message *m, size_t *at, struct pana_avp *out);
bool pana_find_u32(const struct pana_message *m, unsigned code, size_t k, uint32_t *v);

/* Of a message in the making: its header is there. */
uint32_t pana_sequence_of(const uint8_t *p);

struct pana_writer {
    uint8_t *p; /* PANA_MTU octets; borrowed */
    size_t n;
    bool bad;
};
void pana_begin(struct pana_writer *w, uint8_t *p, unsigned flags, unsigned type, uint32_t session,
                uint32_t sequence);
/* Room for an AVP's value, zeroed; NULL when it does not fit. */
uint8_t *pana_put(struct pana_writer *w, unsigned code, size_t n);
/* As above, of a vendor. */
uint8_t *pana_put_vendor(struct pana_writer *w, unsigned code, uint32_t vendor, size_t n);
void pana_put_octets(struct pana_writer *w, unsigned code, const void *value, size_t n);
void pana_put_u32(struct pana_writer *w, unsigned code, uint32_t v);
/* Sets the length. Octets of the message, or 0. */
size_t pana_end(struct pana_writer *w);

#endif
