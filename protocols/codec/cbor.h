/* SPDX-License-Identifier: GPL-2.0-only */
/* cbor.h - a strict CBOR reader and writer over caller's memory (RFC 8949).
 *
 * Only the deterministic encoding of section 4.2.1: definite lengths, shortest heads, map keys that
 * are integers in ascending order of their encoding (0, 1, 2, ... then -1, -2, ...), each once.
 * Integers are those that fit int64_t; no floats, no tags but those that the caller asks for. A
 * parser of libcbor's kind builds a tree on the heap; parties have none, so this one walks the
 * buffer.
 *
 * Both keep their first failure: after it every call fails, and one check at the end is enough. */
#ifndef IMPRINT_CBOR_H
#define IMPRINT_CBOR_H

#include "../contract/party.h"

#define IMP_CBOR_DEPTH 8 /* nesting that imp_cbor_skip follows */

struct imp_cbor_reader {
    const uint8_t *p; /* borrowed */
    size_t n, at;
    bool bad;
};

enum imp_cbor_type {
    IMP_CBOR_UINT,
    IMP_CBOR_NEGATIVE,
    IMP_CBOR_BYTES,
    IMP_CBOR_TEXT,
    IMP_CBOR_ARRAY,
    IMP_CBOR_MAP,
    IMP_CBOR_TAG,
    IMP_CBOR_SIMPLE, /* false, true, null */
    IMP_CBOR_NONE,   /* end of the input, or after a failure */
};

/* Charges `env` (may be NULL) for parsing n octets. */
void imp_cbor_read(struct imp_cbor_reader *r, struct imp_env *env, const void *p, size_t n);
enum imp_cbor_type imp_cbor_peek(const struct imp_cbor_reader *r);
/* Each returns whether the next item was of its kind and is now behind; strings are borrowed. */
bool imp_cbor_get_int(struct imp_cbor_reader *r, int64_t *v);
bool imp_cbor_get_range(struct imp_cbor_reader *r, int64_t min, int64_t max, int64_t *v);
bool imp_cbor_get_bytes(struct imp_cbor_reader *r, const uint8_t **p, size_t *n);
bool imp_cbor_get_text(struct imp_cbor_reader *r, const char **p, size_t *n); /* valid UTF-8 */
/* A byte string of exactly n octets, copied. */
bool imp_cbor_get_exact(struct imp_cbor_reader *r, void *out, size_t n);
bool imp_cbor_get_array(struct imp_cbor_reader *r, size_t *count);
bool imp_cbor_get_bool(struct imp_cbor_reader *r, bool *v);
bool imp_cbor_get_null(struct imp_cbor_reader *r);
bool imp_cbor_get_tag(struct imp_cbor_reader *r, uint64_t tag);
bool imp_cbor_skip(struct imp_cbor_reader *r); /* one item of any kind */
/* Everything read without a failure, nothing left. */
bool imp_cbor_done(const struct imp_cbor_reader *r);

/* A map with integer keys: while (imp_cbor_next(r, &m, &key)) switch (key) { ... read the value ...
 * } */
struct imp_cbor_map {
    size_t left;
    bool any;
    int64_t last;
};
bool imp_cbor_get_map(struct imp_cbor_reader *r, struct imp_cbor_map *m);
bool imp_cbor_next(struct imp_cbor_reader *r, struct imp_cbor_map *m, int64_t *key);

struct imp_cbor_writer {
    struct imp_env *env;
    uint8_t *p; /* borrowed */
    size_t cap, n;
    bool bad;
};
void imp_cbor_write(struct imp_cbor_writer *w, struct imp_env *env, void *p, size_t cap);
void imp_cbor_put_int(struct imp_cbor_writer *w, int64_t v);
void imp_cbor_put_bytes(struct imp_cbor_writer *w, const void *p, size_t n);
/* The head of a byte string whose n octets stay elsewhere. */
void imp_cbor_put_bytes_head(struct imp_cbor_writer *w, size_t n);
void imp_cbor_put_text(struct imp_cbor_writer *w, const char *text);
void imp_cbor_put_array(struct imp_cbor_writer *w, size_t count);
void imp_cbor_put_map(struct imp_cbor_writer *w, size_t pairs);
void imp_cbor_put_bool(struct imp_cbor_writer *w, bool v);
void imp_cbor_put_null(struct imp_cbor_writer *w);
void imp_cbor_put_tag(struct imp_cbor_writer *w, uint64_t tag);
/* Octets written, charged to the env; 0 when they did not fit. */
size_t imp_cbor_end(struct imp_cbor_writer *w);

#endif
