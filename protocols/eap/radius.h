/* SPDX-License-Identifier: GPL-2.0-only */
/* radius.h - RADIUS packets with EAP (RFC 2865, 3579) and the keys they carry (RFC 2548). */
#ifndef IMPRINT_RADIUS_H
#define IMPRINT_RADIUS_H

#include "../contract/party.h"

enum { /* octets */
       IMP_RADIUS_HEADER = 20,
       IMP_RADIUS_MAX = 4096,
       IMP_RADIUS_PACKET = 1500, /* ours: an EAP packet of 1020 and everything else */
       IMP_RADIUS_VALUE_MAX = 253,
};

enum imp_radius_code {
    IMP_RADIUS_REQUEST = 1,
    IMP_RADIUS_ACCEPT = 2,
    IMP_RADIUS_REJECT = 3,
    IMP_RADIUS_CHALLENGE = 11,
};

enum imp_radius_type {
    IMP_RADIUS_USER_NAME = 1,
    IMP_RADIUS_NAS_IP_ADDRESS = 4,
    IMP_RADIUS_FRAMED_MTU = 12,
    IMP_RADIUS_STATE = 24,
    IMP_RADIUS_VENDOR = 26,
    IMP_RADIUS_SESSION_TIMEOUT = 27,
    IMP_RADIUS_CALLED_STATION = 30,
    IMP_RADIUS_CALLING_STATION = 31,
    IMP_RADIUS_NAS_IDENTIFIER = 32,
    IMP_RADIUS_PROXY_STATE = 33,
    IMP_RADIUS_NAS_PORT_TYPE = 61,
    IMP_RADIUS_EAP_MESSAGE = 79,
    IMP_RADIUS_MESSAGE_AUTHENTICATOR = 80,
    IMP_RADIUS_NAS_IPV6_ADDRESS = 95,
    IMP_RADIUS_ERROR_CAUSE = 101,
    IMP_RADIUS_EAP_KEY_NAME = 102,
};
#define IMP_RADIUS_PORT_WIRELESS 19 /* NAS-Port-Type Wireless - IEEE 802.11 */
#define IMP_RADIUS_PORT_ETHERNET 15
#define IMP_RADIUS_PORT_VIRTUAL 5  /* over a transport protocol: RFC 2865 section 5.41 */
#define IMP_RADIUS_EAP_IGNORED 202 /* Error-Cause "Invalid EAP Packet (Ignored)" */

enum { IMP_MPPE_SEND_KEY = 16, IMP_MPPE_RECV_KEY = 17 }; /* RFC 2548 section 2.4 */

/* ---- reading ------------------------------------------------------------------------------------
 */
struct imp_radius {
    uint8_t code, id;
    const uint8_t *authenticator; /* 16 octets; borrowed, as is the rest */
    const uint8_t *packet;
    size_t n; /* the Length field */
};
/* Checks length and attributes (RFC 2865 section 3); octets after Length are ignored. 0 or -1. */
int imp_radius_parse(struct imp_radius *out, const uint8_t *p, size_t n);
/* Next attribute of `type` (0: any) after *at, which starts at 0. Returns its value, or NULL. */
const uint8_t *imp_radius_next(const struct imp_radius *r, size_t *at, uint8_t type, size_t *n);
const uint8_t *imp_radius_find(const struct imp_radius *r, uint8_t type, size_t *n);
/* Concatenates the EAP-Message attributes, which must be consecutive (RFC 3579 section 3.1).
 * Returns the size; 0: none; -1: broken or too large. */
int imp_radius_eap(const struct imp_radius *r, uint8_t *out, size_t cap);

/* ---- writing ------------------------------------------------------------------------------------
 */
struct imp_radius_writer {
    uint8_t *p;
    size_t n, cap;
    bool overflow;
    bool bare; /* set after begin: ends without Message-Authenticator */
};
void imp_radius_begin(struct imp_radius_writer *w, uint8_t *out, size_t cap, uint8_t code,
                      uint8_t id, const uint8_t authenticator[16]);
void imp_radius_put(struct imp_radius_writer *w, uint8_t type, const void *value, size_t n);
void imp_radius_put_text(struct imp_radius_writer *w, uint8_t type, const char *text);
void imp_radius_put_int(struct imp_radius_writer *w, uint8_t type, uint32_t value);
void imp_radius_put_eap(struct imp_radius_writer *w, const uint8_t *packet, size_t n);
void imp_radius_put_mppe(struct imp_radius_writer *w, struct imp_env *env, uint8_t vendor_type,
                         const uint8_t *key, size_t n, const void *secret, size_t secret_n,
                         const uint8_t request_authenticator[16], const uint8_t salt[2]);
/* Adds Message-Authenticator, unless bare, and completes a request. Returns its size; 0: it did not
 * fit. */
size_t imp_radius_end_request(struct imp_radius_writer *w, struct imp_env *env, const void *secret,
                              size_t secret_n);
/* As above, with the Response Authenticator; the packet was begun with the Request
 * Authenticator. */
size_t imp_radius_end_response(struct imp_radius_writer *w, struct imp_env *env, const void *secret,
                               size_t secret_n);

/* ---- checks (RFC 2865 section 3, RFC 3579 section 3.2)
 * --------------------------------------------- */
/* Message-Authenticator is present and right. `authenticator`: the Request Authenticator. */
bool imp_radius_message_ok(const struct imp_radius *r, struct imp_env *env, const void *secret,
                           size_t secret_n, const uint8_t authenticator[16]);
bool imp_radius_response_ok(const struct imp_radius *r, struct imp_env *env, const void *secret,
                            size_t secret_n, const uint8_t request_authenticator[16]);

/* ---- keys (RFC 2548 section 2.4.2)
 * ------------------------------------------------------------------ */
/* Encrypts string = length | key | zeros; out has imp_mppe_size(n) octets. */
size_t imp_mppe_size(size_t n);
void imp_mppe_encrypt(struct imp_env *env, uint8_t *out, const uint8_t *key, size_t n,
                      const void *secret, size_t secret_n, const uint8_t request_authenticator[16],
                      const uint8_t salt[2]);
/* Returns the key's size, or -1 when the text is none. */
int imp_mppe_decrypt(struct imp_env *env, uint8_t *key, size_t cap, const uint8_t *in, size_t n,
                     const void *secret, size_t secret_n, const uint8_t request_authenticator[16],
                     const uint8_t salt[2]);
/* Whether a Vendor-Specific attribute is one of the two keys. */
bool imp_radius_is_mppe(const uint8_t *value, size_t n);
/* Finds and decrypts a key of a reply. Returns its size or -1. */
int imp_radius_mppe(const struct imp_radius *r, struct imp_env *env, uint8_t vendor_type,
                    uint8_t *key, size_t cap, const void *secret, size_t secret_n,
                    const uint8_t request_authenticator[16]);

#endif
