/* SPDX-License-Identifier: GPL-2.0-only */
/* cose_internal.h - headers, between the parts of this folder. */
#ifndef IMPRINT_COSE_INTERNAL_H
#define IMPRINT_COSE_INTERNAL_H

#include "../codec/cbor.h"
#include "cose.h"

void cose__header_write(struct imp_cbor_writer *w, const struct imp_cose_header *h);
/* A map of parameters; false: malformed, one that is critical and unknown, or a list of such ones
 * where nothing protects it. */
bool cose__header_read(struct imp_cbor_reader *r, struct imp_cose_header *out, bool protected);
/* No parameter is in both (RFC 9052 section 3). */
bool cose__headers_agree(const struct imp_cose_header *a, const struct imp_cose_header *b);

#endif
