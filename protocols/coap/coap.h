/* SPDX-License-Identifier: GPL-2.0-only */
/* coap.h - CoAP messages (RFC 7252, section 3) as octets and back.
 *
 * Block1/Block2/Size2 are those of RFC 7959, Observe of RFC 7641, the further methods of RFC 8132,
 * OSCORE of RFC 8613, No-Response of RFC 7967.
 */
#ifndef IMPRINT_COAP_H
#define IMPRINT_COAP_H

#include "../contract/party.h"

#define IMP_COAP_CODE(class, detail) ((class) << 5 | (detail))

#define IMP_COAP_TYPES(X)                                                                          \
    X(CON, 0, "CON")                                                                               \
    X(NON, 1, "NON")                                                                               \
    X(ACK, 2, "ACK")                                                                               \
    X(RST, 3, "RST")

#define IMP_COAP_CODES(X)                                                                          \
    X(EMPTY, 0, 0, "Empty")                                                                        \
    X(GET, 0, 1, "GET")                                                                            \
    X(POST, 0, 2, "POST")                                                                          \
    X(PUT, 0, 3, "PUT")                                                                            \
    X(DELETE, 0, 4, "DELETE")                                                                      \
    X(FETCH, 0, 5, "FETCH")                                                                        \
    X(PATCH, 0, 6, "PATCH")                                                                        \
    X(IPATCH, 0, 7, "iPATCH")                                                                      \
    X(CREATED, 2, 1, "Created")                                                                    \
    X(DELETED, 2, 2, "Deleted")                                                                    \
    X(VALID, 2, 3, "Valid")                                                                        \
    X(CHANGED, 2, 4, "Changed")                                                                    \
    X(CONTENT, 2, 5, "Content")                                                                    \
    X(CONTINUE, 2, 31, "Continue")                                                                 \
    X(BAD_REQUEST, 4, 0, "Bad Request")                                                            \
    X(UNAUTHORIZED, 4, 1, "Unauthorized")                                                          \
    X(BAD_OPTION, 4, 2, "Bad Option")                                                              \
    X(FORBIDDEN, 4, 3, "Forbidden")                                                                \
    X(NOT_FOUND, 4, 4, "Not Found")                                                                \
    X(METHOD_NOT_ALLOWED, 4, 5, "Method Not Allowed")                                              \
    X(NOT_ACCEPTABLE, 4, 6, "Not Acceptable")                                                      \
    X(REQUEST_ENTITY_INCOMPLETE, 4, 8, "Request Entity Incomplete")                                \
    X(CONFLICT, 4, 9, "Conflict")                                                                  \
    X(PRECONDITION_FAILED, 4, 12, "Precondition Failed")                                           \
    X(REQUEST_ENTITY_TOO_LARGE, 4, 13, "Request Entity Too Large")                                 \
    X(UNSUPPORTED_CONTENT_FORMAT, 4, 15, "Unsupported Content-Format")                             \
    X(UNPROCESSABLE_ENTITY, 4, 22, "Unprocessable Entity")                                         \
    X(INTERNAL_SERVER_ERROR, 5, 0, "Internal Server Error")                                        \
    X(NOT_IMPLEMENTED, 5, 1, "Not Implemented")                                                    \
    X(BAD_GATEWAY, 5, 2, "Bad Gateway")                                                            \
    X(SERVICE_UNAVAILABLE, 5, 3, "Service Unavailable")                                            \
    X(GATEWAY_TIMEOUT, 5, 4, "Gateway Timeout")                                                    \
    X(PROXYING_NOT_SUPPORTED, 5, 5, "Proxying Not Supported")

/* id, number, name, may be repeated, least and greatest length in octets (RFC 7252, table 4). Odd
 * numbers are critical. */
#define IMP_COAP_OPTIONS(X)                                                                        \
    X(IF_MATCH, 1, "If-Match", true, 0, 8)                                                         \
    X(URI_HOST, 3, "Uri-Host", false, 1, 255)                                                      \
    X(ETAG, 4, "ETag", true, 1, 8)                                                                 \
    X(IF_NONE_MATCH, 5, "If-None-Match", false, 0, 0)                                              \
    X(OBSERVE, 6, "Observe", false, 0, 3)                                                          \
    X(URI_PORT, 7, "Uri-Port", false, 0, 2)                                                        \
    X(LOCATION_PATH, 8, "Location-Path", true, 0, 255)                                             \
    X(OSCORE, 9, "OSCORE", false, 0, 255)                                                          \
    X(URI_PATH, 11, "Uri-Path", true, 0, 255)                                                      \
    X(CONTENT_FORMAT, 12, "Content-Format", false, 0, 2)                                           \
    X(MAX_AGE, 14, "Max-Age", false, 0, 4)                                                         \
    X(URI_QUERY, 15, "Uri-Query", true, 0, 255)                                                    \
    X(ACCEPT, 17, "Accept", false, 0, 2)                                                           \
    X(LOCATION_QUERY, 20, "Location-Query", true, 0, 255)                                          \
    X(BLOCK2, 23, "Block2", false, 0, 3)                                                           \
    X(BLOCK1, 27, "Block1", false, 0, 3)                                                           \
    X(SIZE2, 28, "Size2", false, 0, 4)                                                             \
    X(PROXY_URI, 35, "Proxy-Uri", false, 1, 1034)                                                  \
    X(PROXY_SCHEME, 39, "Proxy-Scheme", false, 1, 255)                                             \
    X(SIZE1, 60, "Size1", false, 0, 4)                                                             \
    X(NO_RESPONSE, 258, "No-Response", false, 0, 1)

#define IMP_COAP_FORMATS(X)                                                                        \
    X(TEXT, 0, "text/plain; charset=utf-8")                                                        \
    X(LINK, 40, "application/link-format")                                                         \
    X(OCTETS, 42, "application/octet-stream")                                                      \
    X(JSON, 50, "application/json")                                                                \
    X(CBOR, 60, "application/cbor")                                                                \
    X(MULTIPART_CORE, 62, "application/multipart-core")                                            \
    X(SENML_JSON, 110, "application/senml+json")                                                   \
    X(SENML_CBOR, 112, "application/senml+cbor")                                                   \
    X(COAP_EAP, 269, "application/coap-eap")                                                       \
    X(PKCS7_SERVER_KEY, 280, "application/pkcs7-mime; smime-type=server-generated-key")            \
    X(PKCS7_CERTS_ONLY, 281, "application/pkcs7-mime; smime-type=certs-only")                      \
    X(PKCS8, 284, "application/pkcs8")                                                             \
    X(CSRATTRS, 285, "application/csrattrs")                                                       \
    X(PKCS10, 286, "application/pkcs10")                                                           \
    X(PKIX_CERT, 287, "application/pkix-cert")                                                     \
    X(VOUCHER_COSE, 836, "application/voucher+cose")                                               \
    X(LWM2M_TLV, 11542, "application/vnd.oma.lwm2m+tlv")

/* Why octets are no message. */
#define IMP_COAP_ERRORS(X)                                                                         \
    X(SHORT, -1, "shorter than it says")                                                           \
    X(VERSION, -2, "unknown version")                                                              \
    X(TOKEN, -3, "token length 9 to 15")                                                           \
    X(CLASS, -4, "reserved code class")                                                            \
    X(NOT_EMPTY, -5, "empty message with more than a header")                                      \
    X(OPTION, -6, "reserved option delta or length")                                               \
    X(PAYLOAD, -7, "payload marker without payload")                                               \
    X(MANY, -8, "more options than we take")                                                       \
    X(SPACE, -9, "does not fit")

#define IMP_ENUM_COAP_TYPE(id, value, text) IMP_COAP_##id = value,
#define IMP_ENUM_COAP_CODE(id, class, detail, text) IMP_COAP_##id = IMP_COAP_CODE(class, detail),
#define IMP_ENUM_COAP_OPTION(id, number, text, repeat, min, max) IMP_COAP_##id = number,
#define IMP_ENUM_COAP_FORMAT(id, number, text) IMP_COAP_FORMAT_##id = number,
#define IMP_ENUM_COAP_ERROR(id, value, text) IMP_COAP_E##id = value,
enum imp_coap_type { IMP_COAP_TYPES(IMP_ENUM_COAP_TYPE) };
enum imp_coap_code { IMP_COAP_CODES(IMP_ENUM_COAP_CODE) };
enum imp_coap_option_number { IMP_COAP_OPTIONS(IMP_ENUM_COAP_OPTION) };
enum imp_coap_format { IMP_COAP_FORMATS(IMP_ENUM_COAP_FORMAT) };
enum imp_coap_error { IMP_COAP_ERRORS(IMP_ENUM_COAP_ERROR) };

const char *imp_coap_type_name(unsigned type);
const char *imp_coap_code_name(unsigned code);     /* NULL when unknown */
const char *imp_coap_option_name(unsigned number); /* NULL when unknown */
const char *imp_coap_error_text(int error);

enum { IMP_COAP_OPTIONS_MAX = 24, IMP_COAP_TOKEN_MAX = 8, IMP_COAP_MTU = 1152 };

struct imp_coap_option {
    uint16_t number, n;
    const uint8_t *p; /* borrowed; NULL: the value is in `small` */
    uint8_t small[4];
};

struct imp_coap_message {
    uint8_t type, code;
    uint16_t mid;
    uint8_t token_n;
    uint8_t token[IMP_COAP_TOKEN_MAX];
    size_t option_count;
    struct imp_coap_option options[IMP_COAP_OPTIONS_MAX]; /* by ascending number */
    const uint8_t *payload;                               /* borrowed */
    size_t payload_n;
};

static inline unsigned imp_coap_class(unsigned code)
{
    return code >> 5;
}
static inline bool imp_coap_is_request(unsigned code)
{
    return code != 0 && imp_coap_class(code) == 0;
}
static inline bool imp_coap_is_response(unsigned code)
{
    return imp_coap_class(code) >= 2;
}

/* Returns 0, or a negative imp_coap_error; then type and mid are those of the header if it was
 * there (so that a Confirmable message can be rejected). The message borrows the octets. */
int imp_coap_decode(struct imp_coap_message *m, const uint8_t *p, size_t n);
/* Octets written, or a negative imp_coap_error. */
int imp_coap_encode(uint8_t *out, size_t cap, const struct imp_coap_message *m);

/* Building. Options may be added in any order; those of one number keep theirs. 0 or -1 (full). */
int imp_coap_add(struct imp_coap_message *m, unsigned number, const void *p, size_t n);
int imp_coap_add_uint(struct imp_coap_message *m, unsigned number, uint32_t v);
/* "a/b" as Uri-Path (or Location-Path) options; borrows `path`. */
int imp_coap_add_path(struct imp_coap_message *m, unsigned number, const char *path);

/* Reading. */
const uint8_t *imp_coap_value(const struct imp_coap_option *o);
/* The k-th option (from 0) of that number, or NULL. */
const struct imp_coap_option *imp_coap_find(const struct imp_coap_message *m, unsigned number,
                                            size_t k);
bool imp_coap_get_uint(const struct imp_coap_message *m, unsigned number, uint32_t *v);
bool imp_coap_path_is(const struct imp_coap_message *m, const char *path); /* "a/b" */

struct imp_coap_route { /* which of a mechanism's messages a request is */
    enum imp_coap_code method;
    const char *path; /* "a/b"; NULL ends a table */
    int message;
};
/* -1: no such resource, or not by that method. */
int imp_coap_message_of(const struct imp_coap_route *routes, const struct imp_coap_message *m);

/* Value of the query "name=value": NULL when absent; borrowed, not terminated. */
const char *imp_coap_query(const struct imp_coap_message *m, const char *name, size_t *n);
/* Number of the first critical option that is unknown, of a wrong length or wrongly repeated (RFC
 * 7252, sections 5.4.1, 5.4.3 and 5.4.5), or -1. */
int imp_coap_bad_option(const struct imp_coap_message *m);

struct imp_coap_block { /* RFC 7959, section 2.2; block size is 16 << szx octets */
    uint32_t num;
    bool more;
    unsigned szx; /* 0..6 */
};
bool imp_coap_get_block(const struct imp_coap_message *m, unsigned number,
                        struct imp_coap_block *b);
int imp_coap_add_block(struct imp_coap_message *m, unsigned number, const struct imp_coap_block *b);

#endif
