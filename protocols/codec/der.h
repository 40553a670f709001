/* SPDX-License-Identifier: GPL-2.0-only */
/* der.h - DER (X.690) where GnuTLS has no function for it: a writer from the end to the beginning,
 * so that every length is known in time, and a reader that walks the caller's memory. */
#ifndef IMPRINT_DER_H
#define IMPRINT_DER_H

#include "../contract/observe.h"

enum {
    IMP_DER_INTEGER = 0x02,
    IMP_DER_BITS = 0x03,
    IMP_DER_OCTETS = 0x04,
    IMP_DER_OID = 0x06,
    IMP_DER_SEQUENCE = 0x30,
    IMP_DER_SET = 0x31,
    IMP_DER_CONTEXT = 0x80, /* + n: [n] of a primitive type, implicit */
    IMP_DER_TAGGED = 0xa0,  /* + n: [n] of a constructed one, or explicit */
};

struct imp_der_writer {
    uint8_t *p;
    size_t at; /* octets before what is written; first the buffer's size */
    bool bad;
};
void imp_der_put(struct imp_der_writer *w, const void *bytes, size_t n);
void imp_der_put_byte(struct imp_der_writer *w, unsigned b);
/* Tag and length of what has been written since the writer stood at `end`. */
void imp_der_wrap(struct imp_der_writer *w, unsigned tag, size_t end);
void imp_der_value(struct imp_der_writer *w, unsigned tag, const void *bytes, size_t n);
/* "1.2.840..." with at most 16 arcs. */
void imp_der_oid(struct imp_der_writer *w, const char *text);
/* Moves what is written to the buffer's beginning: octets, or -1. */
int imp_der_end(struct imp_der_writer *w, size_t cap);

/* Takes the next element off the front; its tag, or -1. Lengths of at most two octets, and no
 * longer than they need. */
int imp_der_next(struct imp_piece *element, struct imp_piece *rest);
/* The same if its tag is that one; else nothing is taken. */
bool imp_der_take(struct imp_piece *element, struct imp_piece *rest, int tag);
/* An identifier's contents are those of "1.2.840...". */
bool imp_der_is_oid(struct imp_piece contents, const char *text);

#endif
