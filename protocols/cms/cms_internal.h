/* SPDX-License-Identifier: GPL-2.0-only */
/* cms_internal.h - what the parts of this folder share. */
#ifndef IMPRINT_CMS_INTERNAL_H
#define IMPRINT_CMS_INTERNAL_H

#include "../codec/der.h"
#include "cms.h"

#define CMS__ENVELOPED_DATA "1.2.840.113549.1.7.3"
#define CMS__AES128_CBC "2.16.840.1.101.3.4.1.2"  /* RFC 3565 section 4.1 */
#define CMS__AES128_WRAP "2.16.840.1.101.3.4.1.5" /* RFC 3565 section 2.3.2 */
#define CMS__ECDH_SHA256 "1.3.132.1.11.1"         /* dhSinglePass-stdDH-sha256kdf-scheme */
#define CMS__EC_PUBLIC_KEY "1.2.840.10045.2.1"

enum { CMS__KARI = IMP_DER_TAGGED + 1, CMS__KEKRI, CMS__WRAPPED = 24 };

/* AlgorithmIdentifier without parameters. */
void cms__algorithm(struct imp_der_writer *w, const char *name);
/* ContentInfo, RFC 5652 section 3, around what has been written since `end`. */
void cms__content_info(struct imp_der_writer *w, const char *type, size_t end);
/* The key-encryption key of RFC 5753 section 3.1: 0 or -1. */
int cms__agree(struct imp_env *env, uint8_t kek[16], const uint8_t secret[32],
               const uint8_t pub[64]);

#endif
