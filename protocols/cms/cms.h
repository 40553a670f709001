/* SPDX-License-Identifier: GPL-2.0-only */
/* cms.h - certificates in a SignedData without signatures (RFC 5652; RFC 5272 section 4.1), as EST
 * answers with them. */
#ifndef IMPRINT_CMS_H
#define IMPRINT_CMS_H

#include "../x509/x509.h"

enum { IMP_CMS_CERTS = 4 };

struct imp_cms_certs {
    size_t count;
    struct imp_x509 crt[IMP_CMS_CERTS]; /* a set: their order says nothing */
};

/* How many octets, or -1 when it does not fit or one is no certificate. */
int imp_cms_certs_write(uint8_t *out, size_t cap, const struct imp_piece *certs, size_t count);
/* 0 or -1: none such, more certificates than fit, or signers. */
int imp_cms_certs_read(struct imp_cms_certs *out, const uint8_t *der, size_t n);

#endif
