/* SPDX-License-Identifier: GPL-2.0-only */
/* http.h - requests and responses of HTTP/1.1 (RFC 9112), sans I/O, for APIs of machines.
 *
 * Strict where leniency has let two readers disagree: line ends are CR LF, no space stands before a
 * colon, no line is folded, Content-Length and Transfer-Encoding do not come together and neither
 * comes twice. Bodies have a Content-Length or are chunked; a response that ends with its
 * connection is refused. Names of fields are compared without regard to case. */
#ifndef IMPRINT_HTTP_H
#define IMPRINT_HTTP_H

#include "../codec/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imp_env;

enum {
    IMP_HTTP_FIELDS = 24,  /* fields of a message; more are an error */
    IMP_HTTP_HEAD = 4096,  /* octets up to the body */
    IMP_HTTP_BODY = 16384, /* octets of a body */
    IMP_HTTP_PATH = 96,    /* characters, its 0 included */
    IMP_HTTP_METHOD = 12,
};

struct imp_http_field {
    const char *name, *value; /* into the buffer, without 0 */
    size_t name_n, value_n;
};

struct imp_http {
    int status;                   /* 0: a request */
    char method[IMP_HTTP_METHOD]; /* of a request */
    char path[IMP_HTTP_PATH];     /* origin form, as it came */
    struct imp_http_field fields[IMP_HTTP_FIELDS];
    size_t field_count;
    const uint8_t *body; /* into the buffer; chunks are joined there */
    size_t body_n;
};

/* Reads one message off the front of what has come. Returns how many octets it has, 0 when more
 * must come, -1 when it is none. The buffer is only changed by joining the chunks of a whole
 * message. */
int imp_http_request_read(struct imp_http *m, uint8_t *bytes, size_t n);
int imp_http_response_read(struct imp_http *m, uint8_t *bytes, size_t n);

/* NULL: there is no such field. The first of that name. */
const struct imp_http_field *imp_http_field(const struct imp_http *m, const char *name);
/* Is the field there and does its value, up to a semicolon, equal that text without case? */
bool imp_http_is(const struct imp_http *m, const char *name, const char *value);

/* Writers: how many octets, or -1 when they do not fit or a text could be taken for a line end.
 * `fields` is "Name: value" texts, NULL-terminated; or NULL. A body has its Content-Length. */
int imp_http_request_write(uint8_t *out, size_t cap, const char *method, const char *path,
                           const char *host, const char *const *fields, const void *body, size_t n);
int imp_http_response_write(uint8_t *out, size_t cap, int status, const char *reason,
                            const char *const *fields, const void *body, size_t n);

/* ---- authentication, RFC 9110 section 11: one challenge a field */
bool imp_http_auth_is(const struct imp_http_field *f, const char *scheme);
/* A parameter's value without quotes; false: not there, malformed before it, does not fit. */
bool imp_http_auth_parameter(char *out, size_t cap, const struct imp_http_field *f,
                             const char *name);
/* The response of Digest, RFC 7616, with qop=auth; texts are borrowed. */
enum { IMP_HTTP_DIGEST = 65 };
struct imp_http_digest {
    bool md5; /* else SHA-256 */
    const char *user, *realm, *nonce, *nc, *cnonce, *method, *uri;
};
void imp_http_digest(struct imp_env *env, char out[IMP_HTTP_DIGEST],
                     const struct imp_http_digest *d, const char *password);

/* ---- multipart bodies, RFC 2046 section 5.1; no nesting
 * ---------------------------------------------------
 */
struct imp_http_part { /* all into the body that was read, or borrowed for the write */
    const char *type;  /* value of Content-Type */
    size_t type_n;
    const void *body;
    size_t n;
    bool bare; /* to be written without Content-Transfer-Encoding (RFC 8951 section 3) */
};
/* The parts of a message whose Content-Type is multipart/mixed with a boundary: how many, or -1
 * when it is none, is not ended, or has more than `cap`. */
int imp_http_multipart_read(struct imp_http_part *parts, size_t cap, const struct imp_http *m);
/* A body of these parts, each with Content-Transfer-Encoding: base64 unless it is bare.
 * How many octets, or -1 when they do not fit or one holds the boundary. */
int imp_http_multipart_write(char *out, size_t cap, const char *boundary,
                             const struct imp_http_part *parts, size_t count);

#endif
